"""CodeBuild projects, what starts their builds, and policies (never their environment values)."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, batched, listed, name, policies

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
