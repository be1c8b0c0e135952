import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

from orienteer.policy.language.actions import all_actions, exists, expand, sample_resources, services
from orienteer.policy.rights.combinations import ACTIONS, COMBINATIONS
from orienteer.policy.rights.escalation import AdminPath, Principal, admin_paths

A, OTHER = "111122223333", "444455556666"
ROLE, USER, GROUP, POLICY = (f"arn:aws:iam::{A}:{kind}/" for kind in ("role", "user", "group", "policy"))


def doc(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: Any = "*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any = "*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def trusts(**principal: Any) -> dict[str, Any]:
    return doc({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})


ALL = doc(allow())
FULL = ("AdministratorAccess", ALL)


def role(name: str, *policies: Any, trust: Any = None, **more: Any) -> Principal:
    return Principal(ROLE + name, "role", A, tuple(_pairs(policies)), trust=trust, **more)


def user(name: str, *policies: Any, **more: Any) -> Principal:
    return Principal(USER + name, "user", A, tuple(_pairs(policies)), **more)


def _pairs(policies: Any) -> list[tuple[str, Any]]:
    return [p if isinstance(p, tuple) else (f"policy-{i}", p) for i, p in enumerate(policies)]


STRONG = [
    user("chief", FULL),
    Principal(GROUP + "admins", "group", A, (FULL,)),
    *(role(f"strong-{s}", FULL, trust=trusts(Service=f"{s}.amazonaws.com")) for s in (
        "lambda", "ec2", "cloudformation", "ecs-tasks", "codebuild", "codepipeline", "glue", "datapipeline",
        "sagemaker", "elasticmapreduce", "states", "scheduler", "ssm", "tasks.apprunner", "bedrock-agentcore",
        "braket", "pods.eks", "emr-serverless", "gamelift", "kinesisanalytics", "omics", "rolesanywhere",
        "airflow", "amplify", "apigateway", "appstream", "appsync", "athena", "credentials.deadline",
        "credentials.iot")),
    role("strong-pool", FULL, trust=doc({**allow("sts:AssumeRoleWithWebIdentity"), "Principal": {
        "Federated": "cognito-identity.amazonaws.com"}})),
    role("strong-people", FULL, trust=doc({**allow("sts:AssumeRoleWithSAML"), "Principal": {
        "Federated": f"arn:aws:iam::{A}:saml-provider/corp"}})),
    role("strong-open", FULL, trust=trusts(AWS=f"arn:aws:iam::{A}:root")),
]  # fmt: skip


def found(*principals: Principal, who: str, **options: Any) -> dict[str, AdminPath]:
    paths = [path for path in admin_paths(principals, **options) if path.principal == who]
    names = [path.combination for path in paths]
    assert len(names) == len(set(names))
    return {path.combination: path for path in paths}


# --- administrators -------------------------------------------------------------------------------------------------
# https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_job-functions.html
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
ADMINS: list[tuple[str, Principal, str | None, str]] = [
    ("everything on everything", role("r", ALL), "*", ""),
    (
        "everything but one thing",
        role("r", doc({"Effect": "Allow", "NotAction": "aws-portal:*", "Resource": "*"})),
        "*",
        "",
    ),
    ("everything but IAM", role("r", doc({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})), None, ""),
    ("all of IAM", role("r", doc(allow("iam:*"))), "iam:*", ""),
    (
        "all of IAM from two policies",
        role("r", doc(allow(["iam:*Policy*", "iam:D*"])), doc(allow(["iam:A*", "iam:P*", "iam:U*", "iam:C*"]))),
        "iam:*",
        "",
    ),
    ("everything on one bucket", role("r", doc(allow("*", "arn:aws:s3:::records/*"))), None, ""),
    ("everything on roles under a path", role("r", doc(allow("*", ROLE + "app/*"))), None, ""),
    ("everything, IAM denied", role("r", ALL, doc(deny("iam:*"))), None, ""),
    ("everything, leaving denied", role("r", ALL, doc(deny("organizations:*"))), "*", ""),
    ("everything, in pieces", role("r", doc(allow("i*")), doc(allow(["s3:*", "ec2:*"]))), "iam:*", ""),
    ("read only", role("r", doc(allow(["*:Get*", "*:List*", "*:Describe*"]))), None, ""),
    ("boundary without IAM", role("r", ALL, boundary=doc(allow("s3:*"))), "*", "boundary"),
    ("boundary with everything", role("r", ALL, boundary=ALL), "*", ""),
    ("guardrail against IAM", role("r", ALL, scps=[[ALL, doc(deny("iam:*"))]]), "*", "scp"),
    (
        "guardrail against users only",
        role("r", ALL, scps=[[ALL, doc(deny(["iam:CreateUser", "iam:CreateAccessKey"]))]]),
        "*",
        "",
    ),
    (
        "guardrail against regions only",
        role(
            "r",
            ALL,
            scps=[
                [
                    ALL,
                    doc(
                        {
                            "Effect": "Deny",
                            "NotAction": "iam:*",
                            "Resource": "*",
                            "Condition": {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}},
                        }
                    ),
                ]
            ],
        ),
        "*",
        "",
    ),
    (
        "guardrail that exempts it",
        role(
            "r",
            ALL,
            scps=[[ALL, doc(deny("iam:*", Condition={"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/r"}}))]],
        ),
        "*",
        "",
    ),
    ("a user", user("u", FULL), "*", ""),
    ("a policy that cannot be read", role("r", "{torn"), None, ""),
    ("an instance profile's role", role("r", ALL, instance_profile=True), "*", ""),
    ("only with MFA", user("u", doc(allow(Condition=MFA))), "*", ""),
    (
        "a grant that ran out",
        user("u", doc(allow(Condition={"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}))),
        None,
        "",
    ),
    ("only for another user", user("u", doc(allow(Condition={"StringEquals": {"aws:username": "v"}}))), None, ""),
]


@pytest.mark.parametrize(("principal", "combination", "blocked"), [c[1:] for c in ADMINS], ids=[c[0] for c in ADMINS])
def test_administrators(principal: Principal, combination: str | None, blocked: str) -> None:
    admins = [(p.combination, p.blocked_by) for p in admin_paths([principal]) if p.kind == "admin"]
    assert admins == ([(combination, blocked)] if combination else [])


def test_an_administrator_is_explained() -> None:
    path = found(user("u", FULL, doc(allow("s3:*"))), who=USER + "u")["*"]
    assert path.via == ("AdministratorAccess: statement 1",)
    assert path.words == "AdministratorAccess allows every action on every resource, so the user is an administrator."
    guarded = found(user("u", doc(allow(Condition=MFA))), who=USER + "u")["*"]
    assert guarded.conditions == ("aws:multifactorauthpresent",)


def test_service_linked_roles_and_groups_are_left_out() -> None:
    linked = Principal(f"{ROLE}aws-service-role/x.amazonaws.com/AWSServiceRoleForX", "role", A, (FULL,))
    assert admin_paths([linked, Principal(GROUP + "admins", "group", A, (FULL,))]) == ()


# --- ways up --------------------------------------------------------------------------------------------------------
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
@pytest.mark.parametrize("combination", COMBINATIONS, ids=[f"{c.how}: {c.name}" for c in COMBINATIONS])
def test_each_combination_is_found_and_needs_all_of_its_actions(combination: Any) -> None:
    own = (f"{POLICY}mine", doc(allow("s3:ListAllMyBuckets")))
    make = role if combination.how == "own_role" else user
    who = make("weak", doc(allow(list(combination.actions))), own)
    assert combination.name in found(*STRONG, who, who=who.arn)
    for left_out in combination.actions:
        rest = [action for action in combination.actions if action != left_out] or ["s3:GetObject"]
        weaker = make("weak", doc(allow(rest)), own)
        assert combination.name not in found(*STRONG, weaker, who=who.arn)
    denied = make("weak", doc(allow(list(combination.actions)), deny(combination.actions[0])), own)
    assert combination.name not in found(*STRONG, denied, who=who.arn)
    bounded = make("weak", doc(allow(list(combination.actions))), own, boundary=doc(allow("s3:*")))
    assert found(*STRONG, bounded, who=who.arn)[combination.name].blocked_by == "boundary"
    guarded = make("weak", doc(allow(list(combination.actions))), own, scps=[[ALL, doc(deny(combination.actions[-1]))]])
    assert found(*STRONG, guarded, who=who.arn)[combination.name].blocked_by == "scp"


PASS_EC2 = {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}
LIMITED = {"StringEquals": {"iam:PermissionsBoundary": f"{POLICY}limit"}}
WAYS: list[tuple[str, list[Principal], str, str, bool]] = [
    (
        "no stronger principal",
        [user("u", doc(allow(["iam:PassRole", "ec2:RunInstances"])))],
        USER + "u",
        "iam:PassRole + ec2:RunInstances",
        False,
    ),
    (
        "the strong role does not trust the service",
        [
            role("s", FULL, trust=trusts(Service="ec2.amazonaws.com")),
            user("u", doc(allow(["iam:PassRole", "lambda:CreateFunction"]))),
        ],
        USER + "u",
        "iam:PassRole + lambda:CreateFunction",
        False,
    ),
    (
        "passing only weak roles",
        [*STRONG, user("u", doc(allow("iam:PassRole", ROLE + "app-*"), allow("ec2:RunInstances")))],
        USER + "u",
        "iam:PassRole + ec2:RunInstances",
        False,
    ),
    (
        "passing by name",
        [*STRONG, user("u", doc(allow("iam:PassRole", ROLE + "strong-e*"), allow("ec2:RunInstances")))],
        USER + "u",
        "iam:PassRole + ec2:RunInstances",
        True,
    ),
    (
        "passing to this service",
        [*STRONG, user("u", doc(allow("iam:PassRole", Condition=PASS_EC2), allow("ec2:*")))],
        USER + "u",
        "iam:PassRole + ec2:RunInstances",
        True,
    ),
    (
        "passing to another service",
        [*STRONG, user("u", doc(allow("iam:PassRole", Condition=PASS_EC2), allow("lambda:*")))],
        USER + "u",
        "iam:PassRole + lambda:CreateFunction",
        False,
    ),
    (
        "functions with one name only",
        [*STRONG, user("u", doc(allow("lambda:UpdateFunctionCode", f"arn:aws:lambda:eu-west-1:{A}:function:web-*")))],
        USER + "u",
        "lambda:UpdateFunctionCode",
        True,
    ),
    (
        "no strong role runs functions",
        [role("s", FULL, trust=trusts(Service="ec2.amazonaws.com")), user("u", doc(allow("lambda:*")))],
        USER + "u",
        "lambda:UpdateFunctionCode",
        False,
    ),
    (
        "own user only",
        [user("u", doc(allow("iam:PutUserPolicy", USER + "${aws:username}")))],
        USER + "u",
        "iam:PutUserPolicy",
        True,
    ),
    (
        "another user's policies",
        [user("u", doc(allow("iam:PutUserPolicy", USER + "v"))), user("v")],
        USER + "u",
        "iam:PutUserPolicy",
        False,
    ),
    (
        "own role by pattern",
        [role("app-1", doc(allow("iam:PutRolePolicy", ROLE + "app-*")))],
        ROLE + "app-1",
        "iam:PutRolePolicy",
        True,
    ),
    (
        "other roles by pattern",
        [role("ci", doc(allow("iam:PutRolePolicy", ROLE + "app-*")))],
        ROLE + "ci",
        "iam:PutRolePolicy",
        False,
    ),
    (
        "own group",
        [user("u", doc(allow("iam:PutGroupPolicy", GROUP + "devs")), groups=(GROUP + "devs",))],
        USER + "u",
        "iam:PutGroupPolicy",
        True,
    ),
    (
        "another group",
        [user("u", doc(allow("iam:PutGroupPolicy", GROUP + "ops")), groups=(GROUP + "devs",))],
        USER + "u",
        "iam:PutGroupPolicy",
        False,
    ),
    (
        "joining the strong group",
        [*STRONG, user("u", doc(allow("iam:AddUserToGroup", GROUP + "admins")))],
        USER + "u",
        "iam:AddUserToGroup",
        True,
    ),
    (
        "joining a weak group",
        [*STRONG, user("u", doc(allow("iam:AddUserToGroup", GROUP + "devs")))],
        USER + "u",
        "iam:AddUserToGroup",
        False,
    ),
    (
        "own policy",
        [user("u", (POLICY + "mine", doc(allow("iam:CreatePolicyVersion", POLICY + "mine"))))],
        USER + "u",
        "iam:CreatePolicyVersion",
        True,
    ),
    (
        "another policy",
        [user("u", (POLICY + "mine", doc(allow("iam:CreatePolicyVersion", POLICY + "else"))))],
        USER + "u",
        "iam:CreatePolicyVersion",
        False,
    ),
    (
        "keys of the strong user",
        [*STRONG, user("u", doc(allow("iam:CreateAccessKey", USER + "chief")))],
        USER + "u",
        "iam:CreateAccessKey",
        True,
    ),
    (
        "own keys only",
        [*STRONG, user("u", doc(allow("iam:CreateAccessKey", USER + "${aws:username}")))],
        USER + "u",
        "iam:CreateAccessKey",
        False,
    ),
    (
        "attaching only what is harmless",
        [
            user(
                "u",
                doc(
                    allow(
                        "iam:AttachUserPolicy",
                        Condition={"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess"}},
                    )
                ),
            )
        ],
        USER + "u",
        "iam:AttachUserPolicy",
        False,
    ),
    (
        "attaching only the strongest",
        [
            user(
                "u",
                doc(
                    allow(
                        "iam:AttachUserPolicy",
                        Condition={"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess"}},
                    )
                ),
            )
        ],
        USER + "u",
        "iam:AttachUserPolicy",
        True,
    ),
    (
        "attaching all but the one policy",
        [
            user(
                "u",
                doc(
                    allow(
                        "iam:AttachUserPolicy",
                        Condition={"ArnNotEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess"}},
                    )
                ),
            )
        ],
        USER + "u",
        "iam:AttachUserPolicy",
        True,
    ),
    (
        "attaching all but strong policies",
        [
            user(
                "u",
                doc(
                    allow(
                        "iam:AttachUserPolicy",
                        Condition={
                            "ArnNotLike": {
                                "iam:PolicyARN": ["arn:aws:iam::aws:policy/Admin*", "arn:aws:iam::aws:policy/IAM*"]
                            }
                        },
                    )
                ),
            )
        ],
        USER + "u",
        "iam:AttachUserPolicy",
        False,
    ),
    (
        "attaching only under a boundary",
        [role("r", doc(allow("iam:AttachRolePolicy", Condition=LIMITED)))],
        ROLE + "r",
        "iam:AttachRolePolicy",
        False,
    ),
    (
        "a role that trusts the account",
        [*STRONG, user("u", doc(allow("sts:AssumeRole")))],
        USER + "u",
        "sts:AssumeRole",
        True,
    ),
    ("a role that trusts the account, no right to assume", [*STRONG, user("u")], USER + "u", "sts:AssumeRole", False),
    (
        "a role that names the user needs no right",
        [role("s", FULL, trust=trusts(AWS=USER + "u")), user("u")],
        USER + "u",
        "sts:AssumeRole",
        True,
    ),
    (
        "a role that names a session of the role",
        [role("s", FULL, trust=trusts(AWS=f"arn:aws:sts::{A}:assumed-role/r/deploy")), role("r")],
        ROLE + "r",
        "sts:AssumeRole",
        True,
    ),
    (
        "a role that names a session of another role",
        [role("s", FULL, trust=trusts(AWS=f"arn:aws:sts::{A}:assumed-role/r2/deploy")), role("r")],
        ROLE + "r",
        "sts:AssumeRole",
        False,
    ),
    (
        "a role that names the user, who is denied",
        [role("s", FULL, trust=trusts(AWS=USER + "u")), user("u", doc(deny("sts:*")))],
        USER + "u",
        "sts:AssumeRole",
        False,
    ),
    (
        "a role that trusts another account",
        [role("s", FULL, trust=trusts(AWS=OTHER)), user("u", doc(allow("sts:AssumeRole")))],
        USER + "u",
        "sts:AssumeRole",
        False,
    ),
    (
        "assuming by name, another",
        [*STRONG, user("u", doc(allow("sts:AssumeRole", ROLE + "weak-*")))],
        USER + "u",
        "sts:AssumeRole",
        False,
    ),
    (
        "across accounts",
        [
            role("s", FULL, trust=trusts(AWS=f"arn:aws:iam::{OTHER}:root")),
            Principal(f"arn:aws:iam::{OTHER}:user/u", "user", OTHER, (("p", doc(allow("sts:AssumeRole"))),)),
        ],
        f"arn:aws:iam::{OTHER}:user/u",
        "sts:AssumeRole",
        True,
    ),
    (
        "across accounts, named but without the right",
        [
            role("s", FULL, trust=trusts(AWS=f"arn:aws:iam::{OTHER}:user/u")),
            Principal(f"arn:aws:iam::{OTHER}:user/u", "user", OTHER),
        ],
        f"arn:aws:iam::{OTHER}:user/u",
        "sts:AssumeRole",
        False,
    ),
    (
        "trust for others of the account",
        [
            role(
                "s",
                FULL,
                trust=doc(
                    {
                        "Effect": "Allow",
                        "Principal": {"AWS": A},
                        "Action": "sts:AssumeRole",
                        "Condition": {"ArnEquals": {"aws:PrincipalArn": USER + "v"}},
                    }
                ),
            ),
            user("u", doc(allow("sts:*"))),
        ],
        USER + "u",
        "sts:AssumeRole",
        False,
    ),
    (
        "over a role that can become one",
        [role("mid", doc(allow("iam:PutRolePolicy", ROLE + "mid")), trust=trusts(AWS=USER + "u")), user("u")],
        USER + "u",
        "sts:AssumeRole",
        True,
    ),
    (
        "a target with the tag",
        [
            role("s", FULL, trust=trusts(Service="ec2.amazonaws.com"), tags=(("env", "dev"),)),
            user(
                "u",
                doc(allow("iam:UpdateAssumeRolePolicy", Condition={"StringEquals": {"iam:ResourceTag/env": "dev"}})),
            ),
        ],
        USER + "u",
        "iam:UpdateAssumeRolePolicy",
        True,
    ),
    (
        "a target without the tag",
        [
            role("s", FULL, trust=trusts(Service="ec2.amazonaws.com")),
            user(
                "u",
                doc(allow("iam:UpdateAssumeRolePolicy", Condition={"StringEquals": {"iam:ResourceTag/env": "dev"}})),
            ),
        ],
        USER + "u",
        "iam:UpdateAssumeRolePolicy",
        False,
    ),
    (
        "a power user beside a strong role of Lambda",
        [*STRONG, role("p", doc({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}))],
        ROLE + "p",
        "lambda:UpdateFunctionCode",
        True,
    ),
]


