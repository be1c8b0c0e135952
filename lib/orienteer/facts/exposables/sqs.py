"""SQS queues."""

from __future__ import annotations

from orienteer.facts.exposable import by_policy

EXPOSABLES = (by_policy("sqs-queue", "AWS::SQS::Queue", "sqs_queue_policies"),)
