-- What stayed longest on every list?
--
-- Grain: one row per list and chain; at most the 20 longest per list.
--
-- Columns:
--   playlist_name          last known name of the list
--   rank_number            1 is the longest; ties: the better best position, the earlier entry
--   song_name              last known title of the item
--   artists                last known names of the artists in their order, joined by ", "
--   days_spanned           days from entered_on to last_seen_on, both included
--   snapshots_seen         snapshots of the chain
--   entered_on             first snapshot of the chain
--   last_seen_on           last snapshot of the chain
--   exited_on              first complete snapshot without the item, once it is settled
--   entry_position         position on entered_on
--   best_position          smallest position of the chain
--   best_position_on       first date at the best position
--   last_position          position on last_seen_on
--   is_current             not exited so far
--   starts_before_history  no complete snapshot of the list is before entered_on, so the item may
--                          have entered earlier
--   playlist_id            id of the list
--   item_uri               Spotify's URI of the item; if the item was relinked, its URI before that
--   stay_number            number of the first stay of the chain; over 1: the item came back
--
-- A chain is a stay together with the stays that continue it (stay_chains): a song that is issued
-- again under another URI has one row, with its last name and URI. Every snapshot with the item
-- counts, also an incomplete one or a drop. An item that a drop lacks is current until the next
-- complete snapshot that is not a drop settles that it left.
--
-- Reads all of playlist_stays, since a stay can be longer than the last 30 dates, and of
-- list_snapshots and items for the names. Reads no entries.
WITH ranked AS (
    SELECT
        *,
        ROW_NUMBER() OVER (
            PARTITION BY playlist_id
            ORDER BY days_spanned DESC, best_position ASC, listed_since ASC, item_uri ASC
        ) AS rank_number
    FROM stay_chains
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
    longest.snapshots_seen,
    longest.listed_since AS entered_on,
    longest.last_seen_on,
    longest.exited_on,
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
LEFT JOIN list_names AS lists ON longest.playlist_id = lists.playlist_id
ORDER BY playlist_name, longest.playlist_id, longest.rank_number
