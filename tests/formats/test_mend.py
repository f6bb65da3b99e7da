"""Mending: tables of cases, the laws of edits, and the proof that the gate lets nothing broken through."""

import itertools
import random
import re

import ftfy
import numpy as np
import pyarrow as pa
import pytest
from ftfy.badness import MOJIBAKE_CATEGORIES, is_bad
from hypothesis import given
from hypothesis import strategies as st

from pipeline.corpus import BLOCKS, DOCS, EDITS, Batch, utf8
from pipeline.formats.differences import differences
from pipeline.formats.mend import mend, mend_batch
from pipeline.formats.mend_gate import is_mojibake, suspects

FIRES = [  # text, mended, rules of its edits
    ("The cafÃ© at the corner", "The café at the corner", ["mojibake"]),
    ("donâ€™t", "don’t", ["mojibake"]),
    ("doesn\u00e2\u0080\u0099t", "doesn’t", ["mojibake"]),
    ("â€œA quotation,â€ she said", "“A quotation,” she said", ["mojibake", "mojibake"]),  # 9D lost without a trace
    ("â€œA quotationâ€\ufffd", "“A quotation”", ["mojibake", "mojibake"]),
    ("voilÃ\u00a0 le travail", "voilà le travail", ["mojibake"]),
    ("schÃƒÂ¶n", "schön", ["mojibake"]),
    ("ÐŸÑ€Ð¸Ð²ÐµÑ‚ Ð¼Ð¸Ñ€", "Привет мир", ["mojibake", "mojibake"]),
    ("\u0093Hi\u0094", "“Hi”", ["mojibake"]),
    ("Tom &amp; Ann", "Tom & Ann", ["entity"]),
    ("it&#39;s &amp;amp;hellip;", "it's …", ["entity", "entity"]),
    ("P&EACUTE;REZ", "PÉREZ", ["entity"]),
    ("&nbsp;Hello&nbsp;", "Hello", ["entity"]),
    ("a&shy;b", "ab", ["entity"]),
    ("the o\ufb03ce \ufb01rst", "the office first", ["ligature"]),
    ("exam\u00adple, and exam\u00adple", "example, and example", ["invisible", "invisible"]),
    ("foo\u200bbar\ufeff", "foobar", ["invisible"]),
    ("be\u200dtween be\u200ctween", "between between", ["invisible", "invisible"]),
    ("left \u200eto right\u202c", "left to right", ["invisible", "invisible"]),
    ("a\x07b\x00c\x7f", "abc", ["invisible"]),
    ("\x1b[31mred\x1b[0m", "red", ["invisible"]),
    ("one line\r\nand another", "one line\nand another", ["line-break"]),
    ("one line\u2028and another\rlast", "one line\nand another\nlast", ["line-break", "line-break"]),
    ("\u200b \u00ad", "", ["invisible"]),
]

HOLDS = [
    "",
    "Plain words.",
    "“Curly quotes” aren’t straight – they stay… and ‘so’ do—these",
    "naïve café, Größe, Füße, œuvre, Œuvres, Å, ÎLE, DÉJÀ VU, Łódź, Şişli, ĀBOLS, señor, El Niño, À la carte",
    "Привет, мир! «Ёлки» №5",
    "Γειά σου Κόσμε",
    "می\u200cخواهم به خانه بروم",  # a joiner the script needs
    "क्\u200dष क्\u200cष",
    "👨\u200d👩\u200d👧 and ❤\ufe0f\u200d🔥",
    "សួស្តី\u200bពិភពលោក",  # words are parted by U+200B
    "שלום \u200eabc\u200f",
    "Ｆｕｌｌ width and ｶﾅ",
    "e\u0301 is not composed",
    "10³ m², ½ cup, 5 µm, 20 °C, № 7, £5, 10 €, ©2020, Acme™",
    "R&D at AT&T; fish & chips; a&b",
    "write <b> as &lt;b&gt; and & as &amp;",  # text about markup
    "日本語のテキスト。全角！",
    "a\tb\fc\nd",
    "\ufffd lost",
    "i\u0307stanbul √2 ≈ 1.41 ¡Hola! ¿Qué? «oui»",
    "  kept as it is  ",
]

KNOWN_FAILURES = [  # ftfy's own: bytes that also make a word of the wrong encoding, and letters lost for good
    ("fÃ cil", "fàcil"),  # Catalan
    ("Ã©tÃ? fini", "été fini"),
]


