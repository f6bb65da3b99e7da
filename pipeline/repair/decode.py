"""Undo the filters of a page: each damaged word read as the best word that the filters could have damaged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from pipeline.repair.capitals import Place
from pipeline.repair.casing import Style, recased
from pipeline.repair.edits import Change
from pipeline.repair.known import LETTERS, MEANT, REPLACEMENTS
from pipeline.repair.lexicon import Lexicon
from pipeline.repair.proposals import Pair
from pipeline.repair.readings import is_mask, readings
from pipeline.repair.scan import Suspect

LEAST = 1.2  # zipf of a reading
LEAST_DELETED = 3.0  # where letters were deleted any word with a gap would do
LEAST_SHORT, SHORT = 3.3, 5  # so short a word even more: "io-uring" was no "assuring"
GAIN = 1.0  # zipf that a reading must be above an unknown word
GAIN_KNOWN = 2.0  # above a rare word of the lexicon
GAIN_DELETED = 0.9  # above a word of the lexicon on a page that lost all such letters: "ets" for "assets"
COMMON_WORD = 4.0
ABBREVIATION = 3  # letters
PART = 3.3  # zipf of both parts of a compound
SHORT_NAME = 3  # letters of the first word of a name
PREFIXES = frozenset("bio con dis mid mis non out per pre pro sub tri uni".split())  # are no such words
SURE = 12.0  # evidence of a filter beyond which more says nothing
UNDONE = 0.5  # each replacement undone speaks for a reading


class Decoder:
    """Reads the words of one page."""

    def __init__(self, filters: Mapping[Pair, float], style: Style, lexicon: Lexicon) -> None:
        """With the filters that the page went through, their evidence, and what they did to letter case."""
        self.filters = dict(sorted(filters.items()))
        self.style = style
        self.lexicon = lexicon
        self._known: dict[str, str] = {}

    def read(self, word: str) -> str:
        """The best reading of a word in small letters; "" where it stays."""
        if word not in self._known:
            self._known[word] = self._best(word) or self._compound(word)
        return self._known[word]

    def _readings(self, word: str) -> dict[str, int]:
        """What the word may have read, but for what the filter was meant to hit."""
        pairs = [pair for pair in self.filters if pair[1] and pair[1] in word]
        found = readings(word, pairs)
        if not pairs:  # letters taken out
            pairs = [pair for pair in self.filters if not pair[1]]
            found = {whole: 1 for letters, _ in pairs for whole in self.lexicon.gaps(letters).get(word, ())}
        meant = (x for x, y in pairs if x in LETTERS or is_mask(y) or y in REPLACEMENTS)
        hit = {letters + ending for letters in meant for ending in ("", "s")}
        return {reading: undone for reading, undone in found.items() if reading not in MEANT and reading not in hit}

    def _best(self, word: str) -> str:
        zipf, masked = self.lexicon.zipf(word), is_mask(word)
        found = []
        for reading, undone in self._readings(word).items():
            frequency = self.lexicon.zipf(reading)
            if frequency <= LEAST:
                continue
            pair = self.pair(word, reading)
            least = LEAST if pair[1] else LEAST_DELETED if len(word) > SHORT else LEAST_SHORT
            if word == pair[1]:  # a whole word was replaced: "vipo" was "work", but an abbreviation is no rare word
                least = COMMON_WORD
            if masked and len(reading) - len(pair[0]) < 2:  # "p***" was "pass", "s***" was not "sass"
                least = COMMON_WORD
            if frequency > least:
                sure = min(self.filters[pair], SURE) / SURE
                found.append((frequency + UNDONE * undone + sure, reading))
        best = max(found, default=(0.0, ""))[1]
        if not best:
            return ""
        known = GAIN_KNOWN if self.pair(word, best)[1] else GAIN_DELETED
        return best if self.lexicon.zipf(best) - zipf >= (known if zipf else GAIN) else ""

    def _compound(self, word: str) -> str:
        """A reading that the lexicon lacks and that is two of its words: "dataclass"; "parseline" is that already."""
        if word in self.lexicon:
            return ""
        found = []
        for reading in self._readings(word):
            letters, replacement = self.pair(word, reading)
            if replacement:
                found.append((*self._parts(reading, letters), reading))
        zipf, _, best = max(found, default=(0.0, "", ""))
        return best if zipf >= PART > self._parts(word)[0] else ""

    def _parts(self, word: str, letters: str = "") -> tuple[float, str]:
        """Of the ways to cut a word in two the best: the zipf of the rarer part, and the first part.

        No part is what a filter means to hit, nor all that it took: "**recommended**" was no "recommendedland".
        """
        cuts = ((word[:i], word[i:]) for i in range(3, len(word) - 3))
        fit = ((min(map(self.lexicon.zipf, part)), part[0]) for part in cuts if not (MEANT | {letters}) & set(part))
        return max(fit, default=(0.0, ""))

    def _named(self, left: str, right: str) -> bool:
        """Whether two words are joined as in "SmartAsset", "WebAssembly": the lexicon has both and not the whole."""
        parts = (
            len(left) >= SHORT_NAME
            and left not in PREFIXES
            and len(right) > SHORT_NAME
            and min(self.lexicon.zipf(left), self.lexicon.zipf(right)) >= PART
        )
        return parts and self.lexicon.zipf(left + right) < PART

    def changes(
        self, suspects: Sequence[Suspect], place: Callable[[int, int, int], Place], evidence: Mapping[Pair, str]
    ) -> Iterator[Change]:
        """The words of the page to write anew."""
        for row, start, end, word in suspects:
            reading = self.read(word.lower())
            pair = self.pair(word.lower(), reading) if reading else ("", "")
            if reading and not _whole(word, reading, pair):
                zipf, where = self.lexicon.zipf(reading), partial(place, row, start, end)
                after = recased(word, reading, zipf, pair, self.style, where, self._named)
                yield Change(row, start, end, after, "word-filter", evidence[pair])

    def pair(self, word: str, reading: str) -> Pair:
        """The filter to name for a reading: the longest replacement that stands in the word, whose letters it holds."""
        fits = [pair for pair in self.filters if pair[1] in word and pair[0] in reading]
        return max(fits, key=lambda p: (len(p[1]), self.filters[p], p))


def _whole(word: str, reading: str, pair: Pair) -> bool:
    """Whether a word has lost no letters by its capitals: an abbreviation ("GL"), a name that "ass" does not open ("Ume")."""
    letters, replacement = pair
    if replacement or word.islower():
        return False
    return len(word) <= ABBREVIATION or (not word.isupper() and reading.startswith(letters))
