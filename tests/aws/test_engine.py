"""The engine against a loopback endpoint that refuses, throttles, pages badly and talks nonsense."""

from __future__ import annotations

import gc
import json
import socket
import threading
import weakref
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import boto3
import pandas as pd
import pytest
from botocore.config import Config

from orienteer import snapshot
from orienteer.aws import session
from orienteer.aws.call import Stop, _renewing
from orienteer.aws.engine import collect
from orienteer.aws.job import Collected, Job
from orienteer.aws.paging import MORE, paging
from orienteer.aws.plan import allowed, api_name, readings
from orienteer.aws.seams import core_session
from orienteer.aws.session import Account, Entry, _moment, guarded
from orienteer.errors import OrienteerError
from orienteer.model import EMPTY, NOT_OFFERED, Answer, Call, Column, Outcome, Scope, Table
from orienteer.tables import registry
from tests.aws.scripted import Script, endpoint, error

LIST = Call("organizations", "list_accounts")
ACCOUNTS = Table(
    "things", "", Scope.ACCOUNT, LIST, (Column("id", "Id"), Column("name", "Name")), items="Accounts[]", resource="id"
)
NAMES = Table("other_things", "", Scope.ACCOUNT, LIST, (Column("name", "Name"),), items="Accounts[]", resource="name")
TAGS = Table(
    "tags", "", Scope.ACCOUNT,
    Call("organizations", "list_tags_for_resource", {"ResourceId": "id"}, absent={"TargetNotFoundException"}),
    (Column("tags", "Tags", "json"),), parent=ACCOUNTS, keep=("name",),
)  # fmt: skip
POLICY = Table(
    "policy", "", Scope.ACCOUNT,
    Call("organizations", "describe_resource_policy", absent={"ResourcePolicyNotFoundException"}),
    (Column("content", "ResourcePolicy.Content", "json"),),
)  # fmt: skip


def account(n: int) -> dict[str, str]:
    return {"Id": f"{n:012}", "Name": f"account {n}"}


def read(
    script: Script,
    *tables: Table,
    expected: str = "",
    regions: tuple[str, ...] = (),
    monkeypatch: pytest.MonkeyPatch,
    **more: Any,
) -> Collected:
    found: list[Collected] = []
    with endpoint(script) as at:
        monkeypatch.setenv("AWS_ENDPOINT_URL", at.url)
        base = boto3.Session(region_name="us-east-1")
        collect(Job((Entry(expected),), tables, allowed(tables), regions, 4, **more), found.append, base=base)
        found[0].identity["asked"] = at.asked  # type: ignore[index]
    return found[0]


