from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from orienteer import controls, tables
from orienteer.frames import frame
from orienteer.judge import Facts, judge
from orienteer.parameters import Client
from tests.facts.support import NOBODY, UNSEEN, empty, verdict

NOW = pd.Timestamp("2026-11-24T08:00:00Z")
OWN, MEMBER, PARTNER, STRANGER = "111122223333", "222233334444", "700700700700", "800800800800"
KEYS = {"account_id": OWN, "region": "eu-central-1"}


def policy(principal: Any, action: str = "*", condition: Any = None) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*"}
    if condition:
        statement["Condition"] = condition
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def judged(
    accepted: tuple[Any, ...] = (), unread: tuple[str, ...] = (), **tables: list[dict[str, Any]]
) -> dict[str, tuple[str, str, str, str]]:
    """(status, severity of a failure, exposure class, resource type) of each resource."""
    given: dict[str, list[dict[str, Any]]] = {
        "organization": [{"organization_id": "o-1", "management_account_id": MEMBER}],
        "organization_accounts": [{"id": a, "resource_id": a} for a in (OWN, MEMBER)],
        "s3_account_public_access_block": [{"resource_id": OWN}],
    }
    found = findings({**given, **tables}, Client(trusted_accounts={PARTNER: "Example Partner"}), accepted)
    return {
        row["resource_id"]: (
            row["status"],
            row["severity"] if row["status"] == "FAIL" else "",
            json.loads(row["evidence"]).get("exposure_class", ""),
            row["resource_type"],
        )
        for row in found.to_dict("records")
    }


def findings(
    given: Mapping[str, list[dict[str, Any]]], client: Client = NOBODY, accepted: tuple[Any, ...] = ()
) -> pd.DataFrame:
    """The findings of NET-06 over these rows; a bucket that any table names exists."""
    rows = {name: [{**KEYS, **row} for row in found] for name, found in given.items()}
    named = [
        row["resource_id"] for n in rows if n.startswith("s3_bucket_") for row in rows[n] if row.get("resource_id")
    ]
    rows.setdefault("s3_buckets", [{**KEYS, "resource_id": name, "bucket": name} for name in dict.fromkeys(named)])
    specs = tables.registry()
    frames = empty() | {name: frame(specs[name], found) for name, found in rows.items()}
    facts = Facts(NOW, client, {"accepted_exposures": accepted})
    found = judge([controls.registry()["NET-06"]], frames, specs, facts, pd.DataFrame()).findings
    return found[~found["resource_id"].str.endswith("/*")]  # the objects of a bucket: tests/facts/test_exposables.py


def root(account: str) -> dict[str, str]:
    return {"AWS": f"arn:aws:iam::{account}:root"}


def test_policies_of_every_kind() -> None:
    row = {"resource_id": "r", "policy": policy("*")}
    kinds = {
        "sqs_queue_policies": "AWS::SQS::Queue", "sns_topic_policies": "AWS::SNS::Topic",
        "lambda_function_policies": "AWS::Lambda::Function", "ecr_repository_policies": "AWS::ECR::Repository",
    }  # fmt: skip
    for table, kind in kinds.items():
        assert judged(**{table: [row]}) == {"r": ("FAIL", "high", "public", kind)}
    assert judged(kms_key_policies=[row | {"is_customer": True}])["r"][:3] == ("FAIL", "high", "public")
    assert judged(kms_key_policies=[row | {"is_customer": False}]) == {}
    assert judged(secretsmanager_secret_policies=[row])["r"][:2] == ("FAIL", "critical")


