"""Overlay answers about what users, roles and accounts used: the reports on services last accessed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from orienteer.policy.language.actions import services
from orienteer.policy.language.document import parse
from orienteer.policy.language.match import wildcard

from .clock import AS_OF, ago
from .plan import HOME, Account, Used
from .scene import Answer, Content, Scene, backend, stable_id
from .wire import Refusal

USUAL = ("ec2", "s3", "cloudwatch", "logs", "codebuild", "sqs")
"""What a principal used of what it may, where the plan does not say."""
MOST_USUAL = 3
PAGE = 300
"""Services on a page of an answer."""


@dataclass(frozen=True)
class _Subject:
    """Whom a job is about (an ARN, or a path of the organization), when it was last used, and what the plan says it
    called; `holders` are moto's user or role and its groups."""

    name: str
    holders: tuple[Any, ...] = ()
    since: int | None = None
    planned: Mapping[str, Used] | None = None

    def allowed(self) -> tuple[str, ...]:
        return _allowed(frozenset(pattern for holder in self.holders for pattern in _patterns(holder)))

    def used(self) -> Mapping[str, Used]:
        if self.planned is not None or self.since is None:
            return self.planned or {}
        return dict.fromkeys(_usual(self.allowed()), (self.since, HOME))


def _usual(allowed: Iterable[str]) -> list[str]:
    return [name for name in USUAL if name in allowed][:MOST_USUAL]


def _job(subject: str) -> str:
    made = stable_id("last accessed", subject, length=32)
    return "-".join((made[:8], made[8:12], made[12:16], made[16:20], made[20:]))


# --- users and roles


def _people(account: Account) -> Iterator[_Subject]:
    """The users and roles of the account."""
    iam = backend("iam", account.id)
    planned = {one.name: one.services for one in account.users} | {one.name: one.services for one in account.roles}
    for made in iam.users.values():
        groups = [group for group in iam.groups.values() if made in group.users]
        yield _Subject(made.arn, (made, *groups), _last_used(made), planned.get(made.name))
    for made in iam.roles.values():
        yield _Subject(made.arn, (made,), _last_used(made), planned.get(made.name))


def _patterns(holder: Any) -> Iterator[str]:
    """The services that the Allow statements of moto's user, group or role name, with their wildcards."""
    managed = (v.document for one in holder.managed_policies.values() for v in one.versions if v.is_default)
    inline = holder.policies.values() if isinstance(holder.policies, dict) else ()
    for text in (*managed, *inline):
        for statement in parse(text).statements:
            if statement.effect == "Allow":
                actions = ("*",) if statement.actions is None else statement.actions
                yield from (action.partition(":")[0].lower() for action in actions)


def _last_used(made: Any) -> int | None:
    """Days since moto's user or role was last used."""
    keys = [key.last_used.timestamp for key in getattr(made, "access_keys", ()) if getattr(key, "last_used", None)]
    moments = [*keys, getattr(made, "last_used", None), getattr(made, "password_last_used", None)]
    days = [(AS_OF.replace(tzinfo=None) - moment.replace(tzinfo=None)).days for moment in moments if moment]
    return min(days, default=None)


@cache
def _allowed(patterns: frozenset[str]) -> tuple[str, ...]:
    """The services that one of the patterns names."""
    return tuple(sorted(name for name in services() if any(wildcard(pattern, name) for pattern in patterns)))


def _generated(scene: Scene) -> Content:
    asked = scene.given("Arn")
    if asked not in {one.name for one in _people(scene.account)}:
        raise Refusal("NoSuchEntity", f"ARN {asked} not found.", 404)
    return {"JobId": _job(asked)}


def _details(scene: Scene) -> Content:
    one = _asked(scene, _people(scene.account))
    used, told = one.used(), list[Content]()
    for name in one.allowed():
        row = {"ServiceName": name, "ServiceNamespace": name, "TotalAuthenticatedEntities": int(name in used)}
        if name in used:
            days, region = used[name]
            row |= {"LastAuthenticated": ago(days), "LastAuthenticatedRegion": region}
            row |= {"LastAuthenticatedEntity": one.name}
        told.append(row)
    return {**_completed(), "JobType": "SERVICE_LEVEL", **_page(scene, "ServicesLastAccessed", told)}


# --- accounts


def _accounts(scene: Scene) -> Iterator[_Subject]:
    """The accounts of the organization, by their paths."""
    organization = backend("organizations", scene.plan.management.id)
    above = {one.id: one.parent_id for one in (*organization.ou, *organization.accounts)}
    for account in scene.plan.accounts:
        nodes = [account.id]
        while above.get(nodes[0]):
            nodes.insert(0, above[nodes[0]])
        yield _Subject("/".join((scene.plan.org_id, *nodes)))


def _used_by_all(account: Account) -> Mapping[str, Used]:
    """The latest call of each service by any user or role of the account."""
    used: dict[str, Used] = {}
    for one in _people(account):
        for name, seen in one.used().items():
            used[name] = min(used.get(name, seen), seen)
    return used


def _managed(scene: Scene) -> None:
    if not scene.managing():
        raise Refusal("AccessDenied", "The management account alone may ask for reports on the organization.", 403)


def _account_generated(scene: Scene) -> Content:
    _managed(scene)
    asked = scene.given("EntityPath")
    if asked not in {one.name for one in _accounts(scene)}:
        raise Refusal("InvalidInput", f"There is no entity {asked}.")
    return {"JobId": _job(asked)}


def _account_report(scene: Scene) -> Content:
    _managed(scene)
    path = _asked(scene, _accounts(scene)).name
    used = _used_by_all(next(one for one in scene.plan.accounts if path.endswith(f"/{one.id}")))
    told = list[Content]()
    for name in sorted(services()):
        row = {"ServiceName": name, "ServiceNamespace": name, "TotalAuthenticatedEntities": int(name in used)}
        if name in used:
            days, region = used[name]
            row |= {"LastAuthenticatedTime": ago(days), "Region": region, "EntityPath": path}
        told.append(row)
    counts = {"NumberOfServicesAccessible": len(told), "NumberOfServicesNotAccessed": len(told) - len(used)}
    return {**_completed(), **counts, **_page(scene, "AccessDetails", told)}


# --- what both have


def _asked(scene: Scene, subjects: Iterable[_Subject]) -> _Subject:
    for one in subjects:
        if _job(one.name) == scene.given("JobId"):
            return one
    raise Refusal("NoSuchEntity", f"The job {scene.given('JobId')} cannot be found.", 404)


def _completed() -> Content:
    return {"JobStatus": "COMPLETED", "JobCreationDate": AS_OF, "JobCompletionDate": AS_OF}


def _page(scene: Scene, name: str, told: list[Content]) -> Content:
    start = int(scene.given("Marker") or 0)
    end = start + PAGE
    more: Content = {"IsTruncated": True, "Marker": str(end)} if end < len(told) else {"IsTruncated": False}
    return {name: told[start:end], **more}


LAST_ACCESSED: dict[tuple[str, str], Answer] = {
    ("iam", "GenerateServiceLastAccessedDetails"): _generated,
    ("iam", "GetServiceLastAccessedDetails"): _details,
    ("iam", "GenerateOrganizationsAccessReport"): _account_generated,
    ("iam", "GetOrganizationsAccessReport"): _account_report,
}
