-- What is the newest information about every album?
--
-- Grain: one row per album: its row on the newest snapshot date that has it.
--
-- Columns:
--   album_id                Spotify's id of the album
--   name                    title of the album
--   album_type              album, single, compilation
--   release_date            release date; the first day of the month or year where Spotify gives no
--                           day
--   release_date_precision  year, month or day
--   release_date_raw        release date as Spotify sent it
--   total_tracks            songs on the album
--   image_url               first picture of the album
--   snapshot_date           date of the row, UTC
--
-- A row is never mixed from several dates: a column that is NULL on the newest date is NULL here,
-- even if an earlier date has a value.
--
-- Reads every date of albums.
WITH numbered AS (
    SELECT
        album_id,
        name,
        album_type,
        release_date,
        release_date_precision,
        release_date_raw,
        total_tracks,
        image_url,
        snapshot_date,
        ROW_NUMBER() OVER (PARTITION BY album_id ORDER BY snapshot_date DESC) AS row_number
    FROM albums
)

SELECT
    album_id,
    name,
    album_type,
    release_date,
    release_date_precision,
    release_date_raw,
    total_tracks,
    image_url,
    snapshot_date
FROM numbered
WHERE row_number = 1
