"""Doors of applications on the internet: the firewalls in front of them, and how their traffic is encrypted."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import pandas as pd

from orienteer.facts.fact import Fact, Join
from orienteer.facts.organization import NOWHERE
from orienteer.facts.seen import Cells, Row
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import ACCOUNT, PLACE, cells_of, days, documents, names_in
from orienteer.model import KEYS

BALANCER, CLASSIC = "AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::ElasticLoadBalancing::LoadBalancer"
LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
DISTRIBUTION, STAGE = "AWS::CloudFront::Distribution", "AWS::ApiGateway::Stage"
CERTIFICATE = "AWS::CertificateManager::Certificate"
PUBLIC_TLS = ("HTTPS", "TLS", "QUIC", "TCP_QUIC")
TLS_POLICIES = ("ELBSecurityPolicy-TLS13-*", "ELBSecurityPolicy-FS-1-2-*")
WEAK = ("*-1-0-*", "*-1-1-*")
DISTRIBUTION_TLS = ("TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025")


# --- firewalls


def _web_acls(wafv2_web_acl_rules: Source, wafv2_global_web_acl_rules: Source) -> Iterator[Cells | Gap]:
    yield from (Cells(row) for source in (wafv2_web_acl_rules, wafv2_global_web_acl_rules) for row in source.rows)
    yield from (*wafv2_web_acl_rules.gaps, *wafv2_global_web_acl_rules.gaps)


ACLS = Fact(
    "web_acls",
    "One row per web ACL: how many of its rules can stop a request.",
    rows=_web_acls,
    made=dict.fromkeys(
        ("", *KEYS, "acl_arn", "blocking_rules", "blocks_by_default"),
        ("wafv2_web_acl_rules", "wafv2_global_web_acl_rules"),
    ),
    resource_type="AWS::WAFv2::WebACL",
)


def _acl_logs(wafv2_logging: Source, wafv2_global_logging: Source) -> Iterator[Cells | Gap]:
    yield from (Cells(row) for source in (wafv2_logging, wafv2_global_logging) for row in source.rows)
    yield from (*wafv2_logging.gaps, *wafv2_global_logging.gaps)


ACL_LOGS = Fact(
    "web_acl_logs",
    "One row per web ACL that keeps a log.",
    rows=_acl_logs,
    made=dict.fromkeys(("", *KEYS, "arn"), ("wafv2_logging", "wafv2_global_logging")),
    resource_type="AWS::WAFv2::WebACL",
)


def _doors(
    elbv2_load_balancers: Source,
    wafv2_balancer_acls: Source,
    cloudfront_distributions: Source,
    apigateway_rest_apis: Source,
    apigateway_stages: Source,
) -> Iterator[Cells | Gap]:
    """Public application load balancers, distributions that answer, and stages of APIs that are not private."""
    for row in (one for one in elbv2_load_balancers.rows if one["takes_firewall"]):
        told = wafv2_balancer_acls.find({key: row[key] for key in ("account_id", "region", "resource_id")})
        gaps = wafv2_balancer_acls.hidden(row["account_id"], row["region"], row["resource_id"])
        acl = told[0]["acl_arn"] if told else wafv2_balancer_acls.unseen("acl_arn", gaps) if gaps else None
        yield _door(row, BALANCER, acl, row["dns_name"], {})
    for row in (one for one in cloudfront_distributions.rows if one["enabled"]):
        yield _door(row, DISTRIBUTION, row["web_acl"] or None, row["domain_name"], {})
    closed = {
        (api["account_id"], api["region"], api["resource_id"]) for api in apigateway_rest_apis.rows if api["is_private"]
    }
    for row in (one for one in apigateway_stages.rows if one["stage_name"]):
        if (row["account_id"], row["region"], row["resource_id"]) not in closed:
            named = {"resource_id": f"{row['resource_id']}/{row['stage_name']}"}
            yield _door(row, STAGE, row["web_acl"], None, named)
    yield from (gap for s in (elbv2_load_balancers, cloudfront_distributions, apigateway_stages) for gap in s.gaps)


def _door(row: Cells, kind: str, acl: Any, host: Any, named: dict[str, str]) -> Cells:
    keys = cells_of(row) | named
    return Cells(keys, resource_type=kind, web_acl=acl, host=host)


def origins_of(distribution: Cells) -> tuple[str, ...]:
    """The host names behind a distribution."""
    return names_in(distribution["origins"])


def fronts(door: Row) -> tuple[str, ...]:
    """Distributions with a firewall of their own that lead to it."""
    return tuple(one.name for one in door.distributions if one.enabled and one.web_acl)


DOORS = Fact(
    "web_doors",
    "One row per public application load balancer, distribution and API stage: the web ACL in front of it, how many of "
    "its rules can stop a request, and whether it keeps a log.",
    rows=_doors,
    made=dict.fromkeys(
        ("", *KEYS, "resource_type", "web_acl", "host"),
        (
            "elbv2_load_balancers",
            "wafv2_balancer_acls",
            "cloudfront_distributions",
            "apigateway_rest_apis",
            "apigateway_stages",
        ),
    ),
    joins=(
        Join("web_acls", ("acl_arn", "blocking_rules", "blocks_by_default"), on={"acl_arn": "web_acl"}),
        Join("web_acl_logs", {"log_of": "arn"}, on={"arn": "web_acl"}),
        Join("crown_jewels", ("is_jewel",), on=ACCOUNT, place=NOWHERE),
        Join("cloudfront_distributions", many="distributions", on={"has": "host"}, has=origins_of, place=NOWHERE),
    ),
    columns=(fronts,),
    hidden=frozenset({"distributions", "log_of", "acl_arn"}),
    resource_type=BALANCER,
)


# --- encryption of traffic


def _encrypted_doors(
    elbv2_listeners: Source, elb_load_balancers: Source, cloudfront_distributions: Source, acm_certificates: Source
) -> Iterator[Cells | Gap]:
    """Listeners of public load balancers, public classic load balancers, distributions that answer, certificates."""
    lists = (
        (elbv2_listeners, LISTENER, "port"),
        (elb_load_balancers, CLASSIC, "internet_facing"),
        (cloudfront_distributions, DISTRIBUTION, "enabled"),
        (acm_certificates, CERTIFICATE, "arn"),
    )
    for source, kind, there in lists:
        for row in (one for one in source.rows if one[there] not in (None, False)):
            yield Cells(cells_of(row), resource_type=kind, **{c: row.get(c) for c in OF_DOORS})
        yield from source.gaps


OF_DOORS = (
    "port",
    "protocol",
    "tls_policy",
    "redirects",
    "plain_ports",
    "passed_ports",
    "tls_listeners",
    "ends_tls",
    "viewer_protocols",
    "minimum_tls",
    "own_name_only",
    "domain",
    "state",
    "kind",
    "in_use",
    "renewal",
    "may_renew",
    "expires_at",
)


def _may_renew(door: Row) -> bool:
    return bool(door.may_renew)


def plain(door: Row) -> tuple[str, ...]:
    """Ports on which a classic load balancer speaks HTTP, or the ways in which a distribution answers HTTP."""
    ports = tuple(str(port) for port in documents(door.plain_ports))
    return ports + tuple(p for p in names_in(door.viewer_protocols) if p == "allow-all")


def current_tls(door: Row, *, tls_policies_ok: tuple[str, ...] = TLS_POLICIES) -> bool:
    """The listener's policy is one of those that are accepted, and takes no version of TLS before 1.2."""
    name = str(door.tls_policy or "")
    accepted = any(fnmatchcase(name, pattern) for pattern in tls_policies_ok)
    return accepted and not (tls_policies_ok == TLS_POLICIES and any(fnmatchcase(name, weak) for weak in WEAK))


