"""Controls about settings that should hold in every account and region, whatever runs there."""

from __future__ import annotations

from orienteer.controls.closed import unless_closed
from orienteer.controls.control import control
from orienteer.controls.verdict import HIGH, INFO, LOW, MEDIUM, Verdict, asked, failed, faults, passed, when
from orienteer.facts.declared import DECLARED
from orienteer.facts.seen import Row, unless_unseen
from orienteer.facts.settings import (
    EBS_REGIONS,
    EMR_REGIONS,
    IMAGE_REGIONS,
    METADATA_REGIONS,
    S3_ACCOUNTS,
    SERIAL_CONSOLE,
    SNAPSHOT_REGIONS,
    SWITCHES,
    VPC_BLOCKS,
)
from orienteer.model import Category
from orienteer.parameters import AccountId


@control(
    "INV-01",
    title="S3 block public access is fully on at account level",
    category=Category.ORGANIZATION,
    severity=HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
    fact=S3_ACCOUNTS,
    evidence=("organization_policy",),
    scope="account",
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 3.1.4"],
        "fsbp": ["S3.1"],
        "prowler": ["s3_account_level_public_access_blocks"],
        "service_screener": ["S3AccountPublicAccessBlock"],
    },
)
def s3_account_block(account: Row, *, public_hosting_accounts: tuple[AccountId, ...] = ()) -> Verdict:
    """With the account-level block on, no single bucket policy or ACL can make data public by mistake.

    Fix: move content that is meant to be public behind CloudFront or to an account of its own, then turn on all four
    settings for the account and protect them with an SCP or an S3 policy of the organization.
    """
    off = faults(
        [
            when(lambda: not account.block_public_acls, None, "block public ACLs is off"),
            when(lambda: not account.ignore_public_acls, None, "ignore public ACLs is off"),
            when(lambda: not account.block_public_policy, None, "block public policy is off"),
            when(lambda: not account.restrict_public_buckets, None, "restrict public buckets is off"),
        ],
        otherwise=lambda: passed("All four settings are on."),
    )
    hosts = off.status == "FAIL" and account.account_id in public_hosting_accounts
    return (
        asked(f"{off.words} The account hosts public content: is every public bucket meant to be public?")
        if hosts
        else off
    )


@control(
    "INV-02",
    title="EBS encryption by default is on in every enabled region",
    category=Category.ORGANIZATION,
    severity=MEDIUM,
    maturity=3,
    source="https://docs.aws.amazon.com/ebs/latest/userguide/encryption-by-default.html",
    fact=EBS_REGIONS,
    evidence=("default_key",),
    scope="region",
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 6.1.1"],
        "fsbp": ["EC2.7"],
        "prowler": ["ec2_ebs_default_encryption"],
        "scoutsuite": ["ec2-ebs-default-encryption-disabled.json"],
        "service_screener": ["EBSEncryptionByDefault"],
    },
)
def ebs_encryption_by_default(region: Row, *, require_cmk: bool = False) -> Verdict:
    """Where volumes are encrypted by default, nobody has to remember to do it.

    Fix: turn on encryption by default in every region, ideally when the account is created.
    """
    return unless_closed(region, lambda: _encryption(region, require_cmk))


def _encryption(region: Row, require_cmk: bool) -> Verdict:
    if not region.encryption_by_default:
        return failed("New EBS volumes are not encrypted by default.")
    if require_cmk and region.default_key is None:
        return asked("New EBS volumes are encrypted by default. Is the default key a customer managed key?")
    if require_cmk and region.default_key.endswith("alias/aws/ebs"):
        return failed("New EBS volumes are encrypted with the AWS managed key, which no other account can use.")
    return passed("New EBS volumes are encrypted by default.")


