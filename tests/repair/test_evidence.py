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
