"""S3: ACLs, block public access, access points; and the keys of a request's context.  Each case with its page."""

from orienteer.ask import UNREAD
from tests.ask.support import (
    BOB,
    CROSS,
    ETL,
    EVE,
    FULL,
    INSTANCE,
    KEY_IN,
    KEYS,
    LAKE,
    OPERATORS,
    ORG,
    OTHER,
    PEER,
    PEER_SESSION,
    ROOT,
    SESSION,
    STRANGER,
    TARGET,
    USER_GUIDE,
    VARIABLES,
    A,
    B,
    X,
    allow,
    aws,
    case,
    deny,
    doc,
)  # fmt: skip

S3 = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/"
ACL, OWNERSHIP = S3 + "acl-overview.html", S3 + "about-object-ownership.html"
BPA, POINTS = S3 + "access-control-block-public-access.html", S3 + "access-points-policies.html"
POINT_VPC, DELEGATING = (
    S3 + "access-points-vpc.html",
    S3 + "access-points-policies.html#access-points-delegating-control",
)
DELETE_POLICY = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html"
BUCKET_OWNER = S3 + "example-bucket-policies.html"
TAGS = USER_GUIDE + "access_tags.html"
TAGGING_SESSIONS = USER_GUIDE + "id_session-tags.html"
NULL = OPERATORS + "#Conditions_Null"
IF_EXISTS = OPERATORS + "#Conditions_IfExists"
SETS = USER_GUIDE + "reference_policies_condition-single-vs-multi-valued-context-keys.html"

GET, PUT, LIST = "s3:GetObject", "s3:PutObject", "s3:ListBucket"
EVERYBODY, SIGNED = (f"http://acs.amazonaws.com/groups/global/{name}" for name in ("AllUsers", "AuthenticatedUsers"))
C_A, C_B, C_X = "a" * 64, "b" * 64, "c" * 64
TO_ALL = [allow("s3:*", to="*")]
RESTRICT, IGNORE = {"RestrictPublicBuckets": True}, {"IgnorePublicAcls": True}
POINT = f"arn:aws:s3:eu-west-1:{A}:accesspoint/sales"
IN_POINT = f"{POINT}/object/raw/1.csv"
DELEGATES = [allow("*", to="*", when={"StringEquals": {"s3:DataAccessPointAccount": A}})]


def grants(*pairs, **more):
    """The bucket with this ACL: (group or canonical id, permission)."""
    listed = [{"Grantee": {"URI" if who.startswith("http") else "ID": who}, "Permission": what} for who, what in pairs]
    return {"acl": listed, "owner_id": C_A, **more}


def point(*statements, **more):
    return [{"arn": POINT, "bucket": LAKE, "policy": doc(*statements) if statements else None, **more}]


def when(operator, key, value, *, want, url=KEYS, who=BOB, effect="allow", on=KEY_IN, action=GET, **more):
    """One condition in the caller's own policy (or, denying, in the bucket's)."""
    condition = {operator: {key: value}}
    if effect == "deny":
        return case(url, want, who, action, on, user=FULL, role=FULL, peer=FULL, **more,
                    policy=[deny("*", to="*", when=condition)])  # fmt: skip
    own = [allow("*", when=condition)]
    return case(url, want, who, action, on, user=own, role=own, peer=own, **more)


