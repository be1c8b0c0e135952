"""What declarative EC2 policies of the organization set in each account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orienteer.facts.fact import Fact, Join
from orienteer.facts.guarded import ACCOUNT_TYPE, ORGANIZATION_TYPE
from orienteer.facts.organization import told_by
from orienteer.facts.seen import Cells, Row, Unseen
from orienteer.facts.source import BOOLS, Gap, Source
from orienteer.facts.tree import enabled_policy_types
from orienteer.facts.values import ACCOUNT, keys_at, object_in
from orienteer.model import GLOBAL, KEYS

DECLARATIVE = "DECLARATIVE_POLICY_EC2"
SAFE: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "image_block_public_access": ("state", ("block_new_sharing",)),
    "snapshot_block_public_access": ("state", ("block_all_sharing", "block_new_sharing")),
    "serial_console_access": ("status", ("disabled",)),
    "instance_metadata_defaults": ("http_tokens", ("required",)),
    "vpc_block_public_access": ("internet_gateway_block.mode", ("block_ingress", "block_bidirectional")),
    "allowed_images_settings": ("state", ("enabled",)),
}
"""The member of each attribute that decides, and its safe values.
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_declarative_syntax.html"""


def _declared(
    organization: Source, organization_roots: Source, organization_effective_ec2_policy: Source
) -> Iterator[Cells | Gap]:
    """One row per member that was asked; one for the organization alone where the policy type is off.

    Where it is not known which account manages the organization, any row may be about that one (`is_home`).
    """
    home, named = organization.first("management_account_id"), organization.first("organization_id")
    if named is None:
        return
    untold = organization_roots.hidden()
    is_on: Any = any(DECLARATIVE in enabled_policy_types(row["policy_types"]) for row in organization_roots.rows)
    if not is_on and not untold:
        keys = {"account_id": told_by(home, organization), "region": GLOBAL, "resource_arn": None}
        told = {"resource_id": "declarative policies for EC2", "resource_type": ORGANIZATION_TYPE, "is_home": False}
        yield Cells(keys | told, is_on=False, policy=None)
        return
    for row in organization_effective_ec2_policy.rows:
        is_home = Unseen(home.gaps, BOOLS[:2]) if isinstance(home, Unseen) else row["account_id"] == home
        if is_home is not True:
            yield Cells(
                keys_at(row["account_id"], row["account_id"]),
                resource_type=ACCOUNT_TYPE,
                is_home=is_home,
                is_on=is_on or Unseen(untold, BOOLS[:2]),
                policy=row["policy"],
            )
    yield from (gap for gap in organization_effective_ec2_policy.gaps if gap.account_id != home or not gap.account_id)


def loose(row: Row, *, dcp_attributes: tuple[str, ...] = tuple(list(SAFE)[:4])) -> tuple[str, ...]:
    """The attributes that the policy in force does not pin to a safe value."""
    held = object_in(row.policy).get("ec2_attributes") or {}
    return tuple(name for name in dcp_attributes if not _is_safe(name, held.get(name)))


def _is_safe(name: str, value: Any) -> bool:
    path, safe = SAFE.get(name, ("", ()))
    for part in path.split(".") if path else ():
        value = value.get(part) if isinstance(value, dict) else None
    return value in safe if path else value is not None


def managed_by(row: Row) -> tuple[str, ...]:
    """Who set the account's metadata defaults: declarative-policy shows that the policy has arrived."""
    return tuple(sorted({str(one.managed_by) for one in row.defaults.seen if one.managed_by}))


DECLARED = Fact(
    "declared_settings",
    "One row per member account: what declarative EC2 policies of the organization pin there.",
    rows=_declared,
    made=(*KEYS, "resource_type", "is_home", "is_on", "policy"),
    joins=(Join("ec2_instance_metadata_defaults", many="defaults", on=ACCOUNT),),
    columns=(loose, managed_by),
    hidden=frozenset({"defaults", "is_home"}),
    resource_type=ACCOUNT_TYPE,
)
