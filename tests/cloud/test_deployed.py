"""The deployed stack after three days: the functions, the jobs, and the tables in Trino."""

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from lake.outcomes import Outcome, parse_outcomes, parse_outcomes_key
from lake.storage import open_storage
from simulator.spotify.library import SOMEBODY_ELSES_ID
from tests.cloud.history import (
    CATALOGUE,
    CHART,
    D1,
    D2,
    D3,
    EXPIRED,
    KNOWN,
    LAPTOP,
    MIXTAPE,
    TORN,
    UNKNOWN,
    History,
    heard,
    listening,
    served,
)
from tests.cloud.trino import Trino
from tests.support.built_stays import expected_items
from tests.support.genre_objects import GENRE_COLUMNS, MATCH_COLUMNS, expected_rows, mbid
from tests.support.oracle import COLUMNS, Row, Snapshot, canonical, expected_tables
from tests.support.outcomes_oracle import COLUMNS as OUTCOME_COLUMNS
from tests.support.outcomes_oracle import expected_outcomes
from tests.support.readers import UNDATED, by_repr, tables_in_folder
from tests.support.stays_oracle import expected_rows as expected_stays

pytestmark = pytest.mark.slow


def in_trino(table: str, columns: str, athena: Trino, where: str = "true") -> list[Row]:
    names = ", ".join(columns.split())
    rows = athena.rows(f"SELECT {names} FROM {table} WHERE {where}")  # noqa: S608
    return [tuple(_plain(value) for value in row.values()) for row in rows]


def _plain(value: Any) -> Any:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


def snapshots() -> list[Snapshot]:
    """What the simulated Spotify served on the three days, without the torn object."""
    lists = served(D1, _lists()) + served(D2, _lists())
    return lists + served(D3, [one for one in _lists() if one != CHART])


def _lists() -> list[str]:
    return list(CATALOGUE.playlist_ids)


def test_the_function_reads_all_it_may_and_sends_an_event_if_something_changed(
    history: History,
) -> None:
    lists = {name: day.invoked.result["lists"] for name, day in history.days.items()}

    assert {name: found["extracted"] for name, found in lists.items()} == {
        "first": 3, "second": 3, "second-again": 0, "third": 3, "throttled": 0,
    }  # fmt: skip
    assert lists["second-again"]["already_present"] == 3
    assert [found["forbidden"] for found in lists.values()] == [1, 1, 1, 1, 0]
    assert lists["throttled"]["throttled"] == 1
    lake = history.deployed.outputs["lake"]
    assert [event["detail"] for day in history.days.values() for event in day.events] == [
        {"lake": lake, "snapshot_date": str(on), "lists": number}
        # A list that was extracted on D3 is throttled later, because its object was deleted
        for on, number in ((D1, 3), (D2, 3), (D3, 3), (D3, 0))
    ]


def test_each_run_of_the_function_stores_the_outcome_of_each_list(history: History) -> None:
    deployed = history.deployed
    s3 = deployed.cloud.client("s3")
    listed = s3.list_objects_v2(Bucket=deployed.bucket, Prefix="outcomes/")["Contents"]
    found: dict[date, list[dict[str, Outcome]]] = {D1: [], D2: [], D3: []}
    for key in (one["Key"] for one in listed):
        content = s3.get_object(Bucket=deployed.bucket, Key=key)["Body"].read()
        outcomes = {one.playlist_id: one.outcome for one in parse_outcomes(key, content)}
        found[parse_outcomes_key(key)[0]].append(outcomes)

    read = dict.fromkeys(_lists(), "extracted") | {SOMEBODY_ELSES_ID: "forbidden"}
    present = dict.fromkeys(_lists(), "already_present")
    assert found[D1] == [read]
    assert found[D2] == [read, present | {SOMEBODY_ELSES_ID: "forbidden"}]
    assert [run[MIXTAPE] for run in found[D3]] == ["extracted", "throttled", "failed"]


