"""Laws: what one look at a site proves is all that a second would, however many rules share one mask."""

import pytest

WORDS = {
    "ass": "class passage glass assembly assume",
    "bet": "between better alphabet",
    "cum": "document circumstances",
    "drug": "drugstore",
    "ero": "heroes zero numerous",
    "hit": "white architecture graphite",
    "hor": "short thorough author authority horse shore",
    "kill": "skills killed",
    "nig": "night knight",
    "pee": "speed peer peel speech speedy",
    "pot": "potential potato spotted",
    "rap": "wrapper graph paragraph",
    "tit": "title entity institution petition",
}
MASKS = "***", "@#$!", "[removed]", "████", "xxx"
SITES = [  # rules that share one mask; with the first look alone the second proved "pee" where it stands beside "tit"
    "ass pee tit",
    "bet pee tit",
    "hor pee tit",
    "kill pee tit",
    "pee pot tit",
    "kill pee rap tit",
    "ero pee rap tit",
    "ass drug pee rap tit",
    "ass hit hor nig pee tit",
    "bet cum ero hit",
    "ass hor kill nig pot rap",
    "bet drug hit kill",
]


def damaged(rules, mask):
    words = " and ".join(word for letters in rules for word in WORDS[letters].split())
    for letters in rules:
        words = words.replace(letters, mask)
    return f"They said that {words} were there."


@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("rules", SITES)
def test_a_second_look_proves_nothing_more(clean, news, rules, mask):
    once = clean([("a", f"{news}\n\n{damaged(rules.split(), mask)}")])
    assert clean([("a", text) for text in once.texts]).edits == []


def test_words_that_other_filters_explain_hide_none(clean, news):
    once = clean([("a", f"{news}\n\n{damaged(['kill', 'pee', 'tit'], '[removed]')}")])
    assert {"speed", "speedy", "peer", "title", "institution"} <= set(once.texts[0].split())
    undone = [row["letters"] for row in once.facts["word-filters"].to_pylist() if row["undone"]]
    assert sorted(undone) == sorted(set(undone))
    assert {"pee", "tit"} <= set(undone)
