"""Signs of secrets in plain values: the name of each value, what it looks like, and how random it is; never the value.

Values are looked at while a row is made, so that none of them reaches a snapshot, a finding or a log.

By hand: `{"DB_PASSWORD": "x7Kq9ZpL2m", "STAGE": "prod", "KEY_ARN": "arn:aws:kms:..."}` gives DB_PASSWORD with no kind
and 3.3 bits per character, STAGE with 2.0, and nothing for KEY_ARN, which only refers to something.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

KINDS = {
    "AWS access key": re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    "private key": re.compile(
        r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?(?:[^-\"]|-(?!----)|-----(?!END|BEGIN))*"
        r"(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----)?"
    ),
    "GitHub token": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})"),
    "GitLab token": re.compile(r"\bglpat-[A-Za-z0-9_-]{20,}"),
    "Slack token": re.compile(r"\bxox[abeprs]-[A-Za-z0-9-]{10,}"),
    "Google API key": re.compile(r"\bAIza[A-Za-z0-9_-]{35,}"),
    "Stripe key": re.compile(r"\b[rs]k_live_[A-Za-z0-9]{20,}"),
    "JSON web token": re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*"),
    "password in an address": re.compile(
        r"\b[A-Za-z][A-Za-z0-9+.-]*://[^\s/:@$\"]{0,100}:(?!\d{1,5}(?:[/?#]|$))(?P<secret>[^\s\"'${<>*\[]{3,200})@"
    ),
}
"""What tokens of known forms look like, from their first character to their last; of an address the password alone."""
_REFERENCE = re.compile(
    r"^(?:arn:|\{\{resolve:|ssm:|secretsmanager:|vault:|s3://|\$[{(A-Z_]|<|/(?:[\w.-]+/)+[\w.-]+$|\*+$|true$|false$)|\$\{",
    re.IGNORECASE,
)
"""Values that only say where a secret lies, and those that hide it."""
_ASSIGNED = re.compile(r"([A-Za-z_][\w.-]{1,60})\s*[:=]\s*[\"']?([^\s\"'#;&|]{6,})")
_TELLING = re.compile(r"pass|pwd|secret|token|api.?key|credential|auth", re.IGNORECASE)
_NAMES, _VALUES = ("name", "Name", "ParameterKey", "OutputKey"), ("value", "Value", "ParameterValue", "OutputValue")
MOST_NAMES, MOST_TEXT = 200, 200_000


def signs(value: Any) -> str:
    """The signs in a mapping of names to values, a list of {name, value}, or a text (of a script, in base64 or not).

    JSON text of a list of {name, kind, entropy}: kind is empty where the value has no form that is known, entropy is in
    bits per character.  Values that only refer to a secret, and empty ones, are left out.
    """
    found = list(_of_script(value)) if isinstance(value, str) else [_sign(n, v) for n, v in _pairs(value)]
    return json.dumps([one for one in found if one][:MOST_NAMES], sort_keys=True)


def entropy(text: str) -> float:
    """Bits per character (Shannon), to one decimal."""
    counts = Counter(text)
    return round(-sum(n / len(text) * math.log2(n / len(text)) for n in counts.values()), 1) if text else 0.0


def _pairs(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        yield from ((str(name), str(one)) for name, one in value.items())
        return
    for one in value:
        name = next((str(one[key]) for key in _NAMES if one.get(key)), "")
        yield name, next((str(one[key]) for key in _VALUES if one.get(key)), "")


def _sign(name: str, value: str) -> dict[str, Any] | None:
    kind = next((kind for kind, form in KINDS.items() if form.search(value)), "")
    if not value.strip() or (not kind and _REFERENCE.search(value.strip())):
        return None
    return {"name": name[:100], "kind": kind, "entropy": entropy(value)}


def _of_script(text: str) -> Iterator[dict[str, Any] | None]:
    """Signs in the lines of a script: known forms, and names that tell of a secret with what is assigned to them."""
    for number, line in enumerate(_plain(text)[:MOST_TEXT].splitlines(), 1):
        named = [(name, value) for name, value in _ASSIGNED.findall(line) if _TELLING.search(name)]
        told = [sign for name, value in named if (sign := _sign(name, value))]
        yield from told
        if not any(sign["kind"] for sign in told):
            kind = next((kind for kind, form in KINDS.items() if form.search(line)), "")
            yield {"name": f"line {number}", "kind": kind, "entropy": 0.0} if kind else None


def _plain(text: str) -> str:
    """The script: out of base64 where it is in it, unpacked where it is packed."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return text
    if raw[:2] == b"\x1f\x8b":
        try:
            raw = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(raw, MOST_TEXT)
        except zlib.error:
            return ""
    return raw.decode("utf-8", "replace")
