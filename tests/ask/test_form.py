"""The plain mapping of an estate: every name it knows is told, and what stands under another is not passed over."""

from __future__ import annotations

import re
from typing import Any

import pytest

from orienteer.ask import UNREAD, Estate, can, who_can
from orienteer.ask.form import NAMES
from tests.ask.support import BOB, ETL, EVE, KEY_IN, KMS, LAKE, A, M, allow, aws, doc

FULL, EC2 = doc(allow()), doc(allow("ec2:*"))
GET = "s3:GetObject"
BUCKET = {"arn": LAKE, "account": A}


def mapping(**more: Any) -> dict[str, Any]:
    found = {"principals": [{"arn": BOB, "policies": [FULL]}], "resources": [BUCKET], "accounts": {A: {}}}
    return {**found, "endpoints": [{"id": "vpce-1"}], "organization": {"id": "o-1"}, **more}


def asked(known: dict[str, Any], **context: Any) -> Any:
    return can(Estate.of(known), BOB, GET, KEY_IN, context)


def test_the_docstring_tells_every_name() -> None:
    told = Estate.__doc__ or ""
    listed = {name for names in NAMES.values() for name in names}
    assert sorted(one for one in listed if not re.search(rf'"{one}"|`{one}`', told)) == []


MISSPELT: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("boundary", {"principals": [{"arn": BOB, "policies": [FULL], "boundry": EC2}]}, {}),
    ("boundary", {"principals": {BOB: {"policies": [FULL], "boundarys": '{"Statement": []}'}}}, {}),
    ("policies", {"principals": [{"arn": BOB, "policy": [FULL]}]}, {}),
    ("policy", {"resources": [BUCKET | {"policys": doc(allow(GET, to=aws(BOB)))}]}, {}),
    ("scps", {"accounts": {A: {"scp": [[EC2]]}}}, {}),
    ("policy", {"endpoints": [{"id": "vpce-1", "policies": EC2}]}, {"aws:SourceVpce": "vpce-1"}),
    ("groups", {"group": {f"arn:aws:iam::{A}:group/all": {"policies": [FULL]}}}, {}),
    ("root_delegates", {"organization": {"id": "o-1", "delegates": [A]}}, {}),
    ("boundary", {"principals": [{"arn": BOB, "policies": [FULL], "permissions_boundary": "UNREAD"}]}, {}),
    (
        "boundary",
        {
            "principals": [
                {"arn": BOB, "policies": [FULL], "permissions_boundary": "arn:aws:iam::aws:policy/ReadOnlyAccess"}
            ]
        },
        {},
    ),
]


@pytest.mark.parametrize(("meant", "wrong", "context"), MISSPELT)
def test_what_stands_under_a_wrong_name_counts_as_not_read(meant: str, wrong: Any, context: Any) -> None:
    found = asked(mapping(**wrong), **context)
    assert found.answer == "unknown"
    assert f"did you mean {meant!r}?" in found.problems[0]
    assert who_can(Estate.of(mapping(**wrong)), GET, KEY_IN, context=context).unknown


@pytest.mark.parametrize("more", [{"name": "bob"}, {"comment": "from HR"}, {"age": 3}, {"permissions_boundary": None}])
def test_names_that_hold_no_policy_are_left_alone(more: dict[str, Any]) -> None:
    assert asked(mapping(principals=[{"arn": BOB, "policies": [FULL], **more}])).answer == "allowed"


def test_a_wrong_name_hides_no_explicit_deny() -> None:
    denied = doc(allow(), {"Effect": "Deny", "Action": GET, "Resource": "*"})
    assert asked(mapping(principals=[{"arn": BOB, "policies": [denied]}], scps=[[FULL]])).answer == "explicit"


def test_an_entry_that_was_left_out_is_told_by_who_can() -> None:
    known = Estate.of(mapping(principals=[{"arn": BOB, "policies": [FULL]}, {"policies": [FULL]}]))
    assert can(known, BOB, GET, KEY_IN).answer == "allowed"
    assert who_can(known, GET, KEY_IN).problems == ("principals: an entry without arn",)


