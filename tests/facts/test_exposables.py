"""Who reaches a resource of each exposable type: rows of tables in, the level out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from orienteer.facts import exposures, rests
from orienteer.facts.exposable import Ground, Policy
from orienteer.facts.fact import FACTS
from orienteer.facts.seen import Cells, Partial, Unseen
from orienteer.tables import registry
from tests.each import each
from tests.facts.support import GAP, NOW, PLACE, estate

DAY = pd.Timedelta(days=1)
OWN, MEMBER, STRANGER = "111111111111", "222222222222", "999999999999"
OFF = {"ec2_vpc_block_public_access": [{"ingress_blocked": False}]}
ON = {"ec2_vpc_block_public_access": [{"ingress_blocked": True}]}
RULE = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432}
GROUPS = {
    "ec2_security_groups": [
        {"resource_id": "sg-open", "group_id": "sg-open",
         "ingress": json.dumps([{**RULE, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])},
        {"resource_id": "sg-shut", "group_id": "sg-shut",
         "ingress": json.dumps([{**RULE, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}])},
        {"resource_id": "sg-peer", "group_id": "sg-peer",
         "ingress": json.dumps([{**RULE, "UserIdGroupPairs": [{"UserId": STRANGER, "GroupId": "sg-1"}]}])},
    ]
}  # fmt: skip
ROUTED = {
    "ec2_subnets": [{"resource_id": "sub", "subnet_id": "sub", "vpc_id": "v"}],
    "ec2_route_tables": [{"route_table_id": "rtb", "vpc_id": "v", "is_main": True, "subnet_ids": "[]", "routes":
        json.dumps([{"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"}])}],
}  # fmt: skip
UNROUTED = ROUTED | {"ec2_route_tables": [{"route_table_id": "rtb", "vpc_id": "v", "is_main": True, "routes": "[]"}]}
INTERFACE = {"resource_id": "eni", "interface_id": "eni", "subnet_id": "sub", "group_ids": '["sg-open"]',
             "public_ips": '["198.51.100.7"]', "instance_id": "i-1"}  # fmt: skip
NETWORK = GROUPS | ROUTED | OFF | {"ec2_network_interfaces": [INTERFACE]}
DATABASE = {"engine": "postgres", "publicly_accessible": True, "port": 5432, "group_ids": '["sg-open"]',
            "subnet_ids": '["sub"]'}  # fmt: skip


def policy(principal: Any, action: str = "*") -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*"}]})  # fmt: skip


def root(account: str) -> dict[str, str]:
    return {"AWS": f"arn:aws:iam::{account}:root"}


GROUND = Ground("o-1", Partial((OWN, MEMBER)), frozenset(), Partial(()))


def told(name: str, kind: str = "", **tables: Any) -> dict[str, str]:
    """The level of each resource of a type, from rows of tables; empty where it was not seen."""
    types = [one for one in exposures.declared() if name in one.ids and kind in ("", one.type)]
    sources = estate({table: [PLACE | row for row in rows] for table, rows in tables.items()}).source
    types = [one for one in types if tables_with_rows(one, tables)]
    found = [row for row in exposures.rows_of(types, GROUND, sources) if isinstance(row, Cells)]
    return {row["resource_id"]: getattr(row["reached"], "level", "") for row in found}


def tables_with_rows(one: exposures.Exposable, tables: Mapping[str, Any]) -> bool:
    return bool(exposures.tables_of(one) & tables.keys())


BY_POLICY = [one for one in exposures.declared() if one.opened_by == (Policy(),) and one.source.endswith("_policies")]
NAMED = {"public": "*", "external": root(STRANGER), "organization": root(MEMBER), "private": root(OWN)}


@each("one", BY_POLICY, ids=lambda one: one.type)
def test_a_policy_opens(one: exposures.Exposable) -> None:
    more = {"is_customer": True} if "is_customer" in registry()[one.source].schema else {}
    rows = [{"resource_id": wanted, "policy": policy(principal)} | more for wanted, principal in NAMED.items()]
    found = told(one.ids[0], one.type, **{one.source: [*rows, {"resource_id": "none"} | more]})
    assert found == {wanted: wanted for wanted in NAMED} | {"none": "private"}


Case = tuple[str, str, dict[str, list[dict[str, Any]]]]
R = {"resource_id": "r", "name": "r", "arn": "arn:r"}


def one(table: str, **cells: Any) -> dict[str, list[dict[str, Any]]]:
    """A row of a table; of what every row here is given, the columns that the table has."""
    known = registry()[table].schema
    return {table: [{c: v for c, v in (R | cells).items() if c in known or c not in R | DATABASE}]}


def portfolio(accounts: Sequence[str] = (), **nodes: list[str]) -> dict[str, list[dict[str, Any]]]:
    """A Service Catalog portfolio, shared with accounts, `organizations` and `units`."""
    tables = one("servicecatalog_portfolio_shares", account_ids=json.dumps(list(accounts)))
    for kind in ("organizations", "units"):
        tables |= one(f"servicecatalog_portfolio_{kind}", shares=json.dumps(nodes.get(kind, [])))
    return tables


THROUGH = json.dumps([{"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "vpce-1", "State": "active"}])
INSPECTED = ROUTED | {"ec2_route_tables": [ROUTED["ec2_route_tables"][0] | {"routes": THROUGH}]}
BALANCER = one("elbv2_load_balancers", internet_facing=True, group_ids='["sg-open"]', subnet_ids='["sub"]')
RULE_OF = {"load_balancer_arn": "arn:r", "listener_arn": "arn:l", "resource_id": "arn:l"}
ASKING = one("elbv2_listeners", **RULE_OF, port=5432, authenticates=True, asks_token=True)
ACTORS = [
    ("ACTOR_ACCOUNT_ID", "^123$", "private"), ("ACTOR_ACCOUNT_ID", "^(123|456)$", "private"),
    ("ACTOR_ACCOUNT_ID", "^123$|^456$", "private"), ("ACTOR_ACCOUNT_ID", "123", "public"),
    ("ACTOR_ACCOUNT_ID", "^123|456$", "public"), ("ACTOR_ACCOUNT_ID", "^.*$", "public"),
    ("REPOSITORY_NAME", "^web$", "public"),
]  # fmt: skip
CASES: list[Case] = [
    ("rds-instance", "public", NETWORK | one("rds_instances", **DATABASE)),
    ("rds-instance", "private", NETWORK | one("rds_instances", **DATABASE | {"publicly_accessible": False})),
    ("rds-instance", "private", NETWORK | one("rds_instances", **DATABASE | {"group_ids": '["sg-shut"]'})),
    ("rds-instance", "private", NETWORK | one("rds_instances", **DATABASE | {"port": 3306})),
    ("rds-instance", "private", NETWORK | UNROUTED | one("rds_instances", **DATABASE)),
    ("rds-instance", "private", NETWORK | ON | one("rds_instances", **DATABASE)),
    ("neptune-instance", "public", NETWORK | one("rds_instances", **DATABASE | {"engine": "neptune"})),
    ("docdb-instance", "private", NETWORK | one("rds_instances", **DATABASE | {"engine": "docdb", "port": 27017})),
    ("rds-cluster", "public", NETWORK | one("rds_clusters", **DATABASE)),
    ("rds-cluster", "private", NETWORK | one("rds_clusters", http_endpoint=True)),
    ("rds-snapshot", "public", one("rds_snapshot_shares", account_ids='["all"]')),
    ("rds-snapshot", "external", one("rds_snapshot_shares", account_ids=f'["{STRANGER}", "{MEMBER}"]')),
    ("rds-snapshot", "organization", one("rds_snapshot_shares", account_ids=f'["{MEMBER}"]')),
    ("rds-snapshot", "private", one("rds_snapshot_shares", account_ids="[]")),
    ("rds-cluster-snapshot", "public", one("rds_cluster_snapshot_shares", account_ids='["all"]', engine="aurora")),
    ("neptune-cluster-snapshot", "external",
     one("rds_cluster_snapshot_shares", account_ids=f'["{STRANGER}"]', engine="neptune")),
    ("docdb-cluster-snapshot", "private", one("rds_cluster_snapshot_shares", account_ids="[]", engine="docdb")),
    ("redshift-cluster", "public", NETWORK | one("redshift_clusters", **DATABASE)),
    ("redshift-cluster", "private", NETWORK | one("redshift_clusters", **DATABASE | {"group_ids": '["sg-shut"]'})),
    ("redshift-snapshot", "external", one("redshift_snapshots", account_ids=f'["{STRANGER}"]')),
    ("redshift-serverless-workgroup", "public", NETWORK | one("redshift_serverless_workgroups", **DATABASE)),
    ("ec2-instance", "public", NETWORK | one("ec2_instances", resource_id="i-1", instance_id="i-1")),
    ("ec2-instance", "private", NETWORK | UNROUTED | one("ec2_instances", resource_id="i-1", instance_id="i-1")),
    ("ec2-instance", "private", NETWORK | ON | one("ec2_instances", resource_id="i-1", instance_id="i-1")),
    ("ec2-instance", "private", NETWORK | one("ec2_instances", resource_id="i-2", instance_id="i-2")),
    ("ec2-network-interface", "public",
     NETWORK | {"ec2_network_interfaces": [INTERFACE | {"instance_id": None}]}),
    ("ec2-elastic-ip", "public", NETWORK | one("ec2_addresses", association="a", interface_id="eni")),
    ("ec2-elastic-ip", "private", NETWORK | one("ec2_addresses", interface_id="eni")),
    ("ec2-elastic-ip", "external", NETWORK | one("ec2_addresses", association="a", interface_account=STRANGER)),
    ("ec2-vpc-endpoint-service", "public", one("ec2_endpoint_services")
     | one("ec2_endpoint_service_shares", principal="*")),
    ("ec2-vpc-endpoint-service", "external", one("ec2_endpoint_services")
     | one("ec2_endpoint_service_shares", principal=f"arn:aws:iam::{STRANGER}:role/r")),
    ("ec2-vpc-endpoint-service", "private", one("ec2_endpoint_services") | one("ec2_endpoint_service_shares")),
    ("ec2-vpc-peering", "external", one("ec2_vpc_peerings", state="active", account_ids=f'["{OWN}", "{STRANGER}"]')),
    ("ec2-vpc-peering", "organization", one("ec2_vpc_peerings", state="active", account_ids=f'["{MEMBER}"]')),
    ("ec2-transit-gateway", "external",
     one("ec2_transit_attachments", state="available", gateway_account=OWN, attached_account=STRANGER)),
    ("ec2-network-interface", "public", NETWORK | {"ec2_network_interfaces": [INTERFACE | {
     "instance_id": None, "requester_managed": True, "description": "arn:aws:ecs:eu-west-1:1:attachment/a"}]}),
    ("ec2-instance", "public", NETWORK | INSPECTED | one("ec2_instances", resource_id="i-1", instance_id="i-1")),
    ("ec2-ebs-snapshot", "public", one("ec2_snapshots", is_public=True)
     | {"ec2_snapshot_shares": [GAP | {"resource_id": "r"}]}),
    ("ec2-subnet-auto-public", "private", one("ec2_subnets", public_ip_on_launch=True, vpc_id="v")),
    ("elbv2-load-balancer", "public", NETWORK | one("elbv2_load_balancers", internet_facing=True,
     group_ids='["sg-open"]', subnet_ids='["sub"]') | one("elbv2_listeners", load_balancer_arn="arn:r", port=5432)),
    ("elbv2-load-balancer", "private", NETWORK | one("elbv2_load_balancers", internet_facing=True,
     group_ids='["sg-open"]') | one("elbv2_listeners", load_balancer_arn="arn:r", port=5432, authenticates=True)),
    ("elbv2-load-balancer", "public", NETWORK | BALANCER | ASKING | one("elbv2_rules", **RULE_OF, lets_through=True)),
    ("elbv2-load-balancer", "private", NETWORK | BALANCER | ASKING | one("elbv2_rules", **RULE_OF, lets_through=False)),
    ("elbv2-load-balancer", "", NETWORK | BALANCER | ASKING | {"elbv2_rules": [GAP | {"resource_id": "arn:l"}]}),
    ("elbv2-load-balancer", "private", NETWORK | one("elbv2_load_balancers", internet_facing=False)),
    ("elb-classic", "public", NETWORK | one("elb_load_balancers", internet_facing=True, ports="[5432]",
     group_ids='["sg-open"]', subnet_ids='["sub"]')),
    ("elb-classic", "private", NETWORK | one("elb_load_balancers", internet_facing=True, ports="[80]",
     group_ids='["sg-open"]')),
    ("ecs-service-public-ip", "public", NETWORK | one("ecs_services", public_ip=True, group_ids='["sg-open"]')),
    ("ecs-service-public-ip", "private", NETWORK | one("ecs_services", public_ip=False, group_ids='["sg-open"]')),
    ("eks-cluster-endpoint", "private", one("eks_cluster_details", public_endpoint=True, public_cidrs='["0.0.0.0/0"]')),
    ("cloudfront-distribution", "public", one("cloudfront_distributions", enabled=True, origins='["b"]')),
    ("cloudfront-distribution", "private", one("cloudfront_distributions", enabled=True, signed_only=True)),
    ("cloudfront-distribution", "private", one("cloudfront_distributions", enabled=False)),
    ("apigateway-rest-api", "public", one("apigateway_rest_apis", is_private=False)
     | one("apigateway_stages", stage_name="s") | one("apigateway_methods", path="/", open_methods='["GET"]')),
    ("apigateway-rest-api", "private", one("apigateway_rest_apis", is_private=False)
     | one("apigateway_stages", stage_name="s")
     | one("apigateway_methods", path="/", open_methods="[]", authorization='["CUSTOM"]')),
    ("apigateway-rest-api", "private", one("apigateway_rest_apis", is_private=False)
     | one("apigateway_stages") | one("apigateway_methods", path="/", open_methods='["GET"]')),
    ("apigateway-rest-api", "external", one("apigateway_rest_apis", is_private=False, policy=policy(root(STRANGER)))
     | one("apigateway_stages", stage_name="s")
     | one("apigateway_methods", path="/", open_methods="[]", authorization='["AWS_IAM"]')),
    ("apigatewayv2-api", "public", one("apigatewayv2_apis", protocol="HTTP")
     | one("apigatewayv2_stages", stage_name="s") | one("apigatewayv2_routes", route="GET /", authorization="NONE")),
    ("apigatewayv2-api", "private", one("apigatewayv2_apis", protocol="HTTP")
     | one("apigatewayv2_stages", stage_name="s") | one("apigatewayv2_routes", route="GET /", authorization="JWT")),
    ("apigatewayv2-api", "private", one("apigatewayv2_apis", protocol="HTTP") | one("apigatewayv2_stages",
     stage_name="s") | one("apigatewayv2_routes", route="OPTIONS /{proxy+}", authorization="NONE")),
    ("opensearch-domain", "public", one("opensearch_domains", policy=policy("*"))),
    ("opensearch-domain", "private", one("opensearch_domains", policy=policy("*"), vpc_id="v")),
    ("opensearch-domain", "external", one("opensearch_domains", policy=policy(root(STRANGER)))),
    ("ssm-document", "public", one("ssm_document_shares", account_ids='["all"]')),
    ("ssm-document", "external", one("ssm_document_shares", account_ids=f'["{STRANGER}"]')),
    ("cognito-identity-pool", "public", one("cognito_identity_pool_roles", guests=True, guest_role="arn:role")),
    ("cognito-identity-pool", "private", one("cognito_identity_pool_roles", guests=False, guest_role="arn:role")),
    ("cognito-user-pool-signup", "public", one("cognito_user_pool_details", sign_up=True)),
    ("lambda-function-url", "public", one("lambda_function_policies")
     | one("lambda_function_url_policies", url="https://u", authorization="NONE", policy=policy("*"))),
    ("lambda-function-url", "private", one("lambda_function_policies")
     | one("lambda_function_url_policies", url="https://u", authorization="AWS_IAM", policy=policy(root(OWN)))),
    ("lambda-function-policy", "public", one("lambda_function_policies")
     | one("lambda_alias_policies", alias="live", policy=policy("*"))),
    ("lambda-function-policy", "private", one("lambda_function_policies")
     | one("lambda_alias_policies", alias="live", policy=policy(root(OWN)))),
    ("lambda-function-policy", "public", one("lambda_function_policies")
     | one("lambda_version_policies", version="3", policy=policy("*"))),
    ("lambda-function-policy", "", one("lambda_function_policies") | {"lambda_version_policies": [GAP]}),
    ("logs-resource-policy", "external", one("logs_group_policies", policy=policy("*"))),
    ("logs-resource-policy", "private", one("logs_group_policies", policy=policy(root(STRANGER)))),
    ("kms-grant", "private", one("kms_key_policies", is_customer=True, policy=policy(root(OWN)))
     | one("kms_grants", grantee="AROAEXAMPLEEXAMPLE123")),
    ("kms-grant", "external", one("kms_key_policies", is_customer=True, policy=policy(root(OWN)))
     | one("kms_grants", grantee=f"arn:aws:iam::{STRANGER}:role/r")),
    ("kms-grant", "private", one("kms_key_policies", is_customer=True, policy=policy(root(OWN)))
     | one("kms_grants", grantee="dynamodb.amazonaws.com")),
    ("s3-access-point", "public", one("s3_access_point_policies", policy=policy("*"), from_internet=True)
     | one("s3_access_point_details", restrict_public=False)
     | {"s3_account_public_access_block": [{"resource_id": OWN, "restrict_public_buckets": False}]}),
    ("s3-access-point", "private", one("s3_access_point_policies", policy=policy("*"), from_internet=True)
     | one("s3_access_point_details", restrict_public=True)),
    ("s3-access-point", "private", one("s3_access_point_policies", policy=policy("*"), from_internet=False)),
    ("appsync-graphql-api", "public", one("appsync_api_keys", takes_key=True, is_private=False, keys=1,
     last_expires_at=pd.Timestamp("2027-01-01", tz="UTC"))),
    ("appsync-graphql-api", "private", one("appsync_api_keys", takes_key=True, is_private=False, keys=1,
     last_expires_at=pd.Timestamp("2026-01-01", tz="UTC"))),
    ("transfer-server", "public", OFF | one("transfer_server_details", is_public=True, protocols='["SFTP"]')),
    ("transfer-server", "private", OFF | one("transfer_server_details", is_public=False, in_vpc_public=False)),
    ("lightsail-instance", "public", one("lightsail_instances", public_ip="198.51.100.7",
     ports='[{"first": 22, "last": 22, "cidrs": ["0.0.0.0/0"]}]')),
    ("lightsail-instance", "private", one("lightsail_instances", public_ip="198.51.100.7",
     ports='[{"first": 22, "last": 22, "cidrs": ["198.51.100.0/24"]}]')),
    ("lightsail-instance", "public", one("lightsail_instances", public_ip="198.51.100.7",
     ports='[{"first": 22, "last": 22, "from": "Anywhere (0.0.0.0/0)"}]')),
    ("lightsail-database", "public", one("lightsail_databases", publicly_accessible=True)),
    ("lightsail-bucket", "public", one("lightsail_buckets", objects_public=True)
     | {"lightsail_block_public_access": [{"blocked": False}]}),
    ("lightsail-bucket", "private", one("lightsail_buckets", objects_public=True)
     | {"lightsail_block_public_access": [{"blocked": True}]}),
    ("route53-public-zone", "public", one("route53_zones", is_private=False)),
    ("route53-public-zone", "external", one("route53_zones", is_private=True)
     | one("route53_zone_authorizations", vpc_id="vpc-0123456789abcdef0")),
    ("globalaccelerator-accelerator", "public", one("globalaccelerator_accelerators", enabled=True)
     | one("globalaccelerator_listeners", ports='[{"FromPort": 80, "ToPort": 80}]')),
    ("apprunner-service", "public", one("apprunner_service_details", is_public=True)),
    ("elasticbeanstalk-environment", "private", one("elasticbeanstalk_environments", is_web=True, endpoint="lb")
     | one("elbv2_load_balancers", dns_name="lb", internet_facing=False)),
    ("elasticbeanstalk-environment", "private",
     one("elasticbeanstalk_environments", is_web=True, endpoint="10.0.0.7")),
    ("elasticbeanstalk-environment", "public",
     one("elasticbeanstalk_environments", is_web=True, endpoint="198.51.100.7")),
    ("amplify-app", "public", one("amplify_apps", asks_password=False) | one("amplify_branches", branch="main")),
    ("amplify-app", "private", one("amplify_apps", asks_password=True)),
    ("emr-cluster", "public", NETWORK | one("emr_cluster_details", group_ids='["sg-open"]')
     | one("emr_cluster_instances", public_ip="198.51.100.7")),
    ("emr-cluster", "private", NETWORK | one("emr_cluster_details", group_ids='["sg-open"]')
     | one("emr_cluster_instances")),
    ("dms-replication-instance", "public",
     NETWORK | one("dms_replication_instances", publicly_accessible=True, group_ids='["sg-open"]')),
    ("kafka-cluster", "public", NETWORK | one("kafka_clusters", is_public=True, takes_strangers=True,
     group_ids='["sg-open"]')),
    ("kafka-cluster", "private", NETWORK | one("kafka_clusters", is_public=True, takes_strangers=False,
     group_ids='["sg-open"]')),
    ("mq-broker", "public", NETWORK | one("mq_broker_details", publicly_accessible=True)),
    ("opensearchserverless-network-policy", "private",
     one("opensearchserverless_network_policy_rules", rules='[{"AllowFromPublic": true}]')),
    ("lakeformation-permissions", "external", one("lakeformation_permissions", principal=STRANGER)),
    ("lakeformation-permissions", "external", one("lakeformation_permissions", principal=f"{STRANGER}:IAMPrincipals")),
    ("lakeformation-permissions", "private", one("lakeformation_permissions", principal=f"{OWN}:IAMPrincipals")),
    ("lakeformation-permissions", "private", one("lakeformation_permissions", principal="IAM_ALLOWED_PRINCIPALS")),
    ("ecr-public-repository", "public", one("ecr_public_repository_policies")),
    ("codebuild-project-visibility", "public", one("codebuild_projects", is_public=True)),
    ("codebuild-webhook", "public", one("codebuild_projects", has_webhook=True, source="GITHUB", filters="[]")),
    ("codebuild-webhook", "private", one("codebuild_projects", has_webhook=True, source="GITHUB",
     filters='[[{"type": "EVENT", "pattern": "PUSH"}]]')),
    *[("codebuild-webhook", level, one("codebuild_projects", has_webhook=True, source="GITHUB", filters=json.dumps(
     [[{"type": "EVENT", "pattern": "PULL_REQUEST_CREATED"}, {"type": kind, "pattern": pattern}]])))
     for kind, pattern, level in ACTORS],
    ("serverlessrepo-application", "public", one("serverlessrepo_application_policies", account_ids='["*"]')),
    ("serverlessrepo-application", "organization",
     one("serverlessrepo_application_policies", account_ids='["*"]', organization_ids='["o-1"]')),
    ("servicecatalog-portfolio", "private", portfolio()),
    ("servicecatalog-portfolio", "external", portfolio([STRANGER], units=["ou-abcd-11111111"])),
    ("servicecatalog-portfolio", "organization", portfolio(organizations=["o-abcdefghij"])),
    ("servicecatalog-portfolio", "organization", portfolio([OWN], units=["ou-abcd-11111111"])),
    ("ses-identity", "external", one("ses_identity_policies", policies=json.dumps([policy(root(STRANGER))]))),
    ("quicksight-dashboard", "public", one("quicksight_dashboard_permissions", link_principals=json.dumps(
     [f"arn:aws:quicksight:eu-west-1:{OWN}:namespace/default", "arn:aws:quicksight:::publicAnonymousUser/*"]))),
    ("quicksight-dashboard", "private", one("quicksight_dashboard_permissions",
     link_principals=f'["arn:aws:quicksight:eu-west-1:{OWN}:namespace/default"]')),
    ("quicksight-dashboard", "external", one("quicksight_dashboard_permissions",
     link_principals=f'["arn:aws:quicksight:eu-west-1:{STRANGER}:namespace/default"]')),
    ("quicksight-dashboard", "external", one("quicksight_dashboard_permissions",
     link_principals='["arn:aws:quicksight:::something/else"]')),
    ("quicksight-account", "private", one("quicksight_account_settings", public_sharing=True)),
    ("sagemaker-notebook", "private", one("sagemaker_notebook_details", direct_internet=True)),
    ("bedrock-agentcore-gateway", "public", one("bedrock_agentcore_gateway_policies", authorization="NONE")),
    ("bedrock-agentcore-gateway", "private", one("bedrock_agentcore_gateway_policies", authorization="AWS_IAM")),
    ("mwaa-environment", "private", one("mwaa_environment_details", is_public=True)),
    ("elasticache-cluster", "private", one("elasticache_clusters", subnet_group="g")),
    ("elasticache-cluster", "private", one("elasticache_clusters")),
    ("ec2-fpga-image", "public", one("ec2_fpga_image_shares", is_public=True)),
    ("lightsail-static-ip", "private", one("lightsail_static_ips", attached=False)),
    ("lightsail-load-balancer", "public", one("lightsail_load_balancers", ports="[80]")),
    ("lightsail-distribution", "public", one("lightsail_distributions", enabled=True)),
    ("organizations-delegation-policy", "organization",
     one("organization_resource_policy", policy=policy(root(MEMBER)))),
    ("ivs-channel", "public", one("ivs_channels", authorized=False)),
    ("location-api-key", "public", one("location_keys")),
    ("gamelift-fleet", "public", one("gamelift_fleets") | one("gamelift_fleet_ports", first=1, last=9,
     cidr="0.0.0.0/0")),
    ("medialive-input-security-group", "public",
     one("medialive_input_security_groups", cidrs='["0.0.0.0/0"]', inputs='["i"]')),
    ("qbusiness-application", "public", one("qbusiness_application_policies", is_anonymous=True)),
    ("iam-rolesanywhere-trust-anchor", "external", one("rolesanywhere_trust_anchors", enabled=True,
     pca_arn=f"arn:aws:acm-pca:eu-west-1:{STRANGER}:certificate-authority/c")),
    ("workspaces-image", "external", one("workspaces_image_shares", account_ids=f'["{STRANGER}"]')),
]  # fmt: skip


def lattice(
    authorization: str, policy_: str | None = None, share: str | None = None, **networks: str
) -> dict[str, Any]:
    """A Lattice service with its auth policy and its share, in networks of these accounts, each with its share."""
    inside = [{"account_id": account[1:], "resource_id": f"sn{n}", "service_arn": "arn:r", "policy": text or None}
              for n, (account, text) in enumerate(networks.items())]  # fmt: skip
    return {
        "vpc_lattice_service_policies": [{"resource_id": "r", "resource_arn": "arn:r", "authorization": authorization,
                                          "policy": policy_}],
        "vpc_lattice_service_shares": [{"resource_id": "r", "policy": share}],
        "vpc_lattice_network_services": inside,
    }  # fmt: skip


def lattice_network(authorization: str, policy_: str | None = None, share: str | None = None) -> dict[str, Any]:
    return one("vpc_lattice_network_auth_policies", authorization=authorization, policy=policy_) | one(
        "vpc_lattice_network_policies", policy=share
    )


CALLS, SHARES = "vpc-lattice-svcs:Invoke", "vpc-lattice:CreateServiceNetworkVpcAssociation"
EVERYBODY, PARTNER = policy("*", CALLS), policy(root(STRANGER), SHARES)
NO_SHARE = {f"_{OWN}": ""}
LATTICE: list[tuple[str, str, dict[str, Any]]] = [
    ("vpc-lattice-service", "private", lattice("NONE")),
    ("vpc-lattice-service", "private", lattice("NONE", **NO_SHARE)),
    ("vpc-lattice-service", "private", lattice("AWS_IAM", EVERYBODY, **NO_SHARE)),
    ("vpc-lattice-service", "external", lattice("NONE", **{f"_{OWN}": PARTNER})),
    ("vpc-lattice-service", "external", lattice("AWS_IAM", EVERYBODY, **{f"_{OWN}": PARTNER})),
    ("vpc-lattice-service", "external", lattice("NONE", share=PARTNER)),
    ("vpc-lattice-service", "organization", lattice("NONE", share=policy(root(MEMBER), SHARES))),
    ("vpc-lattice-service", "external",
     lattice("NONE", share=policy(root(MEMBER), SHARES), **{f"_{MEMBER}": PARTNER})),
    ("vpc-lattice-service", "private", lattice("AWS_IAM", share=PARTNER, **{f"_{OWN}": PARTNER})),
    ("vpc-lattice-service", "external", lattice("AWS_IAM", policy(root(STRANGER), CALLS))),
    ("vpc-lattice-service-network", "private", lattice_network("NONE")),
    ("vpc-lattice-service-network", "private", lattice_network("AWS_IAM", EVERYBODY)),
    ("vpc-lattice-service-network", "private", lattice_network("AWS_IAM")),
    ("vpc-lattice-service-network", "external", lattice_network("NONE", share=PARTNER)),
    ("vpc-lattice-service-network", "external", lattice_network("AWS_IAM", share=PARTNER)),
    ("vpc-lattice-service-network", "organization", lattice_network("NONE", share=policy(root(MEMBER), SHARES))),
    ("vpc-lattice-service-network", "external", lattice_network("AWS_IAM", policy(root(STRANGER), CALLS))),
]  # fmt: skip
DIRECTORY = "arn:aws:sso:::instance/ssoins-1"
SEEN = {"sso_instances": [{"resource_id": DIRECTORY, "instance_arn": DIRECTORY, "owner_account": MEMBER}]}
THEIRS = {"sso_instances": [SEEN["sso_instances"][0] | {"owner_account": STRANGER}]}


def grant(grantee: str, kind: str = "IAM", directory: str | None = DIRECTORY) -> dict[str, Any]:
    return one("s3_access_grants", grantee=grantee, grantee_type=kind, directory=directory)


def shared(table: str, *accounts: str) -> dict[str, Any]:
    return one(table, shared_with=json.dumps(accounts))


def hook(*groups: dict[str, str], **more: Any) -> dict[str, Any]:
    filters = json.dumps([[{"type": k, "pattern": v} for k, v in group.items()] for group in groups])
    return one("codebuild_projects", has_webhook=True, source="GITHUB", filters=filters, **more)


WELL = "wellarchitected_workload_shares"
SHARED: list[tuple[str, str, dict[str, Any]]] = [
    ("wellarchitected-workload-share", "organization", shared(WELL, "o-1")),
    ("wellarchitected-workload-share", "organization", shared(WELL, "ou-ab12-11112222")),
    ("wellarchitected-workload-share", "external", shared(WELL, "o-other")),
    ("wellarchitected-workload-share", "external", shared(WELL, STRANGER, "o-1")),
    ("lakeformation-permissions", "organization",
     one("lakeformation_permissions", principal="arn:aws:identitystore:::group/0-1")),
    ("lakeformation-permissions", "external",
     one("lakeformation_permissions", principal=f"arn:aws:iam::{STRANGER}:role/r")),
    ("lakeformation-permissions", "external",
     one("lakeformation_permissions", principal=f"{STRANGER}:IAMPrincipals")),
    ("lakeformation-permissions", "private", one("lakeformation_permissions", principal="IAM_ALLOWED_PRINCIPALS")),
    ("lakeformation-permissions", "organization", one("lakeformation_permissions",
     principal="arn:aws:organizations::222222222222:ou/o-1/ou-ab12-11112222")),
    ("lakeformation-permissions", "external", one("lakeformation_permissions",
     principal="arn:aws:organizations::999999999999:organization/o-other")),
    ("location-api-key", "private", one("location_keys", expires_at=NOW - DAY)),
    ("location-api-key", "private", one("location_keys", expires_at=NOW)),
    ("location-api-key", "public", one("location_keys", expires_at=NOW + DAY)),
    ("location-api-key", "public", one("location_keys", referers='["*"]')),
    ("location-api-key", "public", one("location_keys", referers='["https://*/*", "https://shop.example/*"]')),
    ("location-api-key", "private", one("location_keys", referers='["https://shop.example/*"]')),
    ("location-api-key", "private", one("location_keys", apps='["com.example.shop"]')),
    ("codebuild-webhook", "public", hook({"EVENT": "PULL_REQUEST_MERGED, PULL_REQUEST_CREATED"})),
    ("codebuild-webhook", "public", hook({"EVENT": "PULL_REQUEST_CLOSED"})),
    ("codebuild-webhook", "private", hook({"EVENT": "PULL_REQUEST_MERGED"})),
    ("codebuild-webhook", "private", hook({"EVENT": "PUSH, RELEASED"})),
    ("codebuild-webhook", "public", hook({"EVENT": "PUSH"}, {"EVENT": "PULL_REQUEST_UPDATED"})),
    ("codebuild-webhook", "private", hook({"EVENT": "PULL_REQUEST_UPDATED", "ACTOR_ACCOUNT_ID": "^12$"})),
]  # fmt: skip
GRANTS: list[tuple[str, str, dict[str, Any]]] = [
    ("s3-access-grants", "external", grant(f"arn:aws:iam::{STRANGER}:role/r")),
    ("s3-access-grants", "organization", grant(f"arn:aws:iam::{MEMBER}:role/r")),
    ("s3-access-grants", "private", grant(f"arn:aws:iam::{OWN}:user/u")),
    ("s3-access-grants", "organization", grant("0000", "DIRECTORY_GROUP") | SEEN),
    ("s3-access-grants", "external", grant("0000", "DIRECTORY_USER") | THEIRS),
    ("s3-access-grants", "", grant("0000", "DIRECTORY_USER")),
    ("s3-access-grants", "private", grant("0000", "DIRECTORY_USER", None)),
    ("s3-access-grants", "", grant("0000", "DIRECTORY_USER") | {"sso_instances": [GAP]}),
    ("s3-access-grants", "external", grant(f"arn:aws:iam::{STRANGER}:role/r") | {"sso_instances": [GAP]}),
]


@pytest.mark.parametrize(
    ("name", "wanted", "tables"), [*CASES, *LATTICE, *GRANTS, *SHARED], ids=lambda v: v if isinstance(v, str) else ""
)
def test_the_level(name: str, wanted: str, tables: dict[str, Any]) -> None:
    assert list(told(name, **tables).values()) == [wanted]


@pytest.mark.parametrize(("group", "wanted"), [("sg-open", "public"), ("sg-shut", "private"), ("sg-peer", "external")])
def test_a_group_is_as_open_as_what_uses_it(group: str, wanted: str) -> None:
    assert told("ec2-security-group", **NETWORK)[group] == wanted


def test_what_is_not_seen_of_a_database_is_not_assessed() -> None:
    for hidden in ("ec2_security_groups", "ec2_vpc_block_public_access"):
        assert told("rds-instance", **NETWORK | one("rds_instances", **DATABASE) | {hidden: [GAP]}) == {"r": ""}


def test_acls_of_objects_are_settled_by_their_bucket_or_not_at_all() -> None:
    given = {"s3_buckets": [{"resource_id": "b", "bucket": "b"}],
             "s3_account_public_access_block": [{"resource_id": OWN}]}  # fmt: skip
    for ownership, found in (("BucketOwnerEnforced", {}), ("ObjectWriter", {"b/*": ""})):
        rows = given | {"s3_bucket_ownership": [{"resource_id": "b", "object_ownership": ownership}]}
        assert told("s3-object-acl", **rows) == found


def test_every_type_names_a_source_that_there_is() -> None:
    names = [i for o in exposures.declared() for i in o.ids]
    assert len(set(names)) == 202
    assert (
        set(names) >= exposures.MAIN == {i for o in exposures.asked_for("main") for i in o.ids if i in exposures.MAIN}
    )
    assert exposures.asked_for("all") == exposures.declared()
    for o in exposures.declared():
        assert exposures.tables_of(o)


NOT_ABOUT_WHO = {
    "peerings": {"ec2_route_tables", "organization", "organization_accounts"},
    "ssm_shared_documents": {"ssm_document_public_sharing"},
}
"""Tables of facts that tell more than who gets in: routes over a peering, whether new sharing is refused."""


def test_an_operation_is_named_only_where_the_table_is_read_with_another() -> None:
    types = [one for one in exposures.declared() if one.source not in FACTS or FACTS[one.source].base]
    assert not [one.ids for one in types if one.operation == replace(one, operation="").call]
    assert {one.source: one.call for one in types}["sqs_queue_policies"] == "sqs:GetQueueAttributes"


def test_a_run_reads_every_table_behind_a_type() -> None:
    left = {
        one.source: rests.all_of(one.source) - exposures.tables_of(one)
        for one in exposures.declared()
        if one.source in FACTS
    }
    assert {source: tables for source, tables in left.items() if tables} == NOT_ABOUT_WHO


@pytest.mark.parametrize("table", ["vpc_lattice_network_services", "vpc_lattice_service_shares"])
def test_a_lattice_service_that_asks_for_nothing_hangs_on_who_comes_near(table: str) -> None:
    hidden = {table: [{"resource_id": "r"} | GAP]}
    assert told("vpc-lattice-service", **lattice("NONE", **NO_SHARE) | hidden) == {"r": ""}
    assert told("vpc-lattice-service", **lattice("AWS_IAM", **NO_SHARE) | hidden) == {"r": "private"}


def test_networks_of_other_accounts_matter_only_to_services_that_are_shared() -> None:
    elsewhere = {"vpc_lattice_network_services": [{"account_id": MEMBER} | GAP]}
    for share, wanted in ((None, "private"), (policy(root(MEMBER), SHARES), "")):
        assert told("vpc-lattice-service", **lattice("NONE", share=share) | elsewhere) == {"r": wanted}


def test_what_is_in_no_grant_is_no_grant() -> None:
    assert told("s3-access-grants", "AWS::S3::AccessGrant", s3_access_grants=[{"resource_id": "default"}]) == {}


@pytest.mark.parametrize(
    ("filters", "asked"),
    [
        ({"EVENT": "WORKFLOW_JOB_QUEUED"}, True),
        ({"EVENT": "PUSH, WORKFLOW_JOB_QUEUED"}, True),
        ({"EVENT": "WORKFLOW_JOB_QUEUED", "ACTOR_ACCOUNT_ID": "^12$"}, False),
        ({"EVENT": "PUSH"}, False),
    ],
)
def test_a_runner_of_workflows_is_asked_about(filters: dict[str, str], asked: bool) -> None:
    (kind,) = (o for o in exposures.declared() if "codebuild-webhook" in o.ids)
    tables = {name: [PLACE | row for row in rows] for name, rows in hook(filters).items()}
    (found,) = exposures.rows_of([kind], GROUND, estate(tables).source)
    assert isinstance(found, Cells)
    assert (found["reached"].level, bool(found["reached"].problems)) == ("private", asked)


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        ({"StringEquals": {"aws:SourceVpc": "vpc-0123456789abcdef0"}}, Unseen),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.7"}}, Unseen),
        ({"IpAddress": {"aws:SourceIp": ["203.0.113.7/32"]}}, Unseen),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, "external"),
        ({"StringEquals": {"aws:PrincipalAccount": STRANGER}}, "external"),
    ],
)
def test_networks_that_were_not_read_may_be_ones_own(condition: dict[str, Any], wanted: Any) -> None:
    """A range is none of them: addresses of interfaces are single ones."""
    document = json.loads(policy("*", "sqs:*"))
    document["Statement"][0]["Condition"] = condition
    queue = {"sqs_queue_policies": [PLACE | {"resource_id": "q", "policy": json.dumps(document)}]}
    for networks, found in ((Partial(()), "external"), (Partial((), frozenset({GAP["gap"]})), wanted)):
        ground = replace(GROUND, networks=networks)
        kinds = [o for o in exposures.declared() if "sqs-queue" in o.ids]
        (row,) = exposures.rows_of(kinds, ground, estate(queue).source)
        assert isinstance(row, Cells)
        told_ = row["reached"]
        assert isinstance(told_, Unseen) if found is Unseen else told_.level == found


def test_a_private_zone_may_be_joined_to_a_network_of_ones_own_that_was_not_read() -> None:
    zone = one("route53_zones", is_private=True) | one("route53_zone_authorizations", vpc_id="vpc-0123456789abcdef0")
    kinds = [o for o in exposures.declared() if "route53-public-zone" in o.ids]
    sources = estate({table: [PLACE | row for row in rows] for table, rows in zone.items()}).source
    (row,) = exposures.rows_of(kinds, replace(GROUND, networks=Partial((), frozenset({GAP["gap"]}))), sources)
    assert isinstance(row, Cells) and isinstance(row["reached"], Unseen)


def test_an_interface_that_another_row_tells_of_has_none() -> None:
    served = INTERFACE | {"instance_id": None, "requester_managed": True, "description": "ELB app/front"}
    for interface in (INTERFACE, served):
        assert told("ec2-network-interface", **NETWORK | {"ec2_network_interfaces": [interface]}) == {}


@pytest.mark.parametrize(("action", "resource", "broad"), [
    ("*", "*", True), (["iot:*"], ["*"], True), ("iot:Publish", "*", False), ("iot:*", "arn:aws:iot:::a", False),
])  # fmt: skip
def test_a_policy_of_a_device_that_may_do_everything_is_told(action: Any, resource: Any, broad: bool) -> None:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    types = [one for one in exposures.declared() if "iot-policy" in one.ids]
    rows = {"iot_policy_documents": [{"resource_id": "r", "document": json.dumps({"Statement": statement})}]}
    sources = estate({name: [PLACE | row for row in found] for name, found in rows.items()}).source
    (row,) = [r for r in exposures.rows_of(types, GROUND, sources) if isinstance(r, Cells)]
    assert (row["reached"].level, bool(row["reached"].why)) == ("private", broad)
