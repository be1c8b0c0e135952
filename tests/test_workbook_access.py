"""What chapter 20 shows of access: the security team in each account, people on servers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from orienteer import tables, workbook
from orienteer.frames import frame
from orienteer.workbook import entrances
from tests.report.estate import ACCOUNTS, findings, run_folder

HUB, LOGS = ACCOUNTS[0][0], ACCOUNTS[1][0]


def judged(control: str, account: str, status: str, resource: str = "") -> dict[str, Any]:
    return {
        "control_id": control,
        "account_id": account,
        "status": status,
        "resource_id": resource or account,
        "region": "eu-west-1",
        "reason": f"{control} says {status}",
        "evidence": "{}",
    }


def run_of(folder: Path, given: list[dict[str, Any]], **rows: list[dict[str, Any]]) -> Any:
    found = findings(len(given)).assign(**pd.DataFrame(given)).astype("string")
    return run_folder(folder, found, {name: frame(tables.registry()[name], one) for name, one in rows.items()})


def test_the_security_team_in_each_account(tmp_path: Path) -> None:
    given = [judged("IDC-04", HUB, "PASS"), judged("IDC-04", LOGS, "FAIL"), judged("IDC-05", HUB, "MANUAL")]
    found = workbook.security_team(run_of(tmp_path, given))
    assert found[["account", "status"]].to_numpy().tolist() == [["Logs", "FAIL"], ["Hub", "PASS"], ["Hub", "MANUAL"]]
    assert found["question"].iloc[0] == "can the security team read it?"


def test_trusted_advisor_stands_beside_what_is_judged_here(tmp_path: Path) -> None:
    checks = [
        {"account_id": HUB, "region": "us-east-1", "resource_id": name, "check_name": name, "status": status}
        for name, status in (("Amazon S3 Bucket Permissions", "ok"), ("Some New Check", "warning"))
    ]
    given = [judged("DATA-01", HUB, "PASS", "a"), judged("DATA-01", HUB, "FAIL", "b"), judged("DATA-01", LOGS, "PASS")]
    told = workbook.trusted_advisor(run_of(tmp_path, given, support_security_checks=checks)).set_index("check")
    assert told.loc["Amazon S3 Bucket Permissions", ["status", "here", "status_here"]].tolist() == [
        "ok", "DATA-01", "FAIL",
    ]  # fmt: skip
    assert pd.isna(told.at["Some New Check", "here"]) and pd.isna(told.at["Some New Check", "status_here"])


def test_servers_with_what_their_verdict_says(tmp_path: Path) -> None:
    at = {"account_id": HUB, "region": "eu-west-1"}
    rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "198.51.100.0/24"}]}
    run = run_of(
        tmp_path,
        [judged("SRV-03", HUB, "PASS", "i-1")],
        ec2_instances=[
            {
                **at,
                "resource_id": "i-1",
                "instance_id": "i-1",
                "state": "running",
                "key_name": "ops",
                "tags": '[{"Key": "Name", "Value": "web"}]',
            },
            {**at, "resource_id": "i-2", "instance_id": "i-2", "state": "stopped"},
            {**at, "resource_id": "i-3", "instance_id": "i-3", "state": "running"},
        ],
        ec2_network_interfaces=[{**at, "resource_id": "eni", "instance_id": "i-1", "group_ids": '["g"]'}],
        ec2_security_groups=[{**at, "resource_id": "g", "group_id": "g", "ingress": json.dumps([rule])}],
        ssm_managed_instances=[{**at, "resource_id": "i-1", "name": "i-1", "ping_status": "Online"}],
    )
    found = workbook.servers(run).set_index("server")
    assert list(found.index) == ["i-3", "web"]
    web = found.loc["web"]
    assert (web["systems_manager"], web["key_pair"], web["status"]) == ("Online", "ops", "PASS")
    assert pd.isna(found.at["i-3", "status"]) and pd.isna(found.at["i-3", "key_pair"])


def test_without_servers_and_accounts_there_is_nothing_to_show(tmp_path: Path) -> None:
    run = run_of(tmp_path, [judged("TST-01", HUB, "PASS")])
    assert workbook.servers(run).empty and workbook.security_team(run).empty


def trusting(account: str, name: str, principal: dict[str, str], **condition: Any) -> dict[str, Any]:
    policy = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", "Condition": condition}
    return {
        "account_id": account, "region": "global", "resource_id": name, "role_name": name, "path": "/",
        "role_arn": f"arn:aws:iam::{account}:role/{name}", "trust_policy": json.dumps({"Statement": [policy]}),
    }  # fmt: skip


def test_the_trust_graph_joins_roles_of_one_name_and_tells_what_is_asked(tmp_path: Path) -> None:
    vendor = {"AWS": "arn:aws:iam::700700700700:root"}
    given = {**judged("XA-05", LOGS, "FAIL", "ci"), "evidence": json.dumps(
        {"issuer": "token.example", "values": ["repo:a", "repo:b"], "role_name": "ci", "is_admin": True})}  # fmt: skip
    roles = [trusting(a, "audit", vendor, StringEquals={"sts:ExternalId": "x7f-33aa"}) for a in (HUB, LOGS)]
    roles += [trusting(LOGS, "open", {"AWS": "*"}), trusting(LOGS, "hub", {"AWS": f"arn:aws:iam::{HUB}:root"})]
    told = workbook.trust_graph(run_of(tmp_path, [given], iam_roles=roles))
    lines = [line.split() for line in told.plain.splitlines()[1:]]
    assert ["700700700700", "third", "party", "audit", "external", "id", "False", "2"] in lines
    assert ["token.example", "token", "issuer", "ci", "repo:a", "or", "repo:b", "True", "1"] in lines
    assert [line[:2] for line in lines if line[-3] == "open"] == [["anybody", "with"]]
    assert any(line[:4] == ["Hub", f"({HUB})", "own", "account"] for line in lines)
    assert told.page.count("<rect") == 4 + 4 and 'class="admin"' in told.page


def test_without_trust_and_openings_the_pictures_say_so(tmp_path: Path) -> None:
    run = run_of(tmp_path, [judged("TST-01", HUB, "PASS")])
    assert "No role" in workbook.trust_graph(run).plain
    assert "0 are private" in workbook.exposure_treemap(run).plain


def test_the_treemap_leaves_out_what_is_private(tmp_path: Path) -> None:
    at = {"account_id": HUB, "region": "eu-west-1"}
    open_to_all = json.dumps({"Statement": {"Effect": "Allow", "Principal": "*", "Action": "sqs:*"}})
    queues = [{**at, "resource_id": n, "queue_url": n} for n in ("q1", "q2")]
    policies = [{**at, "resource_id": "q1", "policy": open_to_all}, {**at, "resource_id": "q2", "policy": None}]
    told = workbook.exposure_treemap(run_of(tmp_path, [judged("TST-01", HUB, "PASS")], sqs_queues=queues,
                                            sqs_queue_policies=policies))  # fmt: skip
    assert "public: 1" in told.page and "1 more could be opened and are private" in told.page


def test_unused_permissions_tell_never_from_not_asked(tmp_path: Path) -> None:
    everything = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    reading = {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}

    def role(name: str, document: dict[str, Any] = everything, used: str | None = "2026-11-20T00:00:00Z") -> Any:
        arn = f"arn:aws:iam::{HUB}:role/{name}"
        own = json.dumps([{"PolicyName": "own", "PolicyDocument": document}])
        trust = json.dumps({"Statement": {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}}})
        return {"account_id": HUB, "region": "global", "resource_id": name, "resource_arn": arn, "role_name": name,
                "role_arn": arn, "path": "/", "inline_policies": own, "attached_policies": "[]", "trust_policy": trust,
                "last_used_at": used}  # fmt: skip

    arn = f"arn:aws:iam::{HUB}:role/boss"
    called = [{"service": "s3", "last_used_at": "2026-11-20T00:00:00+00:00", "region": "eu-west-1"}]
    report = {"account_id": HUB, "region": "global", "resource_id": arn, "resource_arn": arn, "principal_arn": arn,
              "allowed": json.dumps(["ec2", "iam", "s3"]), "used": json.dumps(called),
              "completed_at": "2026-11-24T00:00:00Z"}  # fmt: skip
    roles = [role("boss"), role("idle", used=None), role("lost"), role("reads", reading)]
    run = run_of(tmp_path, [judged("IAM-09", HUB, "PASS")], iam_roles=roles, iam_service_last_accessed=[report])
    found = workbook.unused_permissions(run).set_index("principal")
    assert sorted(found.index) == ["role boss", "role idle", "role lost"]
    shown = found[["services_allowed", "services_used", "never_used"]].astype(object).where(found.notna(), None)
    assert shown.T.to_dict("list") == {
        "role boss": [3, 1, 2],
        "role idle": [None, 0, None],
        "role lost": [None, None, None],
    }
    assert found.at["role boss", "calls"] == "s3 (eu-west-1)" and found.at["role boss", "power"] == "administrator"


def test_a_key_whose_last_use_was_not_seen_is_not_called_unused() -> None:
    used = pd.Timestamp("2026-06-20T12:00Z")
    keys = pd.DataFrame({
        "key_idle_days": pd.array([10, 400, None, None], dtype="Int64"),
        "last_used_date": pd.Series([used, pd.NaT, pd.NaT, used]),
        "not_seen": [None, None, "last_used_date: iam:GetCredentialReport AccessDenied", None],
    })  # fmt: skip
    said = ["used 10 days ago", "never used", "last use not known", "last use not known"]
    assert entrances._last_use(keys).tolist() == said
