-- What entered every list and what left it, during the last 30 dates of the lake?
--
-- Grain: one row per list, item and event.
--
-- Columns:
--   snapshot_date   date of the event, UTC: the first snapshot with the item, or without it
--   playlist_name   last known name of the list
--   event           new, re-entry or exit
--   seen_position   position on seen_on
--   song_name       last known title of the item
--   artists         last known names of the artists in their order, joined by ", "
--   days_on_list    of an exit: days of the stay that ended, first and last day included
--   best_position   of an exit: best position of the stay that ended
--   seen_on         snapshot_date; of an exit, the last date with the item
--   playlist_id     Spotify's id of the list
--   item_uri        Spotify's URI of the item; if the item was relinked, its URI before that
--   stay_number     1 is the item's first stay on the list
--
-- Events are the beginnings and ends of the stays in playlist_stays. A date without a snapshot, an
-- incomplete snapshot or a null row at the item's last position is not an event. Other rejects hide
-- no item. The items of a list's first snapshot did not enter on that date. A list with one
-- snapshot has no rows.
--
-- Reads every date of playlist_entries, for the last known names (items_latest).
WITH events AS (
    SELECT
        stays.playlist_id,
        stays.item_uri,
        stays.stay_number,
        stays.entered_on AS snapshot_date,
        stays.entered_on AS seen_on,
        stays.entry_position AS seen_position,
        CASE WHEN stays.stay_number > 1 THEN 're-entry' ELSE 'new' END AS event,
        CAST(NULL AS integer) AS days_on_list,
        CAST(NULL AS integer) AS best_position
    FROM playlist_stays AS stays
    WHERE
        stays.entered_on IN (SELECT recent_snapshots.snapshot_date FROM recent_snapshots)
        AND NOT stays.starts_before_history
    UNION ALL
    SELECT
        stays.playlist_id,
        stays.item_uri,
        stays.stay_number,
        stays.exited_on AS snapshot_date,
        stays.last_seen_on AS seen_on,
        stays.last_position AS seen_position,
        'exit' AS event,
        stays.days_spanned AS days_on_list,
        stays.best_position
    FROM playlist_stays AS stays
    WHERE stays.exited_on IN (SELECT recent_snapshots.snapshot_date FROM recent_snapshots)
)

SELECT
    events.snapshot_date,
    lists.name AS playlist_name,
    events.event,
    events.seen_position,
    items.name AS song_name,
    items.artists,
    events.days_on_list,
    events.best_position,
    events.seen_on,
    events.playlist_id,
    events.item_uri,
    events.stay_number
FROM events
LEFT JOIN items_latest AS items ON events.item_uri = items.item_uri
LEFT JOIN playlists_latest AS lists ON events.playlist_id = lists.playlist_id
ORDER BY
    events.snapshot_date DESC,
    playlist_name ASC,
    events.playlist_id ASC,
    events.event ASC,
    events.seen_position ASC,
    events.item_uri ASC
