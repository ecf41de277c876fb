"""Splits a test run between the workers of pytest-xdist.

The tests that need Spark run on one worker, so that there is one session. The others go file by
file to the worker that is free, so that each file's fixtures are set up once. pytest-xdist's own
`--dist=loadgroup` has no effect with pytest 9.2 (its issue 1386).
"""

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

# The fixtures of these packages are slow to set up and last for a whole run
_WHOLE_PACKAGES = ("tests/cloud/",)
_GROUPS_FILE = pytest.StashKey[Path]()


class _GroupScheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Runs all tests of a group on one worker."""

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        super().__init__(config, log)
        self._groups: dict[str, str] = {}

    def _split_scope(self, nodeid: str) -> str:
        if not self._groups:
            self._groups = json.loads(self.config.stash[_GROUPS_FILE].read_bytes())
        return self._groups[nodeid]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Replace the scheduler that `--dist` names."""
    return _GroupScheduling(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """Choose the file in which the workers write which group each test belongs to."""
    folder = tempfile.TemporaryDirectory()
    config.add_cleanup(folder.cleanup)
    config.stash[_GROUPS_FILE] = Path(folder.name, "groups.json")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: WorkerController) -> None:
    """Pass that file's name to a worker."""
    node.workerinput["groups_file"] = str(node.config.stash[_GROUPS_FILE])


@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Write the file, in each worker: only workers collect tests, and all collect the same."""
    workerinput: dict[str, Any] = getattr(session.config, "workerinput", {})
    if "groups_file" in workerinput:
        file = Path(workerinput["groups_file"])
        staged = file.with_name(workerinput["workerid"])
        staged.write_text(json.dumps({item.nodeid: _group(item) for item in session.items}))
        staged.replace(file)


def _group(item: pytest.Item) -> str:
    if "spark" in getattr(item, "fixturenames", ()):
        return "spark"
    file = item.nodeid.partition("::")[0]
    packages = [package for package in _WHOLE_PACKAGES if file.startswith(package)]
    return packages[0] if packages else file
