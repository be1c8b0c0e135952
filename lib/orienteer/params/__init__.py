"""One YAML file per client: read, held against the closed schema, told wrong in one line per fault."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError

from orienteer.books import names as notebook_names
from orienteer.errors import OrienteerError
from orienteer.params.beside import with_files
from orienteer.params.narrow import narrowed
from orienteer.params.read import Document, Place, Unreadable, read_document, resolved
from orienteer.params.schema import Account, Answer, Demo, Engagement, Organization, Params, Trusted
from orienteer.params.words import MEANT, credentials, dotted, nearest, safe, shown

__all__ = [
    "Account",
    "Answer",
    "Demo",
    "Engagement",
    "Organization",
    "Params",
    "ParamsError",
    "Trusted",
    "errors",
    "from_mapping",
    "load",
    "narrowed",
]

TARGETS = ("accounts", "organization", "profile")
MAX_TOLD = 100
CREDENTIAL = "looks like a credential; those come from boto3's own chain (profile, SSO, environment), never from here"

MISSING, UNKNOWN = "is missing", "unknown key"

Fault = tuple[Place, str]


class ParamsError(OrienteerError):
    """A params file that cannot be used; `errors` holds one line per fault."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults), 2)
        self.errors = faults

    def __reduce__(self) -> tuple[Any, ...]:
        return ParamsError, (self.errors,)


def load(path: Path | str) -> Params:
    """The params of the file.  Raises ParamsError."""
    document, faults = _read(Path(path))
    params = None if faults or document is None else _validated(document.data)
    if params is None:
        raise ParamsError(faults)
    return params


def errors(path: Path | str) -> list[str]:
    """What is wrong with the file, one line per fault: `file:line: key: what is wrong`; empty when it is good."""
    return _read(Path(path))[1]


def from_mapping(mapping: Mapping[str, Any] | None) -> Params:
    """The params of a mapping as a params file would hold it, all keys optional.  Raises ParamsError."""
    given = _thawed(mapping or {})
    data, listed = with_files(_without_notes(given), Path())
    found = list(_leaks(given)) or list(_faults(data, whole=False))
    faults = [f"params: {dotted(place)}: {said}" for place, said in found]
    faults += [one.line or f"params: {one.key}: {one.words}" for one in listed]
    if faults:
        raise ParamsError(faults)
    return _validated(data)


def _read(path: Path) -> tuple[Document | None, list[str]]:
    """The document without its notes, and its faults in the order of the lines."""
    name = safe(str(path))
    try:
        document = read_document(path)
    except Unreadable as error:
        return None, [f"{name}:{error.line}: {shown(error.key)[1:-1]}: {error}"]
    if not isinstance(document.data, dict):
        return None, [f"{name}:{document.line(())}: file: must be a mapping of keys, one per line"]
    data, listed = with_files(resolved(_without_notes(document.data), (), document.plain), path.parent)
    found = list(_leaks(document.data)) or list(_faults(data, whole=True))
    found.sort(key=lambda fault: document.line(fault[0]))
    told = [f"{name}:{document.line(place)}: {dotted(place)}: {said}" for place, said in found[:MAX_TOLD]]
    told += [one.line or f"{name}:{document.line((one.key,))}: {one.key}: {one.words}" for one in listed[:MAX_TOLD]]
    if len(found) > MAX_TOLD:
        line = document.line(found[MAX_TOLD][0])
        told.append(f"{name}:{line}: file: {len(found) - MAX_TOLD:,} more faults from here on; fix those above first")
    return Document(data, document.lines, document.plain), told


def _thawed(value: Any) -> Any:
    """Plain dicts and lists all the way down."""
    if isinstance(value, Mapping):
        return {key: _thawed(item) for key, item in value.items()}
    return [_thawed(item) for item in value] if isinstance(value, list | tuple) else value


def _without_notes(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_notes(item) for key, item in value.items() if not str(key).startswith("x-")}
    return [_without_notes(item) for item in value] if isinstance(value, list) else value


