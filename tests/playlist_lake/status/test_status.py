"""What `status` says of a lake, without Spark, DuckDB or a call to Spotify."""

import sys
from datetime import date, timedelta
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from jobs.genres import build_genres
from jobs.options import JobOptions
from jobs.publish import open_lake
from jobs.run import utc_now
from lake.folder import FolderStorage
from lake.outcomes import Outcome
from simulator.spotify import SimulatedSpotify
from simulator.spotify.library import EMPTY_ID
from tests.playlist_lake.conftest import Command
from tests.support.genre_objects import artist_id, musicbrainz, put_calls
from tests.support.outcome_objects import put_attempts
from tests.support.raw_objects import put_bytes, put_object, record
from tests.support.runs import publish_run, publish_stays
from tests.support.simulated_client import SUNDAY

CHART, COPY, NEW = (letter * 22 for letter in "ABC")
LOGIN = "Login: valid since 2026-07-24, 80 of 180 days left"
NO_LOGIN = "Login: there are no credentials in the environment or in "


def day(number: int) -> date:
    """The date of a day of the last week; 7 is today."""
    return SUNDAY - timedelta(days=7 - number)


def follow(lake: Path, *lines: str) -> Path:
    (lake / "config").mkdir(parents=True, exist_ok=True)
    (lake / "config/playlists.txt").write_text("\n".join(lines), encoding="utf-8")
    return lake


def put(lake: Path, playlist_id: str, on: date, name: str, items: int, total: int = 0) -> None:
    """Put a snapshot whose end record says these numbers."""
    playlist = record("playlist", playlist_id, on, playlist={"name": name})
    end = record("end", playlist_id, on, item_count=items, total=total or items, page_count=0)
    put_object(lake, playlist_id, [playlist, end], on)


def lists_of(out: list[str]) -> list[str]:
    """What is printed from the line about the lists on."""
    return out[next(at for at, line in enumerate(out) if line.startswith("Lists: ")) :]


def test_a_list_that_is_read_is_a_row_and_one_that_is_not_comes_with_the_reason(
    logged_in: SimulatedSpotify, tmp_path: Path, command: Command
) -> None:
    lake = follow(tmp_path, CHART, COPY, f"{NEW}  # Hits of today")
    for number in (1, 2, 3, 5, 7):
        put(lake, CHART, day(number), f"Chart {number}", 50)
        outcomes: dict[str, Outcome] = {CHART: "extracted", NEW: "not_found"}
        if number < 3:
            put(lake, COPY, day(number), "Copy", 20)
        put_attempts(
            lake, day(number), {**outcomes, COPY: "extracted" if number < 3 else "forbidden"}
        )

    status, out, err = command("status", "--lake", lake)

    assert (status, err, logged_in.requests) == (3, [], [])
    assert out == [
        LOGIN,
        "Quota: not throttled",
        "Tables: 5 dates to build (2026-10-26 to 2026-11-01); "
        f"run playlist-lake build --lake {lake}",
        "Missed: 2 of the last 30 days (2026-10-29, 2026-10-31)",
        "Lists: 3 followed: 1 read, 1 forbidden, 1 not found",
        "",
        "List     Last snapshot  Items",
        "Chart 7  2026-11-01        50",
        "",
        "Copy: read until 2026-10-27, forbidden since 2026-10-28",
        f"  forbidden is the answer for {COPY}",
        "",
        "Hits of today: never read, not found since 2026-10-26",
        f"  not_found is the answer for {NEW}",
    ]


@pytest.mark.usefixtures("logged_in")
def test_what_is_odd_about_a_list_that_is_read_stands_beside_it(
    tmp_path: Path, command: Command
) -> None:
    lake = follow(tmp_path, CHART, COPY, NEW, EMPTY_ID)
    put(lake, CHART, day(7), "Whole", 1200)
    put(lake, COPY, day(7), "Gaps\nand a break", 49, 50)
    put(lake, EMPTY_ID, day(5), "[bold]Late", 0)
    outcomes: dict[str, Outcome] = {CHART: "extracted", COPY: "incomplete"}
    put_attempts(lake, day(7), outcomes)
    put_attempts(lake, day(5), {EMPTY_ID: "extracted"})

    status, out, _ = command("status", "--lake", lake)

    assert (status, lists_of(out)[0]) == (0, "Lists: 4 followed: 3 read, 1 not tried yet")
    assert [line.split("  ", 1)[0] for line in out[-4:]] == [
        "[bold]Late",
        NEW,
        "Gaps and a break",
        "Whole",
    ]
    assert [" ".join(line.split()[-6:]) for line in out[-4:]] == [
        "[bold]Late 2026-10-30 0 2 days behind",
        f"{NEW} none not tried yet",
        "break 2026-11-01 49 incomplete, 1 missing",
        "Whole 2026-11-01 1,200",
    ]


