-- What is the newest information about every item of the lists?
--
-- Grain: one row per item: a song, an episode, a local file, or anything else on a list.
--
-- Columns:
--   item_uri       Spotify's URI of the item; if the item was relinked, its URI before that
--   item_type      song, episode, local or other
--   name           last known title of the item
--   artists        last known names of the artists in their order, joined by ", "
--   snapshot_date  newest date with the item on any list, UTC
--   song_id        last known id of the song, as in songs: the id after relinking; NULL unless
--                  item_type is song
--
-- Join playlist_stays on item_uri to name what stayed. Both have the URI from before relinking, and
-- both have episodes and local files. songs has neither.
--
-- A column keeps its last known value: a title that is missing on the newest date is that of the
-- newest date that has one. If lists disagree on a date, the text that sorts last wins.
--
-- Reads every date of playlist_entries.
WITH entries AS (
    SELECT
        item_type,
        name,
        song_id,
        snapshot_date,
        COALESCE(linked_from_uri, item_uri) AS item_uri,
        NULLIF(ARRAY_JOIN(artist_names, ', '), '') AS artists
    FROM playlist_entries
),

descriptions AS (
    SELECT
        item_uri,
        item_type,
        name,
        artists,
        song_id,
        CAST(MAX(snapshot_date) AS varchar) AS last_on_text,
        MAX(snapshot_date) AS last_on
    FROM entries
    GROUP BY item_uri, item_type, name, artists, song_id
),

-- The text after the date decides between values of one date. Without a value the text is NULL, so
-- the row doesn't count
items AS (
    SELECT
        item_uri,
        MAX_BY(item_type, last_on_text || item_type) AS item_type,
        MAX_BY(name, last_on_text || name) AS name,
        MAX_BY(artists, last_on_text || artists) AS artists,
        MAX_BY(song_id, last_on_text || song_id) AS song_id,
        MAX(last_on) AS snapshot_date
    FROM descriptions
    GROUP BY item_uri
)

SELECT
    item_uri,
    item_type,
    name,
    artists,
    snapshot_date,
    CASE WHEN item_type = 'song' THEN song_id END AS song_id
FROM items
