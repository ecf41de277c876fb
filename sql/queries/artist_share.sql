-- How much of every list does each artist fill, and how often together with others, during the
-- last 30 dates of the lake?
--
-- Grain: one row per list and artist.
--
-- Columns:
--   playlist_name   last known name of the list during those dates
--   rank_number     1 is the artist with the largest share; ties: more songs, then the name
--   artist          name of the artist
--   share           share of the list's entries, over all its complete snapshots; an entry with
--                   several artists counts in equal parts for each, so the shares of a list add up
--                   to 1
--   entries         entries that have the artist, over all those snapshots
--   songs           different songs among them
--   collaborations  different songs among them that have another artist too
--   concentration   of the list, the same in all its rows: the sum of the squared shares
--                   (Herfindahl index); 1 if one artist has all, 1/n if n artists have equal shares
--   playlist_id     Spotify's id of the list
--   artist_id       Spotify's id of the artist; NULL if only the name is known
--
-- Artists are told apart by id. Artists of local files and chart CSV have no id and are told apart
-- by name. Entries without artists (episodes) and incomplete snapshots don't count.
--
-- Reads playlist_entries, song_artists and artists only for the last 30 dates (recent_snapshots).
WITH snapshots AS (
    SELECT
        snapshot_date,
        playlist_id,
        name
    FROM recent_snapshots
    WHERE is_complete
),

lists AS (
    SELECT
        playlist_id,
        MAX_BY(name, snapshot_date) FILTER (WHERE name IS NOT NULL) AS name
    FROM snapshots
    GROUP BY playlist_id
),

song_credits AS (
    SELECT
        song_artists.snapshot_date,
        song_artists.song_id,
        song_artists.artist_id,
        artists.name
    FROM song_artists
    INNER JOIN artists
        ON
            song_artists.snapshot_date = artists.snapshot_date
            AND song_artists.artist_id = artists.artist_id
    WHERE
        song_artists.snapshot_date IN (SELECT snapshots.snapshot_date FROM snapshots)
        AND artists.snapshot_date IN (SELECT snapshots.snapshot_date FROM snapshots)
),

entries AS (
    SELECT
        entries.snapshot_date,
        entries.playlist_id,
        entries.position,
        entries.song_id,
        entries.artist_names,
        COALESCE(entries.linked_from_uri, entries.item_uri) AS item_uri
    FROM playlist_entries AS entries
    INNER JOIN snapshots
        ON
            entries.snapshot_date = snapshots.snapshot_date
            AND entries.playlist_id = snapshots.playlist_id
),

identified AS (
    SELECT
        entries.*,
        song_credits.artist_id,
        CASE
            WHEN song_credits.artist_id IS NOT NULL THEN ARRAY[song_credits.name]
            ELSE entries.artist_names
        END AS names
    FROM entries
    LEFT JOIN song_credits
        ON
            entries.snapshot_date = song_credits.snapshot_date
            AND entries.song_id = song_credits.song_id
),

credits AS (
    SELECT
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
        MAX_BY(name, snapshot_date) FILTER (WHERE name IS NOT NULL) AS artist,
        -- Sums of whole numbers, because a sum of fractions depends on the order of the rows
        SUM(CAST(ROUND(1.0E12 / artist_count) AS bigint)) AS weight,
        COUNT(*) AS entries,
        COUNT(DISTINCT item_uri) AS songs,
        COUNT(DISTINCT CASE WHEN artist_count > 1 THEN item_uri END) AS collaborations
    FROM weighted
    GROUP BY playlist_id, artist_id, CASE WHEN artist_id IS NULL THEN name END
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
INNER JOIN lists ON ranked.playlist_id = lists.playlist_id
ORDER BY playlist_name, ranked.playlist_id, ranked.rank_number
