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
from orienteer.files import RUN_IN_PROGRESS
from orienteer.frames import frame
from orienteer.workbook.show import Shown
from tests.report.estate import ACCOUNTS, HOSTILE, coverage, findings, run_folder

HUB, LOGS, SHOP, LOST = (account for account, _ in ACCOUNTS)
REFUSED = {"outcome": "DENIED", "gap": "s3:GetBucketPolicy AccessDenied (account 222222222222, region global)"}


def book(folder: Path, calls: list[dict[str, Any]] | None = None, **rows: list[Mapping[str, Any]]) -> snapshot.Run:
    """A run whose snapshot holds these rows by table."""
    held = {name: frame(tables.registry()[name], given) for name, given in rows.items()}
    return run_folder(folder, tables=held, calls=calls or ())


def call(account: str, region: str, table: str, outcome: str = "OK") -> dict[str, Any]:
    return {**coverage()[0], "account_id": account, "region": region, "table": table, "outcome": outcome}


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


def test_of_many_services_only_those_that_refused_stand_alone(tmp_path: Path) -> None:
    calls = [{**call(HUB, "us-east-1", ""), "service": f"service{n:02}", "operation": "List"} for n in range(40)]
    calls[7]["outcome"] = "DENIED"
    drawn = workbook.calls_map(book(tmp_path, calls))
    assert list(drawn.data[0].x) == ["service07", "39 other services"]
    assert (
        words(drawn)["Hub", "service07"] == "all refused" and words(drawn)["Hub", "39 other services"] == "all answered"
    )


def test_share_not_assessed_stands_first(tmp_path: Path) -> None:
    run = book(tmp_path)
    assert workbook.assessed(run).plain.startswith("Not assessed: 10 of 60 checks (16.7%). Of the others 20 failed")
    assert "not one finding" in workbook.assessed(run, "99_nothing").plain


def test_what_is_not_assessed_is_told_by_cause(tmp_path: Path) -> None:
    run = book(tmp_path)
    every = run.findings.assign(status="NOT_ASSESSED", reason="s3:X Denied")
    every.loc[every.index[:1], "reason"] = "ec2:Y Denied"
    run.__dict__["findings"] = every
    lines = workbook.assessed(run).plain.splitlines()
    assert lines[0].startswith("Not assessed: 60 of 60 checks") and len(lines) == 3
    assert lines[1].startswith("- 59 checks of ") and lines[1].endswith(": s3:X Denied")
    assert lines[2].startswith("- 1 check of ") and lines[2].endswith(": ec2:Y Denied")


def test_counts_in_the_evidence_stay_whole_where_a_row_has_none(tmp_path: Path) -> None:
    run = book(tmp_path)
    two = run.findings.head(2).assign(control_id="IAM-12", evidence=['{"count": 3, "share": 0.5}', "{}"])
    run.__dict__["findings"] = two
    found = workbook.evidence(run, "IAM-12")
    assert found["count"].tolist() == [3, pd.NA] and str(found["count"].dtype) == "Int64"
    assert str(found["share"].dtype) == "float64"


def test_tables_that_were_not_collected_break_no_chapter(tmp_path: Path) -> None:
    run = book(tmp_path)
    takes_more = {"as_of", "beside", "open", "rows", "said", "show", "seen", "seen_by", "evidence", "verdict_chart"}
    takes_more |= {"ask_form", "can", "jewel", "who_can", "would_deny"}  # questions, what they are asked of, a form
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
    monkeypatch.setenv(RUN_IN_PROGRESS, "/somewhere")
    assert "rowsbox" in workbook.show(pd.DataFrame({"n": [1]})).page


def test_values_read_as_people_write_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORIENTEER_TABLES", "static")
    row = {"a": pd.NA, "b": True, "c": pd.Timestamp("2026-01-02T03:04:05Z"), "d": ["x", "y"], "status": "NOT_ASSESSED"}
    shown = workbook.show(pd.DataFrame([row])).page
    for text in (">-<", ">yes<", ">2026-01-02 03:04<", ">x, y<", ">Not assessed<"):
        assert text in shown


