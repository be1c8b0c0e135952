"""The policies, filled for a client.  Each is a value; none of them grants anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from orienteer.facts.tree import RCP, SCP
from orienteer.policy.guardrails.global_services import S3_GLOBAL, SPARED
from orienteer.policy.guardrails.perimeter import DATA_CALLS
from orienteer.policy.guardrails.probes import LEAVE, LONG_LIVED, ROOT_USER
from orienteer.readymade.declarations import ai, ec2, s3, tags
from orienteer.readymade.filling import EXCEPTION_DAYS, Filling
from orienteer.readymade.ready import Ready

_GUIDE = "https://docs.aws.amazon.com/organizations/latest/userguide"
Statement = dict[str, Any]
RETIRED = frozenset({"a4b", "importexport", "mobileanalytics"})
SECURITY = (
    "access-analyzer:DeleteAnalyzer",
    "cloudtrail:DeleteEventDataStore",
    "cloudtrail:DeleteTrail",
    "cloudtrail:PutEventSelectors",
    "cloudtrail:StopEventDataStoreIngestion",
    "cloudtrail:StopLogging",
    "cloudtrail:UpdateTrail",
    "config:DeleteConfigurationRecorder",
    "config:DeleteDeliveryChannel",
    "config:StopConfigurationRecorder",
    "guardduty:DeleteDetector",
    "guardduty:DeleteMembers",
    "guardduty:DisassociateFromAdministratorAccount",
    "guardduty:DisassociateMembers",
    "guardduty:StopMonitoringMembers",
    "guardduty:UpdateDetector",
    "securityhub:DeleteMembers",
    "securityhub:DisableSecurityHub",
    "securityhub:DisableSecurityHubV2",
    "securityhub:DisassociateFromAdministratorAccount",
    "securityhub:DisassociateMembers",
)
SETTINGS = (
    "account:DisableRegion",
    "account:EnableRegion",
    "ec2:DisableEbsEncryptionByDefault",
    "s3:PutAccountPublicAccessBlock",
)
KEEPING_ROLES = (
    "iam:AttachRolePolicy",
    "iam:CreateRole",
    "iam:DeleteRole",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
)
LASTING = (
    *LONG_LIVED,
    "iam:CreateServiceSpecificCredential",
    "iam:UpdateLoginProfile",
    "iam:UploadSSHPublicKey",
    "iam:UploadSigningCertificate",
)
TLS = {"BoolIfExists": {"aws:SecureTransport": "false"}}


def ready(given: Filling) -> list[Ready]:
    """Every policy that fits this client, in the order in which they are best attached."""
    return [
        _leaving(),
        _root(given),
        _security(given),
        *_regions(given),
        _users(given),
        *_exception(given),
        _perimeter(given),
        ec2(),
        s3(),
        ai(),
        tags(given),
    ]


def _deny(sid: str, actions: Sequence[str], condition: Mapping[str, Any] | None = None, on: Any = "*") -> Statement:
    more = {"Condition": condition} if condition else {}
    return {"Sid": sid, "Effect": "Deny", "Action": list(actions), "Resource": on, **more}


def _document(*statements: Statement) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _ordinary(given: Filling) -> str:
    """Where a policy is attached from which the exception OU is to be free: denies are inherited, and nothing below
    takes one back."""
    if not given.exception_ous:
        return "the root"
    return f"everything except {given.exception_names}"


def _where(given: Filling) -> tuple[str, ...]:
    """The names behind it."""
    named = ", ".join(given.around)
    return (f"It is attached to {named}, so that {given.exception_names} is left out.",) if given.exception_ous else ()


# --- service control policies


def _leaving() -> Ready:
    return Ready(
        "leave-organization",
        "No account leaves the organization",
        SCP,
        _document(_deny("NobodyLeaves", [LEAVE])),
        "leaving",
        "all",
        "the root",
        "An account that leaves takes its data along and loses every guardrail, log and detector of the organization "
        "at once.",
        ("The management account, which this does not bind, can still remove an account.",),
        f"{_GUIDE}/orgs_manage_policies_scps_examples_general.html",
        actions=(LEAVE,),
    )


def _root(given: Filling) -> Ready:
    condition = {
        "ArnLike": {"aws:PrincipalArn": f"arn:{given.partition}:iam::*:root"},
        "BoolIfExists": {"aws:AssumedRoot": "false"},
    }
    return Ready(
        "root-user",
        "Root users of member accounts do nothing",
        SCP,
        _document(_deny("NoRootUser", ["*"], condition)),
        "root",
        "all",
        "the root",
        "No permission binds a root user; in a member account there is hardly a task left for it. Sessions that the "
        "management account or a delegated administrator opens with AssumeRoot for a single task stay possible.",
        (
            "Switch on central root management first, so that a locked bucket or queue can still be freed.",
            "Finish what needs a root sign-in in member accounts, such as registering as a seller.",
        ),
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html",
        actions=ROOT_USER,
    )


def _spare(given: Filling) -> Mapping[str, Any] | None:
    arns = [f"arn:{given.partition}:iam::*:role/{name}" for name in given.deployers]
    return {"ArnNotLike": {"aws:PrincipalArn": arns}} if arns else None


def _security(given: Filling) -> Ready:
    spare, names = _spare(given), given.deployers
    roles = [f"arn:{given.partition}:iam::*:role/{name}" for name in names]
    kept = [_deny("KeepSparedRoles", KEEPING_ROLES, spare, roles)] if names else []
    told = f"It spares {', '.join(names)}, which the management account uses in members, and protects those roles."
    return Ready(
        "security-services",
        "Nobody switches off logging and detection",
        SCP,
        _document(_deny("KeepDetection", SECURITY, spare), _deny("KeepSettings", SETTINGS, spare), *kept),
        "security",
        "all",
        "the root",
        "Whoever breaks in switches off the log and the detector first. CloudTrail, GuardDuty, Security Hub, Config, "
        "Access Analyzer and the account-wide settings stay as they were set.",
        (
            *([told] if names else []),
            "Set the account-wide settings before, since this also keeps people from improving them.",
            "A delegated administrator is a member, too: let the security team say which of these calls it makes.",
        ),
        f"{_GUIDE}/orgs_manage_policies_scps_examples.html",
        actions=(*SECURITY, *SETTINGS),
    )


def _elsewhere(given: Filling, regions: Sequence[str], **more: Any) -> Statement:
    """A deny of everything outside these regions but the services that answer in one place for all of them."""
    free = sorted(f"{service}:*" for service in SPARED - RETIRED)
    condition = {"StringNotEquals": {"aws:RequestedRegion": list(regions)}, **more}
    return {
        "Sid": "OtherRegions",
        "Effect": "Deny",
        "NotAction": [*free, *sorted(S3_GLOBAL)],
        "Resource": "*",
        "Condition": condition,
    }


def _regions(given: Filling) -> Iterator[Ready]:
    """The regions of today, which stops nothing that was seen; then those approved, where they are others."""
    today = tuple(sorted({*given.approved, *given.used}))
    before: tuple[str, ...] = (
        "Global services are left alone; what else an application needs from another region (certificates for "
        "CloudFront are in us-east-1) is denied there from then on.",
    )
    why = "Nobody watches a region that nobody uses; what is started there runs until the bill comes."
    kinds = [("regions-today", "Work only in regions approved or in use today", today, before)]
    if given.approved and today != given.approved:
        goal = ("Move what was seen in use elsewhere first; until then attach regions-today.", *before)
        kinds.append(("regions-approved", "Work only in approved regions", given.approved, goal))
    for name, title, regions, asked in kinds:
        if regions:
            yield Ready(
                name,
                title,
                SCP,
                _document(_elsewhere(given, regions)),
                "regions",
                "ordinary",
                _ordinary(given),
                why,
                (*_where(given), *asked),
                f"{_GUIDE}/orgs_manage_policies_scps_examples_general.html",
                regions=regions,
            )


def _users(given: Filling) -> Ready:
    return Ready(
        "iam-users",
        "No new IAM users and no new long-lived keys",
        SCP,
        _document(_deny("NoLongLivedKeys", LASTING)),
        "users",
        "ordinary",
        _ordinary(given),
        "A key that never expires is the way in that is found most often. Keys that exist go on working; they can no "
        "longer be rotated, only replaced by a role.",
        (
            *_where(given),
            "Give each key that is still used a role in its place, or its account a place in the exception OU.",
        ),
        f"{_GUIDE}/orgs_manage_policies_scps_examples.html",
        actions=LASTING,
    )


def _exception(given: Filling) -> Iterator[Ready]:
    """What holds in the exception OU: the same denies, from the day on which the exception ends."""
    later = {"DateGreaterThanEquals": {"aws:CurrentTime": given.expires}}
    regions = given.approved or given.used
    denied = [_deny("NoLongLivedKeys", LASTING, later)]
    if not regions:
        return
    yield Ready(
        "exception-ou",
        f"Exceptions end automatically after {EXCEPTION_DAYS} days",
        SCP,
        _document(*denied, _elsewhere(given, regions, **later)),
        "exception",
        "exception",
        given.exception_names or "an OU for exceptions, directly below the root; there is none yet",
        "An exception that never ends becomes the rule. Accounts in this OU are spared from the denies of regions "
        f"and keys until {given.expires[:10]}; what is attached to the root still binds them.",
        ("Write down who asked for each exception and until when; set the date to the latest of them.",),
        f"{_GUIDE}/orgs_manage_policies_scps_evaluation.html",
        regions=regions,
        actions=LASTING,
    )


# --- resource control policy


def _outsiders(given: Filling) -> Mapping[str, Mapping[str, Any]]:
    """The condition that holds for principals of others, AWS services and trusted accounts left out."""
    partners = {"aws:PrincipalAccount": list(given.trusted)} if given.trusted else {}
    return {
        "StringNotEqualsIfExists": {"aws:PrincipalOrgID": given.organization_id, **partners},
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
    }


def _deputies(given: Filling) -> Mapping[str, Mapping[str, Any]]:
    """The condition that holds for an AWS service that works for a resource of others."""
    return {
        "StringNotEqualsIfExists": {"aws:SourceOrgID": given.organization_id},
        "Null": {"aws:SourceAccount": "false"},
        "Bool": {"aws:PrincipalIsAWSService": "true"},
    }


def _perimeter(given: Filling) -> Ready:
    data = ["kms:*", "s3:*", "secretsmanager:*", "sqs:*"]
    every = {"Principal": "*"}
    stay = [f"Trusted accounts that were named keep their access: {', '.join(given.trusted)}."] if given.trusted else []
    return Ready(
        "perimeter",
        "Only the organization's identities reach its data",
        RCP,
        _document(
            {**_deny("OwnIdentities", [*data, "sts:AssumeRole"], _outsiders(given)), **every},
            {**_deny("NoConfusedDeputy", data, _deputies(given)), **every},
            {**_deny("TlsOnly", data, TLS), **every},
        ),
        "perimeter",
        "all",
        "the root, after a test OU",
        "A bucket policy or a role's trust that was opened by mistake lets in nobody outside the organization, and an "
        "AWS service that works for another customer cannot be made to reach this one's data.",
        (
            *stay,
            "A bucket that is meant to be public, or read by CloudFront without origin access control, needs an "
            "account of its own outside the policy.",
            "Roles assumed by OIDC or SAML are not touched; their trust policies alone bind those.",
        ),
        f"{_GUIDE}/orgs_manage_policies_rcps_examples.html",
        actions=tuple(DATA_CALLS.values()),
    )
