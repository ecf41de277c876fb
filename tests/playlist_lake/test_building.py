"""The command line from raw to tables: demo, import, build and expire, with Spark."""

import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pyspark.sql import SparkSession

from jobs.flatten import flatten_playlists
from jobs.options import JobOptions
from jobs.rules import RULES_VERSION
from jobs.tables import SNAPSHOT_TABLES
from playlist_lake import cli, connect
from playlist_lake import demo as demo_module
from playlist_lake.demo import DATES
from simulator.world.catalogue import SimulatedCatalogue
from tests.support.saved_responses import playlist, raw, save

# One day per generation of payloads
THREE_DAYS = DATES[-3:]
CATALOGUE = SimulatedCatalogue()
CHART, _, MIXTAPE = CATALOGUE.playlist_ids

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("spark")]


class Outcome(NamedTuple):
    """What a command left: its exit status, and the lines it printed."""

    status: int
    out: list[str]
    err: list[str]


def call(*arguments: str | Path) -> Outcome:
    """Run a command in this process, where it finds the tests' Spark session."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = cli.run([str(argument) for argument in arguments])
    return Outcome(status, out.getvalue().splitlines(), err.getvalue().splitlines())


def ask(lake: Path, question: str) -> list[tuple[Any, ...]]:
    return connect(lake).execute(question).fetchall()


@pytest.fixture(scope="module", autouse=True)
def _short_demo() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo_module, "DATES", THREE_DAYS)
        yield


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Outcome]:
    """A lake with the demo's last three days, and what the command printed."""
    lake = tmp_path_factory.mktemp("demo") / "lake"
    return lake, call("demo", "--lake", lake)


def chart_uris(on: date) -> list[str]:
    """The simulated chart of a day, which has neither null rows nor relinked songs."""
    items = CATALOGUE.items_page(CHART, on, "2026", limit=50)["items"]
    return [item["item"]["uri"] for item in items]


def written(lake: Path) -> dict[Path, int]:
    """When each file of a lake was written, in ns."""
    return {path: path.stat().st_mtime_ns for path in lake.rglob("*") if path.is_file()}


def test_the_demo_shows_its_work_and_then_what_changed(demo: tuple[Path, Outcome]) -> None:
    lake, (status, out, err) = demo
    assert (status, err[0], err[-2:]) == (
        0,
        "simulate 3 days",
        ["build_stays: publish", "write the report"],
    )
    names = [CATALOGUE.playlist(one, DATES[-1], "2026")["name"] for one in (MIXTAPE, CHART)]
    assert out[0] == "Built    3 snapshot dates (2026-10-29 to 2026-10-31) from 1,650 items"
    shown = [line for line in out if "2026-10-30 to 2026-10-31" in line]
    assert shown == [
        f"{name}  2026-10-30 to 2026-10-31, {items} items"
        for name, items in zip(names, (400, 50), strict=True)
    ]
    assert [line for line in out if line.startswith("Nothing ")] == [
        "Nothing changed: Fresh Catch Friday 🎣"
    ]
    assert out[-3:] == [
        "Simulated data: lists, songs, artists and genres are invented.",
        f"More: playlist-lake diff {MIXTAPE} 2026-10-31 --lake {lake}",
        f"Report: {lake}/report.html",
    ]


def test_the_tables_have_the_chart_of_every_simulated_day(demo: tuple[Path, Outcome]) -> None:
    for on in THREE_DAYS:
        rows = connect(demo[0]).execute(
            "SELECT item_uri FROM playlist_entries WHERE playlist_id = ? AND snapshot_date = ? "
            "ORDER BY position",
            [CHART, on],
        )
        assert [uri for (uri,) in rows.fetchall()] == chart_uris(on)


def test_the_chart_view_agrees_with_the_simulated_days(demo: tuple[Path, Outcome]) -> None:
    first, before, last = map(chart_uris, THREE_DAYS)
    rows = connect(demo[0]).execute(
        "SELECT item_uri, label, change FROM chart WHERE playlist_id = ? AND snapshot_date = ? "
        "ORDER BY position",
        [CHART, THREE_DAYS[-1]],
    )
    expected = []
    for position, uri in enumerate(last, 1):
        change = before.index(uri) + 1 - position if uri in before else None
        if change is None:
            label = "re-entry" if uri in first else "new"
        else:
            label = "up" if change > 0 else "down" if change < 0 else "same"
        expected.append((uri, label, change))
    assert rows.fetchall() == expected
    assert {label for _, label, _ in expected} >= {"up", "down", "same"}


