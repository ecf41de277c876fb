"""`/authorize` and `/api/token`, as accounts.spotify.com has them."""

from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, redirect, render_template_string, request
from werkzeug.wrappers import Response as BaseResponse

from simulator.spotify.accounts import (
    ACCESS_TOKEN_LIFETIME,
    Accounts,
    Granted,
    TokenRefused,
)
from simulator.spotify.responses import json_response, token_error

_CONSENT_PAGE = """<!doctype html>
<html lang="en"><title>Simulated Spotify</title>
<h1>Simulated Spotify</h1>
<p>playlist-lake asks to read your playlists ({{ scope or "no scopes" }}).
<p><a href="{{ allow }}">Allow</a> or <a href="{{ deny }}">Deny</a>
</html>
"""


def token_endpoints(accounts: Accounts) -> Blueprint:
    """The two pages of the authorisation code flow, without PKCE."""
    pages = Blueprint("accounts", __name__)

    @pages.get("/authorize")
    def authorize() -> BaseResponse:
        asked = request.args
        redirect_uri = asked.get("redirect_uri", "")
        if asked.get("client_id") != accounts.credentials.client_id:
            return Response("INVALID_CLIENT: Invalid client", 400, mimetype="text/plain")
        if (refusal := _refusal(redirect_uri)) is not None:
            return Response(f"INVALID_CLIENT: {refusal}", 400, mimetype="text/plain")
        answer = {"state": asked["state"]} if "state" in asked else {}
        if asked.get("response_type") != "code":
            return _back(redirect_uri, answer | {"error": "unsupported_response_type"})
        scope = asked.get("scope", "")
        match asked.get("auto", accounts.consent):
            case "allow":
                return _back(
                    redirect_uri, {"code": accounts.new_code(redirect_uri, scope)} | answer
                )
            case "deny":
                return _back(redirect_uri, {"error": "access_denied"} | answer)
        links = {
            choice: f"/authorize?{urlencode(asked.to_dict() | {'auto': choice})}"
            for choice in ("allow", "deny")
        }
        return Response(render_template_string(_CONSENT_PAGE, scope=scope, **links))

    @pages.post("/api/token")
    def token() -> Response:
        try:
            _check_client(accounts)
            granted = _granted(accounts)
        except TokenRefused as refused:
            return token_error(refused.error, refused.description)
        body = {
            "access_token": granted.access_token,
            "token_type": "Bearer",
            "expires_in": int(ACCESS_TOKEN_LIFETIME.total_seconds()),
            "scope": granted.scope,
        }
        if granted.refresh_token is not None:
            body["refresh_token"] = granted.refresh_token
        return json_response(body)

    return pages


def _refusal(redirect_uri: str) -> str | None:
    """Why Spotify would not send a browser there: since November 2025 loopback is an address."""
    try:
        target = urlsplit(redirect_uri)
        port = target.port
    except ValueError:
        return "Invalid redirect URI"
    if target.scheme == "http" and target.hostname == "localhost":
        return "Insecure redirect URI"
    is_loopback = target.hostname in ("127.0.0.1", "::1")
    if target.scheme != "http" or not is_loopback or port is None or target.fragment:
        return "Invalid redirect URI"
    return None


def _back(redirect_uri: str, answer: dict[str, str]) -> BaseResponse:
    mark = "&" if urlsplit(redirect_uri).query else "?"
    return redirect(f"{redirect_uri}{mark}{urlencode(answer)}", 302)


def _check_client(accounts: Accounts) -> None:
    """Client id and secret come as Basic authorisation or in the form; raises TokenRefused."""
    client_id, secret = request.form.get("client_id"), request.form.get("client_secret")
    basic = request.authorization
    if basic is not None and basic.type == "basic":
        client_id, secret = basic.username, basic.password
    if client_id != accounts.credentials.client_id:
        raise TokenRefused("invalid_client", "Invalid client")
    if secret != accounts.credentials.client_secret:
        raise TokenRefused("invalid_client", "Invalid client secret")


def _granted(accounts: Accounts) -> Granted:
    form = request.form
    match form.get("grant_type"):
        case "authorization_code":
            if "code" not in form:
                raise TokenRefused("invalid_request", "code must be supplied")
            return accounts.exchange_code(form["code"], form.get("redirect_uri", ""))
        case "refresh_token":
            if "refresh_token" not in form:
                raise TokenRefused("invalid_request", "refresh_token must be supplied")
            return accounts.refresh(form["refresh_token"])
    raise TokenRefused(
        "unsupported_grant_type", "grant_type must be authorization_code or refresh_token"
    )
