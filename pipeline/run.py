"""One job: settings -> plan -> engine -> commit of the output as a whole.

This module imports nothing heavy: `pipeline --help` and `from pipeline import run` come this way.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.formats.commit import Locked, beside, lock, put, tidy
from pipeline.formats.remote import copied_here, is_url
from pipeline.progress import Progress

if TYPE_CHECKING:
    from pipeline.memory import Memory
    from pipeline.settings import Settings

LARGE = 8 << 20  # bytes of inputs for which workers are needed
__all__ = ["Locked", "Refused", "Result", "UsageError", "preview", "run"]


class UsageError(ValueError):
    """The job cannot be started as it was asked for (exit code 2)."""


class Refused(RuntimeError):  # noqa: N818
    """Inputs were rejected and the job is strict: nothing was written (exit code 3)."""

    def __init__(self, rejects: list[dict[str, Any]]) -> None:
        super().__init__(f"{len(rejects)} rejected, and the run is strict: nothing was written")
        self.rejects = rejects


@dataclass(frozen=True)
class Result:
    """What a run did; `report` is the content of `_report.json`, `rejects` the rows of `_rejects.jsonl`."""

    output: Path
    report: dict[str, Any]
    rejects: list[dict[str, Any]]


def run(
    inputs: Sequence[str | Path],
    output: str | Path,
    settings: Settings | None = None,
    progress: Progress = lambda _step: None,
    state: str | Path | None = None,
) -> Result:
    """Clean a corpus.

    Args:
        inputs: files and folders; also URLs that fsspec knows.
        output: a folder that is made, or replaced as a whole once the new one is complete; also such a URL.
        settings: defaults if not given.
        progress: is told after each step.
        state: a folder of what earlier runs wrote and learnt, which this run is compared with and adds to;
            the same as `settings.state`.

    Raises:
        UsageError: an input that does not exist, or OUTPUT and INPUT inside one another.
        Locked: another run writes the same output.
        Refused: `settings.strict`, and some inputs were rejected.
        NoEngine: the engine is not installed.
        StateError: the state is damaged, or was made by another version or with other settings.
        StateLocked: another run uses the state.
        OSError: reading or writing failed; the same call goes on where this one stopped.
    """
    from pipeline.settings import Settings

    settings = settings or Settings()
    settings = replace(settings, state=str(state)) if state else settings
    if not any(map(is_url, (*inputs, output))):
        return _run(inputs, Path(output), settings, progress, keep=True)
    with _here(inputs, output) as (local, place):
        if not is_url(output) or settings.state:
            return _run(local, place, settings, progress, keep=True)
        return _run_or_take_up(local, place, settings, progress)


def _run_or_take_up(inputs: Sequence[Path], output: Path, settings: Settings, progress: Progress) -> Result:
    """The job; or what this very job has made already, if it was stopped while that was copied to its store."""
    from pipeline.formats import inputs as sources
    from pipeline.formats import output as outputs
    from pipeline.formats.check import problems
    from pipeline.job import job_key

    mark, key = beside(output, "key"), job_key(sources.find(inputs).sources, settings)
    if mark.exists() and mark.read_text() == key and (output / "_SUCCESS").exists() and not any(problems(output)):
        return Result(output, outputs.report(output), outputs.rejects(output))
    mark.unlink(missing_ok=True)
    result = _run(inputs, output, settings, progress, keep=True)
    mark.write_text(key)
    return result


def _run(inputs: Sequence[str | Path], output: Path, settings: Settings, progress: Progress, *, keep: bool) -> Result:
    """The job; with `keep` its state holds it afterwards."""
    from pipeline.engines import local
    from pipeline.formats import inputs as sources

    output = output.resolve() if output.is_symlink() else output  # what it points to is replaced, not the link
    _check_paths([Path(path) for path in inputs], output, settings.state)
    try:
        found = sources.find(inputs)
    except sources.MissingInput as error:
        raise UsageError(str(error)) from error
    if settings.engine == "local" and settings.workers != 1 and sum(source.size for source in found.sources) > LARGE:
        local.prepare("pipeline.job")
    from pipeline.job import Job, job_key

    output.absolute().parent.mkdir(parents=True, exist_ok=True)
    with lock(output), _memory(settings) as memory, _thrown_away_if_damaged(beside(output, "work")):
        work = _work_folder(output, job_key(found.sources, settings))
        with closing(Job(work, settings, progress, memory)) as job:
            rejects = job.read(found)
            if rejects and settings.strict:
                raise Refused(rejects)
            report = job.clean(rejects)
            if keep:
                job.leave(output, report)
        put(work / "out", output, work.parent)
        if memory and keep:
            memory.commit()
    return Result(output, report, rejects)


def preview(inputs: Sequence[str | Path], settings: Settings | None = None, progress: Progress = lambda _step: None) -> Result:
    """What `run` would do, in a temporary folder of which only the report is kept; raises as `run` does."""
    from pipeline.settings import Settings

    with tempfile.TemporaryDirectory(prefix="pipeline-") as folder, _here(inputs, Path(folder) / "out") as (local, place):
        return _run(local, place, settings or Settings(), progress, keep=False)


@contextmanager
def _here(inputs: Sequence[str | Path], output: str | Path) -> Iterator[tuple[list[Path], Path]]:
    """Local paths for the inputs and the output."""
    from pipeline.formats.inputs import MissingInput

    try:
        with copied_here(inputs, output) as paths:
            yield paths
    except MissingInput as error:
        raise UsageError(str(error)) from error


@contextmanager
def _thrown_away_if_damaged(folder: Path) -> Iterator[None]:
    """Unfinished work that the disk has changed is removed, so that the same call does it again."""
    from pipeline.formats.spool import Damaged

    try:
        yield
    except Damaged:
        shutil.rmtree(folder)
        raise


@contextmanager
def _memory(settings: Settings) -> Iterator[Memory | None]:
    """The job's state, if it has one."""
    if not settings.state:
        yield None
        return
    from pipeline.memory import Memory
    from pipeline.store import guarded

    folder = Path(settings.state)
    with closing(Memory(folder, settings)) as memory, guarded(folder):
        yield memory


def _check_paths(inputs: list[Path], output: Path, state: str) -> None:
    """Refuse an output that would be read as input, or that would replace it or anything that is no output."""
    if is_url(state):
        raise UsageError(f"a state is a folder of this machine, which other stores cannot lock: {state}")
    if output.exists() and not output.is_dir():
        raise UsageError(f"OUTPUT is a file: {output}")
    target = output.resolve()
    kept = Path(state).resolve()
    if state and (target in (kept, *kept.parents) or kept in target.parents):
        raise UsageError(f"a state and OUTPUT, which a run replaces, inside one another: {state}, {output}")
    for path in inputs:
        source = path.resolve()
        if source == target or source in target.parents:
            raise UsageError(f"OUTPUT lies inside INPUT: {output} in {path}")
        if target in source.parents:
            raise UsageError(f"INPUT lies inside OUTPUT, which a run replaces: {path} in {output}")
    if output.is_dir() and any(output.iterdir()) and not (output / "_manifest.json").exists():
        raise UsageError(f"OUTPUT is a folder that no run of this command made, and is not empty: {output}")


def _work_folder(output: Path, key: str) -> Path:
    """A folder beside the output for what is not finished; that of another job is emptied."""
    folder = beside(output, "work")
    tidy(output, folder)
    if folder.is_dir():
        for other in folder.iterdir():
            if other.name != key:
                shutil.rmtree(other)
    (folder / key).mkdir(parents=True, exist_ok=True)
    return folder / key
