"""The names that the plain mapping of an estate knows, and what stands in one under another name.

A name that is written wrongly must not pass for something that is not there: with `permissions_boundary` a principal
would have no boundary.  What may be a policy (a list, an object, their JSON, a policy's ARN) then counts as not read.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from orienteer.ask.known import UNREAD

NAMES: Mapping[str, tuple[str, ...]] = {
    "": ("organization", "accounts", "groups", "principals", "resources", "endpoints", "as_of"),
    "accounts": (*("id", "scps", "rcps", "path", "block_public_access", "unlisted", "unshared", "canonical"),),
    "endpoints": ("id", "account", "vpc", "policy"),
    "groups": ("arn", "policies"),
    "organization": ("id", "management", "root_sessions", "root_delegates"),
    "principals": ("arn", "policies", "groups", "boundary", "tags", "id", "trust"),
    "resources": (
        *("arn", "account", "region", "policy", "policies", "tags", "acl", "owner_id", "acls_disabled"),
        *("block_public_access", "public", "grants", "aliases", "aws_managed", "bucket", "vpc", "shared_with"),
    ),
}


def beyond(item: Mapping[Any, Any], place: str) -> Iterator[str]:
    """What is wrong with each name of the item that the form does not have and whose value may be a policy."""
    for name, value in item.items():
        if name not in NAMES[place] and _may_be_policy(value):
            near = difflib.get_close_matches(str(name), NAMES[place], 1, 0.5)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            yield f"the form of an estate has no {str(name)!r}{hint}"


def _may_be_policy(value: Any) -> bool:
    if isinstance(value, str):
        return value.startswith(("{", "[", UNREAD)) or ":policy/" in value
    return bool(value) and isinstance(value, Mapping | list | tuple | set | frozenset)
