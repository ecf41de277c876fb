"""The changes of the last 30 dates as an Atom feed (RFC 4287), for any feed reader."""

import re
import uuid
from collections.abc import Sequence
from html import escape
from itertools import groupby
from xml.etree import ElementTree as ET

import duckdb

from jobs.spotify_ids import is_id
from playlist_lake.answers.lists import KnownList
from playlist_lake.console import printable
from playlist_lake.diffing.changes import OF_LISTS, Change, recent_changes
from playlist_lake.diffing.wording import WORDS, one_line, positions, what_changed
from playlist_lake.sources import SIMULATED_SOURCE

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "playlist-lake")
_SPOTIFY = "https://open.spotify.com"
# Of a feed without snapshots
_NEVER = "1970-01-01T00:00:00Z"
# XML has no escapes for these
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_TAKEN = """
SELECT playlist_id, snapshot_date, strftime(fetched_at, '%Y-%m-%dT%H:%M:%SZ'), source
FROM playlists WHERE $list IS NULL OR playlist_id = $list
"""


def feed(con: duckdb.DuckDBPyConnection, one: KnownList | None) -> str:
    """The feed of one list or of all lists, with an entry per list and date that has changes.

    An entry has the same id in every feed, so a reader shows it once.
    """
    playlist_id = one.playlist_id if one else None
    found = con.execute(_TAKEN, {"list": playlist_id}).fetchall()
    taken = {(id_, on): time for id_, on, time, _ in found}
    root = ET.Element("feed", xmlns="http://www.w3.org/2005/Atom")
    _add(root, "title", f"Changes of {one.title if one else 'all lists'}")
    is_simulated = all(source == SIMULATED_SOURCE for *_, source in found)
    _add(root, "subtitle", "Simulated data." if is_simulated else "Data from Spotify.")
    _add(root, "id", _id(f"changes of {playlist_id or 'all lists'}"))
    updated = _add(root, "updated", max(taken.values(), default=_NEVER))
    _add(_add(root, "author"), "name", "playlist-lake")
    times = []
    for (on, id_), of_entry in groupby(
        recent_changes(con, playlist_id),
        key=lambda change: (change.snapshot_date, change.playlist_id),
    ):
        # Stays that are out of date may have dates that the other tables have dropped
        times.append(taken.get((id_, on), f"{on}T00:00:00Z"))
        _add_entry(root, list(of_entry), times[-1])
    if times:
        updated.text = max(times)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, "unicode")}\n'


def _add_entry(root: ET.Element, changes: Sequence[Change], updated: str) -> None:
    of_list = changes[0]
    name = one_line(of_list.playlist_name or of_list.playlist_id)
    by_kind = [(kind, list(of_kind)) for kind, of_kind in groupby(changes, _kind)]
    counts = [_words(kind, len(of_kind)).lower() for kind, of_kind in by_kind]
    entry = _add(root, "entry")
    _add(entry, "title", f"{name}, {of_list.snapshot_date}: {', '.join(counts)}")
    _add(entry, "id", _id(f"{of_list.playlist_id} on {of_list.snapshot_date}"))
    _add(entry, "updated", updated)
    if link := _link_of_list(of_list.playlist_id):
        _add(entry, "link", rel="alternate", href=link)
    since = f"<p>Since {of_list.previous_date}:</p>"
    lists = "".join(
        f"<p>{_words(kind, len(of_kind))}</p><ul>{''.join(map(_list_item, of_kind))}</ul>"
        for kind, of_kind in by_kind
    )
    _add(entry, "content", since + lists, type="html")


def _kind(change: Change) -> str:
    return change.change


def _words(kind: str, count: int) -> str:
    return WORDS[kind] if kind in OF_LISTS else f"{count} {WORDS[kind].lower()}"


def _list_item(change: Change) -> str:
    """A change as an item of a list in HTML."""
    if change.item_uri is None or change.change == "song_renamed":
        return f"<li>{escape(what_changed(change, one_line))}</li>"
    names = [one_line(name) for name in (change.name, change.artists) if name]
    text = escape(" – ".join(names) or change.item_uri)  # noqa: RUF001
    if link := _link_of_item(change.item_uri):
        text = f'<a href="{link}">{text}</a>'
    where = positions(change)
    return f"<li>{text}{f' ({where})' if where else ''}</li>"


def _link_of_list(playlist_id: str) -> str | None:
    return f"{_SPOTIFY}/playlist/{playlist_id}" if is_id(playlist_id) else None


def _link_of_item(uri: str) -> str | None:
    """The page of a song or an episode; a local file has none."""
    kind, _, id_ = uri.removeprefix("spotify:").partition(":")
    return f"{_SPOTIFY}/{kind}/{id_}" if is_id(id_) else None


def _id(name: str) -> str:
    """The same id for the same name, everywhere."""
    return uuid.uuid5(_NAMESPACE, name).urn


def _add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, tag, attributes)
    # Characters that mislead or that XML cannot hold
    element.text = text and _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", printable(text))
    return element
