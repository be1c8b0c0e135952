"""The types of a params file's values: text that is an account id, a role ARN, a region, a folder, a moment."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from orienteer.aws.regions import partitions
from orienteer.aws.regions import regions as known_regions
from orienteer.params.words import nearest, shown

ACCOUNT_ID = r"[0-9]{12}"
SLUG = r"[a-z0-9][a-z0-9-]{0,62}"
OU_ID = r"ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}"
ROLE_NAME = r"[A-Za-z0-9_+=,.@/-]{1,576}"
EXTERNAL_ID = r"[A-Za-z0-9_+=,.@:/-]{2,1224}"
S3_ADDRESS = r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9!_.*'()=+@ -]+)*/?"
_ROLE_ARN = re.compile(r"arn:([a-z0-9-]+):iam::([0-9]{12}):role/((?:[!-~]+/)?[A-Za-z0-9_+=,.@-]{1,64})")


def wrong(message: str, key: str = "") -> PydanticCustomError:
    """The error to raise for a bad value; `key` names the key below the place where it is not the place itself."""
    return PydanticCustomError("params", "{say}", {"say": message, "key": key})


def text(value: Any) -> str:
    if value is None:
        raise wrong("has no value; give one or leave the key out")
    if isinstance(value, bool | int | float):
        raise wrong("must be text, so put it in quotes")
    if not isinstance(value, str):
        raise wrong("must be text")
    if not value.strip():
        raise wrong("is empty")
    return value


def something(value: Any) -> Any:
    """The value, which is not null."""
    if value is None:
        raise wrong("has no value; give one or leave the key out")
    return value


def account_id(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise wrong("must be an account id, 12 digits")
    if re.fullmatch(ACCOUNT_ID, value):
        return value
    if value.isascii() and value.isdigit():
        lost = "; a leading 0 is lost where a number is written, so put it in quotes" if len(value) < 12 else ""
        raise wrong(f"{shown(value)} is not an account id: {len(value)} digits, not 12{lost}")
    raise wrong(f"{shown(value)} is not an account id: 12 digits are needed")


def role_arn(value: Any) -> str:
    arn = text(value)
    found = _ROLE_ARN.fullmatch(arn)
    if not found:
        raise wrong(f"{shown(arn, 120)} is not a role ARN; it looks like arn:aws:iam::111111111111:role/Auditor")
    if found[1] not in partitions():
        raise wrong(f"unknown partition {shown(found[1])} in the ARN{nearest(found[1], partitions())}")
    return arn


def is_role_arn(value: Any) -> bool:
    """Whether it is the ARN of a role, as far as form goes."""
    return isinstance(value, str) and _ROLE_ARN.fullmatch(value) is not None


def arn_account(arn: str) -> str:
    """Account id of a role ARN."""
    return arn.split(":")[4]


def region(value: Any) -> str:
    name = text(value)
    if name not in known_regions():
        raise wrong(f"unknown region {shown(name)}{nearest(name, known_regions())}")
    return name


def region_list(value: Any) -> Any:
    """Regions as a list; `enabled` is the empty list, one region a list of one."""
    if isinstance(value, str):
        return [] if value == "enabled" else [_enabled_or_region(value)]
    if isinstance(value, list | tuple):
        some(value)
        if "enabled" in value:
            raise wrong("'enabled' stands alone, not in a list")
        return list(dict.fromkeys(region(item) for item in value))
    raise wrong("must be 'enabled', a region or a list of regions")


def _enabled_or_region(value: str) -> str:
    if value not in known_regions():
        raise wrong(f"unknown region {shown(value)}{nearest(value, (*known_regions(), 'enabled'))}")
    return value


def some(value: Any) -> Any:
    """The list, which holds something."""
    if not isinstance(value, list | tuple):
        raise wrong("must be a list")
    if not value:
        raise wrong("is an empty list; leave the key out or list something")
    return value


def matching(pattern: str, what: str, show: bool = True) -> BeforeValidator:
    """A validator for text that matches the pattern as a whole."""

    def fits(value: Any) -> str:
        given = text(value)
        if not re.fullmatch(pattern, given):
            raise wrong(f"{shown(given) if show else 'this'} is no {what}")
        return given

    return BeforeValidator(fits)


def account_or_ou(value: Any) -> str:
    given = str(value) if isinstance(value, int) and not isinstance(value, bool) else text(value)
    if re.fullmatch(OU_ID, given):
        return given
    if given.startswith("ou-"):
        raise wrong(f"{shown(given)} is no OU id; it looks like ou-ab12-cd34ef56")
    return account_id(given)


def folder(value: Any) -> str:
    given = text(str(value) if isinstance(value, Path) else value)
    if any(ord(c) < 32 for c in given):
        raise wrong(f"{shown(given)} holds a control character")
    if given.startswith("s3://"):
        if not re.fullmatch(S3_ADDRESS, given):
            raise wrong(f"{shown(given)} is no address such as s3://bucket/folder")
        if find_spec("cloudpathlib") is None:
            raise wrong("an s3:// address needs the extra s3: pip install 'orienteer[s3]'")
        return given
    if "://" in given:
        raise wrong("must be a folder or an s3:// address")
    try:
        path = Path(given).expanduser()
        root, taken = path.resolve() == Path(path.resolve().anchor), _first_existing(path)
    except (OSError, RuntimeError) as error:
        raise wrong(f"{shown(given)} cannot be used as a folder") from error
    if root:
        raise wrong("the root folder cannot hold outputs")
    if not taken.is_dir():
        raise wrong(f"{shown(taken)} is a file, not a folder")
    return given


def _first_existing(path: Path) -> Path:
    return next((p for p in (path, *path.parents) if p.exists()), Path())


def moment(value: Any) -> datetime:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError as error:
            raise wrong(f"{shown(value)} is no ISO timestamp such as 2026-01-31T12:00:00Z") from error
    if not isinstance(value, datetime):
        raise wrong("must be an ISO timestamp such as 2026-01-31T12:00:00Z")
    try:
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    except OverflowError as error:
        raise wrong(f"{shown(value)} is outside the calendar") from error


def day(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return moment(value).date()
    except PydanticCustomError as error:
        raise wrong(f"{shown(value)} is not a date such as 2026-01-31") from error


def trusted(value: Any) -> Any:
    """A trusted account as a mapping, also where only the id is given."""
    return value if isinstance(value, dict) or hasattr(value, "__dataclass_fields__") else {"id": value}


A_REGION = {"type": "string", "format": "aws-region"}
"""Stands for a region in the schema until the published one lists them all."""

_AN_ID = {"type": ["string", "integer"], "minimum": 0, "maximum": 999_999_999_999}

Text = Annotated[str, BeforeValidator(text), WithJsonSchema({"type": "string", "pattern": r"\S"})]
AccountId = Annotated[str, BeforeValidator(account_id), WithJsonSchema({**_AN_ID, "pattern": f"^{ACCOUNT_ID}$"})]
AccountOrOu = Annotated[
    str,
    BeforeValidator(account_or_ou),
    WithJsonSchema({**_AN_ID, "pattern": f"^({ACCOUNT_ID}|{OU_ID})$"}),
]
RoleArn = Annotated[
    str, BeforeValidator(role_arn), WithJsonSchema({"type": "string", "pattern": f"^{_ROLE_ARN.pattern}$"})
]
Slug = Annotated[
    str,
    matching(SLUG, "slug: small letters, digits and -, at most 63, no path"),
    WithJsonSchema({"type": "string", "pattern": f"^{SLUG}$"}),
]
RoleName = Annotated[
    str, matching(ROLE_NAME, "role name"), WithJsonSchema({"type": "string", "pattern": f"^{ROLE_NAME}$"})
]
ExternalId = Annotated[
    str,
    matching(EXTERNAL_ID, "external id: 2 to 1224 of letters, digits and _+=,.@:/-", show=False),
    WithJsonSchema({"type": ["string", "integer"], "pattern": f"^{EXTERNAL_ID}$"}),
]
Region = Annotated[str, BeforeValidator(region), WithJsonSchema(A_REGION)]
Regions = Annotated[
    tuple[str, ...],
    BeforeValidator(region_list),
    WithJsonSchema(
        {
            "anyOf": [
                {"const": "enabled"},
                A_REGION,
                {"type": "array", "minItems": 1, "items": A_REGION},
            ]
        }
    ),
]
Folder = Annotated[str, BeforeValidator(folder), WithJsonSchema({"type": "string", "minLength": 1})]
Moment = Annotated[datetime, BeforeValidator(moment), WithJsonSchema({"type": "string", "format": "date-time"})]
Day = Annotated[date, BeforeValidator(day), WithJsonSchema({"type": "string", "format": "date"})]
Some = (BeforeValidator(some), Field(json_schema_extra={"minItems": 1}))
