"""Where data lies or flows: file systems, tables, streams, vaults, catalogs, brokers, search."""

from __future__ import annotations

from orienteer.facts.exposable import Flag, Ground, Named, Policy, Reached, by_policy, opened, public, shut, widest_of
from orienteer.facts.fact import Join
from orienteer.facts.openings import Accounts, Endpoint, account_in
from orienteer.facts.paths import networked
from orienteer.facts.seen import Cells, Row
from orienteer.facts.values import RESOURCE, documents, objects

REPLICATION = networked(
    "replication_instances",
    "One row per DMS replication instance: its address and security groups.",
    "dms_replication_instances",
    "AWS::DMS::ReplicationInstance",
)
BROKERS = networked(
    "message_brokers",
    "One row per Amazon MQ broker: its address and security groups.",
    "mq_broker_details",
    "AWS::AmazonMQ::Broker",
)
KAFKA = networked(
    "kafka_networks",
    "One row per Kafka cluster: its address, security groups and policy.",
    "kafka_clusters",
    "AWS::MSK::Cluster",
    Join("kafka_cluster_policies", ("policy",), on=RESOURCE),
)
INFLUX = networked(
    "influx_instances",
    "One row per Timestream for InfluxDB instance: its address and security groups.",
    "timestream_influxdb_instance_details",
    "AWS::Timestream::InfluxDBInstance",
)
OPEN_GROUPS = Endpoint("publicly_accessible", "groups", closed="vpc_blocked", through="network")


def _kafka(cluster: Row, ground: Ground) -> Reached:
    """Public where brokers have public addresses behind groups that let the internet in; worse without any sign-in."""
    found = Endpoint("is_public", "groups", closed="vpc_blocked", through="network").reached(cluster, ground, "")
    if found.level == "public" and not cluster.takes_strangers:
        why = "Everyone can reach the brokers, which ask who is calling."
        return shut("network", why, "client authentication")
    return found


def _broker(broker: Row, ground: Ground) -> Reached:
    """A public RabbitMQ broker has no groups; whoever reaches one is asked for a name and a password."""
    if not broker.publicly_accessible:
        return Reached()
    if not documents(broker.group_ids):
        return public("network", "Its sign-in is open to everyone.")
    return OPEN_GROUPS.reached(broker, ground, "")


def _search(domain: Row, ground: Ground) -> Reached:
    """By its access policy; a domain in a VPC is not on the internet, one with fine-grained access asks who comes."""
    if not domain.policy:
        return Reached()
    found = ground.by_policy(domain.policy, domain.account_id, "AWS::OpenSearchService::Domain")
    if found.level != "public":
        return found
    closed = "its VPC" if domain.vpc_id else "a sign-in" if domain.asks_password else ""
    if not closed:
        return found
    why = f"Its policy lets in everyone, but {closed} stands in between."
    return Reached("private", (), "resource policy", why, found.problems, "public", closed)


def _cache(cluster: Row, ground: Ground) -> Reached:
    """Its nodes have private addresses of a VPC alone; those outside VPCs were no further open, and are gone.

    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/elasticache-vpc-accessing.html
    """
    return Reached()


def _network_policy(policy: Row, ground: Ground) -> Reached:
    """The network is open; who may read is told by the data access policy, which names principals."""
    if not any(rule.get("AllowFromPublic") for rule in objects(policy.rules)):
        return Reached()
    why = "Collections are reached from the internet, where callers need IAM or SAML."
    return shut("network policy", why, "IAM")


def _access_policy(policy: Row, ground: Ground) -> Reached:
    named = [str(one) for rule in objects(policy.rules) for one in rule.get("Principal") or ()]
    if "*" in named:
        return public("data access policy")
    owner = policy.account_id
    levels = {one: ground.level_of(account_in(one) or owner, owner) for one in named if one.startswith("arn:")}
    return widest_of(levels, "data access policy")


def _permission(permission: Row, ground: Ground) -> Reached:
    """A permission of Lake Formation; IAM_ALLOWED_PRINCIPALS is everybody whom IAM of the account itself allows.

    `<account>:IAMPrincipals` are all principals of that account; users and groups of Identity Center stand in the
    organization's own directory.
    https://docs.aws.amazon.com/lake-formation/latest/dg/grant-permissions-sso.html
    https://docs.aws.amazon.com/lake-formation/latest/dg/lf-permissions-reference.html
    """
    named = str(permission.principal or "").removesuffix(":IAMPrincipals")
    if not (named.startswith("arn:") or named.isdigit()):
        return Reached()
    owner = permission.account_id
    in_directory = named.split(":")[2:3] == ["identitystore"]
    level = "organization" if in_directory else ground.level_of(account_in(named) or owner, owner)
    return widest_of({named: level}, "permission")


