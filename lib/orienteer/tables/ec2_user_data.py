"""What the user data of instances looks like, never its text."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope, Table
from orienteer.tables.ec2 import INSTANCES

USER_DATA = Table(
    name="ec2_user_data",
    doc="One row per instance: signs of secrets in its user data, null when it has none.",
    scope=Scope.REGION,
    parent=INSTANCES,
    call=Call(
        "ec2",
        "describe_instance_attribute",
        params={"InstanceId": "instance_id"},
        fixed={"Attribute": "userData"},
        absent={"InvalidInstanceID.NotFound"},
    ),
    columns=(Column("signs", "UserData.Value", "signs", "names and forms, never the text"),),
)
