"""AWS's own managed policies, as moto brings them along."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def managed_policy(name: str) -> tuple[Mapping[str, Any], str]:
    """The document of an AWS managed policy, and its version with its date.  Raises KeyError for an unknown name."""
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    found = json.loads(aws_managed_policies_data)[name]
    return found["Document"], f"{found['DefaultVersionId']} of {str(found['UpdateDate'])[:10]}"
