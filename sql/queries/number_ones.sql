-- What was at the top of every list, and for how long, during the last 30 dates of the lake?
--
-- Grain: one row per list and reign: an unbroken run of one item at position 1.
--
-- Columns:
--   playlist_name         last known name of the list
--   first_on              first date of the reign
--   last_on               last date of the reign
--   days                  days from first_on to last_on, both included
--   snapshots             complete snapshots of the reign that are not drops
--   song_name             last known title of the item
--   artists               last known names of the artists in their order, joined by ", "
--   is_current            still at the top on the list's last complete snapshot that is not a drop
--   starts_before_window  the list's first reign of those dates: it may have begun earlier
--   playlist_id           id of the list
--   item_uri              Spotify's URI of the item on last_on; if the item was relinked, its URI
--                         before that
--
-- Only complete snapshots that are not drops count. Any other date, and a date without a usable
-- item at position 1, neither begins nor ends a reign. A reign goes on when the song is issued
-- again under another URI (its stay in playlist_stays continues the one before).
--
-- Reads all of playlist_stays, list_snapshots and items. Reads playlist_entries only for the last
-- 30 dates (recent_snapshots).
WITH tops AS (
    SELECT
        entries.snapshot_date,
        entries.playlist_id,
        snapshots.name AS playlist_name,
        snapshots.is_last,
        COALESCE(entries.linked_from_uri, entries.item_uri) AS item_uri,
        MIN(entries.snapshot_date) OVER (PARTITION BY entries.playlist_id) AS first_date
    FROM playlist_entries AS entries
    INNER JOIN recent_snapshots AS snapshots
        ON
            entries.snapshot_date = snapshots.snapshot_date
            AND entries.playlist_id = snapshots.playlist_id
    WHERE entries.position = 1 AND snapshots.is_complete AND NOT snapshots.is_drop
),

identified AS (
    SELECT
        tops.*,
        stays.first_uri
    FROM tops
    INNER JOIN playlist_stays AS stays
        ON
            tops.playlist_id = stays.playlist_id
            AND tops.item_uri = stays.item_uri
            AND tops.snapshot_date >= stays.entered_on
            AND (stays.exited_on IS NULL OR tops.snapshot_date < stays.exited_on)
),

numbered AS (
    SELECT
        *,
        ROW_NUMBER() OVER (PARTITION BY playlist_id ORDER BY snapshot_date)
        - ROW_NUMBER() OVER (PARTITION BY playlist_id, first_uri ORDER BY snapshot_date) AS reign
    FROM identified
),

reigns AS (
    SELECT
        *,
        MIN(snapshot_date) OVER same_reign AS first_on,
        MAX(snapshot_date) OVER same_reign AS last_on,
        COUNT(*) OVER same_reign AS snapshots
    FROM numbered
    WINDOW same_reign AS (PARTITION BY playlist_id, first_uri, reign)
),

measured AS (
    SELECT
        *,
        is_last AS is_current,
        DATE_DIFF('day', first_on, last_on) + 1 AS days,
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
LEFT JOIN items_latest AS items ON measured.item_uri = items.item_uri
ORDER BY measured.playlist_name ASC, measured.playlist_id ASC, measured.first_on DESC
