"""Importing saved responses into the raw zone: one object per list and date.

The files of one list and date are taken in the order of their names. Two pieces of them
contradict each other if they have different items at one position, or claim different totals.

- A playlist object begins a capture if there is one before it, or if it contradicts what is
  before it.
- A page at offset 0 begins a capture if it contradicts what is before it.
- Anything else belongs to the capture that has begun. If it contradicts that, nothing of this
  list and date is imported.

The last capture counts, the others are superseded; what belongs to one capture is merged by
offset. So pages may come in any order and overlap, and of a list that was saved twice a day the
later state is kept.

A chart's CSV file is a capture by itself; the last one counts.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from extract_lambda.errors import ExtractError
from extract_lambda.raw_zone import AlreadyPresent, RawZone
from extract_lambda.unavailable import RawZoneUnavailable
from playlist_lake.importing.capture_files import CaptureError, Piece, date_in_name, read_pieces
from playlist_lake.importing.chart_files import read_chart
from playlist_lake.importing.merging import Capture

SOURCE, CHART_SOURCE = "import", "chart_csv"


class ImportedList(NamedTuple):
    """A list and date, and the files that gave it."""

    snapshot_date: date
    playlist_id: str
    paths: tuple[Path, ...]


class Superseded(NamedTuple):
    """A file that did not count, because a later capture of the same list and date did."""

    path: Path
    by: Path


class Failure(NamedTuple):
    """A file, or a part of it, that could not be imported, and why."""

    path: Path
    sentence: str


@dataclass(frozen=True)
class ImportReport:
    """What became of the files."""

    written: list[ImportedList] = field(default_factory=list)
    already_present: list[ImportedList] = field(default_factory=list)
    superseded: list[Superseded] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    @property
    def dates(self) -> set[date]:
        """The dates that the raw zone has now because of these files, or had before."""
        return {entry.snapshot_date for entry in (*self.written, *self.already_present)}


def import_captures(
    paths: Sequence[Path],
    zone: RawZone,
    *,
    snapshot_date: date | None,
    playlist_id: str | None,
    refresh: bool = False,
    progress: Callable[[Path], None] | None = None,
) -> ImportReport:
    """Write what saved responses hold to the raw zone, as of their date at 00:00 UTC.

    `snapshot_date` is for all files; without it the date stands in a file's name.
    `playlist_id` is for what doesn't say which list it is from. What the raw zone has already
    is left as it is unless `refresh`. `progress` is called once per file, when it is done.

    A file that cannot be imported is a failure in the report and doesn't keep the others from
    being imported. Every file is read twice; the items of one list and date are in memory at a
    time. Raises RawZoneUnavailable, after which the import can be run again.
    """
    run = _Import(zone, snapshot_date, playlist_id, refresh)
    charts = [path for path in dict.fromkeys(paths) if path.suffix.lower() == ".csv"]
    lists = run.lists_in(path for path in dict.fromkeys(paths) if path not in charts)
    chart_lists = run.charts_in(charts)
    last_list_of = {path: entry for entry in lists + chart_lists for path in entry.paths}
    _tell(progress, [path for path in dict.fromkeys(paths) if path not in last_list_of])
    for entry in lists + chart_lists:
        run.write(entry, run.put_chart if entry in chart_lists else run.put_captures)
        _tell(progress, [path for path in entry.paths if last_list_of[path] is entry])
    return run.report


def _tell(progress: Callable[[Path], None] | None, done: Iterable[Path]) -> None:
    if progress:
        for path in done:
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
        # A file with many lists in it is needed for each of them, one after the other.
        self._read = lru_cache(maxsize=1)(read_pieces)

    def lists_in(self, paths: Iterable[Path]) -> list[ImportedList]:
        """The lists and dates in the files, each with its files in the order of their names."""
        found: dict[tuple[date, str], dict[Path, None]] = defaultdict(dict)
        for path in sorted(paths, key=lambda path: (path.name, path)):
            try:
                snapshot_date = self._snapshot_date or date_in_name(path)
                pieces = self._read(path, self._playlist_id)
            except CaptureError as error:
                pieces = [error]
            for piece in pieces:
                if isinstance(piece, CaptureError):
                    self._fail(path, f"{path} {piece}")
                else:
                    found[snapshot_date, piece.playlist_id][path] = None
        return [ImportedList(*key, tuple(found[key])) for key in sorted(found)]

    def charts_in(self, paths: Iterable[Path]) -> list[ImportedList]:
        """The charts and dates in the files, each with its files in the order of their names."""
        found: dict[tuple[date, str], dict[Path, None]] = defaultdict(dict)
        for path in sorted(paths, key=lambda path: (path.name, path)):
            try:
                on = self._snapshot_date or date_in_name(path)
                found[on, read_chart(path, self._playlist_id).playlist_id][path] = None
            except CaptureError as error:
                self._fail(path, f"{path} {error}")
        return [ImportedList(*key, tuple(found[key])) for key in sorted(found)]

    def write(
        self, entry: ImportedList, put: Callable[[ImportedList], Sequence[Path] | None]
    ) -> None:
        """Put one list of one date into the raw zone, and report it."""
        try:
            if not self._refresh and self._zone.has(entry.snapshot_date, entry.playlist_id):
                self.report.already_present.append(entry)
                return
            paths = put(entry)
            if paths:
                self.report.written.append(entry._replace(paths=tuple(paths)))
        except RawZoneUnavailable:
            raise
        except AlreadyPresent:
            self.report.already_present.append(entry)
        except ExtractError as error:
            self._fail(entry.paths[0], f"{entry.paths[0]}: {error}")

    def _last_capture(self, entry: ImportedList) -> Capture | None:
        capture = Capture()
        superseded: list[Path] = []
        for path in entry.paths:
            try:
                for piece in self._pieces(path, entry.playlist_id):
                    if capture.is_superseded_by(piece):
                        superseded += capture.paths
                        capture = Capture()
                    capture.add(piece, path)
            except CaptureError as error:
                self._fail(path, f"{path} {error}")
                return None
        self.report.superseded.extend(
            Superseded(path, capture.paths[0]) for path in dict.fromkeys(superseded)
        )
        return capture

    def _pieces(self, path: Path, playlist_id: str) -> list[Piece]:
        pieces = [
            piece
            for piece in self._read(path, self._playlist_id)
            if isinstance(piece, Piece) and piece.playlist_id == playlist_id
        ]
        if not pieces:
            raise CaptureError("changed while it was being read; import it again")
        return pieces

    def put_chart(self, entry: ImportedList) -> Sequence[Path]:
        """Put the last of a chart's files; returns the files that count."""
        *earlier, last = entry.paths
        chart = read_chart(last, self._playlist_id)
        midnight = datetime.combine(entry.snapshot_date, time(), UTC)
        with self._zone.draft(
            entry.snapshot_date, entry.playlist_id, source=CHART_SOURCE, replace=self._refresh
        ) as draft:
            draft.playlist({"name": entry.playlist_id}, midnight)
            draft.chart(chart.rows, midnight)
            draft.end(len(chart.rows), None, midnight)
        self.report.superseded.extend(Superseded(path, last) for path in earlier)
        return [last]

    def put_captures(self, entry: ImportedList) -> Sequence[Path] | None:
        """Put the last capture of a list; returns the files that count, None if none could."""
        capture = self._last_capture(entry)
        if capture is None:
            return None
        midnight = datetime.combine(entry.snapshot_date, time(), UTC)
        with self._zone.draft(
            entry.snapshot_date, entry.playlist_id, source=SOURCE, replace=self._refresh
        ) as draft:
            if capture.playlist is not None:
                draft.playlist(capture.playlist, midnight)
            for offset, page in capture.pages():
                draft.page(offset, page, midnight)
            draft.end(capture.total, capture.spotify_snapshot_id, midnight)
        return capture.paths

    def _fail(self, path: Path, sentence: str) -> None:
        self.report.failures.append(Failure(path, sentence))
