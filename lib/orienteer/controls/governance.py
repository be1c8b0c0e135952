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

    Of resources, those of EC2 that people make are counted: instances, VPCs, images and snapshots. Case counts.

    Fix: publish a tag policy, tag the accounts first, then let each owner tag the resources.
    """
    if one.kind == "resources":
        verb = "carries" if one.resources == 1 else "carry"
        told = f"{one.coverage_percent:.0f}% of {counted(one.resources, 'resource')} {verb} the tags"
        good = one.coverage_percent >= tag_coverage
        return passed(f"{told}.") if good else failed(f"{told}, not {tag_coverage:g}%.")
    if one.kind == "policy":
        if one.missing:
            return failed(f"No attached tag policy defines {', '.join(one.missing)}.")
        return passed("Tag policies define the tags.")
    if one.missing:
        return failed(f"The account lacks the tags {', '.join(one.missing)}.")
    return passed("The account carries the tags.")


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
    """Unless the organization opts out, some AI services of AWS may store its content, in other regions too, and train
    on it.

    Fix: attach an AI services opt-out policy to the root with optOut as the default, and let no policy below change it.
    """
    if not one.is_on:
        return failed("AI services opt-out policies are not enabled.")
    if not one.policies_at_root:
        return failed("No AI services opt-out policy is attached to the root.")
    if one.default_value != "optOut":
        return failed(f"The policy on the root says {one.default_value or 'nothing'} by default.")
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
    """A new account is unprotected until somebody sets it up; where that is left to people, it is forgotten.

    StackSets that deploy automatically and baselines of Control Tower are seen. Where the
    client names another tool, it is asked about.

    Fix: deploy the baseline through StackSets with automatic deployment on each unit, or through the landing zone.
    """
    if unit.is_covered:
        return passed(f"Accounts that join {unit.ou_path} are set up automatically.")
    if baseline_tool:
        question = "when did it last run, and what did it set up in the newest account"
        return asked(f"{baseline_tool} is said to set up accounts in {unit.ou_path}: {question}?")
    return failed(f"Nothing was found that sets up accounts that join {unit.ou_path}.")


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
    """A bill that jumps is often the first sign of stolen credentials, and it costs next to nothing to be told of it.

    A monitor counts where a subscriber has confirmed, a budget where it has a notification.

    Fix: create an anomaly monitor over services or linked accounts in the management account, and subscribe the
    mailboxes of security and finance to it.
    """
    if account.is_watched:
        return passed("Somebody is told when the account spends too much.")
    return failed("No cost anomaly monitor and no budget tells anybody what the account spends.")


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
    """Guardrails enforce what was decided; where nobody wrote a decision down, every finding starts the debate anew.

    Fix: agree on policy, owners, exceptions and target levels with the sponsor, and date them for review.
    """
    return asked(one.question)
