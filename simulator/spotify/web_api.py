"""The Web API's endpoints for the user's lists, with Spotify's checks, bodies and errors."""

import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from simulator.spotify.accounts import AccessRefused
from simulator.spotify.episodes import without_episodes
from simulator.spotify.library import LIKED_SONGS, USER_ID, ResponseContext
from simulator.spotify.responses import api_error, json_response
from simulator.spotify.state import State
from simulator.world.payloads import Body, reference

_MAX_LIMIT = {"items": 50, "tracks": 100}
# Documented for the new path, observed for the old one.
_DEFAULT_LIMIT = {"items": 20, "tracks": 100}


class _Bounds(NamedTuple):
    offset: int
    limit: int


def web_api(state: State) -> Blueprint:
    """`/v1/me` with `/playlists`, `/tracks`; `/v1/playlists/{id}` with `/items`, `/tracks`."""
    api = Blueprint("web_api", __name__, url_prefix="/v1")

    @api.before_request
    def check_token() -> Response | None:
        return _token_error(state)

    @api.get("/me", strict_slashes=False)
    def me() -> Response:
        return json_response(_user(state.context()))

    @api.get("/me/playlists")
    def my_playlists() -> Response:
        return _scope_error("playlist-read-private") or _my_playlists(state)

    @api.get("/me/tracks")
    def my_tracks() -> Response:
        return _scope_error("user-library-read") or _my_tracks(state)

    @api.get("/playlists/<playlist_id>")
    def playlist(playlist_id: str) -> Response:
        return _id_error(state, playlist_id) or _playlist(state, playlist_id)

    @api.get("/playlists/<playlist_id>/<any(items, tracks):path>")
    def items(playlist_id: str, path: str) -> Response:
        return (
            _id_error(state, playlist_id)
            or _scope_error("playlist-read-private")
            or _items_error(state, playlist_id, path)
            or _items(state, playlist_id, path)
        )

    @api.app_errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        message = "Service not found" if error.code == 404 else str(error.name)
        return api_error(error.code or 500, message)

    return api


def _token_error(state: State) -> Response | None:
    """Spotify's response to a missing or invalid access token."""
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


def _scope_error(needed: str) -> Response | None:
    return None if _has_scope(needed) else api_error(403, "Insufficient client scope")


def _has_scope(scope: str) -> bool:
    return scope in request.environ["simulator.scope"].split()


def _id_error(state: State, playlist_id: str) -> Response | None:
    if not re.fullmatch(r"[0-9A-Za-z]{22}", playlist_id):
        return api_error(400, "Invalid base62 id")
    if not state.library.has(playlist_id):
        return api_error(404, "Resource not found")
    return None


def _items_error(state: State, playlist_id: str, path: str) -> Response | None:
    generation = state.generation
    is_old_path = path == "tracks" and generation == "2026"
    if is_old_path or not state.library.may_read_items(playlist_id, generation):
        return api_error(403, "Forbidden")
    return None


def _user(context: ResponseContext) -> Body:
    """The token's user, without the keys that need other scopes."""
    body = reference("user", USER_ID, context.base_url) | {
        "display_name": "Mirelha Quay",
        "images": [],
    }
    if context.generation == "2026":
        return body | {"account_id": "simulated-account"}
    return body | {"followers": {"href": None, "total": 12}}


def _my_playlists(state: State) -> Response:
    context = state.context()
    is_collaborative_too = _has_scope("playlist-read-collaborative")
    ids = state.library.followed_ids(collaborative=is_collaborative_too, context=context)
    bounds = _bounds(default_limit=20, max_limit=50)
    if isinstance(bounds, Response):
        return bounds
    on_page = ids[bounds.offset : bounds.offset + bounds.limit]
    rows = [None if one is None else _simplified_playlist(state, one, context) for one in on_page]
    return json_response(_page(f"{context.base_url}/me/playlists", rows, bounds, len(ids)))


def _my_tracks(state: State) -> Response:
    context = state.context()
    bounds = _bounds(default_limit=20, max_limit=50)
    if isinstance(bounds, Response):
        return bounds
    rows = state.library.items(LIKED_SONGS, context, offset=bounds.offset, limit=bounds.limit)
    total = state.library.total(LIKED_SONGS, context)
    return json_response(_page(f"{context.base_url}/me/tracks", rows, bounds, total))


def _playlist(state: State, playlist_id: str) -> Response:
    context = state.context()
    body = state.library.details(playlist_id, context)
    for key in _page_keys(state, playlist_id, context):
        body[key] = _items_page(state, playlist_id, context, key, _Bounds(0, _MAX_LIMIT[key]))
    fields = request.args.get("fields")
    if fields is None:
        return json_response(body)
    if not re.fullmatch(r"[a-z_,]*", fields):
        return api_error(501, "The simulated Spotify supports top-level fields only")
    return json_response({key: body[key] for key in fields.split(",") if key in body})


def _items(state: State, playlist_id: str, path: str) -> Response:
    bounds = _bounds(default_limit=_DEFAULT_LIMIT[path], max_limit=_MAX_LIMIT[path])
    if isinstance(bounds, Response):
        return bounds
    return json_response(_items_page(state, playlist_id, state.context(), path, bounds))


def _bounds(*, default_limit: int, max_limit: int) -> _Bounds | Response:
    """Offset and limit of the requested page, or Spotify's response to invalid ones."""
    try:
        limit = int(request.args.get("limit", default_limit))
        offset = int(request.args.get("offset", 0))
    except ValueError:
        return api_error(400, "Bad search request")
    if not 1 <= limit <= max_limit:
        return api_error(400, "Invalid limit")
    if offset < 0:
        return api_error(400, "Invalid offset")
    return _Bounds(offset, limit)


def _page_keys(state: State, playlist_id: str, context: ResponseContext) -> list[str]:
    """The keys of a playlist object that hold its first page."""
    match context.generation:
        case "legacy":
            return ["tracks"]
        case "transitional":
            return ["tracks", "items"]
    return ["items"] if state.library.may_read_items(playlist_id, "2026") else []


def _items_page(
    state: State, playlist_id: str, context: ResponseContext, path: str, bounds: _Bounds
) -> Body:
    rows = state.library.items(playlist_id, context, offset=bounds.offset, limit=bounds.limit)
    if "episode" not in request.args.get("additional_types", "track").split(","):
        rows = [row and without_episodes(row, context.generation) for row in rows]
    url = f"{context.base_url}/playlists/{playlist_id}/{path}"
    return _page(url, rows, bounds, state.library.total(playlist_id, context))


def _page(url: str, rows: Sequence[Body | None], bounds: _Bounds, total: int) -> Body:
    """A paging object; its links keep the parameters of the request."""
    offset, limit = bounds
    kept = {key: request.args[key] for key in ("additional_types", "market") if key in request.args}

    def link(to_offset: int) -> str:
        return f"{url}?{urlencode({'offset': to_offset, 'limit': limit} | kept)}"

    return {
        "href": link(offset),
        "items": rows,
        "limit": limit,
        "next": link(offset + limit) if offset + limit < total else None,
        "offset": offset,
        "previous": link(max(0, offset - limit)) if offset > 0 else None,
        "total": total,
    }


def _simplified_playlist(state: State, playlist_id: str, context: ResponseContext) -> Body:
    body = state.library.details(playlist_id, context)
    body.pop("followers", None)
    total = state.library.total(playlist_id, context)
    for key in _page_keys(state, playlist_id, context):
        href = f"{context.base_url}/playlists/{playlist_id}/{key}"
        body[key] = {"href": href, "total": total}
    return body
