"""Short ways to write a policy and the level that it must get."""

from typing import Any, NamedTuple

OWN, FRIEND, OTHER = "111122223333", "444455556666", "777788889999"
ORG, FOREIGN = "o-exampleorg1", "o-elsewhere99"
ROLE_ARN = f"arn:aws:iam::{OTHER}:role/partner"

BUCKET, ROLE, QUEUE, KEY = "AWS::S3::Bucket", "AWS::IAM::Role", "AWS::SQS::Queue", "AWS::KMS::Key"
TOPIC, FUNCTION, ENDPOINT = "AWS::SNS::Topic", "AWS::Lambda::Function", "AWS::EC2::VPCEndpoint"
API, DOMAIN, FILES = "AWS::ApiGateway::RestApi", "AWS::OpenSearchService::Domain", "AWS::EFS::FileSystem"

FACTS: dict[str, Any] = {"account_id": OWN, "org_id": ORG, "trusted_accounts": frozenset({FRIEND})}


class Case(NamedTuple):
    """A document, the facts beside it, and the level that it must get."""

    name: str
    level: str
    policy: Any
    facts: dict[str, Any]


def doc(*statements: dict[str, Any], version: str | None = "2012-10-17") -> dict[str, Any]:
    """A policy document of these statements."""
    return {**({"Version": version} if version else {}), "Statement": list(statements)}


def allow(principal: Any = "*", action: Any = "s3:GetObject", resource: Any = "*", **more: Any) -> dict[str, Any]:
    """An Allow statement; keywords that start with a capital are elements, `when` is its Condition."""
    return _statement("Allow", principal, action, resource, more)


def deny(principal: Any = "*", action: Any = "*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    """A Deny statement, of everything to everybody unless said otherwise."""
    return _statement("Deny", principal, action, resource, more)


def _statement(effect: str, principal: Any, action: Any, resource: Any, more: dict[str, Any]) -> dict[str, Any]:
    found = {"Effect": effect, "Principal": principal, "Action": action, "Resource": resource}
    if "when" in more:
        found["Condition"] = more.pop("when")
    for element in ("Principal", "Action", "Resource"):
        if f"Not{element}" in more:
            found.pop(element)
    found.update(more)
    return {key: value for key, value in found.items() if value is not None}


def when(operator: str, key: str, value: Any) -> dict[str, Any]:
    """A Condition of one operator and key."""
    return {operator: {key: value}}


def case(name: str, level: str, *statements: dict[str, Any], **facts: Any) -> Case:
    """A case; `kind` is the resource type."""
    if "kind" in facts:
        facts["resource_type"] = facts.pop("kind")
    version = facts.pop("version", "2012-10-17")
    return Case(name, level, doc(*statements, version=version), {**FACTS, **facts})


def conditions(group: str, rows: list[tuple[str, str, Any, str]], **facts: Any) -> list[Case]:
    """Cases of one Allow to everybody with one condition: (operator, key, value, level)."""
    action = facts.pop("action", "s3:GetObject")
    principal = facts.pop("principal", "*")
    return [
        case(f"{group}: {op} {key} {value}", level, allow(principal, action, when=when(op, key, value)), **dict(facts))
        for op, key, value, level in rows
    ]
