"""A policy that a client could attach as it stands."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from orienteer.controls.scp_structure import LARGEST
from orienteer.facts.declared import DECLARATIVE
from orienteer.facts.opt_out import AI
from orienteer.facts.tree import RCP, SCP, Node

LIMITS: Mapping[str, int] = {
    SCP: LARGEST,
    RCP: 5_120,
    DECLARATIVE: 10_000,
    "S3_POLICY": 10_000,
    "TAG_POLICY": 10_000,
    AI: 2_500,
}
"""Characters that AWS takes; white space counts unless the console saves it.  https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html"""
KINDS: Mapping[str, str] = {
    SCP: "service control policy",
    RCP: "resource control policy",
    DECLARATIVE: "declarative policy for EC2",
    "S3_POLICY": "S3 policy",
    "TAG_POLICY": "tag policy",
    AI: "AI services opt-out policy",
}
SHORT: Mapping[str, str] = {
    SCP: "SCP",
    RCP: "RCP",
    DECLARATIVE: "declarative, EC2",
    "S3_POLICY": "declarative, S3",
    "TAG_POLICY": "tags",
    AI: "AI opt-out",
}
Reach = Literal["all", "ordinary", "exception"]
"""Whom it binds: every member account, those outside the exception OUs, or those in them."""
Question = Literal["leaving", "root", "regions", "security", "users", "exception", "perimeter", "settings"]


@dataclass(frozen=True)
class Ready:
    """`asks` is the question that its trial puts; `before` is what to do or to ask before it is attached."""

    name: str
    title: str
    kind: str
    document: Mapping[str, Any]
    asks: Question
    reach: Reach
    attach: str
    why: str
    before: tuple[str, ...]
    source: str
    regions: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()

    @cached_property
    def text(self) -> str:
        """The policy as it is written into its file: ASCII, and short enough to be read."""
        return json.dumps(self.document, indent=1)

    @property
    def size(self) -> int:
        return len(self.text)

    @property
    def limit(self) -> int:
        return LIMITS[self.kind]

    @property
    def file(self) -> str:
        return f"{self.name}.json"

    def binds(self, node: Node, exception_ous: Collection[str]) -> bool:
        """True if the account is below where it is attached."""
        inside = any(unit in exception_ous for unit in node.above)
        return self.reach == "all" or inside == (self.reach == "exception")
