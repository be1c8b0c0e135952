"""Facts: rows, joins and the gaps that hide them, derived columns, frames; and what each of them rests on."""

from __future__ import annotations

import pandas as pd
import pytest

from orienteer import controls, facts, tables
from orienteer.facts import users
from orienteer.facts.fact import FACTS, Estate, Fact, Join, columns_of, domain, joined_cells, parents
from orienteer.facts.guarded import Places
from orienteer.facts.reads import names_of
from orienteer.facts.rests import all_of, rests_on, tables_read_by
from orienteer.facts.seen import FAULT, Cells, Partial, Row, Unseen
from orienteer.facts.source import Gap, Source
from tests.each import each
from tests.facts.support import GAP, PLACE, estate, source

ONE = PLACE | {"resource_id": "a"}


def joined(join: Join, cells: dict, rows: list[dict], gaps: list[Gap] = []) -> dict:  # noqa: B006
    other = Source(join.source, [Cells(r) for r in rows], gaps, (), {"flag": (True, False, None)})
    return dict(joined_cells(Cells(cells), join, other))


def test_a_join_takes_what_the_other_knows_and_else_what_hides_it() -> None:
    join = Join("other", ("flag",))
    hides = Gap("111111111111", "eu-west-1", "", "denied")
    assert joined(join, ONE, [ONE | {"flag": True}], [hides]) == {"flag": True}
    assert joined(join, ONE, []) == {"flag": None}
    assert joined(join, ONE, [], [hides]) == {"flag": Unseen(frozenset({"denied"}), (True, False, None))}
    assert joined(join, ONE, [], [Gap("222222222222", "", "", "denied")]) == {"flag": None}
    assert joined(join, ONE, [], [Gap("111111111111", "", "b", "denied")]) == {"flag": None}


def test_a_join_over_accounts_rests_on_all_of_them() -> None:
    join = Join("other", ("flag",), place=("", ""))
    assert isinstance(joined(join, ONE, [], [Gap("222222222222", "", "", "denied")])["flag"], Unseen)


def test_a_join_for_some_rows_leaves_the_others_without() -> None:
    join = Join("other", ("flag",), only=lambda row: row.kind == "key")
    hides = Gap("111111111111", "eu-west-1", "", "denied")
    assert joined(join, ONE | {"kind": "key"}, [ONE | {"flag": True}]) == {"flag": True}
    assert joined(join, ONE | {"kind": "alias"}, [ONE | {"flag": True}], [hides]) == {"flag": None}
    assert joined(Join("other", ("flag",)), ONE | {"kind": "alias"}, [], [hides])["flag"].gaps == {"denied"}


def test_a_join_over_several_values_varies_the_last_column_of_its_key() -> None:
    join = Join(
        "other", many="all", on={"account_id": "account_id", "resource_id": "name"}, each=lambda cells: cells["names"]
    )
    rows = [ONE, ONE | {"resource_id": "b"}, ONE | {"resource_id": "c"}, ONE | {"account_id": "222222222222"}]
    found = joined(join, ONE | {"name": "x", "names": ("a", "c")}, rows)["all"]
    assert [(row["account_id"], row["resource_id"]) for row in found.items] == [
        ("111111111111", "a"),
        ("111111111111", "c"),
    ]


def test_what_must_exist_and_is_nowhere_was_not_asked_for() -> None:
    join = Join("other", row="it", missing=lambda row: f"nobody asked for {row.resource_id}")
    assert joined(join, ONE, [])["it"] == Unseen(frozenset({"nobody asked for a"}))


def test_many_rows_are_a_list_that_knows_its_gaps() -> None:
    join = Join("other", many="all", on={"account_id": "account_id"})
    found = joined(join, ONE, [ONE, ONE | {"resource_id": "b"}], [Gap("111111111111", "", "", "denied")])["all"]
    assert isinstance(found, Partial)
    assert (len(found.items), found.gaps) == (2, frozenset({"denied"}))


