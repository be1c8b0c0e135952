"""The audit trail: does one trail record everything everywhere, and can its files be trusted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from orienteer.controls.control import control
from orienteer.controls.rows import Row, records, told, verdict
from orienteer.facts.foundation import management_account, organization_id
from orienteer.facts.values import days, documents, not_asked
from orienteer.model import Category, Severity

TRAIL = "AWS::CloudTrail::Trail"
FIELDS_OF_ALL = frozenset({"eventCategory", "readOnly"})
"""Fields an advanced selector may name and still take every management event of its kind."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Which management events a trail takes: All, ReadOnly, WriteOnly, part or none, and the sources left out."""

    kind: str
    excluded: tuple[str, ...] = ()


@control(
    "TRAIL-01",
    title="An organization trail exists, is logging, and covers every account",
    category=Category.MONITORING,
    severity=Severity.CRITICAL,
    maturity=3,
    source="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html",
    scope="account",
    resource_type=TRAIL,
    mappings={"cis": ["4.1"], "fsbp": ["CloudTrail.1", "CloudTrail.3"], "prowler":
              ["cloudtrail_multi_region_enabled_logging_management_events"], "scoutsuite":
              ["cloudtrail-not-configured.json", "cloudtrail-no-logging.json"], "service_screener":
              ["OrganizationTrailEnabled", "NeedToEnableCloudTrail"]},
    refined_by=("organization_accounts", "organization_trusted_services", "ec2_regions"),
)  # fmt: skip
def organization_trail(
    organization: pd.DataFrame,
    organization_accounts: pd.DataFrame,
    organization_trusted_services: pd.DataFrame,
    ec2_regions: pd.DataFrame,
    cloudtrail_trails: pd.DataFrame,
    cloudtrail_trail_status: pd.DataFrame,
    cloudtrail_event_selectors: pd.DataFrame,
) -> pd.DataFrame:
    """What is not recorded cannot be investigated; one trail of the organization also covers accounts not yet made.

    Fix: create an organization trail with all management events from the delegated administrator.
    """
    trails = _trails(cloudtrail_trails, cloudtrail_trail_status, cloudtrail_event_selectors)
    management = management_account(organization)
    read = sorted({*ec2_regions["account_id"].dropna(), *cloudtrail_trails["account_id"].dropna()})
    if not management:
        read = sorted({*read, *organization["account_id"].dropna()})
        return told(_alone(account, [t for t in trails if t["owner_account"] == account]) for account in read)
    trusted = bool((organization_trusted_services["service_principal"] == "cloudtrail.amazonaws.com").any())
    shared = [t for t in trails if t["is_organization"]]
    best = next(iter([*filter(_qualifies, shared), *(t for t in shared if t["at_home"]), *shared]), None)
    keyed: dict[str, Any] = {"account_id": management, "resource_id": organization_id(organization)}
    if best is not None:
        return told([_shared_trail(best, keyed)])
    if management not in read:
        return told([verdict("MANUAL", "", unread=not_asked("cloudtrail:DescribeTrails", management, "all"),
                             evidence=_evidence(None) | {"trusted_access": trusted}, **keyed)])  # fmt: skip
    state = organization_accounts.dropna(subset=["id"]).set_index("id")["state"].fillna("ACTIVE").to_dict()
    active = sorted(a for a in {*read, *state} if state.get(a, "ACTIVE") == "ACTIVE")
    covered = [a for a in active if any(t["owner_account"] == a and _qualifies(t) for t in trails)]
    own = covered == active
    evidence = _evidence(None) | {"accounts_with_own_trail": covered, "trusted_access": trusted}
    text = "There is no organization trail; every account has a trail of its own." if own else (
        f"There is no organization trail, and {len(active) - len(covered)} of {len(active)} accounts have no trail that"
        " was read and takes all management events.")  # fmt: skip
    return told([verdict("FAIL", text, severity="medium" if own else "", evidence=evidence, **keyed)])


def _alone(account: str, trails: list[Row]) -> Row:
    """The verdict about an account that belongs to no organization: its own trail does not cover what comes next."""
    best = next(iter([*filter(_qualifies, trails), *trails]), None)
    keyed: dict[str, Any] = {"account_id": account, "resource_id": account, "evidence": _evidence(best)}
    if best is None or not _qualifies(best):
        text = "The account stands alone and no trail of its own takes all management events."
        return verdict("FAIL", text, **keyed)
    if best["is_organization"]:
        return verdict("PASS", "The organization trail logs all management events.", **keyed)
    text = "The account stands alone: its own trail takes all management events, but there is no organization trail."
    return verdict("FAIL", text, severity="medium", **keyed)


