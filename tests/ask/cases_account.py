"""Within one account: identity, boundary, session and resource policies.  Each case with the page that says so."""

from orienteer.ask import UNREAD
from tests.ask.support import (
    BASICS,
    BOB,
    BOUNDARIES,
    ETL,
    EVAL,
    EVE,
    FULL,
    INSTANCE,
    KEY_IN,
    LAKE,
    NOT_PRINCIPAL,
    PRINCIPAL,
    QUEUE,
    ROOT,
    SECRET,
    SESSION,
    SESSIONS,
    SSO,
    SSO_SESSION,
    USER_GUIDE,
    A,
    allow,
    aws,
    case,
    deny,
    doc,
)  # fmt: skip

GROUP = f"arn:aws:iam::{A}:group/analysts"
GET, PUT = "s3:GetObject", "s3:PutObject"
S3_ONLY, EC2_ONLY = [allow("s3:*")], [allow("ec2:*")]
FEDERATED = f"arn:aws:sts::{A}:federated-user/bob"
ROOT_USER = USER_GUIDE + "id_root-user.html"
ACTIONS = USER_GUIDE + "reference_policies_elements_action.html"
RESOURCES = USER_GUIDE + "reference_policies_elements_resource.html"
GROUPS = USER_GUIDE + "id_groups.html"

