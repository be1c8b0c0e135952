"""Which of AWS's partitions a region belongs to.

https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
"""

from __future__ import annotations

from collections.abc import Mapping

_HEADS: Mapping[str, str] = {"cn-": "aws-cn", "us-gov-": "aws-us-gov", "us-iso-": "aws-iso", "us-isob-": "aws-iso-b",
                             "eu-isoe-": "aws-iso-e", "us-isof-": "aws-iso-f", "eusc-": "aws-eusc"}  # fmt: skip


def partition_with(region: str) -> str:
    """The partition that has the region, told by its name; an unheard-of one is of `aws`."""
    return next((owner for head, owner in _HEADS.items() if region.startswith(head)), "aws")
