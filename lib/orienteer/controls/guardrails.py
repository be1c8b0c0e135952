"""Controls about what service control policies deny, asked with requests that somebody could really make."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import pandas as pd

from orienteer.controls.control import control, nothing
from orienteer.controls.estate import judged, organized
from orienteer.controls.locks import LOCKED, Locks
from orienteer.controls.locks import TABLES as LOCKS
from orienteer.controls.root import enabled_features
from orienteer.facts.foundation import exceptions
from orienteer.facts.tree import SCP, Node, Tree, about, asked_for, shown, tree
from orienteer.facts.values import ROOT_USER, not_asked
from orienteer.model import Category, Severity
from orienteer.parameters import Client
from orienteer.partitions import home_region
from orienteer.policy.guardrails.probes import LONG_LIVED, Answer, Exemption, asked, leaving, root_actions
from orienteer.policy.language.match import wildcard

PROTECTED = (
    "cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "cloudtrail:UpdateTrail", "guardduty:DeleteDetector",
    "guardduty:DisassociateFromAdministratorAccount", "securityhub:DisableSecurityHub",
    "config:StopConfigurationRecorder", "config:DeleteConfigurationRecorder", "access-analyzer:DeleteAnalyzer",
    "ec2:DisableEbsEncryptionByDefault", "s3:PutAccountPublicAccessBlock", "account:EnableRegion",
    "iam:UpdateAssumeRolePolicy@security-roles",
)  # fmt: skip
_SOURCE = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html"
_CIS = {"cis": ["CIS AWS Foundations v7.0.0 2.1.2"]}
_ACCOUNT = "AWS::Organizations::Account"
_POLICIES = ("organization_policy_documents", "organization_policy_targets")
Row = dict[str, Any]


@control(
    "SCP-02",
    title="Leaving the organization is denied on every OU except the exception OU",
    category=Category.ORGANIZATION,
    severity=Severity.HIGH,
    maturity=4,
    source=_SOURCE,
    scope="organization",
    resource_type="AWS::Organizations::OrganizationalUnit",
    mappings=_CIS,
)
def leaving_denied(
    organization: pd.DataFrame,
    organization_roots: pd.DataFrame,
    organizational_units: pd.DataFrame,
    organization_accounts: pd.DataFrame,
    organization_policy_documents: pd.DataFrame,
    organization_policy_targets: pd.DataFrame,
    *,
    client: Client,
    exception_ous: tuple[str, ...] = (),
    allowed_exempt_principals: tuple[str, ...] = (),
) -> pd.DataFrame:
    """An account that can leave takes its data and its logs with it, and every guardrail ends at that moment.

    Fix: attach the deny statement to the root or to each top-level OU other than the exception OU.
    """
    if not organized(organization):
        return nothing()
    found = tree(SCP, organization, organization_roots, organizational_units, organization_accounts,
                 organization_policy_documents, organization_policy_targets)  # fmt: skip
    spared = exceptions(organizational_units, client.exception_ou, exception_ous)
    rows = []
    for node in found.nodes:
        answer = leaving(node.levels, _probed(node), org_id=found.organization_id, partition=node.partition,
                         labels=node.labels)  # fmt: skip
        row = {**about(found.home, node), **_answered(node, answer)}
        row["resource_type"] = _ACCOUNT if node.is_account else None
        if not spared & set(node.above):
            rows.append(asked_for(node, {**row, **_leaving_verdict(node, answer, allowed_exempt_principals)}))
        elif answer.denied and not node.is_account:
            told = (
                f"{node.path} is an exception OU, and leaving is denied there too: a guardrail above cannot be lifted."
            )
            rows.append({**row, "passed": True, "severity": Severity.INFO.value, "reason": told})
    return judged(
        rows, ["node_id", "node_path", "denied", "policy_id", "policy_name", "attached_at", "exempt_principals"]
    )


def _leaving_verdict(node: Node, answer: Answer, allowed: Iterable[str]) -> Row:
    agreed = tuple(allowed)
    strangers = [e for e in answer.exemptions if not any(e.pattern == a or wildcard(a, e.pattern) for a in agreed)]
    if not answer.denied:
        return {
            "passed": False,
            "reason": f"{node.path} can be taken out of the organization: {node.words(answer.decision)}.",
        }
    if strangers:
        words = " ".join(exemption.words for exemption in strangers)
        return {"passed": False, "reason": f"Leaving is denied on {node.path}, but not to everybody: {words}"}
    return {"passed": True, "reason": f"Leaving is denied on {node.path}: {node.words(answer.decision)}."}


def _probed(node: Node) -> str:
    """The account the probe is made in; for a unit a made-up one."""
    return node.id if node.is_account else "000000000000"


def _answered(node: Node, answer: Answer) -> Row:
    """The evidence of one probe."""
    decider = node.decider(answer.decision) if answer.denied else None
    return {"denied": answer.denied, "probe_action": answer.action, **shown(decider),
            "exempt_principals": [exemption.pattern for exemption in answer.exemptions]}  # fmt: skip


@control(
    "SCP-03",
    title="Root user actions are denied on every OU except the exception OU, or the member root credentials are gone",
    category=Category.ORGANIZATION,
    severity=Severity.HIGH,
    maturity=4,
    source=_SOURCE,
    scope="account",
    resource_type=_ACCOUNT,
    refined_by=("iam_organizations_features",),
    mappings=_CIS,
)
def root_denied(
    organization: pd.DataFrame,
    organization_roots: pd.DataFrame,
    organizational_units: pd.DataFrame,
    organization_accounts: pd.DataFrame,
    organization_policy_documents: pd.DataFrame,
    organization_policy_targets: pd.DataFrame,
    iam_account_summary: pd.DataFrame,
    iam_organizations_features: pd.DataFrame,
    *,
    client: Client,
    exception_ous: tuple[str, ...] = (),
) -> pd.DataFrame:
    """No policy inside an account binds its root user; only a guardrail of the organization, or its absence, does.

    Fix: attach a root deny to the root or the OUs, and remove the member root credentials centrally.
    """
    if not organized(organization):
        return nothing()
    found = tree(SCP, organization, organization_roots, organizational_units, organization_accounts,
                 organization_policy_documents, organization_policy_targets)  # fmt: skip
    spared = exceptions(organizational_units, client.exception_ou, exception_ous)
    counts = iam_account_summary.set_index("account_id")[[
        "account_password_present", "account_access_keys_present", "account_signing_certificates_present"]]  # fmt: skip
    present = {str(i): None if row.isna().any() else bool(row.sum()) for i, row in counts.iterrows()}
    central = bool(enabled_features(iam_organizations_features) & {"RootSessions"})
    rows = [_root_row(found.home, node, found.organization_id, present.get(node.id), central)
            for node in found.accounts if not spared & set(node.above)]  # fmt: skip
    return judged(rows, ["account_id", "ou_path", "denied_by_policy", "attached_at", "root_credentials_present",
                         "assumed_root_exempt", "open_actions"])  # fmt: skip


def _root_row(home: str, node: Node, org_id: str | None, present: bool | None, central: bool) -> Row:
    """The verdict about one account's root user: denied by guardrails, or shown to hold no credentials."""
    answer = root_actions(node.levels, node.id, org_id=org_id, partition=node.partition, labels=node.labels)
    aimed = [a for a in answer.answers if a.denied and (answer.denied or _aims_at_root(a))]
    decider = next((node.decider(a.decision) for a in aimed), None)
    passed = answer.denied or present is False
    if answer.denied:
        told = f"Root actions of {node.name} are denied."
        if central and not answer.sessions_exempt:
            told += " The deny also blocks privileged root sessions; a condition on aws:AssumedRoot would spare them."
    elif passed:
        told = f"Root actions of {node.name} are not all denied, but its root user has no credentials."
    else:
        still = ", ".join(answer.open_actions[:5])
        more = f" and {len(answer.open_actions) - 5} other probes" if len(answer.open_actions) > 5 else ""
        told = f"Nothing denies the root user of {node.name} {still}{more}, and nothing shows that it is gone."
    return asked_for(node, {
        **about(home, node), "denied_by_policy": decider and decider.name, "attached_at": decider and decider.at,
        "root_credentials_present": present, "assumed_root_exempt": answer.sessions_exempt,
        "open_actions": list(answer.open_actions), "passed": passed,
        "severity": Severity.MEDIUM.value if aimed and not passed else "", "reason": told,
        "without": ("iam_account_summary",) if answer.denied else _POLICIES if passed else (),
    })  # fmt: skip


