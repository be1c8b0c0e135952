"""The tags of buckets."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope, Table
from orienteer.tables.s3 import BUCKETS

BUCKET_TAGS = Table(
    name="s3_bucket_tags",
    doc="One row per bucket: its tags, null when it has none.",
    scope=Scope.ACCOUNT,
    parent=BUCKETS,
    call=Call("s3", "get_bucket_tagging", params={"Bucket": "bucket"}, absent={"NoSuchTagSet"}),
    columns=(Column("tags", "TagSet", "json", "list of {Key, Value}"),),
)
