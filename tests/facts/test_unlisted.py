"""What AWS Config counts is told where our lists were read and show nothing, and decides nothing."""

from __future__ import annotations

from typing import Any

from tests.facts.support import GAP, PLACE, source

QUEUES = {"counted_type": "AWS::SQS::Queue", "count": 3, "resource_id": "AWS::SQS::Queue"}


def told(**rows: Any) -> list[tuple[str, int]]:
    counts = [PLACE | QUEUES, PLACE | QUEUES | {"counted_type": "AWS::IAM::Role", "count": 7},
              PLACE | QUEUES | {"counted_type": "AWS::SNS::Topic", "count": 0},
              PLACE | QUEUES | {"counted_type": "AWS::EC2::Volume", "count": 9}]  # fmt: skip
    given = {
        "config_recorder_status": [PLACE | {"recording": True}],
        "iam_roles": [PLACE | {"region": "global", "resource_id": "r", "path": "/"}],
    } | rows
    found = source("unlisted_resources", config_discovered_counts=counts, **given)
    return [(row["counted_type"], row["count"]) for row in found.rows]


def test_a_type_that_is_counted_and_in_no_list_is_told() -> None:
    """Roles are listed once for all regions; topics are counted as none; volumes can be opened to nobody."""
    assert told() == [("AWS::SQS::Queue", 3)]
    assert told(iam_roles=[]) == [("AWS::SQS::Queue", 3), ("AWS::IAM::Role", 7)]


def test_a_list_that_shows_one_or_was_refused_tells_for_itself() -> None:
    assert told(sqs_queue_policies=[PLACE | {"resource_id": "q"}]) == []
    assert told(sqs_queue_policies=[PLACE | GAP]) == []
    elsewhere = PLACE | {"account_id": "222222222222", "resource_id": "q"}
    assert told(sqs_queue_policies=[elsewhere]) == [("AWS::SQS::Queue", 3)]


def test_counts_that_were_refused_are_a_gap() -> None:
    found = source("unlisted_resources", config_discovered_counts=[PLACE | GAP])
    assert [gap.text for gap in found.gaps] == [GAP["gap"]]


def test_what_a_recorder_counted_before_it_stopped_is_not_told() -> None:
    assert told(config_recorder_status=[PLACE | {"recording": False}]) == []
    assert told(config_recorder_status=[]) == []
    assert told(config_recorder_status=[PLACE | GAP]) == [("AWS::SQS::Queue", 3)]
    assert told(config_recorder_status=[PLACE | {"recording": r} for r in (False, True)]) == [("AWS::SQS::Queue", 3)]
