"""The command: parses, calls, sets the exit code."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

import click

from pipeline.report.safe import printable
from pipeline.run import Locked, Refused, UsageError
from pipeline.version import __version__

if TYPE_CHECKING:
    from pipeline.config import Config
    from pipeline.log import Log
    from pipeline.run import Result
    from pipeline.settings import Settings

DONE, BUG, USAGE, REJECTED, STATE, FAILED, LOCKED, INTERRUPTED, TERMINATED = 0, 1, 2, 3, 4, 5, 6, 130, 143
LISTED = 20  # rejects named on the terminal; all of them stand in the rejects file


class Terminated(BaseException):
    """SIGTERM."""


def _terminate(_number: int, _frame: FrameType | None) -> NoReturn:
    raise Terminated


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="pipeline")
def main() -> None:
    """Clean scraped text: strip boilerplate, repair corrupted words, drop duplicated paragraphs; keep a ledger of it all."""
    # before numpy is loaded: its second thread spins more than it helps, 16.6 instead of 11.4 CPU s on 21 MB of pages
    os.environ.setdefault("OMP_NUM_THREADS", "1")


@main.command()
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.argument("output")
@click.option("--formats", metavar="LIST", help="Of text,jsonl,parquet.  [default: text,jsonl]")
@click.option("--stages", metavar="LIST", help="Of boilerplate,repair,dedup; their order is fixed.  [default: all]")
@click.option("--state", metavar="DIR", help="What earlier runs wrote and learnt; this run is added to it.")
@click.option("--run", metavar="NAME", help="Name of this run in the state.  [default: a hash of its inputs]")
@click.option("--workers", type=click.IntRange(0), help="Processes.  [default: as many as cores]")
@click.option("--max-memory", metavar="SIZE", help="All processes together, as in 600MB or 2GiB.  [default: no bound]")
@click.option("--engine", type=click.Choice(["local", "ray"]), help="Where the work runs.  [default: local]")
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE.toml", help="Settings from a file.")
@click.option("--set", "pairs", multiple=True, metavar="NAME=VALUE", help="One setting, as in dedup.threshold=0.6.")
@click.option("--only-body", is_flag=True, help="Drop title, byline and comments too.")
@click.option("--strict", is_flag=True, help="Write nothing if any input is rejected.")
@click.option("--allow-rejects", is_flag=True, help="Exit 0 although inputs were rejected.")
@click.option("--no-fsync", is_flag=True, help="Do not wait for the disk: for throw-away jobs.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
@click.option("--log", "log_format", type=click.Choice(["text", "json"]), default="text", help="How to say it.")
@click.option("--metrics", type=click.Path(path_type=Path), metavar="FILE", help="Write counts for Prometheus.")
@click.option("--dry-run", is_flag=True, help="Write nothing; print the report as JSON on standard output.")
@click.option("--show-config", is_flag=True, help="Print each setting and where it came from, and do nothing else.")
def run(
    inputs: tuple[str, ...],
    output: str,
    quiet: bool,
    log_format: str,
    show_config: bool,
    dry_run: bool,
    metrics: Path | None,
    **options: Any,
) -> None:
    """Clean INPUT into the folder OUTPUT.

    INPUT: files and folders of .txt, .html, .jsonl, .csv, .parquet and .warc, packed or in archives; URLs; or - for JSONL
    on standard input. OUTPUT is replaced as a whole once the new one is complete; or - for JSONL on standard output.
    """
    from pipeline.log import Log

    log = Log(sys.stderr, quiet=quiet, as_json=log_format == "json")
    with _exits(log):
        config = _config(**options)
        if show_config:
            click.echo("\n".join(config.lines()))
            return
        settings = config.settings
        log.settings(settings)
        result = _run(inputs, output, settings, log, dry_run=dry_run)
        if metrics:
            log.write_metrics(metrics, result.report)
        log.done(result.report, [] if settings.allow_rejects else result.rejects[:LISTED])
        if result.rejects and not settings.allow_rejects:
            sys.exit(REJECTED)


@main.command()
@click.argument("output")
@click.argument("document", metavar="ID")
@click.option("--colour/--no-colour", default=None, help="[default: on a terminal]")
def explain(output: str, document: str, colour: bool | None) -> None:
    """Show every block of a document: what stayed, what went and why, and each repair."""
    from pipeline.formats import output as outputs
    from pipeline.report import explain as explained
    from pipeline.report.replay import pieces
    from pipeline.report.summary import filters_of
    from pipeline.why import weights

    with _exits(), _output(output) as folder:
        manifest = outputs.manifest(folder)
        found = outputs.document(folder, document)
        if found is None:
            raise UsageError(f"no document {document!r} in {output}")
        style = explained.COLOUR if (sys.stdout.isatty() if colour is None else colour) else explained.PLAIN
        said = weights(found, outputs.structure(folder, document), manifest)
        for line in explained.explain(pieces(found.clean, found.ledger, manifest["layers"]), style, said.dropped):
            click.echo(line, color=True)
        for line in explained.kept(said.kept, style):
            click.echo(line, color=True)
        for line in filters_of(outputs.report(folder), found.row["site"]):
            click.echo(line)


@main.command()
@click.argument("output")
@click.argument("dest")
def undo(output: str, dest: str) -> None:
    """Write the original texts of OUTPUT to the new folder DEST, checked by sha256."""
    from pipeline.formats.remote import is_url
    from pipeline.undo import Mismatch, undo

    with _exits(), _output(output) as folder:
        if is_url(dest):
            raise UsageError("DEST is a folder of this machine")
        try:
            restored = undo(folder, Path(dest))
        except FileExistsError as error:
            raise UsageError(str(error)) from error
        except Mismatch as error:
            raise OSError(str(error)) from error
        click.echo(f"{restored.documents:,} originals, {restored.size:,} bytes, every checksum right", err=True)


@main.command()
@click.argument("output")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Also write one self-contained HTML page.")
def report(output: str, html: Path | None) -> None:
    """Print what a run did; with --html also as a page for the browser."""
    from pipeline.formats import output as outputs
    from pipeline.report.summary import summary

    with _exits(), _output(output, outputs.ABOUT) as folder:
        numbers = outputs.report(folder)
        click.echo("\n".join(summary(numbers)))
        if html:
            from pipeline.formats.spool import whole_file
            from pipeline.report.page import page

            with whole_file(html) as file:
                file.write(page(numbers, outputs.manifest(folder)).encode())


@main.command()
@click.argument("output")
def check(output: str) -> None:
    """Verify every checksum, sum and marker of OUTPUT, or of a state; exit 4 if anything is wrong."""
    from pipeline.formats.check import problems
    from pipeline.store import is_state, opened

    with _exits(), _output(output) as folder:
        if is_state(folder):
            with opened(folder) as state:
                found = list(state.problems())
        else:
            found = list(problems(folder))
        for line in found:
            click.echo(printable(line), err=True)
        if found:
            sys.exit(STATE)


@main.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--forget", metavar="RUN", help="Drop what a run wrote and learnt.")
@click.option("--compact", is_flag=True, help="Merge all segments into one.")
@click.option("--rebuild", "outputs", multiple=True, type=click.Path(path_type=Path), metavar="OUTPUT", help="Make DIR again.")
def state(folder: Path, forget: str | None, outputs: tuple[Path, ...], compact: bool) -> None:
    """Show what the state DIR holds of each run.

    --rebuild, once for each output in the order of the runs, makes it again from the paragraphs that stand there and from
    what the runs learnt, which an output made without --state or by another version lacks: that is said.
    """
    from pipeline.rebuild import rebuild
    from pipeline.store import is_state, opened, summary

    with _exits():
        if outputs:
            for line in rebuild(folder, outputs):
                click.echo(printable(line), err=True)
        elif not is_state(folder):
            raise UsageError(f"no state: {folder}")
        with opened(folder) as found:
            if forget is not None and forget not in [run.name for run in found.manifest.runs]:
                raise UsageError(f"no run {forget!r} in {folder}")
            if forget is not None:
                found.forget(forget)
            if compact:
                found.compact()
            for line in summary(found):
                click.echo(printable(line))


@main.command()
@click.option("--markdown", is_flag=True, help="As a table.")
def rules(markdown: bool) -> None:
    """List every rule: its reason, an example that fires and one that holds."""
    from pipeline.plan import rules
    from pipeline.report.rules import listing

    click.echo("\n".join(listing(rules(), markdown=markdown)))


@contextmanager
def _output(output: str, names: Sequence[str] = ()) -> Iterator[Path]:
    """A finished OUTPUT, which may be a URL; what cannot be read of it is explained by what was changed."""
    from pipeline.formats.check import sound
    from pipeline.formats.inputs import MissingInput
    from pipeline.formats.remote import read_here
    from pipeline.store import StateError, StateLocked

    try:
        with read_here(output, names) as folder, sound(folder, UsageError, StateError, StateLocked):
            yield folder
    except MissingInput as error:
        raise UsageError(str(error)) from error


def _run(inputs: tuple[str, ...], output: str, settings: Settings, log: Log, *, dry_run: bool) -> Result:
    """The job, over streams or files, or only its report."""
    if "-" in (*inputs, output):
        from pipeline.streams import run_stream

        return run_stream(inputs, output, settings, log.progress)
    if dry_run:
        from pipeline.run import preview

        result = preview(inputs, settings, log.progress)
        click.echo(json.dumps(result.report, indent=2))
        return result
    from pipeline import run as run_job

    return run_job(inputs, output, settings, log.progress)


def _config(config: Path | None, pairs: tuple[str, ...], only_body: bool, no_fsync: bool, **flags: Any) -> Config:
    """Settings from the file, then the environment, then --set, then flags."""
    from pipeline.config import from_environment, from_pairs, from_toml, gather

    given = {name: value for name, value in flags.items() if value not in (None, False)}
    if only_body:
        given["boilerplate.only_body"] = True
    if no_fsync:
        given["fsync"] = False
    file = [(str(config), from_toml(config))] if config else []
    return gather([*file, ("environment", from_environment(os.environ)), ("--set", from_pairs(pairs)), ("flag", given)])


@contextmanager
def _exits(log: Log | None = None) -> Iterator[None]:
    """Errors that are no bugs: one line on standard error and the exit code of the contract."""
    from pipeline.engines import NoEngine
    from pipeline.formats.output import NoOutput
    from pipeline.formats.remote import NoStore
    from pipeline.settings import SettingsError
    from pipeline.store import StateError, StateLocked

    signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
    except BrokenPipeError:
        # the reader has what it wanted; what is still buffered must not fail at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(DONE)
    except (UsageError, SettingsError, NoOutput, NoEngine, NoStore) as error:
        _fail(log, str(error), USAGE)
    except Refused as error:
        _fail(log, str(error), REJECTED, error.rejects[:LISTED])
    except StateError as error:
        _fail(log, str(error), STATE)
    except (Locked, StateLocked) as error:
        _fail(log, str(error), LOCKED)
    except KeyboardInterrupt:
        _fail(log, "stopped; the same command goes on where this one stopped", INTERRUPTED)
    except Terminated:
        _fail(log, "terminated; the same command goes on where this one stopped", TERMINATED)
    except MemoryError:
        _fail(log, "out of memory; fewer --workers need less, and the same command goes on where this one stopped", FAILED)
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        again = "; the same command goes on where this one stopped" if log else ""
        _fail(log, f"{error.strerror or error}{where}{again}", FAILED)


def _fail(log: Log | None, message: str, code: int, rejects: list[dict[str, Any]] | None = None) -> NoReturn:
    from pipeline.log import Log

    (log or Log(sys.stderr)).error(message, rejects or [])
    sys.exit(code)
