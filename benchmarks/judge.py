"""Judging, exporting and the report's first page at scale.  `python benchmarks/judge.py [RUN]`

The demo organization's snapshot is multiplied: every row of one account's tables stands there so many times under
another name.  Each size runs in a process of its own; printed are seconds, peak memory and how they grow with size.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
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
        grown.to_parquet(Path(target) / f"{name}.parquet", index=False)


def judged(run: str, source: str) -> dict[str, float]:
    """Judges the tables in the source folder and writes the findings."""
    from orienteer import controls, snapshot, tables
    from orienteer.judge import Facts, judge
    from orienteer.params import Params
    from orienteer.report import export

    opened = snapshot.open_run(Path(run))
    known = snapshot.Tables(Path(source))
    params = Params.from_public(opened.manifest["params"])
    facts = Facts(pd.Timestamp(opened.manifest["as_of"]), params.client_facts(), params.thresholds)
    started = time.process_time()
    found = judge(controls.chosen(None), known, tables.registry(), facts, opened.coverage)
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
    parser.add_argument("--grow", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--judge", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.grow:
        grow(options.run, float(options.grow[0]), options.grow[1])
        return
    if options.judge:
        print(json.dumps(judged(options.run, options.judge)))
        return
    with tempfile.TemporaryDirectory() as folder:
        if not options.run:
            subprocess.run([sys.executable, "-m", "orienteer", "demo"], cwd=folder, check=True, capture_output=True)
        compare(options.run or f"{folder}/outputs/demo-nordlicht/latest")


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
