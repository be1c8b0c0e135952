"""The known ways from some rights to all rights: which actions together, and whose power they borrow."""

from dataclasses import dataclass
from typing import Literal

SOURCE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html"
_REFERENCE = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_"
_PAGES = {
    "acm-pca": "awsprivatecertificateauthority", "airflow": "amazonmanagedworkflowsforapacheairflow",
    "amplify": "awsamplify", "apigateway": "amazonapigatewaymanagement", "apprunner": "awsapprunner",
    "appstream": "amazonappstream2.0", "appsync": "awsappsync", "athena": "amazonathena",
    "autoscaling": "amazonec2autoscaling", "batch": "awsbatch",
    "bedrock-agentcore": "amazonbedrockagentcore", "braket": "amazonbraket", "cloudformation": "awscloudformation",
    "codebuild": "awscodebuild", "codedeploy": "awscodedeploy", "codepipeline": "awscodepipeline",
    "cognito-identity": "amazoncognitoidentity", "datapipeline": "awsdatapipeline", "deadline": "awsdeadlinecloud",
    "ec2": "amazonec2",
    "ec2-instance-connect": "amazonec2instanceconnect", "ecs": "amazonelasticcontainerservice",
    "eks": "amazonelastickubernetesservice", "elasticmapreduce": "amazonelasticmapreduce",
    "emr-serverless": "amazonemrserverless", "gamelift": "amazongameliftservers", "glue": "awsglue",
    "greengrass": "awsiotgreengrass", "identitystore": "awsidentitystore", "iot": "awsiot",
    "iam": "awsidentityandaccessmanagementiam", "imagebuilder": "amazonec2imagebuilder",
    "kinesisanalytics": "amazonkinesisanalyticsv2", "lambda": "awslambda", "omics": "awshealthomics",
    "rolesanywhere": "awsidentityandaccessmanagementrolesanywhere", "sagemaker": "amazonsagemaker",
    "scheduler": "amazoneventbridgescheduler", "ssm": "awssystemsmanager", "sso": "awsiamidentitycenter",
    "sso-directory": "awsiamidentitycenterdirectory",
    "states": "awsstepfunctions", "sts": "awssecuritytokenservice",
}  # fmt: skip
"""The page of the Service Authorization Reference that says what each action does and which need iam:PassRole."""

How = Literal[
    "own_user", "own_role", "own_group", "own_policy", "user", "group", "trust", "pass", "run", "assume", "over",
    "federated", "organization",
]  # fmt: skip


