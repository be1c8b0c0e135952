"""AWS Config: recorded where it is relied on, and gathered in one place."""

from __future__ import annotations

from orienteer.controls.closed import unless_closed
from orienteer.controls.control import control
from orienteer.controls.hub_settings import Mode
from orienteer.controls.verdict import INFO, LOW, MEDIUM, Verdict, asked, failed, faults, passed, when
from orienteer.facts.config_recorders import CONFIG, GATHERING
from orienteer.facts.seen import Row
from orienteer.model import Category

GUIDE = "https://docs.aws.amazon.com/config/latest/developerguide/"


@control(
    "CFG-01",
    title="AWS Config records where the client relies on it, with one recorder per region delivering to the log"
    " archive",
    category=Category.MONITORING,
    severity=MEDIUM,
    maturity=3,
    source=f"{GUIDE}stop-start-recorder.html",
    fact=CONFIG,
    evidence=("delivery_bucket",),
    scope="region",
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 4.3"],
        "fsbp": ["Config.1"],
        "prowler": ["config_recorder_all_regions_enabled", "config_recorder_using_aws_service_role"],
        "scoutsuite": ["config-recorder-not-configured.json"],
        "service_screener": ["EnableConfigService", "PartialEnableConfigService"],
    },
)
def config_recorded(
    place: Row,
    *,
    config_required: bool = False,
    security_hub_mode: Mode | None = None,
    config_types: tuple[str, ...] = (),
) -> Verdict:
    """AWS Config keeps the history of every setting, and standards are built on it; where nobody reads it, it only
    costs.

    It is required where that was agreed, or where Security Hub runs standards; it then has to record all resource
    types, or those agreed on.

    Fix: turn on a recorder for all resource types that delivers to the log archive in every account and region that
    needs it, with global types in one region; turn recorders off where nobody uses the data.
    """
    if config_required or security_hub_mode == "standards":
        return unless_closed(place, lambda: _wanted(place, config_types))
    if not place.recorder or not place.recording:
        return passed("AWS Config does not record here, and is not required.")
    if place.all_supported:
        return failed(
            "AWS Config records all resource types here, which costs money and is not required: who uses it?", INFO
        )
    return passed("AWS Config records some resource types, and is not required.")


def _wanted(place: Row, types: tuple[str, ...]) -> Verdict:
    if not place.recorder:
        return failed("AWS Config has no recorder here.")
    if not place.recording:
        return failed("The AWS Config recorder is stopped.")
    return faults(
        [
            when(lambda: _ended(place) == "FAILURE", MEDIUM, "the recorder's last delivery failed"),
            when(lambda: place.missing_types, MEDIUM, lambda: f"the recorder records {place.recorded_types}"),
            when(lambda: place.delivery_bucket is None, MEDIUM, "it has no bucket to deliver to"),
            when(
                lambda: place.delivers_elsewhere,
                MEDIUM,
                lambda: f"it delivers to a bucket in {place.bucket_account}, not in the log archive",
            ),
            when(
                lambda: not types and len(place.global_regions) != 1,
                LOW,
                lambda: (
                    f"global resource types are recorded in {len(place.global_regions)} regions of the account, not one"
                ),
            ),
        ],
        otherwise=lambda: _delivering(place),
    )


def _ended(place: Row) -> str:
    """How the recorder's last delivery ended; AWS writes Success in the API's model and SUCCESS in its examples."""
    return str(place.last_status or "").upper()


def _delivering(place: Row) -> Verdict:
    if _ended(place) == "PENDING":
        return asked("The recorder has not delivered yet; does its first delivery arrive in the bucket?")
    if _ended(place) != "SUCCESS":
        return asked("AWS does not say whether the recorder's last delivery arrived; did it?")
    if not place.log_archive:
        return asked(f"Is {place.bucket_account}, whose bucket AWS Config delivers to, the log archive account?")
    return passed("AWS Config records and delivers to the log archive.")


@control(
    "CFG-02",
    title="Config data is aggregated for the organization in the audit account",
    category=Category.MONITORING,
    severity=LOW,
    maturity=3,
    source=f"{GUIDE}aggregate-data.html",
    fact=GATHERING,
    evidence=("delegates",),
    scope="organization",
    mappings={"prowler": ["config_delegated_admin_and_org_aggregator_all_regions"]},
)
def config_gathered(organization: Row) -> Verdict | None:
    """A question that has to be put to each account in turn is not asked at all.

    An aggregator that lists accounts one by one misses every account created later.

    Fix: create an aggregator for the organization and all regions in the account that AWS Config is delegated to.
    """
    if organization.whole_aggregators:
        return passed(f"{', '.join(organization.whole_aggregators)} aggregates all accounts and regions.")
    if organization.part_aggregators:
        return failed(
            f"No aggregator of the administrator covers the whole organization, only a part:"
            f" {', '.join(organization.part_aggregators)}."
        )
    if len(organization.recording_accounts) < 2:
        return None
    return failed(f"AWS Config records in {len(organization.recording_accounts)} accounts, and nothing aggregates it.")
