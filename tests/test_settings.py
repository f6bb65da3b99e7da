"""Settings from pairs and TOML: what fits, what is refused, and that every field is documented."""

import ast
import inspect
from dataclasses import fields

import pytest

from pipeline import boilerplate, dedup, repair
from pipeline.config import from_environment, from_pairs, from_toml, gather
from pipeline.settings import Settings, SettingsError

FITS = [
    ("dedup.threshold=0.8", lambda s: s.dedup.threshold, 0.8),
    ("dedup.threshold=1", lambda s: s.dedup.threshold, 1.0),
    ("boilerplate.balance=even", lambda s: s.boilerplate.balance, "even"),
    ('boilerplate.phrases=["Buy now"]', lambda s: s.boilerplate.phrases, ("Buy now",)),
    ("repair.learn=false", lambda s: s.repair.learn, False),
    ('repair.rules={ass="bad"}', lambda s: dict(s.repair.rules), {"ass": "bad"}),
    ("formats=text,parquet", lambda s: s.formats, ("text", "parquet")),
    ("workers=3", lambda s: s.workers, 3),
    ("max_memory=600MB", lambda s: s.memory, 600_000_000),
    ("max_memory=1.5 gib", lambda s: s.memory, 3 << 29),
    ("max_memory=500000000", lambda s: s.memory, 500_000_000),
    ("max_memory=0", lambda s: s.memory, 0),
]
REFUSED = [
    ("treshold=1", "unknown setting treshold"),
    ("dedup.treshold=1", "unknown setting dedup.treshold"),
    ("dedup=1", "is a table"),
    ("workers=true", "workers"),
    ("workers=-1", "negative"),
    ("dedup.threshold=often", "dedup.threshold"),
    ("boilerplate.balance=most", "balance"),
    ("boilerplate.site_share=2", "site_share"),
    ("repair.rules={ass='ass'}", "repair"),
    ("formats=xml", "formats"),
    ("formats=", "formats"),
    ("engine=dask", "engine"),
    ("max_memory=300MB", "at least 400MB"),
    ("max_memory=lots", "is no size"),
    ("max_memory=true", "is no size"),
    ("max_memory=-1", "is no size"),
]


@pytest.mark.parametrize(("pair", "get", "value"), FITS, ids=[row[0] for row in FITS])
def test_fits(pair, get, value):
    assert get(gather([("", from_pairs([pair]))]).settings) == value


@pytest.mark.parametrize(("pair", "message"), REFUSED, ids=[row[0] for row in REFUSED])
def test_refused(pair, message):
    with pytest.raises(SettingsError, match=message):
        gather([("", from_pairs([pair]))])


def test_toml(tmp_path):
    (tmp_path / "a.toml").write_text('formats = ["parquet"]\n[dedup]\nthreshold = 0.7\n[repair.rules]\nass = "bad"\n')
    settings = gather([("", from_toml(tmp_path / "a.toml"))]).settings
    assert (settings.formats, settings.dedup.threshold, settings.repair.rules) == (("parquet",), 0.7, {"ass": "bad"})


@pytest.mark.parametrize("text", ["formats = [", "colour = 1", b"\xff"], ids=str)
def test_broken_toml(text, tmp_path):
    (tmp_path / "a.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SettingsError):
        gather([("", from_toml(tmp_path / "a.toml"))])


@pytest.mark.parametrize("owner", [Settings, boilerplate.Settings, repair.Settings, dedup.Settings], ids=lambda c: c.__module__)
def test_every_setting_is_documented(owner):
    tree = ast.parse(inspect.getsource(owner)).body[0]
    said = inspect.getdoc(owner)
    for node, following in zip(tree.body, tree.body[1:], strict=False):
        if isinstance(node, ast.AnnAssign) and isinstance(following, ast.Expr):
            said += f"\n{node.target.id}:"
    for f in fields(owner):
        assert f"{f.name}:" in said or f.name in ("boilerplate", "repair", "dedup"), f.name


def test_the_later_source_wins_and_is_named(tmp_path):
    (tmp_path / "a.toml").write_text("workers = 2\nbatch = 100\n[dedup]\nthreshold = 0.7\n")
    environment = {"PIPELINE_DEDUP_THRESHOLD": "0.8", "PIPELINE_BATCH": "200", "PIPELINE_WORKSPACE": "not ours"}
    layers = [
        ("file", from_toml(tmp_path / "a.toml")),
        ("environment", from_environment(environment)),
        ("--set", from_pairs(["dedup.threshold=0.9"])),
    ]
    config = gather(layers)
    assert (config.settings.workers, config.settings.batch, config.settings.dedup.threshold) == (2, 200, 0.9)
    lines = list(config.lines())
    assert "workers = 2  (file)" in lines
    assert "batch = 200  (environment)" in lines
    assert "dedup.threshold = 0.9  (--set)" in lines
    assert "engine = 'local'  (default)" in lines
