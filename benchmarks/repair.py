"""Recall, precision, damage and speed of the repair stage on damaged and clean pages whose truth is known.

    python -m benchmarks.repair --rows DATA/filter.jsonl DATA/glue.jsonl DATA/clean_web.jsonl

Rows are JSON objects with `id`, `site`, `rule`, `original`, `corrupted`; rows whose texts are equal measure damage. A
fault is a run of white-space tokens that the corruption changed; it is exact, wrong or left. Recall is exact / faults,
precision exact / (exact + wrong + damage), damage is counted per million words. What the stage also changes on the page
before it was damaged is counted apart ("own"): lost spaces of the page itself, for the most part; a file of rows whose
texts are equal tells how much of that is harm. Times are CPU seconds of this process.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
from rapidfuzz.distance import Levenshtein

from pipeline.corpus import BLOCKS, DOCS, EDITS, Batch
from pipeline.corpus.partition import Keyed
from pipeline.formats.blocks import split_text
from pipeline.repair import Repair, Settings

BATCH = 4_000_000  # characters
Row = dict[str, Any]  # a JSON object: besides its texts whatever `--by` and `--where` may name
Run = tuple[int, int, tuple[str, ...]]  # tokens from, to, and what stands there after


def batches(rows: list[Row], size: int = BATCH) -> Iterator[Batch]:
    docs: list[Row] = []
    blocks: list[Row] = []
    seen = 0
    for seq, row in enumerate(rows):
        lines, tail = split_text(row["corrupted"])
        blocks += [{"doc": len(docs), "pos": k, **line._asdict()} for k, line in enumerate(lines)]
        docs.append({"seq": seq, "id": f"{seq}/{row['id']}", "site": row["site"], "tail": tail})
        seen += len(row["corrupted"])
        if seen >= size or row is rows[-1]:
            tables = pa.Table.from_pylist(docs, DOCS), pa.Table.from_pylist(blocks, BLOCKS)
            yield Batch(*tables, EDITS.empty_table())
            docs, blocks, seen = [], [], 0


def texts(batch: Batch) -> list[str]:
    out = [""] * batch.docs.num_rows
    columns = (batch.blocks.column(name).to_pylist() for name in ("doc", "lead", "indent", "text"))
    parts: dict[int, list[str]] = defaultdict(list)
    for doc, *strings in zip(*columns, strict=True):
        parts[doc] += strings
    for doc, tail in enumerate(batch.docs.column("tail").to_pylist()):
        out[doc] = "".join(parts[doc]) + tail
    return out


def repaired(stage: Repair, every: list[Batch]) -> tuple[list[Batch], dict[str, pa.Table], dict[str, float]]:
    """The batches after all passes, the facts, and CPU seconds of each pass."""
    facts: dict[str, pa.Table] = {}
    spent = {}
    for learner in stage.learners:
        assert isinstance(learner, Keyed)
        start = time.process_time()
        rows = learner.combine(pa.concat_tables([learner.observe(batch, facts) for batch in every]))
        facts[learner.name] = learner.conclude(rows, facts)
        spent[learner.name] = time.process_time() - start
    start = time.process_time()
    out = [stage.apply(batch, facts) for batch in every]
    return out, facts, spent | {"apply": time.process_time() - start}


def changed_runs(before: list[str], after: list[str]) -> list[Run]:
    """Changed runs of tokens; replacements of equal length one by one."""
    merged: list[list[int]] = []
    for op in Levenshtein.opcodes(before, after):
        if op.tag != "equal":
            if merged and merged[-1][1] == op.src_start and merged[-1][3] == op.dest_start:
                merged[-1][1], merged[-1][3] = op.src_end, op.dest_end
            else:
                merged.append([op.src_start, op.src_end, op.dest_start, op.dest_end])
    runs: list[Run] = []
    for i, j, k, m in merged:
        if j - i == m - k:
            runs += [(i + n, i + n + 1, (after[k + n],)) for n in range(j - i)]
        else:
            runs.append((i, j, tuple(after[k:m])))
    return runs


def judged(original: str, corrupted: str, fixed: str, undamaged: str) -> tuple[Counter[str], list[tuple[str, ...]]]:
    """Counts of one page, and what is not exact: (verdict, was, became, read); `undamaged`: the original, repaired."""
    truth, bad, read = original.split(), corrupted.split(), fixed.split()
    faults = changed_runs(truth, bad) if original != corrupted else []
    left = changed_runs(truth, read) if fixed != corrupted else faults
    counts, used = Counter(words=len(truth), faults=len(faults)), set[int]()
    shown: list[tuple[str, ...]] = []
    for i, j, damaged in faults:
        hits = [n for n, (p, q, _) in enumerate(left) if p < max(j, i + 1) and max(q, p + 1) > i]
        used.update(hits)
        now = " ".join(" ".join(left[n][2]) for n in hits)
        verdict = "exact" if not hits else "left" if [left[n] for n in hits] == [(i, j, damaged)] else "wrong"
        counts[verdict] += 1
        counts["case"] += verdict == "wrong" and now.lower() == " ".join(truth[i:j]).lower()
        if verdict != "exact":
            shown.append((verdict, " ".join(truth[i:j]), " ".join(damaged), now))
    own = set(changed_runs(truth, undamaged.split())) if original != undamaged else set()
    for n, (i, j, changed) in enumerate(left):
        if n not in used and (i, j, changed) in own:
            counts["own"] += 1
        elif n not in used:
            counts["damage"] += 1
            shown.append(("damage", " ".join(truth[i:j]), "", " ".join(changed)))
    return counts, shown


def line(name: str, c: Counter[str]) -> str:
    made = c["exact"] + c["wrong"] + c["damage"]
    recall = f"{c['exact'] / c['faults']:.3f}" if c["faults"] else "  -  "
    precision = f"{c['exact'] / made:.3f}" if made and c["faults"] else "  -  "
    harm = 1e6 * c["damage"] / max(1, c["words"])
    return (
        f"{name:28s} faults {c['faults']:6d} recall {recall} precision {precision} wrong {c['wrong']:4d} "
        f"(case {c['case']:3d}) damage {c['damage']:4d} = {harm:6.1f}/M, own {c['own']:3d}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", nargs="+", type=Path, required=True, help="files of rows, each a corpus of its own")
    parser.add_argument("--by", default="rule", help="column to group the figures by")
    parser.add_argument("--where", default="", help="only rows with this, as in size=5")
    parser.add_argument("--limit", type=int, default=0, help="rows of each file")
    parser.add_argument("--show", type=int, default=0, help="examples of what is not exact")
    parser.add_argument("--twice", action="store_true", help="clean again, and count what still changes")
    parser.add_argument("--filters", action="store_true", help="print the inferred filters")
    args = parser.parse_args()
    for path in args.rows:
        rows = [json.loads(text) for text in path.read_text(encoding="utf8").split("\n") if text]
        if args.where:
            column, value = args.where.split("=")
            rows = [row for row in rows if str(row.get(column)) == value]
        rows = rows[: args.limit or len(rows)]
        every = list(batches(rows))
        stage = Repair(Settings())
        done, facts, spent = repaired(stage, every)
        fixed = [text for batch in done for text in texts(batch)]
        damaged = any(row["original"] != row["corrupted"] for row in rows)
        clean = [dict(row, corrupted=row["original"]) for row in rows if damaged]
        undamaged = [text for batch in repaired(stage, list(batches(clean)))[0] for text in texts(batch)] if damaged else []
        undamaged = undamaged or [row["original"] for row in rows]
        megabytes = sum(len(batch.buffer()[0]) for batch in every) / 1e6
        groups: dict[str, Counter[str]] = defaultdict(Counter)
        shown = []
        for row, text, alone in zip(rows, fixed, undamaged, strict=True):
            counts, examples = judged(row["original"], row["corrupted"], text, alone)
            groups[str(row.get(args.by))] += counts
            shown += [(str(row.get(args.by)), row["site"], *example) for example in examples]
        print(f"== {path.name}: {len(rows)} pages, {megabytes:.1f} MB")
        for name in sorted(groups) if len(groups) < 60 else ():
            print(line(name, groups[name]))
        print(line("TOTAL", sum(groups.values(), Counter())))
        if "delete" in groups:
            print(line("TOTAL without delete", sum((c for n, c in groups.items() if n != "delete"), Counter())))
        rates = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in spent.items())
        print(f"{rates}; {megabytes / sum(spent.values()):.1f} MB/s in all")
        if args.twice:
            again = [dict(row, corrupted=text) for row, text in zip(rows, fixed, strict=True)]
            second, _, _ = repaired(stage, list(batches(again)))
            print("changes of a second cleaning:", sum(batch.edits.num_rows for batch in second))
            for edit in [edit for batch in second for edit in batch.edits.to_pylist()][: args.show]:
                print("   ", edit["rule"], edit["before"], "->", edit["after"], edit["evidence"])
        if args.filters:
            for row in facts["word-filters"].to_pylist():
                print(*row.values(), sep=" | ")
        step = max(1, len(shown) // args.show) if args.show else 1
        for example in shown[::step][: args.show]:
            print(*example, sep=" | ")


if __name__ == "__main__":
    main()
