from __future__ import annotations

import json
from typing import Any

import pytest

from orienteer.facts.seen import Cells, Unseen
from tests.facts.support import GAP, PLACE, fact

EVERYBODY = "http://acs.amazonaws.com/groups/global/AllUsers"
READ = {"Grantee": {"URI": EVERYBODY}, "Permission": "READ"}
WRITE = {"Grantee": {"ID": "other"}, "Permission": "WRITE"}
OWN = {"Grantee": {"ID": "own"}, "Permission": "FULL_CONTROL"}
NAMED = {**PLACE, "resource_id": "b"}


def bucket(**tables: dict[str, Any]) -> Cells:
    """A bucket from one row of each of its tables, named without their common beginning."""
    given = {f"s3_bucket_{name}": [{**NAMED, **row}] for name, row in tables.items() if name != "account"}
    account = [{**PLACE, **tables["account"]}] if "account" in tables else []
    (found,) = fact("buckets", s3_buckets=[NAMED], s3_account_public_access_block=account, **given)
    return found


@pytest.mark.parametrize(
    ("own", "account", "found"),
    [
        ({"restrict_public_buckets": True}, {}, True),
        ({}, {"restrict_public_buckets": True}, True),
        ({"restrict_public_buckets": False}, {}, False),
        (GAP, {"restrict_public_buckets": True}, True),
        (GAP, {"restrict_public_buckets": False}, None),
        ({"restrict_public_buckets": False}, GAP, None),
    ],
)
def test_either_block_is_enough(own: dict[str, Any], account: dict[str, Any], found: bool | None) -> None:
    restricts = bucket(public_access_block=own, account=account)["restricts"]
    assert restricts is found if found is not None else isinstance(restricts, Unseen)


def test_each_setting_is_its_own() -> None:
    found = bucket(
        public_access_block={"block_public_acls": True, "ignore_public_acls": False},
        account={"block_public_policy": True},
    )
    assert (found["blocks_acls"], found["ignores_acls"], found["blocks_policies"], found["restricts"]) == (
        True, False, True, False,
    )  # fmt: skip


def acl(*grants: dict[str, Any], ownership: dict[str, Any]) -> Cells:
    return bucket(acls={"owner_id": "own", "grants": json.dumps(grants)}, ownership=ownership)


def test_acls() -> None:
    found = acl(READ, WRITE, OWN, ownership={"object_ownership": "ObjectWriter"})
    assert (found["acl_public"], found["acl_others"], found["acl_writers"]) == ((EVERYBODY,), ("other",), ("other",))
    anybody = acl({**READ, "Permission": "WRITE"}, OWN, ownership={})
    assert (anybody["acl_writers"], anybody["acl_others"]) == ((EVERYBODY,), ())


def test_acls_that_are_off_say_nothing() -> None:
    found = acl(READ, WRITE, ownership={"object_ownership": "BucketOwnerEnforced"})
    assert (found["acl_public"], found["acl_others"], found["acl_writers"]) == ((), (), ())


def test_an_acl_that_names_nobody_needs_no_ownership() -> None:
    found = acl(OWN, ownership=GAP)
    assert (found["acl_public"], found["acl_others"], found["acl_writers"]) == ((), (), ())
    assert isinstance(acl(READ, ownership=GAP)["acl_public"], Unseen)


def test_keys() -> None:
    details = [{**PLACE, "resource_id": "k", "key_arn": "arn:k", "state": "Enabled"}]
    (found,) = fact("keys", kms_key_details=details, kms_key_policies=[{**PLACE, "resource_id": "k", "policy": "{}"}],
                    kms_key_rotation=[{**PLACE, "resource_id": "k", **GAP}])  # fmt: skip
    assert found["policy"] == "{}"
    assert isinstance(found["rotation_enabled"], Unseen)
