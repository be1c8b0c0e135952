"""Each combination of the table is a way with all its actions and none with one less; rights without power are none."""

from __future__ import annotations

from typing import Any

import pytest
from tests.policy.test_escalation import FULL, STRONG, USER, A, allow, doc, found, role, trusts, user

from orienteer.policy.rights.combinations import COMBINATIONS, NO_POWER, Combination, NoPower
from orienteer.policy.rights.escalation import Principal

HERE = [user("weak", doc(allow("s3:Get*"))), *STRONG]


def paths(actions: Any, *others: Principal, **more: Any) -> set[str]:
    who = user("u", doc(allow(sorted(actions))), groups=(), **more)
    return set(found(*(others or HERE), who, who=USER + "u"))


@pytest.mark.parametrize("combination", [c for c in COMBINATIONS if not c.how.startswith(("own_r", "own_g", "own_p"))],
                         ids=lambda c: c.name)  # fmt: skip
def test_all_of_the_actions_are_a_way_and_one_less_is_none(combination: Combination) -> None:
    assert combination.name in paths(combination.actions)
    if len(combination.actions) > 1:
        for action in combination.actions:
            assert combination.name not in paths(set(combination.actions) - {action})


@pytest.mark.parametrize("combination", COMBINATIONS, ids=lambda c: c.name)
def test_a_combination_has_its_source(combination: Combination) -> None:
    assert combination.source.startswith("https://docs.aws.amazon.com/service-authorization/latest/reference/list_")


@pytest.mark.parametrize("nothing", NO_POWER, ids=lambda n: " ".join(n.actions))
def test_rights_that_look_dangerous_and_give_nobody_power(nothing: NoPower) -> None:
    assert paths(nothing.actions) == set()
    assert nothing.words.endswith(".") and nothing.source.startswith("https://docs.aws.amazon.com/")


@pytest.mark.parametrize(("actions", "way"), [
    (["iam:PassRole", "cloudformation:CreateStackSet", "cloudformation:CreateStackInstances"], True),  # f18
    (["iam:PassRole", "cloudformation:UpdateStackSet"], True),
    (["sagemaker:CreateNotebookInstanceLifecycleConfig", "sagemaker:StopNotebookInstance",
      "sagemaker:UpdateNotebookInstance", "sagemaker:StartNotebookInstance"], True),  # f20
    (["codedeploy:CreateDeployment", "codedeploy:RegisterApplicationRevision", "codedeploy:GetDeploymentConfig"], True),
    (["iam:PassRole", "emr-serverless:CreateApplication", "emr-serverless:StartJobRun"], True),  # f23
    (["iam:PassRole", "emr-serverless:CreateApplication"], False),
    (["cloudformation:CreateStackSet", "cloudformation:CreateStackInstances"], False),
    # https://docs.aws.amazon.com/glue/latest/dg/aws-glue-programming-etl-glue-arguments.html: a run names its script
    (["glue:StartJobRun"], True), (["glue:RunStatement"], True), (["glue:GetJob"], False),
    # https://docs.aws.amazon.com/systems-manager/latest/userguide/hybrid-activation-managed-nodes.html
    (["iam:PassRole", "ssm:CreateActivation"], True), (["ssm:CreateActivation"], False),
    # https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html
    (["iam:PassRole", "apigateway:POST"], True), (["iam:PassRole", "apigateway:GET"], False),
    # https://docs.aws.amazon.com/mwaa/latest/userguide/using-startup-script.html
    (["iam:PassRole", "airflow:CreateEnvironment"], True), (["airflow:UpdateEnvironment"], True),
    # https://docs.aws.amazon.com/amplify/latest/userguide/amplify-service-role.html
    (["iam:PassRole", "amplify:CreateApp", "amplify:CreateBranch", "amplify:StartJob"], True),
    (["iam:PassRole", "amplify:CreateApp"], False),
    # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/replace-root.html
    (["ec2:CreateReplaceRootVolumeTask"], True),
    # https://docs.aws.amazon.com/iot/latest/developerguide/authorizing-direct-aws.html
    (["iot:CreateKeysAndCertificate", "iot:CreatePolicy", "iot:AttachPolicy"], True),
    # https://docs.aws.amazon.com/codebuild/latest/userguide/sandbox.html
    (["codebuild:StartSandbox", "codebuild:StartCommandExecution"], True), (["codebuild:StartSandbox"], False),
    # https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_CreateGroupMembership.html
    (["identitystore:CreateGroupMembership"], True), (["identitystore:ListGroupMemberships"], False),
])  # fmt: skip
def test_ways_of_the_field(actions: list[str], way: bool) -> None:
    assert bool(paths(actions)) is way


