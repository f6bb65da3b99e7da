"""Paths, elements and trees, against definitions written the slow way."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.boilerplate import html_paths, trees
from pipeline.boilerplate.html_features import elements, first_pass, second_pass
from pipeline.boilerplate.html_model import Page, html, shipped

PATHS = ["main>p", "main>div#a.post>p", "main>div#a.post>ul>li", "nav>ul>li>a", "", "div.x>div.x>div.x>p"]


def html_of(rows):
    """Blocks of (page, path, link, text)."""
    raw = [text.encode() for _, _, _, text in rows]
    offsets = np.cumsum([0] + [len(r) for r in raw])
    zeros = np.zeros(len(rows), np.int64)
    path = pa.array([path for _, path, _, _ in rows]).dictionary_encode()
    link = np.array([link for _, _, link, _ in rows], np.float32)
    number = np.array([page for page, _, _, _ in rows], np.int64)
    page = Page(np.frombuffer(b"".join(raw), np.uint8), offsets, number, zeros, zeros, path, link)
    heads = np.tile(np.linspace(0.1, 0.9, len(rows), dtype=np.float32)[:, None], (1, 5))
    return html(page, heads)


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
    found = dict(first_pass(html_of(rows), shipped().names))
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
        for one, all_ in (
            (first_pass(alone, shipped().names), first_pass(whole, shipped().names)),
            (second_pass(alone, alone.heads[:, 0]), second_pass(whole, whole.heads[:, 0])),
        ):
            for (name, mine), (_, theirs) in zip(one, all_, strict=True):
                assert mine.tobytes() == theirs[at].tobytes(), name


def test_every_feature_has_a_name_of_its_own_and_trees_ask_only_those():
    found = html_of([(0, "main>p", 0.0, "one"), (0, "main>p", 0.0, "two")])
    columns = first_pass(found, shipped().names)
    assert shipped().first.features.max() < len(columns)
    more = [name for name, _ in columns[len(found.blocks.dense) :]] + [
        name for name, _ in second_pass(found, found.heads[:, 0])
    ]
    assert len(set(more)) == len(more)
    assert shipped().second.features.max() < len(found.blocks.dense) + len(more)


def walked(model, row):
    """One row through the trees, node by node."""
    total = 0
    for features, borders, leaves in zip(model.features, model.borders, model.leaves, strict=True):
        total += int(leaves[sum(int(row[f] > b) << k for k, (f, b) in enumerate(zip(features, borders, strict=True)))])
    return 1 / (1 + np.exp(-np.clip(total * model.unit + model.bias, -15, 15)))


def test_trees_against_a_walk():
    rng = np.random.default_rng(5)
    model = trees.Trees(
        rng.integers(0, 4, (9, 6)).astype(np.int16),
        rng.normal(size=(9, 6)).astype(np.float32),
        rng.integers(-999, 999, (9, 64)).astype(np.int16),
        0.001,
        0.3,
    )
    columns = [rng.normal(size=50).astype(np.float32) for _ in range(4)]
    wanted = [walked(model, row) for row in np.stack(columns, 1)]
    assert trees.probability(model, columns) == pytest.approx(wanted, abs=1e-6)
