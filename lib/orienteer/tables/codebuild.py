"""CodeBuild projects, what starts their builds, and policies (never their environment values)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orienteer.model import Answer, Ask, Call, Column, Place
from orienteer.tables.shapes import arn, batched, described, listed, name, policies

NO_POLICY = frozenset({"ResourceNotFoundException"})

PROJECTS = batched(
    "codebuild_projects",
    "One row per project: whether everybody sees its builds, and what its webhook starts.",
    (Call("codebuild", "list_projects"), "projects[]"),
    (Call("codebuild", "batch_get_projects"), "names", 100),
    "projects[]",
    name("name"),
    arn("arn"),
    Column("is_public", "projectVisibility == 'PUBLIC_READ'", "bool", "everybody sees logs and artifacts"),
    Column("source", "source.type", "string", "GITHUB, CODECOMMIT, S3, ..."),
    Column("role_arn", "serviceRole", "string", "role that its builds have"),
    Column("created_at", "created", "timestamp", "when it was made"),
    Column(
        "signs",
        "environment.environmentVariables[?type != 'PARAMETER_STORE' && type != 'SECRETS_MANAGER']",
        "signs",
        "what its plain environment variables look like, never their values",
    ),
    Column("has_webhook", "webhook.url != `null` || webhook.payloadUrl != `null`", "bool", "events start builds"),
    Column("filters", "webhook.filterGroups", "json", "lists of {type, pattern}: one of the lists must hold whole"),
    Column(
        "comment_approval",
        "webhook.pullRequestBuildPolicy.requiresCommentApproval",
        "string",
        "DISABLED, ALL_PULL_REQUESTS or FORK_PULL_REQUESTS",
    ),
)

LIST_BUILDS = Call("codebuild", "list_builds_for_project", fixed={"sortOrder": "DESCENDING"}, pages=1)
GET_BUILDS = Call("codebuild", "batch_get_builds")


def _last_build(ask: Ask, place: Place) -> Iterator[Mapping[str, Any] | Answer]:
    project = str(place.row["name"])
    answer = ask(LIST_BUILDS, resource=project, projectName=project)
    newest = list(answer.page.get("ids") or ())[:1]
    if newest:
        answer = ask(GET_BUILDS, resource=project, ids=newest)
    builds = [build for page in answer.pages for build in page.get("builds") or ()]
    if answer.outcome.known:
        yield {"resource_id": project, "started_at": builds[0].get("startTime") if builds else None}
    yield answer


LAST_BUILDS = described(
    "codebuild_last_builds",
    PROJECTS,
    "One row per project: when its newest build began; null where AWS keeps none (it does so for a year).",
    LIST_BUILDS,
    Column("started_at", "startTime", "timestamp", "when the newest build began"),
    also=(GET_BUILDS,),
    read=_last_build,
)

PROJECT_POLICIES = policies(
    "codebuild_project_policies",
    PROJECTS,
    Call("codebuild", "get_resource_policy", params={"resourceArn": "arn"}, absent=NO_POLICY),
    "policy",
)

REPORT_GROUPS = listed(
    "codebuild_report_groups",
    "One row per report group.",
    Call("codebuild", "list_report_groups"),
    "reportGroups[]",
    arn("@"),
)

REPORT_GROUP_POLICIES = policies(
    "codebuild_report_group_policies",
    REPORT_GROUPS,
    Call("codebuild", "get_resource_policy", params={"resourceArn": "arn"}, absent=NO_POLICY),
    "policy",
)

SOURCE_CREDENTIALS = listed(
    "codebuild_source_credentials",
    "One row per credential that builds use for their sources (never the credential).",
    Call("codebuild", "list_source_credentials"),
    "sourceCredentialsInfos[]",
    arn("arn"),
    Column("server", "serverType", "string", "GITHUB, BITBUCKET, GITLAB, ..."),
    Column(
        "credential_type",
        "authType",
        "string",
        "CODECONNECTIONS, SECRETS_MANAGER, OAUTH, PERSONAL_ACCESS_TOKEN or BASIC_AUTH",
    ),
)
