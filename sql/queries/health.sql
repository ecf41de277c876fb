-- Is every list still read, and what is missing from its snapshots?
--
-- Grain: one row per list that has a snapshot, an outcome, or a raw object that was refused.
--
-- Columns:
--   playlist_name            last known name of the list; NULL if it was never read
--   last_snapshot            newest date with a snapshot of the list, UTC: it is read until then;
--                            NULL if it was never read
--   last_complete_snapshot   newest date with a complete snapshot
--   days_behind              days from last_snapshot to the newest date in the lake
--   last_outcome             outcome of the last attempt to read the list: extracted, incomplete,
--                            already_present, not_found, forbidden, throttled, failed or pending;
--                            NULL if there was none (imported lists)
--   last_reason              a sentence that explains last_outcome
--   outcome_since            first date after last_snapshot from which on every attempt had
--                            last_outcome; NULL if that is extracted, incomplete or
--                            already_present: the list is read
--   last_attempt             time of the last attempt, UTC
--   first_snapshot           oldest date with a snapshot of the list
--   snapshots                dates with a snapshot of the list
--   incomplete_snapshots     dates with an incomplete snapshot of the list
--   drops                    dates with a drop: a complete snapshot of the list with less than half
--                            of the items of the complete snapshot before, which had at least 10
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
--   playlist_id              id of the list
--
-- A list that is no longer followed keeps its row, with the outcome of its last attempt. The dates
-- of the lake are those with a snapshot. missing_days are calendar days: a day on which no list was
-- read is missing too. A refused object counts until a run of its date accepts it, or what replaced
-- it.
--
-- Reads all of list_snapshots and runs, and every date of outcomes, for the first and the last
-- snapshot, the outcomes and the refusals. Reads rejects only for the last 30 dates
-- (recent_snapshots).
WITH bounds AS (
    SELECT
        MIN(snapshot_date) AS first_date,
        MAX(snapshot_date) AS last_date
    FROM recent_snapshots
),

gaps AS (
    SELECT
        snapshots.snapshot_date,
        snapshots.playlist_id,
        snapshots.is_complete,
        snapshots.is_drop,
        bounds.last_date,
        -- A list's last gap ends on the day after the last date in the lake
        COALESCE(
            DATE_DIFF('day', bounds.first_date, LEAD(snapshots.snapshot_date) OVER by_date),
            DATE_DIFF('day', bounds.first_date, bounds.last_date) + 1
        ) AS days_in_window,
        COALESCE(
            DATE_DIFF('day', snapshots.snapshot_date, LEAD(snapshots.snapshot_date) OVER by_date),
            DATE_DIFF('day', snapshots.snapshot_date, bounds.last_date) + 1
        ) AS days_to_next
    FROM list_snapshots AS snapshots
    CROSS JOIN bounds
    WINDOW by_date AS (PARTITION BY snapshots.playlist_id ORDER BY snapshots.snapshot_date)
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
        COUNT(CASE WHEN is_drop THEN 1 END) AS drops,
        MAX(GREATEST(LEAST(days_to_next - 1, days_in_window), 0)) AS longest_gap_days
    FROM gaps
    GROUP BY playlist_id
),

attempts AS (
    SELECT
        playlist_id,
        snapshot_date,
        outcome,
        FIRST_VALUE(outcome) OVER newest_first AS last_outcome,
        FIRST_VALUE(reason) OVER newest_first AS last_reason,
        FIRST_VALUE(attempted_at) OVER newest_first AS last_attempt
    FROM outcomes
    WINDOW newest_first AS (PARTITION BY playlist_id ORDER BY snapshot_date DESC)
),

-- broken_on: after this date every attempt has the last outcome, and the list has no snapshot
unbroken AS (
    SELECT
        attempts.*,
        MAX(
            CASE
                WHEN
                    attempts.outcome <> attempts.last_outcome
                    OR attempts.snapshot_date <= lists.last_snapshot
                    THEN attempts.snapshot_date
            END
        ) OVER (PARTITION BY attempts.playlist_id) AS broken_on
    FROM attempts
    LEFT JOIN lists ON attempts.playlist_id = lists.playlist_id
),