def test_levels() -> None:
    found = judged(sqs_queue_policies=[
        {"resource_id": "none", "policy": None}, {"resource_id": "own", "policy": policy(root(OWN))},
        {"resource_id": "member", "policy": policy(root(MEMBER))},
        {"resource_id": "partner", "policy": policy(root(PARTNER))},
        {"resource_id": "stranger", "policy": policy(root(STRANGER))},
        {"resource_id": "org", "policy": policy("*", condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})},
        {"resource_id": "broken", "policy": "{not json"}])  # fmt: skip
    assert {name: row[:3] for name, row in found.items()} == {
        "none": ("PASS", "", "private"), "own": ("PASS", "", "private"), "member": ("PASS", "", "organization"),
        "partner": ("PASS", "", "organization"), "stranger": ("FAIL", "high", "external"),
        "org": ("PASS", "", "organization"), "broken": ("MANUAL", "", found["broken"][2]),
    }  # fmt: skip


def test_accepted_exposures() -> None:
    rows = [{"resource_id": "shared", "policy": policy(root(STRANGER))}, {"resource_id": "open", "policy": policy("*")}]
    accepted = ({"resource": "shared", "reason": "agreed"}, {"resource": "open"})
    found = judged(accepted, sns_topic_policies=rows)
    assert (found["shared"][0], found["open"][0]) == ("PASS", "FAIL")
    ends = [("2026-11-24", "PASS"), ("2026-11-23", "FAIL"), ("some day", "FAIL")]
    for end, status in ends:
        assert judged(({"resource": "shared", "end": end},), sns_topic_policies=rows)["shared"][0] == status
    elsewhere = judged(({"resource": "shared", "account": MEMBER},), sns_topic_policies=rows)
    assert elsewhere["shared"][0] == "FAIL"


def test_buckets_as_their_blocks_leave_them() -> None:
    everybody = json.dumps(
        [{"Grantee": {"URI": "http://acs.amazonaws.com/groups/global/AllUsers"}, "Permission": "READ"}]
    )
    other = json.dumps([{"Grantee": {"ID": "abc"}, "Permission": "READ"}, {"Grantee": {"ID": "me"}}])
    names = ("open", "blocked", "acl", "acl-off", "acl-ignored", "foreign", "plain")
    public, read = {"open", "blocked"}, policy("*", "s3:GetObject")
    found = judged(
        s3_bucket_policies=[{"resource_id": n, "policy": read if n in public else None} for n in names],
        s3_bucket_public_access_block=[
            {"resource_id": "blocked", "restrict_public_buckets": True},
            {"resource_id": "acl-ignored", "ignore_public_acls": True}, {"resource_id": "open"}],
        s3_bucket_acls=[
            *({"resource_id": n, "owner_id": "me", "grants": everybody} for n in ("acl", "acl-off", "acl-ignored")),
            {"resource_id": "foreign", "owner_id": "me", "grants": other}],
        s3_bucket_ownership=[{"resource_id": "acl-off", "object_ownership": "BucketOwnerEnforced"}],
    )  # fmt: skip
    assert {name: row[:3] for name, row in found.items()} == {
        "open": ("FAIL", "critical", "public"), "blocked": ("PASS", "", "private"),
        "acl": ("FAIL", "critical", "public"), "acl-off": ("PASS", "", "private"),
        "acl-ignored": ("PASS", "", "private"),
        "foreign": ("FAIL", "high", "external"), "plain": ("PASS", "", "private"),
    }  # fmt: skip
    named = judged(
        s3_bucket_policies=[{"resource_id": "named", "policy": policy(root(STRANGER), "s3:GetObject")}],
        s3_bucket_public_access_block=[{"resource_id": "named", "restrict_public_buckets": True}],
    )
    assert named["named"][:3] == ("FAIL", "high", "external")
    account = judged(
        s3_bucket_policies=[{"resource_id": "open", "policy": policy("*", "s3:GetObject")}],
        s3_account_public_access_block=[{"resource_id": OWN, "restrict_public_buckets": True}],
    )
    assert account["open"][0] == "PASS"


