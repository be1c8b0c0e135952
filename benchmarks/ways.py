"""Ways over an organization of 5,000 roles: the steps between them, and one question over all accounts.

    python benchmarks/ways.py [ROLES]

Roles stand in 50 accounts.  In each, one in fifty is administrator, one in ten may assume roles anywhere, one in a
hundred may pass roles to EC2; a fifth trust their own account, a twentieth a partner, one in four hundred everybody.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import pandas as pd

from orienteer import facts, tables
from orienteer.ask import ways
from orienteer.facts import Estate
from orienteer.frames import frame

ACCOUNTS, PARTNER, HOME = 50, "999900001111", "100000000000"


def trust(principal: Any) -> str:
    return json.dumps({"Statement": {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}})


def allow(*actions: str) -> list[dict[str, Any]]:
    document = {"Statement": {"Effect": "Allow", "Action": list(actions), "Resource": "*"}}
    return [{"PolicyName": "own", "PolicyDocument": document}]


def role(n: int) -> dict[str, Any]:
    account = str(int(HOME) + n % ACCOUNTS)
    k = n // ACCOUNTS
    policies = (
        allow("*")
        if k % 50 == 0
        else allow("iam:PassRole", "ec2:RunInstances")
        if k % 100 == 7
        else allow("sts:AssumeRole")
        if k % 10 == 3
        else allow("s3:GetObject", f"sqs:SendMessage{k % 7 or ''}")
    )
    who: Any = {"Service": "ec2.amazonaws.com"}
    who = {"AWS": account} if k % 10 in (0, 1) else {"AWS": PARTNER} if k % 20 == 13 else who
    who = {"AWS": "*"} if k % 100 == 7 and n % 4 == 0 else who
    name = f"role-{n}"
    return {
        "account_id": account, "region": "global", "resource_id": name, "role_name": name, "path": "/",
        "role_arn": f"arn:aws:iam::{account}:role/{name}", "trust_policy": trust(who),
        "inline_policies": json.dumps(policies), "instance_profiles": json.dumps([name]),
    }  # fmt: skip


def estate(roles: int) -> Estate:
    facts.registry()
    specs = tables.registry()
    members = [str(int(HOME) + n) for n in range(ACCOUNTS)]
    given = {
        "iam_roles": [role(n) for n in range(roles)],
        "organization": [{"account_id": HOME, "organization_id": "o-1", "management_account_id": HOME}],
        "organization_accounts": [{"account_id": HOME, "id": one, "name": one, "state": "ACTIVE"} for one in members],
    }
    frames = {name: frame(spec, given.get(name, ())) for name, spec in specs.items()}
    return Estate(frames, specs, as_of=pd.Timestamp("2026-06-30T12:00:00Z"))


def main() -> None:
    roles = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    here = estate(roles)
    for name in ("principals", "roles", "edges"):
        began = time.perf_counter()
        rows = len(here.source(name).rows)
        print(f"{name}: {rows:,} rows in {time.perf_counter() - began:.1f} s")
    began = time.perf_counter()
    found = ways(here)
    listed, cuts = (sum(len(part(one)) for one in found.reached) for part in (lambda o: o.ways, lambda o: o.cuts or ()))
    took = time.perf_counter() - began
    print(
        f"ways from outside to administrators of {len(found.reached)} accounts: {listed:,}, {cuts:,} cuts, {took:.1f} s"
    )


if __name__ == "__main__":
    main()
