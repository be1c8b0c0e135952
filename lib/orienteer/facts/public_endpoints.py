"""What answers on the internet, by which names, and DNS records that lead to what is not there any more.

Worked by hand: the record `shop.example.com` stands for `shop-1.eu-west-1.elb.amazonaws.com`.  No load balancer of an
account that was read has that name, and AWS gives such names to load balancers alone: the record dangles.  An address
that no account holds may be a machine of the client's elsewhere, so that is a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from orienteer.facts.exposed import ENDPOINT_EXPOSURES
from orienteer.facts.fact import Fact, Join
from orienteer.facts.organization import NOWHERE
from orienteer.facts.places import OF_BEYOND
from orienteer.facts.seen import Cells, NotSeen, Row, Unseen
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import RESOURCE, cells_of, documents, names_in, not_asked
from orienteer.model import KEYS

# --- the names and addresses that accounts hold


def _hosts(
    ec2_network_interfaces: Source,
    ec2_addresses: Source,
    ec2_instances: Source,
    elbv2_load_balancers: Source,
    elb_load_balancers: Source,
    rds_instances: Source,
    eks_cluster_details: Source,
    lambda_function_urls: Source,
    apigateway_rest_apis: Source,
    apigatewayv2_apis: Source,
    cloudfront_distributions: Source,
    s3_buckets: Source,
) -> Iterator[Cells | Gap]:
    """A row for each name or address of each resource."""
    columns = (
        (ec2_network_interfaces, ("public_ips", "ipv6_addresses")),
        (ec2_addresses, ("public_ip",)),
        (ec2_instances, ("public_ip",)),
        (elbv2_load_balancers, ("dns_name",)),
        (elb_load_balancers, ("dns_name",)),
        (rds_instances, ("endpoint",)),
        (eks_cluster_details, ("endpoint",)),
        (lambda_function_urls, ("url",)),
        (apigatewayv2_apis, ("endpoint",)),
        (cloudfront_distributions, ("domain_name", "aliases")),
        (s3_buckets, ("bucket",)),
        (apigateway_rest_apis, ("name",)),
    )
    for source, named in columns:
        for row in source.rows:
            for host in (h for column in named for h in _names(row[column])):
                form = f"{host}.execute-api.{row['region']}.amazonaws.com" if source is apigateway_rest_apis else host
                yield Cells(cells_of(row), host=bare(form), kind=source.name)
        yield from source.gaps


def _names(cell: Any) -> tuple[str, ...]:
    if not isinstance(cell, str):
        return ()
    return names_in(cell) if cell.startswith("[") else (cell,)


def bare(name: str) -> str:
    """The host name alone: no scheme, no path, no ending dot, lower case."""
    return re.sub(r"^\w+://", "", name.lower()).partition("/")[0].rstrip(".")


HOSTS = Fact(
    "hosts",
    "One row per host name or public address of a resource.",
    rows=_hosts,
    made=(*KEYS, "host", "kind"),
)


# --- endpoints

SHUT = (
    "no way from the internet",
    "security groups",
    "networks",
    "private_network",
    "private network",
    "vpc_blocked",
    "no listener",
    "no stage",
    "no methods",
    "no routes",
)
"""Guardrails that keep callers from getting there at all; others ask who they are."""
DATABASES = ("AWS::RDS::DBInstance", "AWS::Neptune::DBInstance", "AWS::DocDB::DBInstance")


def answers(one: Row) -> bool:
    """The internet gets to it, whatever it asks of who comes."""
    if one.level == "public":
        return True
    return bool(one.raw_level == "public" and one.guardrail not in SHUT)


def hosts(one: Row) -> tuple[str, ...]:
    """Its names and addresses."""
    return tuple(sorted({h.host for h in one.named}))


def protocols(one: Row) -> tuple[str, ...]:
    """What its listeners speak, of a load balancer."""
    return tuple(sorted({f"{x.protocol}:{x.port}" for x in one.listeners if x.port is not None}))


def is_database(one: Row) -> bool:
    """It is a database."""
    return one.resource_type in DATABASES


ENDPOINTS = Fact(
    "internet_endpoints",
    "One row per thing that may answer on the internet: whether it does, and by which names.",
    base=ENDPOINT_EXPOSURES.name,
    joins=(
        Join("hosts", many="named", on=RESOURCE),
        Join("elbv2_listeners", many="listeners", on={"load_balancer_arn": "resource_arn"}),
        Join("ec2_network_interfaces", ("requester_managed",), on=RESOURCE),
    ),
    columns=(answers, hosts, protocols, is_database),
    hidden=ENDPOINT_EXPOSURES.hidden | {"named", "listeners"},
)


# --- DNS records

ALWAYS_LISTED = (
    re.compile(r"^(dualstack\.)?(?P<host>[^.]+\.(elb\.[a-z0-9-]+|[a-z0-9-]+\.elb)\.amazonaws\.com)$"),
    re.compile(r"^(?P<host>(?!d-)[a-z0-9]+\.execute-api\.[a-z0-9-]+\.amazonaws\.com)$"),
    re.compile(r"^(?P<host>[^/]+)\.s3[.-][a-z0-9.-]*amazonaws\.com$"),
)
"""Names that AWS gives to load balancers, APIs and buckets alone.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-call-api.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
"""
OF_ADDRESS = re.compile(r"^ec2-(\d+)-(\d+)-(\d+)-(\d+)\..*amazonaws\.com$")
WEBSITE = re.compile(r"^s3-website[.-][a-z0-9-]+\.amazonaws\.com$")


def targets_of(record: Cells) -> tuple[str, ...]:
    """What the record leads to, as names and addresses that a resource would have."""
    given = [str(v) for v in documents(record["values"])] + ([record["alias"]] if record["alias"] else [])
    return tuple(_held_as(bare(one), bare(record["record"] or ""))[0] for one in given)


def _held_as(target: str, record: str) -> tuple[str, bool]:
    """The name that a resource behind the target has, and whether AWS gives such names to nothing else."""
    if WEBSITE.match(target):
        return record, True  # a website's bucket has the name of the record
    if found := OF_ADDRESS.match(target):
        return ".".join(found.groups()), True
    found = next((m for form in ALWAYS_LISTED if (m := form.match(target))), None)
    return (found["host"], True) if found else (target, False)


def dangling(record: Row) -> tuple[str, ...]:
    """Targets that only a resource of AWS can be, and that no account holds which was read."""
    return _not_held(record, certain=True)


def unknown_addresses(record: Row) -> tuple[str, ...]:
    """Addresses that no account holds which was read; they may be the client's elsewhere."""
    return tuple(t for t in _not_held(record, certain=False) if re.fullmatch(r"[\d.]+|[0-9a-f:]+", t))