def test_snapshots_and_images() -> None:
    found = judged(
        ec2_snapshots=[{"resource_id": name, "started_at": NOW - pd.Timedelta(days=age)}
                       for name, age in (("all", 4000), ("out", 1), ("in", 4000), ("unset", 1))],
        ec2_snapshot_shares=[
            {"resource_id": "all", "is_public": True}, {"resource_id": "out", "account_ids": json.dumps([STRANGER])},
            {"resource_id": "in", "account_ids": json.dumps([MEMBER])}, {"resource_id": "unset"}],
        ec2_images=[
            {"resource_id": "ami-all", "is_public": True}, {"resource_id": "ami-org"}, {"resource_id": "ami-far"}],
        ec2_image_shares=[
            {"resource_id": "ami-org", "organization_arns": '["arn:aws:organizations::1:organization/o-1"]'},
            {"resource_id": "ami-far", "organization_arns": '["arn:aws:organizations::1:organization/o-2"]'}],
    )  # fmt: skip
    assert {name: row[:3] for name, row in found.items()} == {
        "all": ("FAIL", "critical", "public"), "out": ("FAIL", "high", "external"), "in": ("PASS", "", "organization"),
        "unset": ("PASS", "", "private"), "ami-all": ("FAIL", "critical", "public"),
        "ami-org": ("PASS", "", "organization"), "ami-far": ("FAIL", "high", "external"),
    }  # fmt: skip


def test_what_lists_call_public_needs_no_attribute() -> None:
    refused = {"ec2_snapshot_shares": [DENIED | {"resource_id": "all"}, DENIED | {"resource_id": "some"}],
               "ec2_image_shares": [DENIED | {"resource_id": "ami-all"}]}  # fmt: skip
    listed = {"ec2_snapshots": [{"resource_id": "all", "is_public": True}, {"resource_id": "some", "is_public": False}],
              "ec2_images": [{"resource_id": "ami-all", "is_public": True}]}  # fmt: skip
    found = statuses(**listed, **refused, ec2_snapshot_block_public_access=[{"state": "unblocked"}])
    assert found == {"all": "FAIL", "some": "NOT_ASSESSED", "ami-all": "FAIL"}


def test_resource_shares() -> None:
    def share(name: str, **more: Any) -> dict[str, Any]:
        return {"resource_id": name, "share_arn": name, "status": "ACTIVE", "allow_external": False, **more}

    found = judged(
        ram_shares=[share("in"), share("out", allow_external=True), share("empty", allow_external=True), share("role"),
                    share("gone", status="DELETED"), share("unset", allow_external=None)],
        ram_share_principals=[
            {"resource_id": "in", "share_arn": "in", "principal": "arn:aws:organizations::1:ou/o-1/ou-x"},
            {"resource_id": "out", "share_arn": "out", "principal": STRANGER, "status": "ASSOCIATED"},
            {"resource_id": "in", "share_arn": "in", "principal": STRANGER, "status": "DISASSOCIATED"},
            {"resource_id": "role", "share_arn": "role", "principal": f"arn:aws:iam::{MEMBER}:role/r"}],
    )  # fmt: skip
    assert {name: row[:3] for name, row in found.items()} == {
        "in": ("PASS", "", "organization"), "out": ("FAIL", "high", "external"), "empty": ("FAIL", "high", "external"),
        "role": ("PASS", "", "organization"), "unset": ("PASS", "", "private"),
    }  # fmt: skip


def test_roles() -> None:
    roles = [
        {"resource_id": "open", "trust_policy": policy({"AWS": "*"}, "sts:AssumeRole")},
        {"resource_id": "member", "trust_policy": policy(root(MEMBER), "sts:AssumeRole")},
        {"resource_id": "linked", "trust_policy": policy("*"), "path": "/aws-service-role/x/"},
    ]
    found = judged(iam_roles=roles)
    assert {name: row[:3] for name, row in found.items()} == {
        "open": ("FAIL", "high", "public"), "member": ("PASS", "", "organization"),
    }  # fmt: skip


def test_nothing_read_is_nothing_judged() -> None:
    assert judged() == {}


