"""Across accounts, role trust, keys, services with source keys.  Each case with the page that says so."""

from orienteer.ask import UNREAD
from tests.ask.support import (
    ADMIN,
    BOB,
    BOUNDARIES,
    CROSS,
    ETL,
    EVAL,
    EVE,
    FULL,
    INSTANCE,
    KEY_IN,
    KMS,
    LAKE,
    ORG,
    OTHER,
    PEER,
    PEER_SESSION,
    PRINCIPAL,
    QUEUE,
    ROOT,
    ROOT_B,
    SECRET,
    SESSION,
    SSO,
    SSO_SESSION,
    STRANGER,
    TARGET,
    USER_GUIDE,
    A,
    B,
    M,
    X,
    Y,
    allow,
    aws,
    case,
    deny,
    doc,
)  # fmt: skip

GET, PUT, SEND = "s3:GetObject", "s3:PutObject", "sqs:SendMessage"
ASSUME, SAML, WEB = "sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"
TRUST = USER_GUIDE + "id_roles_create_for-user.html"
EXTERNAL_ID = USER_GUIDE + "id_roles_common-scenarios_third-party.html"
TERMS = USER_GUIDE + "id_roles_terms-and-concepts.html"
OIDC = USER_GUIDE + "id_roles_create_for-idp_oidc.html"
GITHUB = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html"
SAML_GUIDE = USER_GUIDE + "id_roles_create_for-idp_saml.html"
ASSUME_API = "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"
CALLER_API = "https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"
DEPUTY = USER_GUIDE + "confused-deputy.html"
KEY_POLICY = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html"
KEY_POLICIES = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html"
KEY_CROSS = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html"
KEY_IAM = "https://docs.aws.amazon.com/kms/latest/developerguide/iam-policies.html"
GRANTS = "https://docs.aws.amazon.com/kms/latest/developerguide/grants.html"
KEY_CONDITIONS = "https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html"
SQS_CROSS = (
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-basic-examples-of-sqs-policies.html"
)
SNS = "https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html"
LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html"
SECRET_GUIDE = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html"
ABAC = USER_GUIDE + "tutorial_attribute-based-access-control.html"

TO_B, TO_PEER = [allow(GET, to=aws(B))], [allow(GET, to=aws(PEER))]
ENABLES_IAM, TO_BOB = [allow("kms:*", to=aws(ROOT))], [allow("kms:Decrypt", to=aws(BOB))]
DECRYPT = "kms:Decrypt"
TOPIC = f"arn:aws:sns:eu-west-1:{A}:alarms"
FUNCTION = f"arn:aws:lambda:eu-west-1:{A}:function:api"
HUB = f"arn:aws:iam::{A}:oidc-provider/token.actions.githubusercontent.com"
IDP = f"arn:aws:iam::{A}:saml-provider/corp"
SUB, AUD = "token.actions.githubusercontent.com:sub", "token.actions.githubusercontent.com:aud"
BY_HUB = [allow(WEB, None, to={"Federated": HUB}, when={
    "StringEquals": {AUD: "sts.amazonaws.com"}, "StringLike": {SUB: "repo:acme/app:*"}})]  # fmt: skip
