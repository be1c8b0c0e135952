"""SQS queues."""

from __future__ import annotations

from orienteer.facts.exposable import Exposable, Policy

EXPOSABLES = (
    Exposable(("sqs-queue",), "AWS::SQS::Queue", "sqs_queue_policies", "sqs:GetQueueAttributes", (Policy(),)),
)
