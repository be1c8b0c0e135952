"""IAM Identity Center: its instances, permission sets with the power they give, and assignments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from orienteer.facts.fact import Fact, Join
from orienteer.facts.organization import told_by
from orienteer.facts.powers import RESERVED
from orienteer.facts.principals import EVERYTHING, policy_texts
from orienteer.facts.seen import Cells, Partial, Row, Unseen, either
from orienteer.facts.source import BOOLS, Gap, Source
from orienteer.facts.values import ROOT_USER, not_asked
from orienteer.facts.ways_in import provider
from orienteer.model import GLOBAL
from orienteer.partitions import partition_of
from orienteer.policy.rights.escalation import Principal, admin_paths
from orienteer.policy.rights.purposes import purposes

OF_SET = {"permission_set_arn": "permission_set_arn"}


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
        account_id=home,
        region=GLOBAL,
        resource_id=first["instance_arn"] if first else "organization instance",
        resource_arn=first and first["instance_arn"],
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
    made=("account_id", "region", "resource_id", "resource_arn", *_nothing()),
    joins=(Join("sso_instance_details", many="details", on={"instance_arn": "instance_arn"}),),
    columns=(status,),
    hidden=frozenset({"password_users", "saml", "details", "listed_status"}),
    resource_type="AWS::SSO::Instance",
)


# --- permission sets


def _unread(
    missing: Sequence[str], texts: Sequence[Source], tried: Sequence[str], alone: str, home: str
) -> frozenset[str]:
    """The gaps that hide the texts of these policies; that they were not asked for, where no call failed."""
    gaps = frozenset[str]().union(*(source.hidden(account) for source in texts for account in (*tried, home)))
    wanted = f"the text of {', '.join(missing)} is not among those that were read"
    return gaps or frozenset({not_asked("iam:GetPolicyVersion", ", ".join(tried) or alone, GLOBAL, wanted)})


def _permission_sets(
    sso_permission_set_details: Source,
    sso_permission_set_inline_policies: Source,
    sso_permission_set_managed_policies: Source,
    sso_permission_set_customer_policies: Source,
    sso_permission_set_boundaries: Source,
    sso_permission_set_accounts: Source,
    iam_local_policies: Source,
    iam_aws_policy_versions: Source,
    iam_aws_boundary_versions: Source,
    sso_managed_policy_documents: Source,
    sso_boundary_policy_documents: Source,
    organization: Source,
    *,
    as_of: pd.Timestamp,
) -> Iterator[Cells | Gap]:
    parts = (
        sso_permission_set_inline_policies,
        sso_permission_set_managed_policies,
        sso_permission_set_customer_policies,
        sso_permission_set_boundaries,
    )
    texts = (
        sso_managed_policy_documents,
        sso_boundary_policy_documents,
        iam_local_policies,
        iam_aws_policy_versions,
        iam_aws_boundary_versions,
    )
    known = policy_texts(*(source.rows for source in texts))
    home = organization.first("management_account_id")
    for one in (row for row in sso_permission_set_details.rows if row["permission_set_name"]):
        arn, at = one["permission_set_arn"], (one["account_id"], one["region"])
        inline, managed, customer, boundary = (
            [row for row in part.find({"permission_set_arn": arn}) if any(row.get(c) for c in _NAMES)] for part in parts
        )
        assigned = sso_permission_set_accounts.find({"permission_set_arn": arn})
        accounts = sorted({row["assigned_account"] for row in assigned if row["assigned_account"]})
        differs = bool(customer) or any(row["boundary_name"] for row in boundary)  # by account: where it is matters
        tried = accounts if differs else []
        alone = home if isinstance(home, str) else one["account_id"]
        made = [_provisioned(one, a, inline, managed, customer, boundary, known) for a in tried or [alone]]
        paths = [p for who, _ in made for p in admin_paths([who], assume_targets=True, now=as_of.to_pydatetime())]
        free = [p for p in paths if not p.blocked_by]
        lost = unlisted = frozenset[str]().union(*(part.hidden(*at, one["resource_id"]) for part in parts))
        missing = sorted({name for _, names in made for name in names})
        lost |= _unread(missing, texts, tried, alone, at[0]) if missing else frozenset()
        unassigned = sso_permission_set_accounts.hidden(*at, one["resource_id"])
        beyond = unassigned if differs else frozenset()
        admin = any(p.kind == "admin" for p in free)
        yield Cells(
            account_id=at[0],
            region=at[1],
            resource_id=arn or one["resource_id"],
            resource_arn=arn,
            permission_set_arn=arn,
            name=one["permission_set_name"],
            session_duration=one["session_duration"],
            policies=tuple(str(r["policy_name"]) for r in (*managed, *customer)) + ("inline policy",) * bool(inline),
            bounded_by=tuple(str(r["boundary_name"] or r["boundary_arn"]) for r in boundary),
            assigned_accounts=Unseen(unassigned) if unassigned else tuple(accounts),
            is_admin=Unseen(lost, BOOLS[:2]) if unlisted or (lost and not admin) else admin,
            ways=Partial(() if lost else tuple(p for p in free if p.kind == "escalation"), lost | beyond),
            is_limited=bool(paths) and not free,
            purposes=Unseen(lost) if lost else tuple(purposes(who, as_of.to_pydatetime()) for who, _ in made),
        )
    yield from sso_permission_set_details.gaps


_NAMES = ("policy", "policy_arn", "policy_name", "boundary_arn", "boundary_name")


def _provisioned(
    one: Cells,
    account: str,
    inline: Sequence[Cells],
    managed: Sequence[Cells],
    customer: Sequence[Cells],
    boundary: Sequence[Cells],
    texts: dict[tuple[str, str], str],
) -> tuple[Principal, list[str]]:
    """The set's role in an account, and what of its policies and boundary has no known text."""
    everywhere = {arn: text for (_, arn), text in texts.items() if ":iam::aws:" in arn}
    local = {arn.rpartition("/")[2]: (arn, text) for (owner, arn), text in texts.items() if owner == account}
    found: list[tuple[str, Any]] = [("inline policy", row["policy"]) for row in inline]
    missing = []
    for arn in (row["policy_arn"] for row in managed):
        text = everywhere.get(arn) or (EVERYTHING if str(arn).endswith("/AdministratorAccess") else None)
        found += [(arn, text)] if text else []
        missing += [] if text else [str(arn)]
    for name in (row["policy_name"] for row in customer):
        found += [local[name]] if name in local else []
        missing += [] if name in local else [f"{name} in {account}"]
    limits = [everywhere.get(r["boundary_arn"]) or local.get(r["boundary_name"] or "", ("", None))[1] for r in boundary]
    missing += [
        f"boundary {r['boundary_name'] or r['boundary_arn']}" for r, t in zip(boundary, limits, strict=True) if not t
    ]
    arn = f"arn:{partition_of(one['permission_set_arn'])}:iam::{account}:role{RESERVED}{one['permission_set_name']}"
    return Principal(arn, "role", account, tuple(found), next((t for t in limits if t), None)), missing


