"""The known ways from some rights to all rights: which actions together, and whose power they borrow."""

from dataclasses import dataclass
from typing import Literal

# Ways in public knowledge, each from the API it uses:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html (writing policies)
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html (passing roles)
SOURCE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html"

How = Literal[
    "own_user", "own_role", "own_group", "own_policy", "user", "group", "trust", "pass", "run", "assume", "over"
]


@dataclass(frozen=True)
class Combination:
    """Actions that are needed together.

    `how` says on what the first one works: on the holder's own permissions (`own_...`), on a stronger user, group or
    role's trust, by passing a stronger role to `service`, by changing what runs with one there, by assuming it, or on a
    weaker principal that it then becomes (`over`).
    """

    how: How
    actions: tuple[str, ...]
    words: str
    service: str = ""

    @property
    def name(self) -> str:
        """The actions, joined."""
        return " + ".join(self.actions)


def _passing(service: str, *actions: str) -> Combination:
    words = f"passes a stronger role to {service} with {' and '.join(actions)} and runs code of its own choice there"
    return Combination("pass", ("iam:PassRole", *actions), words, service)


def _running(service: str, *actions: str) -> Combination:
    words = f"changes with {' and '.join(actions)} what already runs with a stronger role on {service}"
    return Combination("run", actions, words, service)


