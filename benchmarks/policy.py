# ruff: noqa: E501  (a table reads best one case a line)
"""Prints how fast `orienteer.policy.exposure` judges: documents per second, growth, the worst documents, repeated rows.

Run as `python benchmarks/policy.py [documents]`.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable
from typing import Any

from orienteer.policy import exposure
from orienteer.policy.exposure import _exposure

OWN, ORG = "111122223333", "o-exampleorg1"
BUCKET = "arn:aws:s3:::records"


class Pooled(random.Random):
    """Random numbers that stay below the pool's size, as an organisation has only so many accounts."""

    pool = 10**12

    def number(self, below: int) -> int:
        return self.randrange(min(below, self.pool)) * 7919 % below


def conditions(rng: Pooled, values: int) -> dict[str, Any]:
    """A Condition as policies in the field have them, with this many values in its list."""
    accounts = [f"{rng.number(10**12):012d}" for _ in range(values)]
    return rng.choice(
        [
            {},
            {"StringEquals": {"aws:PrincipalOrgID": ORG}},
            {"IpAddress": {"aws:SourceIp": [f"{11 + rng.number(150)}.{n % 256}.7.0/24" for n in range(values)]}},
            {"StringEquals": {"aws:SourceVpce": [f"vpce-{rng.number(10**12):x}" for _ in range(values)]}},
            {"StringEquals": {"aws:SourceAccount": accounts}, "Bool": {"aws:SecureTransport": "true"}},
            {"ArnLike": {"aws:PrincipalArn": [f"arn:aws:iam::{account}:role/r*" for account in accounts]}},
            {"StringEquals": {"aws:PrincipalTag/team": [f"team-{n}" for n in range(values)]}},
        ]
    )


def statement(rng: Pooled, index: int, values: int) -> dict[str, Any]:
    """One statement in ten a Deny that bounds; the others grant to accounts, services or everybody with a condition."""
    if index % 10 == 9:
        condition = {
            "StringNotEquals": {"aws:PrincipalOrgID": ORG},
            "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
        }
        return {"Sid": f"D{index}", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
                "Resource": f"{BUCKET}/team-{index}/*", "Condition": condition}  # fmt: skip
    principal = rng.choice(
        [
            "*",
            {"AWS": f"arn:aws:iam::{rng.number(10**12):012d}:role/reader-{index}"},
            {"AWS": f"{rng.number(10**12):012d}"},
            {"Service": rng.choice(["cloudtrail.amazonaws.com", "logs.amazonaws.com"])},
        ]
    )
    return {"Sid": f"S{index}", "Effect": "Allow", "Principal": principal, "Action": ["s3:GetObject", "s3:List*"],
            "Resource": [BUCKET, f"{BUCKET}/team-{index}/*"], "Condition": conditions(rng, values)}  # fmt: skip


def document(seed: int, size: int = 20_000, values: int = 3, pool: int = 10**12) -> str:
    """A policy of about this many characters whose accounts, endpoints and ranges come from pools of this size."""
    rng = Pooled(seed)
    rng.pool = pool
    statements: list[dict[str, Any]] = []
    length = 0
    while length < size:
        statements.append(statement(rng, len(statements), values))
        length += len(json.dumps(statements[-1])) + 2
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def judged(text: str) -> str:
    """The level of the document."""
    return exposure(text, account_id=OWN, org_id=ORG, resource_type="AWS::S3::Bucket").level


def seconds(work: Callable[[], Any]) -> float:
    """Processor seconds that the work takes, nothing remembered from before."""
    _exposure.cache_clear()
    start = time.process_time()
    work()
    return time.process_time() - start


