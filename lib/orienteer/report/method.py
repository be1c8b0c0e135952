"""How a report comes to its words, and what it does not look at: the same texts on the page and in the document."""

from __future__ import annotations

METHOD = (
    (
        "Severity",
        "Each control has a severity; a finding may be more or less severe, depending on what was found: whether the "
        "internet gets there, whether the principal is an administrator, whether it is in use. Only what failed shows "
        "one. Critical: somebody outside can act or read now. High: it takes one more step, or a guardrail that would "
        "stop such a step is missing. Medium and low: hygiene that limits damage.",
    ),
    (
        "Maturity",
        "Each control belongs to a level from 1 to 5. A category reaches the level up to which every control holds in "
        "every place; an accepted failure, a person's answer or a gap does not count as held. The levels are our own "
        "assignment along the Cloud Security Maturity Model; its official indicator sheet is not part of this.",
    ),
    (
        "Issues",
        "Findings that one change would fix are one issue: a resource that outsiders reach or that several controls "
        "fail, else one control in all its places. Effort is small for one resource, medium for up to ten or for one "
        "organization policy, large beyond.",
    ),
    (
        "Not assessed by design",
        "Contents of data stores and secrets, code and images, operating systems, anything outside AWS, what happened "
        "in the past beyond the events named in the findings, and whether people follow the processes they describe. "
        "Orienteer only reads; it never tries an attack.",
    ),
    (
        "One moment",
        "The report describes the state at the time of reading. What has changed since is not in it.",
    ),
)
