"""Overlay answers about the organization: trusted access, delegation, contacts, root features."""

from __future__ import annotations

from datetime import UTC

from .clock import ago
from .plan import NOT_OPTED_IN, REGIONS, Account, text
from .scene import Answer, Content, Scene, account_arn, backend, denied
from .wire import Refusal

DECLARATIVE = "DECLARATIVE_POLICY_EC2"
_SINCE = 700  # days before the demo's clock


def _trusted(scene: Scene) -> Content:
    return {
        "EnabledServicePrincipals": [
            {"ServicePrincipal": service, "DateEnabled": ago(_SINCE)} for service in scene.plan.trusted_services
        ]
    }


def _delegated(scene: Scene) -> Content:
    service = scene.given("ServicePrincipal")
    keys = sorted({key for name, key in scene.plan.delegated.items() if service in (None, name)})
    return {"DelegatedAdministrators": [_administrator(scene, scene.plan.account(key)) for key in keys]}


def _administrator(scene: Scene, account: Account) -> Content:
    return {
        "Id": account.id,
        "Arn": account_arn(scene.plan, account),
        "Email": account.email,
        "Name": account.name,
        "Status": "ACTIVE",
        "JoinedMethod": "CREATED",
        "JoinedTimestamp": ago(account.age),
        "DelegationEnabledDate": ago(_SINCE),
    }


def _delegated_services(scene: Scene) -> Content:
    account = next((one for one in scene.plan.accounts if one.id == scene.given("AccountId")), None)
    services = [name for name, key in scene.plan.delegated.items() if account and key == account.key]
    if not services:
        raise Refusal("AccountNotRegisteredException", "The account is not a registered delegated administrator.")
    return {"DelegatedServices": [{"ServicePrincipal": one, "DelegationEnabledDate": ago(_SINCE)} for one in services]}


def _resource_policy(scene: Scene) -> Content:
    if scene.plan.delegation_policy is None:
        raise Refusal("ResourcePolicyNotFoundException", "We can't find a resource policy for the organization.")
    arn = f"arn:aws:organizations::{scene.plan.management.id}:resourcepolicy/{scene.plan.org_id}/rp-demo0001"
    return {
        "ResourcePolicy": {
            "ResourcePolicySummary": {"Id": "rp-demo0001", "Arn": arn},
            "Content": text(scene.plan.delegation_policy),
        }
    }


def _effective_policy(scene: Scene) -> Content:
    declared = scene.plan.declared.get(scene.account.key)
    if scene.given("PolicyType") == DECLARATIVE and declared:
        told = {"PolicyContent": text(declared), "TargetId": scene.account.id, "PolicyType": DECLARATIVE}
        return {"EffectivePolicy": {**told, "LastUpdatedTimestamp": ago(90)}}
    raise Refusal("EffectivePolicyNotFoundException", f"No {scene.given('PolicyType')} applies to this account.")


def _policies(scene: Scene) -> Content:
    """Policies of one type; types that moto does not know have none in the demo."""
    held = backend("organizations", scene.plan.management.id).policies
    found = [one.describe()["Policy"]["PolicySummary"] for one in held if one.type == scene.given("Filter")]
    return {"Policies": found}


def _policies_for_target(scene: Scene) -> Content:
    organization = backend("organizations", scene.plan.management.id)
    target = scene.given("TargetId")
    places = [one for one in (*organization.ou, *organization.accounts) if one.id == target]
    if not places:
        raise Refusal("TargetNotFoundException", "You specified a target that doesn't exist.")
    attached = [one for one in places[0].attached_policies if one.type == scene.given("Filter")]
    return {"Policies": [one.describe()["Policy"]["PolicySummary"] for one in attached]}


def _described(scene: Scene) -> Content:
    found = dict(backend("organizations", scene.plan.management.id).org.describe()["Organization"])
    return {"Organization": found}


def _subject(scene: Scene) -> Account:
    """The account an `account` call is about: the caller, or the member that management names."""
    named = scene.given("AccountId")
    if named is None:
        return scene.account
    if named == scene.plan.management.id:
        raise Refusal("ValidationException", "The management account can't specify its own AccountId.")
    member = next((one for one in scene.plan.accounts if one.id == named), None)
    delegate = scene.plan.delegated.get("account.amazonaws.com")
    allowed = scene.managing() or scene.account.key == delegate
    if member is None or not allowed or "account.amazonaws.com" not in scene.plan.trusted_services:
        raise denied(scene, f"on account {named}")
    return member


