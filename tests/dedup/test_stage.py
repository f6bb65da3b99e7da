"""The stage: what is dropped, for what, and laws that no cut or order of the corpus may break."""

import random

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.dedup import RULES, Settings
from pipeline.text.normal import normal_form

WORDS = "amber bridge canal dune ember field grove harbour inlet jetty kiln lantern mill north orchard pier quarry reed".split()


def prose(seed, words=40):
    """A paragraph of small words that shares few pairs of words with one of another seed."""
    draw = random.Random(seed)
    return " ".join(draw.choice(WORDS) + draw.choice(["", "s", "ed", "y"]) for _ in range(words))


def edited(text, at, word="copper"):
    words = text.split()
    return " ".join([*words[:at], word, *words[at + 1 :]])


A, B, C = prose(1), prose(2), prose(3)
SHORT = "The harbour library opens its new reading room for visitors on Friday"
PART = " ".join(A.split()[15:35])

FIRES = [  # documents -> (dropped block, rule, block that stays)
    ([[A], [A]], (1, 0), "exact-duplicate", (0, 0)),
    ([[A, B, A]], (0, 2), "exact-duplicate", (0, 0)),
    ([[A], [A.upper() + "!"]], (1, 0), "exact-duplicate", (0, 0)),
    ([[edited(A, 20)], [A]], (1, 0), "near-duplicate", (0, 0)),
    ([[A], [B, A + " and more"]], (0, 0), "near-duplicate", (1, 1)),
    ([[A, PART]], (0, 1), "contained", (0, 0)),
    (
        [
            ["We shall row the boat until morning, said the man of the harbour"],
            [B],
            ["We shall row the boat until morning, said the man of the harbour"],
        ],
        (2, 0),
        "exact-duplicate",
        (0, 0),
    ),  # a short document
    ([["The council lets the old mill stand"], ["THE COUNCIL LETS THE OLD MILL STAND!"]], (1, 0), "exact-duplicate", (0, 0)),
    ([[SHORT], [SHORT.replace("opens", "opcns")]], (1, 0), "near-duplicate", (0, 0)),  # a wrong letter
    ([[SHORT], [SHORT.replace("new ", "")]], (1, 0), "near-duplicate", (0, 0)),
    ([[SHORT.replace("its ", "")], [B], [SHORT]], (0, 0), "near-duplicate", (2, 0)),
    ([["Town", "Mon", "By us", "Read on", PART, B, A]], (0, 4), "contained", (0, 6)),
    ([[A, "Town", PART]], (0, 2), "contained", (0, 0)),
    ([["春眠不覚暁処処聞啼鳥夜来風雨声花落知多少国破山河在城春草木深"] * 2], (0, 1), "exact-duplicate", (0, 0)),
]
HOLDS = [
    [[A], [B], [C]],
    [["Doors open at eight."], ["Doors open at eight."]],  # a one-line answer
    [
        ["We shall row the boat until morning, said the man of the harbour", A],
        ["We shall row the boat until morning, said the man of the harbour", B],
    ],  # a quotation
    [["The council lets the mill stand for another year"], ["The council lets the mill fall for another year"]],  # headlines
    [["Row the boat until morning"], ["Row the boat until morning"]],
    [[SHORT], [SHORT.replace("reading", "drying")]],  # in a short document each word counts
    [[SHORT], [SHORT.replace("Friday", "Monday")]],
    [[SHORT], [SHORT.replace("visitors", "guests")]],
    [[SHORT, A], [SHORT.replace("opens", "opcns"), B]],  # no whole documents
    [["A car was stolen from the yard of the mill"], ["A van was stolen from the yard of the mill"]],
    [["Rain in the north of the county"], ["Rain in the south of the county"]],
    [["“We shall row the boat until morning, whatever the harbour says”"]] * 3,
    [["Row, row, row the boat"] * 5],  # a refrain
    [[A], [PART]],  # in another document
    [["Town", PART, B, A]],  # a sub-head that the body repeats
    [["Town", edited(PART, 9), B, PART + " and more"]],
    [[edited(A, 20, "1903")], [edited(A, 20, "1904")]],
    [[edited(A, 20, "Holm")], [edited(A, 20, "Vega")]],
    [[edited(A, 20, "Northern")], [edited(A, 20, "Southern")]],
    [[edited(A, 30, "66"), edited(" ".join(A.split()[:36]), 30, "77")]],  # nearly contained, but with another number
    [[" ".join(A.split()[:20] + B.split()[:20])], [A]],
    [[], [""], ["\n"]],
    [["春眠不覚暁処処聞啼鳥"], ["春眠不覚暁処処聞啼鳥"]],
]


@pytest.mark.parametrize(("docs", "dropped", "rule", "twin"), FIRES)
def test_fires(decide, docs, dropped, rule, twin):
    found = decide(docs)
    assert set(found) == {dropped}
    assert (found[dropped][0], found[dropped][2:]) == (rule, (*twin, f"doc{twin[0]}"))


@pytest.mark.parametrize("docs", HOLDS)
def test_holds(decide, docs):
    assert decide(docs) == {}


@pytest.mark.xfail(strict=True)
def test_known_failure_two_containers(decide):
    """A paragraph cut across two others stands in neither of them alone."""
    assert decide([[A, B, " ".join(A.split()[25:] + B.split()[:15])]])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_examples_of_the_rules(decide, rule):
    """Two texts with a stroke between them; those of "contained" stand in one document."""
    also = {"near-duplicate", "exact-duplicate"} if rule.name == "remnant" else set()  # that made it a remnant
    for example, expected in ((rule.fires, {rule.name}), (rule.holds, set())):
        one, _, two = (part.split("\n") for part in example.partition(" | "))
        docs = [one + two] if rule.name == "contained" else [two, one]
        found = decide(docs, Settings(drop_remnants=rule.name == "remnant"))
        assert {verdict[0] for verdict in found.values()} - also == expected


