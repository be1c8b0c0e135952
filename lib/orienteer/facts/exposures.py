"""Everything that can be opened to others: how, who gets in at most, and what keeps strangers out all the same."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from typing import Literal

from orienteer.facts import exposables
from orienteer.facts.exposable import ANY, Exposable, Fence, Ground, Level, Named, Opening, Reached, widest
from orienteer.facts.fact import FACTS, Fact, Join, columns_of
from orienteer.facts.organization import NOWHERE
from orienteer.facts.parties import NO_REGISTER, Register, parties
from orienteer.facts.reads import texts_of
from orienteer.facts.rests import rests_on, tables_read_by
from orienteer.facts.seen import Cells, Partial, Row, Unseen, settled
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import RESOURCE, cells_of, documents
from orienteer.model import KEYS
from orienteer.parameters import Client

NETWORKS = {"ec2_vpcs": "vpc_id", "ec2_vpc_endpoints": "endpoint_id"}
"""Tables of the organization's own networks, with the column that names one."""


MAIN = frozenset(
    {
        "apigateway-rest-api",
        "apigatewayv2-api",
        "cloudfront-distribution",
        "cognito-identity-pool",
        "ec2-ami",
        "ec2-ebs-snapshot",
        "ec2-elastic-ip",
        "ec2-instance",
        "ec2-network-interface",
        "ec2-security-group",
        "ecr-repository",
        "ecs-service-public-ip",
        "eks-cluster-endpoint",
        "elb-classic",
        "elbv2-load-balancer",
        "iam-role-trust",
        "kms-key-policy",
        "lambda-function-policy",
        "lambda-function-url",
        "opensearch-domain",
        "ram-resource-share",
        "rds-cluster-snapshot",
        "rds-instance",
        "rds-snapshot",
        "redshift-cluster",
        "s3-bucket-acl",
        "s3-bucket-policy",
        "secretsmanager-secret",
        "sns-topic",
        "sqs-queue",
        "ssm-document",
    }
)
"""Types that a run asks for whose params say `exposures: main`: those of first priority in the list."""


@cache
def declared() -> tuple[Exposable, ...]:
    """Every type of resource that can be opened to others, from the modules of facts/exposables."""
    found = pkgutil.iter_modules(exposables.__path__, f"{exposables.__name__}.")
    return tuple(one for module in found for one in importlib.import_module(module.name).EXPOSABLES)


@cache
def asked_for(width: str) -> tuple[Exposable, ...]:
    """The types that a run looks for: `all`, or `main`."""
    return tuple(one for one in declared() if width != "main" or MAIN & set(one.ids))


@cache
def tables_of(one: Exposable) -> frozenset[str]:
    """The tables that tell who can reach a resource of a type."""
    if one.source not in FACTS:
        return frozenset({one.source})
    fact = FACTS[one.source]
    found = rests_on(one.source)
    for way in one.opened_by:
        if isinstance(way, Named):
            found |= tables_read_by(way.tell, fact)
            named = texts_of(way.tell)
        else:
            named = frozenset(v for part in vars(way).values() for v in (part if isinstance(part, tuple) else (part,)))
        found = found.union(*(rests_on(one.source, c) for c in columns_of(fact) if c in named))
    return found


def _copy_types() -> tuple[Exposable, ...]:
    return tuple(one for one in declared() if one.is_copy)


@cache
def tables(width: str = "all") -> frozenset[str]:
    """The tables that tell who can reach what, of the types that a run looks for."""
    return grounds().union(*(tables_of(one) for one in asked_for(width)))


@cache
def grounds() -> frozenset[str]:
    """The tables that tell what levels are measured against: own networks, resource control policies."""
    return rests_on("guardrails").union(NETWORKS)


def _copy_tables() -> frozenset[str]:
    return frozenset[str]().union(*(tables_of(one) for one in _copy_types()))


