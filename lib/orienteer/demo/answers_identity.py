"""Overlay answers about people and their credentials: credential report, MFA, Roles Anywhere, Identity Center."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime, timedelta

from .build_identity import aws_policy
from .clock import AS_OF, ago
from .plan import HOME, AccessKey, Account, PermissionSet, Root, User, text
from .scene import Answer, Content, Scene, backend, stable_id
from .wire import Refusal

_COLUMNS = [
    "user",
    "arn",
    "user_creation_time",
    "password_enabled",
    "password_last_used",
    "password_last_changed",
    "password_next_rotation",
    "mfa_active",
    "access_key_1_active",
    "access_key_1_last_rotated",
    "access_key_1_last_used_date",
    "access_key_1_last_used_region",
    "access_key_1_last_used_service",
    "access_key_2_active",
    "access_key_2_last_rotated",
    "access_key_2_last_used_date",
    "access_key_2_last_used_region",
    "access_key_2_last_used_service",
    "cert_1_active",
    "cert_1_last_rotated",
    "cert_2_active",
    "cert_2_last_rotated",
]


def _stamp(days: int | None, otherwise: str = "N/A") -> str:
    return otherwise if days is None else f"{ago(days):%Y-%m-%dT%H:%M:%S}+00:00"


def _key_cells(keys: Sequence[AccessKey]) -> list[str]:
    cells: list[str] = []
    for slot in range(2):
        if slot >= len(keys):
            cells += ["false", "N/A", "N/A", "N/A", "N/A"]
            continue
        key = keys[slot]
        used = [_stamp(key.used), key.region, key.service] if key.used is not None else ["N/A"] * 3
        cells += [str(key.active).lower(), _stamp(key.age), *used]
    return [*cells, "false", "N/A", "false", "N/A"]


def _root_row(account: Account, root: Root) -> list[str]:
    used = _stamp(root.password_used, "no_information")
    head = ["<root_account>", f"arn:aws:iam::{account.id}:root", _stamp(account.age), root.password, used]
    return [*head, "not_supported", "not_supported", str(root.mfa).lower(), *_key_cells(root.keys)]


def _user_row(account: Account, user: User) -> list[str]:
    head = [user.name, f"arn:aws:iam::{account.id}:user/{user.name}", _stamp(user.age)]
    if user.password:
        head += ["true", _stamp(user.password_used, "no_information"), _stamp(user.password_changed), "N/A"]
    else:
        head += ["false", "N/A", "N/A", "N/A"]
    return [*head, str(user.mfa != "none").lower(), *_key_cells(user.keys)]


def _credential_report(scene: Scene) -> Content:
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerow(_root_row(scene.account, scene.account.root))
    writer.writerows(_user_row(scene.account, user) for user in scene.account.users)
    generated = AS_OF - timedelta(hours=1)
    return {"Content": page.getvalue().encode(), "ReportFormat": "text/csv", "GeneratedTime": generated}


def _report_made(scene: Scene) -> Content:
    return {"State": "COMPLETE"}


def _summary(scene: Scene) -> Content:
    """moto's counts with what it lacks: the root user's credentials."""
    account = scene.account
    counts = {name: int(n) for name, n in backend("iam", account.id).account_summary.summary_map.items()}
    virtual = len(_virtual_devices(account))
    counts |= {
        "AccountMFAEnabled": int(account.root.mfa),
        "AccountAccessKeysPresent": int(bool(account.root.keys)),
        "AccountSigningCertificatesPresent": 0,
        "MFADevices": virtual,
        "MFADevicesInUse": virtual + sum(user.mfa == "fido" for user in account.users),
    }
    present = {"true": 1, "false": 0}.get(account.root.password)
    if present is not None:
        counts["AccountPasswordPresent"] = present
    return {"SummaryMap": counts}


def _serial(account: Account, user: User) -> str:
    if user.mfa == "fido":
        return f"arn:aws:iam::{account.id}:u2f/user/{user.name}/key-{stable_id(account.id, user.name).upper()}"
    return f"arn:aws:iam::{account.id}:mfa/{user.name}"


def _user_named(scene: Scene) -> User | None:
    name = scene.given("UserName")
    user = next((one for one in scene.account.users if one.name == name), None)
    if name and user is None:
        raise Refusal("NoSuchEntity", f"The user with name {name} cannot be found.", 404)
    return user


def _mfa_devices(scene: Scene) -> Content:
    user = _user_named(scene)
    if user is None or user.mfa == "none":
        return {"MFADevices": [], "IsTruncated": False}
    device = {"UserName": user.name, "SerialNumber": _serial(scene.account, user), "EnableDate": _enabled(user)}
    return {"MFADevices": [device], "IsTruncated": False}


def _enabled(user: User) -> datetime:
    return ago(user.age - 1)


def _virtual_devices(account: Account) -> list[Content]:
    devices: list[Content] = []
    if account.root.mfa and not account.root.hardware:
        arn = f"arn:aws:iam::{account.id}:root"
        owner = {"UserId": account.id, "Arn": arn, "CreateDate": ago(account.age), "UserName": "", "Path": "/"}
        serial = f"arn:aws:iam::{account.id}:mfa/root-account-mfa-device"
        devices.append({"SerialNumber": serial, "User": owner, "EnableDate": ago(account.age - 1)})
    for user in account.users:
        if user.mfa == "virtual":
            made = backend("iam", account.id).get_user(user.name)
            owner = {
                "UserId": made.id,
                "Arn": made.arn,
                "UserName": user.name,
                "Path": "/",
                "CreateDate": ago(user.age),
            }
            devices.append({"SerialNumber": _serial(account, user), "User": owner, "EnableDate": _enabled(user)})
    return devices


def _virtual_mfa(scene: Scene) -> Content:
    wanted = scene.given("AssignmentStatus", "Any")
    devices = [] if wanted == "Unassigned" else _virtual_devices(scene.account)
    return {"VirtualMFADevices": devices, "IsTruncated": False}


def _service_credentials(scene: Scene) -> Content:
    user = _user_named(scene)
    holders = [user] if user else list(scene.account.users)
    service = scene.given("ServiceName")
    found = [
        {
            "UserName": one.name,
            "Status": "Active",
            "ServiceUserName": f"{one.name}-at-{scene.account.id}",
            "CreateDate": ago(one.age - 1),
            "ServiceSpecificCredentialId": f"ACCA{stable_id(scene.account.id, one.name).upper()}",
            "ServiceName": one.service_credential,
        }
        for one in holders
        if one.service_credential and service in (None, one.service_credential)
    ]
    return {"ServiceSpecificCredentials": found}


def _anchor_arn(scene: Scene, kind: str, name: str) -> tuple[str, str]:
    made = stable_id(scene.account.id, kind, name, length=32)
    identity = "-".join((made[:8], made[8:12], made[12:16], made[16:20], made[20:32]))
    return identity, f"arn:aws:rolesanywhere:{HOME}:{scene.account.id}:{kind}/{identity}"


def _trust_anchors(scene: Scene) -> Content:
    found = []
    for name in scene.account.trust_anchors if scene.region == HOME else ():
        identity, arn = _anchor_arn(scene, "trust-anchor", name)
        source = {"sourceType": "CERTIFICATE_BUNDLE", "sourceData": {"x509CertificateData": "demo"}}
        dates = {"createdAt": ago(250), "updatedAt": ago(250)}
        found.append(
            {"trustAnchorId": identity, "trustAnchorArn": arn, "name": name, "source": source, "enabled": True, **dates}
        )
    return {"trustAnchors": found}


def _anywhere_profiles(scene: Scene) -> Content:
    found = []
    for name in scene.account.trust_anchors if scene.region == HOME else ():
        identity, arn = _anchor_arn(scene, "profile", name)
        role = f"arn:aws:iam::{scene.account.id}:role/human-operator"
        dates = {"createdAt": ago(250), "updatedAt": ago(250)}
        found.append(
            {"profileId": identity, "profileArn": arn, "name": name, "enabled": True, "roleArns": [role], **dates}
        )
    return {"profiles": found}


def _instance(scene: Scene) -> dict[str, object] | None:
    """The Identity Center instance, where it can be seen: from the management account, in its home region."""
    if not scene.plan.identity_center or not scene.managing() or scene.region != HOME:
        return None
    made = stable_id(scene.plan.slug, "identity-center")
    return {
        "InstanceArn": f"arn:aws:sso:::instance/ssoins-{made}",
        "IdentityStoreId": f"d-{made[:10]}",
        "OwnerAccountId": scene.plan.management.id,
        "Name": scene.plan.slug,
        "CreatedDate": ago(650),
        "Status": "ACTIVE",
    }


def _instances(scene: Scene) -> Content:
    instance = _instance(scene)
    return {"Instances": [instance] if instance else []}


def _instance_asked(scene: Scene) -> dict[str, object]:
    instance = _instance(scene)
    if instance is None or scene.given("InstanceArn") != instance["InstanceArn"]:
        raise Refusal("ResourceNotFoundException", "The Identity Center instance was not found.")
    return instance


def _described_instance(scene: Scene) -> Content:
    key = {"KeyType": "AWS_OWNED_KMS_KEY", "EncryptionStatus": "ENABLED"}
    return {**_instance_asked(scene), "EncryptionConfigurationDetails": key}


def _set_arn(scene: Scene, one: PermissionSet) -> str:
    made = stable_id(scene.plan.slug, "identity-center")
    return f"arn:aws:sso:::permissionSet/ssoins-{made}/ps-{stable_id(scene.plan.slug, one.name)}"


def _sets(scene: Scene) -> Content:
    _instance_asked(scene)
    return {"PermissionSets": [_set_arn(scene, one) for one in scene.plan.permission_sets]}


def _set_asked(scene: Scene) -> PermissionSet:
    _instance_asked(scene)
    for one in scene.plan.permission_sets:
        if _set_arn(scene, one) == scene.given("PermissionSetArn"):
            return one
    raise Refusal("ResourceNotFoundException", "The permission set was not found.")


def _described_set(scene: Scene) -> Content:
    one = _set_asked(scene)
    arn = _set_arn(scene, one)
    made = {"Name": one.name, "PermissionSetArn": arn, "CreatedDate": ago(600), "SessionDuration": one.session}
    return {"PermissionSet": {**made, "Description": f"{one.name} of {scene.plan.name}"}}


def _inline(scene: Scene) -> Content:
    one = _set_asked(scene)
    return {"InlinePolicy": text(one.inline) if one.inline else ""}


def _managed(scene: Scene) -> Content:
    names = _set_asked(scene).managed
    return {"AttachedManagedPolicies": [{"Name": name, "Arn": aws_policy(name)} for name in names]}


def _customer_managed(scene: Scene) -> Content:
    _set_asked(scene)
    return {"CustomerManagedPolicyReferences": []}


def _boundary(scene: Scene) -> Content:
    one = _set_asked(scene)
    if not one.boundary:
        raise Refusal("ResourceNotFoundException", "The permission set has no permissions boundary.")
    return {"PermissionsBoundary": {"ManagedPolicyArn": one.boundary}}


def _set_accounts(scene: Scene) -> Content:
    return {"AccountIds": [scene.plan.account(key).id for key in _set_asked(scene).assigned]}


def _assignments(scene: Scene) -> Content:
    one = _set_asked(scene)
    account = scene.given("AccountId")
    principal = {
        "PrincipalType": "USER" if "@" in one.holder else "GROUP",
        "PrincipalId": directory_id(scene.plan.slug, one.holder),
    }
    held = [scene.plan.account(key).id for key in one.assigned]
    found = [{"AccountId": account, "PermissionSetArn": _set_arn(scene, one), **principal}] if account in held else []
    return {"AccountAssignments": found}


def directory_id(slug: str, name: str) -> str:
    """The id of a user or group in the identity store."""
    made = stable_id(slug, "directory", name, length=32)
    return f"{made[:8]}-{made[8:12]}-{made[12:16]}-{made[16:20]}-{made[20:]}"


def _sets_of_account(scene: Scene) -> Content:
    _instance_asked(scene)
    account = scene.given("AccountId")
    held = [
        one for one in scene.plan.permission_sets if account in {scene.plan.account(key).id for key in one.assigned}
    ]
    return {"PermissionSets": [_set_arn(scene, one) for one in held]}


IDENTITY: dict[tuple[str, str], Answer] = {
    ("iam", "GenerateCredentialReport"): _report_made,
    ("iam", "GetCredentialReport"): _credential_report,
    ("iam", "GetAccountSummary"): _summary,
    ("iam", "ListMFADevices"): _mfa_devices,
    ("iam", "ListVirtualMFADevices"): _virtual_mfa,
    ("iam", "ListServiceSpecificCredentials"): _service_credentials,
    ("rolesanywhere", "ListTrustAnchors"): _trust_anchors,
    ("rolesanywhere", "ListProfiles"): _anywhere_profiles,
    ("sso-admin", "ListInstances"): _instances,
    ("sso-admin", "DescribeInstance"): _described_instance,
    ("sso-admin", "ListPermissionSets"): _sets,
    ("sso-admin", "DescribePermissionSet"): _described_set,
    ("sso-admin", "GetInlinePolicyForPermissionSet"): _inline,
    ("sso-admin", "ListManagedPoliciesInPermissionSet"): _managed,
    ("sso-admin", "ListCustomerManagedPolicyReferencesInPermissionSet"): _customer_managed,
    ("sso-admin", "GetPermissionsBoundaryForPermissionSet"): _boundary,
    ("sso-admin", "ListAccountsForProvisionedPermissionSet"): _set_accounts,
    ("sso-admin", "ListPermissionSetsProvisionedToAccount"): _sets_of_account,
    ("sso-admin", "ListAccountAssignments"): _assignments,
}
