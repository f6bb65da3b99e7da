"""What site software left inside a paragraph: of "[ad_1] The mill opened. [ad_2] Source link" the sentence stays.

Text whose line breaks were lost holds on one line what else would be lines of their own. Only what stands between two
sentences goes, or at an end of the block: "The tag [ad_1] is a shortcode" is a sentence about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.boilerplate import headline
from pipeline.boilerplate.rules import CODES, PLUGINS
from pipeline.boilerplate.tokens import Ints
from pipeline.corpus import Batch, Edit
from pipeline.text.find import holding

_ONE = f"(?:{'|'.join(CODES)}|Source link|Original source|Read the full article here)"
JUNK = re.compile(rf"{_ONE}(?:\s*{_ONE})*")
HINT = rf"\[/?({PLUGINS})[_\s\]-]|adsbygoogle|Source link|Original source|full article here"
ENDINGS = [int.from_bytes(end, "big") for end in (b"nk", b"ce", b"re")]  # of the three lines about a source
Cut = tuple[int, str, str]  # start in the new text, before, after
ENDS = frozenset(".!?…:。！？”\"’')]»")
OPENS = frozenset("“\"‘'«¿¡([„")


def rewrite(batch: Batch, stage: str) -> Batch:
    """The batch without what stands between the sentences of its blocks; a block of nothing else stays for the line rules.

    Args:
        batch: whole documents.
        stage: the word for it in the ledger.
    """
    hinted = _hinted(batch)
    found = zip(hinted.tolist(), map(_stripped, batch.texts(hinted)), strict=True)
    changed = [(row, text, cuts) for row, (text, cuts) in found if cuts and text]
    edits = [Edit(row, *cut, "inline", "between sentences") for row, _, cuts in changed for cut in cuts]
    return batch.rewrite(stage, np.array([row for row, _, _ in changed], np.int64), [text for _, text, _ in changed], edits)


def _hinted(batch: Batch) -> Ints:
    """Rows worth a look: all codes hold a bracket, and the lines about a source end as few others do."""
    text, offsets = batch.buffer()
    end = offsets[1:] - 1
    last = (np.diff(offsets) > 1) & np.isin(text[end - 1].astype(np.int64) << 8 | text[end], ENDINGS)
    rows = np.union1d(holding(text, offsets, "["), np.flatnonzero(last))
    texts = batch.blocks.column("text").take(pa.array(rows))
    return np.asarray(rows[pc.match_substring_regex(texts, HINT).to_numpy()], np.int64)


def _stripped(text: str) -> tuple[str, list[Cut]]:
    """As `strip`; no cut behind a headline, whose tail goes with all that follows: of two cuts one could not be undone."""
    new, cuts = strip(text)
    title, _ = headline.tail_of(new)
    return strip(text, end=1) if title and cuts and cuts[-1][0] > len(title) else (new, cuts)


def strip(text: str, end: int | None = None) -> tuple[str, list[Cut]]:
    """The text without what software left between its sentences before `end`, and the cuts.

    >>> strip("[ad_1] The mill opened. [ad_2] Source link")[0], strip("The tag [ad_1] is a shortcode.")[0]
    ('The mill opened.', 'The tag [ad_1] is a shortcode.')
    """
    out, cuts, done, size = list[str](), list[Cut](), 0, 0
    for low, high in takewhile(lambda span: end is None or span[0] < end, _spans(text)):
        if not _between(text, low, high):
            continue
        after = _space(text[low:high]) if low and high < len(text) else ""
        out += [text[done:low], after]
        size += low - done
        cuts.append((size, text[low:high], after))
        size, done = size + len(after), high
    return "".join(out) + text[done:], cuts


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where codes stand, with the white space round them."""
    done = 0
    for found in JUNK.finditer(text):
        low, high = found.span()
        while low > done and text[low - 1].isspace():
            low -= 1
        while high < len(text) and text[high].isspace():
            high += 1
        done = high
        yield low, high


def _space(junk: str) -> str:
    """What parts the sentences round it: the break of a line if there was one."""
    return "\n" if "\n" in junk else " "


def _between(text: str, low: int, high: int) -> bool:
    """Whether the text before ends a sentence and the text after begins one."""
    last = high == len(text)
    ended = not low or text[low - 1] in ENDS or (last and "[/" in text[low:high])
    return ended and (last or _opens(text[high]))


def _opens(letter: str) -> bool:
    """Whether a sentence may begin so."""
    return letter in OPENS or letter.isdigit() or (letter.isalpha() and not letter.islower())
