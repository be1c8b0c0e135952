"""Controls about settings that should hold in every account and region, whatever runs there."""

from __future__ import annotations

from typing import Any

import pandas as pd

from orienteer.controls.control import control, nothing, verdicts
from orienteer.facts.closed_regions import TABLES as GUARDRAILS
from orienteer.facts.closed_regions import closed_regions
from orienteer.facts.tree import SCP, tree
from orienteer.model import Category, Severity
from orienteer.parameters import AccountId

_FLAGS = ["block_public_acls", "ignore_public_acls", "block_public_policy", "restrict_public_buckets"]
_PLACE = ["account_id", "region"]
_SHUT = "Service control policies let the account run nothing in this region, so it is left out."


@control(
    "INV-01",
    title="S3 block public access is fully on at account level",
    category=Category.ORGANIZATION,
    severity=Severity.HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
    scope="account",
    refined_by=("organization_effective_s3_policy",),
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 3.1.4"],
        "fsbp": ["S3.1"],
        "prowler": ["s3_account_level_public_access_blocks"],
        "service_screener": ["S3AccountPublicAccessBlock"],
    },
)
def s3_account_block(
    s3_account_public_access_block: pd.DataFrame,
    organization_effective_s3_policy: pd.DataFrame,
    *,
    public_hosting_accounts: tuple[AccountId, ...] = (),
) -> pd.DataFrame:
    """With the account's block on, no single bucket policy or ACL can make data public by mistake.

    Fix: turn on all four settings for the account and protect them with an SCP or an organization policy.
    """
    rows = s3_account_public_access_block
    if rows.empty:
        return nothing()
    on = rows[_FLAGS].fillna(False).astype(bool)
    off = on.apply(lambda flags: ", ".join(n.replace("_", " ") for n, is_on in flags.items() if not is_on), axis=1)
    passed = on.all(axis=1)
    hosts = rows["account_id"].isin(public_hosting_accounts)
    policies = organization_effective_s3_policy
    forced = set(policies.loc[policies["policy"].notna(), "account_id"])
    rows = rows.assign(enforced_by=rows["account_id"].isin(forced).map({True: "organization S3 policy", False: None}))
    unset = rows[_FLAGS].isna().all(axis=1)
    told = ("Off for the account: " + off.astype("string") + ".").mask(unset, "No public access block was ever set.")
    told = told.mask(hosts, told + " The account hosts public content: is every public bucket meant to be?")
    reason = told.mask(passed, "All four settings are on.")
    return verdicts(rows, passed=passed, manual=hosts, reason=reason,
                    evidence=["account_id", *_FLAGS, "enforced_by"])  # fmt: skip


@control(
    "INV-02",
    title="EBS encryption by default is on in every enabled region",
    category=Category.ORGANIZATION,
    severity=Severity.MEDIUM,
    maturity=3,
    source="https://docs.aws.amazon.com/ebs/latest/userguide/encryption-by-default.html",
    scope="region",
    refined_by=("ec2_ebs_default_kms_key", *GUARDRAILS),
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 6.1.1"],
        "fsbp": ["EC2.7"],
        "prowler": ["ec2_ebs_default_encryption"],
        "scoutsuite": ["ec2-ebs-default-encryption-disabled.json"],
        "service_screener": ["EBSEncryptionByDefault"],
    },
)
def ebs_encryption_by_default(
    ec2_ebs_encryption_by_default: pd.DataFrame,
    ec2_ebs_default_kms_key: pd.DataFrame,
    organization: pd.DataFrame,
    organization_roots: pd.DataFrame,
    organizational_units: pd.DataFrame,
    organization_accounts: pd.DataFrame,
    organization_policy_documents: pd.DataFrame,
    organization_policy_targets: pd.DataFrame,
    *,
    require_cmk: bool = False,
) -> pd.DataFrame:
    """A volume that is encrypted by default needs nobody to remember it.

    Fix: enable encryption by default per region, ideally from account provisioning.
    """
    keys = ec2_ebs_default_kms_key[[*_PLACE, "default_key"]].drop_duplicates(_PLACE)
    rows = ec2_ebs_encryption_by_default.merge(keys, on=_PLACE, how="left")
    on = rows["encryption_by_default"].fillna(False).astype(bool)
    aws_key = rows["default_key"].fillna("").str.endswith("alias/aws/ebs")
    unseen = rows["default_key"].isna() & require_cmk
    reason = _words(rows, "New EBS volumes are not encrypted by default.")
    reason = reason.mask(on, "New EBS volumes are encrypted by default.")
    reason = reason.mask(on & aws_key, reason + " The key is AWS's own and cannot be shared with another account.")
    reason = reason.mask(on & unseen, reason + " Is the default key one of the client's own?")
    guarded = tree(SCP, organization, organization_roots, organizational_units, organization_accounts,
                   organization_policy_documents, organization_policy_targets)  # fmt: skip
    closed = closed_regions(guarded, rows["region"])
    shut = pd.Series(
        [place in closed for place in zip(rows["account_id"], rows["region"], strict=True)], rows.index, bool
    )
    passed = on & ~(aws_key & require_cmk) & ~unseen
    reason = reason.mask(shut & ~passed, _SHUT + " (" + reason + ")")
    return verdicts(rows, passed=passed | shut, manual=on & unseen, reason=reason,
                    evidence=[*_PLACE, "encryption_by_default", "default_key"])  # fmt: skip


