"""What the tagger sees of a block besides its words: shape, punctuation, layout, repeats, place, the page around it.

All columns are computed at once over the byte buffer. Sums over words are differences of running integer sums, and sums
over a page are taken page by page, so that a block's features never depend on the other pages of the batch.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.boilerplate.function_words import FUNCTION_WORDS
from pipeline.boilerplate.tokens import SPARE, Bytes, Flags, Hashes, Ints, Tokens, hash_words, tokenize

Floats = NDArray[np.float32]
Columns = list[tuple[str, Floats]]  # (name, one value a block)

_PUNCTUATION = [".", ",", "!?", ":;", '"', "'", "()[]", "/|\\", "$%+#", "{}=<>_~^`", "-", "@&*"]
_EDGES = ["lower case", "capital", "digit", "full stop", "colon", "comma", "quote", "bullet", "other script"]
_EDGE_BYTES = [
    "abcdefghijklmnopqrstuvwxyz",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "0123456789",
    ".!?",
    ":",
    ",;",
    "\"')",
    "-*>#|+/",
]
MEANS = 4  # features of a text of which the page's mean is a feature too
_LONG = 15  # words of a block that is surely running text, if it reads like it
_BUCKETS = 4096  # a page; words of long blocks are counted in them
_ODD = np.uint64(0xBF58476D1CE4E5B9)


class Pages(NamedTuple):
    """Which rows belong together. Pages are numbered from 0 and each has a row."""

    of_row: Ints
    first: Ints  # row where each page begins
    rows: Ints  # how many each page has

    def mean(self, values: NDArray[Any]) -> Floats:
        """The mean over each page, repeated for its rows; summed row by row, so that it never depends on the batch."""
        total = np.bincount(self.of_row, values, len(self.rows))
        of_page: Floats = (total / self.rows).astype(np.float32)
        return of_page[self.of_row]


class Blocks(NamedTuple):
    """Features of some blocks, and what the word table needs."""

    pages: Pages
    dense: Floats  # (features, blocks)
    words: Ints  # words of each block
    tokens: Tokens


class Texts(NamedTuple):
    """What the features of the blocks around need of each text."""

    words: Ints
    long: Flags  # surely running text
    means: Floats  # (MEANS, texts)

    def at(self, text: Ints) -> Texts:
        """Those of some texts."""
        return Texts(self.words[text], self.long[text], self.means[:, text])


def number_pages(page: Ints) -> Pages:
    """Numbers runs of equal values from 0."""
    change = np.concatenate((np.ones(min(len(page), 1), bool), page[1:] != page[:-1]))
    first = np.flatnonzero(change)
    return Pages(np.cumsum(change) - 1, first, np.diff(np.append(first, len(page))))


def extract(text: Bytes, offsets: Ints, page: Ints, blank_lines: Ints, indent: Ints) -> Blocks:
    """Features of all blocks of a batch.

    Args:
        text: UTF-8 bytes of the blocks.
        offsets: Blocks + 1 places in `text`.
        page: Page of each block; equal values stand together.
        blank_lines: Blank lines before each block.
        indent: Characters of white space before each block on its line.

    Returns:
        Dense features and hashes of words and blocks.
    """
    return describe(tokenize(text, offsets), page, blank_lines, indent)


def describe(tokens: Tokens, page: Ints, blank_lines: Ints, indent: Ints) -> Blocks:
    """Features of all blocks of a batch, as `extract`, from their words."""
    dense, own = of_texts(tokens)
    pages, context = around(tokens, np.arange(len(page)), own, page, blank_lines, indent)
    return Blocks(pages, np.concatenate((dense, context)), own.words, tokens)


def of_texts(tokens: Tokens) -> tuple[Floats, Texts]:
    """What texts say by themselves: (features, texts), the first of all features; and what `around` needs of them."""
    words = tokens.end_word - tokens.first_word
    kinds = _word_kinds(tokens)
    marks, sentences = _punctuation(tokens)
    capital_words, commas = kinds[1], marks[1]
    reads = (kinds[0] > 0.25 * words) | ((sentences + commas >= 1) & (capital_words < 0.5 * words))
    columns = _shape(tokens, words, kinds, marks, sentences) + _edges(tokens)
    named = dict(columns)
    means = np.stack([_log(words), *(named[name] for name in ("function words", "ends a sentence", "bullet"))])
    return np.stack([values for _, values in columns]), Texts(words, (words >= _LONG) & reads, means)


def around(tokens: Tokens, text: Ints, own: Texts, page: Ints, blank_lines: Ints, indent: Ints) -> tuple[Pages, Floats]:
    """What stands round the blocks: their pages, and (features, blocks), the last of all features.

    Args:
        tokens: Of the texts.
        text: Which of the texts each block is.
        own: What `of_texts` says of the text of each block.
        page: As for `extract`; so are the columns after it.
        blank_lines: See above.
        indent: See above.
    """
    pages = number_pages(page)
    columns = _layout(blank_lines, indent, pages) + _repeats(tokens.lines[text], pages)
    columns += [("long", _f(own.long)), ("shared words", _shared_words(pages, tokens, text, own.long))]
    columns += _place(pages, own.words, own.long)
    columns += _page(dict(columns), pages, own)
    return pages, np.stack([values for _, values in columns])


def names() -> list[str]:
    """The dense features in order; those of one kind share a name."""
    tokens, zero = tokenize(np.frombuffer(b"a", np.uint8), np.array([0, 1])), np.zeros(1, np.int64)
    pages, none = number_pages(zero), np.zeros(1, np.float32)
    own = Texts(zero, zero > 0, np.zeros((MEANS, 1), np.float32))
    columns = _shape(tokens, zero, np.zeros((4, 1), np.float32), np.zeros((12, 1), np.float32), none) + _edges(tokens)
    columns += _layout(zero, zero, pages) + _repeats(tokens.lines, pages)
    columns += [("long", none), ("shared words", none), *_place(pages, zero, zero > 0)]
    columns += _page(dict(columns), pages, own)
    return [name for name, _ in columns]


def _f(values: NDArray[Any]) -> Floats:
    return values.astype(np.float32)


def _log(values: NDArray[Any]) -> Floats:
    logs: Floats = np.log1p(values, dtype=np.float32)
    return logs


def _function_table() -> Flags:
    """For the low 16 bits of a word's hash: is it a function word?"""
    table = np.zeros(1 << 16, bool)
    for word in sorted({w for words in FUNCTION_WORDS.values() for w in words.split()}):
        raw = np.frombuffer(word.encode().ljust(SPARE, b" "), np.uint8)
        code = hash_words(raw, np.array([0]), np.array([len(word.encode())]))
        table[int(code[0]) & 0xFFFF] = True
    return table


