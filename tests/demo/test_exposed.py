"""The overlay's answers about what can be opened to others: found by boto3's own requests, read by its own parsers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.config import Config
from botocore.exceptions import ClientError

from orienteer.aws.seams import core_session
from orienteer.demo import exposed
from orienteer.demo.clients import CLIENTS
from orienteer.demo.wire import signature
from orienteer.model import EMPTY

PLAN = CLIENTS[2]
ACCOUNT = PLAN.management
QUIET = Config(parameter_validation=False, retries={"total_max_attempts": 1})


class Raw:
    """A body as urllib3 gives it."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.body


def answered(request: Any, **_: Any) -> AWSResponse:
    """What the overlay says to a request that boto3 is about to send."""
    headers = {k: v.decode() if isinstance(v, bytes) else v for k, v in request.headers.items()}
    environ = {f"HTTP_{k.upper().replace('-', '_')}": v for k, v in headers.items()}
    path, _, query = request.url.partition("://")[2].partition("/")[2].partition("?")
    environ |= {"PATH_INFO": f"/{path}", "QUERY_STRING": query, "REQUEST_METHOD": request.method}
    signed = signature(environ)
    assert signed is not None
    body = request.body if isinstance(request.body, bytes) else (request.body or "").encode()
    reply = exposed.reply(environ, body, signed[1], PLAN, ACCOUNT)
    assert reply is not None, "it would have gone to moto"
    return AWSResponse(request.url, reply.status, HeadersDict(reply.headers), Raw(reply.body))


@pytest.fixture(scope="module")
def session() -> boto3.Session:
    return boto3.Session("a", "b", "c", region_name="us-east-1", botocore_session=core_session())


SERVICES = sorted({service for service, _ in exposed.calls()})


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_is_found_and_its_answer_read(session: boto3.Session, service: str) -> None:
    """None is taken for another service's, none answered in another protocol, none left to moto's missing code."""
    client = session.client(service, config=QUIET, endpoint_url="http://127.0.0.1:9")
    client.meta.events.register("before-send", answered)
    for owner, name in exposed.calls():
        if owner == service:
            call = exposed.calls()[service, name]
            inputs = client.meta.service_model.operation_model(name).input_shape
            given = dict.fromkeys(call.params, "x" * 20) | dict(call.fixed)
            given |= {m: "410200000011" for m in inputs.required_members if m not in given} if inputs else {}
            try:
                answer = getattr(client, xform_name(name))(**given)
            except ClientError as error:
                assert error.response["Error"]["Code"] in {code.partition(":")[0] for code in call.absent - {EMPTY}}, (
                    name
                )
            else:
                lists = [value for value in answer.values() if isinstance(value, list)]
                assert not any(lists), name
