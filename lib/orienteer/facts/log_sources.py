"""What an investigation needs: log groups, DNS queries of VPCs, and requests to load balancers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from orienteer.facts.fact import Fact, Join
from orienteer.facts.flow_logs import VPCS
from orienteer.facts.seen import Cells, Row
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import RESOURCE, VPC, cells_of, fits
from orienteer.model import KEYS
from orienteer.parameters import Pattern

SECURITY_LOG_GROUPS = "trail|flow|route53|dns|waf|eks|guardduty|session"
Kind = Literal["log group", "vpc", "load balancer"]


def queries_logged(vpc: Row) -> bool:
    """Its DNS queries are logged."""
    return any(one.state == "ACTIVE" for one in vpc.query_logs)


DNS_VPCS = Fact(
    "dns_vpcs",
    "One row per VPC: whether its DNS queries are logged.",
    base=VPCS.name,
    joins=(Join("route53resolver_query_log_associations", many="query_logs", on=VPC),),
    columns=(queries_logged,),
    hidden=VPCS.hidden | {"query_logs"},
    resource_type="AWS::EC2::VPC",
)
BALANCERS = Fact(
    "logged_balancers",
    "One row per load balancer: whether it faces the internet, and whether requests are logged.",
    base="elbv2_load_balancers",
    joins=(Join("elbv2_attributes", ("access_logs", "log_bucket"), on=RESOURCE),),
    resource_type="AWS::ElasticLoadBalancingV2::LoadBalancer",
)
OF_KIND: dict[Kind, tuple[str, tuple[str, ...], str]] = {
    "log group": ("logs_groups", ("retention_days", "stored_bytes"), "AWS::Logs::LogGroup"),
    "vpc": (DNS_VPCS.name, ("owner_account", "env_class", "has_interfaces", "queries_logged"), "AWS::EC2::VPC"),
    "load balancer": (BALANCERS.name, ("internet_facing", "access_logs", "log_bucket"), BALANCERS.resource_type),
}
"""The source of each kind of row, the columns taken over, and its type."""
COLUMNS = tuple(c for _, columns, _ in OF_KIND.values() for c in columns)


def _log_sources(
    logs_groups: Source,
    dns_vpcs: Source,
    logged_balancers: Source,
    *,
    security_log_groups: Pattern = SECURITY_LOG_GROUPS,
) -> Iterator[Cells | Gap]:
    """The log groups that matter by name, and every VPC and load balancer."""
    sources = (logs_groups, dns_vpcs, logged_balancers)
    for (kind, (_, columns, of_type)), source in zip(OF_KIND.items(), sources, strict=True):
        for row in source.rows:
            if kind != "log group" or fits(security_log_groups, row["name"]):
                taken = cells_of(row, *columns)
                yield Cells(dict.fromkeys(COLUMNS) | taken, kind=kind, resource_type=of_type)
    yield from dict.fromkeys(gap for source in sources for gap in source.gaps)


LOG_SOURCES = Fact(
    "log_sources",
    "One row per log group that matters, per VPC about its DNS queries, and per load balancer about its requests.",
    rows=_log_sources,
    made={
        "": ("logs_groups", "ec2_vpcs", "elbv2_load_balancers"),
        **dict.fromkeys((*KEYS, "kind", "resource_type"), ()),
        **{c: (f"{source}.{c}",) for source, columns, _ in OF_KIND.values() for c in columns},
    },
    resource_type="AWS::Logs::LogGroup",
)
