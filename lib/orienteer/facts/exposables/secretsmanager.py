"""Secrets Manager secrets."""

from __future__ import annotations

from orienteer.facts.exposable import by_policy

EXPOSABLES = (
    by_policy(
        "secretsmanager-secret", "AWS::SecretsManager::Secret", "secretsmanager_secret_policies", holds_data=True
    ),
)