@control(
    "INV-03",
    title="New instances require IMDSv2 by account default in every enabled region",
    category=Category.ORGANIZATION,
    severity=MEDIUM,
    maturity=3,
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-IMDS-new-instances.html",
    fact=METADATA_REGIONS,
    evidence=("http_tokens_enforced", "hop_limit", "managed_by"),
    scope="region",
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 6.7"],
        "prowler": ["ec2_instance_account_imdsv2_enabled"],
    },
)
def imdsv2_by_default(region: Row) -> Verdict:
    """Version 1 of the metadata service hands out the instance's credentials to any request a program can be tricked
    into.

    Fix: set the account default to "required" in every region, or attach a declarative policy. It applies to new
    launches only; instances that run today are judged by WRK-01.
    """
    if region.requires_imdsv2:
        return passed("IMDSv2 is the account default.")
    tokens = region.http_tokens or "no-preference"
    return failed(f"The account default for IMDS tokens is {tokens}, so new instances may allow IMDSv1.")


@control(
    "INV-04",
    title="Public sharing of EBS snapshots is blocked in every enabled region",
    category=Category.ORGANIZATION,
    severity=HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/ebs/latest/userguide/block-public-access-snapshots.html",
    fact=SNAPSHOT_REGIONS,
    evidence=("public_snapshots", "managed_by"),
    scope="region",
    mappings={"fsbp": ["EC2.1"], "prowler": ["ec2_ebs_snapshot_account_block_public_access"]},
)
def snapshot_sharing_blocked(region: Row) -> Verdict:
    """A public snapshot gives everybody a copy of the disk, and one click is enough to make it public.

    Fix: set block public access for snapshots to "block all sharing" in every region.
    """
    if region.state != "block-new-sharing":
        text = "Snapshots cannot be public." if region.snapshots_closed else ""
        return passed(text) if text else failed("Snapshots can be made public.")
    if region.snapshots_closed:
        return passed("New public sharing is blocked, and no snapshot is public.", LOW)
    return failed("New public sharing is blocked, but snapshots that were public before stay public.", LOW)


@control(
    "INV-05",
    title="Public sharing of AMIs is blocked in every enabled region",
    category=Category.ORGANIZATION,
    severity=MEDIUM,
    maturity=3,
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/block-public-access-to-amis.html",
    fact=IMAGE_REGIONS,
    evidence=("state", "managed_by"),
    scope="region",
    mappings={
        "prowler": ["ec2_ami_account_block_public_access", "ec2_ami_public"],
        "scoutsuite": ["ec2-ami-public.json"],
    },
)
def image_sharing_blocked(region: Row, *, image_publishers: tuple[str, ...] = ()) -> Verdict:
    """A public machine image shows everybody what was built into it, often code and credentials.

    Fix: make public images private and block new public sharing in every region.
    """
    if region.images_closed:
        return passed("New public sharing is blocked, and no image is public.")
    public = unless_unseen(lambda: ", ".join(region.public_images), "")
    text = f"Images of the account are public: {public}." if public else "Images can be made public."
    if region.account_id in image_publishers:
        return asked(f"{text} The account publishes images: is each of them meant to be public?")
    return failed(text)


@control(
    "INV-06",
    title="EMR block public access is on in every region where EMR can be used",
    category=Category.ORGANIZATION,
    severity=MEDIUM,
    maturity=3,
    source="https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-block-public-access.html",
    fact=EMR_REGIONS,
    scope="region",
    mappings={"fsbp": ["EMR.2"], "prowler": ["emr_cluster_account_public_block_enabled"]},
)
def emr_public_access_blocked(region: Row) -> Verdict:
    """A cluster runs code for whoever reaches its ports; the block stops it from starting with ports open to everybody.

    Where the account has no clusters and had none recently, a finding is for information only.

    Fix: turn on EMR block public access in each region, and remove every port exception except 22.
    """
    return unless_closed(region, lambda: _clusters(region))


