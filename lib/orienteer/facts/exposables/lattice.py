"""VPC Lattice: who comes near a service or a service network, and whom of those it lets in.

Nobody comes from the internet: callers stand in networks that are joined to a service network.  So a service that
lets in everybody is as open as its share and the shares of the networks that it is in, and a network as its share.
https://docs.aws.amazon.com/vpc-lattice/latest/ug/auth-policies.html
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from orienteer.facts.exposable import Ground, Named, Reached, opened, public, widest
from orienteer.facts.fact import Fact, Join
from orienteer.facts.seen import Row
from orienteer.facts.values import RESOURCE

SERVICE, NETWORK = "AWS::VpcLattice::Service", "AWS::VpcLattice::ServiceNetwork"
SHARED = NETWORK
"""The type by which the policy of a share is read: its actions are those of the control plane, `vpc-lattice:`."""
CALLED = SERVICE
"""The type by which an auth policy is read, a network's too: its actions are calls, `vpc-lattice-svcs:`."""


SERVICES = Fact(
    "lattice_services",
    "One row per VPC Lattice service: its auth policy, its share, and the service networks that it is in.",
    base="vpc_lattice_service_policies",
    joins=(
        Join("vpc_lattice_service_shares", {"share": "policy"}, on=RESOURCE),
        Join(
            "vpc_lattice_network_services",
            many="networks",
            on={"account_id": "account_id", "service_arn": "resource_arn"},
        ),
        Join(
            "vpc_lattice_network_services",
            many="networks_elsewhere",
            on={"service_arn": "resource_arn"},
            place=("", "region"),
            only=lambda service: service.share,
        ),
    ),
    hidden=frozenset({"networks", "networks_elsewhere"}),
    resource_type=SERVICE,
)
NETWORKS = Fact(
    "lattice_networks",
    "One row per VPC Lattice service network: its auth policy and its share.",
    base="vpc_lattice_network_auth_policies",
    joins=(Join("vpc_lattice_network_policies", {"share": "policy"}, on=RESOURCE),),
    resource_type=NETWORK,
)


def _service(service: Row, ground: Ground) -> Reached:
    """Whom its policy lets in; where that is everybody, whoever comes near."""
    called = _called(service, ground)
    return _near(_ways_to(service, ground)) if called.level == "public" else called


def _network(network: Row, ground: Ground) -> Reached:
    """Whoever may join it; its auth policy says nothing of other resources in it than services."""
    called, shared = _called(network, ground), _shared(network.share, network.account_id, ground)
    return _near([shared]) if called.level == "public" else widest([shared, called])


def _called(row: Row, ground: Ground) -> Reached:
    """Whom it lets in of those that come near."""
    if row.authorization == "NONE":
        return public("network")
    if row.policy is None:
        return Reached()
    return replace(ground.by_policy(row.policy, row.account_id, CALLED), through="auth policy")


def _shared(policy: str | None, owner: str, ground: Ground) -> Reached:
    """Whom a share names."""
    return replace(ground.by_policy(policy, owner, SHARED), through="share") if policy else Reached()


def _ways_to(service: Row, ground: Ground) -> Iterable[Reached]:
    """Those whom a service is shared with; the owners of the networks that it is in, and whom those are shared with."""
    yield _shared(service.share, service.account_id, ground)
    for networks in (service.networks, service.networks_elsewhere):
        for network in networks:
            level = ground.level_of(network.account_id, service.account_id)
            yield Reached(level, (network.account_id,), "service network", raw=level)
            yield replace(_shared(network.policy, network.account_id, ground), through="service network")


def _near(ways: Iterable[Reached]) -> Reached:
    """What letting in everybody comes to where only some come near."""
    near = widest([Reached(), *ways])
    if near.level == "private":
        why = "It lets in every caller, and only networks that this account joined to it lead there."
        return Reached("private", (), "network", why, near.problems, "public", "networks that are joined to it")
    others = ", ".join(near.who[:3])
    why = f"It lets in every caller from the networks that are joined to it, and {others} may join theirs."
    return replace(near, raw="public", why=why)


EXPOSABLES = (
    opened("vpc-lattice-service", SERVICE, SERVICES.name, Named(_service)),
    opened(
        "vpc-lattice-service-network",
        NETWORK,
        NETWORKS.name,
        Named(_network),
        operation="vpc-lattice:GetResourcePolicy",
    ),
)
