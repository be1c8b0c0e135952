"""Whether AWS's AI services may use the organization's content, as its opt-out policies say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orienteer.facts.fact import Fact
from orienteer.facts.guarded import ORGANIZATION_TYPE
from orienteer.facts.organization import told_by
from orienteer.facts.seen import Cells, Unseen, gaps_of
from orienteer.facts.source import Source
from orienteer.facts.tree import enabled_policy_types
from orienteer.facts.values import holds, keys_at, object_in
from orienteer.model import KEYS

AI = "AISERVICES_OPT_OUT_POLICY"
LOCKED = "@@operators_allowed_for_child_policies"


def _opt_out(organization: Source, organization_roots: Source, policies: Source) -> Iterator[Cells]:
    """One row, in an organization: what the opt-out policies on the root say, and what those below it change."""
    home, named = organization.first("management_account_id"), organization.first("organization_id")
    if named is None:
        return
    roots, untold = {row["id"] for row in organization_roots.rows}, organization_roots.hidden()
    is_on: Any = any(AI in enabled_policy_types(row["policy_types"]) for row in organization_roots.rows)
    found = [row for row in policies.rows if row["type"] == AI]
    unread = gaps_of(*(row["content"] for row in found))
    hidden = untold.union(policies.hidden(), unread, *(row["targets"].gaps for row in found))
    at_root = [row for row in found if any(t["target_id"] in roots for t in row["targets"].items)]
    below = [row for row in found if any(t["target_id"] not in {*roots, None} for t in row["targets"].items)]
    told = {
        "default_value": next((v for row in at_root if (v := values(row["content"]).get("default"))), None),
        "opted_in": tuple(sorted(_opted_in(at_root))),
        "overridden": tuple(sorted(_overriding(at_root, below))),
        "policies_at_root": tuple(str(row["name"] or row["id"]) for row in at_root),
        "child_overrides_allowed": not any(_locks(_services(row["content"])) for row in at_root),
    }
    yield Cells(
        keys_at(told_by(home, organization), "AI services opt-out"),
        is_on=holds(is_on, untold),
        **{name: Unseen(hidden) if hidden else value for name, value in told.items()},
    )


def _services(content: Any) -> Mapping[str, Any]:
    """The services that a policy names, each with what it says of it; none of a policy that cannot be read."""
    return object_in(object_in(content).get("services"))


def _policy(service: Any) -> Mapping[str, Any]:
    return object_in(object_in(service).get("opt_out_policy"))


def values(content: Any) -> dict[str, str]:
    """What a policy assigns: optIn or optOut by service, `default` among them."""
    told = {name: _policy(service).get("@@assign") for name, service in _services(content).items()}
    return {name: value for name, value in told.items() if isinstance(value, str)}


def _locks(part: Any) -> bool:
    """True if policies below may change nothing of this part."""
    return isinstance(part, dict) and part.get(LOCKED) == ["@@none"]


def _opted_in(policies: list[Cells]) -> Iterator[str]:
    """Services that these policies themselves leave opted in."""
    return (
        name
        for row in policies
        for name, value in values(row["content"]).items()
        if value == "optIn" and name != "default"
    )


def _overriding(at_root: list[Cells], below: list[Cells]) -> Iterator[str]:
    """Services that policies below the root opt in again, where no lock on the root keeps them from it."""
    held = [_services(row["content"]) for row in at_root]
    for row in below:
        for name, value in values(row["content"]).items():
            locked = any(_locks(s) or _locks(s.get(name)) or _locks(_policy(s.get(name))) for s in held)
            if value == "optIn" and not locked:
                yield f"{name} in {row['name'] or row['id']}"


OPT_OUT = Fact(
    "ai_opt_out",
    "One row: whether the organization keeps AWS's AI services from using its content, and who may change that.",
    rows=_opt_out,
    made=(*KEYS, "is_on", "default_value", "opted_in", "overridden", "policies_at_root", "child_overrides_allowed"),
    resource_type=ORGANIZATION_TYPE,
)
