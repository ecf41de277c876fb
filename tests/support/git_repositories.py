"""Git repositories that tests make, commit by commit."""

import os
import subprocess
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

_ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


class SymbolicLink(str):
    """The content of a file that is a symbolic link."""


class Submodule(str):
    """A commit of another repository."""


class MadeRepository:
    """A bare repository; its HEAD is the branch `main`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        git("init", "-q", "--bare", "-b", "main", folder)

    def commit(
        self,
        at: str,
        files: Mapping[str, str | bytes | None] | Mapping[bytes, str | bytes | None],
        *,
        branch: str = "main",
        start: str = "",
        merged: str = "",
        message: bytes = b"Read the lists",
    ) -> str:
        """Commit files (None deletes one) at a time in ISO 8601; returns the commit's hash.

        A new branch begins at the branch `start`; `merged` is a branch that the commit merges.
        """
        moment = datetime.fromisoformat(at)
        command = [f"commit refs/heads/{branch}".encode()]
        command += [f"committer A <a@example.org> {moment.timestamp():.0f} {moment:%z}".encode()]
        command += [b"data %d\n%s" % (len(message), message)]
        if parent := self._hash(start or branch):
            command += [f"from {parent}".encode()]
        if merged:
            command += [f"merge {self._hash(merged)}".encode()]
        for path, content in files.items():
            command += _file_command(os.fsencode(path), content)
        self.git("fast-import", "--quiet", "--force", text=b"\n".join(command) + b"\n")
        return self._hash(branch)

    def git(self, *arguments: str | Path, text: bytes = b"") -> str:
        """Run git in the repository; returns what it prints."""
        return git("-C", self.folder, *arguments, text=text)

    def _hash(self, branch: str) -> str:
        return self.git("for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}").strip()


def git(*arguments: str | Path, text: bytes = b"") -> str:
    """Run git without anybody's configuration; returns what it prints."""
    done = subprocess.run(
        ("git", *arguments),  # noqa: S607, where git is differs by system
        input=text,
        env=_ENVIRONMENT,
        capture_output=True,
        check=True,
    )
    return os.fsdecode(done.stdout)


def _file_command(path: bytes, content: str | bytes | None) -> list[bytes]:
    quoted = b'"%s"' % path.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    if content is None:
        return [b"D %s" % quoted]
    if isinstance(content, Submodule):
        return [b"M 160000 %s %s" % (content.encode(), quoted)]
    mode = b"120000" if isinstance(content, SymbolicLink) else b"100644"
    body = os.fsencode(content)
    return [b"M %s inline %s" % (mode, quoted), b"data %d\n%s" % (len(body), body)]
