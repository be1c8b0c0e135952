"""Users and roles with their power, and the ways by which each could become administrator, over all accounts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import pandas as pd

from orienteer.facts.fact import Fact
from orienteer.facts.principals import attached, policy_texts, principals
from orienteer.facts.seen import Cells, Partial, Row, Unseen, gaps_of
from orienteer.facts.source import BOOLS, Gap, Source
from orienteer.facts.values import documents, keys_at, not_asked
from orienteer.model import GLOBAL, KEYS
from orienteer.policy import parse
from orienteer.policy.language.document import Document
from orienteer.policy.language.match import action_matches, wildcard
from orienteer.policy.rights.capability import Memo, actor, held_anywhere
from orienteer.policy.rights.combinations import COMBINATIONS, UNBINDING
from orienteer.policy.rights.escalation import AdminPath, Principal, admin_paths
from orienteer.policy.rights.identity import identity

KNOWN_SETS = tuple(c.actions for c in (*COMBINATIONS, *UNBINDING))
"""Every combination the policy engine knows; a superset of the catalogue's list."""
KNOWN = tuple(frozenset(action.lower() for action in actions) for actions in KNOWN_SETS)
RESERVED, SERVICE_ROLES = "/aws-reserved/", "/aws-service-role/"
DETAILS_API = "iam:GetAccountAuthorizationDetails"
DEPLOYING = (
    "lambda:updatefunctioncode",
    "lambda:createfunction",
    "cloudformation:createstack",
    "cloudformation:updatestack",
    "ecs:updateservice",
    "s3:putobject",
    "ecr:putimage",
    "ec2:runinstances",
    "iam:passrole",
    "codedeploy:createdeployment",
    "ssm:sendcommand",
)
"""Actions of which a principal that deploys holds at least one."""
TELLING = (
    "iam_user_details",
    "iam_groups",
    "iam_roles",
    "iam_local_policies",
    "iam_aws_policy_versions",
    "iam_aws_boundary_versions",
)


def _powers(
    iam_user_details: Source,
    iam_groups: Source,
    iam_roles: Source,
    iam_local_policies: Source,
    iam_aws_policy_versions: Source,
    iam_aws_boundary_versions: Source,
    guardrails: Source,
    the_organization: Source,
    *,
    escalation_sets: Sequence[Sequence[str]] = KNOWN_SETS,
    as_of: pd.Timestamp,
) -> Iterator[Cells | Gap]:
    """One row per user and role, then one per account whose users and roles were all listed."""
    people = (iam_user_details, iam_groups, iam_roles)
    policies = (iam_local_policies, iam_aws_policy_versions, iam_aws_boundary_versions)
    texts = policy_texts(*(source.rows for source in policies))
    (rails,) = guardrails.rows
    chains = {n.id: n.levels for n in rails["partly"].accounts if n.whole} if not rails["gaps"] else {}
    listed = principals(iam_user_details.rows, iam_groups.rows, iam_roles.rows, texts, chains)
    now = as_of.to_pydatetime()
    wanted = tuple(_lower(one) for one in escalation_sets)
    hidden = _Hidden((*people, *policies), the_organization.rows[0]["members"])
    power = _Power(iam_groups, texts, _paths(listed, now), wanted, hidden, now)
    found: dict[str, list[Cells]] = defaultdict(list)
    holders = [one for one in listed if one.kind != "group"]
    for who, one in zip([*iam_user_details.rows, *iam_roles.rows], holders, strict=True):
        row = power.row(who, one)
        found[one.account_id].append(row)
        yield row
    unlisted = [*iam_user_details.gaps, *iam_roles.gaps]
    for account, rows in sorted(found.items()):
        if not any(gap.hides(account, "") for gap in unlisted):
            yield _account(account, rows)
    yield from unlisted


def _paths(listed: Sequence[Principal], now: datetime) -> Mapping[str, Sequence[AdminPath]]:
    """What makes each principal administrator, and how it could become one, by its ARN."""
    found: dict[str, list[AdminPath]] = defaultdict(list)
    for path in admin_paths(listed, now=now):
        found[path.principal].append(path)
    return found


