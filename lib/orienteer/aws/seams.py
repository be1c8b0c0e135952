"""What we take from botocore that its documentation does not promise, each in one place with a test of its own.

A new botocore is good when tests/aws/test_seams.py is.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import boto3
import botocore.session
from botocore.credentials import DeferredRefreshableCredentials
from botocore.exceptions import DataNotFoundError
from botocore.loaders import Loader

_LOADING = threading.Lock()
_LAST = threading.local()


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
