"""Accounts and units: who belongs to the organization, where each stands, and what the units are for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from orienteer.facts.fact import Fact, Join
from orienteer.facts.foundation import SPECIAL_OUS, exceptions
from orienteer.facts.guarded import ACCOUNT_TYPE, ORGANIZATION_TYPE
from orienteer.facts.organization import NOWHERE, OF_ORGANIZATION
from orienteer.facts.seen import Cells, Row, Unseen
from orienteer.facts.source import Gap, Source
from orienteer.facts.tree import management
from orienteer.facts.values import ACCOUNT, active, fits, keys_at, names_in
from orienteer.model import KEYS
from orienteer.parameters import AccountId, Client, Pattern

UNIT_TYPE = "AWS::Organizations::OrganizationalUnit"
OU_PATTERNS = {
    "security": "secur|govern|audit",
    "infrastructure": "infra|operation|platform|shared|core",
    "workload": "workload|prod|app|business",
}
_NON_PROD = re.compile(
    r"non-?prod|pre-?prod|(^|[^a-z])(dev|develop|development|tst|test|testing|qa|uat|stg|stage|staging|sandbox|int|"
    r"integration)([^a-z]|$)"
)
_PROD = re.compile(r"(^|[^a-z])(prd|prod|production|live)([^a-z]|$)")


# --- membership


def _memberships(
    account_organization: Source,
    organization_account_list: Source,
    *,
    account_ids: tuple[AccountId, ...] = (),
    client: Client,
) -> Iterator[Cells | Gap]:
    """Every account that was asked or that the engagement names, and the organization that most of them belong to."""
    asked = account_organization.rows
    counted = Counter(row["organization_id"] for row in asked if row["organization_id"])
    listed = {row["id"] for row in organization_account_list.rows}
    at_hand = {row["organization_id"] for row in asked if row["account_id"] in listed}
    ours = max(sorted(counted), key=lambda one: (counted[one], one in at_hand), default=None)
    head = next((row for row in asked if ours and row["organization_id"] == ours), None)
    if head is not None:
        home = head["management_account_id"] or head["account_id"]
        yield _membership(home, ours, head["arn"], ORGANIZATION_TYPE, ours, head, was_asked=True)
    for row in asked:
        yield _membership(row["account_id"], row["account_id"], None, ACCOUNT_TYPE, ours, row, was_asked=True)
    dark = {gap.account_id for gap in account_organization.gaps}
    for account in sorted({*account_ids, *client.accounts} - {row["account_id"] for row in asked} - dark):
        yield _membership(account, account, None, ACCOUNT_TYPE, ours, {}, was_asked=False)
    yield from account_organization.gaps


def _membership(
    account: str, resource: Any, arn: Any, kind: str, ours: Any, row: Mapping[str, Any], was_asked: bool
) -> Cells:
    return Cells(
        keys_at(account, resource, arn),
        resource_type=kind,
        ours=ours,
        organization_id=row.get("organization_id"),
        feature_set=row.get("feature_set"),
        was_asked=was_asked,
    )


def is_listed(account: Row) -> bool:
    """The organization lists the account."""
    return account.listed is not None


MEMBERSHIPS = Fact(
    "memberships",
    "One row per account that was asked or is named, and one for the organization: which one each says it belongs to.",
    rows=_memberships,
    made=dict.fromkeys(
        ("", *KEYS, "resource_type", "ours", "organization_id", "feature_set", "was_asked"),
        ("account_organization",),
    ),
    joins=(Join("organization_account_list", row="listed", on={"id": "account_id"}, place=NOWHERE),),
    columns=(is_listed,),
    hidden=frozenset({"listed"}),
    resource_type=ACCOUNT_TYPE,
)


# --- where accounts stand


def is_active(account: Row) -> bool:
    """It is neither suspended nor being closed; a state that AWS does not give counts as active."""
    return account.state in (None, "ACTIVE")


def env_tag_value(account: Row, *, env_tag: str = "environment") -> str | None:
    """The value of the account's environment tag."""
    return next((tag.value for tag in account.tags if (tag.key or "").lower() == env_tag.lower()), None)


def env_class(account: Row) -> str | None:
    """prod or non-prod as its tag, its name or the OUs above it tell; None where none of them does."""
    tag, below_root = account.env_tag_value, "/".join(reversed((account.ou_path or "").split("/")[1:]))
    return next((c for text in (tag, account.name, below_root) if (c := environment_class(text))), None)


def under_root(account: Row) -> bool:
    """It sits directly under the root."""
    return any(root.id == account.parent_id for root in account.roots)


def serves(
    account: Row,
    *,
    ou_patterns: Mapping[str, Pattern] = OU_PATTERNS,
    special_ous: Mapping[str, Pattern] = SPECIAL_OUS,
    ou_map: Mapping[str, str] = {},  # read only
) -> tuple[str, ...] | None:
    """What the units it stands in are for (security, workload, suspended, ...); None where the tree does not show it.

    The client's map decides, else their names.
    """
    if account.ou_ids is None:
        return None
    return functions_of(account.ou_ids, account.ou_path, {**ou_patterns, **special_ous}, ou_map)


def functions_of(
    ou_ids: str, ou_path: str | None, patterns: Mapping[str, str], ou_map: Mapping[str, str]
) -> tuple[str, ...]:
    """The functions that units below the root serve, given by their ids and names from the root down."""
    ids, names = names_in(ou_ids)[1:], (ou_path or "").split("/")[1:]
    if len(ids) != len(names):  # a name that holds a slash
        names = [ou_path or ""] * len(ids)
    found = []
    for function, pattern in patterns.items():
        units = zip(ids, names, strict=True)
        if any(ou_map[one] == function if one in ou_map else fits(pattern, name) for one, name in units):
            found.append(function)
    return tuple(found)


