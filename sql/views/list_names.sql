-- What is each list called?
--
-- Grain: one row per list.
--
-- Columns:
--   playlist_id  id of the list
--   name         last known name of the list
--
-- A name that is missing on the newest date is that of the newest date that has one. This is the
-- playlist_name of all queries, so a list has one name there, even if it was renamed. Its name on a
-- date is in list_snapshots.
--
-- Reads all of list_snapshots, which is built together with the stays.
SELECT
    playlist_id,
    MAX_BY(name, snapshot_date) FILTER (WHERE name IS NOT NULL) AS name
FROM list_snapshots
GROUP BY playlist_id
