"""Which list and which of its snapshots a user means."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from extract_lambda.playlists_file import NotAPlaylist, playlist_id
from lake.snapshot_dates import DATE
from playlist_lake.console import on_one_line
from playlist_lake.errors import Misuse

if TYPE_CHECKING:
    import duckdb


_MAX_NAMES = 10


class UnknownList(Misuse):
    """The lake has no snapshot of the list."""


class AmbiguousName(Misuse):
    """Several lists have the name."""


class WrongDate(Misuse):
    """The text is not a date."""


class NoSnapshot(Misuse):
    """Lists have no snapshot that a command needs; `lack` says which, and what there is instead.

    Of many lists it names only the first ones.
    """

    def __init__(self, titles: Sequence[str], lack: str) -> None:
        rest = len(titles) - _MAX_NAMES
        names = [*titles[:_MAX_NAMES], *([f"and {rest:,} more"] if rest > 0 else [])]
        super().__init__(f"{', '.join(names)} {'have' if titles[1:] else 'has'} {lack}")
        self.lack = lack


class KnownList(NamedTuple):
    """A list of the lake; `dates` are those of its snapshots, in order."""

    playlist_id: str
    name: str | None
    dates: Sequence[date]

    @property
    def title(self) -> str:
        """The last known name on one line, else the id."""
        return on_one_line(self.name or "") or self.playlist_id


def known_lists(con: duckdb.DuckDBPyConnection) -> list[KnownList]:
    """All lists of the lake, sorted by name."""
    found = con.execute(
        """
        SELECT
            playlist_id, lists.name,
            list(playlists.snapshot_date ORDER BY playlists.snapshot_date) AS dates
        FROM playlists JOIN playlists_latest AS lists USING (playlist_id)
        GROUP BY playlist_id, lists.name ORDER BY lists.name, playlist_id
        """
    )
    return [KnownList(*row) for row in found.fetchall()]


def find_list(lists: Sequence[KnownList], text: str) -> KnownList:
    """The list with this id, URI, link or name, or the only one whose name contains the text.

    Upper and lower case of a name are the same. Raises UnknownList, AmbiguousName.
    """
    try:
        id_ = playlist_id(text)
    except NotAPlaylist:
        id_ = text.strip()
    for one in lists:
        if one.playlist_id == id_:
            return one
    name = _folded(text)
    named = [one for one in lists if name and _folded(one.title) == name]
    named = named or [one for one in lists if name and name in _folded(one.title)]
    if not named:
        raise UnknownList(f"the lake has no list {text!r}; {_suggestions(lists, name)}")
    if named[1:]:
        raise AmbiguousName(
            f"{text!r} may be {len(named)} lists; pass the id of one: {_listed(named)}"
        )
    return named[0]


def parse_date(text: str) -> date:
    """A date as YYYY-MM-DD; raises WrongDate."""
    try:
        if not is_date(text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError as error:
        raise WrongDate(f"{text!r} is not a date; write YYYY-MM-DD") from error


def is_date(text: str) -> bool:
    """Whether a text has the form of a date."""
    return re.fullmatch(DATE, text, re.ASCII) is not None


def date_of_snapshot(title: str, dates: Sequence[date], on: date | None) -> date:
    """The date itself if it is one of the dates of a list, which are in order; for None the newest.

    Raises NoSnapshot, which names the nearest dates.
    """
    if on is None:
        return dates[-1]
    at = bisect_left(dates, on)
    if dates[at : at + 1] == [on]:
        return on
    nearest = " and ".join(map(str, dates[max(at - 1, 0) : at + 1]))
    noun = "dates are" if " and " in nearest else "date is"
    raise NoSnapshot([title], f"no snapshot of {on}; the nearest {noun} {nearest}")


def _suggestions(lists: Sequence[KnownList], name: str) -> str:
    """The lists with similar names, or else all lists."""
    near = difflib.get_close_matches(name, [_folded(one.title) for one in lists])
    similar = [one for one in lists if _folded(one.title) in near]
    return f"similar lists: {_listed(similar)}" if similar else f"its lists: {_listed(lists)}"


def _listed(lists: Sequence[KnownList]) -> str:
    """Names and ids, of many lists only the first ones."""
    more = "; …" if len(lists) > _MAX_NAMES else ""
    return "; ".join(f"{one.title} ({one.playlist_id})" for one in lists[:_MAX_NAMES]) + more


def _folded(name: str) -> str:
    return on_one_line(name).casefold()
