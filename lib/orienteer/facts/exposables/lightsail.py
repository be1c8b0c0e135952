"""Lightsail, which no interface or group of EC2 shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from orienteer.facts.exposable import Flag, Ground, Named, Reached, behind, opened, public, shut
from orienteer.facts.fact import Fact, Join
from orienteer.facts.openings import Accounts, Endpoint, wide
from orienteer.facts.seen import Row
from orienteer.facts.values import PLACE, documents

HIDDEN = frozenset({"instances"})
BUCKETS = Fact(
    "lightsail_stores",
    "One row per Lightsail bucket: who may read it, and whether the account's block holds there.",
    base="lightsail_buckets",
    joins=(Join("lightsail_block_public_access", ("blocked",), on=PLACE),),
    resource_type="AWS::Lightsail::Bucket",
)
ADDRESSES = Fact(
    "lightsail_addresses",
    "One row per static address of Lightsail, with the instance that uses it.",
    base="lightsail_static_ips",
    joins=(Join("lightsail_instances", many="instances", on={**PLACE, "name": "instance"}),),
    hidden=HIDDEN,
    resource_type="AWS::Lightsail::StaticIp",
)


def _instance(instance: Row, ground: Ground) -> Reached:
    """Public on the ports that it opens to a wide range."""
    if not instance.public_ip and not documents(instance.ipv6_addresses):
        return Reached()
    found = [(p, wide(_sources(p))) for p in documents(instance.ports)]
    opened = [(p, sources) for p, sources in found if sources]
    if not opened:
        why = "It has a public address, but opens no port to a wide range."
        return shut("network", why, "firewall")
    ports = ", ".join(f"{p.get('first')}-{p.get('last')}" for p, _ in opened[:5])
    return Reached("public", opened[0][1], f"network, port {ports}", raw="public")


def _sources(port: Mapping[str, Any]) -> list[str]:
    """The networks that reach a port; those of its text (Anywhere (0.0.0.0/0)) where no list names them."""
    named = [*(port.get("cidrs") or ()), *(port.get("ipv6") or ())]
    return named or re.findall(r"[0-9a-f:.]+/\d+", str(port.get("from") or ""))


def _address(address: Row, ground: Ground) -> Reached:
    if not address.attached:
        return Reached()
    found = [_instance(one, ground) for one in address.instances]
    return next((one for one in found if one.level == "public"), Reached())


def _bucket(bucket: Row, ground: Ground) -> Reached:
    """Public where every object is, or single ones may be and nobody can tell which."""
    if bucket.objects_public:
        return behind(public("access rule"), bucket, "blocked")
    found = Accounts().reached(bucket, ground, "")
    if bucket.objects_may_be_public and not bucket.blocked:
        problem = "single objects may be public, and are not read one by one"
        return Reached(found.level, found.who, found.through, found.why, (problem,), found.raw)
    return found


EXPOSABLES = (
    opened("lightsail-instance", "AWS::Lightsail::Instance", "lightsail_instances", Named(_instance)),
    opened("lightsail-static-ip", "AWS::Lightsail::StaticIp", "lightsail_addresses", Named(_address)),
    opened(
        "lightsail-database",
        "AWS::Lightsail::Database",
        "lightsail_databases",
        Endpoint("publicly_accessible", port="port"),
        holds_data=True,
    ),
    opened("lightsail-bucket", "AWS::Lightsail::Bucket", "lightsail_stores", Named(_bucket), holds_data=True),
    opened(
        "lightsail-load-balancer",
        "AWS::Lightsail::LoadBalancer",
        "lightsail_load_balancers",
        Endpoint("ports", through="load balancer"),
        only=lambda balancer: balancer["ports"] not in (None, "[]"),
        serves=True,
    ),
    opened(
        "lightsail-distribution",
        "AWS::Lightsail::Distribution",
        "lightsail_distributions",
        Flag("enabled", "distribution"),
        serves=True,
    ),
    opened(
        "lightsail-container-service",
        "AWS::Lightsail::Container",
        "lightsail_container_services",
        Flag("public_container"),
        only=lambda service: not service["disabled"],
        serves=True,
    ),
)
