"""The page of what changed: each change once, under its kind, and how the client stood over all runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from orienteer import snapshot
from orienteer.compare import KINDS, counts
from orienteer.report import change, pages
from tests.report.estate import HOSTILE, findings, run_folder


def at(folder: Path, name: str, found: pd.DataFrame, started: str, params: dict[str, Any] | None = None) -> Any:
    """A finished run beside the others, begun at that time."""
    run = run_folder(folder / name, found)
    snapshot.write_manifest(run.path, {**run.manifest, "started_at": started, "params": params or {}})
    return snapshot.open_run(run.path)


@pytest.fixture
def two(tmp_path: Path) -> tuple[snapshot.Run, snapshot.Run]:
    """Two runs with hostile texts: one finding new, one fixed, one graver, one accepted, one not seen again."""
    then = findings(60, HOSTILE)
    failed = then.index[(then["status"] == "FAIL") & (then["severity"] != "critical")]
    passed = then.index[then["status"] == "PASS"]
    now = then.assign(decision="", decided_by="")
    now.loc[passed[0], "status"] = "FAIL"
    now.loc[failed[0], "status"] = "PASS"
    now.loc[failed[1], "severity"] = "critical"
    now.loc[failed[2], ["decision", "decided_by"]] = ["accepted", "Mary"]
    now.loc[failed[3], "status"] = "NOT_ASSESSED"
    old = at(tmp_path, "20260101T000000Z", then, "2026-01-01T00:00:00+00:00", {"regions": ["a"]})
    new = at(tmp_path, "20260201T000000Z", now, "2026-02-01T00:00:00+00:00", {"regions": ["<b>b"]})
    return old, new


def test_each_kind_is_counted_and_listed_once(two: tuple[snapshot.Run, snapshot.Run]) -> None:
    old, new = two
    assert change.earlier(new).path == old.path and change.earlier(old) is None  # type: ignore[union-attr]
    rows = change.since(new, old) or []
    found = counts(rows)
    assert {n: found[n] for n in KINDS if n != "open"} == {
        "new": 1, "worse": 1, "fixed": 1, "better": 0, "check": 0, "params": 0, "accepted": 1, "not_looked_at": 1,
    }  # fmt: skip
    page = pages.write_index(new, new.path)
    text = (page.parent / "change.html").read_text()
    for kind, count in found.items():
        part = text.partition(f'<section id="{kind}">')[2].partition("</section>")[0]
        assert part.count("<tr>") == (count + 1 if count else 0)
    assert change.in_a_line(rows) in page.read_text() and 'href="change.html"' in page.read_text()


def test_a_finding_of_a_changed_check_is_told_apart(tmp_path: Path) -> None:
    then = findings(60)
    now = then.assign(status=then["status"].mask(then["status"] == "FAIL", "PASS"))
    for name, found, version in (("20260101T000000Z", then, 1), ("20260201T000000Z", now, 2)):
        run = at(tmp_path, name, found, f"{name[:4]}-{name[4:6]}-01T00:00:00+00:00")
        summary = [{"control_id": one, "version": version} for one in found["control_id"].unique()]
        snapshot.write_manifest(run.path, {**run.manifest, "summary": summary})
    new = snapshot.open_run(run.path)
    rows = change.since(new, change.earlier(new)) or []
    assert change.write_change(new, change.earlier(new), rows, tmp_path)
    text = (tmp_path / change.PAGE).read_text()
    part = text.partition('<section id="check">')[2].partition("</section>")[0]
    assert counts(rows)["fixed"] == 0 and part.count("the check changed: version 1, now 2") == counts(rows)["check"] > 0
    assert "judged by a changed check" in change.in_a_line(rows)


def test_the_page_runs_nothing_and_loads_nothing(two: tuple[snapshot.Run, snapshot.Run]) -> None:
    _, new = two
    pages.write_index(new, new.path)
    text = (new.path / "change.html").read_text()
    assert "script-src ;" in text and "<script" not in text and "<img" not in text and "\u202e" not in text
    assert "&lt;b&gt;b" in text, "settings are text"
    assert not re.findall(r'(?:src|href)="(?!#|index\.html)', text)


def test_without_a_run_before_there_is_no_page_and_an_old_one_goes(tmp_path: Path) -> None:
    run = at(tmp_path, "20260101T000000Z", findings(12), "2026-01-01T00:00:00+00:00")
    (run.path / "change.html").write_text("of another time")
    text = pages.write_index(run, run.path).read_text()
    assert "There is no earlier run" in text and "change.html" not in text
    assert not (run.path / "change.html").exists()


def test_runs_of_another_client_and_broken_ones_are_passed_over(two: tuple[snapshot.Run, snapshot.Run]) -> None:
    old, new = two
    root = new.path.parent
    other = at(root, "20260115T000000Z", findings(12), "2026-01-15T00:00:00+00:00")
    snapshot.write_manifest(other.path, {**other.manifest, "client": {"slug": "other", "name": "Other"}})
    broken = at(root, "20260116T000000Z", findings(12), "2026-01-16T00:00:00+00:00")
    (broken.path / "findings.parquet").write_bytes(b"changed later")
    assert change.earlier(new).path == old.path  # type: ignore[union-attr]


def test_the_trend_has_a_row_and_a_column_for_each_run(two: tuple[snapshot.Run, snapshot.Run]) -> None:
    rows = change.trend(two)
    assert [row["day"] for row in rows] == ["2026-01-01", "2026-02-01"]
    assert [row["open"] for row in rows] == [20, 18] and [row["apart"] for row in rows] == [0, 1]
    assert sum(rows[0]["failed"].values()) == rows[0]["open"]
    drawn = change.columns(rows)
    heights = [sum(b["height"] for b in drawn["bars"] if b["words"].startswith(row["day"])) for row in rows]
    assert heights[0] == pytest.approx(200, abs=1) and heights[1] == pytest.approx(180, abs=1)
    assert [line["at"] for line in drawn["lines"]] == ["0", "5", "10", "15", "20"]


def test_runs_of_one_day_are_told_apart_by_their_time(tmp_path: Path) -> None:
    started = ("2026-01-01T08:30:05", "2026-01-02T08:30:05", "2026-01-02T17:00:00", "2026-01-02T17:00:40")
    runs = [at(tmp_path, f"run{n}", findings(4), f"{one}+00:00") for n, one in enumerate(started)]
    rows = change.trend(runs)
    assert [row["time"] for row in rows] == ["", "08:30", "17:00:00", "17:00:40"]
    assert [one["time"] for one in change.columns(rows)["labels"]] == [row["time"] for row in rows]


@pytest.mark.parametrize("most", [0, 1, 4, 7, 20, 327, 4_999, 120_000])
def test_the_scale_is_round_and_holds_the_tallest_column(most: int) -> None:
    run = {"day": "d", "time": "", "open": most, "failed": {"high": most}}
    lines = change.columns([run])["lines"]
    assert 2 <= len(lines) <= 6 and int(lines[-1]["at"].replace(",", "")) >= most
