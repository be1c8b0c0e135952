"""A second round for `admin_paths`: what has to come together, what takes a way away, and ways over others."""

from typing import Any

import pytest
from test_escalation import ALL, FULL, GROUP, POLICY, ROLE, STRONG, USER, A, allow, deny, doc, found, role, trusts, user

from orienteer.policy.language.document import parse
from orienteer.policy.rights.escalation import Principal, admin_paths
from orienteer.policy.rights.reading import brought_for

ME = USER + "u"
ACCOUNT = f"arn:aws:iam::{A}:root"


def when(**operators: Any) -> dict[str, Any]:
    return {"Condition": operators}


def ways(*principals: Principal, who: str = ME, **options: Any) -> set[str]:
    """The combinations that are open to this principal."""
    return {path.combination for path in found(*principals, who=who, **options).values() if not path.blocked_by}


def me(*statements: dict[str, Any], **more: Any) -> Principal:
    return user("u", doc(*statements), **more)


# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
# https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
PASS, RUNS = allow("iam:PassRole"), "iam:PassRole + ec2:RunInstances"
SINGLE: list[tuple[str, list[Principal], set[str]]] = [
    ("nothing", [me(allow("s3:*"))], set()),
    ("passing alone", [me(PASS)], set()),
    ("starting alone", [me(allow("lambda:CreateFunction"))], set()),
    ("passing and starting, starting denied", [me(PASS, allow("lambda:CreateFunction"), deny("lambda:*"))], set()),
    (
        "passing denied for strong roles by pattern",
        [me(PASS, allow("lambda:CreateFunction"), deny("iam:PassRole", ROLE + "strong-*"))],
        set(),
    ),
    (
        "passing denied for one service",
        [
            me(
                PASS,
                allow("lambda:CreateFunction"),
                deny("iam:PassRole", **when(StringEquals={"iam:PassedToService": "lambda.amazonaws.com"})),
            )
        ],
        set(),
    ),
    (
        "passing denied but for one service",
        [
            me(
                PASS,
                allow(["lambda:CreateFunction", "ec2:RunInstances"]),
                deny("iam:PassRole", **when(StringNotEquals={"iam:PassedToService": "ec2.amazonaws.com"})),
            )
        ],
        {"iam:PassRole + ec2:RunInstances"},
    ),
    (
        "passing by a pattern of services",
        [
            me(
                allow("iam:PassRole", **when(StringLike={"iam:PassedToService": "ecs*"})),
                allow(["ecs:RunTask", "ec2:RunInstances"]),
            )
        ],
        {"iam:PassRole + ecs:RunTask"},
    ),
    # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_tagging.html
    *(
        (name, [me(PASS, allow("ec2:RunInstances"), deny("ec2:RunInstances", **when(**refused)))], expected)
        for name, refused, expected in (
            ("a deny without a tag", {"Null": {"aws:RequestTag/team": "true"}}, {RUNS}),
            ("a deny with any tag", {"Null": {"aws:RequestTag/team": "false"}}, {RUNS}),
            ("a deny with or without", {"Null": {"aws:RequestTag/team": ["true", "false"]}}, set()),
            ("a deny unless encrypted", {"BoolIfExists": {"ec2:Encrypted": "false"}}, {RUNS}),
            ("a deny of a type if it is told", {"StringEqualsIfExists": {"ec2:InstanceType": "m5.large"}}, {RUNS}),
            ("a deny of few hops if they are told", {"NumericLessThanIfExists": {"ec2:MetadataHops": "2"}}, {RUNS}),
            ("a deny of the untagged caller", {"Null": {"aws:PrincipalTag/team": "true"}}, set()),
        )
    ),
    (
        "a guardrail without a tag",
        [
            me(
                PASS,
                allow("ec2:RunInstances"),
                scps=[[ALL, doc(deny("ec2:*", **when(Null={"aws:RequestTag/team": "true"})))]],
            )
        ],
        {RUNS},
    ),
    (
        "one tag asked for, another refused",
        [
            me(
                PASS,
                allow("ec2:RunInstances", **when(StringEquals={"aws:RequestTag/team": "x"})),
                deny("ec2:RunInstances", **when(StringEquals={"aws:RequestTag/env": "prod"})),
            )
        ],
        {RUNS},
    ),
    (
        "passing only the tagged",
        [
            me(
                allow("iam:PassRole", **when(StringEquals={"iam:ResourceTag/pass": "yes"})),
                allow("lambda:CreateFunction"),
            )
        ],
        set(),
    ),
    (
        "passing only to an instance of a name",
        [
            me(
                allow("iam:PassRole", **when(ArnLike={"iam:AssociatedResourceArn": "arn:aws:ec2:*:*:instance/*"})),
                allow("ec2:RunInstances"),
            )
        ],
        {"iam:PassRole + ec2:RunInstances"},
    ),
    ("passing roles of a path", [me(allow("iam:PassRole", ROLE + "app/*"), allow("lambda:CreateFunction"))], set()),
    (
        "starting on a resource that names something",
        [me(PASS, allow("lambda:CreateFunction", f"arn:aws:lambda:eu-west-1:{A}:function:dev-*"))],
        {"iam:PassRole + lambda:CreateFunction"},
    ),
    (
        "starting in one region only",
        [me(PASS, allow("ec2:RunInstances", **when(StringEquals={"aws:RequestedRegion": "ap-southeast-2"})))],
        {"iam:PassRole + ec2:RunInstances"},
    ),
    (
        "starting where a guardrail closes it",
        [me(PASS, allow("ec2:RunInstances"), scps=[[ALL, doc(deny("ec2:*"))]])],
        set(),
    ),
    (
        "starting where a guardrail closes other regions",
        [
            me(
                PASS,
                allow("ec2:RunInstances"),
                scps=[[ALL, doc(deny("ec2:*", **when(StringNotEquals={"aws:RequestedRegion": "ap-southeast-2"})))]],
            )
        ],
        {"iam:PassRole + ec2:RunInstances"},
    ),
    (
        "a guardrail that allows only some services",
        [me(PASS, allow("*"), deny("iam:*Policy*"), scps=[[doc(allow(["s3:*", "sqs:*"]))]])],
        set(),
    ),
    (
        "attaching only under the account's boundary",
        [
            me(
                allow(
                    ["iam:AttachUserPolicy", "iam:PutUserPolicy"],
                    **when(StringEquals={"iam:PermissionsBoundary": POLICY + "limit"}),
                )
            )
        ],
        set(),
    ),
    (
        "attaching only what ARN says",
        [me(allow("iam:AttachUserPolicy", **when(ArnLike={"iam:PolicyARN": POLICY + "team/*"})))],
        set(),
    ),
    (
        "attaching what a pattern of AWS's lets in",
        [me(allow("iam:AttachUserPolicy", **when(ArnLike={"iam:PolicyARN": "arn:aws:iam::aws:policy/*"})))],
        {"iam:AttachUserPolicy"},
    ),
    (
        "attaching anything but the one policy, operator of ARNs",
        [
            me(
                allow(
                    "iam:AttachUserPolicy",
                    **when(ArnNotEquals={"iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess"}),
                )
            )
        ],
        {"iam:AttachUserPolicy"},
    ),
    ("writing into roles of a path", [me(allow(["iam:AttachRolePolicy", "iam:PutRolePolicy"], ROLE + "app/*"))], set()),
    ("writing into oneself", [me(allow("iam:PutUserPolicy", ME))], {"iam:PutUserPolicy"}),
    (
        "writing into oneself by variable",
        [me(allow("iam:PutUserPolicy", USER + "${aws:username}"))],
        {"iam:PutUserPolicy"},
    ),
    ("writing into a user of a path", [me(allow("iam:PutUserPolicy", USER + "people/*"))], set()),
    (
        "writing into oneself, denied oneself",
        [me(allow("iam:PutUserPolicy"), deny("iam:PutUserPolicy", ME))],
        {"iam:PutUserPolicy"},
    ),
    (
        "writing with MFA",
        [me(allow("iam:PutUserPolicy", **when(Bool={"aws:MultiFactorAuthPresent": "true"})))],
        {"iam:PutUserPolicy"},
    ),
    (
        "writing from one network",
        [me(allow("iam:PutUserPolicy", **when(IpAddress={"aws:SourceIp": "203.0.113.0/24"})))],
        {"iam:PutUserPolicy"},
    ),
    (
        "writing outside a network denied",
        [me(allow("iam:PutUserPolicy"), deny("*", **when(NotIpAddress={"aws:SourceIp": "203.0.113.0/24"})))],
        {"iam:PutUserPolicy"},
    ),
    (
        "writing with a tag one does not have",
        [me(allow("iam:PutUserPolicy", **when(StringEquals={"aws:PrincipalTag/admin": "yes"})))],
        set(),
    ),
    (
        "writing with a tag one has",
        [
            me(
                allow("iam:PutUserPolicy", **when(StringEquals={"aws:PrincipalTag/admin": "yes"})),
                tags=(("admin", "yes"),),
            )
        ],
        {"iam:PutUserPolicy"},
    ),
    ("keys of the strong", [me(allow("iam:CreateAccessKey", USER + "chief"))], {"iam:CreateAccessKey"}),
    (
        "keys of all but the strong",
        [me(allow("iam:CreateAccessKey"), deny("iam:CreateAccessKey", USER + "chief"))],
        set(),
    ),
    ("a password of the strong", [me(allow("iam:UpdateLoginProfile", USER + "ch*"))], {"iam:UpdateLoginProfile"}),
    ("joining the admins", [me(allow("iam:AddUserToGroup", GROUP + "admins"))], {"iam:AddUserToGroup"}),
    ("joining some other group", [me(allow("iam:AddUserToGroup", GROUP + "devs"))], set()),
    (
        "trust of the strong",
        [me(allow("iam:UpdateAssumeRolePolicy", ROLE + "strong-lambda"))],
        {"iam:UpdateAssumeRolePolicy"},
    ),
    ("trust of roles of a path", [me(allow("iam:UpdateAssumeRolePolicy", ROLE + "app/*"))], set()),
    (
        "NotAction lets it in",
        [
            user(
                "u",
                doc(
                    {
                        "Effect": "Allow",
                        "NotAction": [
                            "s3:*",
                            "iam:PassRole",
                            "iam:Put*",
                            "iam:Attach*",
                            "iam:Add*",
                            "iam:Create*",
                            "iam:Update*",
                            "ssm:*",
                            "lambda:*",
                            "ecs:*",
                            "codebuild:*",
                            "cloudformation:*",
                            "glue:*",
                            "sagemaker:*",
                            "datapipeline:*",
                            "sts:*",
                            "ec2*",
                            "apprunner:*",
                            "bedrock-agentcore:*",
                            "codedeploy:*",
                            "elasticmapreduce:*",
                            "batch:*",
                            "states:*",
                            "gamelift:*",
                            "acm-pca:*",
                            "airflow:*",
                            "athena:*",
                            "deadline:*",
                            "eks:*",
                            "greengrass:*",
                            "iot:*",
                            "kinesisanalytics:*",
                            "rolesanywhere:*",
                        ],
                        "Resource": "*",
                    },
                    allow("s3:Get*"),
                ),
                (POLICY + "mine", doc(allow("s3:Get*"))),
            )
        ],
        {"iam:SetDefaultPolicyVersion"},
    ),
    (
        "NotResource spares only the vault",
        [user("u", doc({"Effect": "Allow", "Action": "iam:CreateAccessKey", "NotResource": USER + "vault"}))],
        {"iam:CreateAccessKey"},
    ),
    (
        "NotResource spares the strong",
        [user("u", doc({"Effect": "Allow", "Action": "iam:CreateAccessKey", "NotResource": USER + "chief"}))],
        set(),
    ),
    (
        "ends of names",
        [me(allow("iam:*RolePolicy"))],
        {"iam:AttachRolePolicy", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"},
    ),
    (
        "pipelines",
        [me(PASS, allow(["codebuild:UpdateProject", "codebuild:StartBuild"], "arn:aws:codebuild:*:*:project/x"))],
        {"iam:PassRole + codebuild:UpdateProject + codebuild:StartBuild", "codebuild:StartBuild"},
    ),
    ("a batch of builds", [me(allow("codebuild:StartBuildBatch"))], {"codebuild:StartBuildBatch"}),
    (
        "an instance's start-up script",
        [me(allow(["ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:StartInstances"]))],
        {"ec2:ModifyInstanceAttribute + ec2:StopInstances + ec2:StartInstances"},
    ),
    (
        "an instance's start-up script, it cannot be stopped",
        [me(allow(["ec2:ModifyInstanceAttribute", "ec2:StartInstances"]))],
        set(),
    ),
    (
        "an instance by a spot request",
        [me(PASS, allow("ec2:RequestSpotInstances"))],
        {"iam:PassRole + ec2:RequestSpotInstances"},
    ),
    ("a document tied to an instance", [me(allow("ssm:CreateAssociation"))], {"ssm:CreateAssociation"}),
    ("another service of App Runner", [me(allow("apprunner:UpdateService"))], {"apprunner:UpdateService"}),
    (
        "a change set of a stack that has a role",
        [me(allow(["cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"]))],
        {"cloudformation:CreateChangeSet + cloudformation:ExecuteChangeSet"},
    ),
    (
        "an interpreter that has a role",
        [me(allow(["bedrock-agentcore:StartCodeInterpreterSession", "bedrock-agentcore:InvokeCodeInterpreter"]))],
        {"bedrock-agentcore:StartCodeInterpreterSession + bedrock-agentcore:InvokeCodeInterpreter"},
    ),
    (
        "a layer into a function",
        [me(allow(["lambda:UpdateFunctionConfiguration", "lambda:GetLayerVersion"]))],
        {"lambda:UpdateFunctionConfiguration + lambda:GetLayerVersion"},
    ),
    (
        "Glue: a job that is changed and triggered",
        [me(PASS, allow(["glue:UpdateJob", "glue:CreateTrigger"]))],
        {"iam:PassRole + glue:UpdateJob + glue:CreateTrigger"},
    ),
    (
        "commands, but to one instance",
        [me(allow("ssm:SendCommand", f"arn:aws:ec2:eu-west-1:{A}:instance/i-1"))],
        {"ssm:SendCommand"},
    ),
    (
        "starting denied on every instance",
        [me(PASS, allow("ec2:RunInstances"), deny("ec2:RunInstances", "arn:aws:ec2:*:*:instance/*"))],
        set(),
    ),
    (
        "starting denied on one subnet",
        [me(PASS, allow("ec2:RunInstances"), deny("ec2:RunInstances", "arn:aws:ec2:*:*:subnet/subnet-1"))],
        {"iam:PassRole + ec2:RunInstances"},
    ),
    (
        "starting denied but on one subnet",
        [
            me(
                PASS,
                allow("ec2:RunInstances", ["*", f"arn:aws:ec2:us-east-1:{A}:subnet/subnet-1"]),
                {
                    "Effect": "Deny",
                    "Action": "ec2:RunInstances",
                    "NotResource": [
                        "arn:aws:ec2:*:*:subnet/subnet-1",
                        "arn:aws:ec2:*:*:i*",
                        "arn:aws:ec2:*:*:network-interface/*",
                        "arn:aws:ec2:*:*:security-group/*",
                    ],
                },
            )
        ],
        {"iam:PassRole + ec2:RunInstances"},
    ),
    ("a service-specific password of the strong", [me(allow("iam:CreateServiceSpecificCredential"))], set()),
]


@pytest.mark.parametrize(("refused", "way"), [("true", True), (["true", "false"], False)])
def test_a_trust_that_refuses_who_brings_no_tag(refused: Any, way: bool) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html"""
    lets = {**allow("sts:AssumeRole"), "Principal": {"AWS": ACCOUNT}}
    keeps = {**deny("sts:AssumeRole", **when(Null={"aws:RequestTag/Project": refused})), "Principal": "*"}
    strong = role("s", FULL, trust=doc(lets, keeps))
    assert (ways(strong, me(allow("sts:AssumeRole"))) == {"sts:AssumeRole"}) is way


@pytest.mark.parametrize(
    ("name", "way"), [("${aws:username}", True), ("${aws:PrincipalTag/name}", False), ("u*", True)]
)
def test_a_session_that_must_carry_the_users_name(name: str, way: bool) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#ck_rolesessionname"""
    lets = {**allow("sts:AssumeRole", **when(StringLike={"sts:RoleSessionName": name})), "Principal": {"AWS": ACCOUNT}}
    strong = role("s", FULL, trust=doc(lets))
    assert (ways(strong, me(allow("sts:AssumeRole"))) == {"sts:AssumeRole"}) is way
    own = allow("iam:AttachUserPolicy", **when(StringEquals={"aws:RequestTag/owner": name.rstrip("*")}))
    assert (ways(me(own)) == {"iam:AttachUserPolicy"}) is way


def test_what_a_writer_brings_to_a_bucket_that_refuses_uploads_without_encryption() -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingServerSideEncryption.html"""
    header = "s3:x-amz-server-side-encryption"
    refused = parse(doc(deny("s3:PutObject", **when(Null={header: "true"}))))
    assert brought_for(refused) == ({header: ("probe",)},)


@pytest.mark.parametrize(("principals", "expected"), [c[1:] for c in SINGLE], ids=[c[0] for c in SINGLE])
def test_ways(principals: list[Principal], expected: set[str]) -> None:
    assert ways(*STRONG, *principals) == expected


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html
APP = ROLE + "app/x"
OPEN = trusts(AWS=ACCOUNT)
OVER: list[tuple[str, list[Principal], bool]] = [
    (
        "a role one may assume and write into",
        [
            role("app/x", doc(allow("s3:*")), trust=OPEN),
            me(allow(["sts:AssumeRole", "iam:AttachRolePolicy"], ROLE + "app/*")),
        ],
        True,
    ),
    (
        "a role one may assume and write into inline",
        [role("app/x", doc(allow("s3:*")), trust=OPEN), me(allow(["sts:AssumeRole", "iam:PutRolePolicy"], APP))],
        True,
    ),
    (
        "a role one may write into and not assume",
        [role("app/x", doc(allow("s3:*")), trust=OPEN), me(allow("iam:PutRolePolicy", APP))],
        False,
    ),
    (
        "a role one may write into, that trusts only a service",
        [
            role("app/x", doc(allow("s3:*")), trust=trusts(Service="ec2.amazonaws.com")),
            me(allow(["sts:AssumeRole", "iam:PutRolePolicy"], APP)),
        ],
        False,
    ),
    (
        "a role one may write into and whose trust one may rewrite",
        [
            role("app/x", doc(allow("s3:*")), trust=trusts(Service="ec2.amazonaws.com")),
            me(allow(["iam:UpdateAssumeRolePolicy", "iam:PutRolePolicy"], APP)),
        ],
        True,
    ),
    (
        "a role one may assume, whose policy one may rewrite",
        [
            role("app/x", (POLICY + "app", doc(allow("s3:*"))), trust=OPEN),
            me(allow("sts:AssumeRole", APP), allow("iam:CreatePolicyVersion", POLICY + "app")),
        ],
        True,
    ),
    (
        "a role one may assume, another's policy",
        [
            role("app/x", (POLICY + "app", doc(allow("s3:*"))), trust=OPEN),
            me(allow("sts:AssumeRole", APP), allow("iam:CreatePolicyVersion", POLICY + "other")),
        ],
        False,
    ),
    (
        "a user whose keys one may make and into whom one may write",
        [
            user("people/v", doc(allow("s3:*"))),
            me(allow(["iam:CreateAccessKey", "iam:PutUserPolicy"], USER + "people/*")),
        ],
        True,
    ),
    (
        "a user whose keys one may make only",
        [user("people/v", doc(allow("s3:*"))), me(allow("iam:CreateAccessKey", USER + "people/*"))],
        False,
    ),
    (
        "a group one may join and write into",
        [
            Principal(GROUP + "devs", "group", A, ()),
            me(allow(["iam:AddUserToGroup", "iam:PutGroupPolicy"], GROUP + "devs")),
        ],
        True,
    ),
    (
        "a group one may write into and not join",
        [Principal(GROUP + "devs", "group", A, ()), me(allow("iam:PutGroupPolicy", GROUP + "devs"))],
        False,
    ),
    (
        "own group",
        [
            Principal(GROUP + "devs", "group", A, ()),
            me(allow("iam:PutGroupPolicy", GROUP + "devs"), groups=(GROUP + "devs",)),
        ],
        True,
    ),
    (
        "a role that can pass a strong one",
        [
            role("strong-lambda", FULL, trust=trusts(Service="lambda.amazonaws.com")),
            role("app/x", doc(allow(["iam:PassRole", "lambda:CreateFunction"])), trust=OPEN),
            me(allow("sts:AssumeRole", APP)),
        ],
        True,
    ),
    (
        "a chain of three roles",
        [
            role("c", FULL, trust=trusts(AWS=ROLE + "b")),
            role("b", doc(allow("s3:*")), trust=trusts(AWS=ROLE + "a")),
            role("a", doc(allow("s3:*")), trust=OPEN),
            me(allow("sts:AssumeRole", ROLE + "a")),
        ],
        True,
    ),
    (
        "a ring of roles and no administrator",
        [
            role("a", doc(allow("sts:AssumeRole")), trust=trusts(AWS=ROLE + "b")),
            role("b", doc(allow("sts:AssumeRole")), trust=trusts(AWS=ROLE + "a")),
            me(allow("sts:AssumeRole")),
        ],
        False,
    ),
    (
        "a ring of roles, one of which leads out",
        [
            role("top", FULL, trust=trusts(AWS=ROLE + "b")),
            role("a", doc(allow("s3:*")), trust=trusts(AWS=[ROLE + "b", ACCOUNT])),
            role("b", doc(allow("s3:*")), trust=trusts(AWS=ROLE + "a")),
            me(allow("sts:AssumeRole", ROLE + "a")),
        ],
        True,
    ),
    (
        "trust with MFA",
        [
            role(
                "top",
                FULL,
                trust=doc(
                    {
                        "Effect": "Allow",
                        "Principal": {"AWS": ACCOUNT},
                        "Action": "sts:AssumeRole",
                        **when(Bool={"aws:MultiFactorAuthPresent": "true"}),
                    }
                ),
            ),
            me(allow("sts:AssumeRole")),
        ],
        True,
    ),
    (
        "trust that denies this user",
        [
            role(
                "top",
                FULL,
                trust=doc(
                    {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"},
                    {"Effect": "Deny", "Principal": {"AWS": ME}, "Action": "sts:AssumeRole"},
                ),
            ),
            me(allow("sts:AssumeRole")),
        ],
        False,
    ),
    (
        "trust that denies a pattern of users",
        [
            role(
                "top",
                FULL,
                trust=doc(
                    {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"},
                    {
                        "Effect": "Deny",
                        "Principal": "*",
                        "Action": "sts:AssumeRole",
                        **when(ArnLike={"aws:PrincipalArn": USER + "*"}),
                    },
                ),
            ),
            me(allow("sts:AssumeRole")),
        ],
        False,
    ),
    (
        "trust for tagged principals",
        [
            role(
                "top",
                FULL,
                trust=doc(
                    {
                        "Effect": "Allow",
                        "Principal": {"AWS": ACCOUNT},
                        "Action": "sts:AssumeRole",
                        **when(StringEquals={"aws:PrincipalTag/admin": "yes"}),
                    }
                ),
            ),
            me(allow("sts:AssumeRole")),
        ],
        False,
    ),
    (
        "trust for tagged principals, tagged",
        [
            role(
                "top",
                FULL,
                trust=doc(
                    {
                        "Effect": "Allow",
                        "Principal": {"AWS": ACCOUNT},
                        "Action": "sts:AssumeRole",
                        **when(StringEquals={"aws:PrincipalTag/admin": "yes"}),
                    }
                ),
            ),
            me(allow("sts:AssumeRole"), tags=(("admin", "yes"),)),
        ],
        True,
    ),
    (
        "trust for everybody of the organization",
        [
            role(
                "top",
                FULL,
                trust=doc(
                    {
                        "Effect": "Allow",
                        "Principal": "*",
                        "Action": "sts:AssumeRole",
                        **when(StringEquals={"aws:PrincipalOrgID": "o-abcdefghij"}),
                    }
                ),
            ),
            me(allow("sts:AssumeRole")),
        ],
        True,
    ),
    (
        "trust that allows only tagging the session",
        [
            role(
                "top", FULL, trust=doc({"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:TagSession"})
            ),
            me(allow("sts:*")),
        ],
        False,
    ),
    (
        "trust with any action of STS",
        [
            role("top", FULL, trust=doc({"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:*"})),
            me(allow("sts:AssumeRole")),
        ],
        True,
    ),
    (
        "trust for a federation only",
        [
            role(
                "top",
                FULL,
                trust=doc(
                    {
                        "Effect": "Allow",
                        "Principal": {"Federated": f"arn:aws:iam::{A}:saml-provider/x"},
                        "Action": "sts:AssumeRoleWithSAML",
                    }
                ),
            ),
            me(allow("sts:*")),
        ],
        False,
    ),
]


@pytest.mark.parametrize(("principals", "there"), [c[1:] for c in OVER], ids=[c[0] for c in OVER])
def test_ways_over_others(principals: list[Principal], there: bool) -> None:
    assert bool(ways(*principals)) is there
    assert bool(ways(*reversed(principals))) is there


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgid
@pytest.mark.parametrize(
    ("rules", "there"),
    [
        ([allow(Condition={"Null": {"aws:PrincipalOrgID": "false"}})], True),
        ([allow(Condition={"StringLike": {"aws:PrincipalOrgID": "o-*"}})], True),
        ([allow(), deny("*", Condition={"Null": {"aws:PrincipalOrgID": "true"}})], True),
        ([allow(), deny("*", Condition={"Null": {"aws:PrincipalOrgID": "false"}})], False),
        ([allow(Condition={"Null": {"aws:PrincipalOrgID": "true"}})], False),
    ],
    ids=["any organization", "any, by pattern", "none is denied", "any is denied", "none"],
)
def test_one_who_is_assessed_is_of_an_organization_named_or_not(rules: list[dict[str, Any]], there: bool) -> None:
    assert bool(ways(me(*rules))) is there


# https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html (who may change a boundary)
LIMIT = doc(allow(["s3:*", "iam:DeleteUserPermissionsBoundary", "iam:PutUserPermissionsBoundary"]))
BOUNDED: list[tuple[str, Principal, set[str]]] = [
    (
        "an administrator whose boundary lets it take the boundary off",
        user("u", FULL, boundary=LIMIT),
        {"iam:DeleteUserPermissionsBoundary"},
    ),
    ("an administrator whose boundary does not", user("u", FULL, boundary=doc(allow("s3:*"))), set()),
    (
        "one who is no administrator without it either",
        user("u", doc(allow(["s3:*", "iam:DeleteUserPermissionsBoundary"])), boundary=LIMIT),
        set(),
    ),
    (
        "one whose way the boundary closes, which it may take off",
        user("u", doc(allow(["iam:PutUserPolicy", "iam:DeleteUserPermissionsBoundary"])), boundary=LIMIT),
        {"iam:DeleteUserPermissionsBoundary"},
    ),
    (
        "a guardrail keeps the boundary on",
        user("u", FULL, boundary=LIMIT, scps=[[ALL, doc(deny("iam:*Boundary"))]]),
        set(),
    ),
    ("a policy keeps the boundary on", user("u", FULL, doc(deny("iam:*Boundary")), boundary=LIMIT), set()),
    ("no boundary is set", user("u", doc(allow("iam:DeleteUserPermissionsBoundary"))), set()),
]


@pytest.mark.parametrize(("who", "expected"), [c[1:] for c in BOUNDED], ids=[c[0] for c in BOUNDED])
def test_boundaries_that_come_off(who: Principal, expected: set[str]) -> None:
    assert ways(who, who=who.arn) == expected


def test_a_chain_of_any_length_is_followed() -> None:
    links = [role("r0", FULL, trust=trusts(AWS=ROLE + "r1"))]
    links += [role(f"r{n}", doc(allow("s3:*")), trust=trusts(AWS=ROLE + f"r{n + 1}")) for n in range(1, 12)]
    paths = admin_paths(links)
    assert {path.principal for path in paths if path.kind == "escalation"} == {ROLE + f"r{n}" for n in range(1, 12)}
