"""What hostile inputs cost: each beside a sound neighbour through the whole command, in a process of its own.

    python -m benchmarks.hostile [NAME ...]

Prints a row an input: its size, CPU seconds beyond those of the neighbour alone, these a megabyte, peak memory, exit code and
the first reject. Fails if a page costs more than the budget without being rejected, a neighbour is lost or a traceback is seen.
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import io
import json
import lzma
import os
import random
import string
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

BUDGET, FREE = 2.0, 1.0  # CPU seconds a megabyte; what is not told from the noise of starting
NEIGHBOUR = "The mill by the old bridge opened its doors again on Friday, after two years of repairs.\n"
SOUND = "Ferries to the north shore leave the harbour at seven, and on Sundays at nine.\n"
MILLION = 1_000_000


class Cost(NamedTuple):
    """What one run took."""

    cpu: float  # seconds
    peak: int  # MiB
    code: int
    said: str
    neighbour: bool


def words(count: int) -> list[str]:
    """Made-up words, all different."""
    rng = random.Random(7)
    return ["".join(rng.choices(string.ascii_lowercase, k=7)) for _ in range(count)]


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def encrypted() -> bytes:
    """An archive whose only entry says that it is encrypted, in both of its headers."""
    data = bytearray(zipped({"a.txt": b"secret"}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    return bytes(data)


def lying() -> bytes:
    """An archive whose table of contents names a size that the entry has not."""
    data = bytearray(zipped({"a.txt": NEIGHBOUR.encode() * 100}))
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = (5).to_bytes(4, "little")
    return bytes(data)


def tarred(names: list[str]) -> bytes:
    """A tar archive with a sentence in each member."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT, encoding="utf-8", errors="surrogateescape") as archive:
        for number, name in enumerate(names):
            data = f"Member {number} tells of the ferry to the north shore, which sails at seven.\n".encode()
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def rows(lines: list[dict[str, str]]) -> bytes:
    """JSON lines."""
    return "".join(json.dumps(row) + "\n" for row in lines).encode()


NAMES = [
    "../up.txt",
    "/etc/absolute.txt",
    "new\nline.txt",
    "n" * 251 + ".txt",
    "\udcff\udcfe.txt",
    "Case.txt",
    "case.txt",
    "C:\\x.txt",
]
IDS = ["../x", "/etc/passwd", "a\nb", "i" * 300, "\x1b[31mred", "Same", "same", "Same", "con", "a/../../b", ".", ""]

