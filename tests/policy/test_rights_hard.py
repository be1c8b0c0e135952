"""Rights that look wider or narrower than they are: identities, boundaries and ways up, sources by each group."""

import math
from typing import Any

import pandas as pd
import pytest
from test_escalation import (
    ALL,
    FULL,
    GROUP,
    OTHER,
    POLICY,
    ROLE,
    STRONG,
    USER,
    A,
    allow,
    deny,
    doc,
    found,
    role,
    trusts,
    user,
)

from orienteer.policy.rights.escalation import Principal, admin_paths
from orienteer.policy.rights.identity import identity_allows, identity_decision


def when(**operators: Any) -> dict[str, Any]:
    return {"Condition": {name.replace("_", ":"): keys for name, keys in operators.items()}}


NAME = "${aws:username}"
OBJECT = "arn:aws:s3:::records/a"
Right = tuple[str, Any, Any, Any, str, str, dict[str, Any], bool]

# https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
RIGHTS: list[Right] = [
    ("a boundary alone grants nothing", [], ALL, (), "s3:GetObject", "*", {}, False),
    ("a boundary of denies only grants nothing", [ALL], doc(deny("iam:*")), (), "s3:GetObject", "*", {}, False),
    ("a boundary's deny", [ALL], doc(allow(), deny("s3:*")), (), "s3:GetObject", "*", {}, False),
    ("a boundary on other resources", [ALL], doc(allow("*", "arn:aws:s3:::x/*")), (), "s3:GetObject", OBJECT, {},
     False),
    ("a boundary with NotAction", [ALL], doc({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}), (),
     "iam:CreateUser", "*", {}, False),
    ("a boundary's condition not met", [ALL], doc(allow(**when(StringEquals={"aws:RequestedRegion": "eu-west-1"}))),
     (), "ec2:RunInstances", "*", {"aws:RequestedRegion": "us-east-1"}, False),
    ("a boundary's condition, key missing, IfExists", [ALL],
     doc(allow(**when(StringEqualsIfExists={"aws:RequestedRegion": "eu-west-1"}))), (), "iam:ListRoles", "*", {}, True),
    ("a boundary that is a frame's null", [ALL], math.nan, (), "s3:GetObject", "*", {}, True),
    ("a boundary that is pandas' null", [ALL], pd.NA, (), "s3:GetObject", "*", {}, True),
    ("a boundary that is the text null", [ALL], "null", (), "s3:GetObject", "*", {}, True),
    ("a boundary without a statement", [ALL], {"Version": "2012-10-17", "Statement": []}, (), "s3:GetObject", "*", {},
     False),
    ("a guardrail's empty level", [ALL], None, [[ALL], []], "s3:GetObject", "*", {}, False),
    ("a guardrail alone grants nothing", [], None, [[ALL]], "s3:GetObject", "*", {}, False),
    ("all three allow", [ALL], ALL, [[ALL]], "s3:GetObject", "*", {}, True),
    ("the three have nothing in common", [doc(allow("s3:*"))], doc(allow("ec2:*")), [[doc(allow("iam:*"))]],
     "s3:GetObject", "*", {}, False),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    ("passing to the service", [doc(allow("iam:PassRole", **when(StringEquals={"iam:PassedToService":
     "ec2.amazonaws.com"})))], None, (), "iam:PassRole", ROLE + "x", {"iam:PassedToService": "ec2.amazonaws.com"},
     True),
    ("passing to another service", [doc(allow("iam:PassRole", **when(StringEquals={"iam:PassedToService":
     "ec2.amazonaws.com"})))], None, (), "iam:PassRole", ROLE + "x", {"iam:PassedToService": "lambda.amazonaws.com"},
     False),
    ("passing, service unknown", [doc(allow("iam:PassRole", **when(StringEquals={"iam:PassedToService":
     "ec2.amazonaws.com"})))], None, (), "iam:PassRole", ROLE + "x", {}, False),
    ("passing, IfExists", [doc(allow("iam:PassRole", **when(StringEqualsIfExists={"iam:PassedToService":
     "ec2.amazonaws.com"})))], None, (), "iam:PassRole", ROLE + "x", {}, True),
    ("passing to any but one", [doc(allow("iam:PassRole"), deny("iam:PassRole", **when(StringNotLike={
     "iam:PassedToService": "ec2.*"})))], None, (), "iam:PassRole", ROLE + "x",
     {"iam:PassedToService": "lambda.amazonaws.com"}, False),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    ("a variable in a Deny's NotResource", [doc(allow("iam:*"), {"Effect": "Deny", "Action": "iam:*", "NotResource":
     USER + NAME})], None, (), "iam:CreateAccessKey", USER + "dev", {"aws:username": "dev"}, True),
    ("a variable in a Deny's NotResource, another", [doc(allow("iam:*"), {"Effect": "Deny", "Action": "iam:*",
     "NotResource": USER + NAME})], None, (), "iam:CreateAccessKey", USER + "chief", {"aws:username": "dev"}, False),
    ("a variable without a value matches nothing", [doc(allow("iam:*", USER + NAME + "*"))], None, (), "iam:GetUser",
     USER + "dev", {}, False),
    ("a variable's default", [doc(allow("s3:*", "arn:aws:s3:::${aws:PrincipalTag/team, 'none'}/*"))], None, (),
     "s3:GetObject", "arn:aws:s3:::none/a", {}, True),
    ("a name that holds a star is no pattern", [doc(allow("iam:*", USER + NAME))], None, (), "iam:GetUser",
     USER + "chief", {"aws:username": "*"}, False),
]  # fmt: skip


