"""MusicBrainz's `GET /ws/2/url`, as https://musicbrainz.org/doc/MusicBrainz_API describes it."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from flask import Response, request

from simulator.metadata_server import MetadataServer, RateLimit, json_answer
from simulator.world.genres import Link, MusicDirectory

_SPOTIFY_ARTIST = "https://open.spotify.com/artist/"
# More are cut off without a word
_MAX_RESOURCES = 100
_INCS = {"artist-rels", "label-rels", "recording-rels", "release-rels", "url-rels"}
_HELP = "For usage, please see: https://musicbrainz.org/development/mmd"


class SimulatedMusicBrainz(MetadataServer):
    """Answers for the Spotify artists of a directory.

    It refuses more than one call a second, on average over 10 seconds, and calls without a
    User-Agent that names program, version and an address.
    """

    root = "/ws/2"

    def __init__(self, directory: MusicDirectory, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.directory = directory
        self._limit = RateLimit(10, 10, clock)

    def answer(self) -> Response:
        if not self._limit.count():
            return _error(503, "Your requests are exceeding the allowable rate limit.")
        if not re.fullmatch(r"[^/()]+/\S+ \( \S+ \)", request.headers.get("User-Agent", "")):
            return _error(403, "Your User-Agent does not name your application.")
        if request.path != f"{self.root}/url":
            return _error(404, "Not Found")
        for inc in request.args.get("inc", "").split():
            if inc not in _INCS:
                return _error(400, f"{inc} is not a valid inc parameter for the url resource.")
        if request.args.get("fmt") != "json":
            return Response("<metadata/>", 200, mimetype="application/xml")
        return self._urls(request.args.getlist("resource")[:_MAX_RESOURCES])

    def _urls(self, resources: list[str]) -> Response:
        found = [
            self._url(resource) for resource in sorted(set(resources)) if self._links(resource)
        ]
        if len(resources) == 1:
            return json_answer(found[0]) if found else _error(404, "Not Found")
        return json_answer({"url-count": len(found), "url-offset": 0, "urls": found})

    def _links(self, resource: str) -> list[Link]:
        if not resource.startswith(_SPOTIFY_ARTIST):
            return []
        return self.directory.links.get(resource.removeprefix(_SPOTIFY_ARTIST), [])

    def _url(self, resource: str) -> dict[str, Any]:
        return {
            "id": str(uuid5(NAMESPACE_URL, resource)),
            "resource": resource,
            "relations": [_relation(link) for link in self._links(resource)],
        }


def _relation(link: Link) -> dict[str, Any]:
    return {
        "type": link.kind,
        "type-id": str(uuid5(NAMESPACE_URL, link.kind)),
        "target-type": "artist",
        "direction": "backward",
        "begin": None,
        "end": None,
        "ended": link.ended,
        "attributes": [],
        "artist": {
            "id": link.mbid,
            "name": link.name,
            "sort-name": link.name,
            "type": "Group",
            "country": None,
            "disambiguation": "",
        },
    }


def _error(status: int, message: str) -> Response:
    return json_answer({"error": message, "help": _HELP}, status)
