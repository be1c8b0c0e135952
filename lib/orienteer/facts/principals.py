"""Users, groups and roles as the policy engine wants them, built from the authorization details."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from orienteer.facts.values import documents, objects
from orienteer.policy.rights.escalation import Principal

ADMINISTRATOR_ACCESS = "policy/AdministratorAccess"
EVERYTHING = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
"""What AWS's AdministratorAccess says; stands in where its text was not read."""

Row = Mapping[str, Any]
Documents = Mapping[tuple[str, str], str]
"""Policy text by account and ARN."""


def policy_texts(*tables: Iterable[Row]) -> dict[tuple[str, str], str]:
    """Policy documents by account and ARN, from rows with `policy_arn` and `document`."""
    return {
        (row["account_id"], row["policy_arn"]): row["document"]
        for rows in tables
        for row in rows
        if row["policy_arn"] and row["document"]
    }


def attached(row: Row, texts: Documents) -> tuple[list[tuple[str, Any]], list[str]]:
    """Named policies of a user, group or role, and the ARNs of those whose text is not known."""
    found = [(str(p.get("PolicyName")), p.get("PolicyDocument")) for p in documents(row.get("inline_policies"))]
    unknown = []
    for policy in documents(row.get("attached_policies")):
        arn = str(policy.get("PolicyArn"))
        text = texts.get((row["account_id"], arn))
        if text is None and arn.endswith(f":aws:{ADMINISTRATOR_ACCESS}"):
            text = EVERYTHING
        if text is None:
            unknown.append(arn)
        else:
            found.append((arn, text))
    return found, unknown


def _principal(row: Row, kind: str, arn: str, groups: Mapping[str, Row], texts: Documents, scps: Any) -> Principal:
    own, _ = attached(row, texts)
    for group in groups.values():
        own += attached(group, texts)[0]
    boundary = texts.get((row["account_id"], row.get("boundary_arn") or ""))
    return Principal(
        arn=arn,
        kind=kind,
        account_id=row["account_id"],
        policies=tuple(own),
        boundary=boundary,
        scps=scps,
        trust=row.get("trust_policy"),
        instance_profile=bool(documents(row.get("instance_profiles"))),
        tags=tuple((str(tag.get("Key")), str(tag.get("Value"))) for tag in objects(row.get("tags"))),
        groups=tuple(str(group["group_arn"]) for group in groups.values()),
    )


def principals(
    users: Iterable[Row],
    groups: Iterable[Row],
    roles: Iterable[Row],
    texts: Documents,
    chains: Mapping[str, Sequence[Any]] | None = None,
) -> list[Principal]:
    """Every user, group and role of these rows; `chains` holds the service control policies above each account."""
    above = chains or {}
    listed = list(groups)
    by_name: dict[str, dict[str, Row]] = {}
    for group in listed:
        by_name.setdefault(group["account_id"], {})[group["group_name"]] = group

    def made(row: Row, kind: str, own: Mapping[str, Row]) -> Principal:
        return _principal(
            row, kind, row[f"{kind}_arn"] or row["resource_id"], own, texts, above.get(row["account_id"], ())
        )

    def groups_of(user: Row) -> dict[str, Row]:
        known = by_name.get(user["account_id"], {})
        return {name: known[name] for name in documents(user["groups"]) if name in known}

    return [
        *(made(user, "user", groups_of(user)) for user in users),
        *(made(group, "group", {}) for group in listed),
        *(made(role, "role", {}) for role in roles),
    ]
