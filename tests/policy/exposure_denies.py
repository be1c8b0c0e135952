# ruff: noqa: E501  (a table reads best one case a line)
"""Cases where Deny does the bounding, or only looks so, and where actions and resources decide what it covers."""

from tests.policy.exposure_support import (
    API,
    BUCKET,
    DOMAIN,
    FOREIGN,
    FRIEND,
    KEY,
    ORG,
    OTHER,
    OWN,
    QUEUE,
    Case,
    allow,
    case,
    deny,
    when,
)  # fmt: skip

PUB, EXT, IN_ORG, PRIV = "public", "external", "organization", "private"
ARN = "arn:aws:s3:::records"
NOT_ORG = when("StringNotEquals", "aws:PrincipalOrgID", ORG)
NOT_OWN = when("StringNotEquals", "aws:PrincipalAccount", OWN)
NOT_HERE = when("NotIpAddress", "aws:SourceIp", "203.0.113.0/24")
NOT_VPCE = when("StringNotEquals", "aws:SourceVpce", "vpce-0aaa")


def _beside(name: str, level: str, *conditions: dict[str, object], **facts: object) -> Case:
    """An Allow to everybody beside Denies with these conditions."""
    return case(name, level, allow(), *(deny(when=condition) for condition in conditions), **facts)


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
# https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
PERIMETERS = [
    _beside("outside the organization", IN_ORG, NOT_ORG),
    _beside("outside a foreign organization", EXT, when("StringNotEquals", "aws:PrincipalOrgID", FOREIGN)),
    _beside("outside the organization if it exists", IN_ORG, when("StringNotEqualsIfExists", "aws:PrincipalOrgID", ORG)),
    _beside("outside two organizations", EXT, when("StringNotEquals", "aws:PrincipalOrgID", [ORG, FOREIGN])),
    _beside("for any value outside", PUB, when("ForAnyValue:StringNotEquals", "aws:PrincipalOrgID", ORG)),
    _beside("for all values outside", IN_ORG, when("ForAllValues:StringNotEquals", "aws:PrincipalOrgID", ORG)),
    _beside("inside the organization", PUB, when("StringEquals", "aws:PrincipalOrgID", ORG)),
    _beside("literal star", PRIV, when("StringNotEquals", "aws:PrincipalOrgID", "o-*")),
    _beside("no organization at all", PUB, when("Null", "aws:PrincipalOrgID", "true")),
    case("an organization, and none that there is", PRIV, allow({"AWS": FRIEND}, when=when("Null", "aws:PrincipalOrgID", "false")),
         deny(when=when("StringLike", "aws:PrincipalOrgID", "o-*"))),
    case("an endpoint, and none that there is", PRIV, allow(when=when("StringNotLike", "aws:SourceVpce", "vpce-*")),
         deny(when=when("Null", "aws:SourceVpce", "true"))),
    _beside("any organization", PUB, when("Null", "aws:PrincipalOrgID", "false")),
    _beside("paths outside", PUB, when("ForAnyValue:StringNotLike", "aws:PrincipalOrgPaths", f"{ORG}/*")),
    _beside("all paths outside", IN_ORG, when("ForAllValues:StringNotLike", "aws:PrincipalOrgPaths", f"{ORG}/*")),
    _beside("other accounts", PRIV, NOT_OWN),
    _beside("other than two accounts", EXT, when("StringNotEquals", "aws:PrincipalAccount", [OWN, OTHER])),
    _beside("other than a friend", IN_ORG, when("StringNotEquals", "aws:PrincipalAccount", FRIEND)),
    _beside("other than the resource's account", PRIV, when("StringNotEquals", "aws:PrincipalAccount", "${aws:ResourceAccount}")),
    _beside("outside the resource's organization", IN_ORG, when("StringNotEquals", "aws:PrincipalOrgID", "${aws:ResourceOrgID}")),
    _beside("outside one's own organization", PUB, when("StringNotEquals", "aws:PrincipalOrgID", "${aws:PrincipalOrgID}")),
    _beside("roles outside", PRIV, when("ArnNotLike", "aws:PrincipalArn", f"arn:aws:iam::{OWN}:role/*")),
    _beside("roles named everywhere", PUB, when("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::*:role/admin")),
    _beside("roles outside, literal", PRIV, when("StringNotEquals", "aws:PrincipalArn", f"arn:aws:iam::{OWN}:role/*")),
    _beside("unique ids", EXT, when("StringNotLike", "aws:userId", ["AROAEXAMPLEID1234567:*", OWN])),
    _beside("unique ids of the owner", PRIV, when("StringNotLike", "aws:userId", [OWN])),
    _beside("organization, services spared", EXT, {
        "StringNotEquals": {"aws:PrincipalOrgID": ORG}, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}),
    _beside("organization, services spared, sources bound", IN_ORG, {
        "StringNotEquals": {"aws:PrincipalOrgID": ORG}, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}, {
        "StringNotEqualsIfExists": {"aws:SourceOrgID": ORG}, "Bool": {"aws:PrincipalIsAWSService": "true"}}),
    _beside("organization, services spared, own sources", IN_ORG, {
        "StringNotEquals": {"aws:PrincipalOrgID": ORG}, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}, {
        "StringNotEqualsIfExists": {"aws:SourceAccount": OWN}, "Bool": {"aws:PrincipalIsAWSService": "true"}}),
    _beside("organization, tagged callers spared", PUB, {
        "StringNotEquals": {"aws:PrincipalOrgID": ORG, "aws:PrincipalTag/exempt": "true"}}),
    _beside("organization, via a service spared", PUB, {
        "StringNotEquals": {"aws:PrincipalOrgID": ORG}, "Bool": {"aws:ViaAWSService": "false"}}),
    _beside("deputies", PUB, {
        "StringNotEquals": {"aws:SourceOrgID": ORG}, "Null": {"aws:SourceAccount": "false"},
        "Bool": {"aws:PrincipalIsAWSService": "true"}}),
    _beside("sources outside", PRIV, when("StringNotEquals", "aws:SourceAccount", OWN)),
    _beside("sources outside, with any condition key", PRIV, when("StringNotEqualsIfExists", "aws:SourceAccount", OWN)),
]  # fmt: skip

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html
NETWORKS = [
    _beside("addresses", EXT, NOT_HERE),
    _beside("addresses if they exist", EXT, when("NotIpAddressIfExists", "aws:SourceIp", "203.0.113.0/24")),
    _beside("block list", PUB, when("IpAddress", "aws:SourceIp", "203.0.113.0/24")),
    _beside("block list of the whole of version 4", PUB, when("IpAddress", "aws:SourceIp", "0.0.0.0/0")),
    _beside("block list of everything but endpoints", PUB, when("IpAddress", "aws:SourceIp", ["0.0.0.0/0", "::/0"])),
    _beside("outside everything", PUB, when("NotIpAddress", "aws:SourceIp", "0.0.0.0/0")),
    _beside("outside a split everything", PUB, when("NotIpAddress", "aws:SourceIp", ["0.0.0.0/1", "128.0.0.0/1"])),
    _beside("outside private addresses", PRIV, when("NotIpAddress", "aws:SourceIp", "10.0.0.0/8")),
    _beside("own addresses", PRIV, NOT_HERE, own_networks={"203.0.113.0/24"}),
    _beside("endpoint", EXT, NOT_VPCE),
    _beside("own endpoint", PRIV, NOT_VPCE, own_networks={"vpce-0aaa"}),
    _beside("endpoint if it exists", EXT, when("StringNotEqualsIfExists", "aws:SourceVpce", "vpce-0aaa")),
    _beside("endpoint, for any value", PUB, when("ForAnyValue:StringNotEquals", "aws:SourceVpce", "vpce-0aaa")),
    _beside("no endpoint", PUB, when("Null", "aws:SourceVpce", "true")),
    _beside("two keys in one Deny leave a union", EXT, {**NOT_HERE, **NOT_VPCE}),
    _beside("two keys, one of them wide open", PUB, {**NOT_VPCE, **when("NotIpAddress", "aws:SourceIp", "0.0.0.0/0")}),
    _beside("two Denies leave an intersection", PRIV, NOT_HERE, NOT_VPCE),
    _beside("organization or network", EXT, {**NOT_HERE, **NOT_ORG}),
    _beside("organization and network", IN_ORG, NOT_HERE, NOT_ORG),
    _beside("organization and own network", PRIV, NOT_HERE, NOT_ORG, own_networks={"203.0.113.0/24"}),
    _beside("network, services spared", EXT, {**NOT_HERE, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}),
    _beside("network, services spared, anonymous forgotten", PUB, {**NOT_HERE, "Bool": {"aws:PrincipalIsAWSService": "false"}}),
    _beside("network, via service spared", PUB, {**NOT_HERE, "Bool": {"aws:ViaAWSService": "false"}}),
    _beside("address or own account", EXT, {**NOT_HERE, **NOT_OWN}),
    _beside("foreign endpoints", PRIV, when("StringNotEquals", "aws:VpceAccount", OWN)),
    _beside("endpoints outside the organization", IN_ORG, when("StringNotEquals", "aws:VpceOrgID", ORG)),
    case("not through the mount target", EXT, allow(action="elasticfilesystem:*"),
         deny(when=when("Bool", "elasticfilesystem:AccessedViaMountTarget", "false")),
         deny(when=when("Null", "elasticfilesystem:AccessedViaMountTarget", "true"))),
]  # fmt: skip

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html#example-bucket-policies-HTTP-HTTPS
HARMLESS = [
    _beside("plain http", PUB, when("Bool", "aws:SecureTransport", "false")),
    _beside("old tls", PUB, when("NumericLessThan", "s3:TlsVersion", "1.2")),
    _beside("without mfa", PUB, when("BoolIfExists", "aws:MultiFactorAuthPresent", "false")),
    _beside("mfa missing", PUB, when("Null", "aws:MultiFactorAuthAge", "true")),
    _beside("unencrypted uploads", PUB, when("StringNotEquals", "s3:x-amz-server-side-encryption", "aws:kms")),
    _beside("another referer", PUB, when("StringNotLike", "aws:Referer", "https://www.example.com/*")),
    _beside("after a date", PUB, when("DateGreaterThan", "aws:CurrentTime", "2020-01-01T00:00:00Z")),
    _beside("untagged callers", PUB, when("StringNotEquals", "aws:PrincipalTag/team", "blue")),
    _beside("two harmless", PUB, when("Bool", "aws:SecureTransport", "false"), when("NumericLessThan", "s3:TlsVersion", "1.2")),
    _beside("both ways of transport", PRIV, when("Bool", "aws:SecureTransport", "false"), when("Bool", "aws:SecureTransport", "true")),
    _beside("tag present and tag missing", PRIV, when("Null", "aws:PrincipalTag/a", "true"), when("Null", "aws:PrincipalTag/a", "false")),
    _beside("plain http and outside the organization", IN_ORG, when("Bool", "aws:SecureTransport", "false"), NOT_ORG),
    _beside("one Deny with both", PUB, {"Bool": {"aws:SecureTransport": "false"}, **NOT_ORG}),
]  # fmt: skip

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html
ACTIONS = [
    case("deny everything", PRIV, allow(), deny()),
    case("deny everything of S3", PRIV, allow(), deny(action="s3:*")),
    case("deny everything of S3, allow everything", PRIV, allow(action="*"), deny(action="s3:*"), kind=BUCKET),
    case("deny the one action", PRIV, allow(), deny(action="S3:getobject")),
    case("deny another action", PUB, allow(), deny(action="s3:PutObject")),
    case("deny one of many", PUB, allow(action="s3:*"), deny(action="s3:PutObject"), kind=BUCKET),
    case("deny one of two", PUB, allow(action=["s3:GetObject", "s3:ListBucket"]), deny(action="s3:ListBucket")),
    case("deny both of two", PRIV, allow(action=["s3:GetObject", "s3:ListBucket"]), deny(action=["s3:List*", "s3:Get*"])),
    case("deny by question mark", PRIV, allow(), deny(action="s3:Get?bject")),
    case("deny all but one", PUB, allow(action="s3:*"), deny(NotAction="s3:GetObject"), kind=BUCKET),
    case("deny all but another", PRIV, allow(), deny(NotAction="s3:PutObject"), kind=BUCKET),
    case("deny all but a family", PUB, allow(action="*"), deny(NotAction=["s3:List*"]), kind=BUCKET),
    case("allow all but one", PUB, allow(NotAction="s3:DeleteBucket"), kind=BUCKET),
    case("allow nothing at all", PRIV, allow(NotAction="*"), kind=BUCKET),
    case("allow no resource at all", PRIV, allow(NotResource="*"), kind=BUCKET),
    case("allow all but one, deny S3", PRIV, allow(NotAction="s3:DeleteBucket"), deny(action="s3:*"), kind=BUCKET),
    case("allow all but one to a partner", EXT, allow({"AWS": OTHER}, NotAction="s3:DeleteBucket"), kind=BUCKET),
    case("deny an action in the organization only", IN_ORG, allow(action=["s3:GetObject", "s3:PutObject"]),
         deny(action="s3:GetObject", when=NOT_ORG), deny(action="s3:PutObject", when=NOT_OWN)),
    case("each action its own bound", EXT, allow(action=["s3:GetObject", "s3:PutObject"]),
         deny(action="s3:GetObject", when=NOT_ORG), deny(action="s3:PutObject", when=NOT_HERE)),
    *[case(f"deny everything of {prefix} to strangers", IN_ORG, allow(action="*"), deny(action=f"{prefix}:*", when=NOT_ORG), kind=kind)
      for kind, prefix in (
          ("AWS::ACMPCA::CertificateAuthority", "acm-pca"), ("AWS::S3ObjectLambda::AccessPoint", "s3-object-lambda"),
          ("AWS::EventSchemas::Registry", "schemas"), ("AWS::VpcLattice::Service", "vpc-lattice-svcs"),
          ("AWS::SSMContacts::Contact", "ssm-contacts"), ("AWS::ECR::PublicRepository", "ecr-public"),
          ("AWS::ECR::Repository", "ecr"), ("AWS::BedrockAgentCore::Gateway", "bedrock-agentcore"))],
    case("one action left open", PUB, allow(action=["s3:GetObject", "s3:PutObject"]), deny(action="s3:GetObject", when=NOT_ORG)),
]  # fmt: skip

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html
RESOURCES = [
    case("deny the bucket's objects", PRIV, allow(resource=f"{ARN}/*"), deny(resource=f"{ARN}/*")),
    case("deny a folder", PUB, allow(resource=f"{ARN}/*"), deny(resource=f"{ARN}/private/*")),
    case("deny all but a folder", PUB, allow(resource=f"{ARN}/*"), deny(NotResource=f"{ARN}/open/*")),
    case("deny all but another bucket", PRIV, allow(resource=f"{ARN}/*"), deny(NotResource="arn:aws:s3:::other/*")),
    case("deny strangers a folder", PUB, allow(resource=f"{ARN}/*"), deny(resource=f"{ARN}/private/*", when=NOT_ORG)),
    case("deny strangers bucket and objects", IN_ORG, allow(action="s3:*", resource=[ARN, f"{ARN}/*"]),
         deny(resource=[ARN, f"{ARN}/*"], when=NOT_ORG), kind=BUCKET),
    case("deny strangers the objects, bucket stays", PUB, allow(action="s3:*", resource=[ARN, f"{ARN}/*"]),
         deny(resource=f"{ARN}/*", when=NOT_ORG), kind=BUCKET),
    case("object action cannot meet the bucket", IN_ORG, allow(resource=[ARN, f"{ARN}/*"]),
         deny(resource=f"{ARN}/*", when=NOT_ORG), kind=BUCKET),
    case("any resource means this bucket", IN_ORG, allow(action="s3:*", resource="*"),
         deny(resource=[ARN, f"{ARN}/*"], when=NOT_ORG), kind=BUCKET),
    case("any resource of a queue", IN_ORG, allow(action="sqs:*"),
         deny(resource=f"arn:aws:sqs:eu-west-1:{OWN}:q", when=NOT_ORG), kind=QUEUE),
    case("resources differ by case", PUB, allow(resource=f"{ARN}/*"), deny(resource="arn:aws:s3:::Records/*")),
    case("allow all but a folder", PUB, allow(NotResource=f"{ARN}/private/*")),
    case("question mark", PRIV, allow(resource=f"{ARN}/a"), deny(resource=f"{ARN}/?")),
    case("no resource in the allow", IN_ORG, allow(action="ecr:*", Resource=None), deny(Resource=None, when=NOT_ORG)),
    case("a folder of one's own", PUB, allow(resource=ARN + "/${aws:username}/*")),
]  # fmt: skip