def own_networks(sources: Callable[[str], Source]) -> Partial:
    """VPCs and endpoints of every account, and the public addresses of their interfaces."""
    named = [sources(table).every(column) for table, column in NETWORKS.items()]
    interfaces = sources("ec2_network_interfaces")
    addresses = [f"{ip}/32" for row in interfaces.rows for ip in documents(row["public_ips"])]
    gaps = interfaces.hidden().union(*(part.gaps for part in named))
    return Partial((*(item for part in named for item in part.items), *addresses), gaps)


def _exposures(
    the_organization: Source, ec2_network_interfaces: Source, *, client: Client, sources: Callable[[str], Source]
) -> Iterator[Cells | Gap]:
    yield from rows_of(asked_for(client.exposures), ground_of(the_organization, client, sources), sources)


def ground_of(the_organization: Source, client: Client, sources: Callable[[str], Source]) -> Ground:
    (org,) = the_organization.rows
    trusted = frozenset(client.trusted_accounts)
    return Ground(org["organization_id"], org["members"], trusted, own_networks(sources), _fences(sources))


def _fences(sources: Callable[[str], Source]) -> Mapping[str, tuple[Fence, ...]] | Unseen:
    """The resource control policies of each account, those of AWS itself aside.

    They are told in the management account (or a delegate) alone.  Where a run could not ask there, each resource
    counts as its own policy says, as AWS shows it in its account.
    """
    (rails,) = sources("guardrails").rows
    if rails["gaps"]:
        told = sources("organization").rows
        return Unseen(rails["gaps"]) if any(r["account_id"] == r["management_account_id"] for r in told) else {}
    texts = {row["id"]: row["content"] for row in sources("organization_policy_documents").rows}
    return {
        node.id: tuple(
            Fence(one.name, texts.get(one.id) or "") for level in node.hung for one in level if not one.aws_managed
        )
        for node in rails["rcp_partly"].accounts
        if node.levels
    }


def _copies(the_organization: Source, *, client: Client, sources: Callable[[str], Source]) -> Iterator[Cells | Gap]:
    (org,) = the_organization.rows
    ground = Ground(org["organization_id"], org["members"], frozenset(client.trusted_accounts), Partial(()))
    yield from rows_of(_copy_types(), ground, sources)


def rows_of(types: Iterable[Exposable], ground: Ground, sources: Callable[[str], Source]) -> Iterator[Cells | Gap]:
    """A row for each resource of these types, and the gaps that may hide others."""
    for one in types:
        source = sources(one.source)
        for row in filter(one.only, source.rows):
            yield Cells(
                cells_of(row),
                resource_type=one.type,
                exposable=one.ids[0],
                holds_data=one.holds_data,
                serves=one.serves,
                told_by=one.told_by,
                evidence_call=one.call,
                reached=reached(one, row, ground),
            )
        yield from source.gaps


def reached(one: Exposable, row: Cells, ground: Ground) -> Reached | Unseen:
    """The widest of a resource's ways in, on which every way the unseen may be agrees."""
    ways = Cells(cells_of(row))
    for n, way in enumerate(one.opened_by):
        ways[str(n)] = settled(partial(_by_way, way, ground, one.type), row, ANY)
    names = [str(n) for n in range(len(one.opened_by))]
    return settled(lambda r: widest([getattr(r, name) for name in names]), ways, ANY)  # type: ignore[no-any-return]


def _by_way(way: Opening, ground: Ground, kind: str, row: Row) -> Reached:
    return way.reached(row, ground, kind)


def level(exposure: Row) -> Level:
    """Who gets in at most, guardrails counted."""
    return exposure.reached.level  # type: ignore[no-any-return]


def raw_level(exposure: Row) -> Level:
    """Who would get in at most without guardrails."""
    return exposure.reached.raw  # type: ignore[no-any-return]


def guardrail(exposure: Row) -> str:
    """The setting that keeps strangers out; empty where none is needed."""
    return exposure.reached.guardrail  # type: ignore[no-any-return]


def who(exposure: Row) -> tuple[str, ...]:
    """The principals, accounts or networks of that level."""
    return exposure.reached.who  # type: ignore[no-any-return]


