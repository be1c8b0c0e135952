"""Every declared operation denied in turn: no PASS comes from a denial, no row goes missing.

The demo organization is collected once.  For each operation its replies are taken out of the journals and the engine
goes on from there against an endpoint that refuses everything, so that only what needs the operation is asked again.
"""

from __future__ import annotations

import os
import random
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pandas as pd
import pytest
from botocore.config import Config

from orienteer import controls, demo, snapshot, tables
from orienteer import judge as judging
from orienteer.aws import journal, session
from orienteer.aws.collect import DISCOVERY, Estate, Wanted, collect_estate, tables_for
from orienteer.aws.engine import REGIONS, collect
from orienteer.aws.job import Collected, Job
from orienteer.aws.plan import allowed, api_name, readings
from orienteer.aws.session import Entry
from orienteer.demo.plan import HOME
from orienteer.judge import Facts, judge, tables_of
from orienteer.model import Outcome, Scope, Table
from tests.faults import Failing, failing

CONTROLS = controls.chosen(None)
WANTED = tables_for(tables_of(CONTROLS), tables.registry(), [*DISCOVERY, REGIONS])
OPERATIONS = sorted({f"{call.service}:{api_name(call)}" for table in WANTED for call in table.calls})
ACCOUNTS = ("management", "shop", "erp", "audit")
SUBSETS = int(os.environ.get("ORIENTEER_TEST_SUBSETS") or 12)
"""How many random subsets of the operations fail; more for a long run, as ORIENTEER_TEST_SUBSETS=200."""
NAMED = re.compile(r"[a-z0-9-]+:[A-Z]\w+ [A-Z0-9]\S* \(account \d{12}, region [a-z]")
KEY = ["control_id", "account_id", "region", "resource_id"]
SCOPES = {"organization": (Scope.ORG,), "accounts": (Scope.ACCOUNT, Scope.REGION)}


ORGANIZED = {c.id for c in CONTROLS if c.scope == "organization" or c.anywhere}
"""Controls whose verdicts rest on what is read in other accounts."""
ELSEWHERE = {c.id for c in CONTROLS if "accessanalyzer_findings" in c.tables}
"""Controls whose rows about an account may come from the organization's analyzer in another one."""
LISTING = {c.id for c in CONTROLS if any(tables.registry()[t].scope is Scope.ORG for t in c.tables if t != "coverage")}
"""Controls that may owe a row of a member account to what the management account lists."""


@dataclass(frozen=True)
class Estate_:
    """The demo as it was read: the folder of journals, rows by (kind, account), and the facts to judge by."""

    folder: Path
    rows: Mapping[tuple[str, str], Mapping[str, Any]]
    facts: Facts
    findings: pd.DataFrame
    coverage: pd.DataFrame


def tables_asking(denied: Iterable[str]) -> set[str]:
    names = set(denied)
    return {t.name for t in WANTED for c in t.calls if f"{c.service}:{api_name(c)}" in names}


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate_]:
    """The demo organization, read once and judged."""
    folder = tmp_path_factory.mktemp("journals")
    found: list[Collected] = []
    with demo.serve() as served, pytest.MonkeyPatch.context() as patched:
        for name, value in served.environ.items():
            patched.setenv(name, value)
        plan = served.plans[0]
        ids = {a.key: a.id for a in plan.accounts}
        hub = Entry(role_arn=f"arn:aws:iam::{plan.management.id}:role/orienteer-audit", external_id=plan.external_id)
        for kind in SCOPES:
            (folder / kind).mkdir()
        chosen = Estate(hub=hub, member_role="orienteer-audit", member_external_id=plan.external_id,
                        include=tuple(ids[key] for key in ACCOUNTS if key in ids))  # fmt: skip
        collect_estate(chosen, Wanted(WANTED, folder=folder), sink=found.append)
    rows = {("organization" if "organization" in c.rows else "accounts", c.account_id): c.rows for c in found}
    facts = Facts(pd.Timestamp(demo.AS_OF), account_names={a.id: a.name for a in plan.accounts})
    findings = judged(rows, facts)
    findings.attrs["management"] = plan.management.id
    yield Estate_(folder, rows, facts, findings, pd.DataFrame([call for c in found for call in c.coverage]))


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Failing]:
    """An endpoint that says who the caller is (the account of what is yielded) and refuses the rest."""
    with failing() as state:
        monkeypatch.setenv("AWS_ENDPOINT_URL", state.url)
        monkeypatch.setenv("AWS_DEFAULT_REGION", HOME)
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3_CONTROL", state.url.replace("127.0.0.1", "localhost"))
        monkeypatch.setenv("http_proxy", state.url)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        yield state


