"""The commands that ask Athena, where it answers by the letter of its protocol."""

import io
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws
from mypy_boto3_s3 import S3Client
from rich.console import Console

from playlist_lake import console
from playlist_lake.answers import database
from playlist_lake.answers.athena import price
from tests.cloud.athena import Answer, Athena, Column, Denial, Engine, Execution, Refusal, athena
from tests.playlist_lake.conftest import Command

BUCKET = "results"
IN_ATHENA = ("--engine", "athena")
ONE = Answer((Column("n", "integer"),), (("1",),))


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Client]:
    """S3 with a bucket, in an AWS without Athena's workgroup."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with mock_aws():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket=BUCKET)
        yield s3


@pytest.fixture
def running(aws: S3Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[Athena]:
    """The same with Athena, whose engine a test may replace."""
    places = {name: f"s3://{BUCKET}/{name}/" for name in ("playlist-lake", "other")}
    with athena(lambda _: ONE, aws, places) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_ATHENA", server.url)
        yield server


def refuse(reason: str, state: str = "FAILED", scanned_bytes: int = 0) -> Engine:
    def run(_: Execution) -> Answer:
        raise Refusal(reason, state, scanned_bytes)

    return run


@pytest.mark.parametrize(
    ("scanned_bytes", "line"),
    [
        # 10 MB are the least: 10 / 1,000,000 of a terabyte at 5 dollars
        (0, "Athena scanned 0 bytes and bills 10 MB: $0.000050."),
        (10_000_000, "Athena scanned 10,000,000 bytes and bills 10 MB: $0.000050."),
        (10_000_001, "Athena scanned 10,000,001 bytes and bills 11 MB: $0.000055."),
        (23_456_789, "Athena scanned 23,456,789 bytes and bills 24 MB: $0.000120."),
        (
            2_500_000_000_000,
            "Athena scanned 2,500,000,000,000 bytes and bills 2,500,000 MB: $12.500000.",
        ),
    ],
)
def test_a_query_costs_what_it_scans(scanned_bytes: int, line: str) -> None:
    assert price(scanned_bytes) == line


def test_a_statement_on_the_catalog_costs_nothing(running: Athena, command: Command) -> None:
    running.engine = lambda _: Answer((Column("Table"),), (("songs",),), "UTILITY")

    status, out, err = command("query", "SHOW TABLES", *IN_ATHENA, "--format", "csv")

    assert (status, out) == (0, ["Table", "songs"])
    assert err == ["Athena bills nothing for a statement that reads no table."]


def test_null_is_not_an_empty_text(running: Athena, command: Command) -> None:
    names = (('Otter, "the"\nsecond 🦆',), (None,), ("",), ("NULL",))
    running.engine = lambda _: Answer((Column("name"),), names)

    _, out, _ = command("query", "SELECT name", *IN_ATHENA, "--format", "json")

    assert out == [
        "[",
        '{"name": "Otter, \\"the\\"\\nsecond 🦆"},',
        '{"name": null},',
        '{"name": ""},',
        '{"name": "NULL"}',
        "]",
    ]


def test_values_are_written_as_with_duckdb(running: Athena, command: Command) -> None:
    values = {
        ("d", "date"): "2026-01-09",
        ("t", "timestamp"): "2026-01-09 10:00:00.500",
        ("z", "timestamp with time zone"): "2026-01-09 10:00:00.000 Europe/Berlin",
        ("x", "double"): "1.0E-5",
        ("y", "double"): "Infinity",
        ("b", "boolean"): "true",
        ("same", "bigint"): "9000000000",
        ("same", "varchar"): "9",
        ('a "b"', "array"): "[a, b]",
    }
    columns = (*(Column(*one) for one in values), Column("e", "decimal", 10, 2))
    running.engine = lambda _: Answer(columns, ((*values.values(), "1.50"), (None,) * 10))

    _, out, _ = command("query", "SELECT …", *IN_ATHENA, "--format", "csv")

    assert out == [
        'd,t,z,x,y,b,same,same,"a ""b""",e',
        "2026-01-09,2026-01-09 10:00:00.5,2026-01-09 09:00:00+00,1e-05,inf,true,"
        '9000000000,9,"[a, b]",1.50',
        ",,,,,,,,,",
    ]


def test_no_rows_are_a_header(running: Athena, command: Command) -> None:
    running.engine = lambda _: Answer((Column("a"), Column("b", "date")))

    assert command("query", "SELECT …", *IN_ATHENA, "--format", "csv")[:2] == (0, ["a,b"])
    assert command("query", "SELECT …", *IN_ATHENA, "--format", "json")[:2] == (0, ["[]"])


def test_a_statement_without_a_result_writes_nothing(running: Athena, command: Command) -> None:
    running.engine = lambda _: Answer(statement_type="DDL")

    status, out, err = command("query", "DROP VIEW chart", *IN_ATHENA)

    assert (status, out) == (0, [])
    assert err == ["Athena bills nothing for a statement that reads no table."]


