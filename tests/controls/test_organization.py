"""Controls about the organization's shape and about contacts."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from orienteer import tables
from orienteer.controls import registry
from orienteer.facts.accounts import environment_class, functions_of
from orienteer.facts.seen import Unseen
from orienteer.facts.services import DELEGABLE
from orienteer.frames import frame as frame_of
from orienteer.judge import Facts, judge
from orienteer.parameters import Client
from tests.facts.support import GAP, NOW, UNSEEN, source, status
from tests.facts.support import found as judged_over
from tests.support import frame

HOME, SHOP, TEST = "100000000001", "100000000002", "100000000003"
ORG = {"account_id": HOME, "organization_id": "o-1", "management_account_id": HOME, "feature_set": "ALL"}


def organization(*rows: dict[str, Any]) -> pd.DataFrame:
    return frame("organization", rows or [ORG])


def units(*paths: str) -> pd.DataFrame:
    """The root and these OUs, an OU's id being ou- and its path."""
    rows = [{"account_id": HOME, "id": "r-1", "name": "Root", "kind": "ROOT", "ou_path": "Root", "ou_ids": '["r-1"]'}]
    for path in paths:
        parts = path.split("/")
        ids = ["r-1", *(f"ou-{'/'.join(parts[: n + 1])}" for n in range(len(parts)))]
        rows.append({"account_id": HOME, "id": ids[-1], "name": parts[-1], "kind": "ORGANIZATIONAL_UNIT",
                     "parent_id": ids[-2], "ou_path": f"Root/{path}", "ou_ids": json.dumps(ids)})  # fmt: skip
    return frame("organizational_units", rows)


def account(account_id: str, path: str = "", **more: Any) -> dict[str, Any]:
    parts = path.split("/") if path else []
    ids = ["r-1", *(f"ou-{'/'.join(parts[: n + 1])}" for n in range(len(parts)))]
    return {"account_id": account_id, "resource_id": account_id, "id": account_id,
            "name": more.pop("name", f"account {account_id}"),
            "state": "ACTIVE", "parent_id": ids[-1], "ou_path": "/".join(["Root", *parts]), "ou_ids": json.dumps(ids),
            **more}  # fmt: skip


def accounts(*rows: dict[str, Any]) -> pd.DataFrame:
    return frame("organization_accounts", rows)


def gapped(control: str, read: dict[str, list[dict[str, Any]]], *unread: str) -> pd.DataFrame:
    """The findings of a control over these rows, its `unread` tables refused as a whole; other tables are empty."""
    which, specs = registry()[control], tables.registry()
    refused = [{"account_id": HOME, "region": "global", "outcome": "DENIED", "gap": "organizations:X AccessDenied"}]
    rows = {name: refused if name in unread else read.get(name, []) for name in which.tables}
    frames = {name: frame_of(specs[name], found) for name, found in rows.items()}
    facts = Facts(pd.Timestamp("2026-11-24", tz="UTC"))
    return judge([which], frames, specs, facts, pd.DataFrame()).findings


def asking(id: str, *names: str) -> Callable[..., pd.DataFrame]:
    """The control as a function of these tables."""

    def ask(*frames: pd.DataFrame, **given: Any) -> pd.DataFrame:
        return judged_over(id, dict(zip(names, frames, strict=True)), **given)

    return ask


organization_membership = asking("ORG-01", "account_organization", "organization_account_list")
ou_functions = asking("ORG-02", "organization", "organizational_units", "organization_accounts")
special_ous = asking("ORG-03", "organization", "organizational_units", "organization_accounts")
environments_apart = asking("ORG-04", "organization", "organization_roots", "organization_accounts",
                            "organization_account_tags")  # fmt: skip
delegated_services = asking("DA-01", "organization", "organization_trusted_services", "organization_delegated_services",
                            "guardduty_organization_admins", "securityhub_organization_admins")  # fmt: skip
leaving_denied = asking("SCP-02", "organization", "organization_roots", "organizational_units",
                        "organization_accounts")  # fmt: skip
