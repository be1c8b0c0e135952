"""Services of the whole organization: which are trusted, who administers them, and who may change its policies."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from orienteer.facts.fact import Fact, Join
from orienteer.facts.guarded import ACCOUNT_TYPE, ORGANIZATION_TYPE
from orienteer.facts.organization import NOWHERE, OF_ORGANIZATION, told_by
from orienteer.facts.seen import Cells, NotSeen, Partial, Row, Unseen
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import ACCOUNT, documents, holds, keys_at, not_asked
from orienteer.model import GLOBAL, KEYS
from orienteer.parameters import Client
from orienteer.policy import exposure
from orienteer.policy.language.conditions import Test
from orienteer.policy.language.document import Statement, parse
from orienteer.policy.language.match import action_matches, wildcard

DELEGABLE = (
    "cloudtrail.amazonaws.com",
    "guardduty.amazonaws.com",
    "securityhub.amazonaws.com",
    "access-analyzer.amazonaws.com",
    "config.amazonaws.com",
    "sso.amazonaws.com",
    "iam.amazonaws.com",
    "account.amazonaws.com",
    "inspector2.amazonaws.com",
    "macie.amazonaws.com",
    "backup.amazonaws.com",
    "member.org.stacksets.cloudformation.amazonaws.com",
    "fms.amazonaws.com",
    "detective.amazonaws.com",
    "ssm.amazonaws.com",
)
KEY = ("cloudtrail.amazonaws.com", "sso.amazonaws.com")
"""The services that DA-03 judges, whichever the client calls delegable."""
NOT_ASKED = {
    "macie.amazonaws.com": "Macie",
    "inspector2.amazonaws.com": "Inspector",
    "detective.amazonaws.com": "Detective",
    "fms.amazonaws.com": "Firewall Manager",
}
"""Services with a list of administrators of their own that no control needs.  Whoever registers there needs
organizations:RegisterDelegatedAdministrator, for the service hands the account on to Organizations: that list decides.
"""


def _services(
    organization_trusted_services: Source,
    organization_delegated_services: Source,
    guardduty_organization_admins: Source,
    securityhub_organization_admins: Source,
    organization: Source,
    *,
    delegable_services: tuple[str, ...] = DELEGABLE,
) -> Iterator[Cells]:
    """One row per service that can be delegated, is trusted, or is delegated."""
    home, named = organization.first("management_account_id"), organization.first("organization_id")
    if named is None:
        return
    trusted = organization_trusted_services.every("service_principal")
    unlisted = organization_delegated_services.hidden()
    given = organization_delegated_services.every("service_principal")
    own = {
        "guardduty.amazonaws.com": guardduty_organization_admins,
        "securityhub.amazonaws.com": securityhub_organization_admins,
    }
    for service in sorted({*delegable_services, *KEY, *trusted.items, *given.items}):
        key, asked = {"service_principal": service}, own.get(service)
        since = [row["enabled_at"] for row in organization_trusted_services.find(key)]
        yield Cells(
            keys_at(told_by(home, organization_trusted_services), service),
            management=home,
            is_delegable=service in delegable_services,
            is_trusted=holds(service in trusted.items, trusted.gaps),
            trusted_since=since[0] if since else Unseen(trusted.gaps) if trusted.gaps else None,
            delegates=Partial(tuple(organization_delegated_services.find(key)), unlisted),
            own_admins=Partial(tuple(asked.rows), asked.hidden()) if asked else None,
        )


def delegated_to(service: Row) -> tuple[str, ...]:
    """The accounts that administer it."""
    return tuple(dict.fromkeys(one.account_id for one in service.delegates))


SERVICES = Fact(
    "services",
    "One row per service that may act in the whole organization or could be delegated: who administers it.",
    rows=_services,
    made={
        **dict.fromkeys(
            ("", *KEYS, "management", "is_delegable", "is_trusted", "trusted_since"),
            ("organization", "organization_trusted_services"),
        ),
        "delegates": ("organization_delegated_services",),
        "own_admins": ("guardduty_organization_admins", "securityhub_organization_admins"),
    },
    columns=(delegated_to,),
    hidden=frozenset({"delegates", "own_admins"}),
    resource_type=ORGANIZATION_TYPE,
)


def uses_identity_center(service: Row, *, client: Client) -> bool:
    """The organization has an instance of Identity Center.

    Only the region that it stands in tells of it; without trusted access there is none.
    """
    if any(one.instance_arn and one.owner_account in (None, service.management) for one in service.instances):
        return True
    if service.is_trusted and client.regions:
        why = "the other regions are not part of this assessment"
        raise NotSeen(Unseen(frozenset({not_asked("sso:ListInstances", service.management, "any other", why)})))
    return False


def management_sets(service: Row) -> tuple[str, ...]:
    """The permission sets that are assigned in the management account, where no delegate can change them."""
    names = {one.permission_set_arn: one.permission_set_name for one in service.set_details}
    held = (one.permission_set_arn for one in service.sets_in_management if one.permission_set_arn)
    return tuple(sorted({str(names.get(arn) or arn) for arn in held}))


KEY_SERVICES = Fact(
    "key_services",
    "One row per service of `services`, with the accounts that should administer identities and logs.",
    base="services",
    joins=(
        Join("the_organization", ("iam", "security_audit"), on={}, place=NOWHERE),
        Join("sso_instances", many="instances", on={}, place=NOWHERE),
        Join("sso_permission_set_details", many="set_details", on={}, place=NOWHERE),
        Join(
            "sso_permission_set_accounts",
            many="sets_in_management",
            on={"assigned_account": "management"},
            place=NOWHERE,
        ),
    ),
    columns=(uses_identity_center, management_sets),
    hidden=frozenset({"delegates", "own_admins", "instances", "set_details", "sets_in_management"}),
    resource_type=ORGANIZATION_TYPE,
)


def holds_all(one: Row) -> bool:
    """The account administers every service that is delegated, and there are several."""
    found = [(o.account_id, o.service_principal) for o in one.others if o.service_principal]
    return len(found) > 1 and all(account == one.account_id for account, _ in found)


DELEGATIONS = Fact(
    "delegations",
    "One row per service and account that administers it: where the account stands in the organization.",
    base="organization_delegated_services",
    joins=(
        Join("accounts", ("ou_path", "serves"), on=ACCOUNT, place=NOWHERE),
        Join("organization_delegated_services", many="others", on={}, place=NOWHERE),
    ),
    columns=(holds_all,),
    hidden=frozenset({"others"}),
    resource_type=ACCOUNT_TYPE,
)


# --- the delegation policy

FATAL = (
    "organizations:LeaveOrganization",
    "organizations:RemoveAccountFromOrganization",
    "organizations:CloseAccount",
    "organizations:DeleteOrganization",
)
CHANGING = (
    "organizations:CreatePolicy",
    "organizations:UpdatePolicy",
    "organizations:DeletePolicy",
    "organizations:AttachPolicy",
    "organizations:DetachPolicy",
    "organizations:EnablePolicyType",
    "organizations:DisablePolicyType",
)
_NEW_TYPE = "NEW_POLICY"
"""A policy type that nobody named: a statement that lets it be changed is not limited to types."""


def _delegation_statements(organization_resource_policy: Source, organization: Source) -> Iterator[Cells | Gap]:
    """One row per allowing statement of the delegation policy, one more where it is missing or cannot be read."""
    home = told_by(organization.first("management_account_id"), organization_resource_policy)
    for policy in organization_resource_policy.rows[: 1 if organization.first("organization_id") is not None else 0]:
        place = {"account_id": home, "region": GLOBAL, "resource_arn": policy["policy_arn"]}
        document = parse(policy["policy"]) if policy["policy"] is not None else None
        allows = [s for s in document.statements if s.effect == "Allow"] if document else []
        for one in allows:
            yield Cells(
                place,
                resource_id=f"statement {one.sid or one.index + 1}",
                statement=one,
                policy=policy["policy"],
                problem=None,
                is_set=True,
            )
        if not allows or document is None or document.problems:
            problem = "; ".join(document.problems) or "it allows nothing" if document else None
            yield Cells(
                place,
                resource_id="delegation policy",
                statement=None,
                policy=policy["policy"],
                problem=problem,
                is_set=document is not None,
            )
    yield from organization_resource_policy.gaps


def principals(row: Row) -> tuple[str, ...]:
    """Whom the statement names."""
    return tuple(value for _, value in row.statement.principals or ()) if row.statement else ()


def actions(row: Row) -> tuple[str, ...]:
    """The actions that it lists, or those that it lists as left out."""
    return tuple(row.statement.actions or row.statement.not_actions or ()) if row.statement else ()


def grants_everything(row: Row) -> bool:
    """It grants operations that nobody named."""
    return bool(row.statement) and _granting(row)("organizations:Probe")


def grants_fatal(row: Row) -> tuple[str, ...]:
    """The operations it grants by which accounts or the organization are lost."""
    return tuple(action for action in FATAL if row.statement and _granting(row)(action))


def changes_any_type(row: Row) -> bool:
    """It lets policies be changed, of whatever type."""
    return bool(row.statement) and any(map(_granting(row), CHANGING)) and _of_any_type(row.statement)


def lets_in(row: Row) -> str | None:
    """The level of who gets in where it names everybody; the organization where it names members, as AWS demands."""
    if not row.statement or not _names_everybody(row.statement):
        return "organization" if row.statement else None
    listed = documents(row.policy)[0]["Statement"]
    raw = listed if isinstance(listed, list) else [listed]
    kept = [s for n, s in enumerate(raw) if n == row.statement.index or s.get("Effect") == "Deny"]
    text = json.dumps({"Version": "2012-10-17", "Statement": kept})
    return exposure(
        text,
        account_id=row.management or row.account_id,
        org_id=row.organization_id,
        trusted_accounts=list(row.members),
        resource_type="AWS::Organizations::ResourcePolicy",
    ).level


def _granting(row: Row) -> Callable[[str], bool]:
    """A function that tells whether the statement grants an action that no deny of the policy takes back whole."""
    statement: Statement = row.statement
    whom = set(statement.principals or ())
    denies: Iterable[Statement] = (s for s in parse(row.policy).statements if s.effect == "Deny")
    back = [
        d
        for d in denies
        if not d.conditions
        and d.not_resources is None
        and "*" in (d.resources or ("*",))
        and (_names_everybody(d) or (whom and whom <= set(d.principals or ())))
    ]

    def grants(action: str) -> bool:
        name = action.lower()
        return action_matches(statement, name) and not any(action_matches(deny, name) for deny in back)

    return grants


def _names_everybody(statement: Statement) -> bool:
    return statement.principals is None or any(value == "*" for _, value in statement.principals)


def _of_any_type(statement: Statement) -> bool:
    """True if policies of a type that nobody named could be changed through it."""
    named = zip(statement.conditions, statement.tests, strict=True)
    tests: list[Test] = [test for one, test in named if one.key == "organizations:policytype"]
    touched = statement.resources is None or any(_of_new_type(resource) for resource in statement.resources)
    return touched and all(test({"organizations:policytype": (_NEW_TYPE,)}) for test in tests)


def _of_new_type(resource: str) -> bool:
    """True if the pattern lets in a policy of a new type: arn:...:policy/<organization>/<type>_policy/<id>."""
    _, named, rest = resource.partition(":policy/")
    kind: list[Any] = rest.split("/")[1:2] or [rest]
    return "*" in resource.split(":") or (bool(named) and wildcard(kind[0].lower(), _NEW_TYPE.lower()))


DELEGATION_STATEMENTS = Fact(
    "delegation_statements",
    "One row per allowing statement of the organization's delegation policy: whom it lets do what.",
    rows=_delegation_statements,
    made=(*KEYS, "statement", "policy", "problem", "is_set"),
    joins=(OF_ORGANIZATION,),
    columns=(principals, actions, grants_everything, grants_fatal, changes_any_type, lets_in),
    hidden=frozenset({"statement", "policy", "members"}),
    resource_type="AWS::Organizations::ResourcePolicy",
)
