"""Undo the filters of a page: each damaged word read as the best word that the filters could have damaged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.repair.casing import recased
from pipeline.repair.edits import Change
from pipeline.repair.known import MEANT
from pipeline.repair.lexicon import Lexicon
from pipeline.repair.proposals import Pair
from pipeline.repair.readings import readings
from pipeline.repair.scan import Suspect

LEAST = 1.2  # zipf of a reading
LEAST_DELETED = 2.8  # where letters were deleted any word with a gap would do
GAIN = 1.0  # zipf that a reading must be above an unknown word
GAIN_KNOWN = 2.0  # above a rare word of the lexicon
UNDONE = 0.5  # each replacement undone speaks for a reading


class Decoder:
    """Reads the words of one page."""

    def __init__(self, filters: Sequence[Pair], lexicon: Lexicon) -> None:
        """With the filters that the page went through."""
        self.filters = filters
        self.lexicon = lexicon
        self._known: dict[str, str] = {}

    def read(self, word: str) -> str:
        """The best reading of a word in small letters; "" where it stays."""
        if word not in self._known:
            self._known[word] = self._best(word)
        return self._known[word]

    def _best(self, word: str) -> str:
        zipf = self.lexicon.zipf(word)
        inside = [pair for pair in self.filters if pair[1] and pair[1] in word]
        pairs = inside if inside or zipf else [pair for pair in self.filters if not pair[1]]
        least = LEAST if inside else LEAST_DELETED
        found = [
            (self.lexicon.zipf(reading) + UNDONE * undone, reading)
            for reading, undone in readings(word, pairs).items()
            if self.lexicon.zipf(reading) > least and reading not in MEANT
        ]
        if not found:
            return ""
        _, best = max(found)
        return best if self.lexicon.zipf(best) - zipf >= (GAIN_KNOWN if zipf else GAIN) else ""

    def changes(
        self, suspects: Sequence[Suspect], text_of: dict[int, bytes], evidence: dict[Pair, str]
    ) -> Iterator[Change]:
        """The words of the page to write anew."""
        for row, start, end, word in suspects:
            reading = self.read(word.lower())
            if reading:
                pair = self._pair(word.lower(), reading)
                text = text_of[row]
                after = recased(word, reading, pair[1], text[:start].decode(), text[end:].decode())
                yield Change(row, start, end, after, "word-filter", evidence[pair])

    def _pair(self, word: str, reading: str) -> Pair:
        """The filter to name for a reading: the longest replacement that stands in the word, whose letters it holds."""
        fits = [p for p in self.filters if p[1] in word and p[0] in reading]
        return max(fits, key=lambda p: (len(p[1]), len(p[0]), p))