def _lets_engines(settings: Cells) -> bool:
    """True unless it is as it comes: no engine outside is let in."""
    return any(settings[name] not in (None, False, "[]") for name in ("account_ids", "full_external_access"))


def _lake(settings: Row, ground: Ground) -> Reached:
    found = Accounts(through="engines outside that filter").reached(settings, ground, "")
    if settings.full_external_access and found.level == "private":
        return Reached(why="Engines outside may get whole tables, though none is named.")
    return found


EXPOSABLES = (
    by_policy("efs-file-system", "AWS::EFS::FileSystem", "efs_file_system_policies", holds_data=True),
    by_policy("dynamodb-table", "AWS::DynamoDB::Table", "dynamodb_table_policies", holds_data=True),
    by_policy("dynamodb-stream", "AWS::DynamoDB::Stream", "dynamodb_stream_policies", holds_data=True),
    by_policy("kinesis-stream", "AWS::Kinesis::Stream", "kinesis_stream_policies", holds_data=True),
    by_policy("kinesis-stream-consumer", "AWS::Kinesis::StreamConsumer", "kinesis_consumer_policies", holds_data=True),
    by_policy("backup-vault", "AWS::Backup::BackupVault", "backup_vault_policies", holds_data=True),
    by_policy("glacier-vault", "AWS::Glacier::Vault", "glacier_vault_policies", holds_data=True),
    by_policy("glue-catalog-policy", "AWS::Glue::ResourcePolicy", "glue_catalog_policies", holds_data=True),
    by_policy("osis-pipeline", "AWS::OSIS::Pipeline", "osis_pipeline_policies"),
    by_policy("dsql-cluster", "AWS::DSQL::Cluster", "dsql_cluster_policies", holds_data=True),
    by_policy("cloudsearch-domain", "AWS::CloudSearch::Domain", "cloudsearch_domain_policies", holds_data=True),
    opened("glue-dev-endpoint", "AWS::Glue::DevEndpoint", "glue_dev_endpoints", Flag("public_address", "network")),
    opened(
        "lakeformation-permissions",
        "AWS::LakeFormation::PrincipalPermissions",
        "lakeformation_permissions",
        Named(_permission),
        holds_data=True,
    ),
    opened(
        "lakeformation-permissions",
        "AWS::LakeFormation::DataLakeSettings",
        "lakeformation_settings",
        Named(_lake),
        only=_lets_engines,
        holds_data=True,
    ),
    opened("dms-replication-instance", "AWS::DMS::ReplicationInstance", "replication_instances", OPEN_GROUPS),
    opened(
        "dms-instance-profile",
        "AWS::DMS::InstanceProfile",
        "dms_instance_profiles",
        Flag("publicly_accessible", "network"),
    ),
    opened(
        "kafka-cluster",
        "AWS::MSK::Cluster",
        "kafka_networks",
        Named(_kafka),
        Policy(),
        holds_data=True,
        operation="kafka:GetClusterPolicy",
    ),
    opened("mq-broker", "AWS::AmazonMQ::Broker", "message_brokers", Named(_broker)),
    opened(
        "opensearch-domain",
        "AWS::OpenSearchService::Domain",
        "opensearch_domains",
        Named(_search),
        holds_data=True,
        operation="opensearch:DescribeDomains",
    ),
    opened(
        "opensearchserverless-network-policy",
        "AWS::OpenSearchServerless::SecurityPolicy",
        "opensearchserverless_network_policy_rules",
        Named(_network_policy),
    ),
    opened(
        "opensearchserverless-access-policy",
        "AWS::OpenSearchServerless::AccessPolicy",
        "opensearchserverless_access_policy_rules",
        Named(_access_policy),
        holds_data=True,
    ),
    opened("elasticache-cluster", "AWS::ElastiCache::CacheCluster", "elasticache_clusters", Named(_cache)),
    opened(
        "timestream-influxdb-instance",
        "AWS::Timestream::InfluxDBInstance",
        "influx_instances",
        Endpoint("publicly_accessible", "groups", port="port", closed="vpc_blocked"),
        holds_data=True,
    ),
    opened(
        "neptune-graph",
        "AWS::NeptuneGraph::Graph",
        "neptune_graphs",
        Endpoint("is_public", asks="IAM"),
        holds_data=True,
    ),
    opened(
        "storagegateway-nfs-share",
        "AWS::StorageGateway::NFSFileShare",
        "storagegateway_nfs_shares",
        Endpoint("arn", cidrs="cidrs", asks="a way into the gateway's network", through="NFS"),
        holds_data=True,
        operation="storagegateway:DescribeNFSFileShares",
    ),
)
