"""Controls about the regions that service control policies leave open, and about what a region deny must spare."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

import pandas as pd

from orienteer.controls.chains import SCP, Hung, Node, Tree, about, exceptions, tree
from orienteer.controls.control import Client, control, nothing
from orienteer.controls.estate import judged, organized
from orienteer.model import Category, Severity
from orienteer.policy.probes import GLOBAL, Answer, about_region, global_services, region_exempt, regions_open

GLOBAL_SERVICES = (
    "iam", "sts", "organizations", "account", "route53", "route53domains", "cloudfront", "support", "health", "budgets",
    "ce", "cur", "waf", "wafv2", "shield", "globalaccelerator", "networkmanager", "trustedadvisor", "aws-portal",
    "billing", "sso",
)  # fmt: skip
S3_GLOBAL = ("s3:listallmybuckets", "s3:getaccountpublicaccessblock", "s3:putaccountpublicaccessblock")
"""S3 operations that belong to no region although S3 does."""
NEW_SERVICE = "newservice:Create"
_SOURCE = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html"
Row = dict[str, Any]


@control(
    "SCP-04",
    title="Regions the organization does not use are denied to every member account",
    category=Category.ORGANIZATION,
    severity=Severity.HIGH,
    maturity=4,
    source=_SOURCE,
    scope="account",
    resource_type="AWS::Organizations::Account",
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 2.1.2"],
        "prowler": ["organizations_scp_check_deny_regions"],
    },
)
def regions_denied(
    organization: pd.DataFrame,
    organization_roots: pd.DataFrame,
    organizational_units: pd.DataFrame,
    organization_accounts: pd.DataFrame,
    organization_policy_documents: pd.DataFrame,
    organization_policy_targets: pd.DataFrame,
    ec2_regions: pd.DataFrame,
    *,
    client: Client,
    allowed_regions: tuple[str, ...] = (),
    exception_ous: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Nobody watches a region that nobody uses; what is started there runs until the bill comes.

    Fix: attach a deny with NotAction for the global services and a not-equals condition on the requested region, to the
    root or to every OU.
    """
    if not organized(organization):
        return nothing()
    found = tree(SCP, organization, organization_roots, organizational_units, organization_accounts,
                 organization_policy_documents, organization_policy_targets)  # fmt: skip
    allowed = set(allowed_regions or client.approved_regions)
    if not allowed:
        return judged([_which_regions(found, organization)], ["named_regions"])
    spared = exceptions(organizational_units, client.exception_ou, exception_ous)
    usable = ec2_regions[ec2_regions["enabled"].fillna(True).astype(bool)]
    by_account = {account: sorted(names) for account, names in usable.groupby("account_id")["region_name"]}
    anywhere = sorted(set(usable["region_name"].dropna()))
    rows = [_regions_row(found, node, by_account.get(node.id, anywhere), allowed)
            for node in found.accounts if not spared & set(node.above)]  # fmt: skip
    return judged(rows, ["account_id", "ou_path", "open_regions", "probe_action", "result", "policy_name",
                         "attached_at", "exempt_principals"])  # fmt: skip


def _which_regions(found: Tree, organization: pd.DataFrame) -> Row:
    """The question which regions are meant to be used, with those the policies name."""
    named = sorted({value for node in found.nodes for level in node.levels for document in level
                    for statement in document.statements for condition in statement.conditions
                    if condition.key == "aws:requestedregion" for value in condition.values})  # fmt: skip
    told = f"the policies name {', '.join(named)}" if named else "no policy names any"
    return {"account_id": found.home, "resource_id": found.organization_id, "resource_arn": organization["arn"].iloc[0],
            "named_regions": named, "passed": False, "manual": True,
            "reason": f"Which regions does the organization use? None is given as approved, and {told}."}  # fmt: skip


def _regions_row(found: Tree, node: Node, regions: Sequence[str], allowed: Collection[str]) -> Row:
    """The verdict about one account: elsewhere every probe is denied, and no region deny bites where work is meant."""
    answers = regions_open(node.levels, sorted({*regions, *allowed}), node.id, org_id=found.organization_id,
                           labels=node.labels)  # fmt: skip
    open_elsewhere = [a for a in answers if a.region not in allowed and not a.denied]
    blocked = [a for a in answers if a.region in allowed and a.denied and _by_region(a)]
    shut = [a for a in answers if a.region not in allowed and a.denied]
    decider = next((node.decider(a.decision) for a in (*blocked, *shut)), None)
    return {
        **about(found.home, node), **_regions_verdict(node, open_elsewhere, blocked),
        "probe_action": sorted({a.action for a in (open_elsewhere or blocked or answers)}),
        "open_regions": sorted({a.region for a in open_elsewhere}),
        "result": _open_probes(open_elsewhere) or "denied", "policy_name": decider and decider.name,
        "attached_at": decider and decider.at,
        "exempt_principals": sorted({e.pattern for a in answers for e in a.exemptions}),
    }  # fmt: skip


