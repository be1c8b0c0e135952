"""What a new or changed guardrail would take away: which principals in use lose which actions, and who gets in no more.

By hand: a policy denies `ec2:*` outside eu-central-1 and is tried on the unit Workloads.  Each of its accounts has a
chain; the same chain with the policy on it is the second.  A role that was used last week and holds `ec2:RunInstances`
in eu-west-1, where the account has machines, holds it by the first chain and not by the second: a row.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from orienteer.ask.names import named
from orienteer.ask.nodes import label
from orienteer.errors import OrienteerError
from orienteer.facts import Estate as Facts
from orienteer.facts.seen import Cells, Unseen
from orienteer.facts.source import Source
from orienteer.facts.tree import EVERYTHING, RCP, SCP, Node, Tree
from orienteer.facts.values import ROOT_USER, days
from orienteer.partitions import home_region
from orienteer.policy.guardrails.chain import Levels
from orienteer.policy.guardrails.probes import REGIONAL
from orienteer.policy.guardrails.probes import ROOT_USER as PROBES
from orienteer.policy.language.actions import expand
from orienteer.policy.language.document import Document, parse
from orienteer.policy.rights.capability import Actor, Memo, actor, held_anywhere
from orienteer.policy.rights.escalation import Principal
from orienteer.policy.rights.identity import identity

COLUMNS = ("account_id", "account", "principal", "loses", "regions", "last_used", "seen")
RECENT_DAYS = 90
MOST_PRINCIPALS = 2_000
"""Principals whose rights are worked out; where more are in use, that is said."""
MOST_ACTIONS = 200
"""Actions of one policy that are tried; of a wider one, that is said."""
LAST_ACCESSED = "Which actions a principal called was not read: service last accessed data is not part of a run."
ROOT = "root"


@dataclass(frozen=True, slots=True)
class Loss:
    """A principal in use that holds these actions today and would not with the policy; empty regions: anywhere."""

    account_id: str
    arn: str
    actions: tuple[str, ...]
    regions: tuple[str, ...]
    idle_days: int | None


Chains = Mapping[str, tuple[Levels, Levels]]
"""By account its service control policies, and the same with the policy."""
Wanted = Callable[[Sequence[tuple[str, Any]]], Sequence[str]]
"""The actions worth trying of a principal with these policies."""


def would_deny(
    source: Any, policy: Any, at: str = ROOT, *, kind: str = "", instead_of: Collection[str] = ()
) -> pd.DataFrame:
    """One row per principal that was used in the last 90 days and would lose actions it holds (COLUMNS).

    source: an opened run.  policy: a document of a service or resource control policy.  at: where it is attached: the
    root, a unit or an account, by id or name.  kind: SERVICE_CONTROL_POLICY or RESOURCE_CONTROL_POLICY; without it, the
    latter where a statement has a Principal.  instead_of: names or ids of policies that it takes the place of,
    wherever they hang.  `attrs["unknown"]` says what was not seen: no row is no promise where something stands there.
    """
    facts = source if isinstance(source, Facts) else source.estate
    document = parse(policy)
    if document.problems or not document.statements:
        raise OrienteerError(f"the policy cannot be read: {'; '.join(document.problems) or 'it has no statement'}", 2)
    sort = kind or (RCP if any(s.principals or s.not_principals for s in document.statements) else SCP)
    (rails,) = facts.source("guardrails").rows
    tree: Tree = rails["rcp_partly" if sort == RCP else "partly"]
    nodes = _below(tree, at)
    changed = {node.id: changed_levels(node, document, sort, instead_of) for node in nodes}
    if sort == RCP:
        rows, unknown = _kept_out(facts, rails, tree, changed)
    else:
        rows, unknown = _losing(facts, document, {node.id: (node.levels, changed[node.id]) for node in nodes})
    partly = [f"Not every policy above {node.name} could be read." for node in nodes if not node.whole]
    found = pd.DataFrame(rows, columns=list(COLUMNS))
    found.attrs["unknown"] = tuple(dict.fromkeys([*sorted(rails["gaps"]), *partly, *unknown]))
    return found


def _below(tree: Tree, at: str) -> list[Node]:
    """The accounts that a policy attached there binds.  The management account is never bound."""
    accounts = list(tree.accounts)
    if at == ROOT or at in {node.above[0] for node in accounts if node.above}:
        return accounts
    ids = {node.id: node.id for node in tree.nodes} | {node.name: node.id for node in tree.nodes}
    ids |= {node.path: node.id for node in tree.nodes}
    if at == tree.home:
        return []
    target = ids[at if at in ids else named(at, ids, "at")]
    return [node for node in accounts if target in (node.id, *node.above)]


def changed_levels(node: Node, document: Document, kind: str, instead_of: Collection[str] = ()) -> Levels:
    """The account's chain with the policy: in the place of others, or on its lowest level."""
    if not instead_of:
        return with_policy(node.levels, document, kind)
    return tuple(
        tuple(
            document if place < len(hung) and {hung[place].id, hung[place].name} & set(instead_of) else one
            for place, one in enumerate(level)
        )
        for level, hung in zip(node.levels, node.hung, strict=True)
    )


