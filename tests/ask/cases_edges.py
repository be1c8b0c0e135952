"""Owners that differ from each other, names that AWS does not take, and policies that it would refuse."""

from orienteer.ask import UNREAD
from tests.ask.cases_cross import ASSUME, trusts
from tests.ask.cases_hostile import OBJECTS_OPEN, SHARES
from tests.ask.cases_s3 import BPA, C_B, OWNERSHIP, POINTS, RESTRICT, grants
from tests.ask.support import (
    BOB,
    ETL,
    FULL,
    KEY_IN,
    LAKE,
    NOT_PRINCIPAL,
    PEER,
    PRINCIPAL,
    RCP,
    ROOT,
    ROOT_B,
    SESSION,
    TARGET,
    USER_GUIDE,
    A,
    B,
    allow,
    aws,
    case,
    deny,
    doc,
)  # fmt: skip

GET, PUT, DELETE = "s3:GetObject", "s3:PutObject", "s3:DeleteObject"
GRAMMAR = USER_GUIDE + "reference_policies_grammar.html"
OTHERS_OBJECTS = (
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-walkthroughs-managing-access-example3.html"
)
POINT_B = f"arn:aws:s3:eu-west-1:{B}:accesspoint/theirs"
IN_POINT_B = f"{POINT_B}/object/raw/1.csv"
LENDS = [allow("*", to="*", when={"StringEquals": {"s3:DataAccessPointAccount": B}})]
TO_ALL, OWNER = [allow("s3:*", to="*")], "s3:object-owner"
STARRED = f"arn:aws:iam::{A}:role/*"
MAP = f"arn:aws:servicediscovery:eu-west-1:{A}:namespace/ns-1"
UNSHARED = {"unshared": ["ram:GetResourceShareAssociations AccessDenied"]}


def theirs(*statements, **more):
    """An access point of account B in front of the bucket of account A."""
    return [{"arn": POINT_B, "bucket": LAKE, "policy": doc(*statements) if statements else None, **more}]


