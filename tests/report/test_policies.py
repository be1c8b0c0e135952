"""The page of ready-made policies and its files: private, whole, and nothing in them that came as markup."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from orienteer import tables as read
from orienteer.cli import main
from orienteer.frames import frame
from orienteer.readymade.in_use import Stopped, Use
from orienteer.readymade.tried import Tried
from orienteer.report.policies import COLUMNS, PAGE, keep, kept, policy_parts, policy_rows, stops, write_policies
from orienteer.snapshot import POLICIES, Run
from tests.controls.test_guardrails import SIX, tables
from tests.report.estate import HOSTILE, run_folder
from tests.report.test_pages import Tags


def run(folder: Path, name: str = "shop"):
    """A run over a small organization with an account of that name."""
    six = {n: frame(read.registry()[n], t.to_dict("records")) for n, t in zip(SIX, tables(), strict=True)}
    accounts = six["organization_accounts"]
    six["organization_accounts"] = accounts.assign(name=accounts["name"].replace("shop", name))
    return run_folder(folder, tables=six)


def test_each_policy_lies_beside_its_page_for_the_owner_alone(tmp_path: Path) -> None:
    assert write_policies(run(tmp_path / "run"), tmp_path) == PAGE
    files = sorted((tmp_path / "policies").iterdir())
    rows = policy_rows(policy_parts(run(tmp_path / "again").estate))
    assert [f.stem for f in files] == sorted(row["policy"] for row in rows) and tuple(rows[0]) == COLUMNS
    assert {row["policy"]: row["size"] for row in rows} == {f.stem: len(f.read_bytes()) for f in files}
    assert all(json.loads(f.read_text()) for f in files)
    modes = {stat.S_IMODE(f.stat().st_mode) for f in (*files, tmp_path / PAGE)}
    assert modes == {0o600} and stat.S_IMODE((tmp_path / "policies").stat().st_mode) == 0o700


def test_what_was_kept_when_the_run_was_judged_is_what_is_shown(tmp_path: Path) -> None:
    made = run(tmp_path / "run")
    keep(made.path, made.estate)
    known = Run(made.path, {**made.manifest, "files": {**made.manifest["files"], POLICIES: ""}})
    assert kept(known) == json.loads(json.dumps(policy_parts(made.estate)))
    told = json.loads((made.path / POLICIES).read_text())
    (made.path / POLICIES).write_text(json.dumps({**told, "parts": told["parts"][:1]}))
    assert len(kept(known)) == 1 < len(kept(made))
    (made.path / POLICIES).write_text(json.dumps({"made_with": "0.0.1", "parts": []}))
    assert len(kept(known)) == len(told["parts"]), "those of another version are made anew"


def test_what_it_would_stop_is_a_sentence() -> None:
    def told(*what: str) -> str:
        use = Use(tuple(Stopped("1", one, "seen") for one in what), ())
        return stops(Tried(None, (), use), {"1": "shop"})  # type: ignore[arg-type]  # which policy is not asked

    assert told("root user", "ec2:RunInstances") == "Root user in shop and ec2:RunInstances in shop."
    assert told("ec2:RunInstances") == "ec2:RunInstances in shop."
    assert told() == "Nothing that was seen in use."


def test_names_of_accounts_are_text(tmp_path: Path) -> None:
    write_policies(run(tmp_path / "run", HOSTILE[2]), tmp_path)
    tags = Tags((tmp_path / PAGE).read_text())
    assert "img" not in [tag for tag, _ in tags.found] and not tags.outside


def test_without_an_organization_an_earlier_page_goes(tmp_path: Path) -> None:
    write_policies(run(tmp_path / "run"), tmp_path)
    assert write_policies(run_folder(tmp_path / "alone"), tmp_path) == ""
    assert not (tmp_path / PAGE).exists() and not (tmp_path / "policies").exists()


def test_the_command_tells_them_and_writes_the_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = run(tmp_path / "run").path
    with pytest.raises(SystemExit) as end:
        main(["policies", str(folder), "--out", str(tmp_path / "to" / "here"), "--json"])
    rows = json.loads(capsys.readouterr().out)
    assert end.value.code == 0 and {"leave-organization", "perimeter"} <= {row["policy"] for row in rows}
    assert len(list((tmp_path / "to" / "here").glob("*.json"))) == len(rows)
