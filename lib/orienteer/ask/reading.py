"""Plain mappings as the nouns of an estate.  Nothing raises: what cannot be understood counts as not read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from orienteer.ask.form import beyond
from orienteer.ask.grants import grants_of
from orienteer.ask.known import (
    UNREAD,
    Account,
    Block,
    Chain,
    Endpoint,
    Person,
    Policies,
    Thing,
)
from orienteer.partitions import account_of
from orienteer.policy.exposure import Acl, acl_statements
from orienteer.policy.language.document import Document
from orienteer.policy.language.document import read as parsed
from orienteer.policy.language.text import document_text

Item = Mapping[str, Any]


class Reader:
    """Reads documents once each, and keeps what was wrong with the mapping itself."""

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {}
        self.problems: list[str] = []

    def items(self, value: Any, key: str, what: str) -> list[dict[str, Any]]:
        """The objects of a list, or of a mapping whose keys stand for `key`."""
        if isinstance(value, Mapping):
            listed = [{key: name, **item} if isinstance(item, Mapping) else item for name, item in value.items()]
        else:
            listed = list(value) if isinstance(value, Iterable) and not isinstance(value, str | bytes) else []
            if lost(value):
                self.problems.append(not_read(f"list of {what}", value))
            elif value is not None and not listed and value not in ([], ()):
                self.problems.append(f"{what}: not a list of objects")
        found = []
        for item in listed:
            name = _number(item.get(key)) if isinstance(item, Mapping) else ""
            if name:
                found.append({**item, key: name})
            else:
                self.problems.append(f"{what}: an entry without {key}")
        return found

    def policies(self, value: Any, what: str, needs: str = "") -> Policies:
        """All policies of a place; `what` names it where something is not read."""
        if value is None:
            return Policies()
        if lost(value):
            return Policies((), (not_read(what, value),))
        return Policies.joined(self.policy(name, document, what, needs) for name, document in _named(value))

    def policy(self, name: str, document: Any, what: str, needs: str = "") -> Policies:
        """One policy.  A text that could not be understood as a whole keeps what was, and is a gap beside.

        needs: the element (`principal`, `resource`) without which AWS takes no statement of such a policy.
        """
        label = f"{what}: {name}" if name and name not in what else what
        if _is_wrapped(document):
            _, document = _pair(document, 0)
        if document is None or lost(document):
            return Policies((), (not_read(label, document),))
        if isinstance(document, Document):
            found = document
        else:
            text, problem = document_text(document)
            if problem:
                return Policies((), (f"{label}: {problem}",))
            found = self.documents.get(text) or self.documents.setdefault(text, parsed(text))
        lacking = [s.index + 1 for s in found.statements if s.effect == "Allow" and needs in s.lacks]
        problems = (*found.problems, *(f"statement {n} has no {needs.title()}" for n in lacking))
        return Policies(((name, found),), tuple(f"{label}: {problem}" for problem in problems))

    def single(self, value: Any, what: str, name: str = "", needs: str = "") -> Policies:
        """The one policy of a place (a bucket's, a role's trust, a boundary); None is none."""
        if value is None or (not isinstance(value, str | bytes | Mapping | Document | list | tuple) and value != value):
            return Policies()
        return self.policy(name, value, what, needs)

    def chain(self, value: Any, what: str, needs: str = "") -> Chain | None:
        """Levels of policies; None where they were not read."""
        if value is None:
            return ()
        if not isinstance(value, list | tuple):
            return None
        return tuple(self.policies(level, f"{what}, level {at + 1}", needs) for at, level in enumerate(value))

    def beyond(self, item: Item, place: str, what: str) -> Policies:
        """What stands in an item under names that the form does not have: it counts as a policy that was not read."""
        return Policies((), tuple(f"{what}: {problem}" for problem in beyond(item, place)))


def lost(value: Any) -> bool:
    """True of what stands for something that was not collected: UNREAD, or that and why."""
    return isinstance(value, str) and value.startswith(UNREAD)


def not_read(what: str, value: Any) -> str:
    """The words of such a gap, with the reason where one is given."""
    why = value.removeprefix(UNREAD).removeprefix(":").strip() if isinstance(value, str) else ""
    return f"{what} was not read{f': {why}' if why else ''}"


def _named(value: Any) -> Iterable[tuple[str, Any]]:
    """(name, document) of each policy, in whatever form they are listed."""
    if isinstance(value, Document | str | bytes) or (isinstance(value, Mapping) and _is_document(value)):
        return [("", value)]
    if _is_wrapped(value):
        return [_pair(value, 0)]
    if isinstance(value, Mapping):
        return [(str(name), document) for name, document in value.items()]
    if not isinstance(value, Iterable):
        return [("", value)]
    return [_pair(item, at) for at, item in enumerate(value)]


def _is_document(value: Item) -> bool:
    return any(str(key).lower() in ("statement", "version") for key in value)


def _is_wrapped(value: Any) -> bool:
    """True of an object that holds a document with its name, in our form or in IAM's (PolicyName, PolicyDocument)."""
    return isinstance(value, Mapping) and not _is_document(value) and ("document" in value or "PolicyDocument" in value)


