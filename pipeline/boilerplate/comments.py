"""What readers wrote below an article: HTML names its comments, and site software writes them in a few fixed shapes.

In plain text a section of comments begins with a heading ("3 thoughts on ...", "12 Comments") or with entries headed "Ann
says:" beside a date, and it ends with its last entry. Pages that are comments and nothing else keep them: at least a
paragraph of content must stand before or around what is dropped. Replies of forums are posts, and no comments.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from pipeline.boilerplate.byline import has_date
from pipeline.boilerplate.phrases import Phrase
from pipeline.boilerplate.tokens import Flags, Ints
from pipeline.boilerplate.view import View

Found = dict[int, str]

LIKELY = 0.5  # probability from which the tagger's word counts
ARTICLE = 25  # words of content that a page with comments holds besides
NEAR = 4  # blocks between a heading and its first entry, a name and its date
HEADINGS = 3  # of a page; more of them stand under the headlines of a list
FIRST, MANY = 12, 3  # the same where many entries follow: a date or "Reply" may stand below the first comment
OPINION = 150  # words of that comment; more is the article, and the heading a link at its top
ENTRIES = 2  # of a section: one date below "3 Comments" is that of the article
LONGEST = 80  # characters of the line over an entry
_COMMENTS = r"comments?|kommentare?|commentaires?|comentarios?|coment[aá]rios?|comment[io]|reacties?|komentarz\w*|комментари\w+"
NAMED = re.compile(  # classes and ids of comments; "comments-open" and "has-comments" are said of articles
    r"(?:(?:list|post|entry|article|reader|user|blog|fb|wp|the|view)[-_])?(?:comments?|kommentare?|commentaires?|comentarios?)"
    r"(?:[-_]?(?:lists?|area|section|body|content|text|wrap|wrapper|container|thread|tree|block|box|holder|items?|inner|main|"
    r"page|entry|author|meta|\d+))*|commentlist|disqus[-_]?(?:thread|comments?)|dsq-.+"
)
HEADING = re.compile(
    rf"(?:\d[\d.,]*|one|two|three)\s+(?:(?:reader\s+)?(?:{_COMMENTS})|responses?|thoughts?)(?:\s+(?:to|on|zu|sur|en|su|op|к)\b.*)?:?"
    rf"|(?:(?:reader|user)\s+)?(?:{_COMMENTS}|responses)\s*(?:\(\s*\d[\d.,]*\s*\)|\d[\d.,]*)?:?",
    re.IGNORECASE,
)
SAYS = re.compile(  # "Ann said:" heads a quotation on a board
    r"\S+(?:\s+\S+){0,5}?\s+(?:(?:says?|sagt|(?:a\s+)?dit|dice|dijo|diz|disse|ha\s+detto|zegt|pisze|пишет|говорит)\s*:|"
    r"(?:says?|said|wrote|commented|schrieb|schreef|escribió|escreveu|ha\s+scritto|a\s+écrit|napisał\w?)\s*"
    r"(?:\.\.\.|…|[,:]?\s+(?:on|at|am|le|el|il|em|op)?\s*\S*\d.*))",
    re.IGNORECASE,
)
TIME = re.compile(r"\b\d{1,2}[:.h]\d\d\b|\b\d+\s+(?:minute|hour|day|week|month|year)s?\s+ago\b", re.IGNORECASE)
REPLY = re.compile(
    r"(?:log\s?in\s+to\s+)?reply(?:\s+to\s+.{1,40})?|permalink|antworten|répondre|responder|rispondi|odpowiedz|ответить",
    re.IGNORECASE,
)
HINT = r"\d|:$|\.\.\.$|…$|comm?ent|komm?entar|reacti|комментар|repl|permalink|antw|respon|répon|rispon|odpow|ответ"


def rows(view: View, phrases: Mapping[int, Phrase]) -> Found:
    """Blocks of what readers wrote, with the evidence.

    Args:
        view: whole documents.
        phrases: what the phrase table says of distinct lines.
    """
    return _likely(view) | _in_text(view, phrases) | _in_markup(view)


def kind_of(text: str) -> str:
    """What a line is to a section of comments.

    >>> [kind_of(t) for t in ("2 Comments", "Ann Smith says:", "May 4, 2024 at 10:00 am", "2 days ago", "Reply", "So be it.")]
    ['heading', 'says', 'time', 'time', 'reply', '']
    """
    text = text.strip(" •·*-–|#")
    if len(text) > LONGEST:
        return ""
    for kind, pattern in (("heading", HEADING), ("reply", REPLY), ("says", SAYS)):
        if pattern.fullmatch(text):
            return kind
    return "time" if TIME.search(text) and (has_date(text) or text.endswith("ago")) else ""


def section(kinds: Sequence[str], headlines: Flags, content: Ints) -> tuple[int, int]:
    """First line of a page's comments, and the line after their last; equal where there are none.

    Args:
        kinds: of each line of the page: "heading", "says", "time", "reply", "form" or "".
        headlines: (lines,) those that begin another article.
        content: (lines,) words of each line that is content.
    """
    entries = [at for at, kind in enumerate(kinds) if kind in ("says", "time", "reply")]
    start = _start(kinds, entries, content)
    end = next((at for at in np.flatnonzero(headlines).tolist() if at > start), len(kinds))
    inside = [at for at in entries if start <= at < end]
    if start < 0 or len(inside) < ENTRIES or content[:start].sum() < ARTICLE:
        return 0, 0
    if kinds[inside[-1]] == "reply":
        return start, inside[-1] + 1
    return start, next((at for at in range(inside[-1] + 1, end) if kinds[at] == "form"), end)


@lru_cache(maxsize=1 << 16)
def named(path: str) -> str:
    """The outermost element that its class or id calls comments; "" if there is none.

    >>> named("main>section#comments.area>ol>li.comment>p"), named("article.has-comments>p"), named("p.commentary")
    ('comments', '', '')
    """
    names = (name for step in path.split(">") for name in re.split(r"[.#]", step.lower())[1:])
    return next((name for name in names if NAMED.fullmatch(name)), "")


def _start(kinds: Sequence[str], entries: Sequence[int], content: Ints) -> int:
    """The first heading with entries below it, else the first of several names with a date; -1 without either."""
    headings = [at for at, kind in enumerate(kinds) if kind == "heading"]
    for at in headings if len(headings) <= HEADINGS else []:
        below = [entry for entry in entries if entry > at]
        near = below and below[0] - at <= NEAR
        many = len(below) >= MANY and below[0] - at <= FIRST and content[at : below[0]].sum() <= OPINION
        if near or many:
            return at
    dates = [at for at in entries if kinds[at] == "time"]
    dated = [at for at in entries if kinds[at] == "says" and any(abs(at - date) <= NEAR for date in dates)]
    return dated[0] if len(dated) >= ENTRIES else -1


def _likely(view: View) -> Found:
    """What the tagger takes for comments, on pages that hold little else below the first: boards have their posts there."""
    likely = view.tags.comment >= LIKELY
    docs, first = np.unique(view.doc[likely], return_index=True)
    begin = np.full(len(view.first) - 1, len(view))
    begin[docs] = np.flatnonzero(likely)[first]
    content, below = _content(view), np.arange(len(view)) >= begin[view.doc]
    words, comments, before = (np.bincount(view.doc, content * of, len(begin)) for of in (below, below & likely, ~below))
    found = likely & ((2 * comments >= words) & (before >= ARTICLE))[view.doc]
    return {row: f"comment {view.tags.comment[row]:.2f}" for row in np.flatnonzero(found).tolist()}


def _in_markup(view: View) -> Found:
    paths = view.batch.blocks.column("path").combine_chunks().dictionary_encode()
    names = [named(path) for path in paths.dictionary.to_pylist()]
    if not any(names):
        return {}
    at = np.asarray(paths.indices)
    inside = np.array([bool(name) for name in names])[at]
    besides = np.bincount(view.doc, _content(view) * ~inside, len(view.first) - 1)
    found = np.flatnonzero(inside & (besides >= ARTICLE)[view.doc])
    return {row: f"in {names[at[row]]!r}" for row in found.tolist()}


def _in_text(view: View, phrases: Mapping[int, Phrase]) -> Found:
    said = {line: "form" for line, phrase in phrases.items() if phrase.family == "comments"}
    said |= view.judge(kind_of, HINT)
    kinds = np.append([said.get(line, "") for line in range(len(view.lines))], "")[view.line]
    content, headlines, out = _content(view), view.tags.headline >= LIKELY, Found()
    for doc in np.unique(view.doc[np.isin(kinds, ("heading", "says"))]).tolist():
        of_page = slice(int(view.first[doc]), int(view.first[doc + 1]))
        start, end = section(kinds[of_page].tolist(), headlines[of_page], content[of_page])
        out |= dict.fromkeys(range(of_page.start + start, of_page.start + end), "below names and times of readers")
    return out


def _content(view: View) -> Ints:
    """Words of each block that the tagger takes for content."""
    words: Ints = view.tags.words * (view.tags.content >= LIKELY)
    return words