def judged(
    rows: Mapping[tuple[str, str], Mapping[str, Any]], facts: Facts, only: set[str] | None = None
) -> pd.DataFrame:
    """The findings; their attrs["apart"] has the tables that a verdict says it does not rest on, by its KEY."""
    chosen = [c for c in CONTROLS if only is None or set(c.tables) & only]
    frames = {name: frame_of(tables.registry()[name], rows) for name in tables_of(chosen)}
    coverage = snapshot.frame_of(snapshot.coverage_table([]))
    apart: dict[tuple[str, ...], set[str]] = {}
    with_gaps = judging._with_gaps

    def noted(control: Any, verdicts: pd.DataFrame, *more: Any) -> pd.DataFrame:
        for row in verdicts.fillna("").to_dict("records") if "without" in verdicts else ():
            apart[control.id, *(row[k] for k in KEY[1:])] = set(row["without"].split())
        return with_gaps(control, verdicts, *more)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(judging, "_with_gaps", noted)
        findings = judge(chosen, frames, tables.registry(), facts, coverage).findings
    findings.attrs["apart"] = apart
    return findings


def frame_of(table: Table, rows: Mapping[tuple[str, str], Mapping[str, Any]]) -> pd.DataFrame:
    listed = [row for part in rows.values() for row in part.get(table.name, ())]
    return snapshot.frame_of(snapshot.arrow_table(table.schema, listed))


def without(estate: Estate_, denied: set[str], refusing: Failing, tmp_path: Path) -> dict[Any, Any]:
    """The rows as they are when these operations are refused."""
    affected = tables_asking(denied)
    asked = asking_readings(frozenset(affected))
    rows = dict(estate.rows)
    for kind, account in estate.rows:
        jobs = tuple(t for t in WANTED if t.scope in SCOPES[kind])
        if not {t.name for t in jobs} & affected:
            continue
        place = tmp_path / kind
        place.mkdir(parents=True, exist_ok=True)
        source = journal.Journal(copied(journal_in(estate.folder / kind, account), place / "source.jsonl"))
        kept = journal.Journal(journal.journal_of(place, account))
        for key, reply in source.replies.items():
            if key[0] not in asked:
                kept.add(key, reply)
        kept.close()
        refusing.account = account
        found: list[Collected] = []
        collect(Job((Entry(account),), jobs, allowed(WANTED), (), 8, place), found.append, base=boto3.Session())
        rows[kind, account] = found[0].rows
    return rows


def journal_in(folder: Path, account: str) -> Path:
    """The hub's journal is begun before its account is known."""
    named = journal.journal_of(folder, account)
    return named if named.exists() else journal.journal_of(folder, "")


def copied(source: Path, target: Path) -> Path:
    shutil.copy(source, target)
    return target


@cache
def asking_readings(affected: frozenset[str]) -> frozenset[str]:
    """Names under which the journal keeps the replies of these tables."""

    def walk(found: Iterable[Any]) -> Iterator[Any]:
        for reading in found:
            yield reading
            yield from walk(reading.children)

    everything = [r for scopes in SCOPES.values() for r in walk(readings(t for t in WANTED if t.scope in scopes))]
    return frozenset(r.name for r in everything if {t.name for t in r.tables} & affected)


def assert_only_fell(before: pd.DataFrame, after: pd.DataFrame, what: str) -> None:
    """Statuses stay or become NOT_ASSESSED; what is new is NOT_ASSESSED; what is gone has one in its place; each of
    these says which operation failed how, and where."""
    was = before.set_index(KEY)["status"].to_dict()
    now = after.set_index(KEY)["status"].to_dict()
    for key, status in now.items():
        assert status in (was.get(key, "NOT_ASSESSED"), "NOT_ASSESSED"), (what, key, was.get(key), status)
    dark = after[after["status"] == "NOT_ASSESSED"]
    management = before.attrs["management"]
    places = {key[:3] for key in zip(*(dark[k] for k in KEY), strict=True)}
    for key in was.keys() - now.keys():
        assert any(covers(place, management, *key[:3]) for place in places), (what, "missing", key)
    for *key, reason in zip(*(dark[k] for k in (*KEY, "reason")), strict=True):
        if was.get(tuple(key)) != "NOT_ASSESSED":
            assert NAMED.search(reason), (what, key, reason)


def covers(place: tuple[str, str, str], management: str, control: str, account: str, region: str) -> bool:
    """Whether a NOT_ASSESSED at a place stands for a row of this one: as wide as it, wider, or a part of it."""
    everywhere = {"", "all", "global"}
    if place[0] != control:
        return False
    if control in ORGANIZED or (control in LISTING and place[1] == management):
        return True
    return (place[1] in (account, "") or control in ELSEWHERE) and (
        place[2] in {region} | everywhere or region in everywhere
    )


