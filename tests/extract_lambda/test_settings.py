"""Spotify's URLs: https, or on this machine."""

from pathlib import Path

import pytest
from requests import Request

from extract_lambda.retries import RetryBudget
from extract_lambda.sessions import open_session
from extract_lambda.settings import ApiSettings, InvalidSettings

LIMIT = RetryBudget().call_limit_s


def test_the_defaults_are_spotifys_urls() -> None:
    settings = ApiSettings()

    assert settings.api_url == "https://api.spotify.com/v1"
    assert settings.token_url == "https://accounts.spotify.com/api/token"  # noqa: S105
    assert settings.host == "api.spotify.com"


@pytest.mark.parametrize(
    "url",
    [
        "https://spotify.example/v1",
        "http://127.0.0.1:8080/v1",
        "http://127.9.9.9/v1",
        "http://[::1]:8080/v1",
        "http://localhost:8080/v1",
    ],
)
def test_http_is_for_this_machine_only(url: str) -> None:
    assert ApiSettings(api_url=f"{url}/", token_url=url).api_url == url


@pytest.mark.parametrize("field", ["api_url", "token_url"])
@pytest.mark.parametrize(
    "url",
    [
        "http://api.spotify.com/v1",
        "http://192.168.0.1/v1",
        "http://0.0.0.0/v1",
        "http://127.0.0.1.example/v1",
        "http://localhost.example/v1",
        "http://127.0.0.1@spotify.example/v1",
        "https://user:password@spotify.example/v1",
        "ftp://127.0.0.1/v1",
        "//127.0.0.1/v1",
        "api.spotify.com/v1",
        "https:///v1",
        "https://spotify.example/v1?x=y",
        "https://spotify.example/v1#x",
        "https://spotify.example:port/v1",
        "https://[::1/v1",
        "",
    ],
)
def test_any_other_url_is_refused_with_the_name_of_its_setting(field: str, url: str) -> None:
    with pytest.raises(InvalidSettings, match=f"^{field} "):
        ApiSettings(**{field: url})


def test_a_netrc_file_does_not_replace_the_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password something\n")
    monkeypatch.setenv("NETRC", str(netrc))
    url = ApiSettings().api_url
    request = Request("GET", url, headers={"Authorization": "Bearer x"})

    prepared = open_session(url, print, LIMIT).prepare_request(request)

    assert prepared.headers["Authorization"] == "Bearer x"


def test_a_proxy_is_used_only_for_other_machines() -> None:
    assert open_session("https://api.spotify.com/v1", print, LIMIT).trust_env
    assert not open_session("http://127.0.0.1:8080/v1", print, LIMIT).trust_env
