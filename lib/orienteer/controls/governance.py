"""Controls about what the organization decides for all of its accounts: tags, use of content, budgets, baselines."""

from __future__ import annotations

from typing import Annotated

from orienteer.controls.control import control
from orienteer.controls.risk import ANSWERS_COUNT
from orienteer.controls.verdict import Verdict, asked, failed, passed
from orienteer.facts.baselines import BASELINES
from orienteer.facts.opt_out import OPT_OUT
from orienteer.facts.seen import Row
from orienteer.facts.spending import SPENDING
from orienteer.facts.tagging import TAGGING
from orienteer.facts.written_policy import WRITTEN_POLICY
from orienteer.model import Category, Severity
from orienteer.parameters import Range
from orienteer.words import counted

_POLICIES = "https://docs.aws.amazon.com/organizations/latest/userguide/"


@control(
    "GOV-01",
    title="Accounts and resources carry ownership tags and a tag policy defines them",
    category=Category.GOVERNANCE,
    severity=Severity.LOW,
    maturity=3,
    source=f"{_POLICIES}orgs_manage_policies_tag-policies.html",
    fact=TAGGING,
    evidence=("resources", "untagged_examples"),
    mappings={"prowler": ["organizations_tags_policies_enabled_and_attached"]},
)
def ownership_tags(one: Row, *, tag_coverage: Annotated[float, Range(0, 100)] = 80) -> Verdict:
    """A finding is fixed by whoever owns the resource; without tags nobody knows who that is.

    Counted are the EC2 resources people create: instances, VPCs, images and snapshots. Tag names are case-sensitive.

    Fix: publish a tag policy, tag the accounts first, then have each owner tag the resources.
    """
    if one.kind == "resources":
        verb = "has" if one.resources == 1 else "have"
        told = f"{one.coverage_percent:.0f}% of {counted(one.resources, 'resource')} {verb} the required tags"
        good = one.coverage_percent >= tag_coverage
        return passed(f"{told}.") if good else failed(f"{told}; at least {tag_coverage:g}% should.")
    if one.kind == "policy":
        if one.missing:
            return failed(f"No attached tag policy defines {', '.join(one.missing)}.")
        return passed("Tag policies define the required tags.")
    if one.missing:
        return failed(f"Missing tags: {', '.join(one.missing)}.")
    return passed("The account has the required tags.")


@control(
    "GOV-02",
    title="Use of customer content by AWS AI services is opted out at the root",
    category=Category.GOVERNANCE,
    severity=Severity.LOW,
    maturity=3,
    source=f"{_POLICIES}orgs_manage_policies_ai-opt-out.html",
    fact=OPT_OUT,
    evidence=("child_overrides_allowed",),
    mappings={"prowler": ["organizations_opt_out_ai_services_policy"]},
)
def ai_services_opt_out(one: Row) -> Verdict:
    """Unless the organization opts out, some AWS AI services may store its content, also in other regions, and use it
    to improve themselves.

    Fix: attach an AI services opt-out policy to the root with optOut as the default, and let no policy below change it.
    """
    if not one.is_on:
        return failed("AI services opt-out policies are not enabled.")
    if not one.policies_at_root:
        return failed("No AI services opt-out policy is attached to the root.")
    if one.default_value != "optOut":
        return failed(f"The default in the root's policy is {one.default_value or 'not set'} instead of optOut.")
    if one.opted_in:
        return failed(f"The policy on the root leaves {', '.join(one.opted_in)} opted in.")
    if one.overridden:
        return failed(f"Policies below the root opt in again: {', '.join(one.overridden)}.")
    return passed("All AI services are opted out at the root.")


@control(
    "GOV-03",
    title="New accounts receive the security baseline automatically",
    category=Category.GOVERNANCE,
    severity=Severity.MEDIUM,
    maturity=5,
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-manage-auto-deployment.html",
    fact=BASELINES,
    evidence=("deployed_by", "failed_instances", "drifted"),
)
def baseline_for_new_accounts(unit: Row, *, baseline_tool: str = "") -> Verdict:
    """A new account is unprotected until its baseline is in place; left to people, that is forgotten.

    StackSets with automatic deployment and AWS Control Tower baselines are recognized; any other tool is asked about.

    Fix: deploy the baseline through StackSets with automatic deployment to each OU, or through the landing zone.
    """
    if unit.is_covered:
        return passed(f"Accounts that join {unit.ou_path} are set up automatically.")
    if baseline_tool:
        question = "when did it last run, and what did it set up in the newest account"
        return asked(f"{baseline_tool} is said to set up accounts in {unit.ou_path}: {question}?")
    return failed(f"Nothing was found that sets up accounts when they join {unit.ou_path}.")


@control(
    "GOV-04",
    title="Budgets and cost anomaly alerts watch every account",
    category=Category.GOVERNANCE,
    severity=Severity.LOW,
    maturity=2,
    source="https://docs.aws.amazon.com/cost-management/latest/userguide/manage-ad.html",
    fact=SPENDING,
    evidence=("monitors", "budgets"),
    scope="account",
    mappings={"service_screener": ["enableCostBudget"]},
)
def spending_is_watched(account: Row) -> Verdict:
    """A jump in the bill is often the first sign of stolen credentials, and being told of it costs next to nothing.

    A monitor counts if a subscriber has confirmed, a budget if it has a notification.

    Fix: create a cost anomaly monitor over services or linked accounts in the management account, and subscribe the
    security and finance mailboxes to it.
    """
    if account.is_watched:
        return passed("Somebody is notified when the account's spending jumps or passes a limit.")
    return failed("No cost anomaly monitor and no budget alerts anybody about the account's spending.")


@control(
    "GOV-05",
    title="A written cloud security policy names owners, the exception process and the target maturity per category",
    category=Category.GOVERNANCE,
    severity=Severity.MEDIUM,
    maturity=2,
    source="https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/security-governance.html",
    fact=WRITTEN_POLICY,
    evidence=("without_owner_tag",),
)
def written_policy(one: Row, *, answer_valid_days: Annotated[int, Range(1, 3650)] = ANSWERS_COUNT) -> Verdict:
    """Guardrails enforce decisions; where nothing is written down, every finding reopens the debate.

    Fix: agree policy, owners, exception process and target levels with the sponsor, and set a date for their review.
    """
    return asked(one.question)
