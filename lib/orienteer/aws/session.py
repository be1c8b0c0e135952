"""Ways into an account: guarded, read-only boto3 clients with credentials that renew themselves."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

import boto3
import botocore
import botocore.session
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

from orienteer import __version__
from orienteer.aws.seams import (
    before_sending,
    core_session,
    leaving_out_methods,
    remember_bodies,
    renewing_session,
    with_models_of,
)
from orienteer.errors import OrienteerError
from orienteer.partitions import home_region

"""Where the global services of a partition are asked."""

ENTRY_OPERATIONS: Mapping[str, frozenset[str]] = {"sts": frozenset({"assume_role", "get_caller_identity"})}
"""What the way in needs beside the operations that tables declare."""

Allowed = Mapping[str, frozenset[str]]
"""Operations that may leave this process, by boto3 service name; both as boto3 writes them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """How to get into one account.  Holds no secret but the external id; can be sent to another process.

    Without `role_arn` the base session is used as it is.  `via` is a role to assume first (role chaining);
    `fallback` another way in, tried when this one is refused.
    """

    account_id: str = ""
    name: str = ""
    role_arn: str = ""
    external_id: str = ""
    profile: str = ""
    via: Entry | None = None
    fallback: Entry | None = None


def base_session(profile: str = "") -> boto3.Session:
    """A session from boto3's own chain (environment, profile, SSO, instance role).

    Raises OrienteerError when the profile does not exist.
    """
    core = core_session(profile)
    try:
        return boto3.Session(botocore_session=core)
    except Exception as error:
        raise OrienteerError(f"cannot use AWS profile {profile!r}: {error}", 3) from error


@dataclass(frozen=True)
class Doors:
    """The sessions that lead into accounts, each made once: one per profile, one per role assumed on the way."""

    given: boto3.Session | None = None
    lock: threading.RLock = field(default_factory=threading.RLock)
    sessions: dict[Entry, boto3.Session] = field(default_factory=dict)
    clients: dict[Entry, Any] = field(default_factory=dict)

    def enter(self, entry: Entry) -> boto3.Session:
        """A new session inside the entry's account; its credentials renew themselves.  Nothing is called yet."""
        if not entry.role_arn:
            return self.given or base_session(entry.profile)
        before = entry.via or Entry(profile=entry.profile)
        with self.lock:
            start = self._before(before)
            if start.get_credentials() is None:
                raise OrienteerError("no AWS credentials found; set a profile, SSO login or environment variables", 3)
        core = renewing_session(lambda: _assumed(self._sts(before, start), entry))
        return boto3.Session(botocore_session=core, region_name=start.region_name)

    def forget(self, entry: Entry) -> None:
        """Lets the roles on the way into this entry be assumed anew (their token expired early)."""
        with self.lock:
            if entry.via is not None:
                self.sessions.pop(entry.via, None)
                self.clients.pop(entry.via, None)

    def _before(self, entry: Entry) -> boto3.Session:
        """The session a role is assumed from; `entry` is a role on the way, or bare for the base session."""
        if entry not in self.sessions:
            self.sessions[entry] = self.enter(entry)
        return self.sessions[entry]

    def _sts(self, entry: Entry, session: boto3.Session) -> Any:
        with self.lock:
            if entry not in self.clients:
                client = session.client("sts", region_name=session.region_name or "us-east-1", config=config(10))
                self.clients[entry] = guarded(client, ENTRY_OPERATIONS)
            return self.clients[entry]


def _assumed(sts: Any, entry: Entry) -> dict[str, str]:
    """Credentials of the entry's role, as botocore's refreshable credentials want them.  Raises botocore errors."""
    extra = {"ExternalId": entry.external_id} if entry.external_id else {}
    taken = sts.assume_role(RoleArn=entry.role_arn, RoleSessionName="orienteer", **extra)["Credentials"]
    return {
        "access_key": taken["AccessKeyId"],
        "secret_key": taken["SecretAccessKey"],
        "token": taken["SessionToken"],
        "expiry_time": taken["Expiration"].isoformat(),
    }


def config(connections: int) -> Config:
    """Client settings: standard retries with 10 attempts, as many connections as there are workers."""
    return Config(
        retries={"mode": "standard", "total_max_attempts": 10},
        connect_timeout=10,
        read_timeout=60,
        max_pool_connections=max(connections, 10),
        user_agent=_user_agent(),
    )


@cache
def _user_agent() -> str:
    """Given whole: botocore otherwise puts it together anew for every call, 6 % of a call's CPU."""
    return f"orienteer/{__version__} Boto3/{boto3.__version__} Botocore/{botocore.__version__}"


