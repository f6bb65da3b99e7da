"""What is fitted is what is shipped: the network in PyTorch and in numpy give the same logits, and equal fits equal files."""

from itertools import pairwise

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is an extra for training only")
pytest.importorskip("rapidfuzz", reason="rapidfuzz is an extra for training only")
pytest.importorskip("inscriptis", reason="inscriptis is an extra for training only")

from pipeline.boilerplate import network  # noqa: E402
from pipeline.boilerplate.features import number_pages  # noqa: E402
from training import html_net, labels  # noqa: E402
from training.export import layers, write  # noqa: E402
from training.net import HtmlNet, Net, prepare, scales  # noqa: E402
from training.pages import Row, blocks_of, headed, rows_of  # noqa: E402
from training.table import Table  # noqa: E402

PAGES = [
    [Row("Menu"), Row("Home", 2, 1), Row("The wheel was rusted through, and owls lived in the loft.", 0, 2), Row("Share")],
    [Row("• 3 comments"), Row("© 2024 Valley Herald"), Row("Новости"), Row("“Yes,” she said — twice.")],
    [Row("alone")],
]


@pytest.fixture
def fitted():
    torch.manual_seed(3)
    rng = np.random.default_rng(3)
    table = Table(rng.integers(0, 4, 1 << 10).astype(np.uint8), np.arange(1 << 10) > 0, 8)
    net = Net(table, *scales(PAGES))
    with torch.no_grad():
        net.vectors.weight *= 20
    return net.eval(), table


def test_logits_agree(fitted, tmp_path):
    net, table = fitted
    write(tmp_path / "m.npz", net, table)
    with np.load(tmp_path / "m.npz") as data:
        weights = network.read(dict(data))
    with torch.no_grad():
        net.vectors.weight.copy_(_shipped_vectors(tmp_path / "m.npz"))
        wanted = net(prepare(PAGES, table))
    blocks = blocks_of(PAGES)
    heads, clean = network.run(network.inputs(blocks, weights), blocks.pages, weights)
    assert np.allclose(heads, wanted.heads.numpy(), atol=0.05)
    assert np.allclose(clean, wanted.clean.numpy(), atol=0.05)


def test_logits_of_the_network_for_html_agree():
    torch.manual_seed(3)
    rng = np.random.default_rng(3)
    x, pages = rng.normal(size=(40, 12)).astype(np.float32), number_pages(np.repeat([0, 1, 2], [20, 1, 19]))
    net = HtmlNet(x.mean(0), x.std(0)).eval()
    with torch.no_grad():
        wanted = net(torch.from_numpy(x), pages).numpy()
    shipped = network.read_layers(layers(net))
    found = network.logits(network.hidden(network.standardized(x.copy(), shipped), pages, shipped), shipped)
    assert found[:, 0] == pytest.approx(wanted, abs=1e-3)


def test_a_network_for_html_learns_what_stands_below_a_heading():
    rng = np.random.default_rng(5)
    x = rng.normal(size=(600, 3)).astype(np.float32)
    content = np.append(False, x[:-1, 0] > 0)
    rows = html_net.Rows(x, content.astype(np.int8), np.ones(600, np.float32), np.full(600, 10))
    edges = np.arange(0, 601, 20).tolist()
    net = html_net.fit(rows, list(pairwise(edges)), 0).eval()
    with torch.no_grad():
        said = net(torch.from_numpy(x), number_pages(np.repeat(np.arange(30), 20))).numpy() > 0
    inside = np.arange(600) % 20 > 0
    assert (said == content)[inside].mean() > 0.8


def test_equal_fits_are_equal_files(fitted, tmp_path):
    for name in ("a.npz", "b.npz"):
        write(tmp_path / name, *fitted)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_weights_beyond_the_exact_range_are_refused(fitted, tmp_path):
    net, table = fitted
    with torch.no_grad():
        net.layers[1].weight.fill_(3)
    with pytest.raises(ValueError, match="not exact"):
        write(tmp_path / "m.npz", net, table)


def test_labels_follow_the_order_of_the_reference():
    page = ["Mill reopens", "Home", "The old mill by the river turns again.", "Related", "The old mill by the road was sold."]
    assert labels.content(page, "The old mill by the river turns again.").tolist() == [0, 0, 1, 0, 0]


def test_the_headline_is_content_and_the_byline_is_left_open():
    rows = [Row("Home"), Row("Mill reopens", role=labels.HEADLINE), Row("By Ann", role=labels.BYLINE), Row("Text", content=1)]
    assert [(row.content, row.weight) for row in headed(rows)] == [(0, 1), (1, 2), (0, 0), (1, 1)]


def test_rows_are_the_blocks_of_the_package():
    assert rows_of("One\n\n\n  Two\n") == [Row("One"), Row("Two", 2, 2)]


def _shipped_vectors(path):
    """The vectors as the file has them, rounded to bytes."""
    with np.load(path) as data:
        return torch.from_numpy(data["vectors"].astype(np.float32) * data["scale"])
