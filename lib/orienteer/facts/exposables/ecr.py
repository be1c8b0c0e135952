"""ECR: repositories, the registry, what it stamps on new repositories, and public repositories."""

from __future__ import annotations

from orienteer.facts.exposable import STRANGERS, Ground, Named, Policy, Reached, by_policy, opened, public
from orienteer.facts.seen import Row


def _public(repository: Row, ground: Ground) -> Reached:
    """Everybody may pull; its policy says who else may push."""
    why = "Anyone can pull its images, as is meant for a public repository."
    if not repository.policy:
        return public("public repository", why)
    pushing = ground.by_policy(repository.policy, repository.account_id, "AWS::ECR::PublicRepository")
    if pushing.level in ("external", "public"):
        why = f"Anyone can pull its images, and {', '.join(pushing.who[:3])} may do more."
    return Reached("public", STRANGERS, "public repository", why, pushing.problems, raw="public")


EXPOSABLES = (
    by_policy("ecr-repository", "AWS::ECR::Repository", "ecr_repository_policies"),
    by_policy(
        "ecr-registry-policy",
        "AWS::ECR::RegistryPolicy",
        "ecr_registry_policy",
        only=lambda registry: registry["policy"] is not None,
    ),
    opened(
        "ecr-repository-creation-template",
        "AWS::ECR::RepositoryCreationTemplate",
        "ecr_creation_templates",
        Policy(through="policy for new repositories"),
    ),
    opened(
        "ecr-public-repository",
        "AWS::ECR::PublicRepository",
        "ecr_public_repository_policies",
        Named(_public),
        serves=True,
    ),
)
