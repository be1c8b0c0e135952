"""Who can reach a bucket: its policy, its ACL, block public access and S3's own word are one question.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orienteer.policy.exposure.ground import LEVELS
from orienteer.policy.exposure.judge import Exposure, exposure
from orienteer.policy.exposure.reachers import Access, reachers
from orienteer.policy.keys import keys_about
from orienteer.policy.language.document import Statement, parse
from orienteer.policy.language.text import Policy, is_deny, raw_statements

BUCKET = "AWS::S3::Bucket"
_SERVICE = ("aws:principalisawsservice", "aws:principalservicename")
_ACTIONS: Mapping[str, tuple[str, ...]] = {
    "READ": ("s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"),
    "WRITE": ("s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"),
    "READ_ACP": ("s3:GetBucketAcl",),
    "WRITE_ACP": ("s3:PutBucketAcl",),
}
"""What a permission in a bucket's ACL allows; FULL_CONTROL is all of it."""
_SERVICE_KEYS = keys_about("source") | {key for key in keys_about("caller") if key.startswith(_SERVICE)}
_EVERYTHING = tuple(action for actions in _ACTIONS.values() for action in actions)


@dataclass(frozen=True, slots=True)
class Acl:
    """A bucket's ACL as S3 gives it: Grants, the owner's canonical id; `in_force` unless ownership disables ACLs."""

    grants: Sequence[Mapping[str, Any]] = ()
    owner_id: str = ""
    in_force: bool = True


@dataclass(frozen=True, slots=True)
class Block:
    """What block public access of account and bucket together do to what is there; the other two settings hinder only
    what is yet to come."""

    ignore_public_acls: bool = False
    restrict_public_buckets: bool = False


def bucket_exposure(
    policy: Policy,
    acl: Acl = Acl(),
    block: Block = Block(),
    is_public: bool | None = None,
    *,
    account_id: str,
    org_id: str | None = None,
    trusted_accounts: Iterable[str] = frozenset(),
    own_networks: Iterable[str] = frozenset(),
) -> Exposure:
    """Who can reach the bucket by its policy or its ACL.  A Deny of the policy stops grants of the ACL, too.

    `is_public` is what S3 says of the policy (None: not known).  RestrictPublicBuckets cuts a policy that S3 calls
    public to the bucket's own account and the AWS services that it is meant for.  Grants of the ACL are named
    `ACL <permission>`.
    """
    ground: dict[str, Any] = {
        "account_id": account_id,
        "org_id": org_id,
        "trusted_accounts": frozenset(trusted_accounts),
        "own_networks": frozenset(own_networks),
        "resource_type": BUCKET,
    }
    found = [exposure(part, **ground) for part in _parts(policy, acl, block, is_public, ground)]
    grants = sorted((grant for each in found for grant in each.grants), key=lambda grant: -LEVELS.index(grant.level))
    problems = dict.fromkeys(problem for each in found for problem in each.problems)
    return Exposure(max((each.level for each in found), key=LEVELS.index), tuple(grants), tuple(problems))


def bucket_reachers(
    policy: Policy,
    actions: Iterable[str],
    bucket_arn: str,
    acl: Acl = Acl(),
    block: Block = Block(),
    is_public: bool | None = None,
    *,
    account_id: str,
    org_id: str | None = None,
    trusted_accounts: Iterable[str] = frozenset(),
    own_networks: Iterable[str] = frozenset(),
) -> Access:
    """Everybody who can do any of the actions on the bucket or in it, by policy or ACL (see `reachers`)."""
    ground: dict[str, Any] = {
        "account_id": account_id,
        "org_id": org_id,
        "trusted_accounts": frozenset(trusted_accounts),
        "own_networks": frozenset(own_networks),
        "resource_type": BUCKET,
    }
    asked, where = tuple(actions), (bucket_arn, f"{bucket_arn}/*")
    found = [reachers(part, asked, where, **ground) for part in _parts(policy, acl, block, is_public, ground)]
    both = sorted((one for each in found for one in each.reachers), key=lambda one: -LEVELS.index(one.level))
    problems = dict.fromkeys(problem for each in found for problem in each.problems)
    return Access(max((each.level for each in found), key=LEVELS.index), tuple(both), tuple(problems))


