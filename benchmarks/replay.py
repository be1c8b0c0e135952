"""An AWS of recordings: the first pass forwards to a real endpoint and keeps the answers, later passes replay them
after a fixed delay.  One asyncio process, nothing but a dictionary in the timed path."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

HOP = {"connection", "transfer-encoding", "content-length", "keep-alive"}
CREDENTIAL = re.compile(r"Credential=([^/,]+)/\d{8}/([^/]+)/([^/]+)/")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d(:|%3A)\d\d(:|%3A)[\d.]+Z")
"""A time of day in a request: counted back from now, so another one in each pass."""


class Replay:
    """Answers by request.  `log` holds (start, end, key) of every request since the last reset."""

    def __init__(self, upstream: str, delay: float) -> None:
        self.upstream, self.delay = urlsplit(upstream), delay
        self.answers: dict[str, bytes] = {}
        self.log: list[tuple[float, float, str]] = []
        self.recording = True

    async def client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (head := await reader.readuntil(b"\r\n\r\n")) != b"":
                lines = head.decode("latin-1").split("\r\n")
                headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in lines[1:] if line)}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                writer.write(await self.answer(lines[0], headers, head, body))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def answer(self, line: str, headers: dict[str, str], head: bytes, body: bytes) -> bytes:
        method, target, _ = line.split(" ", 2)
        if urlsplit(target).path.startswith("/-/"):
            return self.control(urlsplit(target).path)
        everybody = b"iam%3A%3Aaws%3Apolicy" in body  # AWS's own policies, asked from whichever account comes first
        who = None if everybody else CREDENTIAL.search(headers.get("authorization", ""))
        parts = [
            method,
            MOMENT.sub("now", target.partition("://")[2] or target),
            headers.get("x-amz-target", ""),
            *(who.groups() if who else ()),
        ]
        key = hashlib.sha1("\n".join(parts).encode() + body).hexdigest()
        started = time.perf_counter()
        if key not in self.answers:
            if not self.recording:
                print("not recorded:", parts, body[:200], file=sys.stderr, flush=True)
            self.answers[key] = await self.forward(head, body)
        elif not self.recording:
            await asyncio.sleep(self.delay)
        self.log.append((started, time.perf_counter(), f"{key} {' '.join(parts)[:160]}"))
        return self.answers[key]

    async def forward(self, head: bytes, body: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(self.upstream.hostname, self.upstream.port)
        writer.write(
            re.sub(rb"(?i)\r\nconnection:[^\r]*", b"", head).replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)
            + body
        )
        raw = await reader.read()
        writer.close()
        top, _, content = raw.partition(b"\r\n\r\n")
        first, *rest = top.decode("latin-1").split("\r\n")
        if any(r.lower().startswith("transfer-encoding: chunked") for r in rest):
            content = _unchunked(content)
        kept = [r for r in rest if r.partition(":")[0].lower() not in HOP]
        return "\r\n".join([first, *kept, f"Content-Length: {len(content)}", "", ""]).encode("latin-1") + content

    def control(self, path: str) -> bytes:
        """/-/replay ends the recording, /-/log gives the log and forgets it."""
        if path == "/-/replay":
            self.recording = False
        body = b"{}"
        if path == "/-/log":
            body = json.dumps(self.log).encode()
            self.log = []
        return b"HTTP/1.1 200 OK\r\nContent-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body


def _unchunked(data: bytes) -> bytes:
    found = b""
    while data:
        size, _, data = data.partition(b"\r\n")
        if not (length := int(size.split(b";")[0] or b"0", 16)):
            break
        found, data = found + data[:length], data[length + 2 :]
    return found


@contextmanager
def replaying(served: Any, delay: float) -> Iterator[tuple[str, Mapping[str, str], int]]:
    """Such an endpoint in front of a demo server, in a process of its own: its address, the environment that leads
    boto3 to it, its pid."""
    replay = subprocess.Popen(
        [sys.executable, __file__, served.endpoint_url, str(delay)], stdout=subprocess.PIPE, text=True
    )
    endpoint = f"http://127.0.0.1:{json.loads(replay.stdout.readline())['port']}"  # type: ignore[union-attr]
    ports = served.endpoint_url.rpartition(":")[2], endpoint.rpartition(":")[2]
    try:
        yield endpoint, {name: value.replace(*ports) for name, value in served.environ.items()}, replay.pid
    finally:
        replay.terminate()
        replay.wait()


async def main(upstream: str, delay: float) -> None:
    replay = Replay(upstream, delay)
    server = await asyncio.start_server(replay.client, "127.0.0.1", 0, limit=2**22, backlog=512)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2])))
