"""RDS, Neptune and DocumentDB, one service: databases, clusters, and whom their snapshots are shared with."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, described, listed, name

ENGINE = Column("engine", "Engine", "string", "neptune, docdb, or an engine of RDS")

INSTANCES = listed(
    "rds_instances",
    "One row per database instance of RDS, Neptune or DocumentDB: its address, port and security groups.",
    Call("rds", "describe_db_instances"),
    "DBInstances[]",
    name("DBInstanceIdentifier"),
    arn("DBInstanceArn"),
    ENGINE,
    Column("publicly_accessible", "PubliclyAccessible", "bool", "its name has a public address"),
    Column("iam_authentication", "IAMDatabaseAuthenticationEnabled", "bool", "takes IAM tokens beside passwords"),
    Column("endpoint", "Endpoint.Address", "string", "its host name"),
    Column("port", "Endpoint.Port || DbInstancePort", "int", "port it listens on"),
    Column("group_ids", "VpcSecurityGroups[].VpcSecurityGroupId", "json", "security groups on it"),
    Column("subnet_ids", "DBSubnetGroup.Subnets[].SubnetIdentifier", "json", "subnets it may stand in"),
    Column("vpc_id", "DBSubnetGroup.VpcId", "string", "its VPC"),
    Column("cluster", "DBClusterIdentifier", "string", "cluster that it is part of"),
    Column("backup_days", "BackupRetentionPeriod", "int", "days for which its own backups are kept; 0: none are made"),
    Column("multi_az", "MultiAZ", "bool", "a standby waits in another zone"),
    Column("deletion_protection", "DeletionProtection", "bool", "it cannot be deleted before that is turned off"),
    Column(
        "replica_of",
        "ReadReplicaSourceDBInstanceIdentifier || ReadReplicaSourceDBClusterIdentifier",
        "string",
        "database that it copies",
    ),
    Column("encrypted", "StorageEncrypted", "bool", "its storage is encrypted"),
    Column("kms_key", "KmsKeyId", "string", "key that encrypts it"),
    Column("minor_upgrades", "AutoMinorVersionUpgrade", "bool", "takes minor versions of its engine by itself"),
)

CLUSTERS = listed(
    "rds_clusters",
    "One row per database cluster of RDS, Neptune or DocumentDB.",
    Call("rds", "describe_db_clusters"),
    "DBClusters[]",
    name("DBClusterIdentifier"),
    arn("DBClusterArn"),
    ENGINE,
    Column("publicly_accessible", "PubliclyAccessible", "bool", "a Multi-AZ or limitless cluster with public address"),
    Column("encrypted", "StorageEncrypted", "bool", "its storage is encrypted"),
    Column("kms_key", "KmsKeyId", "string", "key that encrypts it"),
    Column("backup_days", "BackupRetentionPeriod", "int", "days for which its own backups are kept"),
    Column("multi_az", "MultiAZ", "bool", "its instances stand in several zones"),
    Column("deletion_protection", "DeletionProtection", "bool", "it cannot be deleted before that is turned off"),
    Column("replica_of", "ReplicationSourceIdentifier", "string", "cluster that it copies"),
    Column("http_endpoint", "HttpEndpointEnabled", "bool", "answers the Data API, which asks for IAM"),
    Column("endpoint", "Endpoint", "string", "its host name"),
    Column("port", "Port", "int", "port it listens on"),
    Column("group_ids", "VpcSecurityGroups[].VpcSecurityGroupId", "json", "security groups on it"),
)

SNAPSHOTS = listed(
    "rds_snapshots",
    "One row per manual snapshot of an instance; automatic ones cannot be shared.",
    Call("rds", "describe_db_snapshots", fixed={"SnapshotType": "manual"}),
    "DBSnapshots[]",
    name("DBSnapshotIdentifier"),
    arn("DBSnapshotArn"),
    ENGINE,
    Column("encrypted", "Encrypted", "bool", "encrypted ones can be shared with accounts, never with everybody"),
    Column("kms_key", "KmsKeyId", "string", "key that encrypts it"),
)

SNAPSHOT_SHARES = described(
    "rds_snapshot_shares",
    SNAPSHOTS,
    "One row per manual snapshot of an instance: the accounts that may restore it; `all` is everybody.",
    Call(
        "rds", "describe_db_snapshot_attributes", params={"DBSnapshotIdentifier": "name"}, absent={"DBSnapshotNotFound"}
    ),
    Column(
        "account_ids",
        "DBSnapshotAttributesResult.DBSnapshotAttributes[?AttributeName=='restore'].AttributeValues[]",
        "json",
        "accounts it is shared with, or all",
    ),
    keep=("engine", "encrypted"),
)

CLUSTER_SNAPSHOTS = listed(
    "rds_cluster_snapshots",
    "One row per manual snapshot of a cluster.",
    Call("rds", "describe_db_cluster_snapshots", fixed={"SnapshotType": "manual"}),
    "DBClusterSnapshots[]",
    name("DBClusterSnapshotIdentifier"),
    arn("DBClusterSnapshotArn"),
    ENGINE,
    Column("encrypted", "StorageEncrypted", "bool", "encrypted ones can be shared with accounts, never with everybody"),
    Column("kms_key", "KmsKeyId", "string", "key that encrypts it"),
)

CLUSTER_SNAPSHOT_SHARES = described(
    "rds_cluster_snapshot_shares",
    CLUSTER_SNAPSHOTS,
    "One row per manual snapshot of a cluster: the accounts that may restore it; `all` is everybody.",
    Call(
        "rds",
        "describe_db_cluster_snapshot_attributes",
        params={"DBClusterSnapshotIdentifier": "name"},
        absent={"DBClusterSnapshotNotFoundFault"},
    ),
    Column(
        "account_ids",
        "DBClusterSnapshotAttributesResult.DBClusterSnapshotAttributes[?AttributeName=='restore'].AttributeValues[]",
        "json",
        "accounts it is shared with, or all",
    ),
    keep=("engine", "encrypted"),
)
