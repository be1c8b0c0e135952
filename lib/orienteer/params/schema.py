"""The shape of a params file: closed models, frozen once read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, fields
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from orienteer.errors import OrienteerError
from orienteer.parameters import Client, client_of
from orienteer.params.fields import (
    AccountId,
    AccountOrOu,
    Day,
    ExternalId,
    Folder,
    Moment,
    Region,
    Regions,
    RoleArn,
    RoleName,
    Slug,
    Some,
    Text,
    arn_account,
    is_role_arn,
    something,
    trusted,
    wrong,
)
from orienteer.params.words import dotted, shown
from orienteer.partitions import partition_with

NotNull = BeforeValidator(something)
CLOSED = ConfigDict(extra="forbid", arbitrary_types_allowed=False)


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class Engagement:
    """Who is assessed: the name on the report and the name of the output folder."""

    slug: Slug
    name: Text = ""

    @model_validator(mode="before")
    @classmethod
    def _named(cls, given: Any) -> Any:
        kwargs = getattr(given, "kwargs", given)
        if isinstance(kwargs, dict) and "name" not in kwargs and isinstance(slug := kwargs.get("slug"), str) and slug:
            return {**kwargs, "name": slug}
        return given


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class Account:
    """One account to assess; without `role_arn` the credentials in use must be of that account."""

    id: AccountId
    role_arn: RoleArn = ""
    external_id: ExternalId = ""
    name: Text = ""

    @model_validator(mode="after")
    def _one_account(self) -> Self:
        if self.role_arn and arn_account(self.role_arn) != self.id:
            raise wrong(f"is a role of account {arn_account(self.role_arn)}, not of {self.id}", "role_arn")
        if self.external_id and not self.role_arn:
            raise wrong("needs a role_arn that asks for it", "external_id")
        return self


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class Organization:
    """An organization to assess: a role that lists its accounts, and the role assumed in each of them.

    Without `role_name` the members' role has the name of the role in `role_arn`.
    """

    role_arn: RoleArn = ""
    external_id: ExternalId = ""
    role_name: RoleName = ""
    include: Annotated[tuple[AccountOrOu, ...], *Some] = ()
    exclude: Annotated[tuple[AccountOrOu, ...], *Some] = ()

    @model_validator(mode="before")
    @classmethod
    def _same_role(cls, given: Any) -> Any:
        kwargs = getattr(given, "kwargs", given)
        if not isinstance(kwargs, dict) or "role_name" in kwargs or not is_role_arn(kwargs.get("role_arn")):
            return given
        return {**kwargs, "role_name": kwargs["role_arn"].split(":role/", 1)[1]}

    @model_validator(mode="after")
    def _way_in(self) -> Self:
        if not self.role_arn and not self.role_name:
            raise wrong("needs role_arn (it lists the accounts) or role_name (it is assumed in each)")
        both = sorted(set(self.include) & set(self.exclude))
        if both:
            raise wrong(f"{shown(both[0])} is in include too", "exclude")
        return self


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class Trusted:
    """A third party or partner the client knows."""

    id: AccountId
    name: Text = ""
    owner: Text = ""


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class Listed:
    """An account in the client's own inventory."""

    id: AccountId
    name: Text = ""


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class Advice:
    """What an export of Trusted Advisor says of one account under one security check."""

    account: AccountId
    check: Text
    check_id: Text = ""
    status: Literal["ok", "warning", "error", "not_available"]
    flagged: Annotated[int, Field(ge=0, strict=True)] = 0
    suppressed: Annotated[int, Field(ge=0, strict=True)] = 0
    on: Day


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class Answer:
    """The client's answer to a control that only a person can judge."""

    answer: Literal["yes", "no", "partly", "not_applicable"]
    by: Text = ""
    on: Annotated[Day | None, NotNull] = None
    expires: Annotated[Day | None, NotNull] = None
    note: Text = ""

    @model_validator(mode="after")
    def _dates(self) -> Self:
        if self.on and self.expires and self.expires < self.on:
            raise wrong("lies before the day of the answer (on)", "expires")
        return self


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class Demo:
    """Starts the made-up organization of this seed on this machine, for a client that is one of the demo's."""

    seed: Annotated[int, Field(ge=1, le=1_000_000, strict=True)] = 1


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class Cover:
    """What the cover of the report says: who wrote it, which version of what day, how secret it is, for whom."""

    consultancy: Text = ""
    author: Text = ""
    version: Text = ""
    date: Annotated[Day | None, NotNull] = None
    confidentiality: Text = ""
    distribution: Text = ""


