"""Load balancers: on the internet by their scheme, open by their groups, asking by their listeners."""

from __future__ import annotations

from orienteer.facts.exposable import Ground, Named, Reached, by_policy, opened, public, shut
from orienteer.facts.fact import Fact, Join
from orienteer.facts.paths import BLOCKS, OF_GROUPS, OF_SUBNETS, networked, private_network, vpc_blocked
from orienteer.facts.seen import Row
from orienteer.facts.values import PLACE, documents

OPEN = {**PLACE, "load_balancer_arn": "arn"}
LOAD_BALANCERS = Fact(
    "load_balancers",
    "One row per load balancer: its listeners and groups, and whether its network has a way in.",
    base="elbv2_load_balancers",
    joins=(
        Join("elbv2_listeners", many="listeners", on=OPEN),
        Join("elbv2_rules", many="rules", on=OPEN),
        OF_GROUPS,
        OF_SUBNETS,
        *BLOCKS,
    ),
    columns=(vpc_blocked, private_network),
    hidden=frozenset({"groups", "exclusions", "subnets", "listeners", "rules"}),
    resource_type="AWS::ElasticLoadBalancingV2::LoadBalancer",
)
CLASSIC = networked(
    "classic_load_balancers",
    "One row per classic load balancer: ports, groups, and whether its network has a way in.",
    "elb_load_balancers",
    "AWS::ElasticLoadBalancing::LoadBalancer",
    subnets=True,
)


def _balancer(balancer: Row, ground: Ground) -> Reached:
    """Public on a port that its groups let the internet in to and on which a listener, or a rule of it, asks nobody.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
    """
    if not balancer.internet_facing:
        return Reached()
    listeners = [one for one in balancer.listeners if one.port is not None]
    reached = [one for one in listeners if not balancer.group_ids or lets_in(balancer, one.port)]
    open_ports = sorted({one.port for one in reached if not one.authenticates or passes(balancer, one)})
    if not listeners:
        return _closed("It has no listener.", "no listener")
    if not reached:
        return _closed("It has public addresses, but its security groups let in no wide range.", "security groups")
    if not open_ports:
        return _closed(
            "Its listeners authenticate callers before they let anyone through.", "authentication at the listener"
        )
    return _open(balancer, open_ports)


def _classic(balancer: Row, ground: Ground) -> Reached:
    if not balancer.internet_facing:
        return Reached()
    ports = [port for port in documents(balancer.ports) if isinstance(port, int)]
    reached = [port for port in ports if not balancer.group_ids or lets_in(balancer, port)]
    if not reached:
        return _closed("It has public addresses, but its security groups let in no wide range.", "security groups")
    return _open(balancer, reached)


def passes(balancer: Row, listener: Row) -> bool:
    """A rule of a listener that asks for a token forwards without one."""
    if not listener.asks_token:
        return False
    return any(rule.lets_through for rule in balancer.rules if rule.listener_arn == listener.listener_arn)


def lets_in(balancer: Row, port: int) -> bool:
    """Its security groups let the internet in to the port."""
    return any(o.first <= port <= o.last for group in balancer.groups for o in group.wide)


def _open(balancer: Row, ports: list[int]) -> Reached:
    if balancer.private_network:
        return _closed("It is open to everyone, but its network has no way in from the internet.", "private network")
    return public(f"load balancer, port {', '.join(map(str, ports))}")


def _closed(why: str, guardrail: str) -> Reached:
    return shut("load balancer", why, guardrail)


EXPOSABLES = (
    opened(
        "elbv2-load-balancer",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "load_balancers",
        Named(_balancer),
        serves=True,
    ),
    opened(
        "elb-classic", "AWS::ElasticLoadBalancing::LoadBalancer", "classic_load_balancers", Named(_classic), serves=True
    ),
    by_policy("elbv2-trust-store", "AWS::ElasticLoadBalancingV2::TrustStore", "elbv2_trust_store_policies"),
)
