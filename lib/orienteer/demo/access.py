"""STS of the demo: who an access key is, which roles it may assume, and what it is refused."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from .build_identity import ASSESSOR
from .plan import Account, Organization
from .scene import Content, Identity, backend
from .wire import Ask, Refusal

ASSESSOR_KEY = "AKIADEMOASSESSOR0001"
ASSESSOR_SECRET = "demo-only-not-a-secret"  # noqa: S105


class Badges:
    """Access keys and whose they are. The assessor's is known from the start; AssumeRole adds more."""

    def __init__(self, plans: tuple[Organization, ...]) -> None:
        self._lock = threading.Lock()
        self._known = {ASSESSOR_KEY: Identity(ASSESSOR, f"arn:aws:iam::{ASSESSOR}:user/assessor", "AIDADEMOASSESSOR")}
        self.homes: dict[str, tuple[Organization, Account]] = {
            account.id: (plan, account) for plan in plans for account in plan.accounts
        }

    def identity(self, access_key: str) -> Identity:
        """Whose key it is; a Refusal for one that nobody has."""
        if access_key not in self._known:
            raise Refusal("InvalidClientTokenId", "The security token included in the request is invalid.", 403)
        return self._known[access_key]

    def caller(self, identity: Identity) -> Content:
        """The answer of GetCallerIdentity."""
        return {"UserId": identity.user_id, "Account": identity.account_id, "Arn": identity.arn}

    def assume(self, ask: Ask, identity: Identity) -> Content:
        """The answer of AssumeRole: credentials that last an hour of real time."""
        arn, session = str(ask.params["RoleArn"]), str(ask.params["RoleSessionName"])
        account_id, _, name = arn.partition("::")[2].partition(":role/")
        home = self.homes.get(account_id)
        role = backend("iam", account_id).get_role_by_arn(arn) if home and _exists(account_id, name) else None
        if home is None or role is None or not _trusted(role, ask, identity, home[0], self.homes):
            text = f"User: {identity.arn} is not authorized to perform: sts:AssumeRole on resource: {arn}"
            raise Refusal("AccessDenied", text, 403)
        taken = Identity(
            account_id,
            f"arn:aws:sts::{account_id}:assumed-role/{name.rsplit('/', 1)[-1]}/{session}",
            f"{role.id}:{session}",
        )
        key = f"ASIA{secrets.token_hex(8).upper()}"
        with self._lock:
            self._known[key] = taken
        length = int(ask.params.get("DurationSeconds") or 3600)
        return {
            "Credentials": {
                "AccessKeyId": key,
                "SecretAccessKey": secrets.token_hex(20),
                "SessionToken": secrets.token_hex(32),
                "Expiration": datetime.now(UTC) + timedelta(seconds=length),
            },
            "AssumedRoleUser": {"AssumedRoleId": taken.user_id, "Arn": taken.arn},
        }


def refuse(ask: Ask, account: Account, identity: Identity) -> None:
    """Raises the Refusal that the plan has for this call of the account's audit role, worded as AWS words it."""
    given = {value for value in ask.params.values() if isinstance(value, str)}
    for rule in account.refused:
        same = rule.service == ask.service and rule.operation in ("", ask.operation)
        if same and rule.region in ("", ask.region) and (not rule.resource or rule.resource in given):
            action = f"{ask.service}:{ask.operation}"
            text = f"User: {identity.arn} is not authorized to perform: {action} {rule.because.format(action=action)}"
            raise Refusal(_CODES.get(ask.service, "AccessDeniedException"), text, 403)


_CODES = {"ec2": "UnauthorizedOperation", "s3": "AccessDenied", "iam": "AccessDenied", "sns": "AuthorizationError"}
"""What services call a refusal, where it is not AccessDeniedException."""


def _exists(account_id: str, name: str) -> bool:
    return any(role.name == name.rsplit("/", 1)[-1] for role in backend("iam", account_id).roles.values())


def _trusted(role: Any, ask: Ask, identity: Identity, plan: Organization, homes: Mapping[str, Any]) -> bool:
    """Whether a statement of the role's trust policy lets this caller in; conditions it does not know fail."""
    facts = {"sts:externalid": ask.params.get("ExternalId")}
    if identity.account_id in homes and homes[identity.account_id][0] is plan:
        facts["aws:principalorgid"] = plan.org_id
    for statement in json.loads(role.assume_role_policy_document)["Statement"]:
        principals = statement["Principal"]
        named = principals.get("AWS", []) if isinstance(principals, dict) else [principals]
        named = [named] if isinstance(named, str) else named
        if not any(_is(principal, identity) for principal in named):
            continue
        conditions = statement.get("Condition", {})
        if all(
            operator in ("StringEquals", "StringEqualsIfExists") and facts.get(key.lower()) == value
            for operator, tests in conditions.items()
            for key, value in tests.items()
        ):
            return True
    return False


def _is(principal: str, identity: Identity) -> bool:
    as_role = identity.arn.replace(":sts:", ":iam:").replace(":assumed-role/", ":role/").rpartition("/")[0]
    account = identity.account_id
    return principal in ("*", account, f"arn:aws:iam::{account}:root", identity.arn, as_role)
