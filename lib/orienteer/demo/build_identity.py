"""People, keys, roles and identity providers of one account in moto's IAM."""

from __future__ import annotations

from datetime import timedelta

from .clock import ago
from .plan import HOME, Account, Organization, Role, User, policy, root_arn, statement, text
from .scene import stable_id
from .workshop import Workshop

ACCESS_ROLE = "OrganizationAccountAccessRole"
AUDIT_ROLE = "orienteer-audit"
ASSESSOR = "900100000014"
_PATHS = {"AWSLambdaBasicExecutionRole": "service-role/", "ViewOnlyAccess": "job-function/"}


def aws_policy(name: str) -> str:
    """ARN of a managed policy of AWS."""
    return f"arn:aws:iam::aws:policy/{_PATHS.get(name, '')}{name}"


def build_identity(shop: Workshop, plan: Organization, account: Account) -> None:
    """Nothing; afterwards moto's IAM holds the account's users, groups, roles and identity providers."""
    client = shop.client("iam", account.id)
    if account is not plan.management:
        client.attach_role_policy(RoleName=ACCESS_ROLE, PolicyArn=aws_policy("AdministratorAccess"))
        client.update_assume_role_policy(RoleName=ACCESS_ROLE, PolicyDocument=text(_access_trust(plan, account)))
    length, reuse = account.passwords
    if length:
        client.update_account_password_policy(MinimumPasswordLength=length, PasswordReusePrevention=reuse)
    for name, managed in account.groups.items():
        client.create_group(GroupName=name)
        for policy_name in managed:
            client.attach_group_policy(GroupName=name, PolicyArn=aws_policy(policy_name))
    for user in account.users:
        _user(shop, account, user)
    audit = Role(AUDIT_ROLE, _audit_trust(plan, account), ("SecurityAudit", "ViewOnlyAccess"), age=20, used=0)
    for role in (*([audit] if account.audited else []), *account.roles):
        _role(shop, account, role)
    client.create_service_linked_role(AWSServiceName="config.amazonaws.com")
    _identity_center(shop, plan, account)
    for issuer in account.oidc:
        client.create_open_id_connect_provider(
            Url=f"https://{issuer}", ClientIDList=["sts.amazonaws.com"], ThumbprintList=["d" * 40]
        )
    for name in account.saml:
        client.create_saml_provider(Name=name, SAMLMetadataDocument=_metadata())


def _access_trust(plan: Organization, account: Account) -> dict[str, object]:
    """The trust of the role that Organizations leaves in each member; the security OU has tightened it with MFA."""
    condition = {"Bool": {"aws:MultiFactorAuthPresent": "true"}} if account.ou in ("Security", "Governance") else None
    trusting = statement(
        "sts:AssumeRole", principal={"AWS": root_arn(plan.management.id)}, resource=None, condition=condition
    )
    return dict(policy(trusting))


def _audit_trust(plan: Organization, account: Account) -> dict[str, object]:
    """The assessor with the external id, and in members the management account's audit role as well."""
    needed = {"StringEquals": {"sts:ExternalId": plan.external_id}}
    assessor = {"AWS": root_arn(ASSESSOR)}
    statements = [statement("sts:AssumeRole", principal=assessor, resource=None, condition=needed)]
    if account is not plan.management:
        hub = {"AWS": f"arn:aws:iam::{plan.management.id}:role/{AUDIT_ROLE}"}
        statements.append(statement("sts:AssumeRole", principal=hub, resource=None))
    return dict(policy(*statements))


