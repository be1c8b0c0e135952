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

from orienteer.ask.by_resource import Kept, Trial, by_grant, kept_out
from orienteer.ask.by_resource import changed as changed_estate
from orienteer.ask.called import Called, in_words
from orienteer.ask.estate import Estate as Asked
from orienteer.ask.names import named
from orienteer.ask.nodes import label
from orienteer.ask.services import GLOBAL_SERVICES
from orienteer.errors import OrienteerError
from orienteer.facts import Estate as Facts
from orienteer.facts.exposures import declared
from orienteer.facts.seen import Cells, Unseen
from orienteer.facts.tree import EVERYTHING, RCP, SCP, Node, Tree
from orienteer.facts.values import ROOT_USER, days
from orienteer.partitions import home_region
from orienteer.policy.guardrails.bound import RCP_SERVICES, binds_type
from orienteer.policy.guardrails.chain import Levels
from orienteer.policy.guardrails.probes import REGIONAL
from orienteer.policy.guardrails.probes import ROOT_USER as PROBES
from orienteer.policy.language.actions import expand
from orienteer.policy.language.document import Document, Statement, parse
from orienteer.policy.rights.capability import Actor, Memo, actor, held_anywhere
from orienteer.policy.rights.escalation import Principal
from orienteer.policy.rights.identity import identity

COLUMNS = ("account_id", "account", "principal", "loses", "regions", "last_used", "seen", "called")
RECENT_DAYS = 90
MOST_PRINCIPALS = 2_000
"""Principals whose rights are worked out; where more are in use, that is said."""
MOST_ACTIONS = 200
"""Actions of one policy that are tried; of a wider one, that is said."""
SERVICES_ALONE = "AWS tells which services a principal called, not which of their actions."
ROOT = "root"


@dataclass(frozen=True, slots=True)
class Loss:
    """A principal in use that holds these actions today and would not with the policy; empty regions: anywhere.

    `called` are the services of these actions that it called in the last 400 days, in words; `unknown` why that is not
    known, empty where it is.
    """

    account_id: str
    arn: str
    actions: tuple[str, ...]
    regions: tuple[str, ...]
    idle_days: int | None
    called: tuple[str, ...]
    unknown: str


Chains = Mapping[str, tuple[Levels, Levels]]
"""By account its service control policies, and the same with the policy."""
Rows = list[tuple[Any, ...]]
Wanted = Callable[[Sequence[tuple[str, Any]]], Sequence[str]]
"""The actions worth trying of a principal with these policies."""