def _not_held(record: Row, certain: bool) -> tuple[str, ...]:
    name = bare(record.record or "")
    given = [bare(str(v)) for v in documents(record.values)] + ([bare(record.alias)] if record.alias else [])
    wanted = {host: target for target in given for host, sure in (_held_as(target, name),) if sure is certain}
    left = set(wanted) - {holder.host for holder in record.holders.seen}
    if left:
        len(record.holders)  # an account that was not read may hold it
    if left and certain:
        _need_everywhere(record, [wanted[host] for host in left])
    return tuple(sorted(wanted[host] for host in left))


def _need_everywhere(record: Row, targets: Iterable[str]) -> None:
    """Raises NotSeen where an account or region that is no part of the assessment may hold one of the targets."""
    regions = record.assessed_regions
    elsewhere = regions and not all(any(region in target for region in regions) for target in targets)
    if record.other_accounts or elsewhere:
        account = next(iter(record.other_accounts), "all")
        why = "an account or region that is not part of this assessment may hold it"
        raise NotSeen(Unseen(frozenset({not_asked("ec2:DescribeAddresses", account, "any other", why)})))


RECORDS = Fact(
    "dns_records",
    "One row per DNS record of a public zone: what it leads to that nobody holds.",
    base="route53_records",
    joins=(Join("hosts", many="holders", on={"host": "record"}, each=targets_of, place=NOWHERE), OF_BEYOND),
    columns=(dangling, unknown_addresses),
    hidden=frozenset({"holders", "other_accounts", "assessed_regions"}),
    resource_type="AWS::Route53::RecordSet",
)


# --- both

OF_ENDPOINT = (
    "resource_type",
    "answers",
    "hosts",
    "protocols",
    "is_database",
    "level",
    "through",
    "guardrail",
    "requester_managed",
)
OF_RECORD = ("record", "dangling", "unknown_addresses")


def _both(internet_endpoints: Source, dns_records: Source) -> Iterator[Cells | Gap]:
    """Things that may answer on the internet, then DNS records."""
    for row in internet_endpoints.rows:
        yield Cells(dict.fromkeys(OF_RECORD) | cells_of(row, *OF_ENDPOINT), is_record=False)
    for row in dns_records.rows:
        if row["record"]:
            taken = cells_of(row, *OF_RECORD) | {"resource_id": f"{row['record']} {row['type']}"}
            yield Cells(dict.fromkeys(OF_ENDPOINT) | taken | {"resource_type": RECORDS.resource_type}, is_record=True)
    yield from dict.fromkeys((*internet_endpoints.gaps, *dns_records.gaps))


PUBLIC_ENDPOINTS = Fact(
    "public_endpoints",
    "One row per thing that may answer on the internet, and one per DNS record of a public zone.",
    rows=_both,
    made={
        "": ("endpoint_exposures", "route53_records"),
        **dict.fromkeys((*KEYS, "is_record"), ()),
        **{c: (f"internet_endpoints.{c}",) for c in OF_ENDPOINT},
        **{c: (f"dns_records.{c}",) for c in OF_RECORD},
    },
    resource_type="AWS::EC2::NetworkInterface",
)
