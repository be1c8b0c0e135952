"""What guardrails stop: one row per unit or account and question, with the statement that decides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from orienteer.facts.fact import Fact, Join
from orienteer.facts.organization import NOWHERE
from orienteer.facts.seen import Cells, Row, Unseen, gaps_of
from orienteer.facts.source import BOOLS, Gap, Source
from orienteer.facts.tree import Node, Tree, shown
from orienteer.facts.values import ACCOUNT, keys_at, names_in, not_asked
from orienteer.model import GLOBAL, KEYS
from orienteer.parameters import Client
from orienteer.partitions import home_region
from orienteer.policy.guardrails.chain import rcp_decision
from orienteer.policy.guardrails.perimeter import PerimeterAnswer, perimeter
from orienteer.policy.guardrails.probes import (
    LONG_LIVED,
    Answer,
    about_region,
    asked,
    leaving,
    regions_open,
    root_actions,
)
from orienteer.policy.guardrails.spared import Exemption
from orienteer.policy.language.actions import sample_resources

PROTECTED = (
    "cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "cloudtrail:UpdateTrail", "guardduty:DeleteDetector",
    "guardduty:DisassociateFromAdministratorAccount", "securityhub:DisableSecurityHub",
    "config:StopConfigurationRecorder", "config:DeleteConfigurationRecorder", "access-analyzer:DeleteAnalyzer",
    "ec2:DisableEbsEncryptionByDefault", "s3:PutAccountPublicAccessBlock", "account:EnableRegion",
    "iam:UpdateAssumeRolePolicy@security-roles",
)  # fmt: skip
RCP_SERVICES = ("s3", "sts", "kms", "sqs", "secretsmanager")
ACCOUNT_TYPE, ORGANIZATION_TYPE = "AWS::Organizations::Account", "AWS::Organizations::Organization"
NO_ACCOUNT = "000000000000"
"""The account that calls are made from where a unit is asked about."""

Answered = dict[str, Any]
NOTHING: Answered = {
    **dict.fromkeys(("policy_id", "policy_name", "statement", "attached_at")),
    **dict.fromkeys(("question", "assumed_root_exempt", "aims_at_root")),
    **dict.fromkeys(("services_usable", "services_tied", "tls_only", "open_regions", "open_probes")),
    "denied": False, "open_actions": (), "exemptions": (), "blocked_regions": (), "words": "", "whole": True,
}  # fmt: skip
"""The columns of an answer, and what stands in those that a question has no use for."""


def _guarded(
    guardrails: Source,
    ec2_regions: Source,
    *,
    protected_actions: tuple[str, ...] = PROTECTED,
    rcp_services: tuple[str, ...] = RCP_SERVICES,
    allowed_regions: tuple[str, ...] = (),
    client: Client,
) -> Iterator[Cells | Gap]:
    (rails,) = guardrails.rows
    found, allowed = rails["partly"], allowed_regions or client.approved_regions
    if not found.organization_id:
        yield from rails["unlisted"]
        return
    places = Places(ec2_regions)
    for node in found.nodes:
        yield _row(rails, node, "leaving", node.id, _leaving(found, node))
    for node in found.accounts:
        yield _row(rails, node, "root", node.id, _root(found, node))
        yield _row(rails, node, "long_lived", node.id, _long_lived(found, node))
        for probe in dict.fromkeys(protected_actions):
            yield _row(rails, node, "protection", f"{node.id}/{probe}", _protected(found, node, probe, client), probe)
        if allowed:
            usable, gaps = places.of(node.id)
            yield _row(rails, node, "regions", node.id, _regions(found, node, usable, allowed), gaps=gaps)
    if not allowed:
        yield _alone(rails, "regions", {"question": _which_regions(found)})
    yield from _perimeters(rails, rcp_services, client)
    yield from rails["unlisted"]


def _row(
    rails: Cells, node: Node, asks: str, resource: str, answer: Answered, probe: str = "",
    gaps: frozenset[str] = frozenset(),
) -> Cells:  # fmt: skip
    hidden = rails["gaps"] | gaps
    answer = {**NOTHING, "whole": node.whole, **answer}
    spared = rails["spared"]
    return Cells(
        keys_at(node.id if node.is_account else rails["partly"].home, resource, node.arn),
        resource_type=ACCOUNT_TYPE if node.is_account else None, asks=asks,
        probe=probe or asks, node_id=node.id, node_name=node.name, node_path=node.path,
        ou_path=node.path.removesuffix(f"/{node.name}") if node.is_account else node.path, is_unit=not node.is_account,
        is_exception=Unseen(spared.gaps, BOOLS[:2]) if isinstance(spared, Unseen) else bool(spared & set(node.above)),
        **{name: _unseen(value, hidden) if hidden else value for name, value in answer.items()},
    )  # fmt: skip


def _unseen(value: Any, gaps: frozenset[str]) -> Unseen:
    return Unseen(gaps, BOOLS[:2] if isinstance(value, bool) else ())


def _alone(rails: Cells, asks: str, answer: Answered) -> Cells:
    """A row about the whole organization."""
    found = rails["partly"]
    hidden, answer = rails["gaps"], {**NOTHING, **answer}
    return Cells(
        keys_at(found.home, found.organization_id), resource_type=ORGANIZATION_TYPE, asks=asks, probe=asks,
        node_id=None, node_name="the organization", node_path=None, ou_path=None, is_unit=False, is_exception=False,
        **{name: _unseen(value, hidden) if hidden and asks != "perimeter" else value for name, value in answer.items()},
    )  # fmt: skip


def _told(node: Node, answer: Answer) -> Answered:
    """What the answer to one action says."""
    by = node.decider(answer.decision) if answer.denied else None
    return {"denied": answer.denied, "open_actions": () if answer.denied else (answer.action,), **shown(by),
            "exemptions": answer.exemptions, "words": node.words(answer.decision)}  # fmt: skip


def _leaving(found: Tree, node: Node) -> Answered:
    account = node.id if node.is_account else NO_ACCOUNT
    answer = leaving(node.levels, account, **found.around(node), labels=node.labels)
    return _told(node, answer)


def _root(found: Tree, node: Node) -> Answered:
    answer = root_actions(node.levels, node.id, **found.around(node), labels=node.labels)
    aimed = [a for a in answer.answers if a.denied and (answer.denied or _about_caller(a))]
    by = next((node.decider(a.decision) for a in aimed), None)
    return {"denied": answer.denied, "open_actions": answer.open_actions, **shown(by), "aims_at_root": bool(aimed),
            "assumed_root_exempt": answer.sessions_exempt}  # fmt: skip


def _about_caller(answer: Answer) -> bool:
    """True if the statement that denied is about who calls, and so meant for the root user."""
    statement = answer.decision.statement
    return statement is not None and any(c.key in ("aws:principalarn", "aws:userid") for c in statement.conditions)


def _long_lived(found: Tree, node: Node) -> Answered:
    answers = [asked(node.levels, action, node.id, **found.around(node), labels=node.labels) for action in LONG_LIVED]
    still_open = tuple(a.action for a in answers if not a.denied)
    by = next((policy for a in answers if a.denied and (policy := node.decider(a.decision))), None)
    spared = {e.pattern: e for a in answers for e in a.exemptions}
    return {"denied": not still_open, "open_actions": still_open, **shown(by), "exemptions": tuple(spared.values())}


def _protected(found: Tree, node: Node, probe: str, client: Client) -> Answered:
    action, _, on = probe.partition("@")
    home = home_region(partition=node.partition)
    places = tuple(dict.fromkeys((*client.approved_regions, home))) if client.approved_regions else ()
    resources = _named_roles(node, action) if on else []
    return _told(node, asked(node.levels, action, node.id, **found.around(node), regions=places, resources=resources))


def _named_roles(node: Node, action: str) -> list[str]:
    """The roles that the chain's denies of this action name, as ARNs of this account; none where it names no role."""
    named = [
        resource
        for level in node.levels
        for document in level
        for statement in document.statements
        if statement.effect == "Deny" and statement.action_set.hit(action.lower())
        for resource in statement.resources or ()
        if ":role/" in resource
    ]
    fields = (resource.split(":", 5) for resource in named)
    return sorted(
        f"arn:{node.partition if '*' in f[1] else f[1]}:iam::{node.id}:{f[5].replace('*', 'probe').replace('?', 'x')}"
        for f in {tuple(found) for found in fields}
        if len(f) == 6
    )