def _nobody() -> Engagement:
    return Engagement(slug="assessment")


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class Params:
    """A params file that was read and found good.

    `regions` empty: every region the account has enabled.  `notebooks` empty: all.  `thresholds` holds what the file
    sets, by name; controls keep their defaults for the rest.
    """

    client: Annotated[Engagement, Field(description="Who is assessed.")] = field(default_factory=_nobody)
    accounts: Annotated[tuple[Account, ...], *Some, Field(description="Assess these accounts.")] = ()
    organization: Annotated[Organization | None, NotNull, Field(description="Assess an organization.")] = None
    profile: Annotated[Text, Field(description="Assess the one account of this AWS profile.")] = ""
    demo: Annotated[Demo | None, NotNull, Field(description="Start this demo organization on this machine first.")] = (
        None
    )
    regions: Annotated[Regions, Field(description="enabled (default), one region or a list.")] = ()
    trusted_accounts: Annotated[
        tuple[Annotated[Trusted, BeforeValidator(trusted)], ...],
        *Some,
        Field(description="Third parties and partners the client knows: ids, or id, name and owner."),
    ] = ()
    inventory: Annotated[
        tuple[Annotated[Listed, BeforeValidator(trusted)], ...],
        *Some,
        Field(description="The client's own list of its accounts: a CSV file beside this one, or a list."),
    ] = ()
    trusted_advisor: Annotated[
        tuple[Advice, ...],
        *Some,
        Field(
            description="Trusted Advisor where the support plan has no API: the CSV of its organizational view, a file "
            "beside this one, or a list of its parts."
        ),
    ] = ()
    approved_regions: Annotated[
        tuple[Region, ...], *Some, Field(description="Regions that the region-deny policy should leave.")
    ] = ()
    exposures: Annotated[
        Literal["all", "main"],
        Field(description="Types of resource that can be opened to others to look for: all (default), or main ones."),
    ] = "all"
    last_accessed: Annotated[
        Literal["none", "powerful", "all"],
        Field(
            description="Users and roles to ask about for the services that they called last: powerful (default: those "
            "whose policies may make them administrator, and that were used), all that were used, or none."
        ),
    ] = "powerful"
    exception_ou: Annotated[Text, Field(description="OU (id, path or name) that protections leave out.")] = ""
    thresholds: Annotated[Mapping[str, Any], Field(description="Thresholds of the control catalogue.")] = field(
        default_factory=dict
    )
    answers: Annotated[
        Mapping[str, Answer],
        Field(description="The client's answers to MANUAL controls, by control id or control id/resource."),
    ] = field(default_factory=dict)
    report: Annotated[Cover | None, NotNull, Field(description="Facts for the cover of the report.")] = None
    notebooks: Annotated[tuple[Text, ...], *Some, Field(description="Notebooks to run; default all.")] = ()
    output_dir: Annotated[Folder, Field(description="Folder for the outputs; never the root, never a file.")] = (
        "outputs"
    )
    as_of: Annotated[
        Moment | None, NotNull, Field(description="The clock for ages; default the time of collection.")
    ] = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for key in ("accounts", "trusted_accounts", "inventory"):
            listed: tuple[Account | Trusted | Listed, ...] = getattr(self, key)
            ids = [item.id for item in listed]
            twice = next((i for i in ids if ids.count(i) > 1), "") if len(set(ids)) < len(ids) else ""
            if twice:
                raise wrong(f"account {twice} is listed twice", key)
        if len({(one.account, one.check) for one in self.trusted_advisor}) < len(self.trusted_advisor):
            raise wrong("a check of an account is listed twice", "trusted_advisor")
        self._one_partition()
        return self

    def _one_partition(self) -> None:
        """Accounts of two partitions share no organization and no credentials: each needs a file of its own."""
        roles = [(f"accounts[{n}].role_arn", account.role_arn) for n, account in enumerate(self.accounts)]
        roles += [("organization.role_arn", self.organization.role_arn)] if self.organization else []
        first = ("", "")
        given = [(place, arn.split(":")[1]) for place, arn in roles if arn]
        given += [(key, partition_with(name)) for key in ("regions", "approved_regions") for name in getattr(self, key)]
        for place, partition in given:
            if not first[0]:
                first = (place, partition)
            elif partition != first[1]:
                key = place.partition("[")[0].partition(".")[0]
                said = f"{shown(partition)} beside {shown(first[1])} of {first[0]}: one file is about one partition"
                raise wrong(said, key)

    @property
    def bucket(self) -> str:
        """The s3:// address that finished runs go to; empty where they stay on this machine."""
        return self.output_dir if self.output_dir.startswith("s3://") else ""

    def region_list(self) -> tuple[str, ...]:
        """The regions named; empty: every region that an account has enabled."""
        return self.regions

    def answer_mapping(self) -> dict[str, dict[str, Any]]:
        """The answers by control id as plain data: answer, by, on, expires, note."""
        return {key: _plain(answer) for key, answer in self.answers.items()}

    def client_facts(self) -> Client:
        """What controls may know of the client."""
        return client_of(self.public())

    def public(self) -> dict[str, Any]:
        """The params as plain JSON data for the manifest, without external ids."""
        return {f.name: _plain(getattr(self, f.name)) for f in fields(self)}

    @staticmethod
    def from_public(public: Mapping[str, Any]) -> Params:
        """The params that `public` described.  Raises OrienteerError for anything else."""
        try:
            return TypeAdapter(Params).validate_python(_given(public))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            text = f"the run's params do not fit this version: {dotted(first['loc'])}: {first['msg']}"
            raise OrienteerError(text, 3) from error


def _given(value: Any) -> Any:
    """What was really set: without the empty values that stand for "not given", but thresholds as they are."""
    if isinstance(value, Mapping):
        kept = {key: item if key == "thresholds" else _given(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item not in (None, "", [], ())}
    return [_given(item) for item in value] if isinstance(value, list | tuple) else value


def _plain(value: Any) -> Any:
    if hasattr(value, "__dataclass_fields__"):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value) if f.name != "external_id"}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
