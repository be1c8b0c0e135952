"""Controls about the organization's shape: membership, organizational units, where accounts stand."""

from __future__ import annotations

from orienteer.controls.control import control
from orienteer.controls.verdict import INFO, Verdict, asked, failed, passed
from orienteer.facts.accounts import MEMBERSHIPS, PLACED_ACCOUNTS, UNIT_FUNCTIONS
from orienteer.facts.guarded import ACCOUNT_TYPE, ORGANIZATION_TYPE
from orienteer.facts.inventory import INVENTORY
from orienteer.facts.seen import Row
from orienteer.model import Category, Severity
from orienteer.words import counted

_OUS = (
    "https://docs.aws.amazon.com/whitepapers/latest/organizing-your-aws-environment/recommended-ous-and-accounts.html"
)


@control(
    "ORG-01",
    title="Every assessed account belongs to one AWS Organization with all features enabled",
    category=Category.ORGANIZATION,
    severity=Severity.HIGH,
    maturity=2,
    source="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_org_support-all-features.html",
    fact=MEMBERSHIPS,
    resource_type=ACCOUNT_TYPE,
    mappings={"prowler": ["organizations_account_part_of_organizations"], "service_screener": ["hasOrganization"]},
)
def organization_membership(account: Row) -> Verdict:
    """Guardrails, central logging and central billing reach only accounts in an organization with all features enabled.

    Fix: create or join one organization and enable all features; invite or close the standalone accounts.
    """
    who, found, ours = f"Account {account.account_id}", account.organization_id, account.ours
    if account.resource_type == ORGANIZATION_TYPE:
        if account.feature_set is None:
            return asked(f"AWS does not say which features organization {found} has: are all of them enabled?")
        if account.feature_set == "ALL":
            return passed(f"Organization {found} has all features enabled.")
        return failed(f"Organization {found} has feature set {account.feature_set}, which allows no guardrails.")
    if not account.was_asked:
        if account.is_listed:
            return passed(f"{who} is listed in organization {ours}.")
        return failed(f"{who} is in the scope of this assessment but not in the organization.")
    if found is None:
        return failed(f"{who} is a standalone account: it belongs to no organization.")
    if found != ours:
        return failed(f"{who} belongs to organization {found}, while most others belong to {ours}.")
    if account.is_listed:
        return passed(f"{who} belongs to organization {found}.")
    return failed(f"{who} says it belongs to organization {found}, which does not list it.")


@control(
    "ORG-02",
    title="The OU tree has a home for security, infrastructure and workloads",
    category=Category.ORGANIZATION,
    severity=Severity.MEDIUM,
    maturity=3,
    source=_OUS,
    fact=UNIT_FUNCTIONS,
    evidence=("ou_id", "function"),
    mappings={"cis": ["CIS AWS Foundations v7.0.0 2.1.4"]},
)
def ou_functions(unit: Row) -> Verdict | None:
    """Guardrails are attached to organizational units; without one for each function, they cannot differ by function.

    Fix: create the missing OU and move the matching accounts into it, then attach policies.
    """
    if unit.group == "candidate":
        question = f"Does {unit.ou_path} serve one of the missing functions ({unit.missing})?"
        return asked(f"{question} Ask whoever runs the organization.")
    if unit.group != "usual":
        return None
    if unit.ou_id is None:
        return failed(f"There is no organizational unit for {unit.function}.")
    if not unit.account_count:
        return failed(f"{unit.ou_path} holds no account.")
    return passed(f"{unit.ou_path} is for {unit.function}; accounts in it: {unit.account_count}.")


@control(
    "ORG-03",
    title="OUs exist for special cases (incident response, onboarding or mergers, suspended, exceptions, sandbox)",
    category=Category.ORGANIZATION,
    severity=Severity.LOW,
    maturity=3,
    source=_OUS,
    fact=UNIT_FUNCTIONS,
    evidence=("account_count",),
)
def special_ous(unit: Row) -> Verdict | None:
    """An incident, an acquisition or a closure needs a place with its own guardrails, and improvising one takes days.

    Fix: create the missing OU now and attach the guardrails it is for.
    """
    if unit.group != "special":
        return None
    meant = {"exception": "exceptions", "suspended": "suspended accounts"}.get(unit.function, unit.function)
    if unit.ou_id is None:
        return failed(f"There is no organizational unit for {meant}.")
    return passed(f"{unit.ou_path} is for {meant}.")


@control(
    "ORG-04",
    title="Production and non-production accounts sit in different OUs and no member account sits directly "
    "under the root",
    category=Category.ORGANIZATION,
    severity=Severity.MEDIUM,
    maturity=3,
    source=_OUS,
    fact=PLACED_ACCOUNTS,
    mappings={"cis": ["CIS AWS Foundations v7.0.0 2.1.4"]},
)
def environments_apart(account: Row, *, root_level_ok: tuple[str, ...] = ()) -> Verdict | None:
    """A production guardrail should not have to be loosened because a test account shares its OU.

    Fix: move accounts out of the root and split mixed OUs by environment. Compare the policies of both OUs first: they
    change for the account the moment it moves.
    """
    name, path = account.name or account.account_id, account.ou_path
    if account.organization_id is None or not account.is_active or account.account_id == account.management:
        return None
    if account.under_root and account.account_id not in root_level_ok:
        return failed(f"{name} sits directly under the root, where only the guardrails for all accounts apply to it.")
    if account.parent_id is None:
        return asked(f"Which OU is {name} in? The OU tree does not show it.")
    if account.env_class is None:
        return asked(f"Is {name} in {path} a production account? Neither its tags nor its name nor its OU shows.")
    if not account.under_root and account.mixes_environments:
        return failed(f"{path} mixes production and non-production accounts; {name} is {account.env_class}.")
    return passed(f"{name} ({account.env_class}) is in {path}, with accounts of its kind.")


@control(
    "ORG-09",
    title="The account list matches the client's own inventory",
    category=Category.ORGANIZATION,
    severity=Severity.MEDIUM,
    maturity=2,
    source="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts.html",
    fact=INVENTORY,
    evidence=("name", "joined_method", "joined_at", "state"),
)
def accounts_are_known(one: Row) -> Verdict:
    """An account on nobody's list is one that nobody patches, watches or closes.

    Accounts that appear only in the bill, or only in the trust policy of a role, are asked about.

    Fix: reconcile the two lists; bring unknown accounts into the organization, or close them.
    """
    if one.kind == "list":
        return asked(
            f"Is this list of accounts complete, and does each belong to the organization? {', '.join(one.accounts)}."
        )
    if one.kind == "payer":
        return asked("This account is on the bill but not in the organization: whose is it?")
    if one.kind == "trusted":
        verb = "trusts" if len(one.trusted_by) == 1 else "trust"
        return asked(f"{', '.join(one.trusted_by[:3])} {verb} this account, which is on no list: whose is it?")
    if one.kind == "invitation":
        return passed(f"The invitation to {one.name} has been open for {counted(one.age_days, 'day')}.", INFO)
    if not one.in_organization:
        return failed(f"{one.name or one.resource_id} is in the inventory but not in the organization.")
    if one.in_inventory:
        return passed("The account is in both the organization and the inventory.")
    if one.is_closed:
        return passed(f"The account is {one.state} and no longer in the inventory.")
    return failed(f"{one.name or one.resource_id} is in the organization but not in the inventory.")
