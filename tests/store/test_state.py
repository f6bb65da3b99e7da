"""A state: what it finds, what it forgets, and what it refuses."""

import os
import random
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest

from pipeline.store import State, StateError, StateLocked, repack, segment, tiers


def keys(*numbers):
    return [n * 0x9E3779B97F4A7C15 % 2**64 for n in numbers]


def look(state, run, table):
    hits = state.look_up(run, table["key"].to_numpy(), table["hashes"].combine_chunks())
    known = hits.known.to_pylist()
    return [(q, known[n]["run"], known[n]["id"]) for q, n in zip(hits.query.tolist(), hits.number.tolist(), strict=True)]


def test_equal_paragraphs_are_found_with_their_run(add, open_state, make):
    add("mon", make(keys(1, 2, 3)))
    add("tue", make(keys(4, 5), first=10))
    state = open_state()
    assert look(state, "wed", make(keys(9, 5, 1))) == [(1, "tue", "doc11"), (2, "mon", "doc0")]


def test_a_run_sees_the_runs_before_it(add, open_state, make):
    add("mon", make(keys(1)))
    add("tue", make(keys(2)))
    state = open_state()
    assert look(state, "mon", make(keys(1, 2))) == []
    assert look(state, "tue", make(keys(1, 2))) == [(0, "mon", "doc0")]


def test_candidates_are_those_that_share_most(add, open_state, make):
    add("mon", make(keys(1, 2, 3), [[7, 8, 9], [7, 8, 6], [5, 4, 3]]))
    assert look(open_state(), "tue", make(keys(9), [[7, 8, 9]])) == [(0, "mon", "doc0"), (0, "mon", "doc1")]


def test_half_a_key_is_no_proof(add, open_state, make):
    add("mon", make([5 << 32 | 1]))
    assert look(open_state(), "tue", make([5 << 32 | 2])) == []


@pytest.mark.parametrize("sizes", [[1] * 9, [5, 1, 1, 1], [3, 9, 27], [40, 2, 2]], ids=str)
def test_merging_changes_no_answer(sizes, add, open_state, make, tmp_path):
    chance, first, tables = random.Random(1), 0, []
    for number, size in enumerate(sizes):
        hashes = [[chance.randrange(30) for _ in range(3)] for _ in range(size)]
        tables.append(make(keys(*range(first, first + size)), hashes, first))
        add(f"run{number}", tables[-1])
        first += size
    state = open_state()
    queries = make(keys(*range(0, first, 2)), [[chance.randrange(30) for _ in range(3)] for _ in range(0, first, 2)])
    before = look(state, "new", queries)
    texts = state.texts(state.look_up("new", queries["key"].to_numpy(), queries["hashes"].combine_chunks()).known)
    assert set(texts.to_pylist()) <= {text for table in tables for text in table["text"].to_pylist()}
    state.compact()
    assert len(state.manifest.segments) == 1
    assert look(state, "new", queries) == before
    assert list(state.problems()) == []


def test_large_batches_are_cut(add, open_state, make, monkeypatch):
    monkeypatch.setattr(segment, "ROWS", 4)
    add("mon", make(keys(*range(11))))
    assert [row[2] for row in look(open_state(), "tue", make(keys(*range(11))))] == [f"doc{i}" for i in range(11)]


def test_a_second_batch_of_a_run_replaces_the_first(add, open_state, make):
    add("mon", make(keys(1, 2)))
    add("tue", make(keys(3)))
    add("mon", make(keys(2, 4)))
    state = open_state()
    assert [run.name for run in state.manifest.runs] == ["mon", "tue"]
    assert [row[0] for row in look(state, "wed", make(keys(1, 2, 3, 4)))] == [1, 2, 3]


def test_the_same_batch_again_changes_no_byte(add, make, tmp_path):
    add("mon", make(keys(1, 2)), {"words": pa.table({"a": [1]})})
    add("tue", make(keys(3)))
    before = {p: p.read_bytes() for p in (tmp_path / "state").rglob("*") if p.is_file()}
    add("mon", make(keys(1, 2)), {"words": pa.table({"a": [1]})})
    assert {p: p.read_bytes() for p in (tmp_path / "state").rglob("*") if p.is_file()} == before


def test_forget(add, open_state, make):
    add("mon", make(keys(1, 2)))
    add("tue", make(keys(3)))
    state = open_state()
    state.forget("mon")
    assert look(state, "wed", make(keys(1, 2, 3))) == [(2, "tue", "doc0")]
    with pytest.raises(KeyError):
        state.forget("mon")


def test_learnt_rows(add, open_state, make):
    add("mon", make(keys(1)), {"words": pa.table({"a": [1]})})
    add("tue", make([]), {"words": pa.table({"a": [2]})})
    state = open_state()
    assert [table["a"].to_pylist() for table in state.learnt("wed", "words")] == [[1], [2]]
    assert [table["a"].to_pylist() for table in state.learnt("tue", "words")] == [[1]]
    assert list(state.learnt("wed", "others")) == []


def test_another_scheme_is_refused_with_the_command(add, open_state, make):
    add("mon", make(keys(1)))
    with pytest.raises(StateError, match=r"normal form 1, not 2.*pipeline state .*--rebuild OUTPUT"):
        open_state({"normal form": 2})


