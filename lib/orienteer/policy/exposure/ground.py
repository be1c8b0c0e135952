"""What is known around a policy (owner, organization, friends, networks), and the levels that follow from it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from orienteer.policy.language.conditions import interval, merged

PRIVATE, ORGANIZATION, EXTERNAL, PUBLIC = range(4)
LEVELS = ("private", "organization", "external", "public")

ACCOUNT = re.compile(r"\d{12}")
PROBE = "orienteer"
OTHER_ORG = "o-orienteer0other"
UNKNOWN_OWN_ORG = "o-orienteer0own"
"""Stands for the owner's organization where its id was not given."""

_SERVICES: Mapping[str, str] = {
    "AWS::IAM::Role": "sts",
    "AWS::EC2::VPCEndpoint": "any",
    "AWS::ApiGatewayV2::Api": "execute-api",
    "AWS::Cognito::IdentityPool": "cognito-identity",
    "AWS::Cognito::UserPool": "cognito-idp",
    "AWS::ECR::PublicRepository": "ecr-public",
    "AWS::VpcLattice::ServiceNetwork": "vpc-lattice",
    "acmpca": "acm-pca",
    "amazonmq": "mq",
    "apigateway": "execute-api",
    "apigatewayv2": "apigateway",
    "bedrockagentcore": "bedrock-agentcore",
    "cleanroomsml": "cleanrooms-ml",
    "codeguruprofiler": "codeguru-profiler",
    "docdb": "rds",
    "directoryservice": "ds",
    "efs": "elasticfilesystem",
    "elasticloadbalancingv2": "elasticloadbalancing",
    "elasticsearch": "es",
    "emr": "elasticmapreduce",
    "eventbridgev2": "events",
    "eventschemas": "schemas",
    "healthimaging": "medical-imaging",
    "location": "geo",
    "msk": "kafka",
    "mwaa": "airflow",
    "neptune": "rds",
    "neptunegraph": "neptune-graph",
    "networkfirewall": "network-firewall",
    "opensearchserverless": "aoss",
    "opensearchservice": "es",
    "paymentcryptography": "payment-cryptography",
    "redshiftserverless": "redshift-serverless",
    "refactorspaces": "refactor-spaces",
    "route53recoverycontrol": "route53-recovery-control-config",
    "s3objectlambda": "s3-object-lambda",
    "s3outposts": "s3-outposts",
    "serverless": "serverlessrepo",
    "smsvoice": "sms-voice",
    "ssmcontacts": "ssm-contacts",
    "ssmincidents": "ssm-incidents",
    "vpclattice": "vpc-lattice-svcs",
    "workspacesweb": "workspaces-web",
}
"""IAM prefix of resource types, or of all of a service, whose CloudFormation name does not give it.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""


@dataclass(frozen=True, slots=True)
class Ground:
    """The keyword arguments of `exposure`, made uniform.  `stranger` is an account that nothing names."""

    account: str
    org: str
    trusted: frozenset[str]
    networks: frozenset[str]
    ranges: tuple[tuple[int, int, int], ...]
    resource_type: str
    stranger: str

    def __hash__(self) -> int:
        return hash((self.account, self.org, self.resource_type, self.stranger))

    @property
    def is_role(self) -> bool:
        return self.resource_type == "AWS::IAM::Role"

    @property
    def own_org(self) -> str:
        return self.org or UNKNOWN_OWN_ORG

    @property
    def service(self) -> str:
        """IAM prefix of the actions that concern the resource; `any` when its type does not tell."""
        known = _SERVICES.get(self.resource_type)
        parts = self.resource_type.split("::")
        if known or len(parts) != 3:
            return known or "any"
        service = parts[1].lower()
        return _SERVICES.get(service, service)

    def account_level(self, account: str) -> int:
        """How far from the owner the account is."""
        if account == self.account:
            return PRIVATE
        return ORGANIZATION if account in self.trusted else EXTERNAL

    def org_level(self, org: str) -> int:
        """How far from the owner a member of the organization is."""
        return ORGANIZATION if org == self.own_org else EXTERNAL

    def network_level(self, name: str) -> int:
        """How far from the owner the VPC or endpoint is."""
        return PRIVATE if name in self.networks else EXTERNAL


@dataclass(slots=True)
class Budget:
    """How many tests one document may cost.  When it is spent, the answer stays on the wide side and says so."""

    left: int = 300_000

    @property
    def spent(self) -> bool:
        return self.left <= 0


def ground(
    text: str,
    account_id: str,
    org_id: str | None,
    trusted_accounts: frozenset[str],
    own_networks: frozenset[str],
    resource_type: str | None,
) -> Ground:
    """The ground around one policy text."""
    known = _ground(account_id, org_id, trusted_accounts, own_networks, resource_type or "", 999_999_999_999)
    stranger = int(known.stranger)
    while str(stranger) in text:
        stranger -= 1
        known = _ground(account_id, org_id, trusted_accounts, own_networks, resource_type or "", stranger)
        stranger = int(known.stranger)
    return known


@lru_cache(maxsize=256)
def _ground(
    account_id: str, org_id: str | None, trusted: frozenset[str], own: frozenset[str], resource_type: str, stranger: int
) -> Ground:
    networks = frozenset(str(name).strip() for name in own)
    ranges = tuple(merged(found for name in networks if (found := interval(name))))
    friends = frozenset(_account(account) for account in trusted)
    account = _account(account_id)
    while str(stranger) in friends or str(stranger) == account:
        stranger -= 1
    return Ground(account, (org_id or "").strip(), friends, networks, ranges, resource_type, str(stranger))


def _account(account: object) -> str:
    text = str(account).strip()
    return text.zfill(12) if text.isdigit() else text
