"""Words within small letters that lost the space between them ("ofthe"), and those that only look so ("testsuite")."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set

from pipeline.repair.around import Around, Pages
from pipeline.repair.edits import Glued
from pipeline.repair.language import function_words
from pipeline.repair.lexicon import COMMON, Lexicon
from pipeline.repair.runtogether import ON_PAGE, SURE, SURER, Cut, cut, cuts
from pipeline.repair.scan import Scan

AROUND = 120  # bytes looked at on each side
FORMS = frozenset("long wide like less most only proof wise worthy free share shares".split())  # "yearslong", "readonly"
STAND_INS = frozenset("some my your any foo".split())  # names in examples: "somefile", "mycompany"
ORDINALS = frozenset("first second third fourth fifth last".split())  # "secondplace" lacks a hyphen
PARTICLES = frozenset("for over under out up on in off by down".split())  # names and verbs begin so: "formovie"
PLURAL = re.compile(r"[^s]s$")  # "goalslike" is no word as "childlike" is
SUREST = 22.0  # score of two words where code has names as likely as others: "foreach", not "forthe"
PLAIN = 18.0  # of words with a function word among them, within a sentence
THE, RARE = 17.0, 1.5  # of what begins with "the", and the zipf of what lists have from damaged pages: "thekey"
ENDINGS = ("s", "ed", "er", "ers")
OPENERS = PARTICLES | {"from"}  # of commands and options: "foreach", "fromtree"
SMALL_BEFORE, SMALL_BEHIND = re.compile(r"(?:^|\s)[\"'“‘(]?[a-z][\w’'-]*[,;:]? $"), re.compile(r"[,;]? [a-z]")
# As `scan.NO_PROSE`, but for stops, which may end sentences: "oneplatform.It"
NO_SENTENCE = re.compile(rb"[/\\_=<>{}|~`0-9@#]|:\w|\(\w*\)")
STOP = re.compile(rb"(?<=\w)\.(?=\w)")
NAME = 5  # letters of the first part of a name, at most
LONG = 6, 30  # letters of a word that may be two


def small(scan: Scan, pages: Pages, stops: Set[tuple[int, int]]) -> Iterator[Glued]:
    """All of a batch, in prose; those that their page writes twice are terms of it, which others may be judged by.

    Args:
        scan: Of the batch.
        pages: Of the batch.
        stops: Full stops (block, byte in it) behind which a lost space is put back: words beside them are no addresses.
    """
    if scan.lexicon.language != "en":  # the rules for compounds are English
        return
    for row, start, end, word, found in _cut(scan, stops):
        prose, around = _in_sentence(scan.text.bytes_of(row), start, end), pages.of_row(row)
        if not _apart(word, found, scan.lexicon) or _slight(found, prose):
            continue
        nobodys = _nobodys(found)
        nobodys |= _plain(found) and found.left not in PARTICLES and not around.technical
        again = not nobodys and around.whole.count(word.lower().encode()) > 1  # "formovie" beside "formovie.com"
        if again or _likely(word, start, found, prose, around):
            sure = nobodys or (not again and _plain(found) and not around.technical)
            yield Glued(
                row, start, end, word, f"{word[: len(found.left)]} {word[len(found.left) :]}", "run-together", sure, again
            )


def _cut(scan: Scan, stops: Set[tuple[int, int]]) -> Iterator[tuple[int, int, int, str, Cut]]:
    """Words that may be two, with their place and the two."""
    text, at = scan.text, scan.rare(scan.prose, *LONG)
    sizes = cuts(text.words, at, text.buffer, scan.lexicon)
    at, sizes = at[sizes > 0], sizes[sizes > 0]
    size_at = dict(zip(text.words.start[at].tolist(), sizes.tolist(), strict=True))
    for row, start, end, word in scan.worded(at, NO_SENTENCE):
        if word[1:].islower() and word.isascii():
            found = cut(word.lower(), size_at[start + int(text.offsets[row])], scan.lexicon)
            if found.score >= found.least - ON_PAGE and not _dotted(scan.text.bytes_of(row), row, start, stops):
                yield row, start, end, word, found


def _dotted(text: bytes, row: int, start: int, stops: Set[tuple[int, int]]) -> bool:
    """Whether the white-space token round a word has a full stop within that ends no sentence: "oneplatform.net"."""
    before, after = text[max(0, start - AROUND) : start], text[start : start + AROUND]
    left = start - len(before.rsplit(None, 1)[-1] if before[-1:].strip() else b"")
    token = text[left:start] + after.split(None, 1)[0]
    return any((row, left + m.start()) not in stops for m in STOP.finditer(token))


def _in_sentence(text: bytes, start: int, end: int) -> bool:
    """Whether a small word stands beside a word: "| madetrade |" and "Use Coupon Code staysharp |" are names."""
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    return bool(SMALL_BEFORE.search(before.decode(errors="ignore")) or SMALL_BEHIND.match(after.decode(errors="ignore")))


def _slight(found: Cut, prose: bool) -> bool:
    """Whether what is no part of a sentence, or begins as names do, scores too low for that: "formovie"."""
    return found.score < (0.0 if prose else SURE) or (found.left in PARTICLES and found.score < PLAIN)


def _nobodys(found: Cut) -> bool:
    """Whether no name is made so, not even of code, which has "foreach", "startswith", "thiscall": "thefile", "featuresand"."""
    left, right = found.left, found.right
    return found.score >= SURE and ("the" in (left, right) or (right == "and" and len(left) > 4))


def _plain(found: Cut, least: float = SURE) -> bool:
    """Whether one of two words is a function word, and both together no word: "withthe"."""
    return found.score >= least and bool({found.left, found.right} & function_words("en"))


def _apart(word: str, found: Cut, lexicon: Lexicon) -> bool:
    """What may be a name or a rare word is cut only where the score is high: "Thismeans", "themost"."""
    if _doubled(word.lower(), lexicon):
        return False
    if word.lower() in lexicon:
        return _plain(found) or (found.left == "the" and found.score >= THE and lexicon.zipf(word) < RARE)
    if any(word.endswith(end) and lexicon.zipf(word.lower().removesuffix(end)) for end in ENDINGS):  # "formatters"
        return False
    if word.islower():
        return found.score >= found.least - ON_PAGE
    functional = function_words("en")
    plain = found.left in functional or (found.right in functional and len(found.left) > NAME)
    return found.score >= (SURE if plain else SURER)  # "Thesework", "Materialsand"; but "Moundabout", "Everand"


def _doubled(word: str, lexicon: Lexicon) -> bool:
    """Whether a word is one of the lexicon with a letter written twice: "allthough"."""
    twice = (i for i in range(1, len(word)) if word[i] == word[i - 1])
    return any(lexicon.zipf(word[:i] + word[i + 1 :]) >= COMMON for i in twice)


def _likely(word: str, start: int, found: Cut, prose: bool, around: Around) -> bool:
    """Code joins words as damage does, but seldom so unlikely ones; what is about code has its names in sentences too."""
    stands_in = found.left in STAND_INS and around.technical
    if stands_in or (found.left in OPENERS and around.technical):
        return found.score >= SUREST and found.right in function_words("en")
    form = found.right in FORMS and not (found.right == "like" and PLURAL.search(found.left))
    if found.score >= SURER or (prose and _plain(found, PLAIN) and not form):
        return True
    opens = start == 0 and word.islower()  # a command or a name: "groupadd -r ssh"
    if opens or form or found.left in ORDINALS or (found.left in STAND_INS and found.score < PLAIN):
        return False
    return not around.technical and (found.score >= found.least or f"{found.left} {found.right}" in around.small)