_POLICY = "writes a new version of a managed policy that it holds"
_SWITCH = "switches a managed policy that it holds to a version that grants more"
COMBINATIONS = (
    Combination("own_policy", ("iam:CreatePolicyVersion",), _POLICY),
    Combination("own_policy", ("iam:SetDefaultPolicyVersion",), _SWITCH),
    Combination("own_user", ("iam:AttachUserPolicy",), "attaches the administrator policy to a user"),
    Combination("own_user", ("iam:PutUserPolicy",), "writes an inline policy into a user"),
    Combination("own_role", ("iam:AttachRolePolicy",), "attaches the administrator policy to a role"),
    Combination("own_role", ("iam:PutRolePolicy",), "writes an inline policy into a role"),
    Combination("own_group", ("iam:AttachGroupPolicy",), "attaches the administrator policy to a group"),
    Combination("own_group", ("iam:PutGroupPolicy",), "writes an inline policy into a group"),
    Combination("group", ("iam:AddUserToGroup",), "adds itself to a stronger group"),
    Combination("user", ("iam:CreateAccessKey",), "creates an access key of a stronger user"),
    Combination("user", ("iam:CreateLoginProfile",), "sets a console password for a stronger user who has none"),
    Combination("user", ("iam:UpdateLoginProfile",), "changes the console password of a stronger user"),
    Combination("trust", ("iam:UpdateAssumeRolePolicy",), "rewrites the trust policy of a stronger role"),
    Combination("assume", ("sts:AssumeRole",), "assumes a stronger role that trusts it"),
    _passing("lambda.amazonaws.com", "lambda:CreateFunction"),
    _passing("lambda.amazonaws.com", "lambda:UpdateFunctionConfiguration", "lambda:UpdateFunctionCode"),
    _passing("ec2.amazonaws.com", "ec2:RunInstances"),
    _passing("ec2.amazonaws.com", "ec2:RequestSpotInstances"),
    _passing("ec2.amazonaws.com", "ec2:AssociateIamInstanceProfile"),
    _passing("ec2.amazonaws.com", "ec2:ReplaceIamInstanceProfileAssociation"),
    _passing("cloudformation.amazonaws.com", "cloudformation:CreateStack"),
    _passing("cloudformation.amazonaws.com", "cloudformation:UpdateStack"),
    _passing("cloudformation.amazonaws.com", "cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"),
    _passing("ecs-tasks.amazonaws.com", "ecs:RunTask"),
    _passing("ecs-tasks.amazonaws.com", "ecs:StartTask"),
    _passing("ecs-tasks.amazonaws.com", "ecs:RegisterTaskDefinition", "ecs:CreateService"),
    _passing("ecs-tasks.amazonaws.com", "ecs:RegisterTaskDefinition", "ecs:UpdateService"),
    _passing("ecs-tasks.amazonaws.com", "batch:RegisterJobDefinition", "batch:SubmitJob"),
    _passing("codebuild.amazonaws.com", "codebuild:CreateProject"),
    _passing("codebuild.amazonaws.com", "codebuild:UpdateProject", "codebuild:StartBuild"),
    _passing("codepipeline.amazonaws.com", "codepipeline:CreatePipeline"),
    _passing("glue.amazonaws.com", "glue:CreateDevEndpoint"),
    _passing("glue.amazonaws.com", "glue:CreateSession", "glue:RunStatement"),
    _passing("glue.amazonaws.com", "glue:CreateJob", "glue:StartJobRun"),
    _passing("glue.amazonaws.com", "glue:CreateJob", "glue:CreateTrigger"),
    _passing("glue.amazonaws.com", "glue:UpdateJob", "glue:StartJobRun"),
    _passing("glue.amazonaws.com", "glue:UpdateJob", "glue:CreateTrigger"),
    _passing("datapipeline.amazonaws.com", "datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition",
             "datapipeline:ActivatePipeline"),
    _passing("sagemaker.amazonaws.com", "sagemaker:CreateNotebookInstance"),
    _passing("sagemaker.amazonaws.com", "sagemaker:CreateTrainingJob"),
    _passing("sagemaker.amazonaws.com", "sagemaker:CreateProcessingJob"),
    _passing("elasticmapreduce.amazonaws.com", "elasticmapreduce:RunJobFlow"),
    _passing("states.amazonaws.com", "states:CreateStateMachine", "states:StartExecution"),
    _passing("states.amazonaws.com", "states:UpdateStateMachine", "states:StartExecution"),
    _passing("scheduler.amazonaws.com", "scheduler:CreateSchedule"),
    _passing("ssm.amazonaws.com", "ssm:StartAutomationExecution"),
    _passing("tasks.apprunner.amazonaws.com", "apprunner:CreateService"),
    _passing("bedrock-agentcore.amazonaws.com", "bedrock-agentcore:CreateCodeInterpreter",
             "bedrock-agentcore:InvokeCodeInterpreter"),
    _running("lambda.amazonaws.com", "lambda:UpdateFunctionCode"),
    _running("lambda.amazonaws.com", "lambda:UpdateFunctionConfiguration", "lambda:GetLayerVersion"),
    _running("ec2.amazonaws.com", "ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:StartInstances"),
    _running("ec2.amazonaws.com", "ssm:CreateAssociation"),
    _running("ec2.amazonaws.com", "ssm:SendCommand"),
    _running("ec2.amazonaws.com", "ssm:StartSession"),
    _running("ec2.amazonaws.com", "ec2-instance-connect:SendSSHPublicKey"),
    _running("ecs-tasks.amazonaws.com", "ecs:ExecuteCommand"),
    _running("codebuild.amazonaws.com", "codebuild:StartBuild"),
    _running("codebuild.amazonaws.com", "codebuild:StartBuildBatch"),
    _running("cloudformation.amazonaws.com", "cloudformation:UpdateStack"),
    _running("cloudformation.amazonaws.com", "cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"),
    _running("tasks.apprunner.amazonaws.com", "apprunner:UpdateService"),
    _running("bedrock-agentcore.amazonaws.com", "bedrock-agentcore:StartCodeInterpreterSession",
             "bedrock-agentcore:InvokeCodeInterpreter"),
    _running("glue.amazonaws.com", "glue:UpdateDevEndpoint"),
    _running("sagemaker.amazonaws.com", "sagemaker:CreatePresignedNotebookInstanceUrl"),
    _running("datapipeline.amazonaws.com", "datapipeline:PutPipelineDefinition", "datapipeline:ActivatePipeline"),
)  # fmt: skip
_OFF, _WIDER = "takes its permissions boundary off", "sets itself a wider permissions boundary"
# The ways of one who is administrator in all but its boundary:
# https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPermissionsBoundary.html
UNBINDING = (
    Combination("own_user", ("iam:DeleteUserPermissionsBoundary",), _OFF),
    Combination("own_user", ("iam:PutUserPermissionsBoundary",), _WIDER),
    Combination("own_role", ("iam:DeleteRolePermissionsBoundary",), _OFF),
    Combination("own_role", ("iam:PutRolePermissionsBoundary",), _WIDER),
)
ACTIONS = frozenset(action for combination in COMBINATIONS for action in combination.actions)
