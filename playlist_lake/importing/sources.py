"""What one import reads: files on this machine, or the history of files in a git repository."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from playlist_lake.console import counted
from playlist_lake.errors import Misuse
from playlist_lake.importing.folders import files_at
from playlist_lake.importing.git_history import read_history
from playlist_lake.importing.git_import import ImportFiles, import_history
from playlist_lake.importing.git_repository import GitRepository
from playlist_lake.importing.import_report import ImportReport
from playlist_lake.importing.list_ids import ListIds, check_names

OnPart = Callable[[str, int], None]
"""Called when files or versions are done, with their name and number."""


class FilesOnDisk:
    """Files on this machine, and those in folders; raises Misuse if there is none of them."""

    def __init__(self, paths: Sequence[Path]) -> None:
        if not paths:
            raise Misuse("nothing to import; name files, or a repository with --git")
        if not any(path.exists() for path in paths):
            # Locking would make a lake out of a mistyped name
            more = f" and {counted(len(paths) - 1, 'other file')}" if paths[1:] else ""
            raise Misuse(f"{paths[0]}{more} cannot be found; check the name")
        self._files = files_at(paths)
        if not self._files:
            raise Misuse(f"{paths[0]} has no files to import")
        self.count = len(self._files)
        self.size = self.title = counted(self.count, "file")

    def import_with(self, import_files: ImportFiles, on_part: OnPart) -> ImportReport:
        """Import the files; raises StorageError."""
        return import_files(self._files, progress=lambda file: on_part(file.name, 1))


class FilesInGit:
    """The versions of files in a git repository; without paths, of all JSON and CSV files.

    With a `playlist_id` in `ids`, they must be the versions of one file. Raises Misuse if the
    repository cannot be read, or has no such file.
    """

    def __init__(self, repository: Path, paths: Sequence[Path], ids: ListIds, today: date) -> None:
        self._repository = GitRepository(repository)
        self._history = read_history(self._repository, list(map(str, paths)), today)
        self._ids = ids
        self._today = today
        if missing := self._history.wanted.missing:
            raise Misuse(
                f"{missing[0]} is not in the history of {repository}; pass paths as "
                "`git ls-files` prints them"
            )
        if ids.playlist_id and not self._history.wanted.is_one_file:
            raise Misuse("--playlist-id is the id of one list; pass the one file that has it")
        self.count = len(self._history.versions)
        if not self.count and not self._history.passed_over:
            raise Misuse(f"no commit of {repository} has a JSON or CSV file; name the files")
        self.size = counted(self.count, "version")
        self.title = f"{self.size} of files in {repository}"

    def import_with(self, import_files: ImportFiles, on_part: OnPart) -> ImportReport:
        """Import the versions; raises GitFailed, StorageError, and UnknownListName at the end."""
        report = import_history(
            self._repository,
            self._history,
            import_files,
            today=self._today,
            progress=lambda on, count: on_part(str(on), count),
        )
        check_names(report, self._ids)
        return report
