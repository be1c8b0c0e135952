"""Classic load balancers."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import listed, name

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
        "ListenerDescriptions[?Listener.Protocol=='HTTP' || Listener.Protocol=='TCP'].Listener.LoadBalancerPort",
        "json",
        "ports on which it ends no TLS",
    ),
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
