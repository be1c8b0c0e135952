"""What answers on the internet is known, and DNS leads to what is there."""

from __future__ import annotations

from fnmatch import fnmatchcase

from orienteer.controls.control import control
from orienteer.controls.verdict import CRITICAL, HIGH, MEDIUM, Verdict, asked, failed, passed
from orienteer.facts.exposable import GUARDRAILS
from orienteer.facts.public_endpoints import PUBLIC_ENDPOINTS
from orienteer.facts.seen import Row, unless_unseen
from orienteer.model import Category


@control(
    "NET-07",
    title="Every network endpoint reachable from the internet is expected, and no DNS record dangles",
    category=Category.NETWORK,
    severity=HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_network_protection_layered.html",
    fact=PUBLIC_ENDPOINTS,
    evidence=("protocols",),
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 3.2.3"],
        "fsbp": ["RDS.2", "EKS.1", "EC2.9"],
        "prowler": [
            "rds_instance_no_public_access",
            "elbv2_internet_facing",
            "ec2_instance_public_ip",
            "eks_cluster_not_publicly_accessible",
            "awslambda_function_url_public",
            "route53_dangling_ip_subdomain_takeover",
        ],
        "scoutsuite": ["rds-instance-publicly-accessible.json", "ec2-instance-with-public-ip.json"],
        "service_screener": ["EC2InstancePublicIP"],
    },
)
def public_endpoints(one: Row, *, expected_endpoints: tuple[str, ...] = ()) -> Verdict | None:
    """An internet-facing endpoint nobody knows about is one that nobody patches, watches or protects.

    An endpoint counts if the internet can really reach it, whatever it then asks of callers; those agreed on pass. A
    DNS record that points to an AWS name nobody holds any longer can be taken over by whoever creates that name again.

    Fix: close unintended endpoints or put them behind a load balancer with TLS and a web ACL, take databases off the
    internet, and delete DNS records that lead nowhere.
    """
    if one.is_record:
        return _record(one, expected_endpoints)
    if one.requester_managed:
        return None
    if one.is_database and (one.answers or one.guardrail):
        return _database(one)
    if not one.answers:
        return None
    names = {one.resource_id, one.resource_arn or "", *unless_unseen(lambda: one.hosts, ())}
    if _is_expected(names, expected_endpoints):
        return passed("The endpoint is on the list of expected endpoints.")
    where = ", ".join(unless_unseen(lambda: one.hosts, ())) or one.resource_id
    if expected_endpoints:
        return failed(f"{where} can be reached from the internet ({one.through}) and is not an expected endpoint.")
    return asked(
        f"{where} can be reached from the internet ({one.through}); is that intended? If so, add it"
        " to the list of expected endpoints."
    )


def _is_expected(names: set[str], patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name.lower(), pattern.lower()) for name in names for pattern in patterns)


def _database(one: Row) -> Verdict:
    if one.answers:
        return failed(f"The database can be reached from the internet ({one.through}).", CRITICAL)
    keeper = GUARDRAILS.get(one.guardrail, one.guardrail)
    return failed(f"The database has a public address; the internet is kept out by {keeper} alone.", MEDIUM)


def _record(one: Row, expected: tuple[str, ...]) -> Verdict:
    if one.dangling:
        return failed(f"The record points to {', '.join(one.dangling)}, which none of the accounts holds.")
    left = [address for address in one.unknown_addresses if not _is_expected({address}, expected)]
    if left:
        return asked(
            f"The record points to {', '.join(left)}, which none of the accounts holds; whose is it? Ask the"
            " zone's owner; if it is known, add it to the list of expected endpoints."
        )
    return passed("The record points to nothing in AWS that is missing.")
