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
-- Reads only the table items, which is built together with the stays. Until then an item that a
-- date brings has no row.
SELECT
    item_uri,
    item_type,
    name,
    artists,
    last_seen_on AS snapshot_date,
    song_id
FROM items
