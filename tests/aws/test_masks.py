"""Secrets that people put into tags, descriptions and Sids are masked before anything keeps them."""

from __future__ import annotations

import json
import os
import time
import urllib.request
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import boto3
import pandas as pd
import pyarrow.parquet as pq
import pytest

from orienteer import controls, pipeline, snapshot, tables
from orienteer.aws.collect import Estate, Wanted, collect_estate, tables_for
from orienteer.aws.masks import masked, masked_json, masked_rows, masks_of
from orienteer.aws.reading import coverage_row
from orienteer.aws.session import Entry
from orienteer.files import private_folder
from orienteer.judge import Facts, judge, tables_of
from orienteer.model import Answer, Call, Outcome
from orienteer.report import export

KEY, SECRET = "AKIA" + "Q7RT" * 4, "wJ4lrXUtnF7MI/K7MD9NG+bPxRfiCYzEX4MpLE3k"
GITHUB, SLACK = "ghp_" + "a1B2c3" * 6, "xoxb-" + "123456789012-abcDEF"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N"
PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAx7Kq\n9ZpL2mW4\n-----END RSA PRIVATE KEY-----"
PASSWORD = "x7Kq9ZpL2m"
ADDRESS = f"postgres://app:{PASSWORD}@db.internal/orders"
CERTIFICATE = "-----BEGIN CERTIFICATE-----\n" + "\n".join(
    ["MIIC5zCCAc+gAwIBAgIBADANBgkqhkiG9w0BAQsFADAVMRMwEQYDVQQDEwprdWJl"] * 3
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"old key {KEY}.", "old key [masked: AWS access key]."),
        (f"secret={SECRET}", "secret=[masked: AWS secret access key]"),
        (f"aws_secret_access_key: {SECRET}", "aws_secret_access_key: [masked: password]"),
        (f"deploy:{GITHUB}", "deploy:[masked: GitHub token]"),
        (f"{SLACK} {SLACK}x", "[masked: Slack token] [masked: Slack token 2]"),
        (f"{SLACK} and {SLACK}", "[masked: Slack token] and [masked: Slack token]"),
        (f"Bearer {JWT}", "Bearer [masked: JSON web token]"),
        (f"key: {PEM}, end", "key: [masked: private key], end"),
        (PEM.partition("-----END")[0], "[masked: private key]"),
        (ADDRESS, "postgres://app:[masked: password in an address]@db.internal/orders"),
        (f"amqps://u:p@:/s{PASSWORD}@host", "amqps://u:[masked: password in an address]@host"),
        ("login admin, Password = Sommer2024!", "login admin, Password = [masked: password]"),
        ("IQoJb3JpZ2luX2VjEJr" + "Ab1/" * 10, "[masked: AWS session token]"),
    ],
)  # fmt: skip
def test_what_has_the_form_of_a_secret_is_masked(text: str, told: str) -> None:
    assert masked(text) == told
    assert json.loads(masked_json(json.dumps({"Sid": text}))) == {"Sid": told}
    assert masked(told) == told


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:iam::111122223333:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty",
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:x7Kq9ZpL2mW4x7Kq9ZpL2mW4x7Kq9ZpL2mW4x7Kq",
        "AROAQ7RTQ7RTQ7RTQ7RT:session", "AIDAQ7RTQ7RTQ7RTQ7RT", "GetAutomatedReasoningPolicyBuildWorkflow",
        "AwsS3BucketServerSideEncryptionByDefault", "3b18e512dba79e4c8300dd08aeb37f8e728b8dad",
        "sha256:9b74c9897bac770ffc029102a200c5de9b74c9897bac770ffc029102a200c5de",
        "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=",
        "6f1ed002ab5595859014ebf0951522d9a1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f6", "/aws/lambda/OrderProcessorFunction2024Eu",
        CERTIFICATE, "https://example.com:8443/a?mail=b@c.de", "ssh://git@github.com/org/repo",
        "postgres://${USER}:${PASSWORD}@db",
        "token.actions.githubusercontent.com:sub", "password: see the vault", "password: rotated-every-90-days",
        "api key: arn:aws:apigateway:eu-west-1::/apikeys/a1", "secretsmanager:GetSecretValue", "",
    ],
)  # fmt: skip
def test_what_only_looks_long_stays(text: str) -> None:
    assert masked(text) is text
    document = json.dumps({"Sid": text})
    assert masked_json(document) is document


LONG = ("a://b:c", "eyJaaaaaaaaaa-", "-----BEGIN PRIVATE KEY", "password=a1", "x://:@", "AKIA", "Ab1/" * 10 + "-")