PAGES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "100,000 tags deep": ("html", lambda: b"<div>" * 100_000 + b"kept"),
    "a million tags deep": ("html", lambda: b"<div>" * MILLION + b"kept"),
    "`<a ` x 10^6": ("html", lambda: b"<a " * MILLION),
    "`<!--` x 10^6": ("html", lambda: b"<!--" * MILLION),
    "`x<br>` x 10^6": ("html", lambda: b"x<br>" * MILLION),
    "a list item x 10^6": ("html", lambda: b"<ul>" + b"<li>word" * MILLION),
    "500,000 attributes": ("html", lambda: b"<p " + b"".join(b"a%d=1 " % i for i in range(500_000)) + b">kept"),
    "`&amp;` x 10^6": ("html", lambda: b"&amp;" * MILLION),
    "a table of 10^6 cells": ("html", lambda: b"<table>" + b"<tr><td colspan=9007199254740991>1" * MILLION),
    "`badbad` x 10^6": ("txt", lambda: b"badbad" * MILLION),
    "`badbad` x 10^6, HTML": ("html", lambda: b"<p>" + b"badbad" * MILLION),
    "`bad ` x 10^6": ("txt", lambda: b"bad " * MILLION),
    "one line of 200 MB": ("txt", lambda: b"word " * 40_000_000),
    "one line of 60 MB": ("txt", lambda: b"word " * 12_000_000),
    "one word of 60 MB": ("txt", lambda: b"w" * 60_000_000),
    "10^6 one-word lines": ("txt", lambda: b"word\n" * MILLION),
    "10^6 one-word lines, all different": ("txt", lambda: "\n".join(words(MILLION)).encode()),
    "10^6 words on a line, all different": ("txt", lambda: " ".join(words(MILLION)).encode()),
    "10^6 lines of a letter": ("txt", lambda: b"a\n" * MILLION),
    "10^6 blank lines": ("txt", lambda: b"a" + b"\n \n" * MILLION + b"b"),
    "10^6 lines of mojibake": (
        "txt",
        lambda: "".join(f"caf\u00c3\u00a9 {i} \u00e2\u20ac\u2122s\n" for i in range(MILLION)).encode(),
    ),
    "`\u00c3\u00a9` x 10^6": ("txt", lambda: "\u00c3\u00a9".encode() * MILLION),
    "soft hyphens x 10^6": ("txt", lambda: "a\u00ad".encode() * MILLION),
    "entities x 10^6": ("txt", lambda: b"&amp;amp;" * MILLION),
    "line-end hyphens x 200,000": (
        "txt",
        lambda: b"the exam-\nple of a line that was wrapped by hand at about sixty let-\nters\n" * 100_000,
    ),
    "line-end hyphens x 200,000, all different": (
        "txt",
        lambda: "".join(f"a line with a {w[:4]}-\n{w[4:]} that goes on\n" for w in words(200_000)).encode(),
    ),
    "letters spaced x 10^6": ("txt", lambda: b"l e t t e r s " * 143_000),
    "words run together": ("txt", lambda: b"offensiveespecially " * 50_000),
    "a word of words": ("txt", lambda: b"offensiveespecially" * 50_000),
    "asterisks x 10^6": ("txt", lambda: b"f**k " * 200_000 + b"*" * MILLION),
    "bait: `aaaa...!`": ("txt", lambda: b"a" * MILLION + b"!"),
    "bait: `a@a.` x 10^6": ("txt", lambda: b"a@a." * MILLION),
    "bait: `http://` x 10^6": ("txt", lambda: b"http://" * MILLION),
    "bait: `((((`": ("txt", lambda: b"(" * MILLION),
    "bait: `| - ` x 10^6": ("txt", lambda: b"Title | - " * 300_000),
    "bait: digits and dots x 10^6": ("txt", lambda: b"1." * MILLION),
    "bait: blanks x 10^6": ("txt", lambda: b"x" + b" " * MILLION + b"x"),
    "bait: tabs and blanks before a letter": ("txt", lambda: (b" \t" * 500 + b"x\n") * 2000),
    "codes x 10^6": ("txt", lambda: b"[ad_1] " * MILLION),
    "codes between sentences x 200,000": ("txt", lambda: b"It rang. [ad_1] " * 200_000),
    "links in Markdown x 500,000": ("txt", lambda: b"[a](b) ![c](d) " * 500_000),
    "links in Markdown, open x 10^6": ("txt", lambda: b"[a](" * MILLION),
    "lines of script x 200,000": ("txt", lambda: b"window.dataLayer = window.dataLayer || [];\n" * 200_000),
    "lines of script between sentences": ("txt", lambda: (b"gtag('js');\n" + NEIGHBOUR.encode()) * 50_000),
    "braces on one line x 10^6": ("txt", lambda: b"gtag('js');\n" * 3 + b".a{b:c;}" * MILLION),
    "copyright lines x 100,000": ("txt", lambda: b"".join(b"Copyright %d Ann Grey\n" % i for i in range(100_000))),
    "one paragraph x 100,000": ("txt", lambda: NEIGHBOUR.encode() * 100_000),
    "JSON nested 10^6 deep": ("jsonl", lambda: b'{"text": "a", "x": ' + b"[" * MILLION),
    "JSON, a number of 10^6 digits": ("jsonl", lambda: b'{"text": "a", "x": ' + b"9" * MILLION + b"}\n"),
    "JSON, 10^6 keys": ("jsonl", lambda: rows([{"text": NEIGHBOUR, **dict.fromkeys(map(str, range(MILLION)), "")}])),
    "JSONL, 10^6 rows of a letter": ("jsonl", lambda: b'{"text":"a"}\n' * MILLION),
    "CSV, 10^6 rows of a letter": ("csv", lambda: b"text\n" + b"a\n" * MILLION),
    "CSV, an open quote": ("csv", lambda: b'text\n"' + b"word\n" * MILLION),
    "ids that are paths": ("jsonl", lambda: rows([{"id": name, "text": f"{NEIGHBOUR} {n}"} for n, name in enumerate(IDS)])),
    "gzip bomb, 1 GB": ("txt.gz", lambda: gzip.compress(bytes(10 * MILLION)) * 100),
    "bzip2 bomb": ("txt.bz2", lambda: bz2.compress(b" " * 100 * MILLION)),
    "xz bomb": ("txt.xz", lambda: lzma.compress(b"a" * 100 * MILLION)),
    "ZIP bomb": ("zip", lambda: zipped({"a.txt": bytes(300 * MILLION)})),
    "ZIP in a ZIP": ("zip", lambda: zipped({"in.zip": zipped({"a.txt": b"x"}), "b.txt": NEIGHBOUR.encode()})),
    "ZIP, encrypted": ("zip", encrypted),
    "ZIP, lying size": ("zip", lying),
    "tar, names that are paths": ("tar", lambda: tarred(NAMES)),
    "tar of 100,000 members": ("tar", lambda: tarred([f"{i}.txt" for i in range(100_000)])),
}


