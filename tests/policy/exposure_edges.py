# ruff: noqa: E501  (a table reads best one case a line)
"""Condition keys and operators at their edges: stars, missing keys, several values, variables; then whole documents."""

from typing import Any

from tests.policy.exposure_support import (
    BUCKET,
    FACTS,
    FOREIGN,
    FRIEND,
    ORG,
    OTHER,
    OWN,
    Case,
    allow,
    case,
    conditions,
    deny,
)  # fmt: skip

PUB, EXT, IN_ORG, PRIV = "public", "external", "organization", "private"
IDENTITY = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"
CANONICAL = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"

# fmt: off
KEYS: list[Case] = []
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_String
KEYS += conditions("stars that cross colons", [
    ("StringLike", "aws:SourceArn", "arn:aws:ses:*", PUB),
    ("StringLike", "aws:SourceArn", "arn:aws:s3*", PUB),
    ("StringLike", "aws:SourceArn", f"*:{OTHER}:*", EXT),
    ("StringLike", "aws:SourceArn", f"*:{FRIEND}:*", IN_ORG),
    ("StringLike", "aws:SourceArn", f"*:{OWN}:*", PRIV),
    ("StringLike", "aws:SourceArn", f"arn:aws:*:{OTHER}:function:x", EXT),
    ("StringLike", "aws:SourceArn", f"arn:aws:*:{FRIEND}:*", IN_ORG),
    ("StringLike", "aws:SourceArn", "arn:aws:lambda:*:function:x", PUB),
    ("StringLike", "aws:SourceArn", "*:topic-x", PUB),
    ("StringLike", "aws:SourceArn", f"arn:aws:sns:eu-west-1:{OTHER}*", EXT),
    ("StringLike", "aws:SourceArn", f"arn:aws:sns:eu-west-1:{OWN}*", PRIV),
    ("ArnLike", "aws:SourceArn", f"arn:aws:sns:*:{OTHER}:*", EXT),
    ("StringLike", "aws:PrincipalArn", f"*:{OTHER}:*", EXT),
    ("StringLike", "aws:PrincipalArn", f"*::{OTHER}:role/deploy", EXT),
    ("StringLike", "aws:PrincipalArn", f"arn:*:{OTHER}:role/*", EXT),
    ("StringLike", "aws:PrincipalArn", f"arn:*::{FRIEND}:role/*", IN_ORG),
    ("StringLike", "aws:PrincipalArn", f"arn:aws:iam::{OTHER}*", EXT),
    ("StringLike", "aws:PrincipalArn", f"arn:aws:iam::{OWN}*", PRIV),
    ("StringLike", "aws:PrincipalArn", "arn:aws:sts*", PUB),
    ("StringLike", "aws:PrincipalArn", "arn:aws:sts::*:federated-user/*", PUB),
    ("ArnLike", "aws:PrincipalArn", f"arn:aws:sts::{OTHER}:federated-user/bob", EXT),
    ("ArnLike", "aws:PrincipalArn", f"arn:aws:sts::{OTHER}:assumed-role/r/*", PRIV),
    ("StringLike", "aws:PrincipalArn", "arn:aws:sts::*:assumed-role/r/*", PRIV),
    ("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{FRIEND}:root", IN_ORG),
    ("ArnLike", "aws:PrincipalArn", [f"arn:aws:iam::{OWN}:role/a", f"arn:aws:iam::{FRIEND}:role/b"], IN_ORG),
    ("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{OTHER}:role/aws-reserved/sso.amazonaws.com/*", EXT),
    ("StringNotLike", "aws:PrincipalArn", "arn:aws:iam::*:user/*", PUB),
    ("StringLike", "aws:SourceVpcArn", "arn:aws:ec2:eu-*", PUB),
    ("StringLike", "aws:SourceVpcArn", f"arn:aws:ec2:eu-west-1:{OTHER}:vpc/*", EXT),
    ("ArnLike", "aws:SourceVpcArn", f"arn:aws:ec2:eu-west-1:{FRIEND}:vpc/vpc-1", IN_ORG),
    ("ArnEquals", "aws:SourceVpcArn", f"arn:aws:ec2:eu-west-1:{OTHER}:vpc/vpc-1", EXT),
    ("StringLike", "s3:DataAccessPointArn", "arn:aws:s3:eu-west-1:*", PUB),
    ("StringLike", "s3:DataAccessPointArn", f"*:{OTHER}:accesspoint/x", EXT),
    ("StringLike", "s3:DataAccessPointArn", f"arn:aws:s3:eu-west-1:{FRIEND}*", IN_ORG),
])
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgpaths
KEYS += conditions("organizations", [
    ("StringLike", "aws:PrincipalOrgID", f"{ORG}*", PUB),
    ("StringLike", "aws:PrincipalOrgID", f"?{ORG[1:]}", PUB),
    ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", f"{ORG}/r-ab12/ou-ab12-1111*", IN_ORG),
    ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", [f"{ORG}/*", f"{FOREIGN}/*"], EXT),
    ("ForAnyValue:StringEquals", "aws:PrincipalOrgPaths", f"{ORG}/r-ab12/*", PRIV),
    ("StringLike", "aws:PrincipalOrgPaths", f"{ORG}/*", IN_ORG),
    ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "*/r-ab12/*", PUB),
    ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", f"{ORG[:6]}*/r-ab12/*", PUB),
    ("ForAllValues:StringNotLike", "aws:PrincipalOrgPaths", f"{FOREIGN}/*", PUB),
    ("Null", "aws:PrincipalOrgPaths", "false", PUB),
])
# https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
KEYS += conditions("sources", [
    ("StringLike", "aws:SourceOrgID", "o-*", PUB),
    ("ForAnyValue:StringLike", "aws:SourceOrgPaths", f"{FOREIGN}/*", EXT),
    ("ForAllValues:StringLike", "aws:SourceOrgPaths", f"{ORG}/*", PUB),
    ("StringNotEqualsIfExists", "aws:SourceAccount", OTHER, PUB),
    ("NumericEquals", "aws:SourceAccount", OTHER, EXT),
    ("StringLike", "aws:SourceAccount", f"{OTHER[:6]}*", PUB),
    ("StringLike", "aws:SourceAccount", OTHER, EXT),
])
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IPAddress
KEYS += conditions("addresses", [
    ("IpAddress", "aws:SourceIp", ["0.0.0.0/1", "128.0.0.0/2", "192.0.0.0/2"], PUB),
    ("IpAddress", "aws:SourceIp", "0.0.0.0", EXT),
    ("IpAddress", "aws:SourceIp", "100.64.0.0/10", PRIV),
    ("IpAddress", "aws:SourceIp", "2600::/16", PUB),
    ("IpAddress", "aws:SourceIp", "2002::/16", PUB),
    ("IpAddress", "aws:SourceIp", ["10.0.0.0/8", "::/0"], PUB),
    ("NotIpAddressIfExists", "aws:SourceIp", "203.0.113.0/24", PUB),
    ("ForAllValues:NotIpAddress", "aws:SourceIp", "0.0.0.0/0", PUB),
])
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalservicenameslist
KEYS += conditions("services", [
    ("ForAllValues:StringEquals", "aws:PrincipalServiceNamesList", "cloudtrail.amazonaws.com", PUB),
    ("ForAnyValue:StringLike", "aws:PrincipalServiceNamesList", "*.amazonaws.com", EXT),
    ("StringEqualsIfExists", "aws:PrincipalServiceName", "cloudtrail.amazonaws.com", PUB),
    ("StringNotEquals", "aws:PrincipalServiceName", "cloudtrail.amazonaws.com", PUB),
    ("Bool", "aws:PrincipalIsAWSService", ["true", "false"], PUB),
    ("Null", "aws:PrincipalServiceName", "false", EXT),
])
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
KEYS += conditions("sessions, tags and names", [
    ("Bool", "aws:MultiFactorAuthPresent", "false", PUB),
    ("Null", "aws:MultiFactorAuthAge", "false", PUB),
    ("DateLessThan", "aws:TokenIssueTime", "2030-01-01T00:00:00Z", PUB),
    ("StringEquals", "aws:PrincipalTag/${aws:PrincipalTag/x}", "y", PUB),
    ("StringEqualsIfExists", "aws:RequestTag/team", "x", PUB),
    ("StringEquals", "aws:RequestTag/team", "${aws:PrincipalTag/team}", PUB),
    ("StringEquals", "aws:PrincipalTag/team", "${aws:PrincipalTag/team, 'none'}", PUB),
    ("StringEquals", "aws:PrincipalAccount", f"${{aws:PrincipalTag/acct, '{OTHER}'}}", PUB),
    ("StringLike", "s3:prefix", "${aws:username, 'anonymous'}/*", PUB),
    ("StringEquals", "aws:username", "${aws:username}", PUB),
    ("Bool", "aws:ViaAWSMCPService", "true", PUB),
    ("StringEquals", "aws:CalledViaLast", "cloudformation.amazonaws.com", PUB),
    ("ForAllValues:StringEquals", "aws:CalledVia", "athena.amazonaws.com", PUB),
    ("StringEquals", "aws:AssumedRoot", "true", PUB),
    ("StringEquals", "aws:PrincipalType", "Account", PUB),
    ("StringLike", "aws:userid", "AIDAEXAMPLEID123456?", EXT),
    ("StringNotEquals", "aws:userid", OWN, PUB),
    ("StringLike", "aws:userid", f"{OTHER}:*", EXT),
    ("StringEquals", "aws:userid", f"{OTHER}:bob", EXT),
    ("StringLike", "aws:userId", ["AROAEXAMPLEID1234567:*", "AIDAEXAMPLEID1234567", "*"], PUB),
    ("stringequals", "AWS:PRINCIPALORGID", ORG, IN_ORG),
    ("STRINGLIKE", "Aws:PrincipalOrgId", ORG, IN_ORG),
    ("StringEquals", " aws:PrincipalOrgID", ORG, IN_ORG),
    ("StringEquals", "aws:PrincipalOrgID", [], PRIV),
    ("StringNotEquals", "aws:PrincipalOrgID", [], PUB),
    ("StringEqualsIgnoreCase", "aws:PrincipalAccount", OTHER, EXT),
    ("StringNotEqualsIgnoreCase", "aws:PrincipalAccount", OWN, PUB),
    ("ArnNotEqualsIfExists", "aws:PrincipalArn", f"arn:aws:iam::{OWN}:role/x", PUB),
    ("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{OTHER}", PRIV),
    ("ArnLike", "aws:PrincipalArn", "*", PUB),
    ("NumericLessThan", "s3:signatureAge", "600000", PUB),
    ("StringEquals", "s3:authType", "REST-QUERY-STRING", PUB),
    ("StringEquals", "s3:signatureversion", "AWS4-HMAC-SHA256", PUB),
    ("StringEquals", "s3:x-amz-server-side-encryption-aws-kms-key-id", f"arn:aws:kms:us-east-1:{OWN}:key/x", EXT),
    ("StringLike", "s3:x-amz-server-side-encryption-aws-kms-key-id", "*", PUB),
    ("StringEquals", "aws:Ec2InstanceSourceVpc", "vpc-1", EXT),
    ("StringEquals", "aws:Ec2InstanceSourceVpc", "${aws:SourceVpc}", PUB),
    ("ArnLike", "ec2:SourceInstanceARN", f"arn:aws:ec2:*:{OTHER}:instance/*", EXT),
    ("ArnEquals", "lambda:SourceFunctionArn", f"arn:aws:lambda:us-east-1:{OWN}:function:f", PRIV),
    ("ArnEquals", "lambda:SourceFunctionArn", f"arn:aws:lambda:us-east-1:{OTHER}:function:f", EXT),
    ("ArnLike", "lambda:SourceFunctionArn", "arn:aws:lambda:*:*:function:f", PUB),
    ("StringLike", "ec2:SourceInstanceARN", f"*:{OTHER}:instance/*", EXT),
])
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-ec2instancesourcevpc
KEYS += conditions("networks of one's own", [
    ("StringEquals", "aws:Ec2InstanceSourceVpc", "vpc-0own", PRIV),
    ("StringEquals", "aws:Ec2InstanceSourceVpc", ["vpc-0own", "vpc-1"], EXT),
    ("ArnLike", "aws:SourceVpcArn", f"arn:aws:ec2:us-east-1:{OTHER}:vpc/vpc-0own", PRIV),
    ("StringEquals", "vpc-lattice-svcs:SourceVpc", "vpc-0own", PRIV),
    ("IpAddress", "aws:SourceIp", "203.0.113.16", PRIV),
], own_networks=frozenset({"vpc-0own", "vpce-0own", "203.0.113.16/28"}))


def both(level: str, *whens: dict[str, Any]) -> Case:
    return case(str(whens)[:150], level, *(allow(when=condition) for condition in whens))


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
# https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
DOCUMENTS = [
    both(PUB, {"Null": {"aws:PrincipalOrgID": "false"}, "StringNotEquals": {"aws:PrincipalOrgID": ORG}}),
    both(IN_ORG, {"ForAllValues:StringEquals": {"aws:PrincipalOrgID": ORG}, "Null": {"aws:PrincipalOrgID": "false"}}),
    both(PUB, {"ForAllValues:StringEquals": {"aws:PrincipalOrgID": ORG}, "Null": {"aws:PrincipalOrgID": "true"}}),
    both(EXT, {"ForAllValues:StringEquals": {"aws:SourceVpce": "vpce-1"}, "Null": {"aws:SourceVpce": False}}),
    both(PRIV, {"StringEquals": {"aws:PrincipalOrgID": ORG, "aws:PrincipalTag/x": "y"}, "StringNotEquals": {"aws:PrincipalOrgID": ORG}}),
    both(PUB, {"StringNotEquals": {"aws:PrincipalOrgID": ORG}, "StringNotEqualsIfExists": {"aws:PrincipalAccount": OWN}}),
    case("all but one account, over TLS", PUB, allow(NotPrincipal={"AWS": [f"arn:aws:iam::{OTHER}:root"]},when={"Bool": {"aws:SecureTransport": "true"}})),
    case("all but one role may only read", PUB, allow(),deny(NotPrincipal={"AWS": [f"arn:aws:iam::{OWN}:role/x"]}, NotAction="s3:GetObject"),kind=BUCKET),
    case("all but a role of the owner", PRIV, allow(),deny(NotPrincipal={"AWS": [f"arn:aws:iam::{OWN}:role/x", f"arn:aws:iam::{OWN}:root"]})),
    case("all but a canonical user", EXT, allow(),deny(NotPrincipal={"CanonicalUser": CANONICAL})),
    case("all but a CloudFront identity", EXT, allow(),deny(NotPrincipal={"AWS": IDENTITY})),
    case("the identity by its user agent", EXT, allow({"AWS": IDENTITY}),deny(when={"StringNotEquals": {"aws:UserAgent": "Amazon CloudFront"}})),
    case("roles of a friend beside the organization", IN_ORG, allow(),deny(when={"StringNotEquals": {"aws:PrincipalOrgID": ORG}, "ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{FRIEND}:role/*"}})),
    case("a vendor role beside the organization", EXT, allow(),deny(when={"StringNotEquals": {"aws:PrincipalOrgID": ORG}, "ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{OTHER}:role/vendor"}})),
    case("a vendor role of any account", PUB, allow(),deny(when={"StringNotEquals": {"aws:PrincipalOrgID": ORG}, "ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/vendor"}})),
    case("own id somewhere in the ARN", PUB, allow(),deny(when={"StringNotLike": {"aws:PrincipalArn": f"*{OWN}*"}})),
    case("a partner by its id between colons", EXT, allow(),deny(when={"StringNotLike": {"aws:PrincipalArn": f"*:{OTHER}:*"}})),
    case("a session never stands in PrincipalArn", PRIV, allow(),deny(when={"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:sts::{OWN}:assumed-role/x/*"}})),
    case("perimeter 1", EXT, allow(),deny(when={"StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORG, "aws:PrincipalAccount": [OTHER]}, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}})),
    case("perimeter 2", PUB, allow(),deny(when={"NotIpAddressIfExists": {"aws:SourceIp": "203.0.113.0/24"}, "StringNotEqualsIfExists": {"aws:SourceVpc": "vpc-1"}, "BoolIfExists": {"aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false"}, "ArnNotLikeIfExists": {"aws:PrincipalArn": "arn:aws:iam::*:role/aws-service-role/*"}})),
    case("perimeter 3", EXT, allow(),deny(when={"NotIpAddressIfExists": {"aws:SourceIp": "203.0.113.0/24"}, "StringNotEqualsIfExists": {"aws:SourceVpc": "vpc-1"}, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}})),
    case("perimeter 4", IN_ORG, allow(),deny(when={"StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORG}, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}),deny(when={"StringNotEqualsIfExists": {"aws:SourceOrgID": ORG}, "Null": {"aws:SourceAccount": "false"}, "Bool": {"aws:PrincipalIsAWSService": "true"}}),deny(when={"Null": {"aws:SourceAccount": "true"}, "Bool": {"aws:PrincipalIsAWSService": "true"}})),
    case("perimeter 5", IN_ORG, allow(),deny(when={"StringNotEqualsIfExists": {"aws:VpceOrgID": ORG}, "Null": {"aws:SourceVpc": "false"}}),deny(when={"StringNotEquals": {"aws:PrincipalOrgID": ORG}})),
    case("perimeter 6", PUB, allow(),deny(when={"StringNotEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}", "aws:PrincipalTag/x": "y"}})),
    case("perimeter 7", IN_ORG, allow(),deny(when={"StringNotEquals": {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}})),
    case("perimeter 8", IN_ORG, allow(),deny(when={"StringNotEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}})),
    case("perimeter 9", PRIV, allow(),deny(when={"StringNotEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}})),
    case("perimeter 10", PUB, allow(),deny(when={"StringNotEqualsIfExists": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}, "Null": {"aws:PrincipalAccount": "false", "aws:PrincipalTag/x": "true"}})),
    Case("str account", EXT, {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": OTHER}, "Action": "s3:*", "Resource": "*"}}, dict(FACTS)),
    Case("url", PUB, "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%22*%22%2C%22Action%22%3A%22s3%3A*%22%2C%22Resource%22%3A%22*%22%7D%5D%7D", dict(FACTS)),
    case("2008 default var", PRIV, allow(when={"StringEquals": {"aws:PrincipalAccount": "${aws:PrincipalAccount, 'x'}"}}),version="2008-10-17"),
    case("NotResource deny", PUB, allow(resource="arn:aws:s3:::records/*"),deny(NotResource=["arn:aws:s3:::records/public/*", "arn:aws:s3:::records/p2/*"])),
    case("NotAction allow other", EXT, allow({"AWS": OTHER}, NotAction=["s3:Delete*", "s3:PutBucketPolicy"]),kind=BUCKET),
    case("NotAction deny org", IN_ORG, allow(action="s3:*"),deny(NotAction="s3:GetBucketLocation",when={"StringNotEquals": {"aws:PrincipalOrgID": ORG}}),deny(action="s3:GetBucketLocation",when={"StringNotEquals": {"aws:PrincipalAccount": OWN}}),kind=BUCKET),
    case("?action", PUB, allow(action="s3:Get?bject")),
    case("*:action", PUB, allow(action="*:GetObject")),
    case("s3*:", PUB, allow(action="s3*")),
    case("wrong svc action", PUB, allow(action="ec2:Describe*"),kind=BUCKET),
    case("govcloud", EXT, allow({"AWS": f"arn:aws-us-gov:iam::{OTHER}:root"})),
    case("esc", EXT, allow({"AWS": f"arn:aws-eusc:iam::{OTHER}:root"})),
    case("federated-user own", PRIV, allow({"AWS": f"arn:aws:sts::{OWN}:federated-user/bob"})),
    case("deny session only", EXT, allow({"AWS": f"arn:aws:iam::{OTHER}:role/r"}),deny({"AWS": f"arn:aws:sts::{OTHER}:assumed-role/r/s"})),
    case("deny user id", EXT, allow({"AWS": OTHER}),deny({"AWS": "AIDAEXAMPLEID1234567"})),
    case("deny all accounts *", PRIV, allow({"AWS": OTHER}),deny({"AWS": "*"})),
    case("deny wildcard service", EXT, allow({"Service": "s3.amazonaws.com"}),deny({"AWS": OTHER})),
]
# fmt: on
CASES = [*KEYS, *DOCUMENTS]
