"""Judging at scale.  `python benchmarks/judge.py [RUN] [--estate 500x17]`

The demo organization's snapshot is multiplied: every row of one account's tables stands there so many times under
another name.  Each size runs in a process of its own; printed are seconds, peak memory and how they grow with size.
With `--estate ACCOUNTSxREGIONS` one member account, in one of its regions, is multiplied over so many accounts and
regions, its calls too; printed are then the dearest controls and facts, each without what it rests on.
"""

from __future__ import annotations

import argparse
import inspect
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd

ROLES, USERS, BUCKETS, GROUPS = "iam_roles", "iam_credential_report", "s3_buckets", "ec2_security_groups"


def multiplied(rows: pd.DataFrame, times: int) -> pd.DataFrame:
    """The rows so many times; from the second time on with a number behind the resource's name wherever it stands."""
    named = rows[rows["resource_id"].notna() & (rows["outcome"] != "ABSENT")]
    copies = named.loc[named.index.repeat(times - 1)].reset_index(drop=True)
    suffix = pd.Series([f"-{n}" for _ in range(len(named)) for n in range(1, times)], dtype="string")
    keys = copies["resource_id"], copies["resource_arn"]
    for column in copies.columns:
        if column not in ("account_id", "region") and str(copies[column].dtype) == "string":
            same = (copies[column] == keys[0]) | (copies[column] == keys[1])
            copies[column] = copies[column].mask(same.fillna(False), copies[column] + suffix)
    return pd.concat([rows, copies], ignore_index=True)


def written(frame: pd.DataFrame, name: str, target: str) -> None:
    """Writes a table as a collection would."""
    import pyarrow as pa

    from orienteer import snapshot, tables

    schema = snapshot.COVERAGE if name == "coverage" else tables.registry()[name].schema
    table = pa.Table.from_pandas(frame[[*schema]], snapshot.arrow_schema(schema), preserve_index=False)
    snapshot.write_table(Path(target, f"{name}.parquet"), table)


def factors(tables: Any, account: str, share: float) -> dict[str, int]:
    """By family of tables, how often an account's rows must stand there for the sizes that are promised."""
    wanted = {"iam": (ROLES, 10_000), "iam_credential_report": (USERS, 5_000), "s3": (BUCKETS, 2_000),
              "ec2": (GROUPS, 2_000)}  # fmt: skip
    found = {}
    for family, (name, number) in wanted.items():
        frame = tables[name]
        here = int((frame["account_id"] == account).sum())
        found[family] = max(1, round(share * number / max(here, 1)))
    return found


def grow(run: str, share: float, target: str) -> None:
    """Writes the multiplied tables of a run into the target folder."""
    from orienteer import snapshot, tables

    known = snapshot.Tables(snapshot.open_run(Path(run)).path / "snapshot")
    account = known[ROLES]["account_id"].value_counts().index[0]
    by_family = factors(known, account, share)
    for name in sorted(tables.registry()):
        frame = known[name]
        here = frame["account_id"] == account
        times = by_family.get(name) or by_family.get(name.split("_")[0], 1)
        grown = pd.concat([frame[~here], multiplied(frame[here], times)], ignore_index=True)
        written(grown, name, target)


TEMPLATE, TEMPLATE_REGION = "log-archive", "eu-west-1"
"""The account and region that are multiplied: in use, and neither the best nor the worst."""
REGIONS = (
    "us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1", "eu-central-1", "eu-west-1",
    "eu-west-2", "eu-west-3", "eu-north-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1",
    "ap-northeast-2", "ap-northeast-3",
)  # fmt: skip


def spread(rows: pd.DataFrame, account: str, pairs: list[tuple[str, str]]) -> pd.DataFrame:
    """The rows once for each (account, region), its names in the place of the template's in every text."""
    columns = {}
    for name in rows.columns:
        values = rows[name].tolist()
        texts = [v for v in values if isinstance(v, str)]
        if any(account in v or TEMPLATE_REGION in v for v in texts):
            many = [
                v.replace(account, a).replace(TEMPLATE_REGION, r) if isinstance(v, str) else v
                for a, r in pairs
                for v in values
            ]
        else:
            many = values * len(pairs)
        columns[name] = pd.Series(many, dtype=rows[name].dtype)
    return pd.DataFrame(columns)


def grow_estate(run: str, accounts: int, regions: int, target: str) -> None:
    """Writes the tables of an organization with so many accounts in so many regions, and its coverage."""
    from orienteer import snapshot, tables
    from orienteer.model import Scope

    opened = snapshot.open_run(Path(run))
    account = next(a["id"] for a in opened.manifest["accounts"] if a["name"] == TEMPLATE)
    ids = [f"{600_000_000_000 + n}" for n in range(accounts - len(opened.manifest["accounts"]))]
    everywhere = [(a, r) for a in ids for r in REGIONS[:regions]]
    once = [(a, TEMPLATE_REGION) for a in ids]
    registry = tables.registry()
    frames = {name: opened.tables[name] for name in registry if name in opened.tables}
    for name, frame in {**frames, "coverage": opened.coverage}.items():
        of_organization = name in registry and registry[name].scope is Scope.ORG
        if of_organization:
            named = frame["resource_id"].fillna("").str.contains(account)
            about = [spread(frame[named & (frame["account_id"] != account)], account, once)]
        else:
            here = frame[frame["account_id"] == account]
            about = [
                spread(here[here["region"] == TEMPLATE_REGION], account, everywhere),
                spread(here[here["region"] == "global"], account, once),
            ]
        written(pd.concat([frame, *(a for a in about if len(a))], ignore_index=True), name, target)