def _identity_center(shop: Workshop, plan: Organization, account: Account) -> None:
    """The identity provider and the roles that Identity Center leaves in an account that permission sets reach."""
    assigned = [one for one in plan.permission_sets if account.key in one.assigned]
    if not plan.identity_center or not assigned:
        return
    client = shop.client("iam", account.id)
    provider = f"AWSSSO_{stable_id(plan.slug, account.id)}_DO_NOT_DELETE"
    client.create_saml_provider(Name=provider, SAMLMetadataDocument=_metadata())
    trusted = statement(
        ["sts:AssumeRoleWithSAML", "sts:TagSession"],
        principal={"Federated": f"arn:aws:iam::{account.id}:saml-provider/{provider}"},
        resource=None,
        condition={"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
    )
    for one in assigned:
        name = f"AWSReservedSSO_{one.name}_{stable_id(plan.slug, one.name, account.id)}"
        boundary = {"PermissionsBoundary": one.boundary} if one.boundary else {}
        with shop.clock.at(400):
            client.create_role(
                RoleName=name,
                Path="/aws-reserved/sso.amazonaws.com/",
                AssumeRolePolicyDocument=text(policy(trusted)),
                **boundary,
            )
        for managed in one.managed:
            client.attach_role_policy(RoleName=name, PolicyArn=aws_policy(managed))
        if one.inline:
            client.put_role_policy(RoleName=name, PolicyName="AwsSSOInlinePolicy", PolicyDocument=text(one.inline))
        _used(shop, account, name, 1)


def _metadata() -> str:
    return f"<EntityDescriptor>{'x' * 1000}</EntityDescriptor>"


def _user(shop: Workshop, account: Account, user: User) -> None:
    client = shop.client("iam", account.id)
    with shop.clock.at(user.age):
        client.create_user(UserName=user.name)
    if user.password:
        with shop.clock.at(user.password_changed):
            client.create_login_profile(UserName=user.name, Password="Demo-only-0!demo")  # noqa: S106
    if user.group:
        client.add_user_to_group(GroupName=user.group, UserName=user.name)
    for name in user.managed:
        client.attach_user_policy(UserName=user.name, PolicyArn=aws_policy(name))
    if user.inline:
        client.put_user_policy(UserName=user.name, PolicyName=f"{user.name}-inline", PolicyDocument=text(user.inline))
    from moto.iam.models import AccessKeyLastUsed

    for key in user.keys:
        with shop.clock.at(key.age):
            key_id = client.create_access_key(UserName=user.name)["AccessKey"]["AccessKeyId"]
        if not key.active:
            client.update_access_key(UserName=user.name, AccessKeyId=key_id, Status="Inactive")
        if key.used is not None:
            used = (ago(key.used) - timedelta(minutes=10)).replace(tzinfo=None)
            kept = shop.backend("iam", account.id).get_user(user.name).access_keys[-1]
            kept.last_used = AccessKeyLastUsed(timestamp=used, service=key.service, region=key.region)
    if user.password_used is not None:
        made = shop.backend("iam", account.id).get_user(user.name)
        made.password_last_used = ago(user.password_used).replace(tzinfo=None)


def _role(shop: Workshop, account: Account, role: Role) -> None:
    client = shop.client("iam", account.id)
    with shop.clock.at(role.age):
        client.create_role(RoleName=role.name, AssumeRolePolicyDocument=text(role.trust))
    for name in role.managed:
        client.attach_role_policy(RoleName=role.name, PolicyArn=aws_policy(name))
    if role.inline:
        client.put_role_policy(RoleName=role.name, PolicyName=f"{role.name}-inline", PolicyDocument=text(role.inline))
    for name, document in role.customer.items():
        made = client.create_policy(PolicyName=name, PolicyDocument=text(document))["Policy"]["Arn"]
        client.attach_role_policy(RoleName=role.name, PolicyArn=made)
    if role.instance_profile:
        client.create_instance_profile(InstanceProfileName=role.name)
        client.add_role_to_instance_profile(InstanceProfileName=role.name, RoleName=role.name)
    if role.used is not None:
        _used(shop, account, role.name, role.used)


def _used(shop: Workshop, account: Account, name: str, days_ago: int) -> None:
    made = shop.backend("iam", account.id).get_role(name)
    made.last_used, made.last_used_region = ago(days_ago).replace(tzinfo=None), HOME
