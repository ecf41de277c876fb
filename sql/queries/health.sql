-- Is every list still read, and what is missing from its snapshots?
--
-- Grain: one row per list that has a snapshot, or a raw object that was refused.
--
-- Columns:
--   playlist_name            last known name of the list
--   last_snapshot            newest date with a snapshot of the list, UTC; NULL if there is none
--   last_complete_snapshot   newest date with a complete snapshot
--   days_behind              days from last_snapshot to the newest date in the lake
--   first_snapshot           oldest date with a snapshot of the list
--   snapshots                dates with a snapshot of the list
--   incomplete_snapshots     dates with an incomplete snapshot of the list
--   missing_days             days without a snapshot of the list, from the first of the last 30
--                            dates in the lake (or first_snapshot, if later) to the last
--   longest_gap_days         most missing days in a row
--   null_items               null rows of its last 30 dates
--   not_objects              positions of its last 30 dates whose value is not a JSON object
--   items_without_uri        positions of its last 30 dates whose item has no URI
--   unknown_shapes           positions of its last 30 dates whose item has a form that the job does
--                            not know
--   refused_objects          raw objects that the newest run of their date refused
--   last_refusal             why the newest of them was refused
--   playlist_id              Spotify's id of the list
--
-- missing_days are calendar days: a day on which no list was read is missing too. A refused object
-- counts until a run of its date accepts it, or what replaced it.
--
-- Reads every date of playlists and all of runs, for the first and the last snapshot and the
-- refusals. Reads rejects only for the last 30 dates (recent_snapshots).
WITH bounds AS (
    SELECT
        MIN(snapshot_date) AS first_date,
        MAX(snapshot_date) AS last_date
    FROM recent_snapshots
),

gaps AS (
    SELECT
        playlists.snapshot_date,
        playlists.playlist_id,
        playlists.is_complete,
        bounds.last_date,
        -- A list's last gap ends on the day after the last date in the lake
        COALESCE(
            DATE_DIFF('day', bounds.first_date, LEAD(playlists.snapshot_date) OVER by_date),
            DATE_DIFF('day', bounds.first_date, bounds.last_date) + 1
        ) AS days_in_window,
        COALESCE(
            DATE_DIFF('day', playlists.snapshot_date, LEAD(playlists.snapshot_date) OVER by_date),
            DATE_DIFF('day', playlists.snapshot_date, bounds.last_date) + 1
        ) AS days_to_next
    FROM playlists
    CROSS JOIN bounds
    WINDOW by_date AS (PARTITION BY playlists.playlist_id ORDER BY playlists.snapshot_date)
),

lists AS (
    SELECT
        playlist_id,
        CAST(SUM(GREATEST(LEAST(days_to_next - 1, days_in_window), 0)) AS bigint) AS missing_days,
        MIN(snapshot_date) AS first_snapshot,
        MAX(snapshot_date) AS last_snapshot,
        COUNT(*) AS snapshots,
        MAX(CASE WHEN is_complete THEN snapshot_date END) AS last_complete_snapshot,
        DATE_DIFF('day', MAX(snapshot_date), MAX(last_date)) AS days_behind,
        COUNT(CASE WHEN NOT is_complete THEN 1 END) AS incomplete_snapshots,
        MAX(GREATEST(LEAST(days_to_next - 1, days_in_window), 0)) AS longest_gap_days
    FROM gaps
    GROUP BY playlist_id
),

rejected AS (
    SELECT
        playlist_id,
        COUNT(CASE WHEN reason = 'null_item' THEN 1 END) AS null_items,
        COUNT(CASE WHEN reason = 'not_an_object' THEN 1 END) AS not_objects,
        COUNT(CASE WHEN reason = 'no_uri' THEN 1 END) AS items_without_uri,
        COUNT(CASE WHEN reason = 'unknown_shape' THEN 1 END) AS unknown_shapes
    FROM rejects
    WHERE snapshot_date IN (SELECT recent_snapshots.snapshot_date FROM recent_snapshots)
    GROUP BY playlist_id
),

attempts AS (
    SELECT
        snapshot_date,
        refused_objects,
        ROW_NUMBER() OVER (
            PARTITION BY snapshot_date ORDER BY started_at DESC, run_id DESC
        ) AS attempt_number
    FROM runs
    WHERE job = 'flatten_playlists' AND snapshot_date IS NOT NULL
),

refusals AS (
    SELECT
        attempts.snapshot_date,
        objects.refused[2] AS reason,
        REGEXP_EXTRACT(objects.refused[1], '([0-9A-Za-z_-]+)\.jsonl\.gz$', 1) AS playlist_id
    FROM attempts
    CROSS JOIN
        UNNEST(
            TRANSFORM(attempts.refused_objects, refused -> ARRAY[refused.object, refused.reason])
        ) AS objects (refused)
    WHERE attempts.attempt_number = 1
),

refused AS (
    SELECT
        playlist_id,
        COUNT(*) AS refused_objects,
        MAX_BY(reason, snapshot_date) AS last_refusal
    FROM refusals
    GROUP BY playlist_id
),

combined AS (
    SELECT
        lists.last_snapshot,
        lists.last_complete_snapshot,
        lists.days_behind,
        lists.first_snapshot,
        lists.missing_days,
        lists.longest_gap_days,
        refused.last_refusal,
        COALESCE(lists.snapshots, 0) AS snapshots,
        COALESCE(lists.incomplete_snapshots, 0) AS incomplete_snapshots,
        COALESCE(rejected.null_items, 0) AS null_items,
        COALESCE(rejected.not_objects, 0) AS not_objects,
        COALESCE(rejected.items_without_uri, 0) AS items_without_uri,
        COALESCE(rejected.unknown_shapes, 0) AS unknown_shapes,
        COALESCE(refused.refused_objects, 0) AS refused_objects,
        COALESCE(lists.playlist_id, refused.playlist_id) AS playlist_id
    FROM lists
    FULL OUTER JOIN refused ON lists.playlist_id = refused.playlist_id
    LEFT JOIN rejected ON lists.playlist_id = rejected.playlist_id
)

SELECT
    named.name AS playlist_name,
    combined.last_snapshot,
    combined.last_complete_snapshot,
    combined.days_behind,
    combined.first_snapshot,
    combined.snapshots,
    combined.incomplete_snapshots,
    combined.missing_days,
    combined.longest_gap_days,
    combined.null_items,
    combined.not_objects,
    combined.items_without_uri,
    combined.unknown_shapes,
    combined.refused_objects,
    combined.last_refusal,
    combined.playlist_id
FROM combined
LEFT JOIN playlists_latest AS named ON combined.playlist_id = named.playlist_id
ORDER BY playlist_name, combined.playlist_id
