-- What changed on every list from one snapshot to the next, during the last 30 dates of the lake?
--
-- Grain: one row per list, snapshot and change: kind of change, and item if it is about an item.
--
-- Columns:
--   playlist_id        id of the list
--   snapshot_date      date of the snapshot, UTC
--   previous_date      date of the snapshot that it is compared with
--   change             entered, left, missing, moved, reissued, unavailable, available,
--                      song_renamed, list_renamed, description_changed or cover_changed
--   item_uri           Spotify's URI of the item on snapshot_date, of an item that left its last
--                      one; if the item was relinked, its URI before that. NULL for a change of the
--                      list itself
--   name               title of the item on snapshot_date; without one, that of previous_date
--   artists            names of its artists in their order, joined by ", ", of the same dates
--   position           position on snapshot_date; NULL if the item was not seen there
--   previous_position  position on previous_date; NULL if the item was not seen there
--   value              of reissued the URI on snapshot_date; of other changes the new title, name,
--                      description or URL of the cover, NULL if there is none
--   previous_value     the same on previous_date
--
-- Two snapshots of a list are compared: snapshot_date and previous_date of list_snapshots. What is
-- on the list comes from playlist_stays, so an item that a null row hides is still there. An item
-- has entered if it is on the list on snapshot_date and was not on previous_date. It has left if it
-- was on the list on previous_date and is not on snapshot_date, once that is settled. Until then,
-- what a drop lacks is missing. An item that is on a list several times counts once, at its best
-- position, and so does a song together with its re-issues. An item that came after previous_date
-- and left by snapshot_date, or left and came back, has neither entered nor left.
--
-- An item has moved if its rank among the items that were seen on both dates changed by 10 or more,
-- or if the rank changed and the item crossed position 10. So an item that others only push down
-- has not moved. It is reissued if the same song is there under another URI (stay_chains),
-- unavailable if is_playable was true and is false, available if it was false and is true, and
-- song_renamed if it has another title while the same song is played.
--
-- description_changed includes a description that was added or removed. cover_changed means another
-- picture, whatever the host or size in its URL. All covers that Spotify makes of album covers
-- count as one picture, because they follow the songs. A value that is missing on either date
-- proves nothing.
--
-- An incomplete snapshot or a drop has rows only while it is the list's newest snapshot. The next
-- complete one is compared with the same date, so its rows repeat what still holds. No item has
-- moved in an incomplete snapshot or a drop. The first complete snapshot of a list, and incomplete
-- ones before, have no rows.
--
-- Reads all of playlist_stays and list_snapshots. Reads playlist_entries and playlists only for the
-- dates that are compared.
WITH numbered AS (
    SELECT
        playlist_id,
        snapshot_date,
        previous_date,
        is_complete AND NOT is_drop AS is_whole,
        MAX(snapshot_date) OVER (PARTITION BY playlist_id) AS newest_date,
        DENSE_RANK() OVER (ORDER BY snapshot_date DESC) AS date_number
    FROM list_snapshots
),

-- The only part that decides what is compared. `playlist-lake diff` puts its own dates here
pairs AS (
    SELECT
        playlist_id,
        snapshot_date,
        previous_date
    FROM numbered
    WHERE
        date_number <= 30
        AND previous_date IS NOT NULL
        AND (is_whole OR snapshot_date = newest_date)
),

-- Both dates of each pair
sides AS (
    SELECT
        pairs.playlist_id,
        pairs.snapshot_date,
        pairs.previous_date,
        snapshots.snapshot_date AS on_date,
        snapshots.is_complete AND NOT snapshots.is_drop AS is_whole
    FROM list_snapshots AS snapshots
    INNER JOIN pairs
        ON
            snapshots.playlist_id = pairs.playlist_id
            AND snapshots.snapshot_date IN (pairs.snapshot_date, pairs.previous_date)
),

sightings AS (
    SELECT
        snapshot_date,
        playlist_id,
        position,
        name,
        is_playable,
        item_uri AS played_uri,
        COALESCE(linked_from_uri, item_uri) AS item_uri,
        NULLIF(ARRAY_JOIN(artist_names, ', '), '') AS artists
    FROM playlist_entries
    WHERE snapshot_date IN (SELECT sides.on_date FROM sides)
),