@pytest.mark.parametrize(("profile", "way"), [(False, False), (True, True), (None, True)])
def test_f26_a_role_in_no_instance_profile_is_on_no_instance(profile: bool | None, way: bool) -> None:
    strong = role("s", FULL, trust=trusts(Service="ec2.amazonaws.com"), instance_profile=profile)
    for actions in (["ssm:StartSession"], ["iam:PassRole", "ec2:RunInstances"], ["ssm:SendCommand"],
                    ["iam:PassRole", "ec2:CreateLaunchTemplate", "autoscaling:CreateAutoScalingGroup"]):  # fmt: skip
        assert bool(paths(actions, strong)) is way
    making = ["iam:PassRole", "iam:CreateInstanceProfile", "iam:AddRoleToInstanceProfile", "ec2:RunInstances"]
    assert " + ".join(making) in paths(making, strong)


def test_a_profile_is_no_matter_of_other_services() -> None:
    strong = role("s", FULL, trust=trusts(Service="lambda.amazonaws.com"), instance_profile=False)
    assert paths(["iam:PassRole", "lambda:CreateFunction"], strong) == {"iam:PassRole + lambda:CreateFunction"}


TASKS = "arn:aws:iam::aws:policy/root-task/"
CENTER = ["sso:PutInlinePolicyToPermissionSet", "sso:ProvisionPermissionSet"]


@pytest.mark.parametrize(("statement", "known", "way"), [
    (allow(CENTER), None, True), (allow(CENTER), True, True), (allow(CENTER), False, False),
    (allow("identitystore:*"), None, True), (allow("sso-directory:UpdatePassword"), False, False),
    *((allow("sts:AssumeRoot", Condition={"StringEquals": {"sts:TaskPolicyArn": TASKS + task}}), True, way)
      for task, way in (("IAMCreateRootUserPassword", True), ("IAMAuditRootUserCredentials", False))),
    (allow("sts:AssumeRoot"), None, True), (allow("sts:*"), None, False), (allow("sts:*"), True, True),
    ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, None, False),
])  # fmt: skip
def test_ways_over_the_organization_are_those_of_its_own_accounts(statement: Any, known: Any, way: bool) -> None:
    who = user("u", doc(statement), organization_account=known)
    assert bool(found(who, who=USER + "u")) is way


@pytest.mark.parametrize(("provider", "way"), [(f"arn:aws:iam::{A}:saml-provider/corp", True),
                                               ("arn:aws:iam::444455556666:saml-provider/corp", False),
                                               (f"arn:aws:iam::{A}:oidc-provider/corp", False)])  # fmt: skip
def test_whoever_changes_the_saml_provider_becomes_its_users(provider: str, way: bool) -> None:
    trust = doc({**allow("sts:AssumeRoleWithSAML"), "Principal": {"Federated": provider}})
    assert bool(paths(["iam:UpdateSAMLProvider"], role("s", FULL, trust=trust))) is way
    elsewhere = user("u", doc(allow("iam:UpdateSAMLProvider", f"arn:aws:iam::{A}:saml-provider/other")))
    assert found(role("s", FULL, trust=trust), elsewhere, who=USER + "u") == {}


@pytest.mark.parametrize(("principal", "way"), [
    ("states.eu-west-1.amazonaws.com", True), ("states.me-south-1.amazonaws.com", True),
    ("states.cn-north-1.amazonaws.com.cn", True), ("states.evil.amazonaws.com", False),
    ("other.eu-west-1.amazonaws.com", False),
])  # fmt: skip
def test_a_service_of_one_region_runs_with_the_role(principal: str, way: bool) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services"""
    strong = role("s", FULL, trust=trusts(Service=principal))
    assert bool(paths(["iam:PassRole", "states:CreateStateMachine", "states:StartExecution"], strong)) is way


def test_a_pools_role_is_not_run_by_a_service_of_that_name() -> None:
    strong = role("s", FULL, trust=trusts(Service="cognito-identity.amazonaws.com"))
    assert paths(["iam:PassRole", "cognito-identity:SetIdentityPoolRoles"], strong) == set()
