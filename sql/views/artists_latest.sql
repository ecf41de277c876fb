-- What is the newest information about every artist?
--
-- Grain: one row per artist: its row on the newest snapshot date that has it.
--
-- Columns:
--   artist_id      Spotify's id of the artist
--   name           name of the artist
--   snapshot_date  date of the row, UTC
--
-- A row is never mixed from several dates: a column that is NULL on the newest date is NULL here,
-- even if an earlier date has a value.
--
-- Reads every date of artists.
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
