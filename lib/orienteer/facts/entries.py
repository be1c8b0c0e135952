"""Steps that begin outside the roles and users of the accounts: strangers, tokens, people of Identity Center."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from orienteer.facts.goals import Goal, Sources
from orienteer.facts.identity_center import known_people
from orienteer.facts.powers import RESERVED
from orienteer.facts.seen import Cells, Unseen
from orienteer.facts.values import documents
from orienteer.policy.exposure import Access, Acl, Block, Reacher, bucket_reachers, reachers
from orienteer.policy.guardrails.chain import statement_words
from orienteer.policy.language.document import parse
from orienteer.policy.rights.data_actions import DATA_KEY, DECRYPT
from orienteer.policy.rights.delegated import CENTER, STACK_SETS, Homes, by_administrators
from orienteer.policy.rights.reading import BY_KEY, Key, Resource
from orienteer.policy.rights.steps import Step, Surroundings, open_conditions, rcp_blocks, trust_words
from orienteer.policy.rights.ways import Principal
from orienteer.policy.trust.web_identity import WebTrust

INTERNET = "internet"


def entries(
    roles: Iterable[Cells], around: Surroundings, members: frozenset[str], read: frozenset[str]
) -> Iterator[Step]:
    """How those get in whose own policies nobody here can read: strangers, other organizations, token issuers.

    `read` are the accounts whose principals were read: what those may assume, their own policies tell.
    """
    for role in roles:
        access, webs = role["access"], role["web_identities"]
        if not isinstance(access, Access):
            continue
        target = Principal(role["role_arn"], "role", role["account_id"])
        for one in access.reachers:
            known = _Held(role["account_id"], around.org_id, members, read)
            for start in _starts(one, known, webs if isinstance(webs, tuple) else ()):
                yield _entry(start, one, target, role["trust_policy"], around, _web(one, webs))


@dataclass(frozen=True, slots=True)
class _Held:
    """What is known around a resource: its account, the organization, its members, accounts with principals read."""

    own: str
    org_id: str
    members: frozenset[str]
    read: frozenset[str]


def _starts(one: Reacher, known: _Held, webs: Iterable[WebTrust]) -> Iterator[str]:
    """The nodes that stand for the caller; none for those whose own steps are known."""
    if one.kind in ("anonymous", "anybody"):
        yield INTERNET
    elif one.kind == "account" and one.who != known.own and one.who not in known.read:
        yield f"{'member' if one.who in known.members else 'account'}:{one.who}"
    elif one.kind == "organization" and one.who != known.org_id:
        yield f"organization:{one.who}"
    elif one.kind == "federated" and ":saml-provider/AWSSSO_" not in one.who:
        web = _web(one, tuple(webs))
        yield f"saml:{one.who}" if web is None else f"oidc:{web.issuer}"
        if one.level == "public":
            yield INTERNET


def _web(one: Reacher, webs: Any) -> WebTrust | None:
    found = webs if isinstance(webs, tuple) else ()
    return next((web for web in found if (web.provider, web.statement) == (one.principal, one.statement)), None)


def _entry(
    start: str, one: Reacher, target: Principal, policy: Any, around: Surroundings, web: WebTrust | None
) -> Step:
    statement = next(s for s in parse(policy).statements if s.index == one.statement)
    blocked = rcp_blocks(target, one.actions[0], _request(one, target, around), around)
    step = Step(
        start,
        target.arn,
        "trust",
        target.account_id,
        opened=trust_words(target.arn, statement),
        actions=one.actions,
        conditions=open_conditions(statement),
        blocked_by="rcp" if blocked else "",
    )
    return step if web is None else replace(step, claim=web.claim, accepts=web.values)


def _request(one: Reacher, target: Principal, around: Surroundings) -> dict[str, Any]:
    """The request that shows that the caller gets in, as a resource control policy sees it."""
    named = {"aws:principalaccount": one.who} if one.kind == "account" else {}
    owned = {"aws:resourceaccount": target.account_id, "aws:resourceorgid": around.org_id}
    return {**one.witness, **named, **owned}


# --- Identity Center


def assigned(assignments: Iterable[Cells], roles: Iterable[Principal], users: Mapping[str, Cells]) -> Iterator[Step]:
    """From people to their groups, and from people and groups to the roles that permission sets leave in accounts."""
    by_set: dict[tuple[str, str], Principal] = {}
    for role in roles:
        name = re.fullmatch(r"AWSReservedSSO_(.+)_[0-9a-f]{16}", role.arn.rpartition("/")[2])
        if name and f":role{RESERVED}" in role.arn:
            by_set[role.account_id, name[1]] = role
    for row in assignments:
        role_there = by_set.get((row["assigned_account"], row["permission_set"])) if row["principal_id"] else None
        if role_there is None:
            continue
        holder = _holder(row, users)
        given = f"permission set {row['permission_set']} in {row['assigned_account']}"
        yield Step(holder, role_there.arn, "assignment", role_there.account_id, opened=f"{given} assigned to {holder}")
        if row["is_group"]:
            for person in known_people(row):
                who = _person(person, users)
                yield Step(who, holder, "membership", row["account_id"], given=(f"{who} in {holder}",))


def _holder(row: Cells, users: Mapping[str, Cells]) -> str:
    if not row["is_group"]:
        return _person(row["principal_id"], users)
    name = row["group_name"]
    return f"group:{name if isinstance(name, str) else row['principal_id']}"


def _person(user_id: str, users: Mapping[str, Cells]) -> str:
    name = users[user_id].get("user_name") if user_id in users else None
    return f"person:{name if isinstance(name, str) else user_id}"


def homes_of(sources: Sources) -> Homes | None:
    """The accounts that administer Identity Center, root access and StackSets; None where that was not all read.

    What the organization trusts is told in its management account (or a delegate) alone.
    """
    (org,) = sources("the_organization").rows
    told = [row for row in sources("organization").rows if row["account_id"] == row["management_account_id"]]
    tables = [sources(f"organization_{name}_services") for name in ("trusted", "delegated")]
    if not told or not isinstance(org["management"], str) or any(table.gaps for table in tables):
        return None
    trusted, delegated = tables
    accounts: dict[str, set[str]] = defaultdict(set)
    for row in delegated.rows:
        accounts[str(row["service_principal"])].add(str(row["account_id"]))
    for row in trusted.rows:
        accounts[str(row["service_principal"])].add(org["management"])
    members = tuple(str(one) for one in org["members"].items)
    return Homes(members, org["management"], {name: frozenset(found) for name, found in accounts.items()})


def provided(
    centers: Iterable[Cells], delegated: Iterable[Cells], members: Iterable[str], management: Any, homes: Homes | None
) -> Iterator[Step]:
    """From administering what runs for the whole organization to administering every account that it reaches.

    Identity Center is told by its own instance, too: https://docs.aws.amazon.com/singlesignon/latest/userguide/delegated-admin.html
    """
    owners = {str(one["owner"]) for one in centers if one["is_main"] is True and isinstance(one["owner"], str)}
    if owners:
        named = {str(r["account_id"]) for r in delegated if r["service_principal"] == CENTER}
        known = management if isinstance(management, str) else next(iter(owners))
        yield from by_administrators(Homes(tuple(members), known, {CENTER: frozenset(owners | named)}), [CENTER])
    if homes is not None:
        yield from by_administrators(homes, [STACK_SETS])


# --- resources


def goal_entries(
    goal: Goal, around: Surroundings, members: frozenset[str], read: frozenset[str], own_networks: frozenset[str]
) -> Iterator[Step]:
    """Who from outside the organization reads or writes it by its policy or ACL, and may use the key it takes.

    What was not read of a bucket's ACL lets nobody in here, and what was not read of its block keeps everybody out: no
    step that is told is false, and the goal's gaps say that there may be more.
    """
    resource = goal.resource
    known = _Held(resource.account_id, around.org_id, members, read)
    target, keys = Principal(resource.arn, "resource", resource.account_id), _reached_key(resource, around)
    for one in _reachers(goal, around, own_networks).reachers:
        asked = _request(one, target, around)
        left = tuple(act for act in one.actions if not rcp_blocks(target, act, asked, around))
        opened = f"{resource.noun}: {_statement(resource.policy, one)}"
        for start in _starts(one, known, ()):
            step = Step(
                start,
                resource.arn,
                "resource policy",
                resource.account_id,
                opened=opened,
                actions=left or one.actions,
                blocked_by="" if left else "rcp",
            )
            yield step if keys is None else _with_key(step, one, resource.key, keys)


def _reachers(goal: Goal, around: Surroundings, own_networks: frozenset[str]) -> Access:
    """Who gets in; settings that were not read count as on."""
    resource, row = goal.resource, goal.bucket
    ground: dict[str, Any] = {
        "account_id": resource.account_id,
        "org_id": around.org_id or None,
        "own_networks": own_networks,
    }
    if row is None:
        return reachers(resource.policy, resource.uses.all, (resource.arn + resource.uses.below,), **ground)
    return bucket_reachers(
        resource.policy,
        resource.uses.all,
        resource.arn,
        Acl(documents(row["grants"]), _known(row["owner_id"]) or "", not row["acls_off"]),
        Block(bool(row["ignores_acls"]), bool(row["restricts"])),
        _known(row["is_public"]),
        **ground,
    )


def _reached_key(resource: Resource, around: Surroundings) -> tuple[Reacher, ...] | None:
    """Who may use its key by the key's policy; None where it takes none."""
    key = resource.key
    if key is None or not resource.uses.keyed:
        return None
    if key.aws_managed:
        return ()
    ground: dict[str, Any] = {"account_id": key.account_id, "org_id": around.org_id or None}
    found = reachers(key.policy, (DECRYPT, DATA_KEY), (key.arn,), resource_type="AWS::KMS::Key", **ground)
    return found.reachers


def _with_key(step: Step, one: Reacher, key: Key | None, users: Iterable[Reacher]) -> Step:
    """The step with the statement of the key's policy that lets the same caller in; nobody uses a key unsigned."""
    arn = key.arn if key else ""
    same = (
        user
        for user in users
        if one.kind != "anonymous" and ((user.kind, user.who) == (one.kind, one.who) or user.kind == "anybody")
    )
    user = next(same, None)
    if user is None:
        return replace(step, key=arn, blocked_by=step.blocked_by or BY_KEY)
    return replace(step, key=arn, key_opened=f"key policy: {_statement(key.policy if key else None, user)}")


def _statement(policy: Any, one: Reacher) -> str:
    """The statement that lets it in as other steps name it; a grant of an ACL, which is none, by its own name."""
    listed = (s for s in parse(policy).statements if (s.index, s.sid) == (one.statement, one.sid))
    return next((statement_words(s) for s in listed), one.sid)


def _known(cell: Any) -> Any:
    return None if isinstance(cell, Unseen) else cell
