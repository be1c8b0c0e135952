"""One demo server with both organizations for all tests of this folder."""

from collections.abc import Iterator

import pytest

from orienteer.demo import Demo, serve


@pytest.fixture(scope="package")
def demo() -> Iterator[Demo]:
    with serve((1, 2)) as running, running.in_environment():
        yield running


@pytest.fixture(autouse=True)
def as_assessor(request: pytest.FixtureRequest, no_credentials: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests of the shared server run in its environment."""
    if "demo" in request.fixturenames:
        for name, value in request.getfixturevalue("demo").environ.items():
            monkeypatch.setenv(name, value)
