"""Ownership tags: whether a tag policy defines them, and which accounts and resources carry them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from orienteer.facts.fact import Fact
from orienteer.facts.guarded import ACCOUNT_TYPE, ORGANIZATION_TYPE
from orienteer.facts.organization import told_by
from orienteer.facts.seen import Cells, Unseen, gaps_of
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import active, keys_at, object_in, tags_of
from orienteer.model import KEYS

REQUIRED = ("owner", "environment", "data-classification")
EXAMPLES = 10
TOLD = ("missing", "coverage_percent", "resources", "untagged_examples")


def _tagging(
    organization: Source,
    policies: Source,
    organization_accounts: Source,
    organization_account_tags: Source,
    ec2_instances: Source,
    ec2_vpcs: Source,
    ec2_images: Source,
    ec2_snapshots: Source,
    *,
    required_tags: tuple[str, ...] = REQUIRED,
) -> Iterator[Cells | Gap]:
    """A row about the tag policies, one per account, and one per account about its resources."""
    home, named = organization.first("management_account_id"), organization.first("organization_id")
    if named is not None:
        at = told_by(home, organization)
        yield _row(at, "tag policy", "policy", ORGANIZATION_TYPE, missing=_undefined(policies, required_tags))
    for account in active(organization_accounts.rows):
        held = {row["key"] for row in organization_account_tags.find({"account_id": account["id"]})}
        missing: Any = tuple(tag for tag in required_tags if tag not in held)
        gaps = organization_account_tags.hidden(account["id"])
        missing = Unseen(gaps) if missing and gaps else missing
        yield _row(account["id"], account["id"], "account", ACCOUNT_TYPE, account["arn"], missing=missing)
    yield from organization_accounts.gaps
    resources = (ec2_instances, ec2_vpcs, ec2_images, ec2_snapshots)
    owners = {row["account_id"] for source in resources for row in source.rows if _is_own(row)}
    dark = {gap.account_id for source in resources for gap in source.gaps}
    for owner in sorted((owners | dark) - {""}):
        yield _resources(owner, resources, required_tags)
    yield from dict.fromkeys(gap for source in resources for gap in source.gaps if not gap.account_id)


def _row(account: str, resource: str, kind: str, resource_type: str, arn: Any = None, **more: Any) -> Cells:
    return Cells(keys_at(account, resource, arn), resource_type=resource_type, kind=kind, **dict.fromkeys(TOLD) | more)


def _undefined(policies: Source, required: tuple[str, ...]) -> Any:
    """The tags that no attached tag policy defines; case counts."""
    defined, gaps = set[str](), policies.hidden()
    for row in (row for row in policies.rows if row["type"] == "TAG_POLICY"):
        gaps |= gaps_of(row["is_attached"], row["content"])
        defined |= _keys(row["content"]) if row["is_attached"] is True else set()
    missing = tuple(tag for tag in required if tag not in defined)
    return Unseen(gaps) if missing and gaps else missing


def _keys(content: Any) -> set[str]:
    """The tag keys that a tag policy defines, as it spells them."""
    found = set()
    for name, rules in object_in(object_in(content).get("tags")).items():
        spelled = object_in(object_in(rules).get("tag_key")).get("@@assign")
        found.add(spelled if isinstance(spelled, str) else name)
    return found


def _is_own(row: Cells) -> bool:
    """It is a resource that people of the account made: no default VPC, and nothing that is only shared with it."""
    if not row["resource_id"] or row.get("is_default"):
        return False
    return row.get("owner_account") in (None, row["account_id"])


def _resources(account: str, sources: tuple[Source, ...], required: tuple[str, ...]) -> Cells:
    """How many resources of the account carry all the tags, in percent, and some of those that do not.

    Not seen where a list of the account was not read to its end, also where nothing of it was.
    """
    found = [row for source in sources for row in source.find({"account_id": account}) if _is_own(row)]
    bare = [str(row["resource_id"]) for row in found if not set(required) <= tags_of(row["tags"]).keys()]
    gaps = frozenset[str]().union(*(source.hidden(account) for source in sources))
    percent = 100 * (len(found) - len(bare)) / len(found) if found else 100.0
    told = {"coverage_percent": percent, "resources": len(found)}
    cells = {name: Unseen(gaps) if gaps else value for name, value in told.items()}
    return _row(
        account,
        f"resources of {account}",
        "resources",
        ACCOUNT_TYPE,
        **cells,
        untagged_examples=tuple(sorted(bare)[:EXAMPLES]),
    )


TAGGING = Fact(
    "tagging",
    "One row about the tag policies, one per account with its tags, and one per account about its EC2 resources.",
    rows=_tagging,
    made=(*KEYS, "resource_type", "kind", *TOLD),
    resource_type=ACCOUNT_TYPE,
)