def environment_class(text: str | None) -> str | None:
    """prod, non-prod, or None when the text does not tell; camel case counts as words."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", text or "").lower()
    if _NON_PROD.search(words):
        return "non-prod"
    return "prod" if _PROD.search(words) else None


ACCOUNTS = Fact(
    "accounts",
    "One row per account of the organization: where it stands, since when, and whether it is for production.",
    base="organization_accounts",
    joins=(
        OF_ORGANIZATION,
        Join("organization_account_tags", many="tags", on=ACCOUNT),
        Join("organization_roots", many="roots", on={}, place=NOWHERE),
    ),
    columns=(is_active, env_tag_value, env_class, under_root, serves),
    hidden=frozenset({"tags", "roots", "members"}),
    resource_type=ACCOUNT_TYPE,
)


def mixes_environments(account: Row) -> bool:
    """Its unit holds active members for production and others."""
    classes = {a.env_class for a in account.neighbours if a.is_active and a.account_id != account.management}
    return {"prod", "non-prod"} <= classes


PLACED_ACCOUNTS = Fact(
    "placed_accounts",
    "One row per account of the organization with those that stand in the same unit.",
    base="accounts",
    joins=(Join("accounts", many="neighbours", on={"parent_id": "parent_id"}, place=NOWHERE),),
    columns=(mixes_environments,),
    hidden=frozenset({"tags", "roots", "members", "neighbours"}),
    resource_type=ACCOUNT_TYPE,
)


# --- what units are for


def _unit_functions(
    organization: Source,
    organizational_units: Source,
    organization_accounts: Source,
    *,
    ou_patterns: Mapping[str, Pattern] = OU_PATTERNS,
    special_ous: Mapping[str, Pattern] = SPECIAL_OUS,
    special_ous_waived: tuple[str, ...] = (),
    ou_map: Mapping[str, str] = {},  # read only
    client: Client,
) -> Iterator[Cells | Gap]:
    """One row per function that units should serve, then the units that serve none of them."""
    units = [row for row in organizational_units.rows if row["id"]]
    unlisted = organizational_units.hidden()
    if units:
        home = management(organization.frame(), organizational_units.frame())
        counts = Counter(i for row in active(organization_accounts.rows) for i in set(names_in(row["ou_ids"])))
        dark = organization_accounts.hidden()
        frame = organizational_units.frame()
        named = exceptions(frame, client.exception_ou, ()) if client.exception_ou else set()
        special_map = dict.fromkeys(named, "exception") | dict(ou_map)
        usual = {name: units_for(units, name, pattern, ou_map) for name, pattern in ou_patterns.items()}
        rare = {
            name: units_for(units, name, pattern, special_map)
            for name, pattern in special_ous.items()
            if name not in special_ous_waived
        }
        for group, homes in (("usual", usual), ("special", rare)):
            for name, found in homes.items():
                best = max(found, key=lambda unit: counts[unit["id"]], default=None)
                yield _function(home, group, name, best, counts, dark, unlisted)
        missing = [name for name, found in usual.items() if not found]
        taken = {unit["id"] for found in usual.values() for unit in found} | set(ou_map)
        for unit in _open_units(units, taken, special_ous) if missing else ():
            yield _function(home, "candidate", unit["id"], unit, counts, dark, unlisted, ", ".join(missing))
    yield from organizational_units.gaps


def units_for(units: list[Cells], function: str, pattern: str, ou_map: Mapping[str, str]) -> list[Cells]:
    """The OUs of a function: as the client's map says, else by name."""
    return [
        unit
        for unit in units
        if unit["kind"] != "ROOT"
        and (ou_map[unit["id"]] == function if unit["id"] in ou_map else fits(pattern, unit["name"]))
    ]


def _function(
    home: str,
    group: str,
    name: str,
    unit: Cells | None,
    counts: Mapping[str, int],
    dark: frozenset[str],
    unlisted: frozenset[str],
    missing: str = "",
) -> Cells:
    """The row of a function; where no unit of it with accounts was seen, one may stand where the tree was not read."""
    nowhere = Unseen(unlisted) if unlisted else None
    count = nowhere if unit is None else Unseen(dark) if dark else counts[unit["id"]] or nowhere or 0
    return Cells(
        keys_at(home, name, unit and unit["arn"]),
        group=group,
        function=name.replace("_", " "),
        ou_id=unit["id"] if unit else nowhere,
        ou_path=unit["ou_path"] if unit else nowhere,
        account_count=count,
        missing=nowhere or missing,
    )


def _open_units(units: list[Cells], taken: set[str], special_ous: Mapping[str, str]) -> Iterator[Cells]:
    """Units that no function claims: neither they nor a unit above them, nor as one of the special cases."""
    for unit in units:
        path = {unit["id"], *names_in(unit["ou_ids"])}
        is_special = any(fits(pattern, unit["name"]) for pattern in special_ous.values())
        if unit["kind"] != "ROOT" and not path & taken and not is_special:
            yield unit


UNIT_FUNCTIONS = Fact(
    "unit_functions",
    "One row per function that organizational units should serve, with the unit that does.",
    rows=_unit_functions,
    made=(*KEYS, "group", "function", "ou_id", "ou_path", "account_count", "missing"),
    resource_type=UNIT_TYPE,
)
