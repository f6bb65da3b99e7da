"""Quality and speed of the dedup stage on one evaluation set, against datasketch.

    python -m benchmarks.dedup FOLDER [--peer] [--kept KEPT.jsonl] [--set threshold=0.8 ...]

FOLDER holds `paras.jsonl` ({"id", "text"} a line, one paragraph each) and `truth.jsonl` ({"id", "cluster", "kind"} a
line, in the same order: planted copies share the cluster of their original). Prints precision over all removals,
recall of prose copies (kinds in `LOOK_ALIKES` are left out of it), CPU seconds of each part and MB of text a CPU second.
`--peer` runs datasketch (update_batch and MinHashLSH, 5-word shingles, .8) in turn
with the stage.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.corpus import BLOCKS, DOCS, EDITS, Batch
from pipeline.corpus.partition import learn
from pipeline.corpus.stage import Facts
from pipeline.dedup import Dedup, Settings
from pipeline.dedup.verdicts import VERDICTS

BATCH = 4_000_000  # characters
LOOK_ALIKES = ("contain", "trunc", "template", "short", "shortbase")
WORDS = re.compile(r"\w+")


def batch(first: int, texts: pa.Array) -> Batch:
    """One document a paragraph, numbered from `first`."""
    count = len(texts)
    numbers = pa.array(np.arange(first, first + count))
    columns = {name: pa.repeat("", count) for name in DOCS.names}
    columns |= {"seq": numbers, "id": numbers.cast(pa.string()), "part": pa.repeat(pa.scalar(0, pa.int32()), count)}
    blocks = {name: pa.repeat("", count) for name in ("lead", "indent", "path")}
    blocks |= {"doc": pa.array(np.arange(count, dtype=np.int32)), "pos": columns["part"], "text": texts}
    blocks |= {"link": pa.repeat(pa.scalar(0, pa.float32()), count)}
    blocks |= {f.name: pa.nulls(count, f.type) for f in BLOCKS if f.name not in blocks}
    return Batch(pa.table(columns, schema=DOCS), pa.table(blocks, schema=BLOCKS), EDITS.empty_table())


def batches(texts: Iterable[str]) -> Iterator[Batch]:
    """The texts, cut as the pipeline cuts them."""
    first, size = 0, 0
    held: list[str] = []
    for text in texts:
        held.append(text)
        size += len(text)
        if size >= BATCH:
            yield batch(first, pa.array(held))
            first, size, held = first + len(held), 0, []
    if held:
        yield batch(first, pa.array(held))


class Clock:
    """CPU seconds by part."""

    def __init__(self) -> None:
        self.parts: dict[str, float] = {}
        self._last = time.process_time()

    def lap(self, part: str) -> None:
        now = time.process_time()
        self.parts[part] = self.parts.get(part, 0.0) + now - self._last
        self._last = now


def run(parts: list[Batch], settings: Settings) -> tuple[list[Batch], pa.Table, dict[str, float]]:
    """The stage over all batches; the batches with verdicts, the verdicts, CPU seconds."""
    pa.set_memory_pool(pa.system_memory_pool())  # as a job has it
    facts: list[Facts] = [{} for _ in parts]
    stage, clock = Dedup(settings), Clock()
    for learner in stage.learners:
        facts = learn(learner, parts, facts)
        clock.lap(learner.name)
    done = [stage.apply(part, known) for part, known in zip(parts, facts, strict=True)]
    clock.lap("apply")
    found = [known["dedup-twins"] for known in facts if known["dedup-twins"].num_columns]
    return done, pa.concat_tables([VERDICTS.empty_table(), *found]), clock.parts


def score(truth: list[dict[str, str]], removed: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Precision over all removals, recall of prose copies, F1: a cluster of s should lose s - 1."""
    clusters, prose = [row["cluster"] for row in truth], [row["kind"] not in LOOK_ALIKES for row in truth]
    precision = _hits(clusters, removed)[0] / max(1, removed.sum())
    hits, wanted = _hits([c for c, p in zip(clusters, prose, strict=True) if p], removed[np.array(prose)])
    recall = hits / max(1, wanted)
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def _hits(clusters: list[str], removed: NDArray[np.bool_]) -> tuple[int, int]:
    sizes, gone = Counter(clusters), Counter(c for c, r in zip(clusters, removed.tolist(), strict=True) if r)
    return sum(min(n, sizes[c] - 1) for c, n in gone.items()), sum(n - 1 for n in sizes.values())


def datasketch(texts: list[str], permutations: int = 128, shingle: int = 5, threshold: float = 0.8) -> NDArray[np.bool_]:
    """The usual loop over datasketch: drop what the index knows already."""
    from datasketch import MinHash, MinHashLSH

    index, removed = MinHashLSH(threshold=threshold, num_perm=permutations), np.zeros(len(texts), bool)
    for number, text in enumerate(texts):
        words = WORDS.findall(text.lower())
        parts = {" ".join(words[i : i + shingle]).encode() for i in range(max(1, len(words) - shingle + 1))}
        sketch = MinHash(num_perm=permutations)
        sketch.update_batch(parts)
        removed[number] = bool(index.query(sketch))
        if not removed[number]:
            index.insert(number, sketch)
    return removed


def main() -> None:
    """Read the set, run, print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--peer", action="store_true", help="run datasketch in turn with the stage")
    options.add_argument("--kept", type=Path, help="write the rows that stay")
    options.add_argument("--limit", type=int, help="read the first rows only")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    asked = options.parse_args()
    settings = Settings(**{k: json.loads(v) for k, v in (pair.split("=", 1) for pair in asked.set)})
    with (asked.folder / "paras.jsonl").open("rb") as file:
        lines = list(file)[: asked.limit]
    texts = [orjson.loads(line)["text"] for line in lines]
    truth = [orjson.loads(line) for line in (asked.folder / "truth.jsonl").read_bytes().splitlines()][: asked.limit]
    size, parts = sum(len(text.encode()) for text in texts) / 1e6, list(batches(texts))
    print(f"{len(texts)} paragraphs, {size:.1f} MB, {settings}")
    for _ in range(asked.rounds):
        _report(texts, parts, truth, size, settings, asked)


def _report(
    texts: list[str],
    parts: list[Batch],
    truth: list[dict[str, str]],
    size: float,
    settings: Settings,
    asked: argparse.Namespace,
) -> None:
    done, verdicts, seconds = run(parts, settings)
    total = sum(seconds.values())
    removed = np.concatenate([~part.kept() for part in done])
    print("stage       P {:.4f} R {:.4f} F1 {:.4f}".format(*score(truth, removed)), end="  ")
    print(f"{total:.2f} CPU s, {size / total:.1f} MB/s ", {name: round(value, 2) for name, value in seconds.items()})
    print("           ", dict(Counter(filter(None, verdicts.column("rule").to_pylist()))))
    if asked.kept:
        with (asked.folder / "paras.jsonl").open("rb") as source, asked.kept.open("wb") as target:
            target.writelines(line for line, gone in zip(source, removed.tolist(), strict=False) if not gone)
    if asked.peer:
        clock = Clock()
        gone = datasketch(texts)
        clock.lap("peer")
        other = clock.parts["peer"]
        print("datasketch  P {:.4f} R {:.4f} F1 {:.4f}".format(*score(truth, gone)), end="  ")
        print(f"{other:.2f} CPU s, {size / other:.1f} MB/s; the stage is {other / total:.1f} times as fast")


if __name__ == "__main__":
    main()
