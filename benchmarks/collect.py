"""The collector against its floor: the same calls by bare boto3.  `python benchmarks/collect.py [--delay 0.05]`

Both ask a loopback endpoint that replays recorded answers of the demo organization after a fixed delay; every figure
is the median of three runs in processes of their own, taken in turn.  Printed as ratios, because machines are noisy.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

from replay import replaying

WORKERS = 32


def measured(work: Callable[[], float | None]) -> dict[str, float]:
    """Wall and CPU seconds of the work, and the peak memory of this process in MB.  The work may give CPU seconds that
    other processes spent on it."""
    cpu = time.process_time()
    started = time.perf_counter()
    elsewhere = work() or 0.0
    wall = time.perf_counter() - started
    return {
        "wall": wall,
        "cpu": time.process_time() - cpu + elsewhere,
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def collector(accounts: int, processes: int, calls_file: str = "") -> dict[str, float]:
    """Collects the demo's first accounts into a snapshot, as `orienteer collect` does."""
    from orienteer import pipeline, snapshot, tables
    from orienteer.aws.collect import Estate, Wanted, collect_estate, tables_for
    from orienteer.aws.session import Entry
    from orienteer.processes import processes as begun

    estate_of = json.loads(os.environ["BENCH_ESTATE"])
    hub = Entry(role_arn=estate_of["hub"], external_id=estate_of["external_id"])
    role = estate_of["hub"].rsplit("/", 1)[1]
    registry = tables.registry()
    wanted = tables_for(registry, registry)
    if calls_file:
        _record(calls_file)
    with tempfile.TemporaryDirectory() as folder:
        place = snapshot.private_folder(Path(folder))
        for name in ("organization", "accounts"):
            snapshot.private_folder(place / "journal" / name)
        estate = Estate(hub=hub, member_role=role, member_external_id=hub.external_id,
                        include=tuple(estate_of["accounts"][:accounts]))  # fmt: skip

        def work() -> None:
            with begun(processes - 1) if processes > 1 else nullcontext() as pool:
                want = Wanted(wanted, (), WORKERS, place / "journal")
                collect_estate(estate, want, executor=pool, parts=processes, share=True)
            pipeline.write_snapshot(place, wanted, place / "journal")

        return measured(work)


def _record(path: str) -> None:
    """Writes every call as (access key, service, region, operation, arguments) to the file at exit."""
    import atexit

    from botocore.client import BaseClient

    made: list[Any] = []
    original = BaseClient._make_api_call

    def recorded(self: Any, operation: str, arguments: dict[str, Any]) -> Any:
        credentials = self._request_signer._credentials.get_frozen_credentials()
        service = self.meta.service_model.service_name
        if operation != "AssumeRole":
            made.append((tuple(credentials), service, self.meta.region_name, operation, dict(arguments)))
        return original(self, operation, arguments)

    BaseClient._make_api_call = recorded
    atexit.register(lambda: Path(path).write_bytes(pickle.dumps(made)))


def floor(calls_file: str) -> dict[str, float]:
    """The recorded calls, each once, by bare boto3: 32 threads, a session per account, a shared model loader."""
    import gc
    import threading

    import botocore.session
    from botocore import xform_name
    from botocore.config import Config
    from botocore.exceptions import ClientError
    from botocore.loaders import Loader

    calls = pickle.loads(Path(calls_file).read_bytes())

    def work() -> None:
        loader, sessions, clients = Loader(include_default_search_paths=True), {}, {}
        lock = threading.Lock()

        def client(credentials: Any, service: str, region: str) -> Any:
            with lock:
                if credentials not in sessions:
                    session = sessions[credentials] = botocore.session.Session()
                    session.register_component("data_loader", loader)
                    session.set_credentials(*credentials[:3])
                if (credentials, service, region) not in clients:
                    config = Config(max_pool_connections=WORKERS)
                    clients[credentials, service, region] = sessions[credentials].create_client(
                        service, region, config=config
                    )
                return clients[credentials, service, region]

        def one(call: Any) -> None:
            credentials, service, region, operation, arguments = call
            with suppress(ClientError):
                getattr(client(credentials, service, region), xform_name(operation))(**arguments)

        gc.freeze()
        gc.set_threshold(50_000, 50, 50)
        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(one, calls))

    return measured(work)


