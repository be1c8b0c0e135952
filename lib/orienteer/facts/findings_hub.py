"""Security Hub: to whom it is delegated in each region, and where it is on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from orienteer.facts.detection import EVERY_REGION, delegations, expected, made_of, told_there
from orienteer.facts.fact import Fact, Join
from orienteer.facts.seen import Cells, NotSeen, Row, Unseen, unless_unseen
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import PLACE, cells_of
from orienteer.model import KEYS

SETTINGS = "securityhub:DescribeOrganizationConfiguration"
ADMINS = "securityhub:ListOrganizationAdminAccounts"
HUB = "AWS::SecurityHub::Hub"


def _securityhub_delegations(
    the_organization: Source, securityhub_organization_admins: Source
) -> Iterator[Cells | Gap]:
    yield from delegations(the_organization.rows[0], securityhub_organization_admins, {}, ADMINS)


def enrols(region: Row) -> Literal["central configuration", "auto-enable", "nothing"]:
    """What enrols new accounts in Security Hub; not seen where AWS says the account is not the administrator."""
    if region.configuration_type is None and region.auto_enable is None:
        told = f"{SETTINGS} InvalidAccessException (account {region.admin}, region {region.region})"
        raise NotSeen(Unseen(frozenset({f"{told}: not the administrator here"})))
    if region.configuration_type == "CENTRAL":
        return "central configuration"
    return "auto-enable" if region.auto_enable else "nothing"


SECURITYHUB_DELEGATIONS = Fact(
    "securityhub_delegations",
    "One row per region: to which account Security Hub is delegated there, and what enrols new accounts.",
    rows=_securityhub_delegations,
    made=made_of("securityhub_organization_admins"),
    joins=(
        told_there("securityhub_hubs", {"admin_hub": "hub_arn"}, "admin", SETTINGS),
        told_there("securityhub_organization_configuration", ("auto_enable", "configuration_type"), "admin"),
    ),
    columns=(expected, enrols),
    resource_type=HUB,
)


def counted(place: Row) -> bool:
    """The delegated administrator's list should name the account: it is not the administrator itself."""
    return place.delegate is not None and place.delegate != place.account_id


SECURITYHUB_PLACES = Fact(
    "securityhub_places",
    "One row per account and enabled region: its hubs, and its membership in the organization's Security Hub.",
    base="places",
    joins=(
        Join("securityhub_delegations", {"delegate": "admin"}, on={"region": "region"}, place=EVERY_REGION),
        Join("securityhub_hubs", {"hub": "hub_arn"}, on=PLACE),
        Join("securityhub_hubs_v2", {"hub_v2": "hub_arn", "hub_v2_told": "region"}, on=PLACE),
        told_there("securityhub_hubs", {"delegate_hub": "hub_arn"}, "delegate", "securityhub:ListMembers"),
        Join(
            "securityhub_members",
            ("member_status",),
            on={"account_id": "delegate", "member_account": "account_id", "region": "region"},
            place=("delegate", "region"),
        ),
    ),
    columns=(counted,),
    resource_type=HUB,
)

OF_REGION = (
    "management",
    "audit",
    "usual",
    "admin",
    "admin_status",
    "expected",
    "admin_hub",
    "auto_enable",
    "configuration_type",
    "enrols",
)
OF_PLACE = ("delegate", "hub", "hub_v2", "hub_v2_told", "delegate_hub", "member_status", "counted", "closed")


def _securityhub(securityhub_delegations: Source, securityhub_places: Source) -> Iterator[Cells | Gap]:
    """The delegation of each region, then each account and region."""
    for row in securityhub_delegations.rows:
        yield Cells(dict.fromkeys(OF_PLACE), **cells_of(row, *OF_REGION), is_delegation=True)
    for row in securityhub_places.rows:
        keys = {"resource_id": row["account_id"], "is_delegation": False}
        yield Cells(dict.fromkeys(OF_REGION) | cells_of(row, *OF_PLACE) | keys)
    yield from dict.fromkeys((*securityhub_delegations.gaps, *securityhub_places.gaps))


def resource_arn(hub: Row, *, security_hub_version: Literal["cspm", "v2"] = "cspm") -> str | None:
    """The hub of the version that the client uses."""
    return unless_unseen(lambda: hub.hub_v2 if security_hub_version == "v2" else hub.hub, None)  # type: ignore[no-any-return]


SECURITYHUB = Fact(
    "securityhub",
    "One row per region about the delegation of Security Hub, and one per account and region about its hub.",
    rows=_securityhub,
    made={
        "": ("organization", "securityhub_organization_admins", "ec2_regions", "organization_accounts"),
        **dict.fromkeys((*KEYS, "is_delegation"), ()),
        **{c: (f"securityhub_delegations.{c}",) for c in OF_REGION},
        **{c: (f"securityhub_places.{c}",) for c in OF_PLACE},
    },
    columns=(resource_arn,),
    resource_type=HUB,
)
