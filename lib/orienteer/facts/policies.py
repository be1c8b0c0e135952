"""Policies of the organization: what each says and where it hangs, and how they lie over the tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from orienteer.facts.fact import Fact, Join
from orienteer.facts.guarded import ACCOUNT_TYPE
from orienteer.facts.organization import told_by
from orienteer.facts.seen import Cells, Row, Unseen, gaps_of
from orienteer.facts.source import BOOLS, Gap, Source
from orienteer.facts.tree import SCP
from orienteer.facts.values import active, holds
from orienteer.model import GLOBAL, KEYS
from orienteer.policy.language.document import parse

BY_ID = {"id": "id"}
POLICY_TYPE = "AWS::Organizations::Policy"


def characters(policy: Row) -> int | None:
    """Length of the policy's text; None where AWS gives none."""
    return None if policy.content is None else len(policy.content)


def is_readable(policy: Row) -> bool:
    """The text is a policy document with statements."""
    document = parse(policy.content)
    return policy.content is not None and not document.problems and bool(document.statements)


def allows_something(policy: Row) -> bool:
    """One of its statements allows something."""
    return any(statement.effect == "Allow" for statement in parse(policy.content).statements)


def attached_to(policy: Row) -> tuple[str, ...]:
    """Names of the roots, units and accounts that it hangs on."""
    return tuple(sorted(str(t.target_name or t.target_id) for t in policy.targets if t.target_id))


def is_attached(policy: Row) -> bool:
    """It hangs somewhere."""
    return any(target.target_id for target in policy.targets)


def attached_of_type(policies: Iterable[Row], kind: str) -> tuple[str, ...]:
    """The names of the policies of a type that hang somewhere."""
    found = (one for one in policies if one.type == kind and one.is_attached)
    return tuple(sorted(str(one.name or one.id) for one in found))


POLICIES = Fact(
    "policies",
    "One row per policy of the organization: its type, its text, and where it hangs.",
    base="organization_policies",
    joins=(
        Join("organization_policy_documents", ("content",), on=BY_ID),
        Join("organization_policy_targets", many="targets", on=BY_ID),
    ),
    columns=(characters, is_readable, allows_something, attached_to, is_attached),
    hidden=frozenset({"content", "targets"}),
    resource_type=POLICY_TYPE,
)


_ALONE = {"has_allow": None, "has_unreadable": None, "is_root": False}
"""Of a policy by itself, which stands on no node."""


def _levels(
    guardrails: Source,
    policies: Source,
    organization_roots: Source,
    organizational_units: Source,
    organization_accounts: Source,
) -> Iterator[Cells | Gap]:
    """The root, units and accounts with the service control policies on each, then the client's own policies."""
    (rails,) = guardrails.rows
    home, off = rails["partly"].home, rails["scps_on"] is False
    if not rails["partly"].organization_id:
        yield from rails["unlisted"]
        return
    if not (organization_roots.rows or organization_roots.gaps):
        return
    control = [row for row in policies.rows if row["type"] == SCP]
    own = [row for row in control if not row["aws_managed"]]
    listed = policies.hidden()
    used = _any(row["is_attached"] for row in own)
    shared = {"in_use": used, "scps_on": rails["scps_on"], "home": home}
    for unit in organizational_units.rows if not off else organization_roots.rows[:1]:
        is_root = off or unit["kind"] == "ROOT"
        yield Cells(_node(home, unit), **_on(unit["id"], control, listed), is_root=is_root, **shared)
    if off:
        return
    for account in active(organization_accounts.rows):
        if account["id"] != home:
            path = f"{account['ou_path'] or account['name']}/{account['name']}"
            member = {"account_id": account["id"], "resource_type": ACCOUNT_TYPE, "node_path": path}
            yield Cells(_node(home, account) | member, **_on(account["id"], control, listed), is_root=False, **shared)
    for row in own:
        about = _node(told_by(home, policies), row) | {"resource_type": POLICY_TYPE, "node_path": None}
        yield Cells(about | shared | _ALONE, attached=(row["name"],), in_use=row["is_attached"], policy=row)
    yield from rails["unlisted"]
    yield from policies.gaps


def _node(home: str, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "account_id": home,
        "region": GLOBAL,
        "resource_id": row["id"],
        "resource_arn": row["arn"],
        "resource_type": None,
        "node_path": row.get("ou_path") or row["name"],
        "policy": None,
    }


def _any(answers: Iterator[Any]) -> bool | Unseen:
    """Whether one of the answers holds; not seen where none does and some were not seen."""
    found = list(answers)
    return holds(any(a is True for a in found), gaps_of(*found))


def _on(node: str, policies: list[Cells], listed: frozenset[str]) -> dict[str, Any]:
    """What hangs on a root, unit or account."""
    gaps = listed.union(*(p["targets"].gaps for p in policies))
    found = [p for p in policies if any(t["target_id"] == node for t in p["targets"].items)]
    allows, readable = _any(p["allows_something"] for p in found), [p["is_readable"] for p in found]
    unread = gaps | gaps_of(*readable)
    return {
        "has_allow": allows if allows is True or not unread else Unseen(unread, BOOLS[:2]),
        "has_unreadable": Unseen(unread, BOOLS[:2]) if unread else not all(readable),
        "attached": Unseen(gaps) if gaps else tuple(sorted(str(p["name"]) for p in found)),
    }


POLICY_LEVELS = Fact(
    "policy_levels",
    "One row per root, unit and account with the service control policies on it, and one per policy of the client's.",
    rows=_levels,
    made=(
        *KEYS,
        "resource_type",
        "node_path",
        "policy",
        "has_allow",
        "has_unreadable",
        "attached",
        "is_root",
        "in_use",
        "scps_on",
        "home",
    ),
    hidden=frozenset({"policy"}),
    resource_type="AWS::Organizations::OrganizationalUnit",
)
