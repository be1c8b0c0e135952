"""A loopback endpoint that says who the caller is and fails everything else: refused, or in one of many ways."""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from tests.aws.scripted import IDENTITY

XML = ("ec2", "iam", "s3", "sns", "sts", "rds", "redshift", "elasticloadbalancing", "cloudfront", "route53")
HTML = b"<!DOCTYPE html><html><body>the proxy says hello</body></html>"
FAULTS: Mapping[str, tuple[int, str | bytes]] = {
    "denied": (403, "AccessDenied"),
    "not authorized": (400, "UnauthorizedOperation"),
    "opt in": (403, "OptInRequired"),
    "unheard of": (400, "SomethingNewException"),
    "throttled": (400, "ThrottlingException"),
    "slow down": (503, "SlowDown"),
    "500": (500, "InternalError"),
    "html": (200, HTML),
    "html 502": (502, HTML),
    "half": (200, b'{"Half": ["'),
    "half xml": (200, b"<Response><Half>"),
    "stranger": (200, b'{"hello": "world"}'),
    "stranger xml": (200, b'<?xml version="1.0"?><hello>world</hello>'),
    "list": (200, b"[]"),
    "empty": (200, b""),
    "closed": (0, b""),
}
"""Status and error code, or status and body.  Status 0: the connection is closed without an answer."""


@dataclass
class Failing:
    """`account`: who the caller is.  `seed`: None refuses everything, a number draws a fault for each operation."""

    account: str = ""
    seed: int | None = None
    url: str = ""

    def fault(self, service: str, operation: str) -> tuple[int, str | bytes]:
        if self.seed is None:
            return FAULTS["denied"]
        drawn = random.Random(zlib.crc32(f"{self.seed} {service} {operation}".encode()))
        return FAULTS[drawn.choice(sorted(FAULTS))]


@contextmanager
def failing() -> Iterator[Failing]:
    """Serves the faults on loopback."""
    state = Failing()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if b"GetCallerIdentity" in body:
                self.send(200, IDENTITY.format(account=state.account).encode())
                return
            service = service_of(self.headers)
            status, what = state.fault(service, self.operation(body))
            if status == 0:
                self.close_connection = True
                return
            self.send(status, written(service, what) if isinstance(what, str) else what, what)

        def operation(self, body: bytes) -> str:
            """What tells one operation from another: the target, the action, or method and path without names."""
            action = next((p for p in body.split(b"&") if p.startswith(b"Action=")), b"").decode()
            return str(self.headers.get("X-Amz-Target") or action or f"{self.command} {self.path}")

        def send(self, status: int, text: bytes, code: str | bytes = b"") -> None:
            self.send_response(status)
            if isinstance(code, str):
                self.send_header("x-amzn-ErrorType", code if code != "AccessDenied" else "AccessDeniedException")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PUT = do_HEAD = answer

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()


def service_of(headers: Mapping[str, str]) -> str:
    """The service a request is signed for."""
    scope = str(headers.get("Authorization", "")).partition("Credential=")[2].split("/")
    return scope[3] if len(scope) > 3 else ""


def written(service: str, code: str) -> bytes:
    """An error as the JSON, the query and REST XML, and the EC2 services write it."""
    if service not in XML:
        return b'{"message": "You are not authorized to perform: this operation"}'
    error = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()
    if service == "ec2":
        return b"<Response><Errors>" + error + b"</Errors></Response>"
    return error if service == "s3" else b"<ErrorResponse>" + error + b"</ErrorResponse>"
