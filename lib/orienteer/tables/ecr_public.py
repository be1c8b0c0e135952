"""Public ECR repositories, which everybody may pull from."""

from __future__ import annotations

from orienteer.model import Call, Scope
from orienteer.tables.shapes import arn, listed, name, policies

REPOSITORIES = listed(
    "ecr_public_repositories",
    "One row per public repository.",
    Call("ecr-public", "describe_repositories"),
    "repositories[]",
    name("repositoryName"),
    arn("repositoryArn"),
    scope=Scope.ACCOUNT,
    at="us-east-1",
)

REPOSITORY_POLICIES = policies(
    "ecr_public_repository_policies",
    REPOSITORIES,
    Call(
        "ecr-public",
        "get_repository_policy",
        params={"repositoryName": "name"},
        absent={"RepositoryPolicyNotFoundException", "RepositoryNotFoundException"},
    ),
    "policyText",
)