def partners(exposure: Row, *, client: Client, third_party_register: Register = NO_REGISTER) -> tuple[str, ...]:
    """Those of them that the client named, by the name it gave: trusted accounts, and entries of its register."""
    return tuple(one.name for one in parties(exposure.reached.who, client, third_party_register))


def strangers(exposure: Row, *, client: Client, third_party_register: Register = NO_REGISTER) -> tuple[str, ...]:
    """Those of them whom the client did not name."""
    return tuple(one for one in exposure.reached.who if not any(parties((one,), client, third_party_register)))


def owners(exposure: Row, *, client: Client, third_party_register: Register = NO_REGISTER) -> tuple[str, ...]:
    """Who answers for those."""
    found = parties(exposure.reached.who, client, third_party_register)
    return tuple(dict.fromkeys(one.owner for one in found if one.owner))


def review_by(exposure: Row, *, client: Client, third_party_register: Register = NO_REGISTER) -> str | None:
    """The first day on which one of those has to be reviewed, as the register writes it."""
    found = parties(exposure.reached.who, client, third_party_register)
    return min((one.review_by for one in found if one.review_by), default=None)


def through(exposure: Row) -> str:
    """What they get in through: a resource policy, an ACL, a share, ..."""
    return exposure.reached.through  # type: ignore[no-any-return]


def statement(exposure: Row) -> str:
    """The Sid of the policy's statement that opens it."""
    return exposure.reached.statement  # type: ignore[no-any-return]


def why(exposure: Row) -> str:
    """The same in words."""
    return exposure.reached.why  # type: ignore[no-any-return]


def problems(exposure: Row) -> tuple[str, ...]:
    """What of its policies could not be read."""
    return exposure.reached.problems  # type: ignore[no-any-return]


def aws_verdict(exposure: Row) -> Literal["public", "shared", "archived"] | None:
    """What AWS itself says: Access Analyzer by a finding of access from outside (open, or archived), S3 of a policy.

    None where it says nothing, also where no analyzer watches.
    """
    states = {one.status for one in exposure.aws_findings if one.finding_type == "ExternalAccess"}
    if exposure.s3_says_public and not exposure.guardrail:
        return "public"
    return "shared" if "ACTIVE" in states else "archived" if "ARCHIVED" in states else None


def agreement(exposure: Row) -> Literal["both", "only us", "only AWS", "neither"]:
    """Whether we and AWS say that somebody outside the organization reaches it."""
    ours, theirs = exposure.level in ("public", "external"), exposure.aws_verdict is not None
    return "both" if ours and theirs else "only us" if ours else "only AWS" if theirs else "neither"


OF_REACHED = (level, raw_level, guardrail, who, partners, owners, review_by, through, statement, why, problems)
EXPOSURES = Fact(
    "exposures",
    "One row per resource that can be opened to others: who gets in at most, through what, and what keeps them out.",
    rows=_exposures,
    made=(*KEYS, "resource_type", "exposable", "holds_data", "serves", "told_by", "evidence_call", "reached"),
    joins=(
        Join(
            "accessanalyzer_findings",
            many="aws_findings",
            on={"resource": "resource_arn"},
            place=NOWHERE,
            only=lambda exposure: bool(exposure.resource_arn),
        ),
        Join(
            "s3_bucket_policy_status",
            {"s3_says_public": "is_public"},
            on=RESOURCE,
            only=lambda exposure: exposure.resource_type == "AWS::S3::Bucket",
        ),
    ),
    columns=(*OF_REACHED, strangers, aws_verdict, agreement),
    hidden=frozenset({"reached", "aws_findings", "s3_says_public"}),
    also=tables,
)
SHARED_COPIES = Fact(
    "shared_copies",
    "One row per snapshot or image: whom it is shared with, and what keeps them out.",
    rows=_copies,
    made=EXPOSURES.made,
    columns=OF_REACHED,
    hidden=frozenset({"reached"}),
    also=_copy_tables,
)