def cost(folder: Path) -> Cost:
    """Runs the command on a folder."""
    out = folder.with_name("out")
    arguments = [
        "-c",
        "from pipeline.cli import main; main()",
        "run",
        str(folder),
        str(out),
        "--workers",
        "1",
        "--formats",
        "jsonl",
    ]
    with tempfile.TemporaryFile() as said:
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        actions = [(os.POSIX_SPAWN_DUP2, said.fileno(), 2)]
        child = os.posix_spawn(sys.executable, [sys.executable, *arguments], environment, file_actions=actions)
        _, status, usage = os.wait4(child, 0)
        said.seek(0)
        words_said = said.read().decode("utf-8", "replace")
    parts = sorted((out / "jsonl").glob("*.jsonl"))
    lives = any(b'"id":"neighbour"' in line for part in parts for line in part.open("rb"))
    code = os.waitstatus_to_exitcode(status)
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024, code, words_said, lives)


def measure(name: str, alone: float) -> bool:
    """Prints the row of one input; whether it keeps the promises."""
    suffix, make = PAGES[name]
    data = make()
    with tempfile.TemporaryDirectory() as folder:
        pages = Path(folder) / "in"
        pages.mkdir()
        (pages / "neighbour.txt").write_text(SOUND)
        (pages / f"hostile.{suffix}").write_bytes(data)
        size = len(data) / 1e6
        del data
        found = cost(pages)
    cpu, rejected = found.cpu - alone, found.code == 3
    rejects = [line.removeprefix("warning: ") for line in found.said.splitlines() if line.startswith("warning: ")]
    sound = found.neighbour and found.code in (0, 3) and "Traceback" not in found.said
    within = cpu <= FREE + BUDGET * size or rejected
    first = f"{rejects[0][:90]}" if rejects else ""
    row = [
        name,
        f"{size:.1f}",
        f"{cpu:.1f}",
        f"{cpu / size:.2f}" if size >= 0.1 else "",
        str(found.peak),
        str(found.code),
        first,
    ]
    print("|", " | ".join(row), "|", "" if sound and within else "FAILS", flush=True)
    return sound and within


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("names", nargs="*", metavar="NAME", help="; ".join(PAGES))
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        pages = Path(folder) / "in"
        pages.mkdir()
        (pages / "neighbour.txt").write_text(SOUND)
        alone = min(cost(pages).cpu for _ in range(2))
    print("| input | MB | CPU s | a MB | peak MiB | exit | first reject |\n|---|---|---|---|---|---|---|")
    results = [measure(name, alone) for name in asked.names or PAGES]
    sys.exit(not all(results))


if __name__ == "__main__":
    main()
