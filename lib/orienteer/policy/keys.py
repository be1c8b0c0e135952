"""What each condition key means: what it tells of a request, who decides its value, and which requests carry it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html (`aws:` keys)
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from orienteer.policy.language.patterns import wildcard

About = Literal[
    "caller", "session", "path", "source", "network", "access point", "instance", "resource", "request", "moment"
]
"""`caller`: whose principal it is; `session`: how it signed in; `path`: through which service; `source`: on whose
behalf a service calls; `instance`: on which machine, or through which part of a service's network, the caller comes;
the others as they say."""
SetBy = Literal["AWS", "owner", "assumer", "caller", "target", "place", "tagger", "service"]
"""`AWS`: it follows from the call.  `owner`: whoever administers the calling account (names, tags, sign-in).
`assumer`: whoever assumes the role.  `caller`: he writes it into the request.  `target`: he does so with what he calls
upon.  `place`: from where he calls.  `tagger`: whoever may tag the resource.  `service`: the calling service fills in
the ARN of its own resource."""


@dataclass(frozen=True, slots=True)
class Key:
    """A condition key in lower case, or a family of keys: one that ends with `/`, `:` or `*`.

    signed: only requests of IAM principals carry it, not anonymous ones and not those of services.
    always: every request carries it.  many: it holds several values.
    plain: AWS fills it in or restricts it, so no star ever stands in it.
    personal: it tells principals of one account apart.
    settled: who calls what decides it, so it makes no right conditional.
    filled_by: patterns of the service principals that fill it with the ARN of the resource they act for.
    starred: the ARN that they fill in ends with a star of its own.
    """

    name: str
    about: About
    set_by: SetBy
    source: str
    signed: bool = False
    always: bool = False
    many: bool = False
    plain: bool = False
    personal: bool = False
    settled: bool = False
    filled_by: tuple[str, ...] = ()
    starred: bool = False


_GLOBAL = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html"
_STS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html"
_KMS = "https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html"
_S3 = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html"
_EC2 = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html"
_LOGS = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html"
_LATTICE = "https://docs.aws.amazon.com/vpc-lattice/latest/ug/auth-policies.html"
_TRAIL = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html"
_TABLES = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-tables-kms-permissions.html"
_DELIVERY = "https://docs.aws.amazon.com/eventbridge/latest/userguide/encryption-bus-logs.html"
_BUS = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-cmkey.html"

KEYS: tuple[Key, ...] = (
    Key("aws:principalaccount", "caller", "AWS", _GLOBAL, settled=True),
    Key("aws:principalarn", "caller", "owner", _GLOBAL, personal=True, settled=True),
    Key("aws:principalorgid", "caller", "AWS", _GLOBAL, settled=True),
    Key("aws:principalorgpaths", "caller", "AWS", _GLOBAL, many=True, settled=True),
    Key("aws:userid", "caller", "owner", _GLOBAL, personal=True, settled=True),
    Key("aws:principalisawsservice", "caller", "AWS", _GLOBAL, settled=True),
    Key("aws:principalservicename", "caller", "AWS", _GLOBAL, settled=True),
    Key("aws:principalservicenameslist", "caller", "AWS", _GLOBAL, many=True, settled=True),
    Key("kms:calleraccount", "caller", "AWS", _KMS),
    Key("aws:principaltype", "session", "owner", _GLOBAL, personal=True, settled=True),
    Key("aws:principaltag/", "session", "owner", _GLOBAL, signed=True, plain=True, personal=True, settled=True),
    Key("aws:username", "session", "owner", _GLOBAL, signed=True, plain=True, personal=True, settled=True),
    Key("aws:multifactorauth*", "session", "owner", _GLOBAL, signed=True),
    Key("aws:tokenissuetime", "session", "owner", _GLOBAL, signed=True),
    Key("aws:assumedroot", "session", "AWS", _GLOBAL),
    Key("aws:sourceidentity", "session", "assumer", _GLOBAL, signed=True, plain=True),
    Key("aws:federatedprovider", "session", "assumer", _GLOBAL, signed=True),
    Key("sts:rolesessionname", "session", "caller", _STS, signed=True, plain=True),
    Key("sts:", "session", "caller", _STS, signed=True),
    Key("saml:", "session", "caller", _STS, signed=True),
    Key("aws:viaawsservice", "path", "owner", _GLOBAL, settled=True),
    Key("aws:calledvia*", "path", "owner", _GLOBAL, plain=True),
    Key("kms:viaservice", "path", "caller", _KMS, plain=True),
    Key("aws:sourceaccount", "source", "AWS", _GLOBAL),
    Key(
        "aws:sourceowner", "source", "AWS", "https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html"
    ),
    Key("aws:sourcearn", "source", "AWS", _GLOBAL),
    Key("aws:sourceorgid", "source", "AWS", _GLOBAL),
    Key("aws:sourceorgpaths", "source", "AWS", _GLOBAL, many=True),
    Key("aws:sourceip", "network", "place", _GLOBAL),
    Key("aws:sourcevpc", "network", "place", _GLOBAL),
    Key("aws:sourcevpce", "network", "place", _GLOBAL),
    Key("aws:sourcevpcarn", "network", "place", _GLOBAL),
    Key("aws:vpceaccount", "network", "place", _GLOBAL),
    Key("aws:vpceorgid", "network", "place", _GLOBAL),
    Key("aws:vpceorgpaths", "network", "place", _GLOBAL, many=True),
    Key("aws:vpcsourceip", "request", "place", _GLOBAL),
    Key("s3:dataaccesspointarn", "access point", "AWS", _S3),
    Key("s3:dataaccesspointaccount", "access point", "AWS", _S3),
    Key("ec2:sourceinstancearn", "instance", "place", _EC2),
    Key(
        "lambda:sourcefunctionarn",
        "instance",
        "place",
        "https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html",
    ),
    Key(
        "ssm:sourceinstancearn",
        "instance",
        "place",
        "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html",
    ),
    Key("vpc-lattice-svcs:sourcevpc", "instance", "place", _LATTICE),
    Key("vpc-lattice-svcs:sourcevpcowneraccount", "instance", "place", _LATTICE),
    Key("s3express:dataaccesspointaccount", "instance", "AWS", _S3),
    Key("s3-outposts:dataaccesspointaccount", "instance", "AWS", _S3),
    Key("aws:resourceaccount", "resource", "AWS", _GLOBAL, settled=True),
    Key("aws:resourceorgid", "resource", "AWS", _GLOBAL, settled=True),
    Key("aws:resourceorgpaths", "resource", "AWS", _GLOBAL, many=True, settled=True),
    Key("s3:resourceaccount", "resource", "AWS", _S3),
    Key("s3express:resourceaccount", "resource", "AWS", _S3),
    Key("aws:resourcetag/", "resource", "tagger", _GLOBAL),
    Key("s3:existingobjecttag/", "resource", "tagger", _S3),
    Key("aws:requestedregion", "request", "AWS", _GLOBAL),
    Key("ec2:region", "request", "AWS", _EC2),
    Key("s3:locationconstraint", "request", "AWS", _S3),
    Key("aws:securetransport", "request", "AWS", _GLOBAL, always=True),
    Key("aws:useragent", "request", "caller", _GLOBAL),
    Key("aws:referer", "request", "caller", _GLOBAL),
    Key("aws:requesttag/", "request", "caller", _GLOBAL),
    Key("aws:tagkeys", "request", "caller", _GLOBAL, many=True),
    Key("iam:permissionsboundary", "request", "target", _STS),
    Key("iam:policyarn", "request", "target", _STS, settled=True),
    Key("iam:passedtoservice", "request", "target", _STS, settled=True),
    Key("aws:currenttime", "moment", "AWS", _GLOBAL, always=True, settled=True),
    Key("aws:epochtime", "moment", "AWS", _GLOBAL, always=True, settled=True),
    Key("kms:encryptioncontext:aws:logs:arn", "source", "service", _LOGS, filled_by=("logs.*",)),
    Key(
        "kms:encryptioncontext:aws:cloudtrail:arn",
        "source",
        "service",
        _TRAIL,
        filled_by=("cloudtrail.amazonaws.com*",),
    ),
    Key(
        "kms:encryptioncontext:aws:events:event-bus:arn",
        "source",
        "service",
        _BUS,
        filled_by=("events.amazonaws.com*",),
    ),
    Key("kms:encryptioncontext:aws:s3:arn", "source", "service", _TABLES, filled_by=("maintenance.s3tables.*",)),
    Key(
        "kms:encryptioncontext:sourcearn",
        "source",
        "service",
        _DELIVERY,
        filled_by=("delivery.logs.amazonaws.com*", "events.amazonaws.com*"),
        starred=True,
    ),
)

_EXACT: Mapping[str, Key] = {key.name: key for key in KEYS}
_FAMILIES = tuple(key for key in KEYS if key.name.endswith(("/", ":", "*")))
_OF_RESOURCE = (":resourcetag/", ":resourceaccount", ":existingobjecttag/", ":resourceorg")
FILLED: Mapping[str, tuple[str, ...]] = {key.name: key.filled_by for key in KEYS if key.filled_by}
"""Keys that a service fills with the ARN of the resource it acts for, with the patterns of its principals."""


@lru_cache(maxsize=8192)
def key_of(name: str) -> Key:
    """What is known of the key; one that the table does not have is the caller's choice, or a tag of the resource."""
    found = _EXACT.get(name) or next((k for k in _FAMILIES if name.startswith(k.name.rstrip("*"))), None)
    if found is not None:
        return found
    if any(part in name for part in _OF_RESOURCE):
        return Key(name, "resource", "tagger", "")
    return Key(name, "request", "AWS" if name.startswith("aws:") else "caller", "")


def keys_about(*about: About) -> frozenset[str]:
    """Names of the keys of the table that tell these things of a request; families and filled ones left out."""
    return frozenset(key.name for key in KEYS if key.about in about and not key.filled_by and key not in _FAMILIES)


def fills(service: str, key: str) -> bool:
    """True if the service principal fills the key with the ARN of the resource it acts for."""
    return any(wildcard(pattern, service) for pattern in FILLED.get(key, ()))


@lru_cache(maxsize=1024)
def fills_some(service: str) -> str:
    """The keys that the service principal fills, as one text; empty where it fills none."""
    return " ".join(key for key in FILLED if fills(service, key))


def brought_by_services(key: str) -> bool:
    """True if a service that assumes a role may bring the key: an external id, a session name, what a certificate says.

    https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-settings-sms.html
    https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html
    """
    return key.startswith(("sts:", "aws:principaltag/x509")) or key == "aws:sourceidentity"