def _pair(item: Any, at: int) -> tuple[str, Any]:
    if isinstance(item, tuple | list) and len(item) == 2 and isinstance(item[0], str):
        return item[0], item[1]
    if _is_wrapped(item):
        name = item.get("name") or item.get("PolicyName") or f"policy {at + 1}"
        return str(name), item.get("document", item.get("PolicyDocument"))
    return f"policy {at + 1}", item


def read(given: Any) -> dict[str, Any]:
    """The fields of an Estate."""
    reader = Reader()
    if not isinstance(given, Mapping):
        reader.problems.append(f"the estate is a {type(given).__name__}, not a mapping")
        given = {}
    organization, unread = _organization(given.get("organization"))
    delegates = organization.get("root_delegates")
    groups = _groups(given, reader)
    before = len(reader.problems)
    people = [_person(item, groups, reader) for item in reader.items(given.get("principals"), "arn", "principals")]
    unlisted = tuple(reader.problems[before:]) if not people else ()
    things = [_thing(item, reader) for item in reader.items(given.get("resources"), "arn", "resources")]
    own = {item["id"]: _account(item, reader) for item in reader.items(given.get("accounts"), "id", "accounts")}
    chains = UNREAD if organization.get("id") or unread else None
    for account in dict.fromkeys([*(p.account for p in people), *(t.account for t in things)]):
        if account and account not in own:
            own[account] = _account({"id": account, "scps": chains, "rcps": chains}, reader)
    if unlisted:
        own = {number: replace(one, unlisted=(*one.unlisted, *unlisted)) for number, one in own.items()}
    return {
        "organization": _text(organization.get("id")),
        "organization_known": not unread,
        "management": _number(organization.get("management")),
        "root_sessions": None if unread else _flag(organization.get("root_sessions", False)),
        "root_delegates": None if unread or lost(delegates) else _texts(delegates),
        "accounts": own,
        "people": {one.arn: one for one in people},
        "things": {one.arn: one for one in things},
        "endpoints": {e.id: e for e in _endpoints(given.get("endpoints"), reader)},
        "moment": _moment(given.get("as_of")),
        "problems": tuple(reader.problems),
        "unread": (*beyond(given, ""), *beyond(organization, "organization")),
    }


def _organization(value: Any) -> tuple[Item, bool]:
    """The organization, empty where there is none; and True if it was not read."""
    if isinstance(value, str) and value.startswith("o-"):
        return {"id": value}, False
    if isinstance(value, Mapping) and not lost(value.get("id")):
        return value, False
    return {}, value is not None


def _groups(given: Item, reader: Reader) -> dict[str, Policies]:
    """The policies of each group, by its ARN."""
    return {
        item["arn"]: reader.policies(item.get("policies"), f"policies of group {item['arn']}", "resource")
        + reader.beyond(item, "groups", item["arn"])
        for item in reader.items(given.get("groups"), "arn", "groups")
    }


def _person(item: Item, groups: Mapping[str, Policies], reader: Reader) -> Person:
    arn = item["arn"]
    resource = arn.split(":", 5)[-1]
    kind, _, rest = resource.partition("/")
    path, _, name = f"/{rest}".rpartition("/")
    strange = reader.beyond(item, "principals", arn)
    own = reader.policies(item.get("policies"), f"policies of {arn}", "resource") + strange
    listed = item.get("groups")
    if lost(listed):
        own += Policies((), (not_read(f"list of groups of {arn}", listed),))
        listed = ()
    for group in listed if isinstance(listed, Sequence) and not isinstance(listed, str) else ():
        named = group if str(group).startswith("arn:") else f"{arn.partition(':user/')[0]}:group/{group}"
        own += groups.get(named, Policies((), (f"policies of group {group} were not read",)))
    boundary = item.get("boundary")
    tags = item.get("tags", {})
    return Person(
        arn,
        account_of(arn),
        "user" if kind == "user" else "role",
        name,
        f"{path}/",
        own,
        None if boundary is None else reader.policy("boundary", boundary, f"permissions boundary of {arn}", "resource"),
        _tags(tags),
        _text(item.get("id")),
        reader.single(item.get("trust"), f"trust policy of {arn}", arn, "principal") + strange,
    )


