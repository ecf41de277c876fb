-- What is known of every song, as it was last seen?
--
-- Grain: one row per song: the row of the last snapshot date that has its id.
--
-- Columns:
--   song_id        Spotify's id of the song
--   name           title of the song
--   album_id       album that the song was taken from
--   duration_ms    length in milliseconds
--   is_explicit    marked as explicit
--   disc_number    disc of the album
--   track_number   place on the disc
--   isrc           International Standard Recording Code
--   popularity     0 to 100; not sent since February 2026
--   snapshot_date  date of the row, UTC
--
-- A row is taken whole: what is NULL in it is NULL here, though an earlier date may know it.
--
-- Needs the whole history of songs.
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
