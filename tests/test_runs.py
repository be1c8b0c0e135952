"""A run folder from its first file to its last: states, what each was made from, and a kill at every point between."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pandas as pd
import pytest

from orienteer import params, pipeline, runs, snapshot, tables
from orienteer.aws import journal
from orienteer.aws.collect import ACCOUNT_LIST, ACCOUNTS, tables_for
from orienteer.aws.upload import upload
from orienteer.errors import OrienteerError
from orienteer.judge import FINDINGS, Judged
from orienteer.model import GAP_COLUMNS

pytestmark = pytest.mark.long

WANTED = tables_for([ACCOUNTS, ACCOUNT_LIST], tables.registry())
ARN = "arn:aws:sts::111111111111:assumed-role/reader/orienteer"
ORGANIZATION = "organization: {role_arn: 'arn:aws:iam::111111111111:role/reader'}"


class Killed(BaseException):
    """What ends the process here, so that nothing after it is done."""


CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.symlink", "os.chmod"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_watched: dict[str, Any] = {"folder": "", "left": 0, "refuse": ""}


def _change(event: str, arguments: tuple[Any, ...]) -> None:
    """Ends the process at the nth change below the watched folder, and lets nothing after it change anything."""
    if event == _watched["refuse"]:
        raise OSError(errno.EPERM, "Operation not permitted")
    if not _watched["folder"] or not (event in CHANGES or (event == "open" and arguments[2] & WRITING)):
        return
    if str(arguments[0]).startswith(_watched["folder"]):
        _watched["left"] -= 1
        if _watched["left"] < 0:
            raise Killed


sys.addaudithook(_change)


def killed_at(number: int, folder: Path, work: Callable[[], None]) -> bool:
    """True if the work was cut short before its change of that number, False if it came to its end."""
    _watched.update(folder=str(folder), left=number)
    try:
        work()
    except Killed:
        return True
    finally:
        _watched.update(folder="")
    return False


@pytest.fixture
def no_links() -> Iterator[None]:
    """A file system that knows no links."""
    _watched.update(refuse="os.symlink")
    yield
    _watched.update(refuse="")


def client(folder: Path, output: str = "", target: str = "profile: reader") -> params.Params:
    path = folder / "acme.yaml"
    path.write_text(
        f"client: {{slug: acme}}\n{target}\nnotebooks: [00_scope]\noutput_dir: {output or folder / 'out'}\n"
    )
    return params.load(path)


def answered(folder: Path, identity: str = ARN, refused: str = "") -> None:
    """The journals of a collection that read one account, or was refused by it."""
    places = runs.journals(folder)
    row = dict.fromkeys(snapshot.COVERAGE, "") | {
        "account_id": "111111111111", "region": "us-east-1", "service": "sts", "operation": "AssumeRole",
        "outcome": "DENIED" if refused else "OK", "error_code": refused, "rows": 0, "pages": 0, "ms": 1,
        "at": "2026-01-01T00:00:00+00:00", "shared": False,
    }  # fmt: skip
    for kind in runs.JOURNALS:
        written = journal.Journal(journal.journal_of(places / kind, "111111111111"))
        facts = {"account_id": "111111111111", "name": "one", "identity": {"arn": identity} if identity else {}}
        rows = {ACCOUNT_LIST: [listing_gap(refused)]} if refused and kind == "organization" and identity else {}
        written.finish(facts, {("", ""): journal.Reply(rows, [row])})


def listing_gap(code: str) -> list[Any]:
    schema = list(tables.registry()[ACCOUNT_LIST].schema)
    told = dict.fromkeys(schema) | {"account_id": "111111111111", "region": "global"}
    outcome, gap = GAP_COLUMNS
    told |= {outcome: "DENIED", gap: f"organizations:ListAccounts {code} (account 111111111111, region us-east-1)"}
    return [told[name] for name in schema]


def judged(status: str) -> Judged:
    row = dict.fromkeys(FINDINGS, "") | {"control_id": "IAM-05", "status": status, "severity": "high", "evidence": "{}"}
    return Judged(
        pd.DataFrame([row], columns=list(FINDINGS), dtype="string"), pd.DataFrame([{"control_id": "IAM-05"}]), ()
    )


def collect(given: params.Params) -> Path:
    folder = runs.begun(given, "request")
    if not (folder / snapshot.MANIFEST).exists():
        answered(folder)
        pipeline.keep_collected(folder, given, WANTED)
    return folder


def judge(folder: Path, status: str) -> None:
    pipeline.keep_judged(folder, snapshot.open_run(folder, unjudged=True).manifest, judged(status))


def report(folder: Path, *chapters: str) -> snapshot.Run:
    earlier = pipeline.begin_report(folder).manifest.get("notebooks", ())
    page = snapshot.private_folder(folder / "report") / "index.html"
    snapshot.write_bytes(page, snapshot.open_run(folder).findings["status"].iloc[0].encode())
    ran = [{"name": name, "status": "ok", "error": ""} for name in chapters]
    return pipeline.finish(folder, [*earlier, *ran])


# --- states


def test_each_state_is_told_with_what_it_was_made_from(tmp_path: Path) -> None:
    folder = collect(client(tmp_path))
    run = snapshot.open_run(folder)
    assert (run.state, list(run.manifest["states"])) == ("collected", ["collected"])
    assert list(run.sql("select count(*) as n from coverage")["n"]) == [2]
    with pytest.raises(OrienteerError, match=r"has not been judged yet; run `orienteer judge"):
        pipeline.begin_report(folder)
    judge(folder, "FAIL")
    assert snapshot.open_run(folder).state == "judged"
    run = report(folder, "00_scope")
    states = run.manifest["states"]
    assert (run.state, list(states)) == ("reported", ["collected", "judged", "reported"])
    assert states["judged"]["made_from"] == snapshot.digest(run.manifest["files"], "snapshot/")
    assert states["reported"]["made_from"] == snapshot.digest(run.manifest["files"], "findings.")
    assert run.manifest["complete"]
    assert not (folder / snapshot.PARTS).exists()


def test_a_report_of_earlier_findings_is_stale_until_it_is_made_anew(tmp_path: Path) -> None:
    folder = collect(client(tmp_path))
    judge(folder, "FAIL")
    report(folder, "00_scope")
    judge(folder, "FAIL")
    run = snapshot.open_run(folder)
    assert (run.state, snapshot.is_stale(run.manifest), run.manifest["complete"]) == ("reported", False, True)
    judge(folder, "PASS")
    run = snapshot.open_run(folder)
    assert (run.state, snapshot.is_stale(run.manifest), run.manifest["complete"]) == ("judged", True, False)
    (folder / "report" / "10_organization.html").write_text("FAIL")
    run = report(folder)
    assert not (folder / "report" / "10_organization.html").exists(), "a page of earlier findings is still there"
    assert (run.state, snapshot.is_stale(run.manifest)) == ("reported", False)
    assert (run.manifest["complete"], run.manifest["missing"]) == (False, ["00_scope"])
    assert report(folder, "00_scope").manifest["complete"]


def test_a_control_that_could_not_judge_leaves_no_run_complete(tmp_path: Path) -> None:
    folder = collect(client(tmp_path))
    found = judged("FAIL")
    pipeline.keep_judged(folder, snapshot.open_run(folder).manifest, Judged(found.findings, found.summary, ("IAM-05",)))
    assert not report(folder, "00_scope").manifest["complete"]


def test_a_kill_at_any_point_leaves_a_run_that_opens_or_is_taken_up_again(tmp_path: Path) -> None:
    given = client(tmp_path)

    def whole_way() -> None:
        folder = collect(given)
        for status in ("FAIL", "PASS"):
            judge(folder, status)
            report(folder, "00_scope")

    points = 0
    while killed_at(points, tmp_path / "out", whole_way):
        points += 1
        for folder in (tmp_path / "out" / "acme").glob("2*"):
            if (folder / snapshot.MANIFEST).exists():
                run = snapshot.open_run(folder)
                assert run.state == "collected" or set(run.findings["status"]) <= {"FAIL", "PASS"}
                if run.state == "reported":
                    assert (folder / "report" / "index.html").read_text() == run.findings["status"].iloc[0]
            elif (folder / snapshot.PARTS / runs.STARTED).exists():
                assert runs.begun(given, "request") == folder
    assert points > 60
    finished = [f for f in (tmp_path / "out" / "acme").glob("2*") if (f / snapshot.MANIFEST).exists()]
    assert all(snapshot.open_run(folder).state for folder in finished)


# --- collecting


def test_where_no_account_lets_us_in_nothing_looks_finished_and_all_is_asked_again(tmp_path: Path) -> None:
    given = client(tmp_path, target="accounts: [{id: '111111111111'}]")
    folder = runs.begun(given, "request")
    answered(folder, identity="", refused="EndpointConnectionError")
    with pytest.raises(
        OrienteerError, match=r"no account could be read: sts:AssumeRole EndpointConnection.*again"
    ) as no:
        pipeline.keep_collected(folder, given, WANTED)
    assert no.value.exit_code == 3
    assert not (folder / snapshot.MANIFEST).exists()
    assert runs.begun(given, "request") == folder
    assert not journal.finished(folder / snapshot.PARTS / "accounts", "111111111111")


@pytest.mark.parametrize(("target", "refused", "known"), [
    (ORGANIZATION, "AccessDeniedException", False), (ORGANIZATION, "", True),
    ("profile: reader", "AccessDeniedException", True),
])  # fmt: skip
def test_accounts_that_could_not_be_listed_are_said(tmp_path: Path, target: str, refused: str, known: bool) -> None:
    given = client(tmp_path, target=target)
    folder = runs.begun(given, "request")
    answered(folder, refused=refused)
    pipeline.keep_collected(folder, given, WANTED)
    told = snapshot.open_run(folder).manifest["accounts_unknown"]
    assert told == (
        "" if known else "organizations:ListAccounts AccessDeniedException (account 111111111111, region us-east-1)"
    )


def test_progress_counts_accounts_and_never_the_organization(tmp_path: Path) -> None:
    folder = runs.begun(client(tmp_path), "request")
    heard: list[tuple[str, int]] = []
    told = pipeline.by_account(folder, lambda account, calls: heard.append((account, calls)))
    place = runs.journals(folder)
    told("111111111111", 3)
    told("", 1)  # the organization's own part
    assert heard == [("111111111111", 3)]
    for name in ("111111111111", "222222222222"):
        journal.Journal(journal.journal_of(place / "accounts", name)).finish({"account_id": name}, {})
    told("", 1)
    told("", 1)
    assert heard[1:] == [("", 1), ("", 1)]


# --- latest


def test_latest_points_at_the_newest_finished_run(tmp_path: Path) -> None:
    given = client(tmp_path)
    older = collect(given)
    assert collect(given) == older  # still at work
    judge(older, "FAIL")
    report(older, "00_scope")
    newer = collect(given)
    judge(newer, "FAIL")
    report(newer, "00_scope")
    link = older.parent / "latest"
    assert link.resolve() == newer.resolve() != older.resolve()
    report(older, "00_scope")
    assert link.resolve() == newer.resolve()


def test_latest_that_is_a_folder_is_said_and_left_alone(tmp_path: Path) -> None:
    folder = collect(client(tmp_path))
    (folder.parent / "latest").mkdir()
    judge(folder, "FAIL")
    assert "latest is a folder, not a link" in runs.latest_problem(folder)
    assert report(folder, "00_scope").state == "reported"
    assert {p.name for p in folder.parent.iterdir()} == {"latest", folder.name}


def test_a_file_system_without_links_is_said_and_nothing_is_left_behind(tmp_path: Path, no_links: None) -> None:
    folder = collect(client(tmp_path))
    judge(folder, "FAIL")
    assert "no link can be made" in runs.latest_problem(folder)
    assert report(folder, "00_scope").state == "reported"
    assert {p.name for p in folder.parent.iterdir()} == {folder.name}


# --- a bucket


def test_a_finished_run_goes_to_the_bucket_the_manifest_last(
    aws: boto3.Session, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="acme-findings")
    folder = collect(client(tmp_path, "s3://acme-findings/2026"))
    assert folder.parent == tmp_path / "outputs" / "acme"
    judge(folder, "FAIL")
    assert "Contents" not in s3.list_objects_v2(Bucket="acme-findings")
    run = report(folder, "00_scope")
    listed = {o["Key"] for o in s3.list_objects_v2(Bucket="acme-findings")["Contents"]}
    base = f"2026/acme/{folder.name}"
    assert listed == {f"{base}/{name}" for name in (*run.manifest["files"], "manifest.json")} | {"2026/acme/latest"}
    for key in listed:
        assert s3.head_object(Bucket="acme-findings", Key=key)["ServerSideEncryption"] == "AES256"
    kept = s3.get_object(Bucket="acme-findings", Key=f"{base}/manifest.json")["Body"].read()
    assert json.loads(kept) == json.loads((folder / "manifest.json").read_text())
    assert s3.get_object(Bucket="acme-findings", Key="2026/acme/latest")["Body"].read().decode().strip() == folder.name


def test_an_upload_that_fails_leaves_no_manifest_there_and_is_tried_again(
    aws: boto3.Session, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    given = client(tmp_path, "s3://acme-none")
    folder = collect(given)
    judge(folder, "FAIL")
    with pytest.raises(OrienteerError, match=r"could not be uploaded to s3://acme-none/acme/.*NoSuchBucket") as failed:
        report(folder, "00_scope")
    assert (failed.value.exit_code, runs.begun(given, "request")) == (3, folder)
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="acme-half")
    (folder / "a").write_text("a")
    with pytest.raises(OSError, match="nowhere"):
        upload(folder, ["a", "nowhere", "manifest.json"], "s3://acme-half/x", {})
    assert [o["Key"] for o in s3.list_objects_v2(Bucket="acme-half")["Contents"]] == ["x/a"]


def test_processes_have_the_environment_of_their_own_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fork server outlives a run; the next one may be of another profile or endpoint."""
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("one core: no processes")
    for profile in ("first", "second"):
        monkeypatch.setenv("AWS_PROFILE", profile)
        with pipeline._executor(None) as (pool, _):
            assert pool is not None
            assert pool.submit(os.getenv, "AWS_PROFILE").result() == profile
    monkeypatch.delenv("AWS_PROFILE")
    with pipeline._executor(None) as (pool, _):
        assert pool is not None
        assert pool.submit(os.getenv, "AWS_PROFILE").result() is None
