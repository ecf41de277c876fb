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
--   label              new or re-entry if the item entered since the list's previous snapshot, else
--                      up, down or same; NULL where none of them is certain: up to the list's first
--                      complete snapshot, after a null row, and for a further copy of an item
--   change             positions gained since the list's previous snapshot; negative: lost
--   previous_position  position on the list's previous snapshot; NULL if the item was not there
--   album_name         title of the album that the song is from
--   release_date       release date of that album; the first day of the month or year where Spotify
--                      gives no day
--   best_position      best position on the list up to that date, over all stays
--   days_on_list       days on the list so far, over all stays, first and last day of each included
--   times_seen         snapshots with the item so far, over all stays
--   streak_days        days on the list so far since it last entered, first and last day included
--   playlist_id        id of the list
--   item_type          song, episode, local or other
--   item_uri           Spotify's URI of the item; if the item was relinked, its URI before that
--   song_id            Spotify's id of the song; NULL unless item_type is song
--   streams            streams on the chart's day or week; like the columns below it is NULL unless
--                      the snapshot was imported from a chart file that has it
--   peak_rank          best rank so far, as the chart counts it, also before the lake began
--   days_on_chart      days on the chart so far, as a daily chart counts them
--   weeks_on_chart     weeks on the chart so far, as a weekly chart counts them
--
-- The columns song_name, artists, album_name and release_date are those of the date. Where the date
-- has no value, they are the last known ones (items_latest, songs_latest and albums_latest).
--
-- The previous snapshot is previous_date in list_snapshots: the newest complete one before the
-- date that is not a drop, however long ago. Since when an item is on the list comes from
-- playlist_stays. Every snapshot with the item counts there, also an incomplete one or a drop. So
-- an item that enters with a drop is new on that date and on the next, because both dates have the
-- same previous snapshot. Until the stays of a date are built, all columns that need them are NULL.
--
-- A song that was issued again under another URI stays on the list (stay_chains). It is compared
-- with the song that it continues, and it is on the list since that song entered. An item that is
-- on a list several times has one row per copy. Its first copy (the smallest position) is compared
-- with the first copy before, its second with the second, and so on. The columns best_position,
-- days_on_list, times_seen and streak_days are the same for all copies.
--
-- Reads every date of playlist_entries, for best_position and times_seen, and of playlists, songs
-- and albums, for the last known values.
WITH chains AS (
    -- With what the song had on the list before, and a number as a short key
    SELECT
        chains.playlist_id,
        chains.first_uri,
        chains.listed_since,
        chains.stay_number,
        COALESCE(SUM(earlier.days_spanned), 0) AS days_before,
        COALESCE(SUM(earlier.snapshots_seen), 0) AS times_before,
        COALESCE(MIN(earlier.best_position), chains.entry_position) AS best_before,
        ROW_NUMBER() OVER (
            ORDER BY chains.playlist_id, chains.first_uri, chains.listed_since
        ) AS chain_number
    FROM stay_chains AS chains
    LEFT JOIN stay_chains AS earlier
        ON
            chains.playlist_id = earlier.playlist_id
            AND chains.origin_uri = earlier.origin_uri
            AND chains.listed_since >= earlier.exited_on
    GROUP BY
        chains.playlist_id,
        chains.first_uri,
        chains.listed_since,
        chains.stay_number,
        chains.entry_position
),

sightings AS (
    -- Without names, because windows over them are slow
    SELECT
        entries.snapshot_date,
        entries.playlist_id,
        entries.position,
        chains.chain_number,
        chains.listed_since,
        chains.stay_number,
        chains.days_before,
        chains.times_before,
        chains.best_before,
        ROW_NUMBER() OVER (
            PARTITION BY chains.chain_number, entries.snapshot_date ORDER BY entries.position
        ) AS copy_number
    FROM playlist_entries AS entries
    LEFT JOIN playlist_stays AS stays
        ON
            entries.playlist_id = stays.playlist_id
            AND COALESCE(entries.linked_from_uri, entries.item_uri) = stays.item_uri
            AND entries.snapshot_date >= stays.entered_on
            AND (stays.exited_on IS NULL OR entries.snapshot_date < stays.exited_on)
    LEFT JOIN chains
        ON
            stays.playlist_id = chains.playlist_id
            AND stays.first_uri = chains.first_uri
            AND stays.listed_since = chains.listed_since
),

so_far AS (
    SELECT
        *,
        DATE_DIFF('day', listed_since, snapshot_date) + 1 AS streak_days,
        times_before + DENSE_RANK() OVER by_date AS times_seen,
        LEAST(best_before, MIN(position) OVER by_date) AS best_position
    FROM sightings
    -- Includes all copies of the current date
    WINDOW by_date AS (PARTITION BY chain_number ORDER BY snapshot_date)
),

compared AS (
    SELECT
        so_far.*,
        snapshots.previous_date,
        before.position AS previous_position,
        before.position - so_far.position AS change,
        so_far.days_before + so_far.streak_days AS days_on_list
    FROM so_far
    LEFT JOIN list_snapshots AS snapshots
        ON
            so_far.snapshot_date = snapshots.snapshot_date
            AND so_far.playlist_id = snapshots.playlist_id
    LEFT JOIN sightings AS before
        ON
            snapshots.previous_date = before.snapshot_date
            AND so_far.chain_number = before.chain_number
            AND so_far.copy_number = before.copy_number
),

labelled AS (
    SELECT
        compared.*,
        entries.item_type,
        entries.song_id,
        entries.streams,
        entries.peak_rank,
        entries.days_on_chart,
        entries.weeks_on_chart,
        lists.name AS playlist_name,
        COALESCE(entries.linked_from_uri, entries.item_uri) AS item_uri,
        COALESCE(albums.name, known_albums.name) AS album_name,
        COALESCE(albums.release_date, known_albums.release_date) AS release_date,
        COALESCE(entries.name, songs.name, items.name) AS song_name,
        COALESCE(NULLIF(ARRAY_JOIN(entries.artist_names, ', '), ''), items.artists) AS artists,
        CASE
            WHEN compared.listed_since > compared.previous_date AND compared.stay_number > 1
                THEN 're-entry'
            WHEN compared.listed_since > compared.previous_date THEN 'new'
            WHEN compared.change > 0 THEN 'up'
            WHEN compared.change < 0 THEN 'down'
            WHEN compared.change = 0 THEN 'same'
        END AS label
    FROM playlist_entries AS entries
    INNER JOIN compared
        ON
            entries.snapshot_date = compared.snapshot_date
            AND entries.playlist_id = compared.playlist_id
            AND entries.position = compared.position
    INNER JOIN playlists_latest AS lists ON compared.playlist_id = lists.playlist_id
    LEFT JOIN items_latest AS items
        ON COALESCE(entries.linked_from_uri, entries.item_uri) = items.item_uri
    LEFT JOIN songs
        ON
            entries.snapshot_date = songs.snapshot_date
            AND entries.song_id = songs.song_id
    LEFT JOIN songs_latest AS known_songs ON entries.song_id = known_songs.song_id
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
    CAST(days_on_list AS integer) AS days_on_list,
    CAST(times_seen AS integer) AS times_seen,
    CAST(streak_days AS integer) AS streak_days,
    playlist_id,
    item_type,
    item_uri,
    song_id,
    streams,
    peak_rank,
    days_on_chart,
    weeks_on_chart
FROM labelled
