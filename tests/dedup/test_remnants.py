"""Documents of which little is left."""

from pipeline.dedup import Settings
from pipeline.dedup.remnants import remnants

A = (
    "The ferry that has crossed the estuary since the war made its last trip on Sunday, "
    "and a band played on the quay while the crew took down the old flag."
)
B = (
    "Farmers in the hills say that the late frost has spared most of the orchards this year, "
    "though the first cherries will come to market two weeks later than usual."
)
C = "Bees were seen on the roof of the town hall again, where a keeper has put eleven hives behind the clock tower this spring."


def rows(run, batch, docs, least=0.2, **settings):
    [done] = run([batch(docs)], Settings(**settings))
    return [tuple(row.values())[1:] for row in remnants(done, "dedup", least).to_pylist()]


def test_a_copy_as_a_whole(run, batch):
    assert rows(run, batch, [["One title", A, B], ["Another title", A, B]]) == [("doc1", 63, 2, "doc0")]


def test_copies_from_several_documents(run, batch):
    assert rows(run, batch, [[A], [B], ["Title", A, B]]) == [("doc2", 62, 1, None)]


def test_enough_is_left(run, batch):
    assert rows(run, batch, [[A], [A, B]]) == []
    assert rows(run, batch, [[A], [A, B]], least=0.6) == [("doc1", 61, 30, None)]


def test_dropped_on_demand(decide):
    found = decide([["One title", A], ["Another title", A]], Settings(drop_remnants=True))
    assert found[1, 0] == ("remnant", "2 of 33 words left", None, None, None)
    assert set(found) == {(1, 0), (1, 1)}


def test_the_one_copy_of_a_paragraph_is_never_dropped(decide):
    """The middle document loses most of its words, and keeps a paragraph for which the last one lost its own."""
    docs = [[A, B], [C, A, B], [C]]
    assert set(decide(docs, Settings(drop_remnants=True, min_share=0.5))) == {(1, 1), (1, 2), (2, 0)}
