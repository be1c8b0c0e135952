"""Questions meant to catch a wrong answer: what the language and the layers do where one would not think of it."""

from orienteer.ask import UNREAD
from tests.ask.cases_cross import (
    ASSUME,
    ASSUME_API,
    DECRYPT,
    ENABLES_IAM,
    FUNCTION,
    GRANTS,
    IDP,
    KEY_CONDITIONS,
    KEY_POLICIES,
    LAMBDA,
    SAML,
    SEND,
    SNS,
    TERMS,
    TO_BOB,
    TOPIC,
    TRUST,
    trusts,
)  # fmt: skip
from tests.ask.cases_guardrails import BY_VPCE, ENDPOINTS, EXAMPLES, RCP_EVAL, S3_ENDPOINTS, SYNTAX, VPCE, gate
from tests.ask.cases_s3 import (
    BPA,
    C_B,
    DELEGATES,
    DELEGATING,
    IN_POINT,
    OWNERSHIP,
    POINTS,
    RESTRICT,
    SETS,
    TAGS,
    grants,
    point,
)  # fmt: skip
from tests.ask.support import (
    ADMIN,
    BASICS,
    BOB,
    BOUNDARIES,
    CROSS,
    ETL,
    EVAL,
    FULL,
    INSTANCE,
    KEY_IN,
    KEYS,
    KMS,
    LAKE,
    NOT_PRINCIPAL,
    OPERATORS,
    ORG,
    OTHER,
    PEER,
    PRINCIPAL,
    QUEUE,
    RCP,
    ROOT,
    ROOT_B,
    SCP,
    SECRET,
    SESSION,
    SESSIONS,
    SLR,
    SSO,
    SSO_SESSION,
    TARGET,
    USER_GUIDE,
    VARIABLES,
    A,
    B,
    M,
    X,
    allow,
    aws,
    case,
    deny,
    doc,
)  # fmt: skip

GET, PUT, LIST, STOP = "s3:GetObject", "s3:PutObject", "s3:ListBucket", "ec2:StopInstances"
ACTIONS = USER_GUIDE + "reference_policies_elements_action.html"
NOT_RESOURCE = USER_GUIDE + "reference_policies_elements_notresource.html"
LOGIC = USER_GUIDE + "reference_policies_condition-logic-multiple-context-keys-or-values.html"
DEFAULTS = VARIABLES + "#policy-vars-default-values"
WHO_KEYS = VARIABLES + "#principaltable"
REVOKE = USER_GUIDE + "id_roles_use_revoke-sessions.html"
STS_KEYS = USER_GUIDE + "reference_policies_iam-condition-keys.html"
PASSING = USER_GUIDE + "id_roles_use_passrole.html"
SESSION_TOKEN = USER_GUIDE + "id_credentials_temp_control-access_getsessiontoken.html"
FEDERATION = USER_GUIDE + "id_credentials_temp_control-access_getfederationtoken.html"
ASSUME_ROOT = "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html"
URLS = "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
ALIASES = "https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html"
CONTEXTS = "https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantConstraints.html"
MULTI = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiRegionAccessPointPermissions.html"
POINT_KEYS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html#access-points-actions-resources-conditions"
OBJECT_ACLS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#permissions"
CATALOG = "https://docs.aws.amazon.com/glue/latest/dg/security_iam_resource-based-policy-examples.html"
SHARES = "https://docs.aws.amazon.com/ram/latest/userguide/security-ram-permissions.html"
FORWARD = USER_GUIDE + "access_forward_access_sessions.html"
SQS_ACCESS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html"
TAG_SESSIONS = USER_GUIDE + "id_session-tags.html#id_session-tags_permissions-required"
SOURCE_IDENTITY = USER_GUIDE + "id_credentials_temp_control-access_monitor.html"
ALL_BUCKETS = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html"

FEDERATED = f"arn:aws:sts::{A}:federated-user/ann"
TABLE = f"arn:aws:dynamodb:eu-west-1:{A}:table/orders"
LOGS = f"arn:aws:logs:eu-west-1:{A}:log-group:app"
ALIAS = f"arn:aws:kms:eu-west-1:{A}:alias/app"
REGION_POINT = f"arn:aws:s3::{A}:accesspoint/mfzwi23gnjvgw.mrap"
GLUE, GLUE_TABLE = (f"arn:aws:glue:eu-west-1:{A}:{rest}" for rest in ("catalog", "table/sales/orders"))
SUBNET = f"arn:aws:ec2:eu-west-1:{A}:subnet/subnet-0123456789abcdef0"
TO_ALL, IN_TEAM = [allow("s3:*", to="*")], {"tags": {"Team": "data"}}
NEVER = [deny("*", to="*")]
OBJECTS_OPEN = {"acls_disabled": False}


def own(condition, **more):
    """BOB's own Allow under this condition, and what it comes to."""
    return {"user": [allow("*", when=condition)], **more}


def bucket(condition, *, effect=allow, to="*", **more):
    """The bucket's statement under this condition."""
    return {"policy": [effect("*", to=to, when=condition)], **more}


