"""Ways that pass by single roles: over a provider that roles trust, and over the whole organization."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from orienteer.policy.language.document import Document, parse
from orienteer.policy.language.match import action_matches
from orienteer.policy.rights.capability import Held, Memo, held, held_anywhere
from orienteer.policy.rights.combinations import Combination
from orienteer.policy.rights.ways import Subject, Targets, Way, chosen


def _over_provider(subject: Subject, combination: Combination, targets: Targets, memo: Memo) -> Way | None:
    """The way over a SAML provider of the account whose users a stronger role trusts."""
    action = combination.actions[0]
    return chosen(
        (role.arn, (held(subject.actor, action, provider, {}, memo),))
        for role in targets.roles.get(subject.principal.account_id, ())
        if role.trust is not None
        for provider in _saml_providers(parse(role.trust), subject.principal.account_id)
    )


@lru_cache(maxsize=65536)
def _saml_providers(trust: Document, account_id: str) -> tuple[str, ...]:
    """SAML providers of the account whose users the trust policy lets in."""
    own = f":iam::{account_id}:saml-provider/"
    granting = [s for s in trust.statements if s.effect == "Allow" and action_matches(s, "sts:assumerolewithsaml")]
    return tuple(v for s in granting for kind, v in s.principals or () if kind == "Federated" and own in v)


def _over_organization(subject: Subject, combination: Combination, targets: Targets, memo: Memo) -> Way | None:
    """The way over every account at once, from an account of which that is done.

    Where that is not known, a policy that names the action is taken for a sign of it; a wide one is not.
    """
    if subject.principal.organization_account is False:
        return None
    if not subject.principal.organization_account and not _named(subject, combination.actions[0]):
        return None
    rights = over_all(subject, combination, memo)
    return ("every account of the organization", rights) if all(right.granted for right in rights) else None


def over_all(subject: Subject, combination: Combination, memo: Memo) -> tuple[Held, ...]:
    """What is held for each action of a way over the organization; of AssumeRoot, the task that gives power.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html
    """
    task = {"sts:taskpolicyarn": (f"arn:{subject.partition}:iam::aws:policy/root-task/IAMCreateRootUserPassword",)}
    asked = {action: task if action == "sts:AssumeRoot" else {} for action in combination.actions}
    return tuple(held_anywhere(subject.actor, action, memo, extra) for action, extra in asked.items())


_CENTER = ("sso:", "sso-directory:", "identitystore:")
"""How the actions of Identity Center, its directory and its groups begin."""


def _named(subject: Subject, action: str) -> bool:
    """True if a policy names the action, or Identity Center as a service; `sts:*` is too common to tell anything."""
    name = action.lower()
    heads = next(((head,) for head in _CENTER if name.startswith(head)), (name,))
    statements = (s for _, document in subject.actor.identity.policies for s in document.statements)
    return any(s.effect == "Allow" and any(a.startswith(heads) for a in s.actions or ()) for s in statements)


WIDE: Mapping[str, Callable[[Subject, Combination, Targets, Memo], Way | None]] = {
    "federated": _over_provider,
    "organization": _over_organization,
}
