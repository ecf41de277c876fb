-- What is known of every album, as it was last seen?
--
-- Grain: one row per album: the row of the last snapshot date that has its id.
--
-- Columns:
--   album_id                Spotify's id of the album
--   name                    title of the album
--   album_type              album, single, compilation
--   release_date            first day of the date's precision
--   release_date_precision  year, month or day
--   release_date_raw        release date as sent
--   total_tracks            songs on the album
--   image_url               first picture of the album
--   snapshot_date           date of the row, UTC
--
-- A row is taken whole: what is NULL in it is NULL here, though an earlier date may know it.
--
-- Needs the whole history of albums.
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
