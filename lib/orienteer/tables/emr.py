"""EMR clusters and studios, and the account's block on public security groups."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope, Table
from orienteer.tables.shapes import arn, described, listed, name

_BLOCK = "BlockPublicAccessConfiguration"
OPEN = (
    f"{_BLOCK}.BlockPublicSecurityGroupRules != `true` || length({_BLOCK}.PermittedPublicSecurityGroupRuleRanges"
    "[?MinRange != `22` || (MaxRange && MaxRange != `22`)] || `[]`) > `0`"
)
ALIVE = ["STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING", "TERMINATING"]

BLOCK_PUBLIC_ACCESS = Table(
    name="emr_block_public_access",
    doc="One row per account and region: whether clusters may start with security groups that are open to everybody.",
    scope=Scope.REGION,
    call=Call("emr", "get_block_public_access_configuration"),
    columns=(
        Column(
            "blocked",
            "BlockPublicAccessConfiguration.BlockPublicSecurityGroupRules",
            "bool",
            "clusters with public rules are refused at their start",
        ),
        Column(
            "excepted_ports",
            "BlockPublicAccessConfiguration.PermittedPublicSecurityGroupRuleRanges",
            "json",
            "port ranges that may be public all the same",
        ),
        Column("open", OPEN, "bool", "public rules are let through, on other ports than 22 (the default)"),
    ),
)

RECENT_CLUSTERS = Table(
    name="emr_recent_clusters",
    doc="One row per cluster of the newest page, ended ones among them; asked only where public rules are let through.",
    scope=Scope.REGION,
    parent=BLOCK_PUBLIC_ACCESS,
    when="open",
    call=Call("emr", "list_clusters", pages=1),
    items="Clusters[]",
    columns=(Column("cluster_id", "Id", "string", "id of the cluster"),),
    resource="cluster_id",
)

CLUSTERS = listed(
    "emr_clusters",
    "One row per cluster that is alive.",
    Call("emr", "list_clusters", fixed={"ClusterStates": ALIVE}),
    "Clusters[]",
    Column("id", "Id", "string", "id of the cluster"),
    name("Name"),
    arn("ClusterArn"),
    resource="id",
)

CLUSTER_DETAILS = described(
    "emr_cluster_details",
    CLUSTERS,
    "One row per cluster: host name and groups of its primary node.",
    Call("emr", "describe_cluster", params={"ClusterId": "id"}),
    name("Cluster.Name"),
    Column(
        "primary_host",
        "Cluster.MasterPublicDnsName",
        "string",
        "host name of the primary node; a private one in a private subnet",
    ),
    Column(
        "group_ids",
        "Cluster.Ec2InstanceAttributes.[EmrManagedMasterSecurityGroup, AdditionalMasterSecurityGroups[]][] | [?@]",
        "json",
        "security groups on the primary node",
    ),
    Column("subnet_id", "Cluster.Ec2InstanceAttributes.Ec2SubnetId", "string", "its subnet"),
)

CLUSTER_INSTANCES = described(
    "emr_cluster_instances",
    CLUSTERS,
    "One row per running instance of a cluster: its addresses.",
    Call("emr", "list_instances", params={"ClusterId": "id"}, fixed={"InstanceStates": ["RUNNING"]}),
    Column("instance_id", "Ec2InstanceId", "string", "EC2 instance"),
    Column("public_ip", "PublicIpAddress", "string", "its public address"),
    items="Instances[]",
)

STUDIOS = listed(
    "emr_studios",
    "One row per studio: its URL and how people sign in.",
    Call("emr", "list_studios"),
    "Studios[]",
    name("StudioId", "id of the studio"),
    Column("title", "Name", "string", "what it is called"),
    Column("url", "Url", "string", "its URL"),
    Column("authentication", "AuthMode", "string", "SSO or IAM"),
)
