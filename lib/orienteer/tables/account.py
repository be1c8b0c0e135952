"""What AWS Account Management knows of an account: its alternate contacts, and whom it belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from orienteer.model import Answer, Ask, Call, Column, Outcome, Place, Scope, Table

CONTACT_TYPES = ("BILLING", "OPERATIONS", "SECURITY")
_FILLED = "length(ContactInformation.{} || '') > `0`"
GET_CONTACT = Call("account", "get_alternate_contact", absent={"ResourceNotFoundException"})


def read_contacts(ask: Ask, place: Place) -> Iterator[Mapping[str, Any] | Answer]:
    """One row per contact type, ABSENT where it is not set.  Each account asks about itself, without AccountId."""
    for kind in CONTACT_TYPES:
        key = f"{place.account_id}/{kind}"
        answer = ask(GET_CONTACT, resource=key, AlternateContactType=kind)
        if not answer.outcome.known:
            yield answer
            continue
        if answer.outcome is Outcome.OK and "AlternateContact" not in answer.page:  # half an answer is no "not set"
            yield replace(answer, outcome=Outcome.FAILED, error_code="NoAlternateContact", resource=key)
            continue
        contact = answer.page.get("AlternateContact") or {}
        yield {
            "resource_id": key,
            "contact_type": kind,
            "name": contact.get("Name"),
            "email": contact.get("EmailAddress"),
            "title": contact.get("Title"),
            "phone_present": bool(contact.get("PhoneNumber")),
            "outcome": Outcome.OK.value if contact else Outcome.ABSENT.value,
        }


ACCOUNT_ALTERNATE_CONTACTS = Table(
    name="account_alternate_contacts",
    doc="One row per account and contact type (resource_id account/TYPE); ABSENT where the contact is not set.",
    scope=Scope.ACCOUNT,
    call=GET_CONTACT,
    columns=(
        Column("contact_type", "", "string", "BILLING, OPERATIONS or SECURITY"),
        Column("name", "", "string", "name of the contact"),
        Column("email", "", "string", "e-mail address"),
        Column("title", "", "string", "title of the contact"),
        Column("phone_present", "", "bool", "whether a phone number is given (the number itself is not kept)"),
    ),
    read=read_contacts,
)

PRIMARY_CONTACT = Table(
    name="account_primary_contact",
    doc="One row: the primary contact of the account that was asked about the organization, as far as it is filled in.",
    scope=Scope.ORG,
    call=Call("account", "get_contact_information"),
    columns=(
        Column("company", "ContactInformation.CompanyName", "string", "name of the company"),
        Column("country", "ContactInformation.CountryCode", "string", "country"),
        Column("has_phone", _FILLED.format("PhoneNumber"), "bool", "a phone number is given (it is not kept)"),
        Column("has_address", _FILLED.format("AddressLine1"), "bool", "an address is given (it is not kept)"),
    ),
)
