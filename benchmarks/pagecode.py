"""Scripts and style sheets that a scraper took for text: how much of them the stage drops, and how much else.

    python -m benchmarks.pagecode wcxb-dev.parquet [--every 3]

Each annotated page is taken as text twice: with what stands in its script and style elements, as by a scraper that strips tags
only, and without. Prints the share of the bytes of scripts, of styles, of code samples (pre, code) and of all other text that
goes as "page-code", then the word F1 of the whole stage on "even" (by the shipped model, which has seen these pages).
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator

import pyarrow.parquet as pq
from bs4 import BeautifulSoup
from bs4.element import PreformattedString

from pipeline import Settings, clean_text
from pipeline.boilerplate.pagecode import LONGEST, code
from pipeline.boilerplate.settings import Settings as Boilerplate
from training.evaluate import word_f1

KINDS = {"script": "script", "style": "style", "pre": "sample", "code": "sample"}
EVEN = Settings(stages=("boilerplate",), boilerplate=Boilerplate(balance="even"))


def lines(html: str) -> Iterator[tuple[str, str]]:
    """(kind, text) of each line that a page holds, in order."""
    for string in BeautifulSoup(html, "lxml").find_all(string=True):
        if type(string).__mro__[1] is PreformattedString:  # comments and declarations
            continue
        kind = next((KINDS[parent.name] for parent in string.parents if parent.name in KINDS), "text")
        yield from ((kind, " ".join(line.split())) for line in string.split("\n") if line.strip())


def measure(pages: list[list[tuple[str, str]]]) -> Counter[tuple[str, bool]]:
    """Bytes by kind, and whether they go."""
    out = Counter[tuple[str, bool]]()
    for page in pages:
        runs = code([text[:LONGEST] for _, text in page])
        gone = {row for low, high, _ in runs for row in range(low, high)}
        for row, (kind, text) in enumerate(page):
            out[kind, row in gone] += len(text.encode())
    return out


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data")
    parser.add_argument("--every", type=int, default=3)
    args = parser.parse_args()
    rows = pq.read_table(args.data, columns=["html", "main_content"]).to_pylist()[:: args.every]
    found = [list(lines(row["html"].decode("utf-8", "replace"))) for row in rows]
    bare = [[line for line in page if line[0] not in ("script", "style")] for page in found]
    for name, pages in (("with scripts", found), ("without", bare)):
        sizes = measure(pages)
        shares = {k: f"{sizes[k, True] / max(sizes[k, True] + sizes[k, False], 1):.4f}" for k in sorted({k for k, _ in sizes})}
        f1 = [
            word_f1(clean_text("\n".join(t for _, t in page), EVEN).text, row["main_content"])
            for page, row in zip(pages, rows, strict=True)
        ]
        print(f"{name}: {len(pages)} pages, {sum(sizes.values())} bytes, gone {shares}, F1 {sum(f1) / len(f1):.4f}")


if __name__ == "__main__":
    main()
