"""EC2 instances as servers that people administer: through Systems Manager, by SSH key, from the internet.

Worked by hand: an instance has a public address, a subnet with an internet gateway, and a group that opens port 22 to
203.0.113.0/24.  `ssh_sources` names that range, so its key pair is of use outside the VPC; the internet has no way to
it, for a /24 is not the internet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Literal

import pandas as pd

from orienteer import reach
from orienteer.facts.exposables.elb import lets_in
from orienteer.facts.fact import Fact, Join
from orienteer.facts.paths import Way, ways
from orienteer.facts.seen import Cells, Row, Unseen, settled
from orienteer.facts.source import BOOLS, Gap, Source
from orienteer.facts.values import PLACE, VPC, documents, names_in, tags_of
from orienteer.model import KEYS

INSTANCE = "AWS::EC2::Instance"
CLUSTER_TAGS: dict[str, Literal["EKS", "EMR", "ECS"]] = {
    "eks:cluster-name": "EKS",
    "aws:eks:cluster-name": "EKS",
    "kubernetes.io/cluster/": "EKS",
    "aws:elasticmapreduce:job-flow-id": "EMR",
    "AmazonECSManaged": "ECS",
}
"""Tags (or how they begin) of the machines that a cluster starts and manages.

https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html
https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-plan-tags.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-scaling-behavior.html
"""
OF_GROUP = "aws:autoscaling:groupName"


def server_name(server: Row) -> str | None:
    """Its tag Name."""
    return tags_of(server.tags).get("Name")


def cluster(server: Row) -> Literal["EKS", "EMR", "ECS"] | None:
    """The kind of cluster that started it as one of its nodes."""
    found = (kind for key in tags_of(server.tags) for start, kind in CLUSTER_TAGS.items() if key.startswith(start))
    return next(found, None)


def just_started(server: Row, *, as_of: pd.Timestamp) -> bool:
    """A group started it within the last hour: it may be gone before anybody could sign in."""
    young = server.launched_at is not None and as_of - server.launched_at < pd.Timedelta(hours=1)
    return bool(young and OF_GROUP in tags_of(server.tags))


def silent_hours(server: Row, *, as_of: pd.Timestamp) -> float | None:
    """Since the agent of Systems Manager last called; None where it never did."""
    last = server.last_ping_at
    return None if last is None else round(max(float((as_of - last) / pd.Timedelta(hours=1)), 0.0), 1)


def ssh_sources(server: Row) -> tuple[str, ...]:
    """The address ranges outside its VPC from which its security groups let SSH in."""
    own = [*documents(server.vpc_cidrs), *documents(server.vpc_ipv6_cidrs)]
    found = [cidr for one in server.attached for group in one.groups for cidr in group.ssh_ranges]
    return tuple(str(network) for network in reach.outside(found, own))


def connect_endpoints(server: Row) -> tuple[str, ...]:
    """The endpoints of EC2 Instance Connect in its VPC."""
    return tuple(one.endpoint_id for one in server.endpoints if one.state == "create-complete")


SERVERS = Fact(
    "servers",
    "One row per EC2 instance: who can administer it, by Systems Manager, by SSH key, and from where.",
    base="reached_instances",
    joins=(
        Join("ec2_vpcs", {"vpc_cidrs": "cidrs", "vpc_ipv6_cidrs": "ipv6_cidrs"}, on=VPC),
        Join(
            "ssm_managed_instances",
            ("ping_status", "last_ping_at", "agent_version", "system"),
            on={**PLACE, "name": "instance_id"},
        ),
        Join("ssm_host_management", {"host_management": "is_on"}, on=PLACE),
        Join("forwards", many="forwards", on={**PLACE, "target": "instance_id"}),
        Join("ec2_connect_endpoints", many="endpoints", on=VPC),
    ),
    columns=(server_name, cluster, just_started, silent_hours, ssh_sources, connect_endpoints),
    hidden=frozenset({"attached", "forwards", "endpoints"}),
    resource_type=INSTANCE,
)


# --- key pairs


OF_SERVER = (*KEYS, "state", "key_name", "server_name", "ssh_sources")


def _server_keys(servers: Source, ec2_key_pairs: Source) -> Iterator[Cells | Gap]:
    """The instances, each with how many others share its key pair, then the key pairs."""
    here = [row for row in servers.rows if row["instance_id"]]
    counts = Counter(_key(row) for row in here if row["state"] != "terminated")
    for server in here:
        gaps = servers.hidden(server["account_id"], server["region"])
        others = counts[_key(server)] - (server["state"] != "terminated") if server["key_name"] else 0
        shared = {"shared_with": Unseen(gaps) if gaps else others}
        yield Cells({name: server[name] for name in OF_SERVER}, kind="server", resource_type=INSTANCE, **shared)
    for pair in ec2_key_pairs.rows:
        if pair["name"]:
            yield Cells(
                dict.fromkeys((*OF_SERVER, "shared_with")) | {name: pair[name] for name in OF_SERVER[:3]},
                kind="key pair",
                key_name=pair["name"],
                resource_type="AWS::EC2::KeyPair",
            )
    yield from (*servers.gaps, *ec2_key_pairs.gaps)


def _key(server: Cells) -> tuple[str, str, str]:
    return server["account_id"], server["region"], server["key_name"]


def is_used(key: Row) -> bool:
    """An instance that is not terminated was started with the key pair."""
    return any(one.state != "terminated" for one in key.holders)


SERVER_KEYS = Fact(
    "server_keys",
    "One row per EC2 instance with its SSH key pair and who can get at port 22, and one per key pair.",
    rows=_server_keys,
    made={
        **dict.fromkeys(("", *OF_SERVER[:4], "key_name", "kind", "resource_type"), ("ec2_instances", "ec2_key_pairs")),
        **dict.fromkeys(("state", "shared_with"), ("ec2_instances",)),
        **{name: (f"servers.{name}",) for name in ("server_name", "ssh_sources")},
    },
    joins=(Join("ec2_instances", many="holders", on={**PLACE, "key_name": "key_name"}),),
    columns=(is_used,),
    hidden=frozenset({"holders"}),
    resource_type=INSTANCE,
)


# --- load balancers before servers


def _forwards(
    load_balancers: Source,
    classic_load_balancers: Source,
    elbv2_target_groups: Source,
    elbv2_targets: Source,
    ec2_network_interfaces: Source,
) -> Iterator[Cells | Gap]:
    """Each port of a load balancer that the internet may get to, with each target behind it.

    A target that is an address stands for the instance that has it in the VPC of the target group.
    """
    holders: dict[tuple[Any, Any], Any] = dict(_addresses(ec2_network_interfaces))
    for one in load_balancers.rows:
        for listener in one["listeners"].items:
            for arn in documents(listener["target_group_arns"]):
                at = {"account_id": one["account_id"], "region": one["region"], "arn": arn}
                usual, vpc = next(((g["port"], g["vpc_id"]) for g in elbv2_target_groups.find(at)), (None, None))
                for target in (t for t in elbv2_targets.find(at) if t["target_id"]):
                    instance = holders.get((vpc, target["target_id"]), target["target_id"])
                    yield _forward(one, listener["port"], instance, target["target_port"] or usual)
        yield from (Gap(one["account_id"], one["region"], "", text) for text in one["listeners"].gaps)
    for one in classic_load_balancers.rows:
        for port, inner in documents(one["instance_ports"]):
            for instance in documents(one["instance_ids"]):
                yield _forward(one, port, instance, inner)
    for source in (load_balancers, classic_load_balancers, elbv2_target_groups, elbv2_targets, ec2_network_interfaces):
        yield from source.gaps


def _addresses(interfaces: Source) -> Iterator[tuple[tuple[Any, Any], Any]]:
    """The instance behind each private address of a VPC."""
    for row in interfaces.rows:
        known = [*names_in(row["private_ips"]), row["private_ip"]] if row["instance_id"] else []
        yield from (((row["vpc_id"], address), row["instance_id"]) for address in known if address)


def _forward(balancer: Cells, port: Any, target: str, inner: Any) -> Cells:
    return Cells(
        {"account_id": balancer["account_id"], "region": balancer["region"], "resource_arn": balancer["resource_arn"]},
        resource_id=f"{balancer['name']}:{port}/{target}",
        balancer=balancer["name"],
        port=port,
        target=target,
        target_port=inner,
        is_reached=settled(partial(_is_reached, port=port), balancer, BOOLS[:2]),
    )


def _is_reached(balancer: Row, port: int) -> bool:
    """The internet gets to this port of the load balancer."""
    if not balancer.internet_facing or balancer.private_network:
        return False
    return not balancer.group_ids or lets_in(balancer, port)


FORWARDS = Fact(
    "forwards",
    "One row per listening port of a load balancer and target behind it, and whether the internet gets to the port.",
    rows=_forwards,
    made=(*KEYS, "balancer", "port", "target", "target_port", "is_reached"),
    resource_type="AWS::ElasticLoadBalancingV2::LoadBalancer",
)


def way_to(interface: Row, ports: Sequence[int]) -> tuple[int, Way] | None:
    """The first way by which the internet gets to one of the ports of an interface."""
    found = ((reach.sensitive(way.opening, ports), way) for way in ways(interface))
    return next(((hit[0], way) for hit, way in found if hit), None)


def opened(server: Row, ports: Sequence[int]) -> bool:
    """A group on it opens one of the ports to the internet, whether or not the internet gets there."""
    found = (opening for one in server.attached for group in one.groups for opening in group.wide)
    return any(reach.sensitive(opening, ports) for opening in found)
