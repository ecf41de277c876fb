"""The history of files in a git repository: each version that a commit made, with its date."""

import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import groupby
from typing import NamedTuple

from playlist_lake.importing.git_repository import Change, GitFailed, GitRepository

_SYMLINK, _SUBMODULE = "120000", "160000"
# The path of the repository in itself
_ALL = b""


class Version(NamedTuple):
    """A file as a commit left it."""

    commit: str
    committed_on: date
    path: bytes
    blob: str

    @property
    def label(self) -> str:
        """What git calls it: `git show LABEL` prints it."""
        return f"{self.commit[:10]}:{printable_path(self.path)}"


class WantedFiles:
    """The files that an import is limited to; all JSON and CSV files without a path.

    A path is that of a file, or of a folder with JSON and CSV files that are not hidden. It
    includes what was at that path at any time, and what was renamed to it.
    """

    def __init__(self, paths: Sequence[str]) -> None:
        self._paths = {_in_repository(path) for path in paths or ["."]}
        self._older_names = set[bytes]()
        self._found_paths = set[bytes]()
        self._files = set[bytes]()

    def has(self, path: bytes) -> bool:
        """Whether a file is wanted."""
        if path in self._older_names:
            return True
        limits = self._paths.intersection(_with_parents(path))
        self._found_paths |= limits
        is_wanted = path in limits or any(_is_importable(path[len(one) :]) for one in limits)
        if is_wanted:
            self._files.add(path)
        return is_wanted

    def names(self, path: bytes) -> bool:
        """Whether a file was asked for by its name."""
        return path in self._paths

    def add(self, older_names: Iterable[bytes]) -> None:
        """Add the names that wanted files had before a rename."""
        self._older_names.update(older_names)

    @property
    def is_one_file(self) -> bool:
        """Whether only one file was found, whatever its older names are."""
        return len(self._files) == 1

    @property
    def missing(self) -> list[str]:
        """The paths that no file has had."""
        return sorted(os.fsdecode(path) for path in self._paths - self._found_paths - {_ALL})


@dataclass
class History:
    """The versions of some files, the newest first, and the changes that were passed over.

    `passed_over` has a reason that completes "VERSION …", and the versions' labels.
    """

    wanted: WantedFiles
    versions: list[Version] = field(default_factory=list)
    passed_over: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def read_history(repository: GitRepository, paths: Sequence[str], today: date) -> History:
    """The versions of the files at some paths in the commits that lead to HEAD.

    A version's date is the committer's date in UTC. A commit that only renames or deletes a file
    makes no version. Raises GitFailed.
    """
    if not paths:
        return _read(repository, paths, today, changed_renames=False)
    try:
        return _read(repository, paths, today, changed_renames=True)
    except GitFailed:
        # Git may not have the content of all files
        return _read(repository, paths, today, changed_renames=False)


def printable_path(path: bytes) -> str:
    """A path for messages; a byte that is not UTF-8 is shown as \\xNN."""
    return path.decode("utf-8", "backslashreplace")


def _read(
    repository: GitRepository, paths: Sequence[str], today: date, *, changed_renames: bool
) -> History:
    wanted = WantedFiles(paths)
    history = History(wanted)
    changes = repository.changes(changed_renames=changed_renames)
    for _, changes_of_commit in groupby(changes, lambda change: change.commit):
        older_names = []
        for change in changes_of_commit:
            if not wanted.has(change.path):
                continue
            if change.old_path != change.path:
                older_names.append(change.old_path)
            if change.blob is not None and not change.is_same_content:
                _add(history, change, change.blob, repository, today)
        # From here on the commits are older than the rename
        wanted.add(older_names)
    return history


def _add(
    history: History, change: Change, blob: str, repository: GitRepository, today: date
) -> None:
    on = _utc_date(change.committed_at)
    version = Version(change.commit, on or today, change.path, blob)
    if reason := _why_passed_over(change, on, repository, today):
        history.passed_over[reason].append(version.label)
    else:
        history.versions.append(version)


def _why_passed_over(
    change: Change, on: date | None, repository: GitRepository, today: date
) -> str | None:
    if change.mode == _SYMLINK:
        return "is a symbolic link; import the file that it names"
    if change.mode == _SUBMODULE:
        return "is a submodule; import that repository"
    if change.commit in repository.cut_commits:
        return (
            f"is of {on}, where the history of this shallow clone is cut, so nothing says when it "
            "changed; run `git fetch --unshallow` to import it and what is older"
        )
    if on is None or on > today:
        return (
            f"has a commit date after today ({today} in UTC); commit the file again with the right "
            "date"
        )
    return None


def _utc_date(seconds: int) -> date | None:
    try:
        return datetime.fromtimestamp(seconds, UTC).date()
    except (ValueError, OverflowError, OSError):
        return None


def _is_importable(path: bytes) -> bool:
    """Whether a JSON or CSV file has no hidden folder in its path."""
    return path.lower().endswith((b".json", b".csv")) and b"/." not in b"/" + path


def _with_parents(path: bytes) -> list[bytes]:
    """A path and the folders that it is in: `a/b.json`, `a` and the repository."""
    parts = path.split(b"/")
    return [b"/".join(parts[:count]) for count in range(len(parts) + 1)]


def _in_repository(path: str) -> bytes:
    """A path as git writes it, relative to the repository."""
    normal = os.path.normpath(path)
    return _ALL if normal == "." else os.fsencode(normal)