def with_policy(levels: Levels, document: Document, kind: str) -> Levels:
    """The chain with the policy on its lowest level: a deny counts the same on each.

    Where the policy type is off nothing binds; to attach one it is switched on, and AWS's own allows everything.
    """
    if not levels:
        return ((document,) if kind == RCP else (EVERYTHING, document),)
    return (*levels[:-1], (*levels[-1], document))


# --- service control policies


def _losing(facts: Facts, document: Document, chains: Chains) -> tuple[list[tuple[Any, ...]], list[str]]:
    actions, cut = _actions(document)
    places = _places(facts) if _by_region(document) else None
    names = {str(row["id"]): str(row["name"] or row["id"]) for row in facts.source("organization_accounts").rows}
    rows, unknown = list[tuple[Any, ...]](), list[str]()
    for one in losses(facts, chains, lambda policies: worth(actions, policies), places):
        if isinstance(one, str):
            unknown.append(one)
        else:
            seen = f"used {one.idle_days} day{'s' * (one.idle_days != 1)} ago"
            loses, account = ", ".join(one.actions), names.get(one.account_id, one.account_id)
            where = ", ".join(one.regions) or "any"
            rows.append((one.account_id, account, one.arn, loses, where, one.idle_days, seen))
    unknown += [f"Only {MOST_ACTIONS} of the actions that the policy names were tried."] if cut else []
    return sorted(rows), unknown


def losses(
    facts: Facts, chains: Chains, wanted: Wanted, places: Mapping[str, Sequence[str]] | None = None
) -> Iterator[Loss | str]:
    """The principals of these accounts that were used lately and lose actions, and as text what was not seen.

    `places` are regions by account in which the actions are tried; without it, in any.
    """
    memo, now = dict[tuple[Any, ...], Any](), facts.as_of.to_pydatetime()
    used = last_uses(facts)
    people = [row for row in facts.source("principals").rows if row["account_id"] in chains and _recent(row, used)]
    for row in people[:MOST_PRINCIPALS]:
        who = row["identity"]
        if isinstance(who, Unseen):
            yield from sorted(who.gaps)
        elif isinstance(who, Principal) and ":role/aws-service-role/" not in who.arn:
            before, after = (_actor(who, levels, now) for levels in chains[who.account_id])
            regions = ("",) if places is None else places.get(who.account_id, ())
            lost = _lost(before, after, wanted(who.policies), regions, memo)
            if lost:
                actions = tuple(dict.fromkeys(action for action, _ in lost))
                where = tuple(sorted({region for _, region in lost if region}))
                yield Loss(who.account_id, who.arn, actions, where, used.get(who.arn))
    if len(people) > MOST_PRINCIPALS:
        yield f"The rights of {MOST_PRINCIPALS:,} principals in use were worked out, of {len(people):,}."
    yield LAST_ACCESSED
    yield from sorted(facts.source("principals").hidden())


def _actor(who: Principal, levels: Levels, now: Any) -> Actor:
    return actor(identity(who.policies, who.boundary, levels), who.arn, who.account_id, dict(who.tags), now)


def _lost(
    before: Actor, after: Actor, actions: Iterable[str], regions: Iterable[str], memo: Memo
) -> list[tuple[str, str]]:
    """The actions, each with a region, that are held before and not after."""
    return [
        (action, region)
        for region in regions
        for action in actions
        if held_anywhere(_in(before, region), action, memo).allowed
        and not held_anywhere(_in(after, region), action, memo).allowed
    ]


def _in(who: Actor, region: str) -> Actor:
    """The same in one region; empty: wherever its documents speak of."""
    if not region:
        return who
    contexts = tuple(({**context, "aws:requestedregion": (region,)}, added) for context, added in who.contexts)
    return replace(who, key=(*who.key, region), contexts=contexts)


