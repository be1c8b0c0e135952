"""Answers about what can be opened to others, for services that moto lacks or that hold nothing here.

A hundred services are asked in each account and region, and most hold nothing: such an answer is made once, from
botocore's own output shape, and sent without troubling moto.  What is planted stands in `exposed_nordlicht`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any
from urllib.parse import parse_qsl, unquote

from botocore.model import ServiceModel
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model

from orienteer import tables
from orienteer.aws.plan import api_name
from orienteer.aws.seams import loader
from orienteer.model import EMPTY, Call, Table

from .cbor import encoded
from .exposed_nordlicht import PLANTED
from .plan import Account, Organization
from .wire import CBOR, Refusal, Reply, misfits, refusal

MOTOS = {
    ("ec2", "DescribeAddresses"),
    ("ec2", "DescribeKeyPairs"),
    ("ec2", "DescribeFlowLogs"),
    ("s3", "GetBucketWebsite"),
}
"""Operations of these tables that moto answers."""
EXPRESS = {("s3", "ListDirectoryBuckets")}
"""Operations that have the path of another of their service, and are told apart by the name that signs them."""
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
OFF: Mapping[tuple[str, str], Any] = {
    ("ec2", "GetAllowedImagesSettings"): {"State": "disabled"},
    ("ecr", "GetRegistryScanningConfiguration"): {"scanningConfiguration": {"scanType": "BASIC", "rules": []}},
    ("lightsail", "GetBuckets"): {"buckets": [], "accountLevelBpaSync": {"bpaImpactsLightsail": False}},
    ("lakeformation", "GetDataLakeSettings"): {"DataLakeSettings": {"AllowFullTableExternalDataAccess": False}},
}
"""Settings that every account has."""
REFUSED: Mapping[tuple[str, str], tuple[str, str]] = {
    ("macie2", "GetMacieSession"): ("AccessDeniedException", "Macie is not enabled"),
    ("inspector2", "DescribeOrganizationConfiguration"): (
        "AccessDeniedException",
        "Invoking account is not the delegated administrator.",
    ),
}
"""What a service answers where it was never turned on, or to an account that does not administer it."""


@dataclass(frozen=True)
class Request:
    """A request, as far as an answer is chosen by it: service, operation, and the texts in its path and body."""

    service: str
    operation: str
    texts: frozenset[str]


def reply(environ: Mapping[str, Any], body: bytes, signing: str, plan: Organization, account: Account) -> Reply | None:
    """The answer to one of these operations; None to any other."""
    asked = understood(environ, body, signing)
    if asked is None:
        return None
    region = str(environ.get("HTTP_AUTHORIZATION", "")).split("/")[2]
    planted = PLANTED.get((plan.slug, account.key, region, asked.service, asked.operation), ())
    for key, content in planted:
        if not key or key in asked.texts:
            return _sent(asked.service, asked.operation, content(account) if callable(content) else content)
    try:
        return _nothing(asked.service, asked.operation)
    except Refusal as error:
        return refusal(asked.service, error)  # not by the name that signs, which may be another service's


@cache
def _nothing(service: str, operation: str) -> Reply:
    """The answer where there is nothing: an empty list, a setting as it comes, or what AWS calls not set."""
    if (service, operation) in OFF:
        return _sent(service, operation, OFF[service, operation])
    if (service, operation) in REFUSED:
        raise Refusal(*REFUSED[service, operation], 403)
    shape = _models()[service].operation_model(operation).output_shape
    absent = sorted(code for code in calls()[service, operation].absent if code != EMPTY and ":" not in code)
    lists = shape is not None and any(member.type_name == "list" for member in shape.members.values())
    nested = {"DistributionList", "VpcOriginList"} & set(shape.members if shape else ())
    if not lists and not nested and absent:
        raise Refusal(absent[0], "There is none.", 404)
    return _sent(service, operation, _empty(shape))


def _empty(shape: Any) -> Any:
    """The least that fits a shape: empty lists, and what it requires."""
    wanted = {n: m for n, m in shape.members.items() if m.type_name == "list" or n in shape.required_members}
    wanted |= {n: m for n, m in shape.members.items() if n in ("DistributionList", "VpcOriginList")}
    plain = {"string": "", "boolean": False, "integer": 0, "long": 0, "list": [], "map": {}, "timestamp": NEVER}
    return {n: _empty(m) if m.type_name == "structure" else plain[m.type_name] for n, m in wanted.items()}


def _sent(service: str, operation: str, content: Any) -> Reply:
    """The content as the service sends it, held against botocore's output shape."""
    model = _models()[service]
    found = model.operation_model(operation)
    if problems := misfits(content, found.output_shape, operation):
        raise TypeError("; ".join(problems))
    if model.resolved_protocol == CBOR:
        return Reply(200, {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}, encoded(content))
    known = get_service_model(service).operation_model(operation)  # moto's serializers want moto's own shapes
    made = get_serializer_class(service, str(model.resolved_protocol))(known).serialize(dict(content))
    raw = made["body"]
    headers = {str(key): str(value) for key, value in made["headers"].items()}
    return Reply(int(made["status_code"]), headers, raw.encode() if isinstance(raw, str) else bytes(raw))


