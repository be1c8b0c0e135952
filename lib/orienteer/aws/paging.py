"""How operations page: by botocore's paginators, else by the names that AWS's services use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from orienteer.aws.seams import paginators

_TOKENS = (
    ("NextToken", "NextToken"),
    ("nextToken", "nextToken"),
    ("Marker", "NextMarker"),
    ("Marker", "Marker"),
    ("NextPageToken", "NextPageToken"),
    ("PageToken", "NextPageToken"),
    ("pageToken", "nextPageToken"),
    ("NextMarker", "NextMarker"),
)
"""Parameter and member by which operations page for which botocore has no paginator."""
MORE = re.compile(r"next(page)?(token|marker)", re.IGNORECASE)


def says_more(page: Mapping[str, Any], outputs: tuple[str, ...]) -> bool:
    """True if a page without a token that we can send back says that another follows."""
    said = any(page.get(flag) is True for flag in ("IsTruncated", "HasMoreResults"))
    return said or (not outputs and any(value and MORE.fullmatch(key) for key, value in page.items()))


_PAGING: dict[tuple[str, str], tuple[tuple[str, ...], tuple[str, ...], str, int]] = {}


def paging(service: str, name: str, model: Any) -> tuple[tuple[str, ...], tuple[str, ...], str, int]:
    """Token parameters, token paths in the answer, the page size parameter and its maximum, of an operation."""
    if (service, name) not in _PAGING:
        rule = paginators(service, model.service_model.api_version).get(name)
        given = model.input_shape.members if model.input_shape else {}
        back = model.output_shape.members if model.output_shape else {}
        if rule:
            inputs, outputs = _many(rule["input_token"]), _many(rule["output_token"])
            limit = rule.get("limit_key", "")
        else:
            told = {o: f"{n}.{o}" for n, s in back.items() if s.type_name == "structure" for o in s.members}
            told |= {o: o for o in back}
            pair = next(((i, told[o]) for i, o in _TOKENS if i in given and o in told), None)
            inputs, outputs = ((pair[0],), (pair[1],)) if pair else ((), ())
            limit = next((n for n in ("MaxResults", "maxResults", "MaxItems") if pair and n in given), "")
        shape = given.get(limit)
        most = shape.metadata.get("max", 0) if shape is not None and shape.type_name in ("integer", "long") else 0
        _PAGING[service, name] = (inputs, outputs, limit, int(most))
    return _PAGING[service, name]


def _many(value: str | list[str]) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else (value,)