scp_structure = asking("SCP-01", "organization", "organization_roots", "organizational_units", "organization_accounts",
                       "organization_policies", "organization_policy_documents",
                       "organization_policy_targets")  # fmt: skip


def statuses(found: pd.DataFrame) -> dict[str, str]:
    return dict(zip(found["resource_id"], found["status"], strict=True))


# --- ORG-01


def membership(own: list[dict[str, Any]], listed: list[str], **more: Any) -> dict[str, str]:
    more.setdefault("client", Client())
    rows = frame(
        "organization_account_list", [{"account_id": i, "id": i, "name": i, "state": "SUSPENDED"} for i in listed]
    )
    return statuses(organization_membership(frame("account_organization", own), rows, **more))


def test_organization_membership() -> None:
    other = {**ORG, "account_id": TEST, "organization_id": "o-2"}
    found = membership([ORG, {**ORG, "account_id": SHOP}, other, {"account_id": "100000000009"}], [HOME, SHOP])
    assert found == {"o-1": "PASS", HOME: "PASS", SHOP: "PASS", TEST: "FAIL", "100000000009": "FAIL"}


@pytest.mark.parametrize(("feature_set", "status"), [("CONSOLIDATED_BILLING", "FAIL"), (None, "MANUAL")])
def test_an_organization_without_all_features_fails(feature_set: str | None, status: str) -> None:
    assert membership([{**ORG, "feature_set": feature_set}], [HOME]) == {"o-1": status, HOME: "PASS"}


def test_an_account_must_be_in_the_list_of_the_organization_it_names() -> None:
    assert membership([ORG, {**ORG, "account_id": SHOP}], [HOME]) == {"o-1": "PASS", HOME: "PASS", SHOP: "FAIL"}


def test_of_two_organizations_the_one_whose_list_was_read_is_ours() -> None:
    own = [ORG | {"organization_id": "o-9"}, {**ORG, "account_id": SHOP, "organization_id": "o-1"}]
    assert membership(own, [HOME]) == {"o-9": "PASS", HOME: "PASS", SHOP: "FAIL"}


@pytest.mark.parametrize(("own", "expected"), [
    (ORG, {"o-1": "PASS", HOME: "NOT_ASSESSED"}),
    ({**ORG, "feature_set": "CONSOLIDATED_BILLING"}, {"o-1": "FAIL", HOME: "NOT_ASSESSED"}),
    ({"account_id": SHOP}, {SHOP: "FAIL"}),
])  # fmt: skip
def test_what_an_account_says_of_its_organization_stands_without_the_list(
    own: dict[str, Any], expected: dict[str, str]
) -> None:
    found = gapped("ORG-01", {"account_organization": [own]}, "organization_account_list")
    assert expected.items() <= statuses(found).items()
    kinds = dict(zip(found["resource_id"], found["resource_type"], strict=True))
    assert kinds.get("o-1", "AWS::Organizations::Organization") == "AWS::Organizations::Organization"


def test_accounts_of_the_engagement_must_be_listed_in_whatever_state() -> None:
    found = membership([ORG], [HOME, SHOP], client=Client(accounts=(SHOP,)), account_ids=(TEST,))
    assert found[SHOP] == "PASS" and found[TEST] == "FAIL"


# --- ORG-02, ORG-03


def test_ou_functions() -> None:
    tree = units("Security", "Infrastructure", "Workload", "Workload/Prod")
    found = ou_functions(organization(), tree, accounts(account(SHOP, "Workload/Prod"), account(TEST, "Security")))
    assert statuses(found) == {"security": "PASS", "infrastructure": "FAIL", "workload": "PASS"}
    assert found.set_index("resource_id").loc["infrastructure", "reason"] == "Root/Infrastructure holds no account."
    assert json.loads(found["evidence"].iloc[2])["account_count"] == 1


