"""The format of the raw zone: keys, records and sources, as the writer and the jobs share them.

An object is `raw/snapshot_date=D/PLAYLIST_ID.jsonl.gz`, gzip JSON Lines, one record a line:
a `playlist` record (may be absent), an `items_page` record per page or a `chart_rows` record per
run of ranks, and an `end` record.

If keys of bodies were dropped, because they are unknown and may hold personal data, the `end`
record names them: `"dropped_keys": [{"key": "items[].addedByName", "count": 50}]`, most frequent
first. Keys are not used as keys here, because a crawler would make columns of them.
"""

import re
from datetime import date

from lake.errors import LakeError

FORMAT_VERSION = 1

PLAYLIST, ITEMS_PAGE, CHART_ROWS, END = "playlist", "items_page", "chart_rows", "end"
"""The records."""

# The sources other than the Web API, which is named by its host
IMPORT, CHART_CSV, ACCOUNT_DATA = "import", "chart_csv", "account_data"
EXPORTIFY, PLAYLIST_ARCHIVE, SPOTIFY_BACKUP = "exportify", "playlist_archive", "spotify_backup"

LIKED_SONGS = "liked-songs"
"""The list id of Liked Songs, which are not a playlist and have no id of Spotify's."""

# Spotify's own limit is 10,000 items a list; this only refuses absurd offsets and totals
MAX_ITEMS = 1_000_000_000
"""The largest total of a list, and the largest position."""

# A page of 50 items has at most 300 kB, and a list of 10,000 items saved as one page about 60 MB
MAX_LINE_BYTES = 128 * 1024 * 1024
"""The largest line of an object."""

MAX_DROPPED_KEYS = 100
"""The largest number of dropped keys that an end record names."""

RAW_FOLDER = "raw/"
# Spark and Athena skip files whose names begin with `_`; a file's name has at most 255 bytes
_PLAYLIST_ID = r"[0-9A-Za-z-][0-9A-Za-z_-]{0,199}"
RAW_KEY = rf"{RAW_FOLDER}snapshot_date=(\d{{4}}-\d{{2}}-\d{{2}})/({_PLAYLIST_ID})\.jsonl\.gz"
"""The pattern of a key; its groups are the date and the playlist id."""


class InvalidPlaylistId(LakeError):
    """The id cannot be part of a key."""


def check_playlist_id(playlist_id: str) -> None:
    """Raise InvalidPlaylistId if an id cannot be part of a key."""
    if not re.fullmatch(_PLAYLIST_ID, playlist_id):
        raise InvalidPlaylistId(
            f"{playlist_id[:200]!r} is not a playlist id; an id has 1 to 200 letters, digits, "
            "- and _, and does not begin with _"
        )


def raw_key(snapshot_date: date, playlist_id: str) -> str:
    """The key of a list's object; raises InvalidPlaylistId."""
    check_playlist_id(playlist_id)
    return f"{raw_date_folder(snapshot_date)}{playlist_id}.jsonl.gz"


def raw_date_folder(snapshot_date: date) -> str:
    """The prefix of the keys of a date."""
    return f"{RAW_FOLDER}snapshot_date={snapshot_date.isoformat()}/"


def parse_raw_key(key: str) -> tuple[date, str]:
    """The snapshot date and playlist id in a raw object's key; raises ValueError for others."""
    match = re.fullmatch(RAW_KEY, key)
    if not match:
        raise ValueError(f"{key} is not the key of a raw object")
    return date.fromisoformat(match[1]), match[2]


def is_raw_key(key: str) -> bool:
    """Whether a key is that of a raw object."""
    try:
        parse_raw_key(key)
    except ValueError:
        return False
    return True
