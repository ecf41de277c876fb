"""A lake's address: the path of a folder, or s3://bucket/prefix."""

import re
from dataclasses import dataclass
from pathlib import Path

from lake.errors import LakeError

_S3 = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{2,62})(?:/(?P<prefix>.*?))?/*")
# One slash is enough: pathlib shortens the `//` of a URL to `/`
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/")


class InvalidAddress(LakeError):
    """The text is neither the path of a folder nor s3://bucket/prefix."""


@dataclass(frozen=True)
class FolderAddress:
    """A folder on this machine, which may not exist yet; the path is absolute."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True)
class S3Address:
    """A bucket, and the prefix of the lake's keys in it; the prefix may be empty.

    It does not end with a slash.
    """

    bucket: str
    prefix: str

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")


Address = FolderAddress | S3Address


def parse_address(lake: str | Path) -> Address:
    """The address in a text; `~` is the user's home folder. Raises InvalidAddress."""
    text = str(lake)
    if match := _S3.fullmatch(text):
        return S3Address(match["bucket"], match["prefix"] or "")
    if not text.strip() or _SCHEME.match(text):
        raise InvalidAddress(
            f"{text!r} is neither a folder nor s3://bucket/prefix; pass one of these"
        )
    return FolderAddress(Path(text).expanduser().absolute())
