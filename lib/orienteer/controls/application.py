"""Applications: their secrets, their callers, their doors to the internet, and how they are delivered."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Annotated

from orienteer.controls.control import control
from orienteer.controls.verdict import (
    CRITICAL,
    HIGH,
    INFO,
    LOW,
    MEDIUM,
    Fault,
    Verdict,
    asked,
    failed,
    faults,
    passed,
    unless_worse,
    when,
)
from orienteer.facts.doors import (
    CERTIFICATE,
    CLASSIC,
    DISTRIBUTION,
    DISTRIBUTION_TLS,
    DOORS,
    ENCRYPTED_DOORS,
    LISTENER,
    PUBLIC_TLS,
)
from orienteer.facts.exposed import CALLERS
from orienteer.facts.plain_values import PLAIN_VALUES
from orienteer.facts.seen import Row
from orienteer.facts.stored_secrets import STORED_SECRETS
from orienteer.facts.values import documents
from orienteer.model import Category
from orienteer.parameters import Range
from orienteer.words import counted


@control(
    "APP-01",
    title="No secrets in function, task, build or instance configuration",
    category=Category.APPLICATION,
    severity=CRITICAL,
    maturity=3,
    source="https://docs.aws.amazon.com/secretsmanager/latest/userguide/best-practices.html",
    fact=PLAIN_VALUES,
    evidence=("location",),
    mappings={
        "fsbp": ["ECS.8", "CodeBuild.2"],
        "prowler": [
            "awslambda_function_no_secrets_in_variables",
            "ecs_task_definitions_no_environment_secrets",
            "codebuild_project_no_secrets_in_variables",
            "ec2_instance_secrets_user_data",
            "ec2_launch_template_no_secrets",
            "cloudformation_stack_outputs_find_secrets",
        ],
        "scoutsuite": ["ec2-instance-with-user-data-secrets.json"],
    },
)
def no_plain_secrets(one: Row) -> Verdict:
    """Whoever may read a configuration reads the secrets in it, and read access is given away freely.

    Values are looked at while they are read and are never kept: a finding names the variable and what its value looks
    like. A name that tells of a secret counts where its value looks random; a plain parameter counts by its name.

    Fix: move the value to Secrets Manager or to an encrypted parameter, let the application fetch it from there, and
    rotate it, because everybody who could read the configuration may have it.
    """
    return faults(
        [
            when(lambda: one.forms, CRITICAL, lambda: f"Its {one.location} holds secrets: {_some(one.forms)}"),
            when(
                lambda: one.suspects,
                HIGH,
                lambda: f"Values that look like secrets are in plain text: {_some(one.suspects)}",
            ),
        ],
        otherwise=lambda: passed(f"Nothing in its {one.location} looks like a secret."),
    )


def _some(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"{', '.join(names[:5])}{more}"


@control(
    "APP-02",
    title="Stored secrets are rotated, used and not shared widely",
    category=Category.APPLICATION,
    severity=MEDIUM,
    maturity=4,
    source="https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html",
    fact=STORED_SECRETS,
    evidence=("age_days", "is_copy", "rotation_days", "rotated_at", "changed_at", "accessed_at"),
    mappings={
        "fsbp": ["SecretsManager.1", "SecretsManager.2", "SecretsManager.3", "SecretsManager.4"],
        "prowler": [
            "secretsmanager_automatic_rotation_enabled",
            "secretsmanager_secret_rotated_periodically",
            "secretsmanager_secret_unused",
            "secretsmanager_not_publicly_accessible",
        ],
    },
)
def kept_secret(
    secret: Row,
    *,
    secret_max_days: Annotated[int, Range(1, 3650)] = 180,
    secret_unused_days: Annotated[int, Range(1, 3650)] = 90,
) -> Verdict | None:
    """A secret that never changes is known to everybody who ever saw it; one that nobody uses is a risk for nothing.

    Secrets that an AWS service manages are left out, and a copy rotates where its original does.

    Fix: turn on rotation, fix rotations that fail, delete secrets that nobody reads, and let the policy name only
    principals of the organization.
    """
    if secret.owning_service:
        return None
    return faults(
        [
            *_readable(secret),
            when(
                lambda: secret.overdue_days,
                MEDIUM,
                lambda: f"It should have rotated {counted(secret.overdue_days, 'day')} ago, and has not",
            ),
            when(
                lambda: (secret.unrotated_days or 0) > secret_max_days,
                MEDIUM,
                lambda: f"{_still(secret)}, and it last changed {counted(secret.unrotated_days, 'day')} ago",
            ),
            when(
                lambda: (secret.unused_days or 0) > secret_unused_days,
                MEDIUM,
                lambda: f"Nobody has read it for {counted(secret.unused_days, 'day')}",
            ),
        ],
        otherwise=lambda: _narrow(secret),
    )


def _readable(secret: Row) -> tuple[Fault, Fault]:
    """What is wrong with whom the secret's policy lets read it."""
    return (
        when(lambda: secret.exposure_class == "public", CRITICAL, "Its policy lets everybody read it"),
        when(
            lambda: secret.exposure_class == "external",
            HIGH,
            lambda: f"It may be read from outside the organization: {_some(secret.readers_outside)}",
        ),
    )


