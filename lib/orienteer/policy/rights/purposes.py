"""What a set of policies is good for: whole services, reading an account, changing it, administering it.

Every answer is what the engine grants after the boundary and every Deny.  Worked by hand: ReadOnlyAccess with an inline
Deny on s3:GetObject reads, changes nothing and reads no data; with s3:* beside it, it `writes` s3:CreateBucket.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice

from orienteer.policy.language.actions import beyond_levels, expand
from orienteer.policy.language.document import Document
from orienteer.policy.language.match import action_matches
from orienteer.policy.rights.capability import Actor, Memo, actor, held, held_anywhere
from orienteer.policy.rights.escalation import Principal
from orienteer.policy.rights.identity import identity

SOURCE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html"
UNHEARD = "OrienteerUnheardOf"
"""An action that no service has: whoever may do it may do everything in the service."""
SURVEY = (
    "iam:ListRoles",
    "iam:ListUsers",
    "ec2:DescribeInstances",
    "ec2:DescribeSecurityGroups",
    "s3:ListAllMyBuckets",
    "rds:DescribeDBInstances",
    "lambda:ListFunctions",
    "kms:ListKeys",
    "cloudtrail:DescribeTrails",
    "logs:DescribeLogGroups",
)
"""What a security team looks at first; AWS's SecurityAudit, ViewOnlyAccess and ReadOnlyAccess hold all of it."""
DATA = ("s3:GetObject", "dynamodb:Scan")
IAM_WORK = ("iam:CreateRole", "iam:AttachRolePolicy", "iam:PutRolePolicy")
_READING = ("get", "list", "describe")
"""How names begin of actions that read, some of which AWS's reference files under permissions management."""
_FOR_READING = frozenset({"s3express:createsession"})
"""Actions that open what only a further right may change."""
_NAMED = 5


@dataclass(frozen=True)
class Purposes:
    """What a principal may do: `writes` names up to five actions by which it may change something."""

    everything: bool
    reads: bool
    reads_data: bool
    writes: tuple[str, ...]
    administers_iam: bool
    administers_organization: bool


def purposes(who: Principal, now: datetime | None = None) -> Purposes:
    """What the principal may do in its account, by its own policies."""
    memo: Memo = {}
    one = _actor(who, now)
    return Purposes(
        everything=whole(one, "newservice", memo) and whole(one, "iam", memo),
        reads=all(held(one, action, "*", {}, memo).allowed for action in SURVEY),
        reads_data=any(held_anywhere(one, action, memo).allowed for action in DATA),
        writes=tuple(_first_held(one, memo)),
        administers_iam=all(held_anywhere(one, action, memo).allowed for action in IAM_WORK),
        administers_organization=whole(one, "organizations", memo),
    )


def whole(one: Actor, service: str, memo: Memo) -> bool:
    """It may do everything in the service on every resource, also what AWS adds to it tomorrow."""
    return held(one, f"{service}:{UNHEARD}", "*", {}, memo).allowed


def whole_services(document: str, account_id: str, services: Iterable[str]) -> tuple[str, ...]:
    """Those of the services in which the policy allows everything on every resource."""
    arn = f"arn:aws:iam::{account_id}:role/{UNHEARD}"
    one = _actor(Principal(arn, "role", account_id, (("policy", document),)), None)
    return tuple(service for service in services if whole(one, service, {}))


def _actor(who: Principal, now: datetime | None) -> Actor:
    return actor(identity(who.policies, who.boundary, who.scps), who.arn, who.account_id, dict(who.tags), now)


def _first_held(one: Actor, memo: Memo) -> Iterator[str]:
    """Actions by which it may change something, as many as are named."""
    named = sorted(frozenset[str]().union(*(_writes(document) for _, document in one.identity.policies)))
    found = (action for action in named if held_anywhere(one, action, memo).allowed)
    yield from islice(found, _NAMED)


@lru_cache(maxsize=1024)
def _writes(document: Document) -> frozenset[str]:
    """The real actions that an Allow of the document names and that change something."""
    found: set[str] = set()
    for statement in (s for s in document.statements if s.effect == "Allow"):
        if statement.actions is None:
            found |= {a for a in changing() if action_matches(statement, a.lower())}
        else:
            found |= {a for pattern in statement.actions for a in expand(pattern) & changing()}
    return frozenset(found)


@lru_cache(maxsize=1)
def changing() -> frozenset[str]:
    """The actions, as `service:Action`, that change something by the access level that AWS's reference gives them."""
    return frozenset(filter(_changes, beyond_levels("Read", "List", "")))


def _changes(action: str) -> bool:
    lowered = action.lower()
    return not lowered.partition(":")[2].startswith(_READING) and lowered not in _FOR_READING
