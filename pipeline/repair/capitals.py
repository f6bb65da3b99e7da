"""Did a word begin with a capital whose first letters a filter took, and with them their letter case?

A logistic regression on the place of the word: what stands before and behind it, its line, the short lines round it.
`training/capitals.py` fits the weights. On pages that the fit did not see one such word in twenty is wrong, most of them
words that writers themselves write either way: "Google analytics", "Risk assessment:".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from pipeline.repair.language import function_words

# Nouns of names: "the Teachers' Association", where one capitalised neighbour is enough.
NOUNS = frozenset(
    {"association", "associates", "associate", "assembly", "assistant", "assessment", "assets", "asset", "analytics"}
    | {"analyst", "assault", "assassination", "cocktail"}
)
TOKEN = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
QUOTES = "\"'“‘”’([*_"
BULLETS = re.compile(r"[\s\d•*–—.#>|→✅-]*")
# what stands before the word, by its last sign
BEFORE = {
    **dict.fromkeys(".!?…", "stop"),
    **dict.fromkeys("|•·►→>✓✔*", "bullet"),
    **dict.fromkeys("–—", "dash"),
    **dict.fromkeys("/&+", "joined"),
    **dict.fromkeys(")]", "bracket"),
    ":": "colon",
    ",": "comma",
    ";": "semicolon",
}
OPENING = ("start", "line", "stop", "bullet")
SHORTENED = re.compile(r"(?:I|[Ll]et|\w+n)['’]\w+\Z|I\Z")  # "I'd", "Let's", "doesn't"
LABEL = re.compile(r"(?:^|[.!?] )[\s\d.•*–-]*(?:[\w’'-]+ ){0,5}[\w’'-]+: $")  # "2. Your budget: Assess the cost"
NEXT = re.compile(r"\s?[\"“(]?[^\W_]")
SIGN = re.compile(r"\s*([^\w\s])")
CALLED = re.compile(r"""[._(:=]\w|!?\(|\s?=\s|["'](?:\.\w|\s?[:\])])""")  # code: "assert.Equal(", "title = x", "'title': 1"
ENDINGS = ("ing", "ed", "ly", "ions", "ion", "ers", "er", "ors", "or", "s")
LINES = 8  # blocks above and below that tell how short lines are written
LINE = 100  # characters looked at of each
SHORT, LENGTHS, SHARES = 9, (3, 7, 14), (0.0, 0.34, 0.67, 1.0)
WEIGHTS = Path(__file__).parent / "data" / "capitals.json"


class Place(NamedTuple):
    """Where a word stands in its page."""

    before: str  # of its block; a NUL stands for what was cut off
    after: str
    above: Sequence[str]  # up to `LINES` blocks before it, the nearest last; the first `LINE` characters of each
    below: Sequence[str]
    opening: float  # share of the blocks of the page that begin with a capital
    proper: Callable[[str], bool]  # whether a word is a name on the page
    language: str = "en"


def capital(word: str, zipf: float, place: Place) -> bool:
    """Whether a word (in small letters, of that frequency) most likely began with a capital there."""
    if CALLED.match(place.after):
        return False
    weights = _weights()
    return sum(weights.get(name, 0.0) * value for name, value in features(word, zipf, place).items()) > 0


def features(word: str, zipf: float, place: Place) -> dict[str, float]:
    """What `capital` weighs, by name."""
    place = _unwrapped(place)
    left, right = place.before.rsplit("\n", 1)[-1], place.after.split("\n", 1)[0]
    at = _at(left, "\n" in place.before)
    words = TOKEN.findall(left), TOKEN.findall(right)
    behind = _kind(words[1][0], place.language) if words[1] and NEXT.match(right) else "none"
    names = ["bias", f"at {at}"]
    if at in OPENING:
        names += [f"at {at}, then {behind if behind in ('none', 'small', 'Capital') else 'other'}"]
        names += _opening(place) if at in ("start", "line") else []
        return dict.fromkeys(names, 1.0)
    before, name = _before(left, words[0], place)
    ending = next((e for e in ENDINGS if word.endswith(e)), "none")
    if at != "word":  # "said Jane Miller, associate professor"
        before = f"{before} {at}"
    names += [f"before {before}", f"behind {behind}", f"between {before} and {behind}", *name]
    names += ["label"] if at == "colon" and LABEL.search(left) else []
    names += ["noun", f"noun behind {before}", f"noun before {behind}"] if word in NOUNS else []
    names += [f"ending {ending}", f"{ending} behind {before}", f"zipf {min(5, int(zipf))}"]
    names += _line(left, right, words)
    return dict.fromkeys(names, 1.0) | _siblings(left, right, words, place)


def _unwrapped(place: Place) -> Place:
    """A block of hard-wrapped prose as one line: most of its lines begin with small letters."""
    opened = [_initial(line) for line in (place.before + "\0" + place.after).split("\n")[1:]]
    if 2 * opened.count("Capital") >= sum(initial != "none" for initial in opened):
        return place
    return place._replace(before=place.before.replace("\n", " "), after=place.after.replace("\n", " "))


def _at(left: str, wrapped: bool) -> str:
    """What the word stands behind: an opening of a line, a sentence or an item, or something within a sentence."""
    core = left.rstrip().rstrip(QUOTES).rstrip()
    if BULLETS.fullmatch(core):
        return "line" if wrapped else "start"
    last = core[-1]
    if last in "-.:" and core == left:
        return "hyphen" if last == "-" else "name"  # "urllib3.poolmanager"
    if last == "-":
        return "dash"
    return BEFORE.get(last, "word" if last.isalpha() else "digit" if last.isdigit() else "sign")


def _kind(word: str, language: str) -> str:
    """How a word is written: a small letter, a capital, capitals, a number; function words by themselves."""
    if word[0].isdigit():
        return "number"
    if len(word) > 1 and word.isupper():
        return "CAPITALS"
    functional = word.lower() in function_words(language) or SHORTENED.match(word) is not None
    if word[0].isupper():
        return "The" if functional else "Capital"
    if word != word.lower():
        return "camel"
    return "the" if functional else "small"


def _opening(place: Place) -> Iterator[str]:
    """How the other lines of the page open."""
    yield f"lines open {min(4, int(5 * place.opening))}"
    yield f"above {_initial(place.above[-1] if place.above else '')}"
    yield f"below {_initial(place.below[0] if place.below else '')}"


def _initial(line: str) -> str:
    letter = next(filter(str.isalpha, line), "")
    return "none" if not letter else "Capital" if letter.isupper() else "small"


def _before(left: str, words: list[str], place: Place) -> tuple[str, list[str]]:
    """The kind of the word before; a capital says little where it opens the sentence, and more of a name of the page."""
    kind = _kind(words[-1], place.language) if words else "none"
    if kind in ("Capital", "The"):
        above = left[: left.rfind(words[-1])].rstrip()
        if (len(words) == 1 and "\0" not in left) or above[-1:] in tuple(".!?:"):
            name = kind == "Capital" and place.proper(words[-1])
            return f"{kind} opens", [f"behind a name {name}"]
    return kind, []


def _line(left: str, right: str, words: tuple[list[str], list[str]]) -> Iterator[str]:
    """The line as a whole: its length, the share of capitals in it, what follows."""
    whole = "\0" not in left + right
    others = [w for w in (words[0][1:] if whole else words[0]) + words[1] if len(w) > 3]
    share = sum(w[0].isupper() for w in others) / len(others) if others else -1.0
    size = len(words[0]) + len(words[1]) + 1
    yield f"capitals {sum(share > level for level in SHARES) + (share >= 1) if others else 'none'}"
    yield f"length {sum(size > most for most in LENGTHS) if whole else len(LENGTHS)}"
    sign = SIGN.match(right)
    yield f"then {sign[1] if sign else 'end' if not right.strip() else 'word'}"


def _siblings(left: str, right: str, words: tuple[list[str], list[str]], place: Place) -> dict[str, float]:
    """How the short lines round a short line are written: "Monthly price", "Monthly Price"."""
    if "\0" in left + right or len(words[0]) + len(words[1]) + 1 > SHORT:
        return {}
    upper, total = sibling_capitals((*place.above, *place.below), place.language)
    level = int(3.99 * upper / total) if total else "none"
    return {f"siblings {level}": 1.0, "siblings": (upper - 0.3 * total) / (total + 2)}


def sibling_capitals(lines: Sequence[str], language: str) -> tuple[int, int]:
    """Of the long words of short lines, but for the first of each: those with a capital, and all."""
    upper = total = 0
    for line in lines:
        words = TOKEN.findall(line)
        if 2 <= len(words) <= SHORT and len(line) < LINE:
            long = [w for w in words[1:] if len(w) > 3 and w.lower() not in function_words(language) and not w.isupper()]
            upper, total = upper + sum(w[0].isupper() for w in long), total + len(long)
    return upper, total


@lru_cache(maxsize=1)
def _weights() -> dict[str, float]:
    found: dict[str, float] = json.loads(WEIGHTS.read_text(encoding="utf8"))
    return found