def _shared_trail(trail: Row, keyed: Mapping[str, Any]) -> Row:
    """The verdict about the organization's trail."""
    more: dict[str, Any] = {**keyed, "resource_arn": trail["trail_arn"], "evidence": _evidence(trail)}
    if not trail["at_home"]:
        return verdict("MANUAL", "", unread=_home_unread("cloudtrail:GetTrailStatus", trail), **more)
    if not trail["is_logging"]:
        return verdict("FAIL", "The organization trail is not logging.", **more)
    taken: Taken = trail["taken"]
    if taken.kind != "All":
        what = {"none": "no management events", "part": "part of the management events only"}
        text = f"The organization trail takes {what.get(taken.kind, f'{taken.kind} management events')}."
        return verdict("FAIL", text, **more)
    gap = f", but not those of {', '.join(taken.excluded)}: a gap in the record" if taken.excluded else ""
    return verdict("PASS", f"The organization trail logs all management events{gap}.", **more)


def _home_unread(api: str, trail: Row) -> str:
    """What a copy of a trail cannot tell, where its owner's account or its home region was not read."""
    why = "the trail is seen as a copy only, its home is no part of this assessment"
    return not_asked(api, trail["owner_account"] or trail["account_id"], trail["home_region"], why)


def _evidence(trail: Row | None) -> Row:
    if trail is None:
        return dict.fromkeys(("trail_arn", "home_region", "owner_account", "is_logging", "management_events"))
    taken: Taken = trail["taken"]
    return {
        "trail_arn": trail["trail_arn"], "home_region": trail["home_region"], "owner_account": trail["owner_account"],
        "is_organization": trail["is_organization"], "is_logging": trail["is_logging"],
        "management_events": taken.kind if trail["at_home"] else None, "excluded_sources": list(taken.excluded),
    }  # fmt: skip


def _qualifies(trail: Row) -> bool:
    return bool(trail["at_home"] and trail["is_logging"] and trail["taken"].kind == "All")


def _trails(trails: pd.DataFrame, status: pd.DataFrame, selectors: pd.DataFrame) -> list[Row]:
    """Each trail once (its home copy where that was read) with status and what it takes."""
    facts = {r["trail_arn"]: r for r in records(status) if r["at_home"]}
    chosen = {r["trail_arn"]: r for r in records(selectors) if r["at_home"]}
    found: dict[str, Row] = {}
    for trail in sorted(records(trails), key=lambda t: (not t["at_home"], str(t["account_id"]), str(t["region"]))):
        if trail["trail_arn"] and trail["trail_arn"] not in found:
            more = facts.get(trail["trail_arn"], {})
            keep = ("is_logging", "started_at", "digest_at", "digest_error")
            found[trail["trail_arn"]] = {
                **trail, **{name: more.get(name) for name in keep}, "taken": taken(chosen.get(trail["trail_arn"])),
            }  # fmt: skip
    return list(found.values())


def taken(selectors: Mapping[str, Any] | None) -> Taken:
    """Which management events the selectors of a trail take, in the classic shape or the advanced one.

    A trail for which none was ever chosen takes all management events.
    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html
    """
    if selectors is None:
        return Taken("none")
    advanced = [s.get("FieldSelectors") or [] for s in documents(selectors.get("advanced_selectors"))]
    if advanced:
        return _joined(_advanced(fields) for fields in advanced)
    if not documents(selectors.get("event_selectors")):
        return Taken("All")
    return _joined(
        (str(s.get("ReadWriteType", "All")), tuple(s.get("ExcludeManagementEventSources") or ()))
        for s in documents(selectors.get("event_selectors"))
        if s.get("IncludeManagementEvents")
    )


def _joined(parts: Iterable[tuple[str, tuple[str, ...]]]) -> Taken:
    """What several selectors take together; a source is left out when every selector leaves it out."""
    found = [part for part in parts if part[0] != "none"]
    kinds = {kind for kind, _ in found}
    whole = [set(sources) for kind, sources in found if kind != "part"]
    excluded = tuple(sorted(set.intersection(*whole))) if whole else ()
    if "All" in kinds or {"ReadOnly", "WriteOnly"} <= kinds:
        return Taken("All", excluded)
    return Taken(next(iter(sorted(kinds)), "none"), excluded)


def _advanced(fields: Iterable[Mapping[str, Any]]) -> tuple[str, tuple[str, ...]]:
    """Kind and left-out sources of one advanced selector."""
    by_name = {str(f.get("Field")): f for f in fields}
    if "Management" not in ((by_name.get("eventCategory") or {}).get("Equals") or ()):
        return "none", ()
    excluded = tuple((by_name.get("eventSource") or {}).get("NotEquals") or ())
    narrowing = set(by_name) - FIELDS_OF_ALL - ({"eventSource"} if excluded else set())
    if narrowing:
        return "part", excluded
    read_only = {str(v).lower() for v in (by_name.get("readOnly") or {}).get("Equals") or ()}
    kind = {frozenset({"true"}): "ReadOnly", frozenset({"false"}): "WriteOnly"}.get(frozenset(read_only), "All")
    return kind, excluded


