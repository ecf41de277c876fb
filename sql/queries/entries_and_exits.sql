-- What entered every list and what left it, during the last 30 dates of the lake?
--
-- Grain: one row per list, item and event.
--
-- Columns:
--   snapshot_date   date of the event, UTC: the first snapshot with the item, or the first complete
--                   one without it
--   playlist_name   last known name of the list
--   event           new, re-entry or exit
--   seen_position   position on seen_on
--   song_name       last known title of the item
--   artists         last known names of the artists in their order, joined by ", "
--   days_on_list    of an exit: days of the chain that ended, first and last day included
--   times_seen      of an exit: snapshots of the chain that ended
--   best_position   of an exit: best position of the chain that ended
--   seen_on         snapshot_date; of an exit, the last date with the item
--   playlist_id     id of the list
--   item_uri        Spotify's URI of the item; if the item was relinked, its URI before that
--   stay_number     number of the first stay of the chain; over 1: the item came back
--
-- Events are the beginnings and ends of the chains in stay_chains. So a song that is issued again
-- under another URI neither leaves nor enters. An item can enter with any snapshot, also with an
-- incomplete one or a drop. Its exit is the first complete snapshot without it. If that is a drop,
-- the exit has no row until the next complete snapshot that is not a drop settles it. A row that
-- cannot be read, where the item stood last, is not an exit. The items of a list's first complete
-- snapshot, and of incomplete ones before, did not enter on those dates. A list with one snapshot
-- has no rows.
--
-- Reads all of playlist_stays, list_snapshots and items. Reads no entries.
WITH events AS (
    SELECT
        playlist_id,
        first_uri AS item_uri,
        stay_number,
        listed_since AS snapshot_date,
        listed_since AS seen_on,
        entry_position AS seen_position,
        CASE WHEN stay_number > 1 THEN 're-entry' ELSE 'new' END AS event,
        CAST(NULL AS integer) AS days_on_list,
        CAST(NULL AS integer) AS times_seen,
        CAST(NULL AS integer) AS best_position
    FROM stay_chains
    WHERE NOT starts_before_history
    UNION ALL
    SELECT
        playlist_id,
        item_uri,
        stay_number,
        exited_on AS snapshot_date,
        last_seen_on AS seen_on,
        last_position AS seen_position,
        'exit' AS event,
        days_spanned AS days_on_list,
        snapshots_seen AS times_seen,
        best_position
    FROM stay_chains
    WHERE exited_on IS NOT NULL
)

SELECT
    events.snapshot_date,
    lists.name AS playlist_name,
    events.event,
    events.seen_position,
    items.name AS song_name,
    items.artists,
    events.days_on_list,
    events.times_seen,
    events.best_position,
    events.seen_on,
    events.playlist_id,
    events.item_uri,
    events.stay_number
FROM events
LEFT JOIN items_latest AS items ON events.item_uri = items.item_uri
LEFT JOIN list_names AS lists ON events.playlist_id = lists.playlist_id
WHERE events.snapshot_date IN (SELECT recent_snapshots.snapshot_date FROM recent_snapshots)
ORDER BY
    events.snapshot_date DESC,
    playlist_name ASC,
    events.playlist_id ASC,
    events.event ASC,
    events.seen_position ASC,
    events.item_uri ASC
