"""Sessions of Session Manager: where servers run, and whether what people do on them is logged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from orienteer.facts.fact import Fact, Join
from orienteer.facts.organization import told_by
from orienteer.facts.seen import Cells, Row
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import PLACE, keys_at, object_in
from orienteer.model import KEYS

PREFERENCES = "SSM-SessionManagerRunShell"
"""The document that holds the preferences of an account in a region; without it sessions are not logged.

https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-preferences-cli.html
"""
PORT = "Port"
"""The type of sessions that carry a port: there is nothing in them that could be logged."""


def settings(document: Row) -> dict[str, Any]:
    """What the document says of its sessions; empty where it has no content."""
    return object_in(document.settings)


def inputs(document: Row) -> dict[str, Any]:
    """The inputs of its sessions."""
    return object_in(settings(document).get("inputs"))


def carries_port(document: Row) -> bool:
    """Its sessions forward a port and run no shell."""
    return settings(document).get("sessionType") == PORT


def bucket(document: Row) -> str | None:
    """The bucket that the logs go to."""
    return str(inputs(document).get("s3BucketName") or "") or None


def log_group(document: Row) -> str | None:
    """The log group that the logs go to."""
    return str(inputs(document).get("cloudWatchLogGroupName") or "") or None


def is_encrypted(document: Row) -> bool:
    """No flag says that logs may go to a place that is not encrypted."""
    given = inputs(document)
    flags = {"s3EncryptionEnabled": document.bucket, "cloudWatchEncryptionEnabled": document.log_group}
    return all(given.get(flag, True) is not False for flag, place in flags.items() if place)


SESSION_DOCUMENTS = Fact(
    "session_documents",
    "One row per document with settings of Session Manager: where its sessions are logged.",
    base="ssm_session_documents",
    columns=(carries_port, bucket, log_group, is_encrypted),
    resource_type="AWS::SSM::Document",
)


def _session_places(ec2_instances: Source, organization: Source) -> Iterator[Cells | Gap]:
    """The regions of accounts in which instances run, and one row for the way in that the client has chosen."""
    running = [row for row in ec2_instances.rows if row["state"] == "running"]
    for account, region in sorted({(row["account_id"], row["region"]) for row in running}):
        count = sum((row["account_id"], row["region"]) == (account, region) for row in running)
        yield Cells(keys_at(account, region, region=region), kind="region", running=count, key_pairs=None)
    if running:
        told = told_by(organization.first("management_account_id"), organization)
        keys = sum(row["key_name"] is not None for row in running)
        yield Cells(
            keys_at(told or running[0]["account_id"], "access to servers"),
            kind="organization",
            running=len(running),
            key_pairs=keys,
        )
    yield from ec2_instances.gaps


def has_preferences(place: Row) -> bool:
    """The account has preferences for sessions in the region."""
    return any(one.name == PREFERENCES for one in place.documents)


def logs_to(place: Row) -> tuple[str, ...]:
    """The bucket and the log group that its preferences send logs to."""
    found = next((one for one in place.documents if one.name == PREFERENCES), None)
    return tuple(to for to in (found.bucket, found.log_group) if to) if found else ()


def logs_encrypted(place: Row) -> bool | None:
    """Its preferences waive encryption of no place that logs go to; None where there are none."""
    return next((one.is_encrypted for one in place.documents if one.name == PREFERENCES), None)


def unlogged(place: Row) -> tuple[str, ...]:
    """The documents, preferences aside, by which somebody can open a shell that is not logged."""
    found = (one for one in place.documents if one.name not in (None, PREFERENCES) and not one.carries_port)
    return tuple(one.name for one in found if one.settings and not one.bucket and not one.log_group)


SESSION_PLACES = Fact(
    "session_places",
    "One row per account and region in which instances run: where sessions of Session Manager are logged.",
    rows=_session_places,
    made=dict.fromkeys(("", *KEYS, "kind", "running", "key_pairs"), ("ec2_instances",)),
    joins=(Join("session_documents", many="documents", on=PLACE),),
    columns=(has_preferences, logs_to, logs_encrypted, unlogged),
    hidden=frozenset({"documents"}),
    resource_type="AWS::SSM::Document",
)
