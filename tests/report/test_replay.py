"""Pieces of a document: their texts before and after add up to the original and to the clean text."""

import pytest

from pipeline.report.explain import explain
from pipeline.report.replay import original, pieces

STAGES = ["read", "repair"]


def edit(stage, offset, before, after):
    return {"action": "edit", "stage": stage, "rule": "r", "evidence": "", "before": before, "after": after,
            "offset": offset, "pos": 0, "twin_id": None, "twin_pos": None}  # fmt: skip


def drop(offset, before):
    return edit("repair", offset, before, "") | {"action": "drop"}


CASES = {
    "nothing": ("abc", [], "abc"),
    "one edit": ("a good day", [edit("repair", 2, "bad", "good")], "a bad day"),
    "two stages on one word": ("xay", [edit("read", 1, "Ã", "á"), edit("repair", 1, "á", "a")], "xÃy"),
    "overlap": ("say", [edit("read", 0, "1", "sb"), edit("repair", 1, "by", "ay")], "1y"),
    "insertion undone": ("a b", [edit("repair", 1, "", " ")], "ab"),
    "drop between": ("AB", [drop(1, "x"), drop(1, "y")], "AxyB"),
    "edit in a dropped block": ("A", [edit("read", 1, "q", "b"), drop(1, "b")], "Aq"),
    "all dropped": ("", [drop(0, "A\n"), drop(0, "B")], "A\nB"),
}


@pytest.mark.parametrize(("clean", "rows", "text"), CASES.values(), ids=CASES)
def test_pieces(clean, rows, text):
    found = pieces(clean, rows, STAGES)
    assert "".join(piece.before for piece in found) == original(clean, rows, STAGES) == text
    assert "".join(piece.after for piece in found) == clean
    assert sum(len(piece.rows) for piece in found) == len(rows)


@pytest.mark.parametrize("rows", [[edit("repair", 0, "a", "b")], [edit("repair", 9, "a", "b")], [drop(0, "x")] * 2], ids=str)
def test_rows_that_do_not_fit(rows):
    if rows[0]["action"] == "drop":
        assert original("abc", rows, STAGES) == "xxabc"
    else:
        with pytest.raises(ValueError, match="does not fit"):
            original("abc", rows, STAGES)


def test_explained_lines():
    rows = [drop(0, "Menu\n"), edit("repair", 7, "bad", "good")]
    assert list(explain(pieces("a good day\n", rows, STAGES))) == [
        "- Menu",
        "    ^ repair/r",
        "  a [-bad-]{+good+} day",
        "    ^ repair/r",
    ]