def test_a_missing_function_shows_the_units_that_might_serve_it() -> None:
    tree = units("Governance", "Apps", "Backbone", "Backbone/Inner", "Sandbox", "Apps/Odd")
    rows = accounts(
        account(SHOP, "Apps"), account(TEST, "Governance"), account("100000000004", "Backbone", state="CLOSED")
    )
    found = ou_functions(organization(), tree, rows)
    assert statuses(found) == {
        "security": "PASS",
        "infrastructure": "FAIL",
        "workload": "PASS",
        "ou-Backbone": "MANUAL",
        "ou-Backbone/Inner": "MANUAL",
    }
    mapped = ou_functions(organization(), tree, accounts(account(SHOP, "Apps"), account(TEST, "Governance"),
                          account(HOME, "Backbone/Inner")), ou_map={"ou-Backbone": "infrastructure"})  # fmt: skip
    assert statuses(mapped)["infrastructure"] == "PASS" and "ou-Backbone" not in statuses(mapped)
    unmapped = ou_functions(organization(), tree, rows, ou_map={"ou-Apps": "security"})
    assert statuses(unmapped)["workload"] == "FAIL"
    decided = ou_functions(organization(), tree, rows, ou_map={"ou-Backbone": "something else"})
    assert "ou-Backbone" not in statuses(decided) and statuses(decided)["infrastructure"] == "FAIL"


def test_a_unit_may_stand_where_the_tree_was_not_read() -> None:
    rows = [unit | {"resource_id": unit["id"], "outcome": "OK"} for unit in units("Security").to_dict("records")]
    cut = {"account_id": HOME, "resource_id": "ou-Security", "outcome": "DENIED", "gap": "organizations:X AccessDenied"}
    read = {"organization": [ORG], "organizational_units": [*rows, cut], "organization_accounts": []}
    assert set(statuses(gapped("ORG-02", read)).values()) == {"NOT_ASSESSED"}
    assert set(statuses(gapped("ORG-03", read)).values()) == {"NOT_ASSESSED"}


def test_without_an_organization_there_is_nothing_to_judge() -> None:
    alone = organization({"account_id": HOME})
    assert ou_functions(alone, units().head(0), accounts()).empty
    assert special_ous(alone, units().head(0), accounts(), client=Client()).empty
    assert delegated_services(
        alone, frame("organization_trusted_services"), frame("organization_delegated_services"), *own_lists()
    ).empty


def test_special_ous() -> None:
    found = special_ous(organization(), units("Exceptions", "Transitional", "IR", "Graveyard"), accounts(),
                        client=Client())  # fmt: skip
    assert statuses(found) == {
        "incident_response": "PASS",
        "onboarding": "PASS",
        "suspended": "PASS",
        "exception": "PASS",
        "sandbox": "FAIL",
    }
    waived = special_ous(organization(), units("Airport"), accounts(), client=Client(),
                         special_ous_waived=("sandbox", "exception"))  # fmt: skip
    assert statuses(waived) == {"incident_response": "FAIL", "onboarding": "FAIL", "suspended": "FAIL"}


def test_the_exception_ou_is_the_one_that_guardrails_leave_out() -> None:
    tree, members = units("Exempted", "Work"), accounts(account(SHOP, "Exempted"), account(TEST, "Work"))
    found = special_ous(organization(), tree, members, client=Client()).set_index("resource_id")
    assert found.loc["exception", "status"] == "PASS"
    left = leaving_denied(
        organization(), frame("organization_roots", [{"account_id": HOME, "id": "r-1"}]), tree, members
    )
    assert statuses(left) == {"ou-Work": "FAIL", TEST: "FAIL"}


@pytest.mark.parametrize("name", ["Oboarding", "Onboarding", "Nursery", "Transitional", "Acquisitions", "M&A mergers"])
def test_onboarding_is_known_by_many_names_and_misspelt(name: str) -> None:
    assert statuses(special_ous(organization(), units(name), accounts(), client=Client()))["onboarding"] == "PASS"


