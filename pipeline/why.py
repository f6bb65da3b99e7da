"""Why the tagger let blocks go, or kept them in doubt: the page as the stage saw it, made again from OUTPUT and judged again.

The run itself only writes the probability. Text, ledger and the structure of the blocks give back the very page that was
judged; where the numbers differ all the same, because another version of the model is installed, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from pipeline.boilerplate import inline, markdown
from pipeline.boilerplate.reasons import Weighed, reasons
from pipeline.boilerplate.view import View
from pipeline.corpus import BLOCKS, DOCS, EDITS, Batch
from pipeline.formats.output import Document, Row
from pipeline.report.replay import original

MOST = 50  # blocks of a document that are judged again, kind by kind of feature, of the dropped and of the kept ones
NEAR = 0.011  # evidence has two digits, and another processor's last bit may show in the second
JUDGED = "content "  # what the evidence of such a verdict begins with


class Why(NamedTuple):
    """What weighed most in the tagger's verdicts on a document."""

    dropped: dict[int, str]  # by the block's place
    kept: list[tuple[str, str]]  # text of each block that stayed though it is rather no content, and the weights


def weights(document: Document, structure: Row, manifest: Row) -> Why:
    """The features behind the verdicts of the tagger on one document.

    Args:
        document: of an output.
        structure: of its blocks.
        manifest: of that output.
    """
    if "boilerplate" not in manifest["settings"]["stages"]:
        return Why({}, [])
    batch = inline.rewrite(as_judged(document, structure, manifest["layers"]), "boilerplate")
    view = View(markdown.reading(batch), "keep")
    content = view.tags.content
    gone = {row["pos"]: row["evidence"] for row in document.ledger if row["action"] == "drop"}
    judged = {pos: float(why.split()[1].rstrip(",")) for pos, why in gone.items() if why.startswith(JUDGED)}
    if any(abs(probability - content[pos]) > NEAR for pos, probability in judged.items()):
        return Why({}, [])
    doubted = [pos for pos in np.flatnonzero(content < 0.5).tolist() if pos not in gone]
    shown = list(judged)[:MOST]
    found = reasons(view, shown + doubted[:MOST])
    kept = [(pos, f"{JUDGED}{content[pos]:.2f}; {_said(found[pos])}") for pos in doubted[:MOST]]
    return Why({pos: _said(found[pos]) for pos in shown}, [(batch.texts()[pos], why) for pos, why in kept])


def _said(found: Weighed) -> str:
    return ", ".join(f"{name} {weight:+.2f}" for name, weight in found)


def as_judged(document: Document, structure: Row, layers: Sequence[str]) -> Batch:
    """The document as the first stage saw it.

    Args:
        document: of an output.
        structure: of its blocks.
        layers: names of the stages in the order in which they ran.
    """
    later = [row for row in document.ledger if row["action"] == "drop" or row["stage"] != "read"]
    text = original(document.clean, later, layers)
    blocks = list(_blocks(document.row["kind"], structure, text, later))
    docs = [{"seq": 0, "id": document.row["id"], "kind": document.row["kind"]}]
    return Batch(pa.Table.from_pylist(docs, DOCS), pa.Table.from_pylist(blocks, BLOCKS), EDITS.empty_table())


def _blocks(kind: str, structure: Row, text: str, later: list[Row]) -> Iterator[dict[str, Any]]:
    """The blocks with the lengths that they had before the edits of the stages."""
    lengths = list(structure["lengths"])
    for edit in later:
        if edit["action"] == "edit":
            lengths[edit["pos"]] += len(edit["before"]) - len(edit["after"])
    at = 0
    for pos, (length, path, link) in enumerate(zip(lengths, structure["paths"], structure["links"], strict=True)):
        whole, at = text[at : at + length], at + length
        body = whole.lstrip()
        space = whole[: len(whole) - len(body)]
        lead = space if kind == "html" else space[: space.rfind("\n") + 1]
        yield {"doc": 0, "pos": pos, "lead": lead, "indent": space[len(lead) :], "text": body, "path": path, "link": link}
