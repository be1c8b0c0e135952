"""What a control says about one row: `passed`, `failed`, `asked`, or the worst of several `faults`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from orienteer.facts.seen import NotSeen
from orienteer.model import Severity, Status
from orienteer.words import sentence

CRITICAL, HIGH, MEDIUM, LOW, INFO = Severity


@dataclass(frozen=True, slots=True)
class Verdict:
    """A status and the words for it.

    `severity` None: the control's own.  `at_least`: something not seen may make it worse, never better.  `evidence` is
    shown beside the columns that the control read.
    """

    status: Status
    words: str
    severity: Severity | None = None
    at_least: bool = False
    evidence: Mapping[str, Any] = field(default_factory=dict, compare=False)


def passed(words: str, severity: Severity | None = None, **evidence: Any) -> Verdict:
    """PASS: what was looked at is as it should be."""
    return Verdict(Status.PASS, words, severity, evidence=evidence)


def failed(words: str, severity: Severity | None = None, **evidence: Any) -> Verdict:
    """FAIL, with what is wrong."""
    return Verdict(Status.FAIL, words, severity, evidence=evidence)


def asked(question: str, severity: Severity | None = None, **evidence: Any) -> Verdict:
    """MANUAL: a question that only a person can answer."""
    return Verdict(Status.MANUAL, question, severity, evidence=evidence)


Fault = Callable[[], Verdict | None]


def when(holds: Callable[[], Any], severity: Severity | None, words: str | Callable[[], str], **evidence: Any) -> Fault:
    """A fault for `faults`: a FAIL with these words where the condition holds."""
    return lambda: failed(words if isinstance(words, str) else words(), severity, **evidence) if holds() else None


def naming(names: Callable[[], Iterable[str] | None], severity: Severity | None, words: str) -> Fault:
    """A fault for `faults`: a FAIL with these words where there is a name; the names stand in the place of {}."""

    def fault() -> Verdict | None:
        found = ", ".join(names() or ())
        return failed(words.format(found), severity) if found else None

    return fault


def faults(questions: Iterable[Fault], otherwise: Callable[[], Verdict], every: bool = True) -> Verdict:
    """The worst of independent faults, with the words of `every` one of them or of the worst alone.

    A fault that was seen counts, whatever could not be seen of the others; without one, all must have been seen, and
    then `otherwise` decides.
    """
    found: list[Verdict] = []
    lost: NotSeen | None = None
    waiting = iter(questions)
    while True:
        try:
            if (fault := next(waiting)()) is not None:
                found.append(fault)
        except StopIteration:
            break
        except NotSeen as error:
            lost = error
    if not found:
        if lost is not None:
            raise lost
        return otherwise()
    worst = max(found, key=lambda v: v.severity.grade if v.severity else 0)
    text = _joined(dict.fromkeys(v.words.removesuffix(".") for v in found)) if every else worst.words
    return Verdict(Status.FAIL, sentence(text), worst.severity, lost is not None, worst.evidence)


def unless_worse(worse: Fault, found: Verdict) -> Verdict:
    """The graver fault where it holds, else the failure that was found; that at least where it could not be seen."""
    return faults([worse, lambda: found], otherwise=lambda: found, every=False)


def _joined(texts: Iterable[str]) -> str:
    """The texts one after the other: a clause behind a semicolon, what begins as a sentence as one of its own."""
    text = ""
    for one in texts:
        text += f"{'. ' if one[:1].isupper() else '; '}{one}" if text else one
    return text
