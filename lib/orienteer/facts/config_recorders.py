"""AWS Config: what records in each account and region, where that is delivered, and what gathers it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from orienteer.facts.fact import Fact, Join
from orienteer.facts.organization import NOWHERE, told_by
from orienteer.facts.seen import Cells, Row
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import PLACE, documents, keys_at, names_in, not_asked
from orienteer.model import GLOBAL, KEYS

RECORDER = "AWS::Config::ConfigurationRecorder"
SERVICE = "config.amazonaws.com"
AGGREGATOR = "aggregator"


def _no_bucket(place: Row) -> str:
    bucket = place.delivery_bucket
    why = f"bucket {bucket} belongs to none of the accounts, or lies in none of the regions, that were read"
    return not_asked("s3:ListBuckets", "unknown", place.region, why)


def _own(place: Row) -> Row | None:
    """The client's recorder; one that a service of AWS made for itself is none."""
    return next((one for one in place.recorders if one.name and not one.service_principal), None)


def recorder(place: Row) -> str | None:
    """The name of the client's recorder."""
    found = _own(place)
    return found.name if found else None


def recording(place: Row) -> bool:
    """It records."""
    return any(one.recording for one in place.statuses if one.recorder == place.recorder)


def last_status(place: Row) -> str | None:
    """How its last delivery ended."""
    return next((one.last_status for one in place.statuses if one.recorder == place.recorder), None)


def all_supported(place: Row) -> bool:
    """It records every type of resource, each change at once."""
    found = _own(place)
    return bool(found and found.all_supported and found.frequency != "DAILY")


def recorded_types(place: Row) -> str | None:
    """What it records, in words."""
    found = _own(place)
    if found is None:
        return None
    left_out = names_in(found.excluded)
    kinds = (
        "all types"
        if found.all_supported
        else (f"all types but {', '.join(left_out)}" if left_out else ", ".join(names_in(found.types)) or "no type")
    )
    return f"{kinds}, once a day" if found.frequency == "DAILY" else kinds


def missing_types(place: Row, *, config_types: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Of the types that the client wants recorded, those that it does not; it wants all where it names none."""
    found = _own(place)
    if not config_types:
        return () if place.all_supported else _missing_of_all(found)
    if found is None or found.all_supported:
        return () if found else config_types
    left_out, taken = names_in(found.excluded), names_in(found.types)
    return tuple(t for t in config_types if (t in left_out if left_out else t not in taken))


def _missing_of_all(found: Row | None) -> tuple[str, ...]:
    """What is missing where all types are wanted, each change at once: the types left out, else in words."""
    if found is None:
        return ("all types",)
    if found.all_supported:
        return ("changes between two records of a day",)
    return names_in(found.excluded) or ("all types that it does not name",)


def delivers_elsewhere(place: Row) -> bool:
    """It delivers to a bucket that is not in the log archive, where that is known."""
    return bool(place.delivery_bucket and place.log_archive and place.bucket_account not in place.log_archive)


def delivery_bucket(place: Row) -> str | None:
    """The bucket that it delivers to."""
    return next((one.bucket for one in place.channels if one.bucket), None)


def global_regions(place: Row) -> tuple[str, ...]:
    """The account's regions in which a recorder takes global types such as IAM's."""
    return tuple(sorted({r.region for r in place.account_recorders if r.global_types and not r.service_principal}))


CHANNELS = Fact(
    "config_channels",
    "One row per account and enabled region: the recorder of AWS Config there, and the bucket that it delivers to.",
    base="places",
    joins=(
        Join("config_recorders", many="recorders", on=PLACE),
        Join("config_recorder_status", many="statuses", on=PLACE),
        Join("config_delivery_channels", many="channels", on=PLACE),
        Join("config_recorders", many="account_recorders", on={"account_id": "account_id"}, place=("account_id", "")),
    ),
    columns=(
        recorder,
        recording,
        last_status,
        all_supported,
        recorded_types,
        missing_types,
        delivery_bucket,
        global_regions,
    ),
    hidden=frozenset({"recorders", "statuses", "channels", "account_recorders", "tree"}),
    resource_type=RECORDER,
)
CONFIG = Fact(
    "config_places",
    "One row per account and enabled region: what AWS Config records there, and whose bucket gets it.",
    base=CHANNELS.name,
    joins=(
        Join(
            "s3_buckets",
            {"bucket_account": "account_id"},
            on={"bucket": "delivery_bucket"},
            place=NOWHERE,
            missing=_no_bucket,
        ),
    ),
    columns=(delivers_elsewhere,),
    hidden=CHANNELS.hidden,
    resource_type=RECORDER,
)


# --- what gathers it


def _gathering(organization: Source) -> Iterator[Cells | Gap]:
    """One row for the organization."""
    home = organization.first("management_account_id")
    if isinstance(home, str):
        keys: dict[str, Any] = keys_at(home, AGGREGATOR)
        yield Cells(keys, management=home, service=SERVICE)
    told = told_by(home, organization)
    yield from (Gap(told, GLOBAL, AGGREGATOR, gap.text) for gap in organization.gaps)


def delegates(row: Row) -> tuple[str, ...]:
    """The accounts that administer AWS Config; the management account where it is delegated to none."""
    return tuple(dict.fromkeys(one.account_id for one in row.delegated)) or (row.management,)


def whole_aggregators(row: Row) -> tuple[str, ...]:
    """Aggregators in one of those accounts that gather from all accounts and regions of the organization."""
    return tuple(_named(a) for a in row.aggregators if a.all_regions and a.account_id in row.delegates)


def part_aggregators(row: Row) -> tuple[str, ...]:
    """Other aggregators: elsewhere, of some regions, or of accounts that are named one by one."""
    whole = row.whole_aggregators
    found = (_named(a) for a in row.aggregators if a.name and _named(a) not in whole)
    return tuple(found)


def _named(aggregator: Row) -> str:
    if aggregator.of_organization:
        how = "all regions" if aggregator.all_regions else ", ".join(map(str, documents(aggregator.regions)))
    else:
        how = f"{len(documents(aggregator.account_ids))} named accounts"
    return f"{aggregator.name} in {aggregator.account_id} ({how})"


def recording_accounts(row: Row) -> tuple[str, ...]:
    """Accounts in which AWS Config records."""
    return tuple(sorted({one.account_id for one in row.places if one.recording}))


GATHERING = Fact(
    "config_gathering",
    "One row for the organization: the aggregators of AWS Config, and the accounts in which it records.",
    rows=_gathering,
    made=dict.fromkeys(("", *KEYS, "management", "service"), ("organization",)),
    joins=(
        Join("organization_delegated_services", many="delegated", on={"service_principal": "service"}, place=NOWHERE),
        Join("config_aggregators", many="aggregators", on={}, place=NOWHERE),
        Join("config_recorder_status", many="places", on={}, place=NOWHERE),
    ),
    columns=(delegates, whole_aggregators, part_aggregators, recording_accounts),
    hidden=frozenset({"delegated", "aggregators", "places", "service"}),
    resource_type="AWS::Config::ConfigurationAggregator",
)
