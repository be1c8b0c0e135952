"""A batch: notebooks in kernels, clients apart from each other, and an end that is quick and clean."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from orienteer import batch
from orienteer.batch.chapters import execute_notebooks
from orienteer.batch.client import Order, Result
from orienteer.batch.client import _code as client_code
from orienteer.batch.silence import listening
from orienteer.errors import OrienteerError
from orienteer.params import ParamsError
from orienteer.processes import processes

pytestmark = pytest.mark.long

GOOD = "client: {{slug: {slug}}}\nprofile: {profile}\noutput_dir: {folder}\n"


def notebook(folder: Path, name: str, *sources: str) -> None:
    cells = [nbformat.v4.new_code_cell('run = ""', metadata={"tags": ["parameters"]})]
    cells += [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / f"{name}.ipynb")


def params_file(folder: Path, slug: str, profile: str = "no-such-profile") -> Path:
    path = folder / f"{slug}.yaml"
    path.write_text(GOOD.format(slug=slug, profile=profile, folder=folder / "outputs"))
    return path


def text_of(path: Path) -> str:
    return "\n".join(
        str(output) for cell in nbformat.read(path, as_version=4).cells for output in cell.get("outputs", ())
    )


# --- notebooks

LOOK = """
import json, os, sys, pathlib, jupyter_client, ipykernel.kernelapp
told = json.loads(pathlib.Path(ipykernel.kernelapp.IPKernelApp.instance().abs_connection_file).read_text())
print(json.dumps({"run": run, "transport": told["transport"], "here": os.listdir(),
    "aws": [v for v in os.environ if v.startswith("AWS_")], "python": sys.executable,
    "ipython": os.environ["IPYTHONDIR"]}))
