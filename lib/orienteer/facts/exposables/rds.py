"""Databases of RDS, Neptune and DocumentDB, and their snapshots; one service lists all three, the engine tells."""

from __future__ import annotations

from collections.abc import Callable

from orienteer.facts.exposable import Exposable, opened
from orienteer.facts.openings import Accounts, Endpoint
from orienteer.facts.paths import networked
from orienteer.facts.seen import Cells

OTHERS = ("neptune", "docdb")


def engine(*names: str) -> Callable[[Cells], bool]:
    """True for rows of these engines."""
    return lambda row: row["engine"] in names


def relational(row: Cells) -> bool:
    return row["engine"] not in OTHERS


DATABASES = networked(
    "databases",
    "One row per database instance: its address, its security groups, and whether its network has a way in.",
    "rds_instances",
    "AWS::RDS::DBInstance",
    subnets=True,
)
CLUSTERS = networked(
    "database_clusters",
    "One row per database cluster: its address and its security groups.",
    "rds_clusters",
    "AWS::RDS::DBCluster",
)
INSTANCE = Endpoint("publicly_accessible", "groups", port="port", closed="private_network")
CALL = "rds:DescribeDBInstances"


def copies(name: str, kind: str, source: str, call: str, only: Callable[[Cells], bool]) -> Exposable:
    return opened(name, kind, source, Accounts(), only=only, holds_data=True, is_copy=True, operation=call)


SHARES, CLUSTER_SHARES = "rds_snapshot_shares", "rds_cluster_snapshot_shares"
OF_CLUSTER = "rds:DescribeDBClusterSnapshotAttributes"
EXPOSABLES = (
    opened(
        "rds-instance", "AWS::RDS::DBInstance", "databases", INSTANCE, only=relational, holds_data=True, operation=CALL
    ),
    opened(
        "neptune-instance",
        "AWS::Neptune::DBInstance",
        "databases",
        INSTANCE,
        only=engine("neptune"),
        holds_data=True,
        operation=CALL,
    ),
    opened(
        "docdb-instance",
        "AWS::DocDB::DBInstance",
        "databases",
        INSTANCE,
        only=engine("docdb"),
        holds_data=True,
        operation=CALL,
    ),
    opened(
        "rds-cluster",
        "AWS::RDS::DBCluster",
        "database_clusters",
        Endpoint("publicly_accessible", "groups", port="port", closed="vpc_blocked"),
        Endpoint("http_endpoint", asks="IAM", through="Data API"),
        holds_data=True,
        operation="rds:DescribeDBClusters",
    ),
    copies("rds-snapshot", "AWS::RDS::DBSnapshot", SHARES, "rds:DescribeDBSnapshotAttributes", lambda row: True),
    copies("rds-cluster-snapshot", "AWS::RDS::DBClusterSnapshot", CLUSTER_SHARES, OF_CLUSTER, relational),
    copies(
        "neptune-cluster-snapshot", "AWS::Neptune::DBClusterSnapshot", CLUSTER_SHARES, OF_CLUSTER, engine("neptune")
    ),
    copies("docdb-cluster-snapshot", "AWS::DocDB::DBClusterSnapshot", CLUSTER_SHARES, OF_CLUSTER, engine("docdb")),
)
