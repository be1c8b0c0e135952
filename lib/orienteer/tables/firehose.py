"""Delivery streams of Amazon Data Firehose, and where they deliver."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orienteer.model import Answer, Ask, Call, Column, Place, Scope, Table

STREAMS = Call("firehose", "list_delivery_streams")
STREAM = Call("firehose", "describe_delivery_stream", absent={"ResourceNotFoundException"})


def _streams(ask: Ask, place: Place) -> Iterator[Mapping[str, Any] | Answer]:
    """Each stream with its first destination; botocore has no pages for the list."""
    after: Mapping[str, str] = {}
    while True:
        answer = ask(STREAMS, **after)
        page = answer.pages[0] if answer.pages else {}
        names = [str(name) for name in page.get("DeliveryStreamNames") or ()]
        for name in names:
            told = ask(STREAM, resource=name, DeliveryStreamName=name)
            for one in (found["DeliveryStreamDescription"] for found in told.pages):
                yield _row(name, one)
            yield told
        if not names or not page.get("HasMoreDeliveryStreams"):
            yield answer
            return
        after = {"ExclusiveStartDeliveryStreamName": names[-1]}


def _row(name: str, one: Mapping[str, Any]) -> Mapping[str, Any]:
    """A stream's row; a destination of S3 alone has no other kind of description beside S3's own."""
    target: Mapping[str, Any] = next(iter(one.get("Destinations") or ()), {})
    kinds = [k for k in target if k.endswith("DestinationDescription") and "S3Destination" not in k]
    s3 = target.get("ExtendedS3DestinationDescription") or target.get("S3DestinationDescription") or {}
    return {
        "resource_id": name,
        "stream": name,
        "stream_arn": one.get("DeliveryStreamARN"),
        "status": one.get("DeliveryStreamStatus"),
        "bucket": None if kinds else str(s3.get("BucketARN") or "").rpartition(":")[2] or None,
    }


FIREHOSE_STREAMS = Table(
    name="firehose_streams",
    doc="One row per delivery stream of Amazon Data Firehose.",
    scope=Scope.REGION,
    call=STREAMS,
    also=(STREAM,),
    read=_streams,
    resource="stream",
    arn="stream_arn",
    columns=(
        Column("stream", "DeliveryStreamName", "string", "name of the stream"),
        Column("stream_arn", "DeliveryStreamARN", "string", "its ARN"),
        Column("status", "DeliveryStreamStatus", "string", "ACTIVE, CREATING_FAILED, DELETING, ..."),
        Column("bucket", "BucketARN", "string", "the bucket that it delivers to, where it delivers to S3 alone"),
    ),
)
