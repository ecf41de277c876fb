"""A browser and a port for the login, played by the tests."""

import socket
import threading
from collections.abc import Callable, Iterator

import pytest
import requests

from extract_lambda.credentials import Credentials, FileStore, credentials_path

Visit = Callable[[str], object]
"""What a browser does with the link that it opens."""
SetVisit = Callable[[Visit], None]


@pytest.fixture
def port() -> int:
    """A port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        found: int = free.getsockname()[1]
        return found


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[SetVisit]:
    """Sets what the browser that a login opens does, in a thread of its own."""
    threads: list[threading.Thread] = []

    def use(visit: Visit) -> None:
        def open_link(link: str) -> bool:
            threads.append(threading.Thread(target=visit, args=(link,)))
            threads[-1].start()
            return True

        monkeypatch.setenv("BROWSER", "set-by-the-test")
        monkeypatch.setattr("webbrowser.open", open_link)

    yield use
    for thread in threads:
        thread.join()


def visit(link: str) -> requests.Response:
    """Open a link and follow its redirects."""
    return requests.get(link, timeout=5)


def stored_credentials() -> Credentials:
    """The credentials in the user's configuration folder."""
    return FileStore(credentials_path()).load()
