"""The alternate contacts of each account, and what their addresses tell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from orienteer.facts.fact import Fact, Join
from orienteer.facts.seen import Cells, Row
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import ACCOUNT
from orienteer.model import GLOBAL, KEYS

PUBLIC_MAIL = frozenset({
    "aol.com", "fastmail.com", "gmail.com", "gmx.at", "gmx.ch", "gmx.de", "gmx.net", "googlemail.com", "hotmail.com",
    "hotmail.de", "icloud.com", "live.com", "mail.com", "mail.ru", "me.com", "msn.com", "outlook.com", "outlook.de",
    "pm.me", "posteo.de", "proton.me", "protonmail.com", "qq.com", "t-online.de", "web.de", "yahoo.com", "yahoo.de",
    "yandex.com", "ymail.com", "zoho.com",
})  # fmt: skip
"""Mail providers whose mailboxes belong to a person, not to the client."""
_TEAM_WORDS = frozenset({
    "abuse", "account", "accounts", "admin", "admins", "alert", "alerts", "aws", "billing", "ccoe", "cert", "cloud",
    "csirt", "data", "desk", "dev", "devops", "finance", "group", "help", "incident", "info", "infra", "infrastructure",
    "invoice", "invoices", "it", "mail", "network", "noc", "office", "on", "ops", "operations", "platform", "response",
    "root", "sec", "security", "service", "sre", "soc", "support", "sys", "team", "tech",
})  # fmt: skip
_PERSON = re.compile(r"([a-z]+)[._]([a-z]+)\d*")
TOLD = ("name", "email", "phone_present")


def _contacts(account_alternate_contacts: Source) -> Iterator[Cells | Gap]:
    """Each contact of each account; not seen where that one was refused."""
    for row in account_alternate_contacts.rows:
        yield Cells({name: row[name] for name in (*KEYS, "contact_type", *TOLD)})
    for gap in account_alternate_contacts.gaps:
        _, _, kind = gap.resource_id.partition("/")
        if not kind:
            yield gap
            continue
        unseen = {name: account_alternate_contacts.unseen(name, frozenset({gap.text})) for name in TOLD}
        keys = {"account_id": gap.account_id, "region": gap.region or GLOBAL, "resource_id": gap.resource_id}
        yield Cells(keys, resource_arn=None, contact_type=kind, **unseen)


def is_complete(contact: Row) -> bool:
    """It has a name, an address and a telephone number."""
    return bool(contact.name and contact.email and contact.phone_present)


def domain_ok(contact: Row, *, client_domains: tuple[str, ...] = ()) -> bool:
    """The address is on one of the client's domains; where none is named, not at a public mail provider."""
    return own_domain(contact.email or "", client_domains)


def same_as_root(contact: Row) -> bool | None:
    """It is the root user's own address; None where that address is not known."""
    return None if contact.root_email is None else _plain(contact.root_email) == _plain(contact.email)


def is_personal(contact: Row) -> bool:
    """It reads like a person's mailbox, not like a team's."""
    return looks_personal(contact.email or "")


def is_shared(contact: Row) -> bool:
    """It serves more than one contact type of the account."""
    own = _plain(contact.email)
    return any(own and _plain(o.email) == own and o.contact_type != contact.contact_type for o in contact.others)


CONTACTS = Fact(
    "contacts",
    "One row per account and contact type: who it is, and what the address tells.",
    rows=_contacts,
    made=(*KEYS, "contact_type", *TOLD),
    joins=(
        Join("organization_account_list", {"root_email": "email"}, on={"id": "account_id"}),
        Join("account_alternate_contacts", many="others", on=ACCOUNT),
    ),
    columns=(is_complete, domain_ok, same_as_root, is_personal, is_shared),
    hidden=frozenset({"others"}),
)


def own_domain(email: str, domains: tuple[str, ...]) -> bool:
    """True if the address is on one of these domains; where there is none, not at a public mail provider."""
    domain = _plain(email).rpartition("@")[2]
    if not domains:
        return "@" in email and bool(domain) and domain not in PUBLIC_MAIL
    wanted = [one.lower().lstrip("@") for one in domains]
    return any(domain == one or domain.endswith(f".{one}") for one in wanted)


def looks_personal(email: str) -> bool:
    """True if the part before the @ reads like first.last and not like a team."""
    match = _PERSON.fullmatch(_plain(email).partition("@")[0].partition("+")[0])
    return bool(match) and not _TEAM_WORDS & set(match.groups() if match else ())


def _plain(email: str | None) -> str:
    return (email or "").strip().lower()
