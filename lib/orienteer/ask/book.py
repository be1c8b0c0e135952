"""An opened run as the plain mapping of an estate: principals, accounts and their guardrails, endpoints.

What facts did not see stands there as UNREAD with the gaps behind it.  Resources are in `book_resources`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from orienteer.ask.book_resources import resources
from orienteer.ask.cells import cell, hidden, json_cell, tags_of, unread
from orienteer.ask.known import UNREAD
from orienteer.facts import Estate as Facts
from orienteer.facts import registry
from orienteer.facts.principals import attached, policy_texts
from orienteer.facts.seen import Partial, Unseen
from orienteer.facts.source import Source
from orienteer.facts.tree import RCP, SCP, Node
from orienteer.facts.values import names_in, not_asked
from orienteer.model import GLOBAL

DETAILS = "iam:GetAccountAuthorizationDetails"
_TEXTS = ("iam_local_policies", "iam_aws_policy_versions", "iam_aws_boundary_versions")
Row = Mapping[str, Any]


def facts_of(source: Any) -> Facts | None:
    """The facts of an opened run; None for anything that is no run."""
    found = source if isinstance(source, Facts) else getattr(source, "estate", None)
    return found if isinstance(found, Facts) else None


def mapping_of(facts: Facts) -> dict[str, Any]:
    """The mapping, in the form that stands at `Estate`."""
    registry()
    (org,) = facts.source("the_organization").rows
    people, groups = _people(facts)
    things = resources(facts)
    held = {one["arn"].split(":")[4] for one in people} | {one["account"] for one in things if one.get("account")}
    known = cell(org, "organization_id")
    return {
        "organization": _organization(facts, org, known) if known else None,
        "accounts": _accounts(facts, org, held),
        "groups": groups,
        "principals": people,
        "resources": things,
        "endpoints": list(_endpoints(facts.source("ec2_vpc_endpoints"))),
        "as_of": facts.as_of.to_pydatetime(),
    }


def _organization(facts: Facts, org: Row, known: Any) -> dict[str, Any]:
    """The organization, and who may become root user of its members."""
    root: Row = next(iter(facts.source("root_management").rows), {})
    delegate = cell(root, "delegated_account_id")
    return {
        "id": known,
        "management": cell(org, "management"),
        "root_sessions": cell(root, "manages_sessions"),
        "root_delegates": [] if delegate is None else delegate if delegate.startswith(UNREAD) else [delegate],
    }


# --- principals


def _people(facts: Facts) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Users and roles, and the groups by ARN."""
    texts = policy_texts(*(facts.source(name).rows for name in _TEXTS))
    shared = {arn: text for (_, arn), text in texts.items() if ":aws:policy/" in arn}
    listed = [row for row in facts.source("iam_groups").rows if row["group_arn"]]
    groups = {row["group_arn"]: {"policies": _policies(row, texts, shared)} for row in listed}
    by_name = {(row["account_id"], row["group_name"]): row["group_arn"] for row in listed}
    found = [
        _person(row, kind, texts, shared, by_name)
        for kind, table in (("user", "iam_user_details"), ("role", "iam_roles"))
        for row in facts.source(table).rows
        if isinstance(row[f"{kind}_arn"], str)
    ]
    return found, groups


def _person(
    row: Row, kind: str, texts: Mapping[Any, str], shared: Mapping[str, str], by_name: Mapping[Any, str]
) -> dict[str, Any]:
    boundary = cell(row, "boundary_arn")
    person = {
        "arn": row[f"{kind}_arn"],
        "id": cell(row, f"{kind}_id"),
        "policies": _policies(row, texts, shared),
        "boundary": boundary and _text(row["account_id"], boundary, texts, shared),
        "tags": tags_of(row),
    }
    if kind == "role":
        return person | {"trust": cell(row, "trust_policy")}
    named = json_cell(row, "groups")
    if not isinstance(named, list):
        return person | {"groups": named}
    account = row["account_id"]
    return person | {"groups": [by_name.get((account, one), f"arn:aws:iam::{account}:group/{one}") for one in named]}


def _policies(row: Row, texts: Mapping[Any, str], shared: Mapping[str, str]) -> list[tuple[str, Any]]:
    """Inline and attached policies; those whose text nobody read stand there as such."""
    unseen = [unread(row[name]) for name in ("inline_policies", "attached_policies") if isinstance(row[name], Unseen)]
    if unseen:
        return [("policies", text) for text in unseen]
    found, unknown = attached(row, texts)
    return [*found, *((arn, shared.get(arn, UNREAD)) for arn in unknown)]


def _text(account: str, arn: str, texts: Mapping[Any, str], shared: Mapping[str, str]) -> str:
    return arn if arn.startswith(UNREAD) else texts.get((account, arn)) or shared.get(arn, UNREAD)