-- What is on the lists on these dates, seen or not
listed AS (
    SELECT
        sides.playlist_id,
        sides.snapshot_date,
        sides.previous_date,
        sides.is_whole,
        chains.origin_uri,
        chains.starts_before_history,
        stays.item_uri,
        sightings.position,
        sightings.name,
        sightings.artists,
        sightings.is_playable,
        sightings.played_uri,
        sides.on_date = sides.snapshot_date AS is_now,
        COALESCE(stays.missing_since <= sides.on_date, FALSE) AS is_missing,
        ROW_NUMBER() OVER (
            PARTITION BY
                sides.playlist_id,
                sides.snapshot_date,
                sides.previous_date,
                sides.on_date,
                chains.origin_uri
            ORDER BY sightings.position ASC NULLS LAST, stays.item_uri ASC
        ) AS copy_number
    FROM sides
    INNER JOIN playlist_stays AS stays
        ON
            sides.playlist_id = stays.playlist_id
            AND sides.on_date >= stays.entered_on
            AND (stays.exited_on IS NULL OR sides.on_date < stays.exited_on)
    INNER JOIN stay_chains AS chains
        ON
            stays.playlist_id = chains.playlist_id
            AND stays.first_uri = chains.first_uri
            AND stays.listed_since = chains.listed_since
    LEFT JOIN sightings
        ON
            sides.playlist_id = sightings.playlist_id
            AND sides.on_date = sightings.snapshot_date
            AND stays.item_uri = sightings.item_uri
),

items AS (
    SELECT
        playlist_id,
        snapshot_date,
        previous_date,
        origin_uri,
        MAX(item_uri) FILTER (WHERE is_now) AS item_uri,
        MAX(item_uri) FILTER (WHERE NOT is_now) AS previous_uri,
        BOOL_OR(starts_before_history) FILTER (WHERE is_now) AS starts_before_history,
        BOOL_OR(is_missing) FILTER (WHERE is_now) AS is_missing,
        BOOL_OR(is_missing) FILTER (WHERE NOT is_now) AS was_missing,
        MAX(position) FILTER (WHERE is_now) AS position,
        MAX(position) FILTER (WHERE NOT is_now) AS previous_position,
        MAX(name) FILTER (WHERE is_now) AS name,
        MAX(name) FILTER (WHERE NOT is_now) AS previous_name,
        MAX(artists) FILTER (WHERE is_now) AS artists,
        MAX(artists) FILTER (WHERE NOT is_now) AS previous_artists,
        BOOL_OR(is_playable) FILTER (WHERE is_now) AS is_playable,
        BOOL_OR(is_playable) FILTER (WHERE NOT is_now) AS was_playable,
        COUNT(DISTINCT played_uri) = 1 AS is_same_song,
        COUNT(position) = 2 AND BOOL_AND(is_whole) AS is_ranked
    FROM listed
    WHERE copy_number = 1
    GROUP BY playlist_id, snapshot_date, previous_date, origin_uri
),

ranked AS (
    SELECT
        *,
        ROW_NUMBER() OVER (
            PARTITION BY playlist_id, snapshot_date, previous_date, is_ranked ORDER BY position
        ) AS rank_number,
        ROW_NUMBER() OVER (
            PARTITION BY playlist_id, snapshot_date, previous_date, is_ranked
            ORDER BY previous_position
        ) AS previous_rank
    FROM items
),

item_changes AS (
    SELECT
        ranked.*,
        kinds.change
    FROM ranked
    CROSS JOIN (
        VALUES
        ('entered'),
        ('left'),
        ('missing'),
        ('moved'),
        ('reissued'),
        ('unavailable'),
        ('available'),
        ('song_renamed')
    ) AS kinds (change)
    WHERE
        CASE kinds.change
            WHEN 'entered'
                THEN
                    ranked.previous_uri IS NULL
                    AND NOT ranked.is_missing
                    AND NOT ranked.starts_before_history
            WHEN 'left' THEN ranked.item_uri IS NULL
            WHEN 'missing' THEN ranked.is_missing AND NOT ranked.was_missing
            WHEN 'moved'
                THEN
                    ranked.is_ranked
                    AND (
                        ABS(ranked.rank_number - ranked.previous_rank) >= 10
                        OR (
                            ranked.rank_number <> ranked.previous_rank
                            AND (ranked.position <= 10) <> (ranked.previous_position <= 10)
                        )
                    )
            WHEN 'reissued' THEN ranked.item_uri <> ranked.previous_uri
            WHEN 'unavailable' THEN ranked.was_playable AND NOT ranked.is_playable
            WHEN 'available' THEN ranked.is_playable AND NOT ranked.was_playable
            WHEN 'song_renamed' THEN ranked.is_same_song AND ranked.name <> ranked.previous_name
        END
),

