"""What resource control policies leave of a resource's own policy: raw, guardrail and effective level."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orienteer.facts.seen import Unseen
from orienteer.policy.exposure import exposure, fenced
from orienteer.policy.guardrails.bound import RCP_SERVICES, binds_action, binds_type
from orienteer.policy.language.actions import exists, services
from tests.facts.support import GAP, NOBODY, PLACE, estate

OWN, STRANGER, MANAGEMENT = PLACE["account_id"], "999999999999", "333333333333"
HOME = {"account_id": MANAGEMENT, "region": "global"}
OUTSIDE = {
    "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-1"},
    "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
}
DEPUTIES = {
    "StringNotEqualsIfExists": {"aws:SourceOrgID": "o-1"},
    "Bool": {"aws:PrincipalIsAWSService": "true"},
}
"""Services that work for somebody outside."""
ROOT = f"arn:aws:iam::{STRANGER}:root"


def document(*statements: dict[str, Any], version: str = "2012-10-17") -> str:
    return json.dumps({"Version": version, "Statement": list(statements)})


def allow(action: str, principal: Any = "*", **more: Any) -> str:
    return document({"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*", **more})


def perimeter(*actions: str, conditions: tuple[dict[str, Any], ...] = (OUTSIDE, DEPUTIES)) -> str:
    every = {"Effect": "Deny", "Principal": "*", "Action": list(actions), "Resource": "*"}
    return document(*({**every, "Condition": one} for one in conditions))


Tables = dict[str, list[dict[str, Any]]]


def organization(rcp: str, more: Tables, member: str = OWN, on: bool = True) -> Tables:
    """Tables of an organization whose root has this resource control policy, with one member account, and more."""
    types = json.dumps([{"Type": "RESOURCE_CONTROL_POLICY", "Status": "ENABLED"}] if on else [])
    return {
        "organization": [HOME | {"organization_id": "o-1", "management_account_id": MANAGEMENT}],
        "organization_roots": [HOME | {"resource_id": "r-1", "id": "r-1", "policy_types": types}],
        "organizational_units": [
            HOME | {"resource_id": "r-1", "id": "r-1", "kind": "ROOT", "ou_path": "Root", "ou_ids": '["r-1"]'}
        ],
        "organization_accounts": [
            HOME | {"resource_id": one, "id": one, "name": one, "state": "ACTIVE", "ou_ids": '["r-1"]',
                    "ou_path": "Root"}
            for one in (member, MANAGEMENT)
        ],
        "organization_policy_documents": [HOME | {"resource_id": "p-1", "id": "p-1", "content": rcp}],
        "organization_policy_targets": [
            HOME | {"resource_id": "p-1", "id": "p-1", "name": "fence", "type": "RESOURCE_CONTROL_POLICY",
                    "target_id": "r-1", "aws_managed": False}
        ],
        **more,
    }  # fmt: skip


def told(tables: dict[str, Any]) -> dict[str, tuple[str, str, str]]:
    """Raw level, guardrail and effective level of each resource; three times unseen where it was not seen."""
    rows = {name: [PLACE | row for row in found] for name, found in tables.items()}
    found = estate(rows, NOBODY).source("exposures").rows
    return {r["resource_id"]: tuple(_word(r[c]) for c in ("raw_level", "guardrail", "level")) for r in found}


def _word(cell: Any) -> str:
    return "unseen" if isinstance(cell, Unseen) else str(cell)


QUEUE: Tables = {"sqs_queue_policies": [{"resource_id": "q", "policy": allow("sqs:SendMessage")}]}
FENCED = ("public", "resource control policy 'fence'", "organization")
CASES = [
    ("sqs", QUEUE, perimeter("sqs:*"), FENCED),
    ("sqs", QUEUE, perimeter("s3:*"), ("public", "", "public")),
    ("sqs", QUEUE, perimeter("sqs:*", conditions=({"StringNotEqualsIfExists": {"aws:PrincipalAccount": STRANGER}},)),
     ("public", "resource control policy 'fence'", "external")),
    ("sqs", QUEUE, perimeter("sqs:*", conditions=(OUTSIDE,)),
     ("public", "resource control policy 'fence'", "external")),
    ("topic", {"sns_topic_policies": [{"resource_id": "q", "policy": allow("sns:Publish")}]}, perimeter("sns:*"),
     ("public", "", "public")),
    ("stranger", {"sqs_queue_policies": [{"resource_id": "q", "policy": allow("sqs:SendMessage", {"AWS": ROOT})}]},
     perimeter("sqs:*"), ("external", "resource control policy 'fence'", "organization")),
    ("key", {"kms_key_policies": [{"resource_id": "q", "is_customer": True, "policy": allow("kms:Decrypt")}]},
     perimeter("kms:*"), FENCED),
    ("secret", {"secretsmanager_secret_policies": [
        {"resource_id": "q", "policy": allow("secretsmanager:GetSecretValue")}]},
     perimeter("secretsmanager:*"), FENCED),
    ("role", {"iam_roles": [{"resource_id": "q", "path": "/", "trust_policy": document(
        {"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": "sts:AssumeRole"})}]}, perimeter("sts:AssumeRole"),
     ("external", "resource control policy 'fence'", "organization")),
    ("repository", {"ecr_repository_policies": [{"resource_id": "q", "policy": allow("ecr:BatchGetImage")}]},
     perimeter("ecr:*"), FENCED),
    ("bucket", {"s3_buckets": [{"resource_id": "q", "bucket": "q"}],
                "s3_bucket_policies": [{"resource_id": "q", "policy": allow("s3:GetObject")}]}, perimeter("s3:*"),
     FENCED),
    *((table, {table: [{"resource_id": "q", "policy": allow(action)}]}, perimeter(f"{action.partition(':')[0]}:*"),
       wanted) for table, action, wanted in (
        ("dynamodb_table_policies", "dynamodb:GetItem", FENCED),
        ("dynamodb_stream_policies", "dynamodb:GetRecords", FENCED),
        ("logs_destinations", "logs:PutSubscriptionFilter", FENCED),
        ("events_event_buses", "events:PutEvents", FENCED),
        ("codeartifact_repository_policies", "codeartifact:ReadFromRepository", FENCED),
        ("dsql_cluster_policies", "dsql:DbConnect", FENCED),
        ("wafv2_rule_group_policies", "wafv2:GetRuleGroup", FENCED),
        ("cloudtrail_channel_policies", "cloudtrail-data:PutAuditEvents", FENCED),
        ("kinesis_stream_policies", "kinesis:GetRecords", ("public", "", "public")),
        ("s3tables_bucket_policies", "s3tables:GetTableData", ("public", "", "public")),
        ("backup_vault_policies", "backup:CopyIntoBackupVault", ("public", "", "public")),
    )),
]  # fmt: skip


@pytest.mark.parametrize(("name", "tables", "rcp", "wanted"), CASES, ids=[str(n) for n in range(len(CASES))])
def test_a_resource_control_policy_binds_what_it_reaches(name: str, tables: Any, rcp: str, wanted: Any) -> None:
    assert told(organization(rcp, tables))["q"] == wanted


def test_services_and_types_that_they_bind_are_known_to_aws() -> None:
    assert services() >= RCP_SERVICES
    assert exists("kms:RetireGrant")
    assert [binds_action(one) for one in ("S3:getobject", "kms:RetireGrant", "es:ESHttpGet", "iam:PassRole")] == [
        True, False, False, False
    ]  # fmt: skip
    assert binds_type("AWS::IAM::Role")
    assert not binds_type("AWS::IAM::User")
    assert binds_type("AWS::OpenSearchServerless::AccessPolicy")
    assert not binds_type("AWS::OpenSearchService::Domain")


def test_it_binds_members_only_and_only_where_the_type_is_on() -> None:
    open_queue = ("public", "", "public")
    assert told(organization(perimeter("sqs:*"), QUEUE, member="222222222222"))["q"] == open_queue
    assert told(organization(perimeter("sqs:*"), QUEUE, on=False))["q"] == open_queue


def test_where_it_was_not_read_what_it_may_close_is_not_seen() -> None:
    lost = organization(perimeter("sqs:*"), QUEUE) | {"organization_policy_documents": [HOME | GAP]}
    assert told(lost)["q"][2] == "unseen"
    closed: Tables = {"sqs_queue_policies": [{"resource_id": "q", "policy": allow("sqs:SendMessage", {"AWS": OWN})}]}
    assert told(lost | closed)["q"] == ("private", "", "private")
    topic: Tables = {"sns_topic_policies": [{"resource_id": "t", "policy": allow("sns:Publish")}]}
    assert told(lost | topic)["t"] == ("public", "", "public")


def test_from_another_account_it_cannot_be_known_and_counts_as_none() -> None:
    """Only the management account or a delegate may list policies; DescribeOrganization answers every member."""
    tables = organization(perimeter("sqs:*"), QUEUE) | {"organization_roots": [HOME | GAP]}
    tables["organization"] = [HOME | {"account_id": OWN, "organization_id": "o-1", "management_account_id": MANAGEMENT}]
    assert told(tables)["q"] == ("public", "", "public")


def test_variables_of_a_newer_document_deny_no_more_than_they_do() -> None:
    rcp = perimeter("sqs:*", conditions=({"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}},))
    ground: Any = {"account_id": OWN, "org_id": "o-1", "resource_type": "AWS::SQS::Queue"}
    old = document({"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}, version="2008-10-17")
    assert exposure(fenced(old, [rcp]), **ground).level == "organization"
    odd = {"Condition": {"StringLike": {"aws:PrincipalArn": "${x}*"}}}
    both = document(
        {"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"},
        {"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*", **odd},
        version="2008-10-17",
    )
    assert exposure(fenced(both, [rcp]), **ground).level == "public"


def test_the_word_of_aws_stands_beside_ours() -> None:
    queues = {"open": allow("sqs:*"), "own": allow("sqs:*", {"AWS": OWN})}
    tables: Tables = {
        "sqs_queue_policies": [
            {"resource_id": f"{n}-{said}", "resource_arn": f"arn:{n}-{said}", "policy": text}
            for n, text in queues.items()
            for said in ("found", "archived", "silent")
        ],
        "accessanalyzer_findings": [
            {"resource_id": f"{n}-{said}", "resource": f"arn:{n}-{said}", "status": state,
             "finding_type": "ExternalAccess"}
            for n in queues
            for said, state in (("found", "ACTIVE"), ("archived", "ARCHIVED"))
        ],
        "s3_bucket_policies": [
            {"resource_id": "odd", "policy": allow("s3:*", {"AWS": OWN})},
            {"resource_id": "closed", "policy": allow("s3:*")},
        ],
        "s3_bucket_policy_status": [{"resource_id": n, "is_public": True} for n in ("odd", "closed")],
        "s3_buckets": [{"resource_id": n, "bucket": n} for n in ("odd", "closed")],
        "s3_bucket_ownership": [
            {"resource_id": n, "object_ownership": "BucketOwnerEnforced"} for n in ("odd", "closed")
        ],
        "s3_bucket_public_access_block": [{"resource_id": "closed", "restrict_public_buckets": True}],
    }  # fmt: skip
    rows = {name: [PLACE | row for row in found] for name, found in tables.items()}
    found = {r["resource_id"]: (r["aws_verdict"], r["agreement"]) for r in estate(rows).source("exposures").rows}
    assert found == {
        "open-found": ("shared", "both"), "open-archived": ("archived", "both"), "open-silent": (None, "only us"),
        "own-found": ("shared", "only AWS"), "own-archived": ("archived", "only AWS"), "own-silent": (None, "neither"),
        "odd": ("public", "only AWS"), "closed": (None, "neither"),
    }  # fmt: skip
