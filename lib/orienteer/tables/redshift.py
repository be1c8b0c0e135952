"""Redshift: clusters, snapshots, data shares, and the policies that let other accounts reach them."""

from __future__ import annotations

from orienteer.model import EMPTY, Call, Column
from orienteer.tables.shapes import arn, listed, name, policies

CLUSTERS = listed(
    "redshift_clusters",
    "One row per cluster: whether it has a public address, its port and security groups.",
    Call("redshift", "describe_clusters"),
    "Clusters[]",
    name("ClusterIdentifier"),
    arn("ClusterNamespaceArn"),
    Column("encrypted", "Encrypted", "bool", "its storage is encrypted"),
    Column("kms_key", "KmsKeyId", "string", "key that encrypts it"),
    Column("publicly_accessible", "PubliclyAccessible", "bool", "its name has a public address"),
    Column("port", "Endpoint.Port", "int", "port it listens on"),
    Column("group_ids", "VpcSecurityGroups[].VpcSecurityGroupId", "json", "security groups on it"),
    Column("vpc_id", "VpcId", "string", "its VPC"),
)

NAMESPACE_POLICIES = policies(
    "redshift_namespace_policies",
    CLUSTERS,
    Call("redshift", "get_resource_policy", params={"ResourceArn": "arn"}, absent={"ResourceNotFoundFault", EMPTY}),
    "ResourcePolicy.Policy",
)

SNAPSHOTS = listed(
    "redshift_snapshots",
    "One row per manual snapshot of the account with the accounts that may restore it.",
    Call("redshift", "describe_cluster_snapshots", fixed={"SnapshotType": "manual"}),
    "Snapshots[]",
    name("SnapshotIdentifier"),
    arn("SnapshotArn"),
    Column("account_ids", "AccountsWithRestoreAccess[].AccountId", "json", "accounts it is shared with"),
    Column("owner_account", "OwnerAccount", "string", "account that owns it"),
)

DATA_SHARES = listed(
    "redshift_data_shares",
    "One row per data share that the account gives or takes.",
    Call("redshift", "describe_data_shares"),
    "DataShares[]",
    arn("DataShareArn"),
    Column("producer_arn", "ProducerArn", "string", "namespace that gives it"),
    Column("to_public_clusters", "AllowPubliclyAccessibleConsumers", "bool", "clusters with public address may use it"),
    Column(
        "consumers",
        "DataShareAssociations[?!contains(['DEAUTHORIZED', 'REJECTED', 'PENDING_AUTHORIZATION'], Status)]"
        ".ConsumerIdentifier",
        "json",
        "accounts and namespaces that may use it, those that still wait for authorization aside",
    ),
)
