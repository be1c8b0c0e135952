"""Exports of cost data: cost and usage reports, and data exports, each with the bucket that it goes to."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope, Table

REPORTS = Table(
    name="cur_reports",
    doc="One row per cost and usage report of the account that was asked about the organization.",
    scope=Scope.ORG,
    call=Call("cur", "describe_report_definitions"),
    items="ReportDefinitions[]",
    columns=(
        Column("report_name", "ReportName", "string", "its name"),
        Column("bucket", "S3Bucket", "string", "bucket that it goes to"),
        Column("bucket_region", "S3Region", "string", "region of that bucket"),
    ),
    resource="report_name",
)

DATA_EXPORTS = Table(
    name="data_exports",
    doc="One row per data export of the account that was asked about the organization.",
    scope=Scope.ORG,
    call=Call("bcm-data-exports", "list_exports"),
    items="Exports[]",
    columns=(
        Column("export_arn", "ExportArn", "string", "ARN of the export"),
        Column("export_name", "ExportName", "string", "its name"),
    ),
    resource="export_name",
    arn="export_arn",
)

_TO = "Export.DestinationConfigurations.S3Destination"
DATA_EXPORT_DESTINATIONS = Table(
    name="data_export_destinations",
    doc="One row per data export: the bucket that it goes to.",
    scope=Scope.ORG,
    parent=DATA_EXPORTS,
    call=Call("bcm-data-exports", "get_export", params={"ExportArn": "export_arn"}),
    columns=(
        Column("bucket", f"{_TO}.S3Bucket", "string", "bucket that it goes to"),
        Column("bucket_region", f"{_TO}.S3Region", "string", "region of that bucket"),
        Column("bucket_owner", f"{_TO}.S3BucketOwner", "string", "account that owns the bucket, where it was named"),
    ),
    keep=("export_name",),
)
