"""The stack and a history of runs on it, each created once, and Trino on their tables."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from playlist_lake.demo import write_demo
from tests.cloud import history as of_the_stack
from tests.cloud.deployed import Deployed
from tests.cloud.history import History
from tests.cloud.policies import Statement, statements
from tests.cloud.recorded import KEY
from tests.cloud.roles import Role, deployed_roles
from tests.cloud.stack import (
    BOUNDARY,
    BUCKET,
    INFRA,
    RETENTION_DAYS,
    Stack,
    build_packages,
    working_copy,
)
from tests.cloud.trino import Trino, trino
from tests.support.cloud import Cloud, served


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """An empty AWS: moto with its gaps filled."""
    with served("tests.cloud.server", tmp_path_factory.mktemp("aws")) as running:
        yield running


@pytest.fixture(scope="session")
def applied(aws: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Stack]]:
    """infra/ and infra/bootstrap, applied at the same time, because both mostly wait.

    The bootstrap has an AWS of its own, a user and a KMS key.
    """
    folder = tmp_path_factory.mktemp("stack")
    build_packages(folder / "dist")
    bootstrap_folder = tmp_path_factory.mktemp("bootstrap")
    with served("tests.cloud.server", bootstrap_folder) as other, ThreadPoolExecutor() as pool:
        stacks = {
            "stack": working_copy(
                aws, INFRA, folder / "infra",
                packages=str(folder / "dist"),
                bucket=BUCKET,
                permissions_boundary_arn=BOUNDARY,
                # Not in CHANGED: after a change of lifecycle rules, Terraform waits for a minute
                retention_days=RETENTION_DAYS,
                schedule_enabled=True,
                genres=True,
                genres_contact="you@example.org",
            ),
            "bootstrap": working_copy(
                other, INFRA / "bootstrap", bootstrap_folder / "infra",
                bucket=BUCKET,
                kms_key_arn=KEY,
                user=True,
            ),
        }  # fmt: skip
        for applying in [pool.submit(one.apply) for one in stacks.values()]:
            applying.result()
        yield stacks


@pytest.fixture(scope="session")
def stack(applied: dict[str, Stack]) -> Stack:
    """infra/, applied with a boundary, retention, genres, and its schedule as after a login."""
    return applied["stack"]


@pytest.fixture(scope="session")
def history(stack: Stack, three_days: Path, tmp_path_factory: pytest.TempPathFactory) -> History:
    """Three days of the deployed stack."""
    expired = tmp_path_factory.mktemp("expired") / "lake"
    write_demo(expired, [of_the_stack.EXPIRED], lambda _: None)
    deployed = Deployed(stack.cloud, stack.outputs(), tmp_path_factory.mktemp("runs"))
    return of_the_stack.run(deployed, three_days, expired)


@pytest.fixture(scope="session")
def bootstrap(applied: dict[str, Stack]) -> Stack:
    """infra/bootstrap, applied with the same bucket name, a KMS key and a user."""
    return applied["bootstrap"]


@pytest.fixture(scope="session")
def bootstrap_policies(bootstrap: Stack) -> dict[str, list[Statement]]:
    """The statements of the policies that it created, by name."""
    iam = bootstrap.cloud.client("iam")
    return {
        policy["PolicyName"]: statements(
            iam.get_policy_version(PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"])[
                "PolicyVersion"
            ]["Document"]
        )
        for policy in iam.list_policies(Scope="Local")["Policies"]
    }


@pytest.fixture(scope="session")
def roles(history: History) -> dict[str, Role]:
    """The stack's roles, and the calls that the history made with them."""
    return deployed_roles(history.deployed)


@pytest.fixture(scope="session")
def athena(history: History, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trino]:
    """Athena's engine, on the tables that the history left."""
    with trino(history.deployed.cloud, tmp_path_factory.mktemp("trino")) as server:
        yield server
