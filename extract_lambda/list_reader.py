"""Reads all pages of one version of a list, and writes them to the raw zone."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from math import inf
from typing import Any

from extract_lambda.errors import ExtractError
from extract_lambda.raw_zone import RawZone
from extract_lambda.retries import CALL_MAX_S
from extract_lambda.snapshot_draft import SnapshotDraft
from extract_lambda.spotify_api import SpotifyApi

MAX_REREADS = 3


class ListChanged(ExtractError):
    """The list changed during every reading."""


class OutOfTime(ExtractError):
    """The run is about to be killed."""


class ListReader:
    """Reads lists for one snapshot date.

    `clock` gives the time in UTC, `time_left` the seconds until the run is killed.
    """

    def __init__(
        self,
        zone: RawZone,
        api: SpotifyApi,
        snapshot_date: date,
        *,
        clock: Callable[[], datetime],
        refresh: bool,
        time_left: Callable[[], float] | None,
    ) -> None:
        self._zone = zone
        self._api = api
        self._snapshot_date = snapshot_date
        self._clock = clock
        self._refresh = refresh
        self._time_left = time_left or (lambda: inf)
        self.dropped_keys = Counter[str]()
        """The unknown keys that were dropped from the last list that was read."""

    def read(self, playlist_id: str) -> int:
        """Write a list to the raw zone; returns the number of its items.

        Raises AlreadyPresent before any call, ListChanged, OutOfTime, SpotifyError, LakeError.
        """
        items_before = None
        for _ in range(1 + MAX_REREADS):
            try:
                return self._read_once(playlist_id, items_before)
            except _Changed as changed:
                items_before = changed.items
        raise ListChanged(
            f"playlist {playlist_id} changed during each of {1 + MAX_REREADS} readings, or Spotify "
            "counts its items wrongly; nothing was stored, run again later"
        )

    def _read_once(self, playlist_id: str, items_before: bytes | None) -> int:
        with self._zone.draft(
            self._snapshot_date, playlist_id, source=self._api.host, replace=self._refresh
        ) as draft:
            self._check_time(playlist_id)
            playlist = self._api.playlist(playlist_id)
            draft.playlist(playlist, self._clock())
            total, items = self._copy_pages(playlist_id, draft)
            first = playlist["snapshot_id"]
            # An empty list is one response, so it cannot mix two versions
            is_empty = total == 0 and _claimed_total(playlist) == 0
            last = first if is_empty else self._api.snapshot_id(playlist_id)
            # Some lists get a new snapshot id with every request: two equal readings are enough
            # https://github.com/spotify/web-api/issues/858
            if first != last and items != items_before:
                raise _Changed(items)
            draft.end(total, last, self._clock())
        self.dropped_keys = draft.dropped_keys
        return total

    def _copy_pages(self, playlist_id: str, draft: SnapshotDraft) -> tuple[int, bytes]:
        """Copy all pages; returns the number of items and a digest of their identities."""
        total, count, digest = None, 0, hashlib.sha256()
        for page in self._api.pages(playlist_id):
            draft.page(page.offset, page.body, self._clock())
            for item in page.body["items"]:
                digest.update(_identity(item))
            count += len(page.body["items"])
            total = page.body["total"] if total is None else total
            has_next = bool(page.body.get("next"))
            is_empty_before_next = has_next and not page.body["items"]
            if page.body["total"] != total or count > total or is_empty_before_next:
                raise _Changed(None)
            if has_next:
                self._check_time(playlist_id)
        if total is None or count != total:
            raise _Changed(None)
        return total, digest.digest()

    def _check_time(self, playlist_id: str) -> None:
        if self._time_left() < CALL_MAX_S:
            raise OutOfTime(
                f"playlist {playlist_id} was not read to its end, because this run is almost out "
                "of time; run again"
            )


class _Changed(Exception):
    """The list changed between two responses; `items` is the digest if all pages were read."""

    def __init__(self, items: bytes | None) -> None:
        self.items = items


def _claimed_total(playlist: dict[str, Any]) -> int | None:
    """The playlist object's number of items; absent if the account may not read them."""
    for key in ("items", "tracks"):
        if isinstance(paging := playlist.get(key), dict):
            return paging.get("total")
    return None


def _identity(item: Any) -> bytes:
    """What identifies an item; other fields may differ from response to response."""
    if not isinstance(item, dict):
        return b"null\n"
    content = item.get("item") if isinstance(item.get("item"), dict) else item.get("track")
    uri = content.get("uri") if isinstance(content, dict) else None
    return json.dumps([item.get("added_at"), uri]).encode() + b"\n"
