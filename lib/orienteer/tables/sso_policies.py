"""Texts of the AWS managed policies that permission sets hold: read here, for they may be attached nowhere in IAM."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope, Table
from orienteer.tables.sso_admin import PERMISSION_SET_BOUNDARY, PERMISSION_SET_MANAGED

VERSION = Call(
    "iam", "get_policy_version", params={"PolicyArn": "policy_arn", "VersionId": "default_version"}, shared=True
)
DOCUMENT = (Column("document", "PolicyVersion.Document", "policy", "document, JSON text", required=True),)
FOUND = (
    Column("policy_arn", "Policy.Arn", "string", "ARN of the policy"),
    Column("default_version", "Policy.DefaultVersionId", "string", "version in force"),
)

# GetPolicy and GetPolicyVersion are asked once in a collection for each policy (`shared`): an AWS managed policy is
# the same in every account of a partition.

MANAGED_POLICIES = Table(
    name="sso_managed_policies",
    doc="One row per AWS managed policy of each permission set: its version in force.",
    scope=Scope.REGION,
    parent=PERMISSION_SET_MANAGED,
    call=Call("iam", "get_policy", params={"PolicyArn": "policy_arn"}, shared=True),
    keep=("permission_set_arn",),
    columns=FOUND,
)

MANAGED_POLICY_DOCUMENTS = Table(
    name="sso_managed_policy_documents",
    doc="One row per AWS managed policy of each permission set: the document of its version in force.",
    scope=Scope.REGION,
    parent=MANAGED_POLICIES,
    call=VERSION,
    keep=("permission_set_arn", "policy_arn"),
    columns=DOCUMENT,
)

BOUNDARY_POLICIES = Table(
    name="sso_boundary_policies",
    doc="One row per permission set: the version in force of the AWS managed policy that is its boundary, if any.",
    scope=Scope.REGION,
    parent=PERMISSION_SET_BOUNDARY,
    call=Call("iam", "get_policy", params={"PolicyArn": "boundary_arn"}, shared=True),
    keep=("permission_set_arn",),
    columns=FOUND,
)

BOUNDARY_POLICY_DOCUMENTS = Table(
    name="sso_boundary_policy_documents",
    doc="One row per permission set: the document of the AWS managed policy that is its boundary, if any.",
    scope=Scope.REGION,
    parent=BOUNDARY_POLICIES,
    call=VERSION,
    keep=("permission_set_arn", "policy_arn"),
    columns=DOCUMENT,
)
