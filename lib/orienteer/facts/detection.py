"""GuardDuty: to whom it is delegated in each region, and what runs in each account and region."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal

from orienteer.facts.fact import Fact, Join
from orienteer.facts.organization import NOWHERE
from orienteer.facts.policies import attached_of_type
from orienteer.facts.seen import Cells, NotSeen, Row, Unseen, either, unless_unseen
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import PLACE, not_asked
from orienteer.model import KEYS

ADMINS = "guardduty:ListOrganizationAdminAccounts"
SETTINGS = "guardduty:DescribeOrganizationConfiguration"
DETECTOR = "AWS::GuardDuty::Detector"
EVERY_REGION = ("", "region")
"""The place of a join whose gaps hide its row in any account, in the row's own region."""


# --- delegation, region by region


def delegations(
    org: Cells, admins: Source, others: Mapping[str, Mapping[str, Any]], operation: str
) -> Iterator[Cells | Gap]:
    """The delegated administrator of each region; not seen in those where nobody told.

    `others` are regions that are known otherwise, with what accounts there say of their administrator; `operation`
    is the one that tells.
    """
    home = org["management"]
    if home is None:
        return
    regions, lost = answers(admins), _gaps_by_region(admins)
    account = org["told_by"]
    keys = {
        "account_id": account,
        "resource_arn": None,
        "management": home,
        "audit": org["security_audit"],
        "usual": _usual(regions.values(), frozenset[str]().union(*lost.values())),
    }
    for region in sorted({*regions, *others, *(r for r in lost if r)}):
        told = regions.get(region)
        texts = lost.get(region, frozenset()) | lost.get("", frozenset()) or {not_asked(operation, account, region)}
        hidden = Unseen(frozenset(texts)) if told is None else None
        yield Cells(
            keys,
            region=region,
            resource_id=region,
            admin=told["admin_account"] if told else hidden,
            admin_status=told["admin_status"] if told else hidden,
            administrators_seen=None if told else others.get(region),
        )
    if set(others) <= set(regions):
        yield from (gap for gap in admins.gaps if not gap.region)


def answers(admins: Source) -> dict[str, Cells]:
    """What was told of each region: an administrator, where any row names one."""
    regions: dict[str, Cells] = {}
    for row in admins.rows:
        if row["region"] not in regions or row["admin_account"]:
            regions[row["region"]] = row
    return regions


def _gaps_by_region(admins: Source) -> dict[str, frozenset[str]]:
    """The texts of its gaps by region; those of all regions under the empty one."""
    regions = dict.fromkeys(gap.region for gap in admins.gaps)
    return {region: frozenset(gap.text for gap in admins.gaps if gap.region == region) for region in regions}


def _usual(answers: Iterable[Cells], gaps: frozenset[str]) -> Any:
    """The administrator of most regions; None where there is none, not seen where a region was not read."""
    if gaps:
        return Unseen(gaps)
    common = Counter(row["admin_account"] for row in answers if row["admin_account"]).most_common(1)
    return common[0][0] if common else None


def _guardduty_delegations(
    the_organization: Source, guardduty_organization_admins: Source, guardduty_administrators: Source
) -> Iterator[Cells | Gap]:
    """Also what accounts say of their administrator: it may be one that invited them, so it proves no delegation."""
    others: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in guardduty_administrators.rows:
        others[row["region"]][row["account_id"]] = row["administrator_account"]
    yield from delegations(the_organization.rows[0], guardduty_organization_admins, others, ADMINS)


def unread(api: str, by: str) -> Callable[[Row], str]:
    """The gap of what nobody asked the account in the column `by`, in the row's region."""
    return lambda row: not_asked(api, getattr(row, by), row.region)


def account_read(column: str, by: str, api: str) -> Join:
    """Adds the account in the column `by` where it was read, as `column`; `api` is what nobody asked it elsewhere."""
    return Join("ec2_regions", {column: "account_id"}, on={"account_id": by}, place=(by, ""), missing=unread(api, by))


def told_there(source: str, columns: tuple[str, ...] | Mapping[str, str], by: str, api: str = "") -> Join:
    """Adds what the account in the column `by` tells of the row's region; `api` is what nobody asked, where it must."""
    on = {"account_id": by, "region": "region"}
    return Join(source, columns, on=on, place=(by, "region"), missing=unread(api, by) if api else None)


def expected(region: Row) -> str | None:
    """The audit account; of several that may be it, the one that most regions are delegated to."""
    audit = sorted(region.audit)
    if len(audit) < 2:
        return audit[0] if audit else None
    usual: str | None = region.usual
    return usual if usual in audit else audit[0]


def made_of(table: str, *more: str) -> Mapping[str, tuple[str, ...]]:
    """What the columns of a fact about delegations come from."""
    organization = {"management": ("organization",), "audit": ("organization_accounts",)}
    told = dict.fromkeys((*KEYS, "usual", "admin", "admin_status"), (table,))
    return {"": ("organization", table, *more), **told, **organization, "administrators_seen": more}


