"""A hundred lists, ten of which fail in ten ways, and a list of the maximum length."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.spotify import faults, library
from simulator.spotify.faults import Fault
from tests.extract_lambda.extractor import Alias, Answer, Extractor

NAMES = [f"OneOfHundredLists{number:05}" for number in range(100)]


# For lists 5, 15, 25 and so on: fault, path, outcome, maximum number of calls
FAULTS: list[tuple[Fault, str, str, int]] = [
    (faults.NotFound(), "", "not_found", 1),
    (faults.Forbidden("not_owner"), "/items", "forbidden", 2),
    (Answer('{"error": {"message": "Invalid base62 id"}}', 400), "", "failed", 1),
    (Answer('{"error": {"message": "No"}}', 401), "", "failed", 2),
    (faults.ServerError(503), "/items", "failed", 5),
    (faults.EmptyBody(), "", "failed", 4),
    (faults.HtmlPage(), "/items", "failed", 5),
    (faults.Torn(), "/items", "failed", 5),
    (Answer('{"items": [], "total": 50, "next": null}'), "/items", "failed", 4 * 2),
    (
        Answer('{"items": [1], "total": 50, "next": "https://api.spotify.example/v1/x"}'),
        "/items",
        "failed",
        2,
    ),
]


def test_ten_failures_leave_the_other_ninety_lists_whole(extractor: Extractor) -> None:
    failing = {NAMES[5 + 10 * way]: fault for way, fault in enumerate(FAULTS)}
    for name, (fault, path, _, _) in failing.items():
        extractor.spotify.fault(fault, path=f"/v1/playlists/{name}{path}", times=None)
    chart = extractor.spotify.playlist_ids[0]
    extractor.spotify.fault(Alias(chart), path="/v1/playlists/OneOf**", times=None)

    report = extractor.run(*NAMES)

    found = {one.playlist_id: one for one in report.outcomes}
    assert list(found) == NAMES
    for name, one in found.items():
        if name in failing:
            assert (one.outcome, one.calls) == failing[name][2:]
            assert name in one.sentence
        else:
            assert (one.outcome, one.items, one.calls) == ("extracted", 50, 3)
    assert report.counts["extracted"] == 90
    assert report.is_failure
    assert len(extractor.requests) == 90 * 3 + 1 + 2 + 1 + 2 + 5 + 4 + 5 + 5 + 8 + 2
    assert extractor.waits == [1.0, 2.0, 4.0] * 4
    assert len(extractor.files) == 90


def test_if_all_lists_fail_the_waits_end_with_the_budget(extractor: Extractor) -> None:
    extractor.spotify.fault(faults.ServerError(503), path="/v1/**", times=None)

    report = extractor.run(*NAMES)

    assert report.counts["failed"] == 100
    assert sum(extractor.waits) <= 300
    assert len(extractor.requests) <= 4 * 100


MEASURE = """
import json, random, re, resource, sys, time
from datetime import UTC, datetime
from pathlib import Path
from extract_lambda import handler
from extract_lambda.credentials import EnvironmentStore
from extract_lambda.extraction import extract_playlists
from extract_lambda.raw_zone import RawZone
from extract_lambda.settings import ApiSettings
from extract_lambda.spotify_api import SpotifyApi
from extract_lambda.throttle import Throttle
from lake.storage import open_storage

def peak_bytes():
    if sys.platform == "darwin":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # On Linux ru_maxrss includes the memory of the parent process
    return int(re.search("VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]) * 1024

def clock():
    return datetime.now(UTC)

given = json.loads(sys.argv[1])
before = peak_bytes()
storage = open_storage(given["lake"])
api = SpotifyApi(
    ApiSettings(api_url=given["api_url"], token_url=given["accounts_url"] + "/api/token"),
    EnvironmentStore(given["environ"]),
    Throttle(storage, clock),
    sleep=time.sleep,
    random=random.random,
)
(one,) = extract_playlists(
    [given["playlist_id"]], RawZone(storage), api, snapshot_date=clock().date(), clock=clock
).outcomes
print(json.dumps([one.outcome, one.items, one.calls, peak_bytes() - before]))
"""


@pytest.fixture
def other_process() -> Iterator[dict[str, str]]:
    """What a simulated Spotify in another process prints: its memory must not count here."""
    with subprocess.Popen(
        [sys.executable, "-m", "simulator.spotify", "--generation", "transitional"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as server:
        assert server.stdout
        lines = [server.stdout.readline() for _ in range(6)]
        try:
            yield dict(line.rstrip("\n").split(": ", 1) for line in lines)
        finally:
            server.terminate()


@pytest.mark.slow
def test_ten_thousand_items_take_less_than_128_mb(
    other_process: dict[str, str], tmp_path: Path
) -> None:
    given = {
        "lake": str(tmp_path / "lake"),
        "playlist_id": library.AT_LIMIT_ID,
        "environ": {
            f"SPOTIFY_{key.upper()}": other_process[key]
            for key in ("client_id", "client_secret", "refresh_token")
        },
    }

    run = subprocess.run(
        [sys.executable, "-c", MEASURE, json.dumps(given | other_process)],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )

    outcome, items, calls, peak_bytes = json.loads(run.stdout)
    assert (outcome, items, calls) == ("extracted", 10_000, 202)
    assert 2**20 < peak_bytes < 128 * 2**20


def test_the_handler_imports_neither_spark_nor_the_command_line() -> None:
    code = (
        "import sys, extract_lambda.handler; print(*{name.split('.')[0] for name in sys.modules})"
    )

    run = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )

    assert not {"jobs", "playlist_lake", "pyspark", "pyarrow", "duckdb"} & set(run.stdout.split())
