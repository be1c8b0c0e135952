"""What facts and controls may be given beside rows: thresholds of a params file, the clock, the client."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pydantic import AfterValidator, WithJsonSchema

CONTEXT = ("as_of", "client")
"""Keyword-only parameters that are no thresholds: the moment ages count from (Timestamp, UTC) and the `Client`."""


@dataclass(frozen=True, slots=True)
class Client:
    """What the client told us (from the params file), for those who ask for it by the parameter `client`."""

    trusted_accounts: Mapping[str, str] = field(default_factory=dict)  # account id to name
    owners: Mapping[str, str] = field(default_factory=dict)  # account id of a trusted account to who answers for it
    inventory: Mapping[str, str] = field(default_factory=dict)  # account id to name; empty: none was given
    advice: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)  # by account id: what it exported
    approved_regions: tuple[str, ...] = ()
    exception_ou: str = ""
    name: str = ""
    accounts: tuple[str, ...] = ()  # account ids the engagement names; empty: whatever was found
    regions: tuple[str, ...] = ()  # regions the engagement names; empty: those that each account has enabled
    exposures: str = "all"  # which types of resource that can be opened to others are looked for: all or main
    excused: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)  # by threshold: exceptions the file makes
    last_accessed: str = "powerful"  # whose calls are asked about: none, powerful or all


EXCUSING = (
    "accepted_exposures",
    "allowed_exempt_principals",
    "bastions",
    "break_glass_users",
    "deployment_accounts",
    "expected_endpoints",
    "image_publishers",
    "internet_facing_accounts",
    "key_exceptions",
    "log_admins",
    "no_security_read",
    "public_apis",
    "public_hosting_accounts",
    "public_subnets",
    "root_level_ok",
    "serial_console_accounts",
    "special_ous_waived",
    "ssh_exceptions",
    "user_assignments_ok",
)
"""Thresholds by which a params file makes exceptions: what they name does not fail."""


def _excused(thresholds: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    return {name: tuple(thresholds[name]) for name in EXCUSING if thresholds.get(name)}


def client_of(params: Mapping[str, Any]) -> Client:
    """The Client that a params file, as plain data (`Params.public`, a run's manifest), tells of."""
    return Client(
        trusted_accounts={one["id"]: one.get("name") or "" for one in params.get("trusted_accounts") or ()},
        owners={one["id"]: one.get("owner") or "" for one in params.get("trusted_accounts") or ()},
        inventory={one["id"]: one.get("name") or "" for one in params.get("inventory") or ()},
        advice=_advice(params.get("trusted_advisor") or ()),
        approved_regions=tuple(params.get("approved_regions") or ()),
        exception_ou=params.get("exception_ou") or "",
        name=(params.get("client") or {}).get("name") or "",
        accounts=tuple(one["id"] for one in params.get("accounts") or ()),
        regions=tuple(params.get("regions") or ()),
        exposures=params.get("exposures") or "all",
        excused=_excused(params.get("thresholds") or {}),
        last_accessed=params.get("last_accessed") or "powerful",
    )


def _advice(exported: Iterable[Mapping[str, Any]]) -> Mapping[str, tuple[Mapping[str, Any], ...]]:
    """Checks of an export of Trusted Advisor by account."""
    found: dict[str, tuple[Mapping[str, Any], ...]] = {}
    for one in exported:
        found[one["account"]] = (*found.get(one["account"], ()), one)
    return found


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds of a threshold, written `days: Annotated[int, Range(1, 3650)] = 90`."""

    low: float | None = None
    high: float | None = None


def _account_id(text: str) -> str:
    if not re.fullmatch(r"[0-9]{12}", text):
        raise ValueError("an account id, 12 digits")
    return text


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError("a regular expression") from error
    return text


AccountId = Annotated[
    str,
    AfterValidator(_account_id),
    WithJsonSchema({"type": ["string", "integer"], "pattern": "^[0-9]{12}$", "minimum": 0, "maximum": 999_999_999_999}),
]
"""A threshold that is an account id; what is no such thing is refused when the params file is checked."""

Pattern = Annotated[str, AfterValidator(_pattern), WithJsonSchema({"type": "string", "format": "regex"})]
"""A threshold that is a regular expression, held against names whatever their case."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number, list or mapping that a params file may set under `thresholds`.

    `parameter` is what the function calls it: the name, with an underscore after it where another parameter has it.
    """

    name: str
    type: Any
    default: Any
    range: Range
    parameter: str


def thresholds_of(function: Callable[..., Any]) -> dict[str, Threshold]:
    """The thresholds of a function by name: its keyword-only parameters but those of CONTEXT."""
    keyword = [p for p in inspect.signature(function).parameters.values() if p.kind is p.KEYWORD_ONLY]
    found = [_threshold(function, p) for p in keyword if p.name not in CONTEXT]
    return {threshold.name: threshold for threshold in found}


def context_of(function: Callable[..., Any]) -> tuple[str, ...]:
    """Which of CONTEXT a function asks for."""
    return tuple(name for name in inspect.signature(function).parameters if name in CONTEXT)


def _threshold(function: Callable[..., Any], parameter: inspect.Parameter) -> Threshold:
    hint = get_type_hints(function, include_extras=True)[parameter.name]
    bounds = Range()
    for extra in get_args(hint) if get_origin(hint) is Annotated else ():
        if isinstance(extra, Range):
            hint, bounds = get_args(hint)[0], extra
    return Threshold(parameter.name.rstrip("_"), hint, parameter.default, bounds, parameter.name)


def given(function: Callable[..., Any], chosen: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, Any]:
    """The keyword arguments of a function: the thresholds that were chosen, and what it wants of the context."""
    found = {t.parameter: chosen[name] for name, t in thresholds_of(function).items() if name in chosen}
    return found | {name: context[name] for name in context_of(function)}