CASES = [
    # the language: letter case, wildcards, both Not- elements
    case(ACTIONS, "allowed", BOB, GET, KEY_IN, user=[allow("S3:GETOBJECT")]),
    case(ACTIONS, "allowed", BOB, GET, KEY_IN, user=[allow("s3:???Object")]),
    case(ACTIONS, "implicit", BOB, "s3:GetObjectAcl", KEY_IN, user=[allow("s3:???Object")]),
    case(ACTIONS, "allowed", BOB, GET, KEY_IN, user=[allow("s?:*")]),
    case(NOT_RESOURCE, "allowed", BOB, GET, KEY_IN, user=FULL,
         scp=[[*FULL, deny(NotAction="iam:*", NotResource=f"{LAKE}*")]]),
    case(NOT_RESOURCE, "explicit", BOB, STOP, INSTANCE, user=FULL, by="scp",
         scp=[[*FULL, deny(NotAction="iam:*", NotResource=f"{LAKE}*")]]),
    case(NOT_RESOURCE, "allowed", BOB, "iam:ListUsers", user=FULL,
         scp=[[*FULL, deny(NotAction="iam:*", NotResource=f"{LAKE}*")]]),
    case(NOT_RESOURCE, "implicit", BOB, GET, KEY_IN, user=[allow(NotAction="iam:*", NotResource=f"{LAKE}/*")],
         by="identity resource"),
    case(SYNTAX, "implicit", BOB, "iam:ListUsers", user=FULL, scp=[[allow(NotAction=["iam:*", "sts:*"])]], by="scp"),
    case(NOT_PRINCIPAL, "allowed", "*", GET, KEY_IN, policy=[allow(GET, NotPrincipal=aws(BOB))]),
    case(NOT_PRINCIPAL, "implicit", BOB, GET, KEY_IN, policy=[allow(GET, NotPrincipal=aws(BOB))],
         by="identity resource"),
    case(NOT_PRINCIPAL, "allowed", PEER, GET, KEY_IN, peer=FULL, policy=[allow(GET, NotPrincipal=aws(BOB))]),
    case(PRINCIPAL, "allowed", BOB, GET, KEY_IN, user=FULL, policy=[deny(GET, to=aws("AIDABOB000000000000A"))]),
    case(PRINCIPAL, "explicit", SESSION, GET, KEY_IN, role=FULL, policy=[deny(GET, to=aws(SESSION))], by="resource"),
    case(PRINCIPAL, "allowed", SESSION.replace("run-7", "run-8"), GET, KEY_IN, role=FULL,
         policy=[deny(GET, to=aws(SESSION))]),
    case(PRINCIPAL, "allowed", PEER, GET, KEY_IN, peer=FULL, account_b={"canonical": C_B},
         policy=[allow(GET, to={"CanonicalUser": C_B})]),
    case(PRINCIPAL, "implicit", PEER, GET, KEY_IN, account_b={"canonical": C_B}, by="identity",
         policy=[allow(GET, to={"CanonicalUser": C_B})]),
    # operators
    case(OPERATORS, "implicit", BOB, GET, KEY_IN, person=IN_TEAM, by="identity resource",
         **own({"StringLike": {"aws:PrincipalTag/Team": "D*"}})),
    case(OPERATORS, "allowed", BOB, GET, KEY_IN, person=IN_TEAM,
         **own({"StringEqualsIgnoreCase": {"aws:PrincipalTag/Team": "DATA"}})),
    case(OPERATORS, "implicit", BOB, GET, KEY_IN, person=IN_TEAM, by="identity resource",
         **own({"StringEquals": {"aws:PrincipalTag/Team": "dat*"}})),
    case(OPERATORS, "allowed", BOB, GET, KEY_IN, **own({"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::*:user/b*"}})),
    case(OPERATORS, "implicit", BOB, GET, KEY_IN, by="identity resource",
         **own({"ArnLike": {"aws:PrincipalArn": "arn:aws:*:user/bob"}})),
    case(OPERATORS, "implicit", BOB, GET, KEY_IN, by="identity resource",
         **own({"StringNotEquals": {"aws:username": ["eve", "bob"]}})),
    case(OPERATORS, "allowed", BOB, GET, KEY_IN, context={"aws:RequestTag/x": None},
         **own({"StringNotEquals": {"aws:RequestTag/x": "1"}})),
    case(OPERATORS, "implicit", BOB, GET, KEY_IN, context={"aws:RequestTag/x": None}, by="identity resource",
         **own({"StringEquals": {"aws:RequestTag/x": "1"}})),
    case(OPERATORS, "allowed", BOB, LIST, LAKE, context={"s3:max-keys": 10},
         **own({"NumericLessThanEquals": {"s3:max-keys": "10"}})),
    case(OPERATORS, "implicit", BOB, LIST, LAKE, context={"s3:max-keys": "11"}, by="identity resource",
         **own({"NumericLessThanEquals": {"s3:max-keys": "10"}})),
    case(OPERATORS, "allowed", BOB, GET, KEY_IN, context={"aws:SourceIp": "2001:db8:1::7"},
         **own({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32"]}})),
    case(OPERATORS, "implicit", BOB, GET, KEY_IN, context={"aws:SourceIp": "2001:db9::7"}, by="identity resource",
         **own({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32"]}})),
    case(OPERATORS, "allowed", BOB, GET, KEY_IN, context={"x:binary": "QmluYXJ5"},
         **own({"BinaryEquals": {"x:binary": "QmluYXJ5"}})),
    case(OPERATORS, "implicit", BOB, GET, KEY_IN, context={"x:binary": "qmluyxj5"}, by="identity resource",
         **own({"BinaryEquals": {"x:binary": "QmluYXJ5"}})),
    case(OPERATORS, "implicit", BOB, GET, KEY_IN, by="identity resource",
         **own({"Null": {"aws:PrincipalOrgID": "true"}})),
    case(OPERATORS, "unknown", BOB, GET, KEY_IN, hangs="aws:tokenissuetime",
         **own({"Null": {"aws:TokenIssueTime": "true"}})),
    case(OPERATORS, "allowed", BOB, GET, KEY_IN, context={"aws:RequestTag/x": None},
         **own({"StringEqualsIfExists": {"aws:RequestTag/x": "1"}})),
    case(OPERATORS, "implicit", BOB, GET, KEY_IN, context={"aws:RequestTag/x": "2"}, by="identity resource",
         **own({"StringEqualsIfExists": {"aws:RequestTag/x": "1"}})),
    case(LOGIC, "implicit", BOB, GET, KEY_IN, by="identity resource",
         **own({"StringEquals": {"aws:username": "bob", "aws:PrincipalType": "AssumedRole"}})),
    case(LOGIC, "implicit", BOB, GET, KEY_IN, by="identity resource",
         **own({"StringEquals": {"aws:username": "bob"}, "StringLike": {"aws:PrincipalType": "A*"}})),
    case(LOGIC, "allowed", BOB, GET, KEY_IN, **own({"StringEquals": {"aws:username": ["eve", "bob"]}})),
    case(SETS, "explicit", BOB, GET, KEY_IN, user=FULL, context={"aws:TagKeys": None}, by="resource",
         **bucket({"ForAllValues:StringEquals": {"aws:TagKeys": ["Team"]}}, effect=deny)),
    case(SETS, "implicit", BOB, GET, KEY_IN, context={"aws:TagKeys": None}, by="identity resource",
         **own({"ForAnyValue:StringEquals": {"aws:TagKeys": ["Team"]}})),
    case(SETS, "implicit", BOB, GET, KEY_IN, context={"aws:TagKeys": ["Team", "Cost"]}, by="identity resource",
         **own({"ForAllValues:StringNotEquals": {"aws:TagKeys": ["Cost"]}})),
    case(SETS, "allowed", BOB, GET, KEY_IN, context={"aws:TagKeys": ["Team", "Cost"]},
         **own({"ForAnyValue:StringNotEquals": {"aws:TagKeys": ["Cost"]}})),
    case(SETS, "explicit", BOB, GET, KEY_IN, user=FULL, context={"aws:TagKeys": ["Team", "Cost"]}, by="resource",
         **bucket({"ForAnyValue:StringNotEquals": {"aws:TagKeys": ["Cost"]}}, effect=deny)),
    case(KEYS, "allowed", PEER, GET, KEY_IN, peer=FULL,
         **bucket({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": ["o-9/*", f"{ORG}/r-1/ou-1-web/*"]}})),
    case(KEYS, "implicit", PEER, GET, KEY_IN, peer=FULL, by="resource",
         **bucket({"ForAnyValue:StringEquals": {"aws:PrincipalOrgPaths": f"{ORG}/r-1/"}})),
    case(KEYS, "implicit", "*", GET, KEY_IN, by="resource",
         **bucket({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "*"}})),
    # ForAllValues holds where the key is missing: anybody gets in
    case(SETS, "allowed", "*", GET, KEY_IN, by="resource",
         **bucket({"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": f"{ORG}/*"}})),
    # variables
    case(DEFAULTS, "allowed", ETL, GET, f"{LAKE}/home/shared/1",
         role=[allow(GET, f"{LAKE}/home/${{aws:username, 'shared'}}/*")]),
    case(DEFAULTS, "implicit", BOB, GET, f"{LAKE}/home/shared/1", by="identity resource",
         user=[allow(GET, f"{LAKE}/home/${{aws:username, 'shared'}}/*")]),
    case(VARIABLES, "implicit", BOB, GET, f"{LAKE}/a/x", user=[allow(GET, f"{LAKE}/${{*}}/x")], by="identity resource"),
    case(VARIABLES, "allowed", BOB, GET, f"{LAKE}/*/x", user=[allow(GET, f"{LAKE}/${{*}}/x")]),
    case(VARIABLES, "implicit", BOB, GET, KEY_IN, by="identity resource", user={
        "Version": "2008-10-17", "Statement": [allow(when={"StringEquals": {"aws:username": "${aws:username}"}})]}),
    case(VARIABLES, "implicit", BOB, GET, f"{LAKE}/home/bob/1", by="identity resource", user={
        "Statement": [allow(GET, f"{LAKE}/home/${{aws:username}}/*")]}),
    case(VARIABLES, "implicit", ROOT_B, GET, f"{LAKE}/home//1", by="resource",
         policy=[allow(GET, f"{LAKE}/home/${{aws:username}}/*", to="*")]),
    case(VARIABLES, "allowed", BOB, GET, KEY_IN, person=IN_TEAM,
         **bucket({"StringEquals": {"aws:PrincipalTag/Team": "${aws:PrincipalTag/TEAM}"}})),
    case(TAGS, "allowed", BOB, STOP, INSTANCE, **own({"StringEquals": {"aws:ResourceTag/TEAM": "data"}})),
    case(TAGS, "implicit", BOB, STOP, INSTANCE, by="identity",
         **own({"StringEquals": {"aws:ResourceTag/Team": "DATA"}})),
    # keys that tell who calls
    case(WHO_KEYS, "explicit", "*", GET, KEY_IN, by="resource",
         policy=[*TO_ALL, deny("*", to="*", when={"StringEquals": {"aws:PrincipalType": "Anonymous"}})]),
    case(WHO_KEYS, "allowed", "*", GET, KEY_IN, **bucket({"StringEquals": {"aws:userid": "anonymous"}})),
    case(WHO_KEYS, "allowed", ROOT, GET, KEY_IN,
         **bucket({"StringNotEquals": {"aws:userid": A}}, effect=deny, to=aws(BOB))),
    case(WHO_KEYS, "explicit", ROOT, GET, KEY_IN, by="resource",
         **bucket({"StringEquals": {"aws:userid": A, "aws:PrincipalType": "Account"}}, effect=deny)),
    case(WHO_KEYS, "explicit", FEDERATED, GET, KEY_IN, by="resource",
         **bucket({"StringEquals": {"aws:userid": f"{A}:ann"}}, effect=deny)),
    case(KEYS, "implicit", BOB, GET, KEY_IN, by="identity resource",
         **own({"StringEquals": {"aws:SourceIdentity": "ann"}})),
    case(KEYS, "implicit", ROOT_B, GET, KEY_IN, by="resource",
         **bucket({"ArnLike": {"ec2:SourceInstanceArn": "arn:aws:ec2:*:*:instance/*"}})),
    case(KEYS, "unknown", SESSION, GET, KEY_IN, role=[allow(when={"StringEquals": {"aws:SourceIdentity": "ann"}})],
         hangs="aws:sourceidentity"),
    case(KEYS, "implicit", SSO_SESSION, GET, KEY_IN, by="identity resource", **bucket(
        {"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{A}:role/AWSReservedSSO_Dev_0123456789abcdef"}})),
    case(EXAMPLES, "allowed", SSO_SESSION, STOP, INSTANCE, sso=FULL, scp=[[*FULL, deny(when={"ArnNotLike": {
        "aws:PrincipalArn": "arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Dev_*"}})]]),
    case(KEYS, "allowed", "cloudtrail.amazonaws.com", PUT, KEY_IN,
         **bucket({"StringEquals": {"aws:PrincipalServiceName": "cloudtrail.amazonaws.com"}})),
    case(KEYS, "implicit", PEER, PUT, KEY_IN, peer=FULL, by="resource",
         **bucket({"StringEquals": {"aws:PrincipalServiceName": "cloudtrail.amazonaws.com"}})),
    case(KEYS, "allowed", "cloudtrail.amazonaws.com", PUT, KEY_IN, **bucket(
        {"ForAnyValue:StringEquals": {"aws:PrincipalServiceNamesList": "cloudtrail.amazonaws.com"}})),
    case(KEYS, "explicit", BOB, PUT, KEY_IN, user=FULL, by="resource",
         **bucket({"Bool": {"aws:PrincipalIsAWSService": "false"}}, effect=deny)),
    # calls that a service makes for a principal
    case(FORWARD, "allowed", BOB, GET, KEY_IN, context={"aws:CalledVia": ["cloudformation.amazonaws.com"]},
         **own({"ForAnyValue:StringEquals": {"aws:CalledVia": "cloudformation.amazonaws.com"}})),
    case(FORWARD, "allowed", BOB, GET, KEY_IN, user=FULL, context={"aws:CalledVia": ["athena.amazonaws.com"]},
         **bucket({"Bool": {"aws:ViaAWSService": "false"}}, effect=deny)),
    case(FORWARD, "allowed", BOB, GET, KEY_IN, user=[allow(when={"StringEquals": {
        "aws:CalledViaFirst": "cloudformation.amazonaws.com", "aws:CalledViaLast": "dynamodb.amazonaws.com"}})],
        context={"aws:CalledVia": ["cloudformation.amazonaws.com", "dynamodb.amazonaws.com"]}),
    case(FORWARD, "explicit", BOB, GET, KEY_IN, user=FULL, by="resource",
         **bucket({"Bool": {"aws:ViaAWSService": "false"}}, effect=deny)),
    case(REVOKE, "explicit", SESSION, GET, KEY_IN, by="identity", context={"aws:TokenIssueTime": "2026-04-30T23:00Z"},
         role=[*FULL, deny(when={"DateLessThan": {"aws:TokenIssueTime": "2026-05-01T00:00:00Z"}})]),
    case(REVOKE, "allowed", SESSION, GET, KEY_IN, context={"aws:TokenIssueTime": "2026-05-01T00:00:00Z"},
         role=[*FULL, deny(when={"DateLessThan": {"aws:TokenIssueTime": "2026-05-01T00:00:00Z"}})]),
    # assuming roles: the name of the new session, tags, source identity, the service that gets a role
    case(STS_KEYS, "unknown", SESSION, ASSUME, TARGET, hangs="sts:rolesessionname", role=FULL,
         target=trusts(A, when={"StringEquals": {"sts:RoleSessionName": "deploy"}})),
    case(STS_KEYS, "allowed", SESSION, ASSUME, TARGET, context={"sts:RoleSessionName": "deploy"}, role=FULL,
         target=trusts(A, when={"StringEquals": {"sts:RoleSessionName": "deploy"}})),
    case(STS_KEYS, "allowed", BOB, ASSUME, TARGET, context={"sts:RoleSessionName": "bob"},
         target=trusts(BOB, when={"StringLike": {"sts:RoleSessionName": "${aws:username}"}})),
    case(STS_KEYS, "implicit", BOB, ASSUME, TARGET, context={"sts:RoleSessionName": "eve"}, by="identity resource",
         target=trusts(BOB, when={"StringLike": {"sts:RoleSessionName": "${aws:username}"}})),
    case(TAG_SESSIONS, "implicit", PEER, "sts:TagSession", TARGET, peer=FULL, target=trusts(B), by="resource"),
    case(TAG_SESSIONS, "unknown", PEER, "sts:TagSession", TARGET, peer=FULL, hangs="aws:requesttag/team",
         target=trusts(B, action=[ASSUME, "sts:TagSession"], when={"StringEquals": {"aws:RequestTag/Team": "data"}})),
    case(SOURCE_IDENTITY, "implicit", PEER, "sts:SetSourceIdentity", TARGET, peer=FULL, target=trusts(B),
         by="resource"),
    case(SOURCE_IDENTITY, "implicit", PEER, "sts:SetSourceIdentity", TARGET, peer=[allow(ASSUME)], by="identity",
         target=trusts(B, action=[ASSUME, "sts:SetSourceIdentity"])),
    case(TRUST, "unknown", BOB, ASSUME, TARGET, hangs="aws:multifactorauthpresent",
         target=trusts(BOB, when={"Bool": {"aws:MultiFactorAuthPresent": "true"}})),
    case(TRUST, "allowed", BOB, ASSUME, TARGET,
         target=[allow(ASSUME, None, to="*", when={"ArnEquals": {"aws:PrincipalArn": BOB}})]),
    case(TRUST, "implicit", ETL, ASSUME, TARGET, by="identity resource",
         target=[allow(ASSUME, None, to="*", when={"ArnEquals": {"aws:PrincipalArn": BOB}})]),
    case(EVAL, "allowed", ETL, ASSUME, TARGET, boundary=[allow("s3:*")], target=[allow(ASSUME, None, to="*")]),
    case(EVAL, "allowed", ETL, ASSUME, TARGET, boundary=[allow("s3:*")], target=[
        allow(ASSUME, None, to="*", when={"ArnEquals": {"aws:PrincipalArn": ETL}})]),
    case(EVAL, "implicit", ETL, ASSUME, TARGET, boundary=[allow("s3:*")], target=trusts(ETL), by="identity boundary"),
    case(EVAL, "explicit", ETL, ASSUME, TARGET, boundary=[allow("s3:*"), deny(ASSUME)], by="boundary",
         target=[allow(ASSUME, None, to="*")]),
    case(PASSING, "unknown", BOB, "iam:PassRole", TARGET, hangs="iam:passedtoservice",
         **own({"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}})),
    case(PASSING, "implicit", BOB, "iam:PassRole", TARGET, by="identity",
         context={"iam:PassedToService": "lambda.amazonaws.com"},
         **own({"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}})),
    case(PASSING, "implicit", PEER, "iam:PassRole", TARGET, peer=FULL, by="resource"),
    case(SCP, "allowed", "ec2.amazonaws.com", ASSUME, TARGET, scp=[[deny()]],
         target=[allow(ASSUME, None, to={"Service": "ec2.amazonaws.com"})]),
    case(SCP, "allowed", IDP, SAML, TARGET, scp=[[deny()]],
         target=[allow(SAML, None, to={"Federated": IDP})]),
    case(TERMS, "implicit", SLR, ASSUME, TARGET, slr=FULL, target=trusts(ROOT_B), by="resource"),
    case(SESSION_TOKEN, "allowed", BOB, "sts:GetSessionToken", user=[deny("*")]),
    case(SESSION_TOKEN, "allowed", ROOT, "sts:GetSessionToken", scp=[[deny()]]),
    case(FEDERATION, "implicit", BOB, "sts:GetFederationToken", by="identity"),
    case(FEDERATION, "implicit", BOB, GET, KEY_IN, user=FULL, session=[allow("ec2:*")], by="session"),
    case(FEDERATION, "implicit", BOB, GET, KEY_IN, user=[allow("ec2:*")], session=FULL, by="identity resource"),
    # any user may have made the session, so a Deny of one of them may count
    case(FEDERATION, "allowed", FEDERATED, GET, KEY_IN, policy=[allow(GET, to=aws(FEDERATED))]),
    case(FEDERATION, "unknown", FEDERATED, GET, KEY_IN, policy=[allow(GET, to=aws(FEDERATED))], user=[deny(PUT)]),
    case(FEDERATION, "unknown", FEDERATED, GET, KEY_IN, policy=[allow(GET, to=aws(FEDERATED))], boundary=UNREAD),
    case(FEDERATION, "unknown", FEDERATED, GET, KEY_IN, policy=[allow(GET, to=aws(FEDERATED))], account={
        "unlisted": ["iam:GetAccountAuthorizationDetails AccessDenied"]}),
    case(FEDERATION, "explicit", FEDERATED, GET, KEY_IN, policy=[allow(GET, to=aws(FEDERATED))], by="session",
         session=[deny(GET)]),
    case(FEDERATION, "implicit", ETL, "sts:GetFederationToken", role=FULL, by="identity"),
    case(SESSION_TOKEN, "implicit", SESSION, "sts:GetSessionToken", role=FULL, by="identity"),
    case(FEDERATION, "unknown", FEDERATED, GET, KEY_IN, policy=[allow(GET, to=aws(A))]),
    *(case(ASSUME_ROOT, want, who, "sts:AssumeRoot", ROOT_B, by=by, **more, organization={
        "id": ORG, "management": M, **central})
      for want, who, central, by, more in (
        ("allowed", ADMIN, {"root_sessions": True}, "identity resource", {"admin": FULL}),
        ("implicit", ADMIN, {"root_sessions": True}, "identity", {"admin": [allow("s3:*")]}),
        ("implicit", ADMIN, {"root_sessions": False}, "resource", {"admin": FULL}),
        ("unknown", ADMIN, {"root_sessions": UNREAD}, None, {"admin": FULL}),
        ("implicit", BOB, {"root_sessions": True}, "resource", {"user": FULL}),
        ("allowed", BOB, {"root_sessions": True, "root_delegates": [A]}, None, {"user": FULL}),
        ("unknown", BOB, {"root_sessions": True, "root_delegates": UNREAD}, None, {"user": FULL}),
        ("implicit", ROOT, {"root_sessions": True, "root_delegates": [A]}, "identity", {}),
        ("explicit", BOB, {"root_sessions": True, "root_delegates": [A]}, "scp",
         {"user": FULL, "scp": [[*FULL, deny("sts:AssumeRoot")]]}),
    )),
    # session policies beside grants of the resource
    case(SESSIONS, "allowed", SESSION, GET, KEY_IN, session=[allow("ec2:*")], policy=[allow(GET, to=aws(SESSION))]),
    case(SESSIONS, "implicit", SESSION, GET, KEY_IN, session=[allow("ec2:*")], policy=[allow(GET, to=aws(ETL))],
         by="identity session"),
    case(SESSIONS, "allowed", SESSION, GET, KEY_IN, session=[allow("s3:*")], policy=[allow(GET, to=aws(ETL))]),
    case(SESSIONS, "implicit", PEER_ := PEER.replace(":iam:", ":sts:").replace("role/peer", "assumed-role/peer/run-7"),
         GET, KEY_IN, peer=FULL, session=[allow("ec2:*")], policy=TO_ALL, by="session"),
    case(SESSIONS, "allowed", PEER_, GET, KEY_IN, peer=FULL, session=[allow("s3:*")], policy=TO_ALL),
    case(BOUNDARIES, "implicit", SESSION, GET, KEY_IN, role=FULL, boundary=[allow("s3:*")], session=[allow("ec2:*")],
         by="session"),
    case(BOUNDARIES, "allowed", BOB, GET, KEY_IN, boundary=[allow("ec2:*")], policy=TO_ALL),
    case(BOUNDARIES, "implicit", BOB, GET, KEY_IN, user=FULL, boundary=[allow(NotAction="s3:*")], by="boundary"),
    case(BOUNDARIES, "explicit", BOB, GET, KEY_IN, boundary=[*FULL, deny(NotAction="ec2:*")], policy=TO_ALL,
         by="boundary"),
    # guardrails
    case(SCP, "allowed", ADMIN, GET, KEY_IN, admin=FULL, policy=TO_ALL, account_m={"scps": [[doc(deny())]]}),
    case(RCP, "allowed", BOB, GET, "arn:aws:s3:::ledger/1", user=FULL, account_m={"rcps": [[doc(*NEVER)]]},
         things=[{"arn": "arn:aws:s3:::ledger", "account": M, "policy": doc(*TO_ALL)}]),
    case(RCP, "explicit", BOB, "dynamodb:GetItem", TABLE, user=FULL, rcp=[[*FULL, *NEVER]], by="rcp",
         things=[{"arn": TABLE}]),
    case(RCP, "explicit", BOB, "logs:PutLogEvents", LOGS, user=FULL, rcp=[[*FULL, *NEVER]], by="rcp"),
    case(RCP, "allowed", BOB, "sns:Publish", TOPIC, user=FULL, rcp=[[*FULL, *NEVER]], things=[{"arn": TOPIC}]),
    case(RCP, "allowed", BOB, "es:ESHttpGet", f"arn:aws:es:eu-west-1:{A}:domain/logs", user=FULL,
         rcp=[[*FULL, *NEVER]], things=[{"arn": f"arn:aws:es:eu-west-1:{A}:domain/logs"}]),
    case(ALL_BUCKETS, "allowed", BOB, "s3:ListAllMyBuckets", user=FULL, rcp=[[*FULL, deny("s3:*", to="*")]]),
    case(RCP_EVAL, "allowed", BOB, GET, KEY_IN, user=FULL,
         rcp=[[*FULL, deny("s3:*", to="*", NotResource=[LAKE, f"{LAKE}/*"])]]),
    case(RCP, "explicit", PEER, GET, KEY_IN, peer=FULL, policy=TO_ALL, scp_b=[[*FULL, deny(GET)]], by="scp rcp",
         rcp=[[*FULL, *NEVER]]),
    case(SCP, "unknown", BOB, GET, "arn:aws:s3:::elsewhere/1", user=FULL, owner=X,
         scp=[[*FULL, deny(when={"StringNotEquals": {"aws:ResourceOrgID": ORG}})]]),
    case(SCP, "allowed", BOB, GET, "arn:aws:s3:::web/1", user=FULL,
         scp=[[*FULL, deny(when={"StringNotEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}})]],
         things=[{"arn": "arn:aws:s3:::web", "account": B, "policy": doc(*TO_ALL)}]),
    case(SCP, "explicit", BOB, GET, KEY_IN, user=FULL, context={"aws:ResourceOrgID": OTHER}, by="scp",
         scp=[[*FULL, deny(when={"StringNotEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}})]]),
    # endpoints
    case(ENDPOINTS, "explicit", BOB, GET, KEY_IN, user=FULL, context=BY_VPCE, by="resource",
         endpoints=[{"id": VPCE, "account": B, "vpc": "vpc-1"}],
         **bucket({"StringNotEquals": {"aws:VpceAccount": A}}, effect=deny)),
    case(S3_ENDPOINTS, "allowed", BOB, GET, KEY_IN, user=FULL, context=BY_VPCE,
         endpoints=[{"id": VPCE, "account": B, "vpc": "vpc-1"}],
         **bucket({"StringNotEquals": {"aws:VpceOrgID": ORG}}, effect=deny)),
    case(ENDPOINTS, "implicit", "cloudtrail.amazonaws.com", PUT, KEY_IN, by="resource",
         **bucket({"StringEquals": {"aws:SourceVpce": VPCE}})),
    case(ENDPOINTS, "implicit", SESSION, GET, KEY_IN, role=FULL, context=BY_VPCE, by="endpoint",
         endpoints=gate(allow(to="*", when={"StringNotEquals": {"aws:PrincipalAccount": A}}))),
    # KMS
    case(KEY_POLICIES, "explicit", ETL, DECRYPT, KMS + "g", by="resource", things=[{
        "arn": KMS + "g", "policy": doc(*ENABLES_IAM, deny(DECRYPT, to="*")),
        "grants": [{"grantee": ETL, "operations": ["Decrypt"]}]}]),
    case(GRANTS, "explicit", ETL, DECRYPT, KMS + "g", by="scp", scp=[[*FULL, deny(DECRYPT)]], things=[{
        "arn": KMS + "g", "policy": doc(*TO_BOB), "grants": [{"grantee": ETL, "operations": ["Decrypt"]}]}]),
    *(case(CONTEXTS, want, ETL, DECRYPT, KMS + "g", context=told, by=by, hangs=hangs, things=[{
        "arn": KMS + "g", "policy": doc(*TO_BOB), "grants": [
            {"grantee": ETL, "operations": ["Decrypt"], "constraints": constraints}]}])
      for want, told, constraints, by, hangs in (
        ("allowed", {"kms:EncryptionContext:Dept": "hr"}, {"EncryptionContextSubset": {"Dept": "hr"}}, None, ""),
        ("allowed", {"kms:EncryptionContext:Dept": "hr", "kms:EncryptionContext:x": "1",
                     "kms:EncryptionContextKeys": ["Dept", "x"]},
         {"EncryptionContextSubset": {"Dept": "hr"}}, None, ""),
        ("implicit", {"kms:EncryptionContext:Dept": "HR"}, {"EncryptionContextSubset": {"Dept": "hr"}},
         "identity resource", ""),
        ("implicit", {"kms:EncryptionContext:Dept": None}, {"EncryptionContextSubset": {"Dept": "hr"}},
         "identity resource", ""),
        ("unknown", {}, {"EncryptionContextSubset": {"Dept": "hr"}}, None, "kms:encryptioncontext:dept"),
        ("allowed", {"kms:EncryptionContext:Dept": "hr", "kms:EncryptionContextKeys": ["Dept"]},
         {"EncryptionContextEquals": {"Dept": "hr"}}, None, ""),
        ("implicit", {"kms:EncryptionContext:Dept": "hr", "kms:EncryptionContextKeys": ["Dept", "x"]},
         {"EncryptionContextEquals": {"Dept": "hr"}}, "identity resource", ""),
        ("unknown", {"kms:EncryptionContext:Dept": "hr"}, {"EncryptionContextEquals": {"Dept": "hr"}}, None,
         "kms:encryptioncontextkeys"),
        ("allowed", {}, {}, None, ""),
    )),
    case(KEY_CONDITIONS, "unknown", BOB, DECRYPT, KMS, hangs="kms:encryptioncontext:dept", key=[
        allow("kms:*", to=aws(BOB), when={"StringEquals": {"kms:EncryptionContext:Dept": "hr"}})]),
    case(KEY_CONDITIONS, "implicit", ETL, "kms:CreateGrant", KMS, by="identity resource",
         context={"kms:GrantIsForAWSResource": False},
         key=[allow("kms:*", to=aws(ETL), when={"Bool": {"kms:GrantIsForAWSResource": "true"}})]),
    case(KEY_CONDITIONS, "explicit", BOB, DECRYPT, KMS, user=FULL, by="resource",
         context={"kms:ViaService": "ebs.eu-west-1.amazonaws.com"}, key=[*ENABLES_IAM, deny("kms:*", to="*", when={
             "StringNotEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}})]),
    case(ALIASES, "unknown", BOB, DECRYPT, ALIAS, user=FULL),
    *(case(ALIASES, want, BOB, DECRYPT, ALIAS, user=[allow(DECRYPT, on)], by=by, things=[
        {"arn": KMS + "a", "policy": doc(*ENABLES_IAM), "aliases": [ALIAS]}])
      for want, on, by in (("allowed", KMS + "a", None), ("implicit", ALIAS, "identity"))),
    case(ALIASES, "explicit", BOB, DECRYPT, ALIAS, user=[deny("kms:*")], by="identity"),
    # S3
    case(POINT_KEYS, "explicit", BOB, GET, KEY_IN, user=FULL, things=point(vpc="vpc-1"), by="resource",
         **bucket({"StringNotEquals": {"s3:AccessPointNetworkOrigin": "VPC"}}, effect=deny)),
    case(POINT_KEYS, "allowed", BOB, GET, IN_POINT, user=FULL, things=point(vpc="vpc-1"),
         context={"aws:SourceVpc": "vpc-1"},
         **bucket({"StringNotEquals": {"s3:AccessPointNetworkOrigin": "VPC"}}, effect=deny)),
    case(POINT_KEYS, "explicit", BOB, GET, IN_POINT, user=FULL, things=point(), by="resource",
         **bucket({"StringNotEquals": {"s3:AccessPointNetworkOrigin": "VPC"}}, effect=deny)),
    case(POINT_KEYS, "allowed", BOB, GET, IN_POINT, things=point(), **own(
        {"StringEquals": {"s3:DataAccessPointAccount": A}})),
    case(DELEGATING, "implicit", PEER, GET, IN_POINT, peer=FULL, things=point(allow(GET, to=aws(B))), by="resource",
         **bucket({"StringEquals": {"s3:DataAccessPointAccount": B}})),
    case(POINTS, "implicit", "*", GET, IN_POINT, policy=DELEGATES, things=point(allow(GET, to=aws(B))), by="resource"),
    case(MULTI, "unknown", PEER, GET, f"{REGION_POINT}/object/k", peer=FULL, things=[
        {"arn": REGION_POINT, "policy": doc(allow(GET, to=aws(B)))}]),
    case(MULTI, "implicit", PEER, GET, f"{REGION_POINT}/object/k", peer=FULL, by="resource", things=[
        {"arn": REGION_POINT, "policy": None}]),
    case(BPA, "implicit", ROOT_B, GET, KEY_IN, policy=TO_ALL, bucket={"block_public_access": RESTRICT}, by="bpa"),
    case(BPA, "allowed", ROOT, GET, KEY_IN, policy=TO_ALL, bucket={"block_public_access": RESTRICT}),
    case(BPA, "implicit", "*", GET, KEY_IN, bucket={"block_public_access": RESTRICT}, by="bpa",
         policy=[allow(GET, to="*", when={"StringLike": {"aws:PrincipalArn": "*"}}), allow(GET, to="*")]),
    # objects may have ACLs of their own where the bucket's owner has not turned them off
    case(OBJECT_ACLS, "unknown", "*", GET, KEY_IN, bucket=OBJECTS_OPEN),
    case(OBJECT_ACLS, "unknown", PEER, GET, KEY_IN, peer=FULL, bucket=OBJECTS_OPEN),
    case(OBJECT_ACLS, "unknown", "*", "s3:GetObjectAcl", KEY_IN, bucket=OBJECTS_OPEN),
    case(OBJECT_ACLS, "implicit", "*", PUT, KEY_IN, bucket=OBJECTS_OPEN, by="resource"),
    case(OBJECT_ACLS, "implicit", "*", LIST, LAKE, bucket=OBJECTS_OPEN, by="resource"),
    case(OBJECT_ACLS, "explicit", "*", GET, KEY_IN, bucket=OBJECTS_OPEN, policy=NEVER, by="resource"),
    case(OBJECT_ACLS, "implicit", "*", GET, KEY_IN, bucket={**OBJECTS_OPEN, "block_public_access": {
        "IgnorePublicAcls": True}}, by="bpa"),
    case(OBJECT_ACLS, "unknown", PEER, GET, KEY_IN, peer=FULL, bucket={**OBJECTS_OPEN, "block_public_access": {
        "IgnorePublicAcls": True}}),
    case(OBJECT_ACLS, "implicit", PEER, GET, KEY_IN, bucket={**OBJECTS_OPEN, "block_public_access": {
        "IgnorePublicAcls": True}}, by="identity"),
    case(OWNERSHIP, "implicit", "*", GET, KEY_IN, bucket={"acls_disabled": True}, by="resource"),
    case(OWNERSHIP, "unknown", "*", GET, KEY_IN, bucket={"acls_disabled": UNREAD}),
    case(OWNERSHIP, "implicit", BOB, GET, KEY_IN, bucket={**grants(), "acls_disabled": True}, by="identity resource"),
    case(OBJECT_ACLS, "unknown", BOB, GET, KEY_IN, bucket=OBJECTS_OPEN),
    case(OBJECT_ACLS, "implicit", BOB, GET, KEY_IN, by="identity", bucket={
        **OBJECTS_OPEN, "block_public_access": {"IgnorePublicAcls": True}}),
    case(OBJECT_ACLS, "implicit", "cloudtrail.amazonaws.com", GET, KEY_IN, bucket=OBJECTS_OPEN, by="resource"),
    # other services
    case(URLS, "unknown", "*", "lambda:InvokeFunctionUrl", FUNCTION, hangs="lambda:functionurlauthtype", things=[{
        "arn": FUNCTION, "policy": doc(allow("lambda:InvokeFunctionUrl", FUNCTION, to="*", when={
            "StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}))}]),
    case(URLS, "implicit", "*", "lambda:InvokeFunction", FUNCTION, by="resource", things=[{
        "arn": FUNCTION, "policy": doc(allow("lambda:InvokeFunctionUrl", FUNCTION, to="*"))}]),
    case(URLS, "implicit", "*", "lambda:InvokeFunction", FUNCTION, by="resource",
         context={"lambda:InvokedViaFunctionUrl": False}, things=[{"arn": FUNCTION, "policy": doc(
             allow("lambda:InvokeFunction", FUNCTION, to="*", when={
                 "Bool": {"lambda:InvokedViaFunctionUrl": "true"}}))}]),
    case(LAMBDA, "allowed", "sns.amazonaws.com", "lambda:InvokeFunction", FUNCTION, context={"aws:SourceAccount": A},
         things=[{"arn": FUNCTION, "policy": doc(allow("lambda:InvokeFunction", FUNCTION, to={
             "Service": "sns.amazonaws.com"}, when={"StringEquals": {"AWS:SourceAccount": A}}))}]),
    case(SQS_ACCESS, "allowed", "s3.amazonaws.com", SEND, QUEUE, context={"aws:SourceArn": LAKE}, queue=[
        allow(SEND, QUEUE, to=aws("*"), when={"ArnLike": {"aws:SourceArn": LAKE}})]),
    case(SQS_ACCESS, "implicit", "*", SEND, QUEUE, by="resource", queue=[
        allow(SEND, QUEUE, to=aws("*"), when={"ArnLike": {"aws:SourceArn": LAKE}})]),
    case(SNS, "implicit", "sns.amazonaws.com", SEND, QUEUE, context={"aws:SourceArn": TOPIC.replace(A, X)},
         by="resource", queue=[allow(SEND, QUEUE, to={"Service": "sns.amazonaws.com"}, when={
             "ArnLike": {"aws:SourceArn": f"arn:aws:sns:*:{A}:*"}})]),
    case(BASICS, "allowed", BOB, "iam:GetPolicy", "arn:aws:iam::aws:policy/AdministratorAccess", user=FULL),
    case(BASICS, "allowed", BOB, "ssm:GetParameter", "arn:aws:ssm:eu-west-1::parameter/aws/service/x", user=FULL),
    # a table's policy is its catalog's; without it no other account gets in, where it was read
    case(CATALOG, "allowed", PEER, "glue:GetTable", GLUE_TABLE, peer=FULL, things=[
        {"arn": GLUE, "policy": doc(allow("glue:*", GLUE_TABLE, to=aws(B)))}]),
    case(CATALOG, "implicit", PEER, "glue:GetTable", GLUE_TABLE, peer=FULL, by="resource", things=[
        {"arn": GLUE, "policy": doc(allow("glue:*", GLUE, to=aws(B)))}]),
    case(CATALOG, "unknown", PEER, "glue:GetTable", GLUE_TABLE, peer=FULL),
    case(CATALOG, "explicit", BOB, "glue:GetTable", GLUE_TABLE, user=FULL, by="resource", things=[
        {"arn": GLUE, "policy": doc(deny("glue:*", to="*"))}]),
    # what AWS RAM shares: which actions go with it was not collected
    case(SHARES, "unknown", PEER, "ec2:RunInstances", SUBNET, peer=FULL, things=[{"arn": SUBNET, "shared_with": [B]}]),
    case(SHARES, "unknown", PEER, "ec2:RunInstances", SUBNET, peer=FULL, things=[
        {"arn": SUBNET, "shared_with": [f"arn:aws:organizations::{M}:ou/{ORG}/ou-1-web"]}]),
    case(SHARES, "unknown", PEER, "ec2:RunInstances", SUBNET, peer=FULL, things=[
        {"arn": SUBNET, "shared_with": [f"arn:aws:organizations::{M}:organization/{ORG}"]}]),
    case(SHARES, "implicit", PEER, "ec2:RunInstances", SUBNET, peer=FULL, by="resource", things=[
        {"arn": SUBNET, "shared_with": [f"arn:aws:organizations::{M}:ou/{ORG}/ou-1-data"]}]),
    case(SHARES, "implicit", PEER, "ec2:RunInstances", SUBNET, peer=FULL, by="resource", things=[
        {"arn": SUBNET, "shared_with": [X]}]),
    case(SHARES, "implicit", PEER, "ec2:RunInstances", SUBNET, by="identity", things=[
        {"arn": SUBNET, "shared_with": [B]}]),
    case(SHARES, "allowed", BOB, "ec2:RunInstances", SUBNET, user=FULL, things=[{"arn": SUBNET, "shared_with": [B]}]),
    case(SHARES, "unknown", PEER, "ec2:RunInstances", SUBNET, peer=FULL, things=[
        {"arn": SUBNET, "shared_with": UNREAD}]),
    case(SHARES, "unknown", PEER, "ec2:RunInstances", SUBNET, peer=FULL, account={
        "unshared": ["ram:GetResourceShareAssociations AccessDenied"]}),
    case(SHARES, "implicit", PEER, "iam:GetRole", TARGET, peer=FULL, by="resource", account={
        "unshared": ["ram:GetResourceShareAssociations AccessDenied"]}),
    case(CROSS, "implicit", PEER, "ec2:RunInstances", SUBNET, peer=FULL, by="resource"),
    case(CROSS, "explicit", PEER, "secretsmanager:GetSecretValue", SECRET, peer=[*FULL, deny("secretsmanager:*")],
         secret=[allow("*", to="*")], by="identity"),
    case(ASSUME_API, "implicit", ROOT_B, ASSUME, TARGET, target=[allow(ASSUME, None, to="*")], by="identity"),
    case(PRINCIPAL, "implicit", SSO, GET, KEY_IN, by="identity resource",
         policy=[allow(GET, to=aws(SSO.replace("/eu-west-1", "")))]),
]  # fmt: skip
