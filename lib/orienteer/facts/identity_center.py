"""IAM Identity Center: its instances, who is in which group, and who is assigned what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from orienteer.facts.fact import Fact, Join
from orienteer.facts.organization import told_by
from orienteer.facts.permission_sets import OF_SET
from orienteer.facts.seen import Cells, Partial, Row, Unseen
from orienteer.facts.source import BOOLS, Gap, Source
from orienteer.facts.values import ROOT_USER, keys_at, not_asked
from orienteer.facts.ways_in import provider
from orienteer.model import KEYS

# --- instances


def _instances(
    organization: Source,
    sso_instances: Source,
    sso_permission_sets: Source,
    iam_credential_report: Source,
    iam_saml_providers: Source,
) -> Iterator[Cells]:
    """The organization's instance (or that there is none), then those of single accounts, each once."""
    home = organization.first("management_account_id")
    asked = told_by(home, organization)
    if not asked:
        return
    seen = [
        {**row, "owner": row["owner_account"] or row["account_id"]} for row in sso_instances.rows if row["instance_arn"]
    ]
    own = sorted((i for i in seen if home is not None and i["owner"] == home), key=lambda i: not i["owned"])
    unknown = Unseen(home.gaps, BOOLS[:2]) if isinstance(home, Unseen) else None
    unlisted = sso_instances.hidden() | (unknown.gaps if unknown else frozenset())
    yield _main(asked, own, unlisted, sso_permission_sets, iam_credential_report, iam_saml_providers)
    mine = {i["instance_arn"] for i in own}
    for one in {i["instance_arn"]: i for i in seen if i["owned"] and i["instance_arn"] not in mine}.values():
        yield Cells(
            _nothing() | dict.fromkeys(("sets", "password_users", "saml"), unknown and Unseen(unknown.gaps)),
            account_id=one["account_id"],
            region=one["region"],
            resource_id=one["instance_arn"],
            resource_arn=one["instance_arn"],
            is_main=unknown,
            instance_arn=one["instance_arn"],
            owner=one["owner"],
            listed_status=one["status"],
        )


def _nothing() -> dict[str, Any]:
    return dict.fromkeys(("is_main", "instance_arn", "owner", "listed_status", "sets", "password_users", "saml"))


def _main(
    home: str, own: Sequence[dict[str, Any]], unlisted: frozenset[str], sets: Source, report: Source, saml: Source
) -> Cells:
    first = own[0] if own else None
    arn = first["instance_arn"] if first else Unseen(unlisted) if unlisted else None
    found = {
        row["permission_set_arn"]
        for row in sets.rows
        if first and row["instance_arn"] == first["instance_arn"] and row["permission_set_arn"]
    }
    known = bool(found) or any(row["owned"] for row in sets.rows)
    lost = sets.hidden(home, first and first["region"]) or frozenset(
        {not_asked("sso:ListPermissionSets", home, first and first["region"], "the instance is seen from members only")}
    )
    return Cells(
        keys_at(home, first["instance_arn"] if first else "organization instance", first and first["instance_arn"]),
        is_main=True,
        instance_arn=arn,
        owner=first["owner"] if first else Unseen(unlisted) if unlisted else None,
        listed_status=first and first["status"],
        sets=len(found) if known else Unseen(lost),
        password_users=Partial(
            tuple(r for r in report.rows if r["password_enabled"] and r["user"] != ROOT_USER),
            frozenset(g.text for g in report.gaps if g.resource_id != ROOT_USER),
        ),
        saml=Partial(tuple(r for r in saml.rows if provider(r["provider_arn"]) == "saml"), saml.hidden()),
    )


def status(instance: Row) -> str | None:
    """Its status as the account that owns it gives it, else as the list does."""
    told: str | None = next((d.status for d in instance.details if d.status), instance.listed_status)
    return told


IDENTITY_CENTERS = Fact(
    "identity_centers",
    "One row for the organization's instance of IAM Identity Center, and one per instance of a single account.",
    rows=_instances,
    made=(*KEYS, *_nothing()),
    joins=(Join("sso_instance_details", many="details", on={"instance_arn": "instance_arn"}),),
    columns=(status,),
    hidden=frozenset({"password_users", "saml", "details", "listed_status"}),
    resource_type="AWS::SSO::Instance",
)


def _group_members(identitystore_memberships: Source) -> Iterator[Cells | Gap]:
    """Each group with its members, whom the table repeats for every assignment of the group."""
    found: dict[tuple[str, str, str], dict[str, None]] = {}
    for row in identitystore_memberships.rows:
        if row["principal_id"]:
            users = found.setdefault((row["account_id"], row["region"], row["principal_id"]), {})
            users |= {row["user_id"]: None} if row["user_id"] else {}
    for (account, region, group), users in found.items():
        gaps = identitystore_memberships.hidden(account, region)
        yield Cells(keys_at(account, group, region=region), members=Partial(tuple(users), gaps))
    yield from (replace(gap, resource_id="") for gap in identitystore_memberships.gaps)  # they name an assignment


GROUP_MEMBERS = Fact(
    "group_members",
    "One row per group of Identity Center that holds a permission set: the ids of the users in it.",
    rows=_group_members,
    made=(*KEYS, "members"),
    resource_type="AWS::IdentityStore::Group",
)


def people(assignment: Row) -> tuple[str, ...]:
    """The ids of the users who hold it, by themselves or in the group."""
    return tuple(assignment.members or ()) if assignment.is_group else (assignment.principal_id,)


def known_people(cells: Cells) -> tuple[str, ...]:
    """The same as far as they were read: of a group whose list came in part, those in that part."""
    held = cells["members"]
    return tuple(held.items) if isinstance(held, Partial) else (cells["principal_id"],) * (not cells["is_group"])


def _is_group(assignment: Row) -> bool:
    return bool(assignment.is_group)


OF_MEMBERS = Join("group_members", ("members",), on={"resource_id": "principal_id"}, only=_is_group)
ASSIGNMENTS = Fact(
    "assignments",
    "One row per account, permission set and group or user that holds it there, with the people behind it.",
    base="sso_account_assignments",
    joins=(
        Join(
            "permission_sets",
            {"permission_set": "name", **{n: n for n in ("is_admin", "admin_equivalent", "reads", "writes")}},
            on=OF_SET,
        ),
        Join("identitystore_groups", ("group_name",), on={"group_id": "principal_id"}, only=_is_group),
        OF_MEMBERS,
    ),
    columns=(people,),
    hidden=frozenset({"members"}),
)