def last_uses(facts: Facts) -> Mapping[str, int]:
    """By ARN, how many days ago a user or role was last used, where that is at most RECENT_DAYS."""
    moments: dict[str, list[Any]] = {}
    for row in facts.source("principals").rows:
        if row["kind"] != "account":
            moments.setdefault(str(row["resource_arn"]), []).append(row["last_used"])
    for row in facts.source("credentials").rows:
        if row["user"] != ROOT_USER and isinstance(row["arn"], str):
            names = ("password_last_used", "access_key_1_last_used_date", "access_key_2_last_used_date")
            moments.setdefault(row["arn"], []).extend(row[name] for name in names)
    found = {}
    for arn, seen in moments.items():
        idle = [days(facts.as_of, one) for one in seen if isinstance(one, pd.Timestamp)]
        recent = [one for one in idle if one is not None and one <= RECENT_DAYS]
        if recent:
            found[arn] = min(recent)
    return found


def _recent(row: Cells, used: Mapping[str, int]) -> bool:
    return row["kind"] != "account" and str(row["resource_arn"]) in used


def worth(actions: Iterable[str], policies: Sequence[tuple[str, Any]]) -> list[str]:
    """Those of the actions that some Allow of these documents names."""
    allows = [s for _, document in policies for s in parse(document).statements if s.effect == "Allow"]
    return [action for action in actions if any(s.action_set.hit(action.lower()) for s in allows if s.actions)]


def _actions(document: Document) -> tuple[list[str], bool]:
    """The actions to try of a policy, and whether it names more: all that it names, of a wide one the usual probes."""
    found: dict[str, None] = {}
    for statement in document.statements:
        patterns = (statement.actions or ()) if statement.effect == "Deny" else ()
        wide = statement.effect == "Allow" or statement.actions is None or "*" in patterns
        found |= dict.fromkeys([*PROBES, *REGIONAL] if wide else [])
        for pattern in patterns:
            found |= dict.fromkeys(sorted(expand(pattern))) if pattern != "*" else {}
    return list(found)[:MOST_ACTIONS], len(found) > MOST_ACTIONS


def _by_region(document: Document) -> bool:
    return any(c.key == "aws:requestedregion" for s in document.statements for c in s.conditions)


def _places(facts: Facts) -> dict[str, list[str]]:
    """The regions in which something of an account was seen, the home region with them."""
    found: dict[str, set[str]] = {}
    for row in facts.source("regions_in_use").rows:
        if row["asks"] == "use":
            found.setdefault(row["account_id"], {home_region()}).add(row["region"])
    for row in facts.source("roles").rows:
        region = row["last_used_region"]
        if isinstance(region, str) and "-" in region:
            found.setdefault(row["account_id"], {home_region()}).add(region)
    return {account: sorted(regions) for account, regions in found.items()}


# --- resource control policies


def _kept_out(
    facts: Facts, rails: Cells, tree: Tree, changed: Mapping[str, Levels]
) -> tuple[list[tuple[Any, ...]], list[str]]:
    """Who gets into roles and crown jewels of these accounts today and would not: by the steps of both worlds."""
    nodes = tuple(replace(node, levels=changed.get(node.id, node.levels)) for node in tree.nodes)
    row = Cells(rails, rcp_partly=replace(tree, nodes=nodes), rcp_tree=replace(tree, nodes=nodes))
    known = {name: made for name, made in facts._known.items() if name != "edges"}
    rail_source = replace(facts.source("guardrails"), rows=[row], _indexes={})
    other = replace(facts, _known=known | {"guardrails": rail_source})
    before, after = ({_key(r): r for r in _steps(one)} for one in (facts, other))
    used, names = last_uses(facts), {**facts.client.trusted_accounts, **{node.id: node.name for node in tree.nodes}}
    rows = []
    for key, was in before.items():
        now = after.get(key)
        if was["account_id"] in changed and was["blocked_by"] is None and now and now["blocked_by"] == "rcp":
            idle = used.get(str(was["to"]))
            seen = f"{label(was['to'], names)} used {idle} days ago" if idle is not None else "use was not seen"
            account = names.get(was["account_id"], was["account_id"])
            loses = f"{', '.join(was['actions'])} on {label(was['to'], names)}"
            rows.append((was["account_id"], account, label(was["start"], names), loses, "any", idle, seen))
    unknown = [gap.text for gap in facts.source("edges").gaps]
    unknown.append("Resources other than roles and the buckets named as crown jewels were not tried.")
    return sorted(rows, key=str), unknown


def _steps(facts: Facts) -> list[Cells]:
    source: Source = facts.source("edges")
    return source.rows


def _key(row: Cells) -> tuple[Any, ...]:
    return row["start"], row["to"], row["kind"], row["by"]
