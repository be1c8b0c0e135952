"""Loopback only: a moto server as AWS, and a guard that fails every test that would talk to anybody else."""

from __future__ import annotations

import gc
import ipaddress
import os
import signal
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.shared_demo import SEEDS, SharedDemo, joined

if TYPE_CHECKING:  # the process that hands tests out begins the sooner, the less it loads
    import boto3

    from orienteer.demo import Demo

REGION = "us-east-1"

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell's background job; commands that tests start inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)


SHARED = pytest.StashKey[SharedDemo]()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tells each process of xdist where the demo server that they share is to be asked for."""
    if SHARED not in node.config.stash:
        node.config.stash[SHARED] = SharedDemo()
    node.workerinput["demo"] = str(node.config.stash[SHARED].folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Ends the demo server that test processes shared."""
    if SHARED in config.stash:
        config.stash[SHARED].end()


def pytest_collection(session: pytest.Session) -> None:
    """A process that runs tests loads what reads notebooks the quick way."""
    if SHARED not in session.config.stash:
        from orienteer.batch.imports import load_notebook_schemas

        load_notebook_schemas()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Modules marked `long` come first."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish() -> None:
    """The garbage collector no longer walks through thousands of collected tests."""
    gc.collect()
    gc.freeze()


GUARD = pytest.MonkeyPatch()
"""What stands for the whole session: put on and off for each test, it would take longer than most tests."""
SETTINGS = {
    "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_SESSION_TOKEN": "testing",
    "AWS_DEFAULT_REGION": REGION, "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "2",
}  # fmt: skip
"""The machine's own AWS settings play no part; credentials are dummies."""


def pytest_sessionstart() -> None:
    """Connecting anywhere but loopback raises, and so does looking up any other name."""
    connect, looked_up = socket.socket.connect, socket.getaddrinfo

    def guarded(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple):
            refuse(address[0])
        connect(self, address)

    def guarded_lookup(host: Any, *arguments: Any, **options: Any) -> Any:
        refuse(host)
        return looked_up(host, *arguments, **options)

    GUARD.setattr(socket.socket, "connect", guarded)
    GUARD.setattr(socket, "getaddrinfo", guarded_lookup)
    for name, value in SETTINGS.items():
        GUARD.setenv(name, value)


def refuse(host: str | bytes | None) -> None:
    """Raises RuntimeError unless the host is this machine."""
    name = host.decode() if isinstance(host, bytes) else host
    try:
        near = name in (None, "", "localhost", "0.0.0.0") or ipaddress.ip_address(name or "").is_loopback
    except ValueError:
        near = False
    if not near:
        raise RuntimeError(f"a test tried to reach {name}")


def pytest_sessionfinish() -> None:
    """The machine's own settings are back."""
    GUARD.undo()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Each test begins with the settings, whatever the one before or a fixture left."""
    for name, value in SETTINGS.items():
        if os.environ.get(name) != value:
            os.environ[name] = value
    os.environ.pop("AWS_PROFILE", None)


@pytest.fixture(scope="session")
def shared_demo(request: pytest.FixtureRequest) -> Iterator[Demo]:
    """Both demo organizations on one server for all test processes: read it, change nothing there."""
    folder = getattr(request.config, "workerinput", {}).get("demo")
    if folder:
        yield joined(Path(folder))
    else:
        from orienteer.demo import serve

        with serve(SEEDS) as demo:
            yield demo


@pytest.fixture(scope="session")
def collected_demo(shared_demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first demo client's run, collected and not judged, once for all test processes: copy it (`copied`)."""
    from tests.execute import collected_run

    fcntl = pytest.importorskip("fcntl")
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "collected"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder / "done"
        if not done.exists():
            done.write_text(str(collected_run(folder, shared_demo.environ)))
        return Path(done.read_text())


@pytest.fixture(scope="session")
def moto_endpoint() -> Iterator[str]:
    """A moto server of this test process on a free loopback port."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def aws(moto_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> boto3.Session:
    """A session on an empty moto server."""
    import boto3

    monkeypatch.setenv("AWS_ENDPOINT_URL", moto_endpoint)
    reset = urllib.request.Request(f"{moto_endpoint}/moto-api/reset", method="POST")
    urllib.request.urlopen(reset).read()
    return boto3.Session(region_name=REGION)
