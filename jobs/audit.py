"""The audit of written tables, before readers see them: counts, keys and references, by date."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import reduce
from typing import NamedTuple

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.tables import REJECTS, SNAPSHOT_TABLES, Table

# By table: its columns that refer to a key of another table
_REFERENCES = {
    "songs": {"album_id": "albums"},
    "song_artists": {"song_id": "songs", "artist_id": "artists"},
    "album_artists": {"album_id": "albums", "artist_id": "artists"},
    "playlist_entries": {"playlist_id": "playlists", "song_id": "songs"},
    "rejects": {"playlist_id": "playlists"},
}
# What a row adds to the balance of its list's items; the sum must be 0
_BALANCE = {"playlists": "item_count", "playlist_entries": "-1", "rejects": "-1"}
# The rule whose keys are reasons of rejects
_REASONS = "reasons"


class Audit(NamedTuple):
    """By snapshot date: rows by table and raw items, rejects by reason, and what is wrong."""

    counts: dict[date, dict[str, int]]
    rejects: dict[date, dict[str, int]]
    violations: dict[date, list[str]]


def audit(written: Mapping[str, DataFrame], raw_items: Mapping[date, int]) -> Audit:
    """Audit the tables of some dates as they were written, in one Spark job.

    Every date must have unique keys, values in all required columns and a row for every reference.
    Entries and rejects together must be as many as the items, list by list, and as many as
    `raw_items` over all lists of a date.
    """
    rows = _findings(written).collect()
    counts: dict[date, dict[str, int]] = {
        on: {"raw_items": number} | {table.name: 0 for table in SNAPSHOT_TABLES}
        for on, number in raw_items.items()
    }
    rejects: dict[date, dict[str, int]] = {on: {} for on in raw_items}
    violations: dict[date, list[str]] = defaultdict(list)
    for row in rows:
        on, rule = row["snapshot_date"], row["rule"]
        if rule in written:
            counts[on][rule] = row["rows"]
        elif rule == _REASONS:
            rejects[on][row["reason"]] = row["rows"]
        for number, fault in (
            (row["duplicates"], "keys have more than one row"),
            (row["orphans"], "keys are referred to but have no row"),
            (row["nulls"], "rows lack a required value"),
            (row["imbalances"], "lists have more or fewer entries and rejects than items"),
        ):
            if number:
                violations[on].append(f"{rule}: {number} {fault}")
    for on, expected in raw_items.items():
        accounted = counts[on]["playlist_entries"] + counts[on]["rejects"]
        if accounted != expected:
            violations[on].append(f"{expected} raw items became {accounted} entries and rejects")
    return Audit(counts, rejects, dict(violations))


def any_null(columns: Iterable[str]) -> Column:
    """Whether any of the columns is NULL."""
    return reduce(lambda one, other: one | other, [F.col(name).isNull() for name in columns])


def _findings(written: Mapping[str, DataFrame]) -> DataFrame:
    """One row per snapshot date, rule and reason, with the number of rows and of each fault.

    A rule is a table's name, `accounting` or `reasons`. Only `reasons` has a reason, and counts the
    rejects with it.
    """
    facts = [_facts(written[table.name], table) for table in SNAPSHOT_TABLES]
    by_key = (
        reduce(DataFrame.unionByName, facts)
        .groupBy("snapshot_date", "rule", "key")
        .agg(
            F.sum("rows").alias("rows"),
            F.max("is_child").alias("is_child"),
            F.sum("nulls").alias("nulls"),
            F.sum("balance").alias("balance"),
        )
    )
    is_reason = F.col("rule") == _REASONS
    by_rule = by_key.withColumn("reason", F.when(is_reason, F.col("key")))
    return by_rule.groupBy("snapshot_date", "rule", "reason").agg(
        F.sum("rows").alias("rows"),
        _number((F.col("rows") > 1) & ~is_reason).alias("duplicates"),
        _number(F.col("is_child") & (F.col("rows") == 0)).alias("orphans"),
        F.sum("nulls").alias("nulls"),
        _number(F.col("balance") != 0).alias("imbalances"),
    )


def _facts(frame: DataFrame, table: Table) -> DataFrame:
    """The facts in each row of a table: its key, the keys it refers to, its list's balance."""
    key = f"concat_ws('\\x01', {', '.join(table.key)})"
    nulls = " OR ".join(f"{name} IS NULL" for name in table.required)
    facts = [_fact(f"'{table.name}'", key, rows=1, nulls=nulls)]
    facts += [
        _fact(f"'{parent}'", column, is_child=True)
        for column, parent in _REFERENCES.get(table.name, {}).items()
    ]
    if table.name in _BALANCE:
        facts.append(_fact("'accounting'", "playlist_id", balance=_BALANCE[table.name]))
    if table is REJECTS:
        facts.append(_fact(f"'{_REASONS}'", "reason", rows=1))
    # As SQL text, because each Column object would take a call into the JVM
    found = frame.selectExpr("snapshot_date", f"inline(array({', '.join(facts)}))")
    return found.where(F.col("key").isNotNull())


def _fact(
    rule: str,
    key: str,
    *,
    rows: int = 0,
    is_child: bool = False,
    nulls: str = "false",
    balance: str = "0",
) -> str:
    return (
        f"named_struct('rule', {rule}, 'key', CAST({key} AS string), 'rows', {rows}, "
        f"'is_child', {is_child}, 'nulls', CAST({nulls} AS int), "
        f"'balance', CAST({balance} AS bigint))"
    )


def _number(condition: Column) -> Column:
    return F.sum(condition.cast("int"))
