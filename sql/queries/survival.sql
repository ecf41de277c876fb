-- Which share of the items that entered a list was still there 1, 7 and 30 days later?
--
-- Grain: one row per list and number of days; every list of the lake has its three rows.
--
-- Columns:
--   playlist_name  last known name of the list
--   days           1, 7 or 30 days after the entry
--   entrants       chains of stays that began on the list, re-entries included
--   observed       entrants whose list has a complete snapshot exactly that many days after the
--                  entry, which is not a drop
--   still_there    observed entrants whose chain had not ended by then
--   share          still_there / observed; NULL if none was observed
--   playlist_id    id of the list
--
-- The items of a list's first complete snapshot in the lake, and of incomplete ones before, are not
-- entrants, because it is not known when they entered. Any later snapshot can have entrants, also
-- an incomplete one or a drop. An item that left and came back within the days is not still there,
-- because its chain ended. A song that was issued again under another URI is still there, because
-- its chain goes on (stay_chains).
--
-- Reads all of playlist_stays and list_snapshots: the last 30 dates are too few to see an item 30
-- days after its entry. Reads no entries.
WITH horizons AS (
    SELECT
        lists.playlist_id,
        lists.name,
        offsets.days
    FROM list_names AS lists
    CROSS JOIN (VALUES (1), (7), (30)) AS offsets (days)
),

entrants AS (
    SELECT
        horizons.playlist_id,
        horizons.name,
        horizons.days,
        chains.listed_since,
        chains.exited_on,
        CAST(DATE_ADD('day', horizons.days, chains.listed_since) AS date) AS observed_on
    FROM horizons
    LEFT JOIN stay_chains AS chains
        ON
            horizons.playlist_id = chains.playlist_id
            AND NOT chains.starts_before_history
),

counted AS (
    SELECT
        entrants.playlist_id,
        entrants.name,
        entrants.days,
        COUNT(entrants.listed_since) AS entrants,
        COUNT(snapshots.snapshot_date) AS observed,
        COUNT(
            CASE
                WHEN entrants.exited_on IS NULL OR entrants.exited_on > snapshots.snapshot_date
                    THEN snapshots.snapshot_date
            END
        ) AS still_there
    FROM entrants
    LEFT JOIN list_snapshots AS snapshots
        ON
            entrants.playlist_id = snapshots.playlist_id
            AND entrants.observed_on = snapshots.snapshot_date
            AND snapshots.is_complete
            AND NOT snapshots.is_drop
    GROUP BY entrants.playlist_id, entrants.name, entrants.days
),

shares AS (
    SELECT
        *,
        CAST(still_there AS double) / NULLIF(observed, 0) AS share
    FROM counted
)

SELECT
    name AS playlist_name,
    days,
    entrants,
    observed,
    still_there,
    share,
    playlist_id
FROM shares
ORDER BY playlist_name, playlist_id, days