@pytest.mark.parametrize(
    "policies",
    [
        FULL,
        [FULL],
        {"all": FULL},
        [("all", FULL)],
        [{"name": "all", "document": FULL}],
        {"name": "all", "document": FULL},
        [{"PolicyName": "all", "PolicyDocument": FULL}],
        '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}',
    ],
)
def test_policies_are_read_in_every_form(policies: Any) -> None:
    found = asked(mapping(principals=[{"arn": BOB, "policies": policies}]))
    assert found.answer == "allowed"
    assert found.by[0].index == 0


def test_a_boundary_with_its_name_and_tags_as_iam_gives_them() -> None:
    wrapped = {"PolicyName": "limit", "PolicyDocument": EC2}
    assert asked(mapping(principals=[{"arn": BOB, "policies": [FULL], "boundary": wrapped}])).by[0].layer == "boundary"
    team = doc(allow(when={"StringEquals": {"aws:PrincipalTag/Team": "data"}}))
    tagged = {"arn": ETL, "policies": [team], "tags": [{"Key": "Team", "Value": "data"}]}
    assert can(Estate.of(mapping(principals=[tagged])), ETL, GET, KEY_IN).answer == "allowed"


def test_where_no_principal_was_read_those_of_every_account_are_unknown() -> None:
    found = who_can(Estate.of(mapping(principals=f"{UNREAD}: AccessDenied")), GET, KEY_IN)
    assert (found.unknown, found.problems) == ((A,), ("list of principals was not read: AccessDenied",))
    found = who_can(Estate.of(mapping(accounts={A: {"unlisted": UNREAD}})), GET, KEY_IN)
    assert (found.unknown, found.problems) == ((A,), (f"list of principals of {A} was not read",))


THEIRS = {"GranteePrincipal": BOB, "Operations": ["Decrypt"], "GrantId": "g-1"}


@pytest.mark.parametrize(
    ("grants", "want"),
    [
        ([{"grantee": BOB, "operations": ["Decrypt"], "name": "g-1"}], "allowed"),
        ([THEIRS], "allowed"),
        ([THEIRS | {"Constraints": {"EncryptionContextSubset": {"Dept": "hr"}}}], "unknown"),
        ([THEIRS | {"GranteePrincipal": EVE}], "implicit"),
        ([THEIRS | {"GranteePrincipal": EVE}, {"operations": ["Decrypt"]}], "unknown"),
        ([{"grantee": BOB, "operations": "Decrypt"}], "unknown"),
        ({"grantee": BOB}, "unknown"),
        ([], "implicit"),
    ],
)
def test_grants_are_read_in_the_names_of_kms_too_and_none_is_dropped(grants: Any, want: str) -> None:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantListEntry.html"""
    key = {"arn": KMS, "policy": doc(allow("kms:*", to=aws(EVE))), "grants": grants}
    known = Estate.of(mapping(principals=[{"arn": BOB, "policies": []}], resources=[key]))
    found = can(known, BOB, "kms:Decrypt", KMS)
    assert found.answer == want, found
    assert want != "allowed" or found.by[-1].policy == "grant g-1"


def test_accounts_may_be_numbers_and_an_organization_its_id() -> None:
    known = mapping(accounts={int(A): {"scps": [[EC2]]}}, resources=[{"arn": LAKE, "account": int(A)}])
    assert can(known, BOB, GET, KEY_IN).by[0].layer == "scp"
    spared = mapping(organization={"id": "o-1", "management": int(A)}, accounts={A: {"scps": [[EC2]]}})
    assert can(spared, BOB, GET, KEY_IN).answer == "allowed"
    owned = mapping(resources=[], accounts={A: {}, M: {}})
    found = can(owned, BOB, "ec2:StopInstances", "arn:aws:ec2:::instance/i-1", resource_account=int(M))  # type: ignore[arg-type]
    assert (found.answer, found.by[0].layer) == ("implicit", "resource")
    inside = doc(allow(when={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}))
    for organization, want in (("o-1", "allowed"), (None, "implicit"), (7, "unknown")):
        member = mapping(organization=organization, principals=[{"arn": BOB, "policies": [inside]}])
        assert can(member, BOB, GET, KEY_IN).answer == want
