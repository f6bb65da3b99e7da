"""What every test may use."""

import os
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).parent.parent


def pytest_addoption(parser):
    parser.addoption("--update-golden", action="store_true", help="rewrite cleaned/ from seeds/")


@pytest.fixture(scope="session")
def update_golden(request):
    wanted = request.config.getoption("--update-golden")
    if wanted and os.environ.get("CI"):
        pytest.fail("golden files are not rewritten in CI")
    return wanted


@pytest.fixture(scope="session")
def seeds():
    return ROOT / "seeds"


# a deadline would fail on a busy machine; a red build must be red for everybody
hypothesis.settings.register_profile("house", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis.settings.load_profile("house")