CASES = [
    # by default everything is denied, save to the root user; an Allow overrides that, a Deny overrides every Allow
    case(EVAL, "implicit", BOB, GET, KEY_IN, by="identity resource"),
    case(EVAL, "implicit", ETL, "ec2:StopInstances", INSTANCE, by="identity"),
    case(EVAL, "allowed", ROOT, GET, KEY_IN),
    case(ROOT_USER, "allowed", ROOT, "ec2:StopInstances", INSTANCE),
    case(ROOT_USER, "allowed", A, "ec2:StopInstances", INSTANCE),
    case(EVAL, "allowed", BOB, GET, KEY_IN, user=[allow(GET)], by="identity scp"),
    case(EVAL, "explicit", BOB, GET, KEY_IN, user=[allow(GET), deny(GET)], by="identity"),
    case(EVAL, "explicit", BOB, GET, KEY_IN, user=[deny(GET), allow(GET)], by="identity"),
    case(EVAL, "explicit", BOB, GET, KEY_IN, user=[deny("s3:*")], by="identity"),
    case(EVAL, "explicit", BOB, GET, KEY_IN, user=[allow(GET), deny(GET), deny("*")], by="identity identity"),
    case(EVAL, "allowed", BOB, GET, KEY_IN, user=[allow(GET), deny(PUT)]),
    case(EVAL, "allowed", BOB, GET, KEY_IN, user=[allow(GET), deny(GET, "arn:aws:s3:::lake/secret/*")]),
    case(EVAL, "explicit", BOB, GET, f"{LAKE}/secret/1", user=[allow(GET), deny(GET, f"{LAKE}/secret/*")],
         by="identity"),
    # actions and resources as the language has them
    case(ACTIONS, "allowed", BOB, "S3:getobject", KEY_IN, user=[allow("s3:GetObject")]),
    case(ACTIONS, "allowed", BOB, GET, KEY_IN, user=[allow("s3:Get*")]),
    case(ACTIONS, "allowed", BOB, GET, KEY_IN, user=[allow("s3:?etObject")]),
    case(ACTIONS, "implicit", BOB, PUT, KEY_IN, user=[allow("s3:Get*")]),
    case(ACTIONS, "allowed", BOB, GET, KEY_IN, user=[allow(NotAction="iam:*")]),
    case(ACTIONS, "implicit", BOB, "iam:CreateUser", "*", user=[allow(NotAction="iam:*")]),
    case(ACTIONS, "explicit", BOB, "iam:CreateUser", "*", user=[*FULL, deny(NotAction="s3:*")], by="identity"),
    case(ACTIONS, "allowed", BOB, GET, KEY_IN, user=[*FULL, deny(NotAction="s3:*")]),
    case(RESOURCES, "implicit", BOB, GET, KEY_IN, user=[allow(GET, LAKE)]),
    case(RESOURCES, "allowed", BOB, GET, KEY_IN, user=[allow(GET, f"{LAKE}/*")]),
    case(RESOURCES, "allowed", BOB, GET, KEY_IN, user=[allow(GET, f"{LAKE}/raw/?.csv")]),
    case(RESOURCES, "implicit", BOB, GET, KEY_IN, user=[allow(GET, f"{LAKE}/RAW/*")]),
    case(RESOURCES, "allowed", BOB, GET, KEY_IN, user=[allow(GET, NotResource="arn:aws:s3:::vault/*")]),
    case(RESOURCES, "implicit", BOB, GET, KEY_IN, user=[allow(GET, NotResource=f"{LAKE}/*")]),
    case(RESOURCES, "allowed", BOB, "s3:ListAllMyBuckets", user=[allow("s3:ListAllMyBuckets")]),
    case(RESOURCES, "implicit", BOB, "s3:ListAllMyBuckets", user=[allow("s3:ListAllMyBuckets", LAKE)]),
    case(RESOURCES, "allowed", BOB, "ec2:StopInstances", INSTANCE, user=[allow("ec2:*",
         f"arn:aws:ec2:*:{A}:instance/*")]),
    case(RESOURCES, "allowed", BOB, GET, f"{LAKE}/*", user=[allow(GET, f"{LAKE}/*")]),
    case(RESOURCES, "implicit", BOB, GET, f"{LAKE}/*", user=[allow(GET, f"{LAKE}/public/*")], by="identity resource"),
    # policies of groups are the user's
    case(GROUPS, "allowed", BOB, GET, KEY_IN, groups={GROUP: [allow(GET)]}, member=[GROUP]),
    case(GROUPS, "allowed", BOB, GET, KEY_IN, groups={GROUP: [allow(GET)]}, member=["analysts"]),
    case(GROUPS, "implicit", EVE, GET, KEY_IN, groups={GROUP: [allow(GET)]}, member=[GROUP]),
    case(GROUPS, "explicit", BOB, GET, KEY_IN, groups={GROUP: [deny(GET)]}, member=[GROUP], user=FULL, by="identity"),
    case(GROUPS, "unknown", BOB, GET, KEY_IN, member=[GROUP], user=FULL),
    # a policy that cannot be understood whole allows nothing for certain; a Deny of it that was read stands
    case(ACTIONS, "unknown", BOB, GET, KEY_IN, user=[allow(GET, when={"StringAlmost": {"aws:username": "bob"}})]),
    case(ACTIONS, "unknown", BOB, GET, KEY_IN, user=[*FULL, {"Effect": "Deny", "Action": 7, "Resource": "*"}]),
    case(ACTIONS, "explicit", BOB, GET, KEY_IN, user=[deny(GET), {"Effect": "Perhaps", "Action": "*"}], by="identity"),
    case(ACTIONS, "unknown", BOB, GET, KEY_IN, policy=[allow(GET, to={"Friends": "bob"})]),
    case(ACTIONS, "unknown", BOB, GET, KEY_IN, user=FULL, policy=["nonsense"]),
    # identity-based and resource-based policies together give the union
    case(BASICS, "allowed", BOB, GET, KEY_IN, policy=[allow(GET, KEY_IN, to=aws(BOB))], by="scp resource"),
    case(BASICS, "allowed", BOB, PUT, KEY_IN, user=[allow(PUT)], policy=[allow(GET, KEY_IN, to=aws(BOB))]),
    case(BASICS, "implicit", BOB, "s3:DeleteObject", KEY_IN, user=[allow(PUT)], policy=[allow(GET, KEY_IN,
         to=aws(BOB))]),
    case(BASICS, "explicit", BOB, GET, KEY_IN, user=FULL, policy=[deny(GET, KEY_IN, to="*")], by="resource"),
    case(BASICS, "explicit", ROOT, GET, KEY_IN, policy=[deny(GET, KEY_IN, to="*")], by="resource"),
    case(BASICS, "explicit", BOB, GET, KEY_IN, user=[deny(GET)], policy=[allow(GET, KEY_IN, to=aws(BOB))],
         by="identity"),
    case(BASICS, "allowed", BOB, "sqs:SendMessage", QUEUE, queue=[allow("sqs:*", QUEUE, to=aws(BOB))]),
    case(BASICS, "implicit", EVE, "sqs:SendMessage", QUEUE, queue=[allow("sqs:*", QUEUE, to=aws(BOB))]),
    case(BASICS, "allowed", ETL, "secretsmanager:GetSecretValue", SECRET, secret=[allow("*", to=aws(ETL))]),
    case(BASICS, "explicit", BOB, "secretsmanager:GetSecretValue", SECRET, user=FULL, secret=[deny("*", to=aws(BOB))],
         by="resource"),
    # the account as principal only hands on: the caller's own policy must allow
    case(PRINCIPAL, "implicit", BOB, GET, KEY_IN, policy=[allow(GET, KEY_IN, to=aws(A))], by="identity"),
    case(PRINCIPAL, "implicit", ETL, GET, KEY_IN, policy=[allow(GET, KEY_IN, to=aws(ROOT))], by="identity"),
    case(PRINCIPAL, "allowed", BOB, GET, KEY_IN, user=[allow(GET)], policy=[allow(GET, KEY_IN, to=aws(ROOT))]),
    case(PRINCIPAL, "allowed", BOB, GET, KEY_IN, policy=[allow(GET, KEY_IN, to="*")]),
    case(PRINCIPAL, "allowed", ETL, GET, KEY_IN, policy=[allow(GET, KEY_IN, to=aws("*"))]),
    case(PRINCIPAL, "explicit", BOB, GET, KEY_IN, user=FULL, policy=[deny(GET, KEY_IN, to=aws(A))], by="resource"),
    case(PRINCIPAL, "explicit", SESSION, GET, KEY_IN, role=FULL, policy=[deny(GET, KEY_IN, to=aws(ETL))],
         by="resource"),
    case(PRINCIPAL, "allowed", SESSION, GET, KEY_IN, policy=[allow(GET, KEY_IN, to=aws(ETL))]),
    case(PRINCIPAL, "implicit", BOB, GET, KEY_IN, policy=[allow(GET, KEY_IN, to=aws(BOB.replace("bob", "Bob")))]),
    case(PRINCIPAL, "allowed", BOB, GET, KEY_IN, policy=[allow(GET, KEY_IN, to=aws("123456789012", BOB))]),
    case(PRINCIPAL, "implicit", BOB, GET, KEY_IN, policy=[allow(GET, KEY_IN, to={"Service": "ec2.amazonaws.com"})]),
    case(PRINCIPAL, "implicit", BOB, GET, KEY_IN, policy=[allow(GET, KEY_IN, to=aws("AIDABOB000000000000A"))]),
    # NotPrincipal with Deny spares those it lists; not those that have a boundary
    case(NOT_PRINCIPAL, "allowed", BOB, GET, KEY_IN, user=FULL, policy=[deny(GET, KEY_IN, NotPrincipal=aws(BOB,
         ROOT))]),
    case(NOT_PRINCIPAL, "explicit", ETL, GET, KEY_IN, role=FULL, policy=[deny(GET, KEY_IN, NotPrincipal=aws(BOB))],
         by="resource"),
    case(BOUNDARIES, "explicit", BOB, GET, KEY_IN, user=FULL, boundary=FULL,
         policy=[deny(GET, KEY_IN, NotPrincipal=aws(BOB, ROOT))], by="resource"),
    case(BOUNDARIES, "allowed", BOB, GET, KEY_IN, user=FULL, boundary=FULL, policy=[
        deny(GET, KEY_IN, to="*", when={"ArnNotEquals": {"aws:PrincipalArn": BOB}})]),
    # permissions boundaries: the intersection, and nothing by themselves
    case(BOUNDARIES, "implicit", BOB, GET, KEY_IN, boundary=S3_ONLY, by="identity resource"),
    case(BOUNDARIES, "allowed", BOB, GET, KEY_IN, user=FULL, boundary=S3_ONLY, by="identity boundary scp"),
    case(BOUNDARIES, "implicit", BOB, "ec2:StopInstances", INSTANCE, user=FULL, boundary=S3_ONLY, by="boundary"),
    case(BOUNDARIES, "implicit", BOB, "iam:CreateUser", user=[allow("iam:CreateUser")], boundary=[
        allow(["s3:*", "cloudwatch:*", "ec2:*"])], by="boundary"),
    case(BOUNDARIES, "explicit", BOB, GET, KEY_IN, user=FULL, boundary=[*FULL, deny(GET)], by="boundary"),
    case(BOUNDARIES, "explicit", BOB, GET, KEY_IN, boundary=[*FULL, deny(GET)], policy=[allow(GET, KEY_IN,
         to=aws(BOB))],
         by="boundary"),
    case(BOUNDARIES, "unknown", BOB, GET, KEY_IN, user=FULL, boundary=UNREAD),
    case(BOUNDARIES, "allowed", ROOT, GET, KEY_IN, boundary=EC2_ONLY),
    # session policies: the intersection, too
    case(SESSIONS, "allowed", SESSION, GET, KEY_IN, role=FULL, session=S3_ONLY, by="identity session scp"),
    case(SESSIONS, "implicit", SESSION, GET, KEY_IN, role=FULL, session=EC2_ONLY, by="session"),
    case(SESSIONS, "implicit", SESSION, GET, KEY_IN, role=EC2_ONLY, session=S3_ONLY, by="identity resource"),
    case(SESSIONS, "explicit", SESSION, GET, KEY_IN, role=FULL, session=[*FULL, deny(GET)], by="session"),
    case(SESSIONS, "implicit", ETL, GET, KEY_IN, role=FULL, session=[doc(*EC2_ONLY), doc(allow("iam:*"))],
         by="session"),
    case(SESSIONS, "allowed", ETL, GET, KEY_IN, role=FULL, session=[doc(*EC2_ONLY), doc(*S3_ONLY)]),
    case(SESSIONS, "implicit", ETL, PUT, KEY_IN, role=FULL, session=[allow(GET)], by="session"),
    case(SESSIONS, "explicit", SESSION, GET, KEY_IN, session=[deny(GET)], policy=[allow(GET, KEY_IN, to=aws(SESSION))],
         by="session"),
    case(SESSIONS, "unknown", ETL, GET, KEY_IN, role=FULL, session="{"),
    # sessions of Identity Center's roles: the role's path is not in the session's ARN
    case(PRINCIPAL, "allowed", SSO_SESSION, GET, KEY_IN, sso=[allow(GET)]),
    case(PRINCIPAL, "allowed", SSO_SESSION, GET, KEY_IN, policy=[allow(GET, KEY_IN, to=aws(SSO))]),
    case(PRINCIPAL, "explicit", SSO_SESSION, GET, KEY_IN, sso=FULL, policy=[deny(GET, KEY_IN, to=aws(SSO))],
         by="resource"),
    case(PRINCIPAL, "allowed", SSO_SESSION, GET, KEY_IN, policy=[allow(GET, KEY_IN, to=aws(A), when={
        "ArnLike": {"aws:PrincipalArn": SSO[:40] + "*/AWSReservedSSO_Dev_*"}})],
         sso=[allow(GET)]),
    case(PRINCIPAL, "implicit", SSO_SESSION, GET, KEY_IN, policy=[
        allow(GET, KEY_IN, to=aws(f"arn:aws:iam::{A}:role/AWSReservedSSO_Dev_0123456789abcdef"))]),
    case(PRINCIPAL, "allowed", SSO, GET, KEY_IN, policy=[allow(GET, KEY_IN, to=aws(SSO))]),
    # a federated user's session: nobody knows which user made it, so a grant to it alone can be certain
    case(EVAL, "unknown", FEDERATED, GET, KEY_IN, user=[allow(GET)]),
    case(EVAL, "explicit", FEDERATED, GET, KEY_IN, policy=[deny(GET, KEY_IN, to="*")], by="resource"),
    # the session's name decides
    case(PRINCIPAL, "allowed", SESSION, GET, KEY_IN, policy=[allow(GET, KEY_IN, to=aws(SESSION))]),
    case(PRINCIPAL, "implicit", SESSION.replace("run-7", "run-8"), GET, KEY_IN, policy=[
        allow(GET, KEY_IN, to=aws(SESSION))]),
    case(PRINCIPAL, "unknown", ETL, GET, KEY_IN, policy=[allow(GET, KEY_IN, to=aws(SESSION))],
         hangs="sts:rolesessionname"),
    case(PRINCIPAL, "allowed", ETL, GET, KEY_IN, policy=[allow(GET, KEY_IN, to=aws(SESSION))], may=True,
         hangs="sts:rolesessionname"),
    # principals that are none, and questions that make no sense
    *(case(PRINCIPAL, "unknown", bad, GET, KEY_IN, user=FULL) for bad in (
        "", "bob", f"arn:aws:iam::{A}:group/analysts", "arn:aws:iam::1:user/bob", f"arn:aws:sts::{A}:assumed-role/etl",
        "arn:aws:s3:::lake", f"arn:aws:iam::{A}:user/")),
    case(ACTIONS, "unknown", BOB, "GetObject", KEY_IN, user=FULL),
    case(RESOURCES, "unknown", BOB, GET, "", user=FULL),
    case(RESOURCES, "unknown", BOB, GET, "lake/raw/1.csv", user=FULL),
]  # fmt: skip

