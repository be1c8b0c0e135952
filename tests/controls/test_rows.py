"""Controls about the organization and about identities, each over one row: failing, passing, not set, and not seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from orienteer import controls
from orienteer.facts.seen import Cells, Partial, Unseen
from orienteer.parameters import Client
from orienteer.policy.rights.escalation import AdminPath
from tests.facts.support import GAP, NOW, UNSEEN, status

WAY = AdminPath("arn", "escalation", "iam:PutUserPolicy", ("iam:PutUserPolicy",), "arn", (), (), "", "It can.")
POWER = AdminPath("arn", "admin", "*", ("*",), "arn", ("policy",), (), "", "It is.")
EITHER = Unseen(UNSEEN.gaps, (True, False))
HIDDEN = Partial((), frozenset({GAP["gap"]}))
NODE = {"node_id": "1", "node_name": "shop", "node_path": "Root/shop", "is_exception": False, "is_unit": False,
        "whole": True, "exemptions": (), "takeable": (), "exempt_principals": (), "open_actions": ("x:Y",),
        "blocked_regions": (), "open_regions": (), "words": "w"}  # fmt: skip


def asks(name: str, **more: Any) -> Mapping[str, Any]:
    return {**NODE, "asks": name, "probe": more.pop("probe", name), **more}


def shared(**finding: Any) -> Mapping[str, Any]:
    found = Cells({"is_public": False, "open_days": 5, **finding})
    return {"kind": "resource", "active": Partial((found,))}


def edge(**more: Any) -> Mapping[str, Any]:
    return {"who": "222222222222", "is_organization": False, "members": Partial(("333333333333",)), "tags": None,
            "created_at": NOW, "role_name": "vendor", "trust_policy": "{}", **more}  # fmt: skip


ROLE = {"is_ours": True, "open_to": "private", "problems": (), "deleted": (), "outsiders": (), "web_identities": (),
        "services": (), "trust_policy": "{}"}  # fmt: skip
CENTER = {"is_main": True, "instance_arn": "arn", "status": "ACTIVE", "sets": 3, "password_users": Partial(())}
USER = Cells({"user": "ann", "arn": "arn:ann"})
ANALYZER = Cells({"type": "ORGANIZATION", "status": "ACTIVE", "account_id": "1"})
CASES: dict[str, list[tuple[Mapping[str, Any], str | None]]] = {
    "SCP-01": [
        ({"scps_on": False}, "FAIL"), ({"scps_on": UNSEEN}, "NOT_ASSESSED"),
        ({"scps_on": True, "has_allow": True, "attached": ("full",), "is_root": False}, "PASS"),
        ({"scps_on": True, "has_allow": False, "has_unreadable": False}, "FAIL"),
        ({"scps_on": True, "has_allow": UNSEEN, "has_unreadable": False, "attached": ()}, "NOT_ASSESSED"),
    ],
    "SCP-02": [
        (asks("leaving", denied=False), "FAIL"), (asks("leaving", denied=True), "PASS"),
        (asks("leaving", denied=False, whole=False), "MANUAL"), (asks("leaving", denied=UNSEEN), "NOT_ASSESSED"),
        (asks("root", denied=False), None), (asks("leaving", denied=True, is_exception=True), None),
    ],
    "SCP-03": [
        (asks("root", denied=True), "PASS"), (asks("root", denied=False, root_credentials=False), "PASS"),
        (asks("root", denied=False), "FAIL"), (asks("root", denied=EITHER, root_credentials=False), "PASS"),
        (asks("root", denied=False, root_credentials=UNSEEN), "NOT_ASSESSED"),
    ],
    "SCP-04": [
        (asks("regions", open_actions=()), "PASS"), (asks("regions"), "FAIL"),
        (asks("regions", blocked_regions=("eu-west-1",)), "FAIL"), (asks("regions", question="Which?"), "MANUAL"),
        (asks("regions", open_actions=UNSEEN), "NOT_ASSESSED"),
    ],
    "SCP-05": [
        ({"denied_services": ("iam",), "denied_to": ("shop",), "closes_home": True}, "FAIL"),
        ({"denied_services": (), "regional_entries": (), "closes_home": True}, "PASS"),
        ({"denied_services": (), "regional_entries": ("kms:*",), "closes_home": False}, "MANUAL"),
        ({"denied_services": UNSEEN, "closes_home": True}, "NOT_ASSESSED"),
    ],
    "SCP-06": [
        (asks("protection", probe="config:StopX", denied=True), "PASS"),
        (asks("protection", probe="config:StopX", denied=False), "FAIL"),
        (asks("protection", probe="guardduty:DeleteDetector", denied=False, locked=True), "PASS"),
        (asks("protection", probe="guardduty:DeleteDetector", denied=False, locked=UNSEEN), "NOT_ASSESSED"),
    ],
    "SCP-07": [
        ({"kind": "Account", "tags": {"until": "2027-01-01"}, "exception_until": "2027-01-01",
          "ends_at": NOW + (NOW - NOW.normalize())}, "PASS"),
        ({"kind": "Account", "tags": {"until": ""}}, "FAIL"), ({"kind": "Account", "tags": UNSEEN}, "NOT_ASSESSED"),
        ({"kind": "OrganizationalUnit", "accounts": 4}, "FAIL"),
        ({"kind": "Organization", "exempt_in_policies": ()}, "MANUAL"),
    ],
    "SCP-08": [
        (asks("long_lived", denied=True), "PASS"), (asks("long_lived", denied=False, credentials=HIDDEN), "FAIL"),
        (asks("long_lived", denied=UNSEEN, credentials=HIDDEN), "NOT_ASSESSED"),
    ],
    "RCP-01": [
        (asks("perimeter", denied=True, services_usable=True), "PASS"), (asks("perimeter", denied=False), "FAIL"),
        (asks("perimeter", denied=True, services_usable=None), "FAIL"), (asks("perimeter", denied=UNSEEN),
        "NOT_ASSESSED"),
    ],
    "ORG-01": [
        ({"was_asked": True, "ours": "o-1", "organization_id": "o-1", "is_listed": True}, "PASS"),
        ({"was_asked": True, "ours": "o-1", "organization_id": "o-1", "is_listed": False}, "FAIL"),
        ({"was_asked": True, "ours": "o-1"}, "FAIL"),
        ({"was_asked": True, "ours": "o-1", "organization_id": "o-1", "is_listed": UNSEEN}, "NOT_ASSESSED"),
    ],
    "ORG-02": [
        ({"group": "usual", "ou_id": "ou-1", "account_count": 2}, "PASS"), ({"group": "usual"}, "FAIL"),
        ({"group": "usual", "ou_id": "ou-1", "account_count": 0}, "FAIL"), ({"group": "candidate"}, "MANUAL"),
        ({"group": "usual", "ou_id": "ou-1", "account_count": UNSEEN}, "NOT_ASSESSED"),
    ],
    "ORG-03": [({"group": "special", "ou_id": "ou-1"}, "PASS"), ({"group": "special"}, "FAIL"),
               ({"group": "special", "ou_id": UNSEEN}, "NOT_ASSESSED")],
    "ORG-04": [
        ({"organization_id": "o-1", "is_active": True, "parent_id": "ou-1", "env_class": "prod"}, "PASS"),
        ({"organization_id": "o-1", "is_active": True, "under_root": True}, "FAIL"),
        ({"organization_id": "o-1", "is_active": True, "parent_id": "ou-1"}, "MANUAL"),
        ({"organization_id": "o-1", "is_active": True, "parent_id": "ou-1", "env_class": UNSEEN}, "NOT_ASSESSED"),
    ],
    "DA-01": [
        ({"is_delegable": True, "is_trusted": True, "management": "1", "delegates": Partial(()), "own_admins": None},
         "FAIL"),
        ({"is_delegable": True, "is_trusted": False}, "PASS"), ({"is_delegable": False}, None),
        ({"is_delegable": True, "is_trusted": True, "management": "1",
          "delegates": Partial((Cells({"account_id": "2", "state": None}),))}, "PASS"),
        ({"is_delegable": True, "is_trusted": True, "management": "1", "delegates": HIDDEN}, "NOT_ASSESSED"),
    ],
    "DA-04": [
        ({"is_set": True, "lets_in": "organization"}, "PASS"), ({"is_set": True, "lets_in": "external"}, "FAIL"),
        ({"is_set": True, "grants_everything": True}, "FAIL"), ({"is_set": False}, "MANUAL"),
        ({"is_set": True, "lets_in": UNSEEN}, "NOT_ASSESSED"),
    ],
    "IAM-09": [
        ({"kind": "role", "path": "/", "admin": POWER}, "FAIL"), ({"kind": "role", "path": "/"}, None),
        ({"kind": "role", "path": "/aws-reserved/x/", "admin": POWER}, "PASS"),
        ({"kind": "role", "path": "/", "admin": UNSEEN}, "NOT_ASSESSED"),
        ({"kind": "account", "administrators": HIDDEN}, "NOT_ASSESSED"),
    ],
    "IAM-10": [
        ({"kind": "role", "path": "/", "ways": Partial((WAY,))}, "FAIL"),
        ({"kind": "role", "path": "/", "ways": Partial(())}, "PASS"),
        ({"kind": "role", "path": "/", "ways": HIDDEN}, "NOT_ASSESSED"),
        ({"kind": "role", "path": "/", "ways": Partial((WAY,), HIDDEN.gaps)}, "FAIL"),
        ({"kind": "role", "path": "/", "is_admin": True}, None),
    ],
    "IDC-01": [
        (CENTER, "PASS"), ({**CENTER, "sets": 0}, "FAIL"), ({**CENTER, "status": None}, "MANUAL"),
        ({**CENTER, "instance_arn": None, "saml": Partial(())}, "FAIL"),
        ({**CENTER, "password_users": Partial((USER,))}, "FAIL"), ({**CENTER, "sets": UNSEEN}, "NOT_ASSESSED"),
        ({"is_main": None}, "MANUAL"),
    ],
    "IDC-08": [
        ({"is_admin": False, "ways": Partial((WAY,))}, "FAIL"), ({"is_admin": False, "ways": Partial(())}, "PASS"),
        ({"is_admin": True}, "PASS"), ({"is_admin": False, "ways": HIDDEN}, "NOT_ASSESSED"),
    ],
    "XA-01": [
        (ROLE, "PASS"), ({**ROLE, "open_to": "public"}, "FAIL"), ({**ROLE, "open_to": UNSEEN}, "NOT_ASSESSED"),
        ({**ROLE, "open_to": "public", "is_fenced": UNSEEN}, "FAIL"), ({**ROLE, "is_ours": False}, None),
        ({**ROLE, "deleted": ("AROA",)}, "MANUAL"),
    ],
    "XA-02": [
        (edge(), "FAIL"), (edge(who="333333333333"), "PASS"), (edge(members=HIDDEN), "NOT_ASSESSED"),
        (edge(is_organization=True, organization_id="222222222222"), None),
    ],
    "XA-03": [
        (edge(by_name=()), None), (edge(by_name=(), members=HIDDEN), None),
    ],
    "XA-04": [(ROLE, None), ({**ROLE, "trust_policy": UNSEEN}, "NOT_ASSESSED")],
    "XA-05": [(ROLE, None), ({**ROLE, "web_identities": UNSEEN}, "NOT_ASSESSED")],
    "XA-06": [(ROLE, None), ({**ROLE, "services": UNSEEN}, "NOT_ASSESSED")],
    "AA-01": [
        ({"security_audit": {"1"}, "analyzers": Partial((ANALYZER,))}, "PASS"),
        ({"security_audit": {"1"}, "analyzers": Partial(())}, "FAIL"),
        ({"security_audit": {"1"}, "analyzers": HIDDEN}, "NOT_ASSESSED"),
        ({"security_audit": {"1"}, "analyzers": Partial((ANALYZER,), HIDDEN.gaps)}, "PASS"),
        ({"security_audit": set(), "analyzers": Partial((ANALYZER,))}, "MANUAL"),
    ],
    "AA-02": [
        (shared(), "PASS"), (shared(is_public=True), "FAIL"), (shared(open_days=31), "FAIL"),
        (shared(is_public=None), "MANUAL"), (shared(is_public=UNSEEN), "NOT_ASSESSED"),
        ({"kind": "analyzer", "active": HIDDEN}, "NOT_ASSESSED"), ({"kind": "rule", "archived": ()}, "MANUAL"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(("id", "row", "expected"), [(i, row, told) for i, rows in CASES.items() for row, told in rows])
def test_one_row(id: str, row: Mapping[str, Any], expected: str | None) -> None:
    given = {"client": Client()} if "client" in controls.registry()[id].context else {}
    assert status(id, row, **given) == expected
