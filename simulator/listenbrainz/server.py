"""ListenBrainz's `GET /1/metadata/artist/`.

Source: https://listenbrainz.readthedocs.io/en/latest/users/api/metadata.html
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Response, request

from simulator.metadata_server import MetadataServer, RateLimit, json_answer
from simulator.world.genres import MusicDirectory, Tag

_MAX_MBIDS = 1000
_MBID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class SimulatedListenBrainz(MetadataServer):
    """Answers for the artists of a directory; it refuses more than 30 calls in 10 seconds.

    Unknown MBIDs are missing in the answer, and its order is not that of the request.
    """

    root = "/1"

    def __init__(self, directory: MusicDirectory, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.directory = directory
        self._limit = RateLimit(30, 10, clock)

    def answer(self) -> Response:
        is_accepted = self._limit.count()
        response = self._answer() if is_accepted else _error(429, "Rate limit exceeded.")
        response.headers["X-RateLimit-Limit"] = str(self._limit.calls)
        response.headers["X-RateLimit-Remaining"] = str(self._limit.remaining)
        response.headers["X-RateLimit-Reset-In"] = str(self._limit.reset_s)
        return response

    def _answer(self) -> Response:
        if request.path != f"{self.root}/metadata/artist/":
            return _error(404, "Not found")
        mbids = request.args.get("artist_mbids", "").split(",")
        if len(mbids) > _MAX_MBIDS or not all(map(_MBID.fullmatch, mbids)):
            return _error(400, "artist_mbids is not a list of up to 1000 valid MBIDs.")
        known = sorted(self.directory.tags.keys() & set(mbids), reverse=True)
        has_tags = "tag" in request.args.get("inc", "").split()
        return json_answer([self._artist(mbid, has_tags) for mbid in known])

    def _artist(self, mbid: str, has_tags: bool) -> dict[str, Any]:
        artist: dict[str, Any] = {
            "artist_mbid": mbid,
            "name": f"artist {mbid[:4]}",
            "type": "Group",
        }
        tags = self.directory.tags[mbid]
        if has_tags and tags is not None:
            artist["tag"] = {"artist": [_tag(mbid, tag) for tag in tags]}
        return artist


def _tag(mbid: str, tag: Tag) -> dict[str, Any]:
    body: dict[str, Any] = {"artist_mbid": mbid, "count": tag.votes, "tag": tag.name}
    return body | ({"genre_mbid": tag.genre_mbid} if tag.genre_mbid else {})


def _error(status: int, message: str) -> Response:
    return json_answer({"code": status, "error": message}, status)
