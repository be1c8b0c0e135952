"""Params for a first try: some of a client's accounts, some regions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields
from typing import Any, TypeVar

from orienteer.aws.regions import regions as known_regions
from orienteer.errors import OrienteerError
from orienteer.params.fields import ACCOUNT_ID
from orienteer.params.schema import Organization, Params
from orienteer.params.words import nearest, shown


def narrowed(params: Params, accounts: Sequence[str] = (), regions: Sequence[str] = ()) -> Params:
    """The params for a first try: only these of the client's accounts, only these regions.  Raises OrienteerError
    (exit 2) for an account that the file does not name, or a region that is none."""
    if not accounts and not regions:
        return params
    if wrong := [name for name in regions if name not in known_regions()]:
        raise OrienteerError(f"--regions: unknown region {shown(wrong[0])}{nearest(wrong[0], known_regions())}", 2)
    chosen = {"regions": tuple(dict.fromkeys(regions))} if regions else {}
    return _with(params, **chosen, **(_narrowed_accounts(params, accounts) if accounts else {}))


G = TypeVar("G", Params, Organization)


def _with(given: G, **changes: Any) -> G:
    """The same with these changes.  What was not given stays so: its empty value would be refused."""
    kept = {f.name: value for f in fields(given) if (value := getattr(given, f.name)) not in (None, "", (), {})}
    return type(given)(**{**kept, **changes})


def _narrowed_accounts(params: Params, accounts: Sequence[str]) -> dict[str, Any]:
    if wrong := [name for name in accounts if not re.fullmatch(ACCOUNT_ID, name)]:
        raise OrienteerError(f"--accounts: {shown(wrong[0])} is not an account id: 12 digits are needed", 2)
    if params.organization is not None:
        given = params.organization
        if out := sorted(set(accounts) & set(given.exclude)):
            raise OrienteerError(f"--accounts: {out[0]} is excluded by the params file", 2)
        return {"organization": _with(given, include=tuple(dict.fromkeys(accounts)))}
    known = {account.id: account for account in params.accounts}
    if unknown := [name for name in accounts if name not in known]:
        raise OrienteerError(f"--accounts: {unknown[0]} is none of the accounts in the params file", 2)
    return {"accounts": tuple(known[name] for name in dict.fromkeys(accounts))}