def worst() -> dict[str, str]:
    """Documents made to be slow."""

    def text(*statements: dict[str, Any]) -> str:
        return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})

    stars = "*a" * 40 + "*b"
    allow: dict[str, Any] = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    many = range(10_000)
    return {
        "nested wildcards": text(
            {**allow, "Condition": {"StringLike": {"aws:Referer": [stars], "aws:PrincipalArn": [stars]}}},
            {**allow, "Effect": "Deny", "Action": stars, "Resource": "a" * 5000 + stars},
        ),
        "10,000 Allows": text(*({**allow, "Principal": {"AWS": f"{n:012d}"}, "Sid": f"S{n}"} for n in many)),
        "10,000 Denies": text(allow, *({**allow, "Effect": "Deny", "Resource": f"{BUCKET}/{n}/*"} for n in many)),
        "5,000 of each": text(
            *({**allow, "Action": f"s3:Get{n}", "Effect": ("Allow", "Deny")[n % 2],
               "Condition": {"StringNotEquals": {"aws:PrincipalAccount": f"{n:012d}"}}} for n in many)
        ),
        "Denies with a key each": text(
            allow, *({**allow, "Effect": "Deny", "Condition": {"StringEquals": {f"aws:PrincipalTag/t{n}": "x"}}} for n in range(2000))
        ),
        "Denies that exclude each other": text(
            allow, *({**allow, "Effect": "Deny", "Condition": {"StringNotEquals": {"aws:SourceVpce": f"vpce-{n}", "aws:SourceVpc": f"vpc-{n}"}}}
                     for n in range(300))
        ),
        "10,000 principals": text({**allow, "Principal": {"AWS": [f"{n:012d}" for n in many]}}),
        "10,000 ranges": text({**allow, "Condition": {"IpAddress": {"aws:SourceIp": [f"{n % 200 + 20}.{n // 200}.0.0/24" for n in many]}}}),
        "1,000 ranges refused 100 times": text(
            allow, *({**allow, "Effect": "Deny", "Condition": {"NotIpAddress": {"aws:SourceIp": [f"{n % 200 + 20}.{n // 200}.{k}.0/24" for n in range(1000)]}}}
                     for k in range(100))
        ),
        "five claims of 30 values": text(
            {"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::1:oidc-provider/gitlab.com"}, "Action": "*",
             "Condition": {"StringLike": {f"gitlab.com:c{k}": [f"v{n}" for n in range(30)] for k in range(5)}}}
        ),
    }  # fmt: skip


def main(count: int) -> None:
    for pool, words in ((10**12, "nothing in common"), (200, "accounts and networks of one organisation")):
        texts = [document(seed, pool=pool) for seed in range(count)]
        took = seconds(lambda: [judged(text) for text in texts])  # noqa: B023
        size = sum(map(len, texts)) / count
        print(f"{count} different policies of {size:,.0f} characters, {words}: {took:.2f} s, {count / took:,.0f} a second, "
              f"5,000 in {took / count * 5000:.1f} s")  # fmt: skip
    print("\ngrowth with size (a document each)")
    for length in (5_000, 20_000, 80_000, 320_000):
        took = min(seconds(lambda: judged(document(1, length))) for _ in range(2))  # noqa: B023
        print(f"  {length:>8,} characters {took * 1000:8.1f} ms  {took / length * 1e6:6.2f} ms per 1,000 characters")
    print("\ngrowth with condition values (20,000 characters)")
    for values in (1, 10, 100):
        took = min(seconds(lambda: judged(document(1, 20_000, values))) for _ in range(2))  # noqa: B023
        print(f"  {values:>4} values {took * 1000:8.1f} ms")
    print("\nworst documents")
    for name, text in worst().items():
        answer: list[Any] = []
        took = seconds(lambda: answer.append(exposure(text, account_id=OWN, org_id=ORG)))  # noqa: B023
        print(
            f"  {name:<34} {len(text) / 1000:8,.0f} kB {took * 1000:8.1f} ms  {answer[0].level} {list(answer[0].problems)[:1]}"
        )
    few = [document(seed, 5_000) for seed in range(2000)]
    took = seconds(lambda: [judged(few[n % 2000]) for n in range(100_000)])
    print(f"\n100,000 rows of 2,000 documents (5,000 characters): {took:.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
