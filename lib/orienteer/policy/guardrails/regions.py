"""Where a list of regions ends: a region that none of its patterns means."""

from collections.abc import Mapping

from orienteer.policy.language.match import wildcard

_REGIONS: Mapping[str, tuple[str, ...]] = {
    "aws": (
        "us-east-1",
        "eu-central-1",
        "ap-southeast-2",
        "sa-east-1",
        "ca-central-1",
        "eu-north-1",
        "us-west-2",
        "ap-south-1",
        "me-south-1",
        "af-south-1",
        "il-central-1",
        "mx-central-1",
    ),
    "aws-us-gov": ("us-gov-west-1", "us-gov-east-1"),
    "aws-cn": ("cn-northwest-1", "cn-north-1"),
}


def unnamed_region(named: tuple[str, ...], partition: str = "aws") -> str | None:
    """A region of the partition that none of the patterns means; None if they mean all of them."""
    return next((r for r in _REGIONS.get(partition, ()) if not any(wildcard(p, r) for p in named)), None)
