"""Writes the records of one raw object one by one: memory doesn't grow with the list."""

import json
import re
import zlib
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from extract_lambda.errors import ExtractError
from extract_lambda.personal_data import clean_page, clean_playlist, most_frequent
from lake.raw_format import (
    CHART_ROWS,
    END,
    FORMAT_VERSION,
    ITEMS_PAGE,
    MAX_DROPPED_KEYS,
    MAX_LINE_BYTES,
    PLAYLIST,
)

# 31 asks zlib for a gzip stream. Unlike GzipFile's it holds no time and no file name, and a draft
# that is given up writes nothing more.
_GZIP_STREAM = 31
# Some readers, Spark among them, refuse the whole line for one
_LONG_NUMBER = re.compile(r"(?<=[:,\[])-?[0-9]{1001}")

_Body = dict[str, Any]


class BodyRefused(ExtractError):
    """A body cannot be stored: it has no list of items, or is not JSON."""


class DraftMisused(ExtractError):
    """The records came in the wrong order, or the end record is missing."""


class SnapshotDraft:
    """The raw object of one list and date while it is written.

    Call `playlist` first and at most once, then `page` for each page or `chart` for each run of
    ranks in a chart file, then `end`. Bodies are stored as received, without personal data.
    """

    def __init__(
        self,
        write: Callable[[bytes], object],
        snapshot_date: date,
        playlist_id: str,
        source: str,
    ) -> None:
        self._write = write
        self._snapshot_date = snapshot_date.isoformat()
        self._playlist_id = playlist_id
        self._source = source
        self._gzip = zlib.compressobj(wbits=_GZIP_STREAM)
        self._records = 0
        self._pages = 0
        self._items = 0
        self._ended = False
        self.dropped_keys = Counter[str]()
        """The unknown keys that were dropped, because they may hold personal data, by path."""

    def playlist(self, body: dict[str, Any], fetched_at: datetime) -> None:
        """Add the playlist object, without `tracks` and `items`: the pages have them.

        Raises BodyRefused, DraftMisused, StorageError.
        """
        if self._records:
            raise DraftMisused(f"{self._name()}: the playlist record must come first; add it once")
        kept = {key: value for key, value in body.items() if key not in ("tracks", "items")}
        self._add(PLAYLIST, fetched_at, playlist=self._cleaned(clean_playlist, kept))

    def page(self, offset: int, body: dict[str, Any], fetched_at: datetime) -> None:
        """Add a page of items; `offset` is the number of items before it in the list.

        Raises BodyRefused, DraftMisused, StorageError.
        """
        if not isinstance(body, dict) or not isinstance(body.get("items"), list):
            raise BodyRefused(
                f"{self._name()}: the `items` of the page at offset {offset} are not a list; "
                "fetch or save that page again"
            )
        self._add(ITEMS_PAGE, fetched_at, offset=offset, page=self._cleaned(clean_page, body))
        self._pages += 1
        self._items += len(body["items"])

    def chart(self, offset: int, rows: list[dict[str, Any]], fetched_at: datetime) -> None:
        """Add rows of a chart file instead of a page; their ranks follow each other.

        `offset` is the number of ranks before them. Raises BodyRefused, DraftMisused, StorageError.
        """
        self._add(CHART_ROWS, fetched_at, offset=offset, rows=rows)
        self._pages += 1
        self._items += len(rows)

    def end(self, total: int, spotify_snapshot_id: str | None, fetched_at: datetime) -> None:
        """Add the end record; `total` is the number of items that Spotify claims.

        Raises DraftMisused, StorageError.
        """
        most = most_frequent(self.dropped_keys)[:MAX_DROPPED_KEYS]
        dropped = [{"key": key, "count": count} for key, count in most]
        self._add(
            END,
            fetched_at,
            item_count=self._items,
            total=total,
            page_count=self._pages,
            spotify_snapshot_id=spotify_snapshot_id,
            **({"dropped_keys": dropped} if dropped else {}),
        )
        self._ended = True

    def finish(self) -> None:
        """Write the rest of the gzip stream; raises DraftMisused without an end record."""
        if not self._ended:
            raise DraftMisused(
                f"{self._name()} has no end record, so nothing was kept; "
                "call end() after the last page"
            )
        self._write(self._gzip.flush())

    def _cleaned(
        self, clean: Callable[[_Body, Counter[str]], _Body], body: dict[str, Any]
    ) -> dict[str, Any]:
        try:
            return clean(body, self.dropped_keys)
        except RecursionError as error:
            raise self._refused("it is nested too deeply") from error

    def _add(self, record: str, fetched_at: datetime, **content: Any) -> None:
        if self._ended:
            raise DraftMisused(f"{self._name()}: nothing may follow the end record")
        if fetched_at.tzinfo is None:
            raise DraftMisused(f"{self._name()}: fetched_at has no time zone; pass UTC")
        line = {
            "format_version": FORMAT_VERSION,
            "record": record,
            "playlist_id": self._playlist_id,
            "snapshot_date": self._snapshot_date,
            "fetched_at": fetched_at.astimezone(UTC)
            .isoformat(timespec="milliseconds")
            .replace("+00:00", "Z"),
            "source": self._source,
            **content,
        }
        self._write(self._gzip.compress(self._encoded(line)))
        self._records += 1

    def _encoded(self, line: dict[str, Any]) -> bytes:
        try:
            text = json.dumps(line, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        except RecursionError as error:
            raise self._refused("it is nested too deeply") from error
        except (TypeError, ValueError) as error:
            raise self._refused(str(error)) from error
        if _LONG_NUMBER.search(text):
            raise self._refused("it has a number of over 1,000 digits")
        # UTF-8 cannot encode a lone surrogate; it becomes the JSON escape \udXXX
        content = text.encode("utf-8", "backslashreplace") + b"\n"
        if len(content) > MAX_LINE_BYTES:
            raise self._refused(f"it has more than {MAX_LINE_BYTES // 1024**2} MB")
        return content

    def _refused(self, why: str) -> BodyRefused:
        return BodyRefused(
            f"{self._name()}: a response body cannot be stored as JSON ({why}); "
            "fetch or save it again"
        )

    def _name(self) -> str:
        return f"playlist {self._playlist_id} of {self._snapshot_date}"
