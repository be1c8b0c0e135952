"""Each guardrail, once where it keeps strangers out and once where it does not: raw level, guardrail, level left."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orienteer.facts import exposures
from orienteer.facts.seen import Cells
from tests.facts.support import NOW, PLACE, estate
from tests.facts.test_exposables import (
    ASKING,
    BALANCER,
    DATABASE,
    GROUND,
    NETWORK,
    OFF,
    ON,
    OWN,
    RULE_OF,
    STRANGER,
    UNROUTED,
    one,
    policy,
    root,
)

Pair = tuple[str, str, str]
OPEN, SHUT = policy("*", "s3:GetObject"), policy(root(STRANGER), "s3:GetObject")
EVERYBODY = json.dumps([{"Grantee": {"URI": "http://acs.amazonaws.com/groups/global/AllUsers"}, "Permission": "READ"}])
BUCKET = {"s3_buckets": [{"resource_id": "r", "bucket": "r"}]}
OPEN_BUCKET = BUCKET | {"s3_bucket_policies": [{"resource_id": "r", "policy": OPEN}]}
LISTED_BUCKET = BUCKET | {"s3_bucket_acls": [{"resource_id": "r", "owner_id": "me", "grants": EVERYBODY}]}
ALLOWED = {"ec2_vpc_block_exclusions": [{"mode": "allow-bidirectional", "state": "create-complete"}]}
INSTANCE = NETWORK | one("ec2_instances", resource_id="i-1", instance_id="i-1")
URL = {"lambda_function_policies": [{"resource_id": "r"}]}
ENDPOINT = "ec2-vpc-endpoint-policy"


def account_block(**on: bool) -> dict[str, Any]:
    return {"s3_account_public_access_block": [{"resource_id": PLACE["account_id"], **on}]}


def bucket_block(**on: bool) -> dict[str, Any]:
    return {"s3_bucket_public_access_block": [{"resource_id": "r", **on}]}


IN_VPC: dict[str, Any] = {
    "ec2_security_groups": [group | {"vpc_id": "v"} for group in NETWORK["ec2_security_groups"]],
    "ec2_vpcs": [{"vpc_id": "v", "owner_account": OWN}],
}


def excluded(what: str) -> dict[str, Any]:
    arn = f"arn:aws:ec2:eu-west-1:{OWN}:{what}"
    row = {"mode": "allow-bidirectional", "state": "create-complete", "excluded_arn": arn}
    return {"ec2_vpc_block_exclusions": [row]}


def url(asks: str, text: str | None) -> dict[str, Any]:
    return URL | {"lambda_function_url_policies": [
        {"resource_id": "r", "url": "https://x", "authorization": asks, "policy": text}]}  # fmt: skip


PUBLIC = ("public", "", "public")
PAIRS: list[tuple[str, str, dict[str, Any], Pair]] = [
    ("S3, the account's block", "s3-bucket-policy", OPEN_BUCKET | account_block(restrict_public_buckets=True),
     ("public", "restricts", "private")),
    ("S3, the account's block of new policies only", "s3-bucket-policy",
     OPEN_BUCKET | account_block(block_public_policy=True, restrict_public_buckets=False), PUBLIC),
    ("S3, the bucket's block", "s3-bucket-policy", OPEN_BUCKET | bucket_block(restrict_public_buckets=True),
     ("public", "restricts", "private")),
    ("S3, the bucket's block, a named stranger", "s3-bucket-policy",
     BUCKET | {"s3_bucket_policies": [{"resource_id": "r", "policy": SHUT}]}
     | bucket_block(restrict_public_buckets=True), ("external", "", "external")),
    ("S3, the most restrictive wins", "s3-bucket-policy",
     OPEN_BUCKET | account_block(restrict_public_buckets=False) | bucket_block(restrict_public_buckets=True),
     ("public", "restricts", "private")),
    ("S3, an open policy, policies and ACLs blocked", "s3-bucket-policy",
     OPEN_BUCKET | account_block(restrict_public_buckets=True, ignore_public_acls=True),
     ("public", "restricts", "private")),
    ("S3, ACLs ignored", "s3-bucket-policy", LISTED_BUCKET | account_block(ignore_public_acls=True),
     ("public", "ignores_acls", "private")),
    ("S3, policies blocked and ACLs not", "s3-bucket-policy", LISTED_BUCKET | account_block(block_public_policy=True),
     PUBLIC),
    ("EBS, all sharing blocked", "ec2-ebs-snapshot", one("ec2_snapshots", is_public=True)
     | {"ec2_snapshot_block_public_access": [{"state": "block-all-sharing"}]},
     ("public", "sharing_blocked", "private")),
    ("EBS, new sharing blocked", "ec2-ebs-snapshot", one("ec2_snapshots", is_public=True)
     | {"ec2_snapshot_block_public_access": [{"state": "block-new-sharing"}]}, PUBLIC),
    ("EBS, all sharing blocked, a named stranger", "ec2-ebs-snapshot",
     one("ec2_snapshots") | one("ec2_snapshot_shares", account_ids=json.dumps([STRANGER]))
     | {"ec2_snapshot_block_public_access": [{"state": "block-all-sharing"}]}, ("external", "", "external")),
    ("AMI, new sharing blocked: what is shared stays", "ec2-ami", one("ec2_images", is_public=True)
     | {"ec2_image_block_public_access": [{"state": "block-new-sharing"}]}, PUBLIC),
    ("AMI, never shared", "ec2-ami", one("ec2_images"), ("private", "", "private")),
    ("EMR, blocked when a cluster starts: one that runs stays open", "emr-cluster",
     NETWORK | one("emr_cluster_details", group_ids='["sg-open"]')
     | one("emr_cluster_instances", public_ip="198.51.100.7") | {"emr_block_public_access": [{"blocked": True}]},
     PUBLIC),
    ("VPC block, an instance", "ec2-instance", INSTANCE | ON, ("public", "no way from the internet", "private")),
    ("VPC block with an exclusion", "ec2-instance", INSTANCE | ON | ALLOWED, PUBLIC),
    ("VPC block with another VPC excluded", "ec2-instance", INSTANCE | ON | IN_VPC | excluded("vpc/vpc-other"),
     ("public", "no way from the internet", "private")),
    ("VPC block with this VPC excluded", "ec2-instance", INSTANCE | ON | IN_VPC | excluded("vpc/v"), PUBLIC),
    ("VPC block with some subnet excluded", "ec2-instance", INSTANCE | ON | IN_VPC | excluded("subnet/sub-2"), PUBLIC),
    ("VPC block of an account that does not own the VPC", "ec2-instance", INSTANCE | ON | IN_VPC
     | {"ec2_vpcs": [{"vpc_id": "v", "owner_account": STRANGER}]}, PUBLIC),
    ("EMR, VPC block", "emr-cluster", NETWORK | ON | one("emr_cluster_details", group_ids='["sg-open"]')
     | one("emr_cluster_instances", public_ip="198.51.100.7"), ("public", "vpc_blocked", "private")),
    ("Transfer, VPC block", "transfer-server", NETWORK | ON | one("transfer_server_details", is_public=False,
     in_vpc_public=True, group_ids='["sg-open"]', protocols='["SFTP"]'), ("public", "security groups", "private")),
    ("S3, the block of the bucket behind an access point", "s3-access-point",
     BUCKET | bucket_block(restrict_public_buckets=True)
     | one("s3_access_point_policies", policy=OPEN, from_internet=True, bucket="r"),
     ("public", "restricts_point", "private")),
    ("S3, an access point of another bucket", "s3-access-point",
     BUCKET | bucket_block(restrict_public_buckets=True)
     | one("s3_access_point_policies", policy=OPEN, from_internet=True, bucket="other"), PUBLIC),
    ("Endpoint service, everybody may ask", "ec2-vpc-endpoint-service",
     one("ec2_endpoint_services", acceptance_required=True) | one("ec2_endpoint_service_shares", principal="*"),
     ("public", "acceptance", "private")),
    ("Peering that another account asks for", "ec2-vpc-peering", one("ec2_vpc_peerings", state="pending-acceptance",
     account_ids=json.dumps([STRANGER, OWN])), ("external", "acceptance", "private")),
    ("Peering that this account asks for", "ec2-vpc-peering", one("ec2_vpc_peerings", state="pending-acceptance",
     account_ids=json.dumps([OWN, STRANGER])), ("external", "", "external")),
    ("Log policy: services alone come in by it", "logs-resource-policy", one("logs_resource_policies", policy=OPEN),
     ("public", "services only", "external")),
    ("Log policy: accounts do not", "logs-resource-policy", one("logs_resource_policies", policy=SHUT),
     ("external", "services only", "private")),
    ("AgentCore harness", "bedrock-agentcore-runtime", one("bedrock_agentcore_harness_details"),
     ("public", "IAM", "private")),
    ("AgentCore runtime with tokens", "bedrock-agentcore-runtime", one("bedrock_agentcore_runtime_details",
     issuer="https://i") | one("bedrock_agentcore_runtime_policies", policy=OPEN),
     ("public", "a token of https://i", "private")),
    ("AgentCore runtime with IAM", "bedrock-agentcore-runtime", one("bedrock_agentcore_runtime_details")
     | one("bedrock_agentcore_runtime_policies", policy=OPEN), PUBLIC),
    ("AgentCore gateway with tokens", "bedrock-agentcore-gateway", one("bedrock_agentcore_gateway_policies",
     authorization="CUSTOM_JWT", policy=OPEN), ("public", "a token", "private")),
    ("VPC block off", "ec2-instance", INSTANCE | OFF, PUBLIC),
    ("RDS, VPC block", "rds-instance", NETWORK | ON | one("rds_instances", **DATABASE),
     ("public", "private_network", "private")),
    ("RDS, private subnets", "rds-instance", NETWORK | UNROUTED | one("rds_instances", **DATABASE),
     ("public", "private_network", "private")),
    ("RDS, public subnets", "rds-instance", NETWORK | one("rds_instances", **DATABASE), PUBLIC),
    ("Redshift, VPC block", "redshift-cluster", NETWORK | ON | one("redshift_clusters", **DATABASE),
     ("public", "private_network", "private")),
    ("Redshift, private subnets", "redshift-cluster",
     NETWORK | UNROUTED | one("redshift_clusters", vpc_id="v", **DATABASE), ("public", "private_network", "private")),
    ("Redshift, security groups", "redshift-cluster",
     NETWORK | one("redshift_clusters", **DATABASE | {"group_ids": '["sg-shut"]'}),
     ("public", "security groups", "private")),
    ("Redshift, neither", "redshift-cluster", NETWORK | one("redshift_clusters", **DATABASE), PUBLIC),
    ("SSM, new public sharing off: what is shared stays", "ssm-document",
     one("ssm_document_shares", account_ids='["all"]') | {"ssm_document_public_sharing": [{"new_sharing_off": True}]},
     PUBLIC),
    ("SSM, not shared", "ssm-document", one("ssm_document_shares", account_ids="[]"), ("private", "", "private")),
    ("Lambda, a URL without a grant to anybody", "lambda-function-url", url("NONE", None), ("private", "", "private")),
    ("Lambda, a URL with both", "lambda-function-url", url("NONE", policy("*", "lambda:InvokeFunctionUrl")), PUBLIC),
    ("EKS, IAM asks", "eks-cluster-endpoint",
     one("eks_cluster_details", public_endpoint=True, public_cidrs='["0.0.0.0/0"]'),
     ("public", "IAM or OIDC", "private")),
    ("EKS, a list of networks", "eks-cluster-endpoint",
     one("eks_cluster_details", public_endpoint=True, public_cidrs='["198.51.100.0/24"]'),
     ("public", "networks", "private")),
    ("OpenSearch in a VPC", "opensearch-domain", one("opensearch_domains", policy=policy("*"), vpc_id="v"),
     ("public", "its VPC", "private")),
    ("OpenSearch on the internet", "opensearch-domain", one("opensearch_domains", policy=policy("*")), PUBLIC),
]  # fmt: skip


PRIVATE = ("private", "", "private")
LET_IN = {"protocols": '["SFTP", "FTPS"]', "is_public": False, "in_vpc_public": True}
MORE: list[tuple[str, str, dict[str, Any], Pair]] = [
    ("Log policy: a service that acts for anybody", "logs-resource-policy",
     one("logs_resource_policies", policy=policy({"Service": "es.amazonaws.com"})), ("external", "", "external")),
    ("WorkSpaces, named addresses", "workspaces-directory", one("workspaces_directories", ip_groups='["g"]'),
     ("public", "IP access control", "private")),
    ("WorkSpaces, open sign-in", "workspaces-directory", one("workspaces_directories", ip_groups="[]"),
     ("public", "a sign-in", "private")),
    ("Portal, named addresses", "workspaces-web-portal", one("workspaces_web_portal_details", ip_settings="arn:s"),
     ("public", "IP access settings", "private")),
    ("Portal, open sign-in", "workspaces-web-portal", one("workspaces_web_portal_details"),
     ("public", "a sign-in", "private")),
    ("IVS, tokens", "ivs-channel", one("ivs_channels", authorized=True), ("public", "tokens", "private")),
    ("MediaPackage, the CDN's secret", "mediapackage-origin-endpoint",
     one("mediapackage_origin_endpoints", asks_secret=True), ("public", "CDN authorization or networks", "private")),
    ("MediaPackage, named networks", "mediapackage-origin-endpoint",
     one("mediapackage_origin_endpoints", cidrs='["198.51.100.0/24"]'),
     ("public", "CDN authorization or networks", "private")),
    ("MediaPackage, every network", "mediapackage-origin-endpoint",
     one("mediapackage_origin_endpoints", cidrs='["0.0.0.0/0"]'), PUBLIC),
    ("Accelerator without a listener", "globalaccelerator-accelerator",
     one("globalaccelerator_accelerators", enabled=True), ("public", "no listener", "private")),
    ("Accelerator that is off", "globalaccelerator-accelerator", one("globalaccelerator_accelerators", enabled=False)
     | one("globalaccelerator_listeners", ports='[{"FromPort": 80, "ToPort": 80}]'), PRIVATE),
    ("GameLift, named networks", "gamelift-fleet", one("gamelift_fleets")
     | one("gamelift_fleet_ports", first=1, last=9, cidr="198.51.100.0/24"), PRIVATE),
    ("Redshift data share, a stranger beside clusters with public addresses", "redshift-datashare",
     one("redshift_data_shares", consumers=json.dumps([STRANGER]), to_public_clusters=True),
     ("external", "", "external")),
    ("Redshift data share for clusters with public addresses", "redshift-datashare",
     one("redshift_data_shares", consumers="[]", to_public_clusters=True), PRIVATE),
    ("RAM, open for outsiders and empty", "ram-resource-share", one("ram_shares", allow_external=True),
     ("external", "", "external")),
    ("RAM, a stranger that left", "ram-resource-share", one("ram_shares", share_arn="s")
     | one("ram_share_principals", share_arn="s", principal=STRANGER, status="DISASSOCIATED"), PRIVATE),
    ("RAM, kept inside, and a stranger in it", "ram-resource-share", one("ram_shares", share_arn="s")
     | one("ram_share_principals", share_arn="s", principal=STRANGER, status="ASSOCIATED"),
     ("external", "", "external")),
    ("RAM, a stranger in it", "ram-resource-share", one("ram_shares", share_arn="s", allow_external=True)
     | one("ram_share_principals", share_arn="s", principal=STRANGER, status="ASSOCIATED"),
     ("external", "", "external")),
    ("MQ, public without groups", "mq-broker", NETWORK | one("mq_broker_details", publicly_accessible=True), PUBLIC),
    ("MQ, groups", "mq-broker", NETWORK | one("mq_broker_details", publicly_accessible=True, group_ids='["sg-shut"]'),
     ("public", "security groups", "private")),
    ("MQ, private", "mq-broker", NETWORK | one("mq_broker_details", publicly_accessible=False), PRIVATE),
    ("Transfer in a VPC, another port is open", "transfer-server",
     NETWORK | one("transfer_server_details", group_ids='["sg-open"]', **LET_IN),
     ("public", "security groups", "private")),
    ("Transfer in a VPC, ports below are open", "transfer-server", NETWORK | {"ec2_security_groups": [
        {"resource_id": "sg-low", "group_id": "sg-low", "ingress": json.dumps([
            {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 10, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])}]}
     | one("transfer_server_details", group_ids='["sg-low"]', **LET_IN), ("public", "security groups", "private")),
    ("Transfer in a VPC, its port is open", "transfer-server", NETWORK | {"ec2_security_groups": [
        {"resource_id": "sg-in", "group_id": "sg-in", "ingress": json.dumps([
            {"IpProtocol": "tcp", "FromPort": 20, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])}]}
     | one("transfer_server_details", group_ids='["sg-in"]', **LET_IN), PUBLIC),
    ("Amplify, one branch asks and one does not", "amplify-app", one("amplify_apps") | {"amplify_branches": [
        {"resource_id": "r", "branch": name, "branch_asks_password": name == "dev"}
        for name in ("dev", "main")]}, PUBLIC),
    ("Amplify, each branch asks", "amplify-app", one("amplify_apps")
     | one("amplify_branches", branch="dev", branch_asks_password=True), ("public", "basic authentication", "private")),
    ("Beanstalk, a worker", "elasticbeanstalk-environment",
     one("elasticbeanstalk_environments", is_web=False, endpoint="198.51.100.7"), PRIVATE),
    ("Beanstalk, an inward balancer", "elasticbeanstalk-environment",
     one("elasticbeanstalk_environments", is_web=True, endpoint="internal-awseb-1.eu-west-1.elb.amazonaws.com"),
     PRIVATE),
    ("Beanstalk, on the internet", "elasticbeanstalk-environment",
     one("elasticbeanstalk_environments", is_web=True, endpoint="198.51.100.7"), PUBLIC),
    ("Public repository whose policy names nobody", "ecr-public-repository",
     one("ecr_public_repository_policies"), PUBLIC),
    ("AppSync events, IAM", "appsync-event-api",
     one("appsync_event_apis", takes_key=False, authorization='["AWS_IAM"]'),
     ("public", "authorization (AWS_IAM)", "private")),
    ("AppSync events, a key", "appsync-event-api", one("appsync_event_apis", takes_key=True), PUBLIC),
    ("Trust anchor that is off", "iam-rolesanywhere-trust-anchor", one("rolesanywhere_trust_anchors", enabled=False,
     pca_arn=f"arn:aws:acm-pca:eu-west-1:{STRANGER}:certificate-authority/x"), PRIVATE),
    ("Lightsail bucket, neither open nor with open objects", "lightsail-bucket",
     one("lightsail_buckets", objects_public=False), PRIVATE),
    ("FPGA image that everybody may load", "ec2-fpga-image", one("ec2_fpga_image_shares", groups='["all"]'), PUBLIC),
    ("Load balancer, another listener's rule asks nobody", "elbv2-load-balancer", NETWORK | BALANCER | ASKING
     | one("elbv2_rules", **RULE_OF | {"listener_arn": "arn:other"}, lets_through=True),
     ("public", "authentication at the listener", "private")),
    ("API key that has ended", "location-api-key", one("location_keys", expires_at=NOW),
     ("public", "no valid key", "private")),
    ("API key of named pages", "location-api-key", one("location_keys", referers='["https://shop.example/*"]'),
     ("public", "referers", "private")),
    ("API key of all pages", "location-api-key", one("location_keys", referers='["https://*"]'), PUBLIC),
]  # fmt: skip


@pytest.mark.parametrize(("name", "id", "tables", "wanted"), PAIRS + MORE, ids=[name for name, *_ in PAIRS + MORE])
def test_what_a_guardrail_leaves(name: str, id: str, tables: dict[str, Any], wanted: Pair) -> None:
    assert told(id, tables) == [wanted]


def told(id: str, tables: dict[str, Any]) -> list[Pair]:
    """Raw level, guardrail and effective level of each resource of a type."""
    types = [one for one in exposures.declared() if id in one.ids]
    sources = estate({table: [PLACE | row for row in rows] for table, rows in tables.items()}).source
    found = [row["reached"] for row in exposures.rows_of(types, GROUND, sources) if isinstance(row, Cells)]
    return [(reached.raw, reached.guardrail, reached.level) for reached in found]


@pytest.mark.parametrize(("text", "told_so"), [(policy("*"), True), (policy(root(PLACE["account_id"])), False)])
def test_an_endpoint_policy_is_told_and_closes_nothing(text: str, told_so: bool) -> None:
    """It binds callers that come through the endpoint and no others, so it opens no resource and closes none."""
    (endpoint,) = [one for one in exposures.declared() if ENDPOINT in one.ids]
    rows = {"ec2_vpc_endpoints": [PLACE | {"resource_id": "vpce-1", "policy": text}]}
    (row,) = [r for r in exposures.rows_of([endpoint], GROUND, estate(rows).source) if isinstance(r, Cells)]
    assert row["reached"].level == "private"
    assert bool(row["reached"].why) is told_so
