"""The data that flows between the stages: batches of columns, verdicts, edits. No behaviour of any stage."""

from pipeline.corpus.batch import BLOCKS, DOCS, EDITS, Batch, Edit, Verdicts
from pipeline.corpus.stage import Learner, Stage

__all__ = ["BLOCKS", "DOCS", "EDITS", "Batch", "Edit", "Learner", "Stage", "Verdicts"]
