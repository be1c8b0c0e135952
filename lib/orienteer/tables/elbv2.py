"""Application, network and gateway load balancers, their listeners and trust stores."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, described, listed, name, policies

ASKS = "length((DefaultActions || `[]`)[?starts_with(Type, 'authenticate') || Type == 'jwt-validation'] || `[]`) > `0`"

LOAD_BALANCERS = listed(
    "elbv2_load_balancers",
    "One row per application, network or gateway load balancer.",
    Call("elbv2", "describe_load_balancers"),
    "LoadBalancers[]",
    name("LoadBalancerName"),
    arn("LoadBalancerArn"),
    Column("dns_name", "DNSName", "string", "its host name"),
    Column("type", "Type", "string", "application, network or gateway"),
    Column("internet_facing", "Scheme == 'internet-facing'", "bool", "has public addresses"),
    Column(
        "takes_firewall",
        "Type == 'application' && Scheme == 'internet-facing'",
        "bool",
        "a public one that a web application firewall can stand in front of",
    ),
    Column("group_ids", "SecurityGroups", "json", "security groups on it; null: it has none and lets everything in"),
    Column("vpc_id", "VpcId", "string", "its VPC"),
    Column("subnet_ids", "AvailabilityZones[].SubnetId", "json", "subnets it stands in"),
    Column("zone_count", "length(AvailabilityZones || `[]`)", "int", "availability zones it stands in"),
)

ATTRIBUTES = described(
    "elbv2_attributes",
    LOAD_BALANCERS,
    "One row per load balancer: whether it can be deleted, and where it logs requests.",
    Call(
        "elbv2",
        "describe_load_balancer_attributes",
        params={"LoadBalancerArn": "arn"},
        absent={"LoadBalancerNotFound"},
    ),
    Column(
        "deletion_protection",
        "contains(Attributes[?Key=='deletion_protection.enabled'].Value, 'true')",
        "bool",
        "it cannot be deleted before that is turned off",
    ),
    Column(
        "access_logs",
        "contains(Attributes[?Key=='access_logs.s3.enabled'].Value, 'true')",
        "bool",
        "it writes each request to a bucket",
    ),
    Column("log_bucket", "Attributes[?Key=='access_logs.s3.bucket'].Value | [0]", "string", "bucket of its logs"),
)

LISTENERS = described(
    "elbv2_listeners",
    LOAD_BALANCERS,
    "One row per listener: port, protocol, and whether it authenticates.",
    Call("elbv2", "describe_listeners", params={"LoadBalancerArn": "arn"}, absent={"LoadBalancerNotFound"}),
    Column("listener_arn", "ListenerArn", "string", "ARN of the listener"),
    Column("load_balancer_arn", "LoadBalancerArn", "string", "ARN of its load balancer"),
    Column("port", "Port", "int", "port it listens on"),
    Column("protocol", "Protocol", "string", "HTTP, HTTPS, TCP, TLS, ..."),
    Column("tls_policy", "SslPolicy", "string", "security policy: versions and ciphers of TLS"),
    Column(
        "redirects",
        "length(DefaultActions[?Type=='redirect' && RedirectConfig.Protocol=='HTTPS'] || `[]`) > `0`",
        "bool",
        "its default action sends callers to HTTPS",
    ),
    Column(
        "authenticates",
        f"{ASKS} || MutualAuthentication.Mode == 'verify'",
        "bool",
        "asks for a token or a certificate before its default action",
    ),
    Column(
        "asks_token",
        f"{ASKS} && MutualAuthentication.Mode != 'verify'",
        "bool",
        "asks for a token before its default action, which its other rules need not do",
    ),
    Column(
        "target_group_arns",
        "DefaultActions[].[TargetGroupArn, ForwardConfig.TargetGroups[].TargetGroupArn][][] | [?@]",
        "json",
        "target groups that its default action forwards to",
    ),
    items="Listeners[]",
    when="internet_facing",
    resource="listener_arn",
    arn="listener_arn",
)

RULES = described(
    "elbv2_rules",
    LISTENERS,
    "One row per rule of a listener that asks for a token by default; absent for other listeners.",
    Call("elbv2", "describe_rules", params={"ListenerArn": "listener_arn"}, absent={"ListenerNotFound"}),
    Column("rule_arn", "RuleArn", "string", "ARN of the rule"),
    Column(
        "lets_through",
        "length(Actions[?Type == 'forward'] || `[]`) > `0`"
        " && length(Actions[?starts_with(Type, 'authenticate') || Type == 'jwt-validation'] || `[]`) == `0`",
        "bool",
        "it forwards without asking for a token",
    ),
    Column("conditions", "Conditions[].Values[]", "json", "hosts, paths and other values that it is for"),
    items="Rules[]",
    when="asks_token",
    keep=("load_balancer_arn", "port", "listener_arn"),
)

TARGET_GROUPS = listed(
    "elbv2_target_groups",
    "One row per target group.",
    Call("elbv2", "describe_target_groups"),
    "TargetGroups[]",
    name("TargetGroupName"),
    arn("TargetGroupArn"),
    Column("vpc_id", "VpcId", "string", "VPC of its targets"),
    Column("port", "Port", "int", "port of its targets, where they name none of their own"),
    Column("protocol", "Protocol", "string", "HTTP, HTTPS, TCP, TLS, ..."),
    Column(
        "passes_tcp",
        "contains(['TCP', 'TCP_UDP', 'TLS'], Protocol) && length(LoadBalancerArns || `[]`) > `0`",
        "bool",
        "a network load balancer sends it whatever comes",
    ),
)

TARGETS = described(
    "elbv2_targets",
    TARGET_GROUPS,
    "One row per target of each target group of a network load balancer; absent for other groups.",
    Call("elbv2", "describe_target_health", params={"TargetGroupArn": "arn"}, absent={"TargetGroupNotFound"}),
    Column("target_id", "Target.Id", "string", "id of the instance, address, ARN of a load balancer"),
    Column("target_port", "Target.Port", "int", "port of the target"),
    items="TargetHealthDescriptions[]",
    when="passes_tcp",
    keep=("arn",),
)

TRUST_STORES = listed(
    "elbv2_trust_stores",
    "One row per trust store for client certificates.",
    Call("elbv2", "describe_trust_stores"),
    "TrustStores[]",
    name("Name"),
    arn("TrustStoreArn"),
)

TRUST_STORE_POLICIES = policies(
    "elbv2_trust_store_policies",
    TRUST_STORES,
    Call("elbv2", "get_resource_policy", params={"ResourceArn": "arn"}, absent={"ResourceNotFound"}),
)
