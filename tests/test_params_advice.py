"""Trusted Advisor's export, as a file beside the params file: what is read, and what is told of a bad one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orienteer import params
from orienteer.params import Params, ParamsError, advice

A, B = "111111111111", "012345670123"
HEAD = "accountId,checkId,resourceId,timestamp,checkName,category,status,isSuppressed,region,Access Key\n"
KEYS, OPEN = "IAM Access Key Rotation", "Security Groups - Unrestricted Access"
KEY = "AKIA" + "ABCDEFGHIJKLMNOP"


def line(account: str = A, check: str = KEYS, status: str = "ok", hidden: str = "", at: str = "1767225600000") -> str:
    return f"{account},DqdJqYeRm5,r,{at},{check},security,{status},{hidden},-,{KEY}\n"


def written(folder: Path, *contents: str | bytes, names: str = "resources-0.csv") -> Path:
    file = folder / "client.yaml"
    file.write_text(f"client: {{slug: x}}\nprofile: p\ntrusted_advisor: {names}\n")
    for at, content in enumerate(contents):
        (folder / f"resources-{at}.csv").write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def told(account: str, check: str, status: str, flagged: int, suppressed: int, on: str = "2026-01-01") -> dict:
    given = {"account": account, "check": check, "check_id": "DqdJqYeRm5", "status": status}
    return {**given, "flagged": flagged, "suppressed": suppressed, "on": on}


def test_resources_are_counted_by_check_and_the_run_keeps_them(tmp_path: Path) -> None:
    rows = line(status="warning") + line(status="error") + line(status="error", hidden="true") + line(B)
    other = "q1,Qch7DwouX1,r,1767225600000,Idle hosts,cost_optimizing,warning,,-,\n"
    found = params.load(written(tmp_path, HEAD + rows + other + line(check=OPEN, status="error", hidden="TRUE")))
    wanted = [told(B, KEYS, "ok", 0, 0), told(A, KEYS, "error", 2, 1), told(A, OPEN, "ok", 0, 1)]
    assert found.public()["trusted_advisor"] == wanted
    (tmp_path / "resources-0.csv").unlink()
    again = Params.from_public(json.loads(json.dumps(found.public())))
    assert again.client_facts().advice == {B: tuple(wanted[:1]), A: tuple(wanted[1:])}


@pytest.mark.parametrize(
    ("content", "status", "on"),
    [
        (HEAD + line(status="Yellow", at="1767225600"), "warning", "2026-01-01"),
        (HEAD + line(status="RED", at="2026-02-03T04:05:06Z"), "error", "2026-02-03"),
        (HEAD + line(status="Not available", at="2026-02-03"), "not_available", "2026-02-03"),
        ("\ufeff" + HEAD.replace("accountId", "Account ID") + line(status="Green"), "ok", "2026-01-01"),
        ((HEAD + line(status="warning")).replace(",", ";").replace("\n", "\r\n"), "warning", "2026-01-01"),
        ("Status," + HEAD + "Active," + line(status="warning"), "warning", "2026-01-01"),
        (HEAD + line(at="2026-02-03") + line(at="2026-01-31"), "ok", "2026-01-31"),
    ],
)  # fmt: skip
def test_forms_of_an_export(tmp_path: Path, content: str, status: str, on: str) -> None:
    (one,) = params.load(written(tmp_path, content)).public()["trusted_advisor"]
    assert (one["status"], one["on"]) == (status, on)


def test_a_report_in_parts_is_one(tmp_path: Path) -> None:
    file = written(tmp_path, HEAD + line(status="error"), HEAD + line(status="error"), names="")
    file.write_text(file.read_text().rstrip() + " [resources-0.csv, resources-1.csv, resources-0.csv]\n")
    assert params.load(file).public()["trusted_advisor"] == [told(A, KEYS, "error", 2, 0)]


@pytest.mark.parametrize(
    ("content", "at", "said"),
    [
        ("", 1, "file: no column accountId, checkName, category, status, timestamp, which the CSV of an org"),
        ("Region,Status,Bucket\n-,ok,b\n", 1, "file: no column accountId, checkName, category, timestamp, which"),
        ('[{"accountId": "1"}]\n', 1, "file: no column checkName, category, status, timestamp, which"),
        (HEAD, 1, "file: holds no resource of a security check"),
        (HEAD + f"{A},x,r,1,Idle hosts,cost_optimizing,ok,,-,\n", 1, "file: holds no resource of a security check"),
        (HEAD + line() + line("12"), 3, "accountId: '12' is not an account id: 2 digits, not 12"),
        (HEAD + line("1.11111E+11"), 2, "accountId: '1.11111E+11' is not an account id"),
        (HEAD + line(status="purple"), 2, "status: 'purple' is none of ok, not_available, warning, error"),
        (HEAD + line(status=""), 2, "status: is empty"),
        (HEAD + f"{A},x\n", 2, "checkName: is empty"),
        (HEAD + line(at="1.76723E+12"), 2, "timestamp: '1.76723E+12' is no time: neither seconds or milliseconds"),
        (HEAD + line(check="a\x1b[31m"), 2, "checkName: holds a control character"),
        (HEAD + line(check=KEY), 2, "checkName: looks like a credential"),
        (HEAD + '"' + line(), 2, "file: is no CSV"),
        (b"PK\x03\x04\xff\xfe", 1, "file: is not UTF-8 text"),
        (b"PK\x03\x04\x00\x01", 1, "file: is binary, not text"),
    ],
)
def test_a_bad_export_is_told_by_its_own_line(tmp_path: Path, content: str | bytes, at: int, said: str) -> None:
    (fault,) = params.errors(written(tmp_path, content))
    assert fault.startswith(f"{tmp_path / 'resources-0.csv'}:{at}: {said}")
    assert KEY not in fault


def test_an_export_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(tmp_path, HEAD + line() + line(B))
    monkeypatch.setattr(advice, "MAX_CHECKS", 1)
    assert params.errors(file) == [
        f"{file}:3: trusted_advisor: 2 checks in accounts are more than 1; export fewer accounts at once"
    ]
    monkeypatch.setattr(advice, "MAX_BYTES", 100)
    (fault,) = params.errors(file)
    assert "resources-0.csv:1: file: larger than 100 bytes" in fault


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("nowhere.csv", "no such file or directory"),
        (
            "s3://bucket/resources.csv",
            "trusted_advisor: must be a file beside the params file, or a list of such files",
        ),
        ("12", "trusted_advisor: must be a list"),
        ("[]", "trusted_advisor: is an empty list; leave the key out or list something"),
        ("['']", "trusted_advisor: is empty"),
        ("[a.csv, {account: 1}]", "trusted_advisor[0]: must be a mapping of keys"),
    ],
)
def test_what_is_no_name_of_a_file(tmp_path: Path, given: str, said: str) -> None:
    assert said in params.errors(written(tmp_path, names=given))[0]


def test_faults_of_each_file_are_told(tmp_path: Path) -> None:
    file = written(tmp_path, HEAD + line("1"), HEAD, names="[resources-0.csv, resources-1.csv]")
    (tmp_path / "accounts.csv").write_text("id\n12\n")
    file.write_text(file.read_text() + "inventory: accounts.csv\n")
    names = [text.split(":")[0].rpartition("/")[2] for text in params.errors(file)]
    assert names == ["accounts.csv", "resources-0.csv", "resources-1.csv"]


def test_a_check_stands_once_in_an_account() -> None:
    one = {"account": A, "check": KEYS, "status": "ok", "on": "2026-01-01"}
    assert params.from_mapping({"trusted_advisor": [one]}).client_facts().advice[A][0]["flagged"] == 0
    with pytest.raises(ParamsError, match="trusted_advisor: a check of an account is listed twice"):
        params.from_mapping({"trusted_advisor": [one, one]})
    with pytest.raises(ParamsError, match="no such file"):
        params.from_mapping({"trusted_advisor": "nowhere.csv"})
