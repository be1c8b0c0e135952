"""The nouns of an estate: policies with what was not read of them, principals, resources, accounts, endpoints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from orienteer.policy.language.conditions import Condition
from orienteer.policy.language.document import Document

UNREAD = "UNREAD"
"""Stands in a mapping where something was not collected: a policy, a boundary, a list of policies, a flag."""


@dataclass(frozen=True, slots=True)
class Policies:
    """Named documents, and what of them was not read (or not understood): they may allow or deny anything."""

    named: tuple[tuple[str, Document], ...] = ()
    gaps: tuple[str, ...] = ()

    def __add__(self, other: Policies) -> Policies:
        return Policies((*self.named, *other.named), (*self.gaps, *other.gaps))

    @staticmethod
    def joined(parts: Iterable[Policies]) -> Policies:
        """All of them as one."""
        listed = list(parts)
        return Policies(tuple(n for one in listed for n in one.named), tuple(g for one in listed for g in one.gaps))

    @property
    def empty(self) -> bool:
        """True if there is no document and nothing was lost."""
        return not self.named and not self.gaps


NONE = Policies()


@dataclass(frozen=True, slots=True)
class Person:
    """A user or role.  `boundary` None: none is set; `tags` None: not read; `unique_id` as AIDA... or AROA...

    `policies` holds those of its groups, too.  `trust` is a role's trust policy.
    """

    arn: str
    account: str
    kind: Literal["user", "role"]
    name: str
    path: str = "/"
    policies: Policies = NONE
    boundary: Policies | None = None
    tags: Mapping[str, str] | None = field(default_factory=dict)
    unique_id: str = ""
    trust: Policies = NONE

    @property
    def service_linked(self) -> bool:
        """True of a role that AWS made for one of its services: no guardrail binds it."""
        return self.kind == "role" and self.path.startswith("/aws-service-role/")


@dataclass(frozen=True, slots=True)
class Block:
    """Block public access of a bucket, access point or account; None where a setting was not read."""

    ignore_public_acls: bool | None = False
    restrict_public_buckets: bool | None = False


@dataclass(frozen=True, slots=True)
class KmsGrant:
    """A grant on a KMS key.

    `conditions`: what its constraints ask of a request; None: it has constraints that nobody read.
    """

    grantee: str
    operations: tuple[str, ...]
    conditions: tuple[Condition, ...] | None = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Thing:
    """A resource.  `tags` and `public` None: not read.

    acl: what a bucket's ACL allows, as a policy; `open_acl`: the part of it that is about everybody.  Both are empty
    where the owner turned ACLs off.  object_acls: the ACLs of its objects, which nobody collects, count (None: not
    known).  public: the service's own word on its policy.  bucket: of an access point, the ARN of its bucket.
    aws_managed: a KMS key that AWS manages; aliases: its names.  shared_with: accounts, organizations, units and
    principals that AWS RAM shares it with; None: not read.
    """

    arn: str
    account: str
    region: str = ""
    policy: Policies = NONE
    tags: Mapping[str, str] | None = None
    block: Block = Block()
    acl: Policies = NONE
    open_acl: Policies = NONE
    public: bool | None = None
    grants: tuple[KmsGrant, ...] = ()
    grants_gaps: tuple[str, ...] = ()
    bucket: str = ""
    vpc: str = ""
    aws_managed: bool = False
    aliases: tuple[str, ...] = ()
    object_acls: bool | None = False
    shared_with: tuple[str, ...] | None = ()


Chain = tuple[Policies, ...]
"""Per level, from the root to the account, the policies that hang there."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account that is held.  `scps` and `rcps` empty: nothing binds it; None: not read.

    `paths` are its paths in the organization (`o-1/r-1/ou-1/`); None: not read.  `unlisted` is what hides principals of
    it, `unshared` what hides the resources that it shares.  `canonical` is its canonical user id; empty where it is not
    known.
    """

    id: str
    scps: Chain | None = ()
    rcps: Chain | None = ()
    paths: tuple[str, ...] | None = None
    block: Block = Block()
    unlisted: tuple[str, ...] = ()
    canonical: str = ""
    unshared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A VPC endpoint."""

    id: str
    account: str = ""
    vpc: str = ""
    policy: Policies = NONE
