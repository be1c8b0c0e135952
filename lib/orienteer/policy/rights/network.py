"""All steps between the principals that were read, and those that one of them is left with after a change.

The change need not close what it seems to: who loses one statement may hold the same by another, and an administrator
who is none any more takes steps of its own that were never worked out.  So whoever counts cuts asks again (`after`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from orienteer.policy.guardrails.chain import statement_words
from orienteer.policy.language.document import Document, parse
from orienteer.policy.rights.capability import Memo
from orienteer.policy.rights.delegated import Homes, over_organization
from orienteer.policy.rights.escalation import AdminPath, Principal, paths_of
from orienteer.policy.rights.reading import Resource, readers, reading
from orienteer.policy.rights.relays import Weaker
from orienteer.policy.rights.steps import Step, Surroundings, assumptions, climbs, subjects_of
from orienteer.policy.rights.ways import Subject, Targets

Statements = frozenset[str]
"""Statements as steps name them: `<policy>: <its Sid or number>`."""


@dataclass(frozen=True)
class Network:
    """The principals that were read, the ways of each to administrator, members of the organization, guardrails.

    homes: the accounts that administer services of the organization; None: not known, so that a policy that names such
    a right is taken for a sign of one.
    """

    people: Sequence[Principal]
    paths: Mapping[str, Sequence[AdminPath]]
    around: Surroundings
    members: tuple[str, ...] = ()
    homes: Homes | None = None
    memo: Memo = field(default_factory=dict)

    @cached_property
    def subjects(self) -> list[Subject]:
        return subjects_of(self.people, self.around, self.memo)

    @cached_property
    def admins(self) -> frozenset[str]:
        """ARNs of those who are administrators."""
        return frozenset(
            arn for arn, found in self.paths.items() if any(p.kind == "admin" and not p.blocked_by for p in found)
        )

    @cached_property
    def strong(self) -> Mapping[str, Sequence[Principal]]:
        """By account those who are or can become administrator."""
        found: dict[str, list[Principal]] = defaultdict(list)
        for one in self.people:
            if any(not path.blocked_by for path in self.paths.get(one.arn, ())):
                found[one.account_id].append(one)
        return found

    @property
    def held(self) -> frozenset[str]:
        """The accounts whose principals were read."""
        return frozenset(one.account_id for one in self.people)

    def inside(self) -> Iterator[Step]:
        """Who takes whose power, and who assumes which role."""
        for subject in self.subjects:
            yield from self._climbs(subject, self.paths.get(subject.principal.arn, ()))
        yield from assumptions(self.subjects, self.around, self.memo, administrators=self.admins)

    def into(self, resource: Resource) -> Iterator[Step]:
        """Who reads or writes the resource; administrators as those of their account."""
        return reading(self.subjects, self.admins, self.strong, resource, self.around, self.memo)

    def _climbs(self, subject: Subject, paths: Iterable[AdminPath]) -> Iterator[Step]:
        listed = list(paths)
        strong = self.strong.get(subject.principal.account_id, ())
        found = climbs(subject, listed, strong, self.members, self.memo)
        if self.homes is None:
            yield from found
            return
        yield from (step for step in found if step.kind != "organization")
        if not any(path.kind == "admin" and not path.blocked_by for path in listed):
            yield from over_organization(subject, self.homes, self.memo)

    # --- after a change

    def after(
        self, lost: Mapping[str, Statements], shut: Mapping[str, Statements], goal: Resource | None = None
    ) -> list[Step]:
        """The steps of those who lost statements, and into roles and the goal whose policies lost some.

        By ARN: `lost` of a principal's own rights, `shut` of a role's trust policy, of the goal's policy and its key's.
        """
        left = {s.principal.arn: s for s in subjects_of(self._without(lost), self.around, self.memo)}
        subjects = [left.get(one.principal.arn, one) for one in self.subjects]
        admins, found = self.admins - left.keys(), list[Step]()
        for subject in left.values():
            found += self._climbs(subject, self._paths(subject))
        found += assumptions(list(left.values()), self.around, self.memo, roles=self._everyone)
        narrower = Targets.of(_shut(one.principal, shut[arn]) for one in subjects if (arn := one.principal.arn) in shut)
        found += assumptions(subjects, self.around, self.memo, roles=narrower, administrators=admins)
        if goal is not None:
            narrowed = _narrowed(goal, shut)
            if narrowed == goal:
                found += readers(left.values(), goal, self.around, self.memo)
            else:
                found += reading(subjects, admins, self.strong, narrowed, self.around, self.memo)
        return found

    def _without(self, lost: Mapping[str, Statements]) -> Iterator[Principal]:
        for one in self.people:
            if one.arn in lost:
                kept = tuple((name, _less(name, parse(text), lost[one.arn])) for name, text in one.policies)
                yield replace(one, policies=kept)

    @cached_property
    def _everyone(self) -> Targets:
        return Targets.of(subject.principal for subject in self.subjects)

    @cached_property
    def _strongest(self) -> Targets:
        return Targets.of(one for listed in self.strong.values() for one in listed)

    @cached_property
    def _weaker(self) -> Weaker:
        strong = {one.arn for listed in self.strong.values() for one in listed}
        return Weaker.of(one for one in self.people if one.arn not in strong)

    def _paths(self, subject: Subject) -> Sequence[AdminPath]:
        return paths_of(subject, self._strongest, self._weaker, self.around.now, self.memo)


def _less(name: str, document: Document, lost: Statements) -> Document:
    """The policy without the statements that somebody took away."""
    kept = tuple(s for s in document.statements if f"{name}: {statement_words(s)}" not in lost)
    if len(kept) == len(document.statements):
        return document
    marked = f"{document.text}\0{[s.index for s in kept]}"  # answers are remembered by the text
    return replace(document, statements=kept, text=marked)


def _shut(role: Principal, lost: Statements) -> Principal:
    """The role without those statements of its trust policy."""
    if not lost or role.trust is None:
        return role
    name = f"trust policy of {role.arn.rpartition('/')[2]}"
    return replace(role, trust=_less(name, parse(role.trust), lost))


def _narrowed(goal: Resource, shut: Mapping[str, Statements]) -> Resource:
    """The resource without those statements of its policy and of its key's."""
    policy, key = goal.policy, goal.key
    if goal.arn in shut:
        policy = _less(goal.noun, parse(policy), shut[goal.arn])
    if key is not None and key.arn in shut:
        key = replace(key, policy=_less("key policy", parse(key.policy), shut[key.arn]))
    return replace(goal, policy=policy, key=key)
