-- What do chart files say of the songs on every list: streams, best rank and time on the chart?
--
-- Grain: one row per list and item on the list's last complete snapshot of the last 30 dates of the
-- lake that is not a drop, if it was imported from a chart file.
--
-- Columns:
--   snapshot_date     that last snapshot, UTC
--   playlist_name     last known name of the list
--   position          rank on snapshot_date
--   song_name         last known title of the item
--   artists           last known names of the artists in their order, joined by ", "
--   streams           streams on the chart's day or week; NULL if the file has none
--   previous_streams  streams on previous_date; NULL if the item was not there
--   change            streams gained since previous_date; negative: lost
--   previous_date     the list's complete snapshot before that is not a drop; NULL if there is none
--                     on those dates
--   most_streams      most streams on one of those dates
--   most_streams_on   first date with that number
--   peak_rank         best rank so far, as the chart counts it, also before the lake began
--   days_on_chart     days on the chart so far, as a daily chart counts them
--   weeks_on_chart    weeks on the chart so far, as a weekly chart counts them
--   playlist_id       id of the list, such as regional-global-daily
--   item_uri          Spotify's URI of the item
--
-- An item that is on a list several times counts once, at its best rank. Only chart files have
-- these numbers; a list that Spotify's API served has no rows.
--
-- Reads all of list_snapshots and items. Reads playlist_entries only for the last 30 dates
-- (recent_snapshots).
WITH counted AS (
    SELECT
        entries.snapshot_date,
        entries.playlist_id,
        entries.position,
        entries.item_uri,
        entries.streams,
        entries.peak_rank,
        entries.days_on_chart,
        entries.weeks_on_chart,
        snapshots.name AS playlist_name,
        snapshots.is_last,
        snapshots.previous_date,
        ROW_NUMBER() OVER (
            PARTITION BY entries.snapshot_date, entries.playlist_id, entries.item_uri
            ORDER BY entries.position
        ) AS copy_number
    FROM playlist_entries AS entries
    INNER JOIN recent_snapshots AS snapshots
        ON
            entries.snapshot_date = snapshots.snapshot_date
            AND entries.playlist_id = snapshots.playlist_id
    WHERE COALESCE(entries.streams, entries.peak_rank) IS NOT NULL
),

measured AS (
    SELECT
        *,
        MAX(streams) OVER same_item AS most_streams
    FROM counted
    WHERE copy_number = 1
    WINDOW same_item AS (PARTITION BY playlist_id, item_uri)
),

dated AS (
    SELECT
        *,
        MIN(CASE WHEN streams = most_streams THEN snapshot_date END) OVER (
            PARTITION BY playlist_id, item_uri
        ) AS most_streams_on
    FROM measured
),

compared AS (
    SELECT
        latest.*,
        dates.snapshot_date AS compared_date,
        before.streams AS previous_streams,
        latest.streams - before.streams AS change
    FROM dated AS latest
    LEFT JOIN recent_snapshots AS dates
        ON
            latest.previous_date = dates.snapshot_date
            AND latest.playlist_id = dates.playlist_id
    LEFT JOIN measured AS before
        ON
            latest.previous_date = before.snapshot_date
            AND latest.playlist_id = before.playlist_id
            AND latest.item_uri = before.item_uri
    WHERE latest.is_last
)

SELECT
    compared.snapshot_date,
    compared.playlist_name,
    compared.position,
    items.name AS song_name,
    items.artists,
    compared.streams,
    compared.previous_streams,
    compared.change,
    compared.compared_date AS previous_date,
    compared.most_streams,
    compared.most_streams_on,
    compared.peak_rank,
    compared.days_on_chart,
    compared.weeks_on_chart,
    compared.playlist_id,
    compared.item_uri
FROM compared
LEFT JOIN items_latest AS items ON compared.item_uri = items.item_uri
ORDER BY compared.playlist_name ASC, compared.playlist_id ASC, compared.position ASC
