"""The grants of a KMS key out of a mapping, in our names or in those of KMS.

https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantListEntry.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orienteer.ask.known import KmsGrant
from orienteer.policy.language.conditions import Condition

_THEIRS: Mapping[str, str] = {
    "grantee": "GranteePrincipal",
    "operations": "Operations",
    "constraints": "Constraints",
    "name": "GrantId",
}


def grants_of(value: Any, arn: str) -> tuple[tuple[KmsGrant, ...], tuple[str, ...]]:
    """The grants on the key, and what of them could not be understood."""
    listed = value if isinstance(value, list | tuple) else ()
    found = [_grant(one) for one in listed]
    lost = sum(one is None for one in found) + (value is not None and listed is not value)
    gaps = (f"grants of {arn}: {lost} could not be read",) if lost else ()
    return tuple(one for one in found if one is not None), gaps


def _grant(item: Any) -> KmsGrant | None:
    """None where nobody can tell to whom it gives what."""
    if not isinstance(item, Mapping):
        return None
    told = {ours: item.get(ours, item.get(theirs)) for ours, theirs in _THEIRS.items()}
    grantee, operations = told["grantee"], told["operations"]
    if not isinstance(grantee, str) or not isinstance(operations, list | tuple):
        return None
    constraints = None if item.get("constrained") else _constraints(told["constraints"])
    return KmsGrant(grantee, tuple(map(str, operations)), constraints, str(told["name"] or ""))


def _constraints(value: Any) -> tuple[Condition, ...] | None:
    """What a grant's constraints ask of a request, as conditions; None where they were not read or are of another kind.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantConstraints.html
    """
    if value is None:
        return ()
    if not isinstance(value, Mapping):
        return None
    found: list[Condition] = []
    for kind, asked in value.items():
        if kind == "SourceArn":
            found.append(Condition("arnlike", "", False, "aws:sourcearn", (str(asked),)))
        elif kind in ("EncryptionContextSubset", "EncryptionContextEquals") and isinstance(asked, Mapping):
            found += [
                Condition("stringequals", "", False, f"kms:encryptioncontext:{str(key).lower()}", (str(one),))
                for key, one in asked.items()
            ]
            names = tuple(map(str, asked))
            if kind == "EncryptionContextEquals":
                found.append(Condition("stringequals", "forallvalues", False, "kms:encryptioncontextkeys", names))
        else:
            return None
    return tuple(found)
