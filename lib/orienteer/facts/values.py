"""Small readings of cell values that several facts share: JSON lists, ages, what nobody asked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import pandas as pd

from orienteer.facts.seen import Unseen
from orienteer.facts.source import BOOLS
from orienteer.model import GLOBAL, KEYS

ROOT_USER = "<root_account>"
"""The root user's name in the credential report, and the resource of findings about it."""

PLACE = {"account_id": "account_id", "region": "region"}
"""A join by account and region."""

ACCOUNT = {"account_id": "account_id"}
"""A join by account."""

RESOURCE = {**PLACE, "resource_id": "resource_id"}
"""A join by account, region and resource."""

VPC = {**PLACE, "vpc_id": "vpc_id"}
"""A join by the VPC of an account and region."""


@lru_cache(maxsize=4096)
def names_in(text: str | None) -> tuple[str, ...]:
    """The texts in the list of a JSON column; none for a null and for anything that is no list."""
    try:
        found = json.loads(text or "[]")
    except (ValueError, RecursionError):
        return ()
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()


def documents(text: Any) -> list[Any]:
    """The list in a JSON column; empty for a null, a list of one for a single object."""
    if not isinstance(text, str):
        return []
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return value if isinstance(value, list) else [] if value is None else [value]


def objects(text: Any) -> list[dict[str, Any]]:
    """The objects in the list of a JSON column, or its single one."""
    return [one for one in documents(text) if isinstance(one, dict)]


def object_in(value: Any) -> dict[str, Any]:
    """The object in a JSON column, or a part of one; empty for anything else."""
    found = next(iter(documents(value)), None) if isinstance(value, str) else value
    return found if isinstance(found, dict) else {}


def tags_of(text: Any) -> dict[str, str]:
    """The tags in a JSON column, by key."""
    return {str(tag.get("Key")): str(tag.get("Value")) for tag in objects(text)}


def holds(found: bool, gaps: frozenset[str]) -> bool | Unseen:
    """True where it was found, else False; not seen where gaps may hide it."""
    return found or (Unseen(gaps, BOOLS[:2]) if gaps else False)


def fits(pattern: str, text: str | None) -> bool:
    """The pattern is found in the text, in upper or lower case."""
    return re.search(pattern, text or "", re.IGNORECASE) is not None


def days(later: Any, earlier: Any) -> int | None:
    """Whole days between two moments; None when one is not known."""
    return None if later is None or earlier is None else int((later - earlier) // pd.Timedelta(days=1))


def latest(*moments: Any) -> Any:
    """The latest of the moments that are known; None when none is."""
    known = [moment for moment in moments if moment is not None]
    return max(known) if known else None


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain mappings, every null as None."""
    plain = table.astype(object).where(table.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]


def keys_at(account_id: Any, resource_id: Any, resource_arn: Any = None, *, region: Any = GLOBAL) -> dict[str, Any]:
    """The keys of a row about a resource of an account; of no region and without ARN where none is given."""
    return dict(zip(KEYS, (account_id, region, resource_id, resource_arn), strict=True))


def cells_of(row: Mapping[str, Any], *columns: str) -> dict[str, Any]:
    """The keys of a row, and these of its columns."""
    return {name: row[name] for name in (*KEYS, *columns)}


def active(accounts: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Accounts that are not seen to be suspended or being closed; a state that AWS does not give counts as active."""
    return [row for row in accounts if row["id"] is not None and not is_ended(row["state"])]


def is_ended(state: Any) -> bool:
    """The state of an account is known, and is another than active."""
    return isinstance(state, str) and state not in ("", "ACTIVE")


def not_asked(api: str, account: Any, region: Any, why: str = "the account is not part of this assessment") -> str:
    """The text of a gap: the operation that would tell, where, and why nobody asked it; "all" accounts go unnamed."""
    where = "" if account == "all" else f" (account {account}, region {region})"
    return f"{api} was not called{where}: {why}"
