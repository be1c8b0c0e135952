"""By which ways people and programs get in: mechanisms per account, IAM Identity Center."""

from __future__ import annotations

from collections.abc import Sequence

from orienteer.controls.control import control
from orienteer.controls.verdict import HIGH, MEDIUM, Verdict, asked, failed, passed
from orienteer.facts.seen import Row
from orienteer.facts.ways_in import WAYS_IN
from orienteer.model import Category, Severity

ROOT = "<root_account>"
ACCEPTED = ("identity_center", "cross_account_role", "oidc")


@control(
    "IAM-12",
    title="Every management-plane access mechanism in use is listed and accepted",
    category=Category.IAM,
    severity=Severity.MEDIUM,
    maturity=3,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/introduction_access-management.html",
    fact=WAYS_IN,
    evidence=("count", "last_used", "profiles_enabled"),
    mappings={"cis": ["2.19"], "prowler": ["iam_check_saml_providers_sts",
              "rolesanywhere_profile_restricts_session_permissions"]},
)  # fmt: skip
def access_mechanisms(way: Row, *, accepted_mechanisms: Sequence[str] = ACCEPTED) -> Verdict:
    """Each way in needs its own watching; the target is one way for people and short-lived roles for programs.

    Fix: retire mechanisms that are not accepted, starting with the ones nobody uses.
    """
    if not way.is_said:
        return asked("AWS does not say whether the root user can sign in: can it?")
    never = "present but never used" if way.last_used is None else "not used in the last 90 days"
    state = {True: "used in the last 90 days", False: never}.get(way.in_use_90d, "present; AWS does not track its use")
    name, accepted = way.mechanism.replace("_", " "), way.mechanism in accepted_mechanisms
    if not accepted_mechanisms:
        return asked(f"{name}: {state}. Is this way in accepted?", accepted=accepted)
    if accepted:
        return passed(f"{name} is an accepted way in: {state}.", accepted=accepted)
    return failed(f"{name} is not an accepted way in: {state}.", HIGH if way.in_use_90d else MEDIUM, accepted=accepted)