def _alternate_contact(scene: Scene) -> Content:
    kind = str(scene.given("AlternateContactType"))
    email = _subject(scene).contacts.get(kind)
    if email is None:
        raise Refusal("ResourceNotFoundException", f"No contact of the inputted alternate contact type {kind}.", 404)
    return {
        "AlternateContact": {
            "AlternateContactType": kind,
            "EmailAddress": email,
            "Name": f"{kind.title()} team",
            "PhoneNumber": "+49 30 000000",
            "Title": "Team",
        }
    }


def _contact(scene: Scene) -> Content:
    _subject(scene)
    return {
        "ContactInformation": {
            "FullName": scene.plan.name,
            "CompanyName": scene.plan.name,
            "AddressLine1": "1 Demo Street",
            "City": "Demo",
            "PostalCode": "00000",
            "CountryCode": "DE",
            "PhoneNumber": "+49 30 000000",
        }
    }


def _primary_email(scene: Scene) -> Content:
    return {"PrimaryEmail": _subject(scene).email}


def _account_regions(scene: Scene) -> Content:
    _subject(scene)
    wanted = scene.given("RegionOptStatusContains")
    regions = [{"RegionName": one, "RegionOptStatus": "ENABLED_BY_DEFAULT"} for one in REGIONS]
    regions += [{"RegionName": one, "RegionOptStatus": "DISABLED"} for one in NOT_OPTED_IN]
    return {"Regions": [one for one in regions if not wanted or one["RegionOptStatus"] in wanted]}


def _root_features(scene: Scene) -> Content:
    delegate = scene.plan.delegated.get("iam.amazonaws.com")
    if not scene.managing() and scene.account.key != delegate:
        raise Refusal(
            "AccountNotManagementOrDelegatedAdministratorException",
            "The request was rejected because the account making the request is not the management account or "
            "delegated administrator account for centralized root access.",
        )
    if "iam.amazonaws.com" not in scene.plan.trusted_services:
        raise Refusal("ServiceAccessNotEnabledException", "Trusted access is not enabled for IAM in Organizations.")
    return {"OrganizationId": scene.plan.org_id, "EnabledFeatures": list(scene.plan.root_features)}


def _accounts(scene: Scene) -> Content:
    """All accounts; moto pages them by the time they joined, which may be the same for several."""
    made = backend("organizations", scene.plan.management.id).accounts
    return {"Accounts": [{**one.describe(), "JoinedTimestamp": one.create_time.replace(tzinfo=UTC)} for one in made]}


def _queues(scene: Scene) -> Content:
    """Queue addresses as AWS words them; moto's would name this server's port."""
    held = backend("sqs", scene.account.id, scene.region).queues
    names = [name for name in held if name.startswith(scene.given("QueueNamePrefix", ""))]
    found = [f"https://sqs.{scene.region}.amazonaws.com/{scene.account.id}/{name}" for name in names]
    return {"QueueUrls": found} if found else {}


def _handshakes(scene: Scene) -> Content:
    return {"Handshakes": []}


ORGANIZATION: dict[tuple[str, str], Answer] = {
    ("organizations", "DescribeOrganization"): _described,
    ("organizations", "ListAccounts"): _accounts,
    ("organizations", "ListAWSServiceAccessForOrganization"): _trusted,
    ("organizations", "ListDelegatedAdministrators"): _delegated,
    ("organizations", "ListDelegatedServicesForAccount"): _delegated_services,
    ("organizations", "DescribeResourcePolicy"): _resource_policy,
    ("organizations", "ListHandshakesForOrganization"): _handshakes,
    ("organizations", "DescribeEffectivePolicy"): _effective_policy,
    ("organizations", "ListPolicies"): _policies,
    ("organizations", "ListPoliciesForTarget"): _policies_for_target,
    ("account", "GetAlternateContact"): _alternate_contact,
    ("account", "GetContactInformation"): _contact,
    ("account", "GetPrimaryEmail"): _primary_email,
    ("account", "ListRegions"): _account_regions,
    ("sqs", "ListQueues"): _queues,
    ("iam", "ListOrganizationsFeatures"): _root_features,
}
