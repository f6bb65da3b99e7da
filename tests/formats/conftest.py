"""What tests of readers share."""

import hashlib

import pytest

from pipeline.formats.inputs import find
from pipeline.formats.records import read


@pytest.fixture
def parts(tmp_path):
    """The records and rejects of a file that holds the data; its size and checksum are checked on the way."""

    def read_file(name, data):
        path = tmp_path / name
        path.write_bytes(data)
        (source,) = find([path]).sources
        reader = read(source)
        found = list(reader)
        assert (reader.size, reader.sha256) == (len(data), hashlib.sha256(data).hexdigest())
        assert all(part.reason.isprintable() for part in found if hasattr(part, "reason"))
        return found

    return read_file
