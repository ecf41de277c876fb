"""Episodes as they come to whoever asks for tracks alone."""

from simulator.world.payloads import Body, Generation


def without_episodes(row: Body, generation: Generation) -> Body:
    """A row whose episode is shaped like a track; in the 2026 generation it is null.

    Both have been seen (https://github.com/spotify-api/spotify-api.js/issues/147), though not
    of which generation.
    """
    changed = {
        key: None if generation == "2026" else _as_track(row[key])
        for key in ("item", "track")
        if (row.get(key) or {}).get("type") == "episode"
    }
    return row | changed


def _as_track(episode: Body) -> Body:
    show = episode["show"]
    same = ("duration_ms", "explicit", "external_urls", "href", "id", "name", "uri")
    shown_as_album = ("available_markets", "external_urls", "href", "id", "images", "name", "uri")
    album = {key: show[key] for key in shown_as_album} | {
        "album_type": "compilation",
        "artists": [],
        "release_date": episode["release_date"],
        "release_date_precision": episode["release_date_precision"],
        "total_tracks": show["total_episodes"],
        "type": "album",
    }
    singer = {key: show[key] for key in ("external_urls", "href", "id", "name", "uri")}
    return {key: episode[key] for key in same} | {
        "album": album,
        "artists": [singer | {"type": "show"}],
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
