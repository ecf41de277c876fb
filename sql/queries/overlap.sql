-- How many items do two lists share, and how many days later do they reach the other list?
--
-- Grain: one row per list and other list, so two rows per pair. A list without items during the
-- last 30 dates of the lake has no rows. A lake with one list has none.
--
-- Columns:
--   playlist_name        last known name of the list
--   other_playlist_name  last known name of the other list
--   items                different items on the list during the last 30 dates of the lake
--   other_items          different items on the other list during those dates
--   shared               items that both lists had during those dates
--   share                shared / items
--   jaccard              shared / items on either list
--   reached_later        shared items that entered this list first, and the other on a later date
--   median_days_later    median of the days between the two entries; NULL if reached_later is 0
--   min_days_later       fewest days between the two entries
--   max_days_later       most days between the two entries
--   playlist_id          id of the list
--   other_playlist_id    id of the other list
--
-- An item entered a list when its first chain there began (stay_chains): with the first snapshot
-- that has it, also an incomplete one or a drop, or with the song that it continues under another
-- URI. If no complete snapshot of the list is before that, the date is unknown: the item counts in
-- shared, but not in reached_later. Items are told apart by URI. So a song that was issued again
-- counts under both URIs, each with the date on which the chain began.
--
-- Reads all of playlist_stays, for when items entered, and of list_snapshots. Reads no entries.
WITH arrivals AS (
    SELECT
        stays.playlist_id,
        stays.item_uri,
        MIN(stays.listed_since) AS first_on,
        MAX(stays.last_seen_on) AS last_seen_on,
        BOOL_OR(stay_chains.starts_before_history) AS is_entry_unknown
    FROM playlist_stays AS stays
    INNER JOIN stay_chains
        ON
            stays.playlist_id = stay_chains.playlist_id
            AND stays.first_uri = stay_chains.first_uri
            AND stays.listed_since = stay_chains.listed_since
    GROUP BY stays.playlist_id, stays.item_uri
),

items AS (
    SELECT
        playlist_id,
        item_uri,
        CASE WHEN NOT is_entry_unknown THEN first_on END AS entered_on
    FROM arrivals
    WHERE last_seen_on >= (
        SELECT MIN(recent_snapshots.snapshot_date) FROM recent_snapshots
    )
),

sizes AS (
    SELECT
        playlist_id,
        COUNT(*) AS items
    FROM items
    GROUP BY playlist_id
),

shared AS (
    SELECT
        here.playlist_id,
        there.playlist_id AS other_playlist_id,
        here.item_uri,
        CASE
            WHEN here.entered_on < there.entered_on
                THEN DATE_DIFF('day', here.entered_on, there.entered_on)
        END AS days_later
    FROM items AS here
    INNER JOIN items AS there
        ON
            here.item_uri = there.item_uri
            AND here.playlist_id <> there.playlist_id
),

numbered AS (
    SELECT
        *,
        COUNT(days_later) OVER (PARTITION BY playlist_id, other_playlist_id) AS reached,
        ROW_NUMBER() OVER (
            PARTITION BY playlist_id, other_playlist_id
            ORDER BY days_later, item_uri
        ) AS row_number
    FROM shared
),

counted AS (
    SELECT
        playlist_id,
        other_playlist_id,
        COUNT(*) AS shared,
        COUNT(days_later) AS reached_later,
        -- NULLs have the highest row numbers, so this is the middle row of those with days_later,
        -- or the mean of the two middle rows
        AVG(
            CASE WHEN 2 * row_number BETWEEN reached AND reached + 2 THEN days_later END
        ) AS median_days_later,
        MIN(days_later) AS min_days_later,
        MAX(days_later) AS max_days_later
    FROM numbered
    GROUP BY playlist_id, other_playlist_id
),

pairs AS (
    SELECT
        sizes.playlist_id,
        sizes.items,
        other_sizes.playlist_id AS other_playlist_id,
        other_sizes.items AS other_items,
        counted.median_days_later,
        counted.min_days_later,
        counted.max_days_later,
        COALESCE(counted.shared, 0) AS shared,
        COALESCE(counted.reached_later, 0) AS reached_later
    FROM sizes
    INNER JOIN sizes AS other_sizes ON sizes.playlist_id <> other_sizes.playlist_id
    LEFT JOIN counted
        ON
            sizes.playlist_id = counted.playlist_id
            AND other_sizes.playlist_id = counted.other_playlist_id
),

shares AS (
    SELECT
        *,
        CAST(shared AS double) / items AS share,
        CAST(shared AS double) / (items + other_items - shared) AS jaccard
    FROM pairs
)

SELECT
    lists.name AS playlist_name,
    other_lists.name AS other_playlist_name,
    shares.items,
    shares.other_items,
    shares.shared,
    shares.share,
    shares.jaccard,
    shares.reached_later,
    shares.median_days_later,
    shares.min_days_later,
    shares.max_days_later,
    shares.playlist_id,
    shares.other_playlist_id
FROM shares
LEFT JOIN list_names AS lists ON shares.playlist_id = lists.playlist_id
LEFT JOIN list_names AS other_lists ON shares.other_playlist_id = other_lists.playlist_id
ORDER BY playlist_name, shares.playlist_id, other_playlist_name, shares.other_playlist_id
