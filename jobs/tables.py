"""The declaration of every table: columns, types, keys, meaning and source.

Parquet schema, Glue catalog and data dictionary are derived from it. A new column is appended and
nullable. Run as a module it prints `infra/tables.json` for Terraform.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from jobs.column_types import COLUMN_TYPES, spark_columns

if TYPE_CHECKING:
    from pyspark.sql import types as T

PARTITION_COLUMN = "snapshot_date"


class Column(NamedTuple):
    """A column; `source` is the field of Spotify's answer that it is read from, if there is one.

    `type` is a key of COLUMN_TYPES, which is the type's name in the Glue catalog.
    """

    name: str
    type: str
    meaning: str
    source: str = ""
    nullable: bool = True


class Table(NamedTuple):
    """A table; the key is unique within a snapshot date (or, unpartitioned, in the table)."""

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    is_partitioned: bool = True

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of the columns stored in the files, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """The names of the columns that are never NULL."""
        return tuple(column.name for column in self.columns if not column.nullable)


def _required(name: str, type_: str, meaning: str, source: str = "") -> Column:
    return Column(name, type_, meaning, source, nullable=False)


_PLAYLIST_ID = _required(
    "playlist_id",
    "string",
    "Spotify's id of the list, `liked-songs`, a chart's name, or an id made of the list's name",
    "playlist.id",
)
_POSITION = _required(
    "position",
    "int",
    "position in the list, 1 is the first; never renumbered",
    "page offset + index",
)
_SONG_ID = _required("song_id", "string", "Spotify's id of the song", "item.id")
_ALBUM_ID = _required("album_id", "string", "Spotify's id of the album", "item.album.id")
_ARTIST_ID = _required("artist_id", "string", "Spotify's id of the artist", "artists[].id")
_ARTIST_POSITION = _required(
    "artist_position", "int", "position among the artists, 1 is the first", "index in artists"
)

PLAYLISTS = Table(
    "playlists",
    "one row per snapshot date and list",
    ("playlist_id",),
    (
        _PLAYLIST_ID,
        Column("name", "string", "name of the list", "playlist.name"),
        Column("description", "string", "as sent, HTML entities included", "playlist.description"),
        Column("is_public", "boolean", "shown on the owner's profile", "playlist.public"),
        Column(
            "is_collaborative", "boolean", "others may change the list", "playlist.collaborative"
        ),
        Column(
            "spotify_snapshot_id", "string", "Spotify's version of the list", "playlist.snapshot_id"
        ),
        _required("item_count", "int", "items captured"),
        _required("total", "int", "items that Spotify says the list has", "page.total"),
        _required("is_complete", "boolean", "positions 1 to total were all captured"),
        Column("followers", "bigint", "followers of the list", "playlist.followers.total"),
        Column("image_url", "string", "first picture of the list", "playlist.images[0].url"),
        _required(
            "source",
            "string",
            "host of the API, `import`, `spotify_backup`, `exportify`, `playlist_archive`, "
            "`account_data` or `chart_csv`",
        ),
        _required("fetched_at", "timestamp", "when the last page was read, UTC"),
    ),
)

PLAYLIST_ENTRIES = Table(
    "playlist_entries",
    "one row per snapshot date, list and position",
    ("playlist_id", "position"),
    (
        _PLAYLIST_ID,
        _POSITION,
        _required(
            "item_type",
            "string",
            "`song`, `episode`, `local` or `other` (such as a chapter)",
            "item.type, item.is_local",
        ),
        _required("item_uri", "string", "Spotify's URI of the item", "item.uri"),
        Column("name", "string", "title of the item", "item.name"),
        Column(
            "artist_names", "array<string>", "names of the artists in order", "item.artists[].name"
        ),
        Column("song_id", "string", "id of the song; NULL unless item_type is `song`", "item.id"),
        Column("linked_from_uri", "string", "URI before relinking", "item.linked_from.uri"),
        Column("added_at", "timestamp", "when it was added to the list, UTC", "items[].added_at"),
        Column("is_playable", "boolean", "playable in the reader's market", "item.is_playable"),
        Column("streams", "bigint", "streams on the chart's day or week", "chart CSV: streams"),
        Column("peak_rank", "int", "best rank on the chart so far", "chart CSV: peak_rank"),
        Column("days_on_chart", "int", "days on a daily chart so far", "chart CSV: days_on_chart"),
        Column(
            "weeks_on_chart", "int", "weeks on a weekly chart so far", "chart CSV: weeks_on_chart"
        ),
    ),
)

SONGS = Table(
    "songs",
    "one row per snapshot date and song",
    ("song_id",),
    (
        _SONG_ID,
        Column("name", "string", "title of the song", "item.name"),
        Column("album_id", "string", "album that the song was taken from", "item.album.id"),
        Column("duration_ms", "bigint", "length in milliseconds", "item.duration_ms"),
        Column("is_explicit", "boolean", "marked as explicit", "item.explicit"),
        Column("disc_number", "int", "disc of the album", "item.disc_number"),
        Column("track_number", "int", "number on the disc", "item.track_number"),
        Column("isrc", "string", "International Standard Recording Code", "item.external_ids.isrc"),
        Column("popularity", "int", "0 to 100; not sent since February 2026", "item.popularity"),
    ),
)

ALBUMS = Table(
    "albums",
    "one row per snapshot date and album",
    ("album_id",),
    (
        _ALBUM_ID,
        Column("name", "string", "title of the album", "item.album.name"),
        Column("album_type", "string", "`album`, `single`, `compilation`", "item.album.album_type"),
        Column(
            "release_date", "date", "first day of the date's precision", "item.album.release_date"
        ),
        Column(
            "release_date_precision",
            "string",
            "`year`, `month` or `day`; if not sent, that of the text",
            "item.album.release_date_precision",
        ),
        Column("release_date_raw", "string", "release date as sent", "item.album.release_date"),
        Column("total_tracks", "int", "songs on the album", "item.album.total_tracks"),
        Column("image_url", "string", "first picture of the album", "item.album.images[0].url"),
    ),
)

ARTISTS = Table(
    "artists",
    "one row per snapshot date and artist",
    ("artist_id",),
    (_ARTIST_ID, Column("name", "string", "name of the artist", "artists[].name")),
)

SONG_ARTISTS = Table(
    "song_artists",
    "one row per snapshot date, song and artist position",
    ("song_id", "artist_position"),
    (_SONG_ID, _ARTIST_ID, _ARTIST_POSITION),
)

ALBUM_ARTISTS = Table(
    "album_artists",
    "one row per snapshot date, album and artist position",
    ("album_id", "artist_position"),
    (_ALBUM_ID, _ARTIST_ID, _ARTIST_POSITION),
)

REJECTS = Table(
    "rejects",
    "one row per snapshot date, list and position that holds no usable item",
    ("playlist_id", "position"),
    (
        _PLAYLIST_ID,
        _POSITION,
        _required("reason", "string", "`null_item`, `not_an_object`, `unknown_shape`, `no_uri`"),
        Column("item_json", "string", "the item as received; NULL where it was null", "items[]"),
    ),
)

PLAYLIST_STAYS = Table(
    "playlist_stays",
    "one row per list, item and stay: from the date the item enters the list to the date it leaves",
    ("playlist_id", "item_uri", "stay_number"),
    (
        _PLAYLIST_ID,
        _required("item_uri", "string", "linked_from_uri if there is one, else item_uri"),
        _required("stay_number", "int", "1 is the item's first stay on the list"),
        _required("entered_on", "date", "first snapshot of the stay"),
        _required("last_seen_on", "date", "last snapshot of the stay"),
        Column("exited_on", "date", "first complete snapshot without the item, once it is settled"),
        _required("days_spanned", "int", "days from entered_on to last_seen_on, both included"),
        _required("snapshots_seen", "int", "snapshots of the stay"),
        _required("entry_position", "int", "position on entered_on"),
        _required("best_position", "int", "smallest position of the stay"),
        _required("best_position_on", "date", "first date at the best position"),
        _required("last_position", "int", "position on last_seen_on"),
        _required("is_current", "boolean", "not exited so far"),
        _required(
            "starts_before_history",
            "boolean",
            "no complete snapshot of the list is before entered_on, so it may have entered earlier",
        ),
        Column(
            "missing_since",
            "date",
            "first complete snapshot without the item while it is not settled that it left",
        ),
        Column("continues_uri", "string", "item_uri of the stay that this one continues"),
        Column("continued_by_uri", "string", "item_uri of the stay that continues this one"),
        _required("listed_since", "date", "entered_on of the first stay of the chain"),
        _required("first_uri", "string", "item_uri of the first stay of the chain"),
    ),
    is_partitioned=False,
)

LIST_SNAPSHOTS = Table(
    "list_snapshots",
    "one row per list and date, with what the snapshot can say",
    ("playlist_id", "snapshot_date"),
    (
        _PLAYLIST_ID,
        _required("snapshot_date", "date", "UTC date of the snapshot"),
        _required("item_count", "int", "items captured, rejects included"),
        _required("reject_count", "int", "rejects among them"),
        _required("total", "int", "items that Spotify says the list has"),
        _required("is_complete", "boolean", "positions 1 to total were all captured"),
        _required(
            "is_drop",
            "boolean",
            "complete, but with less than half of the items of the complete snapshot before it, "
            "which had at least 10",
        ),
        Column(
            "previous_date",
            "date",
            "newest complete snapshot before that is not a drop; this one is compared with it",
        ),
        Column("name", "string", "name of the list on that date"),
    ),
    is_partitioned=False,
)

ITEMS = Table(
    "items",
    "one row per item that was on a list on any date, with what was last known of it",
    ("item_uri",),
    (
        _required("item_uri", "string", "linked_from_uri if there is one, else item_uri"),
        _required("item_type", "string", "`song`, `episode`, `local` or `other`, as last seen"),
        Column("name", "string", "last known title of the item"),
        Column("artists", "string", 'last known names of the artists in order, joined by ", "'),
        Column("song_id", "string", "last known id of the song; NULL unless item_type is `song`"),
        _required("last_seen_on", "date", "newest date with the item on any list"),
    ),
    is_partitioned=False,
)

_FETCHED_ON = _required("fetched_on", "date", "UTC date of the answer")

ARTIST_MATCHES = Table(
    "artist_matches",
    "one row per artist that MusicBrainz was asked for, by the newest answer",
    ("artist_id",),
    (
        _ARTIST_ID._replace(source="MusicBrainz: urls[].resource"),
        Column(
            "mbid",
            "string",
            "MusicBrainz' id of the artist; NULL unless outcome is `found`",
            "MusicBrainz: relations[].artist.id",
        ),
        _required(
            "outcome",
            "string",
            "`found`, `unknown` (MusicBrainz has no artist for the id) or `ambiguous` (several)",
        ),
        _required("source", "string", "service that answered: `musicbrainz`"),
        _FETCHED_ON,
    ),
    is_partitioned=False,
)

ARTIST_GENRES = Table(
    "artist_genres",
    "one row per artist and genre, by the newest answer for the artist's mbid",
    ("artist_id", "genre"),
    (
        _ARTIST_ID._replace(source="MusicBrainz: urls[].resource"),
        _required(
            "genre",
            "string",
            "name of an official genre of MusicBrainz; free tags are left out",
            "ListenBrainz: tag.artist[].tag",
        ),
        _required(
            "genre_mbid",
            "string",
            "MusicBrainz' id of the genre",
            "ListenBrainz: tag.artist[].genre_mbid",
        ),
        _required(
            "votes",
            "int",
            "votes for the genre, at least 1; genres without votes are left out",
            "ListenBrainz: tag.artist[].count",
        ),
        _required("share", "double", "votes / votes for all genres of the artist"),
        _required("source", "string", "service that answered: `listenbrainz`"),
        _FETCHED_ON,
    ),
    is_partitioned=False,
)

RUNS = Table(
    "runs",
    "one row per run and snapshot date (NULL for a run over all dates)",
    ("run_id", PARTITION_COLUMN),
    (
        _required("run_id", "string", "unique per attempt"),
        _required(
            "job",
            "string",
            "`build_outcomes`, `flatten_playlists`, `build_stays` or `build_genres`",
        ),
        Column(PARTITION_COLUMN, "date", "date that was built"),
        _required("status", "string", "`succeeded`, `partial` or `failed`, of the date"),
        _required("started_at", "timestamp", "start of the run, UTC"),
        _required("finished_at", "timestamp", "end of the run, UTC"),
        Column(
            "counts",
            "map<string,bigint>",
            "rows by table, raw items as `raw_items`, rejects by reason as `rejects:REASON`",
        ),
        Column(
            "refused_objects",
            "array<struct<object:string,reason:string>>",
            "raw objects and outcomes objects that were left out, with the reason",
        ),
    ),
    is_partitioned=False,
)

# Only extractions write outcomes, so an imported list has none
OUTCOMES = Table(
    "outcomes",
    "one row per snapshot date and followed list: the last attempt to read it",
    ("playlist_id",),
    (
        _PLAYLIST_ID._replace(source="config/playlists.txt"),
        _required(
            "outcome",
            "string",
            "`extracted`, `incomplete`, `already_present`, `not_found`, `forbidden`, `throttled`, "
            "`failed` or `pending`; `already_present` only if the date has no other",
        ),
        _required("reason", "string", "the outcome as a sentence"),
        Column("items", "int", "items read; NULL if no snapshot was stored"),
        _required("attempted_at", "timestamp", "when the attempt ended, UTC"),
    ),
)

# In the order of publication: dimensions first, entries last
SNAPSHOT_TABLES = (
    ARTISTS,
    ALBUMS,
    SONGS,
    ALBUM_ARTISTS,
    SONG_ARTISTS,
    PLAYLISTS,
    REJECTS,
    PLAYLIST_ENTRIES,
)
# The tables with a partition per snapshot date
DATED_TABLES = (*SNAPSHOT_TABLES, OUTCOMES)
# Built from all snapshot dates
STAYS_TABLES = (LIST_SNAPSHOTS, ITEMS, PLAYLIST_STAYS)
# Built from all answers in genres/
GENRE_TABLES = (ARTIST_MATCHES, ARTIST_GENRES)
TABLES = {table.name: table for table in (*DATED_TABLES, *STAYS_TABLES, *GENRE_TABLES, RUNS)}


def spark_schema(table: Table) -> T.StructType:
    """The schema of a table's files, without the partition column.

    All fields are nullable, as in every Parquet file that Spark reads; the audit checks required
    columns.
    """
    return spark_columns({column.name: column.type for column in table.columns})


def arrow_schema(table: Table) -> pa.Schema:
    """The schema of a table that is written without Spark: outcomes, items, genres, runs."""
    return pa.schema(
        [
            pa.field(column.name, COLUMN_TYPES[column.type].arrow, nullable=column.nullable)
            for column in table.columns
        ]
    )


def glue_tables() -> dict[str, Any]:
    """The tables by name, with columns and partition keys, as Terraform declares them."""
    return {
        table.name: {
            "description": table.grain,
            "columns": [
                {"name": column.name, "type": column.type, "comment": column.meaning}
                for column in table.columns
            ],
            "partition_keys": [{"name": PARTITION_COLUMN, "type": "date"}]
            if table.is_partitioned
            else [],
        }
        for table in TABLES.values()
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(glue_tables(), indent=2) + "\n")
