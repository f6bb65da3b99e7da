"""Scripts and style sheets of a page that a scraper took for text: whoever strips tags only is left with all of them.

A run of lines of code goes where the document holds the machinery of a web page (JSON-LD, counters of visitors, themes of blog
software). Manuals and tutorials show code too, but none of that machinery among it, or prose before and after; and a
source file holds nothing else. Measured on annotated pages with scripts and styles left in and without (benchmarks).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.boilerplate.found import Found
from pipeline.boilerplate.tokens import Ints
from pipeline.corpus import Batch
from pipeline.text.find import holding

LONGEST = 4_000  # characters of a line that are read
BRACES = 2  # blocks with braces in a document worth reading
OUTSIDE = 8  # lines that are no code, without which the document is a source file
GAP = 3  # lines within code that look like neither code nor text
LARGE = 4_000  # characters of a run that no tutorial shows at once
MINIFIED = 400  # characters of a line with next to no white space
JSON_LD = r"\"@context\"\s*:\s*\"https?:(?:\\?/){2}schema\.org"
SURE = rf"{JSON_LD}|dataLayer|gtag\(|googletag|fbq\(|_gaq\b|__NEXT_DATA__|__next_f|/wp-(?:admin|content|includes|json)/"
LIKELY = (
    r"elementor-|adsbygoogle|google_ad_|google-analytics\.com|googlesyndication|doubleclick\.net|hotjar|_hsq\b|recaptcha/api|__NUXT__|"
    r"__INITIAL_STATE__|__APOLLO_STATE__|window\.[\w.]{1,60}\s?=|document\.(?:getElement|querySelector|createElement|documentElement|"
    r"cookie|body)|@font-face|@media|!important|-webkit-"
)
MACHINERY = {
    "structured data": r"\"@(?:context|type|id)\"\s*:",
    "counters and advertising": r"googletag|gtag\(|dataLayer|_gaq\b|fbq\(|adsbygoogle|google_ad_|google-analytics|"
    r"googlesyndication|doubleclick|hotjar|_hsq\b|recaptcha|clarity\(",
    "blog software": r"/wp-(?:admin|content|includes|json)/|elementor",
    "state of an application": r"__NEXT_DATA__|__next_f|__NUXT__|__INITIAL_STATE__|__APOLLO_STATE__|webpack",
    "style sheet": r"@media|@font-face|@keyframes|-webkit-|-moz-|-ms-|!important|"
    r"(?:font-(?:family|size|weight)|background(?:-\w+)?|(?:margin|padding)(?:-\w+)?|display|position|color|width|height|"
    r"border(?:-\w+){0,3}|text-align|line-height|z-index|opacity|overflow|float)\s?:[^;{}]{1,200}[;}!]",
    "script of the page": r"jQuery|\$\((?:document|['\"][.#])|window\.[\w.]{1,60}\s?(?:=|\(|\|\|)|localStorage|sessionStorage|"
    r"addEventListener|setTimeout|document\.(?:getElement|querySelector|createElement|addEventListener|write|cookie|location|"
    r"documentElement|body|head)",
    "script": r"\bfunction\s?\w{0,40}\(|=>\s?\{|\b(?:var|let|const) \w+\s?=",
}
UNSEEN = frozenset({"counters and advertising", "state of an application", "minified code"})  # by readers
_SURE, _LIKELY = re.compile(SURE), re.compile(LIKELY)
_KINDS = {name: re.compile(pattern) for name, pattern in MACHINERY.items()}
_SIGNS = re.compile(r"[{}();=<>\[\]$_|&#\\]")
_STRONG = re.compile(r"[{};=<>\[\]$\\]")
_TAGS = re.compile(r"<[^<>]{0,300}>")
_COMMENT = re.compile(r"(?:/?\*|//|\*/|<!--|-->|#)")
_CLOSES = re.compile(r"[\s})\];,'\"]*[})\];][\s})\];,'\"]*")
_PROPERTY = re.compile(r",?\s?[\"'][\w@$ .-]{1,60}[\"']\s?:\s?\S|[\w$.'\"-]{1,60}\s?:\s?\S.*[;,{\[]$")
_SELECTOR = re.compile(r"(?:[.#@*:\[]|[a-z][\w-]*[\s.#:>\[]).{0,200}\{$|[.#@*:\[].{0,200},$")
_STATEMENT = re.compile(
    r"[\"'<}{)\]]|@media|:root|\$\(|jQuery|window\.|document\.|(?:var|let|const) |function\b|return\b|if ?\(|else\b|for ?\(|"
    r"try\b|catch\b|\(function|!function"
)
_SENTENCE = re.compile(r"[.!?…:\w]['\"”’)]*$")
_FENCE = "```"


def found(batch: Batch) -> Found:
    """The blocks of plain-text documents that are code of a web page; the evidence says what its machinery is."""
    out: dict[int, str] = {}
    first = batch.first_blocks()
    for doc in _worth(batch).tolist():
        rows = np.arange(first[doc], first[doc + 1])
        lines = [text[:LONGEST] for text in batch.texts(rows)]
        for low, high, evidence in code(lines):
            out |= dict.fromkeys(range(int(rows[low]), int(rows[low]) + high - low), evidence)
    return Found.of(out)


def _worth(batch: Batch) -> Ints:
    """Documents of plain text that hold braces and the machinery of a page."""
    doc = np.asarray(batch.column("doc"), np.int64)
    braced = np.bincount(doc[holding(*batch.buffer(), "{")], minlength=batch.docs.num_rows) >= BRACES
    plain = ~pc.equal(batch.docs.column("kind"), "html").to_numpy(zero_copy_only=False)
    rows = np.flatnonzero((braced & plain)[doc])
    texts = batch.blocks.column("text").take(pa.array(rows))
    speaks = pc.match_substring_regex(texts, f"{SURE}|{LIKELY}").to_numpy()
    return np.unique(doc[rows[speaks]])


def code(lines: list[str]) -> list[tuple[int, int, str]]:
    """(first, after the last, evidence) of each run of lines that is code of the page.

    >>> code(["Old mill reopens", "gtag('js', new Date());", *"abcdefgh"])
    [(1, 2, 'counters and advertising')]
    """
    like = [_is_code(line) for line in lines]
    if not _is_page(lines, like):
        return []
    runs = [(low, high, _kinds(lines[low:high])) for low, high in _runs(lines, like)]
    runs = [(low, high, kinds) for low, high, kinds in runs if kinds]
    inside = sum(high - low for low, high, _ in runs)
    noise = sum(like) - sum(sum(like[low:high]) for low, high, _ in runs)
    if len(lines) - inside - noise < OUTSIDE:
        return []
    return [(low, high, " and ".join(kinds[:2])) for low, high, kinds in runs if not _shown(lines, low, high, kinds)]


def _is_page(lines: list[str], like: list[bool]) -> bool:
    """Whether the lines of code are those of a web page, not of a text about code, which fences them or lacks the machinery."""
    if any(line.startswith(_FENCE) for line in lines):
        return False
    some = [line for line, is_code in zip(lines, like, strict=True) if is_code]
    if any(map(_SURE.search, some)):
        return True
    return len({found for line in some for found in _LIKELY.findall(line)}) >= 3


def _runs(lines: list[str], like: list[bool]) -> Iterator[tuple[int, int]]:
    """Runs of code; lines that look like neither belong to the code round them if they are few."""
    rows = [row for row, is_code in enumerate(like) if is_code]
    low = rows[0] if rows else 0
    for row, following in pairwise([*rows, len(lines) + GAP + 1]):
        between = lines[row + 1 : following]
        if following - row - 1 > GAP or any(map(_is_text, between)):
            yield low, row + 1
            low = following


def _shown(lines: list[str], low: int, high: int, kinds: list[str]) -> bool:
    """Whether a text shows the code: prose stands beside it, and it is neither much nor for machines."""
    if not UNSEEN.isdisjoint(kinds) or sum(map(len, lines[low:high])) > LARGE:
        return False
    return any(map(_is_prose, (*lines[max(low - 1, 0) : low], *lines[high : high + 1])))


def _kinds(lines: list[str]) -> list[str]:
    """Names of the machinery in a run."""
    text = "\n".join(lines)
    found = [name for name, pattern in _KINDS.items() if pattern.search(text)]
    return found + ["minified code"] * any(map(_is_minified, lines))


def _is_text(line: str) -> bool:
    """Three words and more without a sign of code: the title of the page stands between two scripts of its head."""
    return _is_prose(line) or (len(line.split()) >= 3 and not _STRONG.search(line))


def _is_prose(line: str) -> bool:
    """Eight words and more that end like words, with next to no signs; tags do not count."""
    plain = _TAGS.sub("", line)
    signs = len(_SIGNS.findall(plain))
    return len(plain.split()) >= 8 and not _COMMENT.match(line) and bool(_SENTENCE.search(plain)) and signs < 0.03 * len(plain)


def _is_code(line: str) -> bool:
    """Whether most lines of a block look like code."""
    parts = line.split("\n")
    return 2 * sum(map(_looks_like_code, parts)) >= len(parts)


def _is_minified(line: str) -> bool:
    packed = line.count(" ") < 0.05 * len(line) or line.count("{") >= 3 or line.count('":') >= 5
    return len(line) > MINIFIED and packed


def _looks_like_code(line: str) -> bool:
    """Whether one line looks like script, style sheet or JSON."""
    line, signs = line.strip(), len(_SIGNS.findall(line))
    if not line or _is_minified(line):
        return bool(line)
    if _is_prose(line):
        return False
    if _COMMENT.match(line) or _CLOSES.fullmatch(line) or _PROPERTY.match(line) or _SELECTOR.fullmatch(line):
        return True
    ends = line[-1] in "{};,()[]:+|&?>'\"/"
    return (signs >= 2 and signs >= 0.06 * len(line)) or (signs >= 1 and ends and bool(_STATEMENT.match(line)))
