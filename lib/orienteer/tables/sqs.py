"""SQS queues and their policies."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope, Table

QUEUES = Table(
    name="sqs_queues",
    doc="One row per queue.",
    scope=Scope.REGION,
    call=Call("sqs", "list_queues"),
    items="QueueUrls[]",
    resource="queue_url",
    columns=(Column("queue_url", "@", "string", "URL of the queue"),),
)

QUEUE_POLICIES = Table(
    name="sqs_queue_policies",
    doc="One row per queue: its policy, null when it has none.",
    scope=Scope.REGION,
    parent=QUEUES,
    call=Call(
        "sqs",
        "get_queue_attributes",
        params={"QueueUrl": "queue_url"},
        fixed={"AttributeNames": ["Policy", "QueueArn", "KmsMasterKeyId", "SqsManagedSseEnabled"]},
        absent={"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"},
    ),
    arn="queue_arn",
    columns=(
        Column("queue_arn", "Attributes.QueueArn", "string", "ARN of the queue"),
        Column("policy", "Attributes.Policy", "policy", "policy document, JSON text"),
        Column("kms_key", "Attributes.KmsMasterKeyId", "string", "key that encrypts it"),
        Column("sse_enabled", "Attributes.SqsManagedSseEnabled", "bool", "encrypted by SQS's own key"),
    ),
)