@pytest.mark.parametrize(("principals", "who", "combination", "there"), [c[1:] for c in WAYS], ids=[c[0] for c in WAYS])
def test_ways_up(principals: list[Principal], who: str, combination: str, there: bool) -> None:
    paths = found(*principals, who=who)
    assert (combination in paths and not paths[combination].blocked_by) is there


def test_a_way_is_explained() -> None:
    principals = [
        *STRONG,
        user("u", ("deploy", doc(allow("iam:PassRole"), allow("lambda:CreateFunction", Condition=MFA)))),
    ]
    path = found(*principals, who=USER + "u")["iam:PassRole + lambda:CreateFunction"]
    assert (path.target, path.via) == (ROLE + "strong-lambda", ("deploy: statement 1", "deploy: statement 2"))
    assert path.conditions == ("aws:multifactorauthpresent",)
    assert path.words == (
        "The user passes a stronger role to lambda.amazonaws.com with lambda:CreateFunction and runs code of its own "
        f"choice there ({ROLE}strong-lambda), allowed by deploy: statement 1 and deploy: statement 2, "
        "subject to aws:multifactorauthpresent."
    )


def test_an_open_way_is_shown_before_a_blocked_one() -> None:
    free = role("free", FULL, trust=trusts(Service="ec2.amazonaws.com"))
    limit = doc(allow(), deny("iam:UpdateAssumeRolePolicy", ROLE + "strong-*"))
    who = user("u", doc(allow("iam:UpdateAssumeRolePolicy")), boundary=limit)
    path = found(*STRONG, free, who, who=USER + "u")["iam:UpdateAssumeRolePolicy"]
    assert (path.target, path.blocked_by) == (ROLE + "free", "")


