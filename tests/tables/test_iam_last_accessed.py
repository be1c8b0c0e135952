"""Reports on services last accessed: started, waited for, paged; whatever did not come is a gap, never "not used"."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from orienteer.aws.rows import custom_rows
from orienteer.model import Answer, Call, Outcome, Place, Table
from orienteer.tables import iam_last_accessed as read
from orienteer.tables.iam_last_accessed import (
    ACCOUNTS_LAST_ACCESSED,
    AT_ONCE,
    OTHERS_LAST_ACCESSED,
    SERVICE_LAST_ACCESSED,
    WAITS,
)

ACCOUNT = "111122223333"
PLACE = Place(ACCOUNT, "us-east-1")
AT = datetime(2026, 6, 27, tzinfo=UTC)
DONE = {"JobStatus": "COMPLETED", "JobCreationDate": AT, "JobCompletionDate": AT}
BUSY = {"JobStatus": "IN_PROGRESS", "JobCreationDate": AT, "ServicesLastAccessed": []}
S3 = {"ServiceName": "S3", "ServiceNamespace": "s3", "LastAuthenticated": AT, "LastAuthenticatedRegion": "eu-west-1"}
EC2 = {"ServiceName": "EC2", "ServiceNamespace": "ec2"}


def arn(name: str, kind: str = "role") -> str:
    return f"arn:aws:iam::{ACCOUNT}:{kind}/{name}"


def allowing(*actions: str) -> dict[str, Any]:
    return {"Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]}


def role(name: str, *actions: str, used: bool = True, **more: Any) -> dict[str, Any]:
    last = {"RoleLastUsed": {"LastUsedDate": AT} if used else {}}
    inline = [{"PolicyName": "own", "PolicyDocument": allowing(*actions)}] if actions else []
    return {"RoleName": name, "Arn": arn(name), "Path": "/", "RolePolicyList": inline, **last, **more}


def user(name: str, *actions: str, **more: Any) -> dict[str, Any]:
    inline = [{"PolicyName": "own", "PolicyDocument": allowing(*actions)}] if actions else []
    return {"UserName": name, "Arn": arn(name, "user"), "UserPolicyList": inline, **more}


class Aws:
    """Stands in for AWS: details as given, and for each job what `answers` says; a text is an error code."""

    def __init__(
        self, *roles: Any, users: Any = (), groups: Any = (), policies: Any = (), **answers: list[Any]
    ) -> None:
        self.details = {
            "UserDetailList": list(users), "RoleDetailList": list(roles), "GroupDetailList": list(groups),
            "Policies": list(policies),
        }  # fmt: skip
        self.fixed: dict[str, Any] = {
            "get_account_authorization_details": self.details,
            "list_policies": {"Policies": []},
            "describe_organization": {"Organization": {"Id": "o-1234567890", "MasterAccountId": ACCOUNT}},
        }
        self.answers = answers
        self.asked: list[tuple[str, str]] = []
        self.slept: list[float] = []

    def __call__(self, call: Call, /, resource: str = "", **params: Any) -> Answer:
        self.asked.append((call.operation, resource))
        given = self.fixed.get(call.operation)
        if call.operation.startswith("generate_"):
            name = resource.rpartition("/")[2]
            given = self.next(f"start_{name}", {"JobId": f"job-{name}"})
        elif call.operation in ("get_service_last_accessed_details", "get_organizations_access_report"):
            given = self.next(str(params["JobId"]).removeprefix("job-"), DONE)
        if isinstance(given, str):
            outcome = Outcome.ABSENT if given in call.absent else REFUSALS.get(given, Outcome.FAILED)
            return Answer(call, outcome, (), given, "", ACCOUNT, "us-east-1", resource)
        pages = given if isinstance(given, tuple) else (given,)
        return Answer(call, Outcome.OK, pages, "", "", ACCOUNT, "us-east-1", resource)

    def next(self, name: str, default: Any) -> Any:
        queue = self.answers.get(name, [default])
        return queue.pop(0) if len(queue) > 1 else queue[0]

    def rows(self, table: Table, reading: Callable[..., Any]) -> dict[str, dict[str, Any]]:
        """The rows by resource_id, "" for one without."""
        made = custom_rows(table, reading(self, PLACE, self.slept.append), PLACE)
        found = [dict(zip(table.schema, row, strict=True)) for row in made]
        assert len({row["resource_id"] for row in found}) == len(found)
        return {str(row["resource_id"] or "").rpartition("/")[2]: row for row in found}

    def powerful(self) -> dict[str, dict[str, Any]]:
        return self.rows(SERVICE_LAST_ACCESSED, read.read_powerful)

    def others(self) -> dict[str, dict[str, Any]]:
        return self.rows(OTHERS_LAST_ACCESSED, read.read_others)

    def accounts(self) -> dict[str, dict[str, Any]]:
        return self.rows(ACCOUNTS_LAST_ACCESSED, read.read_accounts_accessed)


REFUSALS = {"AccessDenied": Outcome.DENIED, "Throttling": Outcome.UNAVAILABLE}


# --- who is asked about


def test_who_may_become_administrator_is_asked_about_first_and_the_others_apart() -> None:
    managed = arn("all", "policy")
    held = {"AttachedManagedPolicies": [{"PolicyName": "all", "PolicyArn": managed}]}
    document = {
        "PolicyVersionList": [{"IsDefaultVersion": False}, {"IsDefaultVersion": True, "Document": allowing("*")}]
    }
    aws = Aws(
        role("boss", "*"),
        role("climbs", "iam:PassRole", "lambda:CreateFunction"),
        role("passes", "iam:PassRole"),
        role("held", **held),
        role("reads", "s3:GetObject"),
        role("idle", "*", used=False),
        role("aws", "*", Path="/aws-service-role/x.amazonaws.com/"),
        users=[user("member", GroupList=["admins"]), user("nobody")],
        groups=[{"GroupName": "admins", **held}],
        policies=[{"Arn": managed, **document}],
    )
    assert set(aws.powerful()) == {"boss", "climbs", "held", "member"}
    assert set(aws.others()) == {"passes", "reads", "nobody"}


def test_policies_of_aws_are_read_and_count_as_powerful_where_they_cannot_be() -> None:
    def holding(name: str) -> dict[str, Any]:
        policy = f"arn:aws:iam::aws:policy/{name}"
        return role(name, AttachedManagedPolicies=[{"PolicyName": name, "PolicyArn": policy}])

    aws = Aws(holding("Admin"), holding("Lost"))
    listed = [{"PolicyName": "Admin", "Arn": "arn:aws:iam::aws:policy/Admin", "DefaultVersionId": "v1"}]
    aws.fixed |= {"list_policies": {"Policies": listed}}
    aws.fixed |= {"get_policy_version": {"PolicyVersion": {"Document": allowing("s3:GetObject")}}}
    assert set(aws.powerful()) == {"Lost"} and set(aws.others()) == {"Admin"}


# --- jobs


def test_services_of_all_pages_with_last_use_and_region() -> None:
    pages = ({**DONE, "ServicesLastAccessed": [S3]}, {**DONE, "ServicesLastAccessed": [EC2]})
    row = Aws(role("boss", "*"), boss=[pages]).powerful()["boss"]
    assert row["outcome"] == "OK" and row["resource_arn"] == arn("boss")
    assert json.loads(row["allowed"]) == ["ec2", "s3"]
    assert json.loads(row["used"]) == [{"service": "s3", "last_used_at": AT.isoformat(), "region": "eu-west-1"}]


def test_a_job_is_looked_at_until_it_is_done() -> None:
    aws = Aws(role("slow", "*"), role("quick", "*"), slow=[BUSY, BUSY, BUSY, {**DONE, "ServicesLastAccessed": [S3]}])
    assert {name: row["outcome"] for name, row in aws.powerful().items()} == {"slow": "OK", "quick": "OK"}
    looks = [resource.rpartition("/")[2] for operation, resource in aws.asked if operation.startswith("get_service")]
    assert looks.count("slow") == 4 and looks.count("quick") == 1 and aws.slept


def test_a_job_that_is_never_done_is_a_gap_and_costs_no_other() -> None:
    aws = Aws(role("stuck", "*"), role("quick", "*"), stuck=[BUSY])
    found = aws.powerful()
    assert found["stuck"]["outcome"] == "UNAVAILABLE" and found["quick"]["outcome"] == "OK"
    assert f"iam:GetServiceLastAccessedDetails JobInProgress (account {ACCOUNT}" in found["stuck"]["gap"]
    assert found["stuck"]["used"] is None and sum(WAITS) <= sum(aws.slept) <= sum(WAITS) + 1


@pytest.mark.parametrize(
    "answers, outcome, words",
    [
        ({"boss": [{**DONE, "JobStatus": "FAILED", "Error": {"Code": "Boom", "Message": "x"}}]}, "FAILED", "Boom"),
        ({"boss": [{**DONE, "JobStatus": "FAILED"}]}, "FAILED", "JobFailed"),
        ({"boss": [{**DONE, "JobStatus": "ODD"}]}, "FAILED", "JobOdd"),
        ({"boss": ["NoSuchEntity"]}, "FAILED", "iam:GetServiceLastAccessedDetails NoSuchEntity"),
        ({"boss": ["Throttling"]}, "UNAVAILABLE", "iam:GetServiceLastAccessedDetails Throttling"),
        ({"start_boss": ["Throttling"]}, "UNAVAILABLE", "iam:GenerateServiceLastAccessedDetails Throttling"),
        ({"start_boss": [{}]}, "FAILED", "NoJobId"),
    ],
)
def test_what_did_not_come_is_a_gap(answers: Mapping[str, list[Any]], outcome: str, words: str) -> None:
    row = Aws(role("boss", "*"), **answers).powerful()["boss"]
    assert (row["outcome"], row["used"], row["allowed"]) == (outcome, None, None)
    assert words in row["gap"] and ACCOUNT in row["gap"]


def test_a_role_deleted_since_it_was_listed_is_absent() -> None:
    found = Aws(role("gone", "*"), role("boss", "*"), start_gone=["NoSuchEntity"]).powerful()
    assert {n: (r["outcome"], r["gap"], r["completed_at"] is None) for n, r in found.items()} == {
        "gone": ("ABSENT", None, True), "boss": ("OK", None, False),
    }  # fmt: skip


def test_a_refusal_is_one_gap_for_the_account_and_nobody_else_is_asked_about() -> None:
    aws = Aws(role("a", "*"), role("b", "*"), start_a=["AccessDenied"])
    (row,) = aws.powerful().values()
    assert row["outcome"] == "DENIED" and row["resource_id"] is None
    assert [operation for operation, _ in aws.asked if "last_accessed" in operation] == [
        "generate_service_last_accessed_details"
    ]


def test_users_and_roles_that_were_not_listed_are_a_gap() -> None:
    aws = Aws()
    aws.fixed["get_account_authorization_details"] = "AccessDenied"
    (row,) = aws.powerful().values()
    assert row["outcome"] == "DENIED" and "iam:GetAccountAuthorizationDetails AccessDenied" in row["gap"]


def test_so_many_jobs_run_at_a_time() -> None:
    aws = Aws(*(role(f"r{n}", "*") for n in range(2 * AT_ONCE + 5)))
    assert len(aws.powerful()) == 2 * AT_ONCE + 5
    running = most = 0
    for operation, _ in aws.asked:
        running += operation.startswith("generate_service") - operation.startswith("get_service")
        most = max(most, running)
    assert most == AT_ONCE


# --- accounts


def organized(*accounts: str, **answers: list[Any]) -> Aws:
    aws = Aws(**answers)
    listed = [{"Id": one, "Arn": f"arn:{one}", "Name": one, "Status": "ACTIVE"} for one in accounts]
    aws.fixed |= {
        "list_accounts": {"Accounts": listed},
        "list_roots": {"Roots": [{"Id": "r-1", "Name": "Root", "Arn": "arn:r"}]},
        "list_organizational_units_for_parent": {"OrganizationalUnits": []},
        "list_accounts_for_parent": {"Accounts": listed},
    }
    return aws


def test_each_account_has_the_services_that_were_called_in_it() -> None:
    told = {"ServiceName": "S3", "ServiceNamespace": "s3", "LastAuthenticatedTime": AT, "Region": "us-west-2"}
    never = {"ServiceName": "EC2", "ServiceNamespace": "ec2"}
    found = organized("a", "b", a=[{**DONE, "AccessDetails": [told, never]}]).accounts()
    assert json.loads(found["a"]["used"]) == [{"service": "s3", "last_used_at": AT.isoformat(), "region": "us-west-2"}]
    assert json.loads(found["a"]["allowed"]) == ["ec2", "s3"] and found["a"]["account_id"] == "a"
    assert json.loads(found["b"]["used"]) == []


def test_where_too_many_reports_are_being_made_it_is_asked_again() -> None:
    aws = organized(
        "a", "b", start_b=["ReportGenerationLimitExceeded", "ReportGenerationLimitExceeded", {"JobId": "job-b"}]
    )
    assert {row["outcome"] for row in aws.accounts().values()} == {"OK"}
    full = organized("a", start_a=["ReportGenerationLimitExceeded"])
    assert full.accounts()["a"]["gap"].startswith("iam:GenerateOrganizationsAccessReport ReportGenerationLimitExceeded")


def test_an_account_that_may_not_ask_is_told_so_once() -> None:
    (row,) = organized("a", "b", start_a=["AccessDenied"]).accounts().values()
    assert row["outcome"] == "DENIED" and "iam:GenerateOrganizationsAccessReport AccessDenied" in row["gap"]


def test_an_account_whose_place_in_the_tree_was_not_read_is_a_gap() -> None:
    aws = organized("a")
    aws.fixed["list_accounts_for_parent"] = "AccessDenied"
    found = aws.accounts()
    assert {row["outcome"] for row in found.values()} == {"DENIED"}
    assert any("organizations:ListAccountsForParent" in row["gap"] for row in found.values())


def test_without_an_organization_nothing_is_asked() -> None:
    aws = Aws()
    aws.fixed["describe_organization"] = "AWSOrganizationsNotInUseException"
    assert aws.accounts() == {}
