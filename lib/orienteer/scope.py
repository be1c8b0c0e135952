"""How far a run could see: accounts known and entered, regions enabled, asked and answered, controls complete or not.

Calls to global services are signed in one region and say nothing about it, so they stand under the region "global".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from orienteer.model import GLOBAL, KNOWN, NOT_ENABLED, NOT_OFFERED, Category, Outcome, Status
from orienteer.sight import questions, regions_of
from orienteer.snapshot import Run

STATES = ("answered", "partly", "refused", "enabled_not_read", "not_enabled", "not_known")
"""What can be said of an account and region: every call was answered, some were, none was; the region is enabled and
nothing was asked there; it is not enabled; nobody told whether it is."""
COLUMNS = ("account_id", "region", "enabled", "asked", "answered", "refused", "not_in_use", "not_offered", "status")
ACCOUNT = re.compile(r"\baccount (\d{12})\b")


# --- account by region


def places(run: Run) -> pd.DataFrame:
    """One row per account and region, and one per account for its global services (region "global").

    `enabled` is null where AWS did not say; `asked`, `answered` and `refused` count calls; `not_in_use` counts the
    services that answered and hold nothing there, `not_offered` those that AWS does not offer there; `status` is one
    of STATES.  Regions that no account has enabled and
    nobody asked in are rows, too.
    """
    accounts = [str(one["id"]) for one in run.manifest.get("accounts", [])]
    enabled = _enabled(run)
    calls = questions(run.coverage)
    where, regional = regions_of(calls)
    counts, missing = _counted(calls, where), _not_offered(run)
    read = set(zip(calls["account_id"][regional], where[regional], strict=True))
    accounts = sorted({*accounts, *calls["account_id"].dropna()})
    regions = sorted({region for _, region in (*enabled, *counts)} | set(_named(run)) - {GLOBAL})
    rows = []
    for account in accounts:
        for region in (GLOBAL, *(r for r in regions if r != GLOBAL)):
            place = (account, region)
            asked, answered, idle = counts.get(place, (0, 0, 0))
            on = (True if answered else None) if region == GLOBAL else enabled.get(place)
            told = asked > 0 if region == GLOBAL else place in read
            status = _status(asked, answered) if told else _unasked(on)
            rows.append((account, region, on, asked, answered, asked - answered, idle, missing.get(place, 0), status))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"enabled": "boolean"})


def _status(asked: int, answered: int) -> str:
    return "answered" if answered == asked else "partly" if answered else "refused"


def _unasked(enabled: bool | None) -> str:
    return {True: "enabled_not_read", False: "not_enabled", None: "not_known"}[enabled]


def _named(run: Run) -> list[str]:
    """The regions the params file names; none where every enabled one was to be read."""
    regions = run.manifest.get("regions", [])
    return [] if isinstance(regions, str) else [str(region) for region in regions]


def _enabled(run: Run) -> dict[tuple[str, str], bool]:
    """Account and region to whether it is enabled, as far as AWS said."""
    off = run.coverage[run.coverage["error_code"] == NOT_ENABLED]
    told = {(str(a), str(r)): False for a, r in zip(off["account_id"], off["region"], strict=True)}
    try:
        listed = run.tables["ec2_regions"]
    except KeyError:
        return told
    listed = listed[listed["outcome"].isin(KNOWN) & listed["enabled"].notna()]
    keys = zip(listed["account_id"], listed["region_name"], strict=True)
    return told | {(str(a), str(r)): bool(on) for (a, r), on in zip(keys, listed["enabled"], strict=True)}


def _not_offered(run: Run) -> dict[tuple[str, str], int]:
    """Account and region to the number of services that AWS does not offer there."""
    found = run.coverage[run.coverage["error_code"] == NOT_OFFERED].groupby(["account_id", "region"])["service"]
    counts = found.nunique().reset_index().itertuples(index=False, name=None)
    return {(str(account), str(region)): int(n) for account, region, n in counts}


def _counted(calls: pd.DataFrame, where: pd.Series[Any]) -> dict[tuple[str, str], tuple[int, int, int]]:
    """Account and region to: calls, calls answered, services that answered and hold nothing."""
    known = calls["outcome"].isin(KNOWN)
    each = pd.DataFrame(
        {
            "account": calls["account_id"].astype("category"),
            "region": where.astype("category"),
            "service": calls["service"].astype("category"),
            "known": known,
            "rows": calls["rows"].fillna(0),
        }
    )
    services = each.groupby(["account", "region", "service"], observed=True).agg(
        asked=("known", "size"), answered=("known", "sum"), rows=("rows", "sum")
    )
    services["idle"] = (services["asked"] == services["answered"]) & (services["rows"] == 0)
    summed = services.groupby(["account", "region"], observed=True)[["asked", "answered", "idle"]].sum()
    return {(str(a), str(r)): (int(n), int(k), int(i)) for (a, r), n, k, i in summed.itertuples(name=None)}


# --- the headline


@dataclass(frozen=True)
class Headline:
    """How far a run could see, in numbers and in sentences.

    accounts_known    accounts that the organization lists or that were named; a least number where others_not_known.
    others_not_known  the organization's list of accounts could not be read to its end.
    not_entered       accounts that were to be read and could not be entered.
    left_out          accounts of the organization that this assessment is not about.
    regions_enabled   pairs of account and enabled region; regions_asked of them were asked in.
    unread            enabled region to the number of accounts where nothing was asked in it.
    """

    accounts_known: int
    others_not_known: bool
    accounts_entered: int
    not_entered: tuple[str, ...]
    left_out: tuple[str, ...]
    regions_enabled: int
    regions_asked: int
    regions_not_known: tuple[str, ...]
    unread: Mapping[str, int]
    asked: int
    answered: int
    names: Mapping[str, str]

    @property
    def percent(self) -> int:
        """Calls answered, rounded down: 100 means all."""
        return 100 * self.answered // self.asked if self.asked else 0

    @property
    def sentences(self) -> tuple[str, ...]:
        """What the first page says."""
        return tuple(text for text in (*self._accounts(), *self._regions(), self._calls()) if text)

    def _accounts(self) -> Iterable[str]:
        many = "at least " if self.others_not_known else ""
        whole = f"{many}{self.accounts_known} account{'s' if self.accounts_known != 1 else ''}"
        yield f"{self.accounts_entered} of {whole} read."
        if self.others_not_known:
            yield "The organization's list of accounts could not be read: which other accounts there are is not known."
        if self.not_entered:
            yield f"Not entered: {self._named(self.not_entered)}."
        if self.left_out:
            yield f"Not part of this assessment: {self._named(self.left_out)}."

    def _regions(self) -> Iterable[str]:
        if self.regions_enabled:
            whole = f"{self.regions_enabled} enabled regions, counted account by account"
            yield f"Asked in {self.regions_asked} of {whole}."
        if self.unread:
            told = ", ".join(f"{region} ({n} account{'s' if n > 1 else ''})" for region, n in self.unread.items())
            yield f"Enabled and not read: {told}."
        if self.regions_not_known:
            yield f"Which regions are enabled is not known of {self._named(self.regions_not_known)}."

    def _calls(self) -> str:
        return f"{self.answered:,} of {self.asked:,} calls answered ({self.percent}%)."

    def _named(self, ids: Iterable[str], most: int = 5) -> str:
        listed = [f"{self.names[i]} ({i})" if self.names.get(i) else i for i in ids]
        more = f" and {len(listed) - most} more" if len(listed) > most else ""
        return ", ".join(listed[:most]) + more


def headline(run: Run, seen: pd.DataFrame | None = None) -> Headline:
    """How far the run could see; `seen` is its `places` where they are at hand."""
    seen = places(run) if seen is None else seen
    chosen = {str(one["id"]): str(one.get("name") or "") for one in run.manifest.get("accounts", [])}
    listed, whole = _organization(run)
    entered = set(seen[(seen["region"] == GLOBAL) & (seen["answered"] > 0)]["account_id"]) & chosen.keys()
    regions = seen[seen["region"] != GLOBAL]
    on = regions[regions["enabled"].fillna(False)]
    unread = on[on["status"] == "enabled_not_read"]
    dark = regions.groupby("account_id")["enabled"].apply(lambda given: given.isna().all())
    return Headline(
        accounts_known=len({*listed, *chosen}),
        others_not_known=not whole,
        accounts_entered=len(entered),
        not_entered=tuple(sorted(chosen.keys() - entered)),
        left_out=tuple(sorted(listed.keys() - chosen.keys())),
        regions_enabled=len(on),
        regions_asked=len(on) - len(unread),
        regions_not_known=tuple(str(account) for account in dark[dark].index if account in entered),
        unread=dict(sorted(Counter(map(str, unread["region"])).items())),
        asked=int(seen["asked"].sum()),
        answered=int(seen["answered"].sum()),
        names=listed | chosen,
    )


def _organization(run: Run) -> tuple[dict[str, str], bool]:
    """Names of the accounts that the organization lists, and whether that is all of them."""
    try:
        listed = run.tables["organization_account_list"]
        organization = run.tables["organization"]
    except KeyError:
        return {}, False
    if len(organization) and (organization["outcome"] == Outcome.ABSENT.value).all():
        return {}, True  # it stands alone
    known = listed[listed["outcome"] == Outcome.OK.value]
    whole = len(known) > 0 and bool(listed["outcome"].isin(KNOWN).all())
    return dict(zip(known["id"].astype(str), known["name"].fillna("").astype(str), strict=True)), whole


# --- controls


def completeness(run: Run) -> pd.DataFrame:
    """One row per control with findings: `state` (complete, but_for, not_assessed) and `accounts`.

    `accounts` are those whose unread evidence keeps it from being complete; but_for: the others were judged.  What
    tells of the coverage itself is left out.
    """
    judged = run.findings["category"] != Category.COVERAGE
    told = run.findings.loc[judged, ["control_id", "status", "reason", "account_id"]]
    whole = told["control_id"].value_counts().sort_index()
    lost: dict[str, list[dict[Any, Any]]] = {}
    for row in told[told["status"] == Status.NOT_ASSESSED.value].to_dict("records"):
        lost.setdefault(row["control_id"], []).append(row)
    rows = []
    for control, count in whole.items():
        mine = lost.get(str(control), [])
        causes = sorted({account for row in mine for account in _causes(row)})
        state = "complete" if not mine else "not_assessed" if len(mine) == count else "but_for"
        rows.append({"control_id": control, "state": state, "accounts": causes})
    return pd.DataFrame(rows, columns=["control_id", "state", "accounts"])


def _causes(row: Mapping[Any, Any]) -> set[str]:
    """The accounts that a NOT_ASSESSED row names as unread; its own where it names none."""
    named = set(ACCOUNT.findall(str(row["reason"] or "")))
    return named or {str(row["account_id"])}


def complete_words(run: Run, found: pd.DataFrame | None = None) -> tuple[str, ...]:
    """Sentences: how many controls are complete, how many but for which accounts, how many could not be judged."""
    found = completeness(run) if found is None else found
    names = {str(one["id"]): str(one.get("name") or "") for one in run.manifest.get("accounts", [])}
    states = Counter(found["state"])
    sentences = [f"{states['complete']} of {len(found)} controls were judged in full."]
    but = found[found["state"] == "but_for"]
    groups = Counter(tuple(accounts) for accounts in but["accounts"])
    for accounts, count in sorted(groups.items(), key=lambda item: (-item[1], item[0]))[:3]:
        shown = ", ".join(f"{names[a]} ({a})" if names.get(a) else a for a in accounts[:3])
        more = f" and {len(accounts) - 3} more accounts" if len(accounts) > 3 else ""
        sentences.append(f"{count} more everywhere but in {shown}{more}.")
    if len(groups) > 3:
        rest = sum(sorted(groups.values(), reverse=True)[3:])
        sentences.append(f"{rest} more everywhere but in other accounts.")
    if states["not_assessed"]:
        sentences.append(f"{states['not_assessed']} could not be judged anywhere.")
    return tuple(sentences)
