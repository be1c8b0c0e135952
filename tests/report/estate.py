"""A small run folder for report tests, and the texts an assessed account might use against its reader."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from orienteer import snapshot
from orienteer.judge import FINDINGS

HOSTILE = (
    "<script>window.pwned=1</script>",
    "</script><script>window.pwned=2</script>",
    "<img src=x onerror=window.pwned=3>",
    "\"><svg onload=window.pwned=4>",
    "' onmouseover='window.pwned=5",
    "javascript:window.pwned=6",
    "{{ 7*7 }}{% include '/etc/passwd' %}",
    "<!--<script>window.pwned=7//-->",
    "[x](javascript:window.pwned=8)",
    "=HYPERLINK(\"http://outside.invalid/\",\"x\")",
    "<a href=http://outside.invalid/>PASS</a>",
    "<b style=position:fixed;inset:0>PASS</b>",
    "\u202egnp.exe\u202c \x1b[31mred\x1b[0m \u200bjoined",
    "<link rel=stylesheet href=http://outside.invalid/x.css>",
    "${window.pwned=9}`",
    "null", "NaN", "-1", "+1", "@SUM(1)",
)  # fmt: skip

ACCOUNTS = (
    ("111111111111", "Hub"),
    ("222222222222", "Logs"),
    ("333333333333", "Shop production"),
    ("444444444444", "Lost"),
)
SEVERITIES = ("critical", "high", "medium", "low", "info")
STATUSES = ("FAIL", "PASS", "PASS", "FAIL", "MANUAL", "NOT_ASSESSED")
CATEGORIES = ("organization", "iam", "monitoring", "network")


def findings(count: int = 60, names: Sequence[str] = ("thing",)) -> pd.DataFrame:
    """`count` findings over four accounts, resource names taken in turn from `names`."""
    rows = [_finding(n, names[n % len(names)]) for n in range(count)]
    return pd.DataFrame(rows, columns=list(FINDINGS)).astype("string")


def _finding(n: int, name: str) -> dict[str, Any]:
    account, account_name = ACCOUNTS[n % 4]
    status = STATUSES[n % 6]
    return {
        "control_id": f"TST-{n % 12:02}", "title": f"Question {n % 12} of {name}", "category": CATEGORIES[n % 4],
        "notebook": "20_identity", "severity": SEVERITIES[n % 5], "status": status, "account_id": account,
        "account_name": account_name, "region": "eu-central-1", "resource_type": "AWS::Test::Thing",
        "resource_id": f"{name}/{n}", "resource_arn": f"arn:aws:test:::{n}",
        "reason": f"s3:GetBucketPolicy AccessDenied (account {account}) {name}" if status == "NOT_ASSESSED" else name,
        "evidence": json.dumps({"name": name, "n": n, "list": [1, {"a": None}]}),
        "remediation": f"Repair it. {name}", "source": "https://docs.aws.amazon.com/", "fingerprint": f"{n:020x}",
    }  # fmt: skip


def summary(found: pd.DataFrame) -> list[dict[str, Any]]:
    """The control summary that belongs to the findings, and one control with nothing to judge."""
    rows = []
    for control, group in found.groupby("control_id"):
        counts = group["status"].value_counts()
        first = group.iloc[0]
        worst = next(s for s in ("FAIL", "NOT_ASSESSED", "MANUAL", "PASS") if counts.get(s, 0))
        rows.append({
            **{k: str(first[k]) for k in ("title", "category", "notebook", "severity")}, "control_id": str(control),
            "status": worst, **{s.lower(): int(counts.get(s, 0)) for s in ("PASS", "FAIL", "MANUAL", "NOT_ASSESSED")},
            "seen": len(group) - int(counts.get("NOT_ASSESSED", 0)), "total": len(group), "reason": "",
        })  # fmt: skip
    empty = {"control_id": "TST-99", "title": "Nothing here", "category": "network", "notebook": "40_network_exposure",
             "severity": "low", "status": "NOT_APPLICABLE", "pass": 0, "fail": 0, "manual": 0, "not_assessed": 0,
             "seen": 0, "total": 0, "reason": "nothing to judge was found"}  # fmt: skip
    return [*rows, empty]


def coverage() -> list[dict[str, Any]]:
    """Calls of four accounts: three answered, one could not be entered, one operation refused."""
    at = pd.Timestamp("2026-11-24T09:00:00Z")
    base = {"resource": "", "error_code": "", "message": "", "rows": 1, "pages": 1, "ms": 20, "at": at, "table": "t",
            "region": "eu-central-1", "shared": False}  # fmt: skip
    ok = [{**base, "account_id": a, "service": s, "operation": o, "outcome": "OK"} for a, _ in ACCOUNTS[:3]
          for s, o in (("iam", "ListUsers"), ("s3", "ListBuckets"), ("ec2", "DescribeVpcs"))]  # fmt: skip
    denied = {**base, "account_id": ACCOUNTS[1][0], "service": "s3", "operation": "GetBucketPolicy",
              "outcome": "DENIED", "error_code": "AccessDenied", "message": "<b>no</b>", "rows": 0}  # fmt: skip
    lost = {
        **denied,
        "account_id": ACCOUNTS[3][0],
        "service": "sts",
        "operation": "AssumeRole",
        "message": "not allowed",
    }
    return [*ok, denied, lost]


def run_folder(
    folder: Path,
    found: pd.DataFrame | None = None,
    tables: Mapping[str, pd.DataFrame] | None = None,
    name: str = "Acme",
    calls: Sequence[Mapping[str, Any]] = (),
) -> snapshot.Run:
    """A finished run folder with these findings and tables, opened."""
    found = findings() if found is None else found
    snapshot.private_folder(folder / "snapshot")
    rows = [[r[c] for c in snapshot.COVERAGE] for r in calls or coverage()]
    rows = [[v.isoformat() if isinstance(v, pd.Timestamp) else v for v in r] for r in rows]
    snapshot.write_table(folder / "snapshot" / "coverage.parquet", snapshot.arrow_table(snapshot.COVERAGE, rows))
    for table, frame in (tables or {}).items():
        snapshot.write_table(
            folder / "snapshot" / f"{table}.parquet", pa.Table.from_pandas(frame, preserve_index=False)
        )
    snapshot.write_table(folder / "findings.parquet", pa.Table.from_pandas(found, preserve_index=False))
    facts = {
        "client": {"name": name, "slug": "acme"}, "tool_version": "0.1.0", "as_of": "2026-11-24T09:00:00+00:00",
        "started_at": "2026-11-24T09:00:00+00:00", "finished_at": "2026-11-24T09:05:00+00:00",
        "identity": "arn:aws:iam::111111111111:role/reader", "regions": ["eu-central-1"], "params": {},
        "accounts": [{"id": i, "name": n, "entered": n != "Lost"} for i, n in ACCOUNTS], "summary": summary(found),
        "crashed": [], "complete": True, "notebooks": [],
    }  # fmt: skip
    snapshot.write_manifest(folder, facts)
    return snapshot.open_run(folder)