def _clusters(region: Row) -> Verdict:
    if region.blocked and not region.open_ports:
        return passed("EMR does not start clusters that are open to everybody.")
    open_on = f" on ports {', '.join(region.open_ports)}" if region.blocked else ""
    text = f"EMR clusters can start with security groups that are open to everybody{open_on}"
    if region.has_clusters:
        return failed(f"{text}.")
    return failed(f"{text}; the account has no clusters there.", INFO)


@control(
    "INV-07",
    title="EC2 serial console access is off and SSM documents cannot be shared publicly",
    category=Category.ORGANIZATION,
    severity=LOW,
    maturity=3,
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configure-access-to-serial-console.html",
    fact=SWITCHES,
    evidence=("value", "managed_by"),
    scope="region",
    mappings={"fsbp": ["SSM.4"], "prowler": ["ssm_documents_set_as_public"]},
)
def switches_off(setting: Row, *, serial_console_accounts: tuple[AccountId, ...] = ()) -> Verdict:
    """The serial console gets into instances past every security group; a public document shows everybody how the
    account is run.

    Fix: turn off serial console access in the EC2 settings of each region, and block public sharing of documents in
    Systems Manager's preferences.
    """
    name = f"{setting.resource_id[:1].upper()}{setting.resource_id[1:]}"
    if setting.is_open is None:
        return asked(f"AWS does not say whether {setting.resource_id} is off: is it?")
    if not setting.is_open:
        return passed(f"{name} is off.")
    if setting.resource_id == SERIAL_CONSOLE and setting.account_id in serial_console_accounts:
        return passed(f"{name} is on, as agreed for this account.")
    return failed(f"{name} is on.")


@control(
    "INV-08",
    title="VPC block public access is used where no internet traffic is expected",
    category=Category.ORGANIZATION,
    severity=LOW,
    maturity=5,
    source="https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html",
    fact=VPC_BLOCKS,
    evidence=("mode", "excluded", "gateways", "ou_path"),
    scope="region",
)
def vpc_block(region: Row, *, internet_facing_accounts: tuple[AccountId, ...] = ()) -> Verdict | None:
    """With the block on, no route, gateway or security group added later can open a VPC to the internet.

    Accounts for data, logs and security fail without it. Others are asked about where they have an internet gateway.

    Fix: in each region of accounts that serve nothing to the internet, turn on VPC block public access in its
    ingress-only mode, in which NAT gateways keep working. Add exclusions first for whatever has to be reached.
    """
    if region.ingress_blocked and not region.all_excluded:
        return passed("Internet gateways let nothing in.")
    if region.account_id in internet_facing_accounts:
        return passed("The block is off, as agreed for an account that faces the internet.")
    off = "every VPC is excluded from the block" if region.ingress_blocked else "VPC block public access is off"
    if region.is_inward:
        text = f"{off[:1].upper()}{off[1:]} in an account that has nothing to serve to the internet."
        return unless_closed(region, lambda: failed(text))
    if not region.gateways:
        return None
    question = f"Does anything here have to be reached from the internet? There is an internet gateway, and {off}."
    return unless_closed(region, lambda: asked(question))


@control(
    "DCP-01",
    title="Declarative policies set the account-wide EC2 defaults",
    category=Category.ORGANIZATION,
    severity=MEDIUM,
    maturity=5,
    source="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_declarative.html",
    fact=DECLARED,
    evidence=("managed_by",),
    scope="account",
)
def declared_settings(account: Row) -> Verdict | None:
    """A setting made account by account is missing in the next account or region; a declarative policy sets it
    everywhere, and nobody in the account can change it.

    Whether an account's own settings are safe is judged separately (INV-03 to INV-07).

    Fix: enable declarative policies for EC2, generate the account status report to see what would change, and attach a
    policy with these attributes, to a test OU first and then to the root.
    """
    if account.is_home:
        return None
    if not account.is_on:
        return failed("Declarative policies for EC2 are not enabled in the organization.")
    if account.loose:
        return failed(f"No declarative policy sets {', '.join(account.loose)} here.")
    return passed("Declarative policies set the EC2 defaults.")