def _account(account: str, rows: list[Cells]) -> Cells:
    """The row about an account: its administrators."""
    gaps = gaps_of(*(row["admin"] for row in rows))
    admins = tuple(row for row in rows if isinstance(row["admin"], AdminPath))
    return Cells(
        keys_at(account, account),
        kind="account",
        resource_type="AWS::::Account",
        path=None,
        boundary=None,
        last_used=None,
        on_machines=False,
        profiles=(),
        admin=None,
        ways=Partial(()),
        administrators=Partial(admins, gaps),
        identity=None,
        deploys=False,
    )


class _Hidden:
    """What was not read: of a principal's own rights, of its account, and of accounts where it may assume roles."""

    def __init__(self, read: Sequence[Source], members: Partial) -> None:
        self.read, self.members = read, members
        self.texts = read[3:]
        asked = {row["account_id"] for row in read[2].rows} | {g.account_id for s in read for g in s.gaps}
        self.others = {g.account_id: self.at(g.account_id) for s in read for g in s.gaps if g.account_id}
        for account in members.items:
            if account not in asked and read[2].rows:
                self.others[account] = frozenset({not_asked(DETAILS_API, account, GLOBAL)})

    def at(self, account: str) -> frozenset[str]:
        """The gaps that hide something of an account's principals or policies."""
        return frozenset[str]().union(*(source.hidden(account) for source in self.read))

    def of_texts(self, who: Mapping[str, Any], groups: Source, texts: Mapping[tuple[str, str], str]) -> frozenset[str]:
        """The gaps behind a policy, group or boundary of its own that was not read: it may deny what others allow."""
        account = who["account_id"]
        named = documents(who.get("groups"))
        held = [g for name in named for g in groups.find({"account_id": account, "group_name": name})]
        missing = any(attached(one, texts)[1] for one in (who, *held))
        missing = missing or bool(who["boundary_arn"] and (account, who["boundary_arn"]) not in texts)
        gaps = frozenset[str]().union(*(source.hidden(account) for source in self.texts)) if missing else frozenset()
        return gaps | (groups.hidden(account) if len(held) < len(named) else frozenset())

    def beyond(self, one: Principal) -> frozenset[str]:
        """The gaps of other accounts in which it may assume roles: one of those may be stronger."""
        if not self.others:
            return frozenset()
        reach = _reach(tuple(parse(text) for _, text in one.policies))
        return frozenset[str]().union(
            *(
                gaps
                for account, gaps in self.others.items()
                if account != one.account_id and any(wildcard(pattern, account) for pattern in reach)
            )
        )


@dataclass(frozen=True)
class _Power:
    """What the rows of users and roles are made from: texts of policies, paths to administrator, what was not read.

    `wanted` are the sets of actions that count as ways to more power.
    """

    groups: Source
    texts: Mapping[tuple[str, str], str]
    paths: Mapping[str, Sequence[AdminPath]]
    wanted: Sequence[frozenset[str]]
    hidden: _Hidden
    now: datetime

    @cached_property
    def unknown(self) -> list[frozenset[str]]:
        """Those of the wanted sets that hold none the policy engine knows."""
        return [one for one in self.wanted if not any(one <= known for known in KNOWN)]

    def row(self, who: Mapping[str, Any], one: Principal) -> Cells:
        """The row of a user or role."""
        own = self.hidden.of_texts(who, self.groups, self.texts)
        dark = self.hidden.at(one.account_id) | self.hidden.beyond(one)
        admin = next((path for path in self.paths.get(one.arn, ()) if path.kind == "admin"), None)
        deploys, profiles = _deploys(one), documents(who.get("instance_profiles"))
        name = who.get("role_name") or who.get("user_name") or who["resource_id"]
        return Cells(
            keys_at(one.account_id, name, one.arn, region=who["region"] or GLOBAL),
            kind=one.kind,
            resource_type=f"AWS::IAM::{one.kind.capitalize()}",
            path=who["path"] or "/",
            boundary=who["boundary_arn"],
            last_used=who.get("last_used_at"),
            on_machines=bool(profiles),
            profiles=tuple(map(str, profiles)),
            admin=Unseen(own) if own else admin,
            ways=Partial((), own | dark) if own else Partial(self._ways(one), dark),
            administrators=None,
            identity=Unseen(own) if own else one,
            deploys=Unseen(own, BOOLS[:2]) if own and not deploys else deploys,
        )

    def _ways(self, one: Principal) -> tuple[AdminPath, ...]:
        """How it could become administrator, by the sets that are wanted."""
        paths = (path for path in self.paths.get(one.arn, ()) if path.kind == "escalation")
        ways = [path for path in paths if any(actions <= _lower(path.actions) for actions in self.wanted)]
        return (*ways, *_held(one, self.unknown, self.now))


