# ruff: noqa: E501  (a table reads best one case a line)
"""Cases of one Allow to everybody that is bound by addresses, VPCs and endpoints, or looks so."""

from tests.policy.exposure_support import (
    API,
    DOMAIN,
    ENDPOINT,
    FILES,
    FOREIGN,
    FRIEND,
    ORG,
    OTHER,
    OWN,
    ROLE,
    allow,
    case,
    conditions,
    when,
)  # fmt: skip

PUB, EXT, IN_ORG, PRIV = "public", "external", "organization", "private"

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IPAddress
ADDRESSES = conditions(
    "address",
    [
        ("IpAddress", "aws:SourceIp", "203.0.113.0/24", EXT),
        ("IpAddress", "aws:SourceIp", "203.0.113.7", EXT),
        ("IpAddress", "aws:SourceIp", ["203.0.113.0/24", "198.51.100.0/24"], EXT),
        ("IpAddress", "aws:sourceip", "203.0.113.0/24", EXT),
        ("IpAddress", "aws:SourceIp", "12.0.0.0/8", EXT),
        ("IpAddress", "aws:SourceIp", "12.0.0.0/7", PUB),
        ("IpAddress", "aws:SourceIp", "0.0.0.0/0", PUB),
        ("IpAddress", "aws:SourceIp", "::/0", PUB),
        ("IpAddress", "aws:SourceIp", ["0.0.0.0/1", "128.0.0.0/1"], PUB),
        ("IpAddress", "aws:SourceIp", ["203.0.113.0/24", "128.0.0.0/1"], PUB),
        ("IpAddress", "aws:SourceIp", ["12.0.0.0/8", "13.0.0.0/8"], PUB),
        ("IpAddress", "aws:SourceIp", ["12.0.0.0/8", "14.0.0.0/8"], EXT),
        ("IpAddress", "aws:SourceIp", [f"{n}.0.0.0/8" for n in range(1, 256)], PUB),
        ("IpAddress", "aws:SourceIp", "2001:db8:1234::/48", EXT),
        ("IpAddress", "aws:SourceIp", "2001:db8::/32", EXT),
        ("IpAddress", "aws:SourceIp", "2000::/3", PUB),
        ("IpAddress", "aws:SourceIp", "2001:d00::/24", PUB),
        ("IpAddress", "aws:SourceIp", "10.0.0.0/8", PRIV),
        ("IpAddress", "aws:SourceIp", ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"], PRIV),
        ("IpAddress", "aws:SourceIp", "10.20.0.0/16", PRIV),
        ("IpAddress", "aws:SourceIp", ["10.0.0.0/8", "203.0.113.0/24"], EXT),
        ("IpAddress", "aws:SourceIp", "172.0.0.0/8", EXT),
        ("IpAddress", "aws:SourceIp", "fd00::/8", PRIV),
        ("IpAddressIfExists", "aws:SourceIp", "203.0.113.0/24", PUB),
        ("ForAllValues:IpAddress", "aws:SourceIp", "203.0.113.0/24", PUB),
        ("ForAnyValue:IpAddress", "aws:SourceIp", "203.0.113.0/24", EXT),
        ("NotIpAddress", "aws:SourceIp", "203.0.113.0/24", PUB),
        ("NotIpAddress", "aws:SourceIp", "0.0.0.0/0", PUB),
        ("NotIpAddress", "aws:SourceIp", ["0.0.0.0/0", "::/0"], PUB),
        ("NotIpAddress", "aws:SourceIp", ["10.0.0.0/8"], PUB),
        ("Null", "aws:SourceIp", "false", PUB),
        ("Null", "aws:SourceIp", "true", PUB),
        ("StringEquals", "aws:SourceIp", "203.0.113.7", EXT),
        ("StringLike", "aws:SourceIp", "203.0.113.*", EXT),
        ("StringLike", "aws:SourceIp", "*", PUB),
        ("StringEquals", "aws:SourceIp", "203.0.113.0/24", PRIV),
    ],
)

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies-vpc-endpoint.html
NETWORKS = conditions(
    "network",
    [
        ("StringEquals", "aws:SourceVpc", "vpc-0aaa1111bbb22222c", EXT),
        ("StringEquals", "aws:sourceVpc", "vpc-0aaa1111bbb22222c", EXT),
        ("StringEquals", "aws:SourceVpce", "vpce-0aaa1111bbb22222c", EXT),
        ("StringEquals", "aws:SourceVpce", ["vpce-0aaa1111bbb22222c", "vpce-0aaa1111bbb22222d"], EXT),
        ("StringLike", "aws:SourceVpce", "vpce-0aaa1111bbb22222c", EXT),
        ("StringLike", "aws:SourceVpce", "vpce-*", PUB),
        ("StringLike", "aws:SourceVpc", "*", PUB),
        ("StringEquals", "aws:SourceVpc", "vpc-*", PRIV),
        ("StringEqualsIfExists", "aws:SourceVpc", "vpc-0aaa1111bbb22222c", PUB),
        ("StringEqualsIfExists", "aws:SourceVpce", "vpce-0aaa1111bbb22222c", PUB),
        ("ForAllValues:StringEquals", "aws:SourceVpce", "vpce-0aaa1111bbb22222c", PUB),
        ("StringNotEquals", "aws:SourceVpc", "vpc-0aaa1111bbb22222c", PUB),
        ("Null", "aws:SourceVpce", "false", PUB),
        ("Null", "aws:SourceVpce", "true", PUB),
        ("StringEquals", "aws:VpceAccount", OWN, PRIV),
        ("StringEquals", "aws:VpceAccount", FRIEND, IN_ORG),
        ("StringEquals", "aws:VpceAccount", OTHER, EXT),
        ("StringEquals", "aws:VpceAccount", "${aws:ResourceAccount}", PRIV),
        ("StringEquals", "aws:VpceAccount", "${aws:PrincipalAccount}", PUB),
        ("StringEquals", "aws:VpceOrgID", ORG, IN_ORG),
        ("StringEquals", "aws:VpceOrgID", FOREIGN, EXT),
        ("StringEqualsIfExists", "aws:VpceOrgID", ORG, PUB),
        ("StringEquals", "aws:VpceOrgID", "${aws:ResourceOrgID}", IN_ORG),
        ("ForAnyValue:StringLike", "aws:VpceOrgPaths", f"{ORG}/*", IN_ORG),
        ("ForAnyValue:StringLike", "aws:VpceOrgPaths", "*", PUB),
        ("ArnLike", "aws:SourceVpcArn", f"arn:aws:ec2:*:{OWN}:vpc/*", PRIV),
        ("ArnLike", "aws:SourceVpcArn", "arn:aws:ec2:*:*:vpc/*", PUB),
    ],
)

# the snapshot knows the client's own networks
OWN_NETWORKS = conditions(
    "own network",
    [
        ("StringEquals", "aws:SourceVpc", "vpc-0own", PRIV),
        ("StringEquals", "aws:SourceVpc", ["vpc-0own", "vpc-0aaa"], EXT),
        ("StringEquals", "aws:SourceVpce", "vpce-0own", PRIV),
        ("StringEquals", "aws:SourceVpce", "vpce-0other", EXT),
        ("StringEqualsIfExists", "aws:SourceVpce", "vpce-0own", PUB),
        ("IpAddress", "aws:SourceIp", "203.0.113.16/28", PRIV),
        ("IpAddress", "aws:SourceIp", "203.0.113.17", PRIV),
        ("IpAddress", "aws:SourceIp", "203.0.113.0/24", EXT),
        ("IpAddress", "aws:SourceIp", ["203.0.113.17", "198.51.100.1"], EXT),
        ("IpAddress", "aws:SourceIp", "0.0.0.0/0", PUB),
        ("IpAddressIfExists", "aws:SourceIp", "203.0.113.17", PUB),
    ],
    own_networks=frozenset({"vpc-0own", "vpce-0own", "203.0.113.16/28"}),
)

# https://docs.aws.amazon.com/efs/latest/ug/access-control-block-public-access.html
MOUNTED = when("Bool", "elasticfilesystem:AccessedViaMountTarget", "true")
FILE_SYSTEMS = [
    case("mount target", EXT, allow(action="elasticfilesystem:ClientMount", when=MOUNTED), kind=FILES),
    case(
        "not by mount target", PUB,
        allow(action="elasticfilesystem:*", when=when("Bool", "elasticfilesystem:AccessedViaMountTarget", "false")), kind=FILES,
    ),
    case(
        "mount target if it exists", PUB,
        allow(action="elasticfilesystem:*", when=when("BoolIfExists", "elasticfilesystem:AccessedViaMountTarget", "true")),
        kind=FILES,
    ),
    case("mount target and organization", IN_ORG,
         allow(action="elasticfilesystem:*", when={**MOUNTED, **when("StringEquals", "aws:PrincipalOrgID", ORG)}), kind=FILES),
    case("account and mount target", EXT, allow({"AWS": OTHER}, "elasticfilesystem:ClientMount", when=MOUNTED), kind=FILES),
    case("access point only", PUB,
         allow(action="elasticfilesystem:ClientMount",
               when=when("StringEquals", "elasticfilesystem:AccessPointArn", f"arn:aws:elasticfilesystem:eu-west-1:{OWN}:access-point/fsap-1")),
         kind=FILES),
]  # fmt: skip

# two bounds: the narrower decides.  https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
BOTH = [
    case("address and organization", IN_ORG, allow(when={
        "IpAddress": {"aws:SourceIp": "203.0.113.0/24"}, "StringEquals": {"aws:PrincipalOrgID": ORG}})),
    case("address and foreign organization", EXT, allow(when={
        "IpAddress": {"aws:SourceIp": "203.0.113.0/24"}, "StringEquals": {"aws:PrincipalOrgID": FOREIGN}})),
    case("two keys under one operator", IN_ORG, allow(when={
        "StringEquals": {"aws:PrincipalOrgID": ORG, "aws:SourceVpc": "vpc-0aaa"}})),
    case("network and tag", EXT, allow(when={
        "StringEquals": {"aws:PrincipalTag/team": "blue", "aws:SourceVpc": "vpc-0aaa"}})),
    case("organization and own account", PRIV, allow(when={
        "StringEquals": {"aws:PrincipalOrgID": ORG, "aws:PrincipalAccount": OWN}})),
    case("own organization and an account outside", IN_ORG, allow(when={
        "StringEquals": {"aws:PrincipalOrgID": ORG, "aws:PrincipalAccount": OTHER}})),
    case("vpc and address never go together", PRIV, allow(when={
        "StringEquals": {"aws:SourceVpc": "vpc-0aaa"}, "IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})),
    case("two addresses that exclude each other", PRIV, allow(when={
        "IpAddress": {"aws:SourceIp": "203.0.113.0/24"}, "IpAddressIfExists": {"AWS:SourceIp": "198.51.100.0/24"}})),
    case("all addresses but the wide half", EXT, allow(when={
        "IpAddress": {"aws:SourceIp": "203.0.113.0/24"}, "NotIpAddress": {"aws:SourceIp": "203.0.113.64/26"}})),
    case("two account keys that disagree", PRIV, allow(when={
        "StringEquals": {"aws:PrincipalAccount": OTHER, "kms:CallerAccount": FRIEND}})),
    case("account and arn", PRIV, allow(when={
        "StringEquals": {"aws:PrincipalAccount": OWN}, "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/x"}})),
    case("values of one key widen", EXT, allow(when={
        "StringEquals": {"aws:SourceVpc": ["vpc-0own", "vpc-0aaa"]}}), own_networks={"vpc-0own"}),
    case("own vpc and foreign account", PRIV, allow({"AWS": OTHER}, when={
        "StringEquals": {"aws:SourceVpc": "vpc-0own"}}), own_networks={"vpc-0own"}),
    case("bucket and its account", PRIV, allow(action="sqs:SendMessage", when={
        "ArnLike": {"aws:SourceArn": "arn:aws:s3:::records"}, "StringEquals": {"aws:SourceAccount": OWN}})),
    case("bucket pattern and its account", PRIV, allow(action="sqs:SendMessage", when={
        "ArnLike": {"aws:SourceArn": "arn:aws:s3:*:*:records"}, "StringEquals": {"aws:SourceAccount": OWN}})),
    case("bucket and a friend's account", IN_ORG, allow(action="sqs:SendMessage", when={
        "ArnLike": {"aws:SourceArn": "arn:aws:s3:::records"}, "StringEquals": {"aws:SourceAccount": FRIEND}})),
    case("bucket and organization", IN_ORG, allow(action="sqs:SendMessage", when={
        "ArnLike": {"aws:SourceArn": "arn:aws:s3:::records"}, "StringEquals": {"aws:SourceOrgID": ORG}})),
    case("aws managed key", PRIV, allow(action="kms:Decrypt", when={
        "StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com", "kms:CallerAccount": OWN}})),
    case("via service only", PUB, allow(action="kms:Decrypt", when={
        "StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}})),
    case("null and equals", IN_ORG, allow(when={
        "Null": {"aws:PrincipalOrgID": "false"}, "StringEqualsIfExists": {"aws:PrincipalOrgID": ORG}})),
    case("present vpc, fixed if exists", EXT, allow(when={
        "Null": {"aws:SourceVpce": "false"}, "StringEqualsIfExists": {"aws:SourceVpce": "vpce-0aaa"}})),
    case("for all values and present", IN_ORG, allow(when={
        "Null": {"aws:PrincipalOrgPaths": "false"}, "ForAllValues:StringLike": {"aws:PrincipalOrgPaths": f"{ORG}/*"}})),
    case("function url and organization", IN_ORG, allow(action="lambda:InvokeFunctionUrl", when={
        "StringEquals": {"lambda:FunctionUrlAuthType": "AWS_IAM", "aws:PrincipalOrgID": ORG}})),
]  # fmt: skip

# https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
ENDPOINTS = [
    case("default endpoint policy", PUB, allow(action="*"), kind=ENDPOINT),
    case("endpoint for the organization's principals", IN_ORG,
         allow(action="*", when=when("StringEquals", "aws:PrincipalOrgID", ORG)), kind=ENDPOINT),
    case("endpoint for the own account", PRIV, allow(action="*", when=when("StringEquals", "aws:PrincipalAccount", OWN)), kind=ENDPOINT),
    case("endpoint bound by the resource only", PUB, allow(action="*", when=when("StringEquals", "aws:ResourceOrgID", ORG)), kind=ENDPOINT),
    case("endpoint bound by the resource's account", PUB, allow(action="*", when=when("StringEquals", "aws:ResourceAccount", OTHER)), kind=ENDPOINT),
    case("endpoint bound by both", IN_ORG, allow(action="*", when={
        "StringEquals": {"aws:PrincipalOrgID": ORG, "aws:ResourceOrgID": ORG}}), kind=ENDPOINT),
    case("endpoint for one account", EXT, allow({"AWS": OTHER}, "*"), kind=ENDPOINT),
]  # fmt: skip

# https://docs.aws.amazon.com/opensearch-service/latest/developerguide/ac.html
SERVICES = [
    case("domain by address", EXT, allow(action="es:*", when=when("IpAddress", "aws:SourceIp", "203.0.113.0/24")), kind=DOMAIN),
    case("domain open", PUB, allow({"AWS": "*"}, "es:ESHttp*"), kind=DOMAIN),
    case("domain by a wide range", PUB, allow(action="es:*", when=when("IpAddress", "aws:SourceIp", "0.0.0.0/2")), kind=DOMAIN),
    case("api by endpoint", EXT, allow(action="execute-api:Invoke", when=when("StringEquals", "aws:SourceVpce", "vpce-0aaa")), kind=API),
    case("role by address", EXT, allow(action="sts:AssumeRole", Resource=None, when=when("IpAddress", "aws:SourceIp", "203.0.113.0/24")), kind=ROLE),
]  # fmt: skip

CASES = [*ADDRESSES, *NETWORKS, *OWN_NETWORKS, *FILE_SYSTEMS, *BOTH, *ENDPOINTS, *SERVICES]
