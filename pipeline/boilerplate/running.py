"""Lines on many pages of a site that are its text all the same: parts of sentences and of code, heads of sections.

Text taken from HTML node by node has a line for each link and each word of code: "or" and "fn main() {" stand on every page
of a manual, and so does the head "Example". The frame of a site stands apart; these stand within what only one page has.
"""

from __future__ import annotations

import numpy as np

from pipeline.boilerplate.tokens import Flags
from pipeline.boilerplate.view import View

REACH = 2  # repeated lines in a row that may belong to the sentence of the next line that is not repeated
HEAD = 5  # words of the head of a section; longer lines within the text are notes of the site
CONTENT = 0.5  # probability from which the tagger takes a block for content
GOES_ON = np.zeros(256, bool)  # first bytes of a line that goes on with the one before: of no bullet and no new sentence
GOES_ON[np.frombuffer(b"abcdefghijklmnopqrstuvwxyz,.;:)]}({\"'/\\$&=_`!?%", np.uint8)] = True


def apart(view: View, repeated: dict[int, str], nearly_all: Flags) -> dict[int, str]:
    """Those of some repeated lines that are no part of the text round them.

    Args:
        view: whole documents.
        repeated: rows of lines that would go, with the evidence.
        nearly_all: what stands on nearly all pages of a site is no page's own, though it is not taken for frame: names in a
            menu that hold a number, the paragraph about the publisher below its headline.
    """
    again = nearly_all.copy()
    again[np.fromiter(repeated, np.int64)] = True
    same = np.zeros(len(view) + 1, bool)  # whether the blocks before and after a border are of one page
    same[1:-1] = view.doc[1:] == view.doc[:-1]
    held = _within_sentences(view, again, same) | _heads(view, again, same)
    return {row: why for row, why in repeated.items() if not held[row]}


def _within_sentences(view: View, again: Flags, same: Flags) -> Flags:
    """Lines that go on with a line of the page's own; and, where the tagger agrees, those with which such a line goes on."""
    goes_on = same[:-1] & (view.blank_lines == 0) & _goes_on(view)
    own, likely = ~again, view.tags.content >= CONTENT
    for _ in range(REACH):
        after, before = np.append(False, own[:-1]) & goes_on, np.append(own[1:] & goes_on[1:], False)
        own = own | after | (before & likely)
    return own & again


def _heads(view: View, again: Flags, same: Flags) -> Flags:
    """Short lines between two of the page's own, where the tagger takes all three for content."""
    likely = view.tags.content >= CONTENT
    own = likely & ~again
    above, below = np.append(False, own[:-1]) & same[:-1], np.append(own[1:], False) & same[1:]
    return np.asarray(again & likely & above & below & (view.tags.words <= HEAD))


def _goes_on(view: View) -> Flags:
    """Blocks whose first byte goes on with what stands before."""
    text, offsets = view.batch.buffer()
    out = np.zeros(len(view), bool)
    some = np.flatnonzero(np.diff(offsets) > 0)
    out[some] = GOES_ON[text[offsets[some]]]
    return out
