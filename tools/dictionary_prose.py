"""The fixed paragraphs of the data dictionary."""

INTRODUCTION = """\
# Data dictionary

This page describes every column of every table, view and query. It is generated from
[jobs/tables.py](../jobs/tables.py), from the comments at the top of the files in
[sql/views](../sql/views) and [sql/queries](../sql/queries), and from a lake that
`playlist-lake demo` built. To change it, change those files, then run
`python -m tools.data_dictionary > docs/data_dictionary.md`.
"""

RULES = """\
## What holds everywhere

- **Dates and times** are UTC. `snapshot_date` is the day on which a list was read. A `timestamp`
  has no time zone and means UTC.
- **NULL** means that the source has no value. It is never replaced by an empty text or 0. Where a
  table says *never*, there is always a value.
- **Positions** are Spotify's order, starting at 1. They are never renumbered: a position without a
  usable item is missing in `playlist_entries` and has a row in `rejects`.
- **Keys** are unique. Where `snapshot_date` is part of the key, each date is a complete
  description of that day.
- **Partitions:** all tables except `list_snapshots`, `items`, `playlist_stays`, `artist_matches`,
  `artist_genres` and `runs` have one partition per `snapshot_date`. Filter on dates in `WHERE`
  wherever you can: Athena bills what it reads.
- **Types** have the names of the Glue catalog. Athena and DuckDB call `string` varchar and `int`
  integer.
- **Later versions** only append columns. Older dates have NULL in them.
"""

ABOUT_DIAGRAM = """\
## The tables at a glance

The diagram shows keys and references. A reference between two tables with `snapshot_date` holds
within one date.
"""

JOINS = """\
## How to join

`songs`, `albums` and `artists` contain what was known on each date. Join them on `snapshot_date`
*and* the id; a join on the id alone returns every row once per date. For the last known values,
join `songs_latest`, `albums_latest`, `artists_latest` or `playlists_latest` on the id alone. These
views read every date. `items_latest` and `list_names` each read one small table without partitions.

```sql
SELECT entries.snapshot_date, entries.position, entries.name, songs.isrc, albums.release_date
FROM playlist_entries AS entries
LEFT JOIN songs
    ON entries.snapshot_date = songs.snapshot_date AND entries.song_id = songs.song_id
LEFT JOIN albums
    ON songs.snapshot_date = albums.snapshot_date AND songs.album_id = albums.album_id
WHERE entries.snapshot_date = DATE '2026-10-31'
```

Use a `LEFT JOIN`, because episodes and local files have no `song_id`.

`playlist_stays` has no names. Take them from `items_latest` by the item's URI. Which songs left a
list and came back?

```sql
SELECT lists.name AS playlist_name, items.name, items.artists, MAX(stays.stay_number) AS stays
FROM playlist_stays AS stays
LEFT JOIN items_latest AS items ON stays.item_uri = items.item_uri
LEFT JOIN list_names AS lists ON stays.playlist_id = lists.playlist_id
GROUP BY stays.playlist_id, stays.item_uri, lists.name, items.name, items.artists
HAVING MAX(stays.stay_number) > 1
```

A song that is issued again under another URI has a stay for each URI. `stay_chains` has one row for
all of them. Which songs were re-issued while they were on a list?

```sql
SELECT lists.name AS playlist_name, items.name, chains.stays, chains.days_spanned
FROM stay_chains AS chains
LEFT JOIN items_latest AS items ON chains.item_uri = items.item_uri
LEFT JOIN list_names AS lists ON chains.playlist_id = lists.playlist_id
WHERE chains.stays > 1
```

Don't join `playlist_stays.item_uri` with `songs.song_id`. The URI is from before relinking and the
id is from after it, and episodes and local files are not in `songs`. Join `items_latest` first: it
has both the URI and the `song_id`.

`outcomes` says what became of each followed list on each date, read or not. Join it with
`playlists` on `snapshot_date` and `playlist_id` by a `FULL JOIN`: a list that was not read is only
in `outcomes`, and an imported list is only in `playlists`.

Genres belong to artists. `artist_genres` has all genres of an artist, `artist_genres_top` only the
first one. Both are empty unless genres are switched on. Join them by a `LEFT JOIN` on `artist_id`:
many artists have no genre, and every answer should say how many. Which genres do the artists of a
list have?

```sql
SELECT COALESCE(genres.genre, 'unknown') AS genre, COUNT(DISTINCT songs.artist_id) AS artists
FROM playlist_entries AS entries
INNER JOIN song_artists AS songs
    ON entries.snapshot_date = songs.snapshot_date AND entries.song_id = songs.song_id
LEFT JOIN artist_genres_top AS genres ON songs.artist_id = genres.artist_id
WHERE entries.snapshot_date = DATE '2026-10-31'
GROUP BY COALESCE(genres.genre, 'unknown')
```

`genre_share` weighs genres by entries and votes. Wherever you show genres, name their source:
"Genres: MusicBrainz and ListenBrainz contributors, CC BY-NC-SA 3.0".

Don't group by a name, because two songs can have the same one, and the name of a song or a list can
change. Group by `item_uri`, `playlist_id` or another id.
"""

ABOUT_TABLES = """\
## Tables

*Read from* names the field in Spotify's responses, unless it names another service. `playlist` is
the list itself, `page` is one page of its items, `items[]` is a row of such a page, and `item` is
the object in that row (under `item`; before February 2026 under `track`). *Example* is one row from
the demo's lake; the rows of all tables are about the same song, except those of `rejects` and
`runs`.
"""

ABOUT_VIEWS = """\
## Views

The views have the same names in Athena and DuckDB.
"""

ABOUT_QUERIES = """\
## Queries

`playlist-lake query trending` runs a query by its name. The last 30 dates of the lake are dates
with a snapshot, not calendar days.
"""
