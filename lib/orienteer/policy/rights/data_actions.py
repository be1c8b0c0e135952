"""Which actions read or write what a resource holds, by kind of resource, and which of them need its key as well.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DataActions:
    """The actions, each enough by itself: one that shares a copy with another account reads, too.

    below: what follows the resource's ARN in the ARNs that the actions are on.  keyed: whoever calls needs the KMS key
    that encrypts it as well, kms:Decrypt to read and kms:GenerateDataKey to write.  beside: in words, how else one
    reads it, which no policy tells; empty where there is nothing else.
    """

    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    below: str = ""
    keyed: bool = False
    beside: str = ""

    @property
    def all(self) -> tuple[str, ...]:
        """Reading actions first."""
        return (*self.reads, *self.writes)


DECRYPT, DATA_KEY = "kms:Decrypt", "kms:GenerateDataKey"
_BY_ITSELF = "as a user of the database itself"
_KINDS: Mapping[tuple[str, str], DataActions] = {
    ("s3", ""): DataActions(("s3:GetObject",), ("s3:PutObject", "s3:DeleteObject"), "/*", keyed=True),
    ("secretsmanager", "secret:"): DataActions(
        ("secretsmanager:GetSecretValue",), ("secretsmanager:PutSecretValue",), keyed=True
    ),
    ("sqs", ""): DataActions(("sqs:ReceiveMessage",), ("sqs:SendMessage",), keyed=True),
    ("sns", ""): DataActions(("sns:Subscribe",), ("sns:Publish",)),
    ("ssm", "parameter/"): DataActions(("ssm:GetParameter",), ("ssm:PutParameter",)),
    ("kms", "key/"): DataActions(("kms:Decrypt",), ("kms:PutKeyPolicy", "kms:CreateGrant", "kms:ScheduleKeyDeletion")),
    ("dynamodb", "table/"): DataActions(
        ("dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"), ("dynamodb:PutItem", "dynamodb:DeleteItem")
    ),
    ("kinesis", "stream/"): DataActions(("kinesis:GetRecords",), ("kinesis:PutRecord",)),
    ("logs", "log-group:"): DataActions(("logs:FilterLogEvents", "logs:StartQuery"), ("logs:DeleteLogGroup",)),
    ("events", "event-bus/"): DataActions((), ("events:PutEvents",)),
    ("lambda", "function:"): DataActions(
        ("lambda:GetFunction",), ("lambda:UpdateFunctionCode", "lambda:InvokeFunction")
    ),
    ("ecr", "repository/"): DataActions(("ecr:BatchGetImage",), ("ecr:PutImage",)),
    ("codecommit", ""): DataActions(("codecommit:GitPull",), ("codecommit:GitPush",)),
    ("codeartifact", "repository/"): DataActions(("codeartifact:ReadFromRepository",)),
    ("es", "domain/"): DataActions(("es:ESHttpGet",), ("es:ESHttpPut",), beside=_BY_ITSELF),
    ("elasticfilesystem", "file-system/"): DataActions(
        ("elasticfilesystem:ClientMount",),
        ("elasticfilesystem:ClientWrite",),
        beside="over its network, where its policy asks for no IAM",
    ),
    ("rds", "db:"): DataActions(beside=_BY_ITSELF),
    ("rds", "cluster:"): DataActions(beside=_BY_ITSELF),
    ("rds", "snapshot:"): DataActions(("rds:ModifyDBSnapshotAttribute",), ("rds:DeleteDBSnapshot",)),
    ("rds", "cluster-snapshot:"): DataActions(
        ("rds:ModifyDBClusterSnapshotAttribute",), ("rds:DeleteDBClusterSnapshot",)
    ),
    ("ec2", "snapshot/"): DataActions(("ebs:GetSnapshotBlock", "ec2:ModifySnapshotAttribute"), ("ec2:DeleteSnapshot",)),
    ("redshift", "cluster:"): DataActions(beside=_BY_ITSELF),
    ("dsql", "cluster/"): DataActions(("dsql:DbConnect", "dsql:DbConnectAdmin")),
}
"""By service and how the last part of the ARN begins.

The key as well: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html,
https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html,
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
Of the other kinds it is not worked out who may use their key: some name none in any table of a run, and of some the
service uses it by grants of its own.
"""


def data_actions(arn: str) -> DataActions | None:
    """The actions on what has this ARN; None for a kind of which nobody told."""
    fields = arn.split(":", 5)
    if len(fields) < 6:
        return None
    heads = ((head, one) for (service, head), one in _KINDS.items() if service == fields[2])
    return next((one for head, one in heads if fields[5].startswith(head)), None)


def mode(arn: str, actions: tuple[str, ...]) -> str:
    """What these actions come to, as a verb."""
    known = data_actions(arn) or DataActions()
    read, write = (not set(actions).isdisjoint(listed) for listed in (known.reads, known.writes))
    return "reads and writes" if read and write else "writes" if write else "reads"
