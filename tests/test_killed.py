"""kill -9 in the middle of a collection, then the same command: identical findings, no journalled call repeated."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from orienteer import pipeline, snapshot, tables
from orienteer.aws import journal
from orienteer.aws.plan import api_name
from orienteer.demo import Demo
from tests.execute import CLIENT

ACCOUNTS = ["410200000011", "410200000012", "410200000017", "410200000018"]
"""Enough of them to be split over processes."""
pytestmark = [pytest.mark.long, pytest.mark.skipif(sys.platform == "win32", reason="signals")]


@pytest.fixture
def aws_environment(shared_demo: Demo) -> Iterator[dict[str, str]]:
    """The environment of a client whose AWS is the demo server."""
    with shared_demo.in_environment():
        yield dict(os.environ)


def command(folder: Path) -> list[str]:
    given = folder / CLIENT.name
    if not given.exists():
        folder.mkdir()
        told = re.sub(r"(?m)^regions: .*", "regions: [eu-central-1]", CLIENT.read_text())
        told = told.replace("organization:\n", f"organization:\n  include: {json.dumps(ACCOUNTS)}\n", 1)
        given.write_text(f"{told}\nexposures: main\noutput_dir: {folder}/outputs\n")
    return [sys.executable, "-m", "orienteer", "collect", str(given)]


def run_folder(folder: Path) -> Path:
    (found,) = (folder / "outputs" / "demo-nordlicht").glob("2*")
    return found


def answered(folder: Path) -> int:
    """Lines in the journals so far."""
    parts = folder.glob(f"outputs/demo-nordlicht/2*/{snapshot.PARTS}/*/*{journal.ENDING}")
    return sum(len(path.read_bytes().splitlines()) for path in parts)


def killed(folder: Path, environment: dict[str, str], enough: int) -> None:
    """Starts the command and kills it, children included, as soon as that many replies are in."""
    process = subprocess.Popen(command(folder), env=environment, start_new_session=True, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while answered(folder) < enough and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert process.poll() is None, "finished before it could be killed"
    process.kill()
    process.wait()
    for _ in range(100):  # its client process ends with it
        before = answered(folder)
        time.sleep(0.1)
        if answered(folder) == before:
            return


def findings(folder: Path) -> list[dict[str, object]]:
    run = run_folder(folder)
    pipeline.judge(run)
    found: list[dict[str, object]] = json.loads((run / "findings.json").read_text())
    for one in found:
        if one["category"] == "coverage":  # what stands for all accounts is asked anew by whoever goes on
            del one["evidence"], one["reason"]  # both count the calls
    return found


def test_killed_twice_and_finished_by_the_same_command(aws_environment: dict[str, str], tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    subprocess.run(command(whole), env=aws_environment, check=True, capture_output=True)
    for enough in (40, 400):
        killed(broken, aws_environment, enough)
        assert not list(run_folder(broken).glob("snapshot/*.parquet"))
        assert not (run_folder(broken) / snapshot.MANIFEST).exists()
    subprocess.run(command(broken), env=aws_environment, check=True, capture_output=True)
    assert findings(broken) == findings(whole)
    runs = [snapshot.open_run(run_folder(folder)) for folder in (whole, broken)]
    assert questions(runs[0].coverage) == questions(runs[1].coverage)


def questions(coverage: pd.DataFrame) -> dict[tuple[str, ...], int]:
    """How often each question was asked.  Left out is what is asked until it is done; an answer that serves several
    readings counts once, because the process that knew it was killed, under no resource: any of them may ask first."""
    asked = coverage[~coverage["operation"].isin(["GenerateCredentialReport", "GetCallerIdentity", "AssumeRole"])]
    keys = ["account_id", "region", "service", "operation", "resource"]
    times = Counter((call.service, api_name(call)) for table in tables.registry().values() for call in table.calls)
    serves_more = asked["shared"] | (asked["service"] == "organizations")
    serves_more |= pd.Series(zip(asked["service"], asked["operation"], strict=True), asked.index).map(times) > 1
    once = asked[serves_more].assign(account_id="", resource="").drop_duplicates(keys)
    return pd.concat([asked[~serves_more], once]).value_counts(keys).to_dict()


def test_ctrl_c_leaves_what_was_answered(aws_environment: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "stopped"
    process = subprocess.Popen(command(folder), env=aws_environment, stderr=subprocess.PIPE, text=True)
    while answered(folder) < 40 and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=10)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert answered(folder) >= 40
