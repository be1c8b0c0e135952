"""Tables about the organization, each with one answer of a moto server, and the tree where it cannot be read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import boto3
import pandas as pd
import pytest
from moto import mock_aws

from orienteer.aws.rows import custom_rows, rows_of
from orienteer.frames import frame
from orienteer.model import Answer, Call, Outcome, Place
from orienteer.tables import registry
from orienteer.tables.account import ACCOUNT_ALTERNATE_CONTACTS
from orienteer.tables.organization_tree import ORGANIZATION_ACCOUNTS, ORGANIZATIONAL_UNITS
from tests.support import collect_one

DENY = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"},
}


@pytest.fixture
def org(aws: boto3.Session) -> dict[str, str]:
    """A small organization; ids of what is in it, by name."""
    client = aws.client("organizations")
    found = {"org": client.create_organization(FeatureSet="ALL")["Organization"]["Id"]}
    root = client.list_roots()["Roots"][0]["Id"]
    work = client.create_organizational_unit(ParentId=root, Name="Workloads")["OrganizationalUnit"]["Id"]
    prod = client.create_organizational_unit(ParentId=work, Name="Prod")["OrganizationalUnit"]["Id"]
    member = client.create_account(AccountName="shop", Email="shop@demo.example")["CreateAccountStatus"]["AccountId"]
    client.move_account(AccountId=member, SourceParentId=root, DestinationParentId=prod)
    client.tag_resource(ResourceId=member, Tags=[{"Key": "environment", "Value": "prod"}])
    client.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    policy = client.create_policy(Name="stay", Description="", Type="SERVICE_CONTROL_POLICY", Content=json.dumps(DENY))
    stay = policy["Policy"]["PolicySummary"]["Id"]
    client.attach_policy(PolicyId=stay, TargetId=work)
    client.enable_aws_service_access(ServicePrincipal="guardduty.amazonaws.com")
    client.register_delegated_administrator(AccountId=member, ServicePrincipal="guardduty.amazonaws.com")
    return found | {"root": root, "work": work, "prod": prod, "member": member, "stay": stay}


def test_organization(aws: boto3.Session, org: dict[str, str]) -> None:
    row = collect_one(aws, "organization").iloc[0]
    assert row["resource_id"] == org["org"] and row["feature_set"] == "ALL"
    assert row["account_id"] == row["management_account_id"] == "123456789012" and row["region"] == "global"
    own = collect_one(aws, "account_organization").iloc[0]
    assert own["organization_id"] == org["org"] and own["resource_id"] == "123456789012"


def test_an_account_that_stands_alone_is_absent_not_unread(aws: boto3.Session) -> None:
    assert list(collect_one(aws, "organization")["outcome"]) == ["ABSENT"]
    for name in ("organizational_units", "organization_accounts", "organization_account_list", "organization_policies"):
        assert collect_one(aws, name).empty, name


def test_tree(aws: boto3.Session, org: dict[str, str]) -> None:
    units = collect_one(aws, "organizational_units").set_index("id")
    assert units.loc[org["prod"], "ou_path"] == "Root/Workloads/Prod" and units.loc[org["prod"], "depth"] == 2
    assert json.loads(units.loc[org["prod"], "ou_ids"]) == [org["root"], org["work"], org["prod"]]
    assert pd.isna(units.loc[org["root"], "parent_id"]) and units.loc[org["work"], "parent_id"] == org["root"]
    accounts = collect_one(aws, "organization_accounts").set_index("id")
    assert accounts.loc[org["member"], ["name", "state", "ou_path", "parent_id"]].to_list() == [
        "shop", "ACTIVE", "Root/Workloads/Prod", org["prod"]]  # fmt: skip
    assert accounts.loc["123456789012", "ou_path"] == "Root"
    assert list(accounts["account_id"]) == list(accounts.index)
    assert list(collect_one(aws, "organization_account_list")["id"].sort_values()) == list(accounts.index)


def test_tags(aws: boto3.Session, org: dict[str, str]) -> None:
    tags = collect_one(aws, "organization_account_tags").set_index("account_id")
    assert tags.loc[org["member"], ["key", "value"]].to_list() == ["environment", "prod"]
    assert tags.loc["123456789012", "outcome"] == "ABSENT"


def test_policies(aws: boto3.Session, org: dict[str, str]) -> None:
    policies = collect_one(aws, "organization_policies").set_index("id")
    assert policies["type"].unique().tolist() == ["SERVICE_CONTROL_POLICY"]
    assert policies["aws_managed"].to_dict() == {"p-FullAWSAccess": True, org["stay"]: False}
    text = collect_one(aws, "organization_policy_documents").set_index("id")["content"]
    assert json.loads(text[org["stay"]]) == DENY
    targets = collect_one(aws, "organization_policy_targets")
    assert targets.loc[targets["id"] == org["stay"], "target_id"].to_list() == [org["work"]]
    full = targets[targets["id"] == "p-FullAWSAccess"]
    assert set(full["target_id"]) == {org["root"], org["work"], org["prod"], org["member"], "123456789012"}


def test_delegation(aws: boto3.Session, org: dict[str, str]) -> None:
    assert collect_one(aws, "organization_trusted_services")["service_principal"].to_list() == [
        "guardduty.amazonaws.com"
    ]
    assert collect_one(aws, "organization_delegated_administrators")["account_id"].to_list() == [org["member"]]
    service = collect_one(aws, "organization_delegated_services").iloc[0]
    assert service["account_id"] == org["member"] and service["resource_id"] == "guardduty.amazonaws.com"


def test_contacts(aws: boto3.Session) -> None:
    aws.client("account").put_alternate_contact(
        AlternateContactType="SECURITY", EmailAddress="sec@demo.example", Name="Sec", PhoneNumber="1", Title="Team"
    )
    found = collect_one(aws, "account_alternate_contacts").set_index("resource_id")
    assert found["outcome"].to_list() == ["ABSENT", "ABSENT", "OK"]
    assert found.loc["123456789012/SECURITY", "phone_present"]


def test_each_account_asks_for_its_own_contacts() -> None:
    """AWS refuses an AccountId that is the caller's own, as the management account's would be."""
    asked: list[dict[str, Any]] = []

    def ask(call: Call, /, resource: str = "", **params: Any) -> Answer:
        asked.append(params)
        return Answer(call, Outcome.ABSENT, (), "ResourceNotFoundException", "", "999999999999", "us-east-1", resource)

    rows(ACCOUNT_ALTERNATE_CONTACTS, ask)
    assert asked == [{"AlternateContactType": kind} for kind in ("BILLING", "OPERATIONS", "SECURITY")]


def test_an_answer_without_a_contact_is_no_contact_that_is_not_set() -> None:
    def ask(call: Call, /, resource: str = "", **params: Any) -> Answer:
        return Answer(call, Outcome.OK, ({},), "", "", "999999999999", "us-east-1", resource)

    found = rows(ACCOUNT_ALTERNATE_CONTACTS, ask)
    assert set(found["outcome"]) == {"FAILED"} and len(found) == 3
    assert "account:GetAlternateContact NoAlternateContact" in found["gap"].iloc[0]


def test_account_facts(aws: boto3.Session) -> None:
    summary = collect_one(aws, "iam_account_summary").iloc[0]
    assert summary["account_mfa_enabled"] == 0 and pd.isna(summary["account_password_present"])
    device = aws.client("iam").create_virtual_mfa_device(VirtualMFADeviceName="v")["VirtualMFADevice"]
    aws.client("iam").create_user(UserName="ada")
    serial = device["SerialNumber"]
    aws.client("iam").enable_mfa_device(
        UserName="ada", SerialNumber=serial, AuthenticationCode1="123456", AuthenticationCode2="654321"
    )
    devices = collect_one(aws, "iam_virtual_mfa_devices")
    assert devices["serial_number"].to_list() == [serial] and devices["user_name"].to_list() == ["ada"]


@mock_aws
def test_account_public_access_block() -> None:
    aws = boto3.Session(region_name="us-east-1")  # in process: the client puts the account id before the host name
    both = collect_one(aws, "s3_account_public_access_block", regions=("us-east-1", "eu-west-1"))
    assert list(both["outcome"]) == ["ABSENT"]  # asked of the account once, not of each region
    flags = {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": True,
        "BlockPublicPolicy": True,
        "RestrictPublicBuckets": False,
    }
    aws.client("s3control").put_public_access_block(AccountId="123456789012", PublicAccessBlockConfiguration=flags)
    block = collect_one(aws, "s3_account_public_access_block").iloc[0]
    assert block["block_public_acls"] and not block["restrict_public_buckets"]


def test_credential_report(aws: boto3.Session) -> None:
    aws.client("iam").create_user(UserName="ada")
    found = collect_one(aws, "iam_credential_report").set_index("resource_id")
    assert found["outcome"].to_dict() == {"ada": "OK", "<root_account>": "FAILED"}  # moto reports no root user
    assert found.loc["ada", "password_enabled"] == False  # noqa: E712  # a nullable boolean


def test_regions_and_defaults(aws: boto3.Session) -> None:
    regions = collect_one(aws, "ec2_regions").set_index("region_name")
    assert regions.loc["eu-central-1", "enabled"] and regions.loc["us-east-1", "opt_in_status"] == "opt-in-not-required"
    assert not regions.loc[regions["opt_in_status"] == "not-opted-in", "enabled"].any()
    aws.client("ec2").enable_ebs_encryption_by_default()
    row = collect_one(aws, "ec2_ebs_encryption_by_default").iloc[0]
    assert row["encryption_by_default"] and row["region"] == row["resource_id"] == "us-east-1"


# --- a tree that can be read in part


UNITS = {"r-1": [{"Id": "ou-a", "Name": "A"}, {"Id": "ou-b", "Name": "B"}], "ou-a": [{"Id": "ou-c", "Name": "C"}]}
MEMBERS = {
    "ou-c": [{"Id": "111111111111", "Name": "c", "Status": "ACTIVE"}],
    "r-1": [{"Id": "999999999999", "State": "ACTIVE"}],
}


def tree(*denied: tuple[str, str]) -> Callable[..., Answer]:
    """An organization that refuses the (operation, parent) pairs of `denied`; parent "" stands for all."""

    def ask(call: Call, /, resource: str = "", **params: Any) -> Answer:
        parent = params.get("ParentId", "")
        place = ("999999999999", "us-east-1", resource)
        if {(call.operation, parent), (call.operation, "")} & set(denied):
            return Answer(call, Outcome.DENIED, (), "AccessDenied", "", *place)
        pages = {
            "list_roots": {"Roots": [{"Id": "r-1", "Name": "Root"}]},
            "list_organizational_units_for_parent": {"OrganizationalUnits": UNITS.get(parent, [])},
            "list_accounts_for_parent": {"Accounts": MEMBERS.get(parent, [])},
            "list_accounts": {"Accounts": [a for found in MEMBERS.values() for a in found]},
        }
        return Answer(call, Outcome.OK, (pages[call.operation],), "", "", *place)

    return ask


HERE = Place("999999999999", "us-east-1")


def rows(table: Any, ask: Callable[..., Answer]) -> pd.DataFrame:
    schema = list(table.schema)
    return frame(table, [dict(zip(schema, r, strict=True)) for r in custom_rows(table, table.read(ask, HERE), HERE)])


def test_an_unreadable_subtree_is_a_gap_that_names_its_unit() -> None:
    found = rows(ORGANIZATIONAL_UNITS, tree(("list_organizational_units_for_parent", "ou-b")))
    assert found.loc[found["outcome"] == "OK", "ou_path"].to_list() == ["Root", "Root/A", "Root/B", "Root/A/C"]
    gap = found[found["outcome"] == "DENIED"].iloc[0]
    assert gap["resource_id"] == "ou-b" and "ListOrganizationalUnitsForParent AccessDenied" in gap["gap"]


@pytest.mark.parametrize("name", ["organization_accounts", "organization_account_list"])
def test_the_state_of_an_account_comes_before_its_older_status(name: str) -> None:
    listed = ({"State": "PENDING_CLOSURE", "Status": "ACTIVE"}, {"Status": "SUSPENDED"}, {})
    page = {"Accounts": [{"Id": f"10000000000{n}", **one} for n, one in enumerate(listed)]}

    def ask(call: Call, /, resource: str = "", **params: Any) -> Answer:
        return Answer(call, Outcome.OK, (page if call.operation == "list_accounts" else {},), "", "", "9" * 12, "x")

    table = registry()[name]
    if table.read:
        found = rows(table, ask)
    else:
        found = frame(table, [dict(zip(table.schema, r, strict=True)) for r in rows_of(table, ask(table.call), HERE)])
    kept = found[found["outcome"] == "OK"]
    assert kept["state"].fillna("none").to_list() == ["PENDING_CLOSURE", "SUSPENDED", "none"]


@pytest.mark.parametrize("operation", ["list_roots", "list_organizational_units_for_parent", "list_accounts_for_parent",
                                       "list_accounts"])  # fmt: skip
def test_accounts_are_still_found_when_one_of_the_calls_is_refused(operation: str) -> None:
    found = rows(ORGANIZATION_ACCOUNTS, tree((operation, "")))
    assert found.loc[found["outcome"] == "OK", "id"].to_list() == ["111111111111", "999999999999"]
    assert (found["outcome"] == "DENIED").any()
    placed = found.loc[found["outcome"] == "OK", "ou_path"].notna().all()
    assert placed == (operation == "list_accounts")


def test_an_account_that_is_listed_and_stands_nowhere_is_a_gap_of_its_own() -> None:
    asked = tree(("", ""))

    def ask(call: Call, /, resource: str = "", **params: Any) -> Answer:
        answer = asked(call, resource=resource, **params)
        return answer if call.operation == "list_accounts" else replace(answer, pages=(cut(answer.pages[0]),))

    def cut(page: Mapping[str, Any]) -> dict[str, Any]:
        return {k: [one for one in v if one.get("Id") != "111111111111"] for k, v in page.items()}

    found = rows(ORGANIZATION_ACCOUNTS, ask).set_index("account_id")
    assert found.loc["999999999999", "outcome"] == "OK"
    assert sorted(found.loc["111111111111", "outcome"]) == ["FAILED", "OK"]
    gap = found.loc["111111111111"].query("outcome == 'FAILED'").iloc[0]
    assert gap["resource_id"] == "111111111111" and "AccountNotFound" in gap["gap"]


def test_everything_refused_leaves_gaps_only() -> None:
    refused = tree(("list_roots", ""), ("list_accounts", ""))
    assert set(rows(ORGANIZATION_ACCOUNTS, refused)["outcome"]) == {"DENIED"}
    assert set(rows(ORGANIZATIONAL_UNITS, refused)["outcome"]) == {"DENIED"}


def test_a_tree_that_contains_itself_ends() -> None:
    loop = {"Roots": [{"Id": "r-1", "Name": "Root"}], "OrganizationalUnits": [{"Id": "r-1", "Name": "Root"}]}

    def ask(call: Call, /, resource: str = "", **params: Any) -> Answer:
        return Answer(call, Outcome.OK, (loop,))

    assert len(rows(ORGANIZATIONAL_UNITS, ask)) == 1