def _still(secret: Row) -> str:
    return "Its rotation never ran" if secret.rotation_enabled else "It does not rotate"


def _narrow(secret: Row) -> Verdict:
    if secret.policy_problems:
        return asked(f"Part of the secret's policy cannot be read ({secret.policy_problems[0]}); who does it let in?")
    return passed("The secret is fresh, in use, and stays inside the organization.")


@control(
    "APP-03",
    title="Public APIs and user pools authenticate their callers",
    category=Category.APPLICATION,
    severity=HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html",
    fact=CALLERS,
    evidence=("through", "guardrail"),
    mappings={
        "fsbp": ["APIGateway.8"],
        "prowler": [
            "apigateway_restapi_authorizers_enabled",
            "apigateway_restapi_public_with_authorizer",
            "apigatewayv2_api_authorizers_enabled",
            "awslambda_function_url_public",
            "cognito_user_pool_mfa_enabled",
            "cognito_identity_pool_guest_access_disabled",
            "appsync_graphql_api_no_api_key_authentication",
        ],
    },
)
def callers_authenticate(one: Row, *, public_apis: Sequence[str] = ()) -> Verdict | None:
    """An address that asks nobody who they are is open to everybody who finds it, and addresses are found.

    An API key tells applications apart and proves nothing about who calls. Of APIs that are
    open on purpose, what they give out is a question.

    Fix: give each method or route an authorizer or IAM authorization, let function URLs ask for IAM, turn guest access
    off, and require MFA in user pools; or record the API as public by design.
    """
    meant = any(fnmatchcase(name or "", p) for p in public_apis for name in (one.resource_id, one.resource_arn))
    if one.exposable == "cognito-user-pool-signup":
        return _pool(one, meant)
    if one.through == "none" and one.level == "private":
        return None
    if one.asks_nothing:
        return asked(f"It asks nobody who they are and only looks where calls come from: is that enough? {one.why}")
    if one.level != "public":
        return passed(one.why or "Callers have to say who they are.")
    if meant:
        return asked(f"It is open on purpose: what can a stranger do with it? {one.why}")
    return failed(one.why or "Anyone can call it.")


def _pool(one: Row, meant: bool) -> Verdict:
    return faults(
        [
            when(lambda: one.mfa != "ON" and not one.adaptive, MEDIUM, "Users may sign in without MFA"),
            when(lambda: one.level == "public" and not meant, MEDIUM, "Everybody may make a user of their own"),
        ],
        otherwise=lambda: passed("Users sign in with MFA, and sign-up is closed or meant to be open."),
    )


@control(
    "APP-04",
    title="Internet-facing applications sit behind a web application firewall with logging",
    category=Category.APPLICATION,
    severity=MEDIUM,
    maturity=3,
    source="https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-associating-aws-resource.html",
    fact=DOORS,
    mappings={
        "fsbp": ["ELB.16", "APIGateway.4", "CloudFront.6", "WAF.10", "WAF.11"],
        "prowler": [
            "elbv2_waf_acl_attached",
            "apigateway_restapi_waf_acl_attached",
            "cloudfront_distributions_using_waf",
            "wafv2_webacl_with_rules",
            "wafv2_webacl_logging_enabled",
        ],
        "service_screener": ["ELBEnableWAF"],
    },
)
def firewall_in_front(door: Row) -> Verdict:
    """A firewall stops the common attacks while an application still has the hole, and its log tells who tries.

    Fix: put a web ACL with managed rules in front of each, first counting and then blocking, and turn on its log.
    """
    if not door.web_acl:
        if door.fronts:
            return asked(f"{', '.join(door.fronts)} with a firewall leads here: is that the only way in?")
        words = "No web application firewall stands in front of it"
        jewel = when(lambda: door.is_jewel, HIGH, f"{words}, in a crown jewel account.")
        return unless_worse(jewel, failed(f"{words}.", MEDIUM))
    if door.blocking_rules is None:
        return asked(f"The rules of web ACL {door.web_acl} are not among those that were read: can it stop a request?")
    return faults(
        [
            when(lambda: not (door.blocking_rules or door.blocks_by_default), LOW, "The firewall has no blocking rule"),
            when(lambda: door.log_of is None, LOW, "The firewall keeps no log"),
        ],
        otherwise=lambda: passed("A firewall that blocks and keeps a log stands in front of it."),
    )