def test_a_boundary_that_stops_an_administrator_leaves_its_other_ways() -> None:
    who = user("u", FULL, boundary=doc(allow("sts:AssumeRole")))
    paths = found(*STRONG, who, who=USER + "u")
    assert paths["*"].blocked_by == "boundary"
    assert paths["sts:AssumeRole"].blocked_by == ""


@pytest.mark.parametrize(("statement", "there"), [
    (allow(["iam:PassRole", "ec2:RunInstances"]), {"iam:PassRole + ec2:RunInstances"}),
    (allow("iam:CreateAccessKey"), {"iam:CreateAccessKey"}),
    ({"Effect": "Allow", "NotAction": ["iam:*", "organizations:*", "account:*"], "Resource": "*"}, set()),
    (allow("iam:PassRole", ROLE + "app-*"), set()),
])  # fmt: skip
def test_permission_sets_are_judged_as_if_stronger_principals_were_there(
    statement: dict[str, Any], there: set[str]
) -> None:
    assert set(found(role("set", doc(statement)), who=ROLE + "set", assume_targets=True)) == there
    assert found(role("set", doc(statement)), who=ROLE + "set") == {}


def test_mapping_and_text_agree_and_order_does_not_matter() -> None:
    who = user("u", doc(allow(sorted(ACTIONS - {"iam:UpdateAssumeRolePolicy"}))))
    as_text = [
        replace(p, policies=tuple((n, json.dumps(d)) for n, d in p.policies), trust=p.trust and json.dumps(p.trust))
        for p in [*STRONG, who]
    ]
    expected = {combination.name for combination in COMBINATIONS if combination.how != "trust"}
    assert set(found(*STRONG, who, who=USER + "u")) == expected
    assert set(found(*as_text, who=USER + "u")) == expected
    assert set(found(who, *reversed(STRONG), who=USER + "u")) == expected


