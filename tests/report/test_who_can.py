"""The page that answers who can reach what is open: which resources it is about, and what it says of each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from orienteer.ask import Estate
from orienteer.report.who_can import PAGE, anchor, by_words, open_resources, outside_words, part, write_who_can
from tests.report.estate import HOSTILE, findings, run_folder

A, B = "111122223333", "444455556666"
BUCKET = "arn:aws:s3:::open"
READER = f"arn:aws:iam::{A}:role/reader"


def rows(*given: tuple[str, str, str, str]) -> pd.DataFrame:
    """Findings of (ARN, type, level, status)."""
    made = findings(len(given))
    for name, at in (("resource_arn", 0), ("resource_type", 1), ("status", 3)):
        made[name] = pd.array([one[at] for one in given], dtype="string")
    levels = [json.dumps({"exposure_class": one[2]}) for one in given]
    return made.assign(evidence=pd.array(levels, dtype="string"))


def test_only_what_is_open_and_can_be_asked_about_the_widest_first() -> None:
    found = open_resources(
        rows(
            ("arn:aws:sqs:eu-west-1:1:q", "AWS::SQS::Queue", "external", "FAIL"),
            (BUCKET, "AWS::S3::Bucket", "organization", "MANUAL"),
            (BUCKET, "AWS::S3::Bucket", "public", "FAIL"),
            ("arn:aws:s3:::closed", "AWS::S3::Bucket", "private", "FAIL"),
            ("arn:aws:s3:::fine", "AWS::S3::Bucket", "external", "PASS"),
            ("i-1", "AWS::EC2::Instance", "public", "FAIL"),
        )
    )
    assert found == [
        (BUCKET, "AWS::S3::Bucket", "public"),
        ("arn:aws:sqs:eu-west-1:1:q", "AWS::SQS::Queue", "external"),
    ]


def estate(policy: Any) -> Estate:
    allow = {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}
    return Estate.of(
        {
            "principals": [{"arn": READER, "policies": [("own", allow)]}],
            "resources": [{"arn": BUCKET, "account": A, "policy": policy, "acls_disabled": True}],
        }
    )


def test_a_part_names_who_is_inside_outside_and_everybody() -> None:
    one = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{BUCKET}/*"}
    closed = part(estate({"Statement": []}), BUCKET, "AWS::S3::Bucket", "external")
    assert READER in [row["principal"] for row in closed["inside"]]
    assert not closed["everyone"] and not closed["outside"]
    shared = part(estate({"Statement": {**one, "Principal": {"AWS": B}}}), BUCKET, "AWS::S3::Bucket", "external")
    assert any(B in who for who in shared["outside"])
    assert part(estate({"Statement": {**one, "Principal": "*"}}), BUCKET, "AWS::S3::Bucket", "public")["everyone"]


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (f"arn:aws:iam::{A}:oidc-provider/gitlab.com", "anybody with a token of gitlab.com that the policy accepts"),
        ("accounts.google.com", "anybody with a token of accounts.google.com that the policy accepts"),
        (f"arn:aws:iam::{A}:saml-provider/corp", "anybody who signs in by corp as the policy accepts"),
        (B, B),
        ("sns.amazonaws.com", "sns.amazonaws.com"),
    ],
)
def test_whoever_holds_a_token_is_named_so(who: str, words: str) -> None:
    assert outside_words(who) == words


@pytest.mark.parametrize("name", HOSTILE)
def test_the_page_escapes_names_and_gives_the_place_of_each(name: str, tmp_path: Path) -> None:
    arn = f"arn:aws:s3:::{name}"
    run = run_folder(tmp_path, rows((arn, "AWS::S3::Bucket", "public", "FAIL")))
    places = write_who_can(run, run.findings, tmp_path)
    page = (tmp_path / PAGE).read_text()
    assert places == {arn: f"{PAGE}#{anchor(arn)}"}
    assert f'id="{anchor(arn)}"' in page
    assert "<script" not in page and "<img" not in page and "<svg onload" not in page


def test_without_an_open_resource_there_is_no_page(tmp_path: Path) -> None:
    (tmp_path / PAGE).write_text("of an earlier run")
    run = run_folder(tmp_path, rows(("arn:aws:s3:::closed", "AWS::S3::Bucket", "private", "FAIL")))
    assert write_who_can(run, run.findings, tmp_path) == {}
    assert not (tmp_path / PAGE).exists()


def test_a_policy_is_told_by_its_name_and_that_of_the_resource_by_none() -> None:
    open_ = f"arn:aws:iam::{A}:role/open"
    told = f"identity policy (arn:aws:iam::aws:policy/job-function/ViewOnly); resource policy ({open_}), statement 2"
    assert by_words(told, open_) == "identity policy (ViewOnly); resource policy, statement 2"