def _leaks(data: Mapping[str, Any]) -> Iterator[Fault]:
    """Credentials, wherever they stand.  Where there is one, nothing else is said, so that nothing echoes it."""
    known = {("thresholds", name) for name in _threshold_names()} if data.get("thresholds") else set()
    for place in credentials(data, known):
        yield place, CREDENTIAL


def _faults(data: dict[str, Any], *, whole: bool) -> Iterator[Fault]:
    shape = list(_shape_faults(data))
    yield from shape
    if isinstance(data.get("thresholds"), dict):
        from orienteer.params.catalogue import threshold_faults  # loads the catalogue, and pandas with it

        yield from threshold_faults(data["thresholds"])
    if isinstance(data.get("answers"), dict):
        from orienteer.params.catalogue import answer_faults

        yield from answer_faults(data["answers"])
    books, known = data.get("notebooks"), notebook_names()
    for at, name in enumerate(books if isinstance(books, list) else ()):
        if isinstance(name, str) and name.strip() and name not in known:
            yield ("notebooks", at), f"unknown notebook {shown(name)}{nearest(name, known)}"
    if whole:
        meant = " ".join(said for _, said in shape)
        yield from _target_faults(data, meant)


def _threshold_names() -> Mapping[str, Any]:
    from orienteer.params.catalogue import thresholds  # loads the catalogue, and pandas with it

    return thresholds()


def _target_faults(data: Mapping[str, Any], meant: str) -> Iterator[Fault]:
    """A file names its client and exactly one thing to assess; a misspelt key (in `meant`) is not told twice."""
    if "client" not in data and "'client'" not in meant:
        yield (), "the key client (slug and name) is missing"
    given = [key for key in TARGETS if key in data]
    if len(given) > 1:
        yield (given[1],), f"stands beside {given[0]}; give one of {', '.join(TARGETS)}"
    if not given and not any(f"'{key}'" in meant for key in TARGETS):
        yield (), f"nothing to assess; give one of {', '.join(TARGETS)}"


@cache
def _adapter() -> TypeAdapter[Params]:
    return TypeAdapter(Params)


def _shape_faults(data: Any) -> Iterator[Fault]:
    try:
        _adapter().validate_python(data)
    except ValidationError as error:
        faults = [
            _told(one["loc"], one["type"], one["msg"], one.get("ctx", {})) for one in error.errors(include_url=False)
        ]
        meant = {(place[:-1], said) for place, said in faults}
        for place, said in faults:  # a misspelt key is not told as missing too
            if said != MISSING or (place[:-1], UNKNOWN + MEANT.format(place[-1])) not in meant:
                yield place, said


def _told(place: Place, kind: str, message: str, context: Mapping[str, Any]) -> Fault:
    if kind == "params":
        return ((*place, context["key"]) if context["key"] else place), str(context["say"])
    if kind in ("unexpected_keyword_argument", "extra_forbidden"):
        return place, UNKNOWN + nearest(place[-1], _keys(place[:-1]))
    if kind == "missing":
        return place, MISSING
    if kind == "literal_error":
        return place, f"must be one of {context['expected'].replace(' or ', ', ')}"
    if kind.startswith(("dataclass", "dict", "mapping", "model")):
        return place, "must be a mapping of keys"
    if kind.startswith(("list", "tuple")):
        return place, "must be a list"
    if "keys should be strings" in message.lower():
        return place, "keys must be text"
    return place, message.lower().replace("input should be", "must be")


def _keys(place: Place) -> tuple[str, ...]:
    """Known keys of the mapping at the place."""
    return _known_keys(tuple(part if isinstance(part, str) else 0 for part in place))


@cache
def _known_keys(place: Place) -> tuple[str, ...]:
    hint: Any = Params
    for part in place:
        found = get_type_hints(hint)[str(part)] if hasattr(hint, "__dataclass_fields__") else _item(hint)
        hint = _item(found) if get_origin(found) in (UnionType, Union) else found
    return tuple(getattr(hint, "__dataclass_fields__", ()))


def _item(hint: Any) -> Any:
    """What a list or mapping holds; of an optional type the type."""
    inner = [a for a in get_args(hint) if a not in (type(None), Ellipsis)]
    return inner[-1] if inner else hint


def _validated(data: Any) -> Params:
    return _adapter().validate_python(data)