# Resource-based policies and implicit denies in other policy types (same account), AWS's table:
# who is named, whether the identity, the boundary, the session policy must allow
_TABLE = [
    (BOB, BOB, (False, False, False)),
    (ETL, ETL, (False, True, True)),
    (SESSION, ETL, (False, True, True)),
    (SESSION, SESSION, (False, False, False)),
    (SESSION, "*", (False, False, False)),
    (BOB, "*", (False, False, False)),
    (BOB, A, (True, True, True)),
    (ETL, ROOT, (True, True, True)),
    (SESSION, A, (True, True, True)),
]
_LIMITS = ("identity", "boundary", "session")


def _of_table(who, named, needed, lacking):
    """One layer does not allow, the others do: the grant stands only where that layer does not count."""
    counts = needed[_LIMITS.index(lacking)]
    if who == BOB and lacking == "session":
        return case(EVAL, "implicit" if named in (BOB, A) else "allowed", BOB, GET, KEY_IN, session=EC2_ONLY, user=FULL,
                    boundary=FULL, policy=[allow(GET, KEY_IN, to=aws(named))])  # fmt: skip
    own = {"user": FULL, "role": FULL} if lacking != "identity" else {}
    boundary = EC2_ONLY if lacking == "boundary" else FULL
    session = EC2_ONLY if lacking == "session" else None
    return case(EVAL, "implicit" if counts else "allowed", who, GET, KEY_IN, boundary=boundary, session=session,
                policy=[allow(GET, KEY_IN, to=aws(named))], **own)  # fmt: skip


CASES += [_of_table(who, named, needed, lacking) for who, named, needed in _TABLE for lacking in _LIMITS]
