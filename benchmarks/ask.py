"""Prints how long `who_can` takes: 5,000 principals against one resource, and ten times fewer for the ratio.

Every principal has five policies of its own kind (some shared, some its own), every third a boundary; accounts have
three levels of SCPs; the bucket has a policy with twenty statements.  Run as `python benchmarks/ask.py [principals]`.
"""

from __future__ import annotations

import random
import sys
import time
from typing import Any

from orienteer.ask import Estate, who_can

ORG, LIMIT = "o-exampleorg1", 10.0
BUCKET = "arn:aws:s3:::records"


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def policy(rng: random.Random, name: str) -> dict[str, Any]:
    """A policy as people write them: a few services, some ARNs, now and then a condition or a Deny."""
    services = rng.sample(["s3", "ec2", "sqs", "dynamodb", "lambda", "logs", "kms", "iam", "ecr", "sns"], 4)
    statements: list[dict[str, Any]] = [
        {
            "Effect": "Allow",
            "Action": [f"{service}:{verb}*" for verb in ("Get", "List", "Describe", "Put")],
            "Resource": ["*"] if rng.random() < 0.3 else [f"arn:aws:{service}:::{name}-{n}*" for n in range(6)],
        }
        for service in services
    ]
    statements[0]["Condition"] = {"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}}
    statements.append({"Effect": "Deny", "Action": ["iam:*User", "organizations:*"], "Resource": "*"})
    return document(*statements)


def mapping(count: int, rng: random.Random) -> dict[str, Any]:
    accounts = [f"{100000000000 + n}" for n in range(max(2, count // 100))]
    shared = [policy(rng, f"shared{n}") for n in range(40)]
    full = document({"Effect": "Allow", "Action": "*", "Resource": "*"})
    regions = document(
        {
            "Effect": "Deny",
            "NotAction": ["iam:*", "sts:*"],
            "Resource": "*",
            "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}},
        }
    )
    principals = [
        {
            "arn": f"arn:aws:iam::{rng.choice(accounts)}:{'role' if n % 4 else 'user'}/p{n}",
            "policies": {f"own{n}": policy(rng, f"own{n}"), **{f"s{k}": rng.choice(shared) for k in range(4)}},
            "boundary": rng.choice(shared) if n % 3 == 0 else None,
            "tags": {"team": str(n % 20)},
        }
        for n in range(count)
    ]
    grants = [
        {
            "Effect": "Deny" if n % 5 == 0 else "Allow",
            "Principal": {"AWS": rng.choice(accounts)} if n % 2 else "*",
            "Action": "s3:Get*",
            "Resource": f"{BUCKET}/*",
            "Condition": {"StringEquals": {"aws:PrincipalOrgID": ORG, "aws:PrincipalTag/team": str(n)}},
        }
        for n in range(20)
    ]
    return {
        "organization": {"id": ORG, "management": accounts[0]},
        "accounts": {one: {"scps": [[full], [full, regions], [full]], "rcps": [[full]]} for one in accounts},
        "principals": principals,
        "resources": [{"arn": BUCKET, "account": accounts[1], "region": "eu-west-1", "policy": document(*grants)}],
    }


def measured(count: int) -> float:
    """CPU seconds of one question, the estate read beforehand."""
    began = time.process_time()
    estate = Estate.of(mapping(count, random.Random(7)))
    read = time.process_time() - began
    began = time.process_time()
    found = who_can(estate, "s3:GetObject", f"{BUCKET}/2026/1.csv")
    took = time.process_time() - began
    print(
        f"{count} principals: read in {read:.2f} s, asked in {took:.2f} s "
        f"({1000 * took / count:.3f} ms each), {len(found.principals)} can"
    )
    return took


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    few, many = measured(count // 10), measured(count)
    print(f"ratio of ten times as many principals: {many / few:.1f}; of the limit of {LIMIT:.0f} s: {many / LIMIT:.2f}")
    if count <= 5000 and many > LIMIT:
        raise SystemExit(f"{many:.1f} s is more than {LIMIT:.0f} s")


if __name__ == "__main__":
    main()
