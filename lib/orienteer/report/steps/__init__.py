"""How a finding is fixed: in the console, by the AWS CLI, and with Terraform.

Fixes are texts, so they stand in YAML files beside this module, one per subject:

    organization.yaml   account-wide settings, OUs, contacts, delegation, root, organization policies
    identity.yaml       users, keys, roles, Identity Center, analyzers, access to servers
    monitoring.yaml     trails, Config, GuardDuty, Security Hub, alarms, retention
    exposure.yaml       what is open to others, type by type, and the network
    data.yaml           data, applications, workloads
    readiness.yaml      backups, incidents, risk

A fix names the controls it is for, and the resource types where a control judges several: the first that fits a
finding is taken.  Commands are templates: `<id>` is the finding's resource, for `<region>`, `<account>` and others see
fix.py; words in capitals are for the reader to fill in.  Example: of a finding of INV-04 in eu-west-1,

    aws ec2 enable-snapshot-block-public-access --state block-all-sharing --region <region>

is shown with `--region eu-west-1`.  A test holds every command against botocore's operations and parameters, and every
Terraform resource against the names that the AWS provider has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from orienteer.report.steps.fix import Fix, Steps, filled

__all__ = ["Fix", "Steps", "fixes", "steps_of"]

FOLDER = Path(__file__).parent


@cache
def fixes() -> tuple[Fix, ...]:
    """Every fix, file by file."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return tuple(
        Fix.of(entry)
        for file in sorted(FOLDER.glob("*.yaml"))
        for entry in yaml.load(file.read_text(encoding="utf-8"), loader)  # noqa: S506  # a safe loader
    )


def steps_of(findings: Iterable[Mapping[str, Any]], most: int = 3) -> list[Steps]:
    """The steps that fix these findings: each fix once, filled in for the first finding it is for, with how many other
    places it is for; at most so many."""
    rows: dict[Fix, dict[Any, Mapping[str, Any]]] = {}
    for row in findings:
        if fix := fix_for(str(row["control_id"]), str(row["resource_type"])):
            rows.setdefault(fix, {}).setdefault((row["account_id"], row["region"], row["resource_id"]), row)
    chosen = list(rows.items())[:most]
    return [filled(fix, next(iter(found.values())), len(found) - 1) for fix, found in chosen]


def fix_for(control: str, resource_type: str) -> Fix | None:
    """The fix for a control's finding about a resource of this type; None where there is none."""
    return next((fix for fix in _by_control().get(control, ()) if not fix.types or resource_type in fix.types), None)


@cache
def _by_control() -> Mapping[str, tuple[Fix, ...]]:
    """The fixes of each control, those for a type first."""
    found: dict[str, list[Fix]] = {}
    for fix in fixes():
        for control in fix.controls:
            found.setdefault(control, []).append(fix)
    return {control: tuple(sorted(known, key=lambda fix: not fix.types)) for control, known in found.items()}
