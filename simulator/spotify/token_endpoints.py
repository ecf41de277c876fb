"""`/authorize` and `/api/token` of accounts.spotify.com."""

from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, redirect, render_template_string, request
from werkzeug.wrappers import Response as BaseResponse

from simulator.spotify.accounts import (
    ACCESS_TOKEN_LIFETIME,
    Accounts,
    TokenGrant,
    TokenRefused,
)
from simulator.spotify.responses import json_response

_CONSENT_PAGE = """<!doctype html>
<html lang="en"><title>Simulated Spotify</title>
<h1>Simulated Spotify</h1>
<p>playlist-lake asks to read your playlists ({{ scope or "no scopes" }}).
<p><a href="{{ allow }}">Allow</a> or <a href="{{ deny }}">Deny</a>
</html>
"""


def token_endpoints(accounts: Accounts) -> Blueprint:
    """The two endpoints of the authorisation code flow without PKCE."""
    endpoints = Blueprint("accounts", __name__)

    @endpoints.get("/authorize")
    def authorize() -> BaseResponse:
        return _authorize(accounts)

    @endpoints.post("/api/token")
    def token() -> Response:
        try:
            _check_client(accounts)
            grant = _grant(accounts)
        except TokenRefused as refused:
            error = {"error": refused.error, "error_description": refused.description}
            return json_response(error, 400)
        body = {
            "access_token": grant.access_token,
            "token_type": "Bearer",
            "expires_in": int(ACCESS_TOKEN_LIFETIME.total_seconds()),
            "scope": grant.scope,
        }
        if grant.refresh_token is not None:
            body["refresh_token"] = grant.refresh_token
        return json_response(body)

    return endpoints


def _authorize(accounts: Accounts) -> BaseResponse:
    """Show the consent page, or redirect with the user's answer if it is known."""
    params = request.args
    redirect_uri = params.get("redirect_uri", "")
    if params.get("client_id") != accounts.credentials.client_id:
        return Response("INVALID_CLIENT: Invalid client", 400, mimetype="text/plain")
    if (error := _redirect_uri_error(redirect_uri)) is not None:
        return Response(f"INVALID_CLIENT: {error}", 400, mimetype="text/plain")
    state = {"state": params["state"]} if "state" in params else {}
    if params.get("response_type") != "code":
        return _redirect(redirect_uri, {"error": "unsupported_response_type"} | state)
    scope = params.get("scope", "")
    match params.get("auto", accounts.consent):
        case "allow":
            code = accounts.new_code(redirect_uri, scope)
            return _redirect(redirect_uri, {"code": code} | state)
        case "deny":
            return _redirect(redirect_uri, {"error": "access_denied"} | state)
    links = {
        answer: f"/authorize?{urlencode(params.to_dict() | {'auto': answer})}"
        for answer in ("allow", "deny")
    }
    return Response(render_template_string(_CONSENT_PAGE, scope=scope, **links))


def _redirect_uri_error(redirect_uri: str) -> str | None:
    """Why Spotify refuses a URI: since November 2025 only loopback addresses may use HTTP."""
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


def _redirect(redirect_uri: str, params: dict[str, str]) -> BaseResponse:
    separator = "&" if urlsplit(redirect_uri).query else "?"
    return redirect(f"{redirect_uri}{separator}{urlencode(params)}", 302)


def _check_client(accounts: Accounts) -> None:
    """Compare client id and secret, from Basic authorisation or the form; raises TokenRefused."""
    client_id, secret = request.form.get("client_id"), request.form.get("client_secret")
    basic = request.authorization
    if basic is not None and basic.type == "basic":
        client_id, secret = basic.username, basic.password
    if client_id != accounts.credentials.client_id:
        raise TokenRefused("invalid_client", "Invalid client")
    if secret != accounts.credentials.client_secret:
        raise TokenRefused("invalid_client", "Invalid client secret")


def _grant(accounts: Accounts) -> TokenGrant:
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
