"""Code and what builds it: artifacts, builds, images, extensions."""

from __future__ import annotations

import re

from orienteer.facts.exposable import Exposable, Flag, Ground, Named, Policy, Reached, by_policy, opened, public, shut
from orienteer.facts.fact import Fact, Join
from orienteer.facts.seen import Row
from orienteer.facts.values import RESOURCE, documents

WHOLE, ONE = re.compile(r"\^\((\?:)?[\w{}-]+(\|[\w{}-]+)*\)\$"), re.compile(r"\^[\w{}-]+\$")
"""Actors by id: numbers of GitHub and GitLab, UUIDs in braces of Bitbucket."""
RUNNER = "WORKFLOW_JOB_QUEUED"
STRANGERS_EVENT = re.compile(r"PULL_REQUEST(?!_MERGED)")
"""What whoever opens a pull request brings about; merging it is left to maintainers."""
APPROVED = ("ALL_PULL_REQUESTS", "FORK_PULL_REQUESTS")
PROJECTS = Fact(
    "build_projects",
    "One row per CodeBuild project: whether builds are public, what its webhook starts, and its policy.",
    base="codebuild_projects",
    joins=(Join("codebuild_project_policies", ("policy",), on=RESOURCE),),
    resource_type="AWS::CodeBuild::Project",
)


def _webhook(project: Row, ground: Ground) -> Reached:
    """A pull request of anybody starts a build, unless a filter names actors or a maintainer has to approve.

    A pattern of actors counts where it must match the whole id: `123` lets in whoever has an id that contains it.

    https://docs.aws.amazon.com/codebuild/latest/userguide/github-webhook.html
    """
    if not project.has_webhook or not str(project.source or "").startswith(("GITHUB", "GITLAB", "BITBUCKET")):
        return Reached()
    groups = [group for group in documents(project.filters) if isinstance(group, list)]
    if groups and all(_kept(group) for group in groups):
        if any(_runs_jobs(group) for group in groups):
            problem = "whether its repository is public, where a pull request of anybody may queue jobs of workflows"
            return Reached("private", (), "webhook", problems=(problem,), raw="public")
        why = "Its webhook starts builds for named people, or for events that strangers cannot trigger."
        return shut("webhook", why, "webhook filter")
    if project.comment_approval in APPROVED:
        why = "A maintainer approves pull requests of strangers before they are built."
        return shut("webhook", why, "pull request approval")
    why = "Anyone who can open a pull request in its repository runs code in this account."
    return Reached("public", ("whoever may open a pull request",), "webhook", why, raw="public")


def _kept(group: list[dict[str, str]]) -> bool:
    """True if a group of filters that must hold together keeps strangers out."""
    kinds = _kinds(group)
    events = kinds.get("EVENT", "PULL_REQUEST")
    return _whole_ids(kinds.get("ACTOR_ACCOUNT_ID", "")) or not STRANGERS_EVENT.search(events)


def _runs_jobs(group: list[dict[str, str]]) -> bool:
    """True if jobs of workflows start builds, whoever had them queued."""
    kinds = _kinds(group)
    return RUNNER in kinds.get("EVENT", "") and not _whole_ids(kinds.get("ACTOR_ACCOUNT_ID", ""))


def _kinds(group: list[dict[str, str]]) -> dict[str, str]:
    """The pattern of each kind of filter, those aside that say what not to build."""
    return {
        str(one.get("type")): str(one.get("pattern") or "") for one in group if not one.get("excludeMatchedPattern")
    }


def _whole_ids(pattern: str) -> bool:
    """True if a regular expression matches whole ids and no wildcard: ^123$, ^(123|456)$ or ^123$|^456$."""
    return bool(WHOLE.fullmatch(pattern)) or all(ONE.fullmatch(part) for part in pattern.split("|"))


def _type(extension: Row, ground: Ground) -> Reached:
    why = "Anyone can use the extension, as is meant for a published one."
    return public("public registry", why)


EXPOSABLES = (
    by_policy("codeartifact-domain", "AWS::CodeArtifact::Domain", "codeartifact_domain_policies"),
    by_policy("codeartifact-repository", "AWS::CodeArtifact::Repository", "codeartifact_repository_policies"),
    Exposable(
        ("codebuild-project-visibility", "codebuild-webhook", "codebuild-resource-policy"),
        "AWS::CodeBuild::Project",
        "build_projects",
        (Flag("is_public", "public builds"), Named(_webhook), Policy()),
        operation="codebuild:BatchGetProjects",
    ),
    by_policy("codebuild-resource-policy", "AWS::CodeBuild::ReportGroup", "codebuild_report_group_policies"),
    by_policy("imagebuilder-image", "AWS::ImageBuilder::Image", "imagebuilder_build_policies"),
    opened(
        "cloudformation-public-type",
        "AWS::CloudFormation::PublicTypeVersion",
        "cloudformation_public_types",
        Named(_type),
        serves=True,
    ),
    by_policy("codeguruprofiler-group", "AWS::CodeGuruProfiler::ProfilingGroup", "codeguruprofiler_group_policies"),
    by_policy(
        "refactor-spaces-environment", "AWS::RefactorSpaces::Environment", "refactor_spaces_environment_policies"
    ),
)
