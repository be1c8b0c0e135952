"""What somebody outside can reach, by policy, sharing setting, trust or network; each type is a value in facts/."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

import pandas as pd

from orienteer.controls.accepted import end_of, ended
from orienteer.controls.control import control
from orienteer.controls.verdict import CRITICAL, HIGH, Verdict, asked, failed, passed
from orienteer.facts.exposures import EXPOSURES, SHARED_COPIES
from orienteer.facts.foundation import NONE_NAMED
from orienteer.facts.seen import Row
from orienteer.model import Category, Severity
from orienteer.parameters import AccountId

INSIDE = {
    "private": "Nobody outside the account can reach it.",
    "organization": "Shared inside the organization only.",
}


@control(
    "NET-06",
    title="Every public or externally shared resource is known and justified (resource policies, sharing APIs, network"
    " reachability)",
    category=Category.NETWORK,
    severity=Severity.CRITICAL,
    maturity=3,
    fact=EXPOSURES,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-resources.html",
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 2.21"],
        "fsbp": ["S3.2", "S3.3", "EC2.1", "RDS.1", "Lambda.1"],
        "prowler": [
            "s3_bucket_public_access",
            "ec2_ebs_public_snapshot",
            "rds_snapshots_public_access",
            "awslambda_function_not_publicly_accessible",
            "sqs_queues_not_publicly_accessible",
            "sns_topics_not_publicly_accessible",
            "kms_key_not_publicly_accessible",
        ],
        "scoutsuite": [
            "s3-bucket-world-policy-star.json",
            "ec2-ebs-snapshot-public.json",
            "rds-snapshot-public.json",
            "sqs-queue-world-policy.json",
            "sns-topic-world-policy.json",
        ],
    },
)
def exposed_resources(exposure: Row, *, accepted_exposures: Sequence[Any] = (), as_of: pd.Timestamp) -> Verdict | None:
    """Whatever is open to outsiders will be found by outsiders; each such resource needs an owner who knows why.

    Fix: remove the access; where it is intended, record the exception with a reason and an end date.
    """
    shown = {"exposure_class": exposure.level, "vector": exposure.through, "principal": exposure.who}
    if exposure.told_by and exposure.level in ("public", "private"):
        return None
    if exposure.level == "public":
        words = exposure.why or f"Anyone can reach this resource ({exposure.through})."
        if exposure.serves:
            excuse, until = _excuse(exposure, accepted_exposures, as_of)
            question = f"{words} That is its purpose: is what it serves meant for everybody?"
            accepted = passed(f"Open to everyone, accepted: {excuse}.", **shown, **until)
            return accepted if excuse else asked(question, **shown)
        return failed(words, CRITICAL if exposure.holds_data else HIGH, **shown)
    if exposure.level == "external":
        excuse, until = _excuse(exposure, accepted_exposures, as_of)
        if not excuse:
            who = ", ".join(exposure.who[:5])
            return failed(exposure.why or f"Shared outside the organization with {who}.", HIGH, **shown)
        if not exposure.problems:
            return passed(f"Shared outside the organization, accepted: {excuse}.", **shown, **until)
    if exposure.problems:
        return asked(f"Part of the policy cannot be read ({exposure.problems[0]}); who does it let in?", **shown)
    return passed(exposure.why or INSIDE[exposure.level], **shown)


def _excuse(exposure: Row, accepted: Sequence[Any], as_of: pd.Timestamp) -> tuple[str, Mapping[str, Any]]:
    """The reason of the client's exception for this resource, and its end as evidence; empty where it made none, or it
    has ended."""
    names = (exposure.resource_id, exposure.resource_arn or "")
    for one in accepted:
        given = one if isinstance(one, Mapping) else {"resource": one}
        pattern, account = str(given.get("resource") or ""), given.get("account")
        here = pattern and account in (None, exposure.account_id) and any(fnmatchcase(n, pattern) for n in names)
        if here and not ended(given, as_of):
            end = end_of(given)
            return str(given.get("reason") or "no reason given"), {"justified_until": end} if end else {}
    return "", {}


@control(
    "DATA-06",
    title="Snapshots and images are shared only inside the organization",
    category=Category.DATA,
    severity=Severity.HIGH,
    maturity=3,
    fact=SHARED_COPIES,
    source="https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html",
    mappings={
        "fsbp": ["EC2.1", "RDS.1", "Neptune.3"],
        "prowler": ["ec2_ebs_public_snapshot", "rds_snapshots_public_access", "ec2_ami_public"],
        "scoutsuite": ["ec2-ebs-snapshot-public.json", "rds-snapshot-public.json", "ec2-ami-public.json"],
        "service_screener": ["EBSSnapshotIsPublic"],
    },
)
def shared_copies(exposure: Row, *, known_third_parties: Mapping[AccountId, str] = NONE_NAMED) -> Verdict:
    """A snapshot or image is a full copy of the data; whoever it is shared with can keep that copy for good.

    Fix: stop sharing it, and treat what was in it as disclosed. Where a partner needs it, share a copy encrypted with a
    customer managed key.
    """
    shown = {"exposure_class": exposure.level, "shared_with": exposure.who}
    if exposure.level == "public":
        return failed("Anyone with an AWS account can copy it.", CRITICAL, **shown)
    strangers = [one for one in exposure.who if one not in known_third_parties]
    if exposure.level == "external" and strangers:
        return failed(f"It is shared outside the organization with {', '.join(strangers[:5])}.", HIGH, **shown)
    if exposure.level == "external":
        return passed("It is shared with agreed third parties only.", **shown)
    return passed(exposure.why or INSIDE[exposure.level], **shown)
