"""The demo server: `serve` starts it in a child process; `python -m orienteer.demo PORT SEED...` is that child."""

from __future__ import annotations

import gc
import json
import os
import select
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from orienteer.aws.garbage import tuned_gc

from .access import ASSESSOR_KEY, ASSESSOR_SECRET
from .build_identity import AUDIT_ROLE
from .clients import CLIENTS
from .plan import HOME, Organization

PREFIXED = ("S3_CONTROL", "LOCATION", "MWAA", "OMICS")
"""Services whose clients put something in front of the host name of the endpoint."""


@dataclass(frozen=True)
class Demo:
    """A running demo server."""

    endpoint_url: str
    plans: tuple[Organization, ...]
    pid: int

    @property
    def management_account_id(self) -> str:
        """Of the first organization served."""
        return self.plans[0].management.id

    @property
    def environ(self) -> Mapping[str, str]:
        """Environment variables that lead boto3 to this server, as the assessor who may assume the audit roles.

        Some services put the account id or a word in front of the host name, and no resolver knows ACCOUNT.localhost:
        such requests take this server as their HTTP proxy, the others go to it straight.
        """
        port = self.endpoint_url.rpartition(":")[2]
        return {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            **{f"AWS_ENDPOINT_URL_{name}": f"http://localhost:{port}" for name in PREFIXED},
            **dict.fromkeys(("http_proxy", "HTTP_PROXY"), self.endpoint_url),
            **dict.fromkeys(("no_proxy", "NO_PROXY"), "127.0.0.1"),
            "AWS_ACCESS_KEY_ID": ASSESSOR_KEY,
            "AWS_SECRET_ACCESS_KEY": ASSESSOR_SECRET,
            "AWS_DEFAULT_REGION": HOME,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }

    @contextmanager
    def in_environment(self) -> Iterator[None]:
        """os.environ leads boto3 to this server for the time of the block; the caller's AWS settings are set aside."""
        before = dict(os.environ)
        for name in [name for name in before if name.startswith("AWS_")]:
            del os.environ[name]
        os.environ.update(self.environ)
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)

    def credentials(self, account_id: str) -> Mapping[str, str]:
        """Temporary credentials of the audit role in that account, as keyword arguments of boto3.Session."""
        import boto3

        plan = next(one for one in self.plans if account_id in {account.id for account in one.accounts})
        base = boto3.Session(ASSESSOR_KEY, ASSESSOR_SECRET, region_name=HOME)
        taken = base.client("sts", endpoint_url=self.endpoint_url).assume_role(
            RoleArn=f"arn:aws:iam::{account_id}:role/{AUDIT_ROLE}",
            RoleSessionName="demo",
            ExternalId=plan.external_id,
        )["Credentials"]
        return {
            "aws_access_key_id": taken["AccessKeyId"],
            "aws_secret_access_key": taken["SecretAccessKey"],
            "aws_session_token": taken["SessionToken"],
        }


@contextmanager
def serve(seed: int | tuple[int, ...] = 1, port: int | None = None) -> Iterator[Demo]:
    """A demo server with the organizations of these seeds, ready and filled; it ends with the block or its parent."""
    seeds = (seed,) if isinstance(seed, int) else seed
    command = [sys.executable, "-m", "orienteer.demo", str(port or 0), *map(str, seeds)]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOTO_"))}
    inherited |= {"PYTHONHASHSEED": "0", "TZ": "UTC"}  # nothing of the answers may hang on either
    child = subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=inherited
    )
    assert child.stdin and child.stdout
    try:
        line = child.stdout.readline()
        if not line.startswith("{"):
            raise RuntimeError("the demo server did not start; run `python -m orienteer.demo 0 1` to see why")
        yield Demo(json.loads(line)["endpoint_url"], tuple(CLIENTS[one] for one in seeds), child.pid)
    finally:
        child.stdin.close()
        try:
            child.wait(5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        child.stdout.close()


def fill(plans: tuple[Organization, ...]) -> None:
    """Nothing; afterwards moto in this process holds the organizations."""
    from .build_identity import build_identity
    from .build_organization import build_organization
    from .build_regions import build_regions
    from .workshop import workshop

    with workshop() as shop:
        for plan in plans:
            shop.reseed(plan.seed)
            build_organization(shop, plan)
            for account in plan.accounts:
                build_identity(shop, plan, account)
                build_regions(shop, plan, account)


def main(arguments: list[str]) -> None:
    """Fills a server, then serves until standard input closes or the parent is gone, however that came about."""
    port, seeds = int(arguments[0]), [int(one) for one in arguments[1:]]
    plans = tuple(CLIENTS[one] for one in seeds)
    with tuned_gc():  # a third of the time went into looking through models of AWS that never go away
        fill(plans)
        _serve(port, plans)


def _serve(port: int, plans: tuple[Organization, ...]) -> None:
    """Serves what moto holds in this process."""
    gc.freeze()
    import logging

    from moto.moto_server.werkzeug_app import MotoRequestHandler
    from werkzeug.serving import make_server

    from .app import application

    logging.getLogger("werkzeug").setLevel(logging.ERROR)

    class Handler(MotoRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_request(self, *_: Any) -> None:
            """Nothing is written for a request."""

    server = make_server("127.0.0.1", port, application(plans), threaded=True, request_handler=Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    ready = json.dumps({"endpoint_url": f"http://127.0.0.1:{server.server_port}"})
    sys.stdout.write(ready + "\n")
    sys.stdout.flush()
    parent = os.getppid()
    while os.getppid() == parent:
        if select.select([sys.stdin], [], [], 1)[0] and not sys.stdin.read(1):
            break
    os._exit(0)
