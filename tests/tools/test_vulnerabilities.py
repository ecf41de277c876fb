"""The locks are checked against OSV; a server on this machine answers as OSV does."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tools.vulnerabilities import ACCEPTED, REQUIREMENTS, InvalidEntry, Pin, main, pinned

LOCK = """
broken==1.0 ; python_full_version < '3.12' \\
    --hash=sha256:00
    # via sound
broken==2.0 ; python_full_version >= '3.12' \\
    --hash=sha256:01
sound==3.1 \\
    --hash=sha256:02
"""


class Osv(BaseHTTPRequestHandler):
    """Knows one vulnerability, of `broken` 1.0, and answers with the status of its server."""

    def do_POST(self) -> None:
        queries = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        vulnerable = {"package": {"name": "broken", "ecosystem": "PyPI"}, "version": "1.0"}
        results = [{"vulns": [{"id": "X-1"}]} if one == vulnerable else {} for one in queries]
        self.send_response(self.server.status)  # type: ignore[attr-defined]
        self.end_headers()
        self.wfile.write(json.dumps({"results": results}).encode())

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def osv() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), Osv) as server:
        server.status = 200  # type: ignore[attr-defined]
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two locks; no vulnerability is accepted."""
    (tmp_path / "run.txt").write_text(LOCK)
    (tmp_path / "test.txt").write_text("broken==1.0\n")
    (tmp_path / ACCEPTED).touch()
    return tmp_path


def url(server: HTTPServer) -> str:
    return f"http://127.0.0.1:{server.server_port}/v1/querybatch"


def accept(folder: Path, id_: str, **other: str) -> None:
    entry = {"id": id_, "package": "broken", "reason": "unused", **other}
    lines = [f'{name} = "{value}"' for name, value in entry.items()]
    (folder / ACCEPTED).write_text("\n".join(["[[accepted]]", *lines, "date = 2026-11-30"]))


def test_a_known_vulnerability_fails_and_is_named_with_its_locks(
    folder: Path, osv: HTTPServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(folder, url(osv)) == 1
    first, _ = capsys.readouterr().out.splitlines()
    assert first == "broken 1.0 (run.txt, test.txt): https://osv.dev/X-1"


def test_an_accepted_vulnerability_passes(folder: Path, osv: HTTPServer) -> None:
    accept(folder, "X-1")
    assert main(folder, url(osv)) == 0


def test_an_entry_that_is_no_longer_needed_is_named(
    folder: Path, osv: HTTPServer, capsys: pytest.CaptureFixture[str]
) -> None:
    accept(folder, "X-2")
    assert main(folder, url(osv)) == 1
    assert "X-2 of broken is no longer found; remove its entry." in capsys.readouterr().out


def test_an_entry_without_a_reason_is_refused(folder: Path, osv: HTTPServer) -> None:
    accept(folder, "X-1", because="x")
    with pytest.raises(InvalidEntry, match="must have id, package, reason, date"):
        main(folder, url(osv))


@pytest.mark.parametrize("status", [None, 403, 404, 503])
def test_an_unreachable_database_is_one_sentence(
    folder: Path, osv: HTTPServer, capsys: pytest.CaptureFixture[str], status: int | None
) -> None:
    where = url(osv)
    if status is None:
        where = "http://127.0.0.1:1/"
    osv.status = status  # type: ignore[attr-defined]
    assert main(folder, where) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("Not checked: known vulnerabilities, because OSV cannot be reached (")


def test_every_lock_is_read_with_all_its_pins() -> None:
    locks = pinned(REQUIREMENTS)
    names = {name for of_pin in locks.values() for name in of_pin}
    assert names == {path.name for path in REQUIREMENTS.glob("*.txt")}
    # As many as there are lines that begin with a package
    lines = (REQUIREMENTS / "run.txt").read_text().splitlines()
    packages = [line for line in lines if line[:1].isalnum()]
    assert len([pin for pin in locks if "run.txt" in locks[pin]]) == len(packages)
    assert "run.txt" in locks[Pin("pyspark", "3.5.6")]
