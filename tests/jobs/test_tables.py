"""The declaration of the tables, as Parquet, Glue, Terraform and readers get it."""

import json
from pathlib import Path

import pyarrow as pa
import pytest

from jobs.tables import (
    PARTITION_COLUMN,
    SNAPSHOT_TABLES,
    TABLES,
    Table,
    arrow_schema,
    glue_tables,
    spark_schema,
)
from tests.support import oracle, outcomes_oracle

ROOT = Path(__file__).parents[2]

# The tables without a snapshot date; the others are in the oracles. ? = nullable
DESIGN = {
    "list_snapshots": "playlist_id snapshot_date item_count reject_count total is_complete is_drop"
    " previous_date? name?",
    "items": "item_uri item_type name? artists? song_id? last_seen_on",
    "playlist_stays": "playlist_id item_uri stay_number entered_on last_seen_on exited_on?"
    " days_spanned snapshots_seen entry_position best_position best_position_on"
    " last_position is_current starts_before_history missing_since? continues_uri?"
    " continued_by_uri? listed_since first_uri",
    "artist_matches": "artist_id mbid? outcome source fetched_on",
    "artist_genres": "artist_id genre genre_mbid votes share source fetched_on",
    "runs": "run_id job snapshot_date? status started_at finished_at counts? refused_objects?",
}


def test_the_tables_and_columns_are_those_of_the_design_in_its_order() -> None:
    declared = {
        table.name: " ".join(
            [PARTITION_COLUMN] * table.is_partitioned
            + [f"{column.name}{'?' * column.nullable}" for column in table.columns]
        )
        for table in TABLES.values()
    }

    assert declared == oracle.DESIGN | {"outcomes": outcomes_oracle.DESIGN} | DESIGN


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_a_key_consists_of_columns_that_are_never_null(table: Table) -> None:
    nullable = {PARTITION_COLUMN} if table.name == "runs" else set()

    assert set(table.key) - nullable <= set(table.required)
    assert len(set(table.column_names)) == len(table.column_names)
    assert all(column.meaning for column in table.columns)


def test_snapshot_tables_are_partitioned_and_entries_come_last() -> None:
    by_partition = {table.name for table in TABLES.values() if table.is_partitioned}
    assert by_partition == {table.name for table in SNAPSHOT_TABLES} | {"outcomes"}
    undated = {
        "list_snapshots",
        "items",
        "playlist_stays",
        "artist_matches",
        "artist_genres",
        "runs",
    }
    assert set(TABLES) - by_partition == undated
    assert all(PARTITION_COLUMN not in table.column_names for table in SNAPSHOT_TABLES)

    order = [table.name for table in SNAPSHOT_TABLES]
    assert order[-1] == "playlist_entries"
    for parent, child in (
        ("artists", "song_artists"),
        ("artists", "album_artists"),
        ("albums", "songs"),
        ("albums", "album_artists"),
        ("songs", "song_artists"),
        ("playlists", "playlist_entries"),
    ):
        assert order.index(parent) < order.index(child)


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_every_table_has_a_schema_for_its_writer(table: Table) -> None:
    if table.name == "runs":
        schema = arrow_schema(table)
        assert [(field.name, field.nullable) for field in schema] == [
            (column.name, column.nullable) for column in table.columns
        ]
        assert schema.field("started_at").type == pa.timestamp("us", tz="UTC")
    else:
        fields = [f"{field.name} {field.dataType.simpleString()}" for field in spark_schema(table)]
        assert fields == [f"{column.name} {column.type}" for column in table.columns]


def test_glue_has_every_table_with_its_columns_types_and_comments() -> None:
    declared = glue_tables()

    assert list(declared) == list(TABLES)
    assert declared["artists"] == {
        "description": "one row per snapshot date and artist",
        "columns": [
            {"name": "artist_id", "type": "string", "comment": "Spotify's id of the artist"},
            {"name": "name", "type": "string", "comment": "name of the artist"},
        ],
        "partition_keys": [{"name": "snapshot_date", "type": "date"}],
    }
    assert declared["playlist_stays"]["partition_keys"] == []
    # Glue takes at most 255 characters
    comments = [c["comment"] for table in declared.values() for c in table["columns"]]
    assert max(map(len, comments)) <= 255


def test_the_generated_declaration_for_terraform_is_fresh() -> None:
    generated = (ROOT / "infra/tables.json").read_text(encoding="utf-8")

    assert json.loads(generated) == glue_tables(), "run: python -m jobs.tables > infra/tables.json"
    assert generated == json.dumps(glue_tables(), indent=2) + "\n"
