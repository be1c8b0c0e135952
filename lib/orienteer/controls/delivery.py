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
    """Whoever can change what a pipeline builds has the permissions of its role, and a pipeline changes production.

    Projects that have not built for 90 days are pointed out. In deployment accounts a role may be administrator.
    External pipelines that assume roles are judged by XA-05. How changes are reviewed is asked: look at the rules of
    one repository and at one pull request.

    Fix: limit the role to what is deployed, start webhook filters with ^ and end them with $, have a maintainer approve
    outsiders' pull requests before they are built, and replace tokens with connections.
    """
    if one.resource_type == ORGANIZATION_TYPE:
        return asked(f"{'? '.join(sdlc_questions)}?")
    if one.resource_type == CREDENTIAL:
        if one.credential_type in TOKENS:
            return failed("Builds fetch their source with a token stored in CodeBuild.", MEDIUM)
        return passed("Builds fetch their source without a token stored in CodeBuild.")
    return faults(
        [
            when(
                lambda: one.anybody_builds and one.is_admin,
                CRITICAL,
                "Anyone who can open a pull request runs code as administrator",
            ),
            when(lambda: one.anybody_builds, HIGH, "Anyone's pull request starts a build"),
            when(
                lambda: one.loose_filters,
                HIGH,
                lambda: f"Its webhook filters also match longer names: {', '.join(one.loose_filters[:3])}",
            ),
            when(lambda: one.is_admin and one.account_id not in deployment_accounts, HIGH, "Its role is administrator"),
            when(lambda: one.by_token, MEDIUM, "It fetches its source with a token instead of a connection"),
        ],
        otherwise=lambda: _bounded(one),
    )


def _bounded(one: Row) -> Verdict:
    if one.idle_days is not None and one.idle_days > UNUSED_DAYS:
        return failed(f"The project has not built for {one.idle_days} days: can it be deleted?", INFO)
    return passed("Outsiders cannot start it, and its role is no wider than agreed.")
