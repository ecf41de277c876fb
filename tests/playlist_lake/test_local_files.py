"""Spark's files on this machine have the permissions that the system gives to new files."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

_WRITE = """
import sys

from playlist_lake.building.local_session import local_session

local_session().range(1).write.parquet(sys.argv[1])
"""


def test_files_of_a_user_with_a_strict_umask_are_private(tmp_path: Path) -> None:
    subprocess.run((sys.executable, "-c", _WRITE, tmp_path / "table"), umask=0o077, check=True)

    folder, *files = (tmp_path / "table", *(tmp_path / "table").iterdir())
    assert files
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
