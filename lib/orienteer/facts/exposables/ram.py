"""Resource shares of Resource Access Manager."""

from __future__ import annotations

from dataclasses import replace

from orienteer.facts.exposable import Ground, Named, Reached, opened, widest_of
from orienteer.facts.fact import Fact, Join
from orienteer.facts.seen import Row

RESOURCE_SHARES = Fact(
    "resource_shares",
    "One row per resource share, with its principals.",
    base="ram_shares",
    joins=(Join("ram_share_principals", many="principals", on={"share_arn": "share_arn"}),),
)


def _shared(share: Row, ground: Ground) -> Reached:
    """One that may take accounts from outside is shown as external even while it has none."""
    in_it = (p for p in share.principals if p.status in (None, "ASSOCIATED", "ASSOCIATING"))
    named = [str(one.principal) for one in in_it if one.principal]
    found = widest_of({one: ground.level_of(_account(one), share.account_id) for one in named}, "resource share")
    if not share.allow_external:
        return found
    if not named:
        empty = "The share takes accounts from outside the organization, though none is in it yet."
        return Reached("external", (), "resource share", empty, raw="external")
    if found.level != "organization":
        return found
    return replace(found, why="Shared inside the organization only, though the share takes accounts from outside, too.")


def _account(principal: str) -> str:
    """The account of a role or user ARN; organizations, OUs and bare ids stay as they are."""
    parts = principal.split(":")
    return parts[4] if len(parts) > 5 and parts[2] == "iam" else principal


EXPOSABLES = (
    opened(
        "ram-resource-share",
        "AWS::RAM::ResourceShare",
        RESOURCE_SHARES.name,
        Named(_shared),
        only=lambda share: share["status"] not in ("DELETED", "DELETING"),
        operation="ram:GetResourceShareAssociations",
    ),
)
