"""Controls about what service control policies deny, asked with requests that somebody could really make."""

from __future__ import annotations

from collections.abc import Iterable

from orienteer.controls.control import control
from orienteer.controls.verdict import HIGH, INFO, LOW, MEDIUM, Verdict, asked, failed, passed
from orienteer.facts.guarded import ACCOUNT_TYPE, GUARDED
from orienteer.facts.locks import LOCKED
from orienteer.facts.seen import Row, unless_unseen
from orienteer.facts.values import ROOT_USER
from orienteer.model import Category, Severity
from orienteer.policy.guardrails.spared import Exemption
from orienteer.policy.language.match import wildcard

SCPS = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html"
CIS = {"cis": ["CIS AWS Foundations v7.0.0 2.1.2"]}


def unstopped(row: Row, words: str, severity: Severity | None = None) -> Verdict:
    """FAIL; a question where the chain of policies could not be read whole, since the deny may stand there."""
    if row.whole:
        return failed(words, severity)
    return asked(f"{words} Not every policy above it could be read: does one of the unread ones deny it?", severity)


def said(exemptions: Iterable[Exemption]) -> str:
    """The exemptions in words, as the second half of a sentence."""
    text = " ".join(one.words for one in exemptions)
    return text[:1].lower() + text[1:]


@control(
    "SCP-02",
    title="Leaving the organization is denied on every OU except the exception OU",
    category=Category.ORGANIZATION,
    severity=Severity.HIGH,
    maturity=4,
    source=SCPS,
    fact=GUARDED,
    evidence=("node_id", "policy_id", "policy_name", "statement", "attached_at", "exempt_principals"),
    resource_type="AWS::Organizations::OrganizationalUnit",
    mappings=CIS,
)
def leaving_denied(node: Row, *, allowed_exempt_principals: tuple[str, ...] = ()) -> Verdict | None:
    """An account that can leave takes its data and logs along, and from that moment no guardrail applies to it.

    Fix: attach a policy that denies organizations:LeaveOrganization to the root, or to each top-level OU except the one
    for exceptions.
    """
    if node.asks != "leaving":
        return None
    where = node.node_path
    if node.is_exception:
        text = f"{where} is an exception OU, and leaving is denied there too: a deny from above cannot be lifted."
        return passed(text, INFO) if node.is_unit and unless_unseen(lambda: node.denied, False) else None
    if not node.denied:
        return unstopped(
            node,
            f"Accounts in {where} can leave the organization: {node.words}."
            if node.is_unit
            else f"{where} can leave the organization: {node.words}.",
        )
    agreed = allowed_exempt_principals
    strangers = [e for e in node.exemptions if not any(e.pattern == a or wildcard(a, e.pattern) for a in agreed)]
    if strangers:
        grave = HIGH if any(e.guessable for e in strangers) else LOW
        return unstopped(node, f"Leaving is denied on {where}, but {said(strangers)}", grave)
    return passed(f"Leaving is denied on {where}: {node.words}.")


@control(
    "SCP-03",
    title="Root user actions are denied on every OU except the exception OU, or the member root credentials are gone",
    category=Category.ORGANIZATION,
    severity=Severity.HIGH,
    maturity=4,
    source=SCPS,
    fact=GUARDED,
    evidence=("ou_path", "policy_name", "statement", "attached_at"),
    resource_type=ACCOUNT_TYPE,
    mappings=CIS,
)
def root_denied(node: Row) -> Verdict | None:
    """No IAM policy in an account limits its root user; only a guardrail of the organization does, or having no root
    credentials at all.

    Fix: remove the members' root credentials centrally, and attach a policy that denies root actions to the root or the
    OUs, with an exemption for privileged root sessions.
    """
    if node.asks != "root" or node.is_exception:
        return None
    name = node.node_name
    if node.denied:
        spare = unless_unseen(lambda: node.central_sessions, False) and not node.assumed_root_exempt
        more = " The deny also blocks privileged root sessions; a condition on aws:AssumedRoot would exempt them."
        return passed(f"Root actions of {name} are denied.{more if spare else ''}")
    if node.root_credentials is False:
        return passed(f"Root actions of {name} are not all denied, but its root user has no credentials.")
    still, rest = ", ".join(node.open_actions[:5]), len(node.open_actions) - 5
    more = f" and {rest} other actions tried" if rest > 0 else ""
    text = f"The root user of {name} may call {still}{more}, and nothing shows that it has no credentials."
    return unstopped(node, text, MEDIUM if node.aims_at_root else None)


