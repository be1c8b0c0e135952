"""The steps of an estate of plain mappings, by the rules of the fact `edges`; it knows no people of Identity Center."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from orienteer.ask.estate import Estate
from orienteer.ask.known import Chain, Person, Policies, Thing
from orienteer.facts.entries import bucket_entries, bucket_of, entries
from orienteer.facts.seen import Cells
from orienteer.policy.exposure import assumers
from orienteer.policy.guardrails.chain import Levels
from orienteer.policy.language.document import Document
from orienteer.policy.rights.capability import Memo
from orienteer.policy.rights.escalation import AdminPath, Principal, admin_paths
from orienteer.policy.rights.reading import reading
from orienteer.policy.rights.steps import Step, Surroundings, assumptions, climbs, subjects_of
from orienteer.policy.trust.web_identity import web_trusts


def steps_of(estate: Estate, buckets: Iterable[str] = ()) -> tuple[Step, ...]:
    """Every step between its principals, and to these buckets (ARNs)."""
    around, memo = _around(estate), dict[tuple[object, ...], object]()
    people = [_principal(one, estate) for one in estate.people.values()]
    paths = _paths(people, around)
    found = list(_inside(people, paths, around, memo, sorted(estate.accounts)))
    read, members = frozenset(one.account_id for one in people), frozenset(estate.accounts)
    found += entries(_roles(estate), around, members, read)
    for arn in buckets:
        thing = estate.things.get(arn)
        if thing is not None and not thing.policy.gaps:
            found += _to_bucket(thing, estate, people, paths, around, memo)
    return tuple(dict.fromkeys(found))


def gaps_of(estate: Estate) -> tuple[str, ...]:
    """What of the estate was not read and may hide steps."""
    found = list(estate.problems)
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


Paths = Mapping[str, Sequence[AdminPath]]


def _paths(people: Sequence[Principal], around: Surroundings) -> Paths:
    found: dict[str, list[AdminPath]] = {one.arn: [] for one in people}
    for path in admin_paths(people, now=around.now):
        found[path.principal].append(path)
    return found


def _strong(people: Iterable[Principal], paths: Paths) -> Mapping[str, list[Principal]]:
    """By account those who are or can become administrator."""
    found: dict[str, list[Principal]] = defaultdict(list)
    for one in people:
        if any(not path.blocked_by for path in paths[one.arn]):
            found[one.account_id].append(one)
    return found


def _admins(paths: Paths) -> frozenset[str]:
    return frozenset(arn for arn, found in paths.items() if any(p.kind == "admin" and not p.blocked_by for p in found))


def _inside(
    people: Sequence[Principal], paths: Paths, around: Surroundings, memo: Memo, members: Sequence[str]
) -> Iterator[Step]:
    strong, subjects = _strong(people, paths), subjects_of(people, around, memo)
    for subject in subjects:
        me = subject.principal
        yield from climbs(subject, paths[me.arn], strong.get(me.account_id, ()), members, memo)
    yield from assumptions(subjects, around, memo, administrators=_admins(paths))


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


def _to_bucket(
    thing: Thing, estate: Estate, people: Sequence[Principal], paths: Paths, around: Surroundings, memo: Memo
) -> Iterator[Step]:
    own = _row(thing, _first(thing.policy))
    bucket = bucket_of(own)
    if bucket is not None:
        subjects = subjects_of(people, around, memo)
        yield from reading(subjects, _admins(paths), _strong(people, paths), bucket, around, memo)
    acl = _first(None if thing.block.ignore_public_acls is True else thing.acl)
    read, members = frozenset(one.account_id for one in people), frozenset(estate.accounts)
    for row in (own, *((_row(thing, acl),) if acl else ())):
        yield from bucket_entries(row, around, members, read)


def _row(thing: Thing, policy: Document | None) -> Cells:
    """The bucket as facts have it, with this policy; its ACL comes as a policy of its own."""
    return Cells(
        resource_arn=thing.arn,
        bucket=thing.arn.rpartition(":")[2],
        account_id=thing.account,
        policy=policy and policy.text,
        grants=None,
        owner_id=None,
        acls_off=True,
        ignores_acls=thing.block.ignore_public_acls is True,
        restricts=thing.block.restrict_public_buckets is True,
        is_public=thing.public,
    )
