"""Controls about the organization's shape: membership, organizational units, where accounts stand."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from orienteer.controls.control import control, nothing
from orienteer.controls.estate import active, judged, organized
from orienteer.facts.foundation import SPECIAL_OUS, exceptions
from orienteer.facts.tree import management
from orienteer.facts.values import names_in, records
from orienteer.model import Category, Severity
from orienteer.parameters import AccountId, Client, Pattern

OU_PATTERNS = {
    "security": "secur|govern|audit",
    "infrastructure": "infra|operation|platform|shared|core",
    "workload": "workload|prod|app|business",
}
_OUS = (
    "https://docs.aws.amazon.com/whitepapers/latest/organizing-your-aws-environment/recommended-ous-and-accounts.html"
)
_UNIT = "AWS::Organizations::OrganizationalUnit"
_NON_PROD = re.compile(
    r"non-?prod|pre-?prod|(^|[^a-z])(dev|develop|development|tst|test|testing|qa|uat|stg|stage|staging|sandbox|int|"
    r"integration)([^a-z]|$)"
)
_PROD = re.compile(r"(^|[^a-z])(prd|prod|production|live)([^a-z]|$)")
_MEMBERSHIP = ("organization_id", "feature_set", "management_account_id", "account_id", "account_name", "state",
               "joined_method")  # fmt: skip
_LIST = ("organization_account_list",)
Row = dict[str, Any]


@control(
    "ORG-01",
    title="Every assessed account belongs to one AWS Organization with all features enabled",
    category=Category.ORGANIZATION,
    severity=Severity.HIGH,
    maturity=2,
    source="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_org_support-all-features.html",
    scope="account",
    resource_type="AWS::Organizations::Account",
    mappings={"prowler": ["organizations_account_part_of_organizations"], "service_screener": ["hasOrganization"]},
)
def organization_membership(
    account_organization: pd.DataFrame,
    organization_account_list: pd.DataFrame,
    *,
    client: Client,
    account_ids: tuple[AccountId, ...] = (),
) -> pd.DataFrame:
    """Guardrails, central logging and central billing reach only accounts of one organization that has all features.

    Fix: create or join one organization and switch it to all features; invite or close the standalone accounts.
    """
    assessed = records(account_organization)
    listed = {row["id"]: row for row in records(organization_account_list) if row["id"]}
    counted = Counter(row["organization_id"] for row in assessed if row["organization_id"])
    at_hand = {row["organization_id"] for row in assessed if row["account_id"] in listed}
    ours = max(sorted(counted), key=lambda one: (counted[one], one in at_hand), default=None)
    rows = [_features(row) for row in assessed if row["organization_id"] == ours and ours][:1]
    rows += [_membership(row, ours, listed) for row in assessed]
    named = {*account_ids, *client.accounts} - {row["account_id"] for row in assessed}
    rows += [_named(account_id, ours, listed.get(account_id)) for account_id in sorted(named)]
    return judged(rows, _MEMBERSHIP)


def _features(row: Row) -> Row:
    """The verdict about the organization itself: whether it has all features.  The list of accounts plays no part."""
    name, features = row["organization_id"], row["feature_set"]
    told = {
        "ALL": f"Organization {name} has all features.",
        None: f"AWS does not say which features organization {name} has: are all of them on?",
    }.get(features, f"Organization {name} has feature set {features}: no guardrails can be used.")
    return {**row, "account_id": row["management_account_id"] or row["account_id"], "resource_id": name,
            "resource_arn": row["arn"], "resource_type": "AWS::Organizations::Organization",
            "passed": features == "ALL", "manual": features is None, "without": _LIST, "reason": told}  # fmt: skip


def _membership(row: Row, ours: str | None, listed: Mapping[str, Row]) -> Row:
    """The verdict about an account that was asked which organization it belongs to, and that the list must hold too."""
    found, account_id = row["organization_id"], row["account_id"]
    passed, seen_alone = False, True
    if found is None:
        told = f"Account {account_id} stands alone: it belongs to no organization."
    elif found != ours:
        told = f"Account {account_id} belongs to organization {found}, most of the others to {ours}."
    elif account_id not in listed:
        told = f"Account {account_id} says it belongs to organization {found}, which does not list it."
        seen_alone = False
    else:
        told = f"Account {account_id} belongs to organization {found}."
        passed, seen_alone = True, False
    return {**row, **_listed(listed.get(account_id)), "resource_id": account_id, "resource_arn": None,
            "passed": passed, "without": _LIST if seen_alone else (), "reason": told}  # fmt: skip


def _named(account_id: str, ours: str | None, found: Row | None) -> Row:
    """The verdict about an account that the engagement names but that was not entered."""
    told = f"is listed in organization {ours}" if found else "is named for this engagement but not in the organization"
    return {"account_id": account_id, "resource_id": account_id, "organization_id": ours if found else None,
            **_listed(found), "passed": found is not None, "reason": f"Account {account_id} {told}."}  # fmt: skip


def _listed(found: Row | None) -> Row:
    return (
        {"account_name": found["name"], "state": found["state"], "joined_method": found["joined_method"]}
        if found
        else {}
    )


@control(
    "ORG-02",
    title="The OU tree has a home for governance/security, infrastructure and workloads",
    category=Category.ORGANIZATION,
    severity=Severity.MEDIUM,
    maturity=3,
    source=_OUS,
    scope="organization",
    resource_type=_UNIT,
    mappings={"cis": ["CIS AWS Foundations v7.0.0 2.1.4"]},
)
def ou_functions(
    organization: pd.DataFrame,
    organizational_units: pd.DataFrame,
    organization_accounts: pd.DataFrame,
    *,
    ou_patterns: dict[str, Pattern] = OU_PATTERNS,
    ou_map: dict[str, str] = {},  # noqa: B006  # read only
) -> pd.DataFrame:
    """Guardrails are attached to organizational units; without a unit for each function they cannot differ by function.

    Fix: create the missing OU and move the matching accounts into it before attaching policies.
    """
    units = _units(organizational_units)
    if not units:
        return nothing()
    home = management(organization, organizational_units)
    counts = _accounts_below(organization_accounts)
    homes = {name: _homes(units, name, pattern, ou_map) for name, pattern in ou_patterns.items()}
    rows = [_function(home, name, homes[name], counts, empty_is_fine=False) for name in ou_patterns]
    if not all(homes.values()):
        taken = {unit["id"] for found in homes.values() for unit, _ in found} | set(ou_map)
        rows += [_candidate(home, unit, counts, homes) for unit in _open_units(units, taken)]
    return judged(rows, ["function", "ou_id", "ou_path", "account_count", "matched_by"])


@control(
    "ORG-03",
    title="OUs exist for special cases (incident response, onboarding or mergers, suspended, exceptions, sandbox)",
    category=Category.ORGANIZATION,
    severity=Severity.LOW,
    maturity=3,
    source=_OUS,
    scope="organization",
    resource_type=_UNIT,
)
def special_ous(
    organization: pd.DataFrame,
    organizational_units: pd.DataFrame,
    organization_accounts: pd.DataFrame,
    *,
    client: Client,
    special_ous: dict[str, Pattern] = SPECIAL_OUS,
    special_ous_waived: tuple[str, ...] = (),
    ou_map: dict[str, str] = {},  # noqa: B006  # read only
) -> pd.DataFrame:
    """An incident, an acquisition or a closure should find its place ready, not improvised under pressure.

    Fix: add the missing OU now, so that an incident, an acquisition or a closure does not need an improvised structure.
    """
    units = _units(organizational_units)
    if not units:
        return nothing()
    home = management(organization, organizational_units)
    counts = _accounts_below(organization_accounts)
    wanted = {name: pattern for name, pattern in special_ous.items() if name not in special_ous_waived}
    named = exceptions(organizational_units, client.exception_ou, ()) if client.exception_ou else set()
    ou_map = dict.fromkeys(named, "exception") | ou_map
    rows = [_function(home, name, _homes(units, name, pattern, ou_map), counts, empty_is_fine=True)
            for name, pattern in wanted.items()]  # fmt: skip
    return judged(rows, ["function", "ou_id", "ou_path", "account_count"])


def _units(organizational_units: pd.DataFrame) -> list[Row]:
    """The nodes of the tree, the root among them, so that an organization without any unit has something to judge."""
    return [row for row in records(organizational_units) if row["id"]]


def _homes(units: list[Row], function: str, pattern: str, ou_map: Mapping[str, str]) -> list[tuple[Row, str]]:
    """The OUs of a function, each with what made it one: the client's map first, then the name."""
    named = re.compile(pattern, re.IGNORECASE)
    found = []
    for unit in (u for u in units if u["kind"] != "ROOT"):
        if unit["id"] in ou_map:
            if ou_map[unit["id"]] == function:
                found.append((unit, "ou_map"))
        elif named.search(unit["name"] or ""):
            found.append((unit, f"name matches {pattern}"))
    return found


