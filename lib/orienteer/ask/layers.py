"""The statements of each layer that meet a question, and what they come to: allowed, spared from denies, by which."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from orienteer.ask.answer import By
from orienteer.ask.known import Policies
from orienteer.ask.question import Question
from orienteer.ask.say import FALSE, TRUE, Say, allowing, sparing, unseen
from orienteer.policy.language.document import Statement
from orienteer.policy.language.undecided import Truth, statement_truth

Meets = Callable[[Statement], Truth]
"""Whether a statement's Principal element names the caller."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A statement that meets the request, or may; `grip` is how a resource policy names the caller (see `resource`).

    A grant of a KMS key is no `statement`.
    """

    by: By
    effect: str
    truth: Truth
    grip: int = 0
    statement: Statement | None = None


@dataclass(frozen=True, slots=True)
class Rung:
    """One layer's part in a question.  `denies` False: what was not read of it can deny nothing; `label`: which one.

    `unread` are the ways in which what was not read of it may name the caller; empty: any.
    """

    name: str
    hits: tuple[Hit, ...] = ()
    gaps: tuple[str, ...] = ()
    denies: bool = True
    label: str = ""
    unread: tuple[int, ...] = ()

    def allows(self, may: bool, grips: Iterable[int] = (0,)) -> Say:
        """Whether one of its statements (that names the caller in one of these ways) allows the request."""
        wanted = tuple(grips)
        hidden = self.gaps and (not self.unread or not set(self.unread).isdisjoint(wanted))
        found = unseen(self.gaps) if hidden else FALSE
        for hit in self.hits:
            if hit.effect == "Allow" and hit.grip in wanted:
                found |= allowing(hit.truth, may)
        return found

    def spares(self, may: bool) -> Say:
        """Whether none of its statements denies the request."""
        found = TRUE
        for hit in self.hits:
            if hit.effect == "Deny":
                found &= sparing(hit.truth, may)
        return found & unseen(self.gaps) if self.gaps and self.denies else found

    @property
    def without_denies(self) -> Rung:
        """What it allows alone: an ACL denies nothing."""
        return Rung(self.name, tuple(hit for hit in self.hits if hit.effect == "Allow"), self.gaps, denies=False)

    @property
    def denials(self) -> tuple[By, ...]:
        """The statements that deny it for certain."""
        return tuple(hit.by for hit in self.hits if hit.effect == "Deny" and hit.truth.holds)

    def allowances(self, grips: Iterable[int] = (0,)) -> tuple[By, ...]:
        """The statements that allow it: those that do for certain, or where there is none those that may."""
        wanted = tuple(grips)
        found = [hit for hit in self.hits if hit.effect == "Allow" and hit.grip in wanted]
        sure = [hit.by for hit in found if hit.truth.holds]
        return tuple(sure or [hit.by for hit in found])


def rung(name: str, policies: Policies, question: Question, label: str = "") -> Rung:
    """The layer of these policies, which say nothing of who calls."""
    return Rung(name, tuple(hits(name, policies, question)), policies.gaps, label=label)


def hits(name: str, policies: Policies, question: Question) -> Iterator[Hit]:
    """The statements that meet the request or may do so.

    An Allow of a document that was not understood whole is read wide; the gap beside it keeps that from being certain.
    """
    request, is_open = question.request, question.is_open
    for label, document in policies.named:
        for statement in document.statements:
            truth = statement_truth(statement, request, is_open, version=document.version)
            if truth.holds is not False:
                yield Hit(by(name, label, statement), statement.effect, truth, 0, statement)


def by(name: str, label: str, statement: Statement) -> By:
    """The statement as an answer names it."""
    return By(name, label, statement.sid, statement.index, statement.effect)


def principal_hits(
    name: str, policies: Policies, question: Question, gripped: Callable[[Statement], list[tuple[int, Truth]]]
) -> Iterator[Hit]:
    """The same for policies with a Principal element: one hit for each way in which the statement names the caller."""
    request, is_open = question.request, question.is_open
    for label, document in policies.named:
        for statement in document.statements:
            ways = gripped(statement)
            if not ways:
                continue
            truth = statement_truth(statement, request, is_open, version=document.version)
            if truth.holds is not False:
                named = by(name, label, statement)
                yield from (Hit(named, statement.effect, truth & way, grip, statement) for grip, way in ways)
