"""How broad a principal's rights are: what it may change, which services are wholly its own, which data it may read.

By hand: a role's policy allows `s3:*` on `*`.  It may call s3:GetObject, s3:PutObject and s3:PutBucketPolicy on a
bucket that no policy names, so S3 is wholly its own; with `s3:GetObject` alone it may read all data there and no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from orienteer.partitions import home_region
from orienteer.policy.language.actions import access_level, expand, sample_resources
from orienteer.policy.language.document import parse
from orienteer.policy.rights.capability import Actor, Memo, actor, held, held_anywhere
from orienteer.policy.rights.identity import identity
from orienteer.policy.rights.ways import Principal

WHOLE: Mapping[str, Sequence[str]] = {
    "dynamodb": ("dynamodb:Scan", "dynamodb:PutItem", "dynamodb:DeleteTable"),
    "ec2": ("ec2:TerminateInstances", "ec2:AuthorizeSecurityGroupIngress", "ec2:DeleteSnapshot"),
    "kms": ("kms:Decrypt", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"),
    "rds": ("rds:ModifyDBInstance", "rds:DeleteDBInstance", "rds:ModifyDBSnapshotAttribute"),
    "s3": ("s3:GetObject", "s3:PutObject", "s3:PutBucketPolicy"),
    "secretsmanager": ("secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:DeleteSecret"),
    "ssm": ("ssm:GetParameter", "ssm:PutParameter", "ssm:SendCommand"),
}
"""Services that hold data or run things, each with calls that together nobody needs who has not the whole of it."""
DATA: Mapping[str, str] = {
    "dynamodb": "dynamodb:Scan",
    "s3": "s3:GetObject",
    "secretsmanager": "secretsmanager:GetSecretValue",
    "ssm": "ssm:GetParameter",
}
"""Services that hold data, each with the call that reads it."""
TELLING = ("logs", "cloudwatch", "xray", "ssmmessages", "ec2messages")
"""Services to which every machine reports: to write there changes nothing."""
REPORTING = frozenset(
    {
        "ssm:UpdateInstanceInformation",
        "ssm:PutInventory",
        "ssm:PutComplianceItems",
        "ssm:PutConfigurePackageResult",
        "ssm:UpdateAssociationStatus",
        "ssm:UpdateInstanceAssociationStatus",
    }
)
"""What the agent of Systems Manager reports.
https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSSMManagedInstanceCore.html"""
_READING = ("Read", "List", "")
_MOST_TRIED = 40


def changes(who: Principal, now: datetime) -> bool:
    """True if it may do more than read and report: one of its actions writes, tags or manages permissions."""
    wanted = sorted(set(_writing(who)))
    step = max(1, len(wanted) // _MOST_TRIED)
    acting, memo = _actor(who, now), Memo()
    return any(held_anywhere(acting, action, memo).allowed for action in wanted[::step])


def whole_services(who: Principal, now: datetime) -> tuple[str, ...]:
    """The services of WHOLE that it may do everything in, on resources that no policy names."""
    acting, memo = _actor(who, now), Memo()
    return tuple(name for name, calls in WHOLE.items() if all(_on_unnamed(acting, call, memo) for call in calls))


def data_services(who: Principal, now: datetime) -> tuple[str, ...]:
    """The services of DATA of which it may read what no policy names."""
    acting, memo = _actor(who, now), Memo()
    return tuple(name for name, call in DATA.items() if _on_unnamed(acting, call, memo))


def may(who: Principal, action: str, resource: str, now: datetime) -> bool:
    """True if its policies, boundary and guardrails let it do this to the resource, in some context of its choosing."""
    return held(_actor(who, now), action, resource, {}, Memo()).allowed


def _actor(who: Principal, now: datetime) -> Actor:
    return actor(identity(who.policies, who.boundary, who.scps), who.arn, who.account_id, dict(who.tags), now)


def _on_unnamed(who: Actor, action: str, memo: Memo) -> bool:
    home = home_region(partition=who.partition)
    resources = sample_resources(action, who.account_id, home, who.partition)
    return all(held(who, action, resource, {}, memo).allowed for resource in resources)


def _writing(who: Principal) -> Iterator[str]:
    """The actions that its Allow statements name and that do more than read and report."""
    for _, text in who.policies:
        for statement in parse(text).statements:
            if statement.effect == "Allow":
                for pattern in statement.actions if statement.actions is not None else ("*",):
                    yield from (action for action in expand(pattern) if _writes(action))


def _writes(action: str) -> bool:
    if action.partition(":")[0] in TELLING or action in REPORTING:
        return False
    return access_level(action) not in _READING
