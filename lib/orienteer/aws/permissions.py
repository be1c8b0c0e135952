"""The least-privilege policy of the assessment role, computed from the tables, in the forms a client can apply."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

from orienteer.aws.plan import api_name
from orienteer.aws.seams import described
from orienteer.model import Call, Table

STATEMENT = "OrienteerReadOnly"
PREFIXES = {"sso-admin": "sso", "lambda": "lambda", "cloudwatch": "cloudwatch"}
"""IAM prefixes that differ from the signing name of the service."""


def actions(tables: Iterable[Table]) -> tuple[str, ...]:
    """The IAM actions that reading these tables needs, sorted, each once."""
    return tuple(sorted({a for t in tables for call in t.calls for a in actions_of(call)}, key=str.lower))


def actions_of(call: Call) -> tuple[str, ...]:
    """The IAM actions of one call: what the spec names, else prefix:Operation."""
    return call.actions or (f"{prefix(call.service)}:{api_name(call)}",)


@cache
def prefix(service: str) -> str:
    """The IAM prefix of a boto3 service: the name it signs with, save where IAM differs."""
    metadata = described(service).metadata
    return PREFIXES.get(service) or str(metadata.get("signingName") or metadata["endpointPrefix"])


def policy(tables: Iterable[Table]) -> dict[str, Any]:
    """An IAM policy document that allows exactly these calls.  All are reads that know no narrower resource than `*`
    when a whole account is looked at."""
    allow = {"Sid": STATEMENT, "Effect": "Allow", "Action": list(actions(tables)), "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [allow]}


LIMIT = 6144
"""Characters of a managed policy, white space not counted.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""


def policies(tables: Iterable[Table], limit: int = LIMIT) -> tuple[dict[str, Any], ...]:
    """The same policy cut into documents of at most `limit` characters; the actions of a service stay together where
    they fit into one."""
    documents: list[list[str]] = [[]]
    for _, group in groupby(actions(tables), key=lambda name: name.partition(":")[0]):
        names = list(group)
        if documents[-1] and len(_compact([*documents[-1], *names])) > limit:
            documents.append([])
        for name in names:
            if len(_compact([*documents[-1], name])) > limit:
                documents.append([])
            documents[-1].append(name)
    return tuple({"Version": "2012-10-17", "Statement": [_allow(d)]} for d in documents)


def _allow(names: list[str]) -> dict[str, Any]:
    return {"Sid": STATEMENT, "Effect": "Allow", "Action": names, "Resource": "*"}


def _compact(names: list[str]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [_allow(names)]}, separators=(",", ":"))


# --- beside a policy of AWS


@dataclass(frozen=True)
class Comparison:
    """Our actions beside those of another policy.

    lacks     actions that Orienteer needs and the policy does not allow.
    narrower  actions that it allows on some resources only.
    beyond    actions (or patterns) of the policy that stand for none of ours, by service.
    """

    needed: int
    lacks: tuple[str, ...]
    narrower: tuple[str, ...]
    beyond: Mapping[str, tuple[str, ...]]

    def lines(self, name: str) -> list[str]:
        """What a reader is told of the policy called `name`."""
        held = self.needed - len(self.lacks) - len(self.narrower)
        more = sum(map(len, self.beyond.values()))
        told = [f"Orienteer needs {self.needed} actions; {name} allows {held} of them."]
        told += [f"It lacks {len(self.lacks)}:", *(f"  {action}" for action in self.lacks)] if self.lacks else []
        told += [f"On some resources only: {', '.join(self.narrower)}."] if self.narrower else []
        listed = ", ".join(f"{service} {len(names)}" for service, names in self.beyond.items())
        told += [f"It allows {more} that Orienteer never asks for, by service: {listed}."] if more else []
        return told