def _reach(policies: Iterable[Document]) -> frozenset[str]:
    """Patterns of the accounts whose roles these policies may let one assume."""
    found: set[str] = set()
    for statement in (s for document in policies for s in document.statements if s.effect == "Allow"):
        if action_matches(statement, "sts:assumerole"):
            parts = [resource.split(":", 5) for resource in statement.resources or ("*",)]
            found |= {fields[4] if len(fields) == 6 else "*" for fields in parts}
    return frozenset(found)


def _deploys(one: Principal) -> bool:
    statements = [s for _, text in one.policies for s in parse(text).statements if s.effect == "Allow"]
    return any(action_matches(s, action) for s in statements for action in DEPLOYING)


def _lower(actions: Iterable[str]) -> frozenset[str]:
    return frozenset(action.lower() for action in actions)


def _held(who: Principal, sets: Sequence[frozenset[str]], now: datetime) -> list[AdminPath]:
    """The sets of the client's own, unknown to the policy engine, of which the principal may do every action."""
    if not sets:
        return []
    one = actor(identity(who.policies, who.boundary, who.scps), who.arn, who.account_id, dict(who.tags), now)
    memo: Memo = {}
    rights = {action: held_anywhere(one, action, memo) for action in frozenset().union(*sets)}
    found = []
    for actions in sets:
        named = " and ".join(sorted(actions))
        if actions and all(rights[action].granted for action in actions):
            blocked = next((rights[action].blocked_by for action in sorted(actions) if rights[action].blocked_by), "")
            via = tuple(dict.fromkeys(rights[action].policy for action in sorted(actions)))
            words = f"The {who.kind} may do {named}, which the client counts as a way to more power."
            found.append(AdminPath(who.arn, "escalation", named, tuple(sorted(actions)), "", via, (), blocked, words))
    return found


def is_admin(row: Row) -> bool:
    """It is administrator in effect: nothing takes that away."""
    return row.admin is not None and not row.admin.blocked_by


def via(row: Row) -> tuple[str, ...]:
    """The policies and statements that make it administrator."""
    return tuple(row.admin.via) if row.admin else ()


def combinations(row: Row) -> tuple[str, ...]:
    """The combinations of rights by which it could become administrator."""
    return tuple(dict.fromkeys(way.combination for way in row.ways))


PRINCIPALS = Fact(
    "principals",
    "One row per user and role: whether it is administrator, and how it could become one; one per account beside.",
    rows=_powers,
    made={
        "": TELLING,
        **dict.fromkeys(
            (
                *KEYS,
                "resource_type",
                "kind",
                "path",
                "boundary",
                "last_used",
                "on_machines",
                "profiles",
                "admin",
                "administrators",
                "identity",
                "deploys",
            ),
            TELLING,
        ),
        "ways": (*TELLING, "guardrails", "the_organization.members"),
    },
    columns=(is_admin, via, combinations),
    hidden=frozenset({"admin", "ways", "administrators", "identity", "profiles"}),
    resource_type="AWS::IAM::Role",
)