def assert_no_pass_on_what_failed(after: pd.DataFrame, estate: Estate_, rows: Mapping[tuple[str, str], Any]) -> None:
    """No PASS where a table of its control could not be listed, unless that table named the resource after all."""
    passed = after[after["status"] == "PASS"]
    for control in CONTROLS:
        mine = passed[passed["control_id"] == control.id]
        for name in set(control.tables) - control.refined_by - {"coverage"} if len(mine) else ():
            table = frame_of(tables.registry()[name], rows)
            known = table["outcome"].isin([Outcome.OK, Outcome.ABSENT])
            seen = set(zip(table["account_id"][known], table["resource_id"][known], strict=True))
            lost = table[~known & table["resource_id"].isna()]
            lists = set(zip(lost["account_id"], lost["region"].fillna("all"), strict=True))
            for account, region, resource in zip(*(mine[k] for k in KEY[1:]), strict=True):
                apart = after.attrs["apart"].get((control.id, account, region, resource), set())
                if name in apart or (account, resource) in seen or (account, resource.rpartition("/")[0]) in seen:
                    continue
                there = {(account, r) for r in (region, "all", "global")}
                assert not there & lists, (control.id, name, account, region, resource)


def test_no_expected_answer_is_a_refusal(estate: Estate_) -> None:
    """Where everything is allowed, every call is answered: who asks the wrong account says so in the table's spec."""
    lost = estate.coverage[~estate.coverage["outcome"].isin([Outcome.OK, Outcome.ABSENT])]
    assert lost[["account_id", "service", "operation", "message"]].values.tolist() == []


@pytest.mark.parametrize("operation", OPERATIONS)
def test_denied(operation: str, estate: Estate_, refusing: Failing, tmp_path: Path) -> None:
    affected = tables_asking([operation])
    rows = without(estate, {operation}, refusing, tmp_path)
    after = judged(rows, estate.facts, affected)
    names = {c.id for c in CONTROLS if set(c.tables) & affected}
    before = estate.findings[estate.findings["control_id"].isin(names)]
    assert_only_fell(before, after, operation)
    refused = {t.name for t in WANTED if t.name in affected and denials(t, rows)}
    named = {f"{c.service}:{api_name(c)}" for t in WANTED if t.name in affected for c in t.calls}
    for control in CONTROLS:
        if set(control.tables) & refused - control.refined_by - control.looked_up:
            told = after[after["control_id"] == control.id]
            told = told[told["reason"].map(lambda reason: any(name in reason for name in named))]
            told = told[~told["reason"].str.contains("NotAsked")]  # of accounts that are no part of the assessment
            assert len(told), (operation, control.id, "does not say what was refused")
            assert told["reason"].str.contains(r"(?:AccessDenied\w*|403) \(account \d{12}, region [a-z]").all()


def denials(table: Table, rows: Mapping[tuple[str, str], Mapping[str, Any]]) -> bool:
    return any(row[-2] == Outcome.DENIED.value for part in rows.values() for row in part.get(table.name, ()))


@pytest.mark.parametrize("seed", range(SUBSETS))
def test_random_subsets_denied(
    seed: int, estate: Estate_, refusing: Failing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of odd seeds the operations fail in many ways, tried once each; of even ones they are refused."""
    drawn = random.Random(seed)
    subset = set(drawn.sample(OPERATIONS, round(len(OPERATIONS) ** drawn.random())))
    if seed % 2:
        refusing.seed = seed
        once = session.config(10).merge(Config(retries={"mode": "standard", "total_max_attempts": 1}))
        monkeypatch.setattr(session, "config", lambda connections: once)
    affected = tables_asking(subset)
    rows = without(estate, subset, refusing, tmp_path)
    after = judged(rows, estate.facts, affected)
    names = {c.id for c in CONTROLS if set(c.tables) & affected}
    what = f"seed {seed}: {sorted(subset)}"
    assert_only_fell(estate.findings[estate.findings["control_id"].isin(names)], after, what)
    assert_no_pass_on_what_failed(after, estate, rows)


def test_everything_denied(estate: Estate_, refusing: Failing, tmp_path: Path) -> None:
    after = judged(without(estate, set(OPERATIONS), refusing, tmp_path), estate.facts)
    after = after[after["control_id"] != "CMP-01"]  # it judges the coverage itself
    assert set(after["status"]) == {"NOT_ASSESSED"}
    assert set(after["control_id"]) == {c.id for c in CONTROLS if "coverage" not in c.tables}
