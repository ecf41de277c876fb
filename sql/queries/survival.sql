-- Which share of the items that entered a list was still there 1, 7 and 30 days later?
--
-- Grain: one row per list and number of days; every list of the lake has its three rows.
--
-- Columns:
--   playlist_name  last known name of the list
--   days           1, 7 or 30 days after the entry
--   entrants       stays that began on the list, re-entries included
--   observed       entrants whose list has a complete snapshot exactly that many days after the
--                  entry
--   still_there    observed entrants whose stay had not ended by then
--   share          still_there / observed; NULL if none was observed
--   playlist_id    Spotify's id of the list
--
-- The items of a list's first snapshot in the lake are not entrants, because it is not known when
-- they entered. An item that left and came back within the days is not still there, because its
-- stay ended.
--
-- Reads all of playlist_stays and every date of playlists: the last 30 dates are too few to see an
-- item 30 days after its entry. Reads no entries.
WITH horizons AS (
    SELECT
        lists.playlist_id,
        lists.name,
        offsets.days
    FROM playlists_latest AS lists
    CROSS JOIN (VALUES (1), (7), (30)) AS offsets (days)
),

entrants AS (
    SELECT
        horizons.playlist_id,
        horizons.name,
        horizons.days,
        stays.entered_on,
        stays.exited_on,
        CAST(DATE_ADD('day', horizons.days, stays.entered_on) AS date) AS observed_on
    FROM horizons
    LEFT JOIN playlist_stays AS stays
        ON
            horizons.playlist_id = stays.playlist_id
            AND NOT stays.starts_before_history
),

counted AS (
    SELECT
        entrants.playlist_id,
        entrants.name,
        entrants.days,
        COUNT(entrants.entered_on) AS entrants,
        COUNT(snapshots.snapshot_date) AS observed,
        COUNT(
            CASE
                WHEN entrants.exited_on IS NULL OR entrants.exited_on > snapshots.snapshot_date
                    THEN snapshots.snapshot_date
            END
        ) AS still_there
    FROM entrants
    LEFT JOIN playlists AS snapshots
        ON
            entrants.playlist_id = snapshots.playlist_id
            AND entrants.observed_on = snapshots.snapshot_date
            AND snapshots.is_complete
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