def combinations(row: Row) -> tuple[str, ...]:
    """The combinations of rights in it by which somebody could become administrator."""
    return tuple(sorted({way.combination for way in row.ways}))


def reads(row: Row) -> bool:
    """It shows what a security review of an account has to see."""
    return all(one.reads for one in row.purposes)


def reads_data(row: Row) -> bool:
    """It shows the content of buckets and tables, too."""
    return any(one.reads_data for one in row.purposes)


def writes(row: Row) -> tuple[str, ...]:
    """The first actions by which it may change something."""
    return tuple(dict.fromkeys(action for one in row.purposes for action in one.writes))


def everything(row: Row) -> bool:
    """It may do everything."""
    return any(one.everything for one in row.purposes)


def administers_iam(row: Row) -> bool:
    """It may make roles and give them rights, and not everything else."""
    return all(one.administers_iam and not one.everything for one in row.purposes)


def admin_equivalent(row: Row) -> bool:
    """It may do everything, or everything in IAM or in Organizations, which comes to the same."""
    return either(lambda: row.is_admin, lambda: any(one.administers_organization for one in row.purposes))


def session_hours(row: Row) -> float | None:
    """How long a session lasts; None where the text of its duration cannot be read.  AWS's default is one hour."""
    if row.session_duration is None:
        return 1.0
    try:
        return round(float(pd.Timedelta(row.session_duration) / pd.Timedelta(hours=1)), 2)
    except ValueError:
        return None


def groups(row: Row) -> int:
    """How many groups are assigned to it."""
    return len({a.principal_id for a in row.assignments if a.principal_type == "GROUP"})


def users(row: Row) -> int:
    """How many users are assigned to it themselves."""
    return len({a.principal_id for a in row.assignments if a.principal_type == "USER"})


PERMISSION_SETS = Fact(
    "permission_sets",
    "One row per permission set of Identity Center: its policies, whom it is assigned to, and the power it gives.",
    rows=_permission_sets,
    made=(
        "account_id",
        "region",
        "resource_id",
        "resource_arn",
        "permission_set_arn",
        "name",
        "session_duration",
        "policies",
        "bounded_by",
        "assigned_accounts",
        "is_admin",
        "ways",
        "is_limited",
        "purposes",
    ),
    joins=(Join("sso_account_assignments", many="assignments"),),
    columns=(
        combinations,
        reads,
        reads_data,
        writes,
        everything,
        administers_iam,
        admin_equivalent,
        session_hours,
        groups,
        users,
    ),
    hidden=frozenset({"ways", "assignments", "purposes"}),
    resource_type="AWS::SSO::PermissionSet",
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
        yield Cells(
            account_id=account,
            region=region,
            resource_id=group,
            resource_arn=None,
            members=Partial(tuple(users), gaps),
        )
    yield from (replace(gap, resource_id="") for gap in identitystore_memberships.gaps)  # they name an assignment


GROUP_MEMBERS = Fact(
    "group_members",
    "One row per group of Identity Center that holds a permission set: the ids of the users in it.",
    rows=_group_members,
    made=("account_id", "region", "resource_id", "resource_arn", "members"),
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
