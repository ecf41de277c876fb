"""The stack, deployed once for all tests; a history, run on it once; Trino over what that left."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from playlist_lake.demo import DATES, write_demo
from tests.cloud import history as of_the_stack
from tests.cloud.deployed import Deployed
from tests.cloud.history import History
from tests.cloud.roles import Role, deployed_roles
from tests.cloud.stack import INFRA, Stack, build_packages, working_copy
from tests.cloud.trino import Trino, trino
from tests.glue.cloud import Cloud, served


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """An empty AWS, moto with its gaps filled."""
    with served("tests.cloud.server", tmp_path_factory.mktemp("aws")) as running:
        yield running


@pytest.fixture(scope="session")
def stack(aws: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """infra/, applied."""
    folder = tmp_path_factory.mktemp("stack")
    built = working_copy(aws, INFRA, folder / "infra", packages=str(folder / "dist"))
    build_packages(folder / "dist")
    built.apply()
    return built


@pytest.fixture(scope="session")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake in a folder: raw objects of three simulated days, one per payload generation."""
    lake = tmp_path_factory.mktemp("laptop") / "lake"
    done: list[date] = []
    write_demo(lake, DATES[-3:], done.append)
    return lake


@pytest.fixture(scope="session")
def history(stack: Stack, laptop: Path, tmp_path_factory: pytest.TempPathFactory) -> History:
    """Three days of the deployed stack."""
    expired = tmp_path_factory.mktemp("expired") / "lake"
    done: list[date] = []
    write_demo(expired, [of_the_stack.EXPIRED], done.append)
    deployed = Deployed(stack.cloud, stack.outputs(), tmp_path_factory.mktemp("runs"))
    return of_the_stack.run(deployed, laptop, expired)


@pytest.fixture(scope="session")
def roles(history: History) -> dict[str, Role]:
    """The stack's roles, and what the history did in their names."""
    return deployed_roles(history.deployed)


@pytest.fixture(scope="session")
def athena(history: History, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trino]:
    """The engine under Athena, over what the history left."""
    with trino(history.deployed.cloud, tmp_path_factory.mktemp("trino")) as server:
        yield server
