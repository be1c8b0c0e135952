"""Steps by IAM Roles Anywhere: from whoever holds a certificate of a trust anchor's authority to roles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from orienteer.facts.seen import Cells
from orienteer.facts.values import documents
from orienteer.policy.language.document import Document, parse
from orienteer.policy.language.match import Principal as Caller
from orienteer.policy.language.match import Request, allowed
from orienteer.policy.language.values import meeting
from orienteer.policy.rights.steps import ASSUME, Step, Surroundings, rcp_blocks, trust_words
from orienteer.policy.rights.ways import Principal

ANYWHERE = "rolesanywhere.amazonaws.com"


def certified(
    roles: Iterable[Cells], anchors: Iterable[Cells], profiles: Iterable[Cells], around: Surroundings
) -> Iterator[Step]:
    """From whoever holds a certificate of a trust anchor's authority to the roles of the profiles beside it.

    A session takes an anchor and a profile of one account and region, both in force, and a role that the profile lists
    and that trusts the service: https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html
    """
    by_arn = {role["role_arn"]: role for role in roles}
    here = [one for one in profiles if one["enabled"] is True]
    for anchor in (one for one in anchors if one["enabled"] is True):
        near = (p for p in here if (p["account_id"], p["region"]) == (anchor["account_id"], anchor["region"]))
        for profile in near:
            for arn in documents(profile["role_arns"]):
                if arn in by_arn and by_arn[arn]["account_id"] == anchor["account_id"]:
                    yield from _by_certificate(by_arn[arn], anchor, profile, around)


def _by_certificate(role: Cells, anchor: Cells, profile: Cells, around: Surroundings) -> Iterator[Step]:
    trust = parse(role["trust_policy"])
    service = Caller("Service", ANYWHERE)
    plain = {
        "aws:sourcearn": (str(anchor["anchor_arn"]),),
        "aws:sourceaccount": (role["account_id"],),
        "aws:principalisawsservice": ("true",),
        "aws:principalservicename": (ANYWHERE,),
    }
    for asked in ({}, *_subjects(trust)):
        found = allowed([trust], Request(ASSUME, "*", {**asked, **plain}, service))
        if found.allowed and found.statement is not None:
            target = Principal(role["role_arn"], "role", role["account_id"])
            limited = profile["session_policy"] or documents(profile["managed_policy_arns"])
            limits = (f"the session policy of profile {profile['profile_name']}",) if limited else ()
            yield Step(
                f"certificate:{anchor['anchor_arn']}#{anchor['anchor_name']}",
                role["role_arn"],
                "trust",
                role["account_id"],
                opened=trust_words(role["role_arn"], found.statement),
                actions=(ASSUME,),
                conditions=(*sorted(asked), *limits),
                blocked_by="rcp" if rcp_blocks(target, ASSUME, {**asked, **plain}, around) else "",
            )
            return


def _subjects(trust: Document) -> Iterator[Mapping[str, tuple[str, ...]]]:
    """What each statement asks of the certificate: its subject, issuer and names come as tags and source identity."""
    for statement in trust.statements:
        asked = {c.key: (met,) for c in statement.conditions if _of_certificate(c.key) for met in list(meeting(c))[:1]}
        if asked:
            yield asked


def _of_certificate(key: str) -> bool:
    return key.startswith("aws:principaltag/x509") or key in ("sts:sourceidentity", "aws:sourceidentity")
