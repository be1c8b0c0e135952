"""Third parties whom the client named: by what name, who answers for them, and when that has to be looked at again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from orienteer.parameters import Client

Register = Mapping[str, Mapping[str, Any]]
NO_REGISTER: Register = {}


class Party(NamedTuple):
    """A third party: its name with its accounts or providers, its owner, and the day of its next review."""

    name: str
    owner: str = ""
    review_by: str = ""


def entry_of(who: str, register: Register) -> str:
    """The name of the register's entry that lists the account, organization or provider; empty where none does."""
    return next((name for name, entry in register.items() if who in listed(entry)), "")


def listed(entry: Mapping[str, Any], *keys: str) -> set[str]:
    """The accounts and providers that an entry of the register lists; with keys, of those alone."""
    given = [entry.get(key) or () for key in keys or ("accounts", "providers")]
    return {str(one) for found in given for one in ((found,) if isinstance(found, str) else found)}


def names(principal: str, party: str) -> bool:
    """True if the principal is this account, organization or provider, or belongs to it: no part of a longer name."""
    provider = principal.partition("-provider/")[2] or principal
    return party in principal.split(":") or provider == party or provider.startswith(f"{party}/")


def parties(who: Iterable[str], client: Client, register: Register) -> Iterator[Party]:
    """Those of `who` that the client named: trusted accounts of the params file, then entries of the register.

    `who` are principals: account ids, ARNs, organizations, hosts of providers.
    """
    given = tuple(who)
    for account, name in client.trusted_accounts.items():
        if any(names(one, account) for one in given):
            entry = register.get(entry_of(account, register)) or {}
            owner = str(entry.get("owner") or client.owners.get(account) or "")
            yield Party(f"{name or account} ({account})", owner, str(entry.get("review_by") or ""))
    for name, entry in register.items():
        known = listed(entry) - client.trusted_accounts.keys()
        met = sorted(one for one in known if any(names(principal, one) for principal in given))
        if met:
            yield Party(f"{name} ({', '.join(met)})", str(entry.get("owner") or ""), str(entry.get("review_by") or ""))
