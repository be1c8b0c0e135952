"""What a guardrail would take of resources: whom their policies let in today, inside and outside, and who loses that.

By hand: a queue lets in account 9 outside the organization and a role of its own account by name.  A resource control
policy that spares the organization keeps account 9 out and leaves the role alone; a service control policy that denies
`sqs:*` takes the queue from the role, though no policy of the role's own names it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from orienteer.ask.access import answer, can
from orienteer.ask.answer import Answer
from orienteer.ask.caller import Caller, caller_of
from orienteer.ask.estate import Estate
from orienteer.ask.known import Account, Chain, Policies
from orienteer.ask.question import target_of
from orienteer.ask.who import who_can
from orienteer.facts.entries import INTERNET
from orienteer.facts.tree import RCP
from orienteer.policy.guardrails.bound import RCP_SERVICES
from orienteer.policy.guardrails.chain import Levels
from orienteer.policy.keys import key_of
from orienteer.policy.language.document import Document, Statement
from orienteer.policy.language.match import action_matches, resource_matches
from orienteer.policy.rights.data_actions import data_actions

MOST_TRIES = 40_000
"""Requests that are put to the engine for one policy; where there are more, that is said."""
_ASSUMING = ("sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML")


@dataclass(frozen=True, slots=True)
class Kept:
    """Who does these actions on a resource today and would not: an ARN, an account, a service, `internet`, ..."""

    account_id: str
    resource: str
    region: str
    who: str
    actions: tuple[str, ...]
    inside: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    """A resource, what to ask about of it, and the policies on its side."""

    account: str
    arn: str
    region: str
    on: str
    actions: tuple[str, ...]
    policies: Policies


@dataclass
class Trial:
    """The estate as it is and with the policy; `people` by account are those in use."""

    before: Estate
    after: Estate
    document: Document
    people: Mapping[str, tuple[str, ...]]
    tries: int = 0
    known: dict[tuple[str, ...], bool] = field(default_factory=dict)

    def ask(self, estate: Estate, who: Caller, action: str, on: str) -> Answer:
        """The answer with open keys in the caller's favour."""
        self.tries += 1
        return answer(estate, who, target_of(estate, action, on, None), {}, None, True)

    @property
    def spent(self) -> bool:
        return self.tries > MOST_TRIES


def changed(estate: Estate, levels: Mapping[str, Levels], kind: str) -> Estate:
    """The estate with these chains in the place of those of its accounts; what was not read of them stays so."""
    accounts = dict(estate.accounts)
    for number, chain in levels.items():
        if number in accounts:
            was = accounts[number].rcps if kind == RCP else accounts[number].scps
            accounts[number] = _with(accounts[number], _chain(chain, was), kind)
    return replace(estate, accounts=accounts)


def _with(account: Account, chain: Chain, kind: str) -> Account:
    return replace(account, rcps=chain) if kind == RCP else replace(account, scps=chain)


def _chain(levels: Levels, was: Chain | None) -> Chain:
    gaps = ("guardrails above the account were not read",) if was is None else ()
    before = [level.gaps for level in was or ()]
    return tuple(
        Policies(
            tuple((f"policy {n + 1}", one) for n, one in enumerate(level)), before[at] if at < len(before) else gaps
        )
        for at, level in enumerate(levels)
    )


# --- resource control policies


def kept_out(trial: Trial, accounts: Collection[str]) -> Iterator[Kept | str]:
    """Whoever reaches a resource of these accounts today and would not, and as text what nobody can tell."""
    hanging: dict[str, int] = {}
    for asked in _asked(trial, accounts, RCP_SERVICES):
        if trial.spent:
            yield f"Only {MOST_TRIES:,} requests to resources were tried."
            break
        found: dict[tuple[str, bool], list[str]] = {}
        for action in asked.actions:
            for who, inside in (*_strangers(trial, asked, action, hanging), *_own(trial, asked, action)):
                found.setdefault((who, inside), []).append(action)
        for (who, inside), actions in found.items():
            yield Kept(asked.account, asked.arn, asked.region, who, tuple(actions), inside)
        yield from asked.policies.gaps
    for keys, count in sorted(hanging.items()):
        yield f"Whether {count} more would be kept out hangs on {keys}, which the snapshot does not tell."


def _strangers(trial: Trial, asked: _Asked, action: str, hanging: dict[str, int]) -> Iterator[tuple[str, bool]]:
    was = who_can(trial.before, action, asked.on, among=())
    trial.tries += 2
    if not was.outside and not was.everyone:
        return
    now = who_can(trial.after, action, asked.on, among=())
    if was.everyone and not now.everyone:
        yield INTERNET, False
    for name in was.outside:
        if name not in now.outside:
            yield name, False
            continue
        left, held = (can(one, name, action, asked.on) for one in (trial.after, trial.before))
        if held.allowed and left.answer == "unknown" and left.depends_on:
            keys = ", ".join(left.depends_on)
            hanging[keys] = hanging.get(keys, 0) + 1


