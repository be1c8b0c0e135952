"""What is known of each issuer of web identity tokens: whose tokens it gives, and what in a token tells the tenant.

An issuer is told by host and path, as in the ARN of an IAM provider. `{}` stands for the tenant. The shared ones that
AWS itself knows: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from orienteer.policy.language.patterns import is_fixed

Serves = Literal["many", "one", "unknown"]
COGNITO = "cognito-identity.amazonaws.com"
GITHUB = "token.actions.githubusercontent.com"
_AWS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html"
_KEYS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html"
_ENTRA = "https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference"
_PERSONAL = "9188040d-6c67-4c5b-b112-36a304b66dad"
"""The tenant of personal Microsoft accounts: anybody's."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """An issuer.  `serves` many tenants with the same name, or `one` where the tenant stands in host or path.

    claims: a fixed value of one of these belongs to one tenant (`sub` too, by its form).  Google's `aud` names an
        application, and anybody with an account may sign in to it, so it is none of them; `oaud` anybody may ask for.
    subjects: how a subject begins that fixes the tenant.
    always: claims that every token has, beside `sub` and `aud`.
    cluster: the subjects are workloads of one Kubernetes cluster.
    """

    name: str
    serves: Serves
    source: str
    claims: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    always: tuple[str, ...] = ()
    cluster: bool = False

    def always_has(self, claim: str) -> bool:
        """True if every token of the issuer carries the claim."""
        return claim in ("sub", "aud") or claim in self.always


_OF_GITHUB = ("repository", "repository_id", "repository_owner", "repository_owner_id", "actor", "actor_id",
              "job_workflow_ref")  # fmt: skip
_GITHUB_SUBJECTS = ("repo:{}/", *(f"{claim}:{{}}" for claim in _OF_GITHUB), "enterprise:{}", "enterprise_id:{}",
                    "organization:{}")  # fmt: skip

ISSUERS: tuple[Issuer, ...] = (
    Issuer(GITHUB, "many", "https://docs.github.com/en/actions/reference/security/oidc",
           ("sub", *_OF_GITHUB, "enterprise", "enterprise_id"), _GITHUB_SUBJECTS,
           (*_OF_GITHUB, "ref", "ref_type", "workflow", "event_name")),
    Issuer(f"{GITHUB}/{{}}", "one", "https://docs.github.com/en/enterprise-cloud@latest/actions/reference/security/oidc",
           always=_OF_GITHUB),
    Issuer("token.actions.{}.ghe.com", "one", "https://docs.github.com/en/enterprise-cloud@latest/admin/data-residency"
           "/about-github-enterprise-cloud-with-data-residency", always=_OF_GITHUB),
    Issuer("vstoken.actions.githubusercontent.com", "many", _AWS, ("sub",), _GITHUB_SUBJECTS),
    Issuer("oidc-configuration.audit-log.githubusercontent.com", "many", _AWS, ("sub",), ("https://github.com/{}",)),
    Issuer("gitlab.com", "many", "https://docs.gitlab.com/ci/secrets/id_token_authentication/",
           ("sub", "project_path", "project_id", "namespace_path", "namespace_id"),
           ("project_path:{}/", "namespace_path:{}", "group:{}"),
           ("project_path", "project_id", "namespace_path", "namespace_id", "ref", "ref_type")),
    Issuer("app.terraform.io", "many", "https://developer.hashicorp.com/terraform/cloud-docs/workspaces/"
           "dynamic-provider-credentials/workload-identity-tokens", ("sub",), ("organization:{}:",)),
    Issuer("agent.buildkite.com", "many", "https://buildkite.com/docs/pipelines/security/oidc/aws", ("sub",),
           ("organization:{}:",)),
    Issuer("oidc.circleci.com/org/{}", "one", "https://circleci.com/docs/openid-connect-tokens/"),
    Issuer("oidc.circleci.com", "many", "https://circleci.com/docs/openid-connect-tokens/", ("sub",), ("org/{}/",)),
    Issuer("oidc.vercel.com", "many", "https://vercel.com/docs/oidc/reference", ("sub", "aud"), ("owner:{}:",)),
    Issuer("oidc.vercel.com/{}", "one", "https://vercel.com/docs/oidc/reference"),
    Issuer("api.pulumi.com/oidc", "many", "https://www.pulumi.com/docs/administration/access-identity/oidc-issuers/",
           ("sub", "aud"), ("pulumi:environments:org:{}:", "pulumi:deploy:org:{}:")),
    Issuer("api.pulumi.com", "many", _AWS, ("sub", "aud"), ("pulumi:environments:org:{}:", "pulumi:deploy:org:{}:")),
    Issuer("sandboxes.cloud", "many", _AWS, ("sub", "aud")),
    Issuer("oidc.codefresh.io", "many", "https://codefresh.io/docs/docs/integrations/oidc-pipelines/", ("sub",),
           ("account:{}:",)),
    Issuer("scalr.io", "many", "https://docs.scalr.io/docs/aws", ("sub",), ("account:{}:",)),
    Issuer("tokens.cloud.shisho.dev", "many", _AWS, ("sub",), ("job:{}:",)),
    Issuer("proidc.upbound.io", "many", _AWS, ("sub",), ("mcp:{}/",)),
    Issuer("studio.datachain.ai/api", "many", _AWS, ("sub",), ("credentials:{}/",)),
    Issuer("oidc.modal.com", "many", "https://modal.com/docs/guide/oidc-integration", ("sub", "workspace_id"),
           ("modal:workspace_id:{}:",), ("workspace_id",)),
    Issuer("accounts.google.com", "many", _KEYS, ("sub", "google/organization_number")),
    Issuer("graph.facebook.com", "many", _KEYS, ("id",), always=("id", "app_id")),
    Issuer("www.amazon.com", "many", _KEYS, ("user_id",), always=("user_id", "app_id")),
    Issuer("appleid.apple.com", "many", _KEYS, ("sub",)),
    Issuer(COGNITO, "many", _AWS, ("sub", "aud"), always=("amr",)),
    Issuer("oidc.eks.{}.amazonaws.com", "one", "https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html",
           cluster=True),
    Issuer("oidc.eks.{}.amazonaws.com.cn", "one", "https://docs.amazonaws.cn/en_us/eks/latest/userguide/"
           "iam-roles-for-service-accounts.html", cluster=True),
    Issuer("container.googleapis.com/v1/projects/{}", "one",
           "https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity", cluster=True),
    Issuer("cognito-idp.{}.amazonaws.com", "one",
           "https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html"),
    *(Issuer(f"login.microsoftonline.com/{anybody}{version}", "many", _ENTRA, ("sub",))
      for anybody in ("common", "organizations", "consumers", _PERSONAL) for version in ("", "/v2.0")),
    Issuer("login.microsoftonline.com/{}", "one", "https://learn.microsoft.com/entra/identity-platform/id-token-claims-"
           "reference"),
    Issuer("sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d", "many", _AWS),
    Issuer(f"sts.windows.net/{_PERSONAL}", "many", _ENTRA, ("sub",)),
    Issuer("sts.windows.net/{}", "one", "https://learn.microsoft.com/entra/identity-platform/access-token-claims-"
           "reference"),
    Issuer("api.bitbucket.org/2.0/workspaces/{}", "one", "https://support.atlassian.com/bitbucket-cloud/docs/"
           "deploy-on-aws-using-bitbucket-pipelines-openid-connect/"),
    Issuer("securetoken.google.com/{}", "one", "https://firebase.google.com/docs/auth/admin/verify-id-tokens"),
    Issuer("{}.okta.com", "one", "https://developer.okta.com/docs/concepts/auth-servers/"),
    Issuer("{}.auth0.com", "one", "https://auth0.com/docs/get-started/applications/application-settings"),
    Issuer("{}.tokens.sts.global.api.aws", "one",
           "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_token_claims.html"),
    Issuer("oidc.fly.io/{}", "one", "https://fly.io/docs/security/openid-connect/"),
    Issuer("app.harness.io/ng/api/oidc/account/{}", "one", "https://developer.harness.io/docs/platform/connectors/"
           "cloud-providers/ref-cloud-providers/aws-connector-settings-reference"),
    Issuer("{}.semaphoreci.com", "one", "https://docs.semaphoreci.com/using-semaphore/openid"),
    Issuer("{}.app.spacelift.io", "one", "https://docs.spacelift.io/integrations/cloud-providers/oidc/"),
    Issuer("rh-oidc.s3.us-east-1.amazonaws.com/{}", "many", _AWS, ("sub",), ("system:serviceaccount:{}:",)),
    Issuer("oidc.op1.openshiftapps.com/{}", "many", _AWS, ("sub",), ("system:serviceaccount:{}:",)),
)  # fmt: skip

SHARED: Mapping[str, Issuer] = {issuer.name: issuer for issuer in ISSUERS if issuer.serves == "many"}
CLAIMS: Mapping[str, tuple[str, ...]] = {name: issuer.claims for name, issuer in SHARED.items()}
"""Which claims tell the tenants of a shared issuer apart."""


def issuer_name(provider: str) -> str:
    """Host and path of the issuer that a provider's ARN or a URL names, in lower case."""
    name = provider.partition(":oidc-provider/")[2] or provider
    return name.removeprefix("https://").rstrip("/").lower()


