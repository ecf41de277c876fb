-- How long was every song on every list, if it stays when it is issued again under another URI?
--
-- Grain: one row per list and chain: a stay, together with the stays that continue it.
--
-- Columns:
--   playlist_id            id of the list
--   first_uri              item_uri of the first stay of the chain
--   listed_since           first snapshot of the chain
--   item_uri               item_uri of the last stay of the chain
--   origin_uri             first_uri of the chain that has the first stay of the item first_uri.
--                          All chains that begin with the same URI have the same one. A song that
--                          left and came back under other URIs may have several
--   stay_number            number of the first stay of the chain; over 1: the song came back
--   stays                  stays of the chain; 1 if nothing continues its first stay
--   last_seen_on           last snapshot of the chain
--   exited_on              first complete snapshot without the song, once it is settled
--   missing_since          first complete snapshot without the song while it is not settled that it
--                          left
--   days_spanned           days from listed_since to last_seen_on, both included
--   snapshots_seen         snapshots of the chain
--   entry_position         position on listed_since
--   best_position          smallest position of the chain
--   best_position_on       first date at the best position
--   last_position          position on last_seen_on
--   is_current             not exited so far
--   starts_before_history  no complete snapshot of the list is before listed_since, so the song may
--                          have entered earlier
--
-- The key is playlist_id, first_uri and listed_since; playlist_stays has these columns too. On a
-- date, at most one stay of a chain is on the list.
--
-- Reads all of playlist_stays.
WITH chains AS (
    SELECT
        stays.playlist_id,
        stays.first_uri,
        stays.listed_since,
        CAST(
            DATE_DIFF('day', stays.listed_since, MAX(stays.last_seen_on)) + 1 AS integer
        ) AS days_spanned,
        CAST(SUM(stays.snapshots_seen) AS integer) AS snapshots_seen,
        MAX_BY(stays.item_uri, stays.entered_on) AS item_uri,
        MIN(origins.first_uri) AS origin_uri,
        MIN_BY(stays.stay_number, stays.entered_on) AS stay_number,
        COUNT(*) AS stays,
        MAX(stays.last_seen_on) AS last_seen_on,
        CASE WHEN NOT BOOL_OR(stays.is_current) THEN MAX(stays.exited_on) END AS exited_on,
        MAX(stays.missing_since) AS missing_since,
        MIN_BY(stays.entry_position, stays.entered_on) AS entry_position,
        MIN(stays.best_position) AS best_position,
        MIN_BY(
            stays.best_position_on, ROW(stays.best_position, stays.best_position_on)
        ) AS best_position_on,
        MAX_BY(stays.last_position, stays.entered_on) AS last_position,
        BOOL_OR(stays.is_current) AS is_current,
        BOOL_OR(stays.starts_before_history) AS starts_before_history
    FROM playlist_stays AS stays
    INNER JOIN playlist_stays AS origins
        ON
            stays.playlist_id = origins.playlist_id
            AND stays.first_uri = origins.item_uri
    WHERE origins.stay_number = 1
    GROUP BY stays.playlist_id, stays.first_uri, stays.listed_since
)

SELECT
    playlist_id,
    first_uri,
    listed_since,
    item_uri,
    origin_uri,
    stay_number,
    stays,
    last_seen_on,
    exited_on,
    missing_since,
    days_spanned,
    snapshots_seen,
    entry_position,
    best_position,
    best_position_on,
    last_position,
    is_current,
    starts_before_history
FROM chains
