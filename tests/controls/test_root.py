"""Controls about root users: one row in, a verdict out."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from orienteer.facts.seen import Cells, Partial
from tests.facts.support import NOW, UNSEEN, fact, judged, status, verdict

CLEAN = {"line": "<root_account>", "password": False, "access_key": False, "certificate": False,
         "holds_credentials": False, "is_member": True, "is_centrally_managed": True,
         "account_mfa_enabled": 0}  # fmt: skip
UNKNOWN = {"password": None, "holds_credentials": None}


def said(id: str, columns: dict[str, Any], **given: Any) -> str:
    return " ".join(verdict(id, columns, **given) or ("None",)).strip()


@pytest.mark.parametrize(("row", "found"), [
    ({"manages_credentials": True, "manages_sessions": True}, "PASS high"),
    ({"manages_credentials": True, "manages_sessions": False}, "FAIL low"),
    ({"manages_credentials": False, "manages_sessions": True}, "FAIL high"),
    ({"manages_credentials": False, "manages_sessions": False}, "FAIL high"),
    ({"manages_credentials": UNSEEN, "manages_sessions": UNSEEN}, "NOT_ASSESSED"),
    ({"organization_id": None, "manages_credentials": UNSEEN, "manages_sessions": UNSEEN}, "None"),  # it stands alone
    ({"organization_id": UNSEEN, "manages_credentials": False, "manages_sessions": False}, "NOT_ASSESSED"),
])  # fmt: skip
def test_central_root_management(row: dict[str, Any], found: str) -> None:
    assert said("ROOT-01", {"organization_id": "o-1", **row}) == found


@pytest.mark.parametrize(("row", "found"), [
    ({}, "PASS high"),
    ({"is_centrally_managed": False}, "PASS medium"),
    ({"password": True, "holds_credentials": True}, "FAIL high"),
    ({"access_key": True}, "FAIL high"),
    ({"certificate": True}, "FAIL high"),
    ({"certificate": True, "is_centrally_managed": False}, "FAIL medium"),
    ({"certificate": True, "is_centrally_managed": UNSEEN}, "FAIL high"),
    ({"password": True, "access_key": UNSEEN}, "FAIL high"),
    ({"password": UNSEEN, "holds_credentials": UNSEEN}, "NOT_ASSESSED"),
    (UNKNOWN, "MANUAL high"),
    ({"line": None, "holds_credentials": None}, "MANUAL high"),
    ({"is_member": False, "password": True}, "None"),
    ({"is_member": UNSEEN, "password": True}, "NOT_ASSESSED"),
])  # fmt: skip
def test_member_root_credentials(row: dict[str, Any], found: str) -> None:
    assert said("ROOT-02", {**CLEAN, **row}) == found


@pytest.mark.parametrize(("row", "found"), [
    ({"account_mfa_enabled": 1}, "PASS critical"),
    ({"account_mfa_enabled": 1, "mfa_active": False, "holds_credentials": True}, "PASS critical"),
    ({"mfa_active": True, "holds_credentials": True}, "FAIL critical"),  # the report is up to four hours old
    ({}, "PASS critical"),
    ({"holds_credentials": True}, "FAIL critical"),
    (UNKNOWN, "FAIL critical"),
    ({"is_member": False}, "FAIL critical"),
    ({"account_mfa_enabled": None}, "MANUAL critical"),
    ({"account_mfa_enabled": UNSEEN}, "NOT_ASSESSED"),
    ({"is_member": UNSEEN}, "NOT_ASSESSED"),
    ({"is_member": UNSEEN, "holds_credentials": True}, "FAIL critical"),
    ({"holds_credentials": UNSEEN}, "NOT_ASSESSED"),
    ({"is_member": False, "holds_credentials": UNSEEN}, "FAIL critical"),
])  # fmt: skip
def test_root_mfa(row: dict[str, Any], found: str) -> None:
    assert said("ROOT-03", {**CLEAN, **row}) == found


COUNTED = {"account_access_keys_present": 0, "account_signing_certificates_present": 0, "keys_are_inactive": False}


@pytest.mark.parametrize(("row", "found"), [
    ({}, "PASS critical"),
    ({"account_access_keys_present": 1}, "FAIL critical"),
    ({"account_access_keys_present": 1, "keys_are_inactive": True}, "FAIL high"),
    ({"account_access_keys_present": 1, "keys_are_inactive": UNSEEN, "key_last_used_at": UNSEEN}, "FAIL critical"),
    ({"account_signing_certificates_present": 1}, "FAIL critical"),
    ({"account_access_keys_present": None}, "MANUAL critical"),
    ({"account_access_keys_present": None, "account_signing_certificates_present": 1}, "FAIL critical"),
    ({"account_access_keys_present": UNSEEN}, "NOT_ASSESSED"),
])  # fmt: skip
def test_root_keys(row: dict[str, Any], found: str) -> None:
    assert said("ROOT-05", {**COUNTED, **row}) == found


def test_the_last_use_of_a_root_key_is_told() -> None:
    used = {"account_access_keys_present": 1, "key_last_used_at": pd.Timestamp("2026-06-21", tz="UTC")}
    told = judged("ROOT-05", {**COUNTED, **used})
    assert told and "2026-06-21" in told.words


def ago(days: int) -> pd.Timestamp:
    return NOW - pd.Timedelta(days=days)


def events(*kinds: str, hidden: bool = False) -> dict[str, Any]:
    found = tuple(Cells(kind=k, event_name=f"Event{n}", source_ip="198.51.100.7") for n, k in enumerate(kinds))
    return {"events": Partial(found, UNSEEN.gaps if hidden else frozenset())}


@pytest.mark.parametrize(("row", "found"), [
    ({}, "PASS high"),
    ({"password_last_used": ago(91)}, "PASS high"),
    ({"password_last_used": ago(89)}, "FAIL high"),
    ({"access_key_2_last_used_date": NOW}, "FAIL high"),
    ({"use_is_tracked": False}, "MANUAL high"),
    ({"line": None}, "MANUAL high"),
    (events("use"), "FAIL high"),
    (events("failed", "service", "session", "namesake"), "PASS high"),
    (events("unknown"), "MANUAL high"),
    (events(hidden=True), "NOT_ASSESSED"),
    (events("use", hidden=True), "FAIL high"),
    ({"password_last_used": ago(3), **events(hidden=True)}, "FAIL high"),
    ({"password_last_used": UNSEEN, "line": UNSEEN, **events("use")}, "FAIL high"),
    ({"password_last_used": UNSEEN, "line": UNSEEN}, "NOT_ASSESSED"),
])  # fmt: skip
def test_root_use(row: dict[str, Any], found: str) -> None:
    assert said("ROOT-06", {"line": "<root_account>", "use_is_tracked": True, **events(), **row}) == found


def test_root_use_follows_its_threshold() -> None:
    row = {"line": "x", "use_is_tracked": True, **events(), "password_last_used": ago(89)}
    assert said("ROOT-06", row, root_idle_days=30) == "PASS high"


def test_the_history_is_evidence() -> None:
    told = judged("ROOT-06", {"line": "x", **events("use", "use", "failed", "session", "service", "service")})
    assert told and told.evidence == {
        "event_names": ["Event0", "Event1"], "source_ips": ["198.51.100.7"], "failed_sign_ins": 1,
        "failed_sign_in_ips": ["198.51.100.7"], "assumed_root_events": ["Event3"], "service_events": 2,
    }  # fmt: skip
    assert "Event0, Event1" in told.words


# --- ROOT-04


@pytest.mark.parametrize(
    ("root", "found"),
    [
        ({"account_mfa_enabled": 1, "mfa_serials": ()}, "PASS"),
        ({"account_mfa_enabled": 1, "mfa_serials": ("arn:aws:iam::1:mfa/root-account-mfa-device",)}, "FAIL"),
        ({"account_mfa_enabled": 0, "mfa_serials": ()}, "FAIL"),
        ({"mfa_serials": ()}, "MANUAL"),
        ({"account_mfa_enabled": 1, "mfa_serials": UNSEEN}, "NOT_ASSESSED"),
        ({"account_mfa_enabled": UNSEEN, "mfa_serials": ()}, "NOT_ASSESSED"),
        ({"account_mfa_enabled": UNSEEN, "is_member": True}, None),
    ],
)
def test_root_hardware_mfa(root: dict[str, Any], found: str | None) -> None:
    assert status("ROOT-04", {"is_member": False} | root) == found


def test_which_device_a_root_user_without_a_virtual_one_has_is_left_to_ask() -> None:
    told = judged("ROOT-04", {"account_mfa_enabled": 1, "mfa_serials": ()})
    assert told and "a security key or a hardware token, AWS does not say which" in told.words


def test_where_no_root_credentials_exist_nobody_is_asked_to_register_mfa() -> None:
    told = judged("ROOT-03", CLEAN)
    assert told and "needs none: no root credentials exist" in told.words


def test_virtual_devices_of_root_are_told_by_owner_or_serial() -> None:
    serials = {
        "arn:aws:iam::1:mfa/root-account-mfa-device": None,
        "arn:aws:iam::1:mfa/phone": "arn:aws:iam::1:root",
        "arn:aws:iam::1:mfa/ann": "arn:aws:iam::1:user/ann",
    }
    devices = [{"account_id": "1", "serial_number": serial, "user_arn": arn} for serial, arn in serials.items()]
    (found,) = fact("root_users", iam_account_summary=[{"account_id": "1"}], iam_virtual_mfa_devices=devices)
    assert found["mfa_serials"] == tuple(serials)[:2]


def test_without_trusted_access_nothing_is_managed_centrally() -> None:
    """ServiceAccessNotEnabledException is an answer: the table has a row of it that says so."""
    home = {"account_id": "1", "organization_id": "o-1", "management_account_id": "1"}
    delegates = [{"account_id": "2", "service_principal": "iam.amazonaws.com"}]
    absent = [{"account_id": "1", "outcome": "ABSENT"}]
    (found,) = fact("root_management", organization=[home], iam_organizations_features=absent,
                    organization_delegated_services=delegates)  # fmt: skip
    assert said("ROOT-01", found) == "FAIL high"
    assert found["delegated_account_id"] == "2"