def test_a_bucket_that_s3_calls_public_though_we_do_not_is_asked_about() -> None:
    rows = [{"resource_id": name, "policy": policy(root(OWN))} for name in ("odd", "closed", "plain")]
    status = [{"resource_id": n, "is_public": n != "plain"} for n in ("odd", "closed", "plain")]
    block = [{"resource_id": "closed", "restrict_public_buckets": True}]
    found = judged(s3_bucket_policies=rows, s3_bucket_policy_status=status, s3_bucket_public_access_block=block)
    assert {name: row[0] for name, row in found.items()} == {"odd": "MANUAL", "closed": "PASS", "plain": "PASS"}


DENIED = {"outcome": "DENIED", "gap": "x:Y AccessDenied (account 111122223333, region eu-central-1)"}


def statuses(**given: list[dict[str, Any]]) -> dict[str, str]:
    """The status of each resource."""
    found = findings(given)
    return dict(zip(found["resource_id"], found["status"], strict=True))


def test_a_gap_touches_the_kinds_of_resource_that_it_is_about() -> None:
    queues = [{"resource_id": n, "policy": p} for n, p in (("open", policy("*")), ("far", policy(root(STRANGER))),
                                                           ("own", None))]  # fmt: skip
    organization = [{"organization_id": "o-1"}]
    found = statuses(organization=organization, sqs_queue_policies=queues, sns_topic_policies=[DENIED])
    assert found == {"open": "FAIL", "far": "FAIL", "own": "PASS", OWN: "NOT_ASSESSED"}
    alone = statuses(sqs_queue_policies=queues, organization=[DENIED | {"account_id": OWN}])
    assert alone == {"open": "FAIL", "far": "NOT_ASSESSED", "own": "PASS"}  # far may be of the organization


def test_a_public_bucket_whose_block_was_not_read_is_not_assessed() -> None:
    rows = [{"resource_id": n, "policy": policy("*" if n != "own" else root(OWN), "s3:GetObject")}
            for n in ("seen", "unseen", "own")]  # fmt: skip
    given = {
        "s3_bucket_policies": rows, "s3_account_public_access_block": [{"resource_id": OWN}],
        "s3_bucket_public_access_block": [{"resource_id": "seen"}, {"resource_id": "own"},
                                          DENIED | {"resource_id": "unseen"}],
    }  # fmt: skip
    assert statuses(**given) == {"seen": "FAIL", "unseen": "NOT_ASSESSED", "own": "PASS"}
    given["s3_account_public_access_block"] = [DENIED | {"resource_id": OWN, "region": "global"}]
    assert statuses(**given) == {"seen": "NOT_ASSESSED", "unseen": "NOT_ASSESSED", "own": "PASS"}


def test_a_bucket_open_to_an_own_network_alone_is_not_open_to_outsiders() -> None:
    inside = {"StringEquals": {"aws:SourceVpce": "vpce-0aa"}}
    rows = [{"resource_id": "r", "policy": policy("*", "s3:GetObject", inside)}]
    assert judged(s3_bucket_policies=rows)["r"][:3] == ("FAIL", "high", "external")
    endpoint = [{"resource_id": "vpce-0aa", "endpoint_id": "vpce-0aa"}]
    assert judged(s3_bucket_policies=rows, ec2_vpc_endpoints=endpoint)["r"][:3] == ("PASS", "", "private")
    assert judged(s3_bucket_policies=rows, ec2_vpc_endpoints=[DENIED])["r"][0] == "NOT_ASSESSED"


