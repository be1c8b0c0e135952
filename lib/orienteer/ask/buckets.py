"""What is S3's own: ACLs, block public access, access points in front of buckets.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
"""

from __future__ import annotations

from functools import lru_cache

from orienteer.ask.estate import Estate
from orienteer.ask.known import Block, Policies, Thing
from orienteer.ask.say import FALSE, TRUE, Say, unseen
from orienteer.policy.exposure import exposure


def behind(estate: Estate, thing: Thing, resource: str) -> tuple[Thing | None, str]:
    """The bucket behind an access point, and the ARN of the same object in it; nothing for anything else."""
    if not thing.bucket:
        return None, ""
    _, _, key = resource.removeprefix(thing.arn).partition("/object/")
    return estate.things.get(thing.bucket), f"{thing.bucket}/{key}" if key else thing.bucket


def ignores_acls(estate: Estate, thing: Thing) -> Say:
    """Whether public ACLs are ignored, by the bucket's settings or the account's."""
    return _flag(thing.block.ignore_public_acls, thing) | _flag(_of_account(estate, thing).ignore_public_acls, thing)


def restricted(estate: Estate, thing: Thing) -> Say:
    """Whether a public policy is cut to the account itself and AWS services; S3 alone does that."""
    if thing.arn.split(":")[2] != "s3":
        return FALSE
    own, wide = thing.block.restrict_public_buckets, _of_account(estate, thing).restrict_public_buckets
    restricts = _flag(own, thing) | _flag(wide, thing)
    if restricts.holds is False:
        return FALSE
    public = thing.public if thing.public is not None else _public(thing.policy, thing.account)
    return restricts if public else FALSE


def _of_account(estate: Estate, thing: Thing) -> Block:
    account = estate.accounts.get(thing.account)
    return account.block if account is not None else Block(None, None)


def _flag(value: bool | None, thing: Thing) -> Say:
    if value is None:
        return unseen([f"block public access of {thing.arn} was not read"])
    return TRUE if value else FALSE


def _public(policies: Policies, account: str) -> bool:
    return any(_is_public(document.text, account) for _, document in policies.named)


@lru_cache(maxsize=4096)
def _is_public(text: str, account: str) -> bool:
    return exposure(text, account_id=account, resource_type="AWS::S3::Bucket").level == "public"
