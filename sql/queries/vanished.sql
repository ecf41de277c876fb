-- Which songs vanished from the lists, and is the same recording on a list under another URI?
--
-- Grain: one row per item that vanished.
--
-- Columns:
--   reason                     unreadable, unplayable or left
--   song_name                  last known title of the item
--   artists                    last known names of the artists in their order, joined by ", "
--   isrc                       last known ISRC, without hyphens and in capital letters; NULL if it
--                              is unknown or a placeholder
--   playlist_name              last known name of the list that had the item last
--   last_position              position on last_seen_on
--   last_seen_on               last snapshot with the item, UTC
--   exited_on                  of left: first complete snapshot of that list without it
--   last_playable_on           last date on which Spotify said that it can be played
--   replacement_uri            URI of another item with the same ISRC that is on a list now and is
--                              not unplayable: on the same list if there is one, else on another
--   replacement_name           last known title of that item
--   replacement_playlist_name  last known name of the list that has it
--   playlist_id                id of the list that had the item last
--   item_uri                   Spotify's URI of the item; if it was relinked, its URI before that
--
-- An item has left if it is no longer on any list of the lake. It is unreadable if it has not left,
-- but its row cannot be read on any list that has it. It is unplayable if it is still on a list and
-- its newest known is_playable is false.
--
-- All lists of the lake count, also those that are no longer followed: what such a list had last
-- has not left it. A song that was issued again under another URI has not vanished (stay_chains).
-- Neither has an item that a drop lacks, until it is settled that it left.
--
-- Reads all of playlist_stays, list_snapshots and items, and every date of playlist_entries and
-- songs.
WITH whole AS (
    SELECT
        playlist_id,
        MAX(CASE WHEN is_complete AND NOT is_drop THEN snapshot_date END) AS last_date
    FROM list_snapshots
    GROUP BY playlist_id
),

-- Each item on each of its lists. If it is on a list, but neither seen in the last complete
-- snapshot nor missing, its row cannot be read
placed AS (
    SELECT
        stays.item_uri,
        chains.playlist_id,
        chains.last_seen_on,
        chains.last_position,
        chains.exited_on,
        chains.is_current,
        stays.item_uri = chains.item_uri AS is_last_uri,
        chains.is_current
        AND (
            chains.missing_since IS NOT NULL
            OR COALESCE(chains.last_seen_on >= whole.last_date, TRUE)
        ) AS is_readable
    FROM playlist_stays AS stays
    INNER JOIN stay_chains AS chains
        ON
            stays.playlist_id = chains.playlist_id
            AND stays.first_uri = chains.first_uri
            AND stays.listed_since = chains.listed_since
    INNER JOIN whole ON stays.playlist_id = whole.playlist_id
),

numbered AS (
    SELECT
        *,
        BOOL_OR(is_current) OVER (PARTITION BY item_uri) AS is_on_a_list,
        BOOL_OR(is_readable) OVER (PARTITION BY item_uri) AS is_readable_anywhere,
        ROW_NUMBER() OVER (
            PARTITION BY item_uri, is_last_uri
            ORDER BY last_seen_on DESC, is_current DESC, playlist_id ASC
        ) AS list_number
    FROM placed
),

said AS (
    SELECT
        COALESCE(linked_from_uri, item_uri) AS item_uri,
        MAX(CASE WHEN is_playable THEN snapshot_date END) AS last_playable_on,
        MAX(CASE WHEN NOT is_playable THEN snapshot_date END) AS last_unplayable_on
    FROM playlist_entries
    GROUP BY COALESCE(linked_from_uri, item_uri)
),

items AS (
    SELECT
        said.item_uri,
        items.name,
        items.artists,
        said.last_playable_on,
        -- The stays have the same rule. The first characters are the country; 00 is a placeholder
        CASE
            WHEN
                LENGTH(REPLACE(songs.isrc, '-', '')) = 12
                AND REPLACE(songs.isrc, '-', '') NOT LIKE '00%'
                THEN UPPER(REPLACE(songs.isrc, '-', ''))
        END AS isrc,
        said.last_unplayable_on IS NOT NULL
        AND (said.last_playable_on IS NULL OR said.last_unplayable_on > said.last_playable_on)
            AS is_unplayable
    FROM said
    LEFT JOIN items_latest AS items ON said.item_uri = items.item_uri
    LEFT JOIN songs_latest AS songs ON items.song_id = songs.song_id
),

vanished AS (
    SELECT
        numbered.item_uri,
        numbered.playlist_id,
        numbered.last_position,
        numbered.last_seen_on,
        items.name,
        items.artists,
        items.isrc,
        items.last_playable_on,
        CASE WHEN NOT numbered.is_on_a_list THEN numbered.exited_on END AS exited_on,
        CASE
            WHEN NOT numbered.is_on_a_list THEN 'left'
            WHEN NOT numbered.is_readable_anywhere THEN 'unreadable'
            ELSE 'unplayable'
        END AS reason
    FROM numbered
    INNER JOIN items ON numbered.item_uri = items.item_uri
    WHERE
        numbered.is_last_uri
        AND numbered.list_number = 1
        AND (NOT numbered.is_readable_anywhere OR items.is_unplayable)
),

present AS (
    SELECT
        placed.item_uri,
        placed.playlist_id,
        placed.last_position,
        items.name,
        items.isrc
    FROM placed
    INNER JOIN items ON placed.item_uri = items.item_uri
    WHERE placed.is_readable AND placed.is_last_uri AND NOT items.is_unplayable
),

replaced AS (
    SELECT
        vanished.*,
        present.item_uri AS replacement_uri,
        present.name AS replacement_name,
        present.playlist_id AS replacement_playlist_id,
        ROW_NUMBER() OVER (
            PARTITION BY vanished.item_uri
            ORDER BY
                CASE WHEN present.playlist_id = vanished.playlist_id THEN 1 ELSE 2 END,
                present.last_position,
                present.playlist_id,
                present.item_uri
        ) AS replacement_number
    FROM vanished
    LEFT JOIN present
        ON
            vanished.isrc = present.isrc
            AND vanished.item_uri <> present.item_uri
)

SELECT
    replaced.reason,
    replaced.name AS song_name,
    replaced.artists,
    replaced.isrc,
    lists.name AS playlist_name,
    replaced.last_position,
    replaced.last_seen_on,
    replaced.exited_on,
    replaced.last_playable_on,
    replaced.replacement_uri,
    replaced.replacement_name,
    others.name AS replacement_playlist_name,
    replaced.playlist_id,
    replaced.item_uri
FROM replaced
LEFT JOIN list_names AS lists ON replaced.playlist_id = lists.playlist_id
LEFT JOIN list_names AS others ON replaced.replacement_playlist_id = others.playlist_id
WHERE replaced.replacement_number = 1
ORDER BY
    replaced.reason DESC,
    replaced.last_seen_on DESC,
    playlist_name ASC,
    replaced.playlist_id ASC,
    replaced.last_position ASC,
    replaced.item_uri ASC