def _parts(policy: Policy, acl: Acl, block: Block, is_public: bool | None, ground: Mapping[str, Any]) -> list[Policy]:
    """The documents that together say who can reach the bucket: the policy (as it is cut), and the ACL beside it."""
    granted = list(acl_statements(acl, block))
    by_acl: list[Policy] = [_beside(policy, granted)] if granted else []
    if block.restrict_public_buckets and is_public is None:
        is_public = exposure(policy, **ground).level == "public"
    if not (block.restrict_public_buckets and is_public):
        return [policy, *by_acl]
    return [*_restricted(policy, ground["account_id"]), *by_acl]


def s3_disagrees(policy: Policy, is_public: bool | None, **ground: Any) -> str:
    """In words where S3 calls public what this engine does not, or the other way round; empty where they agree.

    S3 calls a policy public that names everybody under any condition it does not count as a bound.
    """
    ours = exposure(policy, **ground, resource_type=BUCKET).level
    if is_public is None or is_public == (ours == "public"):
        return ""
    return f"S3 calls the policy {'public' if is_public else 'not public'}; by its conditions it is {ours}."


def acl_statements(acl: Acl, block: Block = Block()) -> Iterator[dict[str, Any]]:
    """Each grant of the ACL that is in force, as a statement that allows the same."""
    for grant in acl.grants if acl.in_force else ():
        grantee, permission = grant.get("Grantee") or {}, str(grant.get("Permission", ""))
        principal = _principal(grantee, acl.owner_id)
        if principal is None or (block.ignore_public_acls and principal == {"AWS": "*"}):
            continue
        signed = {"Null": {"aws:PrincipalAccount": "false"}} if _group(grantee) == "AuthenticatedUsers" else {}
        yield {
            "Sid": f"ACL {permission}",
            "Effect": "Allow",
            "Principal": principal,
            "Resource": "*",
            "Action": list(_ACTIONS.get(permission, _EVERYTHING)),
            **({"Condition": signed} if signed else {}),
        }


def _group(grantee: Mapping[str, Any]) -> str:
    return str(grantee.get("URI") or "").rpartition("/")[2]


def _principal(grantee: Mapping[str, Any], owner_id: str) -> dict[str, str] | None:
    """The grantee as a Principal element; None for the owner and for S3 itself."""
    group = _group(grantee)
    if group in ("AllUsers", "AuthenticatedUsers"):
        return {"AWS": "*"}
    if group == "LogDelivery":  # S3 itself, which brings logs of buckets of the same account only
        return None
    given = grantee.get("ID") or grantee.get("EmailAddress") or grantee.get("URI")
    return None if not given or given == owner_id else {"CanonicalUser": str(given)}


def _beside(policy: Policy, granted: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A document of these statements and the policy's Denies; one that could not be read denies nothing."""
    version, statements = raw_statements(policy)
    return {"Version": version, "Statement": [*granted, *filter(is_deny, statements)]}


def _restricted(policy: Policy, account_id: str) -> list[Policy]:
    """The policy as RestrictPublicBuckets leaves it: open to the own account, and to services where it means them.

    Two documents, each with the statements of its kind in their places and the cut, as a Deny, in the others'.
    """
    version, statements = raw_statements(policy)
    outside = {"StringNotEquals": {"aws:PrincipalAccount": account_id}}
    no_service = {"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}
    meant = {s.index for s in parse(policy).statements if s.effect == "Allow" and _for_services(s)}
    found: list[Policy] = []
    for services in (False, True):
        cut = {
            "Sid": "RestrictPublicBuckets",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "*",
            "Resource": "*",
            "Condition": {**outside, **no_service} if services else outside,
        }
        kept = [s if is_deny(s) or (n in meant) is services else cut for n, s in enumerate(statements)]
        found.append({"Version": version, "Statement": [*kept, cut]})
    return found


def _for_services(statement: Statement) -> bool:
    """True if the statement names an AWS service, or has a condition that only makes sense for one."""
    named = any(kind == "Service" for kind, _ in statement.principals or ())
    return named or any(condition.key in _SERVICE_KEYS for condition in statement.conditions)