@control(
    "INV-03",
    title="New instances require IMDSv2 by account default in every enabled region",
    category=Category.ORGANIZATION,
    severity=Severity.MEDIUM,
    maturity=3,
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-IMDS-new-instances.html",
    scope="region",
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 6.7"],
        "prowler": ["ec2_instance_account_imdsv2_enabled"],
    },
)
def imdsv2_by_default(ec2_instance_metadata_defaults: pd.DataFrame) -> pd.DataFrame:
    """Version 1 of the metadata service hands an instance's credentials to any request a program is tricked into.

    Fix: set the account default to required in every region, or attach a declarative policy.
    """
    rows = ec2_instance_metadata_defaults
    tokens = rows["http_tokens"].fillna("no-preference")
    reason = "The account default for session tokens is " + tokens + ", so a launch may allow IMDSv1."
    passed = tokens == "required"
    return verdicts(rows, passed=passed, reason=reason.mask(passed, "IMDSv2 is the account default."),
                    evidence=[*_PLACE, "http_tokens", "http_tokens_enforced", "hop_limit", "managed_by"])  # fmt: skip


@control(
    "INV-04",
    title="Public sharing of EBS snapshots is blocked in every enabled region",
    category=Category.ORGANIZATION,
    severity=Severity.HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/ebs/latest/userguide/block-public-access-snapshots.html",
    scope="region",
    fail_stands_without=("ec2_public_snapshots",),
    mappings={"fsbp": ["EC2.1"], "prowler": ["ec2_ebs_snapshot_account_block_public_access"]},
)
def snapshot_sharing_blocked(
    ec2_snapshot_block_public_access: pd.DataFrame, ec2_public_snapshots: pd.DataFrame
) -> pd.DataFrame:
    """A public snapshot gives everybody a copy of the disk, and one click is enough to make it public.

    Fix: set the state to block all sharing in every region.
    """
    rows = ec2_snapshot_block_public_access.merge(
        _by_place(ec2_public_snapshots, "snapshot_id", "public_snapshots"), on=_PLACE, how="left"
    )
    state, shared = rows["state"].fillna("unblocked"), rows["public_snapshots"].notna()
    new_only = state == "block-new-sharing"
    reason = _words(rows, "Snapshots can be shared with everybody.")
    reason = reason.mask(state == "block-all-sharing", "No snapshot can be shared with everybody.")
    reason = reason.mask(new_only, "New public sharing is blocked, and no snapshot was public before.")
    reason = reason.mask(new_only & shared, "New public sharing is blocked, but snapshots already public stay public.")
    severity = _words(rows, "").mask(new_only, Severity.LOW.value)
    passed = (state == "block-all-sharing") | (new_only & ~shared)
    return verdicts(rows, passed=passed, severity=severity, reason=reason,
                    evidence=[*_PLACE, "state", "managed_by", "public_snapshots"])  # fmt: skip


@control(
    "INV-05",
    title="Public sharing of AMIs is blocked in every enabled region",
    category=Category.ORGANIZATION,
    severity=Severity.MEDIUM,
    maturity=3,
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/block-public-access-to-amis.html",
    scope="region",
    fail_stands_without=("ec2_images",),
    mappings={
        "prowler": ["ec2_ami_account_block_public_access", "ec2_ami_public"],
        "scoutsuite": ["ec2-ami-public.json"],
    },
)
def image_sharing_blocked(
    ec2_image_block_public_access: pd.DataFrame, ec2_images: pd.DataFrame, *, image_publishers: tuple[str, ...] = ()
) -> pd.DataFrame:
    """A public machine image shows everybody what was baked into it, often code and credentials.

    Fix: block new public sharing and make existing images private.
    """
    public = ec2_images[ec2_images["is_public"].fillna(False).astype(bool)]
    rows = ec2_image_block_public_access.merge(_by_place(public, "image_id", "public_images"), on=_PLACE, how="left")
    blocked, shared = rows["state"] == "block-new-sharing", rows["public_images"].notna()
    blocked = blocked.fillna(False).astype(bool)
    publisher = rows["account_id"].isin(image_publishers)
    reason = _words(rows, "New images can be shared with everybody.").mask(blocked, "New public sharing is blocked.")
    reason = reason.mask(shared, reason + " Own images are public.")
    passed = blocked & ~shared
    reason = reason.mask(publisher & ~passed, reason + " The account publishes images: are these meant to be public?")
    return verdicts(rows, passed=passed, manual=publisher, reason=reason,
                    evidence=[*_PLACE, "state", "managed_by", "public_images"])  # fmt: skip


def _by_place(table: pd.DataFrame, column: str, name: str) -> pd.DataFrame:
    """The column's values listed per account and region, under a new name; no row for a place without any."""
    known = table[table[column].notna()]
    listed = known.groupby(_PLACE)[column].agg(lambda ids: ", ".join(sorted(ids)))
    return listed.rename(name).reset_index()


def _words(rows: pd.DataFrame, text: str) -> pd.Series[Any]:
    return pd.Series(text, index=rows.index, dtype="string")
