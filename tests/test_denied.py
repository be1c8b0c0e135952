"""Every declared operation denied: no PASS comes from a denial, no row goes missing.

The demo organization is collected once.  For each operation its replies are taken out of the journals and the engine
goes on from there against an endpoint that refuses everything, so that only what needs the operation is asked again.
"""

from __future__ import annotations

import json
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
from orienteer.aws import journal, session
from orienteer.aws.collect import DISCOVERY, Estate, Wanted, collect_estate, tables_for
from orienteer.aws.engine import REGIONS, collect
from orienteer.aws.job import Collected, Job
from orienteer.aws.plan import allowed, api_name, readings
from orienteer.aws.session import Entry
from orienteer.demo.plan import HOME
from orienteer.demo.server import PREFIXED
from orienteer.judge import Facts, judge, tables_of
from orienteer.model import Outcome, Scope, Table
from tests.faults import Failing, failing

pytestmark = pytest.mark.long

CONTROLS = controls.chosen(None)
WANTED = tables_for(tables_of(CONTROLS), tables.registry(), [*DISCOVERY, REGIONS])
OPERATIONS_OF = {table.name: [f"{call.service}:{api_name(call)}" for call in table.calls] for table in WANTED}
OPERATIONS = sorted({operation for operations in OPERATIONS_OF.values() for operation in operations})
RESTS = {control.id: frozenset(control.tables) for control in CONTROLS}
"""The tables that each control rests on."""
ACCOUNTS = ("management", "shop", "erp", "audit")
SUBSETS = int(os.environ.get("ORIENTEER_TEST_SUBSETS") or 3)
"""How many random subsets of the operations fail; more for a long run, as ORIENTEER_TEST_SUBSETS=200."""
EVERY = int(os.environ.get("ORIENTEER_TEST_DENIED") or 6)
"""Of the groups of operations, every so many is refused at the gate; ORIENTEER_TEST_DENIED=1 for all of them."""
PLACES = int(os.environ.get("ORIENTEER_TEST_PLACES") or 2)
"""How many operations are refused at one place of each kind; more for a long run."""
PARTS = 6
"""In how many parts the operations of further exposable types are refused."""
FIGURES = Path(__file__).parent / "denied.json"
"""How many rows became NOT_ASSESSED in each scenario."""
NAMED = re.compile(r"[a-z0-9-]+:[A-Z]\w+ (?:[A-Z0-9]\S*|was not called) \(account \d{12}, region [a-z]")
KEY = ["control_id", "account_id", "region", "resource_id"]
SCOPES = {"organization": (Scope.ORG,), "accounts": (Scope.ACCOUNT, Scope.REGION)}


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
    return {table for table, operations in OPERATIONS_OF.items() if names & set(operations)}


def resting_on(affected: set[str]) -> set[str]:
    """The ids of the controls that rest on one of these tables."""
    return {control for control, read in RESTS.items() if read & affected}


def operations_of(table: Table) -> list[str]:
    return OPERATIONS_OF[table.name]


def apart() -> list[list[str]]:
    """The operations in groups of which no control rests on two: refused together they show what each would alone.

    Those that only further exposable types need are read by the same facts; they are refused in PARTS of them.
    """
    main = tables_for(tables_of(CONTROLS, "main"), tables.registry())
    singly = sorted({o for table in main for o in operations_of(table)} & {*OPERATIONS})
    further = sorted({*OPERATIONS} - {*singly})
    affected = {o: resting_on(tables_asking([o])) for o in singly}
    groups: list[tuple[list[str], set[str]]] = []
    for operation in sorted(singly, key=lambda o: -len(affected[o])):
        group = next((g for g in groups if not g[1] & affected[operation]), None)
        if group is None:
            groups.append(([operation], set(affected[operation])))
        else:
            group[0].append(operation)
            group[1].update(affected[operation])
    return [operations for operations, _ in groups] + [further[n::PARTS] for n in range(PARTS)]


@pytest.fixture(scope="module")
def estate(shared_demo: demo.Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate_]:
    """The demo organization, read once and judged."""
    folder = tmp_path_factory.mktemp("journals")
    found: list[Collected] = []
    with pytest.MonkeyPatch.context() as patched:
        for name, value in shared_demo.environ.items():
            patched.setenv(name, value)
        plan = shared_demo.plans[0]
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
    yield Estate_(folder, rows, facts, findings, pd.DataFrame([call for c in found for call in c.coverage]))


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Failing]:
    """An endpoint that says who the caller is (the account of what is yielded) and refuses the rest."""
    with failing() as state:
        monkeypatch.setenv("AWS_ENDPOINT_URL", state.url)
        monkeypatch.setenv("AWS_DEFAULT_REGION", HOME)
        for name in PREFIXED:  # a name below 127.0.0.1 would be looked up, in vain and ten times
            monkeypatch.setenv(f"AWS_ENDPOINT_URL_{name}", state.url.replace("127.0.0.1", "localhost"))
        monkeypatch.setenv("http_proxy", state.url)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        yield state