CASES = [
    # ACLs: what a permission allows, and to whom
    case(ACL, "allowed", "*", LIST, LAKE, bucket=grants((EVERYBODY, "READ")), by="resource"),
    case(ACL, "implicit", "*", "s3:GetObjectTagging", KEY_IN, bucket=grants((EVERYBODY, "READ")), by="resource"),
    case(ACL, "allowed", "*", PUT, KEY_IN, bucket=grants((EVERYBODY, "WRITE"))),
    case(ACL, "implicit", "*", LIST, LAKE, bucket=grants((EVERYBODY, "WRITE")), by="resource"),
    case(ACL, "allowed", "*", "s3:GetBucketAcl", LAKE, bucket=grants((EVERYBODY, "READ_ACP"))),
    case(ACL, "allowed", "*", "s3:PutBucketAcl", LAKE, bucket=grants((EVERYBODY, "WRITE_ACP"))),
    case(ACL, "allowed", "*", "s3:PutBucketAcl", LAKE, bucket=grants((EVERYBODY, "FULL_CONTROL"))),
    case(ACL, "implicit", "*", "s3:PutBucketPolicy", LAKE, bucket=grants((EVERYBODY, "FULL_CONTROL")), by="resource"),
    case(ACL, "implicit", "*", LIST, LAKE, bucket=grants((SIGNED, "READ")), by="resource"),
    case(ACL, "allowed", PEER, LIST, LAKE, peer=FULL, bucket=grants((SIGNED, "READ"))),
    case(ACL, "implicit", PEER, LIST, LAKE, bucket=grants((SIGNED, "READ")), by="identity"),
    case(ACL, "allowed", PEER, LIST, LAKE, peer=FULL, bucket=grants((C_B, "READ")), account_b={"canonical": C_B}),
    case(ACL, "implicit", PEER, LIST, LAKE, peer=FULL, bucket=grants((C_X, "READ")), account_b={"canonical": C_B},
         by="resource"),
    case(ACL, "implicit", PEER, LIST, LAKE, bucket=grants((C_B, "READ")), account_b={"canonical": C_B}, by="identity"),
    case(ACL, "explicit", "*", LIST, LAKE, bucket=grants((EVERYBODY, "READ")), policy=[deny("*", to="*")],
         by="resource"),
    case(ACL, "implicit", BOB, LIST, LAKE, bucket=grants((C_A, "FULL_CONTROL")), by="identity resource"),
    case(OWNERSHIP, "implicit", "*", LIST, LAKE, bucket=grants((EVERYBODY, "READ"), acls_disabled=True), by="resource"),
    case(OWNERSHIP, "unknown", "*", LIST, LAKE, bucket=grants((EVERYBODY, "READ"), acls_disabled=UNREAD)),
    case(ACL, "unknown", "*", LIST, LAKE, bucket={"acl": UNREAD}),
    case(ACL, "allowed", BOB, LIST, LAKE, user=FULL, bucket={"acl": UNREAD}),
    case(ACL, "allowed", "*", LIST, LAKE, bucket={"acl": UNREAD}, policy=TO_ALL),
    # block public access
    case(BPA, "implicit", "*", LIST, LAKE, bucket=grants((EVERYBODY, "READ"), block_public_access=IGNORE), by="bpa"),
    case(BPA, "implicit", "*", LIST, LAKE, bucket=grants((EVERYBODY, "READ")), account={"block_public_access": IGNORE},
         by="bpa"),
    case(BPA, "implicit", PEER, LIST, LAKE, peer=FULL, bucket=grants((SIGNED, "READ"), block_public_access=IGNORE),
         by="bpa"),
    case(BPA, "allowed", PEER, LIST, LAKE, peer=FULL, bucket=grants((C_B, "READ"), block_public_access=IGNORE),
         account_b={"canonical": C_B}),
    case(BPA, "unknown", "*", LIST, LAKE, bucket=grants((EVERYBODY, "READ"), block_public_access=UNREAD)),
    case(BPA, "implicit", "*", LIST, LAKE, bucket=grants((EVERYBODY, "READ"), block_public_access=UNREAD),
         account={"block_public_access": IGNORE}, by="bpa"),
    case(BPA, "implicit", "*", GET, KEY_IN, policy=TO_ALL, bucket={"block_public_access": RESTRICT}, by="bpa"),
    case(BPA, "implicit", "*", GET, KEY_IN, policy=TO_ALL, account={"block_public_access": RESTRICT}, by="bpa"),
    case(BPA, "allowed", "*", GET, KEY_IN, policy=TO_ALL, bucket={"block_public_access": IGNORE}),
    case(BPA, "implicit", PEER, GET, KEY_IN, peer=FULL, policy=TO_ALL, bucket={"block_public_access": RESTRICT},
         by="bpa"),
    case(BPA, "implicit", PEER, GET, KEY_IN, peer=FULL, policy=[*TO_ALL, allow(GET, to=aws(B))],
         bucket={"block_public_access": RESTRICT}, by="bpa"),
    case(BPA, "allowed", BOB, GET, KEY_IN, policy=TO_ALL, bucket={"block_public_access": RESTRICT}),
    case(BPA, "allowed", "cloudtrail.amazonaws.com", PUT, KEY_IN, bucket={"block_public_access": RESTRICT}, policy=[
        *TO_ALL, allow(PUT, to={"Service": "cloudtrail.amazonaws.com"})]),
    case(BPA, "allowed", PEER, GET, KEY_IN, peer=FULL, policy=[allow(GET, to=aws(B))],
         bucket={"block_public_access": RESTRICT}),
    case(BPA, "allowed", PEER, GET, KEY_IN, peer=FULL, bucket={"block_public_access": RESTRICT}, policy=[
        allow(GET, to="*", when={"StringEquals": {"aws:PrincipalOrgID": ORG}})]),
    case(BPA, "implicit", PEER, GET, KEY_IN, peer=FULL, bucket={"block_public_access": RESTRICT, "public": True},
         by="bpa",
         policy=[allow(GET, to="*", when={"StringEquals": {"aws:PrincipalOrgID": ORG}})]),
    case(BPA, "allowed", PEER, GET, KEY_IN, peer=FULL, policy=TO_ALL, bucket={
        "block_public_access": RESTRICT, "public": False}),
    case(BPA, "unknown", "*", GET, KEY_IN, policy=TO_ALL, bucket={"block_public_access": UNREAD}),
    case(BPA, "allowed", PEER, GET, KEY_IN, peer=FULL, policy=[allow(GET, to=aws(B))],
         bucket={"block_public_access": UNREAD}),
    case(BPA, "explicit", "*", GET, KEY_IN, policy=[*TO_ALL, deny(GET, to="*")], bucket={"block_public_access": UNREAD},
         by="resource"),
    # the root user of the owner can always mend a bucket's policy
    *(case(DELETE_POLICY, "allowed", ROOT, f"s3:{verb}BucketPolicy", LAKE, policy=[deny("s3:*", to="*")])
      for verb in ("Get", "Put", "Delete")),
    case(DELETE_POLICY, "explicit", BOB, "s3:DeleteBucketPolicy", LAKE, user=FULL, policy=[deny("s3:*", to="*")],
         by="resource"),
    case(DELETE_POLICY, "explicit", ROOT, "s3:ListBucket", LAKE, policy=[deny("s3:*", to="*")], by="resource"),
    case(BUCKET_OWNER, "allowed", BOB, LIST, LAKE, user=[allow(LIST, LAKE)]),
    case(BUCKET_OWNER, "implicit", BOB, LIST, LAKE, user=[allow(LIST, f"{LAKE}/*")], by="identity resource"),
    # access points: for others, both its policy and its bucket's must allow; a Deny of either stands
    case(POINTS, "allowed", PEER, GET, IN_POINT, peer=FULL, policy=DELEGATES, things=point(allow(GET, to=aws(B)))),
    case(POINTS, "implicit", PEER, GET, IN_POINT, peer=FULL, things=point(allow(GET, to=aws(B))), by="resource"),
    case(POINTS, "implicit", PEER, GET, IN_POINT, peer=FULL, policy=DELEGATES, things=point(), by="resource"),
    case(POINTS, "implicit", PEER, GET, IN_POINT, policy=DELEGATES, things=point(allow(GET, to=aws(B))), by="identity"),
    case(POINTS, "implicit", PEER, GET, KEY_IN, peer=FULL, policy=DELEGATES, things=point(allow(GET, to=aws(B))),
         by="resource"),
    case(POINTS, "allowed", BOB, GET, IN_POINT, user=FULL, things=point()),
    case(POINTS, "implicit", BOB, GET, IN_POINT, user=[allow(GET, f"{LAKE}/*")], things=point(),
         by="identity resource"),
    case(POINTS, "allowed", BOB, GET, IN_POINT, user=[allow(GET, f"{POINT}/object/*")], things=point()),
    case(POINTS, "explicit", BOB, GET, IN_POINT, user=FULL, policy=[deny(GET, KEY_IN, to="*")], things=point(),
         by="resource"),
    case(POINTS, "explicit", BOB, GET, IN_POINT, user=FULL, things=point(deny(GET, to="*")), by="resource"),
    case(DELEGATING, "allowed", BOB, GET, IN_POINT, user=FULL, things=point(), policy=[
        deny("s3:*", to="*", when={"StringNotEquals": {"s3:DataAccessPointAccount": A}})]),
    case(DELEGATING, "explicit", BOB, GET, KEY_IN, user=FULL, things=point(), by="resource", policy=[
        deny("s3:*", to="*", when={"StringNotEquals": {"s3:DataAccessPointAccount": A}})]),
    case(DELEGATING, "allowed", ETL, GET, IN_POINT, policy=DELEGATES, things=point(allow(GET, to=aws(ETL)))),
    case(POINTS, "unknown", BOB, GET, IN_POINT, user=FULL, things=point(bucket="arn:aws:s3:::elsewhere")),
    case(POINTS, "implicit", "*", GET, IN_POINT, policy=TO_ALL, by="bpa", things=point(
        allow(GET, to="*"), block_public_access=RESTRICT)),
    case(POINTS, "allowed", "*", GET, IN_POINT, policy=TO_ALL, things=point(allow(GET, to="*"))),
    case(POINTS, "implicit", PEER, GET, IN_POINT, peer=FULL, policy=TO_ALL, things=point(allow(GET, to=aws(B))),
         by="bpa",
         bucket={"block_public_access": RESTRICT}),
    case(POINTS, "allowed", PEER, GET, IN_POINT, peer=FULL, policy=DELEGATES, things=point(allow(GET, to=aws(B))),
         bucket={"block_public_access": RESTRICT}),
    case(POINTS, "allowed", ETL, GET, IN_POINT, policy=TO_ALL, things=point(allow(GET, to=aws(ETL))),
         bucket={"block_public_access": RESTRICT}),
    case(POINT_VPC, "implicit", BOB, GET, IN_POINT, user=FULL, things=point(vpc="vpc-1"), by="resource",
         context={"aws:SourceIp": "203.0.113.9"}),
    case(POINT_VPC, "allowed", BOB, GET, IN_POINT, user=FULL, things=point(vpc="vpc-1"),
         context={"aws:SourceVpc": "vpc-1"}),
    case(POINT_VPC, "implicit", BOB, GET, IN_POINT, user=FULL, things=point(vpc="vpc-1"), by="resource",
         context={"aws:SourceVpc": "vpc-2"}),
    case(POINT_VPC, "unknown", BOB, GET, IN_POINT, user=FULL, things=point(vpc="vpc-1"), hangs="aws:sourcevpc"),
    case(POINT_VPC, "allowed", BOB, GET, IN_POINT, user=FULL, things=point(vpc="vpc-1"), hangs="aws:sourcevpc",
         may=True),
    # keys that the snapshot fills in
    when("StringEquals", "aws:PrincipalAccount", A, want="allowed"),
    when("StringEquals", "aws:PrincipalAccount", B, want="implicit"),
    when("StringEquals", "aws:PrincipalOrgID", ORG, want="allowed"),
    when("StringEquals", "aws:PrincipalOrgID", OTHER, want="implicit"),
    when("StringEquals", "aws:PrincipalOrgID", ORG, want="implicit", organization=False),
    when("StringEquals", "aws:PrincipalOrgID", ORG, want="unknown", organization=UNREAD, hangs="aws:principalorgid"),
    when("StringEquals", "aws:PrincipalOrgID", ORG, want="unknown", organization={"id": UNREAD},
         hangs="aws:principalorgid"),
    when("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", f"{ORG}/r-1/ou-1-data/*", want="allowed"),
    when("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", f"{ORG}/r-1/ou-1-web/*", want="implicit"),
    when("ArnEquals", "aws:PrincipalArn", BOB, want="allowed"),
    when("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{A}:user/*", want="allowed"),
    when("ArnLike", "aws:PrincipalArn", ETL, want="allowed", who=SESSION),
    when("ArnLike", "aws:PrincipalArn", SESSION, want="implicit", who=SESSION),
    when("StringEquals", "aws:PrincipalType", "User", want="allowed"),
    when("StringEquals", "aws:PrincipalType", "AssumedRole", want="allowed", who=ETL),
    when("StringEquals", "aws:username", "bob", want="allowed"),
    when("StringEquals", "aws:username", "bob", want="implicit", who=ETL),
    when("StringEquals", "aws:userid", "AIDABOB000000000000A", want="allowed"),
    when("StringLike", "aws:userid", "AROAETL000000000000A:*", want="allowed", who=ETL),
    when("StringEquals", "aws:userid", "AROAETL000000000000A:run-7", want="allowed", who=SESSION),
    when("StringEquals", "aws:userid", "AROAETL000000000000A:run-8", want="implicit", who=SESSION),
    when("StringEquals", "aws:userid", "AIDAEVE000000000000A", want="unknown", who=PEER, policy=TO_ALL,
         hangs="aws:userid"),
    when("StringEquals", "aws:ResourceAccount", A, want="allowed"),
    when("StringEquals", "aws:ResourceAccount", B, want="implicit"),
    when("StringEquals", "aws:ResourceOrgID", ORG, want="allowed"),
    when("StringEquals", "aws:ResourceOrgID", "${aws:PrincipalOrgID}", want="allowed"),
    when("StringEquals", "s3:ResourceAccount", A, want="allowed"),
    when("ForAnyValue:StringLike", "aws:ResourceOrgPaths", f"{ORG}/r-1/*", want="allowed"),
    when("StringEquals", "aws:RequestedRegion", "eu-west-1", want="allowed"),
    when("StringEquals", "aws:RequestedRegion", "us-east-1", want="implicit"),
    when("StringEquals", "aws:RequestedRegion", "us-east-1", want="allowed", on="*", action="iam:ListUsers"),
    when("Bool", "aws:SecureTransport", "true", want="allowed"),
    when("Bool", "aws:ViaAWSService", "false", want="allowed"),
    when("Bool", "aws:PrincipalIsAWSService", "false", want="allowed"),
    when("DateGreaterThan", "aws:CurrentTime", "2026-01-01T00:00:00Z", want="allowed"),
    when("DateLessThan", "aws:CurrentTime", "2026-01-01T00:00:00Z", want="implicit"),
    when("NumericLessThan", "aws:EpochTime", "1", want="implicit"),
    when("StringEquals", "aws:CalledViaFirst", "cloudformation.amazonaws.com", want="implicit"),
    when("StringEquals", "aws:SourceAccount", A, want="implicit"),
    when("StringNotEqualsIfExists", "aws:SourceAccount", A, want="allowed"),
    # tags of principals, sessions and resources
    when("StringEquals", "aws:PrincipalTag/Team", "data", want="allowed", url=TAGS, person={"tags": {"Team": "data"}}),
    when("StringEquals", "aws:PrincipalTag/team", "data", want="allowed", url=TAGS, person={"tags": {"Team": "data"}}),
    when("StringEquals", "aws:PrincipalTag/Team", "Data", want="implicit", url=TAGS, person={"tags": {"Team": "data"}}),
    when("StringEquals", "aws:PrincipalTag/Team", "data", want="implicit", url=TAGS),
    when("StringEquals", "aws:PrincipalTag/Team", "data", want="unknown", url=TAGS, person={"tags": UNREAD},
         hangs="aws:principaltag/team"),
    when("StringEquals", "aws:PrincipalTag/Team", "data", want="implicit", url=TAGGING_SESSIONS, who=ETL,
         trust=[allow("sts:AssumeRole", None, to=aws(A))]),
    when("StringEquals", "aws:PrincipalTag/Team", "data", want="unknown", url=TAGGING_SESSIONS, who=ETL,
         trust=[allow(["sts:AssumeRole", "sts:TagSession"], None, to=aws(A))], hangs="aws:principaltag/team"),
    when("Null", "aws:PrincipalTag/Team", "true", want="allowed", url=NULL),
    when("Null", "aws:PrincipalTag/Team", "false", want="implicit", url=NULL),
    when("StringEquals", "aws:ResourceTag/Team", "data", want="allowed", url=TAGS, on=INSTANCE,
         action="ec2:StopInstances"),
    when("StringEquals", "ec2:ResourceTag/Team", "data", want="allowed", url=TAGS, on=INSTANCE,
         action="ec2:StopInstances"),
    when("StringEquals", "aws:ResourceTag/Team", "web", want="implicit", url=TAGS, on=INSTANCE,
         action="ec2:StopInstances"),
    when("StringEquals", "aws:ResourceTag/Cost", "1", want="implicit", url=TAGS, on=INSTANCE,
         action="ec2:StopInstances"),
    when("StringEquals", "aws:ResourceTag/Team", "data", want="unknown", url=TAGS, hangs="aws:resourcetag/team"),
    when("StringEquals", "aws:ResourceTag/Team", "${aws:PrincipalTag/Team}", want="allowed", url=TAGS, on=INSTANCE,
         action="ec2:StopInstances", person={"tags": {"Team": "data"}}),
    when("StringEquals", "aws:ResourceTag/Team", "${aws:PrincipalTag/Team}", want="implicit", url=TAGS, on=INSTANCE,
         action="ec2:StopInstances", person={"tags": {"Team": "web"}}),
    when("StringEquals", "aws:RequestTag/Team", "data", want="unknown", url=TAGS, on=INSTANCE, action="ec2:CreateTags",
         hangs="aws:requesttag/team"),
    # keys that it leaves open: an Allow may hold, a Deny may not, and the answer says on which keys it hangs
    when("IpAddress", "aws:SourceIp", "203.0.113.0/24", want="unknown", hangs="aws:sourceip"),
    when("IpAddress", "aws:SourceIp", "203.0.113.0/24", want="allowed", hangs="aws:sourceip", may=True),
    when("IpAddress", "aws:SourceIp", "203.0.113.0/24", want="allowed", context={"aws:SourceIp": "203.0.113.9"}),
    when("IpAddress", "aws:SourceIp", "203.0.113.0/24", want="implicit", context={"aws:SourceIp": "198.51.100.9"}),
    when("IpAddress", "aws:SourceIp", "203.0.113.0/24", want="implicit", context={"aws:SourceIp": None}),
    when("IpAddress", "aws:SourceIp", "203.0.113.0/24", want="implicit", context={"aws:SourceVpc": "vpc-1"}),
    when("NotIpAddress", "aws:SourceIp", "203.0.113.0/24", want="unknown", effect="deny", hangs="aws:sourceip"),
    when("NotIpAddress", "aws:SourceIp", "203.0.113.0/24", want="allowed", effect="deny", hangs="aws:sourceip",
         may=True),
    when("NotIpAddress", "aws:SourceIp", "203.0.113.0/24", want="explicit", effect="deny", by="resource",
         context={"AWS:sourceip": "198.51.100.9"}),
    when("Bool", "aws:MultiFactorAuthPresent", "true", want="unknown", hangs="aws:multifactorauthpresent"),
    when("Bool", "aws:MultiFactorAuthPresent", "true", want="allowed", context={"aws:MultiFactorAuthPresent": "true"}),
    when("BoolIfExists", "aws:MultiFactorAuthPresent", "false", want="explicit", effect="deny", by="resource",
         context={"aws:MultiFactorAuthPresent": []}),
    when("StringEquals", "s3:prefix", "home/", want="unknown", hangs="s3:prefix", on=LAKE, action=LIST),
    when("StringEquals", "s3:x-amz-server-side-encryption", "aws:kms", want="allowed", may=True,
         hangs="s3:x-amz-server-side-encryption"),
    when("StringLike", "aws:userid", "*", want="allowed", who=ETL, url=OPERATORS),
    when("StringLikeIfExists", "aws:SourceVpce", "*", want="allowed", url=IF_EXISTS),
    when("ForAllValues:StringEquals", "aws:TagKeys", ["Team"], want="allowed", url=SETS,
         context={"aws:TagKeys": ["Team"]}),
    when("ForAllValues:StringEquals", "aws:TagKeys", ["Team"], want="implicit", url=SETS,
         context={"aws:TagKeys": ["Team", "Cost"]}),
    when("ForAnyValue:StringEquals", "aws:TagKeys", ["Team"], want="allowed", url=SETS,
         context={"aws:TagKeys": ["Team", "Cost"]}),
    when("ForAllValues:StringEquals", "aws:TagKeys", ["Team"], want="allowed", url=SETS, context={"aws:TagKeys": None}),
    # the caller's own context stands over what the snapshot tells
    when("StringEquals", "aws:PrincipalOrgID", ORG, want="implicit", context={"aws:PrincipalOrgID": OTHER}),
    when("StringEquals", "aws:RequestedRegion", "us-east-1", want="allowed",
         context={"aws:RequestedRegion": "us-east-1"}),
    when("Bool", "aws:SecureTransport", "false", want="explicit", effect="deny", by="resource",
         context={"aws:SecureTransport": "false"}),
    when("DateLessThan", "aws:CurrentTime", "2026-01-01T00:00:00Z", want="allowed",
         context={"aws:CurrentTime": "2025-06-01T00:00:00Z"}),
    # policy variables
    *(case(VARIABLES, want, who, GET, f"{LAKE}/home/bob/1", user=[allow(GET, f"{LAKE}/home/${{aws:username}}/*")],
           role=[allow(GET, f"{LAKE}/home/${{aws:username}}/*")], by=by)
      for who, want, by in ((BOB, "allowed", "identity scp"), (ETL, "implicit", "identity resource"))),
    case(VARIABLES, "implicit", BOB, GET, f"{LAKE}/home/eve/1", user=[allow(GET, f"{LAKE}/home/${{aws:username}}/*")]),
    case(VARIABLES, "unknown", BOB, GET, f"{LAKE}/home/1", user=[allow(GET, f"{LAKE}/home/${{aws:SourceIp}}*")],
         hangs="aws:sourceip"),
    case(VARIABLES, "allowed", BOB, GET, f"{LAKE}/team/data/1", user=[allow(GET,
         f"{LAKE}/team/${{aws:PrincipalTag/Team}}/*")],
         person={"tags": {"Team": "data"}}),
    case(VARIABLES, "implicit", BOB, GET, f"{LAKE}/home/bob/1", user={
        "Version": "2008-10-17", "Statement": [allow(GET, f"{LAKE}/home/${{aws:username}}/*")]}),
    case(CROSS, "allowed", PEER_SESSION, GET, f"{LAKE}/run-7/1", peer=FULL, policy=[
        allow(GET, f"{LAKE}/${{sts:RoleSessionName}}/*", to=aws(B))]),
    case(CROSS, "unknown", PEER, GET, f"{LAKE}/run-7/1", peer=FULL, hangs="sts:rolesessionname", policy=[
        allow(GET, f"{LAKE}/${{sts:RoleSessionName}}/*", to=aws(B))]),
    case(KEYS, "implicit", STRANGER, "sts:AssumeRole", TARGET, target=[
        allow("sts:AssumeRole", None, to="*", when={"StringEquals": {"aws:PrincipalOrgID": ORG}})], by="resource"),
    case(KEYS, "unknown", STRANGER, "sts:AssumeRole", TARGET, target=[
        allow("sts:AssumeRole", None, to="*", when={"StringEquals": {"aws:PrincipalAccount": X}})]),
    case(KEYS, "implicit", EVE, GET, KEY_IN, policy=[
        allow(GET, to="*", when={"ArnEquals": {"aws:PrincipalArn": BOB}})], by="identity resource"),
]  # fmt: skip