# --- the reference of actions -----------------------------------------------------------------------------------------
# https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
def test_every_action_of_a_combination_is_real() -> None:
    assert sorted(action for action in ACTIONS if not exists(action)) == []


@pytest.mark.parametrize(("pattern", "some", "none"), [
    ("*", {"iam:CreateUser", "s3:GetObject"}, set()),
    ("iam:*AccessKey", {"iam:CreateAccessKey", "iam:DeleteAccessKey"}, {"iam:ListAccessKeys"}),
    ("S3:getobject", {"s3:GetObject"}, {"s3:GetObjectAcl"}),
    ("sqs:?endMessage", {"sqs:SendMessage"}, {"sqs:SendMessageBatch"}),
    ("organizations:Leave*", {"organizations:LeaveOrganization"}, set()),
])  # fmt: skip
def test_expand(pattern: str, some: set[str], none: set[str]) -> None:
    real = expand(pattern)
    assert some <= real <= all_actions()
    assert not none & real


@pytest.mark.parametrize("pattern", ["", "iam", "iam:", "nothing:*", "iam:[A-Z]*", "CreateUser"])
def test_expand_knows_nothing_else(pattern: str) -> None:
    assert expand(pattern) == frozenset()


def test_sample_resources() -> None:
    assert sample_resources("cloudtrail:StopLogging", A, "eu-west-1") == (
        f"arn:aws:cloudtrail:eu-west-1:{A}:trail/probe",
    )
    assert sample_resources("organizations:LeaveOrganization", A) == ("*",)
    assert sample_resources("newservice:Create", A) == ("*",)
    assert f"arn:aws:ec2:us-east-1:{A}:instance/probe" in sample_resources("ec2:RunInstances", A)
    assert {"iam", "s3"} <= services()