def judged(
    rows: Mapping[tuple[str, str], Mapping[str, Any]], facts: Facts, only: set[str] | None = None
) -> pd.DataFrame:
    """The findings; with `only`, of the controls that rest on one of these tables."""
    chosen = [c for c in CONTROLS if only is None or RESTS[c.id] & only]
    frames = {name: frame_of(tables.registry()[name], rows) for name in tables_of(chosen)}
    coverage = snapshot.frame_of(snapshot.coverage_table([]))
    return judge(chosen, frames, tables.registry(), facts, coverage).findings


def frame_of(table: Table, rows: Mapping[tuple[str, str], Mapping[str, Any]]) -> pd.DataFrame:
    listed = [row for part in rows.values() for row in part.get(table.name, ())]
    return snapshot.frame_of(snapshot.arrow_table(table.schema, listed))


@dataclass(frozen=True)
class Where:
    """Where operations are refused; empty: everywhere.  `resource` is the parent's row that is asked about."""

    account: str = ""
    region: str = ""
    resource: str = ""

    def holds(self, key: tuple[str, ...]) -> bool:
        """Whether the reply under this key of a journal comes from there."""
        return self.region in ("", key[1]) and self.resource in ("", key[2])


def without(
    estate: Estate_, denied: set[str], refusing: Failing, tmp_path: Path, where: Where = Where()
) -> dict[Any, Any]:
    """The rows as they are when these operations are refused."""
    affected = tables_asking(denied)
    asked = asking_readings(frozenset(affected))
    rows = dict(estate.rows)
    for kind, account in estate.rows:
        jobs = tuple(t for t in WANTED if t.scope in SCOPES[kind])
        if not {t.name for t in jobs} & affected or where.account not in ("", account):
            continue
        place = tmp_path / kind
        place.mkdir(parents=True, exist_ok=True)
        source = journal.Journal(copied(journal_in(estate.folder / kind, account), place / "source.jsonl"))
        kept = journal.Journal(journal.journal_of(place, account))
        for key, reply in source.replies.items():
            if key[0] not in asked or not where.holds(key):
                kept.add(key, reply)
        kept.close()
        refusing.account = account
        found: list[Collected] = []
        collect(Job((Entry(account),), jobs, allowed(WANTED), (), 8, place), found.append, base=boto3.Session())
        rows[kind, account] = found[0].rows
    return rows


def without_account(estate: Estate_, account: str, refusing: Failing, tmp_path: Path) -> dict[Any, Any]:
    """The rows as they are when one account cannot be entered; the organization's own tables were read."""
    jobs = tuple(t for t in WANTED if t.scope in SCOPES["accounts"])
    place = tmp_path / "accounts"
    place.mkdir(parents=True, exist_ok=True)
    refusing.account = "0" * 12
    found: list[Collected] = []
    collect(Job((Entry(account),), jobs, allowed(WANTED), (), 8, place), found.append, base=boto3.Session())
    return {**estate.rows, ("accounts", account): found[0].rows}


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


def assert_sound(before: pd.DataFrame, after: pd.DataFrame, what: str) -> int:
    """Every status is the one from before or NOT_ASSESSED; what is new is NOT_ASSESSED, and stands under an account; a
    control of which a row is gone has a NOT_ASSESSED; each names an operation, how it failed, and where.

    Gives how many rows are NOT_ASSESSED that were not."""
    was = dict(zip(zip(*(before[k] for k in KEY), strict=True), before["status"], strict=True))
    now = dict(zip(zip(*(after[k] for k in KEY), strict=True), after["status"], strict=True))
    for key, status in now.items():
        assert status in (was.get(key, "NOT_ASSESSED"), "NOT_ASSESSED"), (what, key, was.get(key), status)
    bare = sorted(map(str, (key for key in now.keys() - was.keys() if not key[1])))
    assert not bare, ("stands under no account", bare, what)
    dark = {key[0] for key, status in now.items() if status == "NOT_ASSESSED"}
    gone = sorted(key for key in was.keys() - now.keys() if key[0] not in dark)
    assert not gone, (what, "vanished without a word")
    for *key, reason in zip(*(after[k] for k in (*KEY, "reason")), strict=True):
        if now[tuple(key)] == "NOT_ASSESSED" != was.get(tuple(key)):
            assert NAMED.search(reason), (what, key, reason)
    return sum(status == "NOT_ASSESSED" and was.get(key) != "NOT_ASSESSED" for key, status in now.items())


def test_no_expected_answer_is_a_refusal(estate: Estate_) -> None:
    """Where everything is allowed, every call is answered: who asks the wrong account says so in the table's spec."""
    lost = estate.coverage[~estate.coverage["outcome"].isin([Outcome.OK, Outcome.ABSENT])]
    assert lost[["account_id", "service", "operation", "message"]].values.tolist() == []