def test_times_that_are_all_midnights_are_days(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORIENTEER_TABLES", "static")
    day, noon = pd.Timestamp("2026-12-31T00:00Z"), pd.Timestamp("2026-12-31T12:00Z")
    days = workbook.show(pd.DataFrame({"review_by": [day, pd.NaT], "seen": [day, noon]})).page
    assert days.count(">2026-12-31<") == 1 and ">2026-12-31 00:00<" in days


def test_columns_have_names_of_people_and_numbers_stand_in_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORIENTEER_TABLES", "static")
    found = pd.DataFrame({"resource_id": ["a" * 90], "idle_days": [1234], "mfa": [True], "EBS encryption": [False]})
    shown = workbook.show(found.astype({"idle_days": "Int64"})).page
    for head in (">Resource<", ">Idle days<", ">MFA<", ">EBS encryption<"):
        assert head in shown
    assert '<td class="number">1,234</td>' in shown
    assert f'<td class="code">{"a" * 90}</td>' in shown


def test_equal_runs_show_equal_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORIENTEER_TABLES", "static")
    one, two = book(tmp_path / "a"), book(tmp_path / "b")
    assert workbook.show(workbook.failures(one)).page == workbook.show(workbook.failures(two)).page
    assert workbook.calls_map(one).to_json() == workbook.calls_map(two).to_json()


# --- answers


def test_credentials_count_days_and_keep_never_apart_from_zero(tmp_path: Path) -> None:
    moment = "2026-11-14T09:00:00Z"
    used = {"user": "old", "access_key_1_active": True, "access_key_2_active": False,
            "access_key_1_last_rotated": moment}  # fmt: skip
    rows = [
        {"account_id": HUB, "resource_id": "old", **used, "access_key_1_last_used_date": "2026-11-23T08:00:00Z"},
        {"account_id": HUB, "resource_id": "never", **used, "user": "never"},
        {
            "account_id": HUB,
            "resource_id": "none",
            "user": "none",
            **dict.fromkeys(("access_key_1_active", "access_key_2_active"), False),
        },
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
    wired = [{"account_id": HUB, "region": "eu-west-1", "resource_id": "eni", "group_ids": '["half"]'}]
    found = workbook.open_rules(book(tmp_path, ec2_security_groups=groups, ec2_network_interfaces=wired))
    assert [(r.group, r.source, r.interfaces) for r in found.itertuples()] == [
        ("all", "0.0.0.0/0", 0), ("all", "::/0", 0), ("half", "128.0.0.0/1", 1),
    ]  # fmt: skip
    assert set(found["ports"]) == {"tcp 22"}


def test_the_line_between_old_and_young_keys_is_the_clients(tmp_path: Path) -> None:
    row = {"account_id": HUB, "resource_id": "ann", "user": "ann", "access_key_1_active": True,
           "access_key_1_last_rotated": "2026-11-14T09:00:00Z"}  # fmt: skip
    run = book(tmp_path, iam_credential_report=[row])
    assert [note.text for note in workbook.key_chart(run).layout.annotations] == ["90 days"]
    run.estate.thresholds = {"key_max_days": 30}
    assert [note.text for note in workbook.key_chart(run).layout.annotations] == ["30 days"]


def test_ways_in_stand_with_their_verdicts(tmp_path: Path) -> None:
    judged = findings(1).assign(control_id="IAM-12", resource_id="saml", account_id=HUB, status="FAIL")
    held = {"iam_saml_providers": [{"account_id": a, "resource_id": "p", "provider_arn": "p"} for a in (HUB, SHOP)]}
    frames = {name: frame(tables.registry()[name], given) for name, given in held.items()}
    found = workbook.ways_in(run_folder(tmp_path, judged, frames))
    assert found[["account", "mechanism", "count"]].to_numpy().tolist() == [
        ["Hub", "SAML federation", 1], ["Shop production", "SAML federation", 1]]  # fmt: skip
    assert found["status"].fillna("").tolist() == ["FAIL", ""]


def test_root_users_hold_what_report_and_counts_say(tmp_path: Path) -> None:
    line = {"account_id": HUB, "resource_id": "<root_account>", "user": "<root_account>", "password_enabled": None,
            "password_last_used": "2026-11-14T09:00:00Z"}  # fmt: skip
    counts = {"account_id": HUB, "resource_id": HUB, "account_password_present": 1, "account_mfa_enabled": 1}
    lost = {"account_id": LOGS, "resource_id": "", **REFUSED}
    run = book(tmp_path, iam_credential_report=[line, lost], iam_account_summary=[counts, lost])
    hub, logs = workbook.root_users(run).to_dict("records")
    assert (hub["password"], hub["mfa"], hub["idle_days"]) == (True, True, 10)
    assert logs["account"] == "Logs" and all(pd.isna(logs[c]) for c in ("password", "mfa", "idle_days"))


def test_default_vpcs_by_account_and_region(tmp_path: Path) -> None:
    def vpc(account: str, region: str, **more: Any) -> dict[str, Any]:
        return {"account_id": account, "region": region, "resource_id": "v", "vpc_id": "v", "is_default": True, **more}

    places = [{"account_id": a, "resource_id": r, "region_name": r, "enabled": True}
              for a in (HUB, LOGS) for r in ("eu-west-1", "us-east-1")]  # fmt: skip
    wired = [{"account_id": HUB, "region": "eu-west-1", "resource_id": "eni", "interface_id": "eni", "vpc_id": "v"}]
    vpcs = [vpc(HUB, "eu-west-1"), vpc(HUB, "us-east-1"), {"account_id": LOGS, "region": "us-east-1", **REFUSED}]
    gate = {"account_id": HUB, "region": "eu-west-1", "resource_id": "g", "gateway_id": "g", "vpc_ids": '["v"]'}
    run = book(tmp_path, ec2_regions=places, ec2_vpcs=vpcs, ec2_network_interfaces=wired, ec2_internet_gateways=[gate])
    found = words(workbook.default_vpc_map(run))
    assert [found[name, region] for name in ("Hub", "Logs", "Lost") for region in ("eu-west-1", "us-east-1")] == [
        "in use", "empty", "none", "not seen", "not seen", "not seen",
    ]  # fmt: skip
    assert workbook.default_vpcs(run)[["interfaces", "gateway"]].to_numpy().tolist() == [[1, True], [0, False]]


def test_default_groups_in_use_come_first(tmp_path: Path) -> None:
    def group(name: str, region: str, ingress: str | None = "[]") -> dict[str, Any]:
        return {"account_id": HUB, "region": region, "resource_id": name, "group_id": name, "group_name": "default",
                "vpc_id": "vpc-1", "ingress": ingress, "egress": '[{"IpProtocol": "-1"}]'}  # fmt: skip

    groups = [group("sg-empty", "eu-west-1"), group("sg-used", "us-east-1", '[{"IpProtocol": "-1"}]'),
              group("sg-named", "eu-west-1") | {"group_name": "web"}]  # fmt: skip
    wired = [{"account_id": HUB, "region": "us-east-1", "resource_id": "eni", "interface_id": "eni",
              "group_ids": '["sg-used"]'}]  # fmt: skip
    found = workbook.default_groups(book(tmp_path, ec2_security_groups=groups, ec2_network_interfaces=wired))
    assert found[["group_id", "inbound", "outbound", "interfaces"]].to_numpy().tolist() == [
        ["sg-used", 1, 1, 1], ["sg-empty", 0, 1, 0],
    ]  # fmt: skip
    lost = [{"account_id": HUB, "region": "us-east-1", **REFUSED}]
    run = book(tmp_path / "lost", ec2_security_groups=groups, ec2_network_interfaces=lost)
    found = workbook.default_groups(run).set_index("group_id")
    assert found["interfaces"].isna().to_dict() == {"sg-used": True, "sg-empty": False}


def test_exposable_resources_are_what_the_verdicts_say(tmp_path: Path) -> None:
    def judged(resource: str, status: str, level: str = "", who: str = "") -> dict[str, Any]:
        facts = {"exposure_class": level, "principal": [who], "resource_type": "AWS::S3::Bucket", "vector": "ACL"}
        return {"control_id": "NET-06", "status": status, "resource_id": resource, "account_id": HUB,
                "evidence": json.dumps(facts if level else {})}  # fmt: skip

    given = [
        judged("open", "FAIL", "public", "*"), judged("out", "FAIL", "external", "999999999999"),
        judged("in", "PASS", "organization", SHOP), judged("own", "PASS", "private"),
        judged("half", "NOT_ASSESSED", "private"), judged("unread", "NOT_ASSESSED"),
    ]  # fmt: skip
    given[1] |= {"resource_type": "AWS::SQS::Queue"}  # as findings have it
    given[2]["evidence"] = json.dumps(json.loads(given[2]["evidence"]) | {"justified_until": "2027-01-31"})
    run = run_folder(tmp_path, findings(1).drop(index=0).reindex(range(len(given))).fillna("").assign(
        **pd.DataFrame(given).fillna("")).astype("string"))  # fmt: skip
    found = workbook.exposable(run).set_index("resource_id")
    assert found.at["out", "resource_type"] == "SQS queue"
    assert found["exposure_class"].to_dict() == {
        "open": "public", "out": "external", "in": "organization", "own": "private", "half": "not known",
        "unread": "not known",
    }  # fmt: skip
    assert found["until"].dropna().to_dict() == {"in": "2027-01-31"}
    assert found.at["open", "who"] == "everybody" and found.at["open", "resource_type"] == "S3 bucket"
    assert set(workbook.exposed(run)["resource_id"]) == {"open", "out", "half", "unread"}


def enabled(*accounts: str) -> list[dict[str, Any]]:
    return [{"account_id": a, "resource_id": "eu-west-1", "region_name": "eu-west-1", "enabled": True}
            for a in accounts]  # fmt: skip


def test_guardduty_map_keeps_off_and_not_seen_apart(tmp_path: Path) -> None:
    calls = [
        call(HUB, "eu-west-1", "guardduty_detectors"), call(LOGS, "eu-west-1", "guardduty_detectors"),
        call(SHOP, "eu-west-1", "guardduty_detectors", "DENIED"),
    ]  # fmt: skip
    on = {"account_id": HUB, "region": "eu-west-1", "resource_id": "d", "detector_id": "d"}
    lost = {"account_id": SHOP, "region": "eu-west-1", **REFUSED}
    run = book(tmp_path, calls, ec2_regions=enabled(HUB, LOGS, SHOP), guardduty_detectors=[on, lost],
               guardduty_detector_settings=[on | {"status": "ENABLED"}, lost])  # fmt: skip
    found = words(workbook.guardduty_map(run))
    assert {row: word for (row, _), word in found.items()} == {
        "Hub": "on", "Logs": "off", "Shop production": "not seen", "Lost": "not asked",
    }  # fmt: skip


def test_contacts_that_were_not_read_are_not_missing(tmp_path: Path) -> None:
    row = {"account_id": HUB, "resource_id": "SECURITY", "contact_type": "SECURITY", "name": "Team", "email": "a@b.c"}
    unset = {"account_id": HUB, "resource_id": "BILLING", "contact_type": "BILLING", "outcome": "ABSENT"}
    lost = {"account_id": HUB, "resource_id": "OPERATIONS", **REFUSED}
    run = book(tmp_path, account_alternate_contacts=[row, unset, lost])
    found = words(workbook.contact_map(run))
    assert [found["Hub", k] for k in ("security", "billing", "operations")] == ["set", "missing", "not seen"]
    assert found["Lost", "security"] == "not seen"
    assert workbook.contacts(run)["operations"].tolist() == ["not seen"]


# --- nothing is missing, off, unused or closed where it could not be read


def test_a_detector_whose_settings_were_refused_is_not_off(tmp_path: Path) -> None:
    place = {"account_id": HUB, "region": "eu-west-1", "resource_id": "d", "detector_id": "d"}
    calls = [call(HUB, "eu-west-1", "guardduty_detectors")]
    run = book(tmp_path, calls, ec2_regions=enabled(HUB), guardduty_detectors=[place],
               guardduty_detector_settings=[{**place, **REFUSED}])  # fmt: skip
    assert words(workbook.guardduty_map(run))["Hub", "eu-west-1"] == "not seen"


def test_a_trail_whose_status_was_refused_is_not_stopped(tmp_path: Path) -> None:
    trails = [{"account_id": a, "region": "eu-west-1", "resource_id": "t", "trail_arn": f"arn:{a}", "at_home": True}
              for a in (HUB, LOGS)]  # fmt: skip
    states = [trails[0] | {"is_logging": False}, trails[1] | REFUSED]
    calls = [call(HUB, "eu-west-1", "cloudtrail_trails"), call(LOGS, "eu-west-1", "cloudtrail_trails")]
    found = words(workbook.trail_map(book(tmp_path, calls, cloudtrail_trails=trails, cloudtrail_trail_status=states)))
    assert found["Hub", "logged"] == "no"
    assert found["Logs", "logged"] == found["Lost", "logged"] == "not seen"


def test_interfaces_that_were_refused_are_not_none(tmp_path: Path) -> None:
    place = {"account_id": HUB, "region": "eu-west-1"}
    ssh = [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    group = {**place, "resource_id": "g", "group_id": "g", "group_name": "g", "ingress": json.dumps(ssh)}
    vpc = {**place, "resource_id": "v", "vpc_id": "v", "is_default": True}
    lost = [{**place, "resource_id": "", **REFUSED}]
    run = book(
        tmp_path, [call(HUB, "eu-west-1", "ec2_vpcs")], ec2_security_groups=[group], ec2_vpcs=[vpc],
        ec2_network_interfaces=lost, ec2_internet_gateways=lost,
    )  # fmt: skip
    assert workbook.open_rules(run)["interfaces"].isna().all()
    assert workbook.default_vpcs(run)[["interfaces", "gateway"]].isna().all(axis=None)
    assert words(workbook.default_vpc_map(run))["Hub", "eu-west-1"] == "use not seen"
    assert workbook.open_chart(run).data, "a group of which it is not known may be attached"


def test_delegation_that_was_refused_is_not_the_management_account(tmp_path: Path) -> None:
    trusted = [{"account_id": HUB, "resource_id": "a.amazonaws.com", "service_principal": "a.amazonaws.com"}]
    lost = [{"account_id": HUB, "resource_id": "", **REFUSED}]
    run = book(tmp_path, organization_trusted_services=trusted, organization_delegated_services=lost)
    assert workbook.delegation(run)["run_from"].tolist() == ["not seen"]
    assert "not seen" in words(workbook.delegation_map(run)).values()


def test_protections_are_on_only_where_every_region_was_seen(tmp_path: Path) -> None:
    def state(account: str, region: str, **more: Any) -> dict[str, Any]:
        return {"account_id": account, "region": region, "resource_id": region, **more}

    run = book(tmp_path, ec2_ebs_encryption_by_default=[
        state(HUB, "eu-west-1", encryption_by_default=True), state(HUB, "us-east-1", **REFUSED),
        state(LOGS, "eu-west-1", encryption_by_default=True), state(LOGS, "us-east-1", encryption_by_default=True),
        state(SHOP, "eu-west-1", encryption_by_default=False), state(SHOP, "us-east-1", **REFUSED),
    ])  # fmt: skip
    found = words(workbook.invariant_map(run))
    assert [found[name, "EBS encryption"] for name in ("Hub", "Logs", "Shop production", "Lost")] == [
        "not seen", "on", "off", "not seen",
    ]  # fmt: skip


def test_an_account_that_was_not_judged_is_not_green(tmp_path: Path) -> None:
    unit = {"account_id": HUB, "resource_id": "r-1", "id": "r-1", "name": "Root", "ou_path": "Root"}
    members = [{"account_id": a, "resource_id": a, "id": a, "parent_id": "r-1"} for a in (HUB, LOGS, SHOP, LOST)]
    kept = findings().query("account_id != @LOST and status != 'FAIL'")
    kept = kept[(kept["account_id"] != LOGS) | (kept["status"] == "PASS")]
    held = {"organizational_units": [unit], "organization_accounts": members}
    tables_ = {name: frame(tables.registry()[name], given) for name, given in held.items()}
    drawn = workbook.tree(run_folder(tmp_path, kept, tables_))
    lines = dict(line.strip().split(": ") for line in drawn.plain.splitlines())
    assert lines["Logs"] == "none critical or high" and lines["Lost"] == "not seen"
    assert 'class="told PASS">none' in drawn.page and 'class="told NOT_ASSESSED">not seen' in drawn.page
    assert lines["Root"] == "4 accounts"


def test_assignments_that_were_refused_are_not_counted_as_none(tmp_path: Path) -> None:
    def of(arn: str, **more: Any) -> dict[str, Any]:
        return {"account_id": HUB, "region": "eu-west-1", "resource_id": arn, "permission_set_arn": arn, **more}

    held = [
        of("arn:a", assigned_account=SHOP, principal_type="GROUP", principal_id="1"),
        of("arn:a", assigned_account=LOGS, principal_type="GROUP", principal_id="1"),
        of("arn:b", **REFUSED), of("arn:c", outcome="ABSENT"),
    ]  # fmt: skip
    run = book(
        tmp_path,
        sso_permission_set_details=[of(f"arn:{n}", permission_set_name=n, session_duration="PT1H30M") for n in "abc"],
        sso_permission_set_accounts=[of("arn:a", assigned_account=a) for a in (SHOP, LOGS)],
        sso_account_assignments=held,
    )
    found = workbook.permission_sets(run).set_index("permission_set_name")
    assert found["groups"].fillna(-1).to_dict() == {"a": 1, "b": -1, "c": 0}
    assert found.at["a", "accounts"] == 2 and found.at["a", "session"] == "1 h 30 m"
    assert workbook.assignments(run)[["account", "groups"]].to_numpy().tolist() == [["Logs", 1], ["Shop production", 1]]


def test_guardrails_and_regions_follow_the_verdicts(tmp_path: Path) -> None:
    def judged(control: str, account: str, status: str, **facts: Any) -> dict[str, Any]:
        return {"control_id": control, "account_id": account, "status": status, "evidence": json.dumps(facts)}

    given = [
        judged("SCP-02", HUB, "FAIL", node_id="ou-1"), judged("SCP-02", LOGS, "PASS", node_id=LOGS),
        judged("SCP-06", LOGS, "PASS"), judged("SCP-06", LOGS, "FAIL"), judged("SCP-02", SHOP, "NOT_ASSESSED"),
        judged("SCP-04", LOGS, "PASS", open_regions=[]), judged("SCP-04", SHOP, "FAIL", open_regions=["us-east-1"]),
        judged("SCP-04", LOST, "NOT_ASSESSED"),
    ]  # fmt: skip
    blank = findings(len(given)).assign(evidence="", control_id="")
    calls = [call(HUB, "us-east-1", "ec2_vpcs")]
    run = run_folder(tmp_path, blank.assign(**pd.DataFrame(given)).astype("string"), calls=calls)
    run.manifest["params"]["approved_regions"] = ["eu-west-1"]
    stopped = workbook.guardrails(run).set_index("account")
    assert stopped["leaving the organization"].to_dict() == {
        "Hub": "left out", "Logs": "stopped", "Shop production": "not seen", "Lost": "left out",
    }  # fmt: skip
    assert stopped.at["Logs", "switching security off"] == "partly"
    states = words(workbook.region_map(run))
    assert [states[a, "us-east-1"] for a in ("Hub", "Logs", "Shop production", "Lost")] == [
        "left out", "closed", "open, unused", "not seen",
    ]  # fmt: skip


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


def test_a_region_that_is_not_enabled_is_a_fact_of_the_scope_and_no_place_we_looked(tmp_path: Path) -> None:
    off = {**call(HUB, "eu-south-1", "", "ABSENT"), "error_code": "RegionNotEnabled"}
    run = book(tmp_path, [call(HUB, "eu-west-1", "guardduty_detectors"), off])
    facts = workbook.scope(run).set_index("fact")["value"]
    assert facts["Regions not enabled"] == "eu-south-1 in 1 account"
    shown = workbook.regions(run)
    assert "eu-south-1" not in set(shown[shown["account"] == "Hub"]["region"])
    assert words(workbook.regions_map(run))["Hub", "eu-south-1"] == "not enabled"
    assert "Regions not enabled" not in set(workbook.scope(book(tmp_path / "on", [off | {"error_code": ""}]))["fact"])


def test_regions_that_are_enabled_and_were_not_read_stand_hatched_beside_global_services(tmp_path: Path) -> None:
    on = [{"account_id": HUB, "resource_id": r, "region_name": r, "enabled": r != "ap-east-1", "outcome": "OK"}
          for r in ("eu-west-1", "us-east-1", "ap-east-1")]  # fmt: skip
    calls = [call(HUB, "us-east-1", "iam_roles"), call(HUB, "eu-west-1", "guardduty_detectors")]
    drawn = workbook.regions_map(book(tmp_path, calls, ec2_regions=on))
    map_ = words(drawn)
    assert map_["Hub", "global services"] == map_["Hub", "eu-west-1"] == "all answered"
    assert map_["Hub", "us-east-1"] == "enabled, not read" and map_["Logs", "us-east-1"] == "not known"
    assert [shape.path.count("M") for shape in drawn.layout.shapes] == [4]
    quiet = workbook.regions_map(book(tmp_path / "all", calls, ec2_regions=on[:1]))
    assert not quiet.layout.shapes and ("Hub", "ap-east-1") not in words(quiet)
    facts = workbook.scope(book(tmp_path / "facts", calls, ec2_regions=on)).set_index("fact")["value"]
    assert facts["Enabled and not read"] == "us-east-1 in 1 account" and facts["Other accounts"].startswith("not known")


def test_many_tables_are_counted_and_named_on_demand(tmp_path: Path) -> None:
    names = ["iam_roles", "ec2_instances", "ec2_vpcs", "ec2_subnets", "sqs_queues", "sns_topics", "kms_keys"]
    run = book(tmp_path, **{name: [{"account_id": HUB, "resource_id": "a"}] for name in names})
    told = workbook.seen(run, *names)
    assert "Looked at: 7 tables with 7 rows." in told.plain and "IAM roles (1)" in told.plain
    assert '<details class="tables"><summary>Which</summary>IAM roles (1)' in told.page
    assert "<details" not in workbook.seen(run, *names[:6]).page
