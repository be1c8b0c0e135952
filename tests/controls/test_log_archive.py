"""The trail as an archive: rows in, verdicts out; and what lifecycles and selectors tell, from tables."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from orienteer.facts.data_events import FUNCTIONS, OBJECTS, taken_of
from orienteer.facts.seen import Cells, Unseen
from orienteer.parameters import Client
from tests.facts.support import GAP, NOBODY, NOW, UNSEEN, fact, judged, source, status, verdict

MANAGEMENT, ARCHIVE, OTHER = "999900001111", "222200001111", "333300001111"
HOME, LOGS, ARN = "eu-central-1", "org-logs", "arn:aws:s3:::org-logs"
TRAIL = f"arn:aws:cloudtrail:{HOME}:{MANAGEMENT}:trail/org"


def ago(**time: float) -> pd.Timestamp:
    return NOW - pd.Timedelta(**time)


# --- TRAIL-06

BARE = {"versioning": "Enabled", "lock_period_days": None, "mfa_delete": False, "copies": (), "backups": ()}


@pytest.mark.parametrize(
    ("log", "found"),
    [
        ({}, ("FAIL", "low")),
        ({"versioning": None}, ("FAIL", "high")),
        ({"versioning": "Suspended", "lock_period_days": 30}, ("FAIL", "high")),
        ({"versioning": UNSEEN}, ("NOT_ASSESSED", "")),
        ({"lock_period_days": 365, "lock_mode": "GOVERNANCE"}, ("PASS", "high")),
        ({"mfa_delete": True}, ("PASS", "high")),
        ({"copies": ("elsewhere",)}, ("PASS", "high")),
        ({"backups": ("arn:vault",), "copies": UNSEEN}, ("PASS", "high")),
        ({"copies": UNSEEN}, ("NOT_ASSESSED", "")),
    ],
)
def test_log_bucket_resists(log: dict[str, Any], found: tuple[str, str]) -> None:
    assert verdict("TRAIL-06", BARE | log) == found


def test_who_may_bypass_governance_mode_is_said() -> None:
    locked = BARE | {"lock_period_days": 365, "lock_mode": "GOVERNANCE"}
    for names, words in ((("admin",), "which admin may bypass"), (UNSEEN, "was not seen"), ((), "governance mode.")):
        told = judged("TRAIL-06", locked | {"bypassers": names})
        assert told and told.status == "PASS" and words in told.words


def test_governance_mode_gives_way_to_whoever_holds_the_right() -> None:
    def role(name: str, action: str) -> dict[str, Any]:
        document = {"Statement": {"Effect": "Allow", "Action": action, "Resource": "*"}}
        inline = json.dumps([{"PolicyName": "p", "PolicyDocument": document}])
        arn = f"arn:aws:iam::{ARCHIVE}:role/{name}"
        named = {"account_id": ARCHIVE, "resource_id": name, "resource_arn": arn, "role_arn": arn, "role_name": name}
        return named | {"inline_policies": inline, "attached_policies": "[]"}

    people = [role("keeper", "s3:*"), role("reader", "s3:Get*")]
    rows = {"more": {"iam_roles": people}}
    assert keeping(object_lock={"lock_mode": "GOVERNANCE", "lock_days": 30}, **rows)["bypassers"] == ("keeper",)
    assert keeping(object_lock={"lock_mode": "COMPLIANCE", "lock_days": 30}, **rows)["bypassers"] == ()
    hidden = {"more": {"iam_roles": [{"account_id": ARCHIVE, **GAP}]}}
    assert isinstance(keeping(object_lock={"lock_mode": "GOVERNANCE"}, **hidden)["bypassers"], Unseen)


# --- TRAIL-07

KEPT = {"has_lifecycle": True, "kept_days": 730, "ends_at_a_date": False, "covering": ("all",), "versioning": "Enabled",
        "drops_old_versions": True}  # fmt: skip


@pytest.mark.parametrize(
    ("log", "found"),
    [
        ({}, ("PASS", "medium")),
        ({"kept_days": None}, ("PASS", "medium")),
        ({"has_lifecycle": False}, ("FAIL", "low")),
        ({"has_lifecycle": UNSEEN}, ("NOT_ASSESSED", "")),
        ({"kept_days": 90}, ("FAIL", "high")),
        ({"kept_days": 90, "covering": UNSEEN}, ("FAIL", "high")),
        ({"kept_days": UNSEEN}, ("NOT_ASSESSED", "")),
        ({"ends_at_a_date": True}, ("FAIL", "medium")),
        ({"covering": ()}, ("FAIL", "medium")),
        ({"drops_old_versions": False}, ("FAIL", "low")),
        ({"drops_old_versions": False, "versioning": None}, ("PASS", "medium")),
    ],
)
def test_log_lifecycle(log: dict[str, Any], found: tuple[str, str]) -> None:
    assert verdict("TRAIL-07", KEPT | log) == found


def test_how_long_logs_must_stay_is_the_clients_choice() -> None:
    assert status("TRAIL-07", KEPT | {"kept_days": 90}, retention_days=90) == "PASS"
    assert status("TRAIL-07", KEPT, retention_days=731) == "FAIL"


def keeping(*rules: Any, trail: Any = None, client: Client = NOBODY, **tables: Any) -> Cells:
    """What is told of the log bucket with these lifecycle rules and rows of further tables of the bucket."""
    at_home = {"account_id": MANAGEMENT, "region": HOME, "resource_id": "org", "trail_arn": TRAIL, "at_home": True}
    own = {"account_id": ARCHIVE, "resource_id": LOGS}
    named = {"trail_name": "org", "owner_account": MANAGEMENT, "home_region": HOME, "bucket": LOGS}
    rows = {
        "organization": [{"organization_id": "o-1", "management_account_id": MANAGEMENT}],
        "s3_buckets": [own | {"bucket": LOGS, "resource_arn": ARN, "region": HOME}],
        "cloudtrail_trails": [at_home | named | {"is_organization": True} | (trail or {})],
        "cloudtrail_trail_status": [at_home | {"is_logging": True}],
        "cloudtrail_event_selectors": [at_home],
        "s3_bucket_lifecycle": [own | {"lifecycle_rules": json.dumps(rules) if rules else None}],
    }
    rows |= {f"s3_bucket_{name}": [own] for name in ("versioning", "object_lock", "replication", "logging")}
    rows |= {f"s3_bucket_{name}": [own | row] for name, row in tables.items() if name != "more"}
    (found,) = fact("log_keeping", client, **rows | tables.get("more", {}))
    return found


def rule(days: int | None = 730, where: Any = None, status: str = "Enabled", **more: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"ID": "r", "Status": status, "Filter": {} if where is None else where}
    return given | ({"Expiration": {"Days": days}} if days else {}) | more


@pytest.mark.parametrize(
    ("where", "covers"),
    [
        ({}, True),
        ({"Prefix": ""}, True),
        ({"Prefix": "AWSLogs/"}, True),
        ({"Prefix": "AWSLogs/o-1/"}, True),
        ({"Prefix": "AWSLogs/o-1/123456789012/"}, False),
        ({"Prefix": "config/"}, False),
        ({"Tag": {"Key": "a", "Value": "b"}}, False),
        ({"ObjectSizeGreaterThan": 1000}, False),
        ({"And": {"Prefix": "AWSLogs/", "Tags": [{"Key": "a", "Value": "b"}]}}, False),
        ({"And": {"Prefix": "AWSLogs/", "ObjectSizeLessThan": 9}}, False),
    ],
)
def test_a_rule_covers_the_trails_prefix(where: Any, covers: bool) -> None:
    assert keeping(rule(where=where))["covering"] == (("r",) if covers else ())


def test_what_a_lifecycle_does() -> None:
    older = {"ID": "old", "Status": "Enabled", "Prefix": "AWSLogs", "Transitions": [{"Days": 90}]}
    assert keeping(older)["covering"] == ("old",)
    assert keeping(rule(), trail={"bucket_prefix": "audit"})["prefixes"] == ("audit/AWSLogs/o-1/",)
    assert keeping(rule(where={"Prefix": "AWSLogs/"}), trail={"bucket_prefix": "audit"})["covering"] == ()
    assert keeping(rule(status="Disabled"))["covering"] == ()
    assert keeping(rule(None, AbortIncompleteMultipartUpload={"DaysAfterInitiation": 7}))["covering"] == ()
    assert keeping(rule(), rule(30, {"Prefix": "AWSLogs/o-1/1/"}))["kept_days"] == 30
    assert keeping(rule(), rule(30, {"ObjectSizeGreaterThan": 1}))["kept_days"] == 30
    assert keeping(rule(), rule(30, {"Tag": {"Key": "a", "Value": "b"}}))["kept_days"] == 730
    assert keeping(rule(), rule(30, {"Prefix": "config/"}))["kept_days"] == 730
    assert keeping(rule(30), object_lock={"lock_years": 2})["kept_days"] == 730
    assert keeping(rule(None, Expiration={"Date": "2027-01-01T00:00:00Z"}))["ends_at_a_date"] is True
    assert keeping(rule(NoncurrentVersionExpiration={"NoncurrentDays": 30}))["drops_old_versions"] is True
    bare = keeping()
    assert (bare["has_lifecycle"], bare["kept_days"], bare["drops_old_versions"]) == (False, None, False)
    assert isinstance(keeping(lifecycle=GAP)["has_lifecycle"], Unseen)
    unknown = keeping(more={"s3_buckets": [], "s3_bucket_lifecycle": []})
    assert isinstance(unknown["has_lifecycle"], Unseen)  # the bucket is in none of the accounts that were read


def copied(bucket: str, account: str = "", where: Any = None, client: Client = NOBODY) -> Any:
    target = {"Bucket": f"arn:aws:s3:::{bucket}"} | ({"Account": account} if account else {})
    given = [{"Status": "Enabled", "Filter": where or {}, "Destination": target}]
    return keeping(client=client, replication={"replication_rules": json.dumps(given)})["copies"]


def test_copies_in_other_accounts() -> None:
    assert copied("elsewhere") == ("elsewhere",)
    assert copied("elsewhere", OTHER) == ("elsewhere",)
    assert copied("elsewhere", ARCHIVE) == ()
    assert copied(LOGS) == ()
    assert copied("elsewhere", OTHER, {"Prefix": "config/"}) == ()
    some = Client(regions=(HOME,))
    assert copied("elsewhere", OTHER, client=some) == ("elsewhere",)
    assert copied(LOGS, client=some) == ()
    assert isinstance(copied("elsewhere", client=some), Unseen)  # it may be the account's own, in another region
    vault = f"arn:aws:backup:{HOME}:{OTHER}:backup-vault:v"
    held = {"account_id": ARCHIVE, "region": HOME, "resource_id": ARN, "arn": ARN, "vault_arn": vault}
    assert keeping(more={"backup_protected_resources": [held]})["backups"] == (vault,)
    own = held | {"vault_arn": vault.replace(OTHER, ARCHIVE)}
    assert keeping(more={"backup_protected_resources": [own]})["backups"] == ()


# --- TRAIL-08

TO_BUCKET = {"way": "bucket", "is_logging": True, "started_at": ago(days=9), "delivered_at": ago(minutes=9)}
TO_GROUP = {"way": "log group", "log_group_arn": "arn"}
ACCESS = {"way": "access", "objects_recorded": False}


@pytest.mark.parametrize(
    ("log", "found"),
    [
        (TO_BUCKET, ("PASS", "high")),
        (TO_BUCKET | {"delivery_error": "AccessDenied"}, ("FAIL", "high")),
        (TO_BUCKET | {"delivered_at": ago(days=2)}, ("FAIL", "high")),
        (TO_BUCKET | {"delivered_at": None}, ("FAIL", "high")),
        (TO_BUCKET | {"delivered_at": None, "started_at": ago(minutes=9)}, ("MANUAL", "high")),
        (TO_BUCKET | {"delivered_at": UNSEEN}, ("NOT_ASSESSED", "")),
        (TO_BUCKET | {"delivery_error": "AccessDenied", "delivered_at": UNSEEN}, ("FAIL", "high")),
        (TO_GROUP, ("PASS", "high")),
        (TO_GROUP | {"log_group_error": "no such group"}, ("FAIL", "high")),
        (TO_GROUP | {"log_group_error": UNSEEN}, ("NOT_ASSESSED", "")),
        (ACCESS, ("FAIL", "low")),
        (ACCESS | {"access_log_bucket": "access-logs"}, ("PASS", "high")),
        (ACCESS | {"access_log_bucket": UNSEEN, "objects_recorded": True}, ("PASS", "high")),
        (ACCESS | {"access_log_bucket": UNSEEN}, ("NOT_ASSESSED", "")),
    ],
)
def test_logs_arrive(log: dict[str, Any], found: tuple[str, str]) -> None:
    assert verdict("TRAIL-08", log) == found


def test_a_trail_tells_of_its_bucket_and_its_log_group_apart() -> None:
    at = {"account_id": MANAGEMENT, "region": HOME, "resource_id": "org", "trail_arn": TRAIL, "at_home": True}
    told = {"trail_name": "org", "owner_account": MANAGEMENT, "home_region": HOME, "log_group_arn": "arn:g"}
    rows = fact("log_deliveries", cloudtrail_trails=[at | told],
                cloudtrail_trail_status=[at | {"is_logging": True, "log_group_error": "AccessDenied",
                                               "delivered_at": ago(minutes=9)}])  # fmt: skip
    assert [(row["way"], row["resource_id"], status("TRAIL-08", row)) for row in rows] == [
        ("bucket", "org", "PASS"), ("log group", "org/log group", "FAIL"),
    ]  # fmt: skip


@pytest.mark.parametrize(("since", "words"), [(2 / 24, "2 hours ago"), (1.5, "1 day ago"), (3, "3 days ago")])
def test_when_the_last_file_came(since: float, words: str) -> None:
    told = judged("TRAIL-08", TO_BUCKET | {"delivered_at": ago(days=since)}, max_delivery_hours=1)
    assert told and words in told.words


def test_how_old_a_file_may_be() -> None:
    assert status("TRAIL-08", TO_BUCKET | {"delivered_at": ago(days=2)}, max_delivery_hours=72) == "PASS"


# --- TRAIL-09


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"unrecorded_buckets": (), "unrecorded_functions": ()}, "PASS"),
        ({"unrecorded_buckets": ("books",), "unrecorded_functions": UNSEEN}, "FAIL"),
        ({"unrecorded_buckets": (), "unrecorded_functions": ("f",)}, "FAIL"),
        ({"unrecorded_buckets": UNSEEN, "unrecorded_functions": ()}, "NOT_ASSESSED"),
    ],
)
def test_data_events(row: dict[str, Any], found: str) -> None:
    assert status("TRAIL-09", row, crown_jewel_buckets=("books",)) == found
    assert status("TRAIL-09", row | {"data_events": ()}) == "MANUAL"
    assert status("TRAIL-09", row | {"data_events": UNSEEN}) == "MANUAL"


def classic(kind: str, *values: str, mode: str = "All") -> str:
    return json.dumps([{"ReadWriteType": mode, "DataResources": [{"Type": kind, "Values": list(values)}]}])


def advanced(**fields: Any) -> str:
    given = {"eventCategory": {"Equals": ["Data"]}, "resources.type": {"Equals": [OBJECTS]}}
    given |= {name.replace("_", "."): value for name, value in fields.items()}
    return json.dumps([{"FieldSelectors": [{"Field": name, **value} for name, value in given.items()]}])


BOOKS, ROUND = "arn:aws:s3:::books/", {"read", "write"}
PAY = f"arn:aws:lambda:{HOME}:{OTHER}:function:pay"


@pytest.mark.parametrize(
    ("selectors", "found"),
    [
        (classic(OBJECTS, "arn:aws:s3"), ROUND),
        (classic(OBJECTS, "arn:aws:s3:::"), ROUND),
        (classic(OBJECTS, BOOKS), ROUND),
        (classic(OBJECTS, BOOKS, mode="WriteOnly"), {"write"}),
        (classic(OBJECTS, "arn:aws:s3:::books/2026/"), set()),
        (classic(OBJECTS, "arn:aws:s3:::bookshop/"), set()),
        (classic(FUNCTIONS, "arn:aws:lambda"), set()),
        (None, set()),
    ],
)
def test_classic_selectors(selectors: str | None, found: set[str]) -> None:
    assert taken_of(selectors, None, OBJECTS, BOOKS) == found


@pytest.mark.parametrize(
    ("selectors", "found"),
    [
        (advanced(), ROUND),
        (advanced(readOnly={"Equals": ["true"]}), {"read"}),
        (advanced(readOnly={"Equals": ["false"]}), {"write"}),
        (advanced(resources_ARN={"StartsWith": [BOOKS]}), ROUND),
        (advanced(resources_ARN={"StartsWith": ["arn:aws:s3:::books/2026"]}), set()),
        (advanced(resources_ARN={"NotStartsWith": [BOOKS]}), set()),
        (advanced(resources_ARN={"NotStartsWith": ["arn:aws:s3:::books/tmp/"]}), set()),
        (advanced(resources_ARN={"NotStartsWith": ["arn:aws:s3:::logs/"]}), ROUND),
        (advanced(resources_ARN={"EndsWith": [".csv"]}), set()),
        (advanced(eventName={"Equals": ["GetObject"]}), set()),
        (advanced(eventCategory={"Equals": ["Management"]}), set()),
        ("[1]", set()),
    ],
)
def test_advanced_selectors(selectors: str, found: set[str]) -> None:
    assert taken_of(None, selectors, OBJECTS, BOOKS) == found


def test_functions() -> None:
    assert taken_of(classic(FUNCTIONS, "arn:aws:lambda"), None, FUNCTIONS, PAY) == ROUND
    assert taken_of(classic(FUNCTIONS, PAY), None, FUNCTIONS, PAY) == ROUND
    assert taken_of(classic(FUNCTIONS, PAY[:-1]), None, FUNCTIONS, PAY) == set()
    only = advanced(resources_type={"Equals": [FUNCTIONS]}, resources_ARN={"Equals": [PAY]})
    assert taken_of(None, only, FUNCTIONS, PAY) == ROUND


def test_what_is_recorded_of_what_matters() -> None:
    at_home = {"account_id": MANAGEMENT, "region": HOME, "resource_id": "org", "trail_arn": TRAIL, "at_home": True}
    named = {"trail_name": "org", "owner_account": MANAGEMENT, "home_region": HOME, "is_organization": True}
    store = {"account_id": MANAGEMENT, "region": HOME, "resource_id": "s", "status": "ENABLED", "is_organization": True,
             "advanced_selectors": advanced(readOnly={"Equals": ["true"]})}  # fmt: skip
    rows = {
        "organization": [{"organization_id": "o-1", "management_account_id": MANAGEMENT}],
        "organization_accounts": [{"id": MANAGEMENT, "resource_id": MANAGEMENT, "state": "ACTIVE"}],
        "ec2_regions": [{"account_id": MANAGEMENT, "region_name": HOME, "enabled": True}],
        "cloudtrail_trails": [at_home | named],
        "cloudtrail_trail_status": [at_home | {"is_logging": True}],
        "cloudtrail_event_selectors": [at_home | {"event_selectors": classic(OBJECTS, BOOKS, mode="WriteOnly")}],
    }

    def found(**more: Any) -> Any:
        chosen = {"crown_jewel_buckets": ("books", "else")}
        (row,) = source("data_events", thresholds=chosen, **rows | more).rows
        return row["unrecorded_buckets"], row["data_events"]

    assert found() == (("books", "else"), (OBJECTS,))
    assert found(cloudtrail_event_data_store_details=[store]) == (("else",), (OBJECTS,))
    stopped = [store | {"status": "STOPPED_INGESTION"}]
    assert found(cloudtrail_event_data_store_details=stopped) == (("books", "else"), (OBJECTS,))
    assert isinstance(found(cloudtrail_event_data_store_details=[store, GAP])[0], Unseen)


def test_what_guardduty_reads_for_itself_is_no_record() -> None:
    plan = json.dumps([{"Name": "S3_DATA_EVENTS", "Status": "ENABLED"}])
    found = source(
        "data_events",
        thresholds={"crown_jewel_buckets": ("books",)},
        organization=[{"organization_id": "o-1", "management_account_id": MANAGEMENT}],
        organization_accounts=[{"id": MANAGEMENT, "resource_id": MANAGEMENT, "state": "ACTIVE"}],
        ec2_regions=[{"account_id": MANAGEMENT, "region_name": HOME, "enabled": True}],
        guardduty_detectors=[{"account_id": MANAGEMENT, "region": HOME, "resource_id": "d", "detector_id": "d"}],
        guardduty_detector_settings=[{"account_id": MANAGEMENT, "region": HOME, "resource_id": "d", "features": plan}],
    )
    (row,) = found.rows
    assert status("TRAIL-09", row, crown_jewel_buckets=("books",)) == "FAIL"