@pytest.mark.parametrize("case", RIGHTS, ids=lambda case: case[0])
def test_identity_allows_hard(case: Right) -> None:
    _, policies, boundary, scps, action, resource, context, allowed = case
    assert identity_allows(policies, boundary, scps, action, resource, context) is allowed


def test_the_refusal_names_its_layer() -> None:
    ask = ("s3:GetObject", "*", {})
    assert identity_decision([ALL], doc(allow("ec2:*")), [[doc(allow("iam:*"))]], *ask).by == "boundary"
    assert identity_decision([ALL], ALL, [[doc(allow("iam:*"))]], *ask).by == "scp"
    assert identity_decision([doc(deny())], ALL, [[ALL]], *ask).by == "identity"


ROOT_TRUST = trusts(AWS=f"arn:aws:iam::{A}:root")
PASS, RUN = "iam:PassRole", "iam:PassRole + ec2:RunInstances"
ASSUME = "sts:AssumeRole"
EC2 = role("s", FULL, trust=trusts(Service="ec2.amazonaws.com"))


def to(service: str) -> dict[str, Any]:
    return when(StringEquals={"iam:PassedToService": service})


def trusting(*statements: dict[str, Any]) -> dict[str, Any]:
    return doc(*({"Effect": "Allow", "Action": ASSUME, **one} for one in statements))


