"""What was seen in use that a policy would stop, and what nobody could see."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from orienteer.ask.would import RECENT_DAYS, losses, with_policy, worth
from orienteer.facts import Estate
from orienteer.facts.last_accessed import calls
from orienteer.facts.seen import Cells, Partial, Unseen
from orienteer.facts.tree import Node
from orienteer.facts.values import ROOT_USER, days
from orienteer.partitions import home_region
from orienteer.policy.guardrails.perimeter import DATA_CALLS
from orienteer.policy.language.document import parse
from orienteer.readymade.filling import Filling, in_use
from orienteer.readymade.ready import Ready
from orienteer.words import counted


@dataclass(frozen=True)
class Stopped:
    """Something that was seen in use: in which account, what it is, and how it was seen."""

    account_id: str
    what: str
    seen: str


@dataclass(frozen=True)
class Use:
    """What a policy would stop, as far as was seen, and what could not be."""

    stopped: tuple[Stopped, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class Bound:
    """An account that the policy would bind: its chain, and the probes that would be newly denied there."""

    node: Node
    newly: frozenset[str]


def use(policy: Ready, estate: Estate, given: Filling, bound: Mapping[str, Bound]) -> Use:
    """What the policy would stop in these accounts; what is denied there without it is not counted."""
    found = list(_LOOKS[policy.asks](policy, estate, given, bound))
    stopped = [o for o in found if not isinstance(o, str) and o.account_id in bound and bound[o.account_id].newly]
    return Use(tuple(dict.fromkeys(stopped)), tuple(dict.fromkeys(o for o in found if isinstance(o, str))))


Looks = Iterator[Stopped | str]
"""What would be stopped, and as plain text what could not be seen."""
Accounts = Mapping[str, Bound]


def _lost(estate: Estate, *names: str) -> Iterator[str]:
    """The gaps of these facts and tables."""
    for name in names:
        yield from sorted(estate.source(name).hidden())


def _seen(cell: Any) -> Any:
    """The cell's value, None where it was not seen."""
    return None if isinstance(cell, Unseen) else cell


def _used(since: int | None) -> str:
    """When it was last used, in words."""
    if since is None:
        return f"not used in the last {RECENT_DAYS} days, as far as AWS tells"
    return f"last used {counted(since, 'day')} ago"


def _ago(estate: Estate, moment: Any) -> int | None:
    """Days since something was last used, where that is recent."""
    since = days(estate.as_of, moment) if isinstance(moment, pd.Timestamp) else None
    return since if since is not None and since <= RECENT_DAYS else None


# --- service control policies


def _leaving(policy: Ready, estate: Estate, given: Filling, bound: Accounts) -> Looks:
    yield "AWS does not record whether an account is meant to leave: ask."


def _root(policy: Ready, estate: Estate, given: Filling, bound: Accounts) -> Looks:
    for row in estate.source("root_users").rows:
        moment = row["last_used_at"]
        if isinstance(moment, Unseen) and row["account_id"] in bound:
            yield from sorted(moment.gaps)
        elif (since := _ago(estate, moment)) is not None:
            yield Stopped(row["account_id"], "root user", _used(since))
    yield from _lost(estate, "root_users")


def _regions(policy: Ready, estate: Estate, given: Filling, bound: Accounts) -> Looks:
    """What stands, costs or was last used outside the regions of the policy."""
    for row in in_use(estate):
        if row["region"] not in policy.regions and row["is_closed"] is not True:
            yield Stopped(row["account_id"], f"work in {row['region']}", _standing(row))
    for row in estate.source("trails").rows:
        if row["at_home"] is True and row["home_region"] not in policy.regions:
            what, home = f"changes to trail {row['trail_name']}", f"its home region is {row['home_region']}"
            yield Stopped(row["account_id"], what, home)
    known = {arn for arn, called in calls(estate.source("last_accessed")).items() if not isinstance(called, Unseen)}
    for name, column in (("roles", "role_name"), ("access_keys", "resource_id")):
        for row in estate.source(name).rows:
            if name != "roles" or row["resource_arn"] not in known:
                yield from _last_region(policy, estate, row, str(row[column]), given)
    yield from _services_elsewhere(policy, estate)
    yield "For a service, role or key AWS tells only the region of the last call; earlier calls are not seen."
    yield from _lost(estate, "regions_in_use", "roles", "access_keys", "trails", "service_use")


def _standing(row: Cells) -> str:
    """What of a region was seen: what it cost, what stands there."""
    cost, things = row["cost_usd"], row["resources"] or {}
    told = [f"{count:,} {word[: -1 if count == 1 else None]}" for word, count in things.items()]
    return ", ".join([*told, *([f"USD {cost:,.2f} in the costs read"] if cost else [])]) or "in use"


def _last_region(policy: Ready, estate: Estate, row: Cells, name: str, given: Filling) -> Looks:
    """A role or key that was last used outside the regions, as far as that was for a service of that region.

    Global services answer in the home region, so a last call there tells nothing of a role; of a key the service is
    known.
    """
    moment, region = (
        _seen(row.get(c))
        for c in (("last_used_date", "last_used_region") if "slot" in row else ("last_used_at", "last_used_region"))
    )
    since = _ago(estate, moment)
    if since is None or not region or "-" not in str(region) or region in policy.regions:
        return
    if region == home_region(partition=given.partition) and not _regional(policy, row):
        return
    kind = "access key" if "slot" in row else "role"
    yield Stopped(row["account_id"], f"{kind} {name}", f"{_used(since)}, in {region}")


