"""One YAML document as plain data with the line of every key: scalars stay text until the schema wants something else.

Stricter than a YAML loader: no tags, no second document, no duplicate keys, nothing that expands or nests without end.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml import events

Place = tuple[str | int, ...]
"""Keys and positions that lead from the root of a document to a value."""

MAX_BYTES = 1_000_000
MAX_DEPTH = 32
MAX_ALIASED = 10_000
PURE_PARSER_BYTES = 128_000

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_ACCOUNT_ID = re.compile(r"[0-9]{12}")
_IDS = frozenset({"id", "external_id", "include", "exclude", "trusted_accounts", "inventory"})
"""Keys whose values, or the items of whose lists, are ids."""
_BOOLS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


class Unreadable(Exception):
    """The text is not the one plain document that a params file is.  Carries line and key where they are known."""

    def __init__(self, message: str, line: int = 1, key: str = "file") -> None:
        super().__init__(message)
        self.line = line
        self.key = key


@dataclass(frozen=True)
class Document:
    """The data (dict, list, str, None), the line of each place, and the places of unquoted scalars."""

    data: Any
    lines: dict[Place, int] = field(default_factory=dict)
    plain: frozenset[Place] = frozenset()

    def line(self, place: Place) -> int:
        """Line of the place, or of the nearest place above it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


@dataclass(frozen=True)
class _Node:
    """A composed value: `kind` is plain, text, list or map; `size` counts the values in it, aliases expanded."""

    kind: str
    line: int
    value: Any
    size: int = 1


def read_document(path: Path) -> Document:
    """The document in the file.  Raises Unreadable."""
    return parsed(decoded(content_of(path)))


def content_of(path: Path, limit: int = MAX_BYTES, why: str = "which no params file is") -> bytes:
    """The bytes of the file, at most `limit`; `why` says why more cannot be right.  Raises Unreadable."""
    try:
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except OSError as error:
        raise Unreadable(f"cannot be read: {(error.strerror or 'unknown error').lower()}") from error
    if len(content) > limit:
        raise Unreadable(f"larger than {limit:,} bytes, {why}")
    return content


def decoded(content: bytes) -> str:
    """The bytes as text: UTF-8 or, with its byte order mark, UTF-16.  Raises Unreadable."""
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("is not UTF-8 text", content.count(b"\n", 0, error.start) + 1) from error
    if "\0" in text:
        raise Unreadable("is binary, not text", text.count("\n", 0, text.index("\0")) + 1)
    return text


def parsed(text: str) -> Document:
    """The one document of the text.  Raises Unreadable."""
    if text.lstrip()[:1] == "{":
        text = text.replace("\t", " ")  # JSON may be indented by tabs; inside its strings they are not allowed anyway
    loader = yaml.SafeLoader if len(text) < PURE_PARSER_BYTES else getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    stream = yaml.parse(text, Loader=loader)
    try:
        root = _root(stream)
    except yaml.MarkedYAMLError as error:
        raise _syntax(error, text) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1 if isinstance(error.position, int) else 1
        raise Unreadable("holds a control character", line, "yaml") from error
    except yaml.YAMLError as error:
        raise Unreadable("is not valid YAML", key="yaml") from error
    lines: dict[Place, int] = {}
    plain: set[Place] = set()
    return Document(_data(root, (), lines, plain), lines, frozenset(plain))


def _syntax(error: yaml.MarkedYAMLError, text: str) -> Unreadable:
    line = error.problem_mark.line if error.problem_mark else 0
    rows = text.splitlines()
    indent = rows[line][: len(rows[line]) - len(rows[line].lstrip())] if line < len(rows) else ""
    if "\t" in indent or "\\t" in (error.problem or ""):
        return Unreadable("a tab where spaces are needed", line + 1, "yaml")
    said = error.problem or error.context or "not valid YAML"
    return Unreadable(" ".join(re.sub(r'"[^"]*"|\'[^\'<][^\']{2,}\'', "...", said).split()), line + 1, "yaml")


def _root(stream: Iterator[Any]) -> _Node:
    anchors: dict[str, _Node | None] = {}
    budget = [MAX_ALIASED]
    root: _Node | None = None
    for event in stream:
        if isinstance(event, events.DocumentStartEvent):
            if root is not None:
                raise Unreadable("a second document begins; a params file is one document", _line(event), "yaml")
            if event.tags:
                raise Unreadable("a %TAG directive; tags are not allowed", _line(event), "yaml")
        elif isinstance(event, events.NodeEvent):
            root = _compose(event, stream, anchors, budget, 0)
    if root is None or (root.kind == "plain" and root.value in _NULLS):
        raise Unreadable("is empty")
    return root


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _compose(
    event: Any, stream: Iterator[Any], anchors: dict[str, _Node | None], budget: list[int], depth: int
) -> _Node:
    line = _line(event)
    if depth > MAX_DEPTH:
        raise Unreadable(f"nested deeper than {MAX_DEPTH} levels", line, "yaml")
    if isinstance(event, events.AliasEvent):
        return _aliased(event.anchor, line, anchors, budget)
    if event.tag is not None:
        raise Unreadable("a tag (!); tags are not allowed", line, "yaml")
    if event.anchor is not None:
        anchors[event.anchor] = None
    if isinstance(event, events.ScalarEvent):
        node = _scalar(event, line)
    elif isinstance(event, events.SequenceStartEvent):
        node = _sequence(line, stream, anchors, budget, depth)
    else:
        node = _mapping(line, stream, anchors, budget, depth)
    if event.anchor is not None:
        anchors[event.anchor] = node
    return node


