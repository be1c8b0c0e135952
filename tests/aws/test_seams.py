"""Each seam to botocore's privates: that botocore still does what aws/seams.py takes for granted."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.exceptions import ClientError, DataNotFoundError, UnknownServiceError
from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape

from orienteer.aws.plan import allowed
from orienteer.aws.seams import (
    MODEL,
    before_sending,
    described,
    leaving_out_methods,
    loader,
    paginators,
    reduced,
    remember_bodies,
    renewing_session,
    taken_body,
    with_models_of,
)
from orienteer.aws.session import Account, Entry, base_session
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


def same(ours: Shape, whole: Shape, seen: set[str]) -> None:
    """Both shapes are read and written alike, and all that they hold."""
    if whole.name in seen:
        return
    seen.add(whole.name)
    assert (ours.type_name, ours.serialization, ours.metadata) == (whole.type_name, whole.serialization, whole.metadata)
    for part in ("members", "member", "key", "value"):
        mine, theirs = getattr(ours, part, {}), getattr(whole, part, {})
        pairs = [(mine[n], theirs[n]) for n in theirs] if isinstance(theirs, dict) else [(mine, theirs)]
        assert list(mine) == list(theirs) if isinstance(theirs, dict) else mine is not None
        for one, other in pairs:
            same(one, other, seen)


def test_reduced_models_know_of_a_permitted_operation_what_botocores_know() -> None:
    plain = Loader(include_default_search_paths=True)
    for service, permitted in allowed(registry().values()).items():
        given = plain.load_service_model(service, MODEL)
        ours, whole = ServiceModel(reduced(given, permitted), service), ServiceModel(given, service)
        assert ours.metadata == whole.metadata and ours.service_id == whole.service_id
        assert ours.resolved_protocol == whole.resolved_protocol
        settings = [[(p.name, p.type) for p in m.client_context_parameters] for m in (ours, whole)]
        assert settings[0] == settings[1]
        assert {s.name for s in ours.error_shapes} == {s.name for s in whole.error_shapes}
        seen: set[str] = set()
        for name in (name for name in whole.operation_names if xform_name(name) in permitted):
            mine, theirs = ours.operation_model(name), whole.operation_model(name)
            assert (mine.http, mine.auth_type, mine.has_event_stream_output) == (
                theirs.http,
                theirs.auth_type,
                theirs.has_event_stream_output,
            )
            for kind in ("input_shape", "output_shape"):
                one, other = getattr(mine, kind), getattr(theirs, kind)
                assert (one is None) == (other is None), (service, name, kind)
                if other is not None:
                    same(one, other, seen)


def test_reduced_models_are_small_and_share_nothing_with_what_they_were_made_from() -> None:
    given = Loader(include_default_search_paths=True).load_service_model("s3", MODEL)
    before = json.dumps(given)
    made = reduced(given, frozenset({"get_bucket_versioning"}))
    assert set(made["operations"]) == {"GetBucketVersioning", "PutBucketVersioning"}
    assert len(json.dumps(made)) < len(before) / 10
    assert '"documentation"' not in json.dumps([made["operations"], made["shapes"]])
    made["operations"]["GetBucketVersioning"]["http"]["requestUri"] = "changed"
    made["metadata"].clear()
    assert json.dumps(given) == before


def test_a_client_of_reduced_models_asks_as_any_other() -> None:
    session = with_models_of(boto3.Session(region_name="us-east-1"), {"organizations": frozenset({"list_accounts"})})
    with endpoint(lambda o, p: (200, {"Accounts": [{"Id": "111122223333"}]})) as served:
        made = client(served.url, session)
        assert made.list_accounts()["Accounts"] == [{"Id": "111122223333"}]
        assert not hasattr(made, "close_account")


def test_no_whole_model_is_kept_to_know_names_and_regions() -> None:
    loader().__dict__["_cache"].clear()
    account = Account(Entry(), {"iam": frozenset({"list_users"}), "ec2": frozenset({"describe_regions"})})
    assert account.offers("ec2", "eu-central-1") and account.client("iam", "us-east-1")
    assert described("iam").operations["list_mfa_devices"] == "ListMFADevices"
    assert described("kms").metadata["endpointPrefix"] == "kms" and not described("nosuch").operations
    assert [key for key in loader().__dict__["_cache"] if key[0].startswith("load") and MODEL in str(key)] == []


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
