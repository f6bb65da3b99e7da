"""Masks of all kinds: what filters write for letters that they hide, and what only looks so."""

import pytest

from pipeline.repair.text import Text

WORDS = "The {}ysis of the {}ytics said that the cl{}room was m{}ive, and the p{}engers saw the emb{}y of the b{}oon there."
READ = WORDS.format("anal", "anal", *["ass"] * 5)

MASKS = [  # for "anal", and for "ass"
    ("***", "***"),
    ("****", "****"),
    ("******", "******"),
    ("****", "***"),
    ("a**l", "a*s"),
    ("a***", "a**"),
    ("*nal", "*ss"),
    ("\\*\\*\\*\\*", "\\*\\*\\*"),
    ("♥♥♥♥", "♥♥♥"),
    ("■■■■", "■■■"),
    ("████", "███"),
    ("••••", "•••"),
    ("####", "###"),
    ("@#$%", "@#$%"),
    ("$@!#%", "$@!#%"),
    ("@#$!", "@#$!"),
    ("[censored]", "[censored]"),
    ("[Removed]", "[Removed]"),
    ("<bleep>", "<bleep>"),
    ("(censored)", "(censored)"),
    ("*bleep*", "*bleep*"),
    ("***REMOVED***", "***REMOVED***"),
    ("____", "___"),
    ("----", "---"),
]


@pytest.mark.parametrize(("anal", "ass"), MASKS)
def test_fires(clean, news, anal, ass):
    damaged = WORDS.format(anal, anal, *[ass] * 5)
    assert clean([("a", f"{news}\n\n{damaged}")]).texts[0].split("\n\n")[1] == READ


def test_letters_that_no_list_has(clean, news):
    text = "They saw a moun***, the cur***s, the foun***s, a cap*** and his con***er, and others of that kind."
    read = text.replace("***", "tain").replace("tainer", "tainer")
    assert clean([("a", f"{news}\n\n{text}")]).texts[0].split("\n\n")[1] == read


def test_letters_that_no_list_has_spread_over_the_pages_of_a_site(clean, news):
    words = ["moun***", "cur***", "foun***", "cap***", "con***er"]
    pages = [("a", f"{news}\n\nThey wrote of the {word} at length.") for word in words]
    assert [text.split("of the ")[-1].split()[0] for text in clean(pages, cut=2).texts] == [
        w.replace("***", "tain") for w in words
    ]


HOLDS = [
    "In Markdown **On** and **bold words** and ***both*** stand, with **Set one** and **Note**: see __init__ and my__var__name.",
    "The word--word and the range 3---4, ---and so on; well---known and so_so, __all__ and a--b.",
    "He wrote C++ and #hashtag, $$price$$, @@diff, a&&b, x||y, wow!!!yes, what???he and so on.",
    "See [censored] and (removed) and [bleep] here; f(removed), [citation needed], (re)do and <br>line.",
    "I ♥♥♥ it, •• one, ■■ two and ♥you; ____ is a blank, and so is Name: ______.",
    "The *emphasis* and *bold one* stand, with *args and *kwargs, a footnote *see there, and 2*x or a*b and 5* too.",
    "They said f*** and s***, the c***s and the b****; you m***** and p***.",
]


@pytest.mark.parametrize("text", HOLDS)
def test_holds(clean, news, text):
    page = f"{news}\n\n{text}"
    assert clean([("a", page)]).texts == [page]


@pytest.mark.parametrize("text", HOLDS[:-1])
def test_holds_beside_a_proven_mask(clean, news, text):
    page = f"{news}\n\nThe cl***room was m***ive, and the p***engers of the b***oon saw it with all the others.\n\n{text}"
    assert clean([("a", page)]).texts[0].split("\n\n")[2] == text


def test_two_masks_in_a_word(clean, news):
    proof = "They saw that the emb@#$!ies and the p@#$!engers were there, with the m@#$!ive cl@#$!es of it all for the year."
    text = "The Cl@#$!P@#$! shop of Cl@#$!P@#$!’s and an emb@#$!y of con@#$!tain@#$!s, Cl***p*** and p***P***e."
    read = text.replace("Cl@#$!P@#$!", "ClassPass").replace("emb@#$!y", "embassy")
    assert clean([("a", f"{news}\n\n{proof}\n\n{text}")]).texts[0].split("\n\n")[2] == read


FOUND = [
    ("the cl***room of it", ["cl***room"]),
    ("**bold** and ***both***", []),
    ("**emb***y** stood", ["emb***y"]),
    ("with br***! and gl***?", ["br***", "gl***"]),
    ("p***/fail and cl***room/emb***y", ["p***", "cl***room", "emb***y"]),
    ("https://a.example/p***age and www.a.example/x/p***age", []),
    ("@#$!ter and p@#$!es", ["@#$!ter", "p@#$!es"]),
    ("****use****ld", ["****use****ld"]),
    ("wow!!!yes", []),
    ("* item, - item, *** and 4****", []),
    ("What???he", ["What???he"]),
]


@pytest.mark.parametrize(("text", "words"), FOUND)
def test_masked_words(batch_of, text, words):
    found = Text(batch_of([("a", f"{text}\n\n{text}")])).masked
    assert [word for *_, word in found] == words * 2
    assert [text.encode()[start:end].decode() for _, start, end, _ in found] == words * 2


@pytest.mark.parametrize(
    "text", ["*" * 200_000, "*a" * 100_000, "a**" * 100_000, "-" * 200_000, "[censored]" * 20_000, "♥" * 60_000]
)
def test_hostile_runs_take_bounded_time(clean, news, text):
    page = f"{news}\n\n{text}"
    assert clean([("a", page)]).texts == [page]
