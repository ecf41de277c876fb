-- Is every list still read, and what is missing from what was read?
--
-- Grain: one row per list that has a snapshot, or a raw object that was refused.
--
-- Columns:
--   playlist_name            last known name of the list
--   last_snapshot            last date with a snapshot of the list, UTC; NULL if there is none
--   last_complete_snapshot   last date with a complete one
--   days_behind              days from last_snapshot to the last date in the lake
--   first_snapshot           first kept date with a snapshot of the list
--   snapshots                dates with a snapshot of the list
--   incomplete_snapshots     those of them that are incomplete
--   missing_days             days without a snapshot of the list, from the first of the last 30
--                            dates in the lake (or first_snapshot, if later) to the last
--   longest_gap_days         the most of them in a row
--   null_items               positions of its last 30 dates that held nothing
--   not_objects              positions of its last 30 dates that held something unreadable
--   items_without_uri        positions of its last 30 dates that held an item without URI
--   refused_objects          raw objects that the last run of their date refused
--   last_refusal             why the last of them was refused
--   playlist_id              Spotify's id of the list
--
-- missing_days are days of the calendar: a day on which no list was read is missing too.
-- A refused object counts until a run of its date takes it, or what replaced it.
--
-- Needs the whole history of playlists and runs, for the first and the last snapshot. rejects is
-- bound to the last 30 dates: which these are is known only when playlists has been read, so it is
-- a dynamic filter on snapshot_date.
WITH bounds AS (
    SELECT
        MIN(snapshot_date) AS first_date,
        MAX(snapshot_date) AS last_date
    FROM recent_snapshots
),

followed AS (
    SELECT
        playlists.snapshot_date,
        playlists.playlist_id,
        playlists.name,
        playlists.is_complete,
        bounds.last_date,
        -- The day after the last date closes the last gap
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
        MAX_BY(name, snapshot_date) FILTER (WHERE name IS NOT NULL) AS name,
        MAX(CASE WHEN is_complete THEN snapshot_date END) AS last_complete_snapshot,
        DATE_DIFF('day', MAX(snapshot_date), MAX(last_date)) AS days_behind,
        COUNT(CASE WHEN NOT is_complete THEN 1 END) AS incomplete_snapshots,
        MAX(GREATEST(LEAST(days_to_next - 1, days_in_window), 0)) AS longest_gap_days
    FROM followed
    GROUP BY playlist_id
),

rejected AS (
    SELECT
        playlist_id,
        COUNT(CASE WHEN reason = 'null_item' THEN 1 END) AS null_items,
        COUNT(CASE WHEN reason = 'not_an_object' THEN 1 END) AS not_objects,
        COUNT(CASE WHEN reason = 'no_uri' THEN 1 END) AS items_without_uri
    FROM rejects
    WHERE snapshot_date IN (SELECT recent_snapshots.snapshot_date FROM recent_snapshots)
    GROUP BY playlist_id
),

tried AS (
    SELECT
        snapshot_date,
        refused_objects,
        ROW_NUMBER() OVER (
            PARTITION BY snapshot_date ORDER BY started_at DESC, run_id DESC
        ) AS age
    FROM runs
    WHERE job = 'flatten_playlists' AND snapshot_date IS NOT NULL
),

refusals AS (
    SELECT
        tried.snapshot_date,
        objects.refused[2] AS reason,
        REGEXP_EXTRACT(objects.refused[1], '([0-9A-Za-z_-]+)\.jsonl\.gz$', 1) AS playlist_id
    FROM tried
    CROSS JOIN
        UNNEST(
            TRANSFORM(tried.refused_objects, refused -> ARRAY[refused.object, refused.reason])
        ) AS objects (refused)
    WHERE tried.age = 1
),

refused AS (
    SELECT
        playlist_id,
        COUNT(*) AS refused_objects,
        MAX_BY(reason, snapshot_date) AS last_refusal
    FROM refusals
    GROUP BY playlist_id
),

described AS (
    SELECT
        lists.name,
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
        COALESCE(refused.refused_objects, 0) AS refused_objects,
        COALESCE(lists.playlist_id, refused.playlist_id) AS playlist_id
    FROM lists
    FULL OUTER JOIN refused ON lists.playlist_id = refused.playlist_id
    LEFT JOIN rejected ON lists.playlist_id = rejected.playlist_id
)

SELECT
    name AS playlist_name,
    last_snapshot,
    last_complete_snapshot,
    days_behind,
    first_snapshot,
    snapshots,
    incomplete_snapshots,
    missing_days,
    longest_gap_days,
    null_items,
    not_objects,
    items_without_uri,
    refused_objects,
    last_refusal,
    playlist_id
FROM described
ORDER BY playlist_name, playlist_id
