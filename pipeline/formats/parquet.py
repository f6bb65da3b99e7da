"""Parquet -> documents, one row group after the other; a damaged group leaves the others alone."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.formats.bounded import Allowance, Damaged, is_damage, seekable
from pipeline.formats.inputs import Reject, Source, plain
from pipeline.formats.record import Found, Record
from pipeline.formats.rows import CONTENT, record

ROWS = 64  # that are held as Python objects at a time
KNOWN = ("id", *CONTENT, "url", "source")
FAULTS = (pa.ArrowException, OSError, ValueError, TypeError, NotImplementedError, OverflowError)


def read_parquet(source: Source, stream: BinaryIO) -> Found:
    """One document a row."""
    try:
        data = seekable(stream)
        size = data.seek(0, io.SEEK_END)
        file = pq.ParquetFile(pa.PythonFile(data, "r"), pre_buffer=False, page_checksum_verification=True)
        names = file.schema_arrow.names
    except Damaged as error:
        yield Reject(source.name, None, error.byte, error.reason)
        return
    except FAULTS as error:
        if not is_damage(error):
            raise
        yield Reject(source.name, None, None, _reason(error))
        return
    if fault := _fault(names, file.metadata.num_rows):
        yield Reject(source.name, None, None, fault)
        return
    allowance, first = Allowance(lambda: size), 1
    for group in range(file.num_row_groups):
        yield from _group(source, file, group, first, allowance)
        first += file.metadata.row_group(group).num_rows


def _fault(names: list[str], rows: int) -> str:
    if not rows:
        return "a file without a row"
    if not set(CONTENT) & set(names):
        return 'no column "text" and no "html"'
    return "" if len(set(names)) == len(names) else "two columns of the same name"


def _group(source: Source, file: pq.ParquetFile, group: int, first: int, allowance: Allowance) -> Found:
    """The rows of a group, of which the first has the number `first`."""
    number = first
    try:
        for batch in file.iter_batches(ROWS, [group], use_threads=False):
            for row in _rows(batch, allowance):
                yield _record(source, number, row)
                number += 1
    except Damaged as error:
        yield Reject(source.name, number, None, error.reason)
    except FAULTS as error:
        if not is_damage(error):
            raise
        yield Reject(source.name, number, None, f"{_reason(error)}; the rest of row group {group + 1} is left out")


def _rows(batch: pa.RecordBatch, allowance: Allowance) -> Iterator[dict[str, Any]]:
    """The rows of a batch, their text still in bytes: one that is not UTF-8 must not keep the others from being read."""
    columns = [column.cast(_portable(column.type), safe=False) for column in batch.columns]
    allowance.spend(sum(column.nbytes for column in columns))  # not before: dictionaries unfold to any size
    rows = zip(*(column.to_pylist() for column in columns), strict=True)
    return (dict(zip(batch.schema.names, row, strict=True)) for row in rows)


def _portable(kind: pa.DataType) -> pa.DataType:
    """The type with values that Python has: text as bytes, times of at most microseconds."""
    if str(kind) in ("string", "large_string", "string_view"):
        return pa.large_binary()
    if pa.types.is_timestamp(kind):
        return pa.timestamp("us", kind.tz)
    if pa.types.is_duration(kind):
        return pa.duration("us")
    if pa.types.is_dictionary(kind):
        return _portable(kind.value_type)
    if pa.types.is_struct(kind):
        return pa.struct([field.with_type(_portable(field.type)) for field in kind])
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return pa.large_list(_portable(kind.value_type))
    return kind


def _record(source: Source, number: int, row: dict[str, Any]) -> Record | Reject:
    def reject(reason: str) -> Reject:
        return Reject(source.name, number, None, reason)

    try:
        known = {name: _value(row[name], "strict") for name in KNOWN if name in row}
    except UnicodeDecodeError:
        return reject("invalid UTF-8")
    rest = {name: _value(value, "replace") for name, value in row.items() if name not in known}
    return record({**known, **rest}, source, number, reject)


def _value(value: Any, errors: str) -> Any:
    """A value as JSON knows it."""
    if isinstance(value, bytes):
        return value.decode("utf-8", errors)
    if isinstance(value, list | tuple):
        return [_value(item, errors) for item in value]
    if isinstance(value, dict):
        return {key: _value(item, errors) for key, item in value.items()}
    if isinstance(value, datetime | date | time | timedelta | Decimal):
        return str(value)
    return value


def _reason(error: Exception) -> str:
    return f"damaged Parquet data: {plain(str(error).splitlines()[0] if str(error) else type(error).__name__)}"