def test_the_demo_has_every_generation_of_payloads(demo: tuple[Path, Outcome]) -> None:
    keys = [set(raw(demo[0], CHART, on)[1]["page"]["items"][0]) for on in THREE_DAYS]
    assert [one & {"item", "track"} for one in keys] == [{"track"}, {"item", "track"}, {"item"}]


def test_the_demo_writes_raw_objects_as_an_extraction_does(demo: tuple[Path, Outcome]) -> None:
    records = raw(demo[0], MIXTAPE, DATES[-1])
    assert [record["record"] for record in records] == ["playlist", *["items_page"] * 8, "end"]
    assert [record["offset"] for record in records[1:-1]] == list(range(0, 400, 50))
    assert {record["source"] for record in records} == {"127.0.0.1"}
    end = {"item_count": 400, "total": 400, "page_count": 8}
    assert {name: records[-1][name] for name in end} == end
    assert {record["fetched_at"][:16] for record in records} == {"2026-10-31T06:00"}


def test_tables_are_parquet_files_and_nothing_else(demo: tuple[Path, Outcome]) -> None:
    lake, _ = demo
    names = [path.name for path in (lake / "tables").rglob("*") if path.is_file()]
    assert len(names) >= len(SNAPSHOT_TABLES) * len(THREE_DAYS)
    assert [name for name in names if name.startswith((".", "_")) or ".parquet" not in name] == []


def test_a_second_demo_prints_one_line_that_there_is_nothing_to_build(
    demo: tuple[Path, Outcome],
) -> None:
    lake, _ = demo
    files = written(lake)
    line = f"Nothing to build: the tables are up to date. Report: {lake}/report.html"
    assert call("demo", "--lake", lake) == (0, [line], [])
    assert written(lake) == files


def test_a_second_demo_imports_neither_the_jobs_nor_the_server_nor_the_charts(
    demo: tuple[Path, Outcome],
) -> None:
    program = (
        "import sys\n"
        "from playlist_lake import cli, demo\n"
        "demo.DATES = demo.DATES[-3:]\n"
        "status = cli.run(['demo', '--lake', sys.argv[1]])\n"
        "print(*sys.modules)\n"
        "sys.exit(status)"
    )
    command = [sys.executable, "-c", program, str(demo[0])]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    line, modules = ran.stdout.splitlines()
    assert line.startswith("Nothing to build: ")
    assert {"flask", "jobs.flatten", "jobs.stays"} & set(modules.split()) == set()


def test_a_second_demo_writes_a_report_that_is_missing_or_older_than_the_tables(
    demo: tuple[Path, Outcome],
) -> None:
    lake, _ = demo
    report = lake / "report.html"
    report.unlink()
    printed = ["Nothing to build: the tables are up to date.", f"Report: {report}"]
    assert call("demo", "--lake", lake) == (0, printed, ["write the report"])
    os.utime(report, (0, 0))
    assert call("demo", "--lake", lake) == (0, printed, ["write the report"])
    assert report.stat().st_mtime > 0


def test_a_build_completes_what_was_killed_before_the_stays(
    demo: tuple[Path, Outcome], spark: SparkSession, tmp_path: Path
) -> None:
    shutil.copytree(
        demo[0] / "raw" / f"snapshot_date={DATES[-1]}", tmp_path / "raw/snapshot_date=2026-10-31"
    )
    flatten_playlists(spark, JobOptions(str(tmp_path)))
    assert ask(tmp_path, "SELECT count(*) FROM playlist_stays") == [(0,)]
    status, out, _ = call("build", "--lake", tmp_path)
    assert (status, out[0].rstrip()) == (0, "Built    no snapshot date, only the stays")
    items = ask(
        tmp_path,
        """
        SELECT playlist_id, count(DISTINCT coalesce(linked_from_uri, item_uri))
        FROM playlist_entries GROUP BY ALL ORDER BY ALL
        """,
    )
    stays = "SELECT playlist_id, count(*) FROM playlist_stays GROUP BY ALL ORDER BY ALL"
    assert ask(tmp_path, stays) == items
    assert call("build", "--lake", tmp_path).out == ["Nothing to build: the tables are up to date."]

    _as_if_built_by_older_rules(tmp_path)
    remark = (
        f"Older rules built 1 date; playlist-lake build --lake {tmp_path} --outdated rebuilds it, "
        "and CHANGELOG.md says what changed."
    )
    assert call("build", "--lake", tmp_path).err == [remark]
    rebuilt = call("build", "--lake", tmp_path, "--outdated")
    assert rebuilt.out[0].startswith("Built    1 snapshot date (2026-10-31")
    assert remark not in rebuilt.err


