"""Codes of the requirements of CIS AWS Foundations and of AWS Foundational Security Best Practices (FSBP).

Codes are facts; the texts belong to CIS and AWS and are not here.  Both lists were read on 2026-11-30.
CIS v7.0.0, 70 recommendations: a public list of all of them, whose first (2.1.1 to 2.1.4) and last (6.8) were
compared with prowler/compliance/aws/cis_7.0_aws.json of https://github.com/prowler-cloud/prowler at commit 0e868f02.
FSBP v1.0.0, 336 controls: a public copy, without a date, of
https://docs.aws.amazon.com/securityhub/latest/userguide/fsbp-standard.html.  AWS adds and retires controls several
times a year, so the list may have grown since that copy was made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

CIS, FSBP = "CIS AWS Foundations v7.0.0", "AWS Foundational Security Best Practices"
ELSEWHERE = "AWS Security Hub, outside FSBP"
"""Controls of Security Hub that only its other standards hold (CIS, PCI DSS, NIST SP 800-53)."""

_CIS = "2.1: 1-6; 2: 2-21; 3.1: 1-4; 3.2: 1-4; 3.3: 1; 4: 1-10; 5: 1-16; 6.1: 1-2; 6: 2-8"
_FSBP = """
Account: 1; ACM: 1-2; APIGateway: 1-5, 8-9; AppSync: 1-2, 5-6; Athena: 4; AutoScaling: 1-3, 5-6, 9; Backup: 1;
CloudFront: 1, 3-10, 12-13, 15-16; CloudTrail: 1-2, 4-5; CodeBuild: 1-4, 7; Cognito: 2-3; Config: 1; Connect: 2;
DataFirehose: 1; DataSync: 1; DMS: 1, 6-13; DocumentDB: 1-6; DynamoDB: 1-3, 6-7;
EC2: 1-4, 6-10, 15-21, 23-25, 51, 55-58, 60, 170-173, 180-181; ECR: 1-3; ECS: 1-5, 8-10, 12, 16; EFS: 1-4, 6-8;
EKS: 1-3, 8; ElastiCache: 1-7; ElasticBeanstalk: 1-3; ELB: 1-10, 12-14, 17-18; EMR: 1-4; ES: 1-8; EventBridge: 3;
FSx: 1-5; Glue: 3-4; GuardDuty: 1, 5-13; IAM: 1-8, 21; Inspector: 1-4; Kinesis: 1, 3; KMS: 1-3, 5; Lambda: 1-2, 5;
Macie: 1-2; MQ: 2-3; MSK: 1, 3-6; Neptune: 1-8; NetworkFirewall: 2-6, 9-10; Opensearch: 1-8, 10; PCA: 1; Route53: 2;
RDS: 1-17, 19-25, 27, 34-37, 40-48; Redshift: 1-4, 6-8, 10, 15, 18; RedshiftServerless: 1-3, 5-6;
S3: 1-3, 5-6, 8-9, 12-13, 19, 24-25; SageMaker: 1-5, 8; SecretsManager: 1-4; ServiceCatalog: 1; SNS: 4; SQS: 1, 3;
SSM: 1-4, 6-7; StepFunctions: 1; Transfer: 2-3; WAF: 1-4, 6-8, 10, 12; WorkSpaces: 1-2
"""


def _codes(text: str) -> Iterator[str]:
    """Codes of `group: 1-3, 5; ...`: group.1, group.2, group.3, group.5."""
    for part in text.split(";"):
        group, numbers = part.split(":")
        for span in numbers.split(","):
            first, _, last = span.strip().partition("-")
            yield from (f"{group.strip()}.{number}" for number in range(int(first), int(last or first) + 1))


REQUIREMENTS: Mapping[str, tuple[str, ...]] = {CIS: tuple(_codes(_CIS)), FSBP: tuple(_codes(_FSBP))}
"""The codes of each standard: `2.1.3`, `CloudTrail.1`."""