WHO = USER + "u"
Way = tuple[str, list[Principal], str, str, bool]
WAYS: list[Way] = [
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    ("pass and run", [EC2, user("u", doc(allow([PASS, "ec2:RunInstances"])))], WHO, RUN, True),
    ("passing without running", [EC2, user("u", doc(allow(PASS)))], WHO, RUN, False),
    ("running without passing", [EC2, user("u", doc(allow("ec2:*")))], WHO, RUN, False),
    ("passing only under a path", [EC2, user("u", doc(allow(PASS, ROLE + "app/*"), allow("ec2:*")))], WHO, RUN, False),
    ("passing everything but the strong role", [EC2, user("u", doc({"Effect": "Allow", "Action": PASS, "NotResource":
     ROLE + "s"}, allow("ec2:*")))], WHO, RUN, False),
    ("the strong role denied by name", [EC2, user("u", doc(allow([PASS, "ec2:*"]), deny(PASS, ROLE + "s")))], WHO, RUN,
     False),
    ("running denied", [EC2, user("u", doc(allow([PASS, "ec2:*"]), deny("ec2:Run*")))], WHO, RUN, False),
    ("running denied on instances of the account", [EC2, user("u", doc(allow([PASS, "ec2:*"]), deny("ec2:RunInstances",
     f"arn:aws:ec2:*:{A}:instance/*")))], WHO, RUN, False),
    ("passing denied to this service", [EC2, user("u", doc(allow([PASS, "ec2:*"]), deny(PASS, **to(
     "ec2.amazonaws.com"))))], WHO, RUN, False),
    ("passing denied to all but another service", [EC2, user("u", doc(allow([PASS, "ec2:*"]), deny(PASS, **when(
     StringNotEquals={"iam:PassedToService": "lambda.amazonaws.com"}))))], WHO, RUN, False),
    ("passing allowed with a pattern of services", [EC2, user("u", doc(allow(PASS, **when(StringLike={
     "iam:PassedToService": "ec2*"})), allow("ec2:*")))], WHO, RUN, True),
    ("passing, boundary without it", [EC2, user("u", doc(allow([PASS, "ec2:*"])), boundary=doc(allow("ec2:*")))], WHO,
     RUN, False),
    ("passing, boundary with both", [EC2, user("u", doc(allow([PASS, "ec2:*"])), boundary=doc(allow(["ec2:*",
     "iam:Pass*"])))], WHO, RUN, True),
    ("a role of another account cannot be passed", [Principal(f"arn:aws:iam::{OTHER}:role/s", "role", OTHER, (FULL,),
     trust=trusts(Service="ec2.amazonaws.com")), user("u", doc(allow([PASS, "ec2:*"])))], WHO, RUN, False),
    ("the service is denied by the trust policy", [role("s", FULL, trust=doc(*trusts(Service="ec2.amazonaws.com")[
     "Statement"], {"Effect": "Deny", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:*"})),
     user("u", doc(allow([PASS, "ec2:*"])))], WHO, RUN, False),
    ("the strong role is itself under a boundary", [role("s", FULL, trust=trusts(Service="ec2.amazonaws.com"),
     boundary=doc(allow("s3:*"))), user("u", doc(allow([PASS, "ec2:*"])))], WHO, RUN, False),
    ("the strong role is itself under a guardrail", [role("s", FULL, trust=trusts(Service="ec2.amazonaws.com"),
     scps=[[ALL, doc(deny("iam:*"))]]), user("u", doc(allow([PASS, "ec2:*"])))], WHO, RUN, False),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
    ("writing under a boundary only", [user("u", doc(allow("iam:Put*Policy", **when(StringEquals={
     "iam:PermissionsBoundary": POLICY + "b"}))))], WHO, "iam:PutUserPolicy", False),
    ("writing denied without a boundary", [user("u", doc(allow("iam:*Policy"), deny("iam:*", **when(StringNotEquals={
     "iam:PermissionsBoundary": POLICY + "b"}))))], WHO, "iam:PutUserPolicy", False),
    ("attaching one's own policies only", [user("u", doc(allow("iam:AttachUserPolicy", **when(ArnLike={
     "iam:PolicyARN": f"arn:aws:iam::{A}:policy/app/*"}))))], WHO, "iam:AttachUserPolicy", False),
    ("attaching any of AWS's", [user("u", doc(allow("iam:AttachUserPolicy", **when(ArnLike={
     "iam:PolicyARN": "arn:aws:iam::aws:policy/*"}))))], WHO, "iam:AttachUserPolicy", True),
    ("attaching denied for the strongest by name", [user("u", doc(allow("iam:AttachUserPolicy"), deny(
     "iam:AttachUserPolicy", **when(ArnEquals={"iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess"}))))],
     WHO, "iam:AttachUserPolicy", True),
    ("writing into roles under a path not its own", [role("r", doc(allow("iam:PutRolePolicy", ROLE + "app/*")))],
     ROLE + "r", "iam:PutRolePolicy", False),
    ("writing into roles under its own path", [role("app/r", doc(allow("iam:PutRolePolicy", ROLE + "app/*")))],
     ROLE + "app/r", "iam:PutRolePolicy", True),
    ("a version of a policy of AWS", [user("u", ("arn:aws:iam::aws:policy/X", doc(allow("iam:CreatePolicyVersion",
     "arn:aws:iam::aws:policy/*"))))], WHO, "iam:CreatePolicyVersion", False),
    ("a group it is not in", [user("u", doc(allow("iam:AttachGroupPolicy", GROUP + "ops")), groups=(GROUP + "dev",))],
     WHO, "iam:AttachGroupPolicy", False),
    ("a role joins no group", [*STRONG, role("r", doc(allow("iam:AddUserToGroup")))], ROLE + "r", "iam:AddUserToGroup",
     False),
    ("keys denied for the strong user by name", [*STRONG, user("u", doc(allow("iam:CreateAccessKey"), deny("iam:*",
     USER + "chief")))], WHO, "iam:CreateAccessKey", False),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    # A trust policy that names a user is not limited by its boundary's implicit deny; one that names a role is.
    ("the trust names the user, whose boundary says nothing of it", [role("s", FULL, trust=trusts(AWS=WHO)),
     user("u", boundary=doc(allow("s3:*")))], WHO, ASSUME, True),
    ("the trust names the user, who may by policy too", [role("s", FULL, trust=trusts(AWS=WHO)),
     user("u", doc(allow("sts:*")), boundary=doc(allow("s3:*")))], WHO, ASSUME, True),
    ("the trust names the user, whose boundary denies it", [role("s", FULL, trust=trusts(AWS=WHO)),
     user("u", boundary=doc(allow(), deny("sts:*")))], WHO, ASSUME, False),
    ("the trust names the role, whose boundary says nothing of it", [role("s", FULL, trust=trusts(AWS=ROLE + "r")),
     role("r", boundary=doc(allow("s3:*")))], ROLE + "r", ASSUME, False),
    ("the trust names the role, whose boundary allows it", [role("s", FULL, trust=trusts(AWS=ROLE + "r")),
     role("r", boundary=doc(allow("sts:*")))], ROLE + "r", ASSUME, True),
    ("the trust names the account, boundary says nothing of it", [role("s", FULL, trust=ROOT_TRUST),
     user("u", doc(allow("sts:*")), boundary=doc(allow("s3:*")))], WHO, ASSUME, False),
    ("the trust names the user, a guardrail denies it", [role("s", FULL, trust=trusts(AWS=WHO)),
     user("u", scps=[[ALL, doc(deny("sts:*"))]])], WHO, ASSUME, False),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user_externalid.html
    ("two statements with two external ids", [role("s", FULL, trust=trusting(
     {"Principal": {"AWS": WHO}, **when(StringEquals={"sts:ExternalId": "one"})},
     {"Principal": {"AWS": USER + "v"}, **when(StringEquals={"sts:ExternalId": "two"})})), user("u")], WHO, ASSUME,
     True),
    ("a trust that ran out", [role("s", FULL, trust=trusting({"Principal": {"AWS": WHO}, **when(DateLessThan={
     "aws:CurrentTime": "2020-01-01T00:00:00Z"})})), user("u")], WHO, ASSUME, False),
    ("a trust that will run out", [role("s", FULL, trust=trusting({"Principal": {"AWS": WHO}, **when(DateLessThan={
     "aws:CurrentTime": "2199-01-01T00:00:00Z"})})), user("u")], WHO, ASSUME, True),
    ("a trust that asks for a short session of MFA", [role("s", FULL, trust=trusting({"Principal": {"AWS": WHO}, **when(
     NumericLessThan={"aws:MultiFactorAuthAge": "3600"})})), user("u")], WHO, ASSUME, True),
    ("a trust for one network", [role("s", FULL, trust=trusting({"Principal": {"AWS": WHO}, **when(
     IpAddress={"aws:SourceIp": "192.0.2.0/24"})})), user("u")], WHO, ASSUME, True),
    ("a trust for those with a tag", [role("s", FULL, trust=trusting({"Principal": {"AWS": A}, **when(
     StringEquals={"aws:PrincipalTag/team": "ops"})})), user("u", doc(allow("sts:*")))], WHO, ASSUME, False),
    ("a trust for those with a tag, who has it", [role("s", FULL, trust=trusting({"Principal": {"AWS": A}, **when(
     StringEquals={"aws:PrincipalTag/team": "ops"})})), user("u", doc(allow("sts:*")), tags=(("team", "ops"),))], WHO,
     ASSUME, True),
    ("a trust that denies the user", [role("s", FULL, trust=doc(*ROOT_TRUST["Statement"], {"Effect": "Deny",
     "Principal": {"AWS": WHO}, "Action": ASSUME})), user("u", doc(allow("sts:*")))], WHO, ASSUME, False),
    ("a trust of web identities only", [role("s", FULL, trust=doc({"Effect": "Allow", "Principal": {"Federated":
     "token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity"})), user("u", ALL)], WHO, ASSUME,
     False),
    ("a trust that names the user for tagging only", [role("s", FULL, trust=trusting({"Principal": {"AWS": WHO},
     "Action": "sts:TagSession"})), user("u", doc(allow("sts:*")))], WHO, ASSUME, False),
    # over several steps, and in circles
    ("three steps", [role("a", FULL, trust=trusts(AWS=ROLE + "b")), role("b", trust=trusts(AWS=ROLE + "c")),
     role("c", trust=trusts(AWS=WHO)), user("u")], WHO, ASSUME, True),
    ("seven steps", [role("0", FULL, trust=trusts(AWS=ROLE + "1")), *(role(str(n), trust=trusts(AWS=ROLE + str(n + 1)))
     for n in range(1, 7)), role("7")], ROLE + "7", ASSUME, True),
    ("a circle that leads nowhere", [role("a", trust=trusts(AWS=ROLE + "b")), role("b", trust=trusts(AWS=ROLE + "a"))],
     ROLE + "a", ASSUME, False),
    ("a circle with a way out", [role("a", trust=trusts(AWS=ROLE + "b")), role("b", trust=trusts(AWS=ROLE + "a")),
     role("s", FULL, trust=trusts(AWS=ROLE + "a"))], ROLE + "b", ASSUME, True),
    ("a role that trusts itself", [role("a", trust=trusts(AWS=ROLE + "a"))], ROLE + "a", ASSUME, False),
    ("a step that is denied", [role("a", FULL, trust=trusts(AWS=ROLE + "b")), role("b", doc(deny("sts:*")),
     trust=trusts(AWS=WHO)), user("u")], WHO, ASSUME, False),
]  # fmt: skip


@pytest.mark.parametrize("case", WAYS, ids=lambda case: case[0])
def test_ways_up_hard(case: Way) -> None:
    _, principals, who, combination, there = case
    paths = found(*principals, who=who)
    assert (combination in paths and not paths[combination].blocked_by) is there or (there and "*" in paths)


# https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPermissionsBoundary.html
# An administrator in all but its boundary, which may take the boundary off, is one.
@pytest.mark.parametrize(("principal", "open_way"), [
    (user("u", FULL, boundary=doc(allow("iam:DeleteUserPermissionsBoundary"))), "iam:DeleteUserPermissionsBoundary"),
    (role("r", FULL, boundary=doc(allow("iam:*RolePermissions*"))), "iam:DeleteRolePermissionsBoundary"),
    (role("r", FULL, boundary=doc(allow("iam:PutRolePermissionsBoundary"))), "iam:PutRolePermissionsBoundary"),
    (role("r", FULL, boundary=doc(allow("iam:DeleteRolePermissionsBoundary", ROLE + "x"))), ""),
    (role("r", FULL, boundary=doc(allow("iam:DeleteUserPermissionsBoundary"))), ""),
    (role("r", FULL, boundary=doc(allow(), deny("iam:*"))), ""),
    (role("r", FULL, boundary=doc(allow("s3:*"))), ""),
    (role("r", doc(allow("s3:*")), boundary=doc(allow())), ""),
    (role("r", FULL, boundary=doc(allow("iam:Delete*")), scps=[[ALL, doc(deny("iam:*Boundary"))]]), ""),
    (role("r", FULL, boundary=doc(allow("iam:DeleteRole*")),
          scps=[[ALL, doc(deny(["iam:A*", "iam:P*", "iam:S*", "iam:U*", "iam:C*"]))]]), ""),
])  # fmt: skip
def test_a_boundary_that_lets_itself_be_removed(principal: Principal, open_way: str) -> None:
    ways = [p for p in admin_paths([principal]) if p.kind == "escalation" and not p.blocked_by]
    boundary = [p.combination for p in ways if "Boundary" in p.combination]
    assert boundary == ([open_way] if open_way else [])