BY_IDP = [
    allow(SAML, None, to={"Federated": IDP}, when={"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}})
]


def trusts(*who, action=ASSUME, **more):
    return [allow(action, None, to=aws(*who), **more)]


def acts_for(**keys):
    """A topic lets S3 publish for these sources."""
    return [{"arn": TOPIC, "policy": doc(allow("sns:Publish", to={"Service": "s3.amazonaws.com"}, **keys))}]


CASES = [
    # both accounts must allow
    case(CROSS, "allowed", PEER, GET, KEY_IN, peer=[allow(GET)], policy=TO_PEER, by="identity scp resource"),
    case(CROSS, "allowed", PEER, GET, KEY_IN, peer=[allow(GET)], policy=TO_B),
    case(CROSS, "implicit", PEER, GET, KEY_IN, policy=TO_PEER, by="identity"),
    case(CROSS, "implicit", PEER, GET, KEY_IN, policy=TO_B, by="identity"),
    case(CROSS, "implicit", PEER, GET, KEY_IN, peer=[allow(GET)], by="resource"),
    case(CROSS, "implicit", PEER, GET, KEY_IN, by="identity resource"),
    case(CROSS, "implicit", PEER, GET, KEY_IN, peer=[allow(GET)], policy=[allow(GET, to=aws(BOB))], by="resource"),
    case(CROSS, "implicit", PEER, PUT, KEY_IN, peer=FULL, policy=TO_PEER, by="resource"),
    case(CROSS, "implicit", PEER, GET, KEY_IN, peer=[allow(PUT)], policy=TO_PEER, by="identity"),
    case(CROSS, "implicit", PEER, GET, KEY_IN, peer=[allow(GET, "arn:aws:s3:::mine/*")], policy=TO_PEER, by="identity"),
    case(CROSS, "explicit", PEER, GET, KEY_IN, peer=[*FULL, deny(GET)], policy=TO_PEER, by="identity"),
    case(CROSS, "explicit", PEER, GET, KEY_IN, peer=FULL, policy=[*TO_PEER, deny(GET, to=aws(B))], by="resource"),
    case(CROSS, "allowed", PEER_SESSION, GET, KEY_IN, peer=[allow(GET)], policy=TO_PEER),
    case(CROSS, "implicit", PEER_SESSION, GET, KEY_IN, policy=[allow(GET, to=aws(PEER_SESSION))], by="identity"),
    case(CROSS, "allowed", PEER_SESSION, GET, KEY_IN, peer=FULL, policy=[allow(GET, to=aws(PEER_SESSION))]),
    case(CROSS, "allowed", ROOT_B, GET, KEY_IN, policy=TO_B),
    case(CROSS, "implicit", ROOT_B, GET, KEY_IN, by="resource"),
    case(CROSS, "implicit", ROOT_B, GET, KEY_IN, policy=TO_PEER, by="resource"),
    case(CROSS, "allowed", ADMIN, GET, KEY_IN, admin=[allow(GET)], policy=[allow(GET, to=aws(M))]),
    # limits of the caller count in full: a grant from another account goes round none of them
    case(CROSS, "implicit", PEER, GET, KEY_IN, peer=FULL, policy=TO_PEER, peer_is={"boundary": doc(allow("ec2:*"))},
         by="boundary"),
    case(CROSS, "implicit", PEER_SESSION, GET, KEY_IN, peer=FULL, policy=[allow(GET, to=aws(PEER_SESSION))],
         peer_is={"boundary": doc(allow("ec2:*"))}, by="boundary"),
    case(CROSS, "implicit", PEER_SESSION, GET, KEY_IN, peer=FULL, policy=[allow(GET, to=aws(PEER_SESSION))],
         session=[allow("ec2:*")], by="session"),
    case(CROSS, "allowed", PEER, GET, KEY_IN, peer=FULL, policy=TO_PEER, peer_is={"boundary": doc(allow("s3:*"))}),
    # everybody: in the own account no other permission is needed, in others their own policies must allow
    case(PRINCIPAL, "allowed", PEER, GET, KEY_IN, peer=[allow(GET)], policy=[allow(GET, to="*")]),
    case(PRINCIPAL, "implicit", PEER, GET, KEY_IN, policy=[allow(GET, to="*")], by="identity"),
    case(PRINCIPAL, "allowed", "*", GET, KEY_IN, policy=[allow(GET, to="*")], by="resource"),
    case(PRINCIPAL, "allowed", "anonymous", GET, KEY_IN, policy=[allow(GET, to=aws("*"))]),
    case(PRINCIPAL, "implicit", "*", GET, KEY_IN, policy=[allow(GET, to=aws(A))], by="resource"),
    case(PRINCIPAL, "implicit", "*", GET, KEY_IN, by="resource"),
    case(PRINCIPAL, "implicit", "*", "ec2:StopInstances", INSTANCE, by="resource"),
    case(PRINCIPAL, "explicit", "*", GET, KEY_IN, policy=[allow(GET, to="*"), deny(GET, to="*")], by="resource"),
    # what has no policy of its own is closed to other accounts
    case(CROSS, "implicit", PEER, "ec2:StopInstances", INSTANCE, peer=FULL, by="resource"),
    case(CROSS, "allowed", PEER, "ec2:StopInstances", INSTANCE.replace(A, B), peer=FULL),
    case(CROSS, "implicit", PEER, "iam:GetRole", TARGET, peer=FULL, by="resource"),
    case(CROSS, "implicit", PEER, "sqs:ReceiveMessage", "*", peer=FULL, owner=A, by="resource"),
    # who is not held: nobody knows its policies, so a grant to it leaves the answer open; no grant settles it
    case(CROSS, "unknown", STRANGER, GET, KEY_IN, policy=[allow(GET, to=aws(X))]),
    case(CROSS, "implicit", STRANGER, GET, KEY_IN, policy=TO_PEER, by="resource"),
    case(CROSS, "explicit", STRANGER, GET, KEY_IN, policy=[allow(GET, to=aws(X)), deny(GET, to=aws(X))], by="resource"),
    case(CROSS, "explicit", STRANGER, GET, KEY_IN, by="resource", policy=[allow(GET, to="*"), deny(
        GET, to="*", when={"StringNotEquals": {"aws:PrincipalOrgID": ORG}})]),
    case(CROSS, "implicit", STRANGER, GET, KEY_IN, by="resource", policy=[
        allow(GET, to="*", when={"StringEquals": {"aws:PrincipalOrgID": ORG}})]),
    case(CROSS, "unknown", STRANGER, GET, KEY_IN, policy=[
        allow(GET, to="*", when={"StringEquals": {"aws:PrincipalOrgID": OTHER}})], hangs="aws:principalorgid"),
    case(CROSS, "allowed", PEER, GET, KEY_IN, peer=FULL, policy=[
        allow(GET, to="*", when={"StringEquals": {"aws:PrincipalOrgID": ORG}})]),
    case(CROSS, "implicit", "*", GET, KEY_IN, by="resource", policy=[
        allow(GET, to="*", when={"StringEquals": {"aws:PrincipalOrgID": ORG}})]),
    # a resource that nobody collected, in an account that is held or not
    case(CROSS, "unknown", PEER, GET, "arn:aws:s3:::elsewhere/1", peer=FULL),
    case(CROSS, "unknown", PEER, GET, "arn:aws:s3:::elsewhere/1"),
    case(CROSS, "unknown", PEER, GET, "arn:aws:s3:::elsewhere/1", peer=FULL, owner=X),
    case(CROSS, "implicit", PEER, GET, "arn:aws:s3:::elsewhere/1", owner=X, by="identity"),
    case(CROSS, "explicit", PEER, GET, "arn:aws:s3:::elsewhere/1", peer=[deny("s3:*")], by="identity"),
    case(CROSS, "unknown", PEER, SEND, QUEUE + "2", peer=FULL),
    case(SQS_CROSS, "allowed", PEER, SEND, QUEUE, peer=FULL, queue=[allow(SEND, QUEUE, to=aws(B))]),
    case(SQS_CROSS, "implicit", PEER, "sqs:DeleteQueue", QUEUE, peer=FULL, queue=[allow(SEND, QUEUE, to=aws(B))],
         by="resource"),
    case(SECRET_GUIDE, "allowed", PEER, "secretsmanager:GetSecretValue", SECRET, peer=FULL, secret=[
        allow("secretsmanager:GetSecretValue", to=aws(PEER))]),
    # role trust: it must let in everybody, those of its own account too
    case(TRUST, "implicit", BOB, ASSUME, TARGET, user=FULL, by="resource"),
    case(TRUST, "implicit", BOB, ASSUME, TARGET, user=FULL, target=trusts(EVE), by="resource"),
    case(TRUST, "allowed", BOB, ASSUME, TARGET, target=trusts(BOB), by="scp resource"),
    case(TRUST, "implicit", BOB, ASSUME, TARGET, target=trusts(ROOT), by="identity"),
    case(TRUST, "allowed", BOB, ASSUME, TARGET, user=[allow(ASSUME, TARGET)], target=trusts(ROOT)),
    case(TRUST, "implicit", BOB, ASSUME, TARGET, user=[allow(ASSUME, TARGET + "2")], target=trusts(ROOT),
         by="identity"),
    case(TRUST, "explicit", BOB, ASSUME, TARGET, user=[deny(ASSUME)], target=trusts(BOB), by="identity"),
    case(TRUST, "explicit", BOB, ASSUME, TARGET, user=FULL, target=[*trusts(ROOT), deny(ASSUME, None, to=aws(BOB))],
         by="resource"),
    case(TRUST, "allowed", SESSION, ASSUME, TARGET, target=trusts(ETL)),
    case(TERMS, "allowed", SESSION, ASSUME, TARGET, role=FULL, target=trusts(SESSION)),
    case(TRUST, "allowed", SSO_SESSION, ASSUME, TARGET, target=trusts(SSO)),
    case(BOUNDARIES, "implicit", ETL, ASSUME, TARGET, role=FULL, target=trusts(ETL), boundary=[allow("s3:*")],
         by="boundary"),
    case(TRUST, "implicit", PEER, ASSUME, TARGET, target=trusts(PEER), by="identity"),
    case(TRUST, "allowed", PEER, ASSUME, TARGET, peer=[allow(ASSUME, TARGET)], target=trusts(PEER)),
    case(TRUST, "allowed", PEER, ASSUME, TARGET, peer=[allow(ASSUME, "*")], target=trusts(B)),
    case(TRUST, "implicit", PEER, ASSUME, TARGET, peer=FULL, target=trusts(X), by="resource"),
    case(TRUST, "unknown", STRANGER, ASSUME, TARGET, target=trusts(X)),
    case(TRUST, "implicit", STRANGER, ASSUME, TARGET, target=trusts(Y), by="resource"),
    case(ASSUME_API, "implicit", ROOT, ASSUME, TARGET, target=trusts(ROOT), by="identity"),
    case(EXTERNAL_ID, "unknown", PEER, ASSUME, TARGET, peer=FULL, hangs="sts:externalid", target=trusts(B, when={
        "StringEquals": {"sts:ExternalId": "12345"}})),
    case(EXTERNAL_ID, "allowed", PEER, ASSUME, TARGET, peer=FULL, context={"sts:ExternalId": "12345"}, target=trusts(
        B, when={"StringEquals": {"sts:ExternalId": "12345"}})),
    case(EXTERNAL_ID, "implicit", PEER, ASSUME, TARGET, peer=FULL, context={"sts:ExternalId": "1"}, by="resource",
         target=trusts(B, when={"StringEquals": {"sts:ExternalId": "12345"}})),
    case(EXTERNAL_ID, "implicit", PEER, ASSUME, TARGET, peer=FULL, context={"sts:ExternalId": None}, by="resource",
         target=trusts(B, when={"StringEquals": {"sts:ExternalId": "12345"}})),
    case(EXTERNAL_ID, "allowed", PEER, ASSUME, TARGET, peer=FULL, may=True, hangs="sts:externalid", target=trusts(B,
         when={
        "StringEquals": {"sts:ExternalId": "12345"}})),
    case(TRUST, "implicit", BOB, "sts:TagSession", TARGET, user=FULL, target=trusts(BOB), by="resource"),
    case(TRUST, "allowed", BOB, "sts:TagSession", TARGET, target=trusts(BOB, action=[ASSUME, "sts:TagSession"])),
    case(TRUST, "unknown", BOB, ASSUME, TARGET + "2", user=FULL),
    case(TRUST, "explicit", BOB, ASSUME, TARGET + "2", user=[deny("sts:*")], by="identity"),
    case(TRUST, "allowed", BOB, ASSUME, "*", user=[allow(ASSUME)]),
    case(TRUST, "unknown", BOB, ASSUME, ETL, user=FULL, trust=UNREAD),
    case(TRUST, "allowed", BOB, "iam:GetRole", TARGET, user=FULL),
    # services and tokens assume roles by trust alone
    case(TERMS, "allowed", "ec2.amazonaws.com", ASSUME, TARGET, by="resource", target=[
        allow(ASSUME, None, to={"Service": ["ec2.amazonaws.com", "ecs.amazonaws.com"]})]),
    case(TERMS, "implicit", "lambda.amazonaws.com", ASSUME, TARGET, by="resource", target=[
        allow(ASSUME, None, to={"Service": "ec2.amazonaws.com"})]),
    case(OIDC, "allowed", HUB, WEB, TARGET, target=BY_HUB, context={AUD: "sts.amazonaws.com", SUB: "repo:acme/app:x"}),
    case(OIDC, "implicit", HUB, WEB, TARGET, target=BY_HUB, by="resource",
         context={AUD: "sts.amazonaws.com", SUB: "repo:evil/app:x"}),
    case(GITHUB, "unknown", HUB, WEB, TARGET, target=BY_HUB, hangs=f"{AUD} {SUB}"),
    case(GITHUB, "allowed", HUB, WEB, TARGET, target=BY_HUB, may=True, hangs=f"{AUD} {SUB}"),
    case(OIDC, "implicit", HUB, ASSUME, TARGET, target=BY_HUB, by="resource"),
    case(OIDC, "implicit", HUB.replace(A, B), WEB, TARGET, target=BY_HUB, by="resource"),
    case(OIDC, "implicit", BOB, WEB, TARGET, user=FULL, target=BY_HUB, by="resource"),
    case(OIDC, "allowed", "accounts.google.com", WEB, TARGET, context={"accounts.google.com:aud": "66677788"}, target=[
        allow(WEB, None, to={"Federated": "accounts.google.com"}, when={
            "StringEquals": {"accounts.google.com:aud": "66677788"}})]),
    case(SAML_GUIDE, "allowed", IDP, SAML, TARGET, target=BY_IDP,
         context={"SAML:aud": "https://signin.aws.amazon.com/saml"}),
    case(SAML_GUIDE, "unknown", IDP, SAML, TARGET, target=BY_IDP, hangs="saml:aud"),
    case(SAML_GUIDE, "implicit", IDP, WEB, TARGET, target=BY_IDP, by="resource"),
    case(PRINCIPAL, "implicit", IDP, GET, KEY_IN, policy=[allow(GET, to=aws(A))], by="resource"),
    # GetCallerIdentity needs no permission and cannot be denied
    case(CALLER_API, "allowed", BOB, "sts:GetCallerIdentity", user=[deny("*")]),
    case(CALLER_API, "allowed", STRANGER, "sts:GetCallerIdentity"),
    # KMS: without the key policy no IAM policy has an effect; the statement for the account lets IAM in
    case(KEY_POLICY, "allowed", BOB, DECRYPT, KMS, user=[allow(DECRYPT)], key=ENABLES_IAM, by="identity scp resource"),
    case(KEY_POLICY, "implicit", BOB, DECRYPT, KMS, key=ENABLES_IAM, by="identity"),
    case(KEY_POLICY, "implicit", BOB, DECRYPT, KMS, user=[allow(DECRYPT)], key=[allow("kms:*", to=aws(EVE))],
         by="resource"),
    case(KEY_POLICY, "allowed", ROOT, DECRYPT, KMS, key=ENABLES_IAM),
    case(KEY_POLICY, "implicit", ROOT, DECRYPT, KMS, key=TO_BOB, by="resource"),
    case(KEY_POLICIES, "allowed", BOB, DECRYPT, KMS, key=TO_BOB, by="scp resource"),
    case(KEY_POLICIES, "implicit", BOB, "kms:Encrypt", KMS, user=FULL, key=TO_BOB, by="resource"),
    case(KEY_POLICIES, "explicit", BOB, DECRYPT, KMS, user=[deny(DECRYPT)], key=TO_BOB, by="identity"),
    case(KEY_POLICIES, "explicit", BOB, DECRYPT, KMS, user=FULL, key=[*ENABLES_IAM, deny(DECRYPT, to=aws(BOB))],
         by="resource"),
    case(KEY_IAM, "allowed", BOB, "kms:ListKeys", user=[allow("kms:ListKeys")], key=TO_BOB),
    case(KEY_IAM, "allowed", BOB, "kms:CreateKey", user=[allow("kms:CreateKey")]),
    case(KEY_IAM, "implicit", BOB, DECRYPT, KMS, user=[allow(DECRYPT, KMS + "9")], key=ENABLES_IAM, by="identity"),
    case(KEY_POLICIES, "unknown", BOB, DECRYPT, KMS, user=FULL, key=UNREAD),
    case(KEY_POLICIES, "unknown", BOB, DECRYPT, KMS + "9", user=FULL),
    case(BOUNDARIES, "allowed", BOB, DECRYPT, KMS, key=TO_BOB, boundary=[allow("s3:*")]),
    case(BOUNDARIES, "implicit", ETL, DECRYPT, KMS, key=[allow(DECRYPT, to=aws(ETL))], boundary=[allow("s3:*")],
         by="identity boundary"),
    case(BOUNDARIES, "implicit", ETL, DECRYPT, KMS, key=ENABLES_IAM, role=FULL, boundary=[allow("s3:*")],
         by="boundary"),
    case(KEY_CROSS, "allowed", PEER, DECRYPT, KMS, peer=[allow(DECRYPT, KMS)], key=[allow("kms:*", to=aws(B))]),
    case(KEY_CROSS, "implicit", PEER, DECRYPT, KMS, key=[allow("kms:*", to=aws(PEER))], by="identity"),
    case(KEY_CROSS, "implicit", PEER, DECRYPT, KMS, peer=FULL, key=ENABLES_IAM, by="resource"),
    case(KEY_CONDITIONS, "allowed", BOB, DECRYPT, KMS, user=FULL, key=[
        allow("kms:*", to=aws("*"), when={"StringEquals": {"kms:CallerAccount": A}})]),
    case(KEY_CONDITIONS, "implicit", PEER, DECRYPT, KMS, peer=FULL, by="resource", key=[
        allow("kms:*", to=aws("*"), when={"StringEquals": {"kms:CallerAccount": A}})]),
    case(KEY_CONDITIONS, "unknown", BOB, DECRYPT, KMS, hangs="kms:viaservice", key=[
        allow("kms:*", to=aws("*"), when={
            "StringEquals": {"kms:CallerAccount": A, "kms:ViaService": "s3.eu-west-1.amazonaws.com"}})]),
    case(KEY_CONDITIONS, "allowed", BOB, DECRYPT, KMS, context={"kms:ViaService": "s3.eu-west-1.amazonaws.com"}, key=[
        allow("kms:*", to=aws("*"), when={
            "StringEquals": {"kms:CallerAccount": A, "kms:ViaService": "s3.eu-west-1.amazonaws.com"}})]),
    *(case(GRANTS, want, who, action, KMS + "g", by=by, hangs=hangs, **more, things=[
        {"arn": KMS + "g", "policy": doc(*TO_BOB), "grants": [{"grantee": ETL, "operations": ["Decrypt"], **grant}]}])
      for want, who, action, by, hangs, grant, more in (
        ("allowed", ETL, DECRYPT, "scp resource", "", {}, {}),
        ("allowed", SESSION, DECRYPT, "scp resource", "", {}, {}),
        ("implicit", ETL, "kms:Encrypt", "identity resource", "", {}, {}),
        ("implicit", EVE, DECRYPT, "identity resource", "", {}, {}),
        ("explicit", ETL, DECRYPT, "identity", "", {}, {"role": [deny(DECRYPT)]}),
        ("unknown", ETL, DECRYPT, None, "kms:encryptioncontext:", {"constrained": True}, {}),
        ("allowed", "rds.amazonaws.com", DECRYPT, "resource", "", {"grantee": "rds.amazonaws.com"}, {}),
        ("implicit", PEER, DECRYPT, "identity", "", {"grantee": PEER}, {}),
        ("allowed", PEER, DECRYPT, "identity scp resource", "", {"grantee": PEER}, {"peer": FULL}),
    )),
    case(GRANTS, "unknown", ETL, DECRYPT, KMS + "g", role=FULL, things=[
        {"arn": KMS + "g", "policy": doc(*TO_BOB), "grants": UNREAD}]),
    case(GRANTS, "allowed", BOB, DECRYPT, KMS + "g", things=[
        {"arn": KMS + "g", "policy": doc(*TO_BOB), "grants": UNREAD}]),
    # services that act for somebody: the source decides, and a direct call has none
    case(DEPUTY, "allowed", "s3.amazonaws.com", "sns:Publish", TOPIC, things=acts_for()),
    case(DEPUTY, "implicit", "sqs.amazonaws.com", "sns:Publish", TOPIC, things=acts_for(), by="resource"),
    case(DEPUTY, "unknown", "s3.amazonaws.com", "sns:Publish", TOPIC, hangs="aws:sourceaccount", things=acts_for(
        when={"StringEquals": {"aws:SourceAccount": A}})),
    case(DEPUTY, "allowed", "s3.amazonaws.com", "sns:Publish", TOPIC, context={"aws:SourceAccount": A}, things=acts_for(
        when={"StringEquals": {"aws:SourceAccount": A}})),
    case(DEPUTY, "implicit", "s3.amazonaws.com", "sns:Publish", TOPIC, context={"aws:SourceAccount": X}, by="resource",
         things=acts_for(when={"StringEquals": {"aws:SourceAccount": A}})),
    case(DEPUTY, "allowed", "s3.amazonaws.com", "sns:Publish", TOPIC, context={"aws:SourceArn": LAKE}, things=acts_for(
        when={"ArnLike": {"aws:SourceArn": "arn:aws:s3:*:*:lake"}})),
    case(DEPUTY, "allowed", "s3.amazonaws.com", "sns:Publish", TOPIC, context={"aws:SourceAccount": B}, things=acts_for(
        when={"StringEquals": {"aws:SourceOrgID": ORG}})),
    case(DEPUTY, "allowed", "s3.amazonaws.com", "sns:Publish", TOPIC, context={"aws:SourceAccount": B}, things=acts_for(
        when={"ForAnyValue:StringLike": {"aws:SourceOrgPaths": f"{ORG}/r-1/ou-1-web/*"}})),
    case(SNS, "implicit", BOB, "sns:Publish", TOPIC, by="identity resource", things=acts_for()),
    case(SNS, "allowed", BOB, "sns:Publish", TOPIC, user=FULL, things=acts_for()),
    case(SNS, "implicit", PEER, "sns:Publish", TOPIC, peer=FULL, by="resource", things=[
        {"arn": TOPIC, "policy": doc(allow("sns:Publish", to="*", when={"StringEquals": {"aws:SourceOwner": A}}))}],
         context={"aws:SourceOwner": B}),
    *(case(SNS, want, who, "sns:Publish", TOPIC, by=by, peer=FULL, things=[
        {"arn": TOPIC, "policy": doc(allow("sns:Publish", to="*", when={"StringEquals": {"aws:SourceOwner": A}}))}])
      for who, want, by in (
        (PEER, "implicit", "resource"), (BOB, "allowed", "scp resource"), ("*", "implicit", "resource"))),
    case(LAMBDA, "allowed", "*", "lambda:InvokeFunction", FUNCTION, account={
        "block_public_access": {"RestrictPublicBuckets": True}}, things=[
        {"arn": FUNCTION, "policy": doc(allow("lambda:InvokeFunction", FUNCTION, to="*"))}]),
    case(LAMBDA, "allowed", "events.amazonaws.com", "lambda:InvokeFunction", FUNCTION, context={
        "aws:SourceArn": f"arn:aws:events:eu-west-1:{A}:rule/nightly"}, things=[{"arn": FUNCTION, "policy": doc(allow(
            "lambda:InvokeFunction", FUNCTION, to={"Service": "events.amazonaws.com"}, when={
                "ArnLike": {"AWS:SourceArn": f"arn:aws:events:eu-west-1:{A}:rule/nightly"}}))}]),
    case(LAMBDA, "allowed", PEER, "lambda:InvokeFunction", FUNCTION, peer=FULL, things=[{"arn": FUNCTION, "policy": doc(
        allow("lambda:InvokeFunction", FUNCTION, to=aws(ROOT_B)))}]),
    case(LAMBDA, "implicit", PEER, "lambda:InvokeFunction", FUNCTION + ":live", peer=FULL, by="resource", things=[
        {"arn": FUNCTION, "policy": doc(allow("lambda:InvokeFunction", FUNCTION, to=aws(ROOT_B)))}]),
    case(EVAL, "unknown", BOB, "lambda:InvokeFunction", FUNCTION, user=FULL, things=[{"arn": FUNCTION,
         "policy": UNREAD}]),
    case(EVAL, "explicit", BOB, "lambda:InvokeFunction", FUNCTION, user=[deny("lambda:*")], by="identity", things=[
        {"arn": FUNCTION, "policy": UNREAD}]),
    case(ABAC, "allowed", PEER, GET, KEY_IN, peer=FULL, peer_is={"tags": {"Team": "data"}}, policy=[
        allow(GET, to=aws(B), when={"StringEquals": {"aws:PrincipalTag/Team": "data"}})]),
    case(ABAC, "implicit", PEER, GET, KEY_IN, peer=FULL, peer_is={"tags": {"Team": "web"}}, by="resource", policy=[
        allow(GET, to=aws(B), when={"StringEquals": {"aws:PrincipalTag/Team": "data"}})]),
]  # fmt: skip
