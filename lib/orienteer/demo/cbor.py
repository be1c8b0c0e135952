"""Answers in CBOR, which newer service models speak and moto does not.  https://www.rfc-editor.org/rfc/rfc8949"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from datetime import datetime
from typing import Any


def encoded(value: Any) -> bytes:
    """The value in CBOR: null, booleans, numbers, text, bytes, moments, lists and mappings."""
    if value is None:
        return b"\xf6"
    if isinstance(value, bool):
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, float):
        return b"\xfb" + struct.pack(">d", value)
    if isinstance(value, datetime):
        return b"\xc1" + encoded(value.timestamp())
    if isinstance(value, str):
        text = value.encode()
        return _head(3, len(text)) + text
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, Mapping):
        return _head(5, len(value)) + b"".join(encoded(k) + encoded(v) for k, v in value.items())
    return _head(4, len(value)) + b"".join(map(encoded, value))


def _head(kind: int, number: int) -> bytes:
    """Major type and argument."""
    if number < 24:
        return bytes([kind << 5 | number])
    size = next(n for n in (1, 2, 4, 8) if number < 1 << 8 * n)
    return bytes([kind << 5 | 24 + (1, 2, 4, 8).index(size)]) + number.to_bytes(size)
