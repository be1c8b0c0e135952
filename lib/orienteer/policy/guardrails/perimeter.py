"""Whether resource control policies keep strangers from the organization's resources and let services work (RCP-01)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orienteer.partitions import home_region
from orienteer.policy.guardrails.chain import Decision, prepare, rcp_decision
from orienteer.policy.guardrails.choices import of_stranger, through
from orienteer.policy.guardrails.members import Member, timed
from orienteer.policy.language.actions import sample_resources

DATA_CALLS = {
    "s3": "s3:GetObject",
    "sts": "sts:AssumeRole",
    "kms": "kms:Decrypt",
    "sqs": "sqs:SendMessage",
    "secretsmanager": "secretsmanager:GetSecretValue",
}


@dataclass(frozen=True)
class PerimeterAnswer:
    """Whether an outsider's data call is denied, AWS services stay usable, and must act for the organization."""

    service: str
    action: str
    denied: bool
    services_usable: bool
    services_tied: bool
    decision: Decision


def perimeter(
    chain: Any,
    services: Iterable[str],
    account_id: str,
    org_id: str,
    *,
    org_path: str | None = None,
    outsider: str = "000000000000",
    partition: str = "aws",
    labels: Sequence[Sequence[str]] = (),
) -> tuple[PerimeterAnswer, ...]:
    """One answer for each service: is a typical data call by a principal outside the organization denied (RCP-01)?

    A stranger calls and tags himself as he likes; a deny that spares a name or a tag of any account is none.
    """
    levels, member, choices = prepare(chain), Member(account_id, org_id, partition, org_path), of_stranger(outsider)
    found = []
    for service in dict.fromkeys(services):
        action = DATA_CALLS.get(service, f"{service}:Probe")
        resource = sample_resources(action, account_id, home_region(partition=partition), partition)[0]

        def decide(context: Mapping[str, Any], action: str = action, resource: str = resource) -> Decision:
            return rcp_decision(levels, action, resource, {**member.owned(), **context}, labels=labels)

        strangers = [through(decide, _outsider(outsider, org, partition), choices) for org in ("o-elsewhere01", None)]
        deciding = next((answer for answer in strangers if answer.allowed), strangers[0])
        ours, theirs = (
            decide(_service_call(account, org, partition))
            for account, org in ((account_id, org_id), (outsider, "o-elsewhere01"))
        )
        found.append(
            PerimeterAnswer(
                service, action, not deciding.allowed, ours.allowed, ours.allowed and not theirs.allowed, deciding
            )
        )
    return tuple(found)


def _outsider(account_id: str, org_id: str | None, partition: str) -> dict[str, Any]:
    return {
        "aws:PrincipalArn": f"arn:{partition}:iam::{account_id}:role/outsider",
        "aws:PrincipalAccount": account_id,
        "aws:PrincipalOrgID": org_id,
        "aws:PrincipalType": "AssumedRole",
        "aws:PrincipalIsAWSService": "false",
        "aws:PrincipalOrgPaths": org_id and f"{org_id}/r-probe/ou-probe-elsewhere/",
        "aws:ViaAWSService": "false",
        "aws:SecureTransport": "true",
        "kms:CallerAccount": account_id,
        **timed(),
    }


def _service_call(source_account: str, source_org: str, partition: str) -> dict[str, Any]:
    return {
        "aws:PrincipalIsAWSService": "true",
        "aws:PrincipalServiceName": "cloudtrail.amazonaws.com",
        "aws:SourceAccount": source_account,
        "aws:SourceOrgID": source_org,
        "aws:SecureTransport": "true",
        "aws:SourceArn": f"arn:{partition}:cloudtrail:{home_region(partition=partition)}:{source_account}:trail/probe",
        **timed(),
    }
