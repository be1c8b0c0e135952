"""Each seam to botocore's privates: that botocore still does what aws/seams.py takes for granted."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, DataNotFoundError, UnknownServiceError
from botocore.loaders import Loader
from botocore.model import ServiceModel

from orienteer.aws.seams import (
    before_sending,
    leaving_out_methods,
    loader,
    paginators,
    remember_bodies,
    renewing_session,
    taken_body,
)
from orienteer.aws.session import base_session
from orienteer.tables import registry
from tests.aws.scripted import endpoint

SERVICES = sorted({call.service for table in registry().values() for call in (table.call, *table.also)})


def test_a_session_more_leaves_no_folder_more_to_look_in() -> None:
    """boto3 appends the folder of its resources to the loader's, once for every session."""
    folders = list(loader().search_paths)
    session = base_session()
    base_session()
    assert loader().search_paths == folders
    assert isinstance(session, boto3.Session)
    assert session.client("sts", region_name="us-east-1").meta.service_model.service_name == "sts"


def test_paging_rules_are_those_that_botocore_itself_goes_by() -> None:
    plain = Loader(include_default_search_paths=True)
    found = {}
    for service in SERVICES:
        model = ServiceModel(plain.load_service_model(service, "service-2"), service)
        try:
            wanted = plain.load_service_model(service, "paginators-1")["pagination"]
        except (DataNotFoundError, UnknownServiceError):
            wanted = {}
        found[service] = paginators(service, model.api_version)
        for operation, rule in wanted.items():
            ours = found[service][operation]
            keys = ("input_token", "output_token", "limit_key", "more_results")
            assert {k: ours.get(k) for k in keys} == {k: rule.get(k) for k in keys}, (service, operation)
    assert sum(map(bool, found.values())) > 15


def client(url: str, session: boto3.Session | None = None) -> Any:
    return (session or boto3.Session(region_name="us-east-1")).client("organizations", endpoint_url=url)


def test_credentials_are_asked_for_at_the_first_call_and_sign_it() -> None:
    asked: list[int] = []

    def assume() -> dict[str, str]:
        asked.append(1)
        return {"access_key": "OURS", "secret_key": "s", "token": "t", "expiry_time": "2099-01-01T00:00:00+00:00"}

    session = boto3.Session(botocore_session=renewing_session(assume), region_name="us-east-1")
    seen: list[str] = []
    with endpoint(lambda o, p: (200, {"Accounts": []})) as served:
        made = client(served.url, session)
        made.meta.events.register(
            "before-send", lambda request, **_: seen.append(str(request.headers["Authorization"]))
        )
        assert asked == []
        made.list_accounts()
        made.list_accounts()
    assert asked == [1] and all("Credential=OURS/" in header for header in seen) and len(seen) == 2


def test_credentials_near_their_end_are_asked_for_again() -> None:
    ends = iter(["2020-01-01T00:00:00+00:00", "2099-01-01T00:00:00+00:00"])
    keys = iter(["first", "second"])

    def assume() -> dict[str, str]:
        return {"access_key": next(keys), "secret_key": "s", "token": "t", "expiry_time": next(ends)}

    credentials = renewing_session(assume).get_credentials()
    with pytest.raises(RuntimeError, match="still expired"):
        credentials.get_frozen_credentials()
    assert credentials.get_frozen_credentials().access_key == "second"


def test_methods_that_are_left_out_are_not_there() -> None:
    session = leaving_out_methods(boto3.Session(region_name="us-east-1"), frozenset({"list_accounts"}))
    made = session.client("organizations")
    assert hasattr(made, "list_accounts") and not hasattr(made, "close_account")
    assert made.meta.method_to_api_mapping["list_accounts"] == "ListAccounts"
    assert hasattr(boto3.Session(region_name="us-east-1").client("organizations"), "close_account")


def test_nothing_leaves_that_the_check_does_not_let_go() -> None:
    names: list[str] = []

    def check(operation: str) -> None:
        names.append(operation)
        raise PermissionError(operation)

    with endpoint(lambda o, p: (200, {})) as served:
        made = client(served.url)
        before_sending(made, check)
        with pytest.raises(PermissionError):
            made.list_accounts()
        assert served.asked == [] and names == ["ListAccounts"]


@pytest.mark.parametrize(
    ("status", "body"), [(200, b"<html>hello"), (200, b""), (403, b"<html>no"), (200, b'{"a": 1}')]
)
def test_the_raw_body_of_an_answer_can_be_taken_once(status: int, body: bytes) -> None:
    with endpoint(lambda o, p: (status, body)) as served:
        made = client(served.url)
        remember_bodies(made)
        taken_body()
        try:
            assert made.list_accounts()["ResponseMetadata"]["HTTPStatusCode"] == 200
        except ClientError:
            assert status == 403
    assert taken_body() == body and taken_body() is None
