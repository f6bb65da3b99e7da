"""Campaigns of injected faults, in any number of rounds; the suite runs a few of each, a release many.

    python -m tests.faults.campaign kills --rounds 200
    python -m tests.faults.campaign flips --rounds 1000
    python -m tests.faults.campaign cuts --rounds 200
    python -m tests.faults.campaign two --rounds 100
    python -m tests.faults.campaign overhead --input FILE --rounds 5

Each prints what it counted and fails on the first broken promise, whose folder it leaves and names. `--seed` chooses others,
`--workers` how many processes a run has that is killed or that meets damage.
"""

import argparse
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from pipeline import Settings, run
from pipeline.cli import main as command
from pipeline.formats.check import problems
from pipeline.store import State, StateError
from tests.faults.test_bits import cut, flip
from tests.faults.test_crash import STEPS, Crash, bytes_of

SEEDS = Path(__file__).parents[2] / "seeds"
SMALL = Settings(workers=1, formats=("text", "jsonl"), batch=3000)
Harm = Callable[[bytes, random.Random], bytes]


def start(*arguments: str | Path) -> int:
    """The command in a child that is a session of its own; no parent thread runs when it is forked."""
    child = os.fork()
    if child:
        return child
    os.setsid()
    sys.stderr = open(os.devnull, "w")  # noqa: SIM115, PTH123 - the process ends with it
    try:
        command([str(a) for a in arguments])
        os._exit(0)
    except SystemExit as error:
        os._exit(int(error.code or 0))
    except BaseException:
        os._exit(1)