def child(arguments: list[str], environ: dict[str, str]) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, __file__, "--child", *arguments], env=environ, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def log_of(endpoint: str) -> list[Any]:
    with urllib.request.urlopen(f"{endpoint}/-/log") as answer:
        return json.load(answer)


def in_flight(log: list[Any]) -> float:
    """Mean number of requests under way between the first and the last."""
    return sum(end - start for start, end, _ in log) / (max(e for _, e, _ in log) - min(s for s, _, _ in log))


def medians(runs: list[dict[str, float]]) -> dict[str, float]:
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def report(name: str, found: dict[str, float], base: dict[str, float] | None = None) -> None:
    per_call = 1000 * found["cpu"] / found["calls"]
    line = f"{name:34} calls {found['calls']:5.0f}  wall {found['wall']:6.2f} s  CPU {per_call:5.2f} ms/call"
    line += f"  {found['mb']:5.0f} MB  in flight {found['flight']:4.1f} of {WORKERS}  repeats {found['repeats']:.0f}"
    if base:
        wall, cpu = found["wall"] / base["wall"], (found["cpu"] / found["calls"]) / (base["cpu"] / base["calls"])
        line += f"   = {wall:.2f} x floor wall, {cpu:.2f} x floor CPU per call"
    print(line, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--delay", type=float, default=0.05)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--child", nargs="+")
    options = parser.parse_args()
    if options.child:
        kind, *rest = options.child
        found = floor(rest[0]) if kind == "floor" else collector(int(rest[0]), int(rest[1]), *rest[2:])
        print(json.dumps(found))
        return
    from orienteer import demo

    with (
        demo.serve() as served,
        replaying(served, options.delay) as (endpoint, told, _),
        tempfile.TemporaryDirectory() as folder,
    ):
        plan = served.plans[0]
        ids = sorted(account.id for account in plan.accounts)
        estate = {
            "hub": f"arn:aws:iam::{plan.management.id}:role/orienteer-audit", "external_id": plan.external_id,
            "accounts": ids,
        }  # fmt: skip
        environ = {**os.environ, **told, "BENCH_ESTATE": json.dumps(estate)}
        cases = {}
        for name, accounts in (("1 account", 1), (f"{len(ids)} accounts", len(ids))):
            cases[name] = (accounts, f"{folder}/{accounts}.pickle")
            child(["collector", str(accounts), "1", cases[name][1]], environ)
        urllib.request.urlopen(f"{endpoint}/-/replay").read()
        compare(cases, endpoint, environ, options.runs)
        print(f"package imported, first client made: {start_up(environ):+.2f} s against boto3 and pandas alone")


def start_up(environ: dict[str, str]) -> float:
    """Seconds that our import and first client take more than `import boto3, pandas` (smallest of five)."""
    made = "orienteer.aws.session.base_session().client('sts', region_name='us-east-1')"
    ways = {"ours": f"import boto3, pandas, orienteer.aws.session; {made}", "bare": "import boto3, pandas"}
    least = dict.fromkeys(ways, float("inf"))
    for _ in range(5):
        for way, code in ways.items():
            started = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], env=environ, check=True)
            least[way] = min(least[way], time.perf_counter() - started)
    return least["ours"] - least["bare"]


def compare(cases: dict[str, tuple[int, str]], endpoint: str, environ: dict[str, str], runs: int) -> None:
    memory = {}
    for name, (accounts, calls) in cases.items():
        ways = {"floor": ["floor", calls], "collector": ["collector", str(accounts), "1"]}
        if accounts > 1:
            ways["collector, 2 processes"] = ["collector", str(accounts), "2"]
        found: dict[str, list[dict[str, float]]] = {way: [] for way in ways}
        for _ in range(runs):
            for way, arguments in ways.items():
                log_of(endpoint)
                run = child(arguments, environ)
                log = log_of(endpoint)
                repeats = Counter(key for *_, key in log if not key.endswith(" sts"))  # entering an account again
                run |= {"calls": len(log), "flight": in_flight(log), "repeats": sum(n - 1 for n in repeats.values())}
                found[way].append(run)
        middle = {way: medians(each) for way, each in found.items()}
        for way, each in middle.items():
            report(f"{name}, {way}", each, middle["floor"] if way != "floor" else None)
        memory[accounts] = middle["collector"]["mb"]
    (few, low), (many, high) = sorted(memory.items())
    print(f"memory per further account: {(high - low) / (many - few):.1f} MB")


if __name__ == "__main__":
    main()
