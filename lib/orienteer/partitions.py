"""AWS's partitions: which one a region or an ARN is of, and the region its global services answer in.

https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html
https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/using-govcloud-endpoints.html
https://docs.amazonaws.cn/en_us/aws/latest/userguide/endpoints-Beijing.html
"""

from __future__ import annotations

from collections.abc import Mapping

_HEADS: Mapping[str, str] = {
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "eu-isoe-": "aws-iso-e",
    "us-isof-": "aws-iso-f",
    "eusc-": "aws-eusc",
}
_HOME: Mapping[str, str] = {
    "aws": "us-east-1",
    "aws-us-gov": "us-gov-west-1",
    "aws-cn": "cn-northwest-1",
    "aws-iso": "us-iso-east-1",
    "aws-iso-b": "us-isob-east-1",
    "aws-iso-e": "eu-isoe-west-1",
    "aws-iso-f": "us-isof-south-1",
    "aws-eusc": "eusc-de-east-1",
}
_ELSEWHERE: Mapping[tuple[str, str], str] = {
    ("aws", "globalaccelerator"): "us-west-2",
    ("aws", "networkmanager"): "us-west-2",
    ("aws-cn", "iam"): "cn-north-1",
    ("aws-cn", "support"): "cn-north-1",
}


def partition_with(region: str) -> str:
    """The partition that has the region, told by its name; an unheard-of one is of `aws`."""
    return next((owner for head, owner in _HEADS.items() if region.startswith(head)), "aws")


def partition_of(arn: object) -> str:
    """The partition that the ARN stands in; `aws` where it tells none."""
    fields = arn.split(":", 2) if isinstance(arn, str) else []
    return fields[1] if len(fields) == 3 and fields[0] == "arn" and fields[1] in _HOME else "aws"


def account_of(arn: object) -> str:
    """The account that the ARN stands in; empty where it tells none."""
    fields = arn.split(":", 5) if isinstance(arn, str) else []
    return fields[4] if len(fields) == 6 else ""


def home_region(service: str = "", partition: str = "aws") -> str:
    """The region in which the one endpoint of a global service answers."""
    return _ELSEWHERE.get((partition, service), _HOME.get(partition, "us-east-1"))
