-- What changed on every list during the last 30 dates of the lake, by name and newest first?
--
-- Grain: one row per list, snapshot and change: kind of change, and item if it is about an item.
--
-- Columns:
--   snapshot_date      date of the snapshot, UTC
--   playlist_name      last known name of the list
--   change             entered, left, missing, moved, reissued, unavailable, available,
--                      song_renamed, list_renamed, description_changed or cover_changed
--   song_name          title of the item on snapshot_date; without one, that of previous_date, or
--                      the last known one; NULL for a change of the list itself
--   artists            names of its artists in their order, joined by ", ", of the same dates
--   position           position on snapshot_date; NULL if the item was not seen there
--   previous_position  position on previous_date; NULL if the item was not seen there
--   value              of reissued the URI on snapshot_date; of other changes the new title, name,
--                      description or URL of the cover, NULL if there is none
--   previous_value     the same on previous_date
--   previous_date      date of the snapshot that it is compared with
--   playlist_id        id of the list
--   item_uri           Spotify's URI of the item; if the item was relinked, its URI before that
--
-- The rows are those of the view changes, which explains each kind of change.
--
-- Reads all of playlist_stays, list_snapshots and items. Reads playlist_entries and playlists only
-- for the dates that are compared.
WITH named AS (
    SELECT
        changes.*,
        lists.name AS playlist_name,
        COALESCE(changes.name, items.name) AS song_name,
        COALESCE(changes.artists, items.artists) AS item_artists
    FROM changes
    LEFT JOIN items_latest AS items ON changes.item_uri = items.item_uri
    LEFT JOIN list_names AS lists ON changes.playlist_id = lists.playlist_id
)

SELECT
    snapshot_date,
    playlist_name,
    change,
    song_name,
    item_artists AS artists,
    position,
    previous_position,
    value,
    previous_value,
    previous_date,
    playlist_id,
    item_uri
FROM named
ORDER BY
    snapshot_date DESC,
    playlist_name ASC,
    playlist_id ASC,
    change ASC,
    COALESCE(position, previous_position) ASC,
    item_uri ASC