@pytest.mark.parametrize("part", [*LONG, '"\\u0041'])
def test_a_text_made_to_take_long_takes_no_time(part: str) -> None:
    text = part * (40_000 // len(part))
    started = time.process_time()
    masked(text)
    masked_json(json.dumps([text]))
    assert time.process_time() - started < 2


def test_a_policy_stays_a_policy_with_its_layout_and_doubled_keys() -> None:
    given = '{ "Statement": [ {"Sid": "%s", "Sid": "\\u0041KIA%s",\n "Action": "s3:*", "Resource": "*"} ] }'
    told = masked_json(given % (GITHUB, "Q7RT" * 4))
    assert told == given.replace("\\u0041KIA%s", "%s") % ("[masked: GitHub token]", "[masked: AWS access key]")
    assert not set('*?$\\"') & set(masked(GITHUB)), "a policy would take them for wildcards"


def test_a_table_masks_its_texts_and_not_its_keys() -> None:
    """An access key's id names the key; the same text in a tag says too much."""
    known = {t.name: t for t in (*tables_for(["iam_undated_access_keys", "s3_bucket_tags"], tables.registry()),)}
    masks = masks_of(known.values())
    for table in known.values():
        row = [KEY if kind in ("string", "json") else None for kind in table.schema.values()]
        (told,) = masked_rows(masks[table.name], [row])
        kept = {name for name, text in zip(table.schema, told, strict=True) if text == KEY}
        assert kept >= {"account_id", "region", "resource_id", "resource_arn", "outcome"}
        assert not {c.name for c in table.columns if c.type == "json"} & kept
        assert not {"gap"} & kept


def test_every_column_of_text_of_every_table_is_masked_or_names_something() -> None:
    masks = masks_of(tables.registry().values())
    unmasked = {
        (t.name, n) for t in tables.registry().values() for at, (n, kind) in enumerate(t.schema.items())
        if kind in ("json", "policy", "policies", "signs") and at not in dict(masks[t.name]) and n not in t.keep
    }  # fmt: skip
    assert unmasked == set()


def test_errors_are_masked() -> None:
    answer = Answer(Call("s3", "list_buckets"), Outcome.FAILED, (), "Odd", f"cannot use {GITHUB}")
    assert coverage_row(answer, "t", 0, 0)["message"] == "cannot use [masked: GitHub token]"


# --- a run

SECRETS = (KEY, SECRET, GITHUB, SLACK, JWT, PEM, ADDRESS)
FOUND = (KEY, SECRET, GITHUB, SLACK, JWT, "MIIEowIBAAKCAQEAx7Kq", PASSWORD)


def plant(aws: boto3.Session, given: Sequence[str]) -> None:
    """These texts in tags, descriptions and Sids of a bucket and a role that anybody can use, and of a group."""
    key, secret, github, slack, jwt, pem, address = given
    tags = [
        {"Key": "k", "Value": key},
        {"Key": "s", "Value": secret},
        {"Key": github, "Value": "x"},
        {"Key": "p", "Value": pem},
    ]
    reader = {"Sid": slack, "Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::bucket/*"}
    named = {"StringNotEquals": {"aws:PrincipalTag/t": jwt}}
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole", "Condition": named}
    s3, iam = aws.client("s3"), aws.client("iam")
    s3.create_bucket(Bucket="bucket")
    s3.put_bucket_tagging(Bucket="bucket", Tagging={"TagSet": tags})
    s3.put_bucket_policy(Bucket="bucket", Policy=json.dumps({"Version": "2012-10-17", "Statement": [reader]}))
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}), Description=address)
    aws.client("ec2").create_security_group(GroupName="g", Description=address)


def run(folder: Path) -> pd.DataFrame:
    """Collects into the folder, judges and writes what a run does; gives the findings."""
    chosen = controls.chosen(["NET-02", "XA-01"])
    wanted = tables_for({*tables_of(chosen), "s3_bucket_tags", "s3_bucket_policies"}, tables.registry())
    for kind in ("organization", "accounts"):
        private_folder(folder / ".parts" / kind)
    collect_estate(Estate((Entry(),)), Wanted(wanted, ("us-east-1",), 8, folder / ".parts"))
    pipeline.write_snapshot(folder, wanted, folder / ".parts")
    known = snapshot.Tables(folder / "snapshot")
    calls = snapshot.frame_of(pq.read_table(folder / "snapshot" / "coverage.parquet"))
    judged = judge(chosen, known, tables.registry(), Facts(pd.Timestamp("2026-06-30", tz="UTC")), calls)
    export.write_findings(judged.findings, folder)
    return judged.findings


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file of the folder as text; Parquet and workbooks unpacked."""
    for path in (p for p in folder.rglob("*") if p.is_file()):
        if path.suffix == ".parquet":
            yield path.name, json.dumps(pq.read_table(path).to_pylist(), default=str)
        elif path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                yield path.name, "".join(book.read(name).decode() for name in book.namelist())
        else:
            yield path.name, path.read_bytes().decode("latin-1")


def test_no_file_of_a_run_holds_a_secret_and_the_verdicts_stand(aws: boto3.Session, tmp_path: Path) -> None:
    private_folder(tmp_path / "plain")
    plant(aws, [f"plain {n}" for n in range(len(SECRETS))])
    before = run(tmp_path / "plain")
    urllib.request.urlopen(urllib.request.Request(f"{os.environ['AWS_ENDPOINT_URL']}/moto-api/reset", method="POST"))
    private_folder(tmp_path / "run")
    plant(aws, SECRETS)
    told = run(tmp_path / "run")
    known = snapshot.Tables(tmp_path / "run" / "snapshot")
    assert "[masked: AWS access key]" in known["s3_bucket_tags"]["tags"].iloc[0]
    assert "[masked: Slack token]" in known["s3_bucket_policies"]["policy"].iloc[0]
    assert "[masked: JSON web token]" in known["iam_roles"].set_index("resource_id").at["r", "trust_policy"]
    same = ["control_id", "status", "severity"]
    assert told[same].equals(before[same]) and set(told["control_id"]) == {"NET-02", "XA-01"}
    found = list(texts(tmp_path / "run"))
    assert {"findings.xlsx", "findings.json", "coverage.parquet", "iam_roles.parquet"} <= {name for name, _ in found}
    assert [(name, secret) for secret in FOUND for name, text in found if secret in text] == []
