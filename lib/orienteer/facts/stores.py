"""What holds data at rest beside buckets: databases, volumes, file systems, search domains and their snapshots."""

from __future__ import annotations

from collections.abc import Iterator

from orienteer.facts.fact import Fact, Join
from orienteer.facts.organization import NOWHERE
from orienteer.facts.seen import Cells, Row
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import ACCOUNT, RESOURCE, cells_of
from orienteer.model import KEYS

DATABASE, FILES, VOLUME, COPY, TABLE = "database", "file system", "volume", "snapshot", "table"
KINDS = {
    "rds_instances": ("AWS::RDS::DBInstance", DATABASE),
    "rds_clusters": ("AWS::RDS::DBCluster", DATABASE),
    "rds_snapshots": ("AWS::RDS::DBSnapshot", COPY),
    "rds_cluster_snapshots": ("AWS::RDS::DBClusterSnapshot", COPY),
    "redshift_clusters": ("AWS::Redshift::Cluster", DATABASE),
    "opensearch_domains": ("AWS::OpenSearchService::Domain", DATABASE),
    "dynamodb_tables": ("AWS::DynamoDB::Table", TABLE),
    "efs_file_systems": ("AWS::EFS::FileSystem", FILES),
    "ec2_volumes": ("AWS::EC2::Volume", VOLUME),
    "ec2_snapshots": ("AWS::EC2::Snapshot", COPY),
}
"""Tables of stores, each with the type of its rows and what they are in a word."""


def _stores(
    rds_instances: Source,
    rds_clusters: Source,
    rds_snapshots: Source,
    rds_cluster_snapshots: Source,
    redshift_clusters: Source,
    opensearch_domains: Source,
    dynamodb_tables: Source,
    efs_file_systems: Source,
    ec2_volumes: Source,
    ec2_snapshots: Source,
) -> Iterator[Cells | Gap]:
    """Each store; an instance of a cluster stands in the cluster's row.  DynamoDB encrypts every table.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/EncryptionAtRest.html
    """
    databases = (rds_instances, rds_clusters, rds_snapshots, rds_cluster_snapshots, redshift_clusters)
    others = (opensearch_domains, dynamodb_tables, efs_file_systems, ec2_volumes, ec2_snapshots)
    for source in (*databases, *others):
        kind, word = KINDS[source.name]
        for row in source.rows:
            if not row.get("cluster"):
                yield Cells(
                    cells_of(row),
                    resource_type=kind,
                    kind=word,
                    encrypted=word == TABLE or row["encrypted"],
                    kms_key=None if word == TABLE else row["kms_key"],
                )
        yield from source.gaps


def _is_table(store: Row) -> bool:
    return bool(store.kind == TABLE)


STORES = Fact(
    "data_stores",
    "One row per database, volume, file system, search domain and snapshot: whether it is encrypted, and by which key.",
    rows=_stores,
    made=dict.fromkeys(("", *KEYS, "resource_type", "kind", "encrypted", "kms_key"), tuple(KINDS)),
    joins=(
        Join("accounts", ("env_class",), on=ACCOUNT, place=NOWHERE),
        Join("kms_key_details", {"customer_key": "is_customer"}, on={"key_arn": "kms_key"}),
        Join("dynamodb_table_details", {"table_key": "kms_key"}, on=RESOURCE, only=_is_table),
        Join("kms_key_details", {"customer_table_key": "is_customer"}, on={"key_arn": "table_key"}, only=_is_table),
    ),
    resource_type="AWS::RDS::DBInstance",
)