@pytest.fixture
def tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that fails is not tried again."""
    once = session.config(10).merge(Config(retries={"mode": "standard", "total_max_attempts": 1}))
    monkeypatch.setattr(session, "config", lambda connections: once)


def rows(found: Collected, table: Table) -> pd.DataFrame:
    return snapshot.frame_of(snapshot.arrow_table(table.schema, found.rows[table.name]))


def two_pages(operation: str, params: Mapping[str, Any]) -> tuple[int, Any]:
    if operation == "ListTagsForResource":
        return 200, {"Tags": [{"Key": "k", "Value": params["ResourceId"]}]}
    if "NextToken" not in params:
        return 200, {"Accounts": [account(1), account(2)], "NextToken": "more"}
    return 200, {"Accounts": [account(3)]}


def test_pages_children_and_kept_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(two_pages, ACCOUNTS, TAGS, monkeypatch=monkeypatch)
    assert list(rows(found, ACCOUNTS)["resource_id"]) == ["000000000001", "000000000002", "000000000003"]
    tags = rows(found, TAGS).set_index("resource_id")
    assert tags.loc["000000000003", "tags"] == '[{"Key": "k", "Value": "000000000003"}]'
    assert tags.loc["000000000003", "name"] == "account 3"
    assert set(rows(found, ACCOUNTS)["region"]) == {"global"}
    assert [c["pages"] for c in found.coverage if c["operation"] == "ListAccounts"] == [2]


def test_children_of_parents_that_share_a_name_are_each_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = Table("shared", "", Scope.ACCOUNT, LIST, (Column("id", "Id"),), items="Accounts[]")
    child = Table("shared_tags", "", Scope.ACCOUNT, TAGS.call, TAGS.columns, parent=shared, keep=("id",))
    found = read(two_pages, shared, child, monkeypatch=monkeypatch)
    assert rows(found, shared)["resource_id"].nunique() == 1
    tags = rows(found, child).set_index("id")["tags"]
    assert len(tags) == 3
    assert all(identifier in tags[identifier] for identifier in tags.index)
    assert [c["operation"] for c in found.coverage].count("ListTagsForResource") == 3


def test_children_are_asked_where_their_service_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def script(operation: str, params: Mapping[str, Any]) -> tuple[int, Any]:
        if operation == "ListAccounts":
            return 200, {"Accounts": [{"Id": "1", "Name": "us-east-1"}, {"Id": "2", "Name": "eu-central-1"}]}
        return 200, {"ComprehendMedicalAsyncJobPropertiesList": []}

    places = replace(ACCOUNTS, name="places", region="name")
    call = Call("comprehendmedical", "list_entities_detection_v2_jobs")
    child = Table("jobs", "", Scope.ACCOUNT, call, (Column("name", "JobName"),), parent=places)
    found = read(script, places, child, monkeypatch=monkeypatch)
    assert [c["region"] for c in found.coverage if c["service"] == "comprehendmedical"] == ["us-east-1"]


@pytest.mark.parametrize(
    ("names", "answers", "flag"),
    [
        (
            ("guardduty_detectors", "guardduty_members"),
            {
                "/detector": {"detectorIds": ["d"]},
                "/detector/d/member": {"members": [{"relationshipStatus": "Removed"}]},
            },
            "onlyAssociated",
        ),
        (
            ("securityhub_hubs", "securityhub_members"),
            {"/accounts": {"HubArn": "arn:hub"}, "/members": {"Members": [{"MemberStatus": "Removed"}]}},
            "OnlyAssociated",
        ),
    ],
)
def test_members_that_left_are_asked_for_too(
    names: tuple[str, str], answers: Mapping[str, Any], flag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def script(path: str, params: Mapping[str, Any]) -> tuple[int, Any]:
        if path.endswith(("member", "members")) and params.get(flag) != "false":
            return 200, {}
        return 200, answers[path]

    tables = [registry()[name] for name in names]
    found = read(script, *tables, monkeypatch=monkeypatch, regions=("us-east-1",))
    members = rows(found, tables[1])
    assert "Removed" in members.get("relationship_status", members.get("member_status")).tolist()


@pytest.mark.parametrize(
    "name", ["support_security_checks", "artifact_agreements", "route53_domains", "wafv2_global_web_acls"]
)
def test_what_one_region_alone_answers_is_asked_there(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    table = registry()[name]
    found = read(lambda operation, params: (200, {}), table, monkeypatch=monkeypatch, regions=("eu-central-1",))
    assert {c["region"] for c in found.coverage if c["table"] == name} == {"us-east-1"}


def test_tables_with_the_same_call_are_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(two_pages, ACCOUNTS, NAMES, monkeypatch=monkeypatch)
    assert len(rows(found, NAMES)) == 3
    assert [operation for operation, _ in found.identity["asked"]] == ["ListAccounts", "ListAccounts"]
    assert len(readings((ACCOUNTS, NAMES, POLICY))) == 2


def test_page_two_denied_keeps_page_one_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def script(operation: str, params: Mapping[str, Any]) -> tuple[int, Any]:
        return error("AccessDeniedException") if "NextToken" in params else two_pages(operation, params)

    listed = rows(read(script, ACCOUNTS, monkeypatch=monkeypatch), ACCOUNTS)
    assert list(listed["outcome"]) == ["OK", "OK", "DENIED"]
    assert listed["gap"].iloc[2] == (
        "organizations:ListAccounts AccessDeniedException (account 111111111111, region us-east-1)"
    )


def test_one_row_of_many_pages_has_the_lists_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whom a document is shared with comes in pages; a stranger on the second must not be lost."""
    shares = Table("shares", "", Scope.ACCOUNT, LIST, (Column("ids", "Accounts[].Id", "json"),))
    found = rows(read(two_pages, shares, monkeypatch=monkeypatch), shares)
    assert json.loads(found["ids"].iloc[0]) == ["000000000001", "000000000002", "000000000003"]


def test_one_row_whose_second_page_is_refused_is_not_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def script(operation: str, params: Mapping[str, Any]) -> tuple[int, Any]:
        return error("AccessDeniedException") if "NextToken" in params else two_pages(operation, params)

    shares = Table("shares", "", Scope.ACCOUNT, LIST, (Column("ids", "Accounts[].Id", "json"),))
    found = rows(read(script, shares, monkeypatch=monkeypatch), shares)
    assert list(found["outcome"]) == ["DENIED"] and found["ids"].isna().all()