JUST_U = {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/u"}}
ONLY_U = {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/u"}}


@pytest.mark.parametrize(
    "shared",
    [
        {"policies": (("p", doc(allow(Condition={"StringEquals": {"aws:username": "u"}}))),)},
        {"policies": (("p", doc(allow("iam:PutUserPolicy", USER + "${aws:username}"), deny("iam:*", USER + "v"))),)},
        {"policies": (("p", doc(allow("sts:AssumeRole", ROLE + "strong-${aws:username}"))),)},
        {"policies": (("p", doc(allow("iam:PutUserPolicy"))),), "scps": [[ALL, doc(deny(Condition=ONLY_U))]]},
        {"policies": (("p", doc(allow("iam:PutUserPolicy"))),), "boundary": doc(allow(Condition=JUST_U))},
    ],
)
def test_callers_who_share_documents_are_told_apart(shared: dict[str, Any]) -> None:
    callers = [Principal(USER + name, "user", A, **shared) for name in ("v", "u", "w")]
    target = role("strong-u", FULL, trust=trusts(AWS=f"arn:aws:iam::{A}:root"))
    together = admin_paths([target, *callers])
    alone = [path for caller in callers for path in admin_paths([target, caller]) if path.principal == caller.arn]
    assert [path for path in together if path.principal != target.arn] == alone
    open_ways = {path.principal for path in alone if not path.blocked_by}
    assert open_ways - {USER + "w"} == {USER + "u"}


def test_what_is_settled_by_who_calls_is_no_condition_of_the_way() -> None:
    own = doc(allow("iam:PutUserPolicy", Condition={"StringEquals": {"aws:username": "u"}, "Bool": MFA["Bool"]}))
    path = found(user("u", own), who=USER + "u")["iam:PutUserPolicy"]
    assert path.conditions == ("aws:multifactorauthpresent",)


_actions = st.sampled_from([*sorted(ACTIONS), "*", "iam:*", "iam:P*", "lambda:*", "sts:*", "s3:*"])
_where = st.sampled_from(["*", ROLE + "*", ROLE + "strong-lambda", USER + "u", USER + "${aws:username}"])
_given = st.sampled_from(
    [{}, {"Condition": MFA}, {"Condition": PASS_EC2}, {"Condition": {"Null": {"aws:TagKeys": "true"}}}]
)
_rules = st.builds(lambda a, r, c: allow(a, r, **c), st.lists(_actions, min_size=1, max_size=3), _where, _given)


@given(st.lists(_rules, min_size=1, max_size=4), _actions, _where)
@examples(60)
def test_a_deny_never_opens_a_way(rules: list[dict[str, Any]], action: str, where: str) -> None:
    def ways(*statements: dict[str, Any], **more: Any) -> set[str]:
        paths = found(*STRONG, user("u", doc(*statements), **more), who=USER + "u").values()
        return (
            {"*"}
            if any(p.kind == "admin" and not p.blocked_by for p in paths)
            else {p.combination for p in paths if not p.blocked_by}
        )

    before = ways(*rules)
    after = ways(*rules, deny(action, where))
    assert "*" in before or after <= before
    assert "*" in before or ways(*rules, boundary=ALL, scps=[[ALL]]) == before
    assert ways(*reversed(rules)) == before
    assert ways(*rules, deny()) == set()


def test_a_blocked_way_names_who_grants_and_who_blocks() -> None:
    who = user("u", ("self-service", doc(allow("iam:PutUserPolicy"))), boundary=doc(allow("s3:*")))
    path = found(who, who=USER + "u")["iam:PutUserPolicy"]
    assert path.words == (
        "The user writes an inline policy into a user (any user of the account), allowed by self-service: statement 1; "
        "the permissions boundary blocks it today."
    )
