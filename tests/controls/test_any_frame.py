"""Every control over frames of anything: it gives verdicts that judge can use, whatever the cells hold.

Values are drawn by column type, nulls among them.  Keys are never null, as in every row that was read.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import pytest

from orienteer import controls, snapshot, tables
from orienteer.facts.seen import FAULT
from orienteer.frames import frame
from orienteer.judge import FINDINGS, Facts, judge
from orienteer.model import GAP_COLUMNS, KEYS, Column, Outcome, Table
from orienteer.parameters import Client

pytestmark = pytest.mark.long

CONTROLS = controls.registry()
TABLES = tables.registry()
FRAMES = 8
ACCOUNTS = ("111111111111", "222222222222", "333333333333")
REGIONS = ("us-east-1", "eu-central-1", "global")
NOW = pd.Timestamp("2026-11-24T12:00:00Z")

DOCUMENTS = [json.dumps(one) for one in (
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]},
    {"Statement": {"Sid": "x", "Effect": "Deny", "NotAction": ["iam:*", 7], "Resource": "*",
                   "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1"]}}}},
    {"Statement": [{"Effect": "Deny", "NotPrincipal": {"AWS": "222222222222"}, "Action": "*", "Resource": "*"}]},
    {"Statement": {"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::222222222222:root", None]},
                   "Action": "sts:AssumeRole", "Condition": {"Odd": {"aws:x": {"y": 1}}}}},
    {"Statement": {"Effect": "Allow", "Principal": {"Federated": "token.actions.githubusercontent.com"},
                   "Action": "sts:AssumeRoleWithWebIdentity"}},
    {"Statement": 3}, {"Statement": [None, [], "x"]}, {"Version": None}, {"PolicyName": {"Statement": []}},
    [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}, {"Type": "RESOURCE_CONTROL_POLICY", "Status": "ENABLED"}],
    [{"Key": "exception-until", "Value": "2027-01-01"}, {"Key": None}], ["r-1", "ou-1"], ["RootSessions"],
    [{"GroupId": "sg-1", "UserId": "222222222222"}, {"CidrIp": "0.0.0.0/0"}, {"CidrIpv6": "::/0"}],
    {"AWS": "*"}, {"kind": {"deep": [{"er": [1, [2, [3]]]}]}}, [], {}, [None], [[1]], [1, "a"], 0, 1.5, True, None, "x",
)]  # fmt: skip
ODD = ["", "{broken", "not json", "NaN", "[" * 200, "%7B%22Statement%22%3A%5B%5D%7D", "\ufeff{}", '"[]"']
WORDS = [
    *ACCOUNTS, *REGIONS, "r-1", "ou-1", "ou-2", "o-1", "p-1", "<root_account>", "ann", "0.0.0.0/0", "::/0",
    "10.0.0.0/8", "ACTIVE", "SUSPENDED", "ROOT", "ORGANIZATIONAL_UNIT", "ALL", "SERVICE_CONTROL_POLICY",
    "RESOURCE_CONTROL_POLICY", "SECURITY", "BILLING", "required", "block-new-sharing", "unblocked",
    "guardduty.amazonaws.com", "iam.amazonaws.com",
    "arn:aws:iam::222222222222:role/x", "arn:aws-cn:s3:::bucket", "arn:", "a@b@c.example", "Exceptions", "prod", "tcp",
    "-1", "443", "ORGANIZATION", "ACCOUNT", "N/A", "no_information", "2026-01-01", "2026-01-01T00:00:00+00:00", "all",
    "exception-until", "true", "TRUE", "ENABLED", "Enabled", "x" * 300, "line\nbreak", "\u202eevil", "",
]  # fmt: skip
MOMENTS = [pd.Timestamp(text) for text in ("1970-01-01T00:00:00Z", "2026-11-24T12:00:00Z", "2026-11-20T01:00:00+14:00",
                                           "2099-01-01T00:00:00-11:00")]  # fmt: skip
DRAWN: Mapping[str, Callable[[random.Random], Any]] = {
    "string": lambda chance: chance.choice(WORDS),
    "int": lambda chance: chance.choice([0, 1, 2, -1, 22, 443, 65535, 2**40]),
    "float": lambda chance: chance.choice([0.0, 1.5, -1.0, 1e300]),
    "bool": lambda chance: chance.random() < 0.5,
    "timestamp": lambda chance: chance.choice(MOMENTS),
}
LISTS = {"ids", "arns", "groups", "ips", "cidrs", "addresses", "profiles", "audiences", "sources", "actions"}
SHAPES: Mapping[str, Mapping[str, list[Any]] | list[Any]] = {
    "inline_policies": {"PolicyName": WORDS, "PolicyDocument": [*map(json.loads, DOCUMENTS), *DOCUMENTS]},
    "attached_policies": {"PolicyName": WORDS, "PolicyArn": WORDS}, "tags": {"Key": WORDS, "Value": WORDS},
    "grants": {"Grantee": [{}, {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"}],
               "Permission": ["READ", "WRITE"]},
    "event_selectors": {"ReadWriteType": ["All", "ReadOnly"], "IncludeManagementEvents": [True, False],
                        "ExcludeManagementEventSources": [[], ["kms.amazonaws.com"]]},
    "advanced_selectors": {"FieldSelectors": [[], [{"Field": "eventCategory", "Equals": ["Management"]}], [{}]]},
    "excepted_ports": {"MinRange": [0, 22], "MaxRange": [22, 65535]},
    "scan_rules": {"scanFrequency": ["SCAN_ON_PUSH", "MANUAL"], "repositoryFilters": [[], [{"filter": "*"}]]},
    "filters": [[{"type": "HEAD_REF", "pattern": "^x$"}, {"type": "ACTOR_ACCOUNT_ID", "pattern": "x|^y$"}], []],
    "instance_ports": [[80, 8080], [443, 443]],
    "tls_listeners": [[443, ["p-1"]], [8443, None]],
    "signs": {"name": WORDS, "kind": ["", "private key"], "entropy": [0.0, 4.5]},
    "features": {"Name": WORDS, "Status": WORDS}, "policy_types": {"Type": WORDS, "Status": WORDS},
    "ingress": {"IpProtocol": ["tcp", "-1", "6", "icmp"], "FromPort": [-1, 0, 22], "ToPort": [-1, 22, 65535],
                "IpRanges": [[], [{"CidrIp": "0.0.0.0/0"}], [{"CidrIp": "x"}]], "Ipv6Ranges": [[{"CidrIpv6": "::/0"}]],
                "UserIdGroupPairs": [[{"GroupId": "sg-1"}]], "PrefixListIds": [[{"PrefixListId": "pl-1"}]]},
    "routes": {"DestinationCidrBlock": ["0.0.0.0/0", "10.0.0.0/8"], "GatewayId": WORDS, "State": ["active"]},
    "entries": {"RuleNumber": [1, 32767], "Egress": [True, False], "RuleAction": ["allow", "deny"], "Protocol": ["-1"],
                "CidrBlock": ["0.0.0.0/0"], "PortRange": [{"From": 22, "To": 22}]},
}  # fmt: skip


def listed(column: Column, chance: random.Random) -> str:
    """JSON text of a column: a policy may be anything; a list of structures is what AWS's own types let it be."""
    known = column.type == "signs" or column.name in SHAPES or column.name.rpartition("_")[2] in LISTS
    if column.doc.endswith("JSON text") or (column.type in ("policy", "policies") and not known):
        return chance.choice(DOCUMENTS if chance.random() < 0.8 else ODD)
    if not known:
        return chance.choice(["[]", "[{}]", "{}", "null"])
    keys = SHAPES.get("signs" if column.type == "signs" else column.name)
    count = range(chance.randint(0, 3))
    if isinstance(keys, list):
        return json.dumps([chance.choice(keys) for _ in count])
    if keys is None:
        return json.dumps([chance.choice([*WORDS, None]) for _ in count])
    return json.dumps([{k: chance.choice(v) for k, v in keys.items() if chance.random() < 0.8} for _ in count])


