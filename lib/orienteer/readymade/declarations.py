"""Policies that set something in accounts, instead of denying a call."""

from __future__ import annotations

from orienteer.facts.declared import DECLARATIVE
from orienteer.facts.opt_out import AI, LOCKED
from orienteer.readymade.filling import Filling
from orienteer.readymade.ready import Ready

_GUIDE = "https://docs.aws.amazon.com/organizations/latest/userguide"


def ec2() -> Ready:
    def put(value: str) -> dict[str, str]:
        return {"@@assign": value}

    attributes = {
        "exception_message": put("Set by the organization. Ask the cloud security team."),
        "image_block_public_access": {"state": put("block_new_sharing")},
        "snapshot_block_public_access": {"state": put("block_all_sharing")},
        "serial_console_access": {"status": put("disabled")},
        "instance_metadata_defaults": {
            "http_tokens": put("required"),
            "http_put_response_hop_limit": put("2"),
            "http_endpoint": put("no_preference"),
            "instance_metadata_tags": put("no_preference"),
        },
    }
    return Ready(
        "ec2-settings",
        "Images, snapshots, consoles and metadata of EC2 are closed",
        DECLARATIVE,
        {"ec2_attributes": attributes},
        "settings",
        "all",
        "the root",
        "The setting holds in every region of every account, new ones too, and nobody in the account can change it.",
        (
            "AWS's account status report for declarative policies shows beforehand which settings will change.",
            "The metadata setting counts for new instances that say nothing of their own; older ones keep theirs.",
        ),
        f"{_GUIDE}/orgs_manage_policies_declarative_syntax.html",
    )


def s3() -> Ready:
    return Ready(
        "s3-public-access",
        "No bucket of the organization is public",
        "S3_POLICY",
        {"s3_attributes": {"public_access_block_configuration": {"@@assign": "all"}}},
        "settings",
        "all",
        "the root",
        "All four settings of S3's public access block, for every account, set from one place.",
        ("A website or download bucket moves behind CloudFront with origin access control first.",),
        f"{_GUIDE}/orgs_manage_policies_s3_syntax.html",
    )


def ai() -> Ready:
    lock = {LOCKED: ["@@none"]}
    default = {**lock, "opt_out_policy": {**lock, "@@assign": "optOut"}}
    return Ready(
        "ai-opt-out",
        "AWS's AI services keep no content of the organization",
        AI,
        {"services": {**lock, "default": default}},
        "settings",
        "all",
        "the root",
        "Some AI services of AWS may store what they are given and train on it; this opts out for all of them, and for "
        "those to come.",
        ("AWS deletes what it stored before for this purpose.",),
        f"{_GUIDE}/orgs_manage_policies_ai-opt-out_syntax.html",
    )


def tags(given: Filling) -> Ready:
    spelled = {tag: {"tag_key": {"@@assign": tag}} for tag in given.tags}
    return Ready(
        "tags",
        "Ownership tags are spelled one way",
        "TAG_POLICY",
        {"tags": spelled},
        "settings",
        "all",
        "the root",
        "An incident needs an owner within minutes. The policy fixes how the tags are spelled and reports what is not.",
        ("It denies nothing as it stands; add enforced_for with single resource types once the report is clean.",),
        f"{_GUIDE}/orgs_manage_policies_example-tag-policies.html",
    )
