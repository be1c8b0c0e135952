"""Services that act for many customers with a role of one: which of them say for whom when they assume it.

A condition on the source (aws:SourceAccount, aws:SourceArn) protects where the service sends it; where it does not, the
condition is never met and the service stops. https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deputy:
    """`sends_source`: AWS's guide shows the role's trust policy with a condition on the source."""

    sends_source: bool
    source: str


_DOCS = "https://docs.aws.amazon.com"
DEPUTIES: Mapping[str, Deputy] = {
    "backup.amazonaws.com": Deputy(
        True, f"{_DOCS}/aws-backup/latest/devguide/cross-service-confused-deputy-prevention.html"
    ),
    "bedrock.amazonaws.com": Deputy(
        True, f"{_DOCS}/bedrock/latest/userguide/cross-service-confused-deputy-prevention.html"
    ),
    "cloudtrail.amazonaws.com": Deputy(
        False, f"{_DOCS}/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html"
    ),
    "config.amazonaws.com": Deputy(True, f"{_DOCS}/config/latest/developerguide/iamrole-permissions.html"),
    "events.amazonaws.com": Deputy(
        True, f"{_DOCS}/eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html"
    ),
    "s3.amazonaws.com": Deputy(False, f"{_DOCS}/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html"),
    "scheduler.amazonaws.com": Deputy(
        True, f"{_DOCS}/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html"
    ),
}
GUARDED = tuple(service for service, one in DEPUTIES.items() if one.sends_source)
"""The services whose roles should ask for the source."""
