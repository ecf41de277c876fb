-- What is the newest information about every list?
--
-- Grain: one row per list.
--
-- Columns:
--   playlist_id    id of the list
--   name           last known name of the list
--   item_count     items captured on snapshot_date
--   total          items that Spotify says the list has on snapshot_date
--   is_complete    whether the snapshot of snapshot_date has every position of the list
--   source         host of the API, or import, spotify_backup, exportify, playlist_archive,
--                  account_data or chart_csv, on snapshot_date
--   snapshot_date  newest date that has the list, UTC
--
-- A name that is missing on the newest date is that of the newest date that has one, as in
-- list_names, which reads far less.
--
-- Reads every date of playlists.
SELECT
    playlist_id,
    MAX_BY(name, snapshot_date) FILTER (WHERE name IS NOT NULL) AS name,
    MAX_BY(item_count, snapshot_date) AS item_count,
    MAX_BY(total, snapshot_date) AS total,
    MAX_BY(is_complete, snapshot_date) AS is_complete,
    MAX_BY(source, snapshot_date) AS source,
    MAX(snapshot_date) AS snapshot_date
FROM playlists
GROUP BY playlist_id
