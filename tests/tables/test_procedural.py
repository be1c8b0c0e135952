"""Tables beside questions: costs, reviews, domains, support, backups, in the shape of botocore's models."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import botocore.session
import pandas as pd
import pytest
from botocore.stub import validate_parameters

from orienteer import tables
from orienteer.aws.plan import api_name
from orienteer.aws.rows import custom_rows
from orienteer.model import Answer, Call, Outcome, Place
from tests.tables.test_answers import rows

WHEN = datetime(2026, 6, 1, tzinfo=UTC)
VAULT = "arn:aws:backup:eu-west-1:{}:backup-vault:{}"


def read(name: str, page: Mapping[str, Any]) -> tuple[pd.DataFrame, dict[str, Any]]:
    """What a table with a `read` of its own makes of one page, and the parameters that it asked with."""
    table, given = tables.registry()[name], dict[str, Any]()
    model = botocore.session.get_session().get_service_model(table.call.service).operation_model(api_name(table.call))
    validate_parameters(page, model.output_shape)

    def ask(call: Call, /, resource: str = "", **params: Any) -> Answer:
        given.update(params)
        validate_parameters({**call.fixed, **params}, model.input_shape)
        return Answer(call, Outcome.OK, (page,))

    place = Place("111122223333", "eu-central-1")
    assert table.read is not None
    return pd.DataFrame(custom_rows(table, table.read(ask, place), place), columns=list(table.schema)), given


@pytest.mark.parametrize("name", ["cost_by_service", "cost_by_region"])
def test_costs_of_several_months_are_one_row(name: str) -> None:
    def month(start: str, end: str, amount: str) -> dict[str, Any]:
        group = {"Keys": ["Amazon S3", "444455556666"], "Metrics": {"UnblendedCost": {"Amount": amount, "Unit": "USD"}}}
        return {"TimePeriod": {"Start": start, "End": end}, "Groups": [group]}

    months = [
        month("2026-04-01", "2026-05-01", "0"),
        month("2026-05-01", "2026-06-01", "1.25"),
        month("2026-06-01", "2026-06-30", "2.5"),
    ]
    found, given = read(name, {"ResultsByTime": months})
    (row,) = found.to_dict("records")
    assert (row["account_id"], row["name"], row["cost_usd"], row["first_seen"]) == (
        "444455556666",
        "Amazon S3",
        3.75,
        "2026-05-01",
    )
    window = given["TimePeriod"]
    assert (pd.Timestamp(window["End"]) - pd.Timestamp(window["Start"])).days == 90


def test_services_that_only_watch_make_no_region_one_that_is_used() -> None:
    """As Cost Explorer applies the filter that it is given."""

    def fits(line: Mapping[str, str], given: Mapping[str, Any]) -> bool:
        if "And" in given:
            return all(fits(line, one) for one in given["And"])
        if "Not" in given:
            return not fits(line, given["Not"])
        return line.get(given["Dimensions"]["Key"]) in given["Dimensions"]["Values"]

    counted = tables.registry()["cost_by_region"].call.fixed["Filter"]
    services = ("Amazon GuardDuty", "AWS Config", "AWS Security Hub", "Amazon Elastic Compute Cloud - Compute", "Tax")
    lines = [{"SERVICE": one, "RECORD_TYPE": "Tax" if one == "Tax" else "Usage"} for one in services]
    assert [one["SERVICE"] for one in lines if fits(one, counted)] == ["Amazon Elastic Compute Cloud - Compute"]


def test_copies_are_told_by_pair_of_vaults() -> None:
    near, far = VAULT.format("111122223333", "near"), VAULT.format("444455556666", "far")
    job = {"SourceBackupVaultArn": near, "DestinationBackupVaultArn": far, "State": "COMPLETED"}
    jobs = [{**job, "CompletionDate": WHEN}, {**job, "CompletionDate": datetime(2026, 6, 3, tzinfo=UTC)}, {**job}]
    found, _ = read("backup_copies", {"CopyJobs": jobs})
    (row,) = found.to_dict("records")
    assert (row["resource_id"], row["target_vault"], pd.Timestamp(row["copied_at"], unit="us").day) == (near, far, 3)


def test_vaults_tell_how_they_are_locked() -> None:
    vault = {
        "BackupVaultName": "v",
        "BackupVaultArn": VAULT.format("1", "v"),
        "Locked": True,
        "LockDate": WHEN,
        "NumberOfRecoveryPoints": 3,
        "VaultType": "BACKUP_VAULT",
        "MinRetentionDays": 7,
    }
    found = rows("backup_vaults", {"BackupVaultList": [vault]}).iloc[0]
    assert (found["locked"], found["recovery_points"], found["min_retention_days"]) == (True, 3, 7)


def test_high_risks_stand_by_pillar() -> None:
    review = {
        "LensReview": {
            "PillarReviewSummaries": [
                {"PillarId": "security", "RiskCounts": {"HIGH": 2}},
                {"PillarId": "cost", "RiskCounts": {"MEDIUM": 1}},
            ]
        }
    }
    found = rows("wellarchitected_pillars", review, {"name": "w" * 32}).set_index("pillar")
    assert found["high_risks"].to_dict() == {"security": 2, "cost": 0}


def test_settings_that_keep_a_thing() -> None:
    attributes = {"Attributes": [{"Key": "deletion_protection.enabled", "Value": "true"}]}
    assert rows("elbv2_attributes", attributes, {"arn": "lb"}).iloc[0]["deletion_protection"]
    off = {"Attributes": [{"Key": "deletion_protection.enabled", "Value": "false"}]}
    assert not rows("elbv2_attributes", off, {"arn": "lb"}).iloc[0]["deletion_protection"]
    on = {
        "ContinuousBackupsDescription": {
            "ContinuousBackupsStatus": "ENABLED",
            "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "ENABLED"},
        }
    }
    assert rows("dynamodb_table_backups", on, {"name": "t"}).iloc[0]["point_in_time"]
    domain = {"DomainName": "a.example", "AutoRenew": True, "TransferLock": False, "Expiry": WHEN}
    found = rows("route53_domains", {"Domains": [domain]}).iloc[0]
    assert (found["resource_id"], found["auto_renew"], found["transfer_lock"]) == ("a.example", True, False)


def test_volumes_of_groups_are_managed() -> None:
    tags = [{"Key": "aws:autoscaling:groupName", "Value": "g"}]
    page = {"Volumes": [{"VolumeId": "vol-1", "Tags": tags}, {"VolumeId": "vol-2"}]}
    assert rows("ec2_volumes", page)["is_managed"].tolist() == [True, False]


def test_delivery_streams_are_listed_to_the_end() -> None:
    table, given, place = tables.registry()["firehose_streams"], list[Any](), Place("111122223333", "eu-central-1")
    model = botocore.session.get_session().get_service_model("firehose")
    s3 = {"BucketARN": "arn:aws:s3:::findings", "RoleARN": "arn:aws:iam::111122223333:role/d"}
    wanted = {
        "b": {"ExtendedS3DestinationDescription": s3},
        "c": {
            "ExtendedS3DestinationDescription": s3,
            "SplunkDestinationDescription": {"HECEndpoint": "https://x.example"},
        },
    }
    lists = {None: {"DeliveryStreamNames": ["a", "b"], "HasMoreDeliveryStreams": True},
             "b": {"DeliveryStreamNames": ["c"], "HasMoreDeliveryStreams": False}}  # fmt: skip

    def ask(call: Call, /, resource: str = "", **params: Any) -> Answer:
        given.append(params)
        validate_parameters({**call.fixed, **params}, model.operation_model(api_name(call)).input_shape)
        if call.operation.startswith("list"):
            return Answer(call, Outcome.OK, (lists[params.get("ExclusiveStartDeliveryStreamName")],))
        name = params["DeliveryStreamName"]
        if name not in wanted:
            return Answer(call, Outcome.DENIED, (), resource=name)
        one = {"DeliveryStreamName": name, "DeliveryStreamARN": f"arn:{name}", "DeliveryStreamStatus": "ACTIVE"}
        return Answer(call, Outcome.OK, ({"DeliveryStreamDescription": one | {"Destinations": [wanted[name]]}},))

    assert table.read is not None
    found = pd.DataFrame(custom_rows(table, table.read(ask, place), place), columns=list(table.schema))
    told = found.set_index("resource_id")[["outcome", "stream_arn", "bucket"]].fillna("").to_dict("index")
    assert told["b"] == {"outcome": "OK", "stream_arn": "arn:b", "bucket": "findings"}
    assert told["c"] == {"outcome": "OK", "stream_arn": "arn:c", "bucket": ""}, "a copy in S3 is not where it leads"
    assert told["a"]["outcome"] == "DENIED" and len(given) == 5
