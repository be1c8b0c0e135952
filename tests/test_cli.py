"""The commands, run the way a user runs them: exit codes, one line per fault, lists with their promised fields."""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
import yaml

from orienteer import books, cli, controls, facts, listing, snapshot, tables
from orienteer.facts import exposures
from tests.test_compare import run as finished

pytestmark = pytest.mark.long

HEAVY = (
    "pandas",
    "pyarrow",
    "boto3",
    "botocore",
    "pydantic",
    "papermill",
    "plotly",
    "duckdb",
    "moto",
    "yaml",
    "rich.table",
)
GOOD = "client: {slug: acme}\nprofile: no-such-profile\noutput_dir: OUT\n"


def orienteer(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The command in this process, where everything is imported already."""
    out, err = io.StringIO(), io.StringIO()
    told = [str(argument) for argument in arguments]
    with ExitStack() as stack:
        patched = stack.enter_context(pytest.MonkeyPatch.context())
        patched.setenv("NO_COLOR", "1")
        patched.setenv("COLUMNS", "200")
        patched.chdir(cwd or Path.cwd())
        stack.enter_context(redirect_stdout(out))
        stack.enter_context(redirect_stderr(err))
        ended = stack.enter_context(pytest.raises(SystemExit))
        cli.main(told)
    return subprocess.CompletedProcess(told, int(ended.value.code or 0), out.getvalue(), err.getvalue())


def test_the_command_line_loads_nothing_heavy_before_it_must():
    code = f"import sys, orienteer.cli; print([m for m in {HEAVY!r} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_help_names_every_command():
    said = orienteer("--help")
    assert said.returncode == 0
    commands = "demo check run collect judge report diff lab controls tables facts exposures permissions"
    assert [c for c in commands.split() if f" {c} " not in said.stdout] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["foo"],
        ["run"],
        ["run", "x.yaml", "--jobs", "two"],
        ["permissions", "--format", "xml"],
        ["permissions", "--compare", "NoSuchPolicy"],
        ["demo", "--client", "x"],
        ["report", "nowhere", "--notebooks", "00_scop"],
        ["report", "nowhere", "--notebooks", "../00_scope"],
    ],
)
def test_a_wrong_command_line_is_one_line(tmp_path, arguments):
    said = orienteer(*arguments, cwd=tmp_path)
    assert said.returncode == 2
    assert said.stdout == ""
    assert len(said.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def interrupt_soon() -> Iterator[None]:
    """An interrupt; afterwards interrupts mean again what they meant, as the command ignores further ones."""
    before = signal.getsignal(signal.SIGINT)
    timer = threading.Timer(0.2, os.kill, [os.getpid(), signal.SIGINT])
    timer.start()
    yield
    timer.cancel()
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a file whose reader waits")
def test_an_interrupted_command_says_so(tmp_path, interrupt_soon):
    os.mkfifo(tmp_path / "acme.yaml")
    said = orienteer("check", tmp_path / "acme.yaml")
    assert (said.returncode, said.stdout, said.stderr) == (130, "", "interrupted\n")


def test_check_tells_what_is_good_and_what_is_not(tmp_path):
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(GOOD)
    bad.write_text(GOOD + "regoins: enabled\n")
    said = orienteer("check", good)
    assert (said.returncode, said.stdout) == (0, f"{good}: good (acme)\n")
    said = orienteer("check", good, bad)
    assert (said.returncode, said.stdout) == (2, f"{good}: good (acme)\n")
    assert said.stderr == f"{bad}:4: regoins: unknown key; did you mean 'regions'?\n"
    said = orienteer("check", good, good)
    assert (said.returncode, said.stdout) == (2, f"{good}: good (acme)\n")
    assert "writes to the folder of" in said.stderr


def test_check_reads_a_pipe(tmp_path):
    reading, writing = os.pipe()
    os.write(writing, GOOD.encode())
    os.close(writing)
    said = subprocess.run(
        [sys.executable, "-m", "orienteer", "check", f"/dev/fd/{reading}"], pass_fds=[reading], text=True,
        capture_output=True, check=False,
    )  # fmt: skip
    os.close(reading)
    assert (said.returncode, said.stderr) == (0, "")


@pytest.mark.parametrize("command", ["check", "run", "collect"])
def test_bad_params_write_nothing(tmp_path, command):
    (tmp_path / "bad.yaml").write_text(GOOD + "aws_secret_access_key: hunter-2\n")
    said = orienteer(command, "bad.yaml", cwd=tmp_path)
    assert said.returncode == 2
    assert len(said.stderr.splitlines()) == 1
    assert said.stderr.startswith("bad.yaml:4: aws_secret_access_key: ")
    assert "hunter-2" not in said.stderr + said.stdout
    assert [p.name for p in tmp_path.iterdir()] == ["bad.yaml"]


@pytest.mark.parametrize(
    "arguments", [["judge", "."], ["judge", "nowhere"], ["report", "nowhere"], ["diff", ".", "."], ["lab", "nowhere"]]
)
def test_a_folder_that_is_no_run_is_one_line(tmp_path, arguments):
    said = orienteer(*arguments, cwd=tmp_path)
    assert said.returncode == 2
    assert len(said.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_cluster_that_does_not_answer_is_one_line(tmp_path):
    (tmp_path / "a.yaml").write_text(GOOD)
    said = orienteer("collect", "a.yaml", "--scheduler", "nonsense://nowhere", cwd=tmp_path)
    assert said.returncode in (2, 3)
    assert len(said.stderr.splitlines()) == 1
    assert said.stderr.startswith("acme: no Dask scheduler answers at nonsense://nowhere: ")


# --- lists


def test_controls_as_json():
    rows = json.loads(orienteer("controls", "--json").stdout)
    assert [row["id"] for row in rows] == list(controls.registry())
    for row in rows:
        control = controls.registry()[row["id"]]
        assert list(row) == [
            "id", "title", "category", "notebook", "severity", "maturity", "mappings", "source", "facts", "tables",
            "operations",
        ]  # fmt: skip
        assert (row["maturity"], row["source"]) == (control.maturity, control.source)
        assert row["mappings"] == {name: list(codes) for name, codes in control.mappings.items()}
        assert row["facts"] == ([control.fact.name] if control.fact else [])
        assert all(":" in operation for operation in row["operations"])


def test_facts_as_json():
    rows = json.loads(orienteer("facts", "--json").stdout)
    assert [row["name"] for row in rows] == list(facts.registry())
    for row in rows:
        assert list(row) == ["name", "doc", "tables", "columns"]
        assert row["tables"]
        assert set(row["tables"]) <= {*tables.registry(), "coverage"}
    buckets = next(row for row in rows if row["name"] == "buckets")
    assert "s3_bucket_acls" in buckets["tables"]
    assert "acl_public" in buckets["columns"]


def test_tables_as_json():
    rows = json.loads(orienteer("tables", "--json").stdout)
    assert [row["name"] for row in rows] == list(tables.registry())
    for row in rows:
        assert list(row) == ["name", "scope", "service", "operations", "columns"]
        assert row["operations"]
        assert row["columns"]


def test_lists_as_lines_have_a_header_and_a_row_each():
    lines = orienteer("tables").stdout.splitlines()
    assert lines[0].split("\t") == ["name", "scope", "service", "operations"]
    assert len(lines) == 1 + len(tables.registry())


def test_exposures_as_json():
    rows = json.loads(orienteer("exposures", "--json").stdout)
    assert len(rows) == len({row["id"] for row in rows}) == 202
    for row in rows:
        assert list(row)[:4] == ["id", "built", "tables", "control"]
        assert row["built"] in ("full", "list", "no")
        assert bool(row["tables"]) == (row["built"] != "no")
        assert bool(row["control"]) == (row["built"] == "full")
        assert set(row["tables"]) <= set(tables.registry())
        assert row["control"] in ("", *controls.registry())


def test_every_type_is_declared_and_says_how_it_is_read():
    for row in listing.exposure_rows():
        assert row["built"] == "full"
        assert row["operations"]
        assert bool(row["left"]) is (row["id"] not in exposures.MAIN)
    assert "s3_buckets" in {row["id"]: row for row in listing.exposure_rows()}["s3-object-acl"]["tables"]


def test_the_types_are_those_of_the_reference():
    reference = Path(__file__).parents[2] / "shared" / "reference" / "exposable_resources.yaml"
    reference = next((p for p in (reference, reference.parents[3] / "shared" / "reference" / reference.name)
                      if p.exists()), reference)  # fmt: skip
    if not reference.exists():
        pytest.skip("the reference is not here")
    told = {one["id"]: (one["priority"], bool(one["summitroute"])) for one in yaml.safe_load(reference.read_text())}
    ours = json.loads(listing.RESOURCES.read_bytes())
    assert {one["id"]: (one["priority"], one["summitroute"]) for one in ours} == told


def test_a_resource_is_full_where_a_control_judges_who_can_reach_it():
    built = {row["id"]: row for row in listing.exposure_rows()}
    known = {one["id"] for one in json.loads(listing.RESOURCES.read_bytes())}
    judged = set(controls.registry()["NET-06"].tables)
    for one in exposures.declared():
        assert set(one.ids) <= known
        assert exposures.tables_of(one) <= judged
    told = {"sqs-queue": "sqs_queue_policies", "ec2-ami": "ec2_image_shares", "iam-role-trust": "iam_roles"}
    for name, table in told.items():
        assert built[name]["built"] == "full"
        assert built[name]["control"] == "NET-06"
        assert table in built[name]["tables"]


def test_permissions_in_every_form():
    assert json.loads(orienteer("permissions").stdout)["Statement"][0]["Effect"] == "Allow"
    whole = orienteer("permissions")
    assert "--format policies" in whole.stderr
    parts = json.loads(orienteer("permissions", "--format", "policies").stdout)
    actions = [action for part in parts for action in part["Statement"][0]["Action"]]
    assert actions == json.loads(whole.stdout)["Statement"][0]["Action"]
    assert max(len(json.dumps(part, separators=(",", ":"))) for part in parts) <= 6144
    compared = orienteer("permissions", "--compare", "SecurityAudit").stdout
    assert compared.startswith(f"Orienteer needs {len(actions)} actions; SecurityAudit (v") and "It lacks " in compared
    template = yaml.load(orienteer("permissions", "--format", "cloudformation").stdout, Loader=yaml.BaseLoader)
    assert "Resources" in template
    assert "resource " in orienteer("permissions", "--format", "terraform").stdout


def test_lab_serves_the_notebooks_until_it_is_stopped(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    quiet = {"JUPYTER_TOKEN": "abc", "JUPYTER_CONFIG_DIR": str(tmp_path / "c"), "JUPYTER_DATA_DIR": str(tmp_path / "d"),
             "JUPYTER_RUNTIME_DIR": str(tmp_path / "r")}  # fmt: skip
    run = finished(tmp_path / "run", {})
    command = ["lab", str(run), "--port", str(port), "--no-browser"]
    process = subprocess.Popen(
        [sys.executable, "-m", "orienteer", *command], cwd=tmp_path, env={**os.environ, **quiet},
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        listed = _answer(f"http://127.0.0.1:{port}/api/contents?token=abc")
        assert {f"{name}.ipynb" for name in books.names()} <= {one["name"] for one in listed["content"]}
        copy = json.loads((run / "lab" / "00_scope.ipynb").read_text())
        parameters = next(c for c in copy["cells"] if "parameters" in c["metadata"].get("tags", ()))
        assert parameters["source"] == ['run = ".."']
        assert not [name for name in snapshot.hashes(run) if name.startswith("lab")]
    finally:
        process.terminate()
        process.wait(timeout=20)


def _answer(url: str) -> Any:
    """The JSON behind the address, once somebody answers there."""
    for _ in range(240):
        try:
            with urllib.request.urlopen(url) as answer:
                return json.load(answer)
        except OSError:
            time.sleep(0.25)
    raise AssertionError(f"nobody answers at {url}")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
def test_what_the_system_refuses_is_one_line_and_exit_3():
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "orienteer", "controls", "--json"], stdout=full, stderr=subprocess.PIPE, text=True,
            check=False,
        )  # fmt: skip
    assert done.returncode == 3
    assert done.stderr == "cannot go on: No space left on device\n"


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell closes streams")
def test_closed_streams_are_no_fault():
    command = [sys.executable, "-m", "orienteer", "controls"]
    closed = subprocess.run(["sh", "-c", '"$@" >&- 2>&- <&-', "sh", *command], check=False)
    assert closed.returncode == 0
    gone = subprocess.run(
        ["sh", "-c", '"$@" >&-', "sh", *command, "--json"], stderr=subprocess.PIPE, text=True, check=False
    )
    assert (gone.returncode, gone.stderr) == (0, "")


def test_a_run_folder_of_nobody_is_one_line_and_exit_3(tmp_path):
    manifest = {"files": {"snapshot/coverage.parquet": ""}, "client": {"slug": "x"}}
    (tmp_path / "snapshot").mkdir()
    (tmp_path / "snapshot" / "coverage.parquet").write_bytes(b"PAR1")
    manifest["files"]["snapshot/coverage.parquet"] = hashlib.sha256(b"PAR1").hexdigest()
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    for command in ("judge", "report"):
        done = subprocess.run(
            [sys.executable, "-m", "orienteer", command, str(tmp_path)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 3
        assert len(done.stderr.splitlines()) == 1, done.stderr
        assert "Traceback" not in done.stderr