@control(
    "TRAIL-02",
    title="The organization trail records all regions and global services",
    category=Category.MONITORING,
    severity=Severity.HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-multi-region-trails.html",
    resource_type=TRAIL,
    mappings={"cis": ["4.1"], "fsbp": ["CloudTrail.1"], "prowler": ["cloudtrail_multi_region_enabled"],
              "scoutsuite": ["cloudtrail-no-global-services-logging.json",
              "cloudtrail-duplicated-global-services-logging.json"], "service_screener": ["HasOneMultiRegionTrail",
              "HasCoverGlobalServices", "DuplicateGlobalTrail"]},
)  # fmt: skip
def trail_in_all_regions(cloudtrail_trails: pd.DataFrame) -> pd.DataFrame:
    """Whoever has stolen credentials works in the region nobody looks at.

    Fix: update the trail to multi-region.
    """
    trails = _trails(cloudtrail_trails, cloudtrail_trails.iloc[:0], cloudtrail_trails.iloc[:0])
    shared = [t for t in trails if t["is_organization"]]
    return told(_everywhere(t, trails) for t in shared or _best_of_each_account(trails))


def _best_of_each_account(trails: Iterable[Row]) -> Iterable[Row]:
    """Where there is no organization trail: of each account the trail that leaves out least."""
    found: dict[Any, Row] = {}
    for trail in trails:
        if trail["at_home"]:
            known = found.get(trail["owner_account"])
            if known is None or _breadth(trail) > _breadth(known):
                found[trail["owner_account"]] = trail
    return found.values()


def _breadth(trail: Row) -> int:
    return sum(trail[name] is True for name in ("is_multi_region", "include_global"))


def _everywhere(trail: Row, trails: list[Row]) -> Row:
    others = [t["trail_arn"] for t in trails if t["is_multi_region"] and t["trail_arn"] != trail["trail_arn"]]
    evidence = {
        "trail_arn": trail["trail_arn"], "is_multi_region": trail["is_multi_region"],
        "include_global": trail["include_global"], "duplicate_trails": others,
    }  # fmt: skip
    missing = [] if trail["is_multi_region"] else ["other regions"]
    missing += [] if trail["include_global"] else ["global services such as IAM"]
    twice = f" {len(others)} further multi-region trails record the same events again." if others else ""
    name = "The organization trail" if trail["is_organization"] else "The account's trail"
    text = f"{name} leaves out {' and '.join(missing)}." if missing else (
        f"{name} records all regions and global services.{twice}")  # fmt: skip
    return verdict("FAIL" if missing else "PASS", text, evidence=evidence, **_of(trail))


def _of(trail: Row) -> Row:
    """The keys of a verdict about a trail: where it lives, not where it was seen."""
    return {
        "account_id": trail["owner_account"] or trail["account_id"], "region": trail["home_region"] or trail["region"],
        "resource_id": trail["resource_id"], "resource_arn": trail["trail_arn"],
    }  # fmt: skip


@control(
    "TRAIL-03",
    title="Log file validation is on",
    category=Category.MONITORING,
    severity=Severity.MEDIUM,
    maturity=3,
    source="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-intro.html",
    resource_type=TRAIL,
    mappings={"cis": ["4.2"], "fsbp": ["CloudTrail.4"], "prowler": ["cloudtrail_log_file_validation_enabled"],
              "scoutsuite": ["cloudtrail-no-log-file-validation.json"], "service_screener":
              ["LogFileValidationEnabled"]},
    fail_stands_without=("cloudtrail_trail_status",),
)  # fmt: skip
def trail_log_file_validation(
    cloudtrail_trails: pd.DataFrame, cloudtrail_trail_status: pd.DataFrame, *, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Without digest files nobody can prove that a log was not changed after it was written.

    Fix: turn on log file validation for the trail.
    """
    trails = _trails(cloudtrail_trails, cloudtrail_trail_status, cloudtrail_trails.iloc[:0])
    return told(_validated(trail, as_of) for trail in trails)


def _validated(trail: Row, as_of: pd.Timestamp) -> Row:
    evidence = {
        "trail_arn": trail["trail_arn"], "validation": trail["log_file_validation"],
        "latest_digest": trail["digest_at"], "digest_error": trail["digest_error"],
    }  # fmt: skip
    more = {**_of(trail), "evidence": evidence}
    if not trail["log_file_validation"]:
        return verdict("FAIL", "Log file validation is off.", **more)
    if trail["digest_error"]:
        return verdict("FAIL", f"Digest files cannot be delivered: {trail['digest_error']}.", **more)
    if not trail["at_home"]:
        return verdict("MANUAL", "", unread=_home_unread("cloudtrail:GetTrailStatus", trail), **more)
    if trail["digest_at"] is None:
        hour = pd.Timedelta(hours=1)
        if trail["started_at"] is None or as_of - trail["started_at"] < hour:
            return verdict("MANUAL", "Validation is on, but no digest was due yet; does the first arrive?", **more)
        return verdict("FAIL", "Validation is on, but no digest was ever delivered.", **more)
    if as_of - trail["digest_at"] > pd.Timedelta(hours=24):
        return verdict("FAIL", f"The last digest is {days(as_of, trail['digest_at'])} days old.", **more)
    return verdict("PASS", "Digest files are delivered.", **more)
