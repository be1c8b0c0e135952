"""Global Accelerator: accelerators, their listeners, and what other accounts may put behind theirs."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope
from orienteer.tables.shapes import arn, described, listed, name

HERE = {"scope": Scope.ACCOUNT, "at": "us-west-2"}

ACCELERATORS = listed(
    "globalaccelerator_accelerators",
    "One row per accelerator with its static addresses.",
    Call("globalaccelerator", "list_accelerators"),
    "Accelerators[]",
    name("Name"),
    arn("AcceleratorArn"),
    Column("enabled", "Enabled", "bool", "takes traffic"),
    Column("addresses", "IpSets[].IpAddresses[]", "json", "its public addresses"),
    Column("dns_name", "DnsName", "string", "its host name"),
    **HERE,
)

LISTENERS = described(
    "globalaccelerator_listeners",
    ACCELERATORS,
    "One row per listener: its port ranges.",
    Call(
        "globalaccelerator", "list_listeners", params={"AcceleratorArn": "arn"}, absent={"AcceleratorNotFoundException"}
    ),
    Column("ports", "PortRanges", "json", "list of {FromPort, ToPort}"),
    Column("protocol", "Protocol", "string", "TCP or UDP"),
    items="Listeners[]",
)

ATTACHMENTS = listed(
    "globalaccelerator_cross_account_attachments",
    "One row per attachment: accounts and accelerators that may use resources of this account.",
    Call("globalaccelerator", "list_cross_account_attachments"),
    "CrossAccountAttachments[]",
    name("Name"),
    arn("AttachmentArn"),
    Column("principals", "Principals", "json", "account ids and ARNs of accelerators"),
    **HERE,
)
