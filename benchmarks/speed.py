"""CPU seconds, MB/s and peak memory of whole jobs, one process, one thread; each input in a process of its own.

    python -m benchmarks.speed a.jsonl b.jsonl ...

Prints a row an input: megabytes, CPU seconds, MB a CPU second, peak MiB, and CPU seconds of each pass. CPU seconds hold the
start of Python and the loading of the lexicons and the model.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def measure(path: Path) -> dict[str, object]:
    """One job in this process."""
    from pipeline import Settings, run
    from pipeline.progress import Step

    last, passes = time.process_time(), dict[str, float]()

    def progress(step: Step) -> None:
        nonlocal last
        if step.done == step.of:
            now = time.process_time()
            passes[step.what], last = round(now - last, 2), now

    with tempfile.TemporaryDirectory() as folder:
        run([path], Path(folder) / "out", Settings(workers=1, formats=("jsonl",)), progress)
    size, cpu = path.stat().st_size / 1e6, time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    row = {"input": path.name, "MB": round(size, 1), "CPU s": round(cpu, 1), "MB/CPU s": round(size / cpu, 2)}
    return {**row, "peak MiB": round(peak), "passes": passes}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("inputs", type=Path, nargs="+", metavar="INPUT")
    options.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.one:
        print(json.dumps(measure(asked.inputs[0])))
        return
    for name in asked.inputs:
        done = subprocess.run([sys.executable, "-m", "benchmarks.speed", "--one", str(name)], env={**os.environ, **ONE_THREAD})
        done.check_returncode()


if __name__ == "__main__":
    main()
