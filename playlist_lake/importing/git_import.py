"""The import of a git history: each version of a file is a snapshot of its date.

The date is the one in the names of file and folders, as for a file on disk, else that of the
commit. The dates are imported in their order, and the commits of one date from the newest to the
oldest: of several versions of a file, the newest one that can be imported counts.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import groupby
from typing import Protocol

from playlist_lake.console import counted
from playlist_lake.importing.files import ImportFile, UnusableFile, snapshot_date_of
from playlist_lake.importing.git_history import History, Version, WantedFiles, printable_path
from playlist_lake.importing.git_repository import FileContents, GitRepository, MissingContent
from playlist_lake.importing.import_report import Failure, ImportedList, ImportReport, PassedOver

_LFS_POINTER = b"version https://git-lfs."


class ImportFiles(Protocol):
    """The importer with all its options."""

    def __call__(
        self,
        files: Iterable[ImportFile],
        *,
        is_part: bool = False,
        newer: Collection[str] = (),
        progress: Callable[[ImportFile], None] | None = None,
    ) -> ImportReport:
        """Import some files."""


def import_history(
    repository: GitRepository,
    history: History,
    import_files: ImportFiles,
    *,
    today: date,
    progress: Callable[[date, int], None],
) -> ImportReport:
    """Import the versions of a history; `import_files` imports the files of one date and commit.

    `progress` is called for each date, with the number of its versions, when it is done. A version
    that cannot be imported is passed over, and so is a file without any other version, except if
    it was asked for by name. Raises GitFailed, StorageError; the import can be run again then.
    """
    by_date = defaultdict(list)
    for version in history.versions:
        by_date[_snapshot_date(version, today)].append(version)
    with repository.contents() as contents:
        run = _HistoryImport(contents, import_files, history.wanted)
        for on in sorted(by_date):
            run.import_date(on, by_date[on])
            progress(on, len(by_date[on]))
    return run.finished(history)


class _HistoryImport:
    """One run of the import of a history."""

    def __init__(
        self, contents: FileContents, import_files: ImportFiles, wanted: WantedFiles
    ) -> None:
        self._contents = contents
        self._import_files = import_files
        self._wanted = wanted
        self._report = ImportReport()
        self._imported_paths = set[bytes]()
        # The failures of each path, in the order of the dates
        self._failures = defaultdict[bytes, list[Failure]](list)
        self._older_versions = 0

    def import_date(self, on: date, versions: Iterable[Version]) -> None:
        """Import the versions of a date, the newest commit first."""
        done = set[bytes]()
        lists = set[str]()
        for _, changed in groupby(versions, lambda version: version.commit):
            of_commit = list(changed)
            newest = [version for version in of_commit if version.path not in done]
            self._older_versions += len(of_commit) - len(newest)
            paths = {self._file(version, on): version.path for version in newest}
            report = self._import_files(list(paths), is_part=True, newer=lists)
            for failure in report.failures:
                self._failures[paths[failure.file]].append(failure)
            done |= {paths[file] for file in _imported(report)}
            self._add(report, lists)
        self._imported_paths |= done

    def finished(self, history: History) -> ImportReport:
        """The report on all dates."""
        report, passed_over = self._report, self._report.passed_over
        for path, failures in self._failures.items():
            if self._wanted.names(path) and path not in self._imported_paths:
                report.failures.append(failures[-1])
            else:
                passed_over += [PassedOver(one.file.label, one.message) for one in failures]
        for reason, labels in history.passed_over.items():
            passed_over += [PassedOver(label, f"{label} {reason}") for label in labels]
        if self._older_versions:
            report.remarks.append(
                f"{counted(self._older_versions, 'version')} passed over, because another one of "
                "the same file and date is newer"
            )
        return report

    def _add(self, of_commit: ImportReport, lists: set[str]) -> None:
        """Add the report on one commit, without the lists that newer commits of the date have."""
        report = self._report
        report.written.extend(_without(lists, of_commit.written))
        report.already_present.extend(_without(lists, of_commit.already_present))
        report.superseded.extend(of_commit.superseded)
        report.ignored.extend(of_commit.ignored)
        for key, contents in of_commit.contents.items():
            report.contents.setdefault(key, contents)
        report.unnamed.update(of_commit.unnamed)
        report.names.update(of_commit.names)
        for list_id, dates in of_commit.twice.items():
            report.twice[list_id] |= dates
        report.remarks.extend(of_commit.remarks)
        report.dropped_keys.update(of_commit.dropped_keys)
        lists.update(one.playlist_id for one in _lists(of_commit))

    def _file(self, version: Version, on: date) -> ImportFile:
        read = partial(self._content, version.blob)
        is_found = not self._wanted.names(version.path)
        return replace(_named(version), read_bytes=read, snapshot_date=on, is_found=is_found)

    def _content(self, blob: str) -> bytes:
        try:
            content = self._contents.read(blob)
        except MissingContent as error:
            raise UnusableFile(
                "is missing in the repository; run `git fsck` in it, or clone it again"
            ) from error
        if content.startswith(_LFS_POINTER):
            raise UnusableFile("is stored with Git LFS, outside of the history; import its file")
        return content


def _snapshot_date(version: Version, today: date) -> date:
    """The date in the names of file and folders; without one, that of the commit."""
    try:
        return snapshot_date_of(_named(version), None, today)
    except UnusableFile:
        return version.committed_on


def _named(version: Version) -> ImportFile:
    """A version with its names, but without its content."""
    folder, _, name = printable_path(version.path).rpartition("/")
    return ImportFile(version.label, name, bytes, folder=folder)


def _without(lists: set[str], others: Iterable[ImportedList]) -> list[ImportedList]:
    return [one for one in others if one.playlist_id not in lists]


def _lists(report: ImportReport) -> list[ImportedList]:
    return [*report.written, *report.already_present]


def _imported(report: ImportReport) -> list[ImportFile]:
    """The files that have a list which was imported."""
    imported = [file for one in _lists(report) for file in one.files]
    return imported + [superseded.file for superseded in report.superseded]
