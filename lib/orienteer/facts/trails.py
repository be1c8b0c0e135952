"""Trails: what each records and where it delivers, the organization's trail, the keys and buckets of the logs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from orienteer.facts.fact import Fact, Join
from orienteer.facts.organization import NOWHERE
from orienteer.facts.seen import Cells, Partial, Row, Unseen, unless_unseen
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import is_ended, keys_at, not_asked, objects
from orienteer.model import KEYS
from orienteer.partitions import partition_of

TRAIL = "AWS::CloudTrail::Trail"
SERVICE = "cloudtrail.amazonaws.com"
OF_TRAIL = (
    "trail_arn",
    "trail_name",
    "owner_account",
    "home_region",
    "at_home",
    "is_organization",
    "is_multi_region",
    "include_global",
    "log_file_validation",
    "kms_key",
    "bucket",
    "bucket_prefix",
    "log_group_arn",
)
HOME = {"trail_arn": "trail_arn", "at_home": "is_asked_at_home"}
"""A join by what a trail tells of itself at home, the one place where it can be asked: its copies tell nothing."""

FIELDS_OF_ALL = frozenset({"eventCategory", "readOnly"})
"""Fields an advanced selector may name and still take every management event of its kind."""

Kind = Literal["All", "ReadOnly", "WriteOnly", "part", "none"]
"""Which management events are taken; `part`: some of a kind that no selector gives a name."""


# --- which management events selectors take


def taken(event_selectors: str | None, advanced_selectors: str | None) -> tuple[Kind, tuple[str, ...]]:
    """Which management events the selectors take, in the classic shape or the advanced one, and sources left out.

    A trail for which none was ever chosen takes all management events.
    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html
    """
    advanced = [s.get("FieldSelectors") or [] for s in objects(advanced_selectors)]
    if advanced:
        return _joined(_advanced(fields) for fields in advanced)
    classic = objects(event_selectors)
    if not classic:
        return "All", ()
    return _joined(
        (s.get("ReadWriteType", "All"), tuple(s.get("ExcludeManagementEventSources") or ()))
        for s in classic
        if s.get("IncludeManagementEvents")
    )


def _joined(parts: Iterable[tuple[Kind, tuple[str, ...]]]) -> tuple[Kind, tuple[str, ...]]:
    """What several selectors take together; a source is left out when every selector leaves it out."""
    found = [part for part in parts if part[0] != "none"]
    kinds = {kind for kind, _ in found}
    whole = [set(sources) for kind, sources in found if kind != "part"]
    excluded = tuple(sorted(set.intersection(*whole))) if whole else ()
    if "All" in kinds or {"ReadOnly", "WriteOnly"} <= kinds:
        return "All", excluded
    return next(iter(sorted(kinds)), "none"), excluded


def _advanced(fields: Iterable[Mapping[str, Any]]) -> tuple[Kind, tuple[str, ...]]:
    """Kind and left-out sources of one advanced selector."""
    by_name = {str(f.get("Field")): f for f in fields}
    if "Management" not in ((by_name.get("eventCategory") or {}).get("Equals") or ()):
        return "none", ()
    excluded = tuple((by_name.get("eventSource") or {}).get("NotEquals") or ())
    if set(by_name) - FIELDS_OF_ALL - ({"eventSource"} if excluded else set()):
        return "part", excluded
    read_only = {str(v).lower() for v in (by_name.get("readOnly") or {}).get("Equals") or ()}
    if read_only == {"true"}:
        return "ReadOnly", excluded
    return ("WriteOnly" if read_only == {"false"} else "All"), excluded


# --- trails


def _trails(cloudtrail_trails: Source, organization: Source) -> Iterator[Cells | Gap]:
    """Each trail once, its home copy where that was read; it stands where it lives."""
    found: dict[str, Cells] = {}
    for row in sorted(cloudtrail_trails.rows, key=lambda t: (not t["at_home"], t["account_id"], t["region"])):
        arn = row["trail_arn"]
        if arn and arn not in found:
            owner, home = row["owner_account"] or row["account_id"], row["home_region"] or row["region"]
            place = keys_at(owner, row["trail_name"] or arn, arn, region=home)
            found[arn] = Cells({name: row[name] for name in OF_TRAIL} | place, is_asked_at_home=True)
    hidden, best = _hidden(found, cloudtrail_trails, organization), _best(found)
    for arn, trail in found.items():
        trail["is_main"] = hidden or arn in best
        others = tuple(t for t, other in found.items() if t != arn and _records_again(other, trail))
        trail["duplicates"] = Partial(others, cloudtrail_trails.hidden())
    yield from found.values()
    yield from cloudtrail_trails.gaps


def _records_again(other: Cells, trail: Cells) -> bool:
    """True if both record events of one account; a trail of the organization records those of all."""
    shared = trail["is_organization"] or other["is_organization"] or other["account_id"] == trail["account_id"]
    return bool(other["is_multi_region"] and shared)


def _hidden(found: Mapping[str, Cells], trails: Source, organization: Source) -> Unseen | None:
    """What is hidden where no organization's trail was seen and one may be: the management account lists it, too."""
    if any(trail["is_organization"] for trail in found.values()):
        return None
    home = organization.first("management_account_id")
    gaps = trails.hidden(home if isinstance(home, str) else "") if home is not None else frozenset[str]()
    return Unseen(gaps, (True, False)) if gaps else None


