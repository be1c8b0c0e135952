"""A loopback endpoint that answers services with JSON as a test tells it to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

Script = Callable[[str, Mapping[str, Any]], tuple[int, Any]]
IDENTITY = (
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
    "<Arn>arn:aws:iam::{account}:user/tester</Arn><UserId>AIDATEST</UserId><Account>{account}</Account>"
    "</GetCallerIdentityResult></GetCallerIdentityResponse>"
)


@dataclass
class Endpoint:
    """Where it listens and every operation it was asked, in order."""

    url: str = ""
    asked: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)


def error(code: str, status: int = 400, message: str = "no") -> tuple[int, Any]:
    return status, {"__type": code, "message": message}


@contextmanager
def endpoint(script: Script, account: str = "111111111111") -> Iterator[Endpoint]:
    """Serves `script(operation, parameters) -> (status, body)`; STS answers with the account."""
    state = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            target = self.headers.get("X-Amz-Target")
            if target is None:
                self.send(200, IDENTITY.format(account=account).encode(), "text/xml")
                return
            operation, params = target.rsplit(".", 1)[1], json.loads(body or b"{}")
            state.asked.append((operation, params))
            status, answer = script(operation, params)
            raw = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send(status, raw, "application/x-amz-json-1.1")

        def do_GET(self) -> None:
            """Of a service with paths: the operation is the path, the parameters are those of the query."""
            path, _, query = self.path.partition("?")
            params = dict(parse_qsl(query))
            state.asked.append((path, params))
            status, answer = script(path, params)
            self.send(status, json.dumps(answer).encode(), "application/json")

        def send(self, status: int, raw: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