def _aims_at_root(answer: Answer) -> bool:
    """Whether the statement that denied is about who calls, and so meant for the root user."""
    statement = answer.decision.statement
    return statement is not None and any(c.key in ("aws:principalarn", "aws:userid") for c in statement.conditions)


@control(
    "SCP-06",
    title="Security services, logging and security roles cannot be switched off from member accounts",
    category=Category.ORGANIZATION,
    severity=Severity.HIGH,
    maturity=4,
    source=_SOURCE,
    scope="organization",
    resource_type=_ACCOUNT,
    mappings=_CIS,
    refined_by=LOCKS,
)
def protection_denied(
    organization: pd.DataFrame,
    organization_roots: pd.DataFrame,
    organizational_units: pd.DataFrame,
    organization_accounts: pd.DataFrame,
    organization_policy_documents: pd.DataFrame,
    organization_policy_targets: pd.DataFrame,
    guardduty_organization_admins: pd.DataFrame,
    guardduty_organization_configuration: pd.DataFrame,
    guardduty_members: pd.DataFrame,
    *,
    client: Client,
    exception_ous: tuple[str, ...] = (),
    protected_actions: tuple[str, ...] = PROTECTED,
) -> pd.DataFrame:
    """The first thing an intruder with administrator rights does is to switch off what would report him.

    GuardDuty protects itself where its delegated administrator enrols all accounts in every region: no member can
    leave or be switched off then. Security Hub's central configuration is not counted: which accounts it spares was not
    read.

    Fix: add the open actions to a protective SCP and exempt only roles that local administrators cannot create or
    modify.
    """
    if not organized(organization):
        return nothing()
    found = tree(SCP, organization, organization_roots, organizational_units, organization_accounts,
                 organization_policy_documents, organization_policy_targets)  # fmt: skip
    spared = exceptions(organizational_units, client.exception_ou, exception_ous)
    locks = Locks(guardduty_organization_admins, guardduty_organization_configuration, guardduty_members)
    rows = [_locked(_protection(found, node, probe, client.approved_regions), locks, node)
            for node in found.accounts if not spared & set(node.above)
            for probe in dict.fromkeys(protected_actions)]  # fmt: skip
    return judged(rows, ["account_id", "ou_path", "probe_action", "denied", "policy_name", "exempt_principals",
                         "exemption_is_guessable", "locked_by"])  # fmt: skip


