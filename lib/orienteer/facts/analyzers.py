"""IAM Access Analyzer: where it watches, what it found, and which findings its archive rules hide."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any

import pandas as pd

from orienteer.facts.fact import Fact, Join
from orienteer.facts.organization import told_by
from orienteer.facts.seen import Cells, Partial, Row, Unseen
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import PLACE, days, keys_at, not_asked, object_in
from orienteer.model import GLOBAL, KEYS
from orienteer.parameters import Range

SERVICE = "access-analyzer.amazonaws.com"
ALONE = "ACCOUNT_UNUSED_ACCESS"
ANALYZER = "AWS::AccessAnalyzer::Analyzer"
LIST = "accessanalyzer:ListAnalyzers"

ANALYZERS = Fact(
    "analyzers",
    "One row per analyzer of IAM Access Analyzer: what it looks at, and whether it works.",
    base="accessanalyzer_analyzers",
    resource_type=ANALYZER,
)


# --- regions


def _regions(
    the_organization: Source,
    organization: Source,
    organization_delegated_services: Source,
    organization_regions: Source,
    ec2_regions: Source,
    accessanalyzer_analyzers: Source,
) -> Iterator[Cells | Gap]:
    """Regions of the organization, under the account that should watch them; of those that stand alone, their own."""
    (whole,) = the_organization.rows
    home, audit = whole["management"], whole["security_audit"]
    names = sorted({row["region_name"] for row in organization_regions.rows if row["region_name"]})
    yield from organization_regions.gaps
    if home is None:
        alone = {row["account_id"] for source in (organization, ec2_regions) for row in source.rows}
        for account in sorted(alone):
            for region in names:
                found = _at(accessanalyzer_analyzers, region, [account])
                yield _region(account, region, found, accessanalyzer_analyzers.hidden(account, region), "", frozenset())
        return
    named = {row["account_id"] for row in organization_delegated_services.find({"service_principal": SERVICE})}
    seen = frozenset() if isinstance(audit, Unseen) else audit
    usual = told_by(home, organization) or told_by(home, organization_regions)
    owner = next(iter(sorted(named & seen) or sorted(named) or sorted(seen)), usual)
    undelegated = frozenset() if named else organization_delegated_services.hidden()
    known = {row["account_id"] for row in ec2_regions.rows}
    for region in names:
        found = _at(accessanalyzer_analyzers, region)
        gaps = accessanalyzer_analyzers.hidden(owner, region) | undelegated
        unasked = frozenset() if owner in known or gaps else frozenset({not_asked(LIST, owner, region)})
        yield _region(owner, region, found, gaps | unasked, home, audit)


def _at(analyzers: Source, region: str, accounts: Iterable[str] = ()) -> tuple[Cells, ...]:
    wanted = set(accounts)
    here = (row for row in analyzers.rows if row["region"] == region and row["analyzer_arn"])
    return tuple(row for row in here if not wanted or row["account_id"] in wanted)


def _region(owner: str, region: str, found: tuple[Cells, ...], gaps: frozenset[str], home: Any, audit: Any) -> Cells:
    return Cells(
        keys_at(owner, region, region=region), management=home, security_audit=audit, analyzers=Partial(found, gaps)
    )


ANALYZER_REGIONS = Fact(
    "analyzer_regions",
    "One row per region of the organization: the analyzers that watch it.",
    rows=_regions,
    made={
        "": ("organization", "organization_delegated_services", "organization_regions", "ec2_regions"),
        **dict.fromkeys(KEYS, ("organization_regions",)),
        "management": ("organization",),
        "security_audit": ("the_organization.security_audit",),
        "analyzers": ("accessanalyzer_analyzers",),
    },
    resource_type=ANALYZER,
)


# --- findings


def open_days(finding: Row, *, as_of: pd.Timestamp) -> int | None:
    """Since it was found."""
    return days(as_of, finding.created_at)


def is_external(finding: Row) -> bool:
    """It is about access from outside, and not yet resolved."""
    return finding.finding_type == "ExternalAccess" and finding.status in ("ACTIVE", "ARCHIVED")


FINDINGS = Fact(
    "analyzer_findings",
    "One row per finding of Access Analyzer: the resource, whom it lets in, and for how long it has been open.",
    base="accessanalyzer_findings",
    joins=(
        Join(
            "accessanalyzer_finding_details",
            ("is_public", "principal", "actions"),
            on={**PLACE, "finding_id": "finding_id"},
        ),
    ),
    columns=(open_days, is_external),
    resource_type=ANALYZER,
)


def _shared(
    analyzer_findings: Source, accessanalyzer_analyzers: Source, accessanalyzer_archive_rules: Source
) -> Iterator[Cells | Gap]:
    """One row per resource with findings, per analyzer without any, and per archive rule that hides a whole class."""
    found = [row for row in analyzer_findings.rows if row["finding_id"] and row["is_external"]]
    rules = [row for row in accessanalyzer_archive_rules.rows if row["rule_name"] and row["is_external"]]
    yield from _resources(found, analyzer_findings)
    yield from _silent(accessanalyzer_analyzers, found, analyzer_findings)
    yield from (_hiding(rule, found) for rule in rules if hides(rule, _UNNAMED))
    yield from (g for s in (accessanalyzer_analyzers, analyzer_findings, accessanalyzer_archive_rules) for g in s.gaps)


def _resources(found: Iterable[Cells], analyzer_findings: Source) -> Iterator[Cells]:
    """One row per resource that these findings are about."""
    resources: dict[tuple[str, str, str], list[Cells]] = defaultdict(list)
    for finding in found:
        resources[_resource(finding)].append(finding)
    for (account, region, resource), findings in sorted(resources.items()):
        places = {(f["account_id"], f["region"]) for f in findings} | {(account, region)}
        gaps = frozenset[str]().union(*(analyzer_findings.hidden(*place) for place in places))
        active = tuple(f for f in findings if f["status"] == "ACTIVE")
        yield _row(
            account,
            region,
            resource,
            resource if resource.startswith("arn:") else None,
            findings[0]["resource_type"],
            kind="resource",
            active=Partial(active, gaps),
        )


def _silent(analyzers: Source, found: Iterable[Cells], analyzer_findings: Source) -> Iterator[Cells]:
    """One row per working analyzer of access from outside that made none of these findings."""
    busy = {(f["account_id"], f["region"], f["analyzer_name"]) for f in found}
    for one in analyzers.rows:
        at = (one["account_id"], one["region"], one["analyzer_name"])
        if one["is_external"] and one["status"] == "ACTIVE" and at not in busy:
            gaps = analyzer_findings.hidden(*at[:2])
            yield _row(*at, one["analyzer_arn"], None, kind="analyzer", active=Partial((), gaps))


def _hiding(rule: Cells, found: Iterable[Cells]) -> Cells:
    """The row of an archive rule, with the resources whose findings it archived."""
    archived = (f for f in found if f["status"] == "ARCHIVED" and _of_analyzer(rule, f) and hides(rule, f))
    return _row(
        rule["account_id"],
        rule["region"],
        f"{rule['analyzer_name']}/{rule['rule_name']}",
        None,
        None,
        kind="rule",
        archived=tuple(sorted({f["resource"] for f in archived})),
        filter=rule["filter"],
    )


def _row(account: str, region: str, resource: str, arn: str | None, resource_type: str | None, **more: Any) -> Cells:
    empty = {"active": Partial(()), "archived": (), "filter": None}
    return Cells(keys_at(account, resource, arn, region=region), resource_type=resource_type, **empty | more)


def _resource(finding: Cells) -> tuple[str, str, str]:
    """Account, region and ARN; roles are found in every region and told once."""
    region = GLOBAL if str(finding["resource_type"] or "").startswith("AWS::IAM::") else finding["region"]
    return finding["owner_account"] or finding["account_id"], region, finding["resource"] or finding["finding_id"]


# --- archive rules

_UNNAMED = {"resource": "arn:aws:s3:::orienteer-unnamed", "principal": "orienteer-unnamed"}
"""A finding about a resource and a principal that no rule has named."""
_SEEN = {
    "resource": "resource",
    "resourceType": "resource_type",
    "resourceOwnerAccount": "owner_account",
    "findingType": "finding_type",
    "isPublic": "is_public",
    "id": "finding_id",
}


def hides(rule: Mapping[str, Any], finding: Mapping[str, Any]) -> bool:
    """True if every criterion of the rule that the finding says something of fits it."""
    for name, criterion in object_in(rule["filter"]).items():
        column = "principal" if name.startswith("principal.") else _SEEN.get(name, "")
        known = column in finding and not isinstance(finding[column], Unseen)
        asked = name != "status" and (known or finding is not _UNNAMED)
        if asked and not (known and _fits(finding[column], criterion)):
            return False
    return True


def _of_analyzer(rule: Cells, finding: Cells) -> bool:
    return all(rule[name] == finding[name] for name in ("account_id", "region", "analyzer_name"))


def _fits(value: Any, criterion: Any) -> bool:
    text = str(value).lower() if isinstance(value, bool) else str(value or "")
    given = criterion if isinstance(criterion, Mapping) else {}
    if "exists" in given and bool(value) != bool(given["exists"]):
        return False
    if "eq" in given and text not in [str(v) for v in given["eq"]]:
        return False
    if "neq" in given and text in [str(v) for v in given["neq"]]:
        return False
    return "contains" not in given or any(str(v) in text for v in given["contains"])


def principal(shared: Row) -> Any:
    """Whom an open finding lets in, as {kind: value}; the public one first."""
    told = [(bool(one.is_public), one.principal) for one in shared.active]
    text = max(told, key=lambda pair: pair[0])[1] if told else None
    return json.loads(text) if text else None


SHARED_RESOURCES = Fact(
    "shared_resources",
    "One row per resource that Access Analyzer found to be shared with outsiders, and per analyzer without findings.",
    rows=_shared,
    made={
        "": ("accessanalyzer_analyzers", "accessanalyzer_findings", "accessanalyzer_archive_rules"),
        **dict.fromkeys((*KEYS, "resource_type", "kind"), ("accessanalyzer_findings",)),
        "active": ("accessanalyzer_findings", "accessanalyzer_finding_details"),
        **dict.fromkeys(("archived", "filter"), ("accessanalyzer_archive_rules",)),
    },
    columns=(principal,),
    hidden=frozenset({"active"}),
    resource_type=ANALYZER,
)


# --- unused access


def _unused(
    the_organization: Source,
    organization: Source,
    organization_delegated_services: Source,
    accessanalyzer_analyzers: Source,
    analyzer_findings: Source,
    last_accessed: Source,
) -> Iterator[Cells | Gap]:
    """One row for the organization, or per account that stands alone: its analyzers of unused access."""
    home = the_organization.rows[0]["management"]
    yield from organization.gaps
    if home is None:
        for account in sorted({row["account_id"] for row in organization.rows}):
            found = [row for row in accessanalyzer_analyzers.rows if row["account_id"] == account]
            gaps = accessanalyzer_analyzers.hidden(account)
            reports = [row for row in last_accessed.rows if row["account_id"] == account]
            yield Cells(_unused_row(account, found, ALONE, gaps, analyzer_findings), **_reported(reports))
        return
    named = {row["account_id"] for row in organization_delegated_services.find({"service_principal": SERVICE})}
    makers = {home, *named} if isinstance(home, str) else {""}
    undelegated = organization_delegated_services.hidden()
    gaps = undelegated.union(*(accessanalyzer_analyzers.hidden(account) for account in makers))
    told = told_by(home, organization)
    row = _unused_row(told, accessanalyzer_analyzers.rows, "ORGANIZATION_UNUSED_ACCESS", gaps, analyzer_findings)
    yield Cells(row, **_reported(last_accessed.rows))


def _reported(principals: Iterable[Cells]) -> dict[str, int]:
    """Of how many users and roles came a report on services last accessed, and how many of them called fewer than a
    tenth of what they may call; what could not be seen is in neither."""
    told = [row for row in principals if isinstance(row["allowed"], tuple) and row["allowed"]]
    few = [row for row in told if len(row["used"]) * 10 < len(row["allowed"])]
    return {"reports": len(told), "mostly_unused": len(few)}


def _unused_row(account: str, analyzers: Sequence[Cells], kind: str, gaps: frozenset[str], findings: Source) -> Cells:
    found = tuple(row for row in analyzers if row["type"] == kind and row["analyzer_arn"])
    arns = {row["analyzer_arn"] for row in found}
    unused = tuple(f for f in findings.rows if f["analyzer_arn"] in arns and f["status"] == "ACTIVE")
    unread = frozenset[str]().union(*(findings.hidden(row["account_id"], row["region"]) for row in found))
    return Cells(
        keys_at(account, "unused access"),
        own_analyzers=len({row["account_id"] for row in analyzers if row["type"] == ALONE}),
        unused_analyzers=Partial(found, gaps),
        unused_findings=Partial(unused, unread | gaps),
    )


def tracking_days(watch: Row) -> tuple[int | None, ...]:
    """After how many days without use each active analyzer calls access unused."""
    return tuple(one.unused_age_days for one in watch.unused_analyzers if one.status == "ACTIVE")


def exclusions(watch: Row) -> tuple[str, ...]:
    """The accounts and tags that its active analyzers leave out, as JSON text."""
    return tuple(one.exclusions for one in watch.unused_analyzers if one.status == "ACTIVE" and one.exclusions)


def overdue(watch: Row, *, unused_finding_days: Annotated[int, Range(1, 3650)] = 60) -> int:
    """How many findings of unused access have been open for longer than the limit."""
    return sum(one.open_days is None or one.open_days > unused_finding_days for one in watch.unused_findings)


UNUSED_ACCESS = Fact(
    "unused_access",
    "One row for the organization (or an account that stands alone): the analyzers that look for unused access, and "
    "how many of their findings are overdue.",
    rows=_unused,
    made={
        **dict.fromkeys(("", *KEYS), ("organization",)),
        "unused_analyzers": ("organization", "organization_delegated_services", "accessanalyzer_analyzers"),
        "unused_findings": ("accessanalyzer_findings",),
        "own_analyzers": ("accessanalyzer_analyzers",),
        **dict.fromkeys(("reports", "mostly_unused"), ("last_accessed.allowed", "last_accessed.used")),
    },
    columns=(tracking_days, exclusions, overdue),
    hidden=frozenset({"unused_analyzers", "unused_findings"}),
    resource_type=ANALYZER,
)