def compare(tables: Iterable[Table], document: Mapping[str, Any]) -> Comparison:
    """What a policy document lacks of what the tables need, and what it has too much.  Denies are not looked at."""
    needed = actions(tables)
    wide: list[str] = []
    narrow: list[str] = []
    for statement in _listed(document.get("Statement")):
        if statement.get("Effect") == "Allow":
            everywhere = "*" in _listed(statement.get("Resource")) and not statement.get("Condition")
            (wide if everywhere else narrow).extend(map(str, _listed(statement.get("Action"))))
    held, part = _matching(wide), _matching(narrow)
    lacks = [action for action in needed if not held(action)]
    beyond: dict[str, list[str]] = {}
    for pattern in sorted({*wide, *narrow}, key=str.lower):
        if not any(map(_matching([pattern]), needed)):
            beyond.setdefault(pattern.partition(":")[0], []).append(pattern)
    return Comparison(
        len(needed),
        tuple(action for action in lacks if not part(action)),
        tuple(action for action in lacks if part(action)),
        {service: tuple(names) for service, names in beyond.items()},
    )


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [] if value is None else [value]


def _matching(patterns: Iterable[str]) -> Callable[[str], bool]:
    """True for actions that one of the patterns (with * and ?) names; letters' case plays no part."""
    parts = (re.escape(p).replace(r"\*", ".*").replace(r"\?", ".") for p in patterns)
    found = re.compile("|".join(parts) or r"(?!)", re.IGNORECASE)
    return lambda action: found.fullmatch(action) is not None


# --- forms to apply


def trust() -> dict[str, Any]:
    """The trust policy as CloudFormation writes it: one principal, with the external id."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": {"Ref": "AssessorPrincipal"}},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}},
            }
        ],
    }


def cloudformation(tables: Iterable[Table]) -> str:
    """A CloudFormation template (JSON) of the role, fit for a StackSet over the organization and for one stack in the
    management account, which StackSets leave out."""
    documents = policies(tables)
    managed = {
        f"Policy{n}": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": d}}
        for n, d in enumerate(documents, 1)
    }
    role = {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": {"Ref": "RoleName"},
            "AssumeRolePolicyDocument": trust(),
            "MaxSessionDuration": 3600,
            "ManagedPolicyArns": [{"Ref": name} for name in managed],
        },
    }
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Read-only role for a security assessment. Deploy by StackSet to the members and by one stack to the management account.",  # noqa: E501
        "Parameters": {
            "AssessorPrincipal": {"Type": "String", "Description": "ARN of the principal that may assume the role"},
            "ExternalId": {"Type": "String", "MinLength": 8, "NoEcho": True, "Description": "agreed external id"},
            "RoleName": {"Type": "String", "Default": "orienteer-audit"},
        },
        "Resources": {**managed, "Role": role},
        "Outputs": {"RoleArn": {"Value": {"Fn::GetAtt": ["Role", "Arn"]}}},
    }
    return json.dumps(template, indent=2) + "\n"


def terraform(tables: Iterable[Table]) -> str:
    """A Terraform module of the role in one account."""
    blocks = [_TERRAFORM_ROLE]
    for n, document in enumerate(policies(tables), 1):
        listed = "".join(f'      "{name}",\n' for name in document["Statement"][0]["Action"])
        blocks.append(_TERRAFORM_POLICY.format(n=n, actions=listed, sid=STATEMENT))
    return "\n".join(blocks)


_TERRAFORM_ROLE = """terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "assessor_principal" {
  type        = string
  description = "ARN of the principal that may assume the role"
}

variable "external_id" {
  type      = string
  sensitive = true
}

variable "role_name" {
  type    = string
  default = "orienteer-audit"
}

data "aws_iam_policy_document" "orienteer_trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = [var.assessor_principal]
    }
    condition {
      test     = "StringEquals"
      variable = "sts:ExternalId"
      values   = [var.external_id]
    }
  }
}

resource "aws_iam_role" "orienteer" {
  name               = var.role_name
  assume_role_policy = data.aws_iam_policy_document.orienteer_trust.json
}

output "role_arn" {
  value = aws_iam_role.orienteer.arn
}
"""

_TERRAFORM_POLICY = """data "aws_iam_policy_document" "orienteer_{n}" {{
  statement {{
    sid       = "{sid}"
    resources = ["*"]
    actions = [
{actions}    ]
  }}
}}

resource "aws_iam_policy" "orienteer_{n}" {{
  name_prefix = "${{var.role_name}}-{n}-"
  policy      = data.aws_iam_policy_document.orienteer_{n}.json
}}

resource "aws_iam_role_policy_attachment" "orienteer_{n}" {{
  role       = aws_iam_role.orienteer.name
  policy_arn = aws_iam_policy.orienteer_{n}.arn
}}
"""
