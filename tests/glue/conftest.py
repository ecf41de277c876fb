"""One AWS for all tests of a file."""

from collections.abc import Iterator

import pytest

from tests.support.cloud import Cloud, cloud


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A moto server with the lake's bucket and the declared tables."""
    with cloud(tmp_path_factory.mktemp("aws")) as running:
        yield running