def test_evidence(decide):
    found = decide([[A + " and more"], [A], [A], [B, " ".join(B.split()[:30])]])
    assert found[1, 0][:2] == ("near-duplicate", "Jaccard 0.95")
    assert found[2, 0][:2] == ("near-duplicate", "Jaccard 0.95")  # its exact copy does not stay
    assert found[3, 1][:2] == ("contained", "contained in doc3:0 1.00")


def test_no_chains(decide):
    """A ~ B ~ C, but not A ~ C: the longest, A, stays for B; C has no twin that stays."""
    words = A.split()
    docs = [[" ".join(words[start:])] for start in (0, 6, 12)]
    assert set(decide(docs, Settings(threshold=0.8))) == {(1, 0)}


def test_parts_of_a_copied_article_go_too(decide):
    """The second page is a copy of the first, which repeats a part of a paragraph."""
    found = decide([[A, PART], [A, PART], [PART]])
    assert {at: verdict[0] for at, verdict in found.items()} == {
        (0, 1): "exact-duplicate",
        (1, 0): "exact-duplicate",
        (1, 1): "exact-duplicate",
    }  # the third page's copy stays: it stands in no longer paragraph of its own page
    assert {verdict[2:4] for verdict in found.values()} == {(2, 0), (0, 0)}
    found = decide([[A, PART], [A, PART]])
    assert found[1, 1][0] == found[0, 1][0] == "contained"


def test_a_host_that_goes_hands_its_part_on(decide):
    longer = A + " and some more of it"
    found = decide([[A, PART], [longer]])
    assert found[0, 1][0] == "contained"
    assert found[0, 1][2:4] == (1, 0)


@pytest.mark.parametrize(
    ("keep", "stays"), [("longest", (1, 0)), ("first", (0, 0)), ("priority:score", (2, 0)), ("priority:none", (1, 0))]
)
def test_keep(decide, keep, stays):
    docs = [[A], [A + " and more"], [edited(A, 5)]]
    metadata = ['{"score": 1}', '{"score": "9"}', '{"score": 2.5}']
    found = decide(docs, Settings(keep=keep), metadata)
    assert {(0, 0), (1, 0), (2, 0)} - set(found) == {stays}


def test_contained_anywhere(decide):
    docs = [[A], [PART]]
    assert decide(docs, Settings(contained="corpus"))[1, 0][:1] == ("contained",)
    assert decide([[A, PART]], Settings(contained="off")) == {}


def test_without_guard(decide):
    assert decide([[edited(A, 20, "1903")], [edited(A, 20, "1904")]], Settings(guard=False))


def test_dropped_blocks_are_no_twins(batch, run, verdicts):
    """What boilerplate dropped is not compared."""
    first = batch([[A], [B]])
    stage = first.blocks.column("stage").to_pylist()
    stage[0] = "boilerplate"
    index = first.blocks.schema.get_field_index("stage")
    blocks = first.blocks.set_column(index, first.blocks.schema.field("stage"), pa.array(stage, pa.string()))
    gone = type(first)(first.docs, blocks, first.edits)
    assert verdicts(run([gone, batch([[A]], first=2)])) == {}


def test_the_input_is_left_as_it_was(batch, run):
    given_batch = batch([[A], [A]])
    before = given_batch.blocks.to_pylist()
    assert run([given_batch])[0] is not given_batch
    assert given_batch.blocks.to_pylist() == before


def test_no_corpus(batch, run):
    assert len(run([batch([])])[0]) == 0


CHOSEN = [Settings(), Settings(keep="first", contained="corpus"), Settings(guard=False, threshold=0.4)]
blocks = st.lists(
    st.builds(
        lambda seed, cut, place, word: edited(" ".join(prose(seed).split()[cut : cut + 28]), place, word),
        st.integers(1, 3),
        st.sampled_from([0, 1, 3]),
        st.integers(0, 27),
        st.sampled_from(["copper", "Holm", "7", "amber"]),
    ),
    max_size=4,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(docs=st.lists(blocks, min_size=1, max_size=5), draw=st.randoms(use_true_random=False), chosen=st.sampled_from(CHOSEN))
def test_neither_cut_nor_order_nor_partitions_matter(batch, run, verdicts, docs, draw, chosen):
    single = [batch([doc], first=number) for number, doc in enumerate(docs)]
    draw.shuffle(single)
    assert verdicts(run(single, chosen, draw.choice([1, 2, 3, 40]))) == verdicts(run([batch(docs)], chosen))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(docs=st.lists(blocks, min_size=1, max_size=5), chosen=st.sampled_from(CHOSEN))
def test_what_goes_is_alike_to_what_stays(decide, docs, chosen):
    found = decide(docs, chosen)
    for (seq, pos), (rule, _, twin_seq, twin_pos, _) in found.items():
        assert (twin_seq, twin_pos) not in found
        one, two = (pairs(docs[s][p], chosen.shingle) for s, p in ((seq, pos), (twin_seq, twin_pos)))
        if rule == "near-duplicate":
            assert len(one & two) / len(one | two) >= chosen.threshold
        elif rule == "contained":
            assert len(one & two) / len(one) >= 0.95
        else:
            assert normal_form(docs[seq][pos]) == normal_form(docs[twin_seq][twin_pos])


def pairs(text, size):
    words = normal_form(text).split()
    return {tuple(words[i : i + size]) for i in range(len(words) - size + 1)}
