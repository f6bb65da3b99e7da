"""Document ids as file names: ids are data, never paths outside the output."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\%\ud800-\udfff]')
SUFFIX = re.compile(r"\.(?=txt\Z)", re.IGNORECASE)  # a folder "a.txt" would stand where the text of document "a" does
LONGEST_PATH = 1000  # bytes; some systems allow 1024, and OUTPUT stands before it
LONGEST = 200  # bytes; file systems allow 255, and a temporary name needs room


def file_name(document: str) -> str:
    r"""A relative path for a document's text, with "/" kept and everything unsafe written as %XX.

    >>> file_name("blogs/one"), file_name("../../etc/passwd"), file_name("a//b"), file_name("x\ny")
    ('blogs/one.txt', '%2E%2E/%2E%2E/etc/passwd.txt', 'a/%/b.txt', 'x%0Ay.txt')
    """
    *folders, last = [_part(part) for part in document.split("/")]
    path = "/".join([*(SUFFIX.sub("%2E", folder) for folder in folders), last])
    if len(path.encode()) > LONGEST_PATH:
        path = path.encode()[:LONGEST_PATH].decode("utf-8", "ignore").rpartition("/")[0] + "/%" + _hash(document)
    return path + ".txt"


def _part(name: str) -> str:
    safe = UNSAFE.sub(lambda m: f"%{ord(m.group()):02X}", name)
    if not safe.strip(". "):
        safe = safe.replace(".", "%2E").replace(" ", "%20") or "%"
    data = safe.encode()
    if len(data) <= LONGEST:
        return safe
    return data[:LONGEST].decode("utf-8", "ignore") + "%" + _hash(safe)


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def keys(docs: pa.Table) -> pa.Table:
    """(seq, key) of documents: 64 bits of the file name, by which equal names are found; case does not count."""
    return pa.table({"seq": docs["seq"], "key": pa.array([_key(name) for name in docs["id"].to_pylist()], pa.uint64())})


def taken(table: pa.Table) -> NDArray[np.int64]:
    """The seq of each document whose file name an earlier document has.

    Args:
        table: rows of `keys`, of all documents.
    """
    seq, key = table["seq"].to_numpy(), table["key"].to_numpy()
    order = np.lexsort((seq, key))
    again = np.flatnonzero(key[order][1:] == key[order][:-1]) + 1
    return np.sort(seq[order][again])


def fresh(ids: Mapping[int, str], known: Callable[[int], bool]) -> dict[int, str]:
    """New ids, "page~2", "page~3", ..., for documents whose id is taken.

    Args:
        ids: seq -> id, in the order of seq.
        known: whether a key of `keys` stands for a document.
    """
    new: dict[int, str] = {}
    given: set[int] = set()
    for seq, old in ids.items():
        number = 2
        while known(key := _key(f"{old}~{number}")) or key in given:
            number += 1
        given.add(key)
        new[seq] = f"{old}~{number}"
    return new


def rename(docs: pa.Table, new: Mapping[int, str]) -> pa.Table:
    """The documents with their new ids."""
    if not new:
        return docs
    pairs = zip(docs["seq"].to_pylist(), docs["id"].to_pylist(), strict=True)
    ids = pa.array([new.get(seq, old) for seq, old in pairs], pa.string())
    return docs.set_column(docs.schema.get_field_index("id"), "id", ids)


def _key(document: str) -> int:
    return int.from_bytes(hashlib.blake2b(file_name(document).casefold().encode(), digest_size=8).digest(), "little")
