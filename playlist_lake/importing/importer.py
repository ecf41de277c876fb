"""The import of saved responses and chart files into the raw zone: one object per list and date.

Saved responses are merged into captures (see captures.py) and the last capture counts. A chart
file is always complete, so the last file of a chart and date counts.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path

from extract_lambda.errors import ExtractError
from extract_lambda.raw_zone import AlreadyPresent, RawZone
from lake.errors import LakeError, StorageError
from lake.raw_format import CHART_CSV, IMPORT
from playlist_lake.importing.captures import Capture
from playlist_lake.importing.chart_files import read_chart
from playlist_lake.importing.files import UnusableFile, date_in_name
from playlist_lake.importing.import_report import (
    Failure,
    ImportedList,
    ImportReport,
    Superseded,
)
from playlist_lake.importing.response_files import SavedPage, read_pages


def import_files(
    paths: Sequence[Path],
    zone: RawZone,
    *,
    snapshot_date: date | None,
    playlist_id: str | None,
    refresh: bool = False,
    progress: Callable[[Path], None] | None = None,
) -> ImportReport:
    """Write the lists in some files to the raw zone, as of their date at 00:00 UTC.

    `snapshot_date` is for all files; without it the date is taken from each file's name.
    `playlist_id` is for files that don't name their list. Objects that the raw zone already has
    are kept unless `refresh`. `progress` is called once per file, when it is done.

    A file that cannot be imported is a failure in the report; the others are still imported.
    Every file is read twice, and only one list of one date is in memory at a time. Raises
    StorageError; the import can be run again after that.
    """
    run = _Import(zone, snapshot_date, playlist_id, refresh)
    unique = list(dict.fromkeys(paths))
    charts = run.chart_lists(path for path in unique if _is_chart(path))
    lists = run.response_lists(path for path in unique if not _is_chart(path)) + charts
    last_list_of = {path: one for one in lists for path in one.paths}
    _call_for_each(progress, [path for path in unique if path not in last_list_of])
    for one in lists:
        run.write(one, run.put_chart if one in charts else run.put_capture)
        _call_for_each(progress, [path for path in one.paths if last_list_of[path] is one])
    return run.report


def _is_chart(path: Path) -> bool:
    return path.suffix.lower() == ".csv"


def _call_for_each(progress: Callable[[Path], None] | None, paths: Iterable[Path]) -> None:
    if progress:
        for path in paths:
            progress(path)


class _Import:
    """One run of the import."""

    def __init__(
        self, zone: RawZone, snapshot_date: date | None, playlist_id: str | None, refresh: bool
    ) -> None:
        self.report = ImportReport()
        self._zone = zone
        self._snapshot_date = snapshot_date
        self._playlist_id = playlist_id
        self._refresh = refresh
        # Cached, because a file with many lists is read for each of them in a row
        self._read_pages = lru_cache(maxsize=1)(read_pages)

    def response_lists(self, paths: Iterable[Path]) -> list[ImportedList]:
        """The lists and dates in saved responses."""
        return self._lists(paths, self._ids_in_responses)

    def chart_lists(self, paths: Iterable[Path]) -> list[ImportedList]:
        """The lists and dates in chart files."""
        return self._lists(paths, self._ids_in_chart)

    def _lists(
        self, paths: Iterable[Path], ids_in: Callable[[Path], list[str | UnusableFile]]
    ) -> list[ImportedList]:
        """The lists and dates in some files, each with its files in the order of their names."""
        found: dict[tuple[date, str], dict[Path, None]] = defaultdict(dict)
        for path in sorted(paths, key=lambda path: (path.name, path)):
            try:
                snapshot_date = self._snapshot_date or date_in_name(path)
                playlist_ids = ids_in(path)
            except UnusableFile as error:
                playlist_ids = [error]
            for playlist_id in playlist_ids:
                if isinstance(playlist_id, UnusableFile):
                    self._fail(path, f"{path} {playlist_id}")
                else:
                    found[snapshot_date, playlist_id][path] = None
        return [ImportedList(*key, tuple(found[key])) for key in sorted(found)]

    def _ids_in_responses(self, path: Path) -> list[str | UnusableFile]:
        pages = self._read_pages(path, self._playlist_id)
        return [page if isinstance(page, UnusableFile) else page.playlist_id for page in pages]

    def _ids_in_chart(self, path: Path) -> list[str | UnusableFile]:
        return [read_chart(path, self._playlist_id).playlist_id]

    def write(
        self, one: ImportedList, put: Callable[[ImportedList], Sequence[Path] | None]
    ) -> None:
        """Put one list of one date into the raw zone, and report it."""
        try:
            if not self._refresh and self._zone.has(one.snapshot_date, one.playlist_id):
                self.report.already_present.append(one)
                return
            paths = put(one)
            if paths:
                self.report.written.append(one._replace(paths=tuple(paths)))
        except StorageError:
            raise
        except AlreadyPresent:
            self.report.already_present.append(one)
        except (ExtractError, LakeError) as error:
            self._fail(one.paths[0], f"{one.paths[0]}: {error}")

    def put_chart(self, one: ImportedList) -> Sequence[Path]:
        """Put the last of a chart's files; returns the files used."""
        *earlier, last = one.paths
        chart = read_chart(last, self._playlist_id)
        midnight = datetime.combine(one.snapshot_date, time(), UTC)
        with self._zone.draft(
            one.snapshot_date, one.playlist_id, source=CHART_CSV, replace=self._refresh
        ) as draft:
            draft.playlist({"name": one.playlist_id}, midnight)
            draft.chart(chart.rows, midnight)
            draft.end(len(chart.rows), None, midnight)
        self.report.superseded.extend(Superseded(path, last) for path in earlier)
        return [last]

    def put_capture(self, one: ImportedList) -> Sequence[Path] | None:
        """Put the last capture of a list; returns the files used, None if the list failed."""
        capture = self._last_capture(one)
        if capture is None:
            return None
        midnight = datetime.combine(one.snapshot_date, time(), UTC)
        with self._zone.draft(
            one.snapshot_date, one.playlist_id, source=IMPORT, replace=self._refresh
        ) as draft:
            if capture.playlist is not None:
                draft.playlist(capture.playlist, midnight)
            for offset, page in capture.pages():
                draft.page(offset, page, midnight)
            draft.end(capture.total, capture.spotify_snapshot_id, midnight)
        return capture.paths

    def _last_capture(self, one: ImportedList) -> Capture | None:
        capture = Capture()
        superseded: list[Path] = []
        for path in one.paths:
            try:
                for page in self._pages_of(path, one.playlist_id):
                    if capture.is_superseded_by(page):
                        superseded += capture.paths
                        capture = Capture()
                    capture.add(page, path)
            except UnusableFile as error:
                self._fail(path, f"{path} {error}")
                return None
        self.report.superseded.extend(
            Superseded(path, capture.paths[0]) for path in dict.fromkeys(superseded)
        )
        return capture

    def _pages_of(self, path: Path, playlist_id: str) -> list[SavedPage]:
        pages = [
            page
            for page in self._read_pages(path, self._playlist_id)
            if isinstance(page, SavedPage) and page.playlist_id == playlist_id
        ]
        if not pages:
            raise UnusableFile("changed while it was being read; import it again")
        return pages

    def _fail(self, path: Path, message: str) -> None:
        self.report.failures.append(Failure(path, message))