def _aliased(name: str | None, line: int, anchors: dict[str, _Node | None], budget: list[int]) -> _Node:
    if name is None or name not in anchors:
        raise Unreadable("an alias (*) to an anchor that does not exist", line, "yaml")
    node = anchors[name]
    if node is None:
        raise Unreadable("an alias (*) to the value it stands in", line, "yaml")
    budget[0] -= node.size
    if budget[0] < 0:
        raise Unreadable(f"aliases (*) expand to more than {MAX_ALIASED:,} values", line, "yaml")
    return node


def _scalar(event: Any, line: int) -> _Node:
    value = event.value
    if any("\ud800" <= c <= "\udfff" for c in value):  # JSON writes one character as two surrogates
        try:
            value = value.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError as error:
            raise Unreadable("half a character (lone surrogate)", line, "yaml") from error
    if event.style:
        return _Node("text", line, value)
    if _NOT_FINITE.fullmatch(value):
        raise Unreadable("infinity or not-a-number, which nothing here may be", line, "yaml")
    return _Node("plain", line, value)


def _sequence(
    line: int, stream: Iterator[Any], anchors: dict[str, _Node | None], budget: list[int], depth: int
) -> _Node:
    items: list[_Node] = []
    for event in stream:
        if isinstance(event, events.SequenceEndEvent):
            break
        items.append(_compose(event, stream, anchors, budget, depth + 1))
    return _Node("list", line, items, 1 + sum(item.size for item in items))


def _mapping(
    line: int, stream: Iterator[Any], anchors: dict[str, _Node | None], budget: list[int], depth: int
) -> _Node:
    own: dict[str, tuple[int, _Node]] = {}
    merged: dict[str, tuple[int, _Node]] = {}
    for event in stream:
        if isinstance(event, events.MappingEndEvent):
            break
        at = _line(event)
        key = _compose(event, stream, anchors, budget, depth + 1)
        if key.kind not in ("plain", "text"):
            raise Unreadable("a list or mapping where a key is needed", at, "yaml")
        value = _compose(next(stream), stream, anchors, budget, depth + 1)
        if key.kind == "plain" and key.value == "<<":
            merged = {**_merge(value, at), **merged}
        elif key.value in own:
            raise Unreadable(f"key given twice, first on line {own[key.value][0]}", at, key.value)
        else:
            own[key.value] = (at, value)
    entries = merged | own
    return _Node("map", line, entries, 1 + sum(1 + value.size for _, value in entries.values()))


def _merge(value: _Node, line: int) -> dict[str, tuple[int, _Node]]:
    sources = value.value if value.kind == "list" else [value]
    if any(source.kind != "map" for source in sources):
        raise Unreadable("<< needs an alias to a mapping", line, "<<")
    found: dict[str, tuple[int, _Node]] = {}
    for source in sources:
        found = source.value | found
    return found


def _data(node: _Node, place: Place, lines: dict[Place, int], plain: set[Place]) -> Any:
    lines.setdefault(place, node.line)
    if node.kind == "map":
        for key, (line, _) in node.value.items():
            lines[(*place, key)] = line
        return {key: _data(value, (*place, key), lines, plain) for key, (_, value) in node.value.items()}
    if node.kind == "list":
        return [_data(item, (*place, at), lines, plain) for at, item in enumerate(node.value)]
    if node.kind == "text":
        return node.value
    plain.add(place)
    return None if node.value in _NULLS else node.value


def resolved(value: Any, place: Place, plain: frozenset[Place]) -> Any:
    """The value with its unquoted scalars typed as YAML 1.2 does: true and 12 and 1.5; the rest stays text.

    Ids stay text however they are written: 12 digits anywhere, and whatever stands where an id belongs.
    """
    if isinstance(value, dict):
        return {key: resolved(item, (*place, key), plain) for key, item in value.items()}
    if isinstance(value, list):
        return [resolved(item, (*place, at), plain) for at, item in enumerate(value)]
    if place not in plain or not isinstance(value, str) or _ACCOUNT_ID.fullmatch(value) or _IDS & set(place[-2:]):
        return value
    if value in _BOOLS:
        return _BOOLS[value]
    if _INT.fullmatch(value) and len(value) < 40:
        return int(value)
    return float(value) if _FLOAT.fullmatch(value) and len(value) < 40 else value
