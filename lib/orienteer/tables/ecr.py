"""ECR repositories and their policies."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope, Table

REPOSITORIES = Table(
    name="ecr_repositories",
    doc="One row per private repository.",
    scope=Scope.REGION,
    call=Call("ecr", "describe_repositories"),
    items="repositories[]",
    resource="repository_name",
    arn="repository_arn",
    columns=(
        Column("repository_name", "repositoryName", "string", "name of the repository"),
        Column("repository_arn", "repositoryArn", "string", "ARN of the repository"),
        Column("scan_on_push", "imageScanningConfiguration.scanOnPush", "bool", "scans each image pushed"),
        Column(
            "tag_mutability", "imageTagMutability", "string", "MUTABLE or IMMUTABLE, either of them _WITH_EXCLUSION"
        ),
        Column("created_at", "createdAt", "timestamp", "when it was made"),
    ),
)

REPOSITORY_POLICIES = Table(
    name="ecr_repository_policies",
    doc="One row per repository: its policy, null when it has none.",
    scope=Scope.REGION,
    parent=REPOSITORIES,
    call=Call(
        "ecr",
        "get_repository_policy",
        params={"repositoryName": "repository_name"},
        absent={"RepositoryPolicyNotFoundException"},
    ),
    columns=(Column("policy", "policyText", "policy", "policy document, JSON text"),),
)