@dataclass(frozen=True)
class Combination:
    """Actions that are needed together.

    `how` says on what the first one works: on the holder's own permissions (`own_...`), on a stronger user, group or
    role's trust, by passing a stronger role to `service`, by changing what runs with one there, by assuming it, on a
    weaker principal that it then becomes (`over`), on the provider whose users a stronger role trusts (`federated`), or
    on every account at once (`organization`).
    """

    how: How
    actions: tuple[str, ...]
    words: str
    service: str = ""

    @property
    def source(self) -> str:
        """AWS's page on the last of the actions."""
        return f"{_REFERENCE}{_PAGES[self.actions[-1].partition(':')[0]]}.html"

    @property
    def needs_profile(self) -> bool:
        """True if the role gets at the instance by an instance profile that is there already."""
        return self.service == "ec2.amazonaws.com" and "iam:AddRoleToInstanceProfile" not in self.actions

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
    _passing("ec2.amazonaws.com", "iam:CreateInstanceProfile", "iam:AddRoleToInstanceProfile", "ec2:RunInstances"),
    _passing("ec2.amazonaws.com", "ec2:CreateLaunchTemplate", "autoscaling:CreateAutoScalingGroup"),
    _passing("ec2.amazonaws.com", "autoscaling:CreateLaunchConfiguration", "autoscaling:CreateAutoScalingGroup"),
    _passing("ec2.amazonaws.com", "autoscaling:CreateLaunchConfiguration", "autoscaling:UpdateAutoScalingGroup"),
    _passing("ec2.amazonaws.com", "ec2:CreateLaunchTemplate", "ec2:CreateFleet"),
    _passing("ec2.amazonaws.com", "batch:CreateComputeEnvironment", "batch:CreateJobQueue",
             "batch:RegisterJobDefinition", "batch:SubmitJob"),
    _passing("ec2.amazonaws.com", "imagebuilder:CreateInfrastructureConfiguration", "imagebuilder:CreateComponent",
             "imagebuilder:CreateImageRecipe", "imagebuilder:CreateImage"),
    _passing("bedrock-agentcore.amazonaws.com", "bedrock-agentcore:CreateAgentRuntime",
             "bedrock-agentcore:InvokeAgentRuntime"),
    _passing("bedrock-agentcore.amazonaws.com", "bedrock-agentcore:UpdateAgentRuntime",
             "bedrock-agentcore:InvokeAgentRuntime"),
    _passing("bedrock-agentcore.amazonaws.com", "bedrock-agentcore:CreateBrowser",
             "bedrock-agentcore:StartBrowserSession", "bedrock-agentcore:ConnectBrowserAutomationStream"),
    _passing("braket.amazonaws.com", "braket:CreateJob"),
    _passing("cloudformation.amazonaws.com", "cloudformation:CreateStackSet", "cloudformation:CreateStackInstances"),
    _passing("cloudformation.amazonaws.com", "cloudformation:UpdateStackSet"),
    _passing("cognito-identity.amazonaws.com", "cognito-identity:CreateIdentityPool",
             "cognito-identity:SetIdentityPoolRoles"),
    _passing("cognito-identity.amazonaws.com", "cognito-identity:SetIdentityPoolRoles"),
    _passing("pods.eks.amazonaws.com", "eks:CreatePodIdentityAssociation", "eks:CreateAccessEntry",
             "eks:AssociateAccessPolicy"),
    _passing("emr-serverless.amazonaws.com", "emr-serverless:CreateApplication", "emr-serverless:StartJobRun"),
    _passing("emr-serverless.amazonaws.com", "emr-serverless:StartJobRun"),
    _passing("gamelift.amazonaws.com", "gamelift:CreateBuild", "gamelift:CreateFleet"),
    _passing("kinesisanalytics.amazonaws.com", "kinesisanalytics:CreateApplication",
             "kinesisanalytics:StartApplication"),
    _passing("omics.amazonaws.com", "omics:CreateWorkflow", "omics:StartRun"),
    _passing("rolesanywhere.amazonaws.com", "rolesanywhere:CreateTrustAnchor", "rolesanywhere:CreateProfile"),
    _passing("sagemaker.amazonaws.com", "sagemaker:CreateHyperParameterTuningJob"),
    _passing("sagemaker.amazonaws.com", "sagemaker:CreateModel", "sagemaker:CreateEndpointConfig",
             "sagemaker:CreateEndpoint"),
    _passing("states.amazonaws.com", "states:TestState"),
    _passing("airflow.amazonaws.com", "airflow:CreateEnvironment"),
    _passing("amplify.amazonaws.com", "amplify:CreateApp", "amplify:CreateBranch", "amplify:StartJob"),
    _passing("apigateway.amazonaws.com", "apigateway:POST"),
    _passing("appstream.amazonaws.com", "appstream:CreateImageBuilder", "appstream:CreateImageBuilderStreamingURL"),
    _passing("appsync.amazonaws.com", "appsync:CreateDataSource", "appsync:CreateResolver"),
    _passing("athena.amazonaws.com", "athena:CreateWorkGroup", "athena:StartSession",
             "athena:StartCalculationExecution"),
    _passing("codepipeline.amazonaws.com", "codepipeline:UpdatePipeline"),
    _passing("credentials.deadline.amazonaws.com", "deadline:CreateQueue", "deadline:AssumeQueueRoleForUser"),
    _passing("credentials.iot.amazonaws.com", "iot:CreateRoleAlias", "iot:CreateKeysAndCertificate", "iot:CreatePolicy",
             "iot:AttachPolicy"),
    _passing("ec2.amazonaws.com", "ec2:CreateLaunchTemplate", "autoscaling:UpdateAutoScalingGroup"),
    _passing("ecs-tasks.amazonaws.com", "ecs:CreateExpressGatewayService"),
    _passing("sagemaker.amazonaws.com", "sagemaker:CreateCluster"),
    _passing("sagemaker.amazonaws.com", "sagemaker:CreateModel", "sagemaker:CreateTransformJob"),
    _passing("sagemaker.amazonaws.com", "sagemaker:CreatePipeline", "sagemaker:StartPipelineExecution"),
    _passing("ssm.amazonaws.com", "ssm:CreateActivation"),
    _running("airflow.amazonaws.com", "airflow:UpdateEnvironment"),
    _running("athena.amazonaws.com", "athena:StartSession", "athena:StartCalculationExecution"),
    _running("codebuild.amazonaws.com", "codebuild:StartSandbox", "codebuild:StartCommandExecution"),
    _running("credentials.deadline.amazonaws.com", "deadline:AssumeQueueRoleForUser"),
    _running("credentials.iot.amazonaws.com", "greengrass:CreateComponentVersion", "greengrass:CreateDeployment"),
    _running("credentials.iot.amazonaws.com", "iot:CreateKeysAndCertificate", "iot:CreatePolicy", "iot:AttachPolicy"),
    _running("ec2.amazonaws.com", "ec2:CreateReplaceRootVolumeTask"),
    _running("glue.amazonaws.com", "glue:RunStatement"),
    _running("glue.amazonaws.com", "glue:StartJobRun"),
    _running("pods.eks.amazonaws.com", "eks:CreateAccessEntry", "eks:AssociateAccessPolicy"),
    _running("rolesanywhere.amazonaws.com", "acm-pca:IssueCertificate", "acm-pca:GetCertificate"),
    _running("sagemaker.amazonaws.com", "sagemaker:StartSession"),
    _running("lambda.amazonaws.com", "lambda:UpdateFunctionCode"),
    _running("ec2.amazonaws.com", "ec2:CreateLaunchTemplateVersion", "ec2:ModifyLaunchTemplate"),
    _running("ec2.amazonaws.com", "codedeploy:CreateDeployment", "codedeploy:RegisterApplicationRevision",
             "codedeploy:GetDeploymentConfig"),
    _running("ec2.amazonaws.com", "elasticmapreduce:AddJobFlowSteps"),
    _running("ecs-tasks.amazonaws.com", "batch:SubmitJob"),
    _running("bedrock-agentcore.amazonaws.com", "bedrock-agentcore:InvokeAgentRuntimeCommand"),
    _running("bedrock-agentcore.amazonaws.com", "bedrock-agentcore:StartBrowserSession",
             "bedrock-agentcore:ConnectBrowserAutomationStream"),
    _running("cloudformation.amazonaws.com", "cloudformation:UpdateStackSet"),
    _running("gamelift.amazonaws.com", "gamelift:GetComputeAccess"),
    _running("kinesisanalytics.amazonaws.com", "kinesisanalytics:UpdateApplication"),
    _running("rolesanywhere.amazonaws.com", "rolesanywhere:UpdateTrustAnchor"),
    _running("sagemaker.amazonaws.com", "sagemaker:CreateNotebookInstanceLifecycleConfig",
             "sagemaker:StopNotebookInstance", "sagemaker:UpdateNotebookInstance", "sagemaker:StartNotebookInstance"),
    _running("sagemaker.amazonaws.com", "sagemaker:UpdateNotebookInstanceLifecycleConfig",
             "sagemaker:StopNotebookInstance", "sagemaker:StartNotebookInstance"),
    _running("sagemaker.amazonaws.com", "sagemaker:CreatePresignedDomainUrl"),
    _running("states.amazonaws.com", "states:UpdateStateMachine", "states:StartExecution"),
    Combination("federated", ("iam:UpdateSAMLProvider",),
                "replaces the identity provider whose users a stronger role trusts by its own"),
    Combination("organization", ("sso:AttachManagedPolicyToPermissionSet", "sso:ProvisionPermissionSet"),
                "attaches the administrator policy to a permission set"),
    Combination("organization", ("sso:PutInlinePolicyToPermissionSet", "sso:ProvisionPermissionSet"),
                "writes an inline policy into a permission set"),
    Combination("organization", ("sso:AttachCustomerManagedPolicyReferenceToPermissionSet",
                "sso:ProvisionPermissionSet"), "attaches a managed policy of the accounts to a permission set"),
    Combination("organization", ("identitystore:CreateGroupMembership",),
                "adds itself to a group with a stronger permission set"),
    Combination("organization", ("sso-directory:AddMemberToGroup",),
                "adds itself to a group with a stronger permission set"),
    Combination("organization", ("sso-directory:UpdatePassword",),
                "sets the password of a user with a stronger permission set"),
    Combination("organization", ("sso:CreateAccountAssignment",), "assigns a stronger permission set to itself"),
    Combination("organization", ("sts:AssumeRoot",), "sets a password for the root user of a member account"),
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


