-- What rose and what fell on every list during the last 30 dates of the lake?
--
-- Grain: one row per list and item that rose or fell; at most ten of each per list. An item whose
-- position did not change has no row.
--
-- Columns:
--   snapshot_date   the list's last complete snapshot of those dates that is not a drop, UTC
--   playlist_name   last known name of the list
--   direction       up or down
--   rank_number     1 is the item that rose (or fell) most; ties: the better position first
--   song_name       last known title of the item
--   artists         last known names of the artists in their order, joined by ", "
--   position        position on snapshot_date
--   from_position   position on from_date
--   from_date       first complete snapshot of those dates, drops aside, with the item in its
--                   current stay
--   change          positions gained since from_date; negative: lost
--   playlist_id     id of the list
--   item_uri        Spotify's URI of the item; if the item was relinked, its URI before that
--
-- Only complete snapshots that are not drops are compared, and only within the current stay
-- (playlist_stays). So an item that left and came back is compared with its first position after
-- its return, and a new item with its first position. A song that was issued again under another
-- URI is compared with the song that it continues. An item that is on a list several times counts
-- once, at its best position. A list with one snapshot has no rows.
--
-- Reads all of playlist_stays, list_snapshots and items. Reads playlist_entries only for the last
-- 30 dates (recent_snapshots).
WITH sightings AS (
    SELECT
        entries.snapshot_date,
        entries.playlist_id,
        entries.position,
        snapshots.name AS playlist_name,
        snapshots.is_last,
        COALESCE(entries.linked_from_uri, entries.item_uri) AS item_uri,
        ROW_NUMBER() OVER (
            PARTITION BY
                entries.snapshot_date,
                entries.playlist_id,
                COALESCE(entries.linked_from_uri, entries.item_uri)
            ORDER BY entries.position
        ) AS copy_number
    FROM playlist_entries AS entries
    INNER JOIN recent_snapshots AS snapshots
        ON
            entries.snapshot_date = snapshots.snapshot_date
            AND entries.playlist_id = snapshots.playlist_id
    WHERE snapshots.is_complete AND NOT snapshots.is_drop
),

compared AS (
    SELECT
        sightings.*,
        MIN(sightings.snapshot_date) OVER chain AS from_date,
        FIRST_VALUE(sightings.position) OVER chain AS from_position
    FROM sightings
    INNER JOIN playlist_stays AS stays
        ON
            sightings.playlist_id = stays.playlist_id
            AND sightings.item_uri = stays.item_uri
            AND sightings.snapshot_date >= stays.entered_on
            AND (stays.exited_on IS NULL OR sightings.snapshot_date < stays.exited_on)
    WHERE sightings.copy_number = 1
    WINDOW chain AS (
        PARTITION BY stays.playlist_id, stays.first_uri, stays.listed_since
        ORDER BY sightings.snapshot_date
    )
),

moved AS (
    SELECT
        *,
        from_position - position AS change,
        CASE WHEN from_position > position THEN 'up' ELSE 'down' END AS direction
    FROM compared
    WHERE is_last AND from_position <> position
),

ranked AS (
    SELECT
        *,
        ROW_NUMBER() OVER (
            PARTITION BY playlist_id, direction
            ORDER BY ABS(change) DESC, position ASC
        ) AS rank_number
    FROM moved
)

SELECT
    ranked.snapshot_date,
    ranked.playlist_name,
    ranked.direction,
    ranked.rank_number,
    items.name AS song_name,
    items.artists,
    ranked.position,
    ranked.from_position,
    ranked.from_date,
    ranked.change,
    ranked.playlist_id,
    ranked.item_uri
FROM ranked
LEFT JOIN items_latest AS items ON ranked.item_uri = items.item_uri
WHERE ranked.rank_number <= 10
ORDER BY
    ranked.playlist_name ASC,
    ranked.playlist_id ASC,
    ranked.direction DESC,
    ranked.rank_number ASC
