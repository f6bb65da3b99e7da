"""The dedup stage against other tools, each from JSONL to JSONL in a process of its own, in turn.

    python -m benchmarks.dedup_peers FOLDER [--rounds 3] [--peers PYTHON] [--only NAME ...]

FOLDER is as for `benchmarks/dedup.py`. The peers are no dependency: `pip install datasketch rensa gaoya daft scipy orjson`
into an environment of their own, whose interpreter `--peers` names. All look for a Jaccard similarity of .8 of shingles of
five words with 128 permutations, or with the bands that their authors recommend; "stage" does the same with its guard off,
and "stage, default" what the pipeline does unasked. Prints CPU seconds (user and system, start-up included), MB of text a
second, how many rows go, and the ratio to the stage in the same round.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import orjson

if TYPE_CHECKING:  # the interpreter of the peers has no pipeline
    from pipeline.dedup import Settings

PERMUTATIONS, SHINGLE, THRESHOLD = 128, 5, 0.8
BANDS, ROWS = 14, 9  # of gaoya and daft: near the threshold, as datatrove and NeMo Curator choose them
STEP = 4096  # rows at a time
WORDS = re.compile(r"\w+")
STAGE = "stage"


def read(source: Path) -> list[str]:
    """The texts of a set."""
    return list(each(source))


def each(source: Path) -> Iterator[str]:
    """The same, one after the other."""
    with source.open("rb") as file:
        for line in file:
            yield orjson.loads(line)["text"]


def shingles(text: str) -> set[str]:
    """Runs of words, as text."""
    words = WORDS.findall(text.lower())
    return {" ".join(words[i : i + SHINGLE]) for i in range(max(1, len(words) - SHINGLE + 1))}


def datasketch(source: Path) -> Iterator[bool]:
    """The usual loop: a sketch of each row, asked for and put into the index."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    for number, text in enumerate(read(source)):
        sketch = MinHash(num_perm=PERMUTATIONS)
        sketch.update_batch([part.encode() for part in shingles(text)])
        gone = bool(index.query(sketch))
        if not gone:
            index.insert(number, sketch)
        yield gone


def rensa(source: Path) -> Iterator[bool]:
    """Its deduplicator, with signatures made by the thousand."""
    from rensa import RMinHash, RMinHashDeduplicator

    texts, found = read(source), RMinHashDeduplicator(THRESHOLD, PERMUTATIONS, True, 16)
    for start in range(0, len(texts), STEP):
        sketches = RMinHash.from_token_sets([list(shingles(text)) for text in texts[start : start + STEP]], PERMUTATIONS, 42)
        for number, sketch in enumerate(sketches, start):
            yield not found.add(str(number), sketch)


def gaoya(source: Path) -> Iterator[bool]:
    """Its index of strings, which cuts and hashes the words itself."""
    from gaoya.minhash import MinHashStringIndex

    index = MinHashStringIndex(
        hash_size=32,
        jaccard_threshold=THRESHOLD,
        num_bands=BANDS,
        band_size=ROWS,
        analyzer="word",
        lowercase=True,
        ngram_range=(SHINGLE, SHINGLE),
    )
    for number, text in enumerate(read(source)):
        gone = bool(index.query(text))
        if not gone:
            index.insert_document(number, text)
        yield gone


def daft(source: Path) -> Iterator[bool]:
    """Its signatures; bands by numpy and connected components by scipy, as its guide has them."""
    import daft as engine
    from scipy import sparse
    from scipy.sparse.csgraph import connected_components

    text = engine.col("text").normalize(remove_punct=True, lowercase=True, nfd_unicode=True, white_space=True)
    rows = engine.read_json(str(source)).select(text.minhash(num_hashes=BANDS * ROWS, ngram_size=SHINGLE, seed=42).alias("m"))
    table = rows.to_arrow()
    signatures = table["m"].combine_chunks().flatten().to_numpy().reshape(table.num_rows, -1)
    count, pairs = len(signatures), []
    for band in range(BANDS):
        part = np.ascontiguousarray(signatures[:, band * ROWS : (band + 1) * ROWS])
        keys = part.view(np.dtype((np.void, part.dtype.itemsize * ROWS))).ravel()
        _, first, at = np.unique(keys, return_index=True, return_inverse=True)
        pairs.append(np.stack((first[at], np.arange(count))))
    one, two = np.concatenate(pairs, axis=1)
    graph = sparse.coo_matrix((np.ones(len(one), np.int8), (one, two)), shape=(count, count))
    _, first = np.unique(connected_components(graph, directed=False)[1], return_index=True)
    yield from (~np.isin(np.arange(count), first)).tolist()


def stage(source: Path, settings: Settings | None = None) -> Iterator[bool]:
    """The dedup stage over the same rows, one document a row."""
    from benchmarks.dedup import batches, run
    from pipeline.dedup import Settings

    done, _, _ = run(list(batches(each(source))), settings or Settings())
    for part in done:
        yield from (~part.kept()).tolist()


def same_setting(source: Path) -> Iterator[bool]:
    """The stage as its peers are set."""
    from pipeline.dedup import Settings

    alike = Settings(threshold=THRESHOLD, shingle=SHINGLE, min_words=SHINGLE, permutations=PERMUTATIONS, guard=False)
    return stage(source, alike)


TOOLS: dict[str, Callable[[Path], Iterator[bool]]] = {
    STAGE: same_setting,
    "stage, default": stage,
    "daft": daft,
    "gaoya": gaoya,
    "rensa": rensa,
    "datasketch": datasketch,
}


def work(name: str, source: Path, target: Path) -> None:
    """One tool, from file to file."""
    gone = TOOLS[name](source)
    with source.open("rb") as lines, target.open("wb") as kept:
        kept.writelines(line for line, drop in zip(lines, gone, strict=True) if not drop)


def measure(name: str, python: str, source: Path, target: Path) -> float:
    """CPU seconds of a tool."""
    child = subprocess.Popen([python, "-m", "benchmarks.dedup_peers", "--tool", name, str(source), str(target)])
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{name} failed")
    return used.ru_utime + used.ru_stime


def compare(folder: Path, rounds: int, peers: str, names: list[str]) -> None:
    """All tools in turn, several times."""
    source = folder / "paras.jsonl"
    size, rows = sum(len(text.encode()) for text in read(source)) / 1e6, sum(1 for _ in source.open("rb"))
    with tempfile.TemporaryDirectory() as scratch:
        target, base = Path(scratch) / "kept.jsonl", 1.0
        for number in range(rounds):
            for name in names:
                seconds = measure(name, sys.executable if name.startswith(STAGE) else peers, source, target)
                base = seconds if name == STAGE else base
                gone = rows - sum(1 for _ in target.open("rb"))
                print(
                    f"{number} {name:16} {seconds:7.2f} CPU s {size / seconds:6.1f} MB/s {gone:7} go  x{seconds / base:.2f}",
                    flush=True,
                )


def main() -> None:
    """Read the arguments; run one tool, or all."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("paths", type=Path, nargs="+", metavar="FOLDER")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--peers", default=sys.executable, help="interpreter that has the peers")
    options.add_argument("--only", nargs="+", choices=TOOLS, default=list(TOOLS))
    options.add_argument("--tool", help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.tool:
        work(asked.tool, *asked.paths)
    else:
        compare(asked.paths[0], asked.rounds, asked.peers, asked.only)


if __name__ == "__main__":
    main()
