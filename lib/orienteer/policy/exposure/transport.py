"""Does a bucket's policy refuse requests over plain HTTP, whoever makes them?

By hand: the policy denies `s3:*` to `*` where `aws:SecureTransport` is false.  An anonymous reader and an administrator
of the bucket's own account ask for an object and for the list, over HTTP: all four meet the Deny.
"""

from __future__ import annotations

from orienteer.partitions import partition_of
from orienteer.policy.language.conditions import Context
from orienteer.policy.language.document import parse
from orienteer.policy.language.match import Principal, Request, allowed
from orienteer.policy.language.text import Policy

PLAIN = {"aws:securetransport": ("false",)}
PROBES = (("s3:GetObject", "/probe"), ("s3:PutObject", "/probe"), ("s3:ListBucket", ""))


def refuses_plain_http(policy: Policy, bucket_arn: str, account_id: str) -> bool:
    """True if a Deny meets reading, writing and listing over HTTP, by strangers and by the bucket's own account."""
    document = parse(policy)
    arn = f"arn:{partition_of(bucket_arn)}:iam::{account_id}:role/somebody"
    own = {"aws:principalaccount": (account_id,), "aws:principalarn": (arn,), "aws:principaltype": ("AssumedRole",)}
    callers: tuple[tuple[Principal, Context], ...] = ((Principal(""), {}), (Principal("AWS", arn, account_id), own))
    return all(
        allowed([document], Request(action, f"{bucket_arn}{path}", {**PLAIN, **context}, who)).answer == "deny"
        for action, path in PROBES
        for who, context in callers
    )
