from __future__ import annotations

import json
from typing import Any

import pandas as pd

from orienteer.controls import trail_storage
from orienteer.parameters import Client
from tests.support import frame

MANAGEMENT, ARCHIVE, STRANGER = "999900001111", "222200001111", "800800800800"
HOME = "eu-central-1"
TRAIL = f"arn:aws:cloudtrail:{HOME}:{MANAGEMENT}:trail/org"
KEY = f"arn:aws:kms:{HOME}:{ARCHIVE}:key/k1"
BUCKET, ARN = "org-logs", "arn:aws:s3:::org-logs"
SERVICE = {"Service": "cloudtrail.amazonaws.com"}
BOUND = {"StringEquals": {"aws:SourceArn": TRAIL}}


def statement(action: Any, principal: Any, condition: Any = None, resource: str = "*") -> dict[str, Any]:
    more = {"Condition": condition} if condition else {}
    return {"Effect": "Allow", "Action": action, "Principal": principal, "Resource": resource, **more}


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trails(**more: Any) -> pd.DataFrame:
    row = {
        "account_id": MANAGEMENT, "region": HOME, "resource_id": "org", "trail_name": "org", "trail_arn": TRAIL,
        "owner_account": MANAGEMENT, "home_region": HOME, "at_home": True, "is_organization": True, "kms_key": KEY,
        "bucket": BUCKET,
    }  # fmt: skip
    return frame("cloudtrail_trails", [row | {"region": "eu-west-1", "at_home": False} | more, row | more])


ROOT = statement("kms:*", {"AWS": f"arn:aws:iam::{ARCHIVE}:root"})
ENCRYPT = statement("kms:GenerateDataKey*", SERVICE, BOUND)


def verdict_of(found: pd.DataFrame) -> tuple[str, str]:
    assert len(found) == 1
    if pd.notna(found["unread"][0]):
        return "UNREAD", found["severity"][0]
    return found["status"][0], found["severity"][0]


def encrypted(*statements: dict[str, Any], kms_key: str | None = KEY, **key: Any) -> tuple[str, str]:
    keys = {"account_id": ARCHIVE, "region": HOME, "resource_id": "k1", "key_arn": KEY}
    found = trail_storage.trail_key(
        trails(kms_key=kms_key),
        frame("kms_key_details", [keys | {"state": "Enabled", "is_customer": True} | key]),
        frame("kms_key_policies", [keys | {"policy": policy(*statements) if statements else None}]),
        frame("kms_key_rotation", [{"account_id": ARCHIVE, "resource_arn": KEY, "rotation_enabled": True}]),
        frame("organization_accounts", [{"id": a, "resource_id": a} for a in (MANAGEMENT, ARCHIVE)]),
    )
    return verdict_of(found)


def test_the_trails_key() -> None:
    reader = statement("kms:Decrypt", {"AWS": f"arn:aws:iam::{MANAGEMENT}:role/reader"})
    assert encrypted(ROOT, ENCRYPT, reader) == ("PASS", "")
    assert encrypted(kms_key=None) == ("FAIL", "medium")
    assert encrypted(ROOT, ENCRYPT, kms_key=KEY + "9") == ("UNREAD", "")
    assert encrypted(ROOT, ENCRYPT, kms_key="alias/elsewhere") == ("UNREAD", "")
    assert encrypted(ROOT, ENCRYPT, kms_key="k1", key_arn=f"arn:aws:kms:{HOME}:{MANAGEMENT}:key/k1") == ("UNREAD", "")
    assert encrypted(ROOT, ENCRYPT, state="PendingDeletion") == ("FAIL", "critical")
    assert encrypted(ROOT, ENCRYPT, is_customer=False) == ("FAIL", "")
    assert encrypted() == ("UNREAD", "")
    assert encrypted(ROOT, ENCRYPT, statement("kms:Decrypt", "*")) == ("FAIL", "")
    assert encrypted(ROOT, ENCRYPT, statement("kms:Decrypt", {"AWS": f"arn:aws:iam::{STRANGER}:root"})) == ("FAIL", "")
    assert encrypted(ROOT, statement("kms:GenerateDataKey*", SERVICE)) == ("FAIL", "")
    own = {"StringEquals": {"kms:CallerAccount": ARCHIVE}}
    assert encrypted(ROOT, ENCRYPT, statement("kms:Decrypt", {"AWS": "*"}, own)) == ("PASS", "")