def test_a_value_that_duckdb_does_not_know_is_told(running: Athena, command: Command) -> None:
    running.engine = lambda _: Answer((Column("far", "date"),), (("+9999999-01-01",),))

    status, _, err = command("query", "SELECT …", *IN_ATHENA)

    assert status == 1
    assert err[0].startswith("error: Athena's result cannot be read: ")
    assert err[-1].endswith("; cast that column to varchar in the query")


def test_a_name_stands_for_all_rows_in_the_order_of_the_other_engine(
    running: Athena, command: Command
) -> None:
    command("query", " Artists_Latest", *IN_ATHENA)

    assert running.last.sql == (
        "SELECT * FROM artists_latest ORDER BY artist_id, name, snapshot_date DESC"
    )


def test_an_unknown_name_is_no_query(running: Athena, command: Command) -> None:
    status, _, err = command("query", "artist", *IN_ATHENA)

    assert status == 2
    assert err[0].startswith("error: there is no query, view or table artist; the nearest is ")
    assert running.executions == {}


def test_database_and_workgroup_are_those_named(running: Athena, command: Command) -> None:
    named = ("--database", "other_lake", "--workgroup", "other")

    assert command("query", "SELECT 1", *IN_ATHENA, *named)[0] == 0

    assert (running.last.database, running.last.workgroup) == ("other_lake", "other")


def test_views_come_after_those_that_they_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "VIEWS", tmp_path)
    for name, read in {"a": "m", "m": "z", "n": "songs", "z": "songs"}.items():
        # A name of its own in a WITH is no view
        text = f"WITH a AS (SELECT * FROM {read}), n AS (SELECT 1 AS one) SELECT * FROM a, n"  # noqa: S608
        (tmp_path / f"{name}.sql").write_text(text)

    names = list(database.views())

    assert sorted(names) == ["a", "m", "n", "z"]
    assert names.index("z") < names.index("m") < names.index("a")


def test_views_are_told_one_a_line(running: Athena, command: Command) -> None:
    status, out, err = command("views")

    names = ["albums_latest", "artists_latest", "chart", "songs_latest"]
    assert (status, err) == (0, [])
    assert out == [f"View {name} is in playlist_lake." for name in names]
    sent = [one.sql for one in running.executions.values()]
    assert [sql.split(" AS", maxsplit=1)[0] for sql in sent] == [
        f"CREATE OR REPLACE VIEW {name}" for name in names
    ]
    assert [sql for sql in sent if "--" in sql] == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--lake", "lake", *IN_ATHENA], "--lake names a folder, and Athena reads the lake on AWS"),
        (["--database", "other"], "--database is for Athena; add --engine athena, or leave it out"),
        (["--workgroup", "other"], "--workgroup is for Athena; add --engine athena"),
        (["--engine", "spark"], "Invalid value for '--engine'"),
    ],
)
def test_options_of_the_other_engine_are_misuse(
    command: Command, arguments: list[str], sentence: str
) -> None:
    status, out, err = command("query", "songs", *arguments)

    assert (status, out, len(err)) == (2, [], 1)
    assert err[0].startswith(f"error: {sentence}")


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (
            refuse("Bytes scanned limit was exceeded", "CANCELLED", 12_000_000),
            "Athena stopped the query at the limit of the workgroup playlist-lake; name a "
            "snapshot_date in it, so that it reads less, or raise athena_scan_limit_mb in infra/. "
            "Athena scanned 12,000,000 bytes and bills 12 MB: $0.000060.",
        ),
        (
            refuse("", "CANCELLED"),
            "the query was stopped in Athena while it ran (no reason given); run it again",
        ),
        (
            refuse("User: arn:aws:iam::1:user/x is not authorized to perform: glue:GetTable on y."),
            "AWS does not allow it: User: arn:aws:iam::1:user/x is not authorized to perform: "
            "glue:GetTable on y; ask as the deployer (docs/deploy.md, step 3), or have that right "
            "added to yours",
        ),
        (
            refuse("SCHEMA_NOT_FOUND: line 1:15: Schema 'playlist_lake' does not exist"),
            "Athena has no database playlist_lake in this account and region; name the stack's "
            "region in AWS_DEFAULT_REGION, or give with --database what `terraform -chdir=infra "
            "output -raw database` says",
        ),
        (
            refuse("COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot be resolved"),
            "Athena cannot answer the query: COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot be "
            "resolved",
        ),
    ],
)
def test_a_query_that_ends_without_a_result_says_why_and_leaves_the_file(
    running: Athena,
    command: Command,
    tmp_path: Path,
    answer: Engine,
    sentence: str,
) -> None:
    running.engine = answer
    file = tmp_path / "x.csv"
    file.write_text("before")

    status, out, err = command("query", "SELECT x", *IN_ATHENA, "-o", file)

    assert (status, out, err[0]) == (1, [], f"error: {sentence}")
    assert file.read_text() == "before"