def columns(table: Table) -> list[Column]:
    """The table's own columns and those it keeps of its parents."""
    kept = [one for one in columns(table.parent) if one.name in table.keep] if table.parent else []
    return [*kept, *table.columns]


def anything(table: Table, chance: random.Random, nulls: float) -> pd.DataFrame:
    """A frame of the table with up to five rows of anything, each with its keys."""
    rows = []
    for number in range(chance.randint(0, 5)):
        row = {"account_id": chance.choice(ACCOUNTS), "region": chance.choice(REGIONS),
               "resource_id": chance.choice([*WORDS[:12], f"thing-{number}"])}  # fmt: skip
        row |= {table.resource: row["resource_id"]} if table.resource else {}
        row |= {table.account: row["account_id"]} if table.account else {}
        for column in columns(table):
            if column.name not in (*row, *KEYS, *GAP_COLUMNS) and chance.random() >= nulls:
                json_text = column.type in ("json", "policy", "policies", "signs")
                row[column.name] = listed(column, chance) if json_text else DRAWN[column.type](chance)
        rows.append(row)
    return frame(table, rows)


def calls(chance: random.Random) -> pd.DataFrame:
    """Coverage of anything."""
    choices: dict[str, list[Any]] = {
        "account_id": [*ACCOUNTS, None], "region": [*REGIONS, None], "outcome": [*Outcome, None],
        "message": ["explicit deny in a service control policy", None], "table": ["ec2_vpcs", "", None],
        "shared": [True, False, None], "at": [None], "rows": [0, None], "pages": [1, None], "ms": [1, None],
    }  # fmt: skip
    rows = [{name: chance.choice(choices.get(name, ["x", None])) for name in snapshot.COVERAGE}
            for _ in range(chance.randint(0, 6))]  # fmt: skip
    return snapshot.frame_of(snapshot.coverage_table(rows))


@pytest.mark.parametrize("seed", range(FRAMES))
def test_controls_judge_frames_of_anything(seed: int) -> None:
    chance = random.Random(seed)
    nulls = chance.choice([0.0, 0.2, 0.5, 1.0])
    names = {name for control in CONTROLS.values() for name in control.tables} - {"coverage"}
    frames = {name: anything(TABLES[name], chance, nulls) for name in sorted(names)}
    client = chance.choice(
        [
            Client(),
            Client(
                trusted_accounts={"222222222222": "friend"},
                owners={"222222222222": "it@example.com"},
                inventory={ACCOUNTS[0]: "hub"},
                approved_regions=("eu-central-1",),
                exception_ou="ou-1",
                name="x",
                accounts=ACCOUNTS,
            ),
        ]
    )
    judged = judge(list(CONTROLS.values()), frames, TABLES, Facts(NOW, client), calls(chance))
    assert not judged.crashed, judged.summary.loc[judged.summary["reason"].str.contains(FAULT), "reason"].to_list()
    assert tuple(judged.findings.columns) == FINDINGS
    assert judged.findings["fingerprint"].is_unique
    assert judged.findings["account_id"].notna().all() and (judged.findings["resource_type"] != "").all()
    assert all(isinstance(json.loads(text), dict) for text in judged.findings["evidence"])