def guarded(client: Any, allowed: Allowed) -> Any:
    """The client, refusing before the request leaves every operation that is not allowed."""
    service = client.meta.service_model.service_name
    permitted = allowed.get(service, frozenset())

    def refuse(operation: str) -> None:  # must not know the client, which then could not go at once
        if xform_name(operation) not in permitted:
            raise OrienteerError(f"refused to call {service}:{operation}: undeclared")

    before_sending(client, refuse)
    remember_bodies(client)
    return client


def trimmed(session: boto3.Session, allowed: Allowed) -> boto3.Session:
    """The session, its future clients without the methods of operations that nothing declares, and made from models
    that know little else.

    What is not there cannot be called, and a client weighs little more than half as much.
    """
    permitted = {**allowed, "s3": allowed.get("s3", frozenset()) | {"head_bucket"}}  # looks for a bucket's region
    names = frozenset().union(*permitted.values())
    return with_models_of(leaving_out_methods(session, names), permitted)


class Account:
    """An open account: one session, one client per (service, region), both made when first needed.

    `renew` starts over with a new session (a token expired early); `close` drops the clients.  A `patient` account
    answers with a gap where credentials end, instead of a Stop.
    """

    def __init__(
        self,
        entry: Entry,
        allowed: Allowed,
        *,
        base: boto3.Session | None = None,
        workers: int = 32,
        doors: Doors | None = None,
        patient: bool = False,
    ) -> None:
        self.entry = entry
        self.patient = patient
        self.account_id = entry.account_id
        self.partition = "aws"
        self._allowed = allowed
        self._doors = doors or Doors(base)
        self._config = config(workers)
        self.turn = threading.RLock()
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, str], Any] = {}
        self._generation = 0
        self.session = self._entered()

    def _entered(self) -> boto3.Session:
        """A new session in the account; the caller's own one is left as it is."""
        session = self._doors.enter(self.entry)
        return session if session is self._doors.given else trimmed(session, self._allowed)

    @property
    def generation(self) -> int:
        return self._generation

    @property
    def renewable(self) -> bool:
        return bool(self.entry.role_arn)

    @property
    def home_region(self) -> str:
        return home_region(partition=self.partition)

    def offers(self, service: str, region: str) -> bool:
        """True if botocore knows an endpoint of the service in the region, or knows nothing of one of them."""
        known, everywhere = (_regions_of(self.session, name, self.partition) for name in (service, "ec2"))
        return not known or region in known or region not in everywhere

    def has_list_of(self, service: str) -> bool:
        """True if botocore has a list of the regions in which the service is."""
        return bool(_regions_of(self.session, service, self.partition))

    def client(self, service: str, region: str) -> Any:
        """A guarded client.  Raises botocore's errors for an unknown service or bad settings."""
        key = (service, region)
        found = self._clients.get(key)  # without the lock: making another client takes milliseconds
        if found is not None:
            return found
        with self._lock:
            if key not in self._clients:
                made = self.session.client(service, region_name=region, config=self._config)
                self._clients[key] = guarded(made, self._allowed)
            return self._clients[key]

    def renew(self, generation: int) -> None:
        """Starts a new session, once for all threads that saw the same generation fail."""
        with self._lock:
            if generation == self._generation:
                self._doors.forget(self.entry)
                self.session = self._entered()
                self._clients = {}
                self._generation += 1

    def drop(self, service: str, region: str) -> bool:
        """True if there was such a client, which goes when the last call on it ends."""
        with self._lock:
            return self._clients.pop((service, region), None) is not None

    def close(self) -> int:
        """Drops the clients; how many there were."""
        with self._lock:
            clients, self._clients = self._clients, {}
        for client in clients.values():
            client.close()
        return len(clients)

    def identity(self, region: str) -> dict[str, Any]:
        """GetCallerIdentity: account, arn, the server's time (`at`), by how many seconds it is ahead of ours (`shift`).

        Sets the partition.  Raises botocore errors.
        """
        answer = self.client("sts", region).get_caller_identity()
        self.partition = answer["Arn"].split(":")[1]
        at = _moment(answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date"))
        shift = round((at - datetime.now(UTC)).total_seconds()) if at else 0
        return {"account_id": answer["Account"], "arn": answer["Arn"], "at": at, "shift": shift}


_REGIONS: dict[tuple[str, str], frozenset[str]] = {}


def _regions_of(session: boto3.Session, service: str, partition: str) -> frozenset[str]:
    """The regions that botocore lists for a service; of newer services it has no list."""
    if (service, partition) not in _REGIONS:
        listed = session.get_available_regions(service, partition_name=partition)
        _REGIONS[service, partition] = frozenset(listed)
    return _REGIONS[service, partition]


def _moment(date: str | None) -> datetime | None:
    """The time of a Date header, UTC; None where there is none that can be read."""
    try:
        moment = parsedate_to_datetime(date) if date else None
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def error_code(error: Exception) -> str:
    """AWS's error code, or the name of the botocore error."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "Unknown"))
    return type(error).__name__
