"""Controls about the people AWS can reach: the contacts of each account, and how they are managed."""

from __future__ import annotations

from orienteer.controls.control import control
from orienteer.controls.verdict import LOW, MEDIUM, Verdict, asked, failed, faults, passed, when
from orienteer.facts.contacts import ACCESS, CENTRAL_CONTACTS, CONTACTS
from orienteer.facts.seen import Row
from orienteer.model import Category

_SOURCE = "https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-update-contact-alternate.html"


@control(
    "CON-01",
    title="Every account has a security alternate contact",
    category=Category.ORGANIZATION,
    severity=MEDIUM,
    maturity=2,
    source=_SOURCE,
    fact=CONTACTS,
    evidence=("name", "phone_present"),
    scope="account",
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 2.3"],
        "fsbp": ["Account.1"],
        "prowler": ["account_security_contact_information_is_registered"],
        "service_screener": ["hasAlternateContact"],
    },
)
def security_contact(contact: Row) -> Verdict | None:
    """AWS sends abuse reports and warnings about exposed keys to the security contact; without one, to the root
    mailbox.

    Fix: enable trusted access for AWS Account Management and set the security contact of all accounts from the
    management account or a delegated one.
    """
    if contact.contact_type != "SECURITY":
        return None
    if contact.is_complete:
        return passed("A security contact is set.")
    if contact.email is None:
        return failed("No security contact is set.")
    return failed("The security contact lacks a name, an email address or a phone number.")


@control(
    "CON-02",
    title="Billing and operations contacts are set, and the three contacts are team mailboxes of the client "
    "that differ from the root email address",
    category=Category.ORGANIZATION,
    severity=LOW,
    maturity=2,
    source=_SOURCE,
    fact=CONTACTS,
    scope="account",
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 2.2"],
        "prowler": [
            "account_maintain_current_contact_details",
            "account_maintain_different_contact_details_to_security_billing_and_operations",
        ],
    },
)
def contact_mailboxes(contact: Row, *, allow_shared_contacts: bool = True) -> Verdict | None:
    """Mail that reaches one person, or a mailbox nobody opens, is mail that nobody acts on.

    Fix: set the missing contacts to monitored team mailboxes on your own domain.
    """
    kind = str(contact.contact_type).lower()
    if contact.email is None:  # that the security contact is missing is CON-01
        return None if kind == "security" else failed(f"No {kind} contact is set.")
    what = f"the {kind} contact {contact.email}"
    return faults(
        [
            when(lambda: not contact.domain_ok, None, f"{what} is not on one of the organization's own mail domains"),
            when(lambda: contact.same_as_root, None, f"{what} is also the root user's address"),
            when(
                lambda: not allow_shared_contacts and contact.is_shared,
                None,
                f"{what} is used for several contact types",
            ),
        ],
        otherwise=lambda: _mailbox(contact, f"T{what[1:]}"),
    )


def _mailbox(contact: Row, what: str) -> Verdict:
    if contact.is_personal:
        return asked(f"{what} looks like one person's mailbox: do several people read it?")
    if contact.same_as_root is None:
        return asked(f"{what} could not be compared with the root email address: are they different mailboxes?")
    return passed(f"{what} is a mailbox of the organization's own.")


@control(
    "CON-03",
    title="Trusted access for account management is on so that contacts are managed centrally, and the management "
    "account's own contact details are current",
    category=Category.ORGANIZATION,
    severity=LOW,
    maturity=2,
    source="https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-update-contact-primary.html",
    fact=CENTRAL_CONTACTS,
    evidence=("company", "country"),
    mappings={"cis": ["CIS AWS Foundations v7.0.0 2.2"]},
)
def central_contacts(one: Row) -> Verdict:
    """With trusted access, the contacts of all accounts are managed in one place. The management account's primary
    contact is whom AWS turns to when the organization itself is at stake.

    Fix: enable trusted access for AWS Account Management in the organization, and bring the primary contact and the
    root mailbox of the management account up to date.
    """
    if one.resource_id == ACCESS:
        return passed("Trusted access is on.") if one.is_trusted else failed("Trusted access is off.")
    lacks = {"company": one.company, "phone number": one.has_phone, "address": one.has_address}
    missing = [name for name, value in lacks.items() if not value]
    if missing:
        return failed(f"The management account's primary contact has no {' and no '.join(missing)}.")
    return asked(
        f"Are the phone number, address and root mailbox of the management account ({one.company}) still right?"
    )
