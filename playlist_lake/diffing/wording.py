"""How a change reads: the word for its kind, and what changed."""

from collections.abc import Callable
from html import unescape

from playlist_lake.console import on_one_line
from playlist_lake.diffing.changes import Change

WORDS = {
    "list_renamed": "New name",
    "description_changed": "New description",
    "cover_changed": "New cover",
    "entered": "Entered",
    "left": "Left",
    "missing": "Missing",
    "moved": "Moved",
    "reissued": "Re-issued",
    "unavailable": "Unavailable",
    "available": "Available again",
    "song_renamed": "Renamed",
}
"""The word for each kind of change."""

_MAX_NAME_LENGTH = 40


def one_line(text: str | None) -> str:
    """A text on one line; a question mark if there is none."""
    return "?" if text is None else on_one_line(text)


def short(text: str | None) -> str:
    """A text on one line and cut to a length that lets several stand side by side."""
    line = one_line(text)
    return line if len(line) <= _MAX_NAME_LENGTH else line[: _MAX_NAME_LENGTH - 1] + "…"


def what_changed(change: Change, as_text: Callable[[str | None], str] = short) -> str:
    """A change without the word for its kind, such as `Dusk (was 3)`; names are cut by default."""
    match change.change:
        case "cover_changed":
            return "another picture" if change.value else "none any more"
        case "description_changed":
            return unescape(one_line(change.value)) if change.value else "none any more"
        case "list_renamed" | "song_renamed":
            return f"{as_text(change.previous_value)} → {as_text(change.value)}"
    where, name = positions(change), as_text(item_name(change))
    return f"{name} ({where})" if where else name


def item_name(change: Change) -> str | None:
    """The name of an item, else its URI; None for a change of the list itself."""
    return change.name or change.item_uri


def positions(change: Change) -> str:
    """Where an item was and is; empty if it was not seen, such as one behind a null row."""
    now, before = change.position, change.previous_position
    match change.change:
        case "left" | "missing":
            return f"was {before}" if before else ""
        case "moved":
            return f"{before} → {now}"
    return f"at {now}" if now else ""