# --- regions


class Places:
    """The regions that accounts have enabled; those of all others for an account of which none are known."""

    def __init__(self, ec2_regions: Source) -> None:
        self.source, self.lost = ec2_regions, frozenset[str]()
        self.names: dict[str, list[str]] = defaultdict(list)
        for row in ec2_regions.rows:
            name, enabled = row["region_name"], row["enabled"]
            unseen = gaps_of(name, enabled)
            self.lost |= unseen
            if name and enabled is not False and not unseen:
                self.names[row["account_id"]].append(name)

    def of(self, account: str) -> tuple[list[str], frozenset[str]]:
        """Regions of an account, and the gaps that hide some."""
        known = self.names.get(account)
        names = known if known is not None else {name for found in self.names.values() for name in found}
        return sorted(set(names)), self.source.hidden(account) | self.lost


def _which_regions(found: Tree) -> str:
    """The question which regions are meant to be used, with those the policies name."""
    named = sorted({value for node in found.nodes for level in node.levels for document in level
                    for statement in document.statements for condition in statement.conditions
                    if condition.key == "aws:requestedregion" for value in condition.values})  # fmt: skip
    told = f"the policies name {', '.join(named)}" if named else "no policy names any"
    return f"Which regions does the organization use? None is given as approved, and {told}."


