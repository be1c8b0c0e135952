"""The partitions and regions that botocore knows.  Reads botocore's data only: no session, no boto3, no call."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from botocore.loaders import Loader


@cache
def partitions() -> Mapping[str, tuple[str, ...]]:
    """Regions of each partition (`aws`, `aws-cn`, ...), from botocore's partition data."""
    listed = Loader(include_default_search_paths=True).load_data("partitions")["partitions"]
    return {p["id"]: tuple(r for r in p["regions"] if not r.endswith("-global")) for p in listed}


@cache
def regions() -> tuple[str, ...]:
    """Every region botocore knows, of all partitions."""
    return tuple(region for names in partitions().values() for region in names)
