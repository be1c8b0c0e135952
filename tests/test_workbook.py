"""What notebooks show: the right rows, what was not seen said first, and nothing from an account as markup."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from orienteer import snapshot, tables, workbook
from orienteer.errors import OrienteerError
from orienteer.frames import frame
from orienteer.workbook.show import Shown
from tests.report.estate import ACCOUNTS, HOSTILE, coverage, findings, run_folder

HUB, LOGS, SHOP, LOST = (account for account, _ in ACCOUNTS)
REFUSED = {"outcome": "DENIED", "gap": "s3:GetBucketPolicy AccessDenied (account 222222222222, region global)"}
EVERYBODY = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}


def book(folder: Path, calls: list[dict[str, Any]] | None = None, **rows: list[Mapping[str, Any]]) -> snapshot.Run:
    """A run whose snapshot holds these rows by table."""
    held = {name: frame(tables.registry()[name], given) for name, given in rows.items()}
    return run_folder(folder, tables=held, calls=calls or ())


def call(account: str, region: str, table: str, outcome: str = "OK") -> dict[str, Any]:
    return {**coverage()[0], "account_id": account, "region": region, "table": table, "outcome": outcome}


def policy(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def words(drawn: go.Figure) -> dict[tuple[str, str], str]:
    """The word in each cell of a map, by row and column."""
    heat = drawn.data[0]
    texts = [t.rpartition(": ")[2] for line in heat.text for t in line]
    return dict(zip([(y, x) for y in heat.y for x in heat.x], texts, strict=True))


# --- opening


def test_the_newest_demo_run_opens_from_any_folder_below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for slug, time in (
        ("demo-old", "20260101T000000Z"),
        ("demo-new", "20260201T000000Z"),
        ("acme", "20260301T000000Z"),
    ):
        folder = tmp_path / "outputs" / slug / time
        folder.mkdir(parents=True)
        run_folder(folder, name=slug)
        (tmp_path / "outputs" / slug / "latest").symlink_to(time)
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    assert workbook.open().manifest["client"]["name"] == "demo-new"
    assert workbook.open("outputs/acme/latest").manifest["client"]["name"] == "acme"


def test_no_run_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OrienteerError, match="no run folder at"):
        workbook.open("outputs/nobody/latest")


# --- what was seen


def test_gaps_are_named_before_anything_else(tmp_path: Path) -> None:
    rows = [
        {"account_id": HUB, "resource_id": "b", "policy": "{}"},
        {"account_id": LOGS, "resource_id": "c", **REFUSED},
    ]
    said = workbook.seen(book(tmp_path, s3_bucket_policies=rows), "s3_bucket_policies", "kms_key_policies")
    assert REFUSED["gap"] in said.plain and "kms_key_policies was not collected" in said.plain
    assert "3 of 4 accounts without a gap" in said.plain and "gaps" in said.page


def test_nothing_refused_is_said_only_when_nothing_was(tmp_path: Path) -> None:
    run = book(tmp_path, s3_bucket_policies=[{"account_id": HUB, "resource_id": "b"}])
    assert "Nothing was refused" in workbook.seen(run, "s3_bucket_policies").plain


def test_share_not_assessed_stands_first(tmp_path: Path) -> None:
    run = book(tmp_path)
    assert workbook.assessed(run).plain.startswith("Not assessed: 10 of 60 checks (16.7 %). Of the others 20 failed")
    assert "not one finding" in workbook.assessed(run, "99_nothing").plain


def test_tables_that_were_not_collected_break_no_chapter(tmp_path: Path) -> None:
    run = book(tmp_path)
    takes_more = {"as_of", "open", "rows", "said", "show", "seen", "evidence", "verdict_chart"}
    for name in set(workbook.__all__) - takes_more:
        assert isinstance(getattr(workbook, name)(run), pd.DataFrame | go.Figure | Shown | list), name


def test_no_findings_break_no_chapter(tmp_path: Path) -> None:
    run = run_folder(tmp_path, findings(0))
    assert workbook.failures(run).empty and workbook.next_steps(run).empty
    assert "No check failed" in workbook.failure_chart(run).layout.annotations[0].text


# --- showing


def test_hostile_texts_are_text(monkeypatch: pytest.MonkeyPatch) -> None:
    found = pd.DataFrame({"name": HOSTILE, "status": HOSTILE})
    for mode in ("static", "interactive"):
        monkeypatch.setenv("ORIENTEER_TABLES", mode)
        page = workbook.show(found)._repr_mimebundle_()["text/html"]
        assert "<script>window" not in page and "<img src" not in page and "<svg onload" not in page, mode
        assert "\u202e" not in page and "\x1b" not in page, mode


def test_static_table_says_how_much_it_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORIENTEER_TABLES", "static")
    shown = workbook.show(pd.DataFrame({"n": range(250)}))
    assert shown.page.count("<tr>") == 201 and "50 more rows are not shown here" in shown.page
    assert "1 row." in workbook.show(pd.DataFrame({"n": [1]})).page


def test_a_batch_shows_static_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORIENTEER_TABLES", raising=False)
    monkeypatch.setenv(snapshot.RUN_IN_PROGRESS, "/somewhere")
    assert "rowsbox" in workbook.show(pd.DataFrame({"n": [1]})).page


def test_values_read_as_people_write_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORIENTEER_TABLES", "static")
    row = {"a": pd.NA, "b": True, "c": pd.Timestamp("2026-01-02T03:04:05Z"), "d": ["x", "y"], "status": "NOT_ASSESSED"}
    shown = workbook.show(pd.DataFrame([row])).page
    for text in (">-<", ">yes<", ">2026-01-02 03:04<", ">x, y<", ">Not assessed<"):
        assert text in shown


def test_equal_runs_show_equal_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORIENTEER_TABLES", "static")
    one, two = book(tmp_path / "a"), book(tmp_path / "b")
    assert workbook.show(workbook.failures(one)).page == workbook.show(workbook.failures(two)).page
    assert workbook.calls_map(one).to_json() == workbook.calls_map(two).to_json()


# --- answers


def test_credentials_count_days_and_keep_never_apart_from_zero(tmp_path: Path) -> None:
    moment = "2026-11-14T09:00:00Z"
    used = {"user": "old", "access_key_1_active": True, "access_key_1_last_rotated": moment}
    rows = [
        {"account_id": HUB, "resource_id": "old", **used, "access_key_1_last_used_date": "2026-11-23T08:00:00Z"},
        {"account_id": HUB, "resource_id": "never", **used, "user": "never"},
        {"account_id": HUB, "resource_id": "none", "user": "none", "access_key_1_active": False},
    ]
    run = book(tmp_path, iam_credential_report=rows)
    keys = workbook.access_keys(run).set_index("user")
    assert list(keys.index) == ["never", "old"]
    assert keys.at["old", "age_days"] == 10 and keys.at["old", "idle_days"] == 1
    assert pd.isna(keys.at["never", "idle_days"])
    assert workbook.credentials(run).set_index("user")["active_keys"].to_dict() == {"never": 1, "none": 0, "old": 1}


def test_open_rules_are_those_as_wide_as_the_internet(tmp_path: Path) -> None:
    def group(name: str, ingress: Any) -> dict[str, Any]:
        text = ingress if isinstance(ingress, str) else json.dumps(ingress)
        return {"account_id": HUB, "region": "eu-west-1", "resource_id": name, "group_id": name, "group_name": name,
                "ingress": text}  # fmt: skip

    ssh = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}
    groups = [
        group("all", [{**ssh, "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}]),
        group("half", [{**ssh, "IpRanges": [{"CidrIp": "128.0.0.0/1"}]}]),
        group("private", [{**ssh, "IpRanges": [{"CidrIp": "10.0.0.0/8"}, {"CidrIp": "192.0.2.1/32"}]}]),
        group("odd", [{**ssh, "IpRanges": [{"CidrIp": "anywhere"}]}, "text", None]),
        group("broken", "{not json"),
    ]
    wired = [{"account_id": HUB, "resource_id": "eni", "group_ids": '["half"]'}]
    found = workbook.open_rules(book(tmp_path, ec2_security_groups=groups, ec2_network_interfaces=wired))
    assert [(r.group, r.source, r.interfaces) for r in found.itertuples()] == [
        ("all", "0.0.0.0/0", 0), ("all", "::/0", 0), ("half", "128.0.0.0/1", 1),
    ]  # fmt: skip
    assert set(found["ports"]) == {"tcp 22"}


def test_exposable_resources_by_policy_by_share_and_unread(tmp_path: Path) -> None:
    share = {"account_id": HUB, "region": "eu-west-1"}
    run = book(
        tmp_path,
        s3_bucket_policies=[
            {"account_id": HUB, "resource_id": "open", "policy": policy(EVERYBODY)},
            {"account_id": HUB, "resource_id": "closed"},
            {"account_id": LOGS, "resource_id": "unread", **REFUSED},
        ],
        ec2_snapshot_shares=[
            {**share, "resource_id": "snap-all", "is_public": True, "account_ids": "[]"},
            {**share, "resource_id": "snap-out", "is_public": False, "account_ids": '["999999999999"]'},
            {**share, "resource_id": "snap-in", "is_public": False, "account_ids": f'["{SHOP}"]'},
            {**share, "resource_id": "snap-own", "is_public": False, "account_ids": "[]"},
        ],
    )
    classes = workbook.exposable(run).set_index("resource_id")["exposure_class"].to_dict()
    assert classes == {
        "open": "public", "closed": "private", "unread": "not known", "snap-all": "public", "snap-out": "external",
        "snap-in": "organization", "snap-own": "private",
    }  # fmt: skip
    assert set(workbook.exposed(run)["resource_id"]) == {"open", "unread", "snap-all", "snap-out"}


def test_guardduty_map_keeps_off_and_not_seen_apart(tmp_path: Path) -> None:
    calls = [
        call(HUB, "eu-west-1", "guardduty_detectors"), call(LOGS, "eu-west-1", "guardduty_detectors"),
        call(SHOP, "eu-west-1", "guardduty_detectors", "DENIED"),
    ]  # fmt: skip
    on = {"account_id": HUB, "region": "eu-west-1", "resource_id": "d", "status": "ENABLED"}
    found = words(workbook.guardduty_map(book(tmp_path, calls, guardduty_detector_settings=[on])))
    assert {row: word for (row, _), word in found.items()} == {
        "Hub": "on", "Logs": "off", "Shop production": "not seen", "Lost": "not asked",
    }  # fmt: skip


def test_contacts_that_were_not_read_are_not_missing(tmp_path: Path) -> None:
    row = {"account_id": HUB, "resource_id": "SECURITY", "contact_type": "SECURITY", "name": "Team", "email": "a@b.c"}
    unset = {"account_id": HUB, "resource_id": "BILLING", "contact_type": "BILLING", "outcome": "ABSENT"}
    found = words(workbook.contact_map(book(tmp_path, account_alternate_contacts=[row, unset])))
    assert found["Hub", "SECURITY"] == "set" and found["Hub", "BILLING"] == "missing"
    assert found["Lost", "SECURITY"] == "not seen"


def test_delegation_names_the_holder_or_the_management_account(tmp_path: Path) -> None:
    trusted = [
        {"account_id": HUB, "resource_id": s, "service_principal": s} for s in ("a.amazonaws.com", "b.amazonaws.com")
    ]
    given = [{"account_id": LOGS, "resource_id": "a.amazonaws.com", "service_principal": "a.amazonaws.com"}]
    run = book(tmp_path, organization_trusted_services=trusted, organization_delegated_services=given)
    held = workbook.delegation(run).set_index("service")["run_from"].to_dict()
    assert held == {"a.amazonaws.com": "Logs", "b.amazonaws.com": "management account"}


def test_account_labels_are_unique(tmp_path: Path) -> None:
    row = {"account_id": LOGS, "resource_id": LOGS, "id": LOGS, "name": "Hub"}
    run = book(tmp_path, organization_accounts=[row, {**row, "account_id": "5" * 12, "id": "5" * 12, "name": "Logs"}])
    labels = workbook.accounts(run).set_index("id")["account"].to_dict()
    assert labels == {LOGS: "Logs (2222)", "5" * 12: "Logs (5555)"}


def test_evidence_becomes_columns(tmp_path: Path) -> None:
    found = workbook.evidence(book(tmp_path), "TST-03")
    assert {"n", "name", "status", "account", "reason"} <= set(found.columns)
    assert found["n"].tolist() == [3, 15, 27, 39, 51]
