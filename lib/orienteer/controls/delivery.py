"""How software is delivered: builds and pipelines."""

from __future__ import annotations

from collections.abc import Sequence

from orienteer.controls.control import control
from orienteer.controls.verdict import CRITICAL, HIGH, INFO, MEDIUM, Verdict, asked, failed, faults, passed, when
from orienteer.facts.deliveries import CREDENTIAL, DELIVERIES
from orienteer.facts.guarded import ORGANIZATION_TYPE
from orienteer.facts.seen import Row
from orienteer.model import Category
from orienteer.parameters import AccountId

TOKENS = ("PERSONAL_ACCESS_TOKEN", "OAUTH", "BASIC_AUTH")
UNUSED_DAYS = 90
QUESTIONS = (
    "Is infrastructure code reviewed before it is applied",
    "Are policy checks a gate in the pipeline",
    "Are applications threat-modelled",
    "Are dependencies scanned",
)


@control(
    "APP-06",
    title="Pipelines deploy with bounded roles, trusted sources and no stored cloud keys",
    category=Category.APPLICATION,
    severity=HIGH,
    maturity=5,
    source="https://docs.aws.amazon.com/codebuild/latest/userguide/github-webhook.html",
    fact=DELIVERIES,
    evidence=("role_arn", "source", "credential_type"),
    mappings={
        "fsbp": ["CodeBuild.1"],
        "prowler": [
            "codebuild_project_webhook_filters_use_anchored_patterns",
            "codebuild_project_source_repo_url_no_sensitive_credentials",
            "codebuild_project_uses_allowed_github_organizations",
            "codebuild_project_user_controlled_buildspec",
        ],
    },
)
def bounded_delivery(
    one: Row, *, deployment_accounts: Sequence[AccountId] = (), sdlc_questions: Sequence[str] = QUESTIONS
) -> Verdict:
    """Whoever can change what a pipeline builds has the rights of its role, and a pipeline changes production.

    A project that has built nothing for 90 days can go. In accounts that are there to deploy a role may be
    administrator. External pipelines that assume roles are a matter of XA-05. Ask the platform team how changes are
    reviewed, and look at the rules of a repository and at one pull request.

    Fix: bound the role to what is deployed, begin filters of webhooks with ^ and end them with $, let a maintainer
    approve pull requests of strangers before they are built, and replace tokens by connections.
    """
    if one.resource_type == ORGANIZATION_TYPE:
        return asked(f"{'? '.join(sdlc_questions)}?")
    if one.resource_type == CREDENTIAL:
        if one.credential_type in TOKENS:
            return failed("Builds fetch their sources with a token that is kept in CodeBuild.", MEDIUM)
        return passed("Builds fetch their sources without a token in CodeBuild.")
    return faults(
        [
            when(
                lambda: one.anybody_builds and one.is_admin,
                CRITICAL,
                "Whoever may open a pull request runs code as administrator",
            ),
            when(lambda: one.anybody_builds, HIGH, "Anybody's pull request starts a build"),
            when(
                lambda: one.loose_filters,
                HIGH,
                lambda: f"Filters of its webhook let longer names pass: {', '.join(one.loose_filters[:3])}",
            ),
            when(lambda: one.is_admin and one.account_id not in deployment_accounts, HIGH, "Its role is administrator"),
            when(lambda: one.by_token, MEDIUM, "It fetches its sources with a token instead of a connection"),
        ],
        otherwise=lambda: _bounded(one),
    )


def _bounded(one: Row) -> Verdict:
    if one.idle_days is not None and one.idle_days > UNUSED_DAYS:
        return failed(f"The project has built nothing for {one.idle_days} days: can it be deleted?", INFO)
    return passed("Its role is bounded, and only the organization's own people start it.")
