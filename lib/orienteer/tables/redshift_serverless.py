"""Redshift Serverless: workgroups and snapshots."""

from __future__ import annotations

from orienteer.model import EMPTY, Call, Column
from orienteer.tables.shapes import arn, listed, name, policies

WORKGROUPS = listed(
    "redshift_serverless_workgroups",
    "One row per workgroup: whether it has a public address, its port and security groups.",
    Call("redshift-serverless", "list_workgroups"),
    "workgroups[]",
    name("workgroupName"),
    arn("workgroupArn"),
    Column("publicly_accessible", "publiclyAccessible", "bool", "its name has a public address"),
    Column("port", "endpoint.port || port", "int", "port it listens on"),
    Column("group_ids", "securityGroupIds", "json", "security groups on it"),
    Column("subnet_ids", "subnetIds", "json", "subnets it stands in"),
)

SNAPSHOTS = listed(
    "redshift_serverless_snapshots",
    "One row per snapshot of the account with the accounts that may restore it.",
    Call("redshift-serverless", "list_snapshots"),
    "snapshots[]",
    name("snapshotName"),
    arn("snapshotArn"),
    Column(
        "account_ids",
        "[accountsWithRestoreAccess[], accountsWithProvisionedRestoreAccess[]][] | [?@]",
        "json",
        "accounts it is shared with",
    ),
)

SNAPSHOT_POLICIES = policies(
    "redshift_serverless_snapshot_policies",
    SNAPSHOTS,
    Call(
        "redshift-serverless",
        "get_resource_policy",
        params={"resourceArn": "arn"},
        absent={"ResourceNotFoundException", EMPTY},
    ),
    "resourcePolicy.policy",
    keep=("account_ids",),
)