def _locked(row: Row, locks: Locks, node: Node) -> Row:
    """The verdict about one action, after a lock of the service itself was looked for where no policy denies it."""
    action = str(row["probe_action"]).lower()
    if row["passed"] or action not in LOCKED:
        return {**row, "without": LOCKS}
    lock = locks.of(node.id)
    if lock.held:
        told = f"GuardDuty refuses it to {node.name}: its administrator enrols all accounts in {', '.join(lock.by)}."
        return {**row, "passed": True, "manual": False, "locked_by": dict(lock.by), "without": LOCKS[1:],
                "stands": False, "severity": "", "reason": f"{row['reason']} {told}"}  # fmt: skip
    if lock.held is None:
        unread = not_asked("guardduty:DescribeOrganizationConfiguration", node.id, "all", f"{lock.why}: is it locked?")
        return {**row, "stands": False, "unread": unread}
    told = f"GuardDuty does not lock it either: {lock.why}."
    resting = {"without": LOCKS[:2], "stands": False} if lock.unlisted else {"without": LOCKS}
    return {**row, **resting, "locked_by": dict(lock.by) or None, "reason": f"{row['reason']} {told}"}


def _protection(found: Tree, node: Node, probe: str, regions: Collection[str]) -> Row:
    """The verdict about one action: denied, and to everybody who could make himself exempt."""
    action, _, on = probe.partition("@")
    resources = _named_roles(node, action) if on else []
    places = tuple(dict.fromkeys((*regions, home_region(partition=node.partition)))) if regions else ()
    answer = asked(node.levels, action, node.id, org_id=found.organization_id, partition=node.partition,
                   regions=places, resources=resources)  # fmt: skip
    guessable = [exemption for exemption in answer.exemptions if exemption.guessable]
    if not answer.denied:
        told = f"A local administrator of {node.name} can call {action}: {node.words(answer.decision)}."
    elif guessable:
        told = f"{action} is denied in {node.name}, but {_said(guessable)}"
    else:
        told = f"Nobody in {node.name} can call {action}: {node.words(answer.decision)}."
        told += f" Exempt: {', '.join(e.pattern for e in answer.exemptions)}." if answer.exemptions else ""
    watching = action.partition(":")[0] in ("cloudtrail", "guardduty")
    return asked_for(node, {
        **about(found.home, node), **_answered(node, answer), "resource_id": f"{node.id}/{probe}",
        "exemption_is_guessable": bool(guessable), "passed": answer.denied and not guessable,
        "severity": Severity.HIGH.value if watching else Severity.MEDIUM.value, "reason": told,
    })  # fmt: skip