def old_tls(door: Row) -> tuple[str, ...]:
    """Ports on which a classic load balancer takes versions before TLS 1.2, as it does where nobody chose a policy.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/elb-security-policy-table.html
    """
    told = {one.tls_policy: documents(one.old_versions) for one in door.policies} if door.ends_tls else {}
    listeners = documents(door.tls_listeners)
    chosen = ((port, [told[name] for name in names or () if name in told]) for port, names in listeners)
    return tuple(str(port) for port, found in chosen if not found or any(found))


def renews_itself(door: Row) -> bool:
    """ACM renews the certificate without anybody's help: no domain is validated by email, and nothing is in its way.

    https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html
    """
    if door.kind not in ("AMAZON_ISSUED", "PRIVATE") or door.renewal != "ELIGIBLE" or door.state != "ISSUED":
        return False
    return "EMAIL" not in names_in(door.validated_by) and door.renewal_status not in ("PENDING_VALIDATION", "FAILED")


def days_left(door: Row, *, as_of: pd.Timestamp) -> int | None:
    """Days until the certificate ends."""
    return days(door.expires_at, as_of)


ENCRYPTED_DOORS = Fact(
    "encrypted_doors",
    "One row per listener of a public load balancer, public classic load balancer, distribution and certificate: how "
    "traffic is encrypted, and until when.",
    rows=_encrypted_doors,
    made=dict.fromkeys(
        ("", *KEYS, "resource_type", *OF_DOORS),
        ("elbv2_listeners", "elb_load_balancers", "cloudfront_distributions", "acm_certificates"),
    ),
    joins=(
        Join("acm_renewals", ("validated_by", "renewal_status"), on={**PLACE, "arn": "resource_arn"}, only=_may_renew),
        Join("elb_tls_policies", many="policies", on={**PLACE, "name": "resource_id"}, only=lambda door: door.ends_tls),
    ),
    columns=(plain, current_tls, old_tls, renews_itself, days_left),
    hidden=frozenset({"policies"}),
    resource_type=LISTENER,
)
