"""Classic load balancers."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import described, listed, name

BY_TLS = "Listener.Protocol=='HTTPS' || Listener.Protocol=='SSL'"
OLD = " || ".join(f"AttributeName=='Protocol-{version}'" for version in ("SSLv2", "SSLv3", "TLSv1", "TLSv1.1"))

LOAD_BALANCERS = listed(
    "elb_load_balancers",
    "One row per classic load balancer.",
    Call("elb", "describe_load_balancers"),
    "LoadBalancerDescriptions[]",
    name("LoadBalancerName"),
    Column("dns_name", "DNSName", "string", "its host name"),
    Column("internet_facing", "Scheme == 'internet-facing'", "bool", "has public addresses"),
    Column(
        "plain_ports",
        "ListenerDescriptions[?Listener.Protocol=='HTTP'].Listener.LoadBalancerPort",
        "json",
        "ports on which it speaks HTTP",
    ),
    Column(
        "passed_ports",
        "ListenerDescriptions[?Listener.Protocol=='TCP'].Listener.LoadBalancerPort",
        "json",
        "ports that it passes through as they come",
    ),
    Column(
        "tls_listeners",
        f"ListenerDescriptions[?{BY_TLS}].[Listener.LoadBalancerPort, PolicyNames]",
        "json",
        "pairs of a port on which it ends TLS and the names of the policies there",
    ),
    Column("ends_tls", f"length(ListenerDescriptions[?{BY_TLS}] || `[]`) > `0`", "bool", "it ends TLS on some port"),
    Column("ports", "ListenerDescriptions[].Listener.LoadBalancerPort", "json", "ports it listens on"),
    Column("instance_ids", "Instances[].InstanceId", "json", "instances behind it"),
    Column(
        "instance_ports",
        "ListenerDescriptions[].Listener.[LoadBalancerPort, InstancePort]",
        "json",
        "pairs of the port it listens on and the port of its instances",
    ),
    Column("group_ids", "SecurityGroups", "json", "security groups on it"),
    Column("vpc_id", "VPCId", "string", "its VPC"),
    Column("subnet_ids", "Subnets", "json", "subnets it stands in"),
)

POLICIES = described(
    "elb_tls_policies",
    LOAD_BALANCERS,
    "One row per TLS policy of each classic load balancer that ends TLS; absent for others.",
    Call(
        "elb",
        "describe_load_balancer_policies",
        params={"LoadBalancerName": "name"},
        absent={"LoadBalancerNotFound"},
    ),
    Column("tls_policy", "PolicyName", "string", "name of the policy"),
    Column(
        "old_versions",
        f"PolicyAttributeDescriptions[?({OLD}) && AttributeValue=='true'].AttributeName",
        "json",
        "versions of SSL and TLS before 1.2 that it takes",
    ),
    items="PolicyDescriptions[?PolicyTypeName=='SSLNegotiationPolicyType']",
    when="ends_tls",
    keep=("name",),
)
