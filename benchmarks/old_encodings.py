"""Texts whose encoding is not told: how many come out right, are rejected, or come out wrong.

    python -m benchmarks.old_encodings TEXTS.zip [--seed 1] [--samples 20]

TEXTS.zip holds a text a language, "fra.txt", in UTF-8: NLTK's `udhr2`, the Universal Declaration of Human Rights. Pieces of
several lengths that hold a character beyond ASCII are written in the encodings of their language and read again: without a
declaration, with the right one, and with a wrong one.
"""

from __future__ import annotations

import argparse
import random
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pipeline.formats.decode import Rejected, decode

WESTERN = ("cp1252", "iso8859-15", "mac-roman")
CODECS = {
    **dict.fromkeys(("fra", "deu_1996", "spa", "por_PT", "ita", "swe", "dan", "isl", "cat", "nld", "fin"), WESTERN),
    **dict.fromkeys(("pol", "ces", "slk", "hun", "ron_2006", "hrv", "slv"), ("cp1250", "iso8859-2")),
    "tur": ("cp1254",),
    **dict.fromkeys(("lit", "lvs"), ("cp1257",)),
    "rus": ("cp1251", "koi8-r", "cp866", "iso8859-5"),
    "ukr": ("cp1251", "koi8-u"),
    **dict.fromkeys(("bul", "srp_cyrl", "bel", "mkd"), ("cp1251",)),
    "ell_monotonic": ("cp1253", "iso8859-7"),
    "heb": ("cp1255",),
    "arb": ("cp1256",),
    "tha": ("cp874",),
    "cmn_hans": ("gb18030",),
    "cmn_hant": ("big5hkscs",),
    "jpn": ("cp932", "euc-jp"),
    "kor": ("cp949",),
}
CERTAIN = ("utf-8", "utf-8-sig", "utf-16", "utf-32")  # with their marks
LENGTHS = (8, 15, 30, 60, 120, 300, 1000, 5000)  # characters
LABELS = {
    "mac-roman": "macintosh",
    "big5hkscs": "big5",
    "cp874": "windows-874",
    "cp949": "euc-kr",
}  # where not the codec's name
WRONG = ("iso-8859-1", "windows-1251", "shift_jis", "gbk", "euc-kr", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--samples", type=int, default=20, help="of each language, encoding and length")
    parser.add_argument("--show", action="store_true", help="print what comes out wrong")
    options = parser.parse_args()
    print("| declared | characters | right | rejected | wrong |\n|---|---|---|---|---|")
    for declared in ("nothing", "right", "wrong"):
        for length in LENGTHS:
            rng = random.Random(f"{options.seed} {length}")
            found = Counter(
                outcome(*case, options.show) for case in cases(options.texts, length, declared, options.samples, rng)
            )
            print(
                "|", declared, "|", length, "|", " | ".join(f"{found[name]:,}" for name in ("right", "rejected", "wrong")), "|"
            )


def cases(path: Path, length: int, declared: str, samples: int, rng: random.Random) -> Iterator[tuple[str, str, str | None]]:
    """Pieces of text, their encoding and what is declared."""
    with zipfile.ZipFile(path) as archive:
        names = {Path(name).stem: name for name in archive.namelist()}
        for language, codecs in CODECS.items():
            if language not in names:
                continue
            text = unicodedata.normalize("NFC", archive.read(names[language]).decode())
            for codec in (*codecs, *CERTAIN):
                for piece in pieces(text, length, samples, codec, rng):
                    label = {"nothing": None, "right": LABELS.get(codec, codec), "wrong": rng.choice(WRONG)}[declared]
                    yield piece, codec, label


def pieces(text: str, length: int, samples: int, codec: str, rng: random.Random) -> Iterator[str]:
    """Whole words from anywhere that the encoding has the letters for, not all of them ASCII."""
    for _ in range(samples):
        start = text.find(" ", rng.randrange(max(1, len(text) - length))) + 1
        piece = text[start : start + length].strip()
        if piece and not piece.isascii() and piece.encode(codec, "ignore").decode(codec) == piece:
            yield piece


def outcome(text: str, codec: str, label: str | None, show: bool) -> str:
    """Whether the bytes come out as the text."""
    try:
        found = decode(text.encode(codec), label)
    except Rejected:
        return "rejected"
    if found.text == text:
        return "right"
    if show:
        print("WRONG", codec, label, found.encoding, repr(text[:80]), repr(found.text[:80]))
    return "wrong"


if __name__ == "__main__":
    main()
