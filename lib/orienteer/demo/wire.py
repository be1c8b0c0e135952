"""AWS's wire formats, from botocore's own service models: a request in, its operation and answer out.

Answers are plain Python structures that are checked against the operation's output shape before they are sent, so an
answer of the overlay cannot have a member or a type that AWS does not have.
"""

from __future__ import annotations

import functools
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model

from .cbor import encoded

CBOR = "smithy-rpc-v2-cbor"
# Signing names that differ from botocore's service names.
_SERVICES = {"access-analyzer": "accessanalyzer", "elasticmapreduce": "emr", "sso": "sso-admin"}


class Refusal(Exception):
    """An error as AWS answers it: code, message and HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


@dataclass(frozen=True)
class Ask:
    """One request: who asks (by access key), where, which operation of which service, with which parameters."""

    access_key: str
    service: str
    region: str
    operation: str
    params: Mapping[str, Any]


@dataclass(frozen=True)
class Reply:
    """One HTTP answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def signature(environ: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """Access key, service and region of a SigV4 request; None when it is not signed."""
    scope = str(environ.get("HTTP_AUTHORIZATION", "")).partition("Credential=")[2].partition(",")[0].split("/")
    if len(scope) != 5:
        return None
    service = _SERVICES.get(scope[3], scope[3])
    if service == "s3" and str(environ.get("PATH_INFO", "")).startswith("/v20180820/"):
        service = "s3control"
    return scope[0], service, scope[2]


def body_of(environ: dict[str, Any]) -> bytes:
    """The body of the request, left readable for the next one who asks."""
    body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def understood(environ: dict[str, Any], body: bytes, signed: tuple[str, str, str]) -> Ask:
    """The request as operation and parameters, read by the rules of the service's protocol."""
    access_key, service, region = signed
    request = Request({**environ, "wsgi.input": io.BytesIO(body)})
    operation, in_path = get_service_router(service).match(request)
    protocol = determine_request_protocol(get_service_model(service), request.content_type)
    parsed = PROTOCOL_PARSERS[protocol](operation).parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": body,
            "url_path": request.path,
            "url_params": in_path,
        }
    )
    return Ask(access_key, service, region, operation.name, parsed or {})


def answer(ask: Ask, content: Mapping[str, Any], content_type: str = "") -> Reply:
    """The structure as the service would send it."""
    model = get_service_model(ask.service)
    operation = model.operation_model(ask.operation)
    if problems := misfits(content, operation.output_shape, ask.operation):
        raise TypeError("; ".join(problems))
    protocol = determine_request_protocol(model, content_type)
    sent = get_serializer_class(ask.service, protocol)(operation).serialize(dict(content))
    raw = sent["body"]
    headers = {str(key): str(value) for key, value in sent["headers"].items()}
    return Reply(int(sent["status_code"]), headers, raw.encode() if isinstance(raw, str) else bytes(raw))


def refusal(service: str, error: Refusal) -> Reply:
    """The error as the service's protocol words it."""
    protocol = str(get_service_model(service).resolved_protocol)
    if protocol == CBOR:
        said = encoded({"__type": error.code, "message": error.message})
        return Reply(error.status, {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}, said)
    if "json" in protocol:
        text = json.dumps({"__type": error.code, "message": error.message, "Message": error.message})
        kind = {"Content-Type": "application/json", "x-amzn-ErrorType": error.code}
        return Reply(error.status, kind, text.encode())
    inner = f"<Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
    words = {
        "ec2": f"<Response><Errors><Error>{inner}</Error></Errors><RequestID>demo</RequestID></Response>",
        "query": f"<ErrorResponse><Error><Type>Sender</Type>{inner}</Error><RequestId>demo</RequestId></ErrorResponse>",
        "rest-xml": f"<ErrorResponse><Error>{inner}</Error><RequestId>demo</RequestId></ErrorResponse>",
    }[protocol]
    return Reply(error.status, {"Content-Type": "text/xml"}, words.encode())


_SCALARS: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "float": (float, int),
    "double": (float, int),
    "timestamp": datetime,
    "blob": bytes,
}


def misfits(content: Any, shape: Any, path: str) -> list[str]:
    """What in the structure does not fit the botocore shape: unknown members and wrong types, as text."""
    if shape is None:
        return [f"{path}: no output shape"] if content else []
    if shape.type_name == "structure":
        if not isinstance(content, Mapping):
            return [f"{path}: {type(content).__name__} where a structure belongs"]
        unknown = [f"{path}.{name}: no such member" for name in content if name not in shape.members]
        known = [(name, value) for name, value in content.items() if name in shape.members]
        return unknown + [
            text for name, value in known for text in misfits(value, shape.members[name], f"{path}.{name}")
        ]
    if shape.type_name == "list":
        if not isinstance(content, list | tuple):
            return [f"{path}: {type(content).__name__} where a list belongs"]
        return [text for item in content for text in misfits(item, shape.member, f"{path}[]")]
    if shape.type_name == "map":
        return [text for key, item in content.items() for text in misfits(item, shape.value, f"{path}.{key}")]
    fits = isinstance(content, _SCALARS[shape.type_name])
    return [] if fits else [f"{path}: {type(content).__name__} where a {shape.type_name} belongs"]


@functools.cache
def named_operation(service: str, target: str) -> bool:
    """Whether the service knows an operation of that name."""
    return target in get_service_model(service).operation_names
