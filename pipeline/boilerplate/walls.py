"""Walls: what a page shows instead of its text - a request to log in, to accept cookies, to turn scripts on; an error.

Such a page is its wall alone, so that the document is judged by all that the other rules leave of it. One sentence that
is no wall's keeps it: people write about cookies and lost passwords too.
"""

from __future__ import annotations

import re

import numpy as np

from pipeline.boilerplate.tokens import Ints
from pipeline.boilerplate.view import View

WORDS, LINES = 250, 30  # of the longest wall
SHORT = 6  # words of a label: "Accept all", "Forgot your password?"
SHARE = 0.4  # of the words that must stand in a wall's sentences; the rest are labels
LONGEST = 1000  # characters of a sentence or two
SAYINGS = (
    # cookies
    r"(?:we|this (?:web)?site|our (?:web)?site|wir|diese (?:web)?seite|nous|ce site|usamos|utilizamos|este sitio|este site|"
    r"questo sito|deze (?:web)?site|ta strona|используем|мы используем)\b.{0,300}\bcookies?\b",
    r"(?:we|wir|nous) (?:and|und|et) (?:our|unsere|nos)\b.{0,40}\b(?:partners|partner|partenaires)\b",
    r"(?:we (?:value|care about|respect) your privacy|your privacy (?:is important|matters)|"
    r"manage (?:your )?(?:cookie|consent))",
    r"(?:by|mit|en|selecting|choosing|click(?:ing)?)\b.{0,200}\b(?:accept|consent|agree|akzeptieren|acceptez|aceptar|cookies?)\b",
    # accounts
    r"(?:please )?(?:log|sign)[ -]?in (?:to|or|with|below)\b.{0,80}",
    r"(?:you|users) (?:must|need to|have to|should)(?: first)? (?:be )?(?:log|sign|register|subscrib)",
    r"(?:this|the full) (?:article|content|story|page|forum|area) is (?:only |exclusively )?(?:for|available to|reserved for) "
    r"(?:\w+ )?(?:subscribers|members|registered)",
    r"(?:already a (?:subscriber|member)|subscribe (?:now )?to (?:continue|read|keep)|to continue reading|"
    r"don['’]t have an account|bitte (?:melden sie|loggen sie)|veuillez vous connecter|"
    r"inicia sesi[oó]n para|debes iniciar sesi[oó]n)",
    # browsers
    r"(?:please )?(?:enable|turn on|activate) (?:java ?script|cookies)|(?:java ?script|your browser) (?:is|has|must|does)\b"
    r".{0,80}\b(?:disabled|enabled|required|supported|support)",
    r"(?:you need to enable|this (?:site|page|app|application|website) (?:requires|needs|works best with)) java ?script",
    r"(?:checking (?:your browser|if the site connection)|(?:please )?(?:verify|confirm)(?: that)? you(?:['’]re| are) |"
    r"(?:performing|complete the) security|our systems have detected unusual|just a moment\.\.\.)",
    # errors
    r"(?:access (?:to this (?:page|resource|site) )?(?:is |has been |was )?(?:denied|forbidden|blocked)|"
    r"you (?:don['’]t|do not) have permission to (?:access|view)|"
    r"your (?:request|access|ip)(?: address)? (?:was|has been) (?:blocked|denied))",
    r"(?:(?:error )?404\b|(?:the |this |sorry, )*(?:the |this )?(?:requested )?(?:page|url)(?: that)? "
    r"(?:you(?:['’]re| are| were|['’]ve)? (?:looking for|requested)|was not found|could not be found|cannot be found|not found|"
    r"does ?n[o'’]t exist))",
)
SAYING = re.compile("|".join(rf"(?:{saying})" for saying in SAYINGS), re.IGNORECASE | re.DOTALL)


def rows(view: View, gone: Ints) -> dict[int, str]:
    """Rows of the blocks of documents of which nothing but a wall is left.

    Args:
        view: whole documents.
        gone: rows that other rules drop.
    """
    left = np.ones(len(view), bool)
    left[gone] = False
    lines = np.bincount(view.doc[left], minlength=len(view.first) - 1)
    words = np.bincount(view.doc[left], view.tags.words[left], minlength=len(lines))
    out: dict[int, str] = {}
    for doc in np.flatnonzero((lines > 0) & (lines <= LINES) & (words <= WORDS)).tolist():
        own = np.flatnonzero(left[view.first[doc] : view.first[doc + 1]]) + view.first[doc]
        if is_wall(view.batch.texts(own)):
            out |= dict.fromkeys(own.tolist(), "nothing else is left of the page")
    return out


def is_wall(texts: list[str]) -> bool:
    """Whether the lines of a page are a wall's: sentences that only walls say, and labels beside them.

    >>> is_wall(["Access denied", "You don't have permission to access this page."]), is_wall(["You don't have permission."])
    (True, False)
    """
    total = said = 0
    for text in texts:
        words = len(text.split())
        is_said = len(text) <= LONGEST and bool(SAYING.match(text))
        if not is_said and (words > SHORT or text[-1] in ".!"):
            return False
        total, said = total + words, said + words * is_said
    return said >= SHARE * max(total, 1)
