-- What is every list made of, during the last 30 dates of the lake?
--
-- Grain: one row per list, aspect, tier and bucket that occurs.
--
-- Columns:
--   playlist_name  last known name of the list
--   aspect         item type, explicit, duration, release age, decade, album type or versions
--   tier           positions that the row counts: all; for explicit also 1-10, 11-50, 51-100 and
--                  over 100
--   bucket_number  number of the bucket in its aspect (of a decade its first year); NULL: unknown
--   bucket         what the recordings of the row have in common; unknown if the data doesn't say
--   appearances    recordings on the list, summed over its complete snapshots that are not drops
--   share          appearances / appearances in all buckets of the aspect, same list and tier
--   recordings     different recordings among them
--   playlist_id    id of the list
--
-- Songs with the same ISRC (the last known one of those dates, hyphens and letter case aside) are
-- versions of one recording. But if any snapshot of the list has two of them, each song with this
-- ISRC is a recording of its own, by its URI. So is an item without an ISRC. A recording counts
-- once a date, at its best position and with the data of that date. The aspect versions says
-- whether a recording was on the list under one URI or several. All aspects except item type are
-- about songs only, so a list without songs has rows for item type only. A duration of 0 is
-- unknown. Release age and decade use the first day of the month or year where Spotify gives no
-- day. A release in the future counts as up to 30 days old. Incomplete snapshots and drops don't
-- count.
--
-- Reads playlist_entries, songs and albums only for the last 30 dates (recent_snapshots).
WITH entries AS (
    SELECT
        entries.snapshot_date,
        entries.playlist_id,
        entries.position,
        entries.item_type,
        songs.is_explicit,
        albums.release_date,
        COALESCE(entries.linked_from_uri, entries.item_uri) AS item_uri,
        -- The stays have the same rule. The first characters are the country; 00 is a placeholder
        CASE
            WHEN
                LENGTH(REPLACE(songs.isrc, '-', '')) = 12
                AND REPLACE(songs.isrc, '-', '') NOT LIKE '00%'
                THEN UPPER(REPLACE(songs.isrc, '-', ''))
        END AS isrc,
        NULLIF(songs.duration_ms, 0) AS duration_ms,
        LOWER(albums.album_type) AS album_type,
        DATE_DIFF('day', albums.release_date, entries.snapshot_date) AS age_days
    FROM playlist_entries AS entries
    INNER JOIN recent_snapshots AS snapshots
        ON
            entries.snapshot_date = snapshots.snapshot_date
            AND entries.playlist_id = snapshots.playlist_id
    LEFT JOIN songs
        ON
            entries.snapshot_date = songs.snapshot_date
            AND entries.song_id = songs.song_id
            AND songs.snapshot_date IN (
                SELECT recent.snapshot_date FROM recent_snapshots AS recent
            )
    LEFT JOIN albums
        ON
            songs.snapshot_date = albums.snapshot_date
            AND songs.album_id = albums.album_id
            AND albums.snapshot_date IN (
                SELECT recent.snapshot_date FROM recent_snapshots AS recent
            )
    WHERE snapshots.is_complete AND NOT snapshots.is_drop
),

-- The text after the date decides between ISRCs of one date
known AS (
    SELECT
        *,
        MAX_BY(isrc, CAST(snapshot_date AS varchar) || isrc) OVER (
            PARTITION BY item_uri
        ) AS known_isrc
    FROM entries
),

compared AS (
    SELECT
        *,
        MIN(item_uri) OVER same_isrc < MAX(item_uri) OVER same_isrc AS is_together
    FROM known
    WINDOW same_isrc AS (PARTITION BY snapshot_date, playlist_id, known_isrc)
),

identified AS (
    SELECT
        *,
        CASE
            WHEN known_isrc IS NULL THEN item_uri
            WHEN BOOL_OR(is_together) OVER (PARTITION BY playlist_id, known_isrc) THEN item_uri
            ELSE known_isrc
        END AS recording
    FROM compared
),

numbered AS (
    SELECT
        *,
        ROW_NUMBER() OVER (
            PARTITION BY snapshot_date, playlist_id, recording ORDER BY position
        ) AS copy_number,
        MIN(item_uri) OVER (PARTITION BY playlist_id, recording)
        = MAX(item_uri) OVER (PARTITION BY playlist_id, recording) AS is_one_version
    FROM identified
),

recordings AS (
    SELECT *
    FROM numbered
    WHERE copy_number = 1
),

