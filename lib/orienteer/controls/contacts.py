"""Controls about the people AWS can reach: the alternate contacts of each account."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from orienteer.controls.control import control, verdicts
from orienteer.controls.estate import judged
from orienteer.facts.values import records
from orienteer.model import Category, Severity

_SOURCE = "https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-update-contact-alternate.html"
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


@control(
    "CON-01",
    title="Every account has a security alternate contact",
    category=Category.ORGANIZATION,
    severity=Severity.MEDIUM,
    maturity=2,
    source=_SOURCE,
    scope="account",
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 2.3"],
        "fsbp": ["Account.1"],
        "prowler": ["account_security_contact_information_is_registered"],
        "service_screener": ["hasAlternateContact"],
    },
)
def security_contact(account_alternate_contacts: pd.DataFrame) -> pd.DataFrame:
    """AWS tells the security contact of abuse reports and exposed keys; without one it writes to the root mailbox.

    Fix: enable trusted access for account management and set the security contact for all accounts from the management
    or delegated account.
    """
    rows = account_alternate_contacts[account_alternate_contacts["contact_type"] == "SECURITY"]
    complete = rows["name"].notna() & rows["email"].notna() & rows["phone_present"].fillna(False)
    reason = pd.Series("The security contact lacks a name, an e-mail address or a phone number.", index=rows.index)
    reason = reason.mask(rows["email"].isna(), "No security contact is set.").mask(
        complete, "A security contact is set."
    )
    return verdicts(rows, passed=complete, reason=reason,
                    evidence=["account_id", "contact_type", "name", "email", "phone_present"])  # fmt: skip


@control(
    "CON-02",
    title="Billing and operations contacts are set, and the three contacts are team mailboxes of the client "
    "that differ from the root e-mail",
    category=Category.ORGANIZATION,
    severity=Severity.LOW,
    maturity=2,
    source=_SOURCE,
    scope="account",
    fail_stands_without=("organization_account_list",),
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 2.2"],
        "prowler": [
            "account_maintain_current_contact_details",
            "account_maintain_different_contact_details_to_security_billing_and_operations",
        ],
    },
)
def contact_mailboxes(
    account_alternate_contacts: pd.DataFrame,
    organization_account_list: pd.DataFrame,
    *,
    client_domains: tuple[str, ...] = (),
    allow_shared_contacts: bool = True,
) -> pd.DataFrame:
    """Mail that only one person or a lost mailbox receives is mail that nobody acts on.

    Fix: set the missing contacts to monitored group mailboxes on the client's own domain.
    """
    roots = {row["id"]: row["email"] for row in records(organization_account_list)}
    contacts = records(account_alternate_contacts)
    used = [(row["account_id"], _plain(row["email"])) for row in contacts if row["email"]]
    rows = []
    for row in contacts:
        if row["email"] is None and row["contact_type"] == "SECURITY":
            continue  # that one is missing is CON-01
        shared = used.count((row["account_id"], _plain(row["email"]))) > 1
        rows.append(_mailbox(row, roots.get(row["account_id"]), client_domains, shared, allow_shared_contacts))
    return judged(
        rows, ["account_id", "contact_type", "email", "domain_ok", "same_as_root", "looks_personal", "shared"]
    )


def _mailbox(
    row: dict[str, Any], root: str | None, domains: tuple[str, ...], shared: bool, sharing: bool
) -> dict[str, Any]:
    """The verdict about one contact: missing, foreign or root's own fails; a person's or an unclear one asks."""
    email, kind = row["email"], str(row["contact_type"]).lower()
    if email is None:
        return {**row, "passed": False, "reason": f"No {kind} contact is set."}
    own = own_domain(email, domains)
    same = None if root is None else _plain(root) == _plain(email)
    personal = looks_personal(email)
    faults = [
        text
        for wrong, text in (
            (not own, "is not on a domain of the client"),
            (same is True, "is the root user's own address"),
            (shared and not sharing, "serves more than one contact type"),
        )
        if wrong
    ]
    doubt = "looks like a person's mailbox: is it a group's?" if personal else "cannot be compared with the root e-mail"
    unsure = personal or same is None
    told = " and ".join(faults) or (doubt if unsure else "is a mailbox of the client")
    return {**row, "domain_ok": own, "same_as_root": same, "looks_personal": personal, "shared": shared,
            "passed": not faults and not unsure, "manual": not faults and unsure,
            "reason": f"The {kind} contact {email} {told}{'' if told.endswith('?') else '.'}"}  # fmt: skip


def own_domain(email: str, domains: tuple[str, ...]) -> bool:
    """Whether the address is on one of the client's domains; where none is named, not at a public mail provider."""
    domain = _plain(email).rpartition("@")[2]
    if not domains:
        return "@" in email and bool(domain) and domain not in PUBLIC_MAIL
    wanted = [one.lower().lstrip("@") for one in domains]
    return any(domain == one or domain.endswith(f".{one}") for one in wanted)


def looks_personal(email: str) -> bool:
    """Whether the part before the @ reads like first.last and not like a team."""
    match = _PERSON.fullmatch(_plain(email).partition("@")[0].partition("+")[0])
    return bool(match) and not _TEAM_WORDS & set(match.groups() if match else ())


def _plain(email: str | None) -> str:
    return (email or "").strip().lower()