def test_a_state_without_runs_takes_any_scheme(open_state):
    open_state({"normal form": 1}).close()
    open_state({"normal form": 2}).close()
    assert open_state(None).manifest.scheme == {"normal form": 2}


def damages(folder):
    """Damaged states, one after the other; the folder is whole again in the end."""
    chance = random.Random(4)
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name != "lock"):
        whole = path.read_bytes()
        for _ in range(40):
            broken = bytearray(whole)
            broken[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
            path.write_bytes(broken)
            yield path
        for size in (0, 1, len(whole) // 2, len(whole) - 1):
            path.write_bytes(whole[:size])
            yield path
        path.unlink()
        yield path
        path.write_bytes(whole)


def test_no_damage_goes_unseen(add, make, tmp_path):
    rows = {"words": pa.table({"a": [1, 2, 3]})}
    add("mon", make(keys(*range(50)), [[n % 7, n % 11] for n in range(50)]), rows)
    add("tue", make(keys(*range(60, 90))), rows)
    queries = make(keys(*range(0, 90, 3)), [[3, 4]] * 30)

    def answers(state):
        return look(state, "wed", queries), [t.to_pylist() for t in state.learnt("wed", "words")]

    state = State(tmp_path / "state", {"normal form": 1})
    expected, wrong = answers(state), []
    state.close()
    for path in damages(tmp_path / "state"):
        try:
            state = State(tmp_path / "state", {"normal form": 1})
        except StateError:
            continue
        try:
            seen = list(state.problems())
            if answers(state) != expected or (not seen and path.name != "manifest.json"):
                wrong.append(path)  # white space between the values of a manifest says nothing
        except StateError:
            pass
        finally:
            state.close()
    assert wrong == []


def test_a_folder_of_something_else_is_refused(tmp_path, open_state):
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "letters.txt").write_text("Mine.")
    with pytest.raises(StateError):
        open_state()
    assert [p.name for p in (tmp_path / "state").iterdir()] == ["letters.txt"]


def test_one_at_a_time_and_a_dead_holder_does_not_block(tmp_path, open_state):
    state = open_state()
    with pytest.raises(StateLocked, match=f"process {os.getpid()}"):
        State(tmp_path / "state", None)
    state.close()
    code = f"import os; from pathlib import Path; from pipeline.store import State; State(Path({str(tmp_path / 'state')!r}), None); os._exit(9)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 9
    assert open_state().manifest.runs == ()


def test_the_number_of_segments_grows_with_the_logarithm():
    sizes = []
    for _ in range(1000):
        sizes = [sum([*sizes, 1][at] for at in group) for group in tiers.groups([*sizes, 1])]
        assert len(sizes) <= 2 + np.log2(sum(sizes))


def told(count, first):
    """Texts of a run that share most of their words with those of others."""
    return [
        f"the council of town {n} met {n % 7} times and heard {'again ' * (n % 5)}of the bridge"
        for n in range(first, first + count)
    ]


@pytest.mark.parametrize(
    ("large", "many", "chunk"), [(1 << 20, 1 << 13, 1 << 23), (1 << 20, 5, 1 << 23), (1 << 20, 1 << 13, 300), (0, 1, 1)]
)
@pytest.mark.parametrize("sizes", [[4, 4, 4, 4], [9, 3, 1, 1, 5], [2, 30, 2]], ids=str)
def test_texts_stay_through_merges_and_forgetting(sizes, large, many, chunk, add, open_state, make, monkeypatch):
    monkeypatch.setattr(repack, "_LARGE", large)
    monkeypatch.setattr(repack, "_MANY", many)
    monkeypatch.setattr(repack, "CHUNK", chunk)
    first, kept = 0, {}
    for number, size in enumerate(sizes):
        table = make(keys(*range(first, first + size)), first=first)
        texts = told(size, first)
        add(f"run{number}", table.set_column(4, "text", pa.array(texts)))
        kept[f"run{number}"] = dict(zip(keys(*range(first, first + size)), texts, strict=True))
        first += size
    state, every = open_state(), make(keys(*range(first)))

    def found():
        hits = state.look_up("new", every["key"].to_numpy(), every["hashes"].combine_chunks()).known
        return dict(zip(hits["key"].to_pylist(), state.texts(hits).to_pylist(), strict=True))

    for name in ("run1", "run0"):
        assert found() == {key: text for run in kept.values() for key, text in run.items()}
        state.compact()
        assert found() == {key: text for run in kept.values() for key, text in run.items()}
        state.forget(name)
        del kept[name]
    assert found() == {key: text for run in kept.values() for key, text in run.items()}
    assert list(state.problems()) == []


def test_small_runs_share_a_list_of_words(add, open_state, make):
    for number in range(4):
        table = make(keys(*range(number * 50, number * 50 + 50)), first=number * 50)
        add(f"run{number}", table.set_column(4, "text", pa.array(told(50, number * 50))))
    state = open_state()
    state.compact()
    (one,) = state._segments.values()
    assert [len(piece.texts) for piece in one.pieces] == [1, 0, 0, 0]
