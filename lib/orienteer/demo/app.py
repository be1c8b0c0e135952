"""The demo's AWS as a WSGI application: moto, with the overlay in front of it."""

from __future__ import annotations

import re
import threading
import traceback
from collections.abc import Callable, Iterable
from typing import Any

from . import exposed
from .access import Badges, refuse
from .answers_access import ACCESS
from .answers_analyzers import ANALYZERS
from .answers_baselines import BASELINES
from .answers_costs import COSTS
from .answers_identity import IDENTITY
from .answers_last_accessed import LAST_ACCESSED
from .answers_organization import ORGANIZATION
from .answers_settings import SETTINGS
from .answers_sharing import SHARING
from .answers_spending import SPENDING
from .answers_watch import WATCH
from .answers_work import WORK
from .plan import Organization
from .scene import Answer, Identity, Scene
from .wire import Ask, Refusal, Reply, answer, body_of, refusal, signature, understood

ANSWERS: dict[tuple[str, str], Answer] = {
    **ORGANIZATION,
    **WORK,
    **BASELINES,
    **IDENTITY,
    **LAST_ACCESSED,
    **ACCESS,
    **ANALYZERS,
    **SETTINGS,
    **SHARING,
    **SPENDING,
    **WATCH,
    **COSTS,
}
_BY_PATH = {"account", "accessanalyzer", "guardduty", "securityhub", "rolesanywhere"}
_STATUS = {200: "200 OK", 400: "400 Bad Request", 401: "401 Unauthorized", 403: "403 Forbidden", 404: "404 Not Found"}
_ANY_MEMBER = {"DescribeOrganization", "DescribeEffectivePolicy"}
_ACTION = re.compile(rb"(?:^|&)Action=([A-Za-z0-9]+)")

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def application(plans: tuple[Organization, ...]) -> Wsgi:
    """A WSGI application that answers for all accounts of the organizations that moto holds in this process."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    moto = DomainDispatcherApplication(create_backend_app)
    badges = Badges(plans)
    turn = threading.Lock()  # moto's backends are not made for several threads

    def serve(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        body = body_of(environ)
        signed = signature(environ)
        if signed is None:
            return _sent(Reply(403, {}, b"unsigned request"), start)
        try:
            with turn:
                reply = _overlaid(environ, body, signed, badges)
                if reply is None:
                    _as_account(environ, signed, badges)
                    return list(moto(environ, start))
        except Refusal as error:
            reply = refusal(signed[1], error)
        except Exception:
            reply = Reply(500, {"Content-Type": "text/plain"}, traceback.format_exc().encode())
        return _sent(reply, start)

    return serve


def _overlaid(environ: dict[str, Any], body: bytes, signed: tuple[str, str, str], badges: Badges) -> Reply | None:
    """The overlay's answer, or None where moto's own will do."""
    identity = badges.identity(signed[0])
    name = _operation(environ, body, signed)
    service = signed[1]
    if service == "sts":
        ask = understood(environ, body, signed)
        if name == "GetCallerIdentity":
            return answer(ask, badges.caller(identity))
        return answer(ask, badges.assume(ask, identity)) if name == "AssumeRole" else None
    home = badges.homes.get(identity.account_id)
    if home is None:
        raise Refusal(
            "AccessDeniedException", f"User: {identity.arn} is not authorized to perform: {service}:{name}", 403
        )
    plan, account = home
    if service == "organizations":
        _may_ask_organizations(plan, account.key, name, identity)
    if service in {rule.service for rule in account.refused}:
        refuse(understood(environ, body, signed), account, identity)
    found = ANSWERS.get((service, name))
    if found is None:
        return exposed.reply(environ, body, service, plan, account)
    ask = understood(environ, body, signed)
    return answer(ask, found(Scene(ask, plan, account, identity)), str(environ.get("CONTENT_TYPE", "")))


def _operation(environ: dict[str, Any], body: bytes, signed: tuple[str, str, str]) -> str:
    """The operation's name; empty where only moto knows how to read the path."""
    target = str(environ.get("HTTP_X_AMZ_TARGET", ""))
    if target:
        return target.rpartition(".")[2]
    if found := _ACTION.search(body):
        return found[1].decode()
    return understood(environ, body, signed).operation if signed[1] in _BY_PATH else ""


def _may_ask_organizations(plan: Organization, key: str, operation: str, identity: Identity) -> None:
    """Members describe the organization and their effective policies; management and delegates read everything."""
    if key in {plan.management.key, *plan.delegated.values()} or operation in _ANY_MEMBER:
        return
    text = f"You don't have permissions to access this resource: {identity.arn} organizations:{operation}"
    raise Refusal("AccessDeniedException", text, 400)


def _as_account(environ: dict[str, Any], signed: tuple[str, str, str], badges: Badges) -> None:
    """Nothing; afterwards moto sees the caller's account, or the management account where that holds the answer."""
    account_id = badges.identity(signed[0]).account_id
    if signed[1] == "organizations":
        account_id = badges.homes[account_id][0].management.id
    environ["HTTP_X_MOTO_ACCOUNT_ID"] = account_id


def _sent(reply: Reply, start: Callable[..., Any]) -> Iterable[bytes]:
    headers = {**reply.headers, "Content-Length": str(len(reply.body)), "x-amzn-RequestId": "demo"}
    start(_STATUS.get(reply.status, f"{reply.status} Error"), list(headers.items()))
    return [reply.body]


def unknown_answers() -> list[str]:
    """Operations of the overlay that botocore does not know: none, or the overlay has a typing error."""
    from .wire import named_operation

    return [f"{service}:{name}" for service, name in ANSWERS if not named_operation(service, name)]


__all__ = ["ANSWERS", "Ask", "application", "unknown_answers"]
