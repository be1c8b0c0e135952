"""VPCs and what records their traffic."""

from __future__ import annotations

from collections.abc import Iterable

from orienteer.facts.fact import Fact, Join
from orienteer.facts.organization import NOWHERE
from orienteer.facts.seen import Row
from orienteer.facts.values import PLACE, VPC

Logs = tuple[str, ...]

LOGGED_SUBNETS = Fact(
    "logged_subnets",
    "One row per subnet with its flow logs.",
    base="ec2_subnets",
    joins=(Join("ec2_flow_logs", many="logs", on={**PLACE, "watched_id": "subnet_id"}),),
    hidden=frozenset({"logs"}),
    resource_type="AWS::EC2::Subnet",
)


def _records(log: Row) -> bool:
    """It is on and takes at least what was refused."""
    return log.status == "ACTIVE" and log.traffic_type in ("ALL", "REJECT")


def _working(logs: Iterable[Row]) -> Row | None:
    return next((log for log in logs if _records(log) and log.delivery == "SUCCESS"), None)


def has_interfaces(vpc: Row) -> bool:
    """A network interface of any account stands in it."""
    return any(True for _ in vpc.inside)


def flow_log(vpc: Row) -> str | None:
    """A flow log of the VPC that records and delivers."""
    found = _working(vpc.logs)
    return f"{found.name}, {found.traffic_type} to {found.destination}" if found else None


def bare_subnets(vpc: Row) -> tuple[str, ...]:
    """Subnets without a flow log of their own that records and delivers."""
    return tuple(subnet.subnet_id for subnet in vpc.subnets if _working(subnet.logs) is None)


def failing(vpc: Row) -> tuple[str, ...]:
    """Flow logs of the VPC that record and cannot deliver, each with the reason that AWS gives."""
    broken = (log for log in vpc.logs if _records(log) and log.delivery == "FAILED")
    return tuple(f"{log.name}: {log.delivery_error or 'no reason given'}" for log in broken)


def untold(vpc: Row) -> Logs:
    """Flow logs of the VPC and its subnets that record, and of which AWS does not say that they deliver."""
    found = (log for logs in (vpc.logs, *(subnet.logs for subnet in vpc.subnets)) for log in logs)
    return tuple(log.name for log in found if _records(log) and log.delivery is None)


def has_subnets(vpc: Row) -> bool:
    """It has subnets."""
    return any(True for _ in vpc.subnets)


VPCS = Fact(
    "vpcs",
    "One row per VPC: what stands in it, and the flow logs that record its traffic.",
    base="ec2_vpcs",
    joins=(
        Join("ec2_network_interfaces", many="inside", on={"region": "region", "vpc_id": "vpc_id"}),
        Join("ec2_flow_logs", many="logs", on={**PLACE, "watched_id": "vpc_id"}),
        Join("logged_subnets", many="subnets", on=VPC),
        Join("accounts", ("env_class",), on={"id": "account_id"}, place=NOWHERE),
    ),
    columns=(has_interfaces, flow_log, has_subnets, bare_subnets, failing, untold),
    hidden=frozenset({"inside", "logs", "subnets"}),
    resource_type="AWS::EC2::VPC",
)
"""Interfaces of other accounts count, for a subnet may be shared; only what was not read of the VPC's own account
hides some."""
