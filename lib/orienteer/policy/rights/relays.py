"""Ways over a weaker principal: one writes more rights into it and then becomes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from orienteer.partitions import partition_of
from orienteer.policy.language.document import parse
from orienteer.policy.rights.capability import Held, Memo, held, held_anywhere
from orienteer.policy.rights.combinations import Combination
from orienteer.policy.rights.ways import (
    ATTACHED,
    Principal,
    Subject,
    Targets,
    Way,
    assumed,
    nameable,
    target_context,
    trusts,
)

_MOST_TARGETS = 100
_VERSIONS = ("iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion")
WRITES: Mapping[str, tuple[str, ...]] = {
    "role": ("iam:AttachRolePolicy", "iam:PutRolePolicy", *_VERSIONS),
    "user": ("iam:AttachUserPolicy", "iam:PutUserPolicy", *_VERSIONS),
    "group": ("iam:AttachGroupPolicy", "iam:PutGroupPolicy", *_VERSIONS),
}
BECOMING: Mapping[str, tuple[str, ...]] = {
    "role": ("sts:AssumeRole", "iam:UpdateAssumeRolePolicy"),
    "user": ("iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile"),
    "group": ("iam:AddUserToGroup",),
}
"""How one comes to act as a principal, by its kind."""


@dataclass(frozen=True)
class Weaker:
    """The principals that are no administrators, as targets by account and by name."""

    targets: Targets

    @classmethod
    def of(cls, principals: Iterable[Principal]) -> Weaker:
        return cls(Targets.of(principals))

    def of_kind(self, kind: str) -> Mapping[str, tuple[Principal, ...]]:
        found: Mapping[str, Mapping[str, tuple[Principal, ...]]] = {
            "user": self.targets.users,
            "role": self.targets.roles,
            "group": self.targets.groups,
        }
        return found[kind]


def relays(
    subject: Subject, weaker: Weaker, open_already: frozenset[str], memo: Memo
) -> Iterator[tuple[Combination, Way]]:
    """Each pair of a write and a step by which it gets at a weaker principal, with the first target that serves.

    A write that is a way by itself is left out; so is a target that the write does not name or nothing leads into.
    """
    for kind, writes in WRITES.items():
        if kind == "group" and subject.principal.kind != "user":
            continue
        for write in writes:
            if write not in subject.actions or write in open_already or not _ever(subject, write, memo):
                continue
            for step in BECOMING[kind]:
                if step == "sts:AssumeRole" or (step in subject.actions and _ever(subject, step, memo)):
                    way = _first(_over(subject, kind, write, step, weaker, memo))
                    if way is not None:
                        yield _named(kind, write, step), way


def _ever(subject: Subject, action: str, memo: Memo) -> bool:
    """Whether the action is held on anything at all, whatever it attaches."""
    extra = [{"iam:policyarn": (f"arn:{subject.partition}:iam::aws:policy/{name}",)} for name in ATTACHED]
    tries = extra if action.startswith("iam:Attach") else [{}]
    return any(held_anywhere(subject.actor, action, memo, one).granted for one in tries)


def _named(kind: str, write: str, step: str) -> Combination:
    what = "rewrites a policy of" if write in _VERSIONS else "writes a policy into"
    return Combination("over", (write, step), f"{what} a weaker {kind} with {write} and becomes it with {step}")


def _over(subject: Subject, kind: str, write: str, step: str, weaker: Weaker, memo: Memo) -> Iterator[Way]:
    among = nameable(subject, step if write in _VERSIONS else write, weaker.of_kind(kind))
    for target in islice((one for one in among if one.arn != subject.principal.arn), _MOST_TARGETS):
        into = _into(subject, step, target, memo)
        if into.granted:
            written = _written(subject, write, target, memo)
            if written.granted:
                yield target.arn, (written, into)


def _written(subject: Subject, write: str, target: Principal, memo: Memo) -> Held:
    """Whether rights can be written into the target, itself or by a managed policy of the account that it holds."""
    own = f"arn:{partition_of(target.arn)}:iam::{target.account_id}:policy/"
    where = [name for name, _ in target.policies if name.startswith(own)] if write in _VERSIONS else [target.arn]
    found = [
        held(subject.actor, write, arn, target_context(subject, write, target, attached=policy), memo)
        for policy in (ATTACHED if write.startswith("iam:Attach") else ATTACHED[:1])
        for arn in where
    ]
    none = Held(False, False, "", "", "", (), target.arn)
    return next((one for one in found if one.allowed), next((one for one in found if one.granted), none))


def _into(subject: Subject, step: str, target: Principal, memo: Memo) -> Held:
    if step != "sts:AssumeRole":
        return held(subject.actor, step, target.arn, target_context(subject, step, target), memo)
    named = trusts(parse(target.trust), subject) if target.trust is not None else ""
    if not named:
        return Held(False, False, "", "", "", (), target.arn)
    return assumed(subject, target, named, memo)


def _first(ways: Iterable[Way]) -> Way | None:
    blocked: Way | None = None
    for way in ways:
        if all(right.allowed for right in way[1]):
            return way
        blocked = blocked or way
    return blocked
