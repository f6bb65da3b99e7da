"""Settings from pairs and TOML: what fits, what is refused, and that every field is documented."""

import ast
import inspect
from dataclasses import fields

import pytest

from pipeline import boilerplate, dedup, repair
from pipeline.settings import Settings, SettingsError, from_pairs, from_toml

FITS = [
    ("dedup.threshold=0.8", lambda s: s.dedup.threshold, 0.8),
    ("dedup.threshold=1", lambda s: s.dedup.threshold, 1.0),
    ("boilerplate.balance=even", lambda s: s.boilerplate.balance, "even"),
    ('boilerplate.phrases=["Buy now"]', lambda s: s.boilerplate.phrases, ("Buy now",)),
    ("repair.learn=false", lambda s: s.repair.learn, False),
    ('repair.rules={ass="bad"}', lambda s: dict(s.repair.rules), {"ass": "bad"}),
    ("formats=text,parquet", lambda s: s.formats, ("text", "parquet")),
    ("workers=3", lambda s: s.workers, 3),
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
]


@pytest.mark.parametrize(("pair", "get", "value"), FITS, ids=[row[0] for row in FITS])
def test_fits(pair, get, value):
    assert get(from_pairs([pair], Settings())) == value


@pytest.mark.parametrize(("pair", "message"), REFUSED, ids=[row[0] for row in REFUSED])
def test_refused(pair, message):
    with pytest.raises(SettingsError, match=message):
        from_pairs([pair], Settings())


def test_toml(tmp_path):
    (tmp_path / "a.toml").write_text('formats = ["parquet"]\n[dedup]\nthreshold = 0.7\n[repair.rules]\nass = "bad"\n')
    settings = from_toml(tmp_path / "a.toml", Settings())
    assert (settings.formats, settings.dedup.threshold, settings.repair.rules) == (("parquet",), 0.7, {"ass": "bad"})


@pytest.mark.parametrize("text", ["formats = [", "colour = 1", b"\xff"], ids=str)
def test_broken_toml(text, tmp_path):
    (tmp_path / "a.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SettingsError):
        from_toml(tmp_path / "a.toml", Settings())


@pytest.mark.parametrize("owner", [Settings, boilerplate.Settings, repair.Settings, dedup.Settings], ids=lambda c: c.__module__)
def test_every_setting_is_documented(owner):
    tree = ast.parse(inspect.getsource(owner)).body[0]
    said = inspect.getdoc(owner)
    for node, following in zip(tree.body, tree.body[1:], strict=False):
        if isinstance(node, ast.AnnAssign) and isinstance(following, ast.Expr):
            said += f"\n{node.target.id}:"
    for f in fields(owner):
        assert f"{f.name}:" in said or f.name in ("boilerplate", "repair", "dedup"), f.name