class Dearest:
    """CPU seconds of every control and fact, without those of what it rests on."""

    def __init__(self) -> None:
        self.own: Counter[str] = Counter()
        self._inner: list[float] = []

    def timed(self, function: Any, name: Any) -> Any:
        """The function, whose time counts under what `name` makes of its arguments."""

        def measured(*arguments: Any) -> Any:
            started = time.process_time()
            self._inner.append(0.0)
            try:
                found = function(*arguments)
                return list(found) if inspect.isgenerator(found) else found
            finally:
                spent = time.process_time() - started
                self.own[name(*arguments)] += spent - self._inner.pop()
                if self._inner:
                    self._inner[-1] += spent

        return measured


def estate_judged(run: str, source: str) -> None:
    """Judges a grown estate and prints what it cost."""
    from orienteer import judge
    from orienteer.facts import fact

    dear = Dearest()
    judge.judged_rows = dear.timed(judge.judged_rows, lambda control, _: f"control {control.id}")
    judge._finished = dear.timed(judge._finished, lambda *_: "findings made of verdicts")
    fact.Estate._made = dear.timed(fact.Estate._made, lambda _, made: f"fact {made.name}")  # type: ignore[method-assign]
    fact.source = dear.timed(fact.source, lambda *_: "rows made of tables")
    fact.calls = dear.timed(fact.calls, lambda *_: "rows made of the coverage")
    found = judged(run, source)
    print(f"{found['rows']:.0f} rows, {found['findings']:.0f} findings: judged in {found['judge']:.1f} CPU s, "
          f"{1e6 * found['judge'] / found['findings']:.0f} us each, peak {found['mb']:.0f} MB, "
          f"{found['crashed']:.0f} controls crashed; exported in {found['export']:.1f} CPU s")  # fmt: skip
    for kind in ("control", "fact", ""):
        named = [(n, s) for n, s in dear.own.most_common() if n.startswith(kind) and (kind or " of " in n)]
        print(f"dearest {kind}s: " if kind else "besides: ", end="")
        print(", ".join(f"{n.removeprefix(kind).strip()} {s:.1f} s" for n, s in named[:10]))


def judged(run: str, source: str) -> dict[str, float]:
    """Judges the tables in the source folder and writes the findings."""
    from orienteer import controls, snapshot, tables
    from orienteer.aws.garbage import tuned_gc
    from orienteer.judge import Facts, judge
    from orienteer.params import Params
    from orienteer.report import export

    opened = snapshot.open_run(Path(run))
    known = snapshot.Tables(Path(source))
    params = Params.from_public(opened.manifest["params"])
    facts = Facts(pd.Timestamp(opened.manifest["as_of"]), params.client_facts(), params.thresholds)
    started = time.process_time()
    calls = Path(source, "coverage.parquet")
    coverage = snapshot.read_frame(calls) if calls.exists() else opened.coverage
    with tuned_gc():
        found = judge(controls.chosen(None), known, tables.registry(), facts, coverage)
    seconds = time.process_time() - started
    with tempfile.TemporaryDirectory() as folder:
        export.write_findings(found.findings, snapshot.private_folder(Path(folder)))
    return {
        "roles": len(known[ROLES]), "rows": sum(len(known[name]) for name in known), "findings": len(found.findings),
        "crashed": len(found.crashed), "judge": seconds, "export": time.process_time() - started - seconds,
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", nargs="?", default="", help="a run folder; without one the demo is collected first")
    parser.add_argument("--estate", default="", help="such as 500x17")
    parser.add_argument("--grow-estate", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--judge-estate", help=argparse.SUPPRESS)
    parser.add_argument("--grow", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--judge", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.grow:
        grow(options.run, float(options.grow[0]), options.grow[1])
        return
    if options.judge:
        print(json.dumps(judged(options.run, options.judge)))
        return
    if options.grow_estate:
        accounts, regions = map(int, options.grow_estate[0].split("x"))
        grow_estate(options.run, accounts, regions, options.grow_estate[1])
        return
    if options.judge_estate:
        estate_judged(options.run, options.judge_estate)
        return
    with tempfile.TemporaryDirectory() as folder:
        if not options.run:
            subprocess.run([sys.executable, "-m", "orienteer", "demo"], cwd=folder, check=True, capture_output=True)
        run = options.run or f"{folder}/outputs/demo-nordlicht/latest"
        if not options.estate:
            compare(run)
            return
        with tempfile.TemporaryDirectory() as grown:
            child(run, "--grow-estate", options.estate, grown)
            print(child(run, "--judge-estate", grown), end="")


def child(*arguments: str) -> str:
    """What this script prints when it is run with these arguments."""
    done = subprocess.run([sys.executable, __file__, *arguments], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


def compare(run: str) -> None:
    """Prints a line for each size, then how time and memory grow from the smallest to the largest."""
    found = []
    for share in (0.25, 0.5, 1.0):
        with tempfile.TemporaryDirectory() as folder:
            child(run, "--grow", str(share), folder)
            found.append(json.loads(child(run, "--judge", folder)))
        one = found[-1]
        print(f"{one['roles']:6d} roles, {one['rows']:7d} rows: {one['findings']:6d} findings, judged in "
              f"{one['judge']:5.1f} CPU s, exported in {one['export']:5.1f} CPU s, peak {one['mb']:5.0f} MB, "
              f"{one['crashed']} controls crashed", flush=True)  # fmt: skip
    small, large = found[0], found[-1]
    print(f"{large['findings'] / small['findings']:.1f} x the findings: {large['judge'] / small['judge']:.1f} x the "
          f"CPU, {large['mb'] / small['mb']:.1f} x the memory")  # fmt: skip


if __name__ == "__main__":
    main()
