"""The URLs of MusicBrainz and ListenBrainz, and the address that they get from us."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from extract_lambda.errors import ExtractError
from extract_lambda.settings import check_url
from lake import VERSION
from lake.genre_answers import Service
from lake.storage import Storage

CONTACT_KEY = "config/contact.txt"
_MAX_FILE_BYTES = 10_000
_CONTACT = re.compile(r"https?://[\x21-\x7e]{3,200}|[\x21-\x3f\x41-\x7e]{1,100}@[\x21-\x7e]{3,200}")


class NoContact(ExtractError):
    """The lake has no address at which MusicBrainz can reach its user."""


@dataclass(frozen=True)
class GenreSettings:
    """The base URLs of the two services; raises InvalidSettings."""

    musicbrainz_url: str = "https://musicbrainz.org/ws/2"
    listenbrainz_url: str = "https://api.listenbrainz.org/1"

    def __post_init__(self) -> None:
        check_url("musicbrainz_url", self.musicbrainz_url)
        check_url("listenbrainz_url", self.listenbrainz_url)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Self:
        """The URLs in MUSICBRAINZ_URL and LISTENBRAINZ_URL, else the services' own.

        Raises InvalidSettings.
        """
        return cls(
            (environ.get("MUSICBRAINZ_URL") or cls.musicbrainz_url).rstrip("/"),
            (environ.get("LISTENBRAINZ_URL") or cls.listenbrainz_url).rstrip("/"),
        )

    def url(self, service: Service) -> str:
        """The URL of the only call of a service."""
        if service == "musicbrainz":
            return f"{self.musicbrainz_url}/url"
        return f"{self.listenbrainz_url}/metadata/artist/"


def user_agent(contact: str) -> str:
    """The User-Agent that MusicBrainz requires: program, version and an address."""
    return f"playlist-lake/{VERSION} ( {contact} )"


def check_contact(text: str) -> str:
    """An e-mail or web address without blanks around it; raises NoContact for others."""
    contact = text.strip()
    if not _CONTACT.fullmatch(contact):
        raise NoContact(
            f"{contact[:100]!r} is not an e-mail or web address; give one such as you@example.org"
        )
    return contact


def read_contact(storage: Storage) -> str:
    """The address in config/contact.txt; raises NoContact, StorageError."""
    content = storage.read(CONTACT_KEY, _MAX_FILE_BYTES)
    if content is None:
        raise NoContact(
            f"{storage.root}/{CONTACT_KEY} does not exist, and MusicBrainz requires an address at "
            "which it can reach you; run playlist-lake genres --contact ADDRESS once, with your "
            "e-mail or web address"
        )
    return check_contact(content.decode("utf-8-sig", "replace"))


def write_contact(storage: Storage, contact: str) -> None:
    """Store the address for later runs; raises NoContact, StorageError."""
    storage.write(CONTACT_KEY, check_contact(contact).encode() + b"\n")