def _best(found: Mapping[str, Cells]) -> frozenset[str]:
    """The organization's trails; where there is none, of each account the one at home that leaves out least."""
    shared = frozenset(arn for arn, trail in found.items() if trail["is_organization"])
    best: dict[str, tuple[int, str]] = {}
    for arn, trail in found.items():
        breadth = sum(trail[name] is True for name in ("is_multi_region", "include_global"))
        if trail["at_home"] and breadth > best.get(trail["account_id"], (-1, ""))[0]:
            best[trail["account_id"]] = (breadth, arn)
    return shared or frozenset(arn for _, arn in best.values())


def _no_status(trail: Row) -> str:
    why = "only a copy of the trail was seen: its home is not part of this assessment"
    return not_asked("cloudtrail:GetTrailStatus", trail.account_id, trail.region, why)


def management_events(trail: Row) -> Kind:
    """Which management events the trail takes."""
    return taken(trail.event_selectors, trail.advanced_selectors)[0]


def excluded_sources(trail: Row) -> tuple[str, ...]:
    """Services whose management events it leaves out."""
    return taken(trail.event_selectors, trail.advanced_selectors)[1]


def records_all(trail: Row) -> bool:
    """It logs, and takes all management events."""
    return bool(trail.is_logging and trail.management_events == "All")


def key_arn(trail: Row) -> str | None:
    """The ARN of its key, also where it names the key by its id alone."""
    if trail.kms_key and not trail.kms_key.startswith("arn:"):
        start = f"arn:{partition_of(trail.trail_arn)}:kms:{trail.region}:{trail.account_id}:"
        return start + (trail.kms_key if trail.kms_key.startswith("alias/") else f"key/{trail.kms_key}")
    return trail.kms_key  # type: ignore[no-any-return]


def key_account(trail: Row) -> str | None:
    """The account of its key."""
    return str(trail.key_arn).split(":")[4] if trail.key_arn and trail.key_arn.count(":") > 4 else None


def key_region(trail: Row) -> str | None:
    """The region of its key."""
    return str(trail.key_arn).split(":")[3] if trail.key_arn and trail.key_arn.count(":") > 4 else None


TRAILS = Fact(
    "trails",
    "One row per trail: what it records, whether it logs and delivers, and the key it names.",
    rows=_trails,
    made={
        **dict.fromkeys(("", *KEYS, *OF_TRAIL, "is_asked_at_home", "duplicates"), ("cloudtrail_trails",)),
        "is_main": ("cloudtrail_trails", "organization"),
    },
    joins=(
        Join(
            "cloudtrail_trail_status",
            (
                "is_logging",
                "started_at",
                "stopped_at",
                "digest_at",
                "digest_error",
                "delivered_at",
                "delivery_error",
                "log_group_error",
            ),
            on=HOME,
            missing=_no_status,
        ),
        Join("cloudtrail_event_selectors", ("event_selectors", "advanced_selectors"), on=HOME, missing=_no_status),
    ),
    columns=(management_events, excluded_sources, records_all, key_arn, key_account, key_region),
    hidden=frozenset({"is_asked_at_home"}),
    resource_type=TRAIL,
)