CASES = [
    # a star is a principal by itself; inside a name it stands for nobody
    case(PRINCIPAL, "implicit", ETL, GET, KEY_IN, policy=[allow(GET, to=aws(STARRED))], by="identity resource"),
    case(PRINCIPAL, "implicit", SESSION, GET, KEY_IN, by="identity resource",
         policy=[allow(GET, to=aws(SESSION.replace("run-7", "*")))]),
    case(PRINCIPAL, "implicit", ETL, ASSUME, TARGET, role=FULL, target=trusts(STARRED), by="resource"),
    case(PRINCIPAL, "allowed", ETL, GET, KEY_IN, role=FULL, policy=[deny(GET, to=aws(STARRED))]),
    case(NOT_PRINCIPAL, "explicit", ETL, GET, KEY_IN, role=FULL, by="resource",
         policy=[deny(GET, NotPrincipal=aws(STARRED, ROOT))]),
    # what a policy of this kind must have: without it AWS would not have taken it
    case(GRAMMAR, "unknown", "*", GET, KEY_IN, policy=[allow(GET)]),
    case(GRAMMAR, "unknown", ETL, ASSUME, TARGET, role=FULL, target=[allow(ASSUME, None)]),
    case(GRAMMAR, "explicit", "*", GET, KEY_IN, policy=[allow(GET), deny(GET, to="*")], by="resource"),
    case(GRAMMAR, "unknown", BOB, GET, KEY_IN, user=[allow(GET, None)]),
    case(GRAMMAR, "unknown", BOB, GET, KEY_IN, user=FULL, boundary=[allow(GET, None)]),
    case(GRAMMAR, "unknown", BOB, GET, KEY_IN, user=FULL, scp=[[allow(GET, None)]]),
    case(GRAMMAR, "unknown", BOB, GET, KEY_IN, user=FULL, session=[allow(GET, None)]),
    case(GRAMMAR, "explicit", BOB, GET, KEY_IN, user=[allow(GET, None), deny(GET)], by="identity"),
    # objects of a bucket whose owner left ACLs on belong to whoever wrote them
    case(OTHERS_OBJECTS, "unknown", BOB, GET, KEY_IN, user=FULL, bucket=OBJECTS_OPEN, hangs=OWNER),
    case(OTHERS_OBJECTS, "unknown", ROOT, GET, KEY_IN, bucket=OBJECTS_OPEN, hangs=OWNER),
    case(OTHERS_OBJECTS, "unknown", BOB, GET, KEY_IN, user=FULL, bucket=grants((C_B, "WRITE")), hangs=OWNER),
    case(OTHERS_OBJECTS, "allowed", BOB, GET, KEY_IN, user=FULL, bucket=OBJECTS_OPEN, context={OWNER: A}),
    case(OTHERS_OBJECTS, "unknown", BOB, GET, KEY_IN, user=FULL, bucket=OBJECTS_OPEN, context={OWNER: B}),
    case(OTHERS_OBJECTS, "allowed", BOB, GET, KEY_IN, user=FULL, bucket=OBJECTS_OPEN, may=True, hangs=OWNER),
    case(OTHERS_OBJECTS, "allowed", BOB, DELETE, KEY_IN, user=FULL, bucket=OBJECTS_OPEN),
    case(OTHERS_OBJECTS, "allowed", BOB, PUT, KEY_IN, user=FULL, bucket=OBJECTS_OPEN),
    case(OTHERS_OBJECTS, "unknown", "*", GET, KEY_IN, policy=TO_ALL, bucket=OBJECTS_OPEN, hangs=OWNER),
    case(OTHERS_OBJECTS, "unknown", PEER, GET, KEY_IN, peer=FULL, policy=TO_ALL, bucket=OBJECTS_OPEN, hangs=OWNER),
    case(OTHERS_OBJECTS, "explicit", BOB, GET, KEY_IN, user=[deny(GET)], bucket=OBJECTS_OPEN, by="identity"),
    case(OWNERSHIP, "allowed", BOB, GET, KEY_IN, user=FULL, bucket={"acls_disabled": True}),
    case(OWNERSHIP, "unknown", BOB, GET, KEY_IN, user=FULL, bucket={"acls_disabled": UNREAD}, hangs=OWNER),
    # an access point of another account than its bucket's: every other account must let in
    case(POINTS, "implicit", PEER, GET, IN_POINT_B, peer=FULL, things=theirs(), by="resource"),
    case(POINTS, "allowed", PEER, GET, IN_POINT_B, peer=FULL, things=theirs(), policy=LENDS),
    case(POINTS, "implicit", PEER, GET, IN_POINT_B, things=theirs(), policy=LENDS, by="identity"),
    case(POINTS, "implicit", BOB, GET, IN_POINT_B, user=FULL, things=theirs(), policy=LENDS, by="resource"),
    case(POINTS, "allowed", BOB, GET, IN_POINT_B, user=FULL, things=theirs(allow(GET, to=aws(A)))),
    case(POINTS, "implicit", BOB, GET, IN_POINT_B, things=theirs(allow(GET, to=aws(A))), by="identity"),
    case(POINTS, "explicit", PEER, GET, IN_POINT_B, peer=FULL, things=theirs(), by="resource",
         policy=[*LENDS, deny(GET, KEY_IN, to="*")]),
    case(POINTS, "unknown", PEER, GET, IN_POINT_B, peer=FULL, things=theirs(), policy=UNREAD),
    case(POINTS, "implicit", ROOT_B, GET, IN_POINT_B, things=theirs(), by="resource"),
    case(BPA, "implicit", PEER, GET, IN_POINT_B, peer=FULL, things=theirs(), policy=TO_ALL, by="bpa",
         bucket={"block_public_access": RESTRICT}),
    case(RCP, "explicit", PEER, GET, IN_POINT_B, peer=FULL, things=theirs(), policy=LENDS, by="rcp",
         rcp=[[*FULL, deny("s3:*", f"{LAKE}/*", to="*")]]),
    case(RCP, "unknown", PEER, GET, IN_POINT_B, peer=FULL, things=theirs(), policy=LENDS, rcp=UNREAD),
    # what AWS RAM shares grows with every year: of a service that is not known to stay out of it, nothing is certain
    case(SHARES, "unknown", PEER, "servicediscovery:DiscoverInstances", MAP, peer=FULL, account=UNSHARED),
    case(SHARES, "implicit", PEER, "servicediscovery:DiscoverInstances", MAP, peer=FULL, by="resource"),
]  # fmt: skip
