"""A finished run folder copied to a bucket: the one thing ever written to AWS, and never with a client's role."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import boto3
from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError

from orienteer.errors import OrienteerError

ENCRYPTED = {"ServerSideEncryption": "AES256"}
"""Sent with every object, so that it is encrypted at rest and a bucket that refuses anything else takes it."""


def upload(folder: Path, names: Iterable[str], address: str, notes: dict[str, str]) -> None:
    """Copies the named files of the folder to s3://bucket/prefix in the order given, then writes the notes: texts by
    address.  Signs with boto3's own chain.  Raises OrienteerError (exit 3) at the first thing that fails."""
    paths: Any = importlib.import_module("cloudpathlib")  # the extra s3
    try:
        client = paths.S3Client(boto3_session=boto3.Session(), extra_args=ENCRYPTED)
        for name in names:
            client.CloudPath(f"{address}/{name}").upload_from(folder / name, force_overwrite_to_cloud=True)
        for place, text in notes.items():
            bucket, _, key = place.removeprefix("s3://").partition("/")
            client.client.put_object(Bucket=bucket, Key=key, Body=text.encode(), **ENCRYPTED)
    except (BotoCoreError, ClientError, Boto3Error) as error:
        said = " ".join(str(error).split())[:300]
        raise OrienteerError(
            f"{folder} could not be uploaded to {address}: {said}; the same command tries again", 3
        ) from error
