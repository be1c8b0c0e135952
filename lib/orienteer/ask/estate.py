"""What is known of an organization, ready for questions: principals, resources, accounts, endpoints, each read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from orienteer.ask.book import facts_of, mapping_of
from orienteer.ask.known import Account, Endpoint, Person, Thing
from orienteer.ask.reading import read
from orienteer.facts import Estate as Facts
from orienteer.partitions import partition_of


@dataclass(frozen=True)
class Estate:
    """What is known, by ARN or id.  `Estate.of` makes it of an opened run or of plain mappings.

    The mapping, every key of it optional:

    - `organization`: `{"id": "o-1", "management": "111111111111", "root_sessions": whether root access to members is
      central, "root_delegates": [accounts that have it beside]}`; left out: the accounts are in none
    - `accounts`: by id, each `{"scps": levels, "rcps": levels, "path": "o-1/r-1/ou-1/", "block_public_access": flags,
      "unlisted": [why some of its principals are not known], "unshared": [why some of what it shares by AWS RAM is not
      known], "canonical": canonical user id}`;
      levels are lists, from the root to the account, of policies: `[[root's], [unit's], [account's]]`
    - `groups`: by ARN, each `{"policies": ...}`
    - `principals`: a list (or a mapping by ARN) of `{"arn", "policies", "groups": [ARN or name], "boundary", "tags":
      {}, "id": "AROA...", "trust"}`
    - `resources`: a list (or a mapping by ARN) of `{"arn", "account", "region", "policy", "policies": more of them,
      "tags", "acl": grants as S3 gives them, "owner_id": canonical id, "acls_disabled" (where that is false, or there
      is an ACL, objects may have ACLs of their own, which nobody collects), "block_public_access", "public": the
      service's word, "grants": [{"grantee", "operations", "constraints" as KMS gives them, "name"}] of a KMS key,
      "aliases": ARNs of its aliases, "aws_managed", "bucket": ARN of an access point's bucket, "vpc": the only one that
      an access point answers, "shared_with": [account, organization's, unit's or principal's ARN] by AWS RAM}`
    - `endpoints`: a list (or a mapping by id) of `{"id", "account", "vpc", "policy"}`
    - `as_of`: the moment of the request, ISO 8601; now where it is not given

    Policies are a list of documents, of `(name, document)` pairs or `{"name", "document"}` objects, or a mapping of
    name to document; a document is JSON text or an object.  Flags are `{"IgnorePublicAcls": bool,
    "RestrictPublicBuckets": bool}`.  Tags are a mapping, or a list of `{"Key", "Value"}`.  `UNREAD` in the place of any
    of these says that it was not collected; a key that is left out says that there is none.  An account is held if
    `accounts` has it, or a principal or resource of it is given; of an organization's account that `accounts` does not
    have, the guardrails were not read.

    Nothing raises: what cannot be understood counts as not read.  So does what stands under a name that this form does
    not have, where it may be a policy: `permissions_boundary` is no boundary that is not there.  `problems` has
    entries that were left out, `unread` names that stand beside `principals`, `resources` and so on: as long as there
    are any, no answer but an explicit deny is certain.

    `estate` has the facts of the run that it was made of, for questions that ask those (`ways`, `would_deny`).
    """

    organization: str = ""
    organization_known: bool = True
    management: str = ""
    root_sessions: bool | None = False
    root_delegates: tuple[str, ...] | None = ()
    accounts: Mapping[str, Account] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    things: Mapping[str, Thing] = field(default_factory=dict)
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)
    moment: datetime = field(default_factory=lambda: datetime.now(UTC))
    problems: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    estate: Facts | None = field(default=None, repr=False, compare=False)

    @staticmethod
    def of(source: Any) -> Estate:
        """The estate of an opened run (`orienteer.open_run(...)`), of plain mappings, or of an estate: itself."""
        if isinstance(source, Estate):
            return source
        facts = facts_of(source)
        return Estate(**read(source if facts is None else mapping_of(facts)), estate=facts)

    @cached_property
    def _partitions(self) -> Mapping[str, str]:
        return {arn.split(":")[4]: partition_of(arn) for arn in (*self.things, *self.people) if arn.count(":") >= 5}

    def partition(self, account: str) -> str:
        """The partition of the account; of one that is not known the estate's."""
        return self._partitions.get(account) or next(iter(self._partitions.values()), "aws")

    def root(self, account: str) -> str:
        """The ARN of the account's root user."""
        return f"arn:{self.partition(account)}:iam::{account}:root"

    @cached_property
    def aliases(self) -> Mapping[str, str]:
        """The ARNs of KMS keys by those of their aliases."""
        return {alias: one.arn for one in self.things.values() for alias in one.aliases}

    @cached_property
    def roles(self) -> Mapping[tuple[str, str], Person]:
        """Roles by account and name: sessions do not tell the path."""
        return {(one.account, one.name): one for one in self.people.values() if one.kind == "role"}