def _regional(policy: Ready, row: Cells) -> bool:
    """True if the last call of a key was to a service that the policy does not leave alone."""
    service = _seen(row.get("last_used_service"))
    return bool(service) and service not in _spared(policy)


def _spared(policy: Ready) -> set[str]:
    """The services that the policy leaves alone, some of their actions at least."""
    return {entry.partition(":")[0] for s in policy.document["Statement"] for entry in s.get("NotAction", ())}


def _services_elsewhere(policy: Ready, estate: Estate) -> Looks:
    """Services last called outside the regions, by whom."""
    spared = _spared(policy)
    for row in estate.source("service_use").rows:
        service, region, since = (
            str(row["service"]),
            str(row["last_used_region"] or ""),
            _ago(estate, row["last_used_at"]),
        )
        if since is not None and "-" in region and region not in policy.regions and service not in spared:
            what = f"calls of {service} by {row['kind']} {row['resource_id']}"
            yield Stopped(row["account_id"], what, f"{_used(since)}, in {region}")


def _rights(policy: Ready, estate: Estate, given: Filling, bound: Accounts) -> Looks:
    """Principals in use that hold one of the actions today and would not with the policy; none that is known to have
    called no service of these actions."""
    document = parse(policy.text)
    chains = {
        account: (one.node.levels, with_policy(one.node.levels, document, policy.kind))
        for account, one in bound.items()
    }
    for loss in losses(estate, chains, lambda policies: worth(policy.actions, policies)):
        if isinstance(loss, str):
            yield loss
        elif loss.unknown:
            yield Stopped(loss.account_id, _calls(loss.actions, loss.arn), _used(loss.idle_days))
        elif loss.called:
            yield Stopped(loss.account_id, _calls(loss.actions, loss.arn), f"called {', '.join(loss.called)}")


def _calls(actions: Sequence[str], arn: str) -> str:
    """The calls of a principal, by its name without its path."""
    kind, _, name = arn.split(":", 5)[-1].partition("/")
    more = f" and {len(actions) - 1} more calls" if len(actions) > 2 else f" and {actions[1]}" if actions[1:] else ""
    return f"{actions[0]}{more} by {kind} {name.rpartition('/')[2]}"


def _users(policy: Ready, estate: Estate, given: Filling, bound: Accounts) -> Looks:
    for row in estate.source("access_keys").rows:
        one = bound.get(row["account_id"])
        if one and "iam:CreateAccessKey" in one.newly and row["active"] is True and row["user"] != ROOT_USER:
            told = _used(_ago(estate, _seen(row["last_used_date"])))
            yield Stopped(row["account_id"], f"rotation of access key {row['resource_id']}", told)
    yield from _lost(estate, "access_keys")
    yield from _rights(policy, estate, given, bound)


def _exception(policy: Ready, estate: Estate, given: Filling, bound: Accounts) -> Looks:
    for look in (_users, _regions):
        for one in look(policy, estate, given, bound):
            yield one if isinstance(one, str) else replace(one, seen=f"{one.seen}; stopped from {given.expires[:10]}")


# --- resource control policy

GUARDED: Mapping[str, str] = {
    "AWS::S3::": "s3",
    "AWS::KMS::": "kms",
    "AWS::SQS::": "sqs",
    "AWS::SecretsManager::": "secretsmanager",
    "AWS::IAM::Role": "sts",
}
"""Resource types that the policy guards, by how they begin, with the service that its probe calls."""


_SERVICES = ("iam", *(service for service in GUARDED.values() if service != "sts"))


def _perimeter(policy: Ready, estate: Estate, given: Filling, bound: Accounts) -> Looks:
    """Resources that somebody outside the organization reaches today; partners of the params file stay let in."""
    used = {row["resource_arn"]: _ago(estate, _seen(row["last_used_at"])) for row in estate.source("roles").rows}
    for row in estate.source("exposures").rows:
        kind, one = str(row["resource_type"]), bound.get(row["account_id"])
        service = next((service for head, service in GUARDED.items() if kind.startswith(head)), "")
        if one is None or DATA_CALLS.get(service) not in one.newly:
            continue
        if isinstance(row["level"], Unseen):
            yield from sorted(row["level"].gaps)
        elif row["level"] in ("public", "external") and (who := _outside(row)):
            last = f"; {_used(used.get(row['resource_arn']))}" if service == "sts" else ""
            noun = kind.rpartition("::")[2].lower()
            yield Stopped(row["account_id"], f"{noun} {row['resource_id']}", f"lets in {', '.join(who)}{last}")
    yield "Who outside actually reads was not seen: data events are not part of a run."
    yield from (gap for gap in _lost(estate, "exposures") if _about_guarded(gap))


def _about_guarded(gap: str) -> bool:
    """True if the gap is about a service that the policy guards."""
    told = gap.removeprefix("table ")
    return told.startswith((*(f"{service}:" for service in _SERVICES), *(f"{service}_" for service in _SERVICES)))


def _outside(row: Cells) -> list[str]:
    """Whom it lets in that the policy keeps out: no AWS service, and nobody with a token of OIDC or SAML."""
    who = row["who"].items if isinstance(row["who"], Partial) else _seen(row["who"]) or ()
    named = sorted({"everybody" if one == "*" else str(one) for one in who})
    return [w for w in named if not w.endswith(".amazonaws.com") and "-provider/" not in w]


_LOOKS: Mapping[str, Callable[[Ready, Estate, Filling, Accounts], Looks]] = {
    "leaving": _leaving,
    "root": _root,
    "regions": _regions,
    "security": _rights,
    "users": _users,
    "exception": _exception,
    "perimeter": _perimeter,
}
