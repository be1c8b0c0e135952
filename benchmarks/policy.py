# ruff: noqa: E501  (a table reads best one case a line)
"""Prints how fast `orienteer.policy.exposure` judges: documents per second, growth, the worst documents, repeated rows.

Then scp_allows, identity_allows and admin_paths.  Run as `python benchmarks/policy.py [documents]`.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable
from typing import Any

from orienteer.policy import admin_paths, exposure, identity_allows, scp_allows
from orienteer.policy.exposure.judge import _exposure
from orienteer.policy.rights.escalation import Principal as Person

OWN, ORG = "111122223333", "o-exampleorg1"
BUCKET = "arn:aws:s3:::records"


class Pooled(random.Random):
    """Random numbers that stay below the pool's size, as an organization has only so many accounts."""

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
    crowded = crowd()
    wide = {"StringLike": crowded}
    return {
        "twelve keys of 100 values": text({**allow, "Condition": wide}),
        "twelve keys of 100 values, denied": text(allow, {**allow, "Effect": "Deny", "Condition": {"StringNotLike": crowded}}),
        "a Deny for each of the keys": text(
            allow, *({**allow, "Effect": "Deny", "Condition": {"StringNotLike": {key: crowded[key]}}} for key in crowded)
        ),
        "keys tied by variables": text(
            {**allow, "Condition": {"StringLike": {**crowded, "aws:PrincipalTag/b": "${aws:PrincipalAccount}-${aws:PrincipalTag/a}"}}}
        ),
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


def crowd(count: int = 100) -> dict[str, list[str]]:
    """For each key that says who calls or from where, this many values that all differ."""
    accounts, several = [f"{n:012d}" for n in range(count)], range(count)
    orgs, paths = [f"o-aaaaaaaa{n}" for n in several], [f"o-aaaaaaaa{n}/r-ab/ou-{n}/*" for n in several]
    return {
        "aws:PrincipalAccount": accounts, "aws:PrincipalOrgID": orgs, "aws:PrincipalOrgPaths": paths,
        "aws:PrincipalArn": [f"arn:aws:iam::*:role/r{n}*" for n in several], "aws:userid": [f"AROA{n:016d}:*" for n in several],
        "aws:SourceAccount": accounts, "aws:SourceArn": [f"arn:aws:sns:*:*:t{n}*" for n in several],
        "aws:SourceOrgPaths": paths, "aws:SourceVpc": [f"vpc-{n}" for n in several], "aws:VpceOrgPaths": paths,
        "aws:SourceVpce": [f"vpce-{n}" for n in several], "aws:PrincipalTag/a": [f"v{n}" for n in several],
    }  # fmt: skip


def guardrails() -> None:
    """SCP chains, identity policies and ways to administrator, at the size of a large organization."""
    full = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    regions = {"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}}
    closed = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Deny", "NotAction": ["iam:*", "sts:*"], "Resource": "*", "Condition": regions},
        {"Effect": "Deny", "Action": ["organizations:Leave*", "cloudtrail:Stop*"], "Resource": "*"}]}  # fmt: skip
    chain = [[full, closed]] * 5
    context = {"aws:RequestedRegion": "eu-west-1"}
    took = seconds(lambda: [scp_allows(chain, "ec2:RunInstances", "*", context) for _ in range(2000)])
    say(f"  scp_allows, five levels of two policies: {2000 / took:,.0f} a second")
    took = seconds(
        lambda: [identity_allows([full, closed], full, chain, "ec2:RunInstances", "*", context) for _ in range(2000)]
    )
    say(f"  identity_allows, two policies, a boundary and the chain: {2000 / took:,.0f} a second")
    times = []
    for size in (2_500, 5_000, 10_000):
        people = principals(size)
        times.append(seconds(lambda: admin_paths(people)))  # noqa: B023
        say(f"  admin_paths of {size:,} roles with 500 policies: {times[-1]:.2f} s")
    say(f"  four times the roles take {times[-1] / times[0]:.1f} times as long")


def principals(size: int) -> list[Person]:
    """Roles that share 500 policies; one in ten lets its bearer pass or change other roles."""
    account = f"arn:aws:iam::{OWN}"
    trust = {
        "Statement": {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    }
    policies: list[dict[str, Any]] = [
        {"Statement": [{"Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "Resource": f"arn:aws:s3:::b{n}/*"},
                       {"Effect": "Allow", "Action": ["iam:PassRole", "lambda:*"] if n % 10 == 0 else ["ec2:Describe*"],
                        "Resource": f"{account}:role/team{n % 7}*" if n % 20 == 0 else "*"}]}
        for n in range(500)
    ]  # fmt: skip
    policies[7] = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    return [
        Person(f"{account}:role/team{n % 7}-{n}", "role", OWN, ((f"p{n % 500}", policies[n % 500]),), trust=trust)
        for n in range(size)
    ]


def say(line: str) -> None:
    """Prints the line at once."""
    print(line, flush=True)


def main(count: int) -> None:
    for pool, words in ((10**12, "nothing in common"), (200, "accounts and networks of one organization")):
        texts = [document(seed, pool=pool) for seed in range(count)]
        took = seconds(lambda: [judged(text) for text in texts])  # noqa: B023
        size = sum(map(len, texts)) / count
        say(f"{count} different policies of {size:,.0f} characters, {words}: {took:.2f} s, {count / took:,.0f} a second, "
            f"5,000 in {took / count * 5000:.1f} s")  # fmt: skip
    growth()
    say("worst documents")
    for name, text in worst().items():
        answer: list[Any] = []
        took = seconds(lambda: answer.append(exposure(text, account_id=OWN, org_id=ORG)))  # noqa: B023
        said = "not exact" if answer[0].problems else "exact"
        say(f"  {name:<34} {len(text) / 1000:8,.0f} kB {took * 1000:8.1f} ms  {answer[0].level}, {said}")
    few = [document(seed, 5_000) for seed in range(2000)]
    took = seconds(lambda: [judged(few[n % 2000]) for n in range(100_000)])
    once = seconds(lambda: [judged(text) for text in few])
    say(f"100,000 rows of 2,000 documents (5,000 characters): {took:.2f} s, {took / once:.1f} times the documents once")
    say("guardrails and identities")
    guardrails()


def growth() -> None:
    """Prints what twice, four and eight times the statements or condition values cost."""
    say("growth with size (one document each; a ratio of 1.0 is linear)")
    base = 0.0
    for length in (20_000, 40_000, 80_000, 160_000, 320_000):
        took = min(fresh(length, 3) for _ in range(3)) / length
        base = base or took
        say(
            f"  {length:>8,} characters {took * length * 1000:8.1f} ms  {took / base:5.2f} times the cost per character"
        )
    say("growth with condition values (20 statements; a ratio of 1.0 is linear)")
    base = 0.0
    for values in (10, 40, 160, 640):
        took = min(many_values(values) for _ in range(3)) / values
        base = base or took
        say(f"  {values:>8} values a list {took * values * 1000:8.1f} ms  {took / base:5.2f} times the cost per value")


_SEEDS = iter(range(10_000, 1_000_000))


def fresh(length: int, values: int) -> float:
    """Seconds for a document of the length that shares nothing with an earlier one."""
    text = document(next(_SEEDS), length, values)
    return seconds(lambda: judged(text))


def many_values(values: int) -> float:
    """Seconds for 20 statements with lists of this many values."""
    rng = Pooled(next(_SEEDS))
    text = json.dumps({"Statement": [statement(rng, n, values) for n in range(20)]})
    return seconds(lambda: judged(text))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
