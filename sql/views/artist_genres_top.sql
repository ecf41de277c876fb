-- What is the first genre of every artist?
--
-- Grain: one row per artist that has a genre.
--
-- Columns:
--   artist_id   Spotify's id of the artist
--   artist      last known name of the artist
--   genre       the genre with the most votes; ties: the first name in the alphabet
--   genre_mbid  MusicBrainz' id of the genre
--   votes       votes for the genre
--   share       votes / votes for all genres of the artist
--   genres      genres that the artist has
--   fetched_on  UTC date of the answer that has the genre
--
-- The name is NULL if no date in the lake has the artist any more. Genres: MusicBrainz and
-- ListenBrainz contributors, CC BY-NC-SA 3.0.
--
-- Reads all of artist_genres, and every date of artists for the last known names (artists_latest).
WITH ranked AS (
    SELECT
        *,
        ROW_NUMBER() OVER (PARTITION BY artist_id ORDER BY votes DESC, genre ASC) AS rank_number,
        COUNT(*) OVER (PARTITION BY artist_id) AS genres
    FROM artist_genres
)

SELECT
    ranked.artist_id,
    artists.name AS artist,
    ranked.genre,
    ranked.genre_mbid,
    ranked.votes,
    ranked.share,
    ranked.genres,
    ranked.fetched_on
FROM ranked
LEFT JOIN artists_latest AS artists ON ranked.artist_id = artists.artist_id
WHERE ranked.rank_number = 1
