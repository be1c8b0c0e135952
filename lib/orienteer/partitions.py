"""AWS's partitions: which one a region or an ARN is of, and the region its global services answer in.

https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html
https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/using-govcloud-endpoints.html
https://docs.amazonaws.cn/en_us/aws/latest/userguide/endpoints-Beijing.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

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


_ALWAYS_ON = frozenset(
    {
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-northeast-3",
        "ap-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "ca-central-1",
        "eu-central-1",
        "eu-north-1",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "sa-east-1",
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
    }
)
"""The regions of `aws` that every account has.  Those that came later, an account has to enable first.
https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html"""


_SERVICE = re.compile(r"(.+?)(?:\.[a-z]+(?:-[a-z]+)+-\d)?\.amazonaws\.com(?:\.cn)?")


def always_enabled(regions: Iterable[str]) -> str:
    """The first of the regions that every account has enabled; empty where each has to be enabled first."""
    return next((r for r in regions if r in _ALWAYS_ON or partition_with(r) != "aws"), "")


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


def service_of(principal: str) -> str:
    """The service principal as it is in `aws`, without the region that some carry; any other text as it is.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services
    """
    found = _SERVICE.fullmatch(principal)
    return f"{found[1]}.amazonaws.com" if found else principal


def home_region(service: str = "", partition: str = "aws") -> str:
    """The region in which the one endpoint of a global service answers."""
    return _ELSEWHERE.get((partition, service), _HOME.get(partition, "us-east-1"))