@lru_cache(maxsize=4096)
def issuer_of(provider: str) -> Issuer:
    """What is known of a provider's issuer; one that serves `unknown` where the table does not have it."""
    name = issuer_name(provider)
    exact = next((one for one in ISSUERS if one.name == name), None)
    return exact or next((one for one in ISSUERS if _named(one.name, name)), Issuer(name, "unknown", ""))


def fixes_tenant(issuer: Issuer, claim: str, value: str) -> bool:
    """True if tokens whose claim matches the value (or pattern) all belong to one tenant of the shared issuer."""
    if claim == "sub":
        return is_fixed(value) or any(_form(form).match(value) is not None for form in issuer.subjects)
    if claim not in issuer.claims:
        return False
    return is_fixed(value) or (claim != "aud" and "/" in re.split(r"[*?]", value)[0])


def _named(form: str, name: str) -> bool:
    """True if the form, with a tenant in its gap, is the name or its beginning up to a slash."""
    head, gap, tail = form.partition("{}")
    rest = name.removeprefix(head)
    return bool(gap) and name.startswith(head) and bool(re.match(rf"[^/]+{re.escape(tail)}(/|$)", rest))


@lru_cache(maxsize=256)
def _form(form: str) -> re.Pattern[str]:
    """The beginning of a subject that fixes its tenant.  A form that ends with the tenant may end there."""
    head, _, tail = form.partition("{}")
    return re.compile(re.escape(head) + r"[^*?/:]+" + (re.escape(tail) if tail else r"([:/]|$)"))