attempted AS (
    SELECT
        playlist_id,
        last_outcome,
        last_reason,
        last_attempt,
        CASE
            WHEN last_outcome NOT IN ('extracted', 'incomplete', 'already_present')
                -- On the date of the last snapshot too an attempt may have failed
                THEN COALESCE(
                    MIN(
                        CASE
                            WHEN broken_on IS NULL OR snapshot_date > broken_on THEN snapshot_date
                        END
                    ), MAX(snapshot_date)
                )
        END AS outcome_since
    FROM unbroken
    GROUP BY playlist_id, last_outcome, last_reason, last_attempt
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

builds AS (
    SELECT
        snapshot_date,
        refused_objects,
        ROW_NUMBER() OVER (
            PARTITION BY snapshot_date ORDER BY started_at DESC, run_id DESC
        ) AS build_number
    FROM runs
    WHERE job = 'flatten_playlists' AND snapshot_date IS NOT NULL
),

refusals AS (
    SELECT
        builds.snapshot_date,
        objects.refused[2] AS reason,
        REGEXP_EXTRACT(objects.refused[1], '([0-9A-Za-z_-]+)\.jsonl\.gz$', 1) AS playlist_id
    FROM builds
    CROSS JOIN
        UNNEST(
            TRANSFORM(builds.refused_objects, refused -> ARRAY[refused.object, refused.reason])
        ) AS objects (refused)
    WHERE builds.build_number = 1
),

refused AS (
    SELECT
        playlist_id,
        COUNT(*) AS refused_objects,
        MAX_BY(reason, snapshot_date) AS last_refusal
    FROM refusals
    GROUP BY playlist_id
),

every_list AS (
    SELECT lists.playlist_id FROM lists
    UNION DISTINCT
    SELECT refused.playlist_id FROM refused
    UNION DISTINCT
    SELECT attempted.playlist_id FROM attempted
),

combined AS (
    SELECT
        every_list.playlist_id,
        lists.last_snapshot,
        lists.last_complete_snapshot,
        lists.days_behind,
        attempted.last_outcome,
        attempted.last_reason,
        attempted.outcome_since,
        attempted.last_attempt,
        lists.first_snapshot,
        lists.missing_days,
        lists.longest_gap_days,
        refused.last_refusal,
        named.name AS playlist_name,
        COALESCE(lists.snapshots, 0) AS snapshots,
        COALESCE(lists.incomplete_snapshots, 0) AS incomplete_snapshots,
        COALESCE(lists.drops, 0) AS drops,
        COALESCE(rejected.null_items, 0) AS null_items,
        COALESCE(rejected.not_objects, 0) AS not_objects,
        COALESCE(rejected.items_without_uri, 0) AS items_without_uri,
        COALESCE(rejected.unknown_shapes, 0) AS unknown_shapes,
        COALESCE(refused.refused_objects, 0) AS refused_objects
    FROM every_list
    LEFT JOIN lists ON every_list.playlist_id = lists.playlist_id
    LEFT JOIN attempted ON every_list.playlist_id = attempted.playlist_id
    LEFT JOIN rejected ON every_list.playlist_id = rejected.playlist_id
    LEFT JOIN refused ON every_list.playlist_id = refused.playlist_id
    LEFT JOIN list_names AS named ON every_list.playlist_id = named.playlist_id
)

SELECT
    playlist_name,
    last_snapshot,
    last_complete_snapshot,
    days_behind,
    last_outcome,
    last_reason,
    outcome_since,
    last_attempt,
    first_snapshot,
    snapshots,
    incomplete_snapshots,
    drops,
    missing_days,
    longest_gap_days,
    null_items,
    not_objects,
    items_without_uri,
    unknown_shapes,
    refused_objects,
    last_refusal,
    playlist_id
FROM combined
ORDER BY playlist_name, playlist_id
