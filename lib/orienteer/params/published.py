"""The JSON Schema of a params file, computed from the models, the control catalogue, botocore and the notebooks."""

from __future__ import annotations

import json
import sys
from typing import Any

from pydantic import TypeAdapter

from orienteer import controls
from orienteer.aws.regions import regions
from orienteer.books import names
from orienteer.params import TARGETS
from orienteer.params.catalogue import threshold_schema
from orienteer.params.fields import A_REGION, AccountId
from orienteer.params.schema import Params

A_FILE: dict[str, Any] = {"type": "string", "pattern": r"\S"}
FREE_NOTES: dict[str, Any] = {"^x-": {"description": "A free note; nothing reads it."}}


def json_schema() -> dict[str, Any]:
    """The schema that editors complete and check a params file with."""
    schema = TypeAdapter(Params).json_schema()
    for model in (schema, *schema["$defs"].values()):
        model["patternProperties"] = FREE_NOTES
    properties = schema["properties"]
    for key in ("organization", "demo", "as_of"):
        properties[key] = _without_null(properties[key])
    for model in schema["$defs"].values():
        model["properties"] = {key: _without_null(value) for key, value in model["properties"].items()}
    properties["thresholds"] |= {"properties": threshold_schema(), "additionalProperties": False}
    properties["thresholds"]["patternProperties"] = FREE_NOTES
    properties["answers"]["patternProperties"] = FREE_NOTES
    known = list(controls.registry())
    named = [{"enum": known}, {"pattern": f"^({'|'.join(known)})/."}, {"pattern": "^x-"}]
    properties["answers"] |= {"propertyNames": {"anyOf": named}}
    properties["trusted_accounts"]["items"] = {
        "anyOf": [{"$ref": "#/$defs/Trusted"}, schema["$defs"]["Trusted"]["properties"]["id"]]
    }
    account = {"anyOf": [properties["inventory"]["items"], TypeAdapter(AccountId).json_schema()]}
    properties["inventory"] = _file_or(properties["inventory"], account)
    advice = {"anyOf": [properties["trusted_advisor"]["items"], A_FILE]}
    properties["trusted_advisor"] = _file_or(properties["trusted_advisor"], advice)
    if names():
        properties["notebooks"]["items"] = {"enum": list(names())}
    schema = _with_regions(schema)
    schema["$defs"]["Region"] = {"enum": sorted(regions())}
    schema["required"] = ["client"]
    schema["oneOf"] = [{"required": [target]} for target in TARGETS]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Params of one client"} | {
        key: value for key, value in schema.items() if key not in ("title", "description")
    }


def _file_or(listed: dict[str, Any], items: dict[str, Any]) -> dict[str, Any]:
    """The property as a file's name or a list of such items."""
    rest = {key: value for key, value in listed.items() if key in ("description", "title", "default")}
    shape = {key: value for key, value in listed.items() if key not in rest}
    return {"anyOf": [A_FILE, shape | {"items": items}]} | rest


def _with_regions(value: Any) -> Any:
    if value == A_REGION:
        return {"$ref": "#/$defs/Region"}
    if isinstance(value, dict):
        return {key: _with_regions(item) for key, item in value.items()}
    return [_with_regions(item) for item in value] if isinstance(value, list) else value


def _without_null(value: dict[str, Any]) -> dict[str, Any]:
    """The property as a file may hold it: a key without a value is left out, never null."""
    kept = [option for option in value.get("anyOf", ()) if option != {"type": "null"}]
    rest = {key: item for key, item in value.items() if key != "default" or item is not None}
    if len(kept) == 1 and len(value["anyOf"]) == 2:
        shape: dict[str, Any] = kept[0]
        return shape | {key: item for key, item in rest.items() if key != "anyOf"}
    return rest


def schema_text() -> str:
    """The schema as the text of params/schema.json."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
