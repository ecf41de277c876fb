-- How much of every list was replaced from one snapshot to the next, during the last 30 dates of
-- the lake?
--
-- Grain: one row per list and complete snapshot that is not a drop.
--
-- Columns:
--   snapshot_date   date of the snapshot, UTC
--   playlist_name   last known name of the list
--   previous_date   date of the list's previous complete snapshot that is not a drop, however long
--                   ago
--   items           different items on the list
--   previous_items  different items on the list on previous_date
--   kept            items on the list on both dates
--   entered         items on the list that were not there on previous_date, re-entries included
--   exited          items of previous_date that are not on the list
--   kept_share      kept / previous_items: 1 if nothing left
--   jaccard         kept / items on either date: 1 if both dates have the same items
--   playlist_id     id of the list
--
-- A list's first row has no previous snapshot, so all columns that compare are NULL. A share of
-- zero items is NULL too. A drop has no row: the snapshot after it is compared with the one before
-- it. An item that came after previous_date and left by snapshot_date is not counted.
--
-- Which items are on a list comes from stay_chains. So an item that a null row hides is still on
-- the list, a song that was issued again under another URI is kept, and an item that is on the list
-- twice counts once.
--
-- Reads all of playlist_stays and list_snapshots. Reads no entries.
WITH snapshots AS (
    SELECT
        snapshot_date,
        playlist_id,
        name,
        previous_date
    FROM recent_snapshots
    WHERE is_complete AND NOT is_drop
),

counted AS (
    SELECT
        snapshots.snapshot_date,
        snapshots.playlist_id,
        snapshots.name,
        snapshots.previous_date,
        COUNT(
            CASE
                WHEN chains.exited_on <= snapshots.snapshot_date THEN NULL
                ELSE chains.first_uri
            END
        ) AS items,
        COUNT(
            CASE WHEN chains.listed_since <= snapshots.previous_date THEN chains.first_uri END
        ) AS previous_items,
        COUNT(
            CASE
                WHEN chains.exited_on <= snapshots.snapshot_date THEN NULL
                WHEN chains.listed_since <= snapshots.previous_date THEN chains.first_uri
            END
        ) AS kept
    FROM snapshots
    LEFT JOIN stay_chains AS chains
        ON
            snapshots.playlist_id = chains.playlist_id
            AND snapshots.snapshot_date >= chains.listed_since
            AND (
                chains.exited_on IS NULL
                OR COALESCE(snapshots.previous_date, snapshots.snapshot_date) < chains.exited_on
            )
    GROUP BY
        snapshots.snapshot_date,
        snapshots.playlist_id,
        snapshots.name,
        snapshots.previous_date
),

compared AS (
    SELECT
        snapshot_date,
        playlist_id,
        name,
        previous_date,
        items,
        CASE WHEN previous_date IS NOT NULL THEN previous_items END AS previous_items,
        CASE WHEN previous_date IS NOT NULL THEN kept END AS kept
    FROM counted
),

shares AS (
    SELECT
        *,
        items - kept AS entered,
        previous_items - kept AS exited,
        CAST(kept AS double) / NULLIF(previous_items, 0) AS kept_share,
        CAST(kept AS double) / NULLIF(previous_items + items - kept, 0) AS jaccard
    FROM compared
)

SELECT
    snapshot_date,
    name AS playlist_name,
    previous_date,
    items,
    previous_items,
    kept,
    entered,
    exited,
    kept_share,
    jaccard,
    playlist_id
FROM shares
ORDER BY playlist_name ASC, playlist_id ASC, snapshot_date DESC