WRITE = statement("s3:PutObject", SERVICE, BOUND, f"{ARN}/AWSLogs/*")


def held(
    *statements: dict[str, Any], owner: str = ARCHIVE, block: bool | None = True, archive: str = "log-archive",
    bucket: str = BUCKET, **more: Any,
) -> tuple[str, str]:  # fmt: skip
    keys = {"account_id": owner, "region": HOME, "resource_id": BUCKET, "resource_arn": ARN}
    flags = dict.fromkeys(trail_storage.FLAGS, block)
    found = trail_storage.log_bucket(
        frame("organization", [{"organization_id": "o-1", "management_account_id": MANAGEMENT}]),
        frame("organization_accounts", [
            {"id": a, "resource_id": a, "name": n, "state": "ACTIVE"}
            for a, n in ((MANAGEMENT, "root"), (ARCHIVE, archive))]),
        trails(bucket=bucket, is_organization=more.pop("shared", True)),
        frame("s3_buckets", [keys | {"bucket": BUCKET, "bucket_arn": ARN}]),
        frame("s3_bucket_policies", [keys | {"policy": policy(*statements) if statements else None}]),
        frame("s3_bucket_policy_status", [keys | {"is_public": more.pop("is_public", None)}]),
        frame("s3_bucket_public_access_block", [keys | flags]),
        frame("s3_account_public_access_block", [{"account_id": owner, **more.pop("account_flags", {})}]),
        frame("s3_bucket_acls", [keys | {"owner_id": "me", "grants": more.pop("grants", None)}]),
        frame("s3_bucket_ownership", [keys | {"object_ownership": more.pop("ownership", None)}]),
        client=Client(), **more,
    )  # fmt: skip
    return verdict_of(found)


def test_the_log_bucket() -> None:
    deleter = statement("s3:DeleteObject", {"AWS": f"arn:aws:iam::{ARCHIVE}:role/cleaner"}, resource=f"{ARN}/*")
    everybody = '[{"Grantee": {"URI": "http://acs.amazonaws.com/groups/global/AllUsers"}, "Permission": "READ"}]'
    assert held(WRITE) == ("PASS", "")
    assert held() == ("PASS", "")
    assert held(WRITE, owner=MANAGEMENT) == ("FAIL", "high")
    assert held(statement("s3:PutObject", SERVICE, None, f"{ARN}/AWSLogs/*")) == ("FAIL", "medium")
    assert held(WRITE, deleter) == ("FAIL", "high")
    assert held(WRITE, deleter, log_admins=[f"arn:aws:iam::{ARCHIVE}:role/cleaner"]) == ("PASS", "")
    assert held(WRITE, block=None) == ("FAIL", "medium")
    assert held(WRITE, block=None, account_flags=dict.fromkeys(trail_storage.FLAGS, True)) == ("PASS", "")
    assert held(WRITE, block=None, is_public=True) == ("FAIL", "critical")
    assert held(WRITE, block=None, grants=everybody) == ("FAIL", "critical")
    assert held(WRITE, grants=everybody) == ("PASS", "")
    assert held(WRITE, archive="storage") == ("MANUAL", "")
    assert held(WRITE, bucket="elsewhere") == ("UNREAD", "")
    assert held(WRITE, owner=MANAGEMENT, shared=False) == ("FAIL", "high")  # no organization trail: the own ones
    prefix = statement("s3:PutObject", SERVICE, None, f"{ARN}/AWSLogs/o-1/*")
    assert held(prefix) == ("FAIL", "medium")
    assert held(WRITE, statement("s3:GetObject", "*", resource=f"{ARN}/*"), block=None) == ("FAIL", "critical")
    other = '[{"Grantee": {"ID": "you", "Type": "CanonicalUser"}, "Permission": "WRITE"}]'
    assert held(WRITE, grants=other) == ("FAIL", "high")
    assert held(WRITE, grants=other, ownership="BucketOwnerEnforced") == ("PASS", "")
    assert held(WRITE, grants=other.replace("you", "me")) == ("PASS", "")
