"""Secrets Manager secrets."""

from __future__ import annotations

from orienteer.facts.exposable import Exposable, Policy

EXPOSABLES = (
    Exposable(
        ("secretsmanager-secret",),
        "AWS::SecretsManager::Secret",
        "secretsmanager_secret_policies",
        "secretsmanager:GetResourcePolicy",
        (Policy(),),
        holds_data=True,
    ),
)
