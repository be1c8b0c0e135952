"""Logs that investigations need are kept, and kept long enough."""

from __future__ import annotations

from typing import Annotated

from orienteer.controls.control import control
from orienteer.controls.verdict import MEDIUM, Verdict, failed, passed
from orienteer.facts.log_sources import LOG_SOURCES
from orienteer.facts.seen import Row
from orienteer.model import Category
from orienteer.parameters import Range
from orienteer.words import counted


@control(
    "MON-03",
    title="Log groups and log sources needed for investigations are kept for the agreed time",
    category=Category.MONITORING,
    severity=MEDIUM,
    maturity=4,
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
    fact=LOG_SOURCES,
    scope="region",
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 4.10"],
        "fsbp": ["Route53.2", "ELB.5"],
        "prowler": [
            "cloudwatch_log_group_retention_policy_specific_days_enabled",
            "route53_public_hosted_zones_cloudwatch_logging_enabled",
            "elbv2_logging_enabled",
        ],
        "scoutsuite": ["elbv2-no-access-logs.json"],
    },
)
def logs_kept(log: Row, *, log_days: Annotated[int, Range(1, 3653)] = 365) -> Verdict | None:
    """Intrusions are often found months after they began; the logs of the first day must still be there then.

    Which log groups matter is guessed from their names. DNS queries of production VPCs with workloads should be logged:
    GuardDuty sees them anyway, but nobody can search what it saw.

    Fix: set the log group's retention, log the VPC's DNS queries through Route 53 Resolver, and turn on access logs of
    internet-facing load balancers, all as part of the account baseline.
    """
    if log.kind == "log group":
        return _group(log.retention_days, log_days)
    if log.kind == "load balancer":
        if not log.internet_facing:
            return None
        if log.access_logs:
            return passed(f"Requests are logged to {log.log_bucket}.")
        return failed("Requests to this internet-facing load balancer are not logged.")
    if log.owner_account not in (None, log.account_id) or log.env_class != "prod" or not log.has_interfaces:
        return None
    if log.queries_logged:
        return passed("DNS queries are logged.")
    return failed("DNS queries of this production VPC are not logged.")


def _group(days: int | None, wanted: int) -> Verdict:
    if days is None:
        return passed("Events are kept forever, at a cost that grows each month.")
    if days < wanted:
        return failed(f"Events are kept for {counted(days, 'day')}, but should be kept for {wanted}.")
    return passed(f"Events are kept for {counted(days, 'day')}.")
