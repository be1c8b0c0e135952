"""Cases in one line each: a small organization, what is changed in it, a question and the answer by AWS's pages.

Account A (111122223333) has the user BOB, the role ETL and the bucket LAKE; B (222233334444) has the role PEER.  Both
are members of o-1, whose management account M is.  X and Y are accounts that nobody collected.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from orienteer.ask import Estate

A, B, M, X, Y = "111122223333", "222233334444", "999999999999", "888877776666", "777766665555"
ORG, OTHER = "o-1", "o-2"
BOB, EVE = f"arn:aws:iam::{A}:user/bob", f"arn:aws:iam::{A}:user/eve"
ETL, PEER = f"arn:aws:iam::{A}:role/etl", f"arn:aws:iam::{B}:role/peer"
ADMIN = f"arn:aws:iam::{M}:role/admin"
SESSION = f"arn:aws:sts::{A}:assumed-role/etl/run-7"
PEER_SESSION = f"arn:aws:sts::{B}:assumed-role/peer/run-7"
ROOT, ROOT_B, ROOT_M = (f"arn:aws:iam::{one}:root" for one in (A, B, M))
STRANGER = f"arn:aws:iam::{X}:role/stranger"
LAKE, KEY_IN = "arn:aws:s3:::lake", "arn:aws:s3:::lake/raw/1.csv"
KMS = f"arn:aws:kms:eu-west-1:{A}:key/1234abcd"
QUEUE = f"arn:aws:sqs:eu-west-1:{A}:jobs"
SECRET = f"arn:aws:secretsmanager:eu-west-1:{A}:secret:db-AbCdEf"
INSTANCE = f"arn:aws:ec2:eu-west-1:{A}:instance/i-0123456789abcdef0"
TARGET = f"arn:aws:iam::{A}:role/target"
SLR = f"arn:aws:iam::{A}:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty"
SSO = f"arn:aws:iam::{A}:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Dev_0123456789abcdef"
SSO_SESSION = f"arn:aws:sts::{A}:assumed-role/AWSReservedSSO_Dev_0123456789abcdef/ann@example.com"

USER_GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
EVAL = USER_GUIDE + "reference_policies_evaluation-logic_policy-eval-denyallow.html"
BASICS = USER_GUIDE + "reference_policies_evaluation-logic_policy-eval-basics.html"
CROSS = USER_GUIDE + "reference_policies_evaluation-logic-cross-account.html"
PRINCIPAL = USER_GUIDE + "reference_policies_elements_principal.html"
NOT_PRINCIPAL = USER_GUIDE + "reference_policies_elements_notprincipal.html"
BOUNDARIES = USER_GUIDE + "access_policies_boundaries.html"
SESSIONS = USER_GUIDE + "access_policies.html#policies_session"
KEYS = USER_GUIDE + "reference_policies_condition-keys.html"
OPERATORS = USER_GUIDE + "reference_policies_elements_condition_operators.html"
VARIABLES = USER_GUIDE + "reference_policies_variables.html"
ORGS = "https://docs.aws.amazon.com/organizations/latest/userguide/"
SCP, SCP_EVAL = ORGS + "orgs_manage_policies_scps.html", ORGS + "orgs_manage_policies_scps_evaluation.html"
RCP = ORGS + "orgs_manage_policies_rcps.html"


def allow(action: Any = "*", on: Any = "*", *, to: Any = None, when: Any = None, **more: Any) -> dict[str, Any]:
    """A statement that allows; `to` is its Principal, `when` its Condition."""
    return statement("Allow", action, on, to, when, more)


def deny(action: Any = "*", on: Any = "*", *, to: Any = None, when: Any = None, **more: Any) -> dict[str, Any]:
    """A statement that denies."""
    return statement("Deny", action, on, to, when, more)


def statement(effect: str, action: Any, on: Any, to: Any, when: Any, more: dict[str, Any]) -> dict[str, Any]:
    found = {"Effect": effect, "Action": action, "Resource": on, "Principal": to, "Condition": when, **more}
    for key in ("Action", "Resource", "Principal"):
        if f"Not{key}" in more:
            found.pop(key)
    return {key: value for key, value in found.items() if value is not None}


def doc(*statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def aws(*names: str) -> dict[str, Any]:
    return {"AWS": list(names)}


FULL = [allow()]


def listed(value: Any) -> Any:
    """A list of statements as a document; anything else as it is."""
    return doc(*value) if isinstance(value, list) and all("Effect" in one for one in value) else value


def chain(levels: Any) -> Any:
    return [[listed(level)] for level in levels] if isinstance(levels, list) else levels


class Case(NamedTuple):
    """A question and its answer; `by`: the layers that decide, `hangs`: the keys it depends on."""

    url: str
    want: str
    who: str
    action: str
    on: str
    asked: dict[str, Any]
    parts: dict[str, Any]
    by: tuple[str, ...] | None
    hangs: tuple[str, ...]


def case(
    url: str, want: str, who: str, action: str, on: str = "*", *, by: Any = None, hangs: Any = (),
    context: Any = None, may: bool = False, session: Any = None, owner: Any = None, **parts: Any,
) -> Case:  # fmt: skip
    asked = {"context": context, "may": may, "session_policy": listed(session), "resource_account": owner}
    layers = None if by is None else tuple(by.split())
    return Case(url, want, who, action, on, asked, parts, layers, tuple(hangs.split()) if hangs else ())


def estate(
    *, user: Any = None, role: Any = None, peer: Any = None, admin: Any = None, slr: Any = None, sso: Any = None,
    boundary: Any = None, policy: Any = None, scp: Any = (FULL,), scp_b: Any = (FULL,), rcp: Any = (FULL,),
    person: Any = None, peer_is: Any = None, bucket: Any = None, things: Any = (), account: Any = None,
    trust: Any = None,
    key: Any = "none", queue: Any = None, groups: Any = None, member: Any = None, account_b: Any = None,
    account_m: Any = None, slr_trust: Any = None, target: Any = None, organization: Any = True, endpoints: Any = (),
    secret: Any = None,
) -> Estate:  # fmt: skip
    """The organization with these parts changed; statements are given as lists."""
    own = {"boundary": listed(boundary), **(person or {})}
    people = [
        {"arn": BOB, "id": "AIDABOB000000000000A", "policies": _named(user), "groups": member, **own},
        {"arn": EVE, "policies": []},
        {"arn": ETL, "id": "AROAETL000000000000A", "policies": _named(role), "trust": listed(trust), **own},
        {"arn": PEER, "policies": _named(peer), **(peer_is or {})},
        {"arn": ADMIN, "policies": _named(admin)},
        {"arn": SLR, "policies": _named(slr), "trust": listed(slr_trust)},
        {"arn": SSO, "policies": _named(sso), "trust": doc(allow(["sts:AssumeRoleWithSAML", "sts:TagSession"]))},
        {"arn": TARGET, "trust": listed(target), "policies": []},
    ]
    resources = [
        {"arn": LAKE, "account": A, "region": "eu-west-1", "policy": listed(policy), **(bucket or {})},
        {"arn": KMS, "policy": listed(key) if key != "none" else doc(allow("kms:*", to=aws(ROOT)))},
        {"arn": QUEUE, "policy": listed(queue)},
        {"arn": SECRET, "policy": listed(secret)},
        {"arn": INSTANCE, "tags": {"Team": "data"}},
        *things,
    ]
    accounts = {
        A: {"scps": chain(list(scp) if isinstance(scp, tuple) else scp),
            "rcps": chain(list(rcp) if isinstance(rcp, tuple) else rcp), "path": f"{ORG}/r-1/ou-1-data/",
            **(account or {})},
        B: {"scps": chain(list(scp_b)), "rcps": [], "path": f"{ORG}/r-1/ou-1-web/", **(account_b or {})},
        M: {"path": f"{ORG}/r-1/", **(account_m or {})},
    }  # fmt: skip
    return Estate.of(
        {
            "organization": {"id": ORG, "management": M} if organization is True else organization or None,
            "accounts": accounts if organization else {A: {}, B: {}},
            "groups": {name: {"policies": listed(found)} for name, found in (groups or {}).items()},
            "principals": people,
            "resources": resources,
            "endpoints": list(endpoints),
            "as_of": "2026-06-01T12:00:00Z",
        }
    )


def _named(statements: Any) -> Any:
    return statements if isinstance(statements, str) else {"own": listed(statements)} if statements is not None else {}
