-- What was at the top of every list, and for how long, during the last 30 dates of the lake?
--
-- Grain: one row per list and reign: an unbroken run of one item at position 1.
--
-- Columns:
--   playlist_name         last known name of the list
--   first_on              first date of the reign
--   last_on               last date of the reign
--   days                  days from first_on to last_on, both included
--   snapshots             complete snapshots of the reign
--   song_name             last known title of the item
--   artists               last known names of the artists in their order, joined by ", "
--   is_current            still at the top on the list's last complete snapshot
--   starts_before_window  the list's first reign of those dates: it may have begun earlier
--   playlist_id           Spotify's id of the list
--   item_uri              Spotify's URI of the item; if the item was relinked, its URI before that
--
-- Only complete snapshots count. A date without one, or without a usable item at position 1,
-- neither begins nor ends a reign.
--
-- Reads positions only for the last 30 dates (recent_snapshots), and every date of playlist_entries
-- for the last known names (items_latest).
WITH snapshots AS (
    SELECT
        snapshot_date,
        playlist_id,
        name,
        MAX(snapshot_date) OVER (PARTITION BY playlist_id) AS last_date
    FROM recent_snapshots
    WHERE is_complete
),

tops AS (
    SELECT
        entries.snapshot_date,
        entries.playlist_id,
        snapshots.name AS playlist_name,
        snapshots.last_date,
        COALESCE(entries.linked_from_uri, entries.item_uri) AS item_uri,
        MIN(entries.snapshot_date) OVER (PARTITION BY entries.playlist_id) AS first_date
    FROM playlist_entries AS entries
    INNER JOIN snapshots
        ON
            entries.snapshot_date = snapshots.snapshot_date
            AND entries.playlist_id = snapshots.playlist_id
    WHERE entries.position = 1
),

numbered AS (
    SELECT
        *,
        ROW_NUMBER() OVER (PARTITION BY playlist_id ORDER BY snapshot_date)
        - ROW_NUMBER() OVER (PARTITION BY playlist_id, item_uri ORDER BY snapshot_date) AS reign
    FROM tops
),

reigns AS (
    SELECT
        *,
        MIN(snapshot_date) OVER same_reign AS first_on,
        MAX(snapshot_date) OVER same_reign AS last_on,
        COUNT(*) OVER same_reign AS snapshots
    FROM numbered
    WINDOW same_reign AS (PARTITION BY playlist_id, item_uri, reign)
),

measured AS (
    SELECT
        *,
        DATE_DIFF('day', first_on, last_on) + 1 AS days,
        last_on = last_date AS is_current,
        first_on = first_date AS starts_before_window
    FROM reigns
    WHERE snapshot_date = last_on
)

SELECT
    measured.playlist_name,
    measured.first_on,
    measured.last_on,
    measured.days,
    measured.snapshots,
    items.name AS song_name,
    items.artists,
    measured.is_current,
    measured.starts_before_window,
    measured.playlist_id,
    measured.item_uri
FROM measured
INNER JOIN items_latest AS items ON measured.item_uri = items.item_uri
ORDER BY measured.playlist_name ASC, measured.playlist_id ASC, measured.first_on DESC
