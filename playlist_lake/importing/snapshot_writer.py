"""Writes the lists of an import to the raw zone, and completes snapshots that it has in part."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, time

from extract_lambda.personal_data import clean_page, clean_playlist
from extract_lambda.raw_zone import RawZone
from lake.raw_format import CHART_CSV, IMPORT
from playlist_lake.importing.captures import Capture, Contradiction, last_capture
from playlist_lake.importing.chart_files import Chart
from playlist_lake.importing.files import UnusableFile
from playlist_lake.importing.import_report import (
    Contents,
    ImportedList,
    ImportReport,
    Superseded,
)
from playlist_lake.importing.list_ids import id_of_name
from playlist_lake.importing.saved_pages import SavedPage, check_one_list, placed
from playlist_lake.importing.stored_snapshots import StoredSnapshot, read_stored


class SnapshotWriter:
    """Writes lists one by one, and reports each.

    `stored` is the incomplete snapshot that the raw zone has of a list, if there is one. Pages of
    an earlier import are completed; anything else is only replaced with `refresh`.
    """

    def __init__(self, zone: RawZone, report: ImportReport, *, refresh: bool) -> None:
        self._zone = zone
        self._report = report
        self._refresh = refresh

    def stored(self, one: ImportedList) -> StoredSnapshot | None:
        """The snapshot that the raw zone has and that is not to be replaced.

        Raises UnusableFile if it is damaged, LakeError.
        """
        if self._refresh or not self._zone.has(one.snapshot_date, one.playlist_id):
            return None
        stored = read_stored(self._zone, one.snapshot_date, one.playlist_id)
        if stored is None:
            raise UnusableFile(
                f"was not imported, because the lake's snapshot of {one.playlist_id} on "
                f"{one.snapshot_date} is damaged; import all its pages in one call with --refresh"
            )
        return stored

    def write_chart(self, one: ImportedList, chart: Chart, stored: StoredSnapshot | None) -> None:
        """Write a chart, which was read from the last of its files.

        Raises UnusableFile, ExtractError, LakeError.
        """
        *earlier, last = one.files
        runs = list(chart.runs())
        if stored and stored.chart_rows != runs:
            raise UnusableFile(f"has other rows than the lake; {_remedy(one, stored)}", last)
        if stored:
            self._keep(one, stored)
            return
        midnight = datetime.combine(one.snapshot_date, time(), UTC)
        with self._zone.draft(
            one.snapshot_date, one.playlist_id, source=CHART_CSV, replace=self._refresh
        ) as draft:
            draft.playlist({"name": one.playlist_id}, midnight)
            for offset, rows in runs:
                draft.chart(offset, rows, midnight)
            draft.end(chart.total, None, midnight)
        self._report.superseded.extend(Superseded(file, last) for file in earlier)
        if chart.faults:
            self._report.remarks.append(f"{last.label}: {'; '.join(chart.faults)}")
        contents = Contents(one.playlist_id, CHART_CSV, len(chart.rows), chart.total)
        self._wrote(one._replace(files=(last,)), contents)

    def write_pages(
        self, one: ImportedList, pages: Sequence[SavedPage], stored: StoredSnapshot | None
    ) -> None:
        """Write the last capture in the pages of a list, added to what is stored.

        Raises UnusableFile, ExtractError, LakeError.
        """
        if stored and stored.source != IMPORT:
            raise UnusableFile(
                f"does not complete a snapshot from {stored.source}; {_remedy(one, stored)}"
            )
        check_one_list(pages)
        before = stored.saved_pages(one.playlist_id) if stored else []
        capture, superseded = last_capture(placed([*before, *pages])[len(before) :])
        files = capture.files
        dropped, known = capture.dropped_keys, Counter[str]()
        if stored:
            capture, known = _merged(one, stored, capture, dropped), stored.dropped_keys
            if capture.item_count == stored.item_count and capture.playlist == stored.playlist:
                self._keep(one, stored)
                return
        replace = self._refresh or stored is not None
        all_dropped = self._put(one, capture, dropped + known, replace=replace)
        self._report.superseded.extend(Superseded(*both) for both in superseded)
        self._report.dropped_keys.update(all_dropped - known)
        if capture.unknown_rows:
            self._report.remarks.append(
                f"{files[-1].label}: {capture.unknown_rows} of {capture.item_count} rows of "
                f"{one.playlist_id} have an unknown shape; only their known keys are kept"
            )
        contents = _contents(capture)
        self._wrote(one._replace(files=tuple(files)), contents)
        if contents.name and any(page.is_unnamed for page in pages):
            self._note_if_twice(one, id_of_name(contents.name))

    def _put(
        self, one: ImportedList, capture: Capture, dropped: Counter[str], *, replace: bool
    ) -> Counter[str]:
        """Put a capture into the raw zone; returns `dropped` and the keys that this drops."""
        midnight = datetime.combine(one.snapshot_date, time(), UTC)
        with self._zone.draft(
            one.snapshot_date, one.playlist_id, source=capture.source, replace=replace
        ) as draft:
            if capture.playlist is not None:
                draft.playlist(capture.playlist, midnight)
            for offset, page in capture.pages():
                draft.page(offset, page, midnight)
            draft.dropped_keys.update(dropped)
            draft.end(capture.total, capture.spotify_snapshot_id, midnight)
        return draft.dropped_keys

    def _note_if_twice(self, one: ImportedList, id_of_its_name: str) -> None:
        """Report a list that an import without --map or --playlist-id put into the lake, too."""
        is_other = one.playlist_id != id_of_its_name
        if is_other and self._zone.has(one.snapshot_date, id_of_its_name):
            self._report.twice[id_of_its_name].add(one.snapshot_date)

    def _wrote(self, one: ImportedList, contents: Contents) -> None:
        self._report.written.append(one)
        self._report.contents[one.snapshot_date, one.playlist_id] = contents
        self._remark_if_incomplete(one, contents.item_count, contents.total)

    def _keep(self, one: ImportedList, stored: StoredSnapshot) -> None:
        self._report.already_present.append(one)
        self._remark_if_incomplete(one, stored.item_count, stored.total)

    def _remark_if_incomplete(self, one: ImportedList, item_count: int, total: int) -> None:
        if item_count < total:
            self._report.remarks.append(
                f"incomplete: {one.playlist_id} of {one.snapshot_date} has {item_count} of "
                f"{total} items"
            )


def _contents(capture: Capture) -> Contents:
    name = (capture.playlist or {}).get("name")
    return Contents(
        name if isinstance(name, str) else None, capture.source, capture.item_count, capture.total
    )


def _merged(
    one: ImportedList, stored: StoredSnapshot, capture: Capture, dropped: Counter[str]
) -> Capture:
    """The pages of a capture added to a stored snapshot; counts unknown keys in `dropped`.

    Only pages that add something count: the keys of the others were counted when they were stored.
    """
    merged = Capture()
    for page in stored.saved_pages(one.playlist_id):
        # An older version may have kept keys that are unknown today
        merged.add(_cleaned(page, Counter()))
    for page in capture.saved_pages:
        before, in_page = (merged.item_count, merged.playlist), Counter[str]()
        try:
            merged.add(_cleaned(page, in_page))
        except Contradiction as error:
            raise UnusableFile(f"{error}; {_remedy(one, stored)}", *error.files) from error
        if (merged.item_count, merged.playlist) != before:
            dropped.update(in_page)
    return merged


def _cleaned(page: SavedPage, dropped: Counter[str]) -> SavedPage:
    """A page without personal data, as it is stored: equal items are equal then."""
    head = page.playlist or {}
    head = {key: value for key, value in head.items() if key not in ("items", "tracks")}
    return page._replace(
        playlist=clean_playlist(head, dropped) if page.playlist is not None else None,
        body=clean_page(page.body, dropped),
    )


def refuse_longer(one: ImportedList, pages: Sequence[SavedPage], stored: StoredSnapshot) -> None:
    """Raise UnusableFile for a page beyond the end of a snapshot that claims to be complete.

    A page that says neither a total nor its `next` may not have been the last one.
    """
    for page in pages:
        if page.file and page.offset is not None and page.end > stored.total:
            raise UnusableFile(f"goes up to item {page.end}; {_remedy(one, stored)}", page.file)


def _remedy(one: ImportedList, stored: StoredSnapshot) -> str:
    """What is there, and what to do."""
    return (
        f"{one.playlist_id} of {one.snapshot_date} is there with {stored.item_count} of "
        f"{stored.total} items; to replace it, import all its pages in one call with --refresh"
    )