def undone(text, edits):
    for edit in reversed(edits):
        assert text[edit.start : edit.start + len(edit.after)] == edit.after
        text = text[: edit.start] + edit.before + text[edit.start + len(edit.after) :]
    return text


def batch_of(texts):
    blocks = [{"doc": 0, "pos": i, "lead": "\n", "indent": "", "text": text} for i, text in enumerate(texts)]
    return Batch(pa.Table.from_pylist([{"seq": 0}], DOCS), pa.Table.from_pylist(blocks, BLOCKS), EDITS.empty_table())


def suspected(texts):
    return set(suspects(*utf8(pa.chunked_array([pa.array(texts, pa.string())]))).tolist())


@pytest.mark.parametrize(("text", "mended", "rules"), FIRES)
def test_fires(text, mended, rules):
    found, edits = mend(text)
    assert found == mended
    assert [edit.rule for edit in edits] == rules
    assert undone(found, edits) == text
    assert mend(found) == (found, [])
    assert suspected([text]) == {0}


@pytest.mark.parametrize("text", HOLDS)
def test_holds(text):
    assert mend(text) == (text, [])


@pytest.mark.xfail(strict=True)
@pytest.mark.parametrize(("text", "mended"), KNOWN_FAILURES)
def test_known_failures(text, mended):
    assert mend(text)[0] == mended


def test_evidence():
    _, edits = mend("soft\u00ad and cafÃ©")
    assert [edit.evidence for edit in edits] == ["U+00AD", "encode latin-1, decode utf-8"]


def test_edits_are_words():
    words = ["plain"] * 2000
    words[5], words[1000], words[1999] = "cafÃ©", "ﬁve", "&lt;"
    _, edits = mend(" ".join(words))
    assert [(edit.before, edit.after) for edit in edits] == [("cafÃ©", "café"), ("ﬁve", "five"), ("&lt;", "<")]


@pytest.mark.parametrize("text", ["Ã " * 5000, "cafÃ© " * 5000 + "end", "a " * 9 + "soft\u00ad " * 2000 + "end", "Ã©" * 5000])
def test_a_text_damaged_throughout_is_one_edit(text):
    mended, edits = mend(text)
    assert len(edits) == 1
    assert undone(mended, edits) == text
    assert mended.endswith("end") == text.endswith("end")


def test_batch():
    texts = ["sound", "soft\u00adened", "\u200b\u200b", "R&D", "«é» “ok”", "Tom &amp; Ann", ""]
    batch = mend_batch(batch_of(texts))
    assert batch.texts() == ["sound", "softened", "\u200b\u200b", "R&D", "«é» “ok”", "Tom & Ann", ""]
    assert batch.blocks["rule"].to_pylist() == [None, None, "invisible", None, None, None, None]
    assert batch.blocks["evidence"].to_pylist()[2] == "U+200B"
    assert [(row["pos"], row["stage"], row["rule"]) for row in batch.edits.to_pylist()] == [
        (1, "read", "invisible"),
        (5, "read", "entity"),
    ]
    clean = batch_of(["sound", "as can be"])
    assert mend_batch(clean) is clean
    assert len(mend_batch(batch_of([]))) == 0


def test_a_page_damaged_throughout_is_told_by_block(monkeypatch):
    """A million lines of mojibake took 2.9 CPU seconds a megabyte, half of that to tell words that nobody reads."""
    monkeypatch.setattr("pipeline.formats.mend.MANY", 2)
    monkeypatch.setattr("pipeline.formats.mend.HELD", 3)
    texts = ["a cafÃ© here", "sound", "soft\u00ad here", "one cafÃ©, two cafÃ©", "\u200b", "Tom &amp; Ann"]
    batch = mend_batch(batch_of(texts))
    assert batch.texts() == ["a café here", "sound", "soft here", "one café, two café", "\u200b", "Tom & Ann"]
    assert [(row["pos"], row["start"], row["before"], row["after"], row["rule"]) for row in batch.edits.to_pylist()] == [
        (0, 2, "cafÃ©", "café", "mojibake"),
        (2, 0, "soft\u00ad", "soft", "invisible"),
        (3, 0, "one cafÃ©, two cafÃ©", "one café, two café", "mojibake"),
        (5, 0, "Tom &amp; Ann", "Tom & Ann", "entity"),
    ]


