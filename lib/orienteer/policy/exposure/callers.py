"""Callers that could really make a request: anonymous, strangers, named accounts, organizations, services, tokens."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from orienteer.policy.exposure.clues import (
    Candidate,
    Clues,
    account_field,
    accounts,
    arns_in,
    by_account,
    by_head,
    organizations,
    paths_in,
)
from orienteer.policy.exposure.ground import ACCOUNT, EXTERNAL, OTHER_ORG, PRIVATE, PROBE, PUBLIC, Ground
from orienteer.policy.exposure.tokens import tokens
from orienteer.policy.keys import fills_some, keys_about
from orienteer.policy.language.conditions import Context
from orienteer.policy.language.document import Principals, visible
from orienteer.policy.language.match import Principal
from orienteer.policy.language.patterns import is_fixed, sample, wildcard

EVERYBODY = ("AWS", "*")
PARTNER = "000000000001"
"""Stands for any account outside."""
ANY_SERVICE = f"{PROBE}.amazonaws.com"
KEYS = keys_about("caller")
"""Condition keys that say who calls."""

_ACCOUNT_KEYS = ("aws:principalaccount", "kms:calleraccount")
_ORG_KEYS, _PATH_KEYS = ("aws:principalorgid",), ("aws:principalorgpaths",)
_TELLING = ("aws:principalorgid", "aws:principalorgpaths", "aws:userid", "aws:principalarn")
"""Keys whose conditions tell principals of one account apart."""
_USER_ID = "AIDAORIENTEERPROBE"
_UNIQUE_ID = re.compile(r"A[A-Z]{3}[A-Z0-9]{12,}")
_NAMES_ONE = 16
"""How many characters of a unique id stand for one principal; `AROA*` is every role of everybody."""
_IDENTITY = re.compile(r"arn:[\w-]+:iam::cloudfront:user/.+")
"""An origin access identity of CloudFront."""
_SESSION = re.compile(r"arn:([\w-]+):sts::(\d{12}):assumed-role/([^/]+)/.*")


class Caller(NamedTuple):
    """A caller, the keys its requests carry, and the level it stands for.

    `action` is what a token is used with, `issuer` who gave it where anybody can get one.
    """

    principal: Principal
    context: Context
    cap: int
    action: str = "sts:assumerole"
    issuer: str = ""

    @property
    def service(self) -> bool:
        return self.principal.kind == "Service"


def callers(element: tuple[str, str], clue: Clues, ground: Ground) -> Iterable[Caller]:
    """Callers whom this entry of a Principal element could mean, those that the conditions tell apart included."""
    kind, value = element
    if element == EVERYBODY:
        return _everybody(clue, ground)
    if not visible(value):
        return _unowned(kind, value, clue, ground)
    if kind == "Service":
        return _services([value] if is_fixed(value) else [*_named_services(clue), ANY_SERVICE], clue, ground)
    if kind == "Federated":
        return [_bearer(*token) for token in tokens(value, clue.by_key, ground)]
    if kind == "CanonicalUser":
        return _unowned(kind, value, clue, ground)
    return _aws(value, clue, ground)


def level_of(element: tuple[str, str], ground: Ground) -> int | None:
    """The level of a principal that no condition and no Deny touches, where it can be told at a glance."""
    kind, value = element
    if ground.is_role or not visible(value):
        return None
    if kind == "AWS":
        if value == "*":
            return PUBLIC
        account = value if ACCOUNT.fullmatch(value) else account_field(value) or ""
        return ground.account_level(account) if ACCOUNT.fullmatch(account) and is_fixed(value) else None
    return EXTERNAL if kind == "Service" else None


def ceiling(element: tuple[str, str], ground: Ground) -> int:
    """The widest level that the principal can have, whatever conditions say."""
    kind, value = element
    account = value if ACCOUNT.fullmatch(value) else account_field(value) or ""
    if kind == "AWS" and visible(value) and ACCOUNT.fullmatch(account):
        return ground.account_level(account)
    return EXTERNAL if kind in ("Service", "CanonicalUser") or not visible(value) else PUBLIC


def stand_in(element: tuple[str, str], keys: Iterable[str], ground: Ground) -> tuple[str, str]:
    """A principal that any verdict on conditions with these keys holds for as well: the same one for all of a level."""
    level = level_of(element, ground)
    if level is None or element == EVERYBODY or not KEYS.isdisjoint(keys):
        return element
    if element[0] == "Service":
        return element if fills_some(element[1]) or not is_fixed(element[1]) else ("Service", ANY_SERVICE)
    if level == EXTERNAL:
        return ("AWS", PARTNER) if ground.account_level(PARTNER) == EXTERNAL else element
    return ("AWS", ground.account) if level == PRIVATE else element


def _everybody(clue: Clues, ground: Ground) -> Iterator[Caller]:
    if not ground.is_role:
        nobody = {"aws:userid": ("anonymous",)} if clue.mentions("aws:userid") else {}
        yield Caller(Principal(""), nobody, PUBLIC)
    known = _known_accounts(clue, ground)
    yield from _members({**known, ground.stranger: PUBLIC}, clue, ground)
    yield from _services([*_named_services(clue), ANY_SERVICE], clue, ground)
    for kind, value in clue.spared:
        if kind == "CanonicalUser" or (kind == "AWS" and _IDENTITY.fullmatch(value)):
            yield from _unowned(kind, value, clue, ground)
    if ground.is_role:
        for token in tokens("*", clue.by_key, ground):
            yield _bearer(*token)


def _bearer(provider: str, cap: int, action: str, issuer: str) -> Caller:
    return Caller(Principal("Federated", provider), {}, cap, action, issuer)


def _known_accounts(clue: Clues, ground: Ground) -> dict[str, int]:
    """The owner, and the accounts that conditions or exceptions name."""
    arns = [*clue.arns("aws:principalarn"), *(value for kind, value in clue.spared if kind == "AWS")]
    firm = [field for arn in arns if (field := account_field(arn))]
    firm += [value for value in arns if ACCOUNT.fullmatch(value)]
    firm += [value.partition(":")[0] for value in clue.values("aws:userid")]
    found = accounts([*clue.values(*_ACCOUNT_KEYS), *firm], ground)
    return {ground.account: PRIVATE, **clue.apart_accounts(_ACCOUNT_KEYS, found, firm)}


def _aws(value: str, clue: Clues, ground: Ground) -> Iterator[Caller]:
    """Callers behind an entry of kind AWS that is not the lone star."""
    field = account_field(value)
    if ACCOUNT.fullmatch(value):
        yield from _members({value: ground.account_level(value)}, clue, ground)
    elif _UNIQUE_ID.fullmatch(value):
        return
    elif field and ACCOUNT.fullmatch(field) and is_fixed(value):
        arn = None if value.endswith(":root") else value
        yield from _members({field: ground.account_level(field)}, clue, ground, arn)
    elif not is_fixed(value):
        known = {**_known_accounts(clue, ground), **accounts([field or ""], ground), ground.stranger: PUBLIC}
        if field is None:
            yield from _members(known, clue, ground, value if value.startswith("arn:") else None)
        else:
            yield from _members({a: cap for a, cap in known.items() if wildcard(field, a)}, clue, ground, value)
    else:
        yield from _unowned("AWS", value, clue, ground)


def _members(known: dict[str, int], clue: Clues, ground: Ground, only: str | None = None) -> Iterator[Caller]:
    """Principals of the accounts, with every organization, ARN and id that the conditions tell apart."""
    if only is None and not clue.spared and not clue.mentions(*_TELLING):
        for account, cap in known.items():
            arn = f"arn:aws:iam::{account}:role/{PROBE}"
            home = ground.own_org if account == ground.account else OTHER_ORG
            context = _signed(
                account, arn, {_ORG_KEYS[0]: (home,), _PATH_KEYS[0]: (f"{home}/",)}, {"aws:userid": (_USER_ID,)}
            )
            yield Caller(Principal("AWS", arn, account), context, cap)
        return
    orgs, patterns = _orgs(clue, ground), by_account(clue.arns("aws:principalarn"))
    elsewhere, ids = _memberships("", orgs, clue, ground), clue.values("aws:userid")
    for account, cap in known.items():
        names = _arns(account, patterns, clue, only)
        memberships = _memberships(account, orgs, clue, ground) if account == ground.account else elsewhere
        for name, membership, userid in product(names, memberships, _userids(account, ids, clue)):
            arn = name.context["aws:principalarn"][0]
            context = _signed(account, arn, membership.context, userid.context)
            yield Caller(Principal("AWS", arn, account), context, min(cap, membership.cap, userid.cap))


def _signed(account: str, arn: str, membership: Context, userid: Context) -> Context:
    session = _SESSION.fullmatch(arn) if ":sts:" in arn else None
    return {
        "aws:principalaccount": (account,),
        "kms:calleraccount": (account,),
        "aws:principalarn": (f"arn:{session[1]}:iam::{session[2]}:role/{session[3]}" if session else arn,),
        "aws:principalisawsservice": ("false",),
        **userid,
        **membership,
    }


def _arns(account: str, patterns: Mapping[str, list[str]], clue: Clues, only: str | None) -> Sequence[Candidate]:
    """ARNs of principals of the account that the conditions tell apart."""
    if only is not None and is_fixed(only):
        return [_arn(only)]
    plain = f"arn:aws:iam::{account}:role/{PROBE}"
    kept = [] if only is not None else [v for kind, v in clue.spared if kind == "AWS" and account_field(v) == account]
    found = [plain] if only is None else list(arns_in(account, only, plain))
    for pattern in (*patterns.get(account, ()), *patterns.get("", ())):
        found += arns_in(account, pattern, plain)
        if not is_fixed(pattern):
            found += arns_in(account, pattern, f"arn:aws:iam::{account}:user/{PROBE}")
    told_apart = clue.apart(("aws:principalarn",), list(map(_arn, dict.fromkeys(found))))
    return [*told_apart, *map(_arn, dict.fromkeys(kept))]


def _arn(value: str) -> Candidate:
    return Candidate({"aws:principalarn": (value,)}, PUBLIC)


def _orgs(clue: Clues, ground: Ground) -> dict[str, int]:
    if not clue.mentions(*_ORG_KEYS, *_PATH_KEYS):
        return {}
    return organizations(clue, _ORG_KEYS, _PATH_KEYS, ground)


def _memberships(account: str, orgs: dict[str, int], clue: Clues, ground: Ground) -> Sequence[Candidate]:
    """Organizations and paths in them that the account may have, with the level each leaves."""
    patterns = by_head(clue.values(*_PATH_KEYS))
    if account == ground.account:
        possible = {ground.own_org: PRIVATE} if ground.org else {ground.own_org: PRIVATE, **orgs}
    else:
        possible = {OTHER_ORG: PUBLIC, **orgs}
    keys = (*_ORG_KEYS, *_PATH_KEYS)
    found = [
        Candidate({_ORG_KEYS[0]: (org,), _PATH_KEYS[0]: (path,)}, cap)
        for org, cap in possible.items()
        for path in dict.fromkeys(paths_in(org, patterns))
    ]
    return clue.apart(keys, [*found, Candidate({}, PUBLIC)]) if orgs or clue.mentions(*keys) else found[:1]


def _userids(account: str, patterns: Iterable[str], clue: Clues) -> Sequence[Candidate]:
    """Values of aws:userid for a principal of the account: its own, the root user's, and those that conditions fix."""
    found = {_USER_ID: PUBLIC}
    for pattern in patterns:
        unique, colon, session = pattern.partition(":")
        if ACCOUNT.fullmatch(unique):
            if unique == account:
                found[unique + colon + sample(session, PROBE)] = PUBLIC
        elif len(re.split(r"[*?]", unique)[0]) < _NAMES_ONE:
            found[sample(unique, "AROAORIENTEERPROBE") + colon + sample(session, PROBE)] = PUBLIC
        else:
            found[sample(unique, "") + colon + sample(session, PROBE)] = EXTERNAL
            found[sample(unique, PROBE) + colon + sample(session, PROBE)] = EXTERNAL
    return clue.apart(("aws:userid",), [Candidate({"aws:userid": (value,)}, cap) for value, cap in found.items()])


