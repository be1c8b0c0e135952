# ruff: noqa: E501
"""Prints our verdicts beside policyuniverse's on the test cases: each case on which "public or not" differs, and why.

Run as `python benchmarks/policy_compare.py` from the repository's root.  policyuniverse asks "is it internet accessible", so
only public against not public can be compared.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

from policyuniverse.policy import Policy

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.policy import exposure_bounds, exposure_denies, exposure_mixed, exposure_networks, exposure_principals
from tests.policy.exposure_support import Case

from orienteer.policy import exposure

CASES = [
    case
    for group in (exposure_bounds, exposure_networks, exposure_principals, exposure_denies, exposure_mixed)
    for case in group.CASES
]


def theirs(policy: dict[str, Any]) -> bool | None:
    """Whether policyuniverse calls the policy internet accessible; None when it raises."""
    try:
        return bool(Policy(policy).is_internet_accessible())
    except Exception:
        return None


def explanation(case: Case, answer: bool | None) -> str:
    """Why the two differ, from the parts of the document that they read differently."""
    text = str(case.policy)
    if answer is None:
        return "it raises on this document"
    if "'Deny'" in text:
        return "it judges Allow statements alone; a Deny decides here"
    if "'Federated'" in text:
        return "it does not judge who can get a token of a shared issuer"
    if "NotPrincipal" in text:
        return "it does not read NotPrincipal"
    if answer and "'StringEquals'" in text and "*" in str([s.get("Condition") for s in case.policy["Statement"]]):
        return "a star under StringEquals stands for itself, so nobody meets the condition; it takes it for a wildcard"
    if answer and any(key in text for key in ("aws:ResourceAccount", "aws:ResourceOrgID")) and "${" not in text:
        return "the condition is about the resource and never holds; it does not read it"
    if any(mark in text for mark in ("IfExists", "ForAllValues", "'Null'", "Not")) and "Condition" in text:
        return "it looks at the condition's key; the operator also holds without it, or is a negation"
    if "${" in text:
        return "it takes a policy variable for a fixed value, or a fixed one for open"
    if "Condition" in text:
        return (
            "the condition's key or value bounds the caller"
            if answer
            else "it counts a value as a bound that a stranger can meet"
        )
    return (
        "it counts an invalid or deleted principal, or an action that grants nothing"
        if answer
        else "it reads the principal as named"
    )


def main() -> None:
    agree, differ, reasons = 0, [], Counter[str]()
    for case in CASES:
        ours = exposure(case.policy, **case.facts).level
        answer = theirs(case.policy)
        if answer is not None and answer == (ours == "public"):
            agree += 1
            continue
        why = explanation(case, answer)
        reasons[why] += 1
        differ.append((case.name, ours, {True: "public", False: "not public", None: "raises"}[answer], why))
    print(f"{'case':<75} {'ours':<13} {'policyuniverse':<15} why")
    for name, ours, answer, why in differ:
        print(f"{name[:74]:<75} {ours:<13} {answer:<15} {why}")
    print(f"\n{len(CASES)} cases, {agree} agree on public or not ({agree / len(CASES):.0%}), {len(differ)} differ:")
    for why, count in reasons.most_common():
        print(f"  {count:>4}  {why}")


if __name__ == "__main__":
    main()
