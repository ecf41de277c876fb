-- What is the newest information about every artist?
--
-- Grain: one row per artist.
--
-- Columns:
--   artist_id      Spotify's id of the artist
--   name           last known name of the artist
--   snapshot_date  newest date that has the artist, UTC
--
-- A name that is missing on the newest date is that of the newest date that has one.
--
-- Reads every date of artists.
SELECT
    artist_id,
    MAX_BY(name, snapshot_date) FILTER (WHERE name IS NOT NULL) AS name,
    MAX(snapshot_date) AS snapshot_date
FROM artists
GROUP BY artist_id