def test_a_key_that_is_not_set_finds_nothing_and_one_that_was_not_seen_hides_it() -> None:
    join = Join("other", ("flag",), on={"resource_id": "name"})
    assert joined(join, ONE | {"name": None}, [ONE | {"flag": True}], [Gap("", "", "", "denied")]) == {"flag": None}
    lost = Unseen(frozenset({"lost"}))
    assert joined(join, ONE | {"name": lost}, [ONE | {"flag": True}])["flag"].gaps == lost.gaps


def test_a_fact_as_a_frame_says_what_was_not_seen() -> None:
    found = estate(
        {
            "s3_buckets": [ONE, PLACE | {"resource_id": "b"}, PLACE | GAP | {"account_id": "222222222222"}],
            "s3_bucket_policies": [ONE | {"policy": "{}"}, PLACE | {"resource_id": "b"} | GAP],
        }
    ).frame("buckets")
    assert list(found["resource_id"].fillna("")) == ["a", "b", ""]
    assert found["policy"].notna().tolist() == [True, False, False]
    assert "policy: x:Y AccessDenied" in found["not_seen"][1]
    assert found["not_seen"][2].startswith("x:Y AccessDenied")
    assert pd.isna(found["not_seen"][0]) or "policy:" not in found["not_seen"][0]
    assert found["account_id"][2] == "222222222222"


def test_a_fact_whose_rows_cannot_be_made_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(organization: Source):
        yield Cells(ONE, name="first")
        raise ValueError("no")

    fact = Fact("broken_for_a_test", "One row.", rows=broken, made=("name", "account_id", "region", "resource_id"))
    try:
        made = source("broken_for_a_test")
        assert len(made.rows) == 1
        assert made.gaps[0].text.startswith(FAULT)
    finally:
        del FACTS[fact.name]


def test_a_fact_is_declared_once() -> None:
    facts.registry()
    with pytest.raises(ValueError, match="declared twice"):
        Fact("buckets", "Something else.", base="s3_buckets")
    assert FACTS["buckets"].doc != "Something else."


@each("fact", facts.registry().values(), ids=lambda fact: fact.name)
def test_facts_are_sound(fact: Fact) -> None:
    known = {*facts.registry(), *tables.registry(), "coverage", "earlier"}
    assert fact.name not in tables.registry()
    assert fact.doc.endswith(".")
    assert {*parents(fact), *(join.source for join in fact.joins)} <= known
    assert {"account_id", "region", "resource_id", "resource_arn"} <= set(columns_of(fact))
    assert fact.hidden <= set(columns_of(fact))
    for function in fact.columns:
        assert function.__annotations__.get("return", "") not in ("Row", Row), function
        assert "bool" not in str(function.__annotations__["return"]) or domain(function), function.__name__


@each("control", [c for c in controls.registry().values() if c.fact], ids=lambda c: c.id)
def test_a_control_reads_columns_and_rests_on_tables(control) -> None:
    assert control.columns
    assert set(control.evidence) <= set(columns_of(control.fact))
    assert set(control.tables) <= {*tables.registry(), "coverage"}
    assert tables_read_by(control.judge, control.fact) <= set(control.tables)


def test_a_column_that_is_named_like_a_function_is_not_that_function() -> None:
    assert names_of(users.made_at) >= {"last_rotated", "undated_keys"}
    assert "made_at" in names_of(users.key_age_days) and "last_rotated" not in names_of(users.key_age_days)
    assert "last_rotated" in names_of(lambda key: users.made_at(key)), "a function of a module is followed"


def test_what_a_column_rests_on_follows_its_joins() -> None:
    assert rests_on("buckets", "policy") == {"s3_buckets", "s3_bucket_policies"}
    assert rests_on("buckets", "restricts") == {
        "s3_buckets",
        "s3_bucket_public_access_block",
        "s3_account_public_access_block",
    }
    assert all_of("buckets") > rests_on("buckets", "restricts")
    assert "s3_buckets" in rests_on("log_keeping", "region"), "worked out anew from what the rows were made with"


def test_a_column_that_an_older_version_did_not_collect_was_not_seen() -> None:
    given = estate({"s3_bucket_policy_status": [ONE | {"is_public": True}], "s3_buckets": [ONE]})
    old = {n: f.drop(columns="is_public") if n == "s3_bucket_policy_status" else f for n, f in given.tables.items()}
    (row,) = Estate(old, given.specs).source("buckets").rows
    assert row["is_public"].can_be == (True, False, None)
    assert "is not in this snapshot" in next(iter(row["is_public"].gaps))


