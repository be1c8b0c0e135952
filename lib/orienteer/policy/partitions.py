"""AWS's partitions: which one an ARN is of, the region its global services answer in, and regions it has.

https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html
https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/using-govcloud-endpoints.html
https://docs.amazonaws.cn/en_us/aws/latest/userguide/endpoints-Beijing.html
"""

from collections.abc import Mapping

from orienteer.partitions import partition_with
from orienteer.policy.match import wildcard

_HOME: Mapping[str, str] = {
    "aws": "us-east-1", "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-northwest-1", "aws-iso": "us-iso-east-1",
    "aws-iso-b": "us-isob-east-1", "aws-iso-e": "eu-isoe-west-1", "aws-iso-f": "us-isof-south-1",
    "aws-eusc": "eusc-de-east-1",
}  # fmt: skip
_ELSEWHERE: Mapping[tuple[str, str], str] = {
    ("aws", "globalaccelerator"): "us-west-2", ("aws", "networkmanager"): "us-west-2",
    ("aws-cn", "iam"): "cn-north-1", ("aws-cn", "support"): "cn-north-1",
}  # fmt: skip
_REGIONS: Mapping[str, tuple[str, ...]] = {
    "aws": ("us-east-1", "eu-central-1", "ap-southeast-2", "sa-east-1", "ca-central-1", "eu-north-1", "us-west-2",
            "ap-south-1", "me-south-1", "af-south-1", "il-central-1", "mx-central-1"),
    "aws-us-gov": ("us-gov-west-1", "us-gov-east-1"),
    "aws-cn": ("cn-northwest-1", "cn-north-1"),
}  # fmt: skip


def partition_of(arn: object) -> str:
    """The partition that the ARN stands in; `aws` where it tells none."""
    fields = arn.split(":", 2) if isinstance(arn, str) else []
    return fields[1] if len(fields) == 3 and fields[0] == "arn" and fields[1] in _HOME else "aws"


def home_region(service: str = "", partition: str = "aws") -> str:
    """The region in which the one endpoint of a global service answers."""
    return _ELSEWHERE.get((partition, service), _HOME.get(partition, "us-east-1"))


def of_partition(region: str, partition: str) -> bool:
    """Whether a region of this name can only be one of the partition; an unheard-of one is of `aws`."""
    return partition_with(region) == partition


def unnamed_region(named: tuple[str, ...], partition: str = "aws") -> str | None:
    """A region of the partition that none of the patterns means: where a list of regions ends."""
    return next((r for r in _REGIONS.get(partition, ()) if not any(wildcard(p, r) for p in named)), None)