# https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html
INVOKE = "execute-api:Invoke"
APIS = [
    case("api by address", EXT, allow(action=INVOKE, resource="execute-api:/*"),
         deny(action=INVOKE, resource="execute-api:/*", when=NOT_HERE), kind=API),
    case("api by address, stages spelled out", EXT, allow(action=INVOKE, resource="execute-api:/*"),
         deny(action=INVOKE, resource="execute-api:/*/*/*", when=NOT_HERE), kind=API),
    case("api by address, long form", EXT, allow(action=INVOKE, resource=f"arn:aws:execute-api:eu-west-1:{OWN}:abc/*"),
         deny(action=INVOKE, resource="execute-api:/*", when=NOT_HERE), kind=API),
    case("api by address on one stage", PUB, allow(action=INVOKE, resource="execute-api:/*"),
         deny(action=INVOKE, resource="execute-api:/prod/*", when=NOT_HERE), kind=API),
    case("api block list", PUB, allow(action=INVOKE, resource="execute-api:/*"),
         deny(action=INVOKE, resource="execute-api:/*", when=when("IpAddress", "aws:SourceIp", "203.0.113.0/24")), kind=API),
    case("private api", EXT, allow(action=INVOKE, resource="execute-api:/*"),
         deny(action=INVOKE, resource="execute-api:/*", when=when("StringNotEquals", "aws:SourceVpc", "vpc-0aaa")), kind=API),
    case("domain by address", EXT, allow(action="es:*", resource=f"arn:aws:es:eu-west-1:{OWN}:domain/d/*"),
         deny(action="es:*", resource=f"arn:aws:es:eu-west-1:{OWN}:domain/d/*", when=NOT_HERE), kind=DOMAIN),
]  # fmt: skip

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
TOGETHER = [
    case("no statements", PRIV),
    case("only a deny", PRIV, deny()),
    case("widest of several", PUB, allow({"AWS": OWN}), allow({"AWS": OTHER}), allow()),
    case("one for partners", EXT, allow({"AWS": OWN}), allow({"AWS": OTHER})),
    case("one for the organization", IN_ORG, allow({"AWS": OWN}), allow(when=when("StringEquals", "aws:PrincipalOrgID", ORG))),
    case("deny a partner by account", PRIV, allow({"AWS": OTHER}), deny({"AWS": OTHER})),
    case("deny a partner by root", PRIV, allow({"AWS": f"arn:aws:iam::{OTHER}:role/r"}), deny({"AWS": f"arn:aws:iam::{OTHER}:root"})),
    case("deny one role of the partner", EXT, allow({"AWS": OTHER}), deny({"AWS": f"arn:aws:iam::{OTHER}:role/r"})),
    case("deny the role that is named", PRIV, allow({"AWS": f"arn:aws:iam::{OTHER}:role/r"}), deny({"AWS": f"arn:aws:iam::{OTHER}:role/r"})),
    case("deny one of two partners", EXT, allow({"AWS": [OTHER, "888899990000"]}), deny({"AWS": OTHER})),
    case("deny one account to everybody", PUB, allow(), deny({"AWS": OTHER})),
    case("deny a service", PRIV, allow({"Service": "s3.amazonaws.com"}), deny({"Service": "s3.amazonaws.com"})),
    case("deny another service", EXT, allow({"Service": "s3.amazonaws.com"}), deny({"Service": "sns.amazonaws.com"})),
    case("deny everybody takes the services too", PRIV, allow({"Service": "s3.amazonaws.com"}), deny(when=NOT_ORG)),
    case("deny everybody but services", EXT, allow({"Service": "s3.amazonaws.com"}),
         deny(when={**NOT_ORG, "Bool": {"aws:PrincipalIsAWSService": "false"}})),
    case("own sources of a service", PRIV, allow({"Service": "s3.amazonaws.com"}, "sqs:SendMessage"),
         deny(when=when("StringNotEquals", "aws:SourceAccount", OWN)), kind=QUEUE),
    case("key policy of the console", PRIV, allow({"AWS": f"arn:aws:iam::{OWN}:root"}, "kms:*"),
         allow({"AWS": f"arn:aws:iam::{OWN}:role/app"}, ["kms:Decrypt", "kms:GenerateDataKey*"]),
         allow({"AWS": f"arn:aws:iam::{OWN}:role/app"}, "kms:CreateGrant", when=when("Bool", "kms:GrantIsForAWSResource", "true")), kind=KEY),
    case("anonymous callers alone", PUB, allow(when=when("Null", "aws:PrincipalAccount", "true"))),
    case("deny anonymous callers", PUB, allow(), deny(when=when("Null", "aws:PrincipalAccount", "true"))),
    case("deny anonymous and signed callers", EXT, allow(), deny(when=when("Null", "aws:PrincipalAccount", "true")) | {
        "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalAccount": OTHER}}}),
]  # fmt: skip

CASES = [*PERIMETERS, *NETWORKS, *HARMLESS, *ACTIONS, *RESOURCES, *APIS, *TOGETHER]
