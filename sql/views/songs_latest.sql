-- What is the newest information about every song?
--
-- Grain: one row per song.
--
-- Columns:
--   song_id        Spotify's id of the song
--   name           last known title of the song
--   album_id       last known album that the song is from
--   duration_ms    last known length in milliseconds; a length of 0 is unknown
--   is_explicit    marked as explicit, as last known
--   disc_number    last known disc of the album
--   track_number   last known number of the song on the disc
--   isrc           last known International Standard Recording Code
--   popularity     0 to 100, on snapshot_date; not sent since February 2026
--   snapshot_date  newest date that has the song, UTC
--
-- A column keeps its last known value, so a row can have values of several dates: Spotify empties
-- a song that is withdrawn, but the song keeps its name here. Popularity changes from day to day,
-- so it is that of the newest date only.
--
-- Reads every date of songs.
SELECT
    song_id,
    MAX_BY(name, snapshot_date) FILTER (WHERE name IS NOT NULL) AS name,
    MAX_BY(album_id, snapshot_date) FILTER (WHERE album_id IS NOT NULL) AS album_id,
    MAX_BY(duration_ms, snapshot_date) FILTER (WHERE duration_ms > 0) AS duration_ms,
    MAX_BY(is_explicit, snapshot_date) FILTER (WHERE is_explicit IS NOT NULL) AS is_explicit,
    MAX_BY(disc_number, snapshot_date) FILTER (WHERE disc_number IS NOT NULL) AS disc_number,
    MAX_BY(track_number, snapshot_date) FILTER (WHERE track_number IS NOT NULL) AS track_number,
    MAX_BY(isrc, snapshot_date) FILTER (WHERE isrc IS NOT NULL) AS isrc,
    -- DuckDB's MAX_BY ignores NULL, Trino's doesn't
    NULLIF(MAX_BY(COALESCE(popularity, -1), snapshot_date), -1) AS popularity,
    MAX(snapshot_date) AS snapshot_date
FROM songs
GROUP BY song_id
