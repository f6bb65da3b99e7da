"""The fitted trees as numpy arrays give what LightGBM gives; skipped where the training extra is absent."""

import numpy as np
import pytest

pytest.importorskip("lightgbm")
pytest.importorskip("scipy")

from pipeline.boilerplate import html_paths, trees
from training import html_names, html_trees
from training.html_pages import HtmlPage, read
from training.pages import Page, Row


def test_trees_give_what_lightgbm_gives(monkeypatch):
    rng = np.random.default_rng(3)
    x = rng.normal(size=(2000, 5)).astype(np.float32)
    x[:, 4] = rng.integers(0, 3, 2000)  # borders between whole numbers
    label = (x[:, 0] + x[:, 4] * x[:, 1] > 0.3).astype(np.int8)
    monkeypatch.setattr(html_trees, "TREES", 20)
    models = []
    train = html_trees.lightgbm.train
    monkeypatch.setattr(html_trees.lightgbm, "train", lambda *a: models.append(train(*a)) or models[-1])
    found = html_trees.fit(x, label, np.ones(2000), 0)
    wanted = models[0].predict(x, raw_score=True)
    assert trees.logits(found, list(x.T.copy())) == pytest.approx(wanted, abs=2e-3)
    assert {k: v.tobytes() for k, v in html_trees.arrays(found).items()} == {
        k: v.tobytes() for k, v in html_trees.arrays(html_trees.fit(x, label, np.ones(2000), 0)).items()
    }


def test_names_of_content_and_of_furniture_are_told_apart():
    pages = []
    for i in range(12):
        page = Page(str(i), "html", "article", f"site{i}", "", "", [Row("a b c", content=1), Row("d e f", content=0)])
        pages.append(HtmlPage(page, [f"div.entry-content.own{i}x>p", "div.sidebar>p"], [0.0, 0.0]))
    table = html_names.fit(pages, [np.array([0.5, 0.5])] * 12)
    content, furniture, unknown = html_paths.score(html_paths.read(["div.content>p", "aside.sidebar>p", "b.zqx"]), table)
    assert content > unknown == 0 > furniture


def test_pages_are_labelled_by_their_reference():
    html = "<h1>The old mill</h1><p>By Anna Grey</p><p>The old mill has stood empty for eleven years now.</p><p>Log in to comment</p>"
    row = {"html": html.encode(), "main_content": "The old mill has stood empty for eleven years now.", "title": "The old mill"}
    page = read({**row, "author": "Anna Grey", "id": "1", "page_type": "article", "url": "http://a.example/x"})
    assert [r.content for r in page.page.rows] == [1, 0, 1, 0]
    assert [r.weight for r in page.page.rows] == [2, 0, 1, 1]


def test_pages_that_show_nothing_are_left_out():
    assert read({"html": b"<script>x</script>", "main_content": "", "title": "", "author": ""}) is None
