"""Packed files with real faults in them, for every packing and kind."""

import bz2
import gzip
import io
import json
import lzma
import random
from contextlib import suppress

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.formats.bounded import Damaged, whole
from pipeline.formats.inputs import PACKINGS, Reject
from pipeline.formats.packings import unpack


def zstd(data):
    return pa.compress(data, "zstd", asbytes=True)


PACK = {".gz": lambda d: gzip.compress(d, mtime=0), ".zst": zstd, ".bz2": bz2.compress, ".xz": lzma.compress}
NOISE = random.Random(1).randbytes(40_000).hex().encode()

every_packing = pytest.mark.parametrize("suffix", PACK)


def test_every_packing_is_tried():
    assert PACK.keys() == PACKINGS.keys()


@every_packing
def test_members_one_after_the_other(parts, suffix):
    pack = PACK[suffix]
    (record,) = parts(f"a.TXT{suffix.upper()}", pack(b"one ") + pack(b"two"))
    assert (record.id, record.text) == ("a", "one two")
    (page,) = parts(f"p.html{suffix}", pack(b"<p>x"))
    assert (page.id, page.markup) == ("p.html", "<p>x")
    first, second = parts(f"r.jsonl{suffix}", pack(b'{"text": "a"}\n{"te') + pack(b'xt": "b"}\n'))
    assert (first.text, second.text, second.id) == ("a", "b", f"r.jsonl{suffix}:2")


@every_packing
def test_a_cut_file_keeps_its_whole_lines(parts, suffix):
    rng = random.Random(2)
    lines = [json.dumps({"text": rng.randbytes(400).hex()}).encode() + b"\n" for _ in range(1500)]
    data = PACK[suffix](b"".join(lines))
    *whole_lines, reject = parts(f"r.jsonl{suffix}", data[: len(data) * 3 // 4])
    assert 100 < len(whole_lines) < 1400
    assert [record.text for record in whole_lines] == [json.loads(line)["text"] for line in lines[: len(whole_lines)]]
    assert reject.line == len(whole_lines) + 1
    assert reject.reason == "the compressed data ends too early; whole lines before it were read"


FAULTS = [  # what is done to the packed text, reason
    (lambda data: data[: len(data) // 2], "ends too early"),
    (lambda data: data[:-1], "ends too early"),
    (lambda data: data[:3], "ends too early"),
    (lambda data: b"not packed at all" * 9, "damaged compressed data: "),
]


@every_packing
@pytest.mark.parametrize(("damage", "reason"), FAULTS)
def test_faults(parts, suffix, damage, reason):
    name = f"a.txt{suffix}"
    (reject,) = parts(name, damage(PACK[suffix](NOISE)))
    assert isinstance(reject, Reject)
    assert reject.path == name
    assert reason in reject.reason


@every_packing
def test_trailing_garbage(parts, suffix):
    (reject,) = parts(f"a.txt{suffix}", PACK[suffix](b"text") + b"garbage that is no member")
    assert "damaged compressed data: " in reject.reason


def test_xz_streams_are_filled_up_with_zeros(parts):
    (record,) = parts("a.txt.xz", lzma.compress(b"one ") + bytes(8) + lzma.compress(b"two") + bytes(1 << 17))
    assert record.text == "one two"


@pytest.mark.parametrize(("size", "sound"), [(1 << 26, True), (1 << 30, False)])
def test_a_dictionary_of_gigabytes_is_a_reject(parts, size, sound):
    """Its header alone made the decoder take so much memory, whatever came after."""
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": size}]
    found, neighbour = (*parts("a.txt.xz", lzma.compress(b"text", filters=filters)), *parts("b.txt.xz", lzma.compress(b"text")))
    assert neighbour.text == "text"
    if sound:
        assert found.text == "text"
    else:
        assert found.reason == "the compressed data asks for more memory than any packer is told to use"


@every_packing
def test_nothing_inside(parts, suffix):
    (reject,) = parts(f"a.txt{suffix}", PACK[suffix](b""))
    assert reject.reason == "empty file"
    (reject,) = parts(f"r.jsonl{suffix}", PACK[suffix](b""))
    assert reject.reason == "a file without a line"


@every_packing
def test_a_bomb_is_a_reject(parts, suffix):
    if suffix == ".gz":
        pytest.skip("gzip cannot pack by more than 1,032")
    (reject,) = parts(f"a.txt{suffix}", PACK[suffix](bytes(12_000_000)))
    assert reject.reason == "it unpacks to more than 1,000 times its size"
    *_, last = parts(f"r.jsonl{suffix}", PACK[suffix](b"\n" * 12_000_000))
    assert last.reason == "it unpacks to more than 1,000 times its size; whole lines before it were read"


@given(st.binary(max_size=200), st.sampled_from(sorted(PACK)), st.integers(0, 300), st.integers(0, 255))
def test_flipped_bytes_are_noticed_or_harmless(data, suffix, at, byte):
    packed = bytearray(PACK[suffix](data))
    packed[at % len(packed)] = byte
    stream = io.BytesIO(bytes(packed))
    with suppress(Damaged):
        whole(unpack(PACKINGS[suffix], stream, stream.tell))