LOST = Source("other", [Cells(ONE | {"flag": Unseen(frozenset({"lost"}))})], [], (), {}, frozenset({"flag"}),
              (Gap("111111111111", "eu-west-1", "", "lost"),))  # fmt: skip


def test_who_takes_rows_by_what_they_say_gets_gaps_for_those_with_lost_columns() -> None:
    told = Gap("222222222222", "", "", "denied")
    assert (LOST.whole().rows, LOST.whole().gaps) == ([], [*LOST.instead])
    assert len(Source("", [Cells(ONE)], [told], ()).whole().rows) == 1
    assert Source("", [Cells(ONE)], [told], (), {}, LOST.lost, LOST.instead).whole().gaps == [told, *LOST.instead]


def test_a_join_that_looks_at_a_row_with_lost_columns_finds_nothing_and_says_so() -> None:
    join = Join("other", many="found", on={"name": "names"}, each=lambda row: row["names"])
    there = Source("other", [Cells(ONE | {"name": "a"})], [], ())
    row = Cells(ONE | {"names": ("a",)})
    assert [one["name"] for one in joined_cells(row, join, there)["found"].items] == ["a"]
    hidden = joined_cells(row, join, there, LOST.instead)["found"]
    assert (hidden.items, hidden.gaps) == ((), {"lost"})


@pytest.mark.parametrize("column", ["target_id", "id"])
def test_what_hangs_where_an_older_version_did_not_tell_is_not_seen(column: str) -> None:
    keys = {"account_id": PLACE["account_id"], "region": "global"}
    policy = keys | {"resource_id": "p-1", "id": "p-1", "type": "SERVICE_CONTROL_POLICY", "name": "all"}
    target = keys | {"resource_id": "p-1", "id": "p-1", "target_id": "r-1"}
    given = estate({"organization_policies": [policy], "organization_policy_targets": [target]})
    table = given.tables["organization_policy_targets"]
    assert column in table
    old = Estate({**given.tables, "organization_policy_targets": table.drop(columns=column)}, given.specs)
    assert [len(row["targets"].items) for row in given.source("policies").rows] == [1]
    assert len(old._joined(Join("organization_policy_targets", ("target_name",), on={"resource_id": "id"})).rows) == 1
    assert old._joined(Join("organization_policy_targets", ("target_name",), on={column: "id"})).rows == []
    (row,) = old.source("policies").rows
    assert row["targets"].items == () and "is not in this snapshot" in next(iter(row["targets"].gaps))


def test_where_nothing_of_a_source_is_known_in_any_account_a_fact_is_not_silent() -> None:
    given = estate({})
    nothing = {n: f for n, f in given.tables.items() if n not in ("iam_credential_report", "iam_account_summary")}
    found = Estate(nothing, given.specs).source("root_users")
    assert found.rows == [] and len(found.gaps) == 2


REGIONS = [{**PLACE, "region_name": name, "enabled": True} for name in ("eu-west-1", "us-east-1")]


def older(table: str, column: str) -> Estate:
    """An organization's accounts and regions as a version tells them that did not collect a column."""
    given = estate({"ec2_regions": REGIONS, "organization_accounts": [{"id": PLACE["account_id"], "state": "ACTIVE"}]})
    old = {n: f.drop(columns=column) if n == table else f for n, f in given.tables.items()}
    return Estate(old, given.specs)


@pytest.mark.parametrize("column", ["region_name", "enabled"])
def test_regions_that_an_older_version_did_not_tell_of_are_gaps(column: str) -> None:
    old = older("ec2_regions", column)
    (gap,) = old.source("places").gaps
    assert old.source("places").rows == [] and gap.account_id == PLACE["account_id"]
    assert Places(old.source("ec2_regions")).of(PLACE["account_id"]) == ([], frozenset({gap.text}))


def test_an_account_whose_state_an_older_version_did_not_collect_is_in_use() -> None:
    rows = older("organization_accounts", "state").source("places").rows
    assert [row["region"] for row in rows] == ["eu-west-1", "us-east-1"]
