"""A few rounds of the fuzz targets; `.ci/run` gives them two minutes, and a release hours."""

import pytest

from tests.fuzz import TARGETS, fuzz


@pytest.mark.parametrize("suffix", TARGETS)
def test_a_changed_file_is_read_or_rejected(suffix, tmp_path):
    assert fuzz(suffix, 7, tmp_path, 20)["files"] == 20
