"""How much the words of a site speak for a filter.

The score adds: for each word *family* that the filter explains, how usual the reading is and how many letters the filter
left alone; a prior of the pair; and the absence of the filtered letters from the pages that show it. Families count, not
words: the inflections of one coined word ("skiplagging", "skiplagged") would look like a filter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from pipeline.repair import kin
from pipeline.repair.known import ATTESTED, MARK, MASKS, REPLACEMENTS, SOUGHT, USUAL
from pipeline.repair.known import LETTERS as LOOKED_FOR
from pipeline.repair.lexicon import LONGEST, SETTLED, SHORTEST, Lexicon
from pipeline.repair.proposals import Pair
from pipeline.repair.readings import is_mask, readings, signs

GRAWLIX = 3  # different signs: "@#$!"
SHARED = 6.0  # a filter that writes one replacement for one word often writes it for others
SELDOM = 1.5  # where one family shows letters that are seldom filtered: "***an" was "titan" and not "japan"
FREE = -5.0  # a prior at or below it: nothing is known of the pair
LACKING = 1.5  # words expected
COINED, COMPOUND = 2.0, -2.0  # evidence
WORD = 4.0  # zipf of a word that unknown words may be compounds of
NONE = -99.0  # no evidence at all
LONG = 5  # letters of a replacement
READ = 1.5  # zipf of a reading
KNOWN = frozenset(LOOKED_FOR)
MOST = 12  # filters of one site
SUFFIX, ENDING = 4, 60  # letters of an ending, words of zipf 2.5 or more that have it: French -tion 401, -ment 365
AGREED = {1: 3.0, 2: 2.5, 3: 1.5, 4: 1.5}  # evidence, by how many letters all families agree on
FEW = (1, 2)  # such letters
A_WORD = 3.5  # zipf of a replacement that compounds are made with: "closesync", "opensync"
READINGS = 50  # of a family by any letters; filters that manuals showed and nobody had set read 92 and more, true ones 1 to 28


class Clues(NamedTuple):
    """What the pages of a site show of one pair."""

    words: Mapping[str, str]  # damaged word -> reading
    counts: Mapping[str, int]  # damaged word -> occurrences
    pages: int  # pages that show it
    survivors: int  # occurrences of the letters on these pages
    expected: float  # words that would hold the letters on these pages, were there no filter


class Found(NamedTuple):
    """A filter with its score."""

    pair: Pair
    score: float
    families: int
    clues: Clues
    undone: bool  # false: only suspected


def families(pair: Pair, words: Mapping[str, str], lexicon: Lexicon) -> dict[str, float]:
    """Evidence of each word family, under its stem."""
    best: dict[str, float] = {}
    for word, family in _families(pair, words).items():
        best[family] = max(_weight(pair, word, words[word], lexicon), best.get(family, -9.0))
    return best


def stems(pair: Pair, words: Mapping[str, str]) -> set[str]:
    """The word families that a pair explains."""
    return set(_families(pair, words).values())


def _families(pair: Pair, words: Mapping[str, str]) -> dict[str, str]:
    if pair[1] and prior(pair) <= FREE:
        return kin.families(pair, words)
    return {word: kin.stem(pair, word, reading) for word, reading in words.items()}


def _weight(pair: Pair, word: str, reading: str, lexicon: Lexicon) -> float:
    letters, replacement = pair
    untouched = len(reading) - len(letters)
    times = max(1, word.count(replacement)) if replacement else 1
    weight = 0.8 * (lexicon.zipf(reading) - 2) + 0.55 * (untouched - 3) + 0.6 * (times - 1)
    most = 4.0
    if is_mask(replacement) and untouched < 3:  # "b****" may hide what its writer wanted hidden
        most = 0.0 if untouched < 2 else 1.0
    return max(-0.5, min(most, weight))


@lru_cache(maxsize=1 << 12)
def prior(pair: Pair) -> float:
    """What is known of a pair before any word is read."""
    letters, replacement = pair
    if pair in ATTESTED:  # no name holds the longer ones by chance: "fecesl", "reviewuates"
        return 3.0 if len(replacement) >= LONG else 1.5
    if not replacement:
        return -6.0
    if is_mask(replacement):
        return _mask_prior(letters, replacement)
    if replacement in REPLACEMENTS and letters in LOOKED_FOR:
        return -1.0 if letters in USUAL else -2.0
    return FREE if letters in KNOWN else -7.0


def _mask_prior(letters: str, replacement: str) -> float:
    if letters not in KNOWN:
        return FREE
    if MARK.fullmatch(replacement) or len(MASKS & set(replacement)) >= GRAWLIX:
        return 2.0
    known, replacement = 0.0 if letters in SOUGHT else -1.0, signs(replacement)
    one = len(set(replacement)) == 1
    if len(replacement) == len(letters):
        if one or replacement[0] == letters[0]:
            return known + 1.0
        return known if sum(map(str.isalpha, replacement)) > 1 else -3.0
    return known - 0.5 if one else -3.0


def score(pair: Pair, found: Mapping[str, float], clues: Clues, lexicon: Lexicon) -> float:
    """The evidence for one pair with the `families` of its words, as if it stood alone."""
    return sum(found.values()) + prior(pair) + _coined(pair, lexicon) + absence(clues)


def _coined(pair: Pair, lexicon: Lexicon) -> float:
    """What the replacement of a pair nobody knows says: no rare word holds "vohn"; "file" makes "infile", "outfile"."""
    replacement = pair[1]
    if not replacement or is_mask(replacement) or prior(pair) > FREE:
        return 0.0
    zipf = lexicon.zipf(replacement)
    if zipf >= WORD:
        return COMPOUND
    return 0.0 if zipf >= SETTLED or len(replacement) > LONGEST or lexicon.piece(replacement) else COINED


def absence(clues: Clues) -> float:
    """What the letters themselves say that stand, or do not stand, on the pages that show a pair."""
    if clues.survivors:
        return -9.6 * clues.survivors / max(1, sum(clues.counts.values()))
    return min(clues.expected, 8.0) * 0.8


def infer(
    clues: Mapping[Pair, Clues],
    unexplained: Mapping[str, Iterable[str]],
    lexicon: Lexicon,
    margin: float,
    suspect: float,
) -> list[Found]:
    """The filters of one site, the surest first: each must explain words that those before it do not.

    Args:
        clues: What the site shows of each pair.
        unexplained: For each replacement the unknown words that hold it.
        lexicon: Of the site's language.
        margin: Evidence a filter must reach to be undone.
        suspect: Evidence it must reach to be listed.
    """
    table = _Table(clues, unexplained, lexicon)
    alone = sorted((_alone(pair, seen, lexicon) for pair, seen in clues.items()), key=lambda f: (-f.score, f.pair))
    alone = [found for found in alone if _shown(found, lexicon)]
    for least in (margin, margin, suspect):  # twice, for the partners of filters accepted later
        for found in alone:
            table.take(found, least, undone=least == margin)
    return table.taken


def _alone(pair: Pair, seen: Clues, lexicon: Lexicon) -> Found:
    found = families(pair, seen.words, lexicon)
    return Found(pair, score(pair, found, seen, lexicon), len(found), seen, True)


def _shown(found: Found, lexicon: Lexicon) -> bool:
    """Whether enough word families show a pair, the less is known of it the more."""
    if found.pair in ATTESTED or (is_mask(found.pair[1]) and prior(found.pair) > FREE):
        return True
    if prior(found.pair) > FREE:
        return found.families >= 2
    if _inflects(found, lexicon):
        return False
    if found.families != 2 or not found.pair[1]:  # for deletion see `_Table`
        return found.families >= 2
    if len(found.pair[1]) > LONGEST:  # a word of its own: "darkmagenta" and "lightmagenta" were not "darkest", "lightest"
        return False
    if _agreed(found.pair, found.clues.words, lexicon) in FEW:
        return True
    # a common string of letters that a whole site lacks says as much as a third family
    lacking = found.clues.expected >= LACKING and not found.clues.survivors
    return lacking and _telling(found, lexicon)


def _inflects(found: Found, lexicon: Lexicon) -> bool:
    """Whether all words end alike, and their readings in an ending of the language: rare forms, not damage.

    Genesis in French has "construiras", "réduiras", "enduiras", which are not "construction", "réduction", "enduction". English
    inflects too little for that: there the rule would only miss filters of "ion" and "est".
    """
    letters, replacement = found.pair
    ends = bool(replacement) and all(word.endswith(replacement) for word in found.clues.words)
    return lexicon.language != "en" and ends and len(lexicon.fill("", letters[-SUFFIX:])) >= ENDING


def _telling(found: Found, lexicon: Lexicon) -> bool:
    """Whether few letters make words of one of the families.

    Two coined words agree by chance where each has hundreds of readings: "lockfile", "packfile" as "logan", "pagan".
    """
    fills = _fills(found.pair, found.clues.words, lexicon)
    return min(map(len, fills.values()), default=READINGS + 1) <= READINGS


def _agreed(pair: Pair, words: Mapping[str, str], lexicon: Lexicon) -> int:
    """How many letters make words of all families of a pair nobody knows; 0 where that says nothing.

    A filter's words agree on its letters: "prnopies" and "renopoire" on "pert". What code and compounds share is long, a
    word, an ending, or stands for many letters: "createtime", "smartcase", "packadd", "decoding" and "undecoded".
    """
    replacement = pair[1]
    if lexicon.language != "en" or is_mask(replacement) or not 0 < len(replacement) <= LONG or prior(pair) > FREE:
        return 0  # elsewhere endings do so too: see `_inflects`
    if lexicon.zipf(replacement) >= A_WORD or all(word.endswith(replacement) for word in words):
        return 0
    fills = _fills(pair, words, lexicon, short=True)
    return len(frozenset.intersection(*fills.values())) if len(fills) > 1 else 0


def _fills(pair: Pair, words: Mapping[str, str], lexicon: Lexicon, short: bool = False) -> dict[str, frozenset[str]]:
    """The letters that make words of each family.

    Any letters make words with one letter beside them: such words are left out or, as `short`, must be usual ones.
    """
    fills: dict[str, frozenset[str]] = {}
    for word, family in _families(pair, words).items():
        before, _, after = word.partition(pair[1])
        if short or max(len(before), len(after)) > 1:
            fill = lexicon.fill(before, after) or lexicon.usual_fill(before, after)
            fills[family] = fills.get(family, fill) & fill
    return fills


def _gapped(found: Found, lexicon: Lexicon) -> bool:
    """Whether all word families of a pair nobody knows are explained as well by the same letters taken out of them.

    Where "con" was taken out, "stitution" and "unstitutional" were no "condition" and "unconditional".
    """
    if is_mask(found.pair[1]) or not found.pair[1] or prior(found.pair) > FREE:
        return False
    holes: dict[str, set[str]] = {}
    for word, family in _families(found.pair, found.clues.words).items():
        fills = chain.from_iterable(lexicon.fill(word[:i], word[i:]) for i in range(len(word) + 1))
        holes.setdefault(family, set()).update(letters for letters in fills if len(letters) >= SHORTEST)
    return bool(set.intersection(*holes.values()))


class _Table:
    """The filters accepted so far, and the words that they explain."""

    def __init__(self, clues: Mapping[Pair, Clues], unexplained: Mapping[str, Iterable[str]], lexicon: Lexicon) -> None:
        self.clues = clues
        self.taken: list[Found] = []
        self.done: set[str] = set()
        self.unexplained = unexplained
        self.lexicon = lexicon

    def take(self, found: Found, least: float, undone: bool) -> None:
        """Accept a filter whose evidence, beside those accepted before, reaches `least`."""
        total = self._total(found)
        known = any(found.pair == f.pair for f in self.taken)
        if len(self.taken) < MOST and not known and total >= least and self._adds(found) and not _gapped(found, self.lexicon):
            self.taken.append(found._replace(score=total, undone=undone))
            self.done.update(found.clues.words)

    def _total(self, found: Found) -> float:
        """Evidence with the bonus of a partner, less a half for each word that holds the replacement and stays."""
        replacement = found.pair[1]
        mask = is_mask(replacement)
        # a mask with a letter beside it shows nothing, whatever the page lacks: "****o" was no "tito", "s****" no "start"
        if mask and sum(families(found.pair, found.clues.words, self.lexicon).values()) < 1:
            return NONE
        partner = any(replacement == f.pair[1] or (mask and is_mask(f.pair[1])) for f in self.taken)
        if not replacement and found.families < 3 and not partner:
            return NONE
        others = set() if mask else set(self.unexplained.get(replacement, ())) - set(found.clues.words) - self.done
        unread = [word for word in sorted(others) if not self._reads(found.pair, word)]
        bonus = 0.0 if not partner else SELDOM if mask and found.families < 2 and found.pair[0] not in SOUGHT else SHARED
        total = found.score + bonus - 0.5 * len(unread) + (0.0 if unread else self._agreement(found))
        # letters that an accepted filter took are absent for that: "s****" was no "sass" where "***" stands for "ass"
        taken = any(found.pair[0] == f.pair[0] and found.pair != f.pair for f in self.taken)
        return total - max(0.0, absence(found.clues)) - bonus if taken else total

    def _agreement(self, found: Found) -> float:
        """What it says that few letters make words of all families, where no others explain them too: "trains", "training"."""
        agreed = AGREED.get(_agreed(found.pair, found.clues.words, self.lexicon), 0.0)
        rivals = (seen for pair, seen in self.clues.items() if pair[1] == found.pair[1] and pair != found.pair)
        return 0.0 if agreed and any(found.clues.words.keys() <= seen.words.keys() for seen in rivals) else agreed

    def _reads(self, pair: Pair, word: str) -> bool:
        """Whether a word that the pair's own pages do not show is read by it all the same."""
        held = bool(pair[1]) and pair[1] in word
        return held and any(self.lexicon.zipf(reading) >= READ for reading in readings(word, [pair]))

    def _read(self, word: str) -> bool:
        return any(self._reads(f.pair, word) for f in self.taken if not is_mask(f.pair[1]))

    def _adds(self, found: Found) -> bool:
        """Whether it explains words that no accepted filter does."""
        replacement = found.pair[1]
        new = {w: v for w, v in found.clues.words.items() if w not in self.done and not self._read(w)}
        if len(new) == len(found.clues.words):
            return True
        # a replacement inside or round an accepted one is the same edit seen one letter wider
        others = [f.pair[1] for f in self.taken if f.pair[1] != replacement and not is_mask(replacement)]
        wider = any(replacement in other or other in replacement for other in others)
        if not new or (wider and len(new) < 3):
            return False
        rival = prior(found.pair) <= FREE and any(f.pair[1] == replacement for f in self.taken)
        if rival and len(families(found.pair, new, self.lexicon)) < 3:  # "create" where "creates" was damaged
            return False
        return sum(families(found.pair, new, self.lexicon).values()) >= 1.5