def test_the_deployed_rule_matches_only_events_of_this_lake(history: History) -> None:
    deployed = history.deployed
    events = deployed.cloud.client("events")
    lake = deployed.outputs["lake"]
    entry = {
        "Source": "playlist-lake",
        "DetailType": "PlaylistSnapshotsReady",
        "Detail": json.dumps({"lake": lake}),
    }
    strange = [
        {"Detail": json.dumps({"lake": "s3://another"})},
        {"Source": "other"},
        {"DetailType": "Other"},
    ]

    with listening(deployed):
        for change in ({}, *strange):
            events.put_events(Entries=[entry | change])
        found = heard(deployed)

    assert [one["detail"] for one in found] == [{"lake": lake}]


def test_the_jobs_run_in_the_order_of_the_triggers(history: History) -> None:
    names = history.deployed.outputs["jobs"]

    for day in ("first", "second", "third"):
        jobs = history.days[day].jobs
        assert list(jobs) == [names["flatten_playlists"], names["build_stays"]]
        assert [(one.status, one.said) for one in jobs.values() if one.status] == []
    assert history.days["second-again"].jobs == {}
    assert [one.status for one in history.by_hand.values()] == [0, 0]


def test_a_torn_object_is_left_out_and_named(history: History) -> None:
    flatten = history.deployed.outputs["jobs"]["flatten_playlists"]

    said = history.days["third"].jobs[flatten].said

    assert f"{TORN} " in said
    assert "partial" in said


@pytest.mark.parametrize("table", COLUMNS)
def test_every_row_in_trino_is_what_spotify_served(
    history: History, athena: Trino, table: str
) -> None:
    assert history
    rows = in_trino(table, COLUMNS[table], athena, f"snapshot_date >= date '{D1}'")
    if table == "rejects":
        rows = [(*key, canonical(json.loads(item_json))) for *key, item_json in rows]

    expected = expected_tables(snapshots())[table]

    assert by_repr(rows) == by_repr(expected)
    assert len(rows) >= 8


def test_stays_and_items_in_trino_are_as_the_oracle_says(history: History, athena: Trino) -> None:
    assert history
    before = [one for on, kind in LAPTOP.items() for one in served(on, _lists(), kind)]

    tables = expected_tables([*before, *snapshots()])

    expected = *expected_stays(tables), expected_items(tables)
    for (table, columns), rows in zip(UNDATED.items(), expected, strict=True):
        assert by_repr(in_trino(table, columns, athena)) == by_repr(rows)


def test_each_event_asks_for_the_genres_of_the_artists_on_the_lists(history: History) -> None:
    runs = {name: day.genres for name, day in history.days.items()}

    assert {name: len(found) for name, found in runs.items()} == {
        "first": 1, "second": 1, "second-again": 0, "third": 1, "throttled": 0,
    }  # fmt: skip
    results = [one.result for found in runs.values() for one in found]
    assert [one["waiting"] for one in results] == [0, 0, 0]
    assert all(one["artists"]["with genres"] > 50 for one in results)
    assert all("unasked" not in one["artists"] for one in results)


def test_the_genres_of_all_artists_on_the_lists_are_in_trino(
    history: History, athena: Trino, tmp_path: Path
) -> None:
    deployed, kept = history.deployed, open_storage(tmp_path)
    s3 = deployed.cloud.client("s3")
    listed = s3.list_objects_v2(Bucket=deployed.bucket, Prefix="genres/")["Contents"]
    for key in (one["Key"] for one in listed):
        kept.write(key, s3.get_object(Bucket=deployed.bucket, Key=key)["Body"].read())
    # The jobs of an event don't wait for its genres; the third day has no new artists
    on_lists = f"snapshot_date >= date '{D1}'"

    matches, genres = expected_rows(kept)

    assert by_repr(in_trino("artist_matches", MATCH_COLUMNS, athena)) == by_repr(matches)
    assert by_repr(in_trino("artist_genres", GENRE_COLUMNS, athena)) == by_repr(genres)
    assert {row[0] for row in matches} == {
        *(KNOWN, UNKNOWN),
        *(artist_id for (artist_id,) in in_trino("artists", "artist_id", athena, on_lists)),
    }
    assert (KNOWN, "trip hop", mbid(101), 3, 0.75, "listenbrainz", D1) in genres


