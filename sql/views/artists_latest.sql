-- What is known of every artist, as it was last seen?
--
-- Grain: one row per artist: the row of the last snapshot date that has its id.
--
-- Columns:
--   artist_id      Spotify's id of the artist
--   name           name of the artist
--   snapshot_date  date of the row, UTC
--
-- A row is taken whole: what is NULL in it is NULL here, though an earlier date may know it.
--
-- Needs the whole history of artists.
WITH numbered AS (
    SELECT
        artist_id,
        name,
        snapshot_date,
        ROW_NUMBER() OVER (PARTITION BY artist_id ORDER BY snapshot_date DESC) AS row_number
    FROM artists
)

SELECT
    artist_id,
    name,
    snapshot_date
FROM numbered
WHERE row_number = 1
