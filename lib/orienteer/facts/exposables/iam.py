"""IAM roles, by the policy that says who may assume them."""

from __future__ import annotations

from orienteer.facts.exposable import Policy, opened

EXPOSABLES = (
    opened(
        "iam-role-trust",
        "AWS::IAM::Role",
        "iam_roles",
        Policy("trust_policy", through="trust policy"),
        only=lambda role: not str(role["path"] or "").startswith("/aws-service-role/"),
    ),
)
