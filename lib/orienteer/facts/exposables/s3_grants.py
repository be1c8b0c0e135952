"""S3 Access Grants: the instance of a region by its policy, and each grant by whom it names."""

from __future__ import annotations

from orienteer.facts.exposable import Ground, Named, Reached, by_policy, opened, widest_of
from orienteer.facts.fact import Fact, Join
from orienteer.facts.openings import account_in
from orienteer.facts.organization import NOWHERE
from orienteer.facts.seen import Row, Unseen, World
from orienteer.facts.values import not_asked

INSTANCE = "AWS::S3::AccessGrantsInstance"


def _names_people(grant: Row) -> bool:
    return bool(grant.grantee_type != "IAM")


GRANTS = Fact(
    "s3_grants",
    "One row per S3 access grant: whom it names, and who keeps the directory that they are in.",
    base="s3_access_grants",
    joins=(
        Join(
            "sso_instances",
            many="directories",
            on={"instance_arn": "directory"},
            place=NOWHERE,
            only=_names_people,
        ),
    ),
    hidden=frozenset({"directories"}),
    resource_type="AWS::S3::AccessGrant",
)


def _grant(grant: Row, ground: Ground) -> Reached:
    """The account of the principal that it names, or who keeps the directory.

    A principal of another account also needs the instance's policy, which is told apart: it may change any day, and
    then the grant counts.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-grants-cross-accounts.html
    """
    if not _names_people(grant):
        level = ground.level_of(account_in(grant.grantee) or grant.account_id, grant.account_id)
        return widest_of({grant.grantee: level}, "access grant")
    if grant.directory is None:
        return Reached(why="It names people of a directory, and the instance is joined to none now.")
    found = next(iter(grant.directories), None)
    if found is None:
        why = f"no account that was read shows {grant.directory}, whose people it names"
        World({}).value(Unseen(frozenset({not_asked("sso:ListInstances", grant.account_id, grant.region, why)})))
        return Reached()
    owner = found.owner_account or found.account_id
    return widest_of({grant.directory: ground.level_of(owner, grant.account_id)}, "access grant")


EXPOSABLES = (
    by_policy(
        "s3-access-grants",
        INSTANCE,
        "s3_access_grants_policies",
        holds_data=True,
        operation="s3:GetAccessGrantsInstanceResourcePolicy",
    ),
    opened(
        "s3-access-grants",
        "AWS::S3::AccessGrant",
        GRANTS.name,
        Named(_grant),
        only=lambda grant: grant["grantee_type"] is not None,
        holds_data=True,
        operation="s3:ListAccessGrants",
    ),
)
