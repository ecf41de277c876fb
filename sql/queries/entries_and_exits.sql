-- What came onto every list and what left it, during the last 30 dates of the lake?
--
-- Grain: one row per list, item and event.
--
-- Columns:
--   snapshot_date   date of the event, UTC: the first snapshot with the item, or without it
--   playlist_name   name of the list on that date
--   event           new, re-entry or exit
--   seen_position   place at which it came, or stood last
--   song_name       title of the song, episode or local file
--   artists         named artists in their order, joined by ", "
--   days_on_list    of an exit: days of the stay that ended, both ends included
--   best_position   of an exit: best position of the stay that ended
--   seen_on         date of seen_position: snapshot_date, or, of an exit, the last one with it
--   playlist_id     Spotify's id of the list
--   item_uri        Spotify's URI of the item, the one before relinking if it was relinked
--   stay_number     1 is the item's first stay on the list
--
-- Events are the ends of playlist_stays: a date without snapshot, an incomplete one and a null
-- row make none, and what a list held at its first snapshot did not come then. A list with one
-- snapshot has no rows.
--
-- Bound to dates: playlist_entries is read for the dates of seen_on alone. Which these are is
-- known only when playlists has been read, so it is a dynamic filter on snapshot_date.
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
),

entries AS (
    SELECT
        snapshot_date,
        playlist_id,
        position,
        name,
        NULLIF(ARRAY_JOIN(artist_names, ', '), '') AS artists
    FROM playlist_entries
    WHERE snapshot_date IN (SELECT events.seen_on FROM events)
)

SELECT
    events.snapshot_date,
    playlists.name AS playlist_name,
    events.event,
    events.seen_position,
    entries.name AS song_name,
    entries.artists,
    events.days_on_list,
    events.best_position,
    events.seen_on,
    events.playlist_id,
    events.item_uri,
    events.stay_number
FROM events
LEFT JOIN entries
    ON
        events.seen_on = entries.snapshot_date
        AND events.playlist_id = entries.playlist_id
        AND events.seen_position = entries.position
LEFT JOIN playlists
    ON
        events.snapshot_date = playlists.snapshot_date
        AND events.playlist_id = playlists.playlist_id
ORDER BY
    events.snapshot_date DESC,
    playlist_name ASC,
    events.playlist_id ASC,
    events.event ASC,
    events.seen_position ASC,
    events.item_uri ASC