def test_the_ou_that_the_client_names_for_exceptions_is_one() -> None:
    def found(ou: str) -> str:
        told = special_ous(organization(), units("Free", "Nursery"), accounts(), client=Client(exception_ou=ou))
        return statuses(told)["exception"]

    assert found("Free") == found("ou-Free") == found("Root/Free") == "PASS"
    assert found("") == found("Elsewhere") == "FAIL"


# --- ORG-04


def apart(rows: list[dict[str, Any]], tags: dict[str, str] | None = None, **more: Any) -> dict[str, str]:
    tagged = frame("organization_account_tags", [{"account_id": a, "resource_id": a, "key": "Environment", "value": v}
                                                 for a, v in (tags or {}).items()])  # fmt: skip
    roots = frame("organization_roots", [{"account_id": HOME, "id": "r-1"}])
    return statuses(environments_apart(organization(), roots, accounts(account(HOME), *rows), tagged, **more))


def test_environments_apart() -> None:
    rows = [account(SHOP, "W/Prod", name="shop"), account(TEST, "W/Prod", name="shop-test"),
            account("100000000004", "Prod", name="ShopProd"), account("100000000005", name="prod-loose"),
            account("100000000006", "Plain", name="ledger"), account("100000000007", state="SUSPENDED")]  # fmt: skip
    found = apart(rows)
    assert found == {
        SHOP: "FAIL",
        TEST: "FAIL",
        "100000000004": "PASS",
        "100000000005": "FAIL",
        "100000000006": "MANUAL",
    }
    tagged = apart(rows, {TEST: "production", "100000000006": "dev"}, root_level_ok=("100000000005",))
    assert set(tagged.values()) == {"PASS"}


def test_a_suspended_account_mixes_nothing() -> None:
    rows = [account(SHOP, "W", name="shop-prod"), account(TEST, "W", name="shop-test", state="SUSPENDED")]
    assert apart(rows) == {SHOP: "PASS"}


def test_the_root_is_no_ou_that_could_mix_what_is_meant_to_stand_there() -> None:
    rows = [account(SHOP, name="shop-prod"), account(TEST, name="shop-test")]
    assert apart(rows, root_level_ok=(SHOP, TEST)) == {SHOP: "PASS", TEST: "PASS"}


def test_an_account_that_stands_nowhere_is_asked_about() -> None:
    lost = {"parent_id": None, "ou_path": None, "ou_ids": None}
    rows = [account(SHOP, name="prod") | lost, account(TEST, name="test") | lost]
    assert apart(rows) == {SHOP: "MANUAL", TEST: "MANUAL"}


def test_an_account_under_the_root_fails_without_its_tags() -> None:
    read = {
        "organization": [ORG],
        "organization_roots": [{"account_id": HOME, "id": "r-1", "resource_id": "r-1"}],
        "organization_accounts": [account(SHOP, resource_id=SHOP), account(TEST, "Prod", resource_id=TEST)],
    }
    found = statuses(gapped("ORG-04", read, "organization_account_tags"))
    assert (found[SHOP], found[TEST]) == ("FAIL", "NOT_ASSESSED")


@pytest.mark.parametrize(("text", "expected"), [
    ("prod", "prod"), ("ShopProd", "prod"), ("PRD", "prod"), ("NonProd", "non-prod"), ("pre-prod", "non-prod"),
    ("product team", None), ("crane-test", "non-prod"), ("devotion", None), ("live", "prod"), (None, None), ("", None),
])  # fmt: skip
def test_environment_class(text: str | None, expected: str | None) -> None:
    assert environment_class(text) == expected


# --- DA-01


