"""The same words of somebody stand in many articles: short quotations are no copies, longer paragraphs are."""

import pytest

from pipeline import Settings
from pipeline.formats import assemble, settle
from pipeline.formats.records import Record
from pipeline.single import decide

OWN = ("The mill by the old bridge opened its doors on Friday.", "A ferry took the mayor to the island on Monday evening.")
STAY = [
    'As the report says: "Every gate of the old mill has its time and its place in the year."',
    "“We were told in spring that nothing at all would change for the people on the island,” he said.".replace(
        ",” he said.", ".”"
    ),
    "«Nous avons vu la mer se retirer puis revenir en une seule heure, dit le vieux pêcheur du port.»",
]
GO = [
    "The county has promised help for two patients who cross the river every Tuesday by the early boat from the island.",
    "The board said that “the pier” will cost a third more than was planned in the spring of last year, if not more than that.",
]


def clean(texts):
    records = [(i << 8, Record(f"{i}/page", text, None, "", f"{i}.txt")) for i, text in enumerate(texts)]
    batches = decide(list(assemble.batches(records, 10**9)), Settings(stages=("dedup",)))
    return [row["text"] for batch in batches for row in settle.settle(batch)[0].to_pylist()]


@pytest.mark.parametrize("paragraph", STAY)
def test_a_short_quotation_stays(paragraph):
    texts = [f"{own}\n\n{paragraph}" for own in OWN]
    assert clean(texts) == texts


@pytest.mark.parametrize("paragraph", GO)
def test_a_copy_goes(paragraph):
    assert clean([f"{own}\n\n{paragraph}" for own in OWN]) == [f"{OWN[0]}\n\n{paragraph}", OWN[1]]