def _said(exemptions: Iterable[Exemption]) -> str:
    text = " ".join(exemption.words for exemption in exemptions)
    return text[:1].lower() + text[1:]


def _named_roles(node: Node, action: str) -> list[str]:
    """The roles that the chain's denies of this action name, as ARNs of this account; none where it names no role."""
    named = [
        resource
        for level in node.levels
        for document in level
        for statement in document.statements
        if statement.effect == "Deny" and statement.action_set.hit(action.lower())
        for resource in statement.resources or ()
        if ":role/" in resource
    ]
    fields = (resource.split(":", 5) for resource in named)
    return sorted(
        f"arn:{node.partition if '*' in f[1] else f[1]}:iam::{node.id}:{f[5].replace('*', 'probe').replace('?', 'x')}"
        for f in {tuple(found) for found in fields} if len(f) == 6
    )  # fmt: skip


@control(
    "SCP-08",
    title="Creating IAM users and long-lived access keys is denied outside named exceptions",
    category=Category.ORGANIZATION,
    severity=Severity.MEDIUM,
    maturity=4,
    source=_SOURCE,
    scope="account",
    resource_type=_ACCOUNT,
    refined_by=("iam_credential_report",),
    mappings=_CIS,
)
def long_lived_credentials_denied(
    organization: pd.DataFrame,
    organization_roots: pd.DataFrame,
    organizational_units: pd.DataFrame,
    organization_accounts: pd.DataFrame,
    organization_policy_documents: pd.DataFrame,
    organization_policy_targets: pd.DataFrame,
    iam_credential_report: pd.DataFrame,
    *,
    client: Client,
    exception_ous: tuple[str, ...] = (),
) -> pd.DataFrame:
    """A password or key that never expires comes back after every clean-up unless it cannot be made.

    Fix: add the three actions to the protective SCP once Identity Center carries human access.
    """
    if not organized(organization):
        return nothing()
    found = tree(SCP, organization, organization_roots, organizational_units, organization_accounts,
                 organization_policy_documents, organization_policy_targets)  # fmt: skip
    spared = exceptions(organizational_units, client.exception_ou, exception_ous)
    people = iam_credential_report[iam_credential_report["user"] != ROOT_USER]["account_id"].value_counts().to_dict()
    read = set(iam_credential_report["account_id"])
    rows = [_long_lived(found.home, node, found.organization_id, node.id in read and not people.get(node.id))
            for node in found.accounts if not spared & set(node.above)]  # fmt: skip
    return judged(rows, ["account_id", "ou_path", "probe_action", "denied", "policy_name", "exempt_principals"])


def _long_lived(home: str, node: Node, org_id: str | None, no_users: bool) -> Row:
    answers = [asked(node.levels, action, node.id, org_id=org_id, partition=node.partition, labels=node.labels)
               for action in LONG_LIVED]  # fmt: skip
    still_open = [answer.action for answer in answers if not answer.denied]
    exempt = sorted({exemption.pattern for answer in answers for exemption in answer.exemptions})
    anybody = [pattern for pattern in exempt if "*" in pattern.rpartition("/")[2] or "?" in pattern.rpartition("/")[2]]
    deciders: Mapping[str, None] = dict.fromkeys(
        policy.name for answer in answers if answer.denied and (policy := node.decider(answer.decision)))  # fmt: skip
    told = f"Users and long-lived keys cannot be made in {node.name}"
    if still_open:
        told = f"A local administrator of {node.name} can call {', '.join(still_open)}"
        told += "; there are no IAM users today" if no_users else ""
    elif anybody:
        told = f"Users and long-lived keys can be made in {node.name} by anybody who takes a name like {anybody[0]}"
    elif exempt:
        told += f", save by {', '.join(exempt)}"
    return asked_for(node, {
        **about(home, node), "probe_action": still_open or list(LONG_LIVED), "denied": not still_open,
        "policy_name": list(deciders), "exempt_principals": exempt, "passed": not still_open and not anybody,
        "severity": Severity.LOW.value if still_open and no_users else "", "reason": f"{told}.",
    })  # fmt: skip