# --- GuardDuty


GUARDDUTY_DELEGATIONS = Fact(
    "guardduty_delegations",
    "One row per region: to which account GuardDuty is delegated there, and which account that should be.",
    rows=_guardduty_delegations,
    made=made_of("guardduty_organization_admins", "guardduty_administrators"),
    columns=(expected,),
    resource_type=DETECTOR,
)


def watcher(place: Row) -> str:
    """The account whose list of members tells of the place; its own where GuardDuty is delegated to none."""
    return place.delegate or place.account_id  # type: ignore[no-any-return]


WATCHERS = Fact(
    "guardduty_watchers",
    "One row per account and enabled region: the account that GuardDuty is delegated to there.",
    base="places",
    joins=(Join("guardduty_delegations", {"delegate": "admin"}, on={"region": "region"}, place=EVERY_REGION),),
    columns=(watcher,),
)


def membership(place: Row) -> str | None:
    """Enabled where an administrator's list or the account itself says so, else what the list says.

    None for the administrator itself, which is a member of nobody, and for an account that no list names.
    """
    if either(
        lambda: any(one.relationship_status == "Enabled" for one in place.listings),
        lambda: place.own_relationship == "Enabled",
    ):
        return "Enabled"
    if place.account_id == place.delegate or (place.delegate and not place.delegate_read):
        return None
    return next((one.relationship_status for one in place.listings), None)


def watched(place: Row) -> bool:
    """GuardDuty runs here, and its administrator sees what it finds."""
    return not either(
        lambda: place.detector_status == "DISABLED",
        lambda: not place.detector_id and place.membership != "Enabled",
        lambda: place.membership not in (None, "Enabled"),
        lambda: place.detector_id and place.detector_status is None,
    )


def _not_delegate(place: Row) -> bool:
    return place.account_id != unless_unseen(lambda: place.delegate, None)  # type: ignore[no-any-return]


GUARDDUTY = Fact(
    "guardduty",
    "One row per account and enabled region: its detector, and its membership in the organization's GuardDuty.",
    base="guardduty_watchers",
    joins=(
        Join("guardduty_detectors", ("detector_id",), on=PLACE),
        Join("guardduty_detector_settings", {"detector_status": "status", "plans": "features"}, on=PLACE),
        Join(
            "guardduty_administrators",
            {"administrator": "administrator_account", "own_relationship": "relationship_status"},
            on=PLACE,
        ),
        Join(
            "guardduty_members",
            many="listings",
            on={"member_account": "account_id", "region": "region"},
            place=("watcher", "region"),
            only=_not_delegate,
        ),
        account_read("delegate_read", "delegate", "guardduty:ListMembers"),
    ),
    columns=(membership, watched),
    hidden=frozenset({"tree", "listings", "delegate_read"}),
    resource_type=DETECTOR,
)


Mode = Literal["ALL", "NEW", "NONE", None]


def account_id(region: Row) -> str:
    """The delegated administrator, which enrols the accounts; the management account where there is none."""
    admin: str | None = unless_unseen(lambda: region.admin, None)
    return admin or str(region.account_id)


def mode(region: Row) -> Mode:
    """Whom GuardDuty enrols by itself, by the newer setting or the older one; None without a detector there.

    Not seen where AWS answers that the account is not the administrator.
    """
    older: Mode = {True: "NEW", False: "NONE", None: None}[region.auto_enable]
    if region.configured and region.auto_enable_members is None and older is None:
        told = f"{SETTINGS} BadRequestException (account {region.admin}, region {region.region})"
        raise NotSeen(Unseen(frozenset({f"{told}: not the administrator here"})))
    newer: Mode = region.auto_enable_members
    return newer or older


def unwatched(region: Row, *, skip_denied_regions: bool = True) -> int:
    """How many accounts there have no working detector, closed ones left out where that is wanted."""
    return sum(1 for p in region.places if not p.watched and not (skip_denied_regions and p.closed))


def organization_policies(region: Row) -> tuple[str, ...]:
    """Attached policies of the organization that say what GuardDuty does in its accounts."""
    return attached_of_type(region.policies, "GUARDDUTY_POLICY")


GUARDDUTY_ENROLMENT = Fact(
    "guardduty_enrolment",
    "One row per region: how the delegated administrator enrols accounts there, and how many lack a detector.",
    base="guardduty_delegations",
    joins=(
        account_read("admin_read", "admin", SETTINGS),
        told_there(
            "guardduty_organization_configuration",
            {
                "configured": "account_id",
                "auto_plans": "features",
                **{c: c for c in ("auto_enable_members", "auto_enable", "limit_reached")},
            },
            "admin",
        ),
        Join("guardduty", many="places", on={"region": "region"}, place=EVERY_REGION),
        Join("policies", many="policies", on={}, place=NOWHERE),
    ),
    columns=(account_id, mode, unwatched, organization_policies),
    hidden=frozenset({"places", "admin_read", "configured", "policies"}),
    resource_type=DETECTOR,
)
