"""Controls about the regions that service control policies leave open, and about what a region deny must spare."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from orienteer.controls.control import control, nothing
from orienteer.controls.estate import judged, organized
from orienteer.facts.foundation import exceptions
from orienteer.facts.tree import EVERYTHING, SCP, Hung, Node, Tree, about, asked_for, tree
from orienteer.model import Category, Severity
from orienteer.parameters import Client
from orienteer.partitions import home_region
from orienteer.policy.guardrails.probes import Answer, about_region, asked, global_services, region_exempt, regions_open

GLOBAL_SERVICES = (
    "iam", "sts", "organizations", "account", "route53", "route53domains", "cloudfront", "support", "health", "budgets",
    "ce", "cur", "waf", "wafv2", "shield", "globalaccelerator", "networkmanager", "trustedadvisor", "aws-portal",
    "billing", "sso",
)  # fmt: skip
S3_GLOBAL = ("s3:ListAllMyBuckets", "s3:GetAccountPublicAccessBlock", "s3:PutAccountPublicAccessBlock")
"""S3 operations that belong to no region although S3 does."""
S3_SPARED = re.compile(r"s3:(listallmybuckets|(get|put)accountpublic\w*|\w*multiregion\w*)\*?")
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
    usable = usable[usable["region_name"].notna()]
    by_account = {account: sorted(names) for account, names in usable.groupby("account_id")["region_name"]}
    anywhere = sorted(set(usable["region_name"]))
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
                           partition=node.partition, labels=node.labels)  # fmt: skip
    open_elsewhere = [a for a in answers if a.region not in allowed and not a.denied]
    somewhere = {a.action for a in answers if not a.denied}
    blocked = [a for a in answers if a.region in allowed and a.denied and _by_region(a, somewhere)]
    shut = [a for a in answers if a.region not in allowed and a.denied]
    decider = next((node.decider(a.decision) for a in (*blocked, *shut)), None)
    told = _regions_verdict(node, open_elsewhere, blocked)
    if not regions and not blocked:
        question = (
            f"Which regions can {node.name} use? Its list of regions was not read, nor that of any other account."
        )
        told = {"passed": False, "manual": True, "reason": question}
    row = {
        **about(found.home, node), **told,
        "probe_action": sorted({a.action for a in (open_elsewhere or blocked or answers)}),
        "open_regions": sorted({a.region for a in open_elsewhere}),
        "result": _open_probes(open_elsewhere) or "denied", "policy_name": decider and decider.name,
        "attached_at": decider and decider.at,
        "exempt_principals": sorted({e.pattern for a in answers for e in a.exemptions}),
    }  # fmt: skip
    return row if blocked else asked_for(node, row)


def _open_probes(answers: Sequence[Answer]) -> dict[str, list[str]]:
    """The probes that got through, by region."""
    found: dict[str, list[str]] = defaultdict(list)
    for answer in answers:
        found[answer.region].append(answer.action)
    return dict(found)


def _by_region(answer: Answer, somewhere: Collection[str]) -> bool:
    """Whether it was denied for its region: by a deny that names regions, or allowed in other regions only."""
    statement = answer.decision.statement
    return answer.action in somewhere if statement is None else about_region(statement)


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
    guards: dict[str, _Guard] = {}
    for node in found.accounts:
        _note_guards(node, guards)
        for answer in _global_answers(found, node, global_services):
            policy = node.decider(answer.decision)
            if answer.denied and policy:
                guards[policy.id].denied[answer.action].add(node.name)
    rows = [_guard_row(found, guard, _regional(guard.entries, global_services)) for _, guard in sorted(guards.items())]
    return judged(rows, ["policy_name", "global_service", "probe_action", "denied", "regional_entries_in_notaction",
                         "us_east_1_denied"])  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Guard:
    """A policy that denies regions: what its NotAction lists spare, the global operations it denies and to whom."""

    policy: Hung
    entries: set[str] = field(default_factory=set)
    denied: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    closes_home: list[bool] = field(default_factory=list)


def _global_answers(found: Tree, node: Node, services: Sequence[str]) -> Iterator[Answer]:
    """The answer to one probe of each global service, and to S3's own global operations."""
    yield from global_services(node.levels, [s for s in dict.fromkeys(services) if s != "s3"], node.id,
                               org_id=found.organization_id, partition=node.partition, labels=node.labels)  # fmt: skip
    home = home_region(partition=node.partition)
    for action in S3_GLOBAL:
        answer = asked(node.levels, action, node.id, org_id=found.organization_id, partition=node.partition,
                       regions=[home], resources=["*"], labels=node.labels)  # fmt: skip
        statement = answer.decision.statement
        yield replace(answer, denied=answer.denied and statement is not None and about_region(statement))


def _note_guards(node: Node, guards: dict[str, _Guard]) -> None:
    """Adds the policies of the node's chain that deny regions, and what their NotAction lists spare."""
    home = home_region(partition=node.partition)
    for level, hung in zip(node.levels, node.hung, strict=False):
        for document, policy in zip(level, hung, strict=False):
            if any(s.effect == "Deny" and about_region(s) for s in document.statements):
                guard = guards.setdefault(policy.id, _Guard(policy))
                alone = asked([[EVERYTHING, document]], NEW_SERVICE, node.id, partition=node.partition, regions=[home])
                guard.closes_home.append(alone.denied)
    for at, index, entry in region_exempt(node.levels):
        guards[node.hung[at][index].id].entries.add(entry)


def _regional(entries: Collection[str], services: Collection[str]) -> list[str]:
    """The NotAction entries that are no global service: they are open in every region."""
    return sorted(
        e for e in entries if e.partition(":")[0].lower() not in services and not S3_SPARED.fullmatch(e.lower())
    )


def _guard_row(found: Tree, guard: _Guard, regional: list[str]) -> Row:
    """The verdict about one region deny: it spares the global services, and nothing that has regions."""
    policy, actions = guard.policy, sorted(guard.denied)
    services = sorted({action.partition(":")[0] for action in actions})
    if actions:
        who = sorted(set().union(*guard.denied.values()))
        named = [action if action in S3_GLOBAL else action.partition(":")[0] for action in actions]
        told = f"Policy {policy.name} denies {', '.join(sorted(set(named)))} to {', '.join(who)}: missing in NotAction."
    elif regional:
        told = f"Policy {policy.name} leaves {', '.join(regional)} open in every region: is each of them meant to be?"
    else:
        told = f"Policy {policy.name} leaves the global services usable."
    if not any(guard.closes_home):
        home = home_region(partition=found.nodes[0].partition)
        told += f" It leaves {home} open, where most of them answer, so little is put to the test."
    return {"account_id": found.home, "resource_id": policy.id, "policy_name": policy.name, "global_service": services,
            "probe_action": actions, "denied": bool(actions), "regional_entries_in_notaction": regional,
            "us_east_1_denied": any(guard.closes_home), "passed": not actions and not regional,
            "manual": not actions and bool(regional), "reason": told}  # fmt: skip
