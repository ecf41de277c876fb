-- Which snapshots does the lake have from its last 30 dates?
--
-- Grain: one row per snapshot (list and date) of the 30 newest dates that have any snapshot.
--
-- Columns:
--   snapshot_date  date of the snapshot, UTC
--   playlist_id    id of the list
--   name           last known name of the list
--   is_complete    whether the snapshot has every position of the list
--   is_drop        whether it is complete, but has less than half of the items of the complete
--                  snapshot before, which had at least 10
--   previous_date  newest complete snapshot of the list before that is not a drop, however long
--                  ago; this one is compared with it
--   is_last        whether it is the list's newest complete snapshot that is not a drop
--
-- Days without any snapshot don't count, so the 30 dates can span more than 30 days.
--
-- A query reads only the partitions of these dates if it joins a partitioned table to this view on
-- snapshot_date, or filters the table by the view's dates. The engine learns the dates while the
-- query runs and then skips all other partitions (dynamic filtering).
--
-- Reads all of list_snapshots.
WITH numbered AS (
    SELECT
        snapshot_date,
        playlist_id,
        is_complete,
        is_drop,
        previous_date,
        MAX(CASE WHEN is_complete AND NOT is_drop THEN snapshot_date END) OVER (
            PARTITION BY playlist_id
        ) AS last_date,
        DENSE_RANK() OVER (ORDER BY snapshot_date DESC) AS date_number
    FROM list_snapshots
)

SELECT
    numbered.snapshot_date,
    numbered.playlist_id,
    lists.name,
    numbered.is_complete,
    numbered.is_drop,
    numbered.previous_date,
    COALESCE(numbered.snapshot_date = numbered.last_date, FALSE) AS is_last
FROM numbered
INNER JOIN list_names AS lists ON numbered.playlist_id = lists.playlist_id
WHERE numbered.date_number <= 30
