"""Make a corpus of any size from a seed number: pages of made-up prose on sites with frames, and planted faults.

    python -m benchmarks.corpus OUT.jsonl --megabytes 50 --seed 1

The prose is drawn word by word from wordfreq's list, so it measures speed and memory; for quality use annotated pages.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import orjson
from wordfreq import top_n_list, zipf_frequency

FRAME = ["Home", "News", "Sport", "Culture", "About us", "Contact", "Log in"]
FOOT = ["Share on FacebookShare on Twitter", "Leave a Reply", "Your email address will not be published.", "© 2024 {site}"]
FAULTS = (("ass", "bad"), ("anal", "bad"), ("tit", "breast"), ("eval", "review"))
COPIES = 0.05  # share of paragraphs that stand elsewhere already


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--megabytes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng, size, page = random.Random(options.seed), 0, 0
    words = [w for w in top_n_list("en", 20000) if w.isalpha() and len(w) > 1]
    draw = Prose(rng, words, [10 ** zipf_frequency(w, "en") for w in words])
    with options.out.open("wb") as file:
        while size < options.megabytes * 1e6:
            row = draw.page(page)
            size += len(row["text"].encode())
            file.write(orjson.dumps(row) + b"\n")
            page += 1


class Prose:
    """Draws pages."""

    def __init__(self, rng: random.Random, words: list[str], weights: list[float]) -> None:
        self.rng = rng
        self.stock = rng.choices(words, weights, k=1_000_000)
        self.at = 0
        self.seen: list[str] = []

    def page(self, number: int) -> dict[str, str]:
        """One page of a site of about twenty."""
        site = f"site{number // 20}.example"
        fault = FAULTS[(number // 20) % 8] if (number // 20) % 8 < len(FAULTS) else None
        body = [self.sentence(7).rstrip(".")] + [self.paragraph() for _ in range(self.rng.randint(4, 30))]
        if fault:
            body = [text.replace(*fault) for text in body]
        lines = [*FRAME, *body, *(line.format(site=site) for line in FOOT)]
        return {"id": f"{site}/{number}", "url": f"https://{site}/{number}", "text": "\n\n".join(lines) + "\n"}

    def paragraph(self) -> str:
        """A new paragraph, or a copy."""
        if self.seen and self.rng.random() < COPIES:
            return self.rng.choice(self.seen)
        text = " ".join(self.sentence(self.rng.randint(8, 25)) for _ in range(self.rng.randint(1, 6)))
        if len(self.seen) < 10_000:
            self.seen.append(text)
        return text

    def sentence(self, count: int) -> str:
        """So many words."""
        if self.at + count > len(self.stock):
            self.rng.shuffle(self.stock)
            self.at = 0
        words = self.stock[self.at : self.at + count]
        self.at += count
        return (" ".join(words) + ".").capitalize()


if __name__ == "__main__":
    main()