# --- accounts


def _accounts(facts: Facts, org: Row, held: Iterable[str]) -> dict[str, Any]:
    """Every account of the organization, and those that something is known of."""
    members = org["members"].items if isinstance(org["members"], Partial) else ()
    chains = {kind: _chains(facts, kind) for kind in (SCP, RCP)}
    paths = _paths(facts.source("organization_accounts"), cell(org, "organization_id"))
    return {
        number: {
            "scps": chains[SCP].get(number, chains[SCP][""]),
            "rcps": chains[RCP].get(number, chains[RCP][""]),
            "path": paths.get(number, UNREAD),
            "block_public_access": _block(facts.source("s3_account_public_access_block"), number),
            "unlisted": _unlisted(facts, number),
            "unshared": _unshared(facts, number),
            "canonical": _canonical(facts.source("s3_bucket_acls"), number),
        }
        for number in sorted({*map(str, members), *held})
    }


def _chains(facts: Facts, kind: str) -> dict[str, Any]:
    """By account the levels of policies above it; "" is that of an account that stands in no tree."""
    (rails,) = facts.source("guardrails").rows
    (org,) = facts.source("the_organization").rows
    tree = rails["partly" if kind == SCP else "rcp_partly"]
    is_on = rails["scps_on" if kind == SCP else "rcps_on"]
    if is_on is False or (org["organization_id"] is None and not rails["gaps"]):
        return {"": None}
    if isinstance(is_on, Unseen):
        return {"": unread(is_on)}
    texts = {row["id"]: row["content"] for row in facts.source("organization_policy_documents").rows}
    gaps = _lost_policies(facts)
    chains = {node.id: _levels(node, kind, texts, gaps) for node in tree.accounts}
    return chains | {"": hidden(rails["gaps"]) or UNREAD}


def _lost_policies(facts: Facts) -> frozenset[str]:
    """What hides policies or where they hang: any of them may hang anywhere."""
    return facts.source("organization_policy_targets").hidden() | facts.source("organizational_units").hidden()


def _levels(node: Node, kind: str, texts: Mapping[str, Any], gaps: frozenset[str]) -> list[list[tuple[str, Any]]]:
    """The policies on each level; a level without any service control policy was not read."""
    found = [[(policy.name, _content(texts.get(policy.id))) for policy in level] for level in node.hung]
    for level in found:
        if gaps or (kind == SCP and not level):
            level.append(("further policies", hidden(gaps) or UNREAD))
    return found


def _content(text: Any) -> str:
    return unread(text) if isinstance(text, Unseen) else text or UNREAD


def _paths(accounts: Source, organization: Any) -> dict[str, str]:
    """By account its path from the organization down to its unit."""
    if not isinstance(organization, str):
        return {}
    placed = {row["id"]: names_in(row["ou_ids"]) for row in accounts.rows if isinstance(row["ou_ids"], str)}
    return {number: f"{'/'.join((organization, *units))}/" for number, units in placed.items() if units}


def _block(table: Source, number: str) -> Any:
    rows = table.find({"account_id": number})
    if not rows:
        return hidden(table.hidden(number)) or UNREAD
    return {flag: cell(rows[0], flag) or False for flag in ("ignore_public_acls", "restrict_public_buckets")}


def _canonical(acls: Source, number: str) -> str:
    """The canonical id of the account, which its buckets' ACLs tell; not one that several accounts seem to have."""
    found = next((o for row in acls.find({"account_id": number}) if isinstance(o := row["owner_id"], str)), "")
    return found if {row["account_id"] for row in acls.find({"owner_id": found})} == {number} else ""


def _unlisted(facts: Facts, number: str) -> list[str]:
    """What hides principals of the account; every account that was read has roles."""
    tables = [facts.source(name) for name in ("iam_user_details", "iam_roles")]
    gaps = frozenset[str]().union(*(table.hidden(number) for table in tables))
    if not gaps and not any(table.find({"account_id": number}) for table in tables):
        return [not_asked(DETAILS, number, GLOBAL)]
    return sorted(gaps)


def _unshared(facts: Facts, number: str) -> list[str]:
    """What hides resources that the account shares, or whom it shares them with."""
    tables = (facts.source(name) for name in ("ram_share_resources", "ram_share_principals"))
    return sorted(frozenset[str]().union(*(table.hidden(number) for table in tables)))


# --- networks


def _endpoints(table: Source) -> Iterable[dict[str, Any]]:
    for row in table.rows:
        if row["endpoint_id"]:
            yield {
                "id": row["endpoint_id"],
                "account": row["account_id"],
                "vpc": cell(row, "vpc_id"),
                "policy": cell(row, "policy"),
            }