def _thing(item: Item, reader: Reader) -> Thing:
    arn = item["arn"]
    fields = arn.split(":", 5)
    grants = item.get("grants")
    named, everybody = _acls(item, reader)
    known, unknown = grants_of(grants, arn)
    return Thing(
        arn=arn,
        account=_number(item.get("account")) or account_of(arn),
        region=_text(item.get("region")) or (fields[3] if len(fields) == 6 else ""),
        policy=reader.single(item.get("policy"), f"policy of {arn}", arn, "principal")
        + reader.policies(item.get("policies"), f"policies of {arn}", "principal")
        + reader.beyond(item, "resources", arn),
        tags=_tags(item.get("tags")) if "tags" in item else None,
        block=_block(item.get("block_public_access")),
        acl=named,
        open_acl=everybody,
        public=item["public"] if isinstance(item.get("public"), bool) else None,
        grants=known,
        grants_gaps=(not_read(f"list of grants of {arn}", grants),) if lost(grants) else unknown,
        bucket=_text(item.get("bucket")),
        vpc=_text(item.get("vpc")),
        aws_managed=bool(item.get("aws_managed")),
        aliases=_texts(item.get("aliases")),
        object_acls=_object_acls(item),
        shared_with=None if lost(item.get("shared_with")) else _texts(item.get("shared_with")),
    )


def _object_acls(item: Item) -> bool | None:
    """Whether the ACLs of the bucket's objects count; None where object ownership was not read."""
    off = item.get("acls_disabled")
    return None if lost(off) else off is False or (off is None and item.get("acl") is not None)


def _acls(item: Item, reader: Reader) -> tuple[Policies, Policies]:
    """What the ACL allows those it names, and everybody.  Whether ACLs count matters only where there is one."""
    acl, off, what = item.get("acl"), item.get("acls_disabled", False), f"ACL of {item['arn']}"
    if off is True or acl is None:
        return Policies(), Policies()
    if not isinstance(acl, list | tuple):
        return (Policies((), (not_read(what, acl),)),) * 2
    statements = list(
        acl_statements(Acl([one for one in acl if isinstance(one, Mapping)], _text(item.get("owner_id"))))
    )
    parts = [[s for s in statements if ("AWS" in s["Principal"]) is everybody] for everybody in (False, True)]
    unread = (not_read(f"object ownership of {item['arn']}", off),) if lost(off) and statements else ()

    def policy(part: list[dict[str, Any]]) -> Policies:
        if not part or unread:
            return Policies((), unread if part else ())
        return Policies((("ACL", parsed(json.dumps({"Statement": part}))),))

    return policy(parts[0]), policy(parts[1])


def _account(item: Item, reader: Reader) -> Account:
    number = item["id"]
    path = item.get("path")
    paths = path if isinstance(path, list | tuple) else [path]
    strange = reader.beyond(item, "accounts", f"account {number}")
    scps = reader.chain(item.get("scps"), f"service control policies of {number}", "resource")
    rcps = reader.chain(item.get("rcps"), f"resource control policies of {number}")
    return Account(
        number,
        scps if scps is None or strange.empty else (*scps, strange),
        rcps if rcps is None or strange.empty else (*rcps, strange),
        tuple(map(str, paths)) if path and not lost(path) else None,
        _block(item.get("block_public_access")),
        _reasons(item.get("unlisted"), f"list of principals of {number}"),
        _text(item.get("canonical")),
        _reasons(item.get("unshared"), f"list of what {number} shares"),
    )


def _endpoints(value: Any, reader: Reader) -> Iterable[Endpoint]:
    for item in reader.items(value, "id", "endpoints"):
        policy = item.get("policy")
        yield Endpoint(
            item["id"],
            _number(item.get("account")),
            _text(item.get("vpc")),
            reader.single(policy, f"policy of endpoint {item['id']}", item["id"])
            + reader.beyond(item, "endpoints", f"endpoint {item['id']}"),
        )


def _block(value: Any) -> Block:
    if value is None:
        return Block()
    if not isinstance(value, Mapping):
        return Block(None, None)
    flags = {str(key).lower().replace("_", ""): flag for key, flag in value.items()}
    ignores, restricts = (_flag(flags.get(name, False)) for name in ("ignorepublicacls", "restrictpublicbuckets"))
    return Block(ignores, restricts)


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _tags(value: Any) -> Mapping[str, str] | None:
    if value is None:
        return {}
    if isinstance(value, list | tuple) and all(isinstance(one, Mapping) and "Key" in one for one in value):
        value = {one["Key"]: one.get("Value", "") for one in value}
    return {str(key): str(one) for key, one in value.items()} if isinstance(value, Mapping) else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any) -> str:
    """A text, or a number with the twelve digits of an account."""
    return f"{value:012d}" if isinstance(value, int) and not isinstance(value, bool) and value > 0 else _text(value)


def _texts(value: Any) -> tuple[str, ...]:
    """The items of a list as texts; one text stands for a list of one."""
    return tuple(map(str, value)) if isinstance(value, list | tuple) else (str(value),) if value else ()


def _reasons(value: Any, what: str) -> tuple[str, ...]:
    """Why something is not known, where it is not."""
    return (not_read(what, value),) if lost(value) else _texts(value)


def _moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return datetime.now(UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
