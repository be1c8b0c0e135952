"""ECR repositories."""

from __future__ import annotations

from orienteer.facts.exposable import Exposable, Policy

EXPOSABLES = (
    Exposable(
        ("ecr-repository",), "AWS::ECR::Repository", "ecr_repository_policies", "ecr:GetRepositoryPolicy", (Policy(),)
    ),
)
