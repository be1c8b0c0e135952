"""The shared demo server, in whose environment all tests of this folder run."""

from collections.abc import Iterator

import pytest

from orienteer.demo import Demo


@pytest.fixture(scope="package")
def demo(shared_demo: Demo) -> Iterator[Demo]:
    with shared_demo.in_environment():
        yield shared_demo


@pytest.fixture(autouse=True)
def as_assessor(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests of the shared server run in its environment."""
    if "demo" in request.fixturenames:
        for name, value in request.getfixturevalue("demo").environ.items():
            monkeypatch.setenv(name, value)