described AS (
    SELECT
        sides.playlist_id,
        sides.snapshot_date,
        sides.previous_date,
        playlists.name,
        playlists.image_url,
        sides.on_date = sides.snapshot_date AS is_now,
        CASE
            -- Only Spotify's own description of a list says that the list has none
            WHEN playlists.spotify_snapshot_id IS NOT NULL
                THEN COALESCE(playlists.description, '')
            ELSE playlists.description
        END AS description,
        CASE
            WHEN
                REGEXP_LIKE(playlists.image_url, '^https?://mosaic[.]|/ab67616d')
                THEN 'album covers'
            -- Hosts serve the same picture: 16 digits for kind and size, 24 for the picture
            ELSE
                REGEXP_EXTRACT(
                    playlists.image_url, '/(?:ab[0-9a-f]{14})?([^/?]+)(?:[?].*)?$', 1
                )
        END AS picture
    FROM playlists
    INNER JOIN sides
        ON
            playlists.snapshot_date = sides.on_date
            AND playlists.playlist_id = sides.playlist_id
),

lists AS (
    SELECT
        playlist_id,
        snapshot_date,
        previous_date,
        MAX(name) FILTER (WHERE is_now) AS name,
        MAX(name) FILTER (WHERE NOT is_now) AS previous_name,
        MAX(description) FILTER (WHERE is_now) AS description,
        MAX(description) FILTER (WHERE NOT is_now) AS previous_description,
        MAX(image_url) FILTER (WHERE is_now) AS image_url,
        MAX(image_url) FILTER (WHERE NOT is_now) AS previous_image_url,
        COUNT(DISTINCT picture) = 2 AS is_other_picture
    FROM described
    GROUP BY playlist_id, snapshot_date, previous_date
),

list_changes AS (
    SELECT
        lists.*,
        kinds.change
    FROM lists
    CROSS JOIN (
        VALUES ('list_renamed'), ('description_changed'), ('cover_changed')
    ) AS kinds (change)
    WHERE
        CASE kinds.change
            WHEN 'list_renamed' THEN lists.name <> lists.previous_name
            WHEN 'description_changed' THEN lists.description <> lists.previous_description
            WHEN 'cover_changed' THEN lists.is_other_picture
        END
),

all_changes AS (
    SELECT
        playlist_id,
        snapshot_date,
        previous_date,
        change,
        COALESCE(item_uri, previous_uri) AS item_uri,
        COALESCE(name, previous_name) AS name,
        COALESCE(artists, previous_artists) AS artists,
        position,
        previous_position,
        CASE change WHEN 'reissued' THEN item_uri WHEN 'song_renamed' THEN name END AS value,
        CASE change
            WHEN 'reissued' THEN previous_uri WHEN 'song_renamed' THEN previous_name
        END AS previous_value
    FROM item_changes
    UNION ALL
    SELECT
        playlist_id,
        snapshot_date,
        previous_date,
        change,
        NULL AS item_uri,
        NULL AS name,
        NULL AS artists,
        NULL AS position,
        NULL AS previous_position,
        CASE change
            WHEN 'list_renamed' THEN name
            WHEN 'description_changed' THEN NULLIF(description, '')
            ELSE image_url
        END AS value,
        CASE change
            WHEN 'list_renamed' THEN previous_name
            WHEN 'description_changed' THEN NULLIF(previous_description, '')
            ELSE previous_image_url
        END AS previous_value
    FROM list_changes
)

SELECT
    playlist_id,
    snapshot_date,
    previous_date,
    change,
    item_uri,
    name,
    artists,
    position,
    previous_position,
    value,
    previous_value
FROM all_changes