def test_blocked_sharing_closes_public_snapshots_and_no_others() -> None:
    shares = [{"resource_id": "all", "is_public": True}, {"resource_id": "out", "account_ids": json.dumps([STRANGER])}]
    ids = [{"resource_id": "all"}, {"resource_id": "out"}]
    given = {"ec2_snapshots": ids, "ec2_snapshot_shares": shares}
    blocks = {"block-all-sharing": "PASS", "block-new-sharing": "FAIL", "unblocked": "FAIL"}
    for state, status in blocks.items():
        found = judged(**given, ec2_snapshot_block_public_access=[{"state": state}])
        assert (found["all"][0], found["out"][0]) == (status, "FAIL")
    unread = judged(**given, ec2_snapshot_block_public_access=[DENIED])
    assert (unread["all"][0], unread["out"][0]) == ("NOT_ASSESSED", "FAIL")


def test_a_policy_that_cannot_be_encoded_costs_its_own_row() -> None:
    rows = [{"resource_id": "odd", "policy": policy({"AWS": "\ud800"})}, {"resource_id": "open", "policy": policy("*")}]
    found = statuses(sqs_queue_policies=rows)
    assert found["open"] == "FAIL"
    assert found["odd"] in ("FAIL", "MANUAL", "NOT_ASSESSED")


def test_an_exposure_row_by_row() -> None:
    row = {"who": ("x",), "through": "share", "why": "", "problems": (), "resource_type": "AWS::EC2::Snapshot"}
    for level, net, data in (("public", "FAIL", "FAIL"), ("external", "FAIL", "FAIL"), ("organization", "PASS", "PASS"),
                             ("private", "PASS", "PASS"), (UNSEEN, "NOT_ASSESSED", "NOT_ASSESSED")):  # fmt: skip
        given = row | {"level": level, "holds_data": True}
        assert verdict("NET-06", given)[0] == net
        assert verdict("DATA-06", given)[0] == data
    known = {"known_third_parties": {"x": "Example Partner"}}
    assert verdict("DATA-06", row | {"level": "external"}, **known) == ("PASS", "high")


def test_copies_say_nothing_of_what_else_was_not_read() -> None:
    specs = tables.registry()
    frames = empty() | {"sqs_queue_policies": frame(specs["sqs_queue_policies"], [KEYS | DENIED])}
    given = Facts(NOW)
    assert judge([controls.registry()["DATA-06"]], frames, specs, given, pd.DataFrame()).findings.empty
    assert len(judge([controls.registry()["NET-06"]], frames, specs, given, pd.DataFrame()).findings) == 1


def test_a_deny_of_the_policy_reaches_the_acl() -> None:
    everybody = json.dumps(
        [{"Grantee": {"URI": "http://acs.amazonaws.com/groups/global/AllUsers"}, "Permission": "READ"}]
    )
    deny = {
        "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ["arn:aws:s3:::r", "arn:aws:s3:::r/*"],
        "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}},
    }  # fmt: skip
    acls = [{"resource_id": "r", "owner_id": "me", "grants": everybody}]
    rows = [{"resource_id": "r", "policy": json.dumps({"Version": "2012-10-17", "Statement": [deny]})}]
    assert judged(s3_bucket_acls=acls)["r"][:3] == ("FAIL", "critical", "public")
    assert judged(s3_bucket_acls=acls, s3_bucket_policies=rows)["r"][0] == "PASS"
    assert judged(s3_bucket_acls=acls, s3_bucket_policies=[DENIED | {"resource_id": "r"}])["r"][0] == "NOT_ASSESSED"


def test_what_s3_calls_public_is_cut_to_the_own_account() -> None:
    condition = {"StringEquals": {"aws:PrincipalAccount": STRANGER}}
    rows = [{"resource_id": "r", "policy": policy("*", "s3:GetObject", condition)}]
    status = [{"resource_id": "r", "is_public": True}]
    block = [{"resource_id": "r", "restrict_public_buckets": True}]
    cut = judged(s3_bucket_policies=rows, s3_bucket_policy_status=status, s3_bucket_public_access_block=block)
    assert cut["r"][:3] == ("PASS", "", "private")
    assert judged(s3_bucket_policies=rows, s3_bucket_public_access_block=block)["r"][:2] == ("FAIL", "high")
