"""The address in the User-Agent, and the URLs of the services."""

import re
from pathlib import Path

import pytest

from extract_lambda.genres.settings import (
    GenreSettings,
    NoContact,
    check_contact,
    read_contact,
    write_contact,
)
from extract_lambda.settings import InvalidSettings
from lake.storage import open_storage
from tests.support.cloud import ROOT


def test_the_contact_is_kept_in_the_lake(tmp_path: Path) -> None:
    storage = open_storage(tmp_path)
    with pytest.raises(NoContact, match="run playlist-lake genres --contact ADDRESS once"):
        read_contact(storage)

    write_contact(storage, " you@example.org ")

    assert (tmp_path / "config/contact.txt").read_text() == "you@example.org\n"
    assert read_contact(storage) == "you@example.org"


@pytest.mark.parametrize("text", ["https://example.org/me", "a.b+c@example.org"])
def test_an_address_is_an_e_mail_or_a_url(text: str) -> None:
    assert check_contact(text) == text
    assert terraform_accepts(text)


@pytest.mark.parametrize("text", ["", "me", "a@b\r\nX: y@example.org", "two words@example.org"])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(NoContact, match="is not an e-mail or web address"):
        check_contact(text)
    assert not terraform_accepts(text)


def terraform_accepts(text: str) -> bool:
    """Whether the variable genres_contact may have this value."""
    source = (ROOT / "infra/variables.tf").read_text(encoding="utf-8")
    (pattern,) = re.findall(r'regex\("(.+)", var\.genres_contact\)', source)
    return re.search(pattern, text) is not None


def test_the_urls_are_the_services_own_unless_the_environment_names_others() -> None:
    assert GenreSettings.from_environ({}) == GenreSettings(
        "https://musicbrainz.org/ws/2", "https://api.listenbrainz.org/1"
    )
    environ = {"MUSICBRAINZ_URL": "http://127.0.0.1:1/ws/2/"}
    settings = GenreSettings.from_environ(environ)
    assert settings.url("musicbrainz") == "http://127.0.0.1:1/ws/2/url"
    assert settings.url("listenbrainz") == "https://api.listenbrainz.org/1/metadata/artist/"
    with pytest.raises(InvalidSettings, match="listenbrainz_url is http:"):
        GenreSettings.from_environ({"LISTENBRAINZ_URL": "http://example.org"})
