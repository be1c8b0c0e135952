"""Patterns of EventBridge and filters of CloudWatch Logs, tried on events; cases after AWS's own guides."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orienteer.facts import event_patterns, log_patterns
from orienteer.facts.alert_classes import CLASSES, GUARDDUTY_FINDING, HUB_FINDINGS, on_bus, record

EVENT = {
    "source": "aws.ec2", "detail-type": "State", "resources": ["arn:one", "arn:two"],
    "detail": {"state": "Running", "count": 7, "ok": True, "address": "10.0.0.7", "none": None},
}  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ({"source": ["aws.ec2"]}, True),
        ({"source": ["aws.s3", "aws.ec2"]}, True),
        ({"source": ["aws.s3"]}, False),
        ({"source": ["AWS.EC2"]}, False),
        ({"resources": ["arn:two"]}, True),
        ({"detail": {"state": ["Running"], "count": [7]}}, True),
        ({"detail": {"state": ["Running"], "count": ["7"]}}, False),
        ({"detail": {"state": [{"prefix": "Run"}]}}, True),
        ({"detail": {"state": [{"prefix": {"equals-ignore-case": "RUN"}}]}}, True),
        ({"detail": {"state": [{"suffix": "ing"}]}}, True),
        ({"detail": {"state": [{"equals-ignore-case": "running"}]}}, True),
        ({"detail": {"state": [{"wildcard": "R*g"}]}}, True),
        ({"detail": {"state": [{"wildcard": "R?nning"}]}}, False),
        ({"detail": {"state": [{"anything-but": ["Stopped"]}]}}, True),
        ({"detail": {"state": [{"anything-but": "Running"}]}}, False),
        ({"detail": {"state": [{"anything-but": {"prefix": "Run"}}]}}, False),
        ({"detail": {"count": [{"numeric": [">", 5, "<=", 7]}]}}, True),
        ({"detail": {"count": [{"numeric": [">", 7]}]}}, False),
        ({"detail": {"state": [{"numeric": [">", 7]}]}}, False),
        ({"detail": {"address": [{"cidr": "10.0.0.0/24"}]}}, True),
        ({"detail": {"address": [{"cidr": "10.0.1.0/24"}]}}, False),
        ({"detail": {"state": [{"exists": True}]}}, True),
        ({"detail": {"gone": [{"exists": False}]}}, True),
        ({"gone": {"deeper": [{"exists": False}]}}, True),
        ({"detail": {"state": [{"exists": False}]}}, False),
        ({"detail": {"gone": [{"anything-but": "x"}]}}, False),
        ({"detail": {"none": [None]}}, True),
        ({"detail": {"ok": [True]}}, True),
        ({"$or": [{"source": ["aws.s3"]}, {"detail": {"count": [7]}}]}, True),
        ({"$or": [{"source": ["aws.s3"]}, {"detail": {"count": [8]}}]}, False),
        ({"detail": {"state": [{"newer-operator": "x"}]}}, False),
        ({}, True),
    ],
)
def test_event_patterns(pattern: Any, found: bool) -> None:
    assert event_patterns.matches(json.dumps(pattern), EVENT) is found


def test_a_pattern_that_cannot_be_read_takes_nothing() -> None:
    assert not any(event_patterns.matches(text, EVENT) for text in (None, "", "{", "[]", "7"))


LOG = {
    "eventName": "StopLogging", "eventSource": "cloudtrail.amazonaws.com", "count": 7, "ok": True, "none": None,
    "userIdentity": {"type": "Root"}, "list": [{"a": "x"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ('{ $.eventName = "StopLogging" }', True),
        ("{ $.eventName = StopLogging }", True),
        ("{$.eventName=StopLogging}", True),
        ("{ $.eventName = 'StopLogging' }", True),
        ("{ $.eventName = Stop* }", True),
        ('{ $.eventName = "*Logging" }', True),
        ("{ $.eventName = stoplogging }", False),
        ("{ $.eventName != StopLogging }", False),
        ("{ $.eventName != Other }", True),
        ("{ $.gone != Other }", False),
        ("{ $.eventName = %Stop|Delete% }", True),
        ("{ ($.eventName = A) || ($.eventName = StopLogging) }", True),
        ("{ ($.eventName = StopLogging) && ($.userIdentity.type = Root) }", True),
        ("{ $.eventName = A || $.eventName = StopLogging && $.userIdentity.type = User }", False),
        ("{ ($.eventName = A || $.eventName = StopLogging) && $.userIdentity.type = Root }", True),
        ("{ $.userIdentity.invokedBy NOT EXISTS }", True),
        ("{ $.userIdentity.type NOT EXISTS }", False),
        ("{ $.none IS NULL }", True),
        ("{ $.ok IS TRUE }", True),
        ("{ $.ok IS FALSE }", False),
        ("{ $.count > 5 && $.count <= 7 }", True),
        ("{ $.count > 7 }", False),
        ("{ $.list[0].a = x }", True),
        ("{ $.eventName = }", False),
        ("{ $.eventName ~ x }", False),
        ("{ ($.eventName = StopLogging }", False),
        ("{ $.count > x }", False),
        ("StopLogging", True),
        ("StopLogging DeleteTrail", False),
        ("?StopLogging ?DeleteTrail", True),
        ('"StopLogging" -Root', False),
        ("", True),
        (None, True),
    ],
)
def test_log_patterns(pattern: str | None, found: bool) -> None:
    assert log_patterns.matches(pattern, LOG) is found


CIS = {
    "root_use": '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !='
    ' "AwsServiceEvent" }',
    "console_login_without_mfa": '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") &&'
    ' ($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }',
    "console_login_failures": '{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }',
    "kms_deletion": "{($.eventSource = kms.amazonaws.com) && (($.eventName=DisableKey)||"
    "($.eventName=ScheduleKeyDeletion)) }",
    "unauthorized_calls": '{ ($.errorCode ="*UnauthorizedOperation") || ($.errorCode ="AccessDenied*") }',
    "organizations_change": "{ ($.eventSource = organizations.amazonaws.com) }",
}


@pytest.mark.parametrize("name", CIS)
def test_the_benchmarks_filters_take_their_class(name: str) -> None:
    assert all(log_patterns.matches(CIS[name], sample) for sample in CLASSES[name].samples.values())
    assert not log_patterns.matches(CIS[name], record("s3", "ListBuckets"))


def test_a_rule_for_the_root_user_takes_calls_and_sign_ins() -> None:
    rule = {"detail-type": ["AWS API Call via CloudTrail", "AWS Console Sign In via CloudTrail"],
            "detail": {"userIdentity": {"type": ["Root"]}}}  # fmt: skip
    calls = rule | {"detail-type": ["AWS API Call via CloudTrail"]}
    events = [on_bus(sample) for sample in CLASSES["root_use"].samples.values()]
    assert [event_patterns.matches(json.dumps(rule), event) for event in events] == [True, True]
    assert [event_patterns.matches(json.dumps(calls), event) for event in events] == [False, True]


def test_rules_for_findings() -> None:
    grave = json.dumps({"source": ["aws.guardduty"], "detail": {"severity": [{"numeric": [">=", 7]}]}})
    assert event_patterns.matches(grave, GUARDDUTY_FINDING)
    label = {"source": ["aws.securityhub"], "detail": {"findings": {"Severity": {"Label": ["HIGH", "CRITICAL"]}}}}
    one = {"source": ["aws.securityhub"], "detail": {"findings": {"ProductName": ["GuardDuty"]}}}
    assert [event_patterns.matches(json.dumps(label), e) for e in HUB_FINDINGS] == [True, True]
    assert [event_patterns.matches(json.dumps(one), e) for e in HUB_FINDINGS] == [True, False]
