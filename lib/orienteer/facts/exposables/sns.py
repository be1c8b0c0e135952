"""SNS topics."""

from __future__ import annotations

from orienteer.facts.exposable import by_policy

EXPOSABLES = (by_policy("sns-topic", "AWS::SNS::Topic", "sns_topic_policies"),)