def _as_if_built_by_older_rules(lake: Path) -> None:
    for path in lake.glob("state/inputs/*.json"):
        content = json.loads(path.read_text())
        path.write_text(json.dumps(content | {"rules_version": RULES_VERSION - 1}))


def test_a_torn_object_is_named_and_the_rest_is_built(
    demo: tuple[Path, Outcome], tmp_path: Path
) -> None:
    day = tmp_path / f"raw/snapshot_date={DATES[-1]}"
    shutil.copytree(demo[0] / "raw" / day.name, day)
    torn = day / f"{MIXTAPE}.jsonl.gz"
    torn.write_bytes(torn.read_bytes()[:-20])
    status, out, err = call("build", "--lake", tmp_path)
    assert status == 1
    assert out[0].startswith("Built    1 snapshot date (2026-10-31) from 150 items")
    refused = f"refused: raw/{day.name}/{MIXTAPE}.jsonl.gz "
    assert [line for line in err if line.startswith(refused)]
    assert err[-1] == "error: some snapshots could not be built; see above"
    assert ask(tmp_path, "SELECT count(*) FROM playlists") == [(2,)]
    # Published once, it stays as it is; asked for explicitly, it is refused again
    status, out, err = call("build", "--lake", tmp_path, "--snapshot-dates", str(DATES[-1]))
    assert status == 1
    assert [line for line in err if line.startswith("not built: 2026-10-31 stays as it was")]


def song(name: str) -> dict[str, Any]:
    identity = {"id": name * 22, "uri": f"spotify:track:{name * 22}", "type": "track"}
    return {"added_at": "2026-01-01T00:00:00Z", "item": {**identity, "name": f"Song {name}"}}


def test_an_import_builds_the_usable_files_and_names_the_others(tmp_path: Path) -> None:
    files = [
        save(tmp_path / "2026-01-09.json", playlist([song("a"), song("b")])),
        save(tmp_path / "2026-01-10.json", playlist([song("b"), song("c")])),
        save(tmp_path / "2026-01-11.json", {"no": "list"}),
    ]
    lake = tmp_path / "lake"
    status, out, err = call("import", *files, "--lake", lake)
    assert status == 1
    changed = out.index("Mine  2026-01-09 to 2026-01-10, 2 items")
    assert out[changed + 1 :] == [
        "Entered 1  Song c (at 2)",
        "Left 1     Song a (was 1)",
        "",
        "Data from Spotify.",
    ]
    assert "Imported 2 snapshots, 0 already there, 0 files superseded, 1 failure" in out
    assert [line for line in err if line.startswith(f"not imported: {files[2]} ")]
    assert err[-1] == "error: some files could not be imported; see above"
    again = call("import", *files[:2], "--lake", lake)
    assert again.status == 0
    assert "Imported 0 snapshots, 2 already there, 0 files superseded, 0 failures" in again.out
    assert "Nothing to build: the tables are up to date." in again.out


def test_deleted_tables_are_built_again(tmp_path: Path) -> None:
    files = [
        save(tmp_path / "2026-01-09.json", playlist([song("a"), song("b")])),
        save(tmp_path / "2026-01-10.json", playlist([song("b")])),
    ]
    lake = tmp_path / "lake"
    assert call("import", *files, "--lake", lake).status == 0
    shutil.rmtree(lake / "tables")
    status, out, _ = call("build", "--lake", lake)
    assert status == 0
    assert out[0].split(maxsplit=1)[1].rstrip() == (
        "2 snapshot dates (2026-01-09 to 2026-01-10) from 3 items"
    )
    assert ask(lake, "SELECT entered_on, exited_on FROM playlist_stays ORDER BY item_uri") == [
        (date(2026, 1, 9), date(2026, 1, 10)),
        (date(2026, 1, 9), None),
    ]
    # The 9th cannot be built again, and is not in the way of the 10th
    shutil.rmtree(lake / "tables")
    shutil.rmtree(lake / "raw/snapshot_date=2026-01-09")
    status, out, _ = call("build", "--lake", lake)
    assert (status, out[0].split()[:4]) == (0, ["Built", "1", "snapshot", "date"])


