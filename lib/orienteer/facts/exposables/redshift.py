"""Redshift, with clusters of one's own and serverless: addresses, snapshots, data shares, policies."""

from __future__ import annotations

from orienteer.facts.exposable import Exposable, Ground, Named, Policy, Reached, opened
from orienteer.facts.fact import Fact, Join
from orienteer.facts.openings import Accounts, Endpoint
from orienteer.facts.paths import BLOCKS, OF_GROUPS, networked, private_network, vpc_blocked
from orienteer.facts.seen import Row
from orienteer.facts.values import RESOURCE, VPC

CLUSTERS = Fact(
    "redshift_networks",
    "One row per Redshift cluster: its address, security groups, and the policy of its namespace.",
    base="redshift_clusters",
    joins=(
        OF_GROUPS,
        *BLOCKS,
        Join("subnets", many="subnets", on=VPC),
        Join("redshift_namespace_policies", ("policy",), on=RESOURCE),
    ),
    columns=(vpc_blocked, private_network),
    hidden=frozenset({"groups", "exclusions", "subnets"}),
    resource_type="AWS::Redshift::Cluster",
)
WORKGROUPS = networked(
    "redshift_serverless_networks",
    "One row per Redshift Serverless workgroup: its address and security groups.",
    "redshift_serverless_workgroups",
    "AWS::RedshiftServerless::Workgroup",
    subnets=True,
)
ADDRESS = Endpoint("publicly_accessible", "groups", port="port", closed="private_network")


def _data_share(share: Row, ground: Ground) -> Reached:
    """By its consumers; that clusters with public address may be among them lets in nobody else."""
    found = Accounts(("consumers",), "data share").reached(share, ground, "")
    if found.level == "private" and share.to_public_clusters:
        return Reached(why="Clusters with a public address may be consumers, though no other account is one.")
    return found


EXPOSABLES = (
    Exposable(
        ("redshift-cluster", "redshift-namespace-policy"),
        "AWS::Redshift::Cluster",
        "redshift_networks",
        (ADDRESS, Policy()),
        holds_data=True,
    ),
    opened(
        "redshift-serverless-workgroup",
        "AWS::RedshiftServerless::Workgroup",
        "redshift_serverless_networks",
        ADDRESS,
        holds_data=True,
    ),
    opened(
        "redshift-snapshot",
        "AWS::Redshift::ClusterSnapshot",
        "redshift_snapshots",
        Accounts(),
        holds_data=True,
        is_copy=True,
    ),
    opened(
        "redshift-serverless-snapshot",
        "AWS::RedshiftServerless::Snapshot",
        "redshift_serverless_snapshot_policies",
        Accounts(),
        Policy(),
        holds_data=True,
        is_copy=True,
    ),
    opened(
        "redshift-datashare", "AWS::Redshift::DataShare", "redshift_data_shares", Named(_data_share), holds_data=True
    ),
)
