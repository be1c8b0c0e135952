"""What we take from botocore that its documentation does not promise, each in one place with a test of its own.

A new botocore is good when tests/aws/test_seams.py is.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import boto3
import botocore.session
from botocore import xform_name
from botocore.credentials import DeferredRefreshableCredentials
from botocore.exceptions import DataNotFoundError
from botocore.loaders import JSONFileLoader, Loader

MODEL = "service-2"
"""What botocore calls the file that describes a service."""


@dataclass(frozen=True)
class Described:
    """A service: its metadata, and boto3 method name to operation name; both empty where botocore does not know it."""

    metadata: Mapping[str, Any] = field(default_factory=dict)
    operations: Mapping[str, str] = field(default_factory=dict)


Permitted = Mapping[str, frozenset[str]]
"""boto3 method names by service."""

_LOADING = threading.Lock()
_LAST = threading.local()
_DESCRIBED: dict[str, Described] = {}


class _Loader(Loader):  # type: ignore[misc]
    """boto3 adds a folder to the loader's for every session made, in which every later client is then looked for; it
    holds resources only, and none is made here."""

    @property
    def search_paths(self) -> list[str]:
        """The folders, as a list that may be added to without effect."""
        return list(super().search_paths)


@cache
def loader() -> Loader:
    """The one botocore model loader of this process: service models are read from disk once."""
    return _Loader(include_default_search_paths=True)


class _Reduced(JSONFileLoader):  # type: ignore[misc]
    """Reads the model of a service as plain dictionaries, reduced to the permitted operations."""

    def __init__(self, permitted: Permitted) -> None:
        self._permitted = permitted

    def _load_file(self, full_path: str, open_method: Callable[[str, str], Any]) -> Any:
        path = Path(full_path)
        if not path.is_file():
            return None
        service = path.parent.parent.name
        with _LOADING, open_method(full_path, "rb") as file:  # one at a time: a whole model is large
            model = json.load(file)
            if path.name.partition(".json")[0] != MODEL:
                return model
            names = {xform_name(name): name for name in model["operations"]}
            _DESCRIBED[service] = Described(deepcopy(model["metadata"]), names)
            return reduced(model, self._permitted.get(service, frozenset()))


def reduced(model: Mapping[str, Any], permitted: frozenset[str]) -> dict[str, Any]:
    """The model of a service with the permitted operations, with what the counterpart of each writes (S3 answers with
    those elements), and with the shapes of these and of errors, all without documentation.  Nothing in it is shared
    with the model given."""
    known = model["operations"]
    names = {name for name in known if xform_name(name) in permitted}
    names |= {f"Put{name.removeprefix('Get')}" for name in names} & known.keys()
    operations = {name: _bare(operation) for name, operation in known.items() if name in names}
    waiting = [name for name, shape in model["shapes"].items() if shape.get("exception")]
    waiting.extend(_shapes_in(operations))
    shapes: dict[str, Any] = {}
    while waiting:
        name = waiting.pop()
        if name not in shapes and name in model["shapes"]:
            shapes[name] = _bare(model["shapes"][name])
            waiting.extend(_shapes_in(shapes[name]))
    rest = {key: value for key, value in model.items() if key not in ("operations", "shapes")}
    return {**deepcopy(rest), "operations": operations, "shapes": shapes}


def _bare(part: Any) -> Any:
    """A copy of a part of a model without documentation; a member of that name stays."""
    if isinstance(part, dict):
        return {k: _bare(v) for k, v in part.items() if k != "documentation" or not isinstance(v, str)}
    return [_bare(one) for one in part] if isinstance(part, list) else part


def _shapes_in(part: Any) -> Iterator[str]:
    """The names of shapes that a part of a model refers to."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "shape" and isinstance(value, str):
                yield value
            else:
                yield from _shapes_in(value)
    for one in part if isinstance(part, list) else ():
        yield from _shapes_in(one)


@lru_cache(maxsize=1)
def _reduced_loader(permitted: frozenset[tuple[str, frozenset[str]]]) -> Loader:
    """The loader of models with these operations; those of the last ones asked for are kept."""
    return _Loader(include_default_search_paths=True, file_loader=_Reduced(dict(permitted)))


def with_models_of(session: boto3.Session, permitted: Permitted) -> boto3.Session:
    """The session, its future clients made from models that know the permitted operations only: a tenth of the memory,
    and half the time to read."""
    session._session.register_component("data_loader", _reduced_loader(frozenset(permitted.items())))
    return session


def described(service: str) -> Described:
    """What botocore's model says of a service and the names of its operations.  The model itself is not kept."""
    if service not in _DESCRIBED:
        try:
            version = loader().determine_latest_version(service, MODEL)
        except DataNotFoundError:
            return Described()
        _Loader(include_default_search_paths=True, file_loader=_Reduced({})).load_data(f"{service}/{version}/{MODEL}")
    return _DESCRIBED[service]


@cache
def paginators(service: str, version: str) -> Mapping[str, Any]:
    """botocore's paging rules of a service; empty where it has none.  Not by load_service_model, which lists the
    folders of every service there is, in each of the threads that come at once."""
    try:
        with _LOADING:  # read once, not by each of them
            return loader().load_data(f"{service}/{version}/paginators-1")["pagination"]  # type: ignore[no-any-return]
    except DataNotFoundError:
        return {}


def core_session(profile: str = "") -> botocore.session.Session:
    """A botocore session that reads service models through the one loader."""
    core = botocore.session.Session(profile=profile or None)
    core.register_component("data_loader", loader())
    return core


def renewing_session(assume: Callable[[], Mapping[str, str]]) -> botocore.session.Session:
    """A botocore session whose credentials are what `assume` gives, asked for at the first call and before they end."""
    core = core_session()
    core._credentials = DeferredRefreshableCredentials(method="assume-role", refresh_using=assume)
    return core


def leaving_out_methods(session: boto3.Session, permitted: frozenset[str]) -> boto3.Session:
    """The session, its future clients with the methods in `permitted` only."""

    def leave_out(class_attributes: dict[str, Any], **_: Any) -> None:
        for name in class_attributes["_PY_TO_OP_NAME"].keys() - permitted:
            class_attributes.pop(name, None)  # a handler of botocore may have taken it away already

    session.events.register("creating-client-class", leave_out)
    return session


def before_sending(client: Any, check: Callable[[str], None]) -> None:
    """Has `check` called with the operation's name before each request leaves; what it raises keeps the request in."""

    def checked(event_name: str, **_: Any) -> None:
        check(event_name.rsplit(".", 1)[-1])

    client.meta.events.register_first("before-send", checked)


def remember_bodies(client: Any) -> None:
    """Keeps the raw body of each answer for `taken_body`."""
    client.meta.events.register("before-parse", _remember)


def _remember(response_dict: Mapping[str, Any], **_: Any) -> None:
    _LAST.body = response_dict.get("body", b"")


def taken_body() -> bytes | None:
    """The raw body of this thread's last answer, once; None where none was parsed (a caller's handler answered).

    botocore reads a page of HTML, or half a document, or nothing at all, as `{}`.
    """
    body = getattr(_LAST, "body", None)
    _LAST.body = None
    return body if isinstance(body, bytes) else None