def _packed_classes() -> NDArray[np.uint64]:
    """(3, 256): twelve classes of punctuation, four counters of 16 bits in each of three numbers."""
    table = np.zeros((3, 256), np.uint64)
    for k, characters in enumerate(_PUNCTUATION):
        for c in characters:
            table[k // 4, ord(c)] = np.uint64(1 << 16 * (k % 4))
    return table


def _edge_table() -> NDArray[np.int64]:
    """Class of a first or last byte, 0 for none of them."""
    table = np.zeros(256, np.int64)
    for k, characters in enumerate(_EDGE_BYTES):
        table[[ord(c) for c in characters]] = k + 1
    table[128:] = len(_EDGES)
    return table


_FUNCTION = _function_table()
_CLASSES = _packed_classes()
_IS_MARK = bytes(bool(c) for c in np.any(_CLASSES, axis=0).tolist())
_EDGE = _edge_table()


def between(values: NDArray[Any], low: Ints, high: Ints) -> NDArray[Any]:
    """Sums of values[low:high], from one running sum; exact for whole numbers, also where they wrap."""
    running = np.zeros(len(values) + 1, np.uint64 if values.dtype == np.uint64 else np.int64)
    np.cumsum(values, out=running[1:])
    difference: NDArray[Any] = running[high] - running[low]
    return difference


def unpack(packed: NDArray[Any]) -> Floats:
    """(4, n): the four counters of each number. More than 65,535 run into the next: such blocks are all alike."""
    return np.ascontiguousarray(packed).view(np.uint16).reshape(-1, 4).T.astype(np.float32, order="C")


def _is_function(words: Hashes) -> Flags:
    flags: Flags = _FUNCTION[(words & np.uint64(0xFFFF)).view(np.int64)]
    return flags


def _word_kinds(tokens: Tokens) -> Floats:
    """(4, blocks): function words, capitalised words, words in capitals, numbers."""
    first, last = tokens.raw[tokens.starts], tokens.raw[tokens.starts + tokens.lengths - 1]
    ascii_capital = (first >= 65) & (first <= 90)
    # lower-casing changes the first letter of a word of another script in its second byte (half of Cyrillic: in its first)
    changed = tokens.folded[tokens.starts + 1] != tokens.raw[tokens.starts + 1]
    capital = ascii_capital | ((first >= 128) & (changed & (tokens.lengths > 1) | (tokens.folded[tokens.starts] != first)))
    shouted = ascii_capital & (last >= 65) & (last <= 90) & (tokens.lengths > 1)
    number = (first >= 48) & (first <= 57)
    packed = np.zeros(len(first), np.uint64)
    for k, flag in enumerate((_is_function(tokens.hashes), capital, shouted, number)):
        packed |= flag.astype(np.uint64) << np.uint64(16 * k)
    return unpack(between(packed, tokens.first_word, tokens.end_word))


def _punctuation(tokens: Tokens) -> tuple[Floats, Floats]:
    """(12, blocks) counts by class of punctuation, and the ends of sentences."""
    begin, end = int(tokens.first[0]), int(tokens.last[-1]) + 1
    at = np.flatnonzero(np.frombuffer(tokens.raw[begin:end].tobytes().translate(_IS_MARK), bool)) + begin
    low, high = np.searchsorted(at, tokens.first), np.searchsorted(at, tokens.last + 1)
    mark = tokens.raw[at]
    counts = np.concatenate([unpack(between(table[mark], low, high)) for table in _CLASSES])
    closes = ((mark == 46) | (mark == 33) | (mark == 63)) & (tokens.raw[at + 1] <= 34)
    return counts, _f(between(closes, low, high))


def _shape(tokens: Tokens, words: Ints, kinds: Floats, marks: Floats, sentences: Floats) -> Columns:
    """Length, kinds of words, punctuation."""
    some = np.maximum(words, 1).astype(np.float32)
    characters = _f(between(tokens.lengths, tokens.first_word, tokens.end_word))
    lengths = [_log(words), _f(np.minimum(words, 12) / 6), _log(characters), np.minimum(characters / some, 12) / 6]
    shares = ("function words", "capitalised words", "words in capitals", "numbers")
    return [
        *(("length", x) for x in lengths),
        ("no words", _f(words == 0)),
        *zip(shares, kinds / some, strict=True),
        *(("punctuation", x) for x in np.minimum(marks / some, 2)),
        *(("punctuation", x) for x in _log(marks)),
        ("sentences", _log(sentences)),
        ("sentences", np.minimum(sentences / some * 10, 3)),
        ("typographic marks", _log(tokens.typographic)),
    ]


def _edges(tokens: Tokens) -> Columns:
    """How a block begins and ends."""
    raw, first, last = tokens.raw, tokens.first, tokens.last
    start, following, end, before = raw[first], raw[first + 1], raw[last], raw[np.maximum(last - 1, 0)]
    bullet = ((start == 42) | (start == 45) | (start == 62)) & (following == 32)
    core = np.where((end == 34) | (end == 41) | (end == 39), before, end)
    return [
        ("bullet", _f(bullet)),
        ("copyright sign", _f((start == 64) & (following == 32))),
        ("ends a sentence", _f((core == 46) | (core == 33) | (core == 63))),
        ("ends in dots", _f((end == 46) & (before == 46))),
        *zip([f"begins with {name}" for name in _EDGES], _one_hot(_EDGE[start]), strict=True),
        *zip([f"ends with {name}" for name in _EDGES], _one_hot(_EDGE[end]), strict=True),
    ]


def _one_hot(kind: Ints) -> Floats:
    """(edges, blocks): 1 where the class of a byte is that edge."""
    return _f(np.equal.outer(np.arange(1, len(_EDGES) + 1), kind))


def _layout(blank_lines: Ints, indent: Ints, pages: Pages) -> Columns:
    """White space before and after; the first block of a page has none before it."""
    before = np.minimum(blank_lines, 3)
    before[pages.first] = 0
    after = np.append(before[1:], 0)
    return [("indent", _f(np.minimum(indent, 24) / 8)), ("blank lines", _f(before / 2)), ("blank lines", _f(after / 2))]


def _repeats(lines: Hashes, pages: Pages) -> Columns:
    """How often the block stands in its page, and whether this is the first time."""
    key = lines ^ (pages.of_row.astype(np.uint64) * _ODD)
    order = np.argsort(key, kind="stable")
    new = np.concatenate((np.ones(min(len(order), 1), bool), key[order][1:] != key[order][:-1]))
    count, first = np.empty(len(order), np.int64), np.empty(len(order), bool)
    count[order] = np.bincount(np.cumsum(new) - 1, minlength=1)[np.cumsum(new) - 1]
    first[order] = new
    return [("repeats", _log(count - 1)), ("repeats", _f(first))]


def _shared_words(pages: Pages, tokens: Tokens, text: Ints, long: Flags) -> Floats:
    """Share of the block's words that long blocks of the page hold more than once, function words aside."""
    row, word = tokens.words_of(text)
    hashes = tokens.hashes[word]
    telling = np.flatnonzero(~_is_function(hashes))
    hashes, row = hashes[telling], row[telling]
    has_long = np.bincount(pages.of_row[long], minlength=len(pages.rows)) > 0  # the others need no buckets
    bucket = (np.cumsum(has_long) - 1)[pages.of_row] * _BUCKETS
    asked = np.flatnonzero(has_long[pages.of_row][row])
    of_asked = row[asked]
    slot = bucket[of_asked] + ((hashes[asked] >> np.uint64(20)) & np.uint64(_BUCKETS - 1)).view(np.int64)
    in_long = long[of_asked]
    held = np.bincount(slot[in_long], minlength=int(has_long.sum()) * _BUCKETS)
    shared = np.bincount(of_asked[held[slot] > 1 + in_long], minlength=len(text))
    return _f(np.minimum(shared / np.maximum(np.bincount(row, minlength=len(text)), 1), 1))


def _last_before(flag: Flags, start: Ints) -> Ints:
    """The row of the last flag before each row in the same page, or -1; `start` is each row's first row of the page."""
    last = np.maximum.accumulate(np.where(flag, np.arange(len(flag)), -1))
    last = np.concatenate((np.full(min(len(flag), 1), -1), last[:-1]))
    return np.where(last >= start, last, -1)


def _place(pages: Pages, words: Ints, long: Flags) -> Columns:
    """Where the block stands in the page, and how far long blocks are."""
    n, row = len(words), np.arange(len(words))
    start, count = pages.first[pages.of_row], pages.rows[pages.of_row]
    before = np.cumsum(words) - words
    total = np.add.reduceat(words, pages.first) if n else words
    previous = _last_before(long, start)
    following = n - 1 - _last_before(long[::-1], (n - start - count)[::-1])[::-1]
    up = np.where(previous >= 0, row - previous, 99)
    down = np.where(following < n, following - row, 99)
    place = row - start
    return [
        ("place in page", _f(place / np.maximum(count, 1))),
        ("place in page", _f(np.minimum(place, 20) / 10)),
        ("place in page", _f(np.minimum(count - place, 20) / 10)),
        ("place in page", _f((before - before[start]) / np.maximum(total, 1)[pages.of_row])),
        ("long block above", _f(np.minimum(up, 60) / 20)),
        ("long block above", _f(np.exp(-up / 4))),
        ("long block above", _f(previous < 0)),
        ("long block below", _f(np.minimum(down, 60) / 20)),
        ("long block below", _f(np.exp(-down / 4))),
        ("long block below", _f(following >= n)),
    ]


def _page(columns: dict[str, Floats], pages: Pages, own: Texts) -> Columns:
    """The page as a whole; the same for each of its blocks."""
    total = np.maximum(np.bincount(pages.of_row, own.words, len(pages.rows)), 1)
    in_long = np.bincount(pages.of_row, own.words * own.long, len(pages.rows)) / total
    words, function_words, ends, bullets = own.means
    means = [_f(own.long), words, columns["blank lines"], function_words, ends, columns["indent"], bullets, columns["repeats"]]
    return [
        ("page", _f(_log(pages.rows) / 2)[pages.of_row]),
        ("page", _f(_log(total) / 2)[pages.of_row]),
        ("page", _f(in_long)[pages.of_row]),
        *(("page", pages.mean(x)) for x in means),
    ]
