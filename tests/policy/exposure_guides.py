# ruff: noqa: E501  (a table reads best one case a line)
"""Policies as AWS's guides print them, and the same with the bound missing or wide open; by the page they stand on."""

from typing import Any

from tests.policy.exposure_support import FOREIGN, FRIEND, ORG, OTHER, OWN, Case, allow, case, deny

PUB, EXT, IN_ORG, PRIV = "public", "external", "organization", "private"
_DOCS = "https://docs.aws.amazon.com"
OF_ORG = {"StringEquals": {"aws:PrincipalOrgID": ORG}}
B = "arn:aws:s3:::amzn-s3-demo-bucket"


def root(account: str) -> dict[str, str]:
    return {"AWS": f"arn:aws:iam::{account}:root"}


def service(*names: str) -> dict[str, Any]:
    return {"Service": [f"{name}.amazonaws.com" for name in names]}


def eq(**keys: Any) -> dict[str, Any]:
    """StringEquals on `aws:` keys."""
    return {"StringEquals": {f"aws:{key}": value for key, value in keys.items()}}


def like(arn: Any, **more: Any) -> dict[str, Any]:
    """ArnLike on the source, and StringEquals on `aws:` keys beside it."""
    return {"ArnLike": {"aws:SourceArn": arn}, **(eq(**more) if more else {})}


