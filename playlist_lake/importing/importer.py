"""The import of saved lists and chart files into the raw zone: one object per list and date.

The pages of a list are merged into captures (see captures.py) and the last capture counts. A chart
file holds a whole chart, so the last file of a chart and date counts.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache, partial

from extract_lambda.errors import ExtractError
from extract_lambda.raw_zone import AlreadyPresent, RawZone
from lake.errors import LakeError, StorageError
from lake.raw_format import IMPORT
from playlist_lake.importing.chart_files import Chart, has_chart, read_chart
from playlist_lake.importing.files import (
    KNOWN_FORMATS,
    ImportFile,
    UnknownFormat,
    UnusableFile,
    WrongDate,
    has_suffix_of_lists,
    snapshot_date_of,
)
from playlist_lake.importing.import_report import Failure, ImportedList, ImportReport
from playlist_lake.importing.list_ids import ListIds, check_names, id_of_name, same_name
from playlist_lake.importing.response_files import read_pages
from playlist_lake.importing.saved_pages import SavedPage
from playlist_lake.importing.snapshot_writer import SnapshotWriter, refuse_longer


def _utc_now() -> datetime:
    return datetime.now(UTC)


def import_files(
    files: Iterable[ImportFile],
    zone: RawZone,
    *,
    snapshot_date: date | None,
    playlist_id: str | None,
    ids_by_name: Mapping[str, str] | None = None,
    refresh: bool = False,
    is_part: bool = False,
    newer: Collection[str] = (),
    progress: Callable[[ImportFile], None] | None = None,
    clock: Callable[[], datetime] = _utc_now,
) -> ImportReport:
    """Write the lists in some files to the raw zone, as of their date at 00:00 UTC.

    `snapshot_date` is for all files that don't have one of their own; without it the date is taken
    from the names of each file and its folders. A date after today in UTC, by `clock`, is refused.
    `playlist_id` is for files that don't name their list, `ids_by_name` for lists without an id
    that have one of the names. An incomplete snapshot that the raw zone has from earlier imports
    is completed; a complete one is kept. With `refresh` both are replaced. `progress` is called
    once per file, when it is done.

    A file that cannot be imported is a failure in the report; the others are still imported. A
    file that was found in a folder and is not of a known format is ignored. Every file is read
    more than once, and only one list of one date is in memory at a time. Raises StorageError; the
    import can be run again after that. Raises UnknownListName before it writes anything, except if
    `is_part` says that other files may have the name. Lists in `newer` are in the raw zone in a
    newer state of the date, which is kept, also with `refresh`.
    """
    ids = ListIds(playlist_id, ids_by_name or {})
    run = _Import(zone, snapshot_date, ids, refresh, clock().date())
    unique = list(dict.fromkeys(files))
    chart_files = {file for file in unique if has_chart(file)}
    lists = run.saved_lists(file for file in unique if file not in chart_files)
    charts = run.chart_lists(chart_files, lists)
    lists += charts
    if not is_part:
        check_names(run.report, ids)
    last_list_of = {file: one for one in lists for file in one.files}
    _call_for_each(progress, [file for file in unique if file not in last_list_of])
    for one in lists:
        if one.playlist_id in newer:
            run.report.already_present.append(one)
        else:
            run.write(one, is_chart=one in charts)
        _call_for_each(progress, [file for file in one.files if last_list_of[file] is one])
    return run.report


def _is_ignored(file: ImportFile, playlist_ids: Iterable[str | UnusableFile]) -> bool:
    """Whether a file in a folder has no list. What is damaged counts only if it is named so."""
    kind = UnknownFormat if has_suffix_of_lists(file) else UnusableFile
    return file.is_found and all(
        isinstance(one, kind) and not isinstance(one, WrongDate) for one in playlist_ids
    )


def _call_for_each(
    progress: Callable[[ImportFile], None] | None, files: Iterable[ImportFile]
) -> None:
    if progress:
        for file in files:
            progress(file)


class _Import:
    """One run of the import."""

    def __init__(
        self,
        zone: RawZone,
        snapshot_date: date | None,
        ids: ListIds,
        refresh: bool,
        today: date,
    ) -> None:
        self.report = ImportReport()
        self._writer = SnapshotWriter(zone, self.report, refresh=refresh)
        self._snapshot_date = snapshot_date
        self._ids = ids
        self._today = today
        # Cached, because a file with many lists is read for each of them in a row
        self._read_pages = lru_cache(maxsize=1)(partial(read_pages, ids=ids))

    def saved_lists(self, files: Iterable[ImportFile]) -> list[ImportedList]:
        """The lists and dates in files that are not charts."""
        return self._lists(files, self._ids_in_pages)

    def chart_lists(
        self, files: Iterable[ImportFile], others: Iterable[ImportedList]
    ) -> list[ImportedList]:
        """The lists and dates in chart files, without those whose id another list has."""
        taken = {(one.snapshot_date, one.playlist_id) for one in others}
        charts = self._lists(files, self._ids_in_chart)
        for one in charts:
            if one[:2] in taken:
                file = one.files[0]
                self._fail(
                    file,
                    f"{file.label} is a chart, and another file is a list with the "
                    f"same id, {one.playlist_id}; import each with its own --playlist-id",
                )
        return [one for one in charts if one[:2] not in taken]

    def write(self, one: ImportedList, *, is_chart: bool) -> None:
        """Put one list of one date into the raw zone, and report it."""
        try:
            stored = self._writer.stored(one)
            if stored and stored.is_complete:
                if stored.source == IMPORT and not is_chart:
                    refuse_longer(one, self._pages_of(one), stored)
                self.report.already_present.append(one)
            elif is_chart:
                self._writer.write_chart(one, self._last_chart(one), stored)
            else:
                self._writer.write_pages(one, self._pages_of(one), stored)
        except UnusableFile as error:
            for file in error.files or one.files[:1]:
                self._fail(file, f"{file.label} {error}")
        except RecursionError:
            file = one.files[0]
            self._fail(file, f"{file.label} is nested too deeply; save the response unchanged")
        except StorageError:
            raise
        except AlreadyPresent:
            self.report.already_present.append(one)
        except (ExtractError, LakeError) as error:
            self._fail(one.files[0], f"{one.files[0].label}: {error}")

    def _lists(
        self, files: Iterable[ImportFile], ids_in: Callable[[ImportFile], list[str | UnusableFile]]
    ) -> list[ImportedList]:
        """The lists and dates in some files, each with its files in the order of their names."""
        found: dict[tuple[date, str], dict[ImportFile, None]] = defaultdict(dict)
        for file in sorted(files, key=lambda file: (file.name, file.label)):
            try:
                playlist_ids = ids_in(file)
                on = snapshot_date_of(file, self._snapshot_date, self._today)
            except UnusableFile as error:
                playlist_ids = [error]
            if _is_ignored(file, playlist_ids):
                reason = str(playlist_ids[0]).removesuffix(f"; {KNOWN_FORMATS}")
                self.report.ignored.append(Failure(file, f"{file.label} {reason}"))
                continue
            for playlist_id in playlist_ids:
                if isinstance(playlist_id, UnusableFile):
                    self._fail(file, f"{file.label} {playlist_id}")
                else:
                    found[on, playlist_id][file] = None
        return [ImportedList(*key, tuple(found[key])) for key in sorted(found)]

    def _ids_in_pages(self, file: ImportFile) -> list[str | UnusableFile]:
        pages = self._read_pages(file)
        for page in pages:
            if isinstance(page, SavedPage) and page.is_unnamed:
                self._note_name(page)
        return [page if isinstance(page, UnusableFile) else page.playlist_id for page in pages]

    def _note_name(self, page: SavedPage) -> None:
        name = (page.playlist or {}).get("name")
        if isinstance(name, str):
            self.report.unnamed.add(same_name(name))
            if page.playlist_id == id_of_name(name):
                self.report.names[page.playlist_id] = same_name(name)

    def _ids_in_chart(self, file: ImportFile) -> list[str | UnusableFile]:
        return [read_chart(file, self._ids.playlist_id).playlist_id]

    def _last_chart(self, one: ImportedList) -> Chart:
        """The chart in the last of its files; raises UnusableFile if they are different charts."""
        charts = [read_chart(file, self._ids.playlist_id) for file in one.files]
        unnamed = [chart for chart in charts if chart.is_unnamed]
        if any(chart.rows != unnamed[0].rows for chart in unnamed):
            raise UnusableFile(
                f"is one of {len(unnamed)} files that --playlist-id would make one chart; import "
                "each with its own --playlist-id",
                *one.files,
            )
        return charts[-1]

    def _pages_of(self, one: ImportedList) -> list[SavedPage]:
        """The pages of a list in its files."""
        found = []
        for file in one.files:
            pages = [
                page
                for page in self._read_pages(file)
                if isinstance(page, SavedPage) and page.playlist_id == one.playlist_id
            ]
            if not pages:
                raise UnusableFile("changed while it was being read; import it again", file)
            found += pages
        return found

    def _fail(self, file: ImportFile, message: str) -> None:
        self.report.failures.append(Failure(file, message))
