"""`orienteer ask` as a user runs it: exit codes, plain lines, JSON, one line for each mistake."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from orienteer import cli_ask, tables
from orienteer.errors import OrienteerError
from orienteer.frames import frame
from tests.facts.support import empty
from tests.facts.test_edges import ADMINISTRATOR, A, arn, role, trust
from tests.facts.test_edges import ORGANIZATION as TWO
from tests.report.estate import findings, run_folder
from tests.test_cli import orienteer

ORGANIZATION = TWO | {"organization_accounts": TWO["organization_accounts"][:1]}
OPEN = role("open", trust({"AWS": "*"}), ADMINISTRATOR)
CLOSED = role("closed", trust({"Service": "ec2.amazonaws.com"}), ADMINISTRATOR)


def framed(rows: Mapping[str, list[dict[str, Any]]]) -> dict[str, pd.DataFrame]:
    return {name: frame(tables.registry()[name], found) for name, found in rows.items()}


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of which every table was read."""
    rows = empty() | framed({"iam_roles": [OPEN, CLOSED], **ORGANIZATION})
    return run_folder(tmp_path_factory.mktemp("read"), findings(1), rows).path


@pytest.fixture(scope="module")
def half(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with nothing but the organization."""
    return run_folder(tmp_path_factory.mktemp("half"), findings(1), framed(ORGANIZATION)).path


def test_an_open_way_is_told_step_by_step(read: Path) -> None:
    done = orienteer("ask", "ways", read)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "1 way from outside to administrator.",
        f"To administrator of {A}:",
        "  from anybody on the internet",
        f"    assumes role open in {A} (trust policy of open: statement 1)",
        f"    is administrator of {A} (all: statement 1)",
        "  One change closes every way:",
        f"    narrow statement 1 of the trust policy of open in {A}",
        "limit: Whoever reads a root user's mailbox, or may change its address (account:StartPrimaryEmailUpdate), "
        "can reset its password; AWS shows no mailboxes.",
    ]


def test_ways_as_json(read: Path) -> None:
    told = json.loads(orienteer("ask", "ways", read, "--to", A, "--from", "internet", "--json").stdout)
    assert told["answer"] == "open"
    (target,) = told["targets"]
    assert [step["to"] for step in target["ways"][0]] == [arn("open"), f"admin:{A}"]
    assert (target["fewest"], target["sure"]) == (True, True)
    assert target["cuts"] == [{"node": arn("open"), "statement": "trust policy of open: statement 1"}]


def test_a_role_may_be_the_target(read: Path) -> None:
    done = orienteer("ask", "ways", read, "--to", "closed")
    assert done.returncode == 0
    assert f"    may become role closed in {A}" in done.stdout.splitlines()


def test_no_way_is_a_denial_only_where_everything_was_read(half: Path, tmp_path: Path) -> None:
    shut = run_folder(tmp_path, findings(1), empty() | framed({"iam_roles": [CLOSED], **ORGANIZATION}))
    assert orienteer("ask", "ways", shut.path).returncode == 1
    done = orienteer("ask", "ways", half, "--to", A)
    assert done.returncode == 3
    assert "not read: " in done.stdout


def test_can_says_by_which_statement(read: Path) -> None:
    done = orienteer("ask", "can", read, "open", "ec2:RunInstances", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["answer"]) == (0, "allowed"), told
    assert {"layer": "identity", "policy": "all", "sid": "", "index": 0, "effect": "Allow"} in told["by"]
    lines = orienteer("ask", "can", read, "open", "ec2:RunInstances").stdout.splitlines()
    assert lines[0] == f"{arn('open')} can do ec2:RunInstances by identity policy (all), statement 1."


def test_can_exits_1_for_a_denial_and_3_where_nobody_knows(read: Path) -> None:
    assert orienteer("ask", "can", read, "*", "sts:AssumeRole", arn("closed")).returncode == 1
    unread = orienteer("ask", "can", read, "open", "s3:GetObject", "arn:aws:s3:::elsewhere/x")
    assert unread.returncode == 3
    assert "not read: " in unread.stdout


def test_who_can_names_each_once(read: Path, half: Path) -> None:
    done = orienteer("ask", "who-can", read, "iam:CreateUser", "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert [one["principal"] for one in told["principals"] if ":role/" in one["principal"]] == [
        arn("closed"),
        arn("open"),
    ]
    unread = orienteer("ask", "who-can", half, "iam:CreateUser")
    assert "not known: " in unread.stdout or unread.returncode == 3


@pytest.mark.parametrize(
    "arguments, words",
    [
        (("ways", "RUN", "--from", "opne"), "did you mean 'open'?"),
        (("ways", "RUN", "--to", "jewels"), "crown_jewels"),
        (("ways", "nothing"), "no run folder at nothing"),
        (("can", "RUN", arn("open"), "GetObject"), "service:Action"),
        (("can", "RUN", "opne", "s3:GetObject"), "did you mean 'open'?"),
        (("who-can", "RUN", "s3:GetObject", "--context", "aws:SourceIp"), "KEY=VALUE"),
    ],
)
def test_a_mistake_is_one_line_and_exit_2(read: Path, arguments: tuple[str, ...], words: str) -> None:
    done = orienteer("ask", *(read if one == "RUN" else one for one in arguments))
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "more, words",
    [
        ({"resource": "lake"}, "RESOURCE: 'lake' is no ARN"),
        ({"owner": "12"}, "--owner: '12' is no account"),
        ({"principal": "arn:aws:s3:::lake"}, "PRINCIPAL: 'arn:aws:s3:::lake' is not a principal"),
        ({"principal": "12"}, "PRINCIPAL: '12' is not a principal"),
    ],
)
def test_what_names_nothing_is_a_mistake_and_no_answer(read: Path, more: dict[str, str], words: str) -> None:
    asked: dict[str, Any] = {"run": read, "principal": arn("open"), "action": "s3:GetObject", **more}
    with pytest.raises(OrienteerError, match=words.replace("*", ".")):
        cli_ask.can(**asked)
