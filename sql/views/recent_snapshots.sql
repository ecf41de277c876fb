-- Which snapshots does the lake have of its last 30 dates?
--
-- Grain: one row per list and date: each snapshot of the 30 newest dates on which any list has a
-- snapshot.
--
-- Columns:
--   snapshot_date  date of the snapshot, UTC
--   playlist_id    Spotify's id of the list
--   name           name of the list on that date
--   is_complete    whether the snapshot has every position of the list
--
-- The dates are those with a snapshot, so 30 of them can span more than 30 days.
--
-- A query that joins this view to a partitioned table, or filters that table by this view's dates,
-- reads only the partitions of these dates. The engine finds the dates in playlists while the
-- query runs, and then filters the other table by them (dynamic filtering).
WITH numbered AS (
    SELECT
        snapshot_date,
        playlist_id,
        name,
        is_complete,
        DENSE_RANK() OVER (ORDER BY snapshot_date DESC) AS date_number
    FROM playlists
)

SELECT
    snapshot_date,
    playlist_id,
    name,
    is_complete
FROM numbered
WHERE date_number <= 30
