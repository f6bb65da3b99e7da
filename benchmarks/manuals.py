"""Content kept of manuals whose main element is known: real documentation that no rule or model was made on.

    python -m benchmarks.manuals OUT main=.../rust/html/book '#apicontent'=.../nodejs/api ...

Each argument is a CSS selector of the main element and a folder of HTML pages, of which up to twenty are drawn. The pages are
cleaned as HTML and as text taken node by node; the reference is the text of the main element. Needs beautifulsoup4 and lxml.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from pathlib import Path

import numpy as np
import orjson
from bs4 import BeautifulSoup

from pipeline import Settings, boilerplate, run

PAGES, SEED, BYTES = 20, 5, range(4_000, 500_000)


def main() -> None:
    """Prints macro means of precision, recall and F1 over the words of each page."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("out", type=Path, metavar="OUT")
    options.add_argument("manuals", nargs="+", metavar="SELECTOR=FOLDER")
    asked = options.parse_args()
    rows = [row for n, manual in enumerate(asked.manuals) for row in _pages(n, *manual.rsplit("=", 1))]
    for form in ("html", "text"):
        path = asked.out / f"{form}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\n".join(orjson.dumps({"id": row["id"], "url": row["url"], form: row[form]}) for row in rows))
        for balance in ("keep", "even"):
            settings = Settings(stages=("boilerplate",), boilerplate=boilerplate.Settings(balance=balance), workers=1)
            run([path], asked.out / f"{form}-{balance}", settings)
            precision, recall, f1 = np.mean(_scores(rows, asked.out / f"{form}-{balance}"), axis=0)
            print(f"{form} {balance}: {len(rows)} pages, precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}")


def _pages(number: int, selector: str, folder: str) -> list[dict[str, str]]:
    found = sorted(path for path in Path(folder).rglob("*.html") if path.stat().st_size in BYTES)
    rows = []
    for path in random.Random(SEED).sample(found, min(PAGES, len(found))):
        html = path.read_text("utf-8", "replace")
        soup = BeautifulSoup(html, "lxml")
        for hidden in soup(["script", "style", "template"]):
            hidden.decompose()
        name = path.relative_to(folder).as_posix()
        if element := soup.select_one(selector):
            texts = {"text": soup.get_text("\n", strip=True), "reference": element.get_text("\n", strip=True)}
            rows.append({"id": f"{number}/{name}", "url": f"http://manual{number}.example/{name}", "html": html, **texts})
    return rows


def _scores(rows: list[dict[str, str]], output: Path) -> list[tuple[float, float, float]]:
    parts = sorted((output / "jsonl").glob("*.jsonl"))
    clean = {row["id"]: row["text"] for part in parts for row in map(orjson.loads, part.read_bytes().splitlines())}
    return [_score(row["reference"], clean.get(row["id"], "")) for row in rows]


def _score(reference: str, text: str) -> tuple[float, float, float]:
    wanted, kept = (Counter(re.findall(r"\w+", some.lower())) for some in (reference, text))
    right = (wanted & kept).total()
    precision, recall = right / max(1, kept.total()), right / max(1, wanted.total())
    return precision, recall, 2 * right / max(1, kept.total() + wanted.total())


if __name__ == "__main__":
    main()
