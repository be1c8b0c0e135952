"""Controls about root users."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from orienteer.controls.root import central_root_management, member_root_credentials, root_keys, root_mfa
from tests.support import frame

HOME, SHOP = "100000000001", "100000000002"
ORG = {"account_id": HOME, "organization_id": "o-1", "management_account_id": HOME, "feature_set": "ALL"}
NOW = pd.Timestamp("2026-11-24", tz="UTC")
CLEAN = {"password_enabled": False, "access_key_1_active": False, "access_key_2_active": False, "cert_1_active": False,
         "cert_2_active": False, "mfa_active": False, "password_last_used_state": "no_information",
         "access_key_1_last_used_date_state": "N/A", "access_key_2_last_used_date_state": "N/A"}  # fmt: skip
ZERO = {"account_mfa_enabled": 0, "account_password_present": 0, "account_access_keys_present": 0,
        "account_signing_certificates_present": 0}  # fmt: skip
BOTH = '["RootCredentialsManagement", "RootSessions"]'


def line(account_id: str = SHOP, **more: Any) -> dict[str, Any]:
    return {"account_id": account_id, "resource_id": "<root_account>", "user": "<root_account>", **CLEAN, **more}


def report(*rows: dict[str, Any]) -> pd.DataFrame:
    return frame("iam_credential_report", [*rows, {"account_id": SHOP, "resource_id": "ada", "user": "ada"}])


def summary(account_id: str = SHOP, **more: Any) -> pd.DataFrame:
    return frame("iam_account_summary", [{"account_id": account_id, "resource_id": account_id, **ZERO, **more}])


def organization(*rows: dict[str, Any]) -> pd.DataFrame:
    return frame("organization", rows or [ORG])


def features(text: str | None = BOTH) -> pd.DataFrame:
    return frame("iam_organizations_features", [{"account_id": HOME, "enabled_features": text}])


def first(found: pd.DataFrame, column: str = "status") -> Any:
    assert len(found) == 1 and found["resource_id"].iloc[0] == "<root_account>"
    return found[column].iloc[0]


# --- ROOT-01


@pytest.mark.parametrize(("on", "status", "severity"), [
    (BOTH, "PASS", None), ('["RootCredentialsManagement"]', "FAIL", "low"), ('["RootSessions"]', "FAIL", ""),
    ("[]", "FAIL", ""), (None, "FAIL", "")])  # fmt: skip
def test_central_root_management(on: str | None, status: str, severity: str | None) -> None:
    services, delegates = frame("organization_trusted_services"), frame("organization_delegated_services")
    found = central_root_management(organization(), features(on), services, delegates).iloc[0]
    assert found["status"] == status and found["account_id"] == HOME
    assert severity is None or found["severity"] == severity
    assert central_root_management(organization({"account_id": HOME}), features(on), services, delegates).empty


@pytest.mark.parametrize(
    ("services", "shown"), [([], None), (["iam.amazonaws.com"], True), (["sso.amazonaws.com"], False)]
)
def test_trusted_access_is_shown_only_where_services_were_listed(services: list[str], shown: bool | None) -> None:
    trusted = frame("organization_trusted_services", [{"account_id": HOME, "service_principal": s} for s in services])
    delegates = frame("organization_delegated_services",
                      [{"account_id": SHOP, "service_principal": "iam.amazonaws.com"}])  # fmt: skip
    found = json.loads(central_root_management(organization(), features(), trusted, delegates)["evidence"].iloc[0])
    assert found["trusted_access_iam"] is shown and found["delegated_account_id"] == SHOP


@pytest.mark.parametrize("odd", ["{broken", "{}", "7", "[1, null]", '["RootSessions", {}]'])
def test_features_that_cannot_be_read_are_off(odd: str) -> None:
    empty = frame("organization_trusted_services"), frame("organization_delegated_services")
    assert central_root_management(organization(), features(odd), *empty)["status"].to_list() == ["FAIL"]


# --- ROOT-02


@pytest.mark.parametrize(
    ("of_line", "of_summary", "status"),
    [
        ({}, {}, "PASS"),
        ({"password_enabled": True}, {}, "FAIL"),
        ({"access_key_2_active": True}, {}, "FAIL"),
        ({"cert_1_active": True}, {}, "FAIL"),
        ({}, {"account_password_present": 1}, "FAIL"),
        ({}, {"account_access_keys_present": 1}, "FAIL"),
        ({"password_enabled": None, "password_enabled_state": "not_supported"}, {}, "PASS"),
        (
            {"password_enabled": None, "password_enabled_state": "not_supported"},
            {"account_password_present": None},
            "MANUAL",
        ),
        ({}, {"account_password_present": None}, "PASS"),
        ({}, {"account_access_keys_present": None}, "MANUAL"),
    ],
)
def test_member_root_credentials(of_line: dict[str, Any], of_summary: dict[str, Any], status: str) -> None:
    found = member_root_credentials(report(line(**of_line)), summary(**of_summary), organization(), features())
    assert first(found) == status and first(found, "severity") == ""
    weaker = member_root_credentials(report(line(**of_line)), summary(**of_summary), organization(), features("[]"))
    assert first(weaker, "severity") == "medium"


def test_a_root_user_without_a_line_in_the_report_is_asked_about() -> None:
    found = member_root_credentials(report(), summary(), organization(), features())
    assert first(found) == "MANUAL"
    held = member_root_credentials(report(), summary(account_password_present=1), organization(), features())
    assert first(held) == "FAIL"


@pytest.mark.parametrize(("on", "severity"), [(BOTH, ""), ('["RootCredentialsManagement"]', "medium"),
                                              ('["RootSessions"]', "medium"), (None, "medium")])  # fmt: skip
def test_root_credentials_are_expected_where_central_management_is_not_whole(on: str | None, severity: str) -> None:
    found = member_root_credentials(report(line(password_enabled=True)), summary(), organization(), features(on))
    assert first(found) == "FAIL" and first(found, "severity") == severity


def test_the_root_user_is_named_in_its_own_partition() -> None:
    arn = f"arn:aws-us-gov:iam::{SHOP}:root"
    found = member_root_credentials(report(line(arn=arn)), summary(), organization(), features())
    assert first(found, "resource_arn") == arn


def test_the_management_account_is_out_of_scope_of_member_root_credentials() -> None:
    assert member_root_credentials(report(line(HOME)), summary(HOME), organization(), features()).empty
    alone = organization({"account_id": SHOP})
    assert member_root_credentials(report(line()), summary(), alone, features()).empty


# --- ROOT-03


def mfa(of_line: dict[str, Any] | None, of_summary: dict[str, Any], org: pd.DataFrame, account: str = SHOP) -> str:
    lines = [] if of_line is None else [line(account, **of_line)]
    devices = frame("iam_virtual_mfa_devices")
    return str(first(root_mfa(summary(account, **of_summary), report(*lines), org, devices)))


def test_root_mfa() -> None:
    org = organization()
    assert mfa({}, {"account_mfa_enabled": 1}, org) == "PASS"
    assert mfa({}, {}, org) == "PASS"  # a member without root credentials
    assert mfa({"password_enabled": True}, {}, org) == "FAIL"
    assert mfa({"password_enabled": None}, {"account_password_present": None}, org) == "FAIL"  # presence unknown
    assert mfa({}, {}, org, HOME) == "FAIL"
    assert mfa({}, {}, organization({"account_id": SHOP})) == "FAIL"  # stands alone: its own management
    assert mfa({}, {"account_mfa_enabled": None}, org) == "MANUAL"


def test_root_mfa_never_fails_on_what_was_not_read() -> None:
    """judge turns these into NOT_ASSESSED: the table that is missing here is a gap."""
    assert mfa(None, {}, organization()) == "MANUAL"
    assert mfa({}, {}, frame("organization")) == "MANUAL"
    assert mfa(None, {"account_password_present": 1}, frame("organization")) == "FAIL"
    assert mfa(None, {}, organization(), HOME) == "FAIL"


# --- ROOT-05


def keys(of_line: dict[str, Any] | None, **of_summary: Any) -> tuple[str, str]:
    found = root_keys(summary(**of_summary), report(*([] if of_line is None else [line(**of_line)])))
    return first(found), first(found, "severity")


def test_root_keys() -> None:
    assert keys({})[0] == "PASS"
    assert keys(None)[0] == "PASS"
    assert keys({"access_key_1_active": True}, account_access_keys_present=1) == ("FAIL", "")
    assert keys({}, account_access_keys_present=1) == ("FAIL", "high")  # inactive
    assert keys(None, account_access_keys_present=1) == ("FAIL", "")
    assert keys({}, account_signing_certificates_present=1) == ("FAIL", "")
    assert keys({"access_key_1_active": None}, account_access_keys_present=1) == ("FAIL", "")
    assert keys({}, account_access_keys_present=None)[0] == "MANUAL"
    used = {"access_key_1_active": True, "access_key_1_last_used_date": NOW - pd.Timedelta(days=3)}
    assert "2026-11-21" in first(root_keys(summary(account_access_keys_present=1), report(line(**used))), "reason")