def _own(trial: Trial, asked: _Asked, action: str) -> Iterator[tuple[str, bool]]:
    """Principals in use that the policy denies it and that hold it today."""
    each, alike = _tells_people_apart(trial.document), not _tells_resources_apart(trial.document)
    for people in trial.people.values():
        for one in people if each else people[:1]:
            key = (action, asked.account, asked.region, one, "" if alike else asked.arn)
            if key not in trial.known:
                trial.known[key] = _denied(trial, one, action, asked.on)
            for who in ((one,) if each else people) if trial.known[key] else ():
                caller = caller_of(trial.before, who)
                if isinstance(caller, Caller) and trial.ask(trial.before, caller, action, asked.on).allowed:
                    yield who, True


def _denied(trial: Trial, who: str, action: str, on: str) -> bool:
    """True if a resource control policy denies it then, whatever else there is."""
    caller = caller_of(trial.after, who)
    if not isinstance(caller, Caller):
        return False
    return any(by.layer == "rcp" for by in trial.ask(trial.after, caller, action, on).by if by.effect == "Deny")


def _tells_people_apart(document: Document) -> bool:
    return any(key_of(c.key).personal for s in document.statements for c in s.conditions)


def _tells_resources_apart(document: Document) -> bool:
    about = {key_of(c.key).about for s in document.statements for c in s.conditions}
    return bool(about & {"resource", "access point"}) or any(s.resources != ("*",) for s in document.statements)


# --- service control policies


def by_grant(trial: Trial, accounts: Collection[str], told: Collection[tuple[str, str]]) -> Iterator[Kept | str]:
    """Principals in use that hold an action by a policy of the resource itself and would lose it.

    Those of `told` (ARN, action) are known to lose it by their own policies.
    """
    for asked in _asked(trial, accounts, None):
        if trial.spent:
            yield f"Only {MOST_TRIES:,} requests to resources were tried."
            return
        for who in _named(asked, trial.people.get(asked.account, ())):
            caller = caller_of(trial.before, who)
            if not isinstance(caller, Caller) or caller.service_linked:
                continue
            lost = [
                action
                for action in asked.actions
                if (who, action) not in told
                and trial.ask(trial.before, caller, action, asked.on).allowed
                and trial.ask(trial.after, caller, action, asked.on).answer in ("implicit", "explicit")
            ]
            if lost:
                yield Kept(asked.account, asked.arn, asked.region, who, tuple(lost), inside=True)


def _named(asked: _Asked, people: Iterable[str]) -> list[str]:
    """Those of the people whom the resource's policy lets in by name, or with everybody."""
    listed = {
        value
        for _, document in asked.policies.named
        for statement in document.statements
        if statement.effect == "Allow"
        for kind, value in statement.principals or (("AWS", "*"),)
        if kind == "AWS"
    }
    return [one for one in people if one in listed or "*" in listed]


# --- what to ask


def _asked(trial: Trial, accounts: Collection[str], services: Collection[str] | None) -> Iterator[_Asked]:
    """Resources and roles of these accounts, each with the actions on it that the policy may take."""
    for arn, thing in sorted(trial.before.things.items()):
        service = arn.split(":", 3)[2]
        if thing.account not in accounts or thing.aws_managed or (services is not None and service not in services):
            continue
        uses = data_actions(arn)
        below = "/object/*" if ":accesspoint/" in arn else uses.below if uses else ""
        given = uses.all if uses else tuple(_exact(thing.policy, service))
        actions = _taken(trial.document, (*given, *_exact_in(trial.document, service)), arn + below)
        if actions:
            policies = Policies.joined((thing.policy, thing.acl, thing.open_acl))
            yield _Asked(thing.account, arn, thing.region, arn + below, actions, policies)
    for arn, role in sorted(trial.before.people.items()):
        if role.kind == "role" and role.account in accounts and not role.service_linked:
            actions = _taken(trial.document, _ASSUMING, arn)
            if actions:
                yield _Asked(role.account, arn, "", arn, actions, role.trust)


def _taken(document: Document, actions: Iterable[str], on: str) -> tuple[str, ...]:
    """Those of the actions that the policy may deny there; all of them where it allows but some."""
    lists = any(statement.effect == "Allow" and statement.actions != ("*",) for statement in document.statements)
    return tuple(dict.fromkeys(action for action in actions if lists or _may_deny(document, action, on)))


def _may_deny(document: Document, action: str, on: str) -> bool:
    return any(
        statement.effect == "Deny"
        and action_matches(statement, action.lower())
        and (resource_matches(statement, on, {}, version=document.version) or _inside(statement, on))
        for statement in document.statements
    )


def _inside(statement: Statement, on: str) -> bool:
    """True if the statement names something in the resource."""
    return any(one.startswith(on.removesuffix("*")) for one in statement.resources or ())


def _exact_in(document: Document, service: str) -> list[str]:
    """Actions of the service that Denies of the policy name in full."""
    return [a for s in document.statements if s.effect == "Deny" for a in _of(s, service)]


def _exact(policies: Policies, service: str) -> list[str]:
    """Actions of the service that Allows of a resource's policy name in full."""
    return [a for _, d in policies.named for s in d.statements if s.effect == "Allow" for a in _of(s, service)]


def _of(statement: Statement, service: str) -> Iterator[str]:
    wording = (
        one for one in statement.wording if statement.actions is not None and one.lower().startswith(f"{service}:")
    )
    return (one for one in wording if "*" not in one and "?" not in one)