@pytest.mark.usefixtures("logged_in")
@pytest.mark.parametrize(
    ("attempts", "snapshots", "expected"),
    [
        # Another outcome in between ends the run
        (
            {1: "forbidden", 2: "failed", 4: "forbidden", 6: "forbidden"},
            (),
            "never read, forbidden since 2026-10-29",
        ),
        # A snapshot that was imported does so too
        (
            {1: "extracted", 2: "forbidden", 3: "forbidden", 5: "forbidden"},
            (1, 3),
            "read until 2026-10-28, forbidden since 2026-10-30",
        ),
        # Read in the morning, refused in the evening
        ({7: "forbidden"}, (7,), "read until 2026-11-01, forbidden since 2026-11-01"),
        ({6: "extracted", 7: "throttled"}, (6,), "read until 2026-10-31, throttled since 2026-11"),
        ({6: "forbidden", 7: "extracted"}, (7,), None),
        ({6: "forbidden", 7: "already_present"}, (7,), None),
    ],
)
def test_the_outcome_holds_since_the_last_other_one(
    tmp_path: Path,
    command: Command,
    attempts: dict[int, Outcome],
    snapshots: tuple[int, ...],
    expected: str | None,
) -> None:
    lake = follow(tmp_path, CHART)
    for number, outcome in attempts.items():
        put_attempts(lake, day(number), {CHART: outcome})
    for number in snapshots:
        put(lake, CHART, day(number), "Mine", 1)
    out = command("status", "--lake", lake)[1]
    said = [line for line in out if "since 2026" in line and not line.startswith("Login")]
    assert [line.partition(": ")[2][: len(expected or "")] for line in said] == (
        [expected] if expected else []
    )


@pytest.mark.usefixtures("logged_in")
def test_a_list_that_was_not_tried_on_thirty_dates_counts_as_not_tried(
    tmp_path: Path, command: Command
) -> None:
    lake = follow(tmp_path, CHART, COPY)
    put_attempts(lake, day(-24), {CHART: "forbidden", COPY: "forbidden"})
    for number in range(-23, 7):
        put_attempts(lake, day(number), {CHART: "forbidden"})

    out = lists_of(command("status", "--lake", lake)[1])

    assert out[0] == "Lists: 2 followed: 1 forbidden, 1 not tried yet"
    assert f"{CHART}: never read, forbidden since {day(-24)}" in out


@pytest.mark.usefixtures("logged_in")
def test_the_newest_attempt_of_a_date_counts(tmp_path: Path, command: Command) -> None:
    lake = follow(tmp_path, CHART)
    put_attempts(lake, day(7), {CHART: "extracted"}, hour=12)
    put_attempts(lake, day(7), {CHART: "failed"}, hour=6)
    put_attempts(lake, day(7), {CHART: "already_present"}, hour=13)
    put(lake, CHART, day(7), "Mine", 1)
    assert command("status", "--lake", lake)[0] == 0
    put_attempts(lake, day(7), {CHART: "failed"}, hour=14)
    status, _, err = command("status", "--lake", lake)
    assert (status, err) == (
        1,
        ["error: some lists were not read when they were last tried; see above"],
    )


@pytest.mark.usefixtures("logged_in")
def test_lists_with_one_reason_share_it(tmp_path: Path, command: Command) -> None:
    lake = follow(tmp_path, CHART, COPY, NEW)
    put_attempts(lake, day(7), {CHART: "forbidden", COPY: "forbidden", NEW: "not_found"})
    assert lists_of(command("status", "--lake", lake)[1])[2:] == [
        f"{CHART}: never read, forbidden since 2026-11-01",
        f"{COPY}: never read, forbidden since 2026-11-01",
        "  forbidden is the answer for …",
        "",
        f"{NEW}: never read, not found since 2026-11-01",
        f"  not_found is the answer for {NEW}",
    ]


@pytest.mark.usefixtures("served")
def test_a_lake_without_login_followed_lists_and_outcomes_has_a_status(
    tmp_path: Path, command: Command
) -> None:
    for number, playlist_id in enumerate((CHART, COPY, NEW, *(letter * 22 for letter in "DEFG"))):
        put(tmp_path, playlist_id, day(7), f"List {number}", 1)
    status, out, err = command("status", "--lake", tmp_path)
    assert (status, err) == (0, [])
    assert out[0].startswith(NO_LOGIN)
    assert out[0].endswith("; run playlist-lake login")
    assert out[3:] == [
        "Lists: none followed; run playlist-lake follow LINK",
        "",
        "Not followed: 7 lists of the lake (List 0, List 1, List 2, List 3, List 4 and 2 more)",
    ]


