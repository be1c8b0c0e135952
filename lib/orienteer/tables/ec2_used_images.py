"""The images that instances run, whoever owns them, and the region's setting of allowed images."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orienteer.model import Answer, Ask, Call, Column, Place, Scope, Table
from orienteer.tables.shapes import listed

INSTANCES = Call("ec2", "describe_instances")
IMAGES = Call("ec2", "describe_images", fixed={"IncludeDeprecated": True})
AT_ONCE = 200


def _used(ask: Ask, place: Place) -> Iterator[Mapping[str, Any] | Answer]:
    """The images of the region's instances.  By a filter, since an id that is no more would fail the whole call."""
    answer = ask(INSTANCES)
    machines = (i for page in answer.pages for r in page.get("Reservations") or () for i in r.get("Instances") or ())
    names = sorted({str(machine["ImageId"]) for machine in machines if machine.get("ImageId")})
    for start in range(0, len(names), AT_ONCE):
        part = names[start : start + AT_ONCE]
        told = ask(IMAGES, Filters=[{"Name": "image-id", "Values": part}])
        for image in (one for page in told.pages for one in page.get("Images") or ()):
            yield {
                "resource_id": image.get("ImageId"),
                "image_id": image.get("ImageId"),
                "image_name": image.get("Name"),
                "image_owner": image.get("OwnerId"),
                "owner_alias": image.get("ImageOwnerAlias"),
                "made_at": image.get("CreationDate"),
            }
        yield told
    yield answer


USED_IMAGES = Table(
    name="ec2_used_images",
    doc="One row per image that an instance of the region runs and that still exists: its owner and age.",
    scope=Scope.REGION,
    call=INSTANCES,
    also=(IMAGES,),
    read=_used,
    resource="image_id",
    arn="arn:{partition}:ec2:{region}::image/{resource_id}",
    columns=(
        Column("image_id", "ImageId", "string", "id of the image"),
        Column("image_name", "Name", "string", "name of the image"),
        Column("image_owner", "OwnerId", "string", "account that owns it"),
        Column("owner_alias", "ImageOwnerAlias", "string", "amazon, aws-marketplace, ..."),
        Column("made_at", "CreationDate", "timestamp", "when it was made"),
    ),
)

ALLOWED_IMAGES = listed(
    "ec2_allowed_images",
    "One row per account and region: whether machines may start from images of certain owners only.",
    Call("ec2", "get_allowed_images_settings"),
    "",
    Column("allowed_images", "State", "string", "enabled, audit-mode or disabled"),
    resource="",
)
