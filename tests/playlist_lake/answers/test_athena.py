"""The `query` and `views` commands with Athena, against a simulated Athena."""

import io
import os
import re
import signal
import time

import pytest
from rich.console import Console

from playlist_lake import console
from playlist_lake.answers.athena import price
from tests.cloud.athena import Answer, Athena, Column, Execution
from tests.playlist_lake.answers.conftest import IN_ATHENA, ONE
from tests.playlist_lake.conftest import Command


@pytest.mark.parametrize(
    ("scanned_bytes", "line"),
    [
        # At least 10 MB are billed: 10 / 1,000,000 of a terabyte at 5 dollars
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
def test_the_price_is_that_of_the_scanned_bytes(scanned_bytes: int, line: str) -> None:
    assert price(scanned_bytes) == line


def test_a_catalog_statement_costs_nothing(athena_server: Athena, command: Command) -> None:
    athena_server.engine = lambda _: Answer((Column("Table"),), (("songs",),), "UTILITY")

    status, out, err = command("query", "SHOW TABLES", *IN_ATHENA, "--format", "csv")

    assert (status, out) == (0, ["Table", "songs"])
    assert err == ["Athena bills nothing for a statement that reads no table."]


def test_null_differs_from_an_empty_text(athena_server: Athena, command: Command) -> None:
    names = (('Otter, "the"\nsecond 🦆',), (None,), ("",), ("NULL",))
    athena_server.engine = lambda _: Answer((Column("name"),), names)

    _, out, _ = command("query", "SELECT name", *IN_ATHENA, "--format", "json")

    assert out == [
        "[",
        '{"name":"Otter, \\"the\\"\\nsecond 🦆"},',
        '{"name":null},',
        '{"name":""},',
        '{"name":"NULL"}',
        "]",
    ]


def test_values_are_written_in_the_same_way_as_by_duckdb(
    athena_server: Athena, command: Command
) -> None:
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
    athena_server.engine = lambda _: Answer(columns, ((*values.values(), "1.50"), (None,) * 10))

    _, out, _ = command("query", "SELECT …", *IN_ATHENA, "--format", "csv")

    assert out == [
        'd,t,z,x,y,b,same,same_1,"a ""b""",e',
        "2026-01-09,2026-01-09 10:00:00.5,2026-01-09 09:00:00+00,1e-05,inf,true,"
        '9000000000,9,"[a, b]",1.50',
        ",,,,,,,,,",
    ]


def test_a_result_without_rows_is_a_header(athena_server: Athena, command: Command) -> None:
    athena_server.engine = lambda _: Answer((Column("a"), Column("b", "date")))

    assert command("query", "SELECT …", *IN_ATHENA, "--format", "csv")[:2] == (0, ["a,b"])
    assert command("query", "SELECT …", *IN_ATHENA, "--format", "json")[:2] == (0, ["[]"])


def test_a_statement_that_could_write_is_not_sent(athena_server: Athena, command: Command) -> None:
    status, out, err = command("query", "DROP VIEW chart", *IN_ATHENA)

    assert (status, out, athena_server.executions) == (2, [], {})
    assert err[0].startswith("error: DROP … is refused, because a query only reads; write SELECT")


def test_a_view_name_selects_all_rows_latest_date_first(
    athena_server: Athena, command: Command
) -> None:
    command("query", " Artists_Latest", *IN_ATHENA)

    assert athena_server.last.sql == (
        "SELECT * FROM artists_latest ORDER BY artist_id, name, snapshot_date DESC"
    )


def test_an_unknown_name_starts_no_query(athena_server: Athena, command: Command) -> None:
    status, _, err = command("query", "artist", *IN_ATHENA)

    assert status == 2
    assert err[0].startswith("error: there is no query, view or table artist (similar: ")
    assert athena_server.executions == {}


def test_database_and_workgroup_are_taken_from_the_options(
    athena_server: Athena, command: Command
) -> None:
    options = ("--database", "other_lake", "--workgroup", "other")

    assert command("query", "SELECT 1", *IN_ATHENA, *options)[0] == 0

    assert (athena_server.last.database, athena_server.last.workgroup) == ("other_lake", "other")


def test_the_views_command_prints_a_line_per_view(athena_server: Athena, command: Command) -> None:
    status, out, err = command("views")

    # A view comes after the views that it reads
    names = [
        "albums_latest",
        "artists_latest",
        "stay_chains",
        "items_latest",
        "playlists_latest",
        "songs_latest",
        "list_names",
        "artist_genres_top",
        "changes",
        "chart",
        "recent_snapshots",
    ]
    assert (status, err) == (0, [])
    assert out == [f"View {name} is in playlist_lake." for name in names]
    sent = [one.sql for one in athena_server.executions.values()]
    assert [sql.split(" AS", maxsplit=1)[0] for sql in sent] == [
        f"CREATE OR REPLACE VIEW {name}" for name in names
    ]
    assert [sql for sql in sent if "--" in sql] == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--lake", "lake", *IN_ATHENA], "--lake names a folder, and Athena reads the lake on AWS"),
        (["--database", "other"], "--database is for Athena; add --engine athena, or leave it out"),
        (["--workgroup", "other"], "--workgroup is for Athena; add --engine athena"),
        (["--engine", "spark"], "Invalid value for '--engine'"),
    ],
)
def test_options_of_the_other_engine_are_a_misuse(
    command: Command, arguments: list[str], message: str
) -> None:
    status, out, err = command("query", "songs", *arguments)

    assert (status, out, len(err)) == (2, [], 1)
    assert err[0].startswith(f"error: {message}")


@pytest.mark.parametrize("option", ["--database", "--workgroup"])
def test_an_empty_option_is_a_misuse(command: Command, option: str) -> None:
    for arguments in (("views",), ("query", "songs", *IN_ATHENA)):
        assert command(*arguments, option, "") == (
            2,
            [],
            [f"error: {option} is given without a name; name one, or leave it out"],
        )


def test_a_named_query_is_sent_as_it_is_in_its_file(
    athena_server: Athena, command: Command
) -> None:
    assert command("query", "survival", *IN_ATHENA)[0] == 0
    assert athena_server.last.sql.startswith("--")


def test_ctrl_c_cancels_the_query_in_athena(athena_server: Athena, command: Command) -> None:
    def wait(execution: Execution) -> Answer:
        time.sleep(0.2)
        os.kill(os.getpid(), signal.SIGINT)
        assert execution.ended.wait(10)
        return ONE

    athena_server.engine = wait

    status, out, err = command("query", "SELECT 1", *IN_ATHENA)

    assert (status, out) == (130, [])
    assert err[0] == "The query is cancelled in Athena, which bills what it has scanned."
    assert athena_server.last.state == "CANCELLED"


def test_a_terminal_shows_the_state_of_the_query(
    athena_server: Athena,
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def slowly(_: Execution) -> Answer:
        time.sleep(1)
        return ONE

    athena_server.engine = slowly
    seen = io.StringIO()
    monkeypatch.setattr(console, "err", Console(file=seen, force_terminal=True, width=80))

    assert command("query", "SELECT 1", *IN_ATHENA)[0] == 0

    assert "Athena: running" in seen.getvalue()
    # The query takes a second, the test more on a busy machine
    assert re.search("0:00:0[1-9]", seen.getvalue())
