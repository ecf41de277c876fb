-- What is the newest information about every song?
--
-- Grain: one row per song: its row on the newest snapshot date that has it.
--
-- Columns:
--   song_id        Spotify's id of the song
--   name           title of the song
--   album_id       album that the song is from
--   duration_ms    length in milliseconds
--   is_explicit    marked as explicit
--   disc_number    disc of the album
--   track_number   number of the song on the disc
--   isrc           International Standard Recording Code
--   popularity     0 to 100; not sent since February 2026
--   snapshot_date  date of the row, UTC
--
-- A row is never mixed from several dates: a column that is NULL on the newest date is NULL here,
-- even if an earlier date has a value.
--
-- Reads every date of songs.
WITH numbered AS (
    SELECT
        song_id,
        name,
        album_id,
        duration_ms,
        is_explicit,
        disc_number,
        track_number,
        isrc,
        popularity,
        snapshot_date,
        ROW_NUMBER() OVER (PARTITION BY song_id ORDER BY snapshot_date DESC) AS row_number
    FROM songs
)

SELECT
    song_id,
    name,
    album_id,
    duration_ms,
    is_explicit,
    disc_number,
    track_number,
    isrc,
    popularity,
    snapshot_date
FROM numbered
WHERE row_number = 1
