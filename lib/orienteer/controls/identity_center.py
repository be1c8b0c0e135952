"""IAM Identity Center: whether people come in through it, and what its permission sets let them become."""

from __future__ import annotations

from collections.abc import Sequence

from orienteer.controls.control import control
from orienteer.controls.verdict import HIGH, LOW, MEDIUM, Verdict, asked, failed, faults, passed, when
from orienteer.facts.identity_center import IDENTITY_CENTERS
from orienteer.facts.permission_sets import PERMISSION_SETS
from orienteer.facts.seen import Row
from orienteer.model import Category, Severity
from orienteer.words import counted


@control(
    "IDC-01",
    title="Humans reach AWS through an organization instance of IAM Identity Center",
    category=Category.IAM,
    severity=Severity.HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/singlesignon/latest/userguide/identity-center-instances.html",
    fact=IDENTITY_CENTERS,
    evidence=("owner", "sets"),
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 2.19"],
        "prowler": ["iam_check_saml_providers_sts"],
        "service_screener": ["hasSSORoles", "hasExternalIdentityProvider", "iamUsersWithFederationAvailable"],
    },
)
def identity_center(instance: Row, *, break_glass_users: Sequence[str] = ()) -> Verdict:
    """With one directory in charge, people who leave the company lose all access to AWS the same day.

    Fix: enable an organization instance, connect the identity provider and move console users to it.
    """
    if not instance.is_main:
        text = "There is an account instance of Identity Center beside the organization's; who needs it?"
        return asked(text, LOW)
    if instance.instance_arn is None:
        if instance.saml:
            text = "There is no organization instance, but SAML providers: do people get in through them alone?"
            return asked(text)
        return failed("There is no organization instance of IAM Identity Center.")
    return faults(
        [
            when(
                lambda: instance.status not in (None, "ACTIVE"),
                HIGH,
                lambda: f"the organization instance is {instance.status}",
            ),
            when(
                lambda: instance.sets == 0,
                HIGH,
                "the organization instance has no permission sets, so nobody can sign in through it",
            ),
            when(
                lambda: any(_left(user, break_glass_users) for user in instance.password_users),
                MEDIUM,
                "an organization instance exists, yet IAM users still sign in with a password",
            ),
        ],
        otherwise=lambda: (
            passed(f"The organization instance is active, with {counted(instance.sets, 'permission set')}.")
            if instance.status
            else asked("AWS does not say whether the organization instance is active; is it?")
        ),
        every=False,
    )


def _left(user: Row, excused: Sequence[str]) -> bool:
    return user.user not in excused and user.arn not in excused


@control(
    "IDC-08",
    title="Permission sets contain no path to administrator outside the admin sets",
    category=Category.IAM,
    severity=Severity.MEDIUM,
    maturity=4,
    source="https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetsconcept.html",
    fact=PERMISSION_SETS,
    evidence=("combinations", "bounded_by", "assigned_accounts"),
)
def permission_sets_stay_below_admin(one: Row) -> Verdict:
    """A permission set works in every account it is assigned to; one way to become administrator in it is one in all of
    them.

    Fix: remove the combination of permissions, or set a permissions boundary on the permission set.
    """
    if one.is_admin:
        return passed(f"{one.name} grants administrator access itself; IDC-07 judges it.")
    way = next(iter(one.ways), None)
    if way:
        return failed(f"{one.name} contains a way to become administrator. {way.words}")
    why = ", thanks to its permissions boundary" if one.is_limited else ""
    return passed(f"{one.name} contains no known way to become administrator{why}.")
