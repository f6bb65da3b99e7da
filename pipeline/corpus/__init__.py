"""The data that flows between the stages: batches of columns, verdicts, edits. No behaviour of any stage."""

from pipeline.corpus.batch import BLOCKS, DOCS, EDITS, Batch, Edit, Verdicts, utf8
from pipeline.corpus.rule import Rule
from pipeline.corpus.stage import Facts, Learner, Piece, Read, Round, Stage

__all__ = [
    "BLOCKS",
    "DOCS",
    "EDITS",
    "Batch",
    "Edit",
    "Facts",
    "Learner",
    "Piece",
    "Read",
    "Round",
    "Rule",
    "Stage",
    "Verdicts",
    "utf8",
]
