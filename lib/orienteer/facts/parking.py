"""Accounts that are closed or set aside, and the units that they should stand in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orienteer.facts.accounts import UNIT_TYPE, functions_of, units_for
from orienteer.facts.fact import Fact
from orienteer.facts.foundation import SPECIAL_OUS
from orienteer.facts.guarded import ACCOUNT_TYPE, NO_ACCOUNT
from orienteer.facts.seen import Cells, Unseen
from orienteer.facts.source import Gap, Source
from orienteer.facts.tree import Node, Tree
from orienteer.facts.values import keys_at, not_asked
from orienteer.model import GLOBAL, KEYS
from orienteer.parameters import Pattern
from orienteer.policy.guardrails.probes import asked

CLOSED = ("SUSPENDED", "PENDING_CLOSURE", "CLOSED")
PROBES = ("ec2:RunInstances", "s3:PutObject", "iam:CreateUser")
PARKED = "suspended"
TOLD = ("kind", "name", "state", "ou_path", "is_parked", "open_probes", "exempt_principals", "whole", "last_month_cost")


def _parked(
    guardrails: Source,
    organizational_units: Source,
    organization_accounts: Source,
    ce_monthly_costs: Source,
    *,
    special_ous: Mapping[str, Pattern] = SPECIAL_OUS,
    ou_map: Mapping[str, str] = {},  # read only
) -> Iterator[Cells | Gap]:
    """Closed accounts, the units for suspended accounts, and active accounts that stand in those."""
    (rails,) = guardrails.rows
    found, pattern = rails["partly"], special_ous.get(PARKED) or SPECIAL_OUS[PARKED]
    units = units_for([u for u in organizational_units.rows if u["id"]], PARKED, pattern, ou_map)
    nodes = {node.id: node for node in found.nodes}
    for unit in units:
        told = _stopped(found, nodes[unit["id"]])
        told = dict.fromkeys(told, Unseen(rails["gaps"])) if rails["gaps"] else told
        yield _row(found.home, unit, UNIT_TYPE, kind="unit", **told)
    for account in (row for row in organization_accounts.rows if row["id"] and row["id"] != found.home):
        path = account["ou_ids"]
        stands = None if path is None else functions_of(path, account["ou_path"], {PARKED: pattern}, ou_map)
        if account["state"] in CLOSED:
            yield _row(
                account["id"], account, ACCOUNT_TYPE, kind="closed", is_parked=None if stands is None else bool(stands)
            )
        elif stands:
            cost = _cost(ce_monthly_costs, account["id"], found.home)
            yield _row(account["id"], account, ACCOUNT_TYPE, kind="active", is_parked=True, last_month_cost=cost)
    yield from rails["unlisted"]


def _row(account: str, row: Cells, resource_type: str, **more: Any) -> Cells:
    known = {name: row.get(name) for name in TOLD}
    return Cells(keys_at(account, row["id"], row["arn"]), resource_type=resource_type, **known | more)


def _stopped(found: Tree, node: Node) -> dict[str, Any]:
    """Which of ordinary actions get through below a unit, whom the denies spare, and if all policies could be read."""
    if not found.enabled:
        return {"open_probes": PROBES, "exempt_principals": (), "whole": True}
    answers = [asked(node.levels, action, NO_ACCOUNT, **found.around(node)) for action in PROBES]
    spared = {one.pattern for answer in answers for one in answer.exemptions}
    still_open = tuple(a.action for a in answers if not a.denied)
    return {"open_probes": still_open, "exempt_principals": tuple(sorted(spared)), "whole": node.whole}


def _cost(costs: Source, account: str, home: str) -> Any:
    """What the account cost; none where the management account, which sees all of them, was told of no cost."""
    listed = costs.find({"id": account})
    if listed:
        return listed[0]["amount"]
    why = "only the management account is told what each account costs"
    gaps = costs.hidden(account) or (
        () if costs.find({"id": home}) else {not_asked("ce:GetCostAndUsage", home, GLOBAL, why)}
    )
    return Unseen(frozenset(gaps)) if gaps else 0.0


PARKING = Fact(
    "parking",
    "One row per closed account, per unit for suspended accounts, and per active account in such a unit.",
    rows=_parked,
    made=(*KEYS, "resource_type", *TOLD),
    resource_type=ACCOUNT_TYPE,
)
