"""One page that holds several articles -> where each begins.

No words are known: a page is cut only where the page itself shows the seam, either the same closing lines after every
article or the same tail on every headline, and only if every part then reads as an article: a headline and prose. Forum
threads, comment pages and listings repeat lines too ("Reply", "Read more"), but their parts are short or open with a name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

LEAST_PARTS = 3
CLOSER_WORDS = 16  # longer repeated lines are refrains or quotations
HEADLINE_WORDS = range(4, 31)
PROSE_WORDS = 12  # a block of so many words that ends like a sentence is prose
ARTICLE_WORDS = 80  # words of prose of the median part
LEAST_WORDS = 25  # words of prose of every part: an article that was cut short
TAIL = re.compile(r"\s[|–—-]\s+([^|–—]{3,40})$")
NO_SPACES = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")  # Thai, kana, Han
SENTENCE_END = tuple(".!?…。！？")
CLOSING = "\"”’')]」』"
DATE_OR_NAME = re.compile(r"^(by|posted|written|von|por|par|di|le|on)\b|\d{1,2}:\d\d|\b(19|20)\d\d\b.{0,12}$", re.IGNORECASE)


def starts(texts: Sequence[str]) -> list[int]:
    """Rows at which the articles of a page begin; `[0]` for a page with one article.

    Args:
        texts: the blocks of the page in order.
    """
    if len(texts) < 3 * LEAST_PARTS:
        return [0]
    for seams in (_after_closers(texts), _at_headlines(texts)):
        if len(seams) >= LEAST_PARTS and _are_articles(texts, seams):
            return seams
    return [0]


def _after_closers(texts: Sequence[str]) -> list[int]:
    """The first block after each run of closing lines that stands as often as any repeated line of the page."""
    counts = {text: n for text, n in Counter(texts).items() if n >= LEAST_PARTS and _may_close(text)}
    most = max(counts.values(), default=0)
    closers = {text for text, n in counts.items() if n >= max(LEAST_PARTS, 0.7 * most)}
    if not closers:
        return []
    ends = [i for i, text in enumerate(texts) if text in closers and (i + 1 == len(texts) or texts[i + 1] not in closers)]
    last = next((i for i in reversed(range(len(texts))) if _is_prose(texts[i])), 0)
    return [0, *(i + 1 for i in ends if i < last)]


def _at_headlines(texts: Sequence[str]) -> list[int]:
    """The headlines that end in the same tail as the first block of the page, " | Site"."""
    first = TAIL.search(texts[0])
    if not first or not _is_headline(texts[0]):
        return []
    tail = first.group(0)
    return [i for i, text in enumerate(texts) if text.endswith(tail) and _is_headline(text)]


def _are_articles(texts: Sequence[str], seams: list[int]) -> bool:
    """Each part opens with a headline and holds prose; the median part is as long as an article."""
    ends = [*seams[1:], len(texts)]
    words = []
    for start, end in zip(seams, ends, strict=True):
        prose = [_words(text) for text in texts[start + 1 : end] if _is_prose(text)]
        if not _is_headline(texts[start]) or len(prose) < 2 or sum(prose) < LEAST_WORDS:
            return False
        words.append(sum(prose))
    return sorted(words)[len(words) // 2] >= ARTICLE_WORDS


def _may_close(text: str) -> bool:
    """Short enough, and more than bare marks."""
    return _words(text) <= CLOSER_WORDS and any(c.isalpha() for c in text)


def _is_headline(text: str) -> bool:
    """A title as it stands above an article, not a name, a date or a sentence.

    >>> _is_headline("Old mill reopens after forty years | Valley News"), _is_headline("Posted by Ann on 3 May 2020")
    (True, False)
    """
    return (
        _words(text) in HEADLINE_WORDS
        and "\n" not in text
        and not DATE_OR_NAME.search(text)
        and (not _ends_sentence(text) or text.endswith(("?", "!", "’", "”")))
        and not text[0].islower()
    )


def _is_prose(text: str) -> bool:
    # its length first: a page of a million short lines asks as often
    return len(text) >= 2 * PROSE_WORDS - 1 and _ends_sentence(text) and _words(text) >= PROSE_WORDS


def _words(text: str) -> int:
    """Words; of scripts without spaces a word for every two letters.

    >>> _words("Old mill reopens"), _words("老城区图书馆重新开放")
    (3, 5)
    """
    joined = 0 if text.isascii() else len(NO_SPACES.findall(text))
    return max(len(text.split()), joined // 2)


def _ends_sentence(text: str) -> bool:
    return text.rstrip(CLOSING).endswith(SENTENCE_END)
