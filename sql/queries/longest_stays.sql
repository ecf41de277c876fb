-- What stayed longest on every list?
--
-- Grain: one row per list and stay; at most the 20 longest per list.
--
-- Columns:
--   playlist_name          last known name of the list
--   rank_number            1 is the longest; ties: the better best position, the earlier entry
--   song_name              last known title of the item
--   artists                last known names of the artists in their order, joined by ", "
--   days_spanned           days from entered_on to last_seen_on, both included
--   entered_on             first snapshot of the stay
--   last_seen_on           last snapshot of the stay
--   exited_on              first complete snapshot without the item; NULL while it is on the list
--   snapshots_seen         complete snapshots of the stay
--   entry_position         position on entered_on
--   best_position          smallest position of the stay
--   best_position_on       first date at the best position
--   last_position          position on last_seen_on
--   is_current             whether the item is still on the list
--   starts_before_history  on the list at its first snapshot in the lake, perhaps longer
--   playlist_id            Spotify's id of the list
--   item_uri               Spotify's URI of the item; if the item was relinked, its URI before that
--   stay_number            1 is the item's first stay on the list
--
-- Reads all of playlist_stays, since a stay can be longer than the last 30 dates. Reads every date
-- of playlist_entries, for the last known names (items_latest).
WITH ranked AS (
    SELECT
        *,
        ROW_NUMBER() OVER (
            PARTITION BY playlist_id
            ORDER BY
                days_spanned DESC, best_position ASC, entered_on ASC, item_uri ASC, stay_number ASC
        ) AS rank_number
    FROM playlist_stays
),

longest AS (
    SELECT *
    FROM ranked
    WHERE rank_number <= 20
)

SELECT
    lists.name AS playlist_name,
    longest.rank_number,
    items.name AS song_name,
    items.artists,
    longest.days_spanned,
    longest.entered_on,
    longest.last_seen_on,
    longest.exited_on,
    longest.snapshots_seen,
    longest.entry_position,
    longest.best_position,
    longest.best_position_on,
    longest.last_position,
    longest.is_current,
    longest.starts_before_history,
    longest.playlist_id,
    longest.item_uri,
    longest.stay_number
FROM longest
LEFT JOIN items_latest AS items ON longest.item_uri = items.item_uri
LEFT JOIN playlists_latest AS lists ON longest.playlist_id = lists.playlist_id
ORDER BY playlist_name, longest.playlist_id, longest.rank_number
