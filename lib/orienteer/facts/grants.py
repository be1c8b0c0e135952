"""Where permissions are attached: to users themselves, and by customer managed policies that open whole services."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from orienteer.facts.fact import Fact
from orienteer.facts.seen import Cells, Row
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import documents, keys_at
from orienteer.model import GLOBAL, KEYS
from orienteer.policy.rights.purposes import whole_services

SENSITIVE = ("iam", "kms", "s3", "secretsmanager", "organizations", "ec2", "lambda", "cloudtrail")


def _holders(iam_user_details: Source, iam_local_policies: Source) -> Iterator[Cells | Gap]:
    """The users, then the customer managed policies that are attached to something."""
    for user in (one for one in iam_user_details.rows if one["user_name"]):
        inline = [f"{p.get('PolicyName')} (inline)" for p in documents(user["inline_policies"])]
        attached = [_named(p.get("PolicyName"), p.get("PolicyArn")) for p in documents(user["attached_policies"])]
        yield _holder(user, "user", user["user_name"], user["user_arn"], own_policies=(*inline, *attached))
    for policy in (one for one in iam_local_policies.rows if one["policy_arn"] and one["attachments"] != 0):
        yield _holder(
            policy,
            "policy",
            _named(policy["policy_name"], policy["policy_arn"]),
            policy["policy_arn"],
            document=policy["document"],
            attachments=policy["attachments"],
        )
    yield from (*iam_user_details.gaps, *iam_local_policies.gaps)


def _named(name: str | None, arn: str) -> str:
    """The name of a policy; the last part of its ARN where it is not given."""
    return name or str(arn).rpartition("/")[2]


def _holder(row: Cells, kind: str, name: str, arn: str, **more: Any) -> Cells:
    none = {"own_policies": (), "document": None, "attachments": None}
    return Cells(
        keys_at(row["account_id"], name, arn, region=row["region"] or GLOBAL),
        kind=kind,
        resource_type="AWS::IAM::User" if kind == "user" else "AWS::IAM::ManagedPolicy",
        **none | more,
    )


def whole(holder: Row, *, sensitive_services: Sequence[str] = SENSITIVE) -> tuple[str, ...]:
    """The sensitive services in which the policy allows every action on every resource."""
    return whole_services(holder.document, holder.account_id, sensitive_services) if holder.document else ()


PERMISSION_HOLDERS = Fact(
    "permission_holders",
    "One row per IAM user with the policies of its own, and one per customer managed policy that is attached, with "
    "the services it opens whole.",
    rows=_holders,
    made={
        **dict.fromkeys(
            ("", *KEYS, "resource_type", "kind"),
            ("iam_user_details", "iam_local_policies"),
        ),
        "own_policies": ("iam_user_details",),
        **dict.fromkeys(("document", "attachments"), ("iam_local_policies",)),
    },
    columns=(whole,),
    hidden=frozenset({"document"}),
    resource_type="AWS::IAM::ManagedPolicy",
)
