"""Line templates: what stays of a line when its dates, numbers and names are taken out.

"Published 3 May 2024 by Ann Smith" and "Published 9 June 2023 by Li Wei" are one template, "published ...", and a site
that writes it on many pages wrote it with its software. Frames of real text change their numbers and names just so
("Serves 4", "Born 3 March 1931 in Leeds"), so a template decides alone only where it says when or by whom a page was
posted; elsewhere the tagger must take the line for furniture too. On a page of which it is the whole shape, a table of
results or a price list, it counts for nothing.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pyarrow as pa

from pipeline.boilerplate.byline import BY, has_date, is_byline
from pipeline.boilerplate.rules import MONTH_NAMES, WEEKDAY_NAMES
from pipeline.boilerplate.tokens import Bytes, Flags, Hashes, Ints, Tokens, hash_words, mix, tokenize
from pipeline.corpus import utf8

WORDS = 16  # of the longest line that is a template
FRAME = 8  # words of a template that stay the same
ON_A_PAGE = 2  # above and below an article; a line that a page has more often is its content
NUMBERED = 4  # words of a line that its numbers alone make known: "Step 1" and "Serves 4" are no frame where they stand alone
SLOT, LINE, PLACE = np.uint64(0x2545F4914F6CDD1D), np.uint64(0x9FB21C651E98DF25), np.uint64(0xBF58476D1CE4E5B9)
DIGIT = ord("0")  # every digit, once folded
DATE_WORDS = f"""
january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept
oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun am pm uhr
{MONTH_NAMES} {WEEKDAY_NAMES}
"""
POSTING_WORDS = "posted published submitted uploaded"  # before a name
POSTED = re.compile(
    r"(?:\b(?:posted|published|submitted|uploaded|updated|modified|edited|veröffentlicht|aktualisiert|publié|mise? à jour|"
    r"publicado|actualizado|atualizado|pubblicato|aggiornato|opublikowano|aktualizacja|опубликовано|обновлено)\b)",
    re.IGNORECASE,
)
POSTED_BY = re.compile(rf"(?:{POSTING_WORDS.replace(' ', '|')})\s+by:?\s+\S+(?:\s+\S+){{0,4}}", re.IGNORECASE)
SINCE_THE_WEB = re.compile(r"\b(?:199\d|20\d\d)\b")


def templates(tokens: Tokens) -> Hashes:
    """A hash of the template of each block; 0 for blocks without a slot or without a frame, and for long ones."""
    words = tokens.hashes
    count = tokens.end_word - tokens.first_word
    number = tokens.folded[tokens.starts] == DIGIT
    out = np.zeros(len(count), np.uint64)
    rows = np.flatnonzero((count > 1) & (count <= WORDS))
    rows = rows[_any(number, tokens, rows) | _is_one_of(words[tokens.first_word[rows]], POSTING_WORDS)]
    row = np.repeat(np.arange(len(rows)), count[rows])
    place = np.arange(len(row)) - (np.cumsum(count[rows]) - count[rows])[row]
    at = tokens.first_word[rows][row] + place
    sure = number[at] | _is_one_of(words[at], DATE_WORDS)
    slot = sure | (_capital(tokens.raw, tokens.starts[at]) & (place > 0))
    slot &= sure | (np.bincount(row[~slot], minlength=len(rows)) > 0)[row]  # "3 Comments": nothing else is the frame
    frame = np.bincount(row[~slot], minlength=len(rows))
    found = (frame > 0) & (frame <= FRAME) & (frame < count[rows])
    out[rows[found]] = _hashes(row, np.where(slot, SLOT, words[at]), len(rows))[found]
    return out


def numbered(tokens: Tokens, line: Hashes) -> Hashes:
    """A hash of each block that tells its numbers apart, as `line` does not; 0 for blocks without, and for long ones.

    Args:
        tokens: of the blocks.
        line: the hash of each block.
    """
    count = tokens.end_word - tokens.first_word
    number = np.flatnonzero(tokens.folded[tokens.starts] == DIGIT)
    row = np.searchsorted(tokens.end_word, number, side="right")
    number, row = number[count[row] <= WORDS], row[count[row] <= WORDS]
    digits = hash_words(tokens.raw, tokens.starts[number], tokens.lengths[number])
    place = (number - tokens.first_word[row]).astype(np.uint64)
    out = np.zeros(len(count), np.uint64)
    np.add.at(out, row, digits * (place * PLACE | np.uint64(1)))
    out[row] = mix(out[row] ^ line[row])
    return out


def often_on_a_page(doc: Ints, keys: Hashes) -> Flags:
    """Keys that their document holds more than `ON_A_PAGE` times."""
    order = np.lexsort((keys, doc))
    docs, sorted_keys = doc[order], keys[order]
    new = np.ones(len(order), bool)
    new[1:] = (docs[1:] != docs[:-1]) | (sorted_keys[1:] != sorted_keys[:-1])
    group = np.cumsum(new) - 1
    out = np.empty(len(order), bool)
    out[order] = (np.bincount(group, minlength=1) > ON_A_PAGE)[group]
    return out


def is_posting(text: str) -> bool:
    """When or by whom a page was posted, in the words of its software.

    >>> [is_posting(t) for t in ("Published 3 May 2024 by Ann Smith", "Posted by Ann Smith", "Published 3 May 1863 by his son")]
    [True, True, False]
    """
    dated = has_date(text) and SINCE_THE_WEB.search(text) and POSTED.search(text)
    return bool(dated or POSTED_BY.fullmatch(text))


def is_dated_byline(text: str) -> bool:
    """Author and date in one line: "By Ann Smith | May 3, 2024"."""
    return bool(is_byline(text) and has_date(text) and SINCE_THE_WEB.search(text) and BY.match(text))


def _any(flags: Flags, tokens: Tokens, rows: Ints) -> Flags:
    """Whether a word of each of some blocks is flagged."""
    before: Ints = np.concatenate((np.zeros(1, np.int64), np.cumsum(flags)))
    found: Flags = before[tokens.end_word[rows]] > before[tokens.first_word[rows]]
    return found


def _hashes(row: Ints, values: Hashes, rows: int) -> Hashes:
    """A hash of the words of each row, in which a run of slots is one."""
    kept = np.ones(len(row), bool)
    kept[1:] = (values[1:] != SLOT) | (values[:-1] != SLOT) | (row[1:] != row[:-1])
    row, values = row[kept], values[kept]
    first = np.searchsorted(row, np.arange(rows + 1))
    rank = (np.arange(len(row)) - first[row]).astype(np.uint64)
    total = np.concatenate((np.zeros(1, np.uint64), np.cumsum(values * (rank * PLACE | np.uint64(1)))))
    return mix(total[first[1:]] - total[first[:-1]] + LINE)


def _capital(raw: Bytes, starts: Ints) -> Flags:
    """Words that begin with a capital letter, Latin or Cyrillic."""
    lead, second = raw[starts], raw[starts + 1]
    latin = (lead >= ord("A")) & (lead <= ord("Z"))
    accented = (lead == 0xC3) & (second >= 0x80) & (second <= 0x9E)
    flags: Flags = latin | accented | ((lead == 0xD0) & (second >= 0x81) & (second <= 0xAF))
    return flags


def _is_one_of(words: Hashes, listed: str) -> Flags:
    known = _known(listed)
    flags: Flags = known[np.minimum(np.searchsorted(known, words), len(known) - 1)] == words
    return flags


@cache
def _known(listed: str) -> Hashes:
    """Sorted hashes of the words of a string."""
    tokens = tokenize(*utf8(pa.chunked_array([pa.array(listed.split(), pa.string())])))
    return np.unique(tokens.hashes)
