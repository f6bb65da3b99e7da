"""What a site shows of a pair of letters, and whether that is a filter."""

import pytest

from pipeline.repair.evidence import Clues, infer
from pipeline.repair.lexicon import lexicon

CASES = [  # language, letters, replacement, damaged word -> reading, whether it is a filter
    ("fr", "ction", "iras", {"construiras": "construction", "réduiras": "réduction", "enduiras": "enduction"}, False),
    ("fr", "uction", "uiras", {"construiras": "construction", "réduiras": "réduction", "enduiras": "enduction"}, False),
    ("fr", "action", "zum", {"rézumnaire": "réactionnaire", "zumnaire": "actionnaire", "fzum": "faction"}, True),
    (
        "en",
        "port",
        "wine",
        {"transwine": "transport", "imwinees": "importees", "passwine": "passport", "rewineed": "reported"},
        True,
    ),
    (  # "con" was taken out of them
        "en",
        "condit",
        "stitut",
        {"stitution": "condition", "stitutional": "conditional", "unstitutional": "unconditional", "stitutions": "conditions"},
        False,
    ),
    ("en", "able", "qual", {"payqual": "payable", "readqual": "readable", "likqual": "likable"}, False),
]


@pytest.mark.parametrize(("language", "letters", "replacement", "words", "undone"), CASES)
def test_a_pair_nobody_knows(language, letters, replacement, words, undone):
    clues = Clues(words, dict.fromkeys(words, 1), 1, 0, 6.0)
    found = infer({(letters, replacement): clues}, {replacement: set(words)}, lexicon(language), 3.0, 2.0)
    assert bool(found) == undone


AGREED = [  # letters, replacement, damaged word -> reading, words expected to hold the letters, whether it is a filter
    ("pert", "nop", {"pronopies": "properties", "renopoire": "repertoire"}, 2.7, True),
    ("ulti", "guna", {"mgunaple": "multiple", "gunamately": "ultimately"}, 1.8, True),
    ("simp", "lak", {"lakle": "simple", "laklicity": "simplicity", "laklifies": "simplifies", "lakly": "simply"}, 3.1, True),
    ("fte", "ziki", {"azikir": "after", "ozikin": "often"}, 2.0, True),
    ("fran", "kammo", {"kammok": "frank", "kammock": "franck"}, 3.0, False),
    ("aid", "explore", {"lexplore": "laid", "pexplore": "paid", "sexplore": "said"}, 1.0, False),
    ("ness", "sync", {"closesync": "closeness", "opensync": "openness"}, 5.0, False),
    ("ker", "kadd", {"breakadd": "breaker", "packadd": "packer"}, 4.5, False),
    ("life", "mode", {"modeless": "lifeless", "wildmode": "wildlife"}, 9.0, False),
    ("ched", "chtime", {"attachtime": "attached", "launchtime": "launched"}, 0.5, False),
    ("earn", "decod", {"decodings": "earnings", "undecoded": "unearned"}, 5.0, False),
]


@pytest.mark.parametrize(("letters", "replacement", "words", "expected", "undone"), AGREED)
def test_letters_that_two_families_agree_on(letters, replacement, words, expected, undone):
    clues = Clues(words, dict.fromkeys(words, 1), 5, 0, expected)
    found = infer({(letters, replacement): clues}, {replacement: set(words)}, lexicon("en"), 3.0, 2.9)
    assert bool(found) == undone


def test_rivals_and_words_that_stay_are_no_agreement():
    words = {"pronopies": "properties", "renopoire": "repertoire"}
    clues = Clues(words, dict.fromkeys(words, 1), 5, 0, 2.7)
    every = {("pert", "nop"): clues, ("pertx", "nop"): clues}
    assert not infer(every, {"nop": set(words)}, lexicon("en"), 3.0, 2.9)
    assert not infer({("pert", "nop"): clues}, {"nop": {*words, "knopjk", "unopb", "xnop", "nopq"}}, lexicon("en"), 3.0, 2.9)