@pytest.mark.parametrize("group", apart()[::EVERY], ids=lambda group: f"{group[0]} and {len(group) - 1} more")
def test_denied(group: list[str], estate: Estate_, refusing: Failing, tmp_path: Path) -> None:
    affected = tables_asking(group)
    after = judged(without(estate, set(group), refusing, tmp_path), estate.facts, affected)
    assert_sound(of_controls(estate.findings, affected), after, ", ".join(group))


def of_controls(findings: pd.DataFrame, affected: set[str]) -> pd.DataFrame:
    """The findings of controls that rest on one of these tables."""
    return findings[findings["control_id"].isin(resting_on(affected))]


@pytest.mark.parametrize("seed", range(SUBSETS))
def test_random_subsets_denied(
    seed: int, estate: Estate_, refusing: Failing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of odd seeds the operations fail in many ways, tried once each; of even ones they are refused."""
    drawn = random.Random(seed)
    most = len(OPERATIONS) ** 0.6  # all of them refused is a test of its own
    subset = set(drawn.sample(OPERATIONS, round(most ** drawn.random())))
    if seed % 2:
        refusing.seed = seed
        once = session.config(10).merge(Config(retries={"mode": "standard", "total_max_attempts": 1}))
        monkeypatch.setattr(session, "config", lambda connections: once)
    affected = tables_asking(subset)
    rows = without(estate, subset, refusing, tmp_path)
    after = judged(rows, estate.facts, affected)
    assert_sound(of_controls(estate.findings, affected), after, f"seed {seed}: {sorted(subset)}")


def test_everything_denied(estate: Estate_, refusing: Failing, tmp_path: Path) -> None:
    after = judged(without(estate, set(OPERATIONS), refusing, tmp_path), estate.facts)
    after = after[after["control_id"] != "CMP-01"]  # it judges the coverage itself
    assert set(after["status"]) <= {"NOT_ASSESSED", "MANUAL"}  # some questions rest on nothing that AWS says


# --- in one account, in one region, for one resource, and an account that is lost altogether


def places(estate: Estate_) -> Iterator[tuple[str, str, Where]]:
    """Name, operation and place of each scenario: some operations in one account, in one region, for one resource."""
    accounts = sorted(account for kind, account in estate.rows if kind == "accounts")
    drawn = random.Random(7)
    regional = sorted({o for t in WANTED if t.scope is Scope.REGION for o in operations_of(t)})
    owned = sorted({o for t in WANTED if t.scope is not Scope.ORG for o in operations_of(t)})
    for operation in drawn.sample(owned, min(PLACES, len(owned))):
        yield f"account {operation}", operation, Where(drawn.choice(accounts))
    for operation in drawn.sample(regional, min(PLACES, len(regional))):
        yield f"region {operation}", operation, Where("", HOME)
    children = [t for t in WANTED if t.parent is not None and t.scope is not Scope.ORG and not t.read]
    for table in drawn.sample(children, min(3 * PLACES, len(children))):
        parents = frame_of(table.parent, estate.rows) if table.parent else pd.DataFrame()
        known = parents[parents["outcome"] == Outcome.OK]
        if len(known):
            row = known.iloc[drawn.randrange(len(known))]
            where = Where(str(row["account_id"]), "", str(row["resource_id"]))
            yield f"resource {table.name}", operations_of(table)[0], where


def stored(figures: Mapping[str, int], name: str) -> None:
    """Holds the counts against the stored ones.  A rise is to be looked at, and stored when it is right:
    ORIENTEER_TEST_STORE=1 writes the file anew."""
    known = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else {}
    if os.environ.get("ORIENTEER_TEST_STORE"):
        FIGURES.write_text(json.dumps({**known, name: dict(figures)}, indent=1, sort_keys=True) + "\n")
        return
    risen = {k: (known.get(name, {}).get(k), n) for k, n in figures.items() if n > known.get(name, {}).get(k, 10**9)}
    assert not risen, "more is NOT_ASSESSED than was stored (before, now)"
    assert sum(figures.values()) > 0, "nothing was refused"


def test_refused_at_one_place(estate: Estate_, refusing: Failing, tmp_path: Path) -> None:
    figures = {}
    for number, (name, operation, where) in enumerate(places(estate)):
        affected = tables_asking([operation])
        rows = without(estate, {operation}, refusing, tmp_path / str(number), where)
        after = judged(rows, estate.facts, affected)
        figures[name] = assert_sound(of_controls(estate.findings, affected), after, name)
    stored(figures, "one place")


def test_an_account_that_is_lost_darkens_and_never_passes(estate: Estate_, refusing: Failing, tmp_path: Path) -> None:
    figures = {}
    for kind, account in estate.rows:
        if kind == "accounts":
            rows = without_account(estate, account, refusing, tmp_path / account)
            figures[account] = assert_sound(estate.findings, judged(rows, estate.facts), f"lost {account}")
    stored(figures, "lost account")
