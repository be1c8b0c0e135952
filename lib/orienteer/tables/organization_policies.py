"""Policies of the organization (service control, resource control, ...), their text and where they hang."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from orienteer.model import Answer, Ask, Call, Column, Place, Scope, Table
from orienteer.tables.organization_tree import ORGANIZATION_ROOTS

LIST_POLICIES = Call("organizations", "list_policies")


def read_policies(ask: Ask, place: Place) -> Iterator[Mapping[str, Any] | Answer]:
    """One row per policy of each type that is enabled on the root; a type that is not enabled binds nobody."""
    for kind in enabled_types(place.row.get("policy_types")):
        answer = ask(LIST_POLICIES, resource=kind, Filter=kind)
        for item in (item for page in answer.pages for item in page.get("Policies") or ()):
            yield {
                "id": item.get("Id"),
                "arn": item.get("Arn"),
                "name": item.get("Name"),
                "type": item.get("Type"),
                "description": item.get("Description"),
                "aws_managed": item.get("AwsManaged"),
            }
        if not answer.outcome.known:
            yield answer


def enabled_types(policy_types: Any) -> list[str]:
    """Names of the enabled policy types in a root's `policy_types` text."""
    try:
        listed = json.loads(policy_types or "[]")
    except (TypeError, ValueError):
        return []
    return sorted(str(one.get("Type")) for one in listed if isinstance(one, dict) and one.get("Status") == "ENABLED")


ORGANIZATION_POLICIES = Table(
    name="organization_policies",
    doc="One row per policy of the enabled types; ABSENT when the root has no policy type enabled.",
    scope=Scope.ORG,
    parent=ORGANIZATION_ROOTS,
    call=LIST_POLICIES,
    columns=(
        Column("id", "Id", "string", "policy id"),
        Column("arn", "Arn", "string", "ARN of the policy"),
        Column("name", "Name", "string", "policy name"),
        Column("type", "Type", "string", "SERVICE_CONTROL_POLICY, RESOURCE_CONTROL_POLICY, TAG_POLICY, ..."),
        Column("description", "Description", "string", "description"),
        Column("aws_managed", "AwsManaged", "bool", "whether AWS wrote it"),
    ),
    resource="id",
    arn="arn",
    read=read_policies,
)

ORGANIZATION_POLICY_DOCUMENTS = Table(
    name="organization_policy_documents",
    doc="One row per policy: its text.",
    scope=Scope.ORG,
    parent=ORGANIZATION_POLICIES,
    call=Call("organizations", "describe_policy", params={"PolicyId": "id"}),
    columns=(Column("content", "Policy.Content", "policy", "policy document, JSON text", required=True),),
    keep=("id", "name", "type", "aws_managed"),
)

ORGANIZATION_POLICY_TARGETS = Table(
    name="organization_policy_targets",
    doc="One row per policy and the root, OU or account it is attached to; ABSENT for a policy attached nowhere.",
    scope=Scope.ORG,
    parent=ORGANIZATION_POLICIES,
    call=Call("organizations", "list_targets_for_policy", params={"PolicyId": "id"}),
    items="Targets[]",
    columns=(
        Column("target_id", "TargetId", "string", "id of the root, OU or account"),
        Column("target_name", "Name", "string", "its name"),
        Column("target_type", "Type", "string", "ROOT, ORGANIZATIONAL_UNIT or ACCOUNT"),
    ),
    keep=("id", "name", "type", "aws_managed"),
)

EFFECTIVE_S3_POLICY = Table(
    name="organization_effective_s3_policy",
    doc="One row per account: the S3 policy of the organization that holds for it; ABSENT when there is none.",
    scope=Scope.ACCOUNT,
    call=Call(
        "organizations",
        "describe_effective_policy",
        fixed={"PolicyType": "S3_POLICY"},
        absent={"EffectivePolicyNotFoundException", "AWSOrganizationsNotInUseException"},
    ),
    columns=(Column("policy", "EffectivePolicy.PolicyContent", "policy", "effective policy, JSON text"),),
)

EFFECTIVE_EC2_POLICY = Table(
    name="organization_effective_ec2_policy",
    doc="One row per account: the declarative EC2 policy that holds for it; ABSENT when there is none.",
    scope=Scope.ACCOUNT,
    call=Call(
        "organizations",
        "describe_effective_policy",
        fixed={"PolicyType": "DECLARATIVE_POLICY_EC2"},
        absent={"EffectivePolicyNotFoundException", "AWSOrganizationsNotInUseException"},
    ),
    columns=(Column("policy", "EffectivePolicy.PolicyContent", "policy", "effective policy, JSON text"),),
)
