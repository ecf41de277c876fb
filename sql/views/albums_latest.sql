-- What is the newest information about every album?
--
-- Grain: one row per album.
--
-- Columns:
--   album_id                Spotify's id of the album
--   name                    last known title of the album
--   album_type              album, single, compilation, as last known
--   release_date            last known release date; the first day of the month or year where
--                           Spotify gives no day
--   release_date_precision  year, month or day
--   release_date_raw        release date as Spotify sent it, on the date that release_date is from
--   total_tracks            last known number of songs on the album
--   image_url               last known first picture of the album
--   snapshot_date           newest date that has the album, UTC
--
-- A column keeps its last known value, so a row can have values of several dates: Spotify empties
-- an album that is withdrawn, but the album keeps its name here.
--
-- Reads every date of albums.
SELECT
    album_id,
    MAX_BY(name, snapshot_date) FILTER (WHERE name IS NOT NULL) AS name,
    MAX_BY(album_type, snapshot_date) FILTER (WHERE album_type IS NOT NULL) AS album_type,
    MAX_BY(release_date, snapshot_date) FILTER (WHERE release_date IS NOT NULL) AS release_date,
    COALESCE(
        MAX_BY(release_date_precision, snapshot_date)
        FILTER (WHERE release_date IS NOT NULL AND release_date_precision IS NOT NULL),
        MAX_BY(release_date_precision, snapshot_date)
        FILTER (WHERE release_date_precision IS NOT NULL)
    ) AS release_date_precision,
    COALESCE(
        MAX_BY(release_date_raw, snapshot_date)
        FILTER (WHERE release_date IS NOT NULL AND release_date_raw IS NOT NULL),
        MAX_BY(release_date_raw, snapshot_date) FILTER (WHERE release_date_raw IS NOT NULL)
    ) AS release_date_raw,
    MAX_BY(total_tracks, snapshot_date) FILTER (WHERE total_tracks IS NOT NULL) AS total_tracks,
    MAX_BY(image_url, snapshot_date) FILTER (WHERE image_url IS NOT NULL) AS image_url,
    MAX(snapshot_date) AS snapshot_date
FROM albums
GROUP BY album_id
