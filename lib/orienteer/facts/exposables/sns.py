"""SNS topics."""

from __future__ import annotations

from orienteer.facts.exposable import Exposable, Policy

EXPOSABLES = (
    Exposable(("sns-topic",), "AWS::SNS::Topic", "sns_topic_policies", "sns:GetTopicAttributes", (Policy(),)),
)