@pytest.mark.usefixtures("logged_in")
def test_damaged_objects_are_passed_over(tmp_path: Path, command: Command) -> None:
    lake = follow(tmp_path, CHART, "hello")
    put(lake, CHART, day(5), "Mine", 3)
    put_bytes(lake, CHART, b"not gzip", day(6))
    put_object(lake, CHART, [record("playlist", CHART, day(7), playlist={})], day(7))
    put_attempts(lake, day(5), {CHART: "extracted"})
    broken = lake / f"outcomes/snapshot_date={day(7)}/broken.jsonl"
    broken.parent.mkdir(parents=True)
    broken.write_text("{}\n")
    status, out, err = command("status", "--lake", lake)
    # The line that is not a list counts as failed, as in an extraction
    assert status == 1
    assert out[-1].split() == ["Mine", "2026-10-30", "3", "2", "days", "behind"]
    assert err[0].startswith(f"warning: outcomes/snapshot_date={day(7)}/broken.jsonl cannot be")
    assert err[1].startswith(f"not readable: {lake}/config/playlists.txt, line 2: 'hello' is not")
    assert err[2:] == ["error: some lines of config/playlists.txt are not lists; see above"]


@pytest.mark.usefixtures("logged_in")
def test_stays_that_are_older_than_the_tables_are_out_of_date(
    tmp_path: Path, command: Command
) -> None:
    lake = follow(tmp_path, CHART)
    options = JobOptions(str(lake))
    put(lake, CHART, day(7), "Mine", 1)
    publish_run(options, utc_now, [day(7)])
    sentence = f"Tables: the stays are out of date; run playlist-lake build --lake {lake}"
    assert command("status", "--lake", lake)[1][2] == sentence
    publish_stays(options, utc_now)
    assert command("status", "--lake", lake)[1][2] == "Tables: up to date"


@pytest.mark.usefixtures("logged_in")
def test_genres_that_are_older_than_the_answers_are_out_of_date(
    tmp_path: Path, command: Command
) -> None:
    lake = follow(tmp_path, CHART)
    put_calls(
        FolderStorage(lake), "r1", musicbrainz("2026-11-01T06:00:00.000Z", {artist_id(1): []})
    )
    sentence = f"Tables: the genres are out of date; run playlist-lake build --lake {lake}"
    assert command("status", "--lake", lake)[1][2] == sentence
    with open_lake(JobOptions(str(lake)), utc_now) as opened:
        build_genres(opened)
    assert command("status", "--lake", lake)[1][2] == "Tables: up to date"


@pytest.mark.usefixtures("logged_in")
def test_a_spent_quota_is_shown_until_it_ends(tmp_path: Path, command: Command) -> None:
    lake = follow(tmp_path, CHART)
    put_attempts(lake, day(7), {CHART: "throttled"})
    (lake / "state").mkdir()
    (lake / "state/throttled_until.json").write_text('{"throttled_until": "2026-11-01T13:00:00Z"}')
    status, out, _ = command("status", "--lake", tmp_path)
    assert (status, out[1]) == (1, "Quota: throttled until 2026-11-01 13:00:00 UTC")
    assert f"{CHART}: never read, throttled since 2026-11-01" in out


@pytest.mark.usefixtures("logged_in")
def test_two_hundred_lists_fit_eighty_columns(tmp_path: Path, command: Command) -> None:
    ids = [f"{number:022}" for number in range(200)]
    lake = follow(tmp_path, *ids)
    for number, playlist_id in enumerate(ids):
        put(lake, playlist_id, day(7), f"A list with one name {'x' * number}", number, number + 1)
    out = lists_of(command("status", "--lake", lake)[1])
    assert len(out) == 203
    assert max(map(len, out)) <= 80
    assert all(line.endswith("incomplete, 1 missing") for line in out[3:])


def test_a_lake_on_s3_has_no_tables_here(
    logged_in: SimulatedSpotify, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert logged_in
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="lakes")
        s3.put_object(Bucket="lakes", Key="mine/config/playlists.txt", Body=CHART.encode())
        status, out, err = command("status", "--lake", "s3://lakes/mine")
    assert (status, err) == (0, [])
    assert out[:3] == [LOGIN, "Quota: not throttled", "Lists: 1 followed: 1 not tried yet"]


@pytest.mark.usefixtures("logged_in")
def test_a_lake_without_snapshots_has_no_tables(tmp_path: Path, command: Command) -> None:
    out = command("status", "--lake", follow(tmp_path, CHART))[1]
    assert out[2] == "Tables: none yet"


def test_a_mistyped_lake_is_a_misuse(tmp_path: Path, command: Command) -> None:
    status, out, err = command("status", "--lake", tmp_path / "nowhere")
    assert (status, out) == (2, [])
    assert err[0].startswith(f"error: {tmp_path}/nowhere does not exist")


def test_status_needs_neither_spark_nor_duckdb(
    tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("pyspark", "duckdb"):
        monkeypatch.setitem(sys.modules, module, None)
    assert command("status", "--lake", follow(tmp_path, CHART))[0] == 0
