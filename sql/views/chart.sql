-- What is at each position of every list on every snapshot date, and how did it move?
--
-- Grain: one row per snapshot date, list and position that holds an item. Items of every type have
-- rows; only songs have an album.
--
-- Columns:
--   snapshot_date      date of the snapshot, UTC
--   playlist_name      last known name of the list
--   position           position in the list, 1 is the first
--   song_name          title of the item
--   artists            names of the artists in their order, joined by ", "
--   label              new, re-entry, up, down or same; NULL where none of them is certain: at the
--                      list's first complete snapshot, after a null row, for a further copy of an
--                      item, and for an item that only incomplete snapshots have
--   change             positions gained since the list's previous snapshot; negative: lost
--   previous_position  position on the list's previous snapshot; NULL if the item was not there
--   album_name         title of the album that the song is from
--   release_date       release date of that album; the first day of the month or year where Spotify
--                      gives no day
--   best_position      best position on the list up to that date, incomplete snapshots included
--   days_on_list       days on the list so far, over all stays, first and last day of each included
--   streak_days        days on the list so far in this stay, first and last day included
--   playlist_id        Spotify's id of the list
--   item_type          song, episode, local or other
--   item_uri           Spotify's URI of the item; if the item was relinked, its URI before that
--   song_id            Spotify's id of the song; NULL unless item_type is song
--
-- The columns song_name, artists, album_name and release_date are those of the date. Where the date
-- has no value, they are the last known ones (items_latest, songs_latest and albums_latest).
--
-- The previous snapshot is the newest complete one before the date, however long ago. Whether an
-- item is new or back, and since when, comes from playlist_stays: a date without a snapshot, or
-- with an incomplete one, neither begins nor ends a stay. An item that is on a list several times
-- has one row per copy. Its first copy (the smallest position) is compared with the first copy
-- before, its second with the second, and so on. The columns best_position, days_on_list and
-- streak_days are the same for all copies.
--
-- Reads every date of playlist_entries, songs and albums, for best_position, previous_position and
-- the last known values.
WITH snapshots AS (
    SELECT
        snapshot_date,
        playlist_id,
        MAX(CASE WHEN is_complete THEN snapshot_date END) OVER (
            PARTITION BY playlist_id
            ORDER BY snapshot_date
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS previous_date
    FROM playlists
),

entries AS (
    SELECT
        snapshot_date,
        playlist_id,
        position,
        item_type,
        song_id,
        name,
        artist_names,
        COALESCE(linked_from_uri, item_uri) AS item_uri,
        ROW_NUMBER() OVER (
            PARTITION BY snapshot_date, playlist_id, COALESCE(linked_from_uri, item_uri)
            ORDER BY position
        ) AS copy_number
    FROM playlist_entries
),

best AS (
    SELECT
        snapshot_date,
        playlist_id,
        item_uri,
        MIN(MIN(position)) OVER (
            PARTITION BY playlist_id, item_uri
            ORDER BY snapshot_date
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS best_position
    FROM entries
    GROUP BY snapshot_date, playlist_id, item_uri
),

stays AS (
    SELECT
        playlist_id,
        item_uri,
        stay_number,
        entered_on,
        exited_on,
        starts_before_history,
        COALESCE(
            SUM(days_spanned) OVER (
                PARTITION BY playlist_id, item_uri
                ORDER BY stay_number
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ), 0
        ) AS days_before
    FROM playlist_stays
),

compared AS (
    SELECT
        entries.*,
        best.best_position,
        before.position AS previous_position,
        stays.stay_number,
        stays.entered_on,
        stays.starts_before_history,
        stays.days_before,
        CAST(
            DATE_DIFF('day', stays.entered_on, entries.snapshot_date) + 1 AS integer
        ) AS streak_days,
        before.position - entries.position AS change
    FROM entries
    INNER JOIN snapshots
        ON
            entries.snapshot_date = snapshots.snapshot_date
            AND entries.playlist_id = snapshots.playlist_id
    INNER JOIN best
        ON
            entries.snapshot_date = best.snapshot_date
            AND entries.playlist_id = best.playlist_id
            AND entries.item_uri = best.item_uri
    LEFT JOIN entries AS before
        ON
            snapshots.previous_date = before.snapshot_date
            AND entries.playlist_id = before.playlist_id
            AND entries.item_uri = before.item_uri
            AND entries.copy_number = before.copy_number
    LEFT JOIN stays
        ON
            entries.playlist_id = stays.playlist_id
            AND entries.item_uri = stays.item_uri
            AND entries.snapshot_date >= stays.entered_on
            AND (stays.exited_on IS NULL OR entries.snapshot_date < stays.exited_on)
),

labelled AS (
    SELECT
        compared.*,
        lists.name AS playlist_name,
        CAST(compared.days_before + compared.streak_days AS integer) AS days_on_list,
        COALESCE(albums.name, known_albums.name) AS album_name,
        COALESCE(albums.release_date, known_albums.release_date) AS release_date,
        COALESCE(compared.name, songs.name, items.name) AS song_name,
        COALESCE(NULLIF(ARRAY_JOIN(compared.artist_names, ', '), ''), items.artists) AS artists,
        CASE
            WHEN compared.entered_on = compared.snapshot_date AND compared.stay_number > 1
                THEN 're-entry'
            WHEN compared.entered_on = compared.snapshot_date AND NOT compared.starts_before_history
                THEN 'new'
            WHEN compared.entered_on = compared.snapshot_date THEN NULL
            WHEN compared.change > 0 THEN 'up'
            WHEN compared.change < 0 THEN 'down'
            WHEN compared.change = 0 THEN 'same'
        END AS label
    FROM compared
    INNER JOIN playlists_latest AS lists ON compared.playlist_id = lists.playlist_id
    INNER JOIN items_latest AS items ON compared.item_uri = items.item_uri
    LEFT JOIN songs
        ON
            compared.snapshot_date = songs.snapshot_date
            AND compared.song_id = songs.song_id
    LEFT JOIN songs_latest AS known_songs ON compared.song_id = known_songs.song_id
    LEFT JOIN albums
        ON
            songs.snapshot_date = albums.snapshot_date
            AND songs.album_id = albums.album_id
    LEFT JOIN albums_latest AS known_albums
        ON COALESCE(songs.album_id, known_songs.album_id) = known_albums.album_id
)

SELECT
    snapshot_date,
    playlist_name,
    position,
    song_name,
    artists,
    label,
    change,
    previous_position,
    album_name,
    release_date,
    best_position,
    days_on_list,
    streak_days,
    playlist_id,
    item_type,
    item_uri,
    song_id
FROM labelled
