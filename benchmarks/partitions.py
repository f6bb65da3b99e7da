"""The rounds of the first look on random keys, by number of paragraphs: CPU seconds and peak memory, through files.

    python -m benchmarks.partitions 100000 1000000 10000000 [--kind mixed|band|copies]

Each size runs in a process of its own. "mixed": one paragraph in twenty is a copy, one in ten shares a third of its bands
with about one other, however many there are. "band": all share one band. "copies": all are copies of one. What is timed
begins with the rows in memory, in batches of 3,000, and ends with the relations of each batch; random keys are made outside
the clock.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.corpus.stage import OBSERVED
from pipeline.dedup import Candidates, Settings, numbers, sketch
from pipeline.dedup.bands import shape
from pipeline.dedup.observe import by_key, schema
from pipeline.formats import commit, parts
from pipeline.text.words import mix

BATCH = 3000
PARAGRAPHS = 170_000  # of a partition: 64 MB of text
PERMUTATIONS = 128
BANDS = len(shape(Settings().threshold, PERMUTATIONS))


def seen(twins: NDArray[np.generic]) -> NDArray[np.uint32]:
    """Bands that paragraphs take over, by number."""
    return (mix(twins.astype(np.uint64)[:, None] << np.uint64(8) | np.arange(BANDS, dtype=np.uint64)) >> 32).astype(np.uint32)


def batch(number: int, size: int, kind: str, count: int) -> pa.Table:
    """Rows of a batch of a corpus of `count` paragraphs."""
    rng = np.random.default_rng(number)
    bands = rng.integers(0, 1 << 32, (size, BANDS), dtype=np.uint32)
    keys = rng.integers(0, 1 << 63, size).astype(np.uint64) << np.uint64(1)
    if kind == "mixed":
        near, twin = rng.integers(0, size, size // 10), rng.integers(1000, 1000 + count // 10, size // 10)
        bands[near, : BANDS // 3] = seen(twin)[:, : BANDS // 3]
        copies = rng.integers(0, size, size // 20)
        keys[copies] = copies % 1000 + 1 << 40
        bands[copies] = seen(copies % 1000)
    elif kind == "band":
        bands[:, 7] = 7
    else:
        keys[:], bands[:] = 1 << 50, seen(np.zeros(1))
    packed = pa.FixedSizeBinaryArray.from_buffers(pa.binary(4 * BANDS), size, [None, pa.py_buffer(bands)])
    same = pa.array([bytes(sketch.width(PERMUTATIONS))] * size, pa.binary(sketch.width(PERMUTATIONS)))
    first = numbers.first(number) + np.arange(size)
    sizes = (40 + keys % np.uint64(20)).astype(np.int32)
    values = [first, first, sizes, keys, np.full(size, -1), np.zeros(size, np.float32), np.zeros(size, bool), same, packed]
    return pa.table(values, schema=schema(Settings()))


def measure(count: int, kind: str) -> str:
    """One size in this process."""
    commit.durable(on=False)
    pa.set_memory_pool(pa.system_memory_pool())
    of, spent, system = -(-count // PARAGRAPHS), defaultdict[str, float](float), defaultdict[str, float](float)
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    @contextmanager
    def clock(part: str) -> Iterator[None]:
        before = resource.getrusage(resource.RUSAGE_SELF)
        yield
        after = resource.getrusage(resource.RUSAGE_SELF)
        system[part] += after.ru_stime - before.ru_stime
        spent[part] += after.ru_stime - before.ru_stime + after.ru_utime - before.ru_utime

    with tempfile.TemporaryDirectory() as name:
        files: dict[str, list[Path]] = {OBSERVED: []}
        for number in range(-(-count // BATCH)):
            rows = batch(number, min(BATCH, count - number * BATCH), kind, count)
            files[OBSERVED].append(Path(name) / f"{number}.rows")
            with clock("rows"):
                parts.write(files[OBSERVED][-1], by_key(rows, of))
        with clock("join"):
            files[OBSERVED] = list(_joined(files[OBSERVED]))
        for step in Candidates(Settings()).rounds:
            files[step.name] = [Path(name) / f"{step.name}-{task}" for task in range(step.tasks(of))]
            with clock(step.name):
                for task, path in enumerate(files[step.name]):
                    parts.write(path, step(task, of, parts.Reader(files)))
    used = resource.getrusage(resource.RUSAGE_SELF)
    peak = (used.ru_maxrss - base) / 1024
    said = ", ".join(f"{name} {seconds:.2f} ({system[name]:.2f})" for name, seconds in spent.items())
    written = f"of these ({sum(system.values()):.2f}) in the system, for files"
    return f"{kind} {count:>10,} {of:>3} partitions {sum(spent.values()):7.2f} CPU s, {written}, {peak:.0f} MiB: {said}"


def _joined(files: list[Path]) -> Iterator[Path]:
    """As a job joins the files of its batches."""
    for number, start in enumerate(range(0, len(files), parts.JOINED)):
        path = files[0].with_name(f"joined-{number}")
        parts.join(path, files[start : start + parts.JOINED])
        yield path


def main() -> None:
    """Each size in a process of its own."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("counts", type=int, nargs="+")
    options.add_argument("--kind", choices=["mixed", "band", "copies"], default="mixed")
    options.add_argument("--here", action="store_true", help="in this process")
    asked = options.parse_args()
    for count in asked.counts:
        if asked.here:
            print(measure(count, asked.kind), flush=True)
        else:
            subprocess.run(
                [sys.executable, "-m", "benchmarks.partitions", str(count), "--kind", asked.kind, "--here"], check=True
            )


if __name__ == "__main__":
    main()