def _function(
    home: str, name: str, homes: list[tuple[Row, str]], counts: Mapping[str, int], empty_is_fine: bool
) -> Row:
    """The verdict about one function: it has an OU, and (unless empty is fine) one that holds accounts."""
    ranked = sorted(homes, key=lambda one: -counts[one[0]["id"]])
    if not ranked:
        return {"account_id": home, "resource_id": name, "function": name, "passed": False,
                "reason": f"No organizational unit for {name.replace('_', ' ')}."}  # fmt: skip
    unit, matched_by = ranked[0]
    count = counts[unit["id"]]
    told = f"{unit['ou_path']} serves {name.replace('_', ' ')} and holds {count} account{'' if count == 1 else 's'}"
    filled = count > 0 or empty_is_fine
    return {"account_id": home, "resource_id": name, "resource_arn": unit["arn"], "function": name, "ou_id": unit["id"],
            "ou_path": unit["ou_path"], "account_count": count, "matched_by": matched_by, "passed": filled,
            "reason": f"{told}." if filled else f"{unit['ou_path']} is empty: it holds no account."}  # fmt: skip


def _open_units(units: list[Row], taken: set[str]) -> Iterator[Row]:
    """Units that no function claims: neither they nor a unit above them, nor as one of the special cases."""
    special = re.compile("|".join(SPECIAL_OUS.values()), re.IGNORECASE)
    for unit in units:
        path = {unit["id"], *names_in(unit["ou_ids"])}
        if unit["kind"] != "ROOT" and not path & taken and not special.search(unit["name"] or ""):
            yield unit


