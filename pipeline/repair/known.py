"""What is known of word filters before a page is read: letters they look for, replacements, pairs seen in the wild."""

from __future__ import annotations

import re


def _words(table: str) -> tuple[str, ...]:
    return tuple(table.split())


# Strings that filters look for and that stand inside ordinary words, the most usual first.
LETTERS = _words(
    """ass anal tit cum cock sex hell damn piss shit fag dick rape gay coon spic tart arse poo pee crap homo lust nig
    cunt semen anus rap hoe eval mocha expression butt kill die gun nsa hit slut jap dyke jew nazi sob wtf ffs nob
    knob porn penis prick chink turd twat wank bum suck pimp nud lmao kkk alert script niqu cul con pute bite
    drug anus arsehole whore hooker escort casino poker betting viagra cialis levitra xanax valium ambien soma pill
    rolex loan bet nude naked nipple boob bra orgy orgasm vagina testicl scrot clit pube lesb homo queer tranny dyke
    gook paki kike wop dago spaz retard beaner nigg faggot bastard bugger bollock git sod minge fanny pansy hate
    murder suicid terror bomb weapon pistol rifle weed cocaine heroin meth marijuana beer wine vodka tosser snatch
    screw blow ball bang crack slag skank hump hore hor cuck simp incel jizz smut erot kinky balls puss pric fat ugly
    stupid idiot moron dumb lame damn god jesus christ satan devil piss wee fart"""
)
SOUGHT = frozenset(LETTERS[:16])
USUAL = frozenset(LETTERS[:24])

# What filters write instead.
REPLACEMENTS = _words(
    """bad butt breast review heck darn rooster homosexual espresso statement feces poop semen urine bleep removed
    censored bottom bum donkey rear gosh fudge frick kitty eggplant dang hello"""
)

# Pairs that pages in the wild show: "clbuttic", "embbady", "medireview", "Tyson Homosexual", "docuSEMENt".
ATTESTED = frozenset(
    {
        ("ass", "bad"),
        ("anal", "bad"),
        ("ass", "butt"),
        ("tit", "breast"),
        ("eval", "review"),
        ("mocha", "espresso"),
        ("expression", "statement"),
        ("gay", "homosexual"),
        ("cum", "semen"),
        ("poo", "feces"),
        ("hell", "heck"),
        ("damn", "darn"),
        ("cock", "rooster"),
    }
)

# Words that a filter means to hit: a token is never read as one of these, the writer or the site wanted them hidden.
MEANT = frozenset(
    _words(
        """ass asses anal tit tits cum cock cocks sex hell hells damn damned piss pissed pissing shit shits shitty fuck
    fucks fucked fucking fucker bitch bitches crap dick dicks dickhead gay cunt cunts tart arse bullshit asshole
    assholes slut sluts cums whore whores fag nigga nigger porn sexy bastard bastards motherfucker"""
    )
)

# Signs that a mask is made of; the weak ones stand in prose and code as well, so there must be one for each letter.
WEAK = frozenset("?_~-")
MASKS = frozenset("*\\!@#$%^&♥♡■□█▓●•[]()<>") | WEAK

# What a filter calls what it did, and a mask that says so: "[censored]", "***REMOVED***".
NAMED = "bleep|beep|censored|removed|redacted|deleted|expletive"
MARK = re.compile(rf"[^a-z]+(?:{NAMED})[^a-z]+")