@dataclass(frozen=True)
class NoPower:
    """Rights that look dangerous and give nobody more power, and why."""

    actions: tuple[str, ...]
    words: str
    source: str


_IAM = f"{_REFERENCE}{_PAGES['iam']}.html"
_STS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_request.html"
_OIDC = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc.html"
NO_POWER = (
    NoPower(("iam:PassRole",), "A role that is passed to no service runs nothing.", SOURCE),
    NoPower(("iam:CreateRole",), "A new role holds nothing until policies are attached to it.", _IAM),
    NoPower(("iam:CreateUser", "iam:CreateGroup"), "A new user or group holds nothing.", _IAM),
    NoPower(("iam:CreatePolicy",), "A policy that is attached to nobody gives nothing.", _IAM),
    NoPower(("iam:CreateInstanceProfile", "iam:AddRoleToInstanceProfile"), "No instance takes the profile yet.", _IAM),
    NoPower(("iam:CreateSAMLProvider", "iam:CreateOpenIDConnectProvider"), "No role trusts a new provider.", _OIDC),
    NoPower(("iam:AddClientIDToOpenIDConnectProvider",), "Trust policies ask for the subject, which it leaves.", _OIDC),
    NoPower(("iam:CreateVirtualMFADevice", "iam:ResyncMFADevice"), "A second factor without the first opens nothing.",
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa.html"),
    NoPower(("iam:CreateServiceLinkedRole",), "Only the service that AWS names in it can assume such a role.",
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html"),
    NoPower(("sts:GetSessionToken", "sts:GetFederationToken"), "The session holds no more than the caller.", _STS),
    NoPower(("sts:TagSession", "sts:SetSourceIdentity"), "They add to an assumption that must be allowed itself.",
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html"),
    NoPower(("lambda:InvokeFunction", "states:StartExecution", "sagemaker:StartPipelineExecution"),
            "What runs is what is there.", f"{_REFERENCE}{_PAGES['lambda']}.html"),
    NoPower(("ec2:StopInstances", "ec2:StartInstances"), "Nothing of what runs on the instance changes.",
            f"{_REFERENCE}{_PAGES['ec2']}.html"),
)  # fmt: skip
