"""Alternate contacts: rows in, verdicts out; and what their addresses tell."""

from __future__ import annotations

from typing import Any

import pytest

from orienteer.facts.contacts import ACCESS, looks_personal, own_domain
from orienteer.facts.seen import Cells, Unseen
from tests.facts.support import GAP, UNSEEN, fact, source, status

SHOP = "444400001111"


@pytest.mark.parametrize(
    ("contact", "found"),
    [
        ({"is_complete": True, "email": "sec@demo.example"}, "PASS"),
        ({"is_complete": False, "email": "sec@demo.example"}, "FAIL"),
        ({"is_complete": False}, "FAIL"),
        ({"is_complete": UNSEEN, "email": UNSEEN}, "NOT_ASSESSED"),
    ],
)
def test_security_contact(contact: dict[str, Any], found: str) -> None:
    assert status("CON-01", {"contact_type": "SECURITY", **contact}) == found
    assert status("CON-01", {"contact_type": "BILLING", **contact}) is None


GOOD = {"contact_type": "BILLING", "email": "billing@demo.example", "domain_ok": True, "same_as_root": False,
        "is_personal": False, "is_shared": False}  # fmt: skip


@pytest.mark.parametrize(
    ("contact", "found"),
    [
        ({}, "PASS"),
        ({"email": None}, "FAIL"),
        ({"email": None, "contact_type": "SECURITY"}, None),
        ({"email": UNSEEN}, "NOT_ASSESSED"),
        ({"domain_ok": False}, "FAIL"),
        ({"same_as_root": True}, "FAIL"),
        ({"same_as_root": None}, "MANUAL"),
        ({"same_as_root": UNSEEN}, "NOT_ASSESSED"),
        ({"same_as_root": UNSEEN, "domain_ok": False}, "FAIL"),
        ({"is_personal": True}, "MANUAL"),
        ({"is_shared": True}, "PASS"),
    ],
)
def test_contact_mailboxes(contact: dict[str, Any], found: str | None) -> None:
    assert status("CON-02", GOOD | contact) == found


def test_a_client_may_want_a_mailbox_for_each_contact() -> None:
    assert status("CON-02", GOOD | {"is_shared": True}, allow_shared_contacts=False) == "FAIL"
    assert status("CON-02", GOOD, allow_shared_contacts=False) == "PASS"


# --- the fact


def contacts(*rows: tuple[str, str | None], root: str | None = "root@demo.example") -> dict[str, Cells]:
    listed = [{"account_id": SHOP, "region": "global", "resource_id": f"{SHOP}/{kind}", "contact_type": kind,
               "email": email, "name": email and "Team", "phone_present": email and True}
              for kind, email in rows]  # fmt: skip
    accounts = [{"account_id": SHOP, "id": SHOP, "email": root}]
    found = fact("contacts", account_alternate_contacts=listed, organization_account_list=accounts)
    return {row["contact_type"]: row for row in found}


def test_contacts() -> None:
    found = contacts(("BILLING", "Root@Demo.example "), ("SECURITY", "root@demo.example"), ("OPERATIONS", None))
    assert [found[k]["same_as_root"] for k in ("BILLING", "SECURITY", "OPERATIONS")] == [True, True, False]
    assert [found[k]["is_shared"] for k in ("BILLING", "SECURITY", "OPERATIONS")] == [True, True, False]
    assert [found[k]["is_complete"] for k in ("BILLING", "OPERATIONS")] == [True, False]
    assert contacts(("BILLING", "x@demo.example"), root=None)["BILLING"]["same_as_root"] is None


def test_one_contact_that_was_refused_hides_itself() -> None:
    rows = [{"account_id": SHOP, "region": "global", "resource_id": f"{SHOP}/SECURITY", "contact_type": "SECURITY",
             "email": "sec@demo.example"}, {"account_id": SHOP, "resource_id": f"{SHOP}/BILLING", **GAP}]  # fmt: skip
    found = source("contacts", account_alternate_contacts=rows)
    by_type = {row["contact_type"]: row for row in found.rows}
    assert by_type["SECURITY"]["email"] == "sec@demo.example"
    assert isinstance(by_type["BILLING"]["email"], Unseen)
    assert found.gaps == []
    assert len(source("contacts", account_alternate_contacts=[{"account_id": SHOP, **GAP}]).gaps) == 1


def test_addresses() -> None:
    assert looks_personal("jo.doe@x.example") and not looks_personal("cloud.ops@x.example")
    assert not looks_personal("security@x.example") and not looks_personal("")
    assert own_domain("a@mail.demo.example", ("demo.example",)) and own_domain("a@any.example", ())
    assert not own_domain("a@notdemo.example", ("demo.example",)) and not own_domain("no-address", ())
    assert not own_domain("ops@gmail.com", ())


# --- how they are managed

FULL = {"company": "Demo AG", "country": "DE", "has_phone": True, "has_address": True}


@pytest.mark.parametrize(
    ("one", "found"),
    [
        ({"resource_id": ACCESS, "is_trusted": True}, "PASS"),
        ({"resource_id": ACCESS, "is_trusted": False}, "FAIL"),
        ({"resource_id": ACCESS, "is_trusted": UNSEEN}, "NOT_ASSESSED"),
        (FULL, "MANUAL"),
        (FULL | {"has_phone": False}, "FAIL"),
        (FULL | {"company": None}, "FAIL"),
        (FULL | {"has_address": UNSEEN}, "NOT_ASSESSED"),
    ],
)
def test_central_contacts(one: dict[str, Any], found: str) -> None:
    assert status("CON-03", {"resource_id": "primary contact"} | one) == found


def central(contact_of: str, *services: str, **more: Any) -> dict[str, Cells]:
    home = "100000000001"
    given: dict[str, Any] = {
        "organization": [{"account_id": home, "organization_id": "o-1", "management_account_id": home}],
        "organization_trusted_services": [{"account_id": home, "service_principal": s} for s in services],
        "account_primary_contact": [{"account_id": contact_of, **FULL}],
    }
    return {row["resource_id"]: row for row in fact("central_contacts", **(given | more))}


def test_trusted_access_and_the_management_accounts_own_contact() -> None:
    found = central("100000000001", "account.amazonaws.com")
    assert found[ACCESS]["is_trusted"] is True and found["primary contact"]["company"] == "Demo AG"
    assert central("100000000001", "sso.amazonaws.com")[ACCESS]["is_trusted"] is False
    assert isinstance(central(SHOP)["primary contact"]["company"], Unseen)
    assert fact("central_contacts", organization=[{"account_id": SHOP}]) == []


def test_services_that_were_refused_may_be_trusted() -> None:
    refused = [{"account_id": "100000000001", **GAP}]
    assert isinstance(central(SHOP, organization_trusted_services=refused)[ACCESS]["is_trusted"], Unseen)