def _named_services(clue: Clues) -> list[str]:
    values = clue.values("aws:principalservicename", "aws:principalservicenameslist")
    spared = [value for kind, value in clue.spared if kind == "Service"]
    return list(dict.fromkeys(sample(value, PROBE) for value in (*values, *spared)))


def _services(names: Iterable[str], clue: Clues, ground: Ground) -> Iterator[Caller]:
    """AWS services as principals.  On a role they are the owner's own: only its account can pass the role to them."""
    cap = PRIVATE if ground.is_role else EXTERNAL
    acting: list[tuple[str, int]] = [("", PUBLIC)]
    if clue.mentions("kms:calleraccount"):
        acting += [*_known_accounts(clue, ground).items()]
    for name, (account, limit) in product(names, acting):
        context: dict[str, tuple[str, ...]] = {
            "aws:principalisawsservice": ("true",),
            "aws:principalservicename": (name,),
            "aws:principalservicenameslist": (name,),
        }
        if account:
            context["kms:calleraccount"] = (account,)
        yield Caller(Principal("Service", name), context, min(cap, limit))


def _unowned(kind: str, value: str, clue: Clues, ground: Ground) -> Iterator[Caller]:
    """A principal whose account the policy does not show: external at most, nearer when a condition says so."""
    for member in _members({**_known_accounts(clue, ground), ground.stranger: EXTERNAL}, clue, ground):
        yield Caller(Principal(kind, value), member.context, min(member.cap, EXTERNAL))


def excepted(listed: Iterable[Principals]) -> Principals:
    """The principals that these lists name, each once."""
    return tuple(dict.fromkeys(entry for entries in listed for entry in entries))