def exit_code(child: int) -> int:
    """How a child ended."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def clean(place: Path, *options: str) -> int:
    """One whole run of the command over the seeds, under the name of the day."""
    days = ("--state", place / "state", "--run", "today") if (place / "state").exists() else ()
    return start("run", place / "in", place / "out", "--workers", "1", "--set", "batch=3000", "--quiet", *days, *options)


def prepared(folder: Path, *, state: bool) -> None:
    """A place with inputs and, with a state, what an earlier run left in it."""
    shutil.copytree(SEEDS, folder / "in", copy_function=os.link)
    if state:
        (folder / "state").mkdir()
        shutil.copytree(SEEDS / "valley", folder / "before", copy_function=os.link)
        day = ("--run", "yesterday", "--state", folder / "state")
        assert exit_code(start("run", folder / "before", folder / "old", "--workers", "1", "--quiet", *day)) == 0
        shutil.rmtree(folder / "before")
        shutil.rmtree(folder / "old")


def kills(rounds: int, rng: random.Random, folder: Path, workers: int) -> Counter[str]:
    """kill -9 at random moments, once or more, then the same command: the same bytes of output and state, nothing left."""
    found, expected, seconds = Counter[str](), dict[bool, dict[str, bytes]](), dict[bool, float]()
    many = ("--workers", str(workers))
    for state in (False, True):
        prepared(model := folder / f"model-{state}", state=state)
        began = time.monotonic()
        assert exit_code(clean(shutil.copytree(model, folder / "expected"))) == 0
        seconds[state], expected[state] = time.monotonic() - began, bytes_of(folder / "expected")
        shutil.rmtree(folder / "expected")
    for number in range(rounds):
        state = bool(number % 2)
        place = shutil.copytree(folder / f"model-{state}", folder / f"round-{number}", copy_function=shutil.copy2)
        for _ in range(rng.choice((1, 1, 2))):
            child = clean(place, *many)
            time.sleep(rng.uniform(0.05, 1.1) * seconds[state])
            os.kill(child, signal.SIGKILL)
            found["killed" if exit_code(child) < 0 else "too late"] += 1
            assert not (place / "out").exists() or not list(problems(place / "out")), place
        assert exit_code(clean(place, *many)) == 0, place
        assert bytes_of(place) == expected[state], place
        shutil.rmtree(place)
        found["same bytes"] += 1
    return found


def merged_days(folder: Path, settings: Settings) -> Path:
    """A state of five days whose texts were packed anew when they were merged, so that damage is met in such chunks."""
    pages = sorted((SEEDS / "valley").iterdir())
    days = [
        pages[:1],
        pages[1:2],
        [SEEDS / "blog-hill-walks.txt"],
        [SEEDS / "week-in-one-file.txt"],
        [SEEDS / "magazine-page.html"],
    ]
    for number, inputs in enumerate(days):
        run(inputs, folder / "old", replace(settings, run=f"day {number}"), state=folder / "model")
    with closing(State(folder / "model", None)) as state:
        assert len(state.manifest.segments) < len(days)
    return folder / "model"


def damage(rounds: int, rng: random.Random, folder: Path, harm: Harm, workers: int) -> Counter[str]:
    """A changed file of unfinished work, of a state, or of a job that was stopped with one: found, or it changes nothing."""
    found, today = Counter[str](), replace(SMALL, stages=("boilerplate", "dedup"), batch=800, run="today")
    inputs, model = sorted((SEEDS / "valley").iterdir()), merged_days(folder, today)
    expected: dict[bool, dict[str, bytes]] = {}
    many = replace(today, workers=workers)
    for state in (None, shutil.copytree(model, folder / "state")):
        run(inputs, folder / "out", today, state=state)
        expected[bool(state)] = bytes_of(folder / "out")
        shutil.rmtree(folder / "out")
    for number in range(rounds):
        place, case = folder / f"round-{number}", rng.choice(("work", "state", "work with a state"))
        place.mkdir()
        state = shutil.copytree(model, place / "state") if "state" in case else None
        if "work" in case:
            crashed(rng.randrange(20, 120), inputs, place / "out", today, state)
        files = [p for p in sorted(place.rglob("*")) if p.is_file() and p.stat().st_size and place / "out" not in p.parents]
        if files:
            path = rng.choice(files)
            path.write_bytes(harm(path.read_bytes(), rng))
        found[f"{case}: {outcome(inputs, place / 'out', many, state)}"] += 1
        if not (place / "out").exists():
            if state:
                shutil.rmtree(state)
                shutil.copytree(model, state)
            run(inputs, place / "out", many, state=state)
        assert bytes_of(place / "out") == expected[bool(state)], place
        shutil.rmtree(place)
    return found


def crashed(at: int, inputs: Sequence[Path], output: Path, settings: Settings, state: Path | None) -> None:
    """A run whose `at`-th step of writing does not return."""
    count, real = [0], {name: getattr(os, name) for name in STEPS}

    def step(name: str, *args: Any, **kwargs: Any) -> Any:
        count[0] += 1
        if count[0] == at:
            raise Crash(name)
        return real[name](*args, **kwargs)

    patches = [patch.object(os, name, partial(step, name)) for name in STEPS]
    for one in patches:
        one.start()
    try:
        run(inputs, output, settings, state=state)
    except Crash:
        pass
    finally:
        for one in patches:
            one.stop()


def outcome(inputs: Sequence[Path], output: Path, settings: Settings, state: Path | None) -> str:
    """What a run over damaged files comes to; anything but these is a broken promise."""
    try:
        run(inputs, output, settings, state=state)
    except StateError:
        return "refused"
    except OSError:
        return "found, thrown away"
    return "harmless: the same bytes"


def two(rounds: int, rng: random.Random, folder: Path) -> Counter[str]:
    """Two runs at once on one output: it is valid, one run makes it, the other is told."""
    found = Counter[str]()
    place = folder / "place"
    prepared(place, state=False)
    for number in range(rounds):
        children = [clean(place)]
        time.sleep(rng.uniform(0, 0.4))
        codes = sorted(map(exit_code, [*children, clean(place)]))
        found[f"exit codes {codes[0]} and {codes[1]}"] += 1
        assert codes in ([0, 6], [0, 0]), (number, codes)
        assert not list(problems(place / "out")), place
        assert sorted(p.name for p in place.iterdir()) == ["in", "out"], place
    return found


def overhead(rounds: int, source: Path, folder: Path) -> dict[str, object]:
    """CPU and wall seconds of whole runs with and without waiting for the disk, in turns."""
    found: dict[str, list[tuple[float, float]]] = {"": [], "--no-fsync": []}
    for _ in range(rounds):
        for option, times in found.items():
            before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
            options = ["--quiet", "--workers", "1", *([option] if option else [])]
            assert exit_code(start("run", source, folder / "out", *options)) == 0
            after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - began
            times.append((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall))
            shutil.rmtree(folder / "out")
    rows = {
        option or "default": [sorted(column)[rounds // 2] for column in zip(*times, strict=True)]
        for option, times in found.items()
    }
    return {name: f"median CPU {cpu:.2f} s, wall {wall:.2f} s" for name, (cpu, wall) in rows.items()} | {"all": found}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("campaign", choices=["kills", "flips", "cuts", "two", "overhead"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--input", type=Path)
    options = parser.parse_args()
    rng, folder = random.Random(options.seed), Path(tempfile.mkdtemp(prefix="campaign-"))
    campaigns: dict[str, Callable[[], Mapping[str, object]]] = {
        "kills": lambda: kills(options.rounds, rng, folder, options.workers),
        "flips": lambda: damage(options.rounds, rng, folder, flip, options.workers),
        "cuts": lambda: damage(options.rounds, rng, folder, cut, options.workers),
        "two": lambda: two(options.rounds, rng, folder),
        "overhead": lambda: overhead(options.rounds, options.input, folder),
    }
    for name, count in campaigns[options.campaign]().items():
        print(f"{name}: {count}")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
