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
    """Whoever may read a configuration reads the secrets in it, and read access is handed out freely.

    Values are examined while they are read and never stored: a finding names the variable and what its value looks
    like. A variable named like a secret counts if its value looks random; a plain-text parameter counts by its name.

    Fix: move the value to Secrets Manager or to an encrypted parameter, let the application fetch it from there, and
    change it, because everybody who could read the configuration may have it.
    """
    return faults(
        [
            when(lambda: one.forms, CRITICAL, lambda: f"Its {one.location} contains secrets: {_some(one.forms)}"),
            when(
                lambda: one.suspects,
                HIGH,
                lambda: f"Values that look like secrets are stored in plain text: {_some(one.suspects)}",
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
    """A secret that never changes is known to everybody who ever saw it; one that nobody uses is a needless risk.

    Secrets managed by an AWS service are left out, and a replica rotates with its primary.

    Fix: turn on rotation once its applications fetch the secret each time they connect, repair rotations that fail,
    delete secrets nobody reads, and let the policy name only principals of the organization.
    """
    if secret.owning_service:
        return None
    return faults(
        [
            *_readable(secret),
            when(
                lambda: secret.overdue_days,
                MEDIUM,
                lambda: f"Its rotation is {counted(secret.overdue_days, 'day')} overdue",
            ),
            when(
                lambda: (secret.unrotated_days or 0) > secret_max_days,
                MEDIUM,
                lambda: f"{_still(secret)}, and its value last changed {counted(secret.unrotated_days, 'day')} ago",
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
        when(lambda: secret.exposure_class == "public", CRITICAL, "Its policy lets anyone read it"),
        when(
            lambda: secret.exposure_class == "external",
            HIGH,
            lambda: f"Principals outside the organization may read it: {_some(secret.readers_outside)}",
        ),
    )


def _still(secret: Row) -> str:
    return "Its rotation has never run" if secret.rotation_enabled else "It is not rotated automatically"


def _narrow(secret: Row) -> Verdict:
    if secret.policy_problems:
        return asked(f"Part of the secret's policy cannot be read ({secret.policy_problems[0]}); who does it let in?")
    return passed("The secret is recent, in use, and open to nobody outside the organization.")


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
    """An endpoint that does not ask who is calling is open to everybody who finds it, and scanners find them all.

    An API key tells applications apart; it does not prove who is calling. For APIs that are public by design, what they
    give out is asked.

    Fix: give each method or route an authorizer or IAM authorization, set function URLs to AWS_IAM, turn guest access
    off, and require MFA in user pools; or record the API as public by design. Callers must be ready first: the ones
    that do not authenticate stop working.
    """
    meant = any(fnmatchcase(name or "", p) for p in public_apis for name in (one.resource_id, one.resource_arn))
    if one.exposable == "cognito-user-pool-signup":
        return _pool(one, meant)
    if one.through == "none" and one.level == "private":
        return None
    if one.asks_nothing:
        return asked(f"It checks only where calls come from, not who makes them: is that enough? {one.why}")
    if one.level != "public":
        return passed(one.why or "Callers have to authenticate.")
    if meant:
        return asked(f"It is open on purpose: what can a stranger do with it? {one.why}")
    return failed(one.why or "Anyone can call it.")


def _pool(one: Row, meant: bool) -> Verdict:
    return faults(
        [
            when(lambda: one.mfa != "ON" and not one.adaptive, MEDIUM, "Users may sign in without MFA"),
            when(lambda: one.level == "public" and not meant, MEDIUM, "Anyone may sign up"),
        ],
        otherwise=lambda: passed(
            "Users sign in with MFA or are checked for risk, and sign-up is closed or meant to be open."
        ),
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
    """A web application firewall stops common attacks while the application is still vulnerable, and its log shows who
    tries.

    Fix: put a web ACL with managed rules in front of each application, counting first and blocking later, and turn on
    its logging.
    """
    if not door.web_acl:
        if door.fronts:
            return asked(f"{', '.join(door.fronts)}, which has a firewall, leads here: is that the only way in?")
        words = "No web application firewall is in front of it"
        jewel = when(lambda: door.is_jewel, HIGH, f"{words}, in a crown jewel account.")
        return unless_worse(jewel, failed(f"{words}.", MEDIUM))
    if door.blocking_rules is None:
        return asked(f"The rules of web ACL {door.web_acl} could not be read: does it block anything?")
    return faults(
        [
            when(lambda: not (door.blocking_rules or door.blocks_by_default), LOW, "The firewall has no blocking rule"),
            when(lambda: door.log_of is None, LOW, "The firewall keeps no log"),
        ],
        otherwise=lambda: passed("A firewall that blocks and logs is in front of it."),
    )


@control(
    "APP-05",
    title="Traffic to applications is encrypted with current TLS, and certificates do not expire",
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
    """Unencrypted traffic can be read and changed on the way; a certificate that expires stops the application.

    Certificates that ACM renews automatically are judged only where ACM says that it cannot, or where each renewal has
    to be approved by email. A distribution without a certificate of its own accepts TLS 1.0, whatever it is set to.

    Fix: redirect HTTP listeners to HTTPS, choose a security policy that starts at TLS 1.2 (a distribution needs its own
    host name and certificate for that), and renew certificates, or let ACM issue them with DNS validation.
    """
    if door.resource_type == CERTIFICATE:
        return _certificate(door, cert_days)
    if door.resource_type == LISTENER:
        return _listener(door)
    if door.plain:
        return failed(f"It accepts requests without TLS ({', '.join(door.plain)}).", HIGH)
    if door.resource_type == CLASSIC:
        return _classic(door)
    if door.resource_type == DISTRIBUTION and (door.own_name_only or door.minimum_tls not in DISTRIBUTION_TLS):
        oldest = "TLSv1" if door.own_name_only else door.minimum_tls or "an old one"
        return failed(f"It accepts TLS versions from {oldest} on.")
    return passed("Traffic is encrypted.")


def _listener(door: Row) -> Verdict:
    if door.protocol == "HTTP":
        if door.redirects:
            return passed("It only redirects callers to HTTPS.")
        return failed(f"Port {door.port} is unencrypted and faces the internet.", HIGH)
    if door.protocol not in PUBLIC_TLS:
        return asked(f"Port {door.port} passes {door.protocol} through: is it encrypted by the target behind it?", LOW)
    if door.current_tls:
        return passed(f"Port {door.port} requires TLS 1.2 or later.")
    return failed(f"Port {door.port} has an old security policy, {door.tls_policy or 'the default'}.")


def _classic(door: Row) -> Verdict:
    if door.old_tls:
        return failed(f"It accepts TLS versions before 1.2 on port {', '.join(door.old_tls)}.")
    passed_on = ", ".join(map(str, documents(door.passed_ports)))
    if passed_on:
        return asked(f"Port {passed_on} passes TCP through: is it encrypted by the target behind it?", LOW)
    return passed("Traffic is encrypted.")


def _certificate(door: Row, cert_days: int) -> Verdict | None:
    left = door.days_left
    if left is None or (not door.in_use and left >= 0):
        return None
    if not door.in_use:
        return failed(f"The certificate for {door.domain} has expired and is not in use: delete it.", INFO)
    if left < 0:
        return failed(f"The certificate for {door.domain} is in use and expired {counted(-left, 'day')} ago.")
    if left > cert_days or door.renews_itself:
        renewed = ", and ACM renews it automatically" if left <= cert_days else ""
        return passed(f"The certificate expires in {counted(left, 'day')}{renewed}.")
    why = ", and ACM cannot renew it on its own" if door.may_renew else ""
    return failed(f"The certificate for {door.domain} is in use and expires in {counted(left, 'day')}{why}.")
