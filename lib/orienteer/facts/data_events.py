"""Which data events trails and event data stores take: reads and writes of objects, calls of functions.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orienteer.facts.fact import Fact, Join
from orienteer.facts.organization import NOWHERE
from orienteer.facts.seen import Row
from orienteer.facts.trails import RECORDED, TRAIL
from orienteer.facts.values import objects
from orienteer.partitions import partition_of

OBJECTS, FUNCTIONS = "AWS::S3::Object", "AWS::Lambda::Function"
BOTH = frozenset({"read", "write"})
PLAIN = frozenset({"eventCategory", "resources.type", "readOnly", "resources.ARN"})
"""Fields by which an advanced selector may tell events apart and still take all of some resources."""
Selector = Mapping[str, Any]


def taken_of(event_selectors: str | None, advanced_selectors: str | None, kind: str, arn: str) -> frozenset[str]:
    """Whether reads, writes or both of all that lies under an ARN are taken; `kind` is the type of the resource."""
    parts = [_classic(one, kind, arn) for one in objects(event_selectors)]
    parts += [_advanced(one, kind, arn) for one in objects(advanced_selectors)]
    return frozenset[str]().union(*parts)


def takes_any(event_selectors: str | None, advanced_selectors: str | None) -> tuple[str, ...]:
    """The types of resource of which some data events are taken."""
    classic = [str(r.get("Type")) for s in objects(event_selectors) for r in s.get("DataResources") or ()]
    fields = [_fields(one) for one in objects(advanced_selectors)]
    advanced = [kind for f in fields if "Data" in _equals(f, "eventCategory") for kind in _equals(f, "resources.type")]
    return tuple(sorted({*classic, *advanced}))


def _classic(selector: Selector, kind: str, arn: str) -> frozenset[str]:
    named = [
        str(v) for r in selector.get("DataResources") or () if r.get("Type") == kind for v in r.get("Values") or ()
    ]
    if not any(one == arn or (_is_start(one) and arn.startswith(one)) for one in named):
        return frozenset()
    return {"ReadOnly": frozenset({"read"}), "WriteOnly": frozenset({"write"})}.get(
        selector.get("ReadWriteType", "All"), BOTH
    )


def _is_start(value: str) -> bool:
    """It stands for all that begins with it: a service (arn:aws:lambda), all buckets, or the inside of a bucket."""
    return value.count(":") == 2 or value.endswith((":", "/"))


def _fields(selector: Selector) -> dict[str, Mapping[str, Any]]:
    return {str(f.get("Field")): f for f in selector.get("FieldSelectors") or ()}


def _equals(fields: Mapping[str, Mapping[str, Any]], name: str) -> list[str]:
    return list((fields.get(name) or {}).get("Equals") or ())


def _advanced(selector: Selector, kind: str, arn: str) -> frozenset[str]:
    fields = _fields(selector)
    if "Data" not in _equals(fields, "eventCategory") or kind not in _equals(fields, "resources.type"):
        return frozenset()
    if set(fields) - PLAIN or not _whole(fields.get("resources.ARN") or {}, arn):
        return frozenset()
    read_only = {str(v).lower() for v in _equals(fields, "readOnly")}
    return {frozenset({"true"}): frozenset({"read"}), frozenset({"false"}): frozenset({"write"})}.get(
        frozenset(read_only), BOTH
    )


def _whole(field: Mapping[str, Any], arn: str) -> bool:
    """Its conditions on the ARN hold for all that lies under it."""
    given = {name: [str(v) for v in values] for name, values in field.items() if name != "Field" and values}
    if given.keys() & {"EndsWith", "NotEndsWith"}:
        return False
    wanted = [*given.get("Equals", ()), *given.get("StartsWith", ())]
    if wanted and not (arn in given.get("Equals", ()) or any(arn.startswith(v) for v in given.get("StartsWith", ()))):
        return False
    left_out = [*given.get("NotEquals", ()), *given.get("NotStartsWith", ())]
    return not any(v.startswith(arn) for v in left_out) and not any(
        arn.startswith(v) for v in given.get("NotStartsWith", ())
    )


# --- what is recorded of what matters


def _selectors(row: Row) -> Iterator[tuple[str | None, str | None]]:
    """Those of the organization's trails and event data stores; of an account that stands alone, of its own."""
    alone = row.organization_id is None
    for trail in row.trails if alone else row.organization_trails:
        if trail.is_logging:
            yield trail.event_selectors, trail.advanced_selectors
    for store in row.stores:
        if store.status == "ENABLED" and (alone or store.is_organization):
            yield None, store.advanced_selectors


def _unrecorded(row: Row, kind: str, arns: Mapping[str, str]) -> tuple[str, ...]:
    """Those of the named resources of which not all reads and writes are recorded."""
    left = {name: set(BOTH) for name in arns}
    for classic, advanced in _selectors(row) if arns else ():
        for name, arn in arns.items():
            left[name] -= taken_of(classic, advanced, kind, arn)
        if not any(left.values()):
            break
    return tuple(name for name, missing in left.items() if missing)


def unrecorded_buckets(row: Row, *, crown_jewel_buckets: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The client's most valuable buckets of which reads or writes are not recorded."""
    partition = partition_of(row.resource_arn or "arn:aws:")
    return _unrecorded(row, OBJECTS, {b: f"arn:{partition}:s3:::{b}/" for b in crown_jewel_buckets})


def unrecorded_functions(row: Row, *, sensitive_functions: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The client's sensitive functions, by ARN, whose calls are not recorded."""
    return _unrecorded(row, FUNCTIONS, {f: f for f in sensitive_functions})


def data_events(row: Row) -> tuple[str, ...]:
    """The types of resource of which some data events are recorded."""
    return tuple(sorted({kind for classic, advanced in _selectors(row) for kind in takes_any(classic, advanced)}))


DATA_EVENTS = Fact(
    "data_events",
    "One row for the organization, or for each account that stands alone: the data events that are recorded.",
    base=RECORDED.name,
    joins=(Join("cloudtrail_event_data_store_details", many="stores", on={}, place=NOWHERE),),
    columns=(unrecorded_buckets, unrecorded_functions, data_events),
    hidden=RECORDED.hidden | {"stores"},
    resource_type=TRAIL,
)
