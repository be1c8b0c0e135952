"""Steps that begin outside the roles and users of the accounts: strangers, tokens, people of Identity Center."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from orienteer.facts.identity_center import known_people
from orienteer.facts.powers import RESERVED
from orienteer.facts.seen import Cells, Unseen
from orienteer.facts.values import documents
from orienteer.policy.exposure import Access, Acl, Block, Reacher, bucket_reachers
from orienteer.policy.language.document import parse
from orienteer.policy.rights.reading import READ, Bucket
from orienteer.policy.rights.steps import Step, Surroundings, admin_of, open_conditions, rcp_blocks, trust_words
from orienteer.policy.rights.ways import Principal
from orienteer.policy.trust.web_identity import WebTrust

INTERNET = "internet"
_SSO, _IAM = "sso.amazonaws.com", "iam.amazonaws.com"


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


def provided(
    centers: Iterable[Cells], delegated: Iterable[Cells], members: Iterable[str], management: Any
) -> Iterator[Step]:
    """From administering Identity Center's home (or its delegate) to administering every account it reaches.

    A delegate cannot touch what holds the management account:
    https://docs.aws.amazon.com/singlesignon/latest/userguide/delegated-admin.html
    """
    homes = {str(one["owner"]) for one in centers if one["is_main"] is True and isinstance(one["owner"], str)}
    if not homes:
        return
    delegates = {str(r["account_id"]) for r in delegated if r["service_principal"] == _SSO} - homes
    for home in sorted({*homes, *delegates}):
        for account in members:
            if account != home and not (home in delegates and account == management):
                yield Step(
                    admin_of(home), admin_of(account), "organization", account, actions=("sso:CreateAccountAssignment",)
                )


# --- buckets


def bucket_of(row: Cells) -> Bucket | None:
    """The bucket as the rights engine takes it; None where its policy was not read."""
    if isinstance(row["policy"], Unseen):
        return None
    arn = row["resource_arn"] or f"arn:aws:s3:::{row['bucket']}"
    cut = row["restricts"] is True and row["is_public"] is True
    return Bucket(arn, row["account_id"], row["policy"], cut)


ENTRY_CELLS = ("policy", "grants", "ignores_acls", "restricts", "acls_off")
"""Columns of a bucket without which nobody knows who gets in."""


def bucket_entries(row: Cells, around: Surroundings, members: frozenset[str], read: frozenset[str]) -> Iterator[Step]:
    """Who from outside the organization reads the bucket by its policy or ACL, as block public access leaves them."""
    bucket = bucket_of(row)
    if bucket is None or any(isinstance(row[name], Unseen) for name in ENTRY_CELLS):
        return
    access = bucket_reachers(
        row["policy"],
        (READ,),
        bucket.arn,
        Acl(documents(row["grants"]), _known(row["owner_id"]) or "", not row["acls_off"]),
        Block(bool(row["ignores_acls"]), bool(row["restricts"])),
        _known(row["is_public"]),
        account_id=row["account_id"],
        org_id=around.org_id or None,
    )
    target = Principal(bucket.arn, "resource", bucket.account_id)
    for one in access.reachers:
        for start in _starts(one, _Held(row["account_id"], around.org_id, members, read), ()):
            blocked = rcp_blocks(target, READ, _request(one, target, around), around)
            opened = f"bucket policy: {one.sid or f'statement {one.statement + 1}'}"
            yield Step(
                start,
                bucket.arn,
                "resource policy",
                bucket.account_id,
                opened=opened,
                actions=(READ,),
                blocked_by="rcp" if blocked else "",
            )


def _known(cell: Any) -> Any:
    return None if isinstance(cell, Unseen) else cell