def would_deny(
    source: Any, policy: Any, at: str = ROOT, *, kind: str = "", instead_of: Collection[str] = ()
) -> pd.DataFrame:
    """One row per principal that was used in the last 90 days and would lose actions it holds (COLUMNS).

    source: an opened run.  policy: a document of a service or resource control policy.  at: where it is attached: the
    root, a unit or an account, by id or name.  `called` tells which of the denied services the principal called, when
    and in which region.  kind: SERVICE_CONTROL_POLICY or RESOURCE_CONTROL_POLICY; without it, the
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
        rows, unknown = _kept_out(facts, document, tree, changed)
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


def _losing(facts: Facts, document: Document, chains: Chains) -> tuple[Rows, list[str]]:
    actions, cut = _actions(document)
    places = _places(facts) if _by_region(document) else None
    names = {str(row["id"]): str(row["name"] or row["id"]) for row in facts.source("organization_accounts").rows}
    rows, unknown, told = list[tuple[Any, ...]](), list[str](), set[tuple[str, str]]()
    for one in losses(facts, chains, lambda policies: worth(actions, policies), places):
        if isinstance(one, str):
            unknown.append(one)
        else:
            told |= {(one.arn, action) for action in one.actions}
            seen = f"used {one.idle_days} day{'s' * (one.idle_days != 1)} ago"
            loses, account = ", ".join(one.actions), names.get(one.account_id, one.account_id)
            where = ", ".join(one.regions) or "any"
            calls = in_words(one.called, one.unknown)
            rows.append((one.account_id, account, one.arn, loses, where, one.idle_days, seen, calls))
    used, changed = last_uses(facts), {account: after for account, (_, after) in chains.items()}
    called = Called.of(facts)
    for kept in by_grant(_trial(facts, document, changed, SCP), chains.keys(), told):
        if isinstance(kept, str):
            unknown.append(kept)
        else:
            rows.append(_kept_row(kept, used, called, names))
    unknown += [f"Only {MOST_ACTIONS} of the actions that the policy names were tried."] if cut else []
    return sorted(rows, key=str), unknown


def losses(
    facts: Facts, chains: Chains, wanted: Wanted, places: Mapping[str, Sequence[str]] | None = None
) -> Iterator[Loss | str]:
    """The principals of these accounts that were used lately and lose actions, and as text what was not seen.

    `places` are regions by account in which the actions are tried; without it, in any.
    """
    memo, now = dict[tuple[Any, ...], Any](), facts.as_of.to_pydatetime()
    used, called = last_uses(facts), Called.of(facts)
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
                seen, open_ = called.words(who.arn, who.account_id, actions)
                yield Loss(who.account_id, who.arn, actions, where, used.get(who.arn), seen, open_)
                yield from sorted(called.gaps(who.arn)) if open_ else ()
    if len(people) > MOST_PRINCIPALS:
        yield f"The rights of {MOST_PRINCIPALS:,} principals in use were worked out, of {len(people):,}."
    yield SERVICES_ALONE
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
        if _answers(action, region)
        and held_anywhere(_in(before, region), action, memo).allowed
        and not held_anywhere(_in(after, region), action, memo).allowed
    ]


def _answers(action: str, region: str) -> bool:
    """True if the service takes the call in the region: one for all regions takes it in its home region alone."""
    service = action.partition(":")[0].lower()
    return not region or service not in GLOBAL_SERVICES or region == home_region(service)


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


# --- what resources let in


def _kept_out(facts: Facts, document: Document, tree: Tree, changed: Mapping[str, Levels]) -> tuple[Rows, list[str]]:
    """Who reaches resources of these accounts today and would not: principals in use, and everybody outside."""
    trial, used, called = _trial(facts, document, changed, RCP), last_uses(facts), Called.of(facts)
    names = {**facts.client.trusted_accounts, **{node.id: node.name for node in tree.nodes}}
    rows, unknown = list[tuple[Any, ...]](), list[str]()
    for one in kept_out(trial, changed.keys()):
        if isinstance(one, str):
            unknown.append(one)
        else:
            rows.append(_kept_row(one, used, called, names))
    bound = [kind for kind in declared() if binds_type(kind.type)]
    unknown += [gap.text for kind in bound for gap in facts.source(kind.source).gaps]
    unknown += [text for account in trial.before.accounts.values() for text in account.unlisted]
    return sorted(rows, key=str), [*unknown, *_unlisted(document, trial)]


def _trial(facts: Facts, document: Document, levels: Mapping[str, Levels], kind: str) -> Trial:
    estate = Asked.of(facts)
    people: dict[str, list[str]] = {}
    for arn in sorted(last_uses(facts)):
        if ":role/aws-service-role/" not in arn:
            people.setdefault(arn.split(":")[4], []).append(arn)
    in_use = {account: tuple(found[:MOST_PRINCIPALS]) for account, found in people.items()}
    return Trial(estate, changed_estate(estate, levels, kind), document, in_use)


def _kept_row(one: Kept, used: Mapping[str, int], called: Called, names: Mapping[str, str]) -> tuple[Any, ...]:
    idle = used.get(one.who if one.inside else one.resource)
    what = label(one.resource, names)
    subject = "" if one.inside else f"{what} "
    seen = f"{subject}used {idle} day{'s' * (idle != 1)} ago" if idle is not None else "use was not seen"
    loses = f"{', '.join(one.actions)} on {what}"
    account = names.get(one.account_id, one.account_id)
    calls = in_words(*called.words(one.who, one.who.split(":")[4] if one.inside else "", one.actions))
    return one.account_id, account, _who(one.who, names), loses, one.region or "any", idle, seen, calls


def _who(who: str, names: Mapping[str, str]) -> str:
    """Somebody outside as people call it; a principal by its ARN."""
    if who.isdigit():
        return label(f"account:{who}", names)
    return label(f"organization:{who}" if who.startswith("o-") else who, names) if ":" not in who else who


def _unlisted(document: Document, trial: Trial) -> list[str]:
    """Services that the policy may bind and of which the run lists no resource with a policy."""
    seen = {arn.split(":", 3)[2] for arn in trial.before.things} | {"sts"}
    denied = [s for s in document.statements if s.effect == "Deny"]
    missing = sorted(one for one in RCP_SERVICES - seen if any(_touches(s, one) for s in denied))
    if not missing:
        return []
    more = f" and {len(missing) - 8} more services" if len(missing) > 8 else ""
    return [f"The run lists no resource of {', '.join(missing[:8])}{more}, which the policy may bind as well."]


def _touches(statement: Statement, service: str) -> bool:
    """True if some action of the service may be among those of the statement."""
    if statement.actions is None:
        return f"{service}:*" not in (statement.not_actions or ())
    return any(one == "*" or one.partition(":")[0] == service for one in statement.actions)
