"""Kinesis data streams and consumers, and their policies."""

from __future__ import annotations

from orienteer.model import EMPTY, Call
from orienteer.tables.shapes import arn, described, listed, name, policies

NO_POLICY = frozenset({"ResourceNotFoundException", EMPTY})

STREAMS = listed(
    "kinesis_streams",
    "One row per stream.",
    Call("kinesis", "list_streams"),
    "StreamSummaries[]",
    name("StreamName"),
    arn("StreamARN"),
)

STREAM_POLICIES = policies(
    "kinesis_stream_policies",
    STREAMS,
    Call("kinesis", "get_resource_policy", params={"ResourceARN": "arn"}, absent=NO_POLICY),
)

CONSUMERS = described(
    "kinesis_consumers",
    STREAMS,
    "One row per registered consumer of a stream.",
    Call("kinesis", "list_stream_consumers", params={"StreamARN": "arn"}, absent={"ResourceNotFoundException"}),
    name("ConsumerName"),
    arn("ConsumerARN"),
    items="Consumers[]",
    resource="arn",
    arn="arn",
)

CONSUMER_POLICIES = policies(
    "kinesis_consumer_policies",
    CONSUMERS,
    Call("kinesis", "get_resource_policy", params={"ResourceARN": "arn"}, absent=NO_POLICY),
)