@pytest.mark.parametrize("table", ["songs", "playlist_stays"])
def test_the_suggested_command_repairs_a_damaged_or_lost_file(tmp_path: Path, table: str) -> None:
    saved = save(tmp_path / "2026-01-09.json", playlist([song("a"), song("b")]))
    lake = tmp_path / "my lake"
    assert call("import", saved, "--lake", lake).status == 0
    (file,) = (lake / "tables" / table).rglob("*.parquet")
    file.write_bytes(b"")
    said = refusal(lake, table)
    assert said.startswith("error: the tables cannot be read: ")
    if "delete that file" in said:
        file.unlink()
    repair(said)
    assert ask(lake, f"FROM {table} SELECT count(*)") == [(2,)]
    shutil.rmtree(lake / "tables" / table)
    said = refusal(lake, table)
    assert "had rows, but its Parquet files are missing" in said
    repair(said)
    assert ask(lake, f"FROM {table} SELECT count(*)") == [(2,)]


def refusal(lake: Path, table: str) -> str:
    """The error of a query for a table."""
    status, _, err = call("query", table, "--lake", lake, "-o", lake / "answer.csv")
    assert status == 1
    return err[0]


def repair(said: str) -> None:
    """Run the command at the end of a sentence."""
    (command,) = re.findall("run playlist-lake (.*)$", said)
    assert call(*shlex.split(command)).status == 0


def test_expired_dates_leave_tables_raw_zone_and_stays_but_not_running_queries(
    tmp_path: Path,
) -> None:
    today = datetime.now(UTC).date()
    old, recent = today - timedelta(days=31), today - timedelta(days=30)
    files = [
        save(tmp_path / f"{old}.json", playlist([song("a"), song("b")])),
        save(tmp_path / f"{recent}.json", playlist([song("b")])),
    ]
    lake = tmp_path / "lake"
    assert call("import", *files, "--lake", lake).status == 0
    assert call("report", "--lake", lake).status == 0
    assert str(old) in (lake / "report.html").read_text(encoding="utf-8")
    reader = connect(lake)
    status, out, _ = call("expire", "--yes", "--lake", lake, "--retention-days", "30")
    assert status == 0
    entries = "SELECT snapshot_date, count(*) FROM playlist_entries GROUP BY 1 ORDER BY 1"
    assert reader.execute(entries).fetchall() == [(old, 2), (recent, 1)]
    assert not (lake / "report.html").exists()
    assert out == [
        f"1 snapshot date before {recent}: {old} to {old}",
        "Removed report.html, which shows them; playlist-lake report writes a new one.",
        "Dropped 1 snapshot date.",
        "The first build after 24 hours deletes the files of their tables; "
        "playlist-lake expire --now deletes them at once.",
    ]
    assert ask(lake, entries) == [(recent, 1)]
    assert ask(lake, "SELECT item_uri, entered_on, starts_before_history FROM playlist_stays") == [
        (f"spotify:track:{'b' * 22}", recent, True)
    ]
    assert [path.name for path in (lake / "raw").iterdir()] == [f"snapshot_date={recent}"]
    assert call("build", "--lake", lake).out == ["Nothing to build: the tables are up to date."]
    assert list(lake.glob(f"tables/*/*/snapshot_date={old}"))
    status, out, _ = call("expire", "--yes", "--lake", lake, "--retention-days", "30", "--now")
    assert (status, out[1]) == (0, "Deleted the files that the tables no longer use.")
    assert not list(lake.glob(f"tables/*/*/snapshot_date={old}"))
    assert ask(lake, entries) == [(recent, 1)]


def test_real_captures_give_fifty_positions_on_each_date(real: Path, tmp_path: Path) -> None:
    files = sorted((real / "top50_global").glob("*.json"))
    assert call("import", *files, "--lake", tmp_path).status == 0
    question = "SELECT snapshot_date, count(*) FROM playlist_entries GROUP BY 1 ORDER BY 1"
    answer = tmp_path / "answer.json"
    assert call("query", question, "--lake", tmp_path, "-o", answer).status == 0
    assert [list(row.values())[1] for row in json.loads(answer.read_text())] == [50] * 4