def is_outdone(trail: Row) -> bool:
    """Another trail of the organization takes all management events of all regions: this one need not."""
    if not trail.is_organization:
        return False
    return any(
        other.trail_arn != trail.trail_arn and other.is_multi_region and other.include_global and other.records_all
        for other in trail.organization_trails
    )


MAIN_TRAILS = Fact(
    "main_trails",
    "One row per trail, beside the other trails of the organization.",
    base="trails",
    joins=(
        Join("the_organization", ("management",), on={}, place=NOWHERE),
        Join("trails", many="organization_trails", on={"is_organization": "is_organization"}, place=("management", "")),
    ),
    columns=(is_outdone,),
    hidden=frozenset({"is_asked_at_home", "management", "organization_trails"}),
    resource_type=TRAIL,
)
"""The management account lists every trail of the organization: only what was not read there hides one."""


LISTED_TRAILS = Fact(
    "listed_trails",
    "One row per trail and place in which it is listed: copies of a trail stand in each account that it records.",
    base="cloudtrail_trails",
    joins=(Join("trails", ("is_logging",), on={"trail_arn": "trail_arn"}, place=NOWHERE),),
    resource_type=TRAIL,
)


# --- what an organization, or an account that stands alone, records


def _recorded(
    the_organization: Source, organization_accounts: Source, ec2_regions: Source, trails: Source
) -> Iterator[Cells | Gap]:
    """The organization, with its accounts in use; without one, each account that was asked."""
    (org,) = the_organization.rows
    home, name = org["management"], org["organization_id"]
    asked = {r["account_id"] for r in ec2_regions.rows} | {r["account_id"] for r in trails.rows}
    ended = {r["id"] for r in organization_accounts.rows if is_ended(r["state"])}
    listed = {r["id"] for r in organization_accounts.rows if r["id"]}
    gaps = organization_accounts.hidden()
    if home is None:
        for account in sorted(asked):
            yield Cells(
                keys_at(account, account),
                organization_id=None,
                service=SERVICE,
                shared=True,
                was_asked=True,
                accounts=Partial((account,)),
            )
    else:
        account = org["told_by"]
        known = account in asked or bool(trails.hidden(account))
        unasked = Unseen(frozenset({not_asked("cloudtrail:DescribeTrails", account, "all")}))
        yield Cells(
            keys_at(account, "organization"),
            organization_id=name,
            service=SERVICE,
            shared=True,
            was_asked=True if known else unasked,
            accounts=Partial(tuple(sorted((listed | asked) - ended)), gaps),
        )
    yield from trails.gaps


def uncovered(organization: Row) -> tuple[str, ...]:
    """Accounts in use that no trail of their own records with all management events."""
    own = {t.account_id for t in organization.trails if t.at_home and t.records_all}
    return tuple(sorted(set(organization.accounts) - own))


def resource_arn(organization: Row) -> str | None:
    """The organization's trail: the first that records everything, or else the first."""
    trails = organization.organization_trails
    whole: str | None = unless_unseen(lambda: next((t.trail_arn for t in trails if t.records_all), None), None)
    first: str | None = unless_unseen(lambda: next((t.trail_arn for t in trails), None), None)
    return whole or first


RECORDED = Fact(
    "recorded",
    "One row for the organization, or for each account that stands alone: the trails that record it.",
    rows=_recorded,
    made={
        "": ("organization", "ec2_regions", "trails"),
        **dict.fromkeys((*KEYS, "organization_id", "service", "shared"), ("organization",)),
        "was_asked": ("ec2_regions", "cloudtrail_trails"),
        "accounts": ("organization_accounts", "ec2_regions", "cloudtrail_trails"),
    },
    joins=(
        Join("trails", many="organization_trails", on={"is_organization": "shared"}, place=("account_id", "")),
        Join("trails", many="trails", on={}, place=NOWHERE),
        Join(
            "organization_trusted_services",
            {"trusted_access": "service_principal"},
            on={"service_principal": "service"},
            place=NOWHERE,
        ),
    ),
    columns=(uncovered, resource_arn),
    hidden=frozenset({"shared", "was_asked", "organization_trails", "trails", "service"}),
    resource_type=TRAIL,
)
