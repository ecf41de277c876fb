-- How much of every list does each artist fill, and how often together with others, during the
-- last 30 dates of the lake?
--
-- Grain: one row per list and artist.
--
-- Columns:
--   playlist_name   last known name of the list
--   rank_number     1 is the artist with the largest share; ties: more songs, then the name
--   artist          last known name of the artist on these dates; NULL if none of them has one
--   share           share of the list's entries, over all its complete snapshots that are not
--                   drops; an entry with several artists counts in equal parts for each, so the
--                   shares of a list add up to 1
--   entries         entries that have the artist, over all those snapshots
--   songs           different songs among them
--   collaborations  different songs among them that have another artist too
--   concentration   of the list, the same in all its rows: the sum of the squared shares
--                   (Herfindahl index); 1 if one artist has all, 1/n if n artists have equal shares
--   playlist_id     id of the list
--   artist_id       Spotify's id of the artist; NULL if only the name is known
--
-- Artists are told apart by id. Artists of local files and chart CSV have no id and are told apart
-- by name. An artist that an entry names twice counts once. Entries without artists (episodes),
-- incomplete snapshots and drops don't count.
--
-- Reads playlist_entries, song_artists and artists only for the last 30 dates (recent_snapshots).
WITH entries AS (
    SELECT
        entries.snapshot_date,
        entries.playlist_id,
        entries.position,
        entries.song_id,
        entries.artist_names,
        COALESCE(entries.linked_from_uri, entries.item_uri) AS item_uri
    FROM playlist_entries AS entries
    INNER JOIN recent_snapshots AS snapshots
        ON
            entries.snapshot_date = snapshots.snapshot_date
            AND entries.playlist_id = snapshots.playlist_id
    WHERE snapshots.is_complete AND NOT snapshots.is_drop
),

identified AS (
    SELECT
        entries.*,
        song_artists.artist_id,
        CASE
            WHEN song_artists.artist_id IS NOT NULL THEN ARRAY[CAST(NULL AS varchar)]
            ELSE entries.artist_names
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

-- DISTINCT, because a song can name an artist twice. The name is NULL where there is an id
credits AS (
    SELECT DISTINCT
        identified.snapshot_date,
        identified.playlist_id,
        identified.position,
        identified.item_uri,
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

shares AS (
    SELECT
        playlist_id,
        artist_id,
        name,
        -- Sums of whole numbers, because a sum of fractions depends on the order of the rows
        SUM(CAST(ROUND(1.0E12 / artist_count) AS bigint)) AS weight,
        COUNT(*) AS entries,
        COUNT(DISTINCT item_uri) AS songs,
        COUNT(DISTINCT CASE WHEN artist_count > 1 THEN item_uri END) AS collaborations
    FROM weighted
    GROUP BY playlist_id, artist_id, name
),

recent_artists AS (
    SELECT
        artist_id,
        MAX_BY(name, snapshot_date) FILTER (WHERE name IS NOT NULL) AS name
    FROM artists
    WHERE snapshot_date IN (SELECT recent.snapshot_date FROM recent_snapshots AS recent)
    GROUP BY artist_id
),

relative AS (
    SELECT
        shares.*,
        COALESCE(artists.name, shares.name) AS artist,
        CAST(shares.weight AS double)
        / SUM(shares.weight) OVER (PARTITION BY shares.playlist_id) AS share
    FROM shares
    LEFT JOIN recent_artists AS artists ON shares.artist_id = artists.artist_id
),

ranked AS (
    SELECT
        *,
        SUM(CAST(ROUND(1.0E12 * share * share) AS bigint)) OVER (
            PARTITION BY playlist_id
        ) / 1.0E12 AS concentration,
        ROW_NUMBER() OVER (
            PARTITION BY playlist_id
            ORDER BY ROUND(share, 9) DESC, songs DESC, artist ASC, artist_id ASC
        ) AS rank_number
    FROM relative
)

SELECT
    lists.name AS playlist_name,
    ranked.rank_number,
    ranked.artist,
    ranked.share,
    ranked.entries,
    ranked.songs,
    ranked.collaborations,
    ranked.concentration,
    ranked.playlist_id,
    ranked.artist_id
FROM ranked
INNER JOIN list_names AS lists ON ranked.playlist_id = lists.playlist_id
ORDER BY playlist_name, ranked.playlist_id, ranked.rank_number
