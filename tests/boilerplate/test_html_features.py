"""Paths, elements and trees, against definitions written the slow way."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.boilerplate import html_paths, trees
from pipeline.boilerplate.features import extract
from pipeline.boilerplate.html_features import columns, elements
from pipeline.boilerplate.html_model import html, shipped

PATHS = ["main>p", "main>div#a.post>p", "main>div#a.post>ul>li", "nav>ul>li>a", "", "div.x>div.x>div.x>p"]


def html_of(rows):
    """Blocks of (page, path, link, text)."""
    raw = [text.encode() for _, _, _, text in rows]
    offsets = np.cumsum([0] + [len(r) for r in raw])
    zeros = np.zeros(len(rows), np.int64)
    path = pa.array([path for _, path, _, _ in rows]).dictionary_encode()
    link = np.array([link for _, _, link, _ in rows], np.float32)
    number = np.array([page for page, _, _, _ in rows], np.int64)
    blocks = extract(np.frombuffer(b"".join(raw), np.uint8), offsets, number, zeros, zeros)
    heads = np.tile(np.linspace(0.1, 0.9, len(rows), dtype=np.float32)[:, None], (1, 5))
    return html(blocks, heads, path, link)


def test_elements_are_known_by_their_path():
    paths = html_paths.read(PATHS)
    assert paths.depth.tolist() == [2, 3, 4, 4, 1, 4]
    assert paths.elements[1, 1] == paths.elements[2, 1] != paths.elements[0, 1]
    assert paths.elements[0, 0] == paths.elements[1, 0] != paths.elements[3, 0]
    assert paths.steps[5, 0] == paths.steps[5, 1]
    assert paths.elements[5, 0] != paths.elements[5, 1]


@pytest.mark.parametrize(
    ("step", "tag", "words"),
    [
        ("div#content.entry-main", "div", ["content", "entry", "main", "content entry", "entry main"]),
        ("p", "p", []),
        ("section.relatedPosts", "section", ["related", "posts", "related posts"]),
        ("", "", []),
    ],
)
def test_names_of_a_step(step, tag, words):
    assert html_paths.tag_of(step) == tag
    wanted = [html_paths.zlib.crc32(gram.encode()) for gram in (f"<{tag}>", *words)]
    assert html_paths.hashes(step).tolist() == wanted


def test_score_is_the_sum_of_known_names_by_zone():
    table = html_paths.PathTable(np.zeros(html_paths.SLOTS, np.uint8), np.zeros((html_paths.SLOTS, html_paths.ZONES), np.int8))
    for name, weights in (("<p>", [1, 2, 4]), ("post", [8, 16, 32])):
        gram = html_paths.zlib.crc32(name.encode())
        table.checks[gram % html_paths.SLOTS] = gram >> 24
        table.weights[gram % html_paths.SLOTS] = weights
    paths = html_paths.read(["p", "p>p", "p>p>p>p", "div.post>p", "div.post>b>p", "q"])
    assert html_paths.score(paths, table).tolist() == [1, 3, 11, 17, 33, 0]


def test_shares_of_an_element():
    rows = [
        (0, "main>p", 0.0, "one two three"),
        (0, "main>p", 1.0, "four"),
        (0, "nav>a", 1.0, "five six"),
        (1, "main>p", 0.5, "seven"),
    ]
    found = dict(columns(html_of(rows), shipped().names))
    assert found["blocks up 0"].tolist() == [2, 2, 1, 1]
    assert found["link up 0"].tolist() == pytest.approx([1024 * 2 / 6] * 2 + [1024, 512], abs=1e-3)
    assert found["share down 0"].tolist() == pytest.approx([6 / 9, 6 / 9, 3 / 9, 1], abs=1e-6)
    assert elements(html_of(rows)).number == 7


ROWS = st.lists(
    st.tuples(
        st.integers(0, 3), st.sampled_from(PATHS), st.sampled_from([0.0, 0.5, 1.0]), st.sampled_from(["a b", "x" * 9, "1."])
    )
)


@settings(max_examples=25, deadline=None)
@given(ROWS.filter(bool))
def test_features_of_a_page_are_its_own(rows):
    rows = sorted(rows, key=lambda row: row[0])
    whole = html_of(rows)
    for number in sorted({row[0] for row in rows}):
        at = np.flatnonzero([row[0] == number for row in rows])
        alone = html_of([rows[i] for i in at])._replace(heads=whole.heads[at])
        mine, theirs = columns(alone, shipped().names), columns(whole, shipped().names)
        for (name, one), (_, all_) in zip(mine, theirs, strict=True):
            assert one.tobytes() == all_[at].tobytes(), name


def test_every_feature_has_a_name_of_its_own_and_trees_ask_only_those():
    found = html_of([(0, "main>p", 0.0, "one"), (0, "main>p", 0.0, "two")])
    names = [name for name, _ in columns(found, shipped().names)]
    assert shipped().trees.features.max() < len(names)
    beside_text = names[len(found.blocks.dense) :]
    assert len(set(beside_text)) == len(beside_text)


TREE = trees.Trees(  # x0 > 1 ? (x1 > 0 ? c : b) : a; and one of a single leaf
    np.array([[0, 1] + [0] * 13, [0] * 15], np.int16),
    np.array([[1.0, 0.0] + [np.inf] * 13, [np.inf] * 15], np.float32),
    np.array([[0b001, 0b010] + [0] * 13, [0] * 15], np.uint16),
    np.array([[-10, 20, 30] + [0] * 13, [5] + [0] * 15], np.int16),
    0.1,
    -1.0,
)


@pytest.mark.parametrize(("x", "logit"), [((0, 5), -1.5), ((1, 5), -1.5), ((2, 0), 1.5), ((2, 0.1), 2.5), ((-9, -9), -1.5)])
def test_trees(x, logit):
    columns = [np.array([value, 0], np.float32) for value in x]
    assert trees.logits(TREE, columns)[0] == pytest.approx(logit, abs=1e-6)