@control(
    "APP-05",
    title="Traffic to applications is encrypted with current TLS, and certificates do not run out",
    category=Category.APPLICATION,
    severity=MEDIUM,
    maturity=2,
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html",
    fact=ENCRYPTED_DOORS,
    mappings={
        "fsbp": ["ELB.1", "ELB.3", "ACM.1", "CloudFront.3"],
        "prowler": [
            "elbv2_ssl_listeners",
            "elbv2_insecure_ssl_ciphers",
            "acm_certificates_expiration_check",
            "cloudfront_distributions_https_enabled",
        ],
        "scoutsuite": [
            "elbv2-listener-allowing-cleartext.json",
            "elbv2-older-ssl-policy.json",
            "acm-certificate-with-close-expiration-date.json",
        ],
        "service_screener": ["ELBListenerInsecure"],
    },
)
def encrypted_traffic(door: Row, *, cert_days: Annotated[int, Range(1, 365)] = 30) -> Verdict | None:
    """What travels in the clear is read and changed on the way; a certificate that runs out stops the application.

    Certificates that ACM renews automatically are judged only where it says that it cannot, or where each renewal is
    approved by email. A distribution without a certificate of its own takes TLS 1.0, whatever it is set to.

    Fix: let plain listeners redirect to HTTPS, take a security policy that begins with TLS 1.2 (for a distribution with
    a host name and certificate of its own), and renew certificates or let ACM issue them and validate by DNS.
    """
    if door.resource_type == CERTIFICATE:
        return _certificate(door, cert_days)
    if door.resource_type == LISTENER:
        return _listener(door)
    if door.plain:
        return failed(f"It answers without TLS ({', '.join(door.plain)}).", HIGH)
    if door.resource_type == CLASSIC:
        return _classic(door)
    if door.resource_type == DISTRIBUTION and (door.own_name_only or door.minimum_tls not in DISTRIBUTION_TLS):
        oldest = "TLSv1" if door.own_name_only else door.minimum_tls or "an old one"
        return failed(f"It takes versions of TLS from {oldest} on.")
    return passed("Traffic is encrypted.")


def _listener(door: Row) -> Verdict:
    if door.protocol == "HTTP":
        if door.redirects:
            return passed("It only sends callers to HTTPS.")
        return failed(f"Port {door.port} is in the clear, and on the internet.", HIGH)
    if door.protocol not in PUBLIC_TLS:
        return asked(f"Port {door.port} passes {door.protocol} through: does what stands behind encrypt it?", LOW)
    if door.current_tls:
        return passed(f"Port {door.port} takes TLS 1.2 or later.")
    return failed(f"Port {door.port} has an old security policy, {door.tls_policy or 'the default'}.")


def _classic(door: Row) -> Verdict:
    if door.old_tls:
        return failed(f"It takes versions before TLS 1.2 on port {', '.join(door.old_tls)}.")
    passed_on = ", ".join(map(str, documents(door.passed_ports)))
    if passed_on:
        return asked(f"Port {passed_on} passes TCP through: does what stands behind encrypt it?", LOW)
    return passed("Traffic is encrypted.")


def _certificate(door: Row, cert_days: int) -> Verdict | None:
    left = door.days_left
    if left is None or (not door.in_use and left >= 0):
        return None
    if not door.in_use:
        return failed(f"The certificate of {door.domain} has expired and is not in use: it can be deleted.", INFO)
    if left < 0:
        return failed(f"The certificate of {door.domain} is in use and expired {counted(-left, 'day')} ago.")
    if left > cert_days or door.renews_itself:
        return passed(f"The certificate expires in {counted(left, 'day')}.")
    why = ", and ACM cannot renew it without help" if door.may_renew else ""
    return failed(f"The certificate of {door.domain} is in use and expires in {counted(left, 'day')}{why}.")
