# ruff: noqa: E501  (a table reads best one case a line)
"""Types of resource that the other modules name seldom: policies as AWS's guides of each service write them."""

from typing import Any

from tests.policy.exposure_support import FRIEND, ORG, OTHER, OWN, Case, allow, case, deny

PUB, EXT, IN_ORG, PRIV = "public", "external", "organization", "private"


def root(account: str) -> dict[str, str]:
    return {"AWS": f"arn:aws:iam::{account}:root"}


# fmt: off
ROWS: list[tuple[Any, ...]] = [
    ("Logs::Destination", EXT, allow({"AWS": OTHER}, "logs:PutSubscriptionFilter")),
    ("Logs::Destination", IN_ORG, allow("*", "logs:PutSubscriptionFilter", when={"StringEquals": {"aws:PrincipalOrgID": ORG}})),
    ("Logs::Destination", PUB, allow("*", ["logs:PutSubscriptionFilter", "logs:PutAccountPolicy"])),
    ("Oam::Sink", IN_ORG, allow("*", ["oam:CreateLink", "oam:UpdateLink"], when={"ForAllValues:StringEquals": {"oam:ResourceTypes": "AWS::CloudWatch::Metric"}, "StringEquals": {"aws:PrincipalOrgID": ORG}})),
    ("Oam::Sink", PUB, allow("*", "oam:CreateLink", when={"ForAllValues:StringEquals": {"oam:ResourceTypes": "AWS::CloudWatch::Metric"}})),
    ("Oam::Sink", IN_ORG, allow("*", "oam:CreateLink", when={"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{ORG}/r-ab12/ou-ab12-11111111/*"}})),
    ("ECR::RegistryPolicy", EXT, allow(root(OTHER), ["ecr:CreateRepository", "ecr:ReplicateImage"], f"arn:aws:ecr:eu-west-1:{OWN}:repository/*")),
    ("Lambda::LayerVersion", PUB, allow("*", "lambda:GetLayerVersion")),
    ("Lambda::LayerVersion", IN_ORG, allow("*", "lambda:GetLayerVersion", when={"StringEquals": {"aws:PrincipalOrgID": ORG}})),
    ("Glue::ResourcePolicy", EXT, allow({"AWS": f"arn:aws:iam::{OTHER}:user/bob"}, "glue:*", f"arn:aws:glue:us-east-1:{OWN}:*")),
    ("Glue::ResourcePolicy", EXT, allow({"Service": "ram.amazonaws.com"}, "glue:ShareResource")),
    ("SES::EmailIdentity", EXT, allow({"AWS": f"arn:aws:iam::{OTHER}:user/marketing"}, "ses:SendEmail", when={"StringLike": {"ses:FromAddress": "m.*@example.com"}})),
    ("SES::EmailIdentity", PUB, allow("*", "ses:SendEmail", when={"StringEquals": {"ses:FromAddress": "a@example.com"}})),
    ("SES::EmailIdentity", EXT, allow({"Service": "cognito-idp.amazonaws.com"}, "ses:SendEmail")),
    ("SES::EmailIdentity", PRIV, allow({"Service": "cognito-idp.amazonaws.com"}, "ses:SendEmail", when={"StringEquals": {"aws:SourceAccount": OWN}, "ArnLike": {"aws:SourceArn": f"arn:aws:cognito-idp:eu-west-1:{OWN}:userpool/x"}})),
    ("MediaStore::Container", PUB, allow("*", ["mediastore:GetObject", "mediastore:DescribeObject"], when={"Bool": {"aws:SecureTransport": "true"}})),
    ("MediaStore::Container", PUB, allow("*", "mediastore:GetObject", when={"StringEquals": {"aws:UserAgent": "secret"}})),
    ("MediaStore::Container", EXT, allow("*", "mediastore:GetObject", when={"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}})),
    ("MediaPackageV2::OriginEndpoint", PRIV, allow({"Service": "cloudfront.amazonaws.com"}, "mediapackagev2:GetObject", when={"StringEquals": {"aws:SourceArn": f"arn:aws:cloudfront::{OWN}:distribution/E1"}})),
    ("MediaTailor::Channel", PUB, allow("*", "mediatailor:GetManifest")),
    ("CodeArtifact::Domain", IN_ORG, allow("*", ["codeartifact:ReadFromRepository", "codeartifact:GetAuthorizationToken"], when={"StringEquals": {"aws:PrincipalOrgID": ORG}})),
    ("CodeArtifact::Repository", EXT, allow(root(OTHER), "codeartifact:ReadFromRepository")),
    ("Backup::BackupVault", IN_ORG, allow("*", "backup:CopyIntoBackupVault", when={"StringEquals": {"aws:PrincipalOrgID": ORG}})),
    ("Backup::BackupVault", PUB, allow("*", "backup:CopyIntoBackupVault")),
    ("Backup::BackupVault", PRIV, deny("*", "backup:DeleteRecoveryPoint", when={"StringNotLike": {"aws:userId": "AROA1:*"}})),
    ("Glacier::Vault", EXT, allow({"AWS": [f"arn:aws:iam::{OTHER}:root", f"arn:aws:iam::{FRIEND}:root"]}, "glacier:UploadArchive")),
    ("DynamoDB::Table", PUB, allow("*", "dynamodb:GetItem")),
    ("DynamoDB::Table", EXT, allow("*", "dynamodb:*", when={"StringEquals": {"aws:sourceVpce": "vpce-0a1b2c3d"}})),
    ("DynamoDB::Table", IN_ORG, allow("*", "dynamodb:*", when={"StringEquals": {"aws:PrincipalAccount": [FRIEND, OWN]}})),
    ("Kinesis::Stream", EXT, allow({"AWS": f"arn:aws:iam::{OTHER}:role/lambda"}, "kinesis:GetRecords")),
    ("EFS::FileSystem", EXT, allow({"AWS": "*"}, "elasticfilesystem:ClientMount", when={"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}})),
    ("EFS::FileSystem", PUB, allow({"AWS": "*"}, "elasticfilesystem:ClientMount")),
    ("CloudTrail::Channel", EXT, allow({"AWS": [f"arn:aws:iam::{OTHER}:root"]}, "cloudtrail-data:PutAuditEvents", when={"StringEquals": {"cloudtrail:ExternalId": "u"}})),
    ("CloudTrail::Dashboard", PRIV, allow({"Service": "cloudtrail.amazonaws.com"}, "cloudtrail:StartDashboardRefresh", when={"StringEquals": {"AWS:SourceArn": f"arn:aws:cloudtrail:us-east-1:{OWN}:dashboard/d", "AWS:SourceAccount": OWN}})),
    ("XRay::ResourcePolicy", PRIV, allow({"Service": "sns.amazonaws.com"}, "xray:PutTraceSegments", when={"StringEquals": {"aws:SourceAccount": OWN}, "StringLike": {"aws:SourceArn": f"arn:aws:sns:*:{OWN}:*"}})),
    ("XRay::ResourcePolicy", EXT, allow({"Service": "sns.amazonaws.com"}, "xray:PutTraceSegments")),
    ("ACMPCA::CertificateAuthority", EXT, allow({"AWS": OTHER}, "acm-pca:IssueCertificate", when={"StringEquals": {"acm-pca:TemplateArn": "arn:aws:acm-pca:::template/EndEntityCertificate/V1"}})),
    ("ACMPCA::CertificateAuthority", IN_ORG, allow("*", "acm-pca:GetCertificate", when={"StringEquals": {"aws:PrincipalOrgID": ORG}, "StringNotEquals": {"aws:PrincipalAccount": OWN}})),
    ("SageMaker::ModelPackageGroup", EXT, allow(root(OTHER), "sagemaker:DescribeModelPackage")),
    ("Comprehend::DocumentClassifier", EXT, allow(root(OTHER), "comprehend:ImportModel")),
    ("Rekognition::Project", EXT, allow({"AWS": [f"arn:aws:iam::{OTHER}:role/Admin"]}, "rekognition:CopyProjectVersion")),
    ("Lex::Bot", PRIV, allow({"Service": "connect.amazonaws.com"}, "lex:StartConversation", when={"StringEquals": {"AWS:SourceAccount": OWN}, "ArnEquals": {"AWS:SourceArn": f"arn:aws:connect:us-east-1:{OWN}:instance/i"}})),
    ("SSMContacts::Contact", EXT, allow(root(OTHER), "ssm-contacts:GetContact")),
    ("Route53Resolver::ResolverRule", EXT, allow({"AWS": OTHER}, ["route53resolver:GetResolverRule", "route53resolver:AssociateResolverRule"])),
    ("NetworkFirewall::RuleGroup", IN_ORG, allow("*", "network-firewall:CreateFirewallPolicy", when={"StringEquals": {"aws:PrincipalOrgID": ORG}})),
    ("WAFv2::RuleGroup", EXT, allow({"AWS": OTHER}, ["wafv2:CreateWebACL", "wafv2:PutFirewallManagerRuleGroups"])),
    ("APS::Workspace", EXT, allow({"AWS": OTHER}, "aps:RemoteWrite")),
    ("RUM::AppMonitor", PUB, allow("*", "rum:PutRumEvents")),
    ("RUM::AppMonitor", PUB, allow("*", "rum:PutRumEvents", when={"StringEquals": {"rum:alias": "x"}})),
    ("RUM::AppMonitor", EXT, allow("*", "rum:PutRumEvents", when={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})),
    ("EventSchemas::Registry", EXT, allow({"AWS": OTHER}, "schemas:DescribeSchema")),
    ("QBusiness::Application", EXT, allow({"AWS": f"arn:aws:iam::{OTHER}:role/isv"}, "qbusiness:SearchRelevantContent", when={"StringEquals": {"sts:ExternalId": "x"}})),
    ("PaymentCryptography::Key", EXT, allow(root(OTHER), "payment-cryptography:EncryptData")),
    ("S3Tables::TableBucket", EXT, allow(root(OTHER), "s3tables:GetTableData")),
    ("S3Tables::TableBucket", PUB, allow("*", "s3tables:*")),
    ("S3Tables::Table", IN_ORG, allow("*", "s3tables:GetTableData", when={"StringEquals": {"aws:PrincipalOrgID": ORG}})),
    ("S3Vectors::VectorBucket", EXT, allow({"AWS": f"arn:aws:iam::{OTHER}:role/r"}, "s3vectors:QueryVectors")),
    ("S3Outposts::Bucket", PRIV, allow("*", "s3-outposts:*", when={"StringEquals": {"s3-outposts:DataAccessPointAccount": OWN}})),
    ("S3Outposts::Bucket", EXT, allow("*", "s3-outposts:GetObject", when={"StringEquals": {"s3-outposts:DataAccessPointAccount": OTHER}})),
    ("S3::AccessGrantsInstance", EXT, allow({"AWS": OTHER}, ["s3:ListAccessGrants", "s3:GetDataAccess"], f"arn:aws:s3:us-east-2:{OWN}:access-grants/default")),
    ("CodeBuild::Project", EXT, allow(root(OTHER), "codebuild:BatchGetProjects")),
    ("CodeBuild::ReportGroup", PUB, allow("*", "codebuild:BatchGetReportGroups")),
    ("Organizations::ResourcePolicy", IN_ORG, allow(root(FRIEND), "organizations:CreatePolicy")),
    ("Events::EventBus", IN_ORG, allow("*", "events:PutEvents", when={"StringEquals": {"aws:PrincipalOrgID": ORG}})),
    ("Events::EventBus", PUB, allow("*", "events:PutEvents", when={"StringEquals": {"events:source": "com.x"}})),
    ("Events::EventBus", EXT, allow(root(OTHER), "events:PutRule", when={"StringEqualsIfExists": {"events:creatorAccount": "${aws:PrincipalAccount}"}})),
    ("OSIS::Pipeline", EXT, allow({"AWS": OTHER}, "osis:CreatePipelineEndpoint")),
    ("DSQL::Cluster", PUB, allow({"AWS": "*"}, "dsql:DbConnect")),
    ("DSQL::Cluster", PUB, allow({"AWS": "*"}, "dsql:DbConnect"), deny({"AWS": "*"}, ["dsql:DbConnect", "dsql:DbConnectAdmin"], when={"Null": {"aws:SourceVpc": "true"}})),
    ("RefactorSpaces::Environment", EXT, allow({"AWS": [OTHER]}, "refactor-spaces:CreateService")),
    ("CloudHSM::Backup", EXT, allow({"AWS": OTHER}, ["cloudhsm:DescribeBackups", "cloudhsm:RestoreBackup"])),
    ("ImageBuilder::Image", EXT, allow({"AWS": [OTHER]}, "imagebuilder:GetImage")),
    ("SMSVOICE::PhoneNumber", EXT, allow(root(OTHER), "sms-voice:SendTextMessage")),
    ("ApiGateway::RestApi", EXT, allow("*", "execute-api:Invoke", when={"StringEquals": {"aws:SourceVpce": "vpce-0abc"}})),
    ("ApiGateway::RestApi", EXT, allow("*", "execute-api:Invoke"), deny("*", "execute-api:Invoke", when={"StringNotEquals": {"aws:SourceVpce": "vpce-0abc"}})),
]
# fmt: on
CASES: list[Case] = [
    case(f"{kind} {number}", level, *statements, kind=f"AWS::{kind}")
    for number, (kind, level, *statements) in enumerate(ROWS)
]
