-- How much of every list does each genre fill during the last 30 dates of the lake, and how much of
-- it is unknown?
--
-- Grain: one row per list and genre, and one for what has no genre.
--
-- Columns:
--   playlist_name  last known name of the list
--   rank_number    1 is the genre with the largest share; ties: more artists, then the name;
--                  unknown has the last number
--   genre          name of the genre; unknown where MusicBrainz or ListenBrainz has none
--   share          share of the list's songs, over all its complete snapshots that are not drops;
--                  the shares of a list add up to 1
--   entries        entries that have the genre, over all those snapshots
--   artists        different artists among them that have the genre
--   playlist_id    id of the list
--   genre_mbid     MusicBrainz' id of the genre; NULL for unknown
--
-- A song counts in equal parts for its artists, and the part of an artist counts for the artist's
-- genres by their votes. An artist that a song names twice counts once. The parts of artists
-- without a genre are unknown, as are those of local files and chart CSV, whose artists have no id,
-- and songs without artists. Episodes and other items that are not songs, incomplete snapshots and
-- drops don't count. Genres: MusicBrainz and ListenBrainz contributors, CC BY-NC-SA 3.0.
--
-- Reads playlist_entries and song_artists only for the last 30 dates (recent_snapshots), and all of
-- artist_genres.
WITH entries AS (
    SELECT
        entries.snapshot_date,
        entries.playlist_id,
        entries.position,
        entries.song_id,
        entries.artist_names
    FROM playlist_entries AS entries
    INNER JOIN recent_snapshots AS snapshots
        ON
            entries.snapshot_date = snapshots.snapshot_date
            AND entries.playlist_id = snapshots.playlist_id
    WHERE
        snapshots.is_complete
        AND NOT snapshots.is_drop
        AND entries.item_type IN ('song', 'local')
),

identified AS (
    SELECT
        entries.*,
        song_artists.artist_id,
        CASE
            WHEN song_artists.artist_id IS NULL AND CARDINALITY(entries.artist_names) > 0
                THEN entries.artist_names
            ELSE ARRAY[CAST(NULL AS varchar)]
        END AS names
    FROM entries
    LEFT JOIN song_artists
        ON
            entries.snapshot_date = song_artists.snapshot_date
            AND entries.song_id = song_artists.song_id
            AND song_artists.snapshot_date IN (
                SELECT recent.snapshot_date FROM recent_snapshots AS recent
            )
),

-- DISTINCT, because a song can name an artist twice. The name is NULL where there is an id, and
-- where there is no artist at all
credits AS (
    SELECT DISTINCT
        identified.snapshot_date,
        identified.playlist_id,
        identified.position,
        identified.artist_id,
        artists.name
    FROM identified
    CROSS JOIN UNNEST(identified.names) AS artists (name)
),

weighted AS (
    SELECT
        *,
        COUNT(*) OVER (PARTITION BY snapshot_date, playlist_id, position) AS artist_count
    FROM credits
),

parts AS (
    SELECT
        weighted.snapshot_date,
        weighted.playlist_id,
        weighted.position,
        genres.genre_mbid,
        -- Whole numbers, because a sum of fractions depends on the order of the rows
        CAST(
            ROUND(1.0E12 * COALESCE(genres.share, 1.0E0) / weighted.artist_count) AS bigint
        ) AS weight,
        COALESCE(genres.genre, 'unknown') AS genre,
        COALESCE(weighted.artist_id, weighted.name) AS artist
    FROM weighted
    LEFT JOIN artist_genres AS genres ON weighted.artist_id = genres.artist_id
),

shares AS (
    SELECT
        playlist_id,
        genre,
        genre_mbid,
        SUM(weight) AS weight,
        COUNT(DISTINCT CAST(snapshot_date AS varchar) || ' ' || CAST(position AS varchar))
            AS entries,
        COUNT(DISTINCT artist) AS artists
    FROM parts
    GROUP BY playlist_id, genre, genre_mbid
),

relative AS (
    SELECT
        *,
        CAST(weight AS double) / SUM(weight) OVER (PARTITION BY playlist_id) AS share
    FROM shares
),

ranked AS (
    SELECT
        *,
        ROW_NUMBER() OVER (
            PARTITION BY playlist_id
            ORDER BY
                CASE WHEN genre_mbid IS NULL THEN 1 ELSE 0 END ASC,
                ROUND(share, 9) DESC, artists DESC, genre ASC, genre_mbid ASC
        ) AS rank_number
    FROM relative
)

SELECT
    lists.name AS playlist_name,
    ranked.rank_number,
    ranked.genre,
    ranked.share,
    ranked.entries,
    ranked.artists,
    ranked.playlist_id,
    ranked.genre_mbid
FROM ranked
INNER JOIN list_names AS lists ON ranked.playlist_id = lists.playlist_id
ORDER BY playlist_name, ranked.playlist_id, ranked.rank_number
