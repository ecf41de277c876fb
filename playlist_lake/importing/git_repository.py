"""A git repository that is only read: one process lists its changes, one reads its files' content.

The repository may come from anybody, so nothing that it configures is executed: no pager, file
monitor, diff program, text converter or signature check. Nothing is fetched over the network, and
no GIT_ variable of the environment applies.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NamedTuple, cast

from playlist_lake.errors import Misuse

_READ_BYTES = 2**16
_ENVIRONMENT = {
    # Messages in English, which _sentence() looks at
    "LC_ALL": "C",
    # A clone without its files' content would fetch them
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
}
_OPTIONS = ("--no-pager", "-c", "core.fsmonitor=false")
# -c compares a merge with all its parents
_DIFF_TREE = "diff-tree --stdin -r -c --root -z --no-ext-diff --no-textconv --format=%H:%ct"
# The search for changed renames is limited to 1,000 files a commit
_RENAMES = {True: "-M -l1000", False: "-M100%"}


class GitFailed(Misuse):
    """Git is missing, or cannot read the repository."""


class MissingContent(Exception):
    """The repository does not have the content of a file."""


class GitEnded(Exception):
    """Git ended while it was asked for content; its message says why."""


class Change(NamedTuple):
    """A file that a commit added, changed, renamed or deleted."""

    commit: str
    committed_at: int
    """Seconds since 1970 in UTC."""
    path: bytes
    old_path: bytes
    """Another path than `path` if the file was renamed."""
    mode: str
    blob: str | None
    """The hash of the content; None if the file was deleted."""
    is_same_content: bool
    """Whether only the path or the mode changed."""


class GitRepository:
    """A work tree with its repository, a bare repository, or a `.git` folder.

    `cut_commits` are the oldest commits of a shallow clone. Raises GitFailed if the folder is not
    a repository that git can read, or has no commit.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            raise GitFailed(f"{path} cannot be found; pass the folder of a repository")
        if not path.is_dir():
            raise GitFailed(f"{path} is not a folder; pass the folder of a repository")
        shallow, *up = self._lines("rev-parse", "--git-path", "shallow", "--show-cdup")
        if any(up):
            top = os.path.normpath(path.absolute() / up[0])
            raise GitFailed(
                f"{path} is a folder in the repository {top}; pass that repository, and the folder "
                "after it"
            )
        try:
            (self.head,) = self._lines("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        except GitFailed as error:
            raise GitFailed(
                f"{path} has no commit on its current branch; commit the files, or check out the "
                "branch that has them"
            ) from error
        cut = path / shallow
        self.cut_commits = frozenset(cut.read_text().split()) if cut.exists() else frozenset[str]()

    def changes(self, *, changed_renames: bool) -> Iterator[Change]:
        """What each commit that leads to HEAD changed; a commit comes before its parents.

        Commits of parallel branches are in the order of their time. With `changed_renames`, a file
        that was renamed and changed in one commit is found, too, if git has the content of all
        files. Raises GitFailed.
        """
        diff_tree = f"{_DIFF_TREE} {_RENAMES[changed_renames]}".split()
        with (
            self._running("rev-list", "--date-order", self.head) as (_, commits),
            self._running(*diff_tree, stdin=commits) as (_, diffs),
        ):
            yield from _parsed(_tokens(diffs))

    @contextmanager
    def contents(self) -> Iterator["FileContents"]:
        """Read the content of files: `with repository.contents() as contents:`."""
        with self._running("cat-file", "--batch", stdin=subprocess.PIPE) as (requests, answers):
            yield FileContents(requests, answers)

    def _lines(self, *arguments: str) -> list[str]:
        with self._running(*arguments) as (_, output):
            return os.fsdecode(output.read()).split("\n")[:-1]

    @contextmanager
    def _running(
        self, *arguments: str, stdin: int | IO[bytes] = subprocess.DEVNULL
    ) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
        """Run git until the block ends, with its stdin (if that is a pipe) and stdout.

        Raises GitFailed with what git says.
        """
        git = shutil.which("git")
        if git is None:
            raise GitFailed("git cannot be found on this machine; install it")
        with TemporaryFile() as messages:
            command = [git, "-C", str(self.path), *_OPTIONS, *arguments]
            with (
                subprocess.Popen(
                    command,
                    stdin=stdin,
                    stdout=subprocess.PIPE,
                    stderr=messages,
                    env=_environment(),
                ) as process,
                suppress(GitEnded),
            ):
                yield cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout)
            if process.returncode:
                messages.seek(0)
                raise GitFailed(self._sentence(os.fsdecode(messages.read())))

    def _sentence(self, message: str) -> str:
        if "dubious ownership" in message:
            advice = [line.strip() for line in message.splitlines() if "--add safe" in line]
            return (
                f"{self.path} belongs to another user, so git does not read it; if you trust it, "
                f"run `{''.join(advice)}`"
            )
        if "not a git repository" in message:
            return f"{self.path} is not a git repository; pass the folder that has the history"
        if "promisor remote" in message:
            return (
                f"{self.path} is a partial clone, which lacks the content of files; clone the "
                "repository without --filter"
            )
        reason = message.strip().rpartition("\n")[2].removeprefix("fatal: ")
        return f"git cannot read {self.path} ({reason}); run `git fsck` in it"


class FileContents:
    """The content of a repository's files, by their hash."""

    def __init__(self, requests: IO[bytes], answers: IO[bytes]) -> None:
        self._requests, self._answers = requests, answers

    def read(self, blob: str) -> bytes:
        """A file's content; raises MissingContent, GitEnded."""
        try:
            # Not buffered, because closing a pipe to a process that ended would write the rest
            os.write(self._requests.fileno(), f"{blob}\n".encode())
        except BrokenPipeError as error:
            raise GitEnded from error
        # HASH blob SIZE, or HASH missing
        answer = self._answers.readline().split()
        if not answer:
            raise GitEnded
        size = answer[-1]
        if not size.isdigit():
            raise MissingContent
        content = self._answers.read(int(size))
        self._answers.read(1)
        return content


def _environment() -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return own | _ENVIRONMENT


def _tokens(stream: IO[bytes]) -> Iterator[bytes]:
    """The texts between NUL bytes."""
    rest = b""
    while piece := stream.read(_READ_BYTES):
        *whole, rest = (rest + piece).split(b"\0")
        yield from whole


def _parsed(tokens: Iterator[bytes]) -> Iterator[Change]:
    """The changes that diff-tree prints: `COMMIT:SECONDS`, then each file's state and path.

    The state is `:OLD_MODE MODE OLD_BLOB BLOB STATUS`; that of a merge has a colon, a mode and a
    blob of each parent. A renamed file has two paths, except in a merge.
    """
    commit, committed_at = "", 0
    for token in tokens:
        text = token.decode().strip()
        if not text.startswith(":"):
            if text:
                commit, _, seconds = text.partition(":")
                committed_at = int(seconds)
            continue
        *fields, status = text.lstrip(":").split()
        mode, *blobs = fields[len(fields) // 2 - 1 :]
        old_path = next(tokens)
        is_renamed = status.startswith("R") and len(blobs) == 2
        yield Change(
            commit,
            committed_at,
            next(tokens) if is_renamed else old_path,
            old_path,
            mode,
            blobs[-1] if blobs[-1].strip("0") else None,
            blobs[-1] in blobs[:-1],
        )
