"""Root users, their events and who manages them, worked out from rows of tables."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from orienteer.facts.seen import Cells, Partial, Unseen
from tests.facts.support import GAP, NOW, estate, fact, judged, source, status

HOME, SHOP = "100000000001", "100000000002"
ROOT = "<root_account>"
ORG = {"account_id": HOME, "resource_id": "o-1", "organization_id": "o-1", "management_account_id": HOME}
ZERO = {"account_mfa_enabled": 0, "account_password_present": 0, "account_access_keys_present": 0,
        "account_signing_certificates_present": 0}  # fmt: skip
NO = {f"{what}_{n}_active": False for what in ("access_key", "cert") for n in (1, 2)} | {"password_enabled": False}
GONE = {**GAP, "region": "global"}


def line(account: str = SHOP, **more: Any) -> dict[str, Any]:
    return {"account_id": account, "region": "global", "resource_id": ROOT, "user": ROOT, **NO, **more}


def counts(account: str = SHOP, **more: Any) -> dict[str, Any]:
    return {"account_id": account, "region": "global", "resource_id": account, **ZERO, **more}


def ago(days: float) -> pd.Timestamp:
    return NOW - pd.Timedelta(days=days)


def root(of_line: dict[str, Any] | None = None, of_counts: dict[str, Any] | None = None, **rows: Any) -> Cells:
    """The root user of the member account; None leaves the line or the counts out."""
    lines = [line(**of_line)] if of_line is not None else [{**line(), "resource_id": "ada", "user": "ada"}]
    given = {
        "organization": [ORG],
        "iam_account_summary": [counts(**(of_counts or {}))],
        "iam_credential_report": lines,
    }
    (found,) = fact("root_users", **(given | rows))
    return found


# --- what it holds


@pytest.mark.parametrize(("of_line", "of_counts", "held"), [
    ({}, {}, (False, False, False, False)),
    ({"password_enabled": True}, {}, (True, False, False, True)),
    ({"access_key_2_active": True}, {}, (False, True, False, True)),
    ({"cert_1_active": True}, {}, (False, False, True, True)),
    ({}, {"account_password_present": 1}, (True, False, False, True)),
    ({}, {"account_access_keys_present": 2}, (False, True, False, True)),
    ({"password_enabled": None}, {}, (False, False, False, False)),
    ({"password_enabled": None}, {"account_password_present": None}, (None, False, False, None)),
    ({}, {"account_password_present": None}, (False, False, False, False)),
    ({}, {"account_access_keys_present": None}, (False, None, False, None)),
    (None, {}, (False, False, False, None)),
    (None, {"account_password_present": 1}, (True, False, False, True)),
])  # fmt: skip
def test_credentials_by_report_and_counts(of_line: Any, of_counts: Any, held: tuple[Any, ...]) -> None:
    found = root(of_line, of_counts)
    assert tuple(found[c] for c in ("password", "access_key", "certificate", "holds_credentials")) == held


def test_what_was_refused_hides_only_what_it_tells() -> None:
    lost = {"iam_credential_report": [{**GONE, "account_id": SHOP}]}
    found = root(None, {"account_password_present": 1}, **lost)
    assert found["password"] is True and found["holds_credentials"] is True
    assert isinstance(found["access_key"], Unseen) and isinstance(root(None, {}, **lost)["password"], Unseen)
    assert isinstance(root({}, {}, iam_account_summary=[{**GONE, "account_id": SHOP}])["account_mfa_enabled"], Unseen)


def test_an_account_that_was_not_entered_has_a_root_user_all_the_same() -> None:
    lost = [{**GONE, "account_id": SHOP}]
    rows = fact("root_users", iam_credential_report=[*lost, line(HOME)], iam_account_summary=lost, organization=[ORG])
    assert [(r["account_id"], r["resource_id"]) for r in rows] == [(HOME, ROOT), (SHOP, ROOT)]


def test_the_root_user_is_named_in_its_own_partition() -> None:
    arn = f"arn:aws-us-gov:iam::{SHOP}:root"
    assert root({"arn": arn})["resource_arn"] == arn and root(None)["resource_arn"] == f"arn:aws:iam::{SHOP}:root"


@pytest.mark.parametrize(("of_line", "of_counts", "inactive"), [
    ({}, {"account_access_keys_present": 1}, True),
    ({"access_key_1_active": True}, {}, False),
    ({"access_key_1_active": None}, {}, False),
    ({}, {"account_signing_certificates_present": 1}, False),
    (None, {}, False),
])  # fmt: skip
def test_inactive_keys(of_line: Any, of_counts: Any, inactive: bool) -> None:
    assert root(of_line, of_counts)["keys_are_inactive"] is inactive


def test_members_are_not_the_management_account_nor_alone() -> None:
    both = {"iam_account_summary": [counts(HOME), counts(SHOP)], "iam_credential_report": []}
    home, shop = fact("root_users", organization=[ORG], **both)
    assert (home["is_member"], shop["is_member"]) == (False, True)
    assert [r["is_member"] for r in fact("root_users", organization=[{"account_id": SHOP}], **both)] == [False, False]
    (lost, _) = fact("root_users", organization=[{**GONE, "account_id": HOME}], **both)
    assert isinstance(lost["is_member"], Unseen) and lost["is_member"].can_be == (True, False)


def test_devices_of_the_root_user() -> None:
    devices = [{"account_id": SHOP, "resource_id": s, "serial_number": s, "user_arn": f"arn:aws:iam::{SHOP}:{who}"}
               for s, who in (("a", "root"), ("b", "user/ann"))]  # fmt: skip
    assert root({}, iam_virtual_mfa_devices=devices)["mfa_serials"] == ("a",)


# --- use


STATES = {"password_last_used_state": "no_information", "access_key_1_last_used_date_state": "N/A",
          "access_key_2_last_used_date_state": "N/A"}  # fmt: skip


@pytest.mark.parametrize(("more", "tracked"), [
    ({}, True), ({"password_last_used_state": "N/A"}, True), ({"password_last_used_state": "not_supported"}, False),
    ({"password_last_used_state": None}, False), ({"password_last_used_state": None, "password_last_used": NOW}, True),
])  # fmt: skip
def test_what_aws_tracks(more: dict[str, Any], tracked: bool) -> None:
    assert root({**STATES, **more})["use_is_tracked"] is tracked


def test_na_means_that_a_key_was_never_used_or_before_aws_tracked_it() -> None:
    found = root({**STATES, "access_key_1_active": False}, {"account_access_keys_present": 1})
    assert (found["key_last_used_at"], found["use_is_tracked"], found["idle_days"]) == (None, True, None)
    told = judged("ROOT-05", found)
    assert told and told.status == "FAIL" and "last used" not in told.words


def test_a_new_member_account_begins_without_root_credentials() -> None:
    on = {"iam_organizations_features": [{"account_id": HOME, "enabled_features": BOTH}]}
    found = root(STATES, {}, **on)
    assert [status(id, {**found, "events": Partial(())}) for id in ("ROOT-02", "ROOT-03", "ROOT-06")] == ["PASS"] * 3


def test_the_last_use_of_any_credential() -> None:
    found = root({"password_last_used": ago(9), "access_key_1_last_used_date": ago(3), "mfa_active": True})
    assert (found["idle_days"], found["last_used_at"], found["key_last_used_at"]) == (3, ago(3), ago(3))


def event(name: str = "CreateUser", days: float = 3, **more: Any) -> dict[str, Any]:
    return {"account_id": SHOP, "region": "us-east-1", "resource_id": f"{name}{days}", "event_name": name, "cut": False,
            "event_time": ago(days), "identity_type": "Root", "event_type": "AwsApiCall", **more}  # fmt: skip


@pytest.mark.parametrize(("one", "kind"), [
    (event(), "use"),
    (event(error="AccessDenied"), "use"),
    (event(event_time=None), "use"),
    (event("ConsoleLogin", sign_in="Success"), "use"),
    (event("ConsoleLogin"), "use"),
    (event("ConsoleLogin", sign_in="Failure", error="Failed authentication"), "failed"),
    (event("ConsoleLogin", error="Failed authentication"), "failed"),
    (event("PasswordRecoveryRequested"), "failed"),
    (event("PasswordRecoveryCompleted"), "use"),
    (event(invoked_by="AWS Internal"), "service"),
    (event(event_type="AwsServiceEvent"), "service"),
    (event(assumed_root=True), "session"),
    (event(assumed_root=False), "use"),
    (event(identity_type="IAMUser"), "namesake"),
    (event(identity_type=None), "unknown"),
])  # fmt: skip
def test_what_counts_as_use(one: dict[str, Any], kind: str) -> None:
    (found,) = fact("root_events", cloudtrail_root_events=[one])
    assert found["kind"] == kind


def test_only_events_of_the_window_count() -> None:
    rows = {"cloudtrail_root_events": [event(days=29), event(days=31), event(days=91)]}
    assert [r["resource_id"] for r in fact("root_events", **rows)] == ["CreateUser29", "CreateUser31"]
    short = estate(rows, thresholds={"root_idle_days": 30}).source("root_events")
    assert [r["resource_id"] for r in short.rows] == ["CreateUser29"]


def test_a_cut_list_hides_what_is_older_than_it_reaches() -> None:
    cut = source("root_events", cloudtrail_root_events=[event(cut=True)])
    assert [gap.account_id for gap in cut.gaps] == [SHOP] and "LookupEvents Cut" in cut.gaps[0].text
    assert root({}, cloudtrail_root_events=[event(cut=True)])["events"].gaps
    assert not source("root_events", cloudtrail_root_events=[event(cut=True), event(days=91, cut=True)]).gaps


# --- central management


BOTH = '["RootSessions", "RootCredentialsManagement"]'


def managed(on: str | None = BOTH, **rows: Any) -> Cells:
    given = {"organization": [ORG], "iam_organizations_features": [{"account_id": HOME, "enabled_features": on}]}
    (found,) = fact("root_management", **(given | rows))
    return found


@pytest.mark.parametrize(("on", "found"), [
    (BOTH, (True, True)), ('["RootSessions"]', (False, True)), ("[]", (False, False)), (None, (False, False)),
    ("{broken", (False, False)), ("{}", (False, False)), ('["RootSessions", {}]', (False, True)),
])  # fmt: skip
def test_features(on: str | None, found: tuple[bool, bool]) -> None:
    row = managed(on)
    assert (row["manages_credentials"], row["manages_sessions"]) == found
    assert (row["account_id"], row["resource_id"]) == (HOME, "o-1")


def test_features_that_were_refused_or_not_read_are_not_off() -> None:
    for rows in ([{**GONE, "account_id": HOME}], []):
        assert isinstance(managed(iam_organizations_features=rows)["manages_sessions"], Unseen)


def test_trusted_access_is_shown_only_where_services_were_listed() -> None:
    def services(*names: str) -> dict[str, Any]:
        iam = {"account_id": SHOP, "service_principal": "iam.amazonaws.com"}
        trusted = [{"account_id": HOME, "service_principal": name} for name in names]
        return {"organization_trusted_services": trusted, "organization_delegated_services": [iam]}

    assert managed()["trusted_access_iam"] is None
    assert managed(**services("iam.amazonaws.com"))["trusted_access_iam"] is True
    found = managed(**services("sso.amazonaws.com"))
    assert (found["trusted_access_iam"], found["delegated_account_id"]) == (False, SHOP)


def test_who_manages_a_root_user() -> None:
    on = {"iam_organizations_features": [{"account_id": HOME, "enabled_features": BOTH}]}
    half = {"iam_organizations_features": [{"account_id": HOME, "enabled_features": '["RootSessions"]'}]}
    assert root({}, **on)["is_centrally_managed"] is True and root({}, **half)["is_centrally_managed"] is False