def test_every_list_that_aws_pages_is_paged() -> None:
    """An operation whose answer has a token must have a parameter for it, found by botocore or by the names here."""
    unpaged = set()
    for call in {repr(call): call for table in registry().values() for call in table.calls}.values():
        model = core_session().get_service_model(call.service)
        operation = model.operation_model(api_name(call))
        outputs = operation.output_shape.members if operation.output_shape else {}
        nested = {n for s in outputs.values() if s.type_name == "structure" for n in s.members}
        tokens = {n for n in {*outputs, *nested} if MORE.fullmatch(n)}
        if tokens and not paging(call.service, api_name(call), operation)[1]:
            unpaged.add(f"{call.service}:{api_name(call)}")
    assert unpaged == {"wellarchitected:GetLensReview"}  # its NextToken has no parameter that takes it
    vpc_origins = core_session().get_service_model("cloudfront").operation_model("ListVpcOrigins")
    assert paging("cloudfront", "ListVpcOrigins", vpc_origins)[1] == ("VpcOriginList.NextMarker",)


@pytest.mark.parametrize("tokens", [["a", "a"], ["a", "b", "a"]], ids=["repeats", "cycles"])
def test_a_token_that_comes_again_stops_and_marks_the_table(tokens: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    sent = iter([*tokens, *tokens, *tokens])

    def script(operation: str, params: Mapping[str, Any]) -> tuple[int, Any]:
        return 200, {"Accounts": [account(1)], "NextToken": next(sent)}

    listed = rows(read(script, ACCOUNTS, monkeypatch=monkeypatch), ACCOUNTS)
    assert listed["outcome"].iloc[-1] == "FAILED"
    assert "RepeatedToken" in listed["gap"].iloc[-1]
    assert len(listed) == len(tokens) + 1


def test_a_denied_parent_is_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(lambda o, p: error("AccessDeniedException"), ACCOUNTS, TAGS, monkeypatch=monkeypatch)
    tags = rows(found, TAGS)
    assert list(tags["outcome"]) == ["DENIED"]
    assert "ListAccounts" in tags["gap"].iloc[0]


def test_one_denied_child_of_three(monkeypatch: pytest.MonkeyPatch) -> None:
    def script(operation: str, params: Mapping[str, Any]) -> tuple[int, Any]:
        return (
            error("AccessDeniedException") if params.get("ResourceId") == f"{2:012}" else two_pages(operation, params)
        )

    tags = rows(read(script, ACCOUNTS, TAGS, monkeypatch=monkeypatch), TAGS).set_index("resource_id")
    assert tags["outcome"].to_dict() == {f"{1:012}": "OK", f"{2:012}": "DENIED", f"{3:012}": "OK"}
    assert f"resource {2:012}" in tags.loc[f"{2:012}", "gap"]


def test_absent_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(lambda o, p: error("ResourcePolicyNotFoundException"), POLICY, monkeypatch=monkeypatch)
    policy = rows(found, POLICY)
    assert list(policy["outcome"]) == ["ABSENT"]
    assert policy["content"].isna().all()
    assert policy["gap"].isna().all()


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (error("AccessDeniedException"), "DENIED"),
        (error("SomethingNew", 403), "DENIED"),
        (error("SomethingNew"), "FAILED"),
        ((200, b"<html>proxy says hello</html>"), "FAILED"),
        ((200, b'{"Accounts": [{"Id"'), "FAILED"),
        ((200, b"[]"), "FAILED"),
    ],
    ids=["denied", "unknown 403", "unknown code", "html", "half an answer", "wrong shape"],
)
def test_every_other_ending_is_a_gap(answer: tuple[int, Any], outcome: str, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = rows(read(lambda o, p: answer, ACCOUNTS, monkeypatch=monkeypatch), ACCOUNTS)
    assert list(listed["outcome"]) == [outcome]


@pytest.mark.parametrize("body", [b"", b"{}", b'{"message": "hello"}', b'{"ResourcePolicy": {}}', b"<HTML>proxy"])
def test_an_answer_without_content_is_no_answer(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = rows(read(lambda o, p: (200, body), POLICY, monkeypatch=monkeypatch), POLICY)
    assert list(policy["outcome"]) == ["FAILED"]
    assert policy["gap"].iloc[0].startswith("organizations:DescribeResourcePolicy ")


def test_where_the_call_says_so_an_answer_without_content_means_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    unset = replace(POLICY, call=replace(POLICY.call, absent={EMPTY}))
    assert list(rows(read(lambda o, p: (200, {}), unset, monkeypatch=monkeypatch), unset)["outcome"]) == ["ABSENT"]


def test_an_empty_body_is_no_empty_list(monkeypatch: pytest.MonkeyPatch, tried_once: None) -> None:
    assert list(rows(read(lambda o, p: (200, b""), ACCOUNTS, monkeypatch=monkeypatch), ACCOUNTS)["outcome"]) == [
        "FAILED"
    ]
    assert rows(read(lambda o, p: (200, b"{}"), ACCOUNTS, monkeypatch=monkeypatch), ACCOUNTS).empty


@pytest.mark.parametrize(
    ("kind", "value"),
    [("int", "many"), ("int", 10**30), ("bool", "perhaps"), ("timestamp", {}), ("timestamp", 1e300), ("float", [])],
)
def test_a_value_of_the_wrong_type_is_not_a_null(kind: str, value: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = replace(ACCOUNTS, columns=(Column("id", "Id"), Column("name", "Name"), Column("odd", "Email", kind)))

    def script(operation: str, params: Mapping[str, Any]) -> tuple[int, Any]:
        return 200, {"Accounts": [{**account(1), "Email": value}, account(2)]}

    listed = rows(read(script, odd, monkeypatch=monkeypatch), odd)
    assert list(listed["outcome"]) == ["FAILED", "OK"]
    assert list(listed["resource_id"]) == ["000000000001", "000000000002"]
    assert listed["gap"].iloc[0] == (
        "organizations:ListAccounts MalformedValue (account 111111111111, region us-east-1): odd"
    )


def test_a_read_function_that_meets_the_unexpected_leaves_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    def reader(ask: Any, place: Any) -> Any:
        yield {"id": "before"}
        yield {"id": ask(LIST).page["Moons"]}

    found = read(two_pages, replace(ACCOUNTS, read=reader), TAGS, monkeypatch=monkeypatch)
    listed = rows(found, ACCOUNTS)
    assert list(listed["outcome"]) == ["OK", "FAILED"]
    assert listed["gap"].iloc[1] == (
        "organizations:ListAccounts MalformedKeyError (account 111111111111, region us-east-1)"
    )
    assert list(rows(found, TAGS)["outcome"]) == ["FAILED"] or set(rows(found, TAGS)["outcome"]) == {"OK", "FAILED"}


def test_a_way_in_that_answers_nonsense_is_a_gap_of_that_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.aws.scripted.IDENTITY", "<html>please log in")
    listed = rows(read(two_pages, ACCOUNTS, expected="111111111111", monkeypatch=monkeypatch), ACCOUNTS)
    assert list(listed["outcome"]) == ["DENIED"]
    assert "sts:GetCallerIdentity Malformed (account 111111111111" in listed["gap"].iloc[0]
    with pytest.raises(Stop, match="cannot use these AWS credentials"):
        read(two_pages, ACCOUNTS, monkeypatch=monkeypatch)


@pytest.mark.parametrize("page", ["<html>please log in</html>", "<!DOCTYPE html>\n<html><body>hi", "  <HTML><head>"])
def test_a_captive_portal_is_one_clear_line(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.aws.scripted.IDENTITY", page)
    with pytest.raises(Stop) as stopped:
        read(two_pages, ACCOUNTS, monkeypatch=monkeypatch)
    text = str(stopped.value)
    assert "a web page came in place of an answer of AWS" in text and "captive portal" in text
    assert "KeyError" not in text and "<" not in text and "\n" not in text


def test_a_web_page_is_told_and_not_quoted(monkeypatch: pytest.MonkeyPatch, tried_once: None) -> None:
    for status in (200, 403, 502):
        found = read(lambda o, p, s=status: (s, b"<html><b>proxy</b>"), ACCOUNTS, monkeypatch=monkeypatch)  # type: ignore[misc]
        told = pd.DataFrame(found.coverage).query("service == 'organizations'").iloc[-1]
        assert told["outcome"] != "OK" and "<" not in told["message"], status


@pytest.mark.parametrize("date", ["yesterday", "Tue, 01 Jan 2030 00:00:00 -0000", ""])
def test_a_date_nobody_can_read_is_no_fault(date: str) -> None:
    moment = _moment(date)
    assert moment is None or moment.tzinfo is not None


def test_throttled_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = iter(range(100))

    def script(operation: str, params: Mapping[str, Any]) -> tuple[int, Any]:
        return error("ThrottlingException") if next(asked) < 2 else two_pages(operation, params)

    assert list(rows(read(script, ACCOUNTS, monkeypatch=monkeypatch), ACCOUNTS)["outcome"]) == ["OK"] * 3


def test_an_operation_that_boto3_does_not_know_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    new = Table("new", "", Scope.ACCOUNT, Call("organizations", "list_moons"), (Column("id"),), items="Moons[]")
    gone = Table("gone", "", Scope.ACCOUNT, Call("moonbase", "list_moons"), (Column("id"),), items="Moons[]")
    found = read(two_pages, new, gone, monkeypatch=monkeypatch)
    assert list(rows(found, new)["outcome"]) == ["FAILED"]
    assert list(rows(found, gone)["outcome"]) == ["FAILED"]
    assert "UnknownOperation" in rows(found, new)["gap"].iloc[0]


def test_the_wrong_account_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(two_pages, ACCOUNTS, expected="222222222222", monkeypatch=monkeypatch)
    assert found.identity["asked"] == []
    listed = rows(found, ACCOUNTS)
    assert list(listed["outcome"]) == ["DENIED"]
    assert "WrongAccount" in listed["gap"].iloc[0]
    assert list(listed["account_id"]) == ["222222222222"]


def test_expired_static_keys_stop_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Stop, match="credentials expired") as stopped:
        read(lambda o, p: error("ExpiredTokenException"), ACCOUNTS, monkeypatch=monkeypatch)
    assert stopped.value.exit_code == 3


def test_an_undeclared_operation_never_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    with endpoint(two_pages) as at:
        monkeypatch.setenv("AWS_ENDPOINT_URL", at.url)
        client = guarded(boto3.client("organizations", region_name="us-east-1"), allowed([ACCOUNTS]))
        assert client.list_accounts()["Accounts"]
        with pytest.raises(OrienteerError, match="refused to call organizations:LeaveOrganization"):
            client.leave_organization()
        assert {operation for operation, _ in at.asked} == {"ListAccounts"}


def test_a_killed_collection_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    whole = read(two_pages, ACCOUNTS, TAGS, expected="111111111111", monkeypatch=monkeypatch, folder=tmp_path)
    journal = tmp_path / "111111111111.jsonl"
    lines = journal.read_text().splitlines()
    killed = "\n".join(lines[:-2]) + "\n" + lines[-2][: len(lines[-2]) // 2]  # in the middle of the last reply
    journal.write_text(killed)
    again = read(two_pages, ACCOUNTS, TAGS, expected="111111111111", monkeypatch=monkeypatch, folder=tmp_path)
    assert dict(again.rows) == dict(whole.rows)
    assert len(again.identity["asked"]) == 1  # only the call whose line was cut short
    assert journal.stat().st_mode & 0o777 == 0o600


def test_credentials_that_can_be_renewed_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """A session made by AssumeRole starts over when a token expires early."""
    account = Account(Entry("111111111111", role_arn="arn:aws:iam::111111111111:role/audit"), {})
    first = account.session
    account.renew(account.generation)
    account.renew(0)  # another thread that saw the same failure
    assert account.session is not first
    assert account.generation == 1


def test_clients_lack_the_methods_that_nothing_declares() -> None:
    """Of a session of ours; the caller's own session keeps all of them."""
    account = Account(Entry(profile=""), {"ec2": frozenset({"describe_vpcs"})})
    made = account.client("ec2", "us-east-1")
    assert hasattr(made, "describe_vpcs")
    assert not hasattr(made, "terminate_instances")
    given = boto3.Session(region_name="us-east-1")
    assert hasattr(Account(Entry(), {}, base=given).client("ec2", "us-east-1"), "terminate_instances")
    assert hasattr(given.client("ec2"), "terminate_instances")


def test_a_token_that_serves_one_call_only_serves_every_thread_in_the_end() -> None:
    account = Account(Entry("111111111111", role_arn="arn:aws:iam::111111111111:role/audit"), {})
    served: set[int] = set()
    lock = threading.Lock()

    def asking() -> Answer:
        with lock:
            spent = account.generation in served
            served.add(account.generation)
        return Answer(LIST, Outcome.FAILED, error_code="ExpiredTokenException") if spent else Answer(LIST, Outcome.OK)

    with ThreadPoolExecutor(16) as pool:
        given = list(pool.map(lambda _: _renewing(account, asking).outcome, range(80)))
    assert given == [Outcome.OK] * 80


def test_a_closed_client_is_gone_at_once() -> None:
    """It takes megabytes, and the collector of garbage comes rarely."""
    account = Account(Entry(profile=""), {"ec2": frozenset({"describe_vpcs"})})
    here = weakref.ref(account.client("ec2", "us-east-1"))
    gc.disable()
    try:
        assert account.close() == 1
        assert here() is None
    finally:
        gc.enable()


def test_clients_go_as_soon_as_nothing_waits_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """And are made once, though children of their tables come later."""
    made: list[tuple[str, str]] = []
    left: list[int] = []
    client, close = Account.client, Account.close

    def counted(self: Account, service: str, region: str) -> Any:
        if (service, region) not in self._clients:
            made.append((service, region))
        return client(self, service, region)

    monkeypatch.setattr(Account, "client", counted)
    monkeypatch.setattr(Account, "close", lambda self: left.append(len(self._clients)) or close(self))
    found = read(two_pages, ACCOUNTS, TAGS, monkeypatch=monkeypatch)
    assert set(rows(found, TAGS)["outcome"]) == {"OK"}
    assert sorted(made) == [("organizations", "us-east-1"), ("sts", "us-east-1")]
    assert left == [1]  # of sts, on which no reading waits


class _NoSuchHost:
    """The name of every endpoint but STS's does not exist, or (`code`) cannot be looked up at all."""

    def __init__(self, code: int) -> None:
        self.code = code

    def __call__(self, host: str, *arguments: Any, **more: Any) -> Any:
        if host == "127.0.0.1":
            return KNOWN(host, *arguments, **more)
        raise socket.gaierror(self.code, "no")


KNOWN = socket.getaddrinfo


@pytest.mark.parametrize(
    ("service", "operation", "code", "outcome", "told"),
    [
        ("dsql", "list_clusters", socket.EAI_NONAME, "ABSENT", NOT_OFFERED),
        ("dsql", "list_clusters", socket.EAI_AGAIN, "UNAVAILABLE", "EndpointConnectionError"),
        ("ram", "list_permissions", socket.EAI_NONAME, "UNAVAILABLE", "EndpointConnectionError"),
    ],
)
def test_a_name_that_does_not_exist_is_a_service_not_offered_there_where_nobody_lists_its_regions(
    service: str, operation: str, code: int, outcome: str, told: str, monkeypatch: pytest.MonkeyPatch, tried_once: None
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _NoSuchHost(code))
    table = Table("things", "", Scope.ACCOUNT, Call(service, operation), (Column("name"),), items="things[]")
    with endpoint(two_pages) as at:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", at.url)
        found: list[Collected] = []
        base = boto3.Session("a", "b", region_name="us-east-1")
        collect(Job((Entry(""),), (table,), allowed((table,)), (), 4), found.append, base=base)
    (asked,) = [c for c in found[0].coverage if c["service"] == service]
    assert (asked["outcome"], asked["error_code"]) == (outcome, told)


def test_a_region_without_a_service_says_so_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def script(operation: str, params: Mapping[str, Any]) -> tuple[int, Any]:
        return 200, {"ComprehendMedicalAsyncJobPropertiesList": []}

    call = Call("comprehendmedical", "list_entities_detection_v2_jobs")
    other = Call("comprehendmedical", "list_phi_detection_jobs")
    tables = [Table(f"jobs_{n}", "", Scope.REGION, one, (Column("name", "JobName"),), items="x[]")
              for n, one in enumerate((call, other))]  # fmt: skip
    found: list[Collected] = []
    with endpoint(script) as at:
        monkeypatch.setenv("AWS_ENDPOINT_URL", at.url)
        base = boto3.Session("a", "b", region_name="us-east-1")
        collect(Job((Entry(""),), tuple(tables), allowed(tuple(tables)), ("us-east-1", "eu-north-1"), 4), found.append,
                base=base)  # fmt: skip
    told = [(c["region"], c["outcome"], c["error_code"]) for c in found[0].coverage if c["error_code"] == NOT_OFFERED]
    assert told == [("eu-north-1", "ABSENT", NOT_OFFERED)]
    assert all(len(rows(found[0], table)) == 0 for table in tables)
