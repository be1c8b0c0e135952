"""By which ways people and programs get in: mechanisms per account, IAM Identity Center."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from orienteer.controls.control import control
from orienteer.controls.rows import Row as Record
from orienteer.controls.rows import records, told, verdict
from orienteer.controls.verdict import HIGH, MEDIUM, Verdict, asked, failed, passed
from orienteer.facts.foundation import management_account
from orienteer.facts.seen import Row
from orienteer.facts.values import not_asked
from orienteer.facts.ways_in import WAYS_IN, provider
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


@control(
    "IDC-01",
    title="Humans reach AWS through an organization instance of IAM Identity Center",
    category=Category.IAM,
    severity=Severity.HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/singlesignon/latest/userguide/identity-center-instances.html",
    scope="organization",
    resource_type="AWS::SSO::Instance",
    mappings={"cis": ["2.19"], "prowler": ["iam_check_saml_providers_sts"], "service_screener": ["hasSSORoles",
              "hasExternalIdentityProvider", "iamUsersWithFederationAvailable"]},
    leaves_out=(ROOT,),
    fail_stands_without=("iam_credential_report", "iam_saml_providers"),
    refined_by=("sso_instance_details",),
)  # fmt: skip
def identity_center(
    organization: pd.DataFrame,
    sso_instances: pd.DataFrame,
    sso_instance_details: pd.DataFrame,
    sso_permission_sets: pd.DataFrame,
    iam_credential_report: pd.DataFrame,
    iam_saml_providers: pd.DataFrame,
    *,
    break_glass_users: Sequence[str] = (),
) -> pd.DataFrame:
    """One directory decides who may enter which account, and who leaves the company leaves AWS the same day.

    Fix: enable an organization instance, connect the identity provider and move console users to it.
    """
    management = management_account(organization) or next(iter(sorted(organization["account_id"].dropna())), "")
    if not management:
        return told([])
    instances = [{**i, "owner_account": i["owner_account"] or i["account_id"]} for i in records(sso_instances)]
    organized = bool(management_account(organization))  # an instance of a single account opens no AWS account
    status = {r["instance_arn"]: r["status"] for r in records(sso_instance_details) if r["status"]}
    own = sorted(
        (i for i in instances if organized and i["owner_account"] == management),
        key=lambda i: (not i["owned"], i["region"]),
    )
    console = iam_credential_report[iam_credential_report["password_enabled"].fillna(False).astype(bool)]
    excused = console["user"].isin([ROOT, *break_glass_users]) | console["arn"].isin(list(break_glass_users))
    left = int((~excused.fillna(False).astype(bool)).sum())
    sets = sso_permission_sets.dropna(subset=["permission_set_arn"])
    counts = sets.groupby("instance_arn")["permission_set_arn"].nunique().to_dict()
    sprawl = [_account_instance(i) for i in instances if i["owned"] and i not in own]
    if not own:
        direct = [p for p in records(iam_saml_providers) if provider(p["provider_arn"]) == "saml"]
        return told([_no_instance(management, left, len(direct)), *sprawl])
    first = own[0]
    known = len([s for s in records(sso_permission_sets) if s["owned"]]) > 0
    held = int(counts.get(first["instance_arn"], 0)) if known or counts else None
    return told([_instance(management, first, status.get(first["instance_arn"]), held, left), *sprawl])


def _instance(management: str, instance: Record, status: Any, sets: int | None, left: int) -> Record:
    state = status or instance["status"]
    evidence = {
        "instance_arn": instance["instance_arn"], "owner_account": instance["owner_account"],
        "region": instance["region"], "status": state, "permission_sets": sets, "console_users_left": left,
    }  # fmt: skip
    keyed: dict[str, Any] = {
        "account_id": management, "resource_id": instance["instance_arn"], "resource_arn": instance["instance_arn"],
        "evidence": evidence,
    }  # fmt: skip
    if state not in (None, "ACTIVE"):
        return verdict("FAIL", f"The organization instance is {state}.", **keyed)
    if sets == 0:
        return verdict(
            "FAIL", "The organization instance holds no permission set, so nobody enters through it.", **keyed
        )
    if left:
        text = f"An organization instance exists, yet {left} IAM users still sign in with a password."
        return verdict("FAIL", text, severity="medium", **keyed)
    if state is None or sets is None:
        why = "the instance is seen from members only"
        unread = not_asked("sso:ListPermissionSets", management, instance["region"], why)
        return verdict("MANUAL", "", unread=unread, **keyed)
    return verdict("PASS", f"The organization instance is active with {sets} permission sets.", **keyed)


def _no_instance(management: str, left: int, saml: int) -> Record:
    evidence = {"instance_arn": None, "owner_account": None, "console_users_left": left, "saml_providers": saml}
    keyed: dict[str, Any] = {"account_id": management, "resource_id": "organization instance", "evidence": evidence}
    if saml:
        text = f"No organization instance, but {saml} SAML providers: is direct federation the one way in for people?"
        return verdict("MANUAL", text, **keyed)
    return verdict("FAIL", "There is no organization instance of IAM Identity Center.", **keyed)


def _account_instance(instance: Record) -> Record:
    evidence = {"instance_arn": instance["instance_arn"], "owner_account": instance["owner_account"],
                "region": instance["region"], "status": instance["status"]}  # fmt: skip
    return verdict(
        "MANUAL",
        "An account instance of Identity Center stands beside the organization's; who needs it?",
        account_id=instance["account_id"], region=instance["region"], resource_id=instance["instance_arn"],
        resource_arn=instance["instance_arn"], severity="low", evidence=evidence,
    )  # fmt: skip