# --- which operation is asked


@cache
def calls() -> Mapping[tuple[str, str], Call]:
    """The operations that are answered here, each with the call that a table makes of it."""
    modules = [import_module(f"{tables.__name__}.{m.name}") for m in iter_modules(tables.__path__)]
    mine = [m for m in modules if m.__dict__.keys() & {"listed", "owned", "described", "batched"}]
    others = {name for m in modules if m not in mine for name, _ in _named(m)}
    return {name: call for m in mine for name, call in _named(m) if name not in others | MOTOS}


def _named(module: Any) -> Iterator[tuple[tuple[str, str], Call]]:
    own = [table for table in vars(module).values() if isinstance(table, Table)]
    return (((call.service, api_name(call)), call) for table in own for call in table.calls)


@cache
def _models() -> Mapping[str, ServiceModel]:
    names = {service for service, _ in calls()}
    return {name: ServiceModel(loader().load_service_model(name, "service-2"), name) for name in names}


@cache
def _targets() -> Mapping[str, str]:
    """Services by what stands before the operation in X-Amz-Target."""
    return {str(m.metadata["targetPrefix"]): name for name, m in _models().items() if "targetPrefix" in m.metadata}


@cache
def _signers() -> Mapping[str, tuple[str, ...]]:
    """Services by the name that their requests are signed with."""
    found: dict[str, list[str]] = {}
    for name, model in _models().items():
        signer = str(model.metadata.get("signingName") or model.metadata["endpointPrefix"])
        found.setdefault("s3control" if name == "s3control" else signer, []).append(name)
    return {signer: tuple(names) for signer, names in found.items()} | {"s3express": ("s3",)}


@cache
def _paths(service: str) -> tuple[tuple[str, re.Pattern[str], str], ...]:
    """Method, path and name of a service's operations that are answered here; the most literal path first."""
    found = []
    for owner, name in calls():
        if owner == service:
            http = _models()[service].operation_model(name).http
            path = re.sub(r"\\?\{[^{}]+\\?\}", "(.+?)", re.escape(str(http["requestUri"]).partition("?")[0]))
            found.append((str(http["method"]), re.compile(path.rstrip("/") + "/?"), name))
    return tuple(sorted(found, key=lambda one: (one[1].pattern.count("(.+?)"), -len(one[1].pattern))))


def understood(environ: Mapping[str, Any], body: bytes, signing: str) -> Request | None:
    """The operation that is asked, where it is one of these."""
    if str(environ.get("PATH_INFO", "")).startswith("/v20180820/"):
        signing = "s3control"
    target = str(environ.get("HTTP_X_AMZ_TARGET", ""))
    if target:
        prefix, _, name = target.rpartition(".")
        return _asked(_targets().get(prefix, ""), name, _texts(body))
    path = str(environ.get("PATH_INFO", ""))
    if rpc := re.fullmatch(r"/service/(\w+)/operation/(\w+)", path):
        return _asked(_targets().get(rpc[1], ""), rpc[2], frozenset())
    if b"Action=" in body:
        given = dict(parse_qsl(body.decode()))
        here = (s for s in _signers().get(signing, ()) if _models()[s].api_version == given.get("Version"))
        return next((r for s in here if (r := _asked(s, given.get("Action", ""), frozenset(given.values())))), None)
    method = str(environ.get("REQUEST_METHOD", ""))
    for service in _signers().get(signing, ()):
        for verb, pattern, name in _paths(service) if _models()[service].protocol.startswith("rest") else ():
            found = pattern.fullmatch(path) if verb == method else None
            if found and (signing == "s3express") == ((service, name) in EXPRESS):
                asked = parse_qsl(str(environ.get("QUERY_STRING", "")))
                return Request(service, name, frozenset(map(unquote, found.groups())) | {v for _, v in asked})
    return None


def _asked(service: str, name: str, texts: frozenset[str]) -> Request | None:
    return Request(service, name, texts) if (service, name) in calls() else None


def _texts(body: bytes) -> frozenset[str]:
    given = json.loads(body or b"{}")
    return frozenset(v for v in given.values() if isinstance(v, str)) if isinstance(given, dict) else frozenset()
