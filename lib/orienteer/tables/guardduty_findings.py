"""GuardDuty: grave findings that are open, filters that archive findings, and where findings are exported to."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.guardduty import DETECTORS
from orienteer.tables.shapes import batched, described, name

OF_DETECTOR = {"DetectorId": "detector_id"}
OPEN = {"Criterion": {"service.archived": {"Equals": ["false"]}, "severity": {"GreaterThanOrEqual": 7}}}
"""Findings of severity high or critical that nobody has archived."""

FINDINGS = batched(
    "guardduty_findings",
    "One row per open finding of severity 7 or more that a detector's account sees.",
    (Call("guardduty", "list_findings", params=OF_DETECTOR, fixed={"FindingCriteria": OPEN}), "FindingIds[]"),
    (Call("guardduty", "get_findings"), "FindingIds", 50),
    "Findings[]",
    name("Id"),
    Column("finding_account", "AccountId", "string", "account that it is about"),
    Column("title", "Title", "string", "its title; those of samples begin with [SAMPLE]"),
    Column("type", "Type", "string", "its type"),
    Column("severity", "Severity", "float", "from 1 to 10"),
    Column("created_at", "CreatedAt", "timestamp", "when it was first seen"),
    of=OF_DETECTOR,
    parent=DETECTORS,
)

DESTINATIONS = described(
    "guardduty_destinations",
    DETECTORS,
    "One row per destination that a detector exports its findings to.",
    Call("guardduty", "list_publishing_destinations", params=OF_DETECTOR),
    Column("destination_id", "DestinationId", "string", "its id"),
    Column("status", "Status", "string", "PUBLISHING, PENDING_VERIFICATION, UNABLE_TO_PUBLISH_..., STOPPED"),
    items="Destinations[]",
)

FILTERS = described(
    "guardduty_filters",
    DETECTORS,
    "One row per filter of a detector, by name.",
    Call("guardduty", "list_filters", params=OF_DETECTOR),
    Column("filter_name", "@", "string", "its name"),
    items="FilterNames[]",
    keep=("detector_id",),
)

FILTER_DETAILS = described(
    "guardduty_filter_details",
    FILTERS,
    "One row per filter of a detector: what it does with which findings.",
    Call("guardduty", "get_filter", params=OF_DETECTOR | {"FilterName": "filter_name"}),
    Column("filter", "Name", "string", "its name"),
    Column("action", "Action", "string", "ARCHIVE (suppression) or NOOP"),
    Column("criterion", "FindingCriteria.Criterion", "json", "fields of findings, and the values that it wants"),
    when="filter_name",
)