# fmt: off
ROWS: dict[str, list[tuple[Any, ...]]] = {
    f"{_DOCS}/AmazonS3/latest/userguide/example-bucket-policies.html": [
        ("S3::Bucket", PRIV, allow(service("s3"), "s3:PutObject", f"{B}/*", when={**like("arn:aws:s3:::amzn-s3-demo-source-bucket", SourceAccount=OWN), "StringLike": {"s3:x-amz-acl": "bucket-owner-full-control"}})),
        ("S3::Bucket", EXT, allow(service("s3"), "s3:PutObject", f"{B}/*", when=like("arn:aws:s3:::amzn-s3-demo-source-bucket"))),
        ("S3::Bucket", PRIV, allow(service("storage-lens.s3"), "s3:PutObject", f"{B}/*", when=like(f"arn:aws:s3:us-east-1:{OWN}:storage-lens/d", SourceAccount=OWN))),
        ("S3::Bucket", EXT, allow("*", "s3:GetObject", f"{B}/*", when={"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "2001:DB8:1234:5678::/64"]}, "NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:DB8:1234:5678:ABCD::/80"]}})),
        ("S3::Bucket", PRIV, deny("*", "s3:*", f"{B}/*", when={"NotIpAddress": {"aws:SourceIp": ["192.0.2.0/24", "2001:DB8:1234:5678::/64"]}})),
        ("S3::Bucket", EXT, allow({"AWS": "arn:aws:iam::127311923021:root"}, "s3:PutObject", f"{B}/prefix/AWSLogs/{OWN}/*")),
        ("S3::Bucket", PRIV, allow(service("logdelivery.elasticloadbalancing"), "s3:PutObject", f"{B}/*", when=like(f"arn:aws:elasticloadbalancing:us-east-1:{OWN}:loadbalancer/*"))),
        ("S3::Bucket", PUB, allow("*", "s3:GetObject", f"{B}/*", when={"StringLike": {"aws:Referer": ["http://www.example.com/*", "http://example.com/*"]}})),
        ("S3::Bucket", EXT, allow("*", "s3:PutObject", f"{B}/*", when={"StringEquals": {"aws:PrincipalOrgID": [ORG, FOREIGN]}, "Bool": {"aws:SecureTransport": "true"}})),
        ("S3::Bucket", PUB, allow("*", "s3:GetObject", f"{B}/*", when={"StringEquals": {"s3:ExistingObjectTag/public": "yes"}})),
    ],
    f"{_DOCS}/AmazonS3/latest/userguide/enable-server-access-logging.html": [
        ("S3::Bucket", PRIV, allow(service("logging.s3"), "s3:PutObject", f"{B}/*", when=like("arn:aws:s3:::src", SourceAccount=OWN))),
        ("S3::Bucket", EXT, allow(service("logging.s3"), "s3:PutObject", f"{B}/*", when=like("arn:aws:s3:::src"))),
        ("S3::Bucket", EXT, allow(service("logging.s3"), "s3:PutObject", f"{B}/*", when=like("arn:aws:s3:::*"))),
    ],
    f"{_DOCS}/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html": [
        ("S3::Bucket", EXT, allow(service("cloudfront"), "s3:GetObject", f"{B}/*", when={"StringLike": {"AWS:SourceArn": "arn:aws:cloudfront::*:distribution/*"}})),
        ("S3::Bucket", EXT, allow(service("cloudfront"), "s3:GetObject", f"{B}/*", when={"StringEquals": {"AWS:SourceArn": f"arn:aws:cloudfront::{OTHER}:distribution/E2"}})),
        ("S3::Bucket", PRIV, allow(service("cloudfront"), "s3:GetObject", f"{B}/*", when=eq(SourceAccount=OWN))),
        ("S3::Bucket", EXT, allow(service("cloudfront"), "s3:GetObject", f"{B}/*", when={"StringEqualsIfExists": {"AWS:SourceArn": f"arn:aws:cloudfront::{OWN}:distribution/E2"}})),
        ("Lambda::Function", PRIV, allow(service("cloudfront"), "lambda:InvokeFunctionUrl", when={"ArnLike": {"AWS:SourceArn": f"arn:aws:cloudfront::{OWN}:distribution/E2"}})),
        ("MediaPackageV2::OriginEndpoint", EXT, allow(service("cloudfront"), "mediapackagev2:GetObject")),
    ],
    f"{_DOCS}/AmazonS3/latest/userguide/access-points-policies.html": [
        ("S3::Bucket", PRIV, allow("*", "*", [B, f"{B}/*"], when={"StringEquals": {"s3:DataAccessPointAccount": OWN}})),
        ("S3::Bucket", EXT, allow("*", "*", [B, f"{B}/*"], when={"StringEquals": {"s3:DataAccessPointAccount": [OWN, OTHER]}})),
        ("S3::Bucket", PRIV, allow("*", "*", [B, f"{B}/*"], when={"StringLike": {"s3:DataAccessPointArn": f"arn:aws:s3:*:{OWN}:accesspoint/*"}})),
        ("S3::Bucket", PRIV, allow("*", "*", [B, f"{B}/*"], when={"ArnLike": {"s3:DataAccessPointArn": f"arn:aws:s3::{OWN}:accesspoint/*.mrap"}})),
        ("S3::Bucket", PUB, allow("*", "*", [B, f"{B}/*"], when={"StringEqualsIfExists": {"s3:DataAccessPointAccount": OWN}})),
        ("S3::Bucket", PUB, allow("*", "s3:GetObject", f"{B}/*", when={"StringEquals": {"s3:AccessPointNetworkOrigin": "VPC"}})),
        ("S3::Bucket", PRIV, allow("*", "s3:*", f"{B}/*"), deny("*", "*", [B, f"{B}/*"], when={"StringNotEquals": {"s3:DataAccessPointAccount": OWN}})),
        ("S3::AccessPoint", EXT, allow(root(OTHER), ["s3:GetObject"], f"arn:aws:s3:us-west-2:{OWN}:accesspoint/ap/object/*")),
        ("S3::AccessPoint", IN_ORG, allow("*", "s3:ListBucket", f"arn:aws:s3:us-west-2:{OWN}:accesspoint/ap", when=OF_ORG)),
        ("S3::AccessPoint", PUB, allow("*", "s3:GetObject", f"arn:aws:s3:us-west-2:{OWN}:accesspoint/ap/object/*")),
    ],
    f"{_DOCS}/AmazonS3/latest/userguide/MultiRegionAccessPointPermissions.html": [
        ("S3::MultiRegionAccessPoint", PUB, allow({"AWS": "*"}, "s3:GetObject", f"arn:aws:s3::{OWN}:accesspoint/m.mrap/object/*")),
        ("S3::MultiRegionAccessPoint", EXT, allow({"AWS": OTHER}, "s3:ListBucket", f"arn:aws:s3::{OWN}:accesspoint/m.mrap")),
        ("S3::MultiRegionAccessPoint", EXT, allow("*", "s3:*"), deny("*", "s3:*", when={"StringNotEquals": {"aws:SourceVpce": "vpce-0a"}})),
    ],
    f"{_DOCS}/AmazonS3/latest/userguide/s3-express-security-iam-example-bucket-policies.html": [
        ("S3Express::DirectoryBucket", EXT, allow(root(OTHER), "s3express:CreateSession")),
        ("S3Express::DirectoryBucket", PUB, allow("*", "s3express:CreateSession", when={"StringEquals": {"s3express:SessionMode": "ReadOnly"}})),
        ("S3Express::DirectoryBucket", IN_ORG, allow("*", "s3express:CreateSession", when=OF_ORG)),
        ("S3Express::DirectoryBucket", PUB, allow("*", "s3express:CreateSession", when={"StringEquals": {"s3express:LocationName": "use1-az4"}})),
        ("S3Express::DirectoryBucket", EXT, allow("*", "s3express:*", when=eq(SourceVpc="vpc-0aa"))),
    ],
    f"{_DOCS}/AmazonS3/latest/userguide/s3-tables-resource-based-policies.html": [
        ("S3Tables::TableBucket", EXT, allow(root(OTHER), ["s3tables:ListTables", "s3tables:GetTable"], f"arn:aws:s3tables:us-east-1:{OWN}:bucket/b")),
        ("S3Tables::TableBucket", IN_ORG, allow(root(FRIEND), "s3tables:*")),
        ("S3Tables::TableBucket", PUB, allow("*", "s3tables:GetTableData", when={"StringLike": {"s3tables:namespace": "hr"}})),
    ],
    f"{_DOCS}/AmazonS3/latest/userguide/s3-tables-kms-permissions.html": [
        ("KMS::Key", PRIV, allow(service("maintenance.s3tables"), ["kms:GenerateDataKey", "kms:Decrypt"], when={"StringLike": {"kms:EncryptionContext:aws:s3:arn": f"arn:aws:s3tables:us-east-1:{OWN}:bucket/b/*"}})),
        ("KMS::Key", EXT, allow(service("maintenance.s3tables"), "kms:Decrypt", when={"StringLike": {"kms:EncryptionContext:aws:s3:arn": "arn:aws:s3tables:*:*:bucket/*"}})),
        ("KMS::Key", EXT, allow(service("maintenance.s3tables"), "kms:Decrypt")),
        ("KMS::Key", IN_ORG, allow(service("maintenance.s3tables"), "kms:Decrypt", when={"StringLike": {"kms:EncryptionContext:aws:s3:arn": f"arn:aws:s3tables:us-east-1:{FRIEND}:bucket/b/*"}})),
        ("KMS::Key", EXT, allow(service("s3"), "kms:Decrypt", when={"StringLike": {"kms:EncryptionContext:aws:s3:arn": f"{B}/*"}})),
    ],
    f"{_DOCS}/quick/latest/userguide/monitoring-quicksuite-chat.html": [
        ("KMS::Key", PRIV, allow(service("delivery.logs"), ["kms:GenerateDataKey", "kms:Decrypt"], when={"StringEquals": {"kms:EncryptionContext:SourceArn": f"arn:aws:logs:us-east-1:{OWN}:*"}})),
        ("KMS::Key", PRIV, allow(service("delivery.logs"), "kms:GenerateDataKey", when={"StringLike": {"kms:EncryptionContext:SourceArn": f"arn:aws:logs:us-east-1:{OWN}:*"}})),
        ("KMS::Key", EXT, allow(service("delivery.logs"), "kms:GenerateDataKey", when={"StringLike": {"kms:EncryptionContext:SourceArn": f"arn:aws:logs:us-east-1:{OTHER}:*"}})),
        ("KMS::Key", EXT, allow(service("delivery.logs"), "kms:GenerateDataKey", when={"StringLike": {"kms:EncryptionContext:SourceArn": "arn:aws:logs:*:*:*"}})),
        ("KMS::Key", EXT, allow(service("delivery.logs"), "kms:GenerateDataKey")),
    ],
    f"{_DOCS}/eventbridge/latest/userguide/encryption-bus-logs.html": [
        ("KMS::Key", PRIV, allow(service("events"), "kms:GenerateDataKey", when={"StringLike": {"kms:EncryptionContext:SourceArn": f"arn:aws:logs:us-east-1:{OWN}:*"}})),
        ("KMS::Key", EXT, allow(service("sns"), "kms:GenerateDataKey", when={"StringLike": {"kms:EncryptionContext:SourceArn": f"arn:aws:logs:us-east-1:{OWN}:*"}})),
        ("KMS::Key", PUB, allow("*", "kms:GenerateDataKey", when={"StringLike": {"kms:EncryptionContext:SourceArn": f"arn:aws:logs:us-east-1:{OWN}:*"}})),
    ],
    f"{_DOCS}/kms/latest/developerguide/conditions-kms.html": [
        ("KMS::Key", PUB, allow("*", "kms:Decrypt", when={"StringEqualsIgnoreCase": {"kms:RecipientAttestation:ImageSha384": "9fedcba8"}})),
        ("KMS::Key", PUB, allow("*", "kms:CreateGrant", when={"ForAllValues:StringEquals": {"kms:GrantOperations": ["Encrypt", "Decrypt"]}})),
        ("KMS::Key", PUB, allow("*", "kms:Decrypt", when={"ForAllValues:StringEquals": {"kms:EncryptionContextKeys": ["AppName"]}})),
        ("KMS::Key", EXT, allow(root(OTHER), "kms:CreateGrant", when={"StringEquals": {"kms:GranteePrincipal": f"arn:aws:iam::{OWN}:role/x"}})),
        ("KMS::Key", IN_ORG, allow("*", ["kms:Decrypt", "kms:GenerateDataKey*"], when={"StringEquals": {"aws:PrincipalOrgID": ORG, "kms:ViaService": "s3.us-east-1.amazonaws.com"}})),
        ("KMS::Key", PUB, allow("*", "kms:*", when={"StringEquals": {"kms:KeyOrigin": "AWS_KMS"}, "Bool": {"kms:MultiRegion": "true"}})),
        ("KMS::Key", EXT, allow(root(OTHER), ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"], when={"Bool": {"kms:GrantIsForAWSResource": "true"}})),
        ("KMS::Key", PUB, allow("*", "kms:Decrypt", when={"StringNotEquals": {"kms:CallerAccount": OTHER}})),
        ("KMS::Key", PRIV, allow({"AWS": [f"arn:aws:iam::{OWN}:role/a", f"arn:aws:iam::{OWN}:user/b"]}, "kms:*")),
        ("KMS::Key", EXT, allow(service("cloudwatch"), ["kms:Decrypt", "kms:GenerateDataKey*"])),
        ("KMS::Key", PRIV, allow(service("cloudwatch"), ["kms:Decrypt", "kms:GenerateDataKey*"], when=like(f"arn:aws:cloudwatch:us-east-1:{OWN}:alarm:*", SourceAccount=OWN))),
        ("KMS::Key", PRIV, allow({"AWS": f"arn:aws:iam::{OWN}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"}, "kms:CreateGrant", when={"Bool": {"kms:GrantIsForAWSResource": True}})),
    ],
    f"{_DOCS}/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-basic-examples-of-sqs-policies.html": [
        ("SQS::Queue", EXT, allow({"AWS": [OTHER]}, "sqs:SendMessage", f"arn:aws:sqs:us-east-2:{OWN}:queue1")),
        ("SQS::Queue", PUB, allow("*", "sqs:ReceiveMessage", when={"DateGreaterThan": {"aws:CurrentTime": "2009-01-31T12:00Z"}, "DateLessThan": {"aws:CurrentTime": "2099-01-31T15:00Z"}})),
        ("SQS::Queue", EXT, allow("*", "sqs:*", when={"IpAddress": {"aws:SourceIp": "192.168.0.0/16"}}), allow({"AWS": OTHER}, "sqs:SendMessage")),
        ("SQS::Queue", EXT, allow("*", "sqs:SendMessage", when={"ArnLike": {"aws:SourceArn": "arn:aws:s3:*:*:images"}})),
        ("SQS::Queue", PRIV, allow(service("events"), "sqs:SendMessage", when={"ArnEquals": {"aws:SourceArn": f"arn:aws:events:us-east-1:{OWN}:rule/r"}})),
        ("SQS::Queue", EXT, allow(service("events"), "sqs:SendMessage")),
        ("SQS::Queue", PUB, allow({"AWS": "*"}, "SQS:SendMessage", when={"ArnLike": {"aws:SourceArn": f"arn:aws:sns:*:*:{OWN}"}})),
        ("SQS::Queue", PRIV, allow({"AWS": "*"}, "SQS:*", when={"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/x"}})),
    ],
    f"{_DOCS}/sns/latest/dg/sns-access-policy-use-cases.html": [
        ("SNS::Topic", EXT, allow(root(OTHER), "sns:Subscribe", when={"StringEquals": {"sns:Protocol": "https"}})),
        ("SNS::Topic", EXT, allow(service("s3"), "sns:Publish", when={"ArnLike": {"aws:SourceArn": "arn:aws:s3:*:*:amzn-s3-demo-bucket"}})),
        ("SNS::Topic", PRIV, allow(service("s3"), "sns:Publish", when={"ArnLike": {"aws:SourceArn": "arn:aws:s3:*:*:amzn-s3-demo-bucket"}, "StringEquals": {"AWS:SourceAccount": OWN}})),
        ("SNS::Topic", PRIV, allow(service("cloudwatch"), "sns:Publish", when=like(f"arn:aws:cloudwatch:us-east-2:{OWN}:alarm:*", SourceAccount=OWN))),
        ("SNS::Topic", PRIV, allow(service("ses"), "sns:Publish", when={"StringEquals": {"AWS:SourceArn": f"arn:aws:ses:us-east-2:{OWN}:configuration-set/c", "AWS:SourceAccount": OWN}})),
        ("SNS::Topic", EXT, allow(service("codestar-notifications"), "sns:Publish")),
        ("SNS::Topic", IN_ORG, allow("*", "sns:Publish", when=OF_ORG)),
        ("SNS::Topic", PUB, allow("*", ["sns:Subscribe"], when={"StringLike": {"sns:Endpoint": ["*@example.com", "*@example.org"]}})),
        ("SNS::Topic", IN_ORG, allow("*", "sns:Publish", when={"StringEquals": {"aws:SourceOwner": FRIEND}})),
        ("SNS::Topic", PRIV, allow({"AWS": "*"}, ["SNS:GetTopicAttributes", "SNS:Publish"], when={"StringEquals": {"AWS:SourceAccount": OWN}})),
    ],
    f"{_DOCS}/lambda/latest/dg/urls-auth.html": [
        ("Lambda::Function", PUB, allow("*", "lambda:InvokeFunctionUrl", when={"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}), allow("*", "lambda:InvokeFunction", when={"Bool": {"lambda:InvokedViaFunctionUrl": "true"}})),
        ("Lambda::Function", EXT, allow(root(OTHER), "lambda:InvokeFunctionUrl", when={"StringEquals": {"lambda:FunctionUrlAuthType": "AWS_IAM"}})),
        ("Lambda::Function", PUB, allow("*", "lambda:InvokeFunction", when={"Bool": {"lambda:InvokedViaFunctionUrl": "true"}})),
        ("Lambda::Function", IN_ORG, allow("*", "lambda:InvokeFunction", when={"Bool": {"lambda:InvokedViaFunctionUrl": "true"}, "StringEquals": {"aws:PrincipalOrgID": ORG}})),
        ("Lambda::Function", EXT, allow("*", "lambda:InvokeFunctionUrl", when={"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}, "IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})),
    ],
    f"{_DOCS}/lambda/latest/dg/access-control-resource-based.html": [
        ("Lambda::Function", PRIV, allow(service("apigateway"), "lambda:InvokeFunction", when={"ArnLike": {"AWS:SourceArn": f"arn:aws:execute-api:us-east-1:{OWN}:api/*/GET/x"}})),
        ("Lambda::Function", EXT, allow(service("apigateway"), "lambda:InvokeFunction", when={"ArnLike": {"AWS:SourceArn": "arn:aws:execute-api:us-east-1:*:*/*/*/*"}})),
        ("Lambda::Function", PRIV, allow(service("elasticloadbalancing"), "lambda:InvokeFunction", when={"ArnLike": {"AWS:SourceArn": f"arn:aws:elasticloadbalancing:us-east-1:{OWN}:targetgroup/t/1"}})),
        ("Lambda::Function", EXT, allow(service("iot"), "lambda:InvokeFunction")),
        ("Lambda::Function", IN_ORG, allow("*", "lambda:InvokeFunction", when=OF_ORG)),
        ("Lambda::Function", EXT, allow({"AWS": f"arn:aws:sts::{OTHER}:assumed-role/r/s"}, "lambda:GetFunction")),
        ("Lambda::Function", EXT, allow(service("config"), "lambda:InvokeFunction", when=eq(SourceAccount=OTHER))),
        ("Lambda::Function", IN_ORG, allow(service("config"), "lambda:InvokeFunction", when=eq(SourceAccount=FRIEND))),
        ("Lambda::Function", PRIV, allow(service("secretsmanager"), "lambda:InvokeFunction", when=eq(SourceAccount=OWN))),
        ("Lambda::Function", EXT, allow(service("secretsmanager"), "lambda:InvokeFunction")),
    ],
    f"{_DOCS}/AmazonECR/latest/userguide/repository-policy-examples.html": [
        ("ECR::Repository", EXT, allow({"AWS": f"arn:aws:iam::{OTHER}:user/push-pull"}, ["ecr:BatchGetImage", "ecr:PutImage"], Resource=None)),
        ("ECR::Repository", PUB, allow("*", ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], Resource=None)),
        ("ECR::Repository", PRIV, allow(service("codebuild"), "ecr:BatchGetImage", Resource=None, when=like(f"arn:aws:codebuild:us-east-1:{OWN}:project/p", SourceAccount=OWN))),
        ("ECR::Repository", EXT, allow(service("lambda"), ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], Resource=None, when={"StringLike": {"aws:sourceArn": f"arn:aws:lambda:us-east-1:{OTHER}:function:*"}})),
        ("ECR::Repository", EXT, allow("*", "ecr:*", Resource=None), deny("*", "ecr:*", Resource=None, when={"NotIpAddress": {"aws:SourceIp": "54.240.143.0/24"}})),
        ("ECR::Repository", IN_ORG, allow("*", "ecr:BatchGetImage", Resource=None, when={"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": [f"{ORG}/r-ab12/ou-ab12-*"]}})),
        ("ECR::PublicRepository", EXT, allow(root(OTHER), ["ecr-public:PutImage", "ecr-public:InitiateLayerUpload"], Resource=None)),
        ("ECR::RegistryPolicy", PUB, allow("*", "ecr:ReplicateImage")),
    ],
    f"{_DOCS}/secretsmanager/latest/userguide/auth-and-access_resource-policies.html": [
        ("SecretsManager::Secret", EXT, allow(root(OTHER), "secretsmanager:GetSecretValue", when={"ForAnyValue:StringEquals": {"secretsmanager:VersionStage": "AWSCURRENT"}})),
        ("SecretsManager::Secret", PRIV, deny("*", "secretsmanager:GetSecretValue", when={"StringNotEquals": {"aws:sourceVpce": "vpce-1234"}})),
        ("SecretsManager::Secret", PUB, allow("*", "secretsmanager:GetSecretValue", when={"StringEquals": {"secretsmanager:ResourceTag/team": "x"}})),
        ("SecretsManager::Secret", IN_ORG, allow("*", "secretsmanager:GetSecretValue"), deny("*", "secretsmanager:*", when={"StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORG}})),
        ("SecretsManager::Secret", EXT, allow(service("mq"), "secretsmanager:GetSecretValue")),
        ("SecretsManager::Secret", PRIV, allow({"AWS": "*"}, "secretsmanager:GetSecretValue", when=eq(PrincipalAccount=OWN))),
    ],
    f"{_DOCS}/eventbridge/latest/userguide/eb-event-bus-perms.html": [
        ("Events::EventBus", EXT, allow(root(OTHER), ["events:PutRule", "events:PutTargets"], when={"StringEqualsIfExists": {"events:creatorAccount": "${aws:PrincipalAccount}"}})),
        ("Events::EventBus", EXT, allow({"AWS": OTHER}, "events:PutEvents", when={"StringEquals": {"events:source": "com.exampleCorp.webStore", "events:detail-type": "newOrderCreated"}})),
        ("Events::EventBus", PUB, allow("*", ["events:PutRule", "events:PutEvents"], when={"ForAllValues:StringEquals": {"events:source": ["a"]}})),
        ("Events::EventBus", EXT, allow("*", "events:PutEvents", when={"StringEquals": {"aws:PrincipalOrgID": FOREIGN}})),
    ],
    f"{_DOCS}/apigateway/latest/developerguide/apigateway-resource-policies-examples.html": [
        ("ApiGateway::RestApi", EXT, allow({"AWS": [f"arn:aws:iam::{OTHER}:root", f"arn:aws:iam::{OTHER}:user/x"]}, "execute-api:Invoke", ["execute-api:/stage/GET/pets"])),
        ("ApiGateway::RestApi", PUB, allow("*", "execute-api:Invoke", ["execute-api:/*"]), deny("*", "execute-api:Invoke", ["execute-api:/*"], when={"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "198.51.100.0/24"]}})),
        ("ApiGateway::RestApi", PUB, allow("*", "execute-api:Invoke", ["execute-api:/*"]), deny("*", "execute-api:Invoke", ["execute-api:/*"], when={"NotIpAddress": {"aws:VpcSourceIp": ["10.1.2.3/32", "10.2.0.0/16"]}})),
        ("ApiGateway::RestApi", EXT, allow("*", "execute-api:Invoke", ["execute-api:/*"]), deny("*", "execute-api:Invoke", ["execute-api:/*"], when={"StringNotEquals": {"aws:SourceVpc": "vpc-1a2b3c4d"}})),
        ("ApiGateway::RestApi", PRIV, allow("*", "execute-api:Invoke", "*", when=eq(PrincipalAccount=OWN))),
        ("ApiGateway::RestApi", EXT, allow("*", "execute-api:Invoke", ["execute-api:/*"], when=eq(VpceAccount=OTHER))),
        ("ApiGateway::RestApi", PUB, allow({"AWS": "*"}, "execute-api:Invoke", when={"StringEquals": {"aws:SourceVpc": "vpc-1a2b3c4d"}}), allow("*", "execute-api:Invoke", "execute-api:/*/GET/health")),
    ],
    f"{_DOCS}/opensearch-service/latest/developerguide/ac.html": [
        ("OpenSearchService::Domain", EXT, allow({"AWS": f"arn:aws:iam::{OTHER}:user/test-user"}, "es:*", f"arn:aws:es:us-west-1:{OWN}:domain/d/*")),
        ("OpenSearchService::Domain", EXT, allow({"AWS": "*"}, "es:ESHttp*", f"arn:aws:es:us-west-1:{OWN}:domain/d/*", when={"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "192.0.2.77"]}})),
        ("OpenSearchService::Domain", PUB, allow({"AWS": "*"}, "es:ESHttpGet", f"arn:aws:es:us-west-1:{OWN}:domain/d/public/_search")),
        ("OpenSearchService::Domain", PUB, allow({"AWS": "*"}, "es:*", when={"IpAddress": {"aws:SourceIp": ["0.0.0.0/0", "10.0.0.0/8"]}})),
        ("Elasticsearch::Domain", PRIV, allow({"AWS": OWN}, "es:*")),
    ],
    f"{_DOCS}/aws-backup/latest/devguide/create-a-vault-access-policy.html": [
        ("Backup::BackupVault", IN_ORG, allow("*", "backup:CopyIntoBackupVault", when={"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": [f"{ORG}/r-ab12/*"]}})),
        ("Backup::BackupVault", EXT, allow(root(OTHER), "backup:CopyIntoBackupVault")),
        ("Backup::BackupVault", PRIV, deny(root(OTHER), "backup:UpdateRecoveryPointLifecycle")),
    ],
    f"{_DOCS}/amazondynamodb/latest/developerguide/rbac-examples.html": [
        ("DynamoDB::Table", EXT, allow({"AWS": f"arn:aws:iam::{OTHER}:user/John"}, ["dynamodb:GetItem"], when={"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["x"]}})),
        ("DynamoDB::Table", EXT, allow("*", "dynamodb:*", when={"IpAddress": {"aws:SourceIp": "54.240.143.0/24"}})),
        ("DynamoDB::Table", PRIV, allow(service("redshift"), ["dynamodb:ExportTableToPointInTime", "dynamodb:DescribeTable"], when={"StringEquals": {"aws:SourceAccount": OWN}, "ArnEquals": {"aws:SourceArn": f"arn:aws:redshift:us-east-1:{OWN}:integration:*"}})),
        ("DynamoDB::Stream", EXT, allow({"AWS": OTHER}, ["dynamodb:GetRecords", "dynamodb:GetShardIterator"])),
        ("DynamoDB::Stream", IN_ORG, allow("*", "dynamodb:GetRecords", when=eq(PrincipalAccount=FRIEND))),
    ],
    f"{_DOCS}/streams/latest/dev/controlling-access.html": [
        ("Kinesis::Stream", EXT, allow(root(OTHER), ["kinesis:DescribeStreamSummary", "kinesis:PutRecords"])),
        ("Kinesis::StreamConsumer", EXT, allow({"AWS": f"arn:aws:iam::{OTHER}:role/Account2Role"}, ["kinesis:SubscribeToShard"])),
        ("Kinesis::Stream", PUB, allow("*", "kinesis:PutRecord")),
    ],
    f"{_DOCS}/redshift/latest/mgmt/zero-etl-setting-up.html": [
        ("Redshift::ResourcePolicy", PRIV, allow(service("redshift"), "redshift:AuthorizeInboundIntegration", when={"StringEquals": {"aws:SourceArn": f"arn:aws:rds:us-east-1:{OWN}:cluster:c"}})),
        ("Redshift::ResourcePolicy", EXT, allow(service("redshift"), "redshift:AuthorizeInboundIntegration", when={"StringEquals": {"aws:SourceArn": f"arn:aws:rds:us-east-1:{OTHER}:cluster:c"}})),
        ("Redshift::ResourcePolicy", EXT, allow({"AWS": OTHER}, "redshift:CreateInboundIntegration")),
        ("Redshift::ResourcePolicy", PRIV, allow({"AWS": OWN}, "redshift:CreateInboundIntegration", when={"StringLike": {"redshift:ResourceTag/x": "*"}})),
    ],
    f"{_DOCS}/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html": [
        ("Logs::ResourcePolicy", PRIV, allow(service("delivery.logs"), ["logs:CreateLogStream", "logs:PutLogEvents"], f"arn:aws:logs:us-east-1:{OWN}:log-group:x:log-stream:*", when=like([f"arn:aws:logs:us-east-1:{OWN}:*"], SourceAccount=[OWN]))),
        ("Logs::ResourcePolicy", EXT, allow(service("delivery.logs"), "logs:PutLogEvents")),
        ("Logs::ResourcePolicy", PRIV, allow(service("route53"), ["logs:CreateLogStream", "logs:PutLogEvents"], when=like("arn:aws:route53:::hostedzone/*", SourceAccount=OWN))),
        ("Logs::ResourcePolicy", EXT, allow(service("route53"), "logs:PutLogEvents", when=like("arn:aws:route53:::hostedzone/*"))),
        ("Logs::ResourcePolicy", EXT, allow(service("es", "edgelambda"), ["logs:PutLogEvents", "logs:CreateLogStream"])),
        ("Logs::DeliveryDestination", EXT, allow(root(OTHER), "logs:CreateDelivery")),
        ("Logs::Destination", IN_ORG, allow("*", "logs:PutSubscriptionFilter", when={"StringEquals": {"aws:PrincipalOrgID": [ORG]}})),
        ("S3::Bucket", PRIV, allow(service("delivery.logs"), "s3:PutObject", f"{B}/AWSLogs/{OWN}/*", when={"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control", "aws:SourceAccount": [OWN]}, "ArnLike": {"aws:SourceArn": [f"arn:aws:logs:us-east-1:{OWN}:*"]}})),
    ],
    f"{_DOCS}/vpc-lattice/latest/ug/auth-policies.html": [
        ("VpcLattice::Service", PUB, allow("*", "vpc-lattice-svcs:Invoke")),
        ("VpcLattice::Service", IN_ORG, allow("*", "vpc-lattice-svcs:Invoke", when=OF_ORG)),
        ("VpcLattice::Service", EXT, allow("*", "vpc-lattice-svcs:Invoke", when={"StringEquals": {"vpc-lattice-svcs:SourceVpc": "vpc-1a2b3c4d"}})),
        ("VpcLattice::ServiceNetwork", PUB, allow("*", "vpc-lattice-svcs:Invoke", when={"StringNotEqualsIgnoreCase": {"aws:PrincipalType": "anonymous"}})),
        ("VpcLattice::ServiceNetwork", PRIV, allow("*", "vpc-lattice-svcs:Invoke", when={"StringEquals": {"vpc-lattice-svcs:SourceVpcOwnerAccount": OWN}})),
        ("VpcLattice::Service", EXT, allow({"AWS": [f"arn:aws:iam::{OTHER}:role/c"]}, "vpc-lattice-svcs:Invoke", when={"StringEquals": {"vpc-lattice-svcs:RequestMethod": "GET"}})),
    ],
    f"{_DOCS}/bedrock-agentcore/latest/devguide/resource-based-policies.html": [
        ("BedrockAgentCore::Runtime", EXT, allow(root(OTHER), "bedrock-agentcore:InvokeAgentRuntime")),
        ("BedrockAgentCore::Runtime", PUB, allow("*", "bedrock-agentcore:InvokeAgentRuntime")),
        ("BedrockAgentCore::Gateway", EXT, allow("*", "bedrock-agentcore:InvokeGateway", when=eq(SourceVpc="vpc-1a2b3c4d"))),
        ("BedrockAgentCore::Runtime", PUB, allow("*", "bedrock-agentcore:*"), deny("*", "bedrock-agentcore:*", when={"StringNotEqualsIfExists": {"aws:PrincipalTag/team": "x"}})),
        ("Bedrock::Guardrail", IN_ORG, allow("*", ["bedrock:ApplyGuardrail", "bedrock:GetGuardrail"], when=OF_ORG)),
    ],
    f"{_DOCS}/efs/latest/ug/resource-based-policies.html": [
        ("EFS::FileSystem", PUB, allow({"AWS": "*"}, ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"], when={"Bool": {"aws:SecureTransport": "true"}})),
        ("EFS::FileSystem", EXT, allow({"AWS": "*"}, "elasticfilesystem:ClientMount", when={"Bool": {"elasticfilesystem:AccessedViaMountTarget": True}}), deny({"AWS": "*"}, "*", when={"Bool": {"aws:SecureTransport": "false"}})),
        ("EFS::FileSystem", PRIV, allow({"AWS": f"arn:aws:iam::{OWN}:role/ReadOnly"}, "elasticfilesystem:ClientMount")),
        ("EFS::FileSystem", EXT, allow(root(OTHER), "elasticfilesystem:*", when={"StringEquals": {"elasticfilesystem:AccessPointArn": f"arn:aws:elasticfilesystem:us-east-1:{OWN}:access-point/fsap-1"}})),
        ("EFS::FileSystem", PRIV, allow(service("replication.efs"), "elasticfilesystem:ReplicationWrite", when=eq(SourceAccount=OWN))),
    ],
    f"{_DOCS}/ses/latest/dg/receiving-email-permissions.html": [
        ("S3::Bucket", PRIV, allow(service("ses"), "s3:PutObject", f"{B}/*", when={"StringEquals": {"AWS:SourceAccount": OWN, "AWS:SourceArn": f"arn:aws:ses:us-east-1:{OWN}:receipt-rule-set/s:receipt-rule/r"}})),
        ("S3::Bucket", EXT, allow(service("ses"), "s3:PutObject", f"{B}/*", when={"StringLike": {"AWS:SourceArn": "arn:aws:ses:*"}})),
        ("KMS::Key", EXT, allow(service("ses"), ["kms:GenerateDataKey*", "kms:Decrypt"], when={"Null": {"kms:EncryptionContext:aws:ses:rule-name": "false", "kms:EncryptionContext:aws:ses:message-id": "false"}})),
        ("KMS::Key", PRIV, allow(service("ses"), ["kms:GenerateDataKey*", "kms:Decrypt"], when={"StringEquals": {"AWS:SourceAccount": OWN}})),
        ("KMS::Key", EXT, allow(service("ses"), "kms:GenerateDataKey", when={"StringEquals": {"kms:EncryptionContext:aws:ses:source-account": OTHER}})),
    ],
    f"{_DOCS}/awscloudtrail/latest/userguide/query-S3-bucket-policy.html": [
        ("S3::Bucket", PRIV, allow(service("cloudtrail"), ["s3:PutObject*", "s3:Abort*"], [B, f"{B}/*"], when={"StringLike": {"aws:sourceAccount": OWN, "aws:sourceArn": f"arn:aws:cloudtrail:us-east-1:{OWN}:eventdatastore/*"}})),
        ("S3::Bucket", EXT, allow(service("cloudtrail"), "s3:PutObject", f"{B}/*", when={"StringLike": {"aws:sourceArn": "arn:aws:cloudtrail:*:*:eventdatastore/*"}})),
        ("CloudTrail::EventDataStore", EXT, allow(root(OTHER), ["cloudtrail:StartQuery", "cloudtrail:GetQueryResults"])),
        ("CloudTrail::EventDataStore", PRIV, allow(service("cloudtrail"), ["cloudtrail:StartQuery"], when={"StringEquals": {"AWS:SourceAccount": OWN}, "StringLike": {"AWS:SourceArn": f"arn:aws:cloudtrail:us-east-1:{OWN}:dashboard/*"}})),
    ],
    f"{_DOCS}/guardduty/latest/ug/guardduty_exportfindings.html": [
        ("S3::Bucket", PRIV, allow(service("guardduty"), "s3:PutObject", f"{B}/*", when={"StringEquals": {"aws:SourceAccount": OWN, "aws:SourceArn": f"arn:aws:guardduty:us-east-1:{OWN}:detector/d"}})),
        ("KMS::Key", PRIV, allow(service("guardduty"), "kms:GenerateDataKey", when={"StringEquals": {"aws:SourceAccount": OWN}})),
        ("KMS::Key", EXT, allow(service("guardduty"), "kms:GenerateDataKey", when={"ArnLike": {"aws:SourceArn": "arn:aws:guardduty:*:*:detector/*"}})),
    ],
    f"{_DOCS}/glue/latest/dg/security_iam_resource-based-policy-examples.html": [
        ("Glue::ResourcePolicy", PUB, allow("*", "glue:*", f"arn:aws:glue:us-west-2:{OWN}:*")),
        ("Glue::ResourcePolicy", IN_ORG, allow("*", "glue:GetTable", when=OF_ORG)),
        ("Glue::ResourcePolicy", PRIV, deny(root(OWN), "glue:*"), allow(root(OWN), "glue:GetTable")),
        ("Glue::ResourcePolicy", EXT, allow(service("ram"), "glue:ShareResource", [f"arn:aws:glue:us-east-1:{OWN}:table/*/*", f"arn:aws:glue:us-east-1:{OWN}:catalog"])),
    ],
    f"{_DOCS}/codeartifact/latest/ug/domain-policies.html": [
        ("CodeArtifact::Domain", EXT, allow(root(OTHER), ["codeartifact:CreateRepository", "codeartifact:ReadFromRepository"])),
        ("CodeArtifact::Domain", PUB, allow("*", "codeartifact:GetAuthorizationToken")),
        ("CodeArtifact::Repository", IN_ORG, allow("*", "codeartifact:ReadFromRepository", when={"ForAnyValue:StringEquals": {"aws:PrincipalOrgID": [ORG]}})),
    ],
    f"{_DOCS}/vpc/latest/privatelink/vpc-endpoints-s3.html": [
        ("EC2::VPCEndpoint", PRIV, allow("*", "s3:*", when={"StringEquals": {"aws:PrincipalAccount": OWN, "aws:ResourceAccount": OWN}})),
        ("EC2::VPCEndpoint", PUB, allow("*", "s3:GetObject", ["arn:aws:s3:::al2023-repos-us-east-1-de612dc2/*"])),
        ("EC2::VPCEndpoint", IN_ORG, allow("*", "*", when={"StringEquals": {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}}), deny("*", "*", when={"StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORG}})),
        ("EC2::VPCEndpoint", PRIV, allow({"AWS": f"arn:aws:iam::{OWN}:role/x"}, "*")),
        ("EC2::VPCEndpoint", PUB, allow("*", "s3:*"), deny("*", "s3:*", None, NotResource=[f"{B}/*"])),
        ("EC2::VPCEndpoint", PUB, allow("*", "s3:Get*"), deny("*", "*", None, NotResource=[f"{B}/public/*"])),
        ("EC2::VPCEndpoint", PUB, allow("*", "*"), deny("*", "*", when={"StringNotEquals": {"aws:ResourceOrgID": ORG}})),
    ],
}
# fmt: on
CASES: list[Case] = [
    case(f"{page.rpartition('/')[2]} {number}", level, *statements, kind=f"AWS::{kind}")
    for page, rows in ROWS.items()
    for number, (kind, level, *statements) in enumerate(rows, 1)
]
