"""The Web API's endpoints for playlists, with Spotify's checks, bodies and errors."""

import re
from collections.abc import Sequence
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from simulator.spotify.accounts import AccessRefused
from simulator.spotify.episodes import without_episodes
from simulator.spotify.library import USER_ID, Served
from simulator.spotify.responses import api_error, json_response
from simulator.spotify.state import State
from simulator.world.payloads import Body, reference

_PATH_LIMIT = {"items": 50, "tracks": 100}


def web_api(state: State) -> Blueprint:
    """`/v1/me`, `/v1/me/playlists`, `/v1/playlists/{id}` and its `/items` and `/tracks`."""
    api = Blueprint("web_api", __name__, url_prefix="/v1")

    @api.before_request
    def authorised() -> Response | None:
        return _refused_token(state)

    @api.get("/me")
    def me() -> Response:
        return json_response(_user(state.served(), USER_ID))

    @api.get("/me/playlists")
    def my_playlists() -> Response:
        if (refused := _refused_scope("playlist-read-private")) is not None:
            return refused
        served, ids = state.served(), state.library.ids()
        url = f"{served.base_url}/me/playlists"
        bounds = _bounds(default_limit=20, max_limit=50)
        if isinstance(bounds, Response):
            return bounds
        offset, limit = bounds
        shown = [_simplified(state, one, served) for one in ids[offset : offset + limit]]
        return json_response(_page(url, shown, offset, limit, len(ids)))

    @api.get("/playlists/<playlist_id>")
    def playlist(playlist_id: str) -> Response:
        if (refused := _unknown_list(state, playlist_id)) is not None:
            return refused
        served = state.served()
        body = state.library.face(playlist_id, served)
        for path in _shown_paths(state, playlist_id, served):
            body[path] = _items_page(
                state, playlist_id, served, path, offset=0, limit=_PATH_LIMIT[path]
            )
        fields = request.args.get("fields")
        if fields is None:
            return json_response(body)
        if not re.fullmatch(r"[a-z_,]*", fields):
            return api_error(501, "The simulated Spotify knows top-level fields only")
        return json_response({key: body[key] for key in fields.split(",") if key in body})

    @api.get("/playlists/<playlist_id>/<any(items, tracks):path>")
    def items(playlist_id: str, path: str) -> Response:
        served = state.served()
        refused = _unknown_list(state, playlist_id) or _refused_scope("playlist-read-private")
        if refused is not None:
            return refused
        if path == "tracks" and served.generation == "2026":
            return api_error(403, "Forbidden")
        if not state.library.may_read_items(playlist_id, served.generation):
            return api_error(403, "Forbidden")
        # 20 is documented for the new path, 100 was for the old one.
        bounds = _bounds(default_limit=20 if path == "items" else 100, max_limit=_PATH_LIMIT[path])
        if isinstance(bounds, Response):
            return bounds
        offset, limit = bounds
        return json_response(
            _items_page(state, playlist_id, served, path, offset=offset, limit=limit)
        )

    @api.app_errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        message = "Service not found" if error.code == 404 else str(error.name)
        return api_error(error.code or 500, message)

    return api


def _refused_token(state: State) -> Response | None:
    header = request.headers.get("Authorization", "")
    if not header:
        return api_error(401, "No token provided")
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        return api_error(400, "Only valid bearer authentication supported")
    try:
        request.environ["simulator.scope"] = state.accounts.scope_of(token)
    except AccessRefused as refused:
        return api_error(401, str(refused))
    return None


def _refused_scope(needed: str) -> Response | None:
    if needed in request.environ["simulator.scope"].split():
        return None
    return api_error(403, "Insufficient client scope")


def _unknown_list(state: State, playlist_id: str) -> Response | None:
    if not re.fullmatch(r"[0-9A-Za-z]{22}", playlist_id):
        return api_error(400, "Invalid base62 id")
    if not state.library.has(playlist_id):
        return api_error(404, "Resource not found")
    return None


def _shown_paths(state: State, playlist_id: str, served: Served) -> list[str]:
    """Under which keys a playlist object has its first page, if it has it at all."""
    match served.generation:
        case "legacy":
            return ["tracks"]
        case "transitional":
            return ["tracks", "items"]
    return ["items"] if state.library.may_read_items(playlist_id, "2026") else []


def _bounds(*, default_limit: int, max_limit: int) -> tuple[int, int] | Response:
    """Offset and limit of a page, or what Spotify answers to wrong ones."""
    try:
        limit = int(request.args.get("limit", default_limit))
        offset = int(request.args.get("offset", 0))
    except ValueError:
        return api_error(400, "Bad search request")
    if not 1 <= limit <= max_limit:
        return api_error(400, "Invalid limit")
    if offset < 0:
        return api_error(400, "Invalid offset")
    return offset, limit


def _items_page(
    state: State, playlist_id: str, served: Served, path: str, *, offset: int, limit: int
) -> Body:
    rows = state.library.items(playlist_id, served, offset=offset, limit=limit)
    if "episode" not in request.args.get("additional_types", "track").split(","):
        rows = [row and without_episodes(row, served.generation) for row in rows]
    url = f"{served.base_url}/playlists/{playlist_id}/{path}"
    return _page(url, rows, offset, limit, state.library.total(playlist_id, served))


def _page(url: str, rows: Sequence[Body | None], offset: int, limit: int, total: int) -> Body:
    """A paging object; its links carry what the request asked for."""
    asked = {
        key: request.args[key] for key in ("additional_types", "market") if key in request.args
    }

    def at(other: int) -> str:
        return f"{url}?{urlencode({'offset': other, 'limit': limit} | asked)}"

    return {
        "href": at(offset),
        "items": rows,
        "limit": limit,
        "next": at(offset + limit) if offset + limit < total else None,
        "offset": offset,
        "previous": at(max(0, offset - limit)) if offset > 0 else None,
        "total": total,
    }


def _simplified(state: State, playlist_id: str, served: Served) -> Body:
    body = state.library.face(playlist_id, served)
    body.pop("followers", None)
    total = state.library.total(playlist_id, served)
    for path in _shown_paths(state, playlist_id, served):
        href = f"{served.base_url}/playlists/{playlist_id}/{path}"
        body[path] = {"href": href, "total": total}
    return body


def _user(served: Served, user_id: str) -> Body:
    """The token's user; what needs a scope of its own is not there."""
    body = reference("user", user_id, served.base_url) | {
        "display_name": "Mirelha Quay",
        "images": [],
    }
    if served.generation == "2026":
        return body | {"account_id": "simulated-account"}
    return body | {"followers": {"href": None, "total": 12}}
