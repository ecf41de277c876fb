"""Episodes in responses to clients that ask for tracks only."""

from simulator.world.payloads import Body, Generation


def without_episodes(row: Body, generation: Generation) -> Body:
    """The row with an episode in the shape of a track, or with null in generation 2026.

    Clients have seen both (https://github.com/spotify-api/spotify-api.js/issues/147); which
    generation sends which is not known.
    """
    changed = {
        key: None if generation == "2026" else _as_track(row[key])
        for key in ("item", "track")
        if (row.get(key) or {}).get("type") == "episode"
    }
    return row | changed


def _as_track(episode: Body) -> Body:
    show = episode["show"]
    episode_keys = ("duration_ms", "explicit", "external_urls", "href", "id", "name", "uri")
    album_keys = ("available_markets", "external_urls", "href", "id", "images", "name", "uri")
    artist_keys = ("external_urls", "href", "id", "name", "uri")
    album = {key: show[key] for key in album_keys} | {
        "album_type": "compilation",
        "artists": [],
        "release_date": episode["release_date"],
        "release_date_precision": episode["release_date_precision"],
        "total_tracks": show["total_episodes"],
        "type": "album",
    }
    return {key: episode[key] for key in episode_keys} | {
        "album": album,
        "artists": [{key: show[key] for key in artist_keys} | {"type": "show"}],
        "available_markets": show["available_markets"],
        "disc_number": 0,
        "episode": True,
        "external_ids": {"spotify": episode["uri"]},
        "is_local": False,
        "popularity": 0,
        "preview_url": episode["audio_preview_url"],
        "track": False,
        "track_number": 0,
        "type": "track",
    }
