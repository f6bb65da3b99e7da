"""What a user may choose about duplicates."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Settings of the dedup stage; every field also works as `--set dedup.<field>=<value>`.

    The defaults were measured on news wire with look-alikes read by hand: with the guard .986 of the near-duplicates
    they drop are the same news, without it .46.

    Attributes:
        threshold: Least Jaccard similarity of the shingles of two near-duplicates, over 0 and at most 1.
        shingle: Words of a shingle; characters in scripts without spaces.
        min_words: Paragraphs of fewer words are left alone: quotations, refrains and stock phrases stay. One that is all
            there is of its document, and has six words, goes where another such document says the same; of two similar
            ones each word counts for the guard, so that only one added, left out, moved or misspelt makes a copy. One
            between two copies goes where the same words stand between the paragraphs that stay for these.
        permutations: Permutations of MinHash: more find more of the pairs just above the threshold.
        contained: Where a paragraph that stands wholly inside another one is dropped: in the same "document",
            anywhere in the "corpus", or nowhere ("off"). With a state the corpus is also what earlier runs wrote; of
            what they wrote without this setting, a part is found if it is about a third of the whole.
        keep: Which copy stays: the "longest", the "first" in input order, or with "priority:FIELD" the one whose
            document's metadata holds the greatest number under FIELD. Ties go to the longest, then to the first.
        min_share: Documents of which less than this share of their words is left are listed in the report.
        drop_remnants: Drop what is left of them, too.
        guard: Keep both of two similar paragraphs that differ by a swapped number, date, direction or name, or of which
            one begins, or each ends, with a sentence of its own.
    """

    threshold: float = 0.6
    shingle: int = 2
    min_words: int = 15
    permutations: int = 128
    contained: str = "document"
    keep: str = "longest"
    min_share: float = 0.2
    drop_remnants: bool = False
    guard: bool = True

    def __post_init__(self) -> None:
        """Refuse values that mean nothing.

        Raises:
            ValueError: a number out of range or an unknown word.
        """
        if not 0 < self.threshold <= 1:
            raise ValueError("dedup.threshold must be over 0 and at most 1")
        if not 1 <= self.shingle <= self.min_words:
            raise ValueError("dedup.shingle must be at least 1 and at most dedup.min_words")
        if not 1 <= self.permutations <= 4096:
            raise ValueError("dedup.permutations must be between 1 and 4096")
        if not 0 <= self.min_share <= 1:
            raise ValueError("dedup.min_share must be between 0 and 1")
        if self.contained not in ("document", "corpus", "off"):
            raise ValueError('dedup.contained must be "document", "corpus" or "off"')
        if self.keep not in ("longest", "first") and not self.priority:
            raise ValueError('dedup.keep must be "longest", "first" or "priority:FIELD"')

    @property
    def priority(self) -> str:
        """The metadata field that orders copies; empty if none does."""
        word, _, field = self.keep.partition(":")
        return field if word == "priority" else ""
