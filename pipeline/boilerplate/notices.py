"""Legal notices: licences, and lists of who holds the rights to what. Their copyright lines are their text.

A site has one copyright line, or one for each of its owners: of 1,497 annotated web pages none has five lines that differ and
name a holder, and none grants a licence beside a copyright line. Of 1,200 text files of packages a sixth does.
"""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.boilerplate.tokens import Flags, Ints
from pipeline.corpus import Batch

HOLDERS = 5  # distinct lines of one document
NEAR = 12  # blocks between a copyright line and the licence that it stands for
HOLDER = re.compile(r"[\s*#/-]*(?:copyright\b|\(c\)|©)\W*\w.{2,120}", re.IGNORECASE)
GRANT = (
    r"permission is hereby granted|permission to use, copy|redistribution and use in source|without warranties or conditions|"
    r"\b(program|library|file|software|package|work|document) is free software\b|in the hope that it will be useful|"
    r"\bgnu (lesser |library |affero )?general public licen[cs]e|licensed under the (apache|mit|bsd|mozilla)\b|"
    r"provided .{0,3}as[ -]is\b|/usr/share/common-licenses"
)
LICENCE = r"\b(licen[cs]e[ds]?|redistribut(e|ion)|warrant(y|ies))\b"


def holder(text: str) -> bool:
    """Whether a line names who holds the rights.

    >>> holder("* Copyright: 2012 Ann Smith"), holder("Copyright:")
    (True, False)
    """
    return bool(HOLDER.fullmatch(text))


def lists(doc: Ints, line: Ints, named: Ints, docs: int) -> Flags:
    """(docs,) whether each lists several holders of rights, and so is to be left alone.

    Args:
        doc: Row of the document of each block.
        line: A number for each distinct text of a block.
        named: Blocks that name a holder.
        docs: How many documents there are.
    """
    pairs = np.unique(np.stack((doc[named], line[named])), axis=1)
    flags: Flags = np.bincount(pairs[0], minlength=docs) >= HOLDERS
    return flags


def licences(batch: Batch, doc: Ints, lines: Ints, clean: Flags) -> Flags:
    """(docs,) whether each grants a licence near a copyright line, or speaks of one and has no furniture.

    Args:
        batch: Whole documents.
        doc: Row of the document of each block.
        lines: Blocks that are copyright lines; documents without one are not read.
        clean: Documents without furniture.
    """
    found: Flags = np.zeros(batch.docs.num_rows, bool)
    whole = np.zeros_like(found)
    whole[doc[lines[clean[doc[lines]]]]] = True
    near = np.zeros(len(doc), bool)
    around = np.clip(lines[:, None] + np.arange(-NEAR, NEAR + 1), 0, len(doc) - 1)
    near[around[doc[around] == doc[lines][:, None]]] = True
    for flags, pattern in ((whole[doc], LICENCE), (near, GRANT)):
        rows = np.flatnonzero(flags)
        texts = batch.blocks.column("text").take(pa.array(rows))
        found[doc[rows[pc.match_substring_regex(texts, pattern, ignore_case=True).to_numpy()]]] = True
    return found
