"""The organization in moto: accounts in their OUs, policies attached."""

from __future__ import annotations

from unittest.mock import patch

from .plan import Organization, text
from .workshop import Workshop

UNKNOWN = ("DECLARATIVE_POLICY_EC2",)
"""Policy types that moto does not know: enabled in its memory, without a policy of their own."""
FOUNDED = 1500  # days before the demo's clock


def build_organization(shop: Workshop, plan: Organization) -> None:
    """Nothing; afterwards moto holds the plan's organization, its accounts, OUs and policies."""
    ids = iter([plan.management.id, *(account.id for account in plan.accounts[1:])])
    with (
        patch("moto.organizations.utils.make_random_account_id", lambda: next(ids)),
        patch("moto.organizations.utils.make_random_org_id", lambda: plan.org_id),
    ):
        places = _tree(shop, plan)
        _accounts(shop, plan, places)
    _policies(shop, plan, places)
    _facts_no_call_can_set(shop, plan)


def _tree(shop: Workshop, plan: Organization) -> dict[str, str]:
    """Id of the root and of each OU, by path."""
    client = shop.client("organizations", plan.management.id)
    with shop.clock.at(FOUNDED):
        client.create_organization(FeatureSet="ALL")
    places = {"": client.list_roots()["Roots"][0]["Id"]}
    for kind in (one for one in plan.policy_types if one not in UNKNOWN):
        client.enable_policy_type(RootId=places[""], PolicyType=kind)
    for path in plan.ous:
        above, _, name = path.rpartition("/")
        made = client.create_organizational_unit(ParentId=places[above], Name=name)
        places[path] = made["OrganizationalUnit"]["Id"]
    return places


def _accounts(shop: Workshop, plan: Organization, places: dict[str, str]) -> None:
    client = shop.client("organizations", plan.management.id)
    for account in plan.accounts[1:]:
        with shop.clock.at(account.age):
            client.create_account(AccountName=account.name, Email=account.email)
        if account.ou:
            client.move_account(AccountId=account.id, SourceParentId=places[""], DestinationParentId=places[account.ou])
    for account in plan.accounts:
        tags = [{"Key": key, "Value": value} for key, value in account.tags.items()]
        if tags:
            client.tag_resource(ResourceId=account.id, Tags=tags)
        places[account.key] = account.id


def _policies(shop: Workshop, plan: Organization, places: dict[str, str]) -> None:
    client = shop.client("organizations", plan.management.id)
    for item in plan.policies:
        made = client.create_policy(
            Name=item.name, Description=f"{plan.name}: {item.name}", Type=item.type, Content=text(item.document)
        )
        for target in item.targets:
            place = places["" if target == "/" else target]
            client.attach_policy(PolicyId=made["Policy"]["PolicySummary"]["Id"], TargetId=place)
    for path in plan.emptied:
        client.detach_policy(PolicyId="p-FullAWSAccess", TargetId=places[path])


def _facts_no_call_can_set(shop: Workshop, plan: Organization) -> None:
    backend = shop.backend("organizations", plan.management.id)
    backend.accounts[0].name = plan.management.name
    backend.accounts[0].email = plan.management.email
    backend.org.master_account_email = plan.management.email
    root = next(one for one in backend.ou if one.type == "ROOT")
    root.policy_types += [{"Type": one, "Status": "ENABLED"} for one in plan.policy_types if one in UNKNOWN]
    for account, made in zip(plan.accounts, backend.accounts, strict=True):
        invited = not account.ou
        made.joined_method = "INVITED" if invited else "CREATED"
    # moto gives the management account the role that only members have.
    shop.client("iam", plan.management.id).delete_role(RoleName="OrganizationAccountAccessRole")
