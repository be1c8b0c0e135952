"""Controls about the regions that service control policies leave open, and about what a region deny must spare."""

from __future__ import annotations

from orienteer.controls.control import control
from orienteer.controls.guardrails import unstopped
from orienteer.controls.verdict import MEDIUM, Verdict, asked, failed, passed
from orienteer.facts.guarded import ACCOUNT_TYPE, GUARDED
from orienteer.facts.region_guards import REGION_GUARDS
from orienteer.facts.seen import Row
from orienteer.facts.usage import NEW_SERVICE
from orienteer.model import Category, Severity

_SOURCE = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html"


@control(
    "SCP-04",
    title="Regions the organization does not use are denied to every member account",
    category=Category.ORGANIZATION,
    severity=Severity.HIGH,
    maturity=4,
    source=_SOURCE,
    fact=GUARDED,
    evidence=("ou_path", "open_probes", "policy_name", "statement", "attached_at", "exempt_principals"),
    resource_type=ACCOUNT_TYPE,
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 2.1.2"],
        "prowler": ["organizations_scp_check_deny_regions"],
    },
)
def regions_denied(node: Row) -> Verdict | None:
    """Nobody watches a region that nobody uses; what an intruder starts there runs until the bill arrives.

    Fix: attach a policy that denies all but the global services (NotAction) where aws:RequestedRegion is not an
    approved region, to a test OU first and then to the root.
    """
    if node.asks != "regions" or node.is_exception:
        return None
    name = node.node_name
    if node.blocked_regions:
        return failed(f"{name} is blocked in approved {', '.join(node.blocked_regions)}: {node.words}.")
    if node.question:
        return asked(node.question)
    where = ", ".join(node.open_regions)
    if node.open_actions == (NEW_SERVICE,):
        text = f"Outside the approved regions {name} is denied only listed services; others can be used in {where}."
        return unstopped(node, text, MEDIUM)
    if node.open_actions:
        named = ", ".join(one for one in node.open_actions if one != NEW_SERVICE)
        more = " and services yet to come" if NEW_SERVICE in node.open_actions else ""
        return unstopped(node, f"{name} can call {named}{more} outside the approved regions, in {where}.")
    if node.takeable:
        who = " ".join(one.words for one in node.takeable)
        return unstopped(node, f"Other regions are denied to {name}, but not to everybody. {who}")
    return passed(f"Outside the approved regions {name} is denied everything that was tried.")


@control(
    "SCP-05",
    title="The region deny leaves global services and the organization's own operations usable",
    category=Category.ORGANIZATION,
    severity=Severity.MEDIUM,
    maturity=4,
    source=_SOURCE,
    fact=REGION_GUARDS,
    evidence=("denied_actions",),
)
def global_services_usable(guard: Row) -> Verdict:
    """A region deny that forgets a global service breaks it for everybody, and is then switched off in a hurry.

    Fix: add the missing global services to the NotAction list, and remove regional services that do not have to work
    everywhere.
    """
    name, little = guard.policy_name, ""
    if not guard.closes_home:
        little = f" It leaves {guard.home} open, where most of them are called, so this is only a weak test."
    if guard.denied_services:
        services, who = ", ".join(guard.denied_services), ", ".join(guard.denied_to)
        return failed(f"Policy {name} denies {services} to {who}, because NotAction does not list them.{little}")
    if guard.regional_entries:
        entries = ", ".join(guard.regional_entries)
        return asked(f"Policy {name} leaves {entries} open in every region: is that intended?{little}")
    return passed(f"Policy {name} leaves the global services usable.{little}")