@pytest.mark.parametrize(
    ("denial", "sentence"),
    [
        (
            Denial("ExpiredTokenException", "The security token included is expired"),
            "AWS does not accept the credentials (ExpiredTokenException); log in again",
        ),
        (
            Denial("AccessDeniedException", "You are not authorized to perform: athena:Start…"),
            "AWS does not allow it: StartQueryExecution: You are not authorized to perform: athena",
        ),
        (
            Denial("InvalidRequestException", "line 1:8: mismatched input"),
            "Athena cannot answer the query: line 1:8: mismatched input",
        ),
        (
            Denial("InternalServerException", "try later"),
            "AWS answers InternalServerException to StartQueryExecution: try later; run it again",
        ),
    ],
)
def test_a_request_that_aws_denies_is_one_sentence(
    running: Athena, command: Command, denial: Denial, sentence: str
) -> None:
    running.denial = denial

    for arguments in (["query", "SELECT 1", *IN_ATHENA], ["views"]):
        status, out, err = command(*arguments)
        assert (status, out, len(err)) == (1, [], 1)
        assert err[0].startswith(f"error: {sentence}")


@pytest.mark.usefixtures("aws")
def test_a_workgroup_that_is_not_there_is_named(command: Command) -> None:
    status, _, err = command("query", "SELECT 1", *IN_ATHENA)

    assert (status, len(err)) == (1, 1)
    assert err[0].startswith("error: Athena has no workgroup playlist-lake in this account and r")
    assert err[0].endswith("give with --workgroup what `terraform -chdir=infra output -raw "
                           "workgroup` says")  # fmt: skip


@pytest.mark.usefixtures("running")
def test_without_credentials_or_region_a_sentence_says_what_to_set(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert command("views")[2] == [
        "error: AWS credentials were not found; give them in the environment, or name a profile of "
        "~/.aws in AWS_PROFILE (docs/deploy.md, step 3)"
    ]

    monkeypatch.delenv("AWS_DEFAULT_REGION")
    assert command("views")[2] == [
        "error: no AWS region is set; name the stack's in AWS_DEFAULT_REGION"
    ]


@pytest.mark.usefixtures("running")
def test_a_profile_or_network_that_is_not_there_is_named(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_ATHENA", "http://127.0.0.1:1")
    (said,) = command("views")[2]
    assert said.startswith("error: AWS cannot be asked: Could not connect to the endpoint URL")

    monkeypatch.setenv("AWS_ENDPOINT_URL_ATHENA", "bogus")
    (said,) = command("views")[2]
    assert said.startswith("error: AWS has no endpoint 'bogus'; write an address that begins with")
    monkeypatch.delenv("AWS_ENDPOINT_URL_ATHENA")

    monkeypatch.setenv("AWS_PROFILE", "nobody")
    (said,) = command("views")[2]
    assert said.startswith("error: AWS cannot be asked: The config profile (nobody) could not")


@pytest.mark.parametrize("option", ["--database", "--workgroup"])
def test_an_empty_name_is_not_taken_for_the_default(command: Command, option: str) -> None:
    for arguments in (("views",), ("query", "songs", *IN_ATHENA)):
        assert command(*arguments, option, "") == (
            2,
            [],
            [f"error: {option} is given without a name; name one, or leave it out"],
        )


def test_a_name_for_athena_may_end_as_a_query_does(running: Athena, command: Command) -> None:
    assert command("query", "survival;", *IN_ATHENA)[0] == 0
    assert running.last.sql.startswith("--")


def test_ctrl_c_stops_the_query_in_athena(running: Athena, command: Command) -> None:
    def wait(execution: Execution) -> Answer:
        time.sleep(0.2)
        os.kill(os.getpid(), signal.SIGINT)
        assert execution.ended.wait(10)
        return ONE

    running.engine = wait

    status, out, err = command("query", "SELECT 1", *IN_ATHENA)

    assert (status, out) == (130, [])
    assert err[0] == "The query is stopped in Athena, which bills what it has scanned."
    assert running.last.state == "CANCELLED"


def test_a_terminal_sees_what_the_query_is_doing(
    running: Athena,
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def slowly(_: Execution) -> Answer:
        time.sleep(1)
        return ONE

    running.engine = slowly
    seen = io.StringIO()
    monkeypatch.setattr(console, "err", Console(file=seen, force_terminal=True, width=80))

    assert command("query", "SELECT 1", *IN_ATHENA)[0] == 0

    assert "Athena: running" in seen.getvalue()
    assert "0:00:01" in seen.getvalue()