"""


def test_a_notebook_gets_the_run_and_nothing_else(tmp_path, monkeypatch):
    source, run = tmp_path / "books", tmp_path / "run"
    source.mkdir()
    run.mkdir()
    notebook(source, "00_look", LOOK)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter-2")
    before = dict(os.environ)
    assert execute_notebooks(run, ["00_look"], source=source) == [{"name": "00_look", "status": "ok", "error": ""}]
    assert dict(os.environ) == before
    made = run / "notebooks" / "00_look.ipynb"
    assert "hunter-2" not in made.read_text()
    printed = nbformat.read(made, as_version=4).cells[-1].outputs[0]["text"]
    seen = json.loads(printed)
    assert seen["run"] == str(run)
    assert seen["transport"] == ("ipc" if sys.platform != "win32" else "tcp")
    assert seen["here"] == []
    assert seen["aws"] == []
    assert Path(seen["python"]).resolve() == Path(sys.executable).resolve()
    assert not Path(seen["ipython"]).exists(), "the kernels' folder is still there"
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert [p.name for p in made.parent.iterdir()] == ["00_look.ipynb"]


def test_a_notebook_that_fails_is_marked_and_the_next_goes_on(tmp_path):
    source, run = tmp_path / "books", tmp_path / "run"
    source.mkdir()
    run.mkdir()
    notebook(source, "00_raises", "print('half of it')", "1 / 0", "print('never')")
    notebook(source, "01_hangs", "import time", "time.sleep(600)")
    notebook(source, "02_dies", "import os, signal", "os.kill(os.getpid(), signal.SIGKILL)")
    notebook(source, "03_works", "print('fine')")
    begun: list[str] = []
    told = execute_notebooks(run, ["00_raises", "01_hangs", "02_dies", "03_works"], 3, begun.append, source, 2)
    assert [(one["name"], one["status"]) for one in told] == [
        ("00_raises", "failed"), ("01_hangs", "failed"), ("02_dies", "failed"), ("03_works", "ok"),
    ]  # fmt: skip
    assert sorted(begun) == [one["name"] for one in told]
    assert told[0]["error"] == "cell 4: ZeroDivisionError: division by zero"
    assert told[1]["error"] == "a cell ran for more than 3 s and was stopped"
    assert told[2]["error"] == "the kernel died"
    for one in told[:3]:
        book = nbformat.read(run / "notebooks" / f"{one['name']}.ipynb", as_version=4)
        nbformat.validate(book)
        assert "did not finish" in book.cells[0].source
        assert book.metadata["orienteer"] == {"status": "failed", "error": one["error"]}
    assert "never" not in text_of(run / "notebooks" / "00_raises.ipynb")
    assert "orienteer" not in nbformat.read(run / "notebooks" / "03_works.ipynb", as_version=4).metadata


def test_a_notebook_comes_by_name_only(tmp_path):
    source = tmp_path / "books"
    source.mkdir()
    notebook(tmp_path, "00_elsewhere", "print(1)")
    told = execute_notebooks(tmp_path, ["../00_elsewhere"], source=source)
    assert told[0]["status"] == "failed"
    assert list((tmp_path / "notebooks").iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="sockets have paths")
def test_a_long_temporary_folder_stops_neither_kernels_nor_processes(tmp_path, monkeypatch):
    long = tmp_path / ("x" * 90)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    source, run = tmp_path / "books", tmp_path / "run"
    source.mkdir()
    run.mkdir()
    notebook(source, "00_works", "print('fine')")
    assert execute_notebooks(run, ["00_works"], source=source)[0]["error"] == ""
    with processes(1) as pool:
        assert pool.submit(sum, (1, 2)).result(timeout=60) == 3


# --- AWS that does not answer


def test_what_is_waited_for_is_said_and_without_a_first_answer_there_is_an_end(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    said: list[str] = []
    began = time.monotonic()
    words = r"http://127.0.0.1:9 did not answer within 1 s.*tries again"
    with pytest.raises(OrienteerError, match=words), listening(said.append, 0.3, 1.0):
        threading.Event().wait(30)
    assert time.monotonic() - began < 10
    assert [line.partition(",")[0] for line in said] == ["waiting for http://127.0.0.1:9"]


def test_once_something_was_answered_it_only_says_so(monkeypatch):
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    said: list[str] = []
    with listening(said.append, 0.3, 0.6) as heard:
        for pause in (0.1, 0.8, 0.8):
            heard()
            threading.Event().wait(pause)
    assert [line.partition(",")[0] for line in said] == ["waiting for AWS", "waiting for AWS"]


def test_an_interrupt_by_hand_stays_one():
    with pytest.raises(KeyboardInterrupt), listening(print, 5, 5):
        os.kill(os.getpid(), signal.SIGINT)
        threading.Event().wait(5)


# --- before anything starts


def test_all_params_are_checked_before_anything_starts(tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("client: {slug: b}\nregoins: x\n")
    with pytest.raises(ParamsError) as caught:
        batch.run([params_file(tmp_path, "good"), bad])
    assert [line.rsplit("/", 1)[1].split(":")[0] for line in caught.value.errors] == ["bad.yaml", "bad.yaml"]
    assert not (tmp_path / "outputs").exists()


def test_two_files_may_not_write_to_one_folder(tmp_path):
    first = params_file(tmp_path, "one")
    second = tmp_path / "two.yaml"
    second.write_text(first.read_text())
    with pytest.raises(ParamsError, match=r"two\.yaml:1: client\.slug: writes to the folder of .*one\.yaml"):
        batch.checked([first, second])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"fail_on": "hgh"}, "did you mean 'high'"),
        ({"notebooks": ["00_scop"]}, "unknown notebook"),
    ],
)
def test_bad_options_are_bad_input(tmp_path, options, words):
    with pytest.raises(OrienteerError, match=words) as caught:
        batch.run([params_file(tmp_path, "one")], **options)
    assert caught.value.exit_code == 2
    assert not (tmp_path / "outputs").exists()


@pytest.mark.parametrize(
    ("asked", "module", "text", "options", "extra"),
    [
        (batch.run, "moto", "client: {slug: a}\ndemo: {seed: 1}\nprofile: x\n", {}, "demo"),
        (batch.run, "distributed", "client: {slug: a}\nprofile: x\n", {"scheduler": "tcp://127.0.0.1:1"}, "dask"),
        (batch.checked, "cloudpathlib", "client: {slug: a}\nprofile: x\noutput_dir: s3://acme-findings/x\n", {}, "s3"),
    ],
)
def test_what_an_extra_brings_is_refused_without_it(tmp_path, monkeypatch, asked, module, text, options, extra):
    path = tmp_path / "a.yaml"
    path.write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(OrienteerError) as refused:
        asked([path], **options)
    assert f"pip install 'orienteer[{extra}]'" in str(refused.value)
    assert (refused.value.exit_code, "\n" in str(refused.value)) == (2, False)
    assert [p.name for p in tmp_path.iterdir()] == ["a.yaml"]


def test_the_gravest_code_wins():
    def code(*codes: int) -> int:
        return batch.exit_code([Result("x", c) for c in codes])

    assert [code(0, 0), code(0, 4), code(4, 1), code(1, 2), code(2, 3, 0), code(3, 130)] == [0, 4, 1, 2, 3, 130]


# --- clients


def test_a_client_that_cannot_be_entered_is_one_line_and_leaves_the_others_alone(tmp_path, capfd):
    paths = [params_file(tmp_path, "one"), params_file(tmp_path, "two")]
    results = batch.run(paths, 2)
    assert [(r.name, r.code) for r in results] == [("one", 3), ("two", 3)]
    assert all("no-such-profile" in r.fault and "\n" not in r.fault for r in results)
    assert "Traceback" not in capfd.readouterr().err


def test_a_client_whose_process_is_killed_is_told_in_one_line(tmp_path):
    results = batch.run_orders([Order(str(tmp_path), "x", step="no-such-step")], 1)
    assert results[0].code == 3
    assert "KeyError" in results[0].fault


INCLUDED = {
    "demo-nordlicht": ["410200000011", "410200000012", "410200000015"],
    "demo-harbour": ["530700000021", "530700000027", "530700000030"],
}
"""The management account and two more of each demo client; nobody is let into the last one."""


def test_clients_run_side_by_side_and_one_that_fails_leaves_the_others_whole(shared_demo, tmp_path):
    files = [tmp_path / "demo-nordlicht.yaml", tmp_path / "demo-harbour.yaml"]
    for file in files:
        told = (Path(__file__).parents[1] / "params" / file.name).read_text(encoding="utf-8")
        told = re.sub(r"(?m)^regions: .*", "regions: [eu-central-1]", told)
        told = told.replace("organization:\n", f"organization:\n  include: {json.dumps(INCLUDED[file.stem])}\n", 1)
        file.write_text(f"{told}\nexposures: main\n", encoding="utf-8")
    process = subprocess.run(
        [sys.executable, "-m", "orienteer", "run", *map(str, files), str(params_file(tmp_path, "nobody")),
         "--jobs", "2", "--notebooks", "00_scope"], cwd=tmp_path, env={**os.environ, **shared_demo.environ},
        text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert process.returncode == 3, process.stderr
    assert "Traceback" not in process.stderr
    assert len([line for line in process.stderr.splitlines() if "no-such-profile" in line]) == 1
    runs = [tmp_path / "outputs" / slug / "latest" for slug in ("demo-nordlicht", "demo-harbour")]
    unread = [line for line in process.stdout.splitlines() if "could not be read" in line]
    assert [line.partition(":")[0] for line in unread] == ["demo-harbour"]
    assert "530700000030 lightship-radio: sts:AssumeRole AccessDenied: User: " in unread[0]
    assert "demo-harbour: the report is not complete: without 10_organization, 20_identity" in process.stdout
    assert "demo-harbour: 3 of 3 accounts, " in process.stderr
    owners = [set(pd.read_parquet(run / "findings.parquet")["account_id"]) for run in runs]
    assert all(owners)
    assert owners[0].isdisjoint(owners[1])
    for run in runs:
        assert (run / "manifest.json").is_file()
        assert str(run.resolve() / "report" / "index.html") in process.stdout
        assert [p.name for p in (run / "notebooks").iterdir()] == ["00_scope.ipynb"]
        for path in run.resolve().rglob("*"):
            assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    assert not (tmp_path / "outputs" / "nobody" / "latest").exists()
    again = batch.run_orders(
        [Order(str(run), run.parent.name, "report", ("90_summary",), require_complete=True) for run in runs], 2
    )
    assert [result.code for result in again] == [4, 4]  # other regions of Nordlicht may hold something
    manifest = json.loads((runs[1] / "manifest.json").read_text())
    told = manifest["notebooks"]
    assert [(one["name"], one["status"]) for one in told] == [("00_scope", "ok"), ("90_summary", "ok")]
    assert (manifest["complete"], manifest["missing"][0]) == (False, "10_organization")
    index = (runs[1] / "report" / "index.html").read_text()
    assert "00_scope.html" in index
    assert "90_summary.html" in index


@pytest.mark.parametrize(
    ("fail_on", "complete", "statuses", "code"),
    [
        ("", False, [("FAIL", "critical"), ("NOT_ASSESSED", "low")], 0),
        ("high", False, [("FAIL", "critical"), ("NOT_ASSESSED", "low")], 1),
        ("high", True, [("FAIL", "high"), ("NOT_ASSESSED", "low")], 1),
        ("high", False, [("FAIL", "medium"), ("MANUAL", "critical"), ("PASS", "critical")], 0),
        ("info", False, [("FAIL", "info")], 1),
        ("critical", False, [("FAIL", "high")], 0),
        ("high", True, [("FAIL", "low"), ("NOT_ASSESSED", "low")], 4),
        ("", True, [("FAIL", "critical"), ("MANUAL", "critical")], 0),
        ("info", True, [], 0),
    ],
)
def test_a_client_ends_with_the_code_that_was_asked_for(fail_on, complete, statuses, code):
    findings = pd.DataFrame(statuses, columns=["status", "severity"], dtype="string").assign(category="network")
    assert client_code(Order("a", "a", fail_on=fail_on, require_complete=complete), findings) == code


@pytest.mark.parametrize(("decision", "code"), [("", 1), ("fix", 1), ("accepted", 0), ("false_positive", 0)])
def test_what_was_accepted_ends_no_pipeline(decision, code):
    findings = pd.DataFrame({"status": ["FAIL"], "severity": ["high"], "category": ["network"], "decision": [decision]})
    assert client_code(Order("a", "a", fail_on="high"), findings) == code


def test_the_gravest_code_counts():
    def told(*codes: int) -> int:
        return batch.exit_code([Result("a", code) for code in codes])

    assert [told(0, 4), told(4, 1), told(1, 2), told(2, 3), told(3, 130), told(0), told()] == [4, 1, 2, 3, 130, 0, 0]


def started(folder: Path, server: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    """`orienteer demo` in a process of its own, returned once it collects; with the variables of a server it starts
    none."""
    environment = {**os.environ, **(server or {}), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "orienteer", "demo"], cwd=folder, env=environment, text=True,
        stderr=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    assert process.stderr
    while "collecting" not in (line := process.stderr.readline()):
        assert line, "it ended before it collected"
    return process


def descendants(pid: int) -> set[int]:
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = [tuple(map(int, line.split())) for line in listed.splitlines()]
    found, grown = {pid}, True
    while grown:
        more = {child for child, parent in parents if parent in found} - found
        grown = bool(more)
        found |= more
    return found - {pid}


def is_spawned(pid: int) -> bool:
    try:
        return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:  # it is gone
        return False


def alive(pids: set[int]) -> set[int]:
    listed = subprocess.run(["ps", "-eo", "pid=,stat="], capture_output=True, text=True, check=True).stdout
    return pids & {int(line.split()[0]) for line in listed.splitlines() if not line.split()[1].startswith("Z")}


def gone(pids: set[int]) -> bool:
    """Whether all have ended, within five seconds."""
    for _ in range(50):
        if not alive(pids):
            return True
        time.sleep(0.1)
    return False


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_an_interrupt_ends_everything_at_once(tmp_path):
    process = started(tmp_path)
    below = descendants(process.pid)
    assert len(below) >= 2  # the client and its demo server
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=5)
    assert process.returncode == 130
    assert "demo-nordlicht: interrupted; the same command resumes" in err
    assert "Traceback" not in err
    assert gone(below)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_second_interrupt_keeps_the_hint_how_to_resume(shared_demo, tmp_path):
    process = started(tmp_path, shared_demo.environ)
    for pause in (0.1, 0.1, 0):
        process.send_signal(signal.SIGINT)
        time.sleep(pause)
    _, err = process.communicate(timeout=10)
    assert process.returncode == 130
    assert err.splitlines()[-1] == "demo-nordlicht: interrupted; the same command resumes"


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_an_interrupt_among_the_imports_is_told_in_one_line_too(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "orienteer", "demo"], cwd=tmp_path, text=True, stderr=subprocess.PIPE,
        stdout=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    spawned = set[int]()
    while len(spawned) < 2:  # the first one checks the params
        spawned |= {pid for pid in descendants(process.pid) if is_spawned(pid)}
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=10)
    assert process.returncode == 130
    assert err.strip() == "demo-nordlicht: interrupted; the same command resumes"


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_that_another_thread_takes_waits_for_the_start_of_a_client(number):
    """Signals reach any thread that does not block them; numpy alone starts some."""
    done, began = threading.Event(), []
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        with batch._terminable(), pytest.raises(KeyboardInterrupt), batch._no_interrupts():
            os.kill(os.getpid(), number)
            time.sleep(0.2)
            began.append("whole")
    finally:
        done.set()
        other.join()
    assert began == ["whole"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_killed_batch_takes_its_clients_along_so_that_it_can_be_resumed(shared_demo, tmp_path):
    process = started(tmp_path, shared_demo.environ)
    below = descendants(process.pid)
    assert below
    process.kill()
    process.communicate(timeout=5)
    assert gone(below)
