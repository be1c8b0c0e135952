"""The contacts of each account and what their addresses tell, and how the organization manages them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from orienteer.facts.fact import Fact, Join
from orienteer.facts.guarded import ORGANIZATION_TYPE
from orienteer.facts.organization import told_by
from orienteer.facts.seen import Cells, Row
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import ACCOUNT, cells_of, holds, not_asked
from orienteer.model import GLOBAL, KEYS

PUBLIC_MAIL = frozenset(
    {
        "126.com",
        "163.com",
        "aol.com",
        "aol.de",
        "bluewin.ch",
        "comcast.net",
        "duck.com",
        "email.de",
        "fastmail.com",
        "free.fr",
        "freenet.de",
        "gmail.com",
        "gmx.at",
        "gmx.ch",
        "gmx.com",
        "gmx.de",
        "gmx.eu",
        "gmx.net",
        "googlemail.com",
        "hey.com",
        "hotmail.co.uk",
        "hotmail.com",
        "hotmail.de",
        "hotmail.fr",
        "hotmail.it",
        "hushmail.com",
        "icloud.com",
        "laposte.net",
        "libero.it",
        "live.co.uk",
        "live.com",
        "live.de",
        "live.fr",
        "mac.com",
        "mail.com",
        "mail.de",
        "mail.ru",
        "mailbox.org",
        "me.com",
        "msn.com",
        "naver.com",
        "orange.fr",
        "outlook.at",
        "outlook.com",
        "outlook.de",
        "outlook.es",
        "outlook.fr",
        "pm.me",
        "posteo.de",
        "proton.me",
        "protonmail.ch",
        "protonmail.com",
        "qq.com",
        "rocketmail.com",
        "t-online.de",
        "tuta.com",
        "tutanota.com",
        "verizon.net",
        "wanadoo.fr",
        "web.de",
        "yahoo.co.jp",
        "yahoo.co.uk",
        "yahoo.com",
        "yahoo.de",
        "yahoo.es",
        "yahoo.fr",
        "yahoo.it",
        "yandex.com",
        "yandex.ru",
        "ymail.com",
        "zoho.com",
    }
)
"""Mail providers whose mailboxes belong to a person, not to the client."""
_TEAM_WORDS = frozenset(
    {
        "abuse",
        "account",
        "accounts",
        "admin",
        "admins",
        "alert",
        "alerts",
        "aws",
        "billing",
        "ccoe",
        "cert",
        "cloud",
        "csirt",
        "data",
        "desk",
        "dev",
        "devops",
        "finance",
        "group",
        "help",
        "incident",
        "info",
        "infra",
        "infrastructure",
        "invoice",
        "invoices",
        "it",
        "mail",
        "network",
        "noc",
        "office",
        "on",
        "ops",
        "operations",
        "platform",
        "response",
        "root",
        "sec",
        "security",
        "service",
        "sre",
        "soc",
        "support",
        "sys",
        "team",
        "tech",
    }
)
_PERSON = re.compile(r"([a-z]+)[._]([a-z]+)\d*")
TOLD = ("name", "email", "phone_present")


def _contacts(account_alternate_contacts: Source) -> Iterator[Cells | Gap]:
    """Each contact of each account; not seen where that one was refused."""
    for row in account_alternate_contacts.rows:
        yield Cells(cells_of(row, "contact_type", *TOLD))
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


# --- how the organization manages contacts

ACCESS, PRIMARY = "trusted access for account management", "primary contact"
OF_PRIMARY = ("company", "country", "has_phone", "has_address")


def _central(
    organization: Source, organization_trusted_services: Source, account_primary_contact: Source
) -> Iterator[Cells]:
    """Trusted access, and the contact of the management account, in an organization."""
    home, named = organization.first("management_account_id"), organization.first("organization_id")
    if named is None:
        return
    at = told_by(home, organization)
    trusted = organization_trusted_services.every("service_principal")
    place = {"account_id": at, "region": GLOBAL, "resource_arn": None}
    yield Cells(
        place,
        resource_id=ACCESS,
        **dict.fromkeys(OF_PRIMARY),
        is_trusted=holds("account.amazonaws.com" in trusted.items, trusted.gaps),
    )
    found = account_primary_contact.find({"account_id": home}) if isinstance(home, str) else []
    why = "only the management account knows who it belongs to"
    gaps = account_primary_contact.hidden() or {not_asked("account:GetContactInformation", at, GLOBAL, why)}
    unseen = {name: account_primary_contact.unseen(name, frozenset(gaps)) for name in OF_PRIMARY}
    told = {name: found[0][name] for name in OF_PRIMARY} if found else unseen
    yield Cells(place, resource_id=PRIMARY, is_trusted=None, **told)


CENTRAL_CONTACTS = Fact(
    "central_contacts",
    "One row for trusted access of account management, and one for the management account's primary contact.",
    rows=_central,
    made=(*KEYS, "is_trusted", *OF_PRIMARY),
    resource_type=ORGANIZATION_TYPE,
)