def test_every_outcome_in_trino_is_as_the_oracle_says(history: History, athena: Trino) -> None:
    s3 = history.deployed.cloud.client("s3")
    contents = [
        s3.get_object(Bucket=history.deployed.bucket, Key=one["Key"])["Body"].read()
        for on in (D1, D2)
        for one in s3.list_objects_v2(
            Bucket=history.deployed.bucket, Prefix=f"outcomes/snapshot_date={on}/"
        )["Contents"]
    ]

    # Nothing is built from the later extractions of the third day
    earlier = f"snapshot_date < date '{D3}'"
    rows = in_trino("outcomes", " ".join(OUTCOME_COLUMNS), athena, earlier)

    assert sorted(rows) == expected_outcomes(contents)
    assert len(rows) == 2 * 4


def test_a_laptops_lake_gives_the_same_tables_on_aws(
    history: History, athena: Trino, built_lake: Path
) -> None:
    assert history
    on_laptop = tables_in_folder(built_lake)

    for table, columns in COLUMNS.items():
        names = columns.split()
        rows = in_trino(table, columns, athena, f"snapshot_date <= date '{max(LAPTOP)}'")
        expected = [
            tuple({"snapshot_date": on, **dict(row)}[name] for name in names)
            for on, of_date in on_laptop[table].items()
            for row in of_date
        ]
        assert by_repr(rows) == by_repr(expected), table


def test_a_date_past_retention_is_deleted(history: History, athena: Trino) -> None:
    deployed = history.deployed
    s3 = deployed.cloud.client("s3")

    listed = s3.list_objects_v2(Bucket=deployed.bucket, Prefix=f"raw/snapshot_date={EXPIRED}/")

    assert f"{EXPIRED}: succeeded" in history.by_hand["expired"].said
    assert listed["KeyCount"] == 0
    for table in COLUMNS:
        assert in_trino(table, "snapshot_date", athena, f"snapshot_date <= date '{EXPIRED}'") == []


def test_the_table_runs_has_every_run(
    history: History, athena: Trino, capsys: pytest.CaptureFixture[str]
) -> None:
    assert history
    statuses = athena.rows(
        "SELECT status, count(*) AS dates FROM runs WHERE job = 'flatten_playlists' GROUP BY 1"
    )

    # The expired date, three of the laptop, the first, the second twice; the third lacks an object
    assert {row["status"]: row["dates"] for row in statuses} == {"succeeded": 7, "partial": 1}
    with capsys.disabled():
        sys.stdout.write("\nRows that Trino counts, of 6 snapshot dates:\n")
        for table in (*COLUMNS, "playlist_stays", "runs"):
            (row,) = athena.rows(f"SELECT count(*) AS n FROM {table}")  # noqa: S608
            sys.stdout.write(f"  {table:17}{row['n']:7}\n")


@pytest.mark.parametrize(
    ("failure", "cause", "sentence"),
    [
        ("unreadable list of lists", "playlists_unreadable", "config/playlists.txt"),
        ("revoked token", "login_needed", "run playlist-lake login"),
        ("empty secret", "invalid_credentials", "playlist-lake login"),
    ],
)
def test_a_failure_is_one_line_with_its_cause(
    history: History, failure: str, cause: str, sentence: str
) -> None:
    invoked = history.failures[failure]

    lines = [json.loads(line) for line in invoked.said.splitlines() if line.startswith("{")]
    errors = [line for line in lines if line.get("level") == "ERROR"]
    assert invoked.status != 0
    assert [(line["cause"], sentence in line["message"]) for line in errors] == [(cause, True)]


def test_lambda_does_not_repeat_a_failed_run(history: History) -> None:
    client = history.deployed.cloud.client("lambda")
    names = [history.deployed.outputs[one] for one in ("function", "genres_function")]

    invoked = [client.get_function_event_invoke_config(FunctionName=name) for name in names]

    assert [one["MaximumRetryAttempts"] for one in invoked] == [0, 0]
