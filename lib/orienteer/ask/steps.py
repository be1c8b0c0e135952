"""The steps of an estate of plain mappings, by the rules of the fact `edges`.

It knows no people of Identity Center, and no keys that encrypt a resource.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from orienteer.ask.estate import Estate
from orienteer.ask.known import Chain, Person, Policies, Thing
from orienteer.facts.entries import entries, goal_entries
from orienteer.facts.goals import Goal, with_grants
from orienteer.facts.seen import Cells
from orienteer.policy.exposure import assumers
from orienteer.policy.guardrails.chain import Levels
from orienteer.policy.language.document import Document
from orienteer.policy.rights.escalation import AdminPath, Principal, admin_paths
from orienteer.policy.rights.network import Network
from orienteer.policy.rights.reading import Resource
from orienteer.policy.rights.steps import Step, Surroundings
from orienteer.policy.trust.web_identity import web_trusts


def network_of(estate: Estate) -> Network:
    """Its principals, with the guardrails above them."""
    around = _around(estate)
    people = [_principal(one, estate) for one in estate.people.values()]
    paths: dict[str, list[AdminPath]] = {one.arn: [] for one in people}
    for path in admin_paths(people, now=around.now):
        paths[path.principal].append(path)
    return Network(people, paths, around, tuple(sorted(estate.accounts)))


def steps_of(estate: Estate, network: Network) -> tuple[Step, ...]:
    """Every step between its principals."""
    found = [*network.inside(), *entries(_roles(estate), network.around, frozenset(estate.accounts), network.held)]
    return tuple(dict.fromkeys(found))


def into(estate: Estate, network: Network, goal: Resource) -> Iterator[Step]:
    """The steps to a resource of it."""
    yield from network.into(goal)
    thing = estate.things[goal.arn]
    acl = _first(None if thing.block.ignore_public_acls is True else thing.acl)
    for policy in (goal.policy, *((acl.text,) if acl else ())):
        row = _row(thing) if ":s3:::" in goal.arn else None
        one = Goal(replace(goal, policy=policy), row)
        yield from goal_entries(one, network.around, frozenset(estate.accounts), network.held, _networks(estate))


def goal_of(estate: Estate, arn: str) -> Resource | None:
    """The resource as the rights engine takes it; None where its policy was not read."""
    thing = estate.things.get(arn)
    if thing is None or thing.policy.gaps or thing.grants_gaps:
        return None
    document, grants = _first(thing.policy), [{"grantee": g.grantee, "operations": g.operations} for g in thing.grants]
    policy = document.text if document else None
    if grants:
        policy = with_grants(policy, [{"grant_id": n, **one} for n, one in enumerate(grants)])
    cut = thing.block.restrict_public_buckets is True and thing.public is True
    return Resource(arn, thing.account, policy, cut, must_let_in=":kms:" in arn)


def _networks(estate: Estate) -> frozenset[str]:
    endpoints = estate.endpoints.values()
    return frozenset(name for one in endpoints for name in (one.id, one.vpc) if name)


def gaps_of(estate: Estate) -> tuple[str, ...]:
    """What of the estate was not read and may hide steps."""
    found = [*estate.unread, *estate.problems]
    for one in estate.people.values():
        found += [*one.policies.gaps, *(one.boundary.gaps if one.boundary else ()), *one.trust.gaps]
    for account in estate.accounts.values():
        found += account.unlisted
        if account.id == estate.management:
            continue  # no guardrail binds it
        for chain, words in ((account.scps, "service"), (account.rcps, "resource")):
            lost = chain is None or any(level.gaps for level in chain)
            found += [f"the {words} control policies above {account.id} were not all read"] if lost else []
    return tuple(dict.fromkeys(found))


def _around(estate: Estate) -> Surroundings:
    scps, rcps = dict[str, Levels](), dict[str, Levels]()
    for account in estate.accounts.values():
        for chain, into in ((account.scps, scps), (account.rcps, rcps)):
            if chain:
                into[account.id] = _levels(chain)
    return Surroundings(estate.organization, scps, rcps, estate.moment)


def _levels(chain: Chain) -> Levels:
    """The documents by level; none where one was not read: a guardrail that nobody read closes no step."""
    if any(level.gaps for level in chain):
        return ()
    return tuple(tuple(document for _, document in level.named) for level in chain)


def _first(policies: Policies | None) -> Document | None:
    return policies.named[0][1] if policies and policies.named else None


def _principal(one: Person, estate: Estate) -> Principal:
    account = estate.accounts.get(one.account)
    chain = account.scps if account else ()
    boundary, trust = _first(one.boundary), _first(one.trust)
    return Principal(
        arn=one.arn,
        kind=one.kind,
        account_id=one.account,
        policies=one.policies.named,
        boundary=boundary and boundary.text,
        scps=_levels(chain) if chain else (),
        trust=trust and trust.text,
        tags=tuple((one.tags or {}).items()),
    )


def _roles(estate: Estate) -> Iterator[Cells]:
    """Roles as `entries` takes them."""
    for one in estate.people.values():
        trust = _first(one.trust)
        if one.kind == "role" and trust is not None and not one.service_linked:
            access = assumers(trust.text, account_id=one.account, org_id=estate.organization or None)
            yield Cells(
                role_arn=one.arn,
                account_id=one.account,
                trust_policy=trust.text,
                access=access,
                web_identities=web_trusts(trust.text),
            )


def _row(thing: Thing) -> Cells:
    """The bucket as facts have it; its ACL comes as a policy of its own."""
    return Cells(
        policy=None,
        grants=None,
        owner_id=None,
        acls_off=True,
        ignores_acls=thing.block.ignore_public_acls is True,
        restricts=thing.block.restrict_public_buckets is True,
        is_public=thing.public,
    )