def own_lists(**seen: list[tuple[str, str | None, str | None]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The administrators that GuardDuty and Security Hub themselves name: region, account and status."""
    keys = ("region", "admin_account", "admin_status")
    lists = [[{"account_id": HOME, **dict(zip(keys, row, strict=True))} for row in seen.get(service, [])]
             for service in ("guardduty", "securityhub")]  # fmt: skip
    return frame("guardduty_organization_admins", lists[0]), frame("securityhub_organization_admins", lists[1])


def test_delegated_services() -> None:
    trusted = ["guardduty", "sso", "config", "ram"]
    found = delegated_services(
        organization(),
        frame(
            "organization_trusted_services",
            [{"account_id": HOME, "service_principal": f"{s}.amazonaws.com"} for s in trusted],
        ),
        frame(
            "organization_delegated_services",
            [
                {"account_id": SHOP, "service_principal": "guardduty.amazonaws.com", "name": "audit"},
                {"account_id": HOME, "service_principal": "config.amazonaws.com"},
                {"account_id": TEST},
            ],
        ),
        *own_lists(),
    )
    told = {service: status for service, status in statuses(found).items() if service.partition(".")[0] in trusted}
    assert told == {
        "guardduty.amazonaws.com": "PASS",
        "sso.amazonaws.com": "FAIL",
        "config.amazonaws.com": "FAIL",
    }
    assert set(found["account_id"]) == {HOME}


@pytest.mark.parametrize(("delegates", "status"), [
    ([(HOME, None), (SHOP, "ACTIVE")], "PASS"), ([(SHOP, "ACTIVE"), (HOME, None)], "PASS"),
    ([(SHOP, "SUSPENDED")], "FAIL"), ([(SHOP, "SUSPENDED"), (TEST, "ACTIVE")], "PASS"), ([(SHOP, None)], "PASS"),
])  # fmt: skip
def test_one_member_in_use_among_the_delegates_is_enough(delegates: list[tuple[str, str | None]], status: str) -> None:
    service = "config.amazonaws.com"
    trusted = frame("organization_trusted_services", [{"account_id": HOME, "service_principal": service}])
    rows = [{"account_id": one, "service_principal": service, "state": state} for one, state in delegates]
    found = delegated_services(organization(), trusted, frame("organization_delegated_services", rows), *own_lists())
    assert statuses(found)[service] == status


def test_services_never_enabled_are_listed_for_information() -> None:
    found = delegated_services(organization(), frame("organization_trusted_services"),
                               frame("organization_delegated_services"), *own_lists())  # fmt: skip
    assert (len(found), set(found["status"]), set(found["severity"])) == (len(DELEGABLE), {"PASS"}, {"info"})
    assert not any(json.loads(text)["is_trusted"] for text in found["evidence"])


ENABLED_IN = [("eu-central-1", SHOP, "ENABLED"), ("eu-west-1", None, None)]


@pytest.mark.parametrize(("service", "seen", "listed", "status"), [
    ("guardduty", ENABLED_IN, [], "PASS"),
    ("guardduty", ENABLED_IN, [HOME], "PASS"),
    ("guardduty", [], [], "FAIL"),
    ("guardduty", [("eu-central-1", HOME, "ENABLED")], [], "FAIL"),
    ("guardduty", [("eu-central-1", SHOP, "DISABLE_IN_PROGRESS")], [], "FAIL"),
    ("guardduty", [("eu-central-1", SHOP, None)], [], "MANUAL"),
    ("securityhub", ENABLED_IN, [], "PASS"),
    ("securityhub", [], [SHOP], "PASS"),
    ("macie", ENABLED_IN, [], "FAIL"),
])  # fmt: skip
def test_the_services_own_list_is_heard_before_a_failure(
    service: str, seen: list[tuple[str, str | None, str | None]], listed: list[str], status: str
) -> None:
    principal = f"{service}.amazonaws.com"
    trusted = frame("organization_trusted_services", [{"account_id": HOME, "service_principal": principal}])
    delegates = [{"account_id": one, "service_principal": principal} for one in listed]
    found = delegated_services(organization(), trusted, frame("organization_delegated_services", delegates),
                               *own_lists(**{service: seen}))  # fmt: skip
    one = found.set_index("resource_id").loc[principal]
    assert one["status"] == status
    if seen is ENABLED_IN and status == "PASS":
        assert json.loads(one["evidence"])["delegated_account_id"] == SHOP


@pytest.mark.parametrize(("listed", "status"), [([], "NOT_ASSESSED"), ([SHOP], "PASS")])
def test_an_own_list_that_was_refused_takes_only_the_failure_back(listed: list[str], status: str) -> None:
    one, specs, principal = registry()["DA-01"], tables.registry(), "guardduty.amazonaws.com"
    rows: dict[str, list[dict[str, Any]]] = {
        "organization": organization().to_dict("records"),
        "organization_trusted_services": [
            {"account_id": HOME, "service_principal": name} for name in (principal, "sso.amazonaws.com")],
        "organization_delegated_services": [{"account_id": a, "service_principal": principal} for a in listed],
        "guardduty_organization_admins": [{"account_id": HOME, "region": "eu-west-1", "resource_id": "eu-west-1",
                                           "outcome": "DENIED", "gap": "guardduty:ListOrganizationAdminAccounts no"}],
    }  # fmt: skip
    frames = {name: frame_of(specs[name], rows.get(name, [])) for name in one.tables}
    found = judge([one], frames, specs, Facts(pd.Timestamp("2026-11-24", tz="UTC")), pd.DataFrame()).findings
    told = found.set_index("resource_id")["status"]
    assert (told[principal], told["sso.amazonaws.com"], told["securityhub.amazonaws.com"]) == (status, "FAIL", "PASS")
    assert len(found) == len(DELEGABLE)


# --- SCP-01

ALLOW = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
DENY = {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}
ENABLED = '[{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]'


def structure(attached: dict[str, list[str]], types: str = ENABLED, **texts: Any) -> pd.DataFrame:
    documents = {"full": ALLOW, "stay": DENY, **texts}
    kind = {"account_id": HOME, "type": "SERVICE_CONTROL_POLICY"}
    policies = [
        {
            **kind,
            "resource_id": k,
            "id": k,
            "name": k,
            "aws_managed": k == "full",
            "content": v if isinstance(v, str | None) else json.dumps(v),
        }
        for k, v in documents.items()
    ]
    targets = [
        {**kind, "resource_id": k, "id": k, "name": k, "target_id": t} for k, found in attached.items() for t in found
    ]
    return scp_structure(
        organization(), frame("organization_roots", [{"account_id": HOME, "id": "r-1", "policy_types": types}]),
        units("Work"), accounts(account(HOME), account(SHOP, "Work"), account(TEST, state="SUSPENDED")),
        frame("organization_policies", [{k: v for k, v in p.items() if k != "content"} for p in policies]),
        frame("organization_policy_documents", policies), frame("organization_policy_targets", targets),
    )  # fmt: skip


EVERYWHERE = ["r-1", "ou-Work", SHOP]


def test_scp_structure() -> None:
    found = structure({"full": EVERYWHERE, "stay": ["ou-Work"]})
    assert statuses(found) == {"r-1": "PASS", "ou-Work": "PASS", SHOP: "PASS", "stay": "PASS"}
    assert HOME in found["reason"].iloc[0] and "service-linked" in found["reason"].iloc[0]
    lost = statuses(structure({"full": ["r-1", SHOP], "stay": ["ou-Work"]}))
    assert lost == {"r-1": "PASS", "ou-Work": "FAIL", SHOP: "PASS", "stay": "PASS"}


def test_scps_that_are_off_or_unused_fail() -> None:
    assert statuses(structure({}, types="[]")) == {"r-1": "FAIL"}
    assert statuses(
        structure({"full": EVERYWHERE}, types='[{"Type": "SERVICE_CONTROL_POLICY", "Status": "PENDING_ENABLE"}]')
    ) == {"r-1": "FAIL"}
    assert statuses(structure({"full": EVERYWHERE})) == {
        "r-1": "FAIL",
        "ou-Work": "PASS",
        SHOP: "PASS",
        "stay": "MANUAL",
    }


@pytest.mark.parametrize("content", [None, "not json", "{}"])
def test_a_policy_that_cannot_be_read_is_asked_about_and_so_is_where_it_hangs_alone(content: str | None) -> None:
    found = statuses(structure({"full": ["r-1"], "odd": ["ou-Work"], "stay": ["r-1", SHOP]}, odd=content))
    assert found["odd"] == "MANUAL" and found["ou-Work"] == "MANUAL" and found[SHOP] == "FAIL"


def test_scps_that_are_off_fail_whatever_else_was_not_read() -> None:
    read = {"organization": [ORG], "organization_roots": [{"account_id": HOME, "id": "r-1", "resource_id": "r-1"}]}
    beyond = set(registry()["SCP-01"].tables) - set(read)
    assert statuses(gapped("SCP-01", read, *beyond))["r-1"] == "FAIL"
    assert statuses(gapped("SCP-01", read, "organization_roots"))[HOME] == "NOT_ASSESSED"


def test_a_node_at_the_limit_of_policies_is_reported() -> None:
    many = {f"p{n}": ["r-1"] for n in range(9)}
    found = structure({"full": EVERYWHERE, **many}, **dict.fromkeys(many, DENY)).set_index("resource_id")
    assert "10 policies are attached" in found.loc["r-1", "reason"] and "It holds" not in found.loc[SHOP, "reason"]


def test_a_policy_near_its_size_limit_is_reported() -> None:
    big = {**DENY, "Statement": [{**DENY["Statement"], "Sid": "\u00fc" * 9200}]}  # type: ignore[dict-item]
    text = json.dumps(big, ensure_ascii=False)
    found = structure({"full": EVERYWHERE, "big": ["r-1"], "stay": ["r-1"]}, big=text).set_index("resource_id")
    assert found.loc["big", "status"] == "PASS" and f"{len(text)} characters; the limit" in found.loc["big", "reason"]
    assert found.loc["big", "resource_type"] == "AWS::Organizations::Policy"


# --- ORG-09


@pytest.mark.parametrize(
    ("one", "found"),
    [
        ({"in_organization": True, "in_inventory": True}, "PASS"),
        ({"in_organization": True, "in_inventory": False}, "FAIL"),
        ({"in_organization": True, "in_inventory": False, "is_closed": True}, "PASS"),
        ({"in_organization": False, "in_inventory": True}, "FAIL"),
        ({"in_organization": UNSEEN, "in_inventory": True}, "NOT_ASSESSED"),
        ({"kind": "list", "accounts": (HOME,)}, "MANUAL"),
        ({"kind": "list", "accounts": UNSEEN}, "NOT_ASSESSED"),
        ({"kind": "payer"}, "MANUAL"),
        ({"kind": "trusted", "trusted_by": ("vendor in 1",)}, "MANUAL"),
        ({"kind": "invitation", "age_days": 20}, "PASS"),
    ],
)
def test_accounts_are_known(one: dict[str, Any], found: str) -> None:
    assert status("ORG-09", {"kind": "account"} | one) == found


def listed(client: Client, **more: Any) -> dict[str, Any]:
    rows: dict[str, Any] = {
        "organization": [ORG],
        "organization_account_list": [
            {"account_id": HOME, "id": HOME, "name": "home", "joined_method": "CREATED"},
            {"account_id": SHOP, "id": SHOP, "name": "shop", "joined_method": "INVITED", "state": "SUSPENDED"},
        ],
    }
    return {row["resource_id"]: row for row in source("inventory", client, **(rows | more)).rows}


def test_without_an_inventory_the_list_is_shown_invited_accounts_first() -> None:
    (one,) = listed(Client()).values()
    assert one["kind"] == "list" and [text[:12] for text in one["accounts"]] == [SHOP, HOME]
    hidden = listed(Client(), organization_account_list=[{"account_id": HOME, **GAP}])
    assert isinstance(hidden["account list"]["accounts"], Unseen)


def test_both_lists_are_held_against_each_other() -> None:
    found = listed(Client(inventory={HOME: "home", TEST: "test"}))
    told = {one: (row["in_organization"], row["in_inventory"]) for one, row in found.items()}
    assert told == {HOME: (True, True), SHOP: (True, False), TEST: (False, True)}
    assert found[SHOP]["is_closed"] is True and (found[TEST]["account_id"], found[TEST]["name"]) == (HOME, "test")
    hidden = listed(Client(inventory={TEST: ""}), organization_account_list=[{"account_id": HOME, **GAP}])
    assert isinstance(hidden[TEST]["in_organization"], Unseen)
    lost = {"organization": [ORG], "organization_account_list": [{"account_id": HOME, **GAP}]}
    others = source("inventory", Client(inventory={TEST: ""}), **lost)  # accounts that only the organization lists
    assert [gap.text for gap in others.gaps] == [GAP["gap"]]


def test_accounts_of_the_bill_and_old_invitations() -> None:
    costs = [{"account_id": one, "id": one, "amount": 1.0} for one in (HOME, TEST, "100000000009")]
    asked = [
        {"account_id": HOME, "id": "h-1", "state": "OPEN", "requested_at": NOW - pd.Timedelta(days=20)},
        {"account_id": HOME, "id": "h-2", "state": "OPEN", "requested_at": NOW - pd.Timedelta(days=2)},
        {"account_id": HOME, "id": "h-3", "state": "EXPIRED", "requested_at": NOW - pd.Timedelta(days=90)},
    ]
    lost = {name: [{"account_id": HOME, **GAP}] for name in ("ce_monthly_costs", "organization_invitations")}
    gaps = source("inventory", organization=[ORG], **lost).gaps
    assert [gap.resource_id for gap in gaps] == ["accounts that the bill names", "invitations"]
    known = Client(trusted_accounts={TEST: ""})
    found = listed(known, ce_monthly_costs=costs, organization_invitations=asked)
    assert {one: row["kind"] for one, row in found.items()} == {
        "account list": "list",
        "100000000009": "payer",
        "h-1": "invitation",
    }


def test_accounts_that_only_a_role_trusts_are_suspects() -> None:
    def role(name: str, who: str) -> dict[str, Any]:
        trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{who}:root"}, "Action": "sts:AssumeRole"}
        arn = f"arn:aws:iam::{SHOP}:role/{name}"
        return {"account_id": SHOP, "region": "global", "resource_id": name, "role_name": name, "role_arn": arn,
                "path": "/", "trust_policy": json.dumps({"Statement": [trust]})}  # fmt: skip

    stranger, paying = "100000000008", "100000000009"
    roles = [role("far", stranger), role("bill", paying), role("home", HOME), role("vendor", TEST)]
    costs = [{"account_id": HOME, "id": paying, "amount": 1.0}]
    found = listed(Client(trusted_accounts={TEST: ""}), iam_roles=roles, ce_monthly_costs=costs)
    assert {one: row["kind"] for one, row in found.items()} == {
        "account list": "list", paying: "payer", stranger: "trusted"}  # fmt: skip
    assert (found[stranger]["trusted_by"], found[stranger]["account_id"]) == ((f"far in {SHOP}",), HOME)
    lost = source("inventory", organization=[ORG], iam_roles=[{"account_id": SHOP, **GAP}]).gaps
    assert [(gap.account_id, gap.resource_id) for gap in lost] == [(SHOP, "accounts that roles trust")]


@pytest.mark.parametrize(
    ("ids", "path", "ou_map", "found"),
    [
        ('["r", "ou-1"]', "Root/Security", {}, ("security",)),
        ('["r", "ou-1", "ou-2"]', "Root/Workloads/Suspended", {}, ("suspended", "workload")),
        ('["r", "ou-1"]', "Root/Security", {"ou-1": "workload"}, ("workload",)),
        ('["r", "ou-1"]', "Root/R/D and security", {}, ("security",)),
        ('["r"]', "Secure root", {}, ()),
    ],
)
def test_what_units_are_for(ids: str, path: str, ou_map: dict[str, str], found: tuple[str, ...]) -> None:
    patterns = {"security": "secur", "suspended": "suspend", "workload": "workload"}
    assert functions_of(ids, path, patterns, ou_map) == found