@control(
    "SCP-06",
    title="Security services, logging and security roles cannot be switched off from member accounts",
    category=Category.ORGANIZATION,
    severity=Severity.HIGH,
    maturity=4,
    source=SCPS,
    fact=GUARDED,
    evidence=("ou_path", "probe", "policy_name", "statement", "attached_at", "exempt_principals", "locked_by"),
    resource_type=ACCOUNT_TYPE,
    mappings=CIS,
)
def protection_denied(node: Row) -> Verdict | None:
    """An intruder with administrator rights first switches off whatever would raise the alarm.

    GuardDuty protects itself where its delegated administrator enrols all accounts in every region: no member can then
    leave or switch it off. Security Hub's central configuration is not counted, since which accounts it exempts was not
    read.

    Fix: add the open actions to a protective SCP, and exempt only roles that local administrators can neither create
    nor change.
    """
    if node.asks != "protection" or node.is_exception:
        return None
    action, name = node.probe.partition("@")[0], node.node_name
    grave = HIGH if action.startswith(("cloudtrail:", "guardduty:")) else MEDIUM
    if node.denied and not node.takeable:
        spared = f" Exempt: {', '.join(node.exempt_principals)}." if node.exemptions else ""
        return passed(f"Nobody in {name} can call {action}: {node.words}.{spared}", grave)
    text = f"{action} is denied in {name}, but {said(node.takeable)}" if node.denied else ""
    text = text or f"A local administrator of {name} can call {action}: {node.words}."
    if action.lower() in LOCKED and node.locked:
        return passed(f"{text} GuardDuty itself refuses it there, because its administrator enrols all accounts.")
    why = f" GuardDuty does not refuse it either: {node.unlocked_because}." if action.lower() in LOCKED else ""
    return unstopped(node, f"{text}{why}", grave)


@control(
    "SCP-08",
    title="Creating IAM users and long-lived access keys is denied outside named exceptions",
    category=Category.ORGANIZATION,
    severity=Severity.MEDIUM,
    maturity=4,
    source=SCPS,
    fact=GUARDED,
    evidence=("ou_path", "policy_name", "statement", "attached_at", "exempt_principals"),
    resource_type=ACCOUNT_TYPE,
    mappings=CIS,
)
def long_lived_credentials_denied(node: Row) -> Verdict | None:
    """Long-lived passwords and keys come back after every clean-up unless creating them is denied.

    Fix: deny iam:CreateUser, iam:CreateLoginProfile and iam:CreateAccessKey in the protective SCP once people sign in
    through Identity Center, with an exemption for the few programs that still need a key.
    """
    if node.asks != "long_lived" or node.is_exception:
        return None
    if not node.denied:
        none = unless_unseen(lambda: [c.user for c in node.credentials] == [ROOT_USER], False)
        text = f"A local administrator of {node.node_name} can call {', '.join(node.open_actions)}"
        return unstopped(node, f"{text}{'; there are no IAM users today' if none else ''}.", LOW if none else None)
    if node.takeable:
        return unstopped(node, f"Creating IAM users and keys is denied in {node.node_name}, but {said(node.takeable)}")
    spared = f", except by {', '.join(node.exempt_principals)}" if node.exemptions else ""
    return passed(f"IAM users and long-lived keys cannot be created in {node.node_name}{spared}.")
