"""Text whose letters are wrong -> the letters that were meant: mojibake, entities, ligatures, invisible characters.

The repairs are ftfy's, without those that change how sound text is written: quotes stay curly, widths and normal forms
stay. Exact "nothing to fix" tests over the batch's bytes come first (`mend_gate`): ftfy reads 3 MB/s, and most text is
sound.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

import ftfy
import numpy as np
from ftfy import fixes
from ftfy.chardata import CONTROL_CHARS, LIGATURES
from numpy.typing import NDArray

from pipeline.corpus import Batch, Edit, Verdicts
from pipeline.formats.differences import differences
from pipeline.formats.mend_gate import is_mojibake, suspects

STAGE = "read"
CONFIG = ftfy.TextFixerConfig(explain=False)  # made once: its own default is made anew for each text
HELD = 1 << 16  # blocks whose replacements are held in memory
MANY = 10_000  # suspect blocks of a page, from which on the replacements in one are told as one: nobody reads them
SOUND = string.ascii_letters + string.digits
TAG = re.compile(r"<[a-zA-Z/!]")  # text about markup: its entities may be meant
AMPERSANDS = re.compile(r"&(?:amp;|#38;|#x26;){2,}", re.IGNORECASE)  # escaped again and again: one step, not one each
# a closing quote whose third byte, 9D, has no character in windows-1252 and was lost on the way; ftfy needs all three
LOST_QUOTE = re.compile("â€(?:\ufffd|(?![\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]))")

# scripts in which a joiner shapes the letter before it (Arabic to Tibetan, Khmer, Mongolian...), and parts of emoji
SHAPED = (
    "\u0600-\u08ff\u0900-\u109f\u1780-\u18af\u1a20-\u1aaf\u1b00-\u1bff\u200d\ua840-\ua8ff\ufb50-\ufdff\ufe0f\ufe70-\ufefc"
    "\u2190-\u2bff\u3030\u303d\U00011000-\U00011fff\U0001f000-\U0001faff"
)
UNSPACED = "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u1950-\u19ff\u1a20-\u1aaf"  # here U+200B parts the words
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
INVISIBLE = re.compile(
    "[\u00ad\u0080-\u009f\u2060-\u2064\ufeff]+"
    f"|(?<![{SHAPED}])[\u200c\u200d]+"
    f"|(?<![{UNSPACED}])\u200b+|\u200b+(?![{UNSPACED}\u200b])"
)


class Mending(NamedTuple):
    """One replacement: `before` became `after`, which starts at `start` in the mended text."""

    start: int  # characters
    before: str
    after: str
    rule: str  # "mojibake", "entity", "ligature", "invisible" or "line-break"
    evidence: str


def mend(text: str, *, by_word: bool = True) -> tuple[str, list[Mending]]:
    r"""The text with its letters mended, and what was replaced, in order.

    White space at the ends that a replacement uncovers goes too, so that a block still ends with visible characters.

    Args:
        text: of one block.
        by_word: False tells all replacements as one.

    >>> mend("The cafÃ© at the o\ufb03ce")[0]
    'The café at the office'
    >>> mend("Tom &amp; Ann")
    ('Tom & Ann', [Mending(start=4, before='&amp;', after='&', rule='entity', evidence='')])
    """
    mended = _mended(text)
    if mended == text:
        return text, []
    if not by_word:
        return mended, [Mending(0, text, mended, next(_rules(text, mended)), "")]
    found = differences(text, mended)
    return mended, [Mending(*difference, *_reason(difference.before, difference.after)) for difference in found]


def mend_batch(batch: Batch) -> Batch:
    """The batch with mended texts and the edits of it; a block of nothing but invisible characters is dropped."""
    suspected = suspects(*batch.buffer())
    docs = batch.column("doc")[suspected]
    many = np.arange(len(docs)) - np.searchsorted(docs, docs) >= MANY
    for at in range(0, len(suspected), HELD):
        batch = _mend_rows(batch, suspected[at : at + HELD], many[at : at + HELD])
    return batch


def _mend_rows(batch: Batch, suspected: NDArray[np.int64], many: NDArray[np.bool_]) -> Batch:
    """The batch with some rows mended; replacements in those of `many` are told as one."""
    rows, texts, empty = [], [], []
    edits: list[Edit] = []
    for row, text, whole in zip(suspected.tolist(), batch.texts(suspected), many.tolist(), strict=True):
        mended, mendings = mend(text, by_word=False) if whole else _mend_line(text)
        if not mended:
            empty.append(row)
        elif mendings:
            rows.append(row)
            texts.append(mended)
            edits += [Edit(row, *mending) for mending in mendings]
    batch = batch.rewrite(STAGE, np.array(rows, np.int64), texts, edits)
    if not empty:
        return batch
    evidence = [_code_points(text) for text in batch.texts(np.array(empty, np.int64))]
    return batch.drop(STAGE, Verdicts(np.array(empty, np.int64), ["invisible"] * len(empty), evidence))


_mend_line = lru_cache(maxsize=4096)(mend)  # the lines of menus come again on each page


def _mended(text: str, fix_encoding: Callable[[str], str] | None = None) -> str:
    """The text after all steps, again and again until none of them changes it: damage comes in layers."""
    unescape = not TAG.search(text)
    while True:
        before = text
        if unescape:
            text = _unescape(text)
        text = _rest((fix_encoding or _fix_encoding)(text))
        if text == before:
            return text
        text = text.strip()


def _unescape(text: str) -> str:
    return fixes.unescape_html(AMPERSANDS.sub("&amp;", text)) if "&" in text else text


def _fix_encoding(text: str) -> str:
    if text.isascii():
        return text
    text = LOST_QUOTE.sub("”", text)
    return fixes.fix_c1_controls(ftfy.fix_encoding(text, CONFIG) if is_mojibake(text) else text)  # it asks the same, but late


def _rest(text: str) -> str:
    if not FAULTS.search(text):
        return text
    for step in REST.values():
        text = step(text)
    return text


def _without_invisible(text: str) -> str:
    text = fixes.remove_control_chars(fixes.remove_terminal_escapes(text))
    if text.isascii():
        return text
    text = INVISIBLE.sub("", text)
    return text if RIGHT_TO_LEFT.search(text) else DIRECTIONS.sub("", text)


REST: dict[str, Callable[[str], str]] = {
    "ligature": fixes.fix_latin_ligatures,
    "line-break": fixes.fix_line_breaks,
    "invisible": _without_invisible,
}
FAULTS = re.compile(f"[{''.join(map(chr, (*CONTROL_CHARS, *LIGATURES)))}\r\x80-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u206f]")


def _reason(before: str, after: str) -> tuple[str, str]:
    """Rule and evidence of a replacement: the step that makes it.

    The letters and digits at the ends, which nothing damages, are left out if the rest is mended in the same way: that
    rest comes again and again.
    """
    inner = before.strip(SOUND)
    head, tail = before.split(inner, 1) if inner else ("", "")
    if len(after) >= len(head) + len(tail) and after.startswith(head) and after.endswith(tail):
        return _reason_of_core(inner, after[len(head) : len(after) - len(tail)]) or _reason_of_word(before, after)
    return _reason_of_word(before, after)


@lru_cache(maxsize=4096)
def _reason_of_core(before: str, after: str) -> tuple[str, str] | None:
    """The same for the damaged letters alone; None if they are not enough to tell."""
    return _reason_of_word(before, after) if before and _mended(before) == after != before else None


@lru_cache(maxsize=4096)
def _reason_of_word(before: str, after: str) -> tuple[str, str]:
    """The same for a whole word."""
    rule = next(_rules(before, after))
    if rule == "mojibake":
        steps = ftfy.fix_encoding_and_explain(before).explanation or []
        return rule, ", ".join(dict.fromkeys(f"{step.action} {step.parameter}" for step in steps))
    return rule, _code_points(before) if rule == "invisible" else ""


def _rules(before: str, after: str) -> Iterator[str]:
    """The steps that change the words, the likeliest first: mojibake, unless the others explain the outcome."""
    if _mended(before, fix_encoding=str).strip() != after.strip():
        yield "mojibake"
    if _unescape(before) != before:
        yield "entity"
    yield from (rule for rule, step in REST.items() if step(before) != before)
    yield "invisible"  # white space that stood beside an invisible character at the end of a block


def _code_points(text: str) -> str:
    """The characters that are not seen, as "U+00AD"."""
    return " ".join(sorted({f"U+{ord(c):04X}" for c in text if not c.isprintable()}))
