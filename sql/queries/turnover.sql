-- How much of every list was replaced from one snapshot to the next, during the last 30 dates of
-- the lake?
--
-- Grain: one row per list and complete snapshot.
--
-- Columns:
--   snapshot_date   date of the snapshot, UTC
--   playlist_name   last known name of the list
--   previous_date   date of the list's previous complete snapshot, however long ago
--   items           different items on the list
--   previous_items  different items on the list on previous_date
--   kept            items on the list on both dates
--   entered         items that entered, re-entries included
--   exited          items that left
--   kept_share      kept / previous_items: 1 if nothing left
--   jaccard         kept / items on either date: 1 if both dates have the same items
--   playlist_id     Spotify's id of the list
--
-- A list's first complete snapshot has no previous one, so all columns that compare are NULL. A
-- share of zero items is NULL too. Which items are on a list comes from playlist_stays: an item
-- that a null row hides is still on the list, and an item that is on it twice counts once.
--
-- Reads all of playlist_stays, and every date of playlists to find the snapshot before. Reads no
-- entries.
WITH snapshots AS (
    SELECT
        snapshot_date,
        playlist_id,
        LAG(snapshot_date) OVER (
            PARTITION BY playlist_id ORDER BY snapshot_date
        ) AS previous_date
    FROM playlists
    WHERE is_complete
),

counted AS (
    SELECT
        snapshots.snapshot_date,
        snapshots.playlist_id,
        snapshots.previous_date,
        COUNT(
            CASE
                WHEN stays.exited_on = snapshots.snapshot_date THEN NULL
                ELSE stays.item_uri
            END
        ) AS items,
        COUNT(CASE WHEN stays.entered_on = snapshots.snapshot_date THEN 1 END) AS entered,
        COUNT(CASE WHEN stays.exited_on = snapshots.snapshot_date THEN 1 END) AS exited
    FROM snapshots
    LEFT JOIN playlist_stays AS stays
        ON
            snapshots.playlist_id = stays.playlist_id
            AND snapshots.snapshot_date >= stays.entered_on
            AND (stays.exited_on IS NULL OR snapshots.snapshot_date <= stays.exited_on)
    WHERE
        snapshots.snapshot_date IN (SELECT recent_snapshots.snapshot_date FROM recent_snapshots)
    GROUP BY
        snapshots.snapshot_date,
        snapshots.playlist_id,
        snapshots.previous_date
),

compared AS (
    SELECT
        snapshot_date,
        playlist_id,
        previous_date,
        items,
        CASE WHEN previous_date IS NOT NULL THEN entered END AS entered,
        CASE WHEN previous_date IS NOT NULL THEN exited END AS exited,
        CASE WHEN previous_date IS NOT NULL THEN items - entered END AS kept,
        CASE WHEN previous_date IS NOT NULL THEN items - entered + exited END AS previous_items,
        CASE WHEN previous_date IS NOT NULL THEN items + exited END AS items_of_either
    FROM counted
),

shares AS (
    SELECT
        *,
        CAST(kept AS double) / NULLIF(previous_items, 0) AS kept_share,
        CAST(kept AS double) / NULLIF(items_of_either, 0) AS jaccard
    FROM compared
)

SELECT
    shares.snapshot_date,
    lists.name AS playlist_name,
    shares.previous_date,
    shares.items,
    shares.previous_items,
    shares.kept,
    shares.entered,
    shares.exited,
    shares.kept_share,
    shares.jaccard,
    shares.playlist_id
FROM shares
INNER JOIN playlists_latest AS lists ON shares.playlist_id = lists.playlist_id
ORDER BY playlist_name ASC, shares.playlist_id ASC, shares.snapshot_date DESC
