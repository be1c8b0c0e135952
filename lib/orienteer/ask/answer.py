"""Answers: what comes back of `can` and `who_can`, and the sentence for a report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Layer = Literal["identity", "boundary", "session", "scp", "rcp", "resource", "endpoint", "bpa"]
LAYERS: tuple[Layer, ...] = ("identity", "boundary", "session", "scp", "rcp", "resource", "endpoint", "bpa")
"""The ladder of a request, from the caller's own policies to block public access."""
Verdict = Literal["allowed", "implicit", "explicit", "unknown"]


class By(NamedTuple):
    """What decided: a statement (`index` counts from 0), or a layer in which none allows (`effect` empty, no index)."""

    layer: str
    policy: str = ""
    sid: str = ""
    index: int | None = None  # type: ignore[assignment]  # hides a method of tuples
    effect: str = ""

    @property
    def words(self) -> str:
        """The statement, or the lack of one, as part of a sentence."""
        place = f"{NAMES.get(self.layer, self.layer)}{f' ({self.policy})' if self.policy else ''}"
        if self.index is None:
            return place
        return f"{place}, statement {self.index + 1}{f' ({self.sid})' if self.sid else ''}"


NAMES = {
    "identity": "identity policy",
    "boundary": "permissions boundary",
    "session": "session policy",
    "scp": "service control policy",
    "rcp": "resource control policy",
    "resource": "resource policy",
    "endpoint": "VPC endpoint policy",
    "bpa": "block public access",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a principal can do an action.

    answer: `allowed`; `explicit` (a Deny that was read); `implicit` (nothing allows it); `unknown` (it hangs on what
    was not collected, or on the keys in `depends_on`).
    by: every denying statement, else the layers that do not allow, else the allowing statements.
    depends_on: context keys, in lower case, that are not known and on which the answer hangs; `s3:object-owner` among
    them, which AWS has not: the account that owns the object.  Of an answer under `may`: the keys that were taken to
    be in the caller's favour.
    problems: what was not collected or could not be read.  words: one sentence for a report.
    """

    answer: Verdict
    by: tuple[By, ...] = ()
    depends_on: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    words: str = ""

    @property
    def allowed(self) -> bool:
        return self.answer == "allowed"


@dataclass(frozen=True, slots=True)
class Holder:
    """A principal that can, by which statements, and the unknown keys that must be in its favour."""

    principal: str
    by: tuple[By, ...] = ()
    depends_on: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.principal


@dataclass(frozen=True, slots=True)
class Who:
    """Who can do an action.

    principals: the users, roles and root users of the estate for whom `can(..., may=True)` is allowed, by ARN.
    outside: accounts, organizations and principals that the resource's policy lets in and the estate does not hold.
    everyone: anybody at all gets in.
    unknown: the principals for whom the answer is unknown, and the accounts whose principals were not all listed.
    problems: why those are unknown.
    """

    principals: tuple[Holder, ...] = ()
    outside: tuple[str, ...] = ()
    everyone: bool = False
    unknown: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    words: str = ""

    @property
    def arns(self) -> tuple[str, ...]:
        """The ARNs of `principals`."""
        return tuple(one.principal for one in self.principals)


def sentence(who: str, action: str, resource: str, answer: Answer) -> str:
    """The answer in words."""
    what = f"{action} on {resource}" if resource != "*" else action
    by = "; ".join(dict.fromkeys(one.words for one in answer.by))
    keys = ", ".join(answer.depends_on)
    if answer.answer == "allowed":
        return f"{who} can do {what}" + (f" by {by}" if by else "") + (f", depending on {keys}." if keys else ".")
    if answer.answer == "explicit":
        return f"{who} cannot do {what}: denied by {by}."
    if answer.answer == "implicit":
        return f"{who} cannot do {what}: not allowed by {by}." if by else f"{who} cannot do {what}: nothing allows it."
    why = [f"it depends on {keys}"] if keys else []
    why += (
        [answer.problems[0] + (f" (and {len(answer.problems) - 1} more)" if len(answer.problems) > 1 else "")]
        if (answer.problems)
        else []
    )
    return f"It is not known whether {who} can do {what}: {'; '.join(why) or 'something was not read'}."