def _candidate(home: str, unit: Row, counts: Mapping[str, int], homes: Mapping[str, list[Any]]) -> Row:
    missing = ", ".join(name for name, found in homes.items() if not found)
    question = f"Does {unit['ou_path']} serve one of the missing functions ({missing})? If so, name it in ou_map."
    return {"account_id": home, "resource_id": unit["id"], "resource_arn": unit["arn"], "ou_id": unit["id"],
            "ou_path": unit["ou_path"], "account_count": counts[unit["id"]], "passed": False, "manual": True,
            "reason": question}  # fmt: skip


def _accounts_below(organization_accounts: pd.DataFrame) -> Counter[str]:
    """Number of active accounts in or below each node, by id of the node."""
    paths = active(organization_accounts)["ou_ids"].dropna()
    return Counter(node for path in paths for node in set(names_in(path)))


@control(
    "ORG-04",
    title="Production and non-production accounts sit in different OUs and no member account hangs directly "
    "under the root",
    category=Category.ORGANIZATION,
    severity=Severity.MEDIUM,
    maturity=3,
    source=_OUS,
    scope="organization",
    resource_type="AWS::Organizations::Account",
    mappings={"cis": ["CIS AWS Foundations v7.0.0 2.1.4"]},
)
def environments_apart(
    organization: pd.DataFrame,
    organization_roots: pd.DataFrame,
    organization_accounts: pd.DataFrame,
    organization_account_tags: pd.DataFrame,
    *,
    env_tag: str = "environment",
    root_level_ok: tuple[str, ...] = (),
) -> pd.DataFrame:
    """A guardrail for production must not loosen with the needs of a test account that shares its unit.

    Fix: move accounts out of the root and split mixed OUs by environment and sensitivity.
    """
    if not organized(organization):
        return nothing()
    home, roots = management(organization), set(organization_roots["id"].dropna())
    tags = {row["account_id"]: row["value"] for row in records(organization_account_tags)
            if (row["key"] or "").lower() == env_tag.lower()}  # fmt: skip
    rows = [_placed(row, tags.get(row["id"])) for row in records(active(organization_accounts)) if row["id"] != home]
    mixed = defaultdict(set)
    for row in rows:
        mixed[row["parent_id"]].add(row["env_class"])
    for row in rows:
        under_root = row["parent_id"] in roots
        both = {"prod", "non-prod"} <= mixed[row["parent_id"]] and not under_root
        _verdict_of_place(row, under_root and row["account_id"] not in root_level_ok, both)
    return judged(rows, ["account_id", "account_name", "ou_path", "env_class", "classified_by"])


def _placed(row: Row, tag: str | None) -> Row:
    """An account with its environment class and what told it: its tag, its name, or the OUs above it."""
    below_root = "/".join(reversed((row["ou_path"] or "").split("/")[1:]))
    found = ((environment_class(text), source) for text, source in ((tag, "tag"), (row["name"], "name"),
                                                                    (below_root, "ou_path")))  # fmt: skip
    env_class, source = next(((c, s) for c, s in found if c), (None, None))
    return {"account_id": row["id"], "resource_id": row["id"], "resource_arn": row["arn"], "account_name": row["name"],
            "ou_path": row["ou_path"], "parent_id": row["parent_id"], "env_class": env_class,
            "classified_by": source}  # fmt: skip


def environment_class(text: str | None) -> str | None:
    """prod, non-prod, or None when the text does not tell; camel case counts as words."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", text or "").lower()
    if _NON_PROD.search(words):
        return "non-prod"
    return "prod" if _PROD.search(words) else None


def _verdict_of_place(row: Row, at_root: bool, mixed: bool) -> None:
    """Writes verdict and reason into the row."""
    name, path = row["account_name"] or row["account_id"], row["ou_path"]
    nowhere, unclear = row["parent_id"] is None, row["env_class"] is None
    row["passed"] = not (at_root or mixed or unclear or nowhere)
    row["manual"] = (unclear or nowhere) and not at_root
    if at_root:
        row["without"] = ("organization_account_tags",)
        row["reason"] = f"{name} hangs directly under the root, where only guardrails for everybody can reach it."
    elif nowhere:
        row["reason"] = f"In which unit does {name} stand? The tree does not show it."
    elif unclear:
        row["reason"] = f"Is {name} in {path} a production account? Neither its tag, name nor OU tells."
    elif mixed:
        row["reason"] = f"{path} mixes production and non-production accounts; {name} is {row['env_class']}."
    else:
        row["reason"] = f"{name} is {row['env_class']} and stands in {path} among its like."