ODD = "ab <>&;\n\r\u00a0\u00ad\u200b\u200c\u200d\u200e\u2028\ufeff\x1b\x00\x85\x9dﬁĳÃÂ©â€™œ“”é¡к\u064a\u0e01¤ÐŸÎ√\ufffd"
TEXTS = st.one_of(
    st.text(ODD, max_size=30),
    st.text(max_size=30),
    st.lists(st.sampled_from(["&amp;", "amp;", "&lt;", "&#8203;", "&#xad;", "&nbsp;", " ", "é", "<b>", "x"]), max_size=12).map(
        "".join
    ),
    st.text("aé ’“”—к漢", min_size=1, max_size=20).map(lambda t: t.encode().decode("cp1252", "replace")),
    st.text("aé ’“”—к漢", min_size=1, max_size=20).map(lambda t: t.encode().decode("latin-1")),
)


@given(TEXTS)
def test_mended_text_is_sound_and_the_edits_undo_it(text):
    mended, edits = mend(text)
    assert undone(mended, edits) == text
    assert mend(mended) == (mended, [])
    if edits:
        assert mended == mended.strip()


@given(st.lists(TEXTS, max_size=8))
def test_a_batch_is_mended_as_its_texts_are(texts):
    batch = mend_batch(batch_of(texts))
    dropped = batch.blocks["rule"].to_pylist()
    for text, found, rule in zip(texts, batch.texts(), dropped, strict=True):
        assert (rule == "invisible") == (text != "" and mend(text)[0] == "")
        assert found == (text if rule else mend(text)[0])


@given(st.text("ab \n", max_size=60), st.text("ab \n", max_size=60))
def test_differences_rebuild_the_old_text(old, new):
    found = differences(old, new)
    rebuilt, end = "", 0
    for start, before, after in found:
        assert start >= end
        assert new[start : start + len(after)] == after
        rebuilt += new[end:start] + before
        end = start + len(after)
    assert rebuilt + new[end:] == old
    assert bool(found) == (old != new)


def test_the_gate_knows_every_pair_that_makes_ftfy_suspicious():
    """Two characters decide: all pairs of all characters in ftfy's tables, in the contexts its expression names."""
    tables = re.compile(f"[{''.join(MOJIBAKE_CATEGORIES.values())}ÂÃÎÐπ]")
    every = [c for c in map(chr, range(0x80, 0x10000)) if tables.match(c)]
    assert len(every) > 400
    for one in random.Random(4).sample(every, 60):
        texts = [context.format(one, other) for other in every for context in ("{}{}", "a{}{}b", "x {}{} .", "a{} {}b")]
        clean = set(range(len(texts))) - suspected(texts)
        assert [texts[i] for i in clean if is_bad(texts[i])] == []
        assert [text for text in texts if is_mojibake(text) != is_bad(text)] == []


def test_the_gate_agrees_with_ftfy_on_random_texts():
    """What it lets through, ftfy (set as we set it) leaves alone."""
    rng = random.Random(8)
    alphabet = [c for c in "".join(MOJIBAKE_CATEGORIES.values()) if ord(c) >= 0x80] + list(" aZz.,?!\"'&;\n") * 12
    texts = ["".join(rng.choices(alphabet, k=rng.randint(1, 8))) for _ in range(40_000)]
    config = ftfy.TextFixerConfig(
        unescape_html="auto", fix_character_width=False, uncurl_quotes=False, normalization=None, explain=False
    )
    clean = sorted(set(range(len(texts))) - suspected(texts))
    assert len(clean) > 2000
    assert [text for text in texts if is_mojibake(text) != is_bad(text)] == []
    assert [texts[i] for i in clean if ftfy.fix_text(texts[i], config) != texts[i]] == []


def test_the_gate_at_the_edges():
    assert suspected([]) == set()
    assert suspected(["", "", "é", "\u00ad", "", "ﬁ"]) == {3, 5}
    assert suspected(["a" * 70_000, "x\r", "𝒳 😀", "tail 漢"]) == {1}
    lone = ["".join(pair) for pair in itertools.product("aé“", "œŒÃÂÐ")]
    assert suspected(lone) == set(range(len(lone)))
    column = pa.chunked_array([["ok", "soft\u00ad"], ["é"], ["a\u200b"]])
    assert suspects(*utf8(column.slice(1))).tolist() == np.array([0, 2]).tolist()