def _open_probes(answers: Sequence[Answer]) -> dict[str, list[str]]:
    """The probes that got through, by region."""
    found: dict[str, list[str]] = defaultdict(list)
    for answer in answers:
        found[answer.region].append(answer.action)
    return dict(found)


def _by_region(answer: Answer) -> bool:
    return answer.decision.statement is not None and about_region(answer.decision.statement)


def _regions_verdict(node: Node, open_elsewhere: Sequence[Answer], blocked: Sequence[Answer]) -> Row:
    if blocked:
        where = ", ".join(sorted({a.region for a in blocked}))
        return {
            "passed": False,
            "reason": f"{node.name} cannot work in approved {where}: {node.words(blocked[0].decision)}.",
        }
    if not open_elsewhere:
        return {"passed": True, "reason": f"Outside the approved regions {node.name} can start nothing."}
    actions = sorted({a.action for a in open_elsewhere})
    where = ", ".join(sorted({a.region for a in open_elsewhere}))
    if actions == [NEW_SERVICE]:
        told = (
            f"Outside the approved regions only listed services are denied to {node.name}: a new one works in {where}."
        )
        return {"passed": False, "severity": Severity.MEDIUM.value, "reason": told}
    return {
        "passed": False,
        "reason": f"{node.name} can call {', '.join(actions)} outside the approved regions, in {where}.",
    }


@control(
    "SCP-05",
    title="The region deny leaves global services and the organization's own operations usable",
    category=Category.ORGANIZATION,
    severity=Severity.MEDIUM,
    maturity=4,
    source=_SOURCE,
    scope="organization",
    resource_type="AWS::Organizations::Policy",
)
def global_services_usable(
    organization: pd.DataFrame,
    organization_roots: pd.DataFrame,
    organizational_units: pd.DataFrame,
    organization_accounts: pd.DataFrame,
    organization_policy_documents: pd.DataFrame,
    organization_policy_targets: pd.DataFrame,
    *,
    global_services: tuple[str, ...] = GLOBAL_SERVICES,
) -> pd.DataFrame:
    """A region deny that forgets a global service breaks it for everybody, and is then switched off in a hurry.

    Fix: add the missing global service to the NotAction list and remove regional services that are not needed
    everywhere.
    """
    if not organized(organization):
        return nothing()
    found = tree(SCP, organization, organization_roots, organizational_units, organization_accounts,
                 organization_policy_documents, organization_policy_targets)  # fmt: skip
    guards: dict[str, Hung] = {}
    denied: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    entries: dict[str, set[str]] = defaultdict(set)
    for node in found.accounts:
        _note_guards(node, guards, entries)
        for service, answer in _global_answers(found, node, global_services):
            policy = node.decider(answer.decision)
            if answer.denied and policy:
                denied[policy.id][service].add(node.name)
    rows = [_guard_row(found.home, policy, denied[policy.id], _regional(entries[policy.id], global_services))
            for _, policy in sorted(guards.items())]  # fmt: skip
    return judged(rows, ["policy_name", "global_service", "probe_action", "denied", "regional_entries_in_notaction"])


def _global_answers(found: Tree, node: Node, services: Sequence[str]) -> list[tuple[str, Answer]]:
    """(service, answer) of one probe for each global service, S3's own global operations among them."""
    asked = list(dict.fromkeys([*services, "s3"]))
    answers = global_services(node.levels, asked, node.id, org_id=found.organization_id, labels=node.labels)
    return list(zip(asked, answers, strict=True))


def _note_guards(node: Node, guards: dict[str, Hung], entries: dict[str, set[str]]) -> None:
    """Adds the policies of the node's chain that deny regions, and what their NotAction lists spare."""
    for level, hung in zip(node.levels, node.hung, strict=False):
        for document, policy in zip(level, hung, strict=True):
            if any(s.effect == "Deny" and about_region(s) for s in document.statements):
                guards[policy.id] = policy
    for at, index, entry in region_exempt(node.levels):
        entries[node.hung[at][index].id].add(entry)


def _regional(entries: Collection[str], services: Collection[str]) -> list[str]:
    """The NotAction entries that are no global service: they are open in every region."""
    return sorted(e for e in entries if e.partition(":")[0].lower() not in services and e.lower() not in S3_GLOBAL)


def _guard_row(home: str, policy: Hung, denied: dict[str, set[str]], regional: list[str]) -> Row:
    """The verdict about one region deny: it spares the global services, and nothing that has regions."""
    services = sorted(denied)
    if services:
        who = sorted(set().union(*denied.values()))
        told = f"Policy {policy.name} denies {', '.join(services)} to {', '.join(who)}: missing in NotAction."
    elif regional:
        told = f"Policy {policy.name} leaves {', '.join(regional)} open in every region: is each of them meant to be?"
    else:
        told = f"Policy {policy.name} leaves the global services usable."
    return {"account_id": home, "resource_id": policy.id, "policy_name": policy.name, "global_service": services,
            "probe_action": [GLOBAL.get(service, f"{service}:Probe") for service in services],
            "denied": bool(services), "regional_entries_in_notaction": regional,
            "passed": not services and not regional, "manual": not services and bool(regional),
            "reason": told}  # fmt: skip
