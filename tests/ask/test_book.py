"""An estate made of tables: what the snapshot holds decides, and what it does not hold is unknown."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orienteer.ask import Estate, can, who_can
from tests.controls.test_guardrails import HOME, OLD, SHOP, policy
from tests.facts.support import GAP
from tests.readymade.test_readymade import estate, role

BUCKET = {"account_id": SHOP, "region": "global", "resource_id": "lake", "resource_arn": "arn:aws:s3:::lake"}
BLOCKS = {"account_id": SHOP, "region": "global", "resource_id": SHOP}
READ = ("s3:GetObject", "arn:aws:s3:::lake/key")
PEER_ARN = f"arn:aws:iam::{OLD}:role/peer"


def inline(*statements: dict[str, Any]) -> str:
    return json.dumps([{"PolicyName": "own", "PolicyDocument": {"Statement": list(statements)}}])


def allow(action: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": "*", **more}


def reader(account: str, name: str, **more: Any) -> dict[str, Any]:
    return role(account, name, inline_policies=inline(allow("s3:Get*")), **more)


def bucket(statements: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, list[dict[str, Any]]]:
    """The tables of one bucket of shop; `more` are rows that stand for others."""
    text = None if statements is None else json.dumps({"Statement": statements})
    return {
        "s3_buckets": [{**BUCKET, "bucket_arn": BUCKET["resource_arn"], "bucket_region": "eu-west-1"}],
        "s3_bucket_policies": [{**BUCKET, "policy": text}],
        "s3_bucket_policy_status": [{**BUCKET, "is_public": None}],
        "s3_bucket_acls": [{**BUCKET, "owner_id": "c" * 64, "grants": "[]"}],
        "s3_bucket_ownership": [{**BUCKET, "object_ownership": "BucketOwnerEnforced"}],
        "s3_bucket_public_access_block": [BUCKET],
        "s3_account_public_access_block": [BLOCKS],
        **more,
    }


def asked(*attached: Any, **rows: Any) -> Estate:
    return Estate.of(estate(*attached, **rows))


def answer(known: Estate, name: str = "reads", account: str = SHOP, **more: Any) -> str:
    return can(known, f"arn:aws:iam::{account}:role/{name}", *READ, **more).answer


def test_a_role_whose_policy_allows_it_can() -> None:
    known = asked(iam_roles=[reader(SHOP, "reads"), role(SHOP, "none", inline_policies="[]")], **bucket())
    assert (answer(known), answer(known, "none")) == ("allowed", "implicit")
    found = who_can(known, *READ)
    assert found.arns == (f"arn:aws:iam::{SHOP}:role/reads", f"arn:aws:iam::{SHOP}:root")
    assert set(found.unknown) == {HOME, OLD}  # nobody listed their principals
    assert any("was not called" in problem for problem in found.problems)


def test_the_bucket_lets_in_another_account_and_one_outside() -> None:
    both = [allow("s3:GetObject", Principal={"AWS": [OLD, "999900009999"]})]
    known = asked(iam_roles=[reader(OLD, "peer"), reader(HOME, "boss")], **bucket(both))
    found = who_can(known, *READ)
    assert PEER_ARN in found.arns
    assert f"arn:aws:iam::{HOME}:role/boss" not in found.arns
    assert found.outside == ("999900009999",)
    assert not found.everyone


def test_keys_of_the_organization_are_filled_in() -> None:
    members = [allow("s3:GetObject", Principal="*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})]
    paths = {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-1/r-1/ou-x/*"}}
    known = asked(iam_roles=[reader(OLD, "peer")], **bucket(members))
    assert answer(known, "peer", OLD) == "allowed"
    known = asked(iam_roles=[reader(OLD, "peer")], **bucket([allow("s3:*", Principal="*", Condition=paths)]))
    assert answer(known, "peer", OLD) == "allowed"
    known = asked(iam_roles=[reader(HOME, "boss")], **bucket([allow("s3:*", Principal="*", Condition=paths)]))
    assert answer(known, "boss", HOME) == "implicit"


def test_guardrails_bind_members_and_not_the_management_account() -> None:
    no_reading = policy(Action="s3:Get*")
    rows = bucket([allow("s3:*", Principal={"AWS": HOME})])
    known = asked((no_reading, "ou-w"), iam_roles=[reader(SHOP, "reads"), reader(HOME, "boss")], **rows)
    assert (answer(known), answer(known, "boss", HOME)) == ("explicit", "allowed")
    found = can(known, f"arn:aws:iam::{SHOP}:role/reads", *READ)
    assert [by.layer for by in found.by] == ["scp"]


def test_groups_boundaries_and_attached_policies_are_followed() -> None:
    keys = {"account_id": SHOP, "region": "global"}
    user = {**keys, "resource_id": "ann", "resource_arn": f"arn:aws:iam::{SHOP}:user/ann", "user_name": "ann",
            "user_arn": f"arn:aws:iam::{SHOP}:user/ann", "user_id": "AIDA1", "path": "/", "inline_policies": "[]",
            "groups": '["staff"]', "attached_policies": "[]", "tags": '[{"Key": "team", "Value": "data"}]'}  # fmt: skip
    arn = f"arn:aws:iam::{SHOP}:policy/reads"
    group = {**keys, "resource_id": "staff", "group_name": "staff", "group_arn": f"arn:aws:iam::{SHOP}:group/staff",
             "inline_policies": "[]", "attached_policies": f'[{{"PolicyArn": "{arn}"}}]'}  # fmt: skip
    tagged = allow("s3:*", Condition={"StringEquals": {"aws:PrincipalTag/team": "data"}})
    local = {**keys, "resource_id": "reads", "policy_arn": arn, "document": json.dumps({"Statement": tagged})}
    rows = {"iam_user_details": [user], "iam_groups": [group], "iam_local_policies": [local], **bucket()}
    ann = (user["user_arn"], *READ)
    assert can(asked(**rows), *ann).answer == "allowed"
    assert can(asked(**{**rows, "iam_groups": []}), *ann).answer == "unknown"
    unread = can(asked(**{**rows, "iam_local_policies": []}), *ann)
    assert (unread.answer, arn in unread.problems[0]) == ("unknown", True)
    limit = {
        **keys,
        "resource_id": "limit",
        "policy_arn": arn + "2",
        "document": json.dumps({"Statement": allow("ec2:*")}),
    }
    bound = {**user, "boundary_arn": arn + "2"}
    assert can(asked(**{**rows, "iam_user_details": [bound]}), *ann).answer == "unknown"
    both = {**rows, "iam_user_details": [bound], "iam_local_policies": [local, limit]}
    assert can(asked(**both), *ann).answer == "implicit"


@pytest.mark.parametrize(
    "table", ["s3_bucket_policies", "s3_account_public_access_block", "organization_policy_targets", "iam_groups"]
)
def test_what_was_refused_is_unknown_or_plays_no_part(table: str) -> None:
    """Everybody is let in; what hides a policy,
    a block or a guardrail leaves the answer open for a stranger or a role."""
    rows = bucket([allow("s3:GetObject", Principal="*")])
    gap = {**BUCKET, **GAP} if table.startswith("s3_bucket") else {"account_id": SHOP, "region": "global", **GAP}
    known = asked(iam_roles=[reader(SHOP, "reads")], **{**rows, table: [gap]})
    stranger = can(known, "*", *READ).answer
    wanted = {"iam_groups": ("allowed", "allowed"), "s3_account_public_access_block": ("allowed", "unknown"),
              "organization_policy_targets": ("unknown", "allowed")}  # fmt: skip
    assert (answer(known), stranger) == wanted.get(table, ("unknown", "unknown"))


def test_a_deny_that_was_read_stands_beside_what_was_refused() -> None:
    own = inline(allow(), {"Effect": "Deny", "Action": "s3:*", "Resource": "*"})
    rows = bucket(s3_bucket_policies=[{**BUCKET, **GAP}])
    known = asked(iam_roles=[role(SHOP, "reads", inline_policies=own)], **rows)
    assert answer(known) == "explicit"


def test_a_bucket_that_nobody_listed_is_unknown() -> None:
    assert answer(asked(iam_roles=[reader(SHOP, "reads")])) == "unknown"


def test_public_access_blocks_of_the_account_count() -> None:
    rows = bucket([allow("s3:GetObject", Principal="*")])
    assert can(asked(**rows), "*", *READ).answer == "allowed"
    rows["s3_account_public_access_block"] = [{**BLOCKS, "restrict_public_buckets": True}]
    found = can(asked(**rows), "*", *READ)
    assert (found.answer, [by.layer for by in found.by]) == ("implicit", ["bpa"])


@pytest.mark.parametrize(
    ("constraints", "by_grant"), [(None, "allowed"), ('{"EncryptionContextSubset": {"app": "x"}}', "unknown")]
)
def test_keys_queues_and_endpoints_are_held(constraints: str | None, by_grant: str) -> None:
    alias = f"arn:aws:kms:eu-west-1:{SHOP}:alias/app"
    place = {"account_id": SHOP, "region": "eu-west-1"}
    key, queue = f"arn:aws:kms:eu-west-1:{SHOP}:key/1", f"arn:aws:sqs:eu-west-1:{SHOP}:jobs"
    lets_in = json.dumps({"Statement": allow(Principal={"AWS": f"arn:aws:iam::{SHOP}:role/reads"})})
    rows = {
        "kms_key_policies": [{**place, "resource_id": "1", "resource_arn": key, "is_customer": True,
        "policy": lets_in}],
        "kms_grants": [{**place, "resource_id": "1", "resource_arn": key, "grantee": f"arn:aws:iam::{SHOP}:role/etl",
                        "operations": '["Decrypt"]', "grant_id": "g", "constraints": constraints}],
        "kms_aliases": [{**place, "resource_id": "alias/app", "resource_arn": alias, "target_key": "1"}],
        "sqs_queue_policies": [{**place, "resource_id": "jobs", "resource_arn": queue, "policy": lets_in}],
        "ec2_vpc_endpoints": [{**place, "resource_id": "vpce-1", "endpoint_id": "vpce-1", "vpc_id": "vpc-1",
                               "policy": json.dumps({"Statement": allow("sqs:*", Principal="*")})}],
    }  # fmt: skip
    roles = [reader(SHOP, "reads"), reader(SHOP, "etl"), role(SHOP, "boss")]
    known = asked(iam_roles=roles, **rows)

    def can_do(name: str, *question: str, **more: Any) -> str:
        return can(known, f"arn:aws:iam::{SHOP}:role/{name}", *question, **more).answer

    for named in (key, alias):
        answers = [can_do(name, "kms:Decrypt", named) for name in ("reads", "etl", "boss")]
        assert answers == ["allowed", by_grant, "implicit"]
    assert can_do("etl", "kms:Decrypt", key, context={"kms:EncryptionContext:app": "x"}) == "allowed"
    assert can_do("etl", "kms:Decrypt", key, may=True) == "allowed"
    assert [can_do(name, "sqs:SendMessage", queue) for name in ("reads", "boss", "etl")] == [
        "allowed",
        "allowed",
        "implicit",
    ]
    through = {"aws:SourceVpce": "vpce-1"}
    assert can_do("boss", "sqs:SendMessage", queue, context=through) == "allowed"
    assert can_do("boss", "sns:ListTopics", context=through) == "implicit"


def test_trust_decides_who_becomes_a_role() -> None:
    trust = json.dumps({"Statement": {"Effect": "Allow", "Principal": {"AWS": OLD}, "Action": "sts:AssumeRole"}})
    known = asked(iam_roles=[role(SHOP, "target", trust), role(OLD, "peer"), reader(SHOP, "reads")])
    assert who_can(known, "sts:AssumeRole", f"arn:aws:iam::{SHOP}:role/target").arns == (PEER_ARN,)


def test_tags_of_instances_are_known() -> None:
    arn = f"arn:aws:ec2:eu-west-1:{SHOP}:instance/i-1"
    instance = {"account_id": SHOP, "region": "eu-west-1", "resource_id": "i-1", "resource_arn": arn,
                "tags": '[{"Key": "team", "Value": "data"}]'}  # fmt: skip
    own = inline(allow("ec2:*", Condition={"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}))
    tagged = [{"tags": f'[{{"Key": "team", "Value": "{team}"}}]'} for team in ("data", "web")]
    roles = [role(SHOP, name, inline_policies=own.replace('{"Statement"', '{"Version": "2012-10-17", "Statement"'),
    **tags)
             for name, tags in zip(("ours", "theirs"), tagged, strict=True)]  # fmt: skip
    known = asked(iam_roles=roles, ec2_instances=[instance])
    answers = [
        can(known, f"arn:aws:iam::{SHOP}:role/{name}", "ec2:StopInstances", arn).answer for name in ("ours", "theirs")
    ]
    assert answers == ["allowed", "implicit"]


@pytest.mark.parametrize(
    ("vpc", "context", "wanted"),
    [
        (None, {}, "allowed"),
        ("vpc-1", {}, "unknown"),
        ("vpc-1", {"aws:SourceVpc": "vpc-1"}, "allowed"),
        ("vpc-1", {"aws:SourceVpc": "vpc-2"}, "implicit"),
        ("", {"aws:SourceVpc": "vpc-1"}, "unknown"),
    ],
)
def test_an_access_point_stands_before_its_bucket(vpc: str | None, context: dict[str, str], wanted: str) -> None:
    arn = f"arn:aws:s3:eu-west-1:{SHOP}:accesspoint/sales"
    keys = {"account_id": SHOP, "region": "eu-west-1", "resource_id": "sales", "resource_arn": arn}
    own = {"bucket": "lake", "from_internet": vpc is None}
    rows = {
        "s3_access_points": [{**keys, **own, "vpc_id": vpc or None}],
        "s3_access_point_policies": [{**keys, **own, "policy": None}],
        "s3_access_point_details": [{**keys, "restrict_public": True}],
        "s3_access_point_policy_status": [keys],
    }
    known = asked(iam_roles=[reader(SHOP, "reads")], **bucket(), **rows)
    found = can(known, f"arn:aws:iam::{SHOP}:role/reads", "s3:GetObject", f"{arn}/object/key", context)
    assert found.answer == wanted, found


@pytest.mark.parametrize(
    ("features", "wanted"), [('["RootSessions"]', "allowed"), ('["RootCredentialsManagement"]', "implicit")]
)
def test_central_root_access_decides_who_becomes_root_user_of_a_member(features: str, wanted: str) -> None:
    own, place = inline(allow("sts:AssumeRoot")), {"account_id": HOME, "region": "global", "resource_id": "o"}
    rows = {
        "iam_organizations_features": [{**place, "enabled_features": features}],
        "organization_delegated_services": [{**place, "account_id": SHOP, "service_principal": "iam.amazonaws.com"}],
    }
    roles = [role(SHOP, "keeper", inline_policies=own), role(OLD, "other", inline_policies=own)]
    known = asked(iam_roles=roles, **rows)
    root = f"arn:aws:iam::{OLD}:root"
    assert can(known, f"arn:aws:iam::{SHOP}:role/keeper", "sts:AssumeRoot", root).answer == wanted
    assert can(known, f"arn:aws:iam::{OLD}:role/other", "sts:AssumeRoot", root).answer == "implicit"


def test_what_is_shared_by_ram_is_not_taken_for_closed() -> None:
    place = {"account_id": SHOP, "region": "eu-west-1"}
    subnet, share = f"arn:aws:ec2:eu-west-1:{SHOP}:subnet/s-1", {"share_arn": "arn:aws:ram:1", "status": "ASSOCIATED"}
    rows = {
        "ram_share_resources": [{**place, "resource_id": "1", **share, "shared_arn": subnet}],
        "ram_share_principals": [{**place, "resource_id": "1", **share, "principal": OLD}],
    }
    own = inline(allow("ec2:*"))
    roles = [role(OLD, "peer", inline_policies=own), role(SHOP, "ours", inline_policies=own)]

    def runs(name: str, account: str, **tables: Any) -> str:
        known = asked(iam_roles=roles, **tables)
        return can(known, f"arn:aws:iam::{account}:role/{name}", "ec2:RunInstances", subnet).answer

    assert (runs("peer", OLD, **rows), runs("ours", SHOP, **rows)) == ("unknown", "allowed")
    assert runs("peer", OLD, ram_share_resources=[], ram_share_principals=[]) == "implicit"
    assert runs("peer", OLD, ram_share_resources=[], ram_share_principals=[{**place, **GAP}]) == "unknown"


def test_a_table_of_glue_is_open_as_its_catalog_is() -> None:
    place = {"account_id": SHOP, "region": "eu-west-1", "resource_id": "h"}
    table = f"arn:aws:glue:eu-west-1:{SHOP}:table/sales/orders"
    lets_in = json.dumps({"Statement": allow("glue:GetTable", Principal={"AWS": OLD})})
    roles = [role(OLD, "peer", inline_policies=inline(allow("glue:*")))]
    known = asked(iam_roles=roles, glue_catalog_policies=[{**place, "policy": lets_in}])
    answers = [can(known, PEER_ARN, f"glue:{verb}", table).answer for verb in ("GetTable", "DeleteTable")]
    assert answers == ["allowed", "implicit"]
    assert can(asked(iam_roles=roles), PEER_ARN, "glue:GetTable", table).answer == "unknown"


def test_objects_with_acls_of_their_own_are_not_taken_for_closed() -> None:
    rows = bucket()
    rows["s3_bucket_ownership"] = [{**BUCKET, "object_ownership": "ObjectWriter"}]
    known = asked(iam_roles=[reader(SHOP, "reads")], **rows)
    assert (answer(known), can(known, "*", *READ).answer) == ("unknown", "unknown")
    assert can(known, reader(SHOP, "reads")["role_arn"], *READ, may=True).depends_on == ("s3:object-owner",)
    rows["s3_account_public_access_block"] = [{**BLOCKS, "ignore_public_acls": True}]
    assert can(asked(**rows), "*", *READ).answer == "implicit"
