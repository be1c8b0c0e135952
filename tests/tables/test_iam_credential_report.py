"""The credential report: typed where it can be read, a gap where it cannot, never a traceback."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest

from orienteer.aws.rows import custom_rows
from orienteer.frames import frame
from orienteer.model import Answer, Call, Outcome, Place
from orienteer.tables.iam_credential_report import GENERATE, GET, IAM_CREDENTIAL_REPORT, ROOT, WAITS, read_report

ACCOUNT = "111122223333"
PLACE = Place(ACCOUNT, "us-east-1")
MADE = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
EXTRA = ("generated_at", "additional_credentials_info")
COLUMNS = [c.name for c in IAM_CREDENTIAL_REPORT.columns if not c.name.endswith("_state") and c.name not in EXTRA]
GOOD = {
    "user": "ada", "arn": f"arn:aws:iam::{ACCOUNT}:user/ada", "user_creation_time": "2024-01-02T03:04:05+00:00",
    "password_enabled": "true", "password_last_used": "2026-11-01T00:00:00Z",
    "password_last_changed": "2026-01-01T00:00:00+00:00",
    "password_next_rotation": "N/A", "mfa_active": "true", "access_key_1_active": "true",
    "access_key_1_last_rotated": "2025-01-01T00:00:00+00:00",
    "access_key_1_last_used_date": "2026-10-01T00:00:00+00:00",
    "access_key_1_last_used_region": "eu-central-1", "access_key_1_last_used_service": "s3",
    "access_key_2_active": "false", "access_key_2_last_rotated": "N/A", "access_key_2_last_used_date": "N/A",
    "access_key_2_last_used_region": "N/A", "access_key_2_last_used_service": "N/A", "cert_1_active": "false",
    "cert_1_last_rotated": "N/A", "cert_2_active": "false", "cert_2_last_rotated": "N/A",
}  # fmt: skip
ROOT_ROW = GOOD | {
    "user": ROOT, "arn": f"arn:aws:iam::{ACCOUNT}:root", "password_enabled": "not_supported",
    "password_last_used": "no_information", "password_last_changed": "not_supported",
    "password_next_rotation": "not_supported", "access_key_1_active": "false", "access_key_1_last_rotated": "N/A",
}  # fmt: skip


def report(*rows: dict[str, str], columns: list[str] = COLUMNS, end: str = "\n") -> str:
    lines = [",".join(columns), *(",".join(row.get(c, "extra") for c in columns) for row in rows)]
    return end.join(lines)


class Answers:
    """Stands in for AWS: gives the prepared answers of each operation in turn, the last one for ever."""

    def __init__(self, generate: list[Any], get: list[Any]) -> None:
        self.left = {"generate_credential_report": generate, "get_credential_report": get}
        self.asked: list[str] = []

    def __call__(self, call: Call, /, resource: str = "", **params: Any) -> Answer:
        self.asked.append(call.operation)
        queue = self.left[call.operation]
        given = queue.pop(0) if len(queue) > 1 else queue[0]
        if isinstance(given, str):
            outcome = Outcome.ABSENT if given in call.absent else Outcome.DENIED
            return Answer(call, outcome, (), given, "", ACCOUNT, "us-east-1", resource)
        return Answer(call, Outcome.OK, (given,), "", "", ACCOUNT, "us-east-1", resource)


COMPLETE, STARTED = {"State": "COMPLETE"}, {"State": "STARTED"}


def page(content: Any) -> dict[str, Any]:
    return {"Content": content, "ReportFormat": "text/csv", "GeneratedTime": MADE}


def read(content: Any = "", ask: Answers | None = None, waits: list[float] | None = None) -> pd.DataFrame:
    ask = ask or Answers([COMPLETE], [page(content)])
    slept: list[float] = [] if waits is None else waits
    rows = custom_rows(IAM_CREDENTIAL_REPORT, read_report(ask, PLACE, slept.append), PLACE)
    schema = list(IAM_CREDENTIAL_REPORT.schema)
    made = [dict(zip(schema, row, strict=True)) for row in rows]
    for row in made:
        for name, kind in IAM_CREDENTIAL_REPORT.schema.items():
            if kind == "timestamp" and row[name] is not None:
                row[name] = pd.Timestamp(row[name], unit="us", tz="UTC")
    return frame(IAM_CREDENTIAL_REPORT, made).set_index("resource_id", drop=False)


def test_report_is_typed_and_keeps_three_kinds_of_nothing():
    found = read(report(ROOT_ROW, GOOD).encode())
    ada, root = found.loc["ada"], found.loc[ROOT]
    assert list(found["outcome"]) == ["OK", "OK"]
    assert ada["password_enabled"] and ada["password_last_used"] == pd.Timestamp("2026-11-01", tz="UTC")
    assert ada["generated_at"] == pd.Timestamp(MADE) and ada["resource_arn"].endswith("user/ada")
    assert ada["access_key_2_last_used_date_state"] == "N/A" and pd.isna(ada["access_key_2_last_used_region"])
    assert pd.isna(ada["password_enabled_state"])
    assert pd.isna(root["password_enabled"]) and root["password_enabled_state"] == "not_supported"
    assert pd.isna(root["password_last_used"]) and root["password_last_used_state"] == "no_information"


@pytest.mark.parametrize("content", [
    b"\xef\xbb\xbf" + report(ROOT_ROW, GOOD).encode(),
    report(ROOT_ROW, GOOD, end="\r\n").encode() + b"\r\n",
    report(ROOT_ROW, GOOD, columns=COLUMNS[::-1]),
    report(ROOT_ROW, GOOD, columns=["surprise", *COLUMNS, "another"]).encode(),
    report(ROOT_ROW, GOOD | {"mfa_active": "TRUE"}).encode(),
])  # fmt: skip
def test_odd_but_whole_reports_read_as_the_plain_one(content):
    plain = read(report(ROOT_ROW, GOOD))
    pd.testing.assert_frame_equal(read(content), plain)


def test_quoted_commas_stay_in_their_value():
    named = GOOD | {"user": '"ada, the first"', "arn": '"arn:aws:iam::111122223333:user/a,b"'}
    found = read(report(ROOT_ROW, named))
    assert found.loc["ada, the first", "arn"] == "arn:aws:iam::111122223333:user/a,b"


@pytest.mark.parametrize("column", ["mfa_active", "password_enabled", "access_key_1_active", "password_last_used"])
@pytest.mark.parametrize("value", ["perhaps", "", "2026-13-99T00:00:00Z"])
def test_an_unknown_value_makes_the_row_a_gap(column, value):
    found = read(report(ROOT_ROW, GOOD | {column: value}, GOOD | {"user": "bob"}))
    assert found.loc["ada", "outcome"] == "FAILED" and column in found.loc["ada", "gap"]
    assert "iam:GetCredentialReport" in found.loc["ada", "gap"] and ACCOUNT in found.loc["ada", "gap"]
    assert pd.isna(found.loc["ada", "mfa_active"]) and found.loc["bob", "outcome"] == "OK"


def test_a_user_without_a_known_password_state_is_a_gap_while_the_root_user_is_not():
    found = read(report(ROOT_ROW, GOOD | {"password_enabled": "not_supported"}))
    assert found["outcome"].to_dict() == {ROOT: "OK", "ada": "FAILED"}


BOB = GOOD | {"user": "bob", "arn": f"arn:aws:iam::{ACCOUNT}:user/bob"}


def outcomes(*rows, columns=COLUMNS):
    return read(report(ROOT_ROW, *rows, columns=columns))["outcome"].to_dict()


@pytest.mark.parametrize("arn", ["arn:aws:iam::999988887777:user/ada", "arn:aws:iam:::user/ada", "ada", ""])
def test_a_line_about_somebody_elses_user_is_a_gap(arn):
    assert outcomes(GOOD | {"arn": arn}, BOB) == {ROOT: "OK", "ada": "FAILED", "bob": "OK"}
    assert "999988887777" in read(report(GOOD | {"arn": "arn:aws:iam::999988887777:user/ada"})).loc["ada", "gap"]


@pytest.mark.parametrize("column", ["access_key_1_last_rotated", "password_last_changed", "password_last_used"])
def test_a_date_after_the_report_makes_nothing_young(column):
    found = read(report(ROOT_ROW, GOOD | {column: "2031-01-01T00:00:00+00:00"}, BOB))
    assert found["outcome"].to_dict() == {ROOT: "OK", "ada": "FAILED", "bob": "OK"}
    assert f"a date in the future in {column}" in found.loc["ada", "gap"]
    assert outcomes(GOOD | {column: "2026-11-24T03:30:00+00:00"})["ada"] == "OK"  # clocks differ
    assert outcomes(GOOD | {"password_next_rotation": "2031-01-01T00:00:00+00:00"})["ada"] == "OK"


def test_a_line_that_comes_twice_counts_once_and_is_told():
    found = read(report(ROOT_ROW, GOOD, BOB, GOOD))
    assert list(found.index) == [ROOT, "ada", "bob"] and found["lines"].to_list() == [1, 2, 1]
    assert found["outcome"].unique().tolist() == ["OK"]


def test_lines_that_contradict_each_other_are_a_gap_of_their_user():
    found = read(report(ROOT_ROW, GOOD, BOB, GOOD | {"mfa_active": "false"}))
    assert found["outcome"].to_dict() == {ROOT: "OK", "ada": "FAILED", "bob": "OK"} and len(found) == 3
    assert "contradict" in found.loc["ada", "gap"]


@pytest.mark.parametrize(
    "cell", ["\0", "tr\0ue", "", '"', '"open', "x" * 200_000, "a\u2028b", "a\x0bb", '"' + "x" * 200_000]
)
@pytest.mark.parametrize("column", ["mfa_active", "access_key_1_last_used_region", "cert_2_last_rotated"])
def test_a_cell_that_cannot_be_read_costs_one_user_at_most(cell, column):
    told = outcomes(GOOD | {column: cell}, BOB, GOOD | {"user": "eve", "arn": f"arn:aws:iam::{ACCOUNT}:user/eve"})
    assert {name: told[name] for name in (ROOT, "bob", "eve")} == {ROOT: "OK", "bob": "OK", "eve": "OK"}
    assert column == "access_key_1_last_used_region" or told["ada"] == "FAILED"


def test_a_nul_in_a_name_costs_that_user():
    assert outcomes(GOOD | {"user": "a\0da"}, BOB)["bob"] == "OK"
    assert "FAILED" in outcomes(GOOD | {"user": "a\0da"}, BOB).values()


def test_a_missing_column_makes_every_row_a_gap():
    found = read(report(ROOT_ROW, GOOD, columns=[c for c in COLUMNS if c != "mfa_active"]))
    assert set(found["outcome"]) == {"FAILED"} and found["gap"].str.contains("mfa_active").all()


def test_a_missing_root_row_is_a_gap_of_the_root_user_only():
    found = read(report(GOOD))
    assert found["outcome"].to_dict() == {"ada": "OK", ROOT: "FAILED"}


def test_a_cut_report_keeps_what_is_whole_and_says_it_is_not_all():
    whole = report(ROOT_ROW, GOOD, GOOD | {"user": "bob"})
    found = read(whole[:-30])
    assert found["outcome"].to_list() == ["OK", "OK", "FAILED", "FAILED"]
    assert found["resource_id"].to_list()[:3] == [ROOT, "ada", "bob"] and pd.isna(found["resource_id"].iloc[3])
    assert found["gap"].str.contains("TruncatedReport").any()


@pytest.mark.parametrize("content", [b"<html><body>error, really</body></html>", b"", None, b"\xff\xfe\x00", "a,b\n1,2",
                                     b"user\n", '"' + "x" * 200_000])  # fmt: skip
def test_something_else_than_a_report_is_a_gap(content):
    found = read(content)
    assert set(found["outcome"]) == {"FAILED"}


def test_waits_while_the_report_is_made_and_asks_again_when_it_is_gone():
    waits: list[float] = []
    ask = Answers(
        [STARTED, {"State": "INPROGRESS"}, COMPLETE], ["ReportExpired", "ReportNotPresent", page(report(ROOT_ROW))]
    )
    found = read(ask=ask, waits=waits)
    assert list(found["outcome"]) == ["OK"] and len(waits) == 4
    assert ask.asked.count(GENERATE.operation) == 5 and ask.asked.count(GET.operation) == 3


@pytest.mark.parametrize(("generate", "get"), [([STARTED], [page("")]), ([COMPLETE], ["ReportInProgress"]),
                                               ([COMPLETE], ["ReportExpired"])])  # fmt: skip
def test_gives_up_after_two_minutes_with_a_gap(generate, get):
    waits: list[float] = []
    found = read(ask=Answers(generate, get), waits=waits)
    assert list(found["outcome"]) == ["UNAVAILABLE"] and sum(waits) == sum(WAITS) and 100 <= sum(waits) <= 120
    assert found["gap"].iloc[0].startswith("iam:GetCredentialReport Report")


@pytest.mark.parametrize(("generate", "get", "named"), [(["AccessDenied"], [page("")], "GenerateCredentialReport"),
                                                        ([COMPLETE], ["AccessDenied"], "GetCredential")])  # fmt: skip
def test_a_refusal_is_a_gap_at_once(generate, get, named):
    waits: list[float] = []
    found = read(ask=Answers(generate, get), waits=waits)
    assert list(found["outcome"]) == ["DENIED"] and named in found["gap"].iloc[0] and waits == []