aspects (aspect, tier, first_position, last_position) AS (
    VALUES
    ('item type', 'all', 1, 2147483647),
    ('explicit', 'all', 1, 2147483647),
    ('explicit', '1-10', 1, 10),
    ('explicit', '11-50', 11, 50),
    ('explicit', '51-100', 51, 100),
    ('explicit', 'over 100', 101, 2147483647),
    ('duration', 'all', 1, 2147483647),
    ('release age', 'all', 1, 2147483647),
    ('decade', 'all', 1, 2147483647),
    ('album type', 'all', 1, 2147483647),
    ('versions', 'all', 1, 2147483647)
),

buckets (aspect, bucket_number, bucket) AS (
    VALUES
    ('item type', 1, 'song'),
    ('item type', 2, 'episode'),
    ('item type', 3, 'local'),
    ('item type', 4, 'other'),
    ('explicit', 1, 'explicit'),
    ('explicit', 2, 'not explicit'),
    ('duration', 1, 'under 2 min'),
    ('duration', 2, '2 to 3 min'),
    ('duration', 3, '3 to 4 min'),
    ('duration', 4, '4 to 5 min'),
    ('duration', 5, '5 min or more'),
    ('release age', 1, 'up to 30 days'),
    ('release age', 2, '31 to 365 days'),
    ('release age', 3, '1 to 5 years'),
    ('release age', 4, 'over 5 years'),
    ('album type', 1, 'album'),
    ('album type', 2, 'single'),
    ('album type', 3, 'compilation'),
    ('album type', 4, 'ep'),
    ('versions', 1, 'one version'),
    ('versions', 2, 'several versions')
),

classified AS (
    SELECT
        recordings.playlist_id,
        recordings.recording,
        aspects.aspect,
        aspects.tier,
        CAST(
            CASE aspects.aspect
                WHEN 'item type'
                    THEN CASE recordings.item_type
                        WHEN 'song' THEN 1
                        WHEN 'episode' THEN 2
                        WHEN 'local' THEN 3
                        WHEN 'other' THEN 4
                    END
                WHEN 'explicit'
                    THEN CASE
                        WHEN recordings.is_explicit THEN 1
                        WHEN NOT recordings.is_explicit THEN 2
                    END
                WHEN 'duration'
                    THEN CASE
                        WHEN recordings.duration_ms < 120000 THEN 1
                        WHEN recordings.duration_ms < 180000 THEN 2
                        WHEN recordings.duration_ms < 240000 THEN 3
                        WHEN recordings.duration_ms < 300000 THEN 4
                        WHEN recordings.duration_ms >= 300000 THEN 5
                    END
                WHEN 'release age'
                    THEN CASE
                        WHEN recordings.age_days <= 30 THEN 1
                        WHEN recordings.age_days <= 365 THEN 2
                        WHEN recordings.age_days <= 1826 THEN 3
                        WHEN recordings.age_days > 1826 THEN 4
                    END
                WHEN 'decade'
                    THEN YEAR(recordings.release_date) - MOD(YEAR(recordings.release_date), 10)
                WHEN 'album type'
                    THEN CASE recordings.album_type
                        WHEN 'album' THEN 1
                        WHEN 'single' THEN 2
                        WHEN 'compilation' THEN 3
                        WHEN 'ep' THEN 4
                    END
                WHEN 'versions' THEN CASE WHEN recordings.is_one_version THEN 1 ELSE 2 END
            END AS integer
        ) AS bucket_number
    FROM recordings
    INNER JOIN aspects
        ON
            recordings.position BETWEEN aspects.first_position AND aspects.last_position
            AND (recordings.item_type = 'song' OR aspects.aspect = 'item type')
),

counted AS (
    SELECT
        playlist_id,
        aspect,
        tier,
        bucket_number,
        COUNT(*) AS appearances,
        COUNT(DISTINCT recording) AS recordings
    FROM classified
    GROUP BY playlist_id, aspect, tier, bucket_number
),

shares AS (
    SELECT
        counted.*,
        CAST(counted.appearances AS double)
        / SUM(counted.appearances) OVER (
            PARTITION BY counted.playlist_id, counted.aspect, counted.tier
        ) AS share,
        CASE
            WHEN counted.aspect = 'decade' AND counted.bucket_number IS NOT NULL
                THEN CAST(counted.bucket_number AS varchar) || 's'
            ELSE COALESCE(buckets.bucket, 'unknown')
        END AS bucket
    FROM counted
    LEFT JOIN buckets
        ON
            counted.aspect = buckets.aspect
            AND counted.bucket_number = buckets.bucket_number
)

SELECT
    lists.name AS playlist_name,
    shares.aspect,
    shares.tier,
    shares.bucket_number,
    shares.bucket,
    shares.appearances,
    shares.share,
    shares.recordings,
    shares.playlist_id
FROM shares
INNER JOIN list_names AS lists ON shares.playlist_id = lists.playlist_id
ORDER BY playlist_name, shares.playlist_id, shares.aspect, shares.tier, shares.bucket_number