def _regions(found: Tree, node: Node, usable: Sequence[str], allowed: Collection[str]) -> Answered:
    """What of work gets through outside the allowed regions, and where in them a region deny stops it."""
    places = sorted({*usable, *allowed})
    answers = regions_open(node.levels, places, node.id, **found.around(node), labels=node.labels)
    passed, somewhere = defaultdict(list), {a.action for a in answers if not a.denied}
    for answer in answers:
        if answer.region not in allowed and not answer.denied:
            passed[answer.region].append(answer.action)
    blocked = [a for a in answers if a.region in allowed and a.denied and _by_region(a, somewhere)]
    shut = [a for a in answers if a.region not in allowed and a.denied]
    decider = next((node.decider(a.decision) for a in (*blocked, *shut)), None)
    spared = {e.pattern: e for a in answers if a.region not in allowed for e in a.exemptions}
    question = f"Which regions can {node.name} use? Its list of regions was not read, nor that of any other account."
    return {
        "denied": not passed, "open_regions": tuple(sorted(passed)), "open_probes": dict(passed),
        "open_actions": tuple(sorted({action for found in passed.values() for action in found})),
        "blocked_regions": tuple(sorted({a.region for a in blocked})), "exemptions": tuple(spared.values()),
        "words": node.words(blocked[0].decision) if blocked else "", **shown(decider),
        "question": None if usable or blocked else question,
    }  # fmt: skip


def _by_region(answer: Answer, somewhere: Collection[str]) -> bool:
    """True if it was denied for its region: by a deny that names regions, or allowed in other regions only."""
    statement = answer.decision.statement
    return answer.action in somewhere if statement is None else about_region(statement)


# --- what outsiders can do


def _perimeters(rails: Cells, services: Iterable[str], client: Client) -> Iterator[Cells]:
    found = rails["rcp_partly"]
    custom = any(not p.aws_managed for node in found.nodes for level in node.hung for p in level)
    if rails["rcps_on"] is False or not (custom or rails["gaps"]):
        why = "none but AWS's own is attached" if found.enabled else "the policy type is not enabled"
        yield _alone(rails, "perimeter", {"words": why})
        return
    outsider = next(n for n in (str(n).zfill(12) for n in range(10_000)) if n not in client.trusted_accounts)
    for node in found.accounts:
        around = found.around(node) | {"org_id": found.organization_id or ""}
        for answer in perimeter(node.levels, services, node.id, **around, outsider=outsider, labels=node.labels):
            told = _perimeter(found, node, answer)
            yield _row(rails, node, "perimeter", f"{node.id}/{answer.service}", told, answer.action)


def _perimeter(found: Tree, node: Node, answer: PerimeterAnswer) -> Answered:
    by = node.decider(answer.decision) if answer.denied else None
    return {"denied": answer.denied, **shown(by), "services_usable": answer.services_usable,
            "services_tied": answer.services_tied,
            "tls_only": denied_without_tls(found, node, answer.action)}  # fmt: skip


def denied_without_tls(found: Tree, node: Node, action: str) -> bool:
    """True if the account's own administrator is denied the call without TLS, and with it not."""
    region = home_region(partition=node.partition)
    resource = sample_resources(action, node.id, region, node.partition)[0]
    caller = found.member(node).administrator(region)
    plain = rcp_decision(node.levels, action, resource, {**caller, "aws:SecureTransport": "false"})
    return not plain.allowed and rcp_decision(node.levels, action, resource, caller).allowed


# --- the fact


def exempt_principals(row: Row) -> tuple[str, ...]:
    """Whom the deny spares, as the policy writes it."""
    return tuple(sorted({one.pattern for one in row.exemptions}))


def takeable(row: Row) -> tuple[Exemption, ...]:
    """The exemptions that a local administrator can take: for him the deny is none."""
    return tuple(one for one in row.exemptions if one.guessable)


def root_credentials(row: Row) -> bool | None:
    """The root user holds a password, key or certificate; None where AWS does not say."""
    parts = (row.account_password_present, row.account_access_keys_present, row.account_signing_certificates_present)
    return None if None in parts else any(parts)


def central_sessions(row: Row) -> bool:
    """Privileged root sessions of members are managed centrally."""
    return "RootSessions" in names_in(row.enabled_features)


def _no_summary(row: Row) -> str:
    return not_asked("iam:GetAccountSummary", row.account_id, GLOBAL)


_OF_NODE = ("asks", "probe", "node_id", "node_name", "node_path", "ou_path", "is_unit", "is_exception")
GUARDED = Fact(
    "guarded",
    "One row per unit or account and question (leaving, root, regions, ...): whether guardrails stop it, and which.",
    rows=_guarded,
    made={
        **dict.fromkeys(("", *KEYS, "resource_type", *_OF_NODE, *NOTHING), ("guardrails",)),
        **dict.fromkeys(("open_probes", "open_regions"), ("guardrails", "ec2_regions")),
    },
    joins=(
        Join("iam_account_summary",
             ("account_password_present", "account_access_keys_present", "account_signing_certificates_present"),
             on=ACCOUNT, only=lambda row: row.asks == "root", missing=_no_summary),
        Join("iam_organizations_features", ("enabled_features",), on={}, place=NOWHERE),
        Join("guardduty_locks", ("locked", "locked_by", "unlocked_because"), on=ACCOUNT, place=NOWHERE),
        Join("iam_credential_report", many="credentials", on=ACCOUNT),
    ),
    columns=(exempt_principals, takeable, root_credentials, central_sessions),
    hidden=frozenset({"exemptions", "credentials", "takeable"}),
)  # fmt: skip
