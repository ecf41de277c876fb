"""The command line where no table is built: questions, misuse and errors."""

import errno
import json
import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from playlist_lake.answers import database, sql_files
from playlist_lake.cli import COMMANDS, run
from tests.playlist_lake.conftest import Command
from tests.support.saved_responses import LIST, page, save
from tests.support.tiny_lakes import write_lake

DAY = date(2026, 1, 9)


@pytest.fixture
def lake(tmp_path: Path) -> str:
    rows = [{"snapshot_date": DAY, "song_id": song} for song in ("a", "b")]
    return str(write_lake(tmp_path / "my-lake", songs=rows))


def test_a_query_is_answered_in_lines_with_tabs_if_stdout_is_no_terminal(
    lake: str, capsys: pytest.CaptureFixture[str]
) -> None:
    question = "SELECT snapshot_date, count(*) AS songs FROM songs GROUP BY ALL"
    assert run(["query", question, "--lake", lake]) == 0
    captured = capsys.readouterr()
    assert captured.out == "snapshot_date\tsongs\n2026-01-09\t2\n"
    assert captured.err == ""


def test_a_name_and_a_format_are_enough(lake: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["query", "chart", "--lake", lake, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_a_csv_file_for_excel_begins_with_a_bom(lake: str, tmp_path: Path) -> None:
    question = "SELECT DISTINCT 'é' AS name FROM songs"
    arguments = ["query", question, "--lake", lake, "-o", str(tmp_path / "x.csv"), "--excel"]
    assert run(arguments) == 0
    assert (tmp_path / "x.csv").read_bytes() == b"\xef\xbb\xbfname\n\xc3\xa9\n"


def test_the_name_of_the_file_gives_the_format(lake: str, tmp_path: Path) -> None:
    question = "SELECT song_id FROM songs ORDER BY ALL"
    for name, start in {
        "x.CSV": b"song_id\na\nb\n",
        "x.json": b"[\n{",
        "x.parquet": b"PAR1",
        "x.tsv": b"song_id\na\nb\n",
        "x.txt": b"song_id\n",
        "x": b"song_id\n",
    }.items():
        assert run(["query", question, "--lake", lake, "-o", str(tmp_path / name)]) == 0
        assert (tmp_path / name).read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["qery"], "No such command 'qery'"),
        (["query", "songs", "--formt", "csv"], "No such option: --formt"),
        (["query", "songs", "--format", "xml"], "Invalid value for '--format': 'xml' is not one"),
        (
            ["query", "songs", "-o", "x.xlsx"],
            ".xlsx is not the extension of a known format; use one of .txt, .tsv, .csv, .json, "
            ".parquet, or pass --format",
        ),
        (["query", "songs", "-o", "x.tsv", "--excel"], "--excel is for CSV; add --format csv"),
        (["query"], "Missing argument 'QUERY'"),
        (["query", "song"], "there is no query, view or table song (similar: songs"),
        (["import"], "nothing to import; name files, or a repository with --git"),
        (
            ["import", "x.json", "--snapshot-date", "9.1.2026"],
            "--snapshot-date 9.1.2026 is not a date",
        ),
        (
            ["import", "x.json", "--snapshot-date", "9999-01-01"],
            "--snapshot-date 9999-01-01 is after today",
        ),
        (["build", "--snapshot-dates", "yesterday"], "snapshot_dates: 'yesterday' is not a date"),
        (
            ["build", "--snapshot-dates", "2026-01-09..2026-01-01"],
            "snapshot_dates 2026-01-09..2026",
        ),
        (["expire", "--retention-days", "0"], "Invalid value for '--retention-days'"),
        (["query", "DROP VIEW songs"], "DROP … is refused, because a query only reads"),
        (["query", "songs", "-o", "/nowhere/x.csv"], "/nowhere/x.csv cannot be written: No such"),
        (["login", "--secret", " "], "--secret is given without a name; name one, or leave it"),
    ],
)
def test_misuse_gives_one_sentence_and_status_2(
    lake: str, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    where = [] if len(arguments) == 1 or arguments[0] == "login" else ["--lake", lake]
    assert run([*arguments, *where]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"error: {sentence}")
    assert len(captured.err.splitlines()) == 1


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 2
    captured = capsys.readouterr()
    listed = re.findall(r"^│ ([a-z]+) ", captured.out, re.MULTILINE)
    assert " ".join(listed) == (
        "demo login follow run extract genres status import build query views report diff export "
        "expire schedule"
    )
    assert captured.err == ""


@pytest.mark.parametrize(("name", "help_text"), [(name, text) for name, _, text in COMMANDS])
def test_a_command_has_the_same_help_in_the_list_and_alone(
    capsys: pytest.CaptureFixture[str], name: str, help_text: str
) -> None:
    assert run(["-h"]) == 0
    assert help_text in _unwrapped(capsys.readouterr().out)
    assert run([name, "-h"]) == 0
    short = capsys.readouterr().out
    assert help_text in _unwrapped(short)
    assert run([name, "--help"]) == 0
    assert capsys.readouterr().out == short


def _unwrapped(text: str) -> str:
    return " ".join(re.sub("[│╭╮╰╯─]", " ", text).split())


@pytest.mark.parametrize(
    "name",
    [
        *("follow", "run", "extract", "import", "build", "query", "report", "diff"),
        *("export", "expire", "schedule"),
    ],
)
def test_the_default_lake_and_its_variable_are_in_the_help(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert run([name, "--help"]) == 0
    text = _unwrapped(capsys.readouterr().out)
    assert "[env var: PLAYLIST_LAKE] [default: my-lake]" in text


def test_the_version_is_the_newest_one_of_the_changelog(capsys: pytest.CaptureFixture[str]) -> None:
    changelog = (Path(__file__).parents[2] / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\S+), ", changelog, re.MULTILINE)

    assert run(["--version"]) == 0
    assert newest
    assert capsys.readouterr().out == f"playlist-lake {newest[1]}\n"


@pytest.mark.parametrize(
    "command", [["query", "songs"], ["build"], ["expire"], ["demo"], ["import", "x.json"]]
)
def test_a_lake_on_s3_is_refused_by_commands_that_need_a_folder(
    capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    assert run([*command, "--lake", "s3://bucket/lake"]) == 2
    assert capsys.readouterr().err.startswith(
        "error: s3://bucket/lake is not a folder of this machine"
    )


@pytest.mark.parametrize("command", [["query", "songs"], ["build"], ["expire"]])
def test_a_folder_that_is_not_a_lake_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    assert run([*command, "--lake", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith(
        f"error: {tmp_path} is not a lake, since it has none of"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_query_that_the_engine_refuses_fails_with_its_message(
    lake: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["query", "SELECT song FROM songs", "--lake", lake]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith('error: Binder Error: Referenced column "song" not found')
    assert lines[-1].startswith("The views and tables are album_artists, albums, albums_latest,")


def test_a_traceback_is_shown_on_request_only(
    lake: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["query", "SELEC 1", "--lake", lake])
    assert "Traceback" not in capsys.readouterr().err
    assert run(["query", "SELEC 1", "--lake", lake, "--debug"]) == 2
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert 'error: Parser Error: syntax error at or near "SELEC"' in err


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (KeyboardInterrupt(), 130, "interrupted; the tables contain only finished work"),
        (
            OSError(errno.ENOSPC, "No space left on device", "/lake/x"),
            1,
            "error: /lake/x: No space left on device; free space or rights there",
        ),
        (
            OSError(errno.EROFS, "Read-only file system", "/lake/x"),
            1,
            "error: /lake/x: Read-only file system; free space or rights there",
        ),
        (
            ValueError("Invalid endpoint: bogus"),
            1,
            "error: AWS has no endpoint 'bogus'; write an address that begins with https:// into",
        ),
        (RuntimeError("oops"), 1, "error: RuntimeError: oops; this is a bug in playlist-lake"),
    ],
)
def test_every_error_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    status: int,
    sentence: str,
) -> None:
    def fail(_: str) -> None:
        raise error

    monkeypatch.setattr(database, "connect", fail)
    assert run(["query", "songs"]) == status
    err = capsys.readouterr().err
    assert err.startswith(sentence)
    assert len(err.splitlines()) == 1


def test_an_import_of_a_mistyped_name_makes_no_lake(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lake = tmp_path / "lake"

    assert run(["import", str(tmp_path / "x.json"), "--lake", str(lake)]) == 2
    assert capsys.readouterr().err == f"error: {tmp_path}/x.json cannot be found; check the name\n"
    assert not lake.exists()


def test_an_import_where_nothing_can_be_written_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    saved = tmp_path / "2026-01-09.json"
    saved.write_text('{"id": "37i9dQZEVXbMDoHDwVN2tF", "tracks": []}')
    assert run(["import", str(saved), "--lake", str(tmp_path / "file" / "lake")]) == 2
    assert (
        capsys.readouterr().err.splitlines()[-1].startswith(f"error: {tmp_path}/file/lake/state/")
    )


def test_an_import_of_nothing_usable_names_each_file_and_builds_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "2026-01-09.json").write_text("{")
    missing = tmp_path / "2026-01-10.json"
    lake = tmp_path / "lake"
    arguments = ["import", str(tmp_path / "2026-01-09.json"), str(missing), "--lake", str(lake)]
    assert run(arguments) == 1
    captured = capsys.readouterr()
    assert captured.out.startswith(
        "Imported 0 snapshots, 0 already there, 0 files superseded, 2 fai"
    )
    lines = captured.err.splitlines()
    assert lines[1].startswith(f"not imported: {tmp_path}/2026-01-09.json ")
    assert lines[2].startswith(f"not imported: {missing} ")
    assert lines[-1] == "error: some files could not be imported; see above"
    assert not (lake / "tables").exists()


def test_a_build_of_dates_without_snapshots_says_so(
    lake: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["build", "--lake", lake, "--snapshot-dates", "2026-01-09"]) == 1
    assert capsys.readouterr().err == (
        f"error: {lake}/raw has no snapshot of 2026-01-09; import one first\n"
    )


def test_dates_within_the_retention_do_not_expire(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    on = datetime.now(UTC).date() - timedelta(days=365)
    raw = tmp_path / f"raw/snapshot_date={on}/a.jsonl.gz"
    raw.parent.mkdir(parents=True)
    raw.touch()
    report = tmp_path / "report.html"
    report.touch()
    assert run(["expire", "--lake", str(tmp_path)]) == 0
    assert report.exists()
    assert capsys.readouterr().out.startswith(f"No snapshot date is before {on}; nothing to drop")
    assert raw.exists()


def test_expire_says_nothing_is_to_drop_only_if_it_can_lock_the_lake(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "state/lock").mkdir(parents=True)

    assert run(["expire", "--lake", str(tmp_path)]) == 1

    captured = capsys.readouterr()
    assert captured.out == ""
    assert f"{tmp_path}/state/lock could not be written" in captured.err


def test_an_import_without_a_build_writes_only_raw_objects(
    tmp_path: Path, command: Command
) -> None:
    path = save(tmp_path / "page.json", page([{"item": {"id": "a" * 22}}]))
    lake = tmp_path / "lake"
    status, out, _ = command(
        "import", path, "--snapshot-date", "2026-01-09", "--lake", lake, "--no-build"
    )
    assert (status, out) == (
        0,
        ["Imported 1 snapshot, 0 already there, 0 files superseded, 0 failures"],
    )
    assert not (lake / "tables").exists()
    assert (lake / f"raw/snapshot_date=2026-01-09/{LIST}.jsonl.gz").exists()


def test_an_import_says_what_is_missing_and_what_it_dropped(
    tmp_path: Path, command: Command
) -> None:
    document = page([{"item": {"id": "a" * 22}, "addedByName": "Ann"}], total=3)
    path = save(tmp_path / "page.json", document)

    status, _, err = command(
        "import", path, "--snapshot-date", "2026-01-09", "--lake", tmp_path / "lake", "--no-build"
    )

    assert status == 0
    assert err[1:] == [
        f"incomplete: {LIST} of 2026-01-09 has 1 of 3 items",
        "dropped unknown keys: items[].addedByName (1)",
    ]


HEAVY = {
    *("boto3", "duckdb", "flask", "pyarrow", "pyspark"),
    *("requests", "spotipy", "sqlglot"),
}


def imported(*arguments: str) -> set[str]:
    """Which of the heavy packages a command imports."""
    program = (
        "import sys\n"
        "from playlist_lake.cli import run\n"
        "run(sys.argv[1:])\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True
    )
    return HEAVY & set(done.stderr.splitlines()[-1].split())


def test_help_imports_no_heavy_package() -> None:
    assert imported("--help") == set()
    # Every command's module is imported for it, and its own help needs no more
    assert imported("demo", "--help") == set()


def test_misuse_imports_no_heavy_package() -> None:
    assert imported("qery") == set()


def test_a_query_imports_what_it_needs(lake: str) -> None:
    # sqlglot is only needed until the files in sql/ are translated
    sql_files.views()

    assert imported("query", "chart", "--lake", lake) == {"duckdb", "pyarrow"}


def test_a_run_imports_what_it_needs_before_it_asks_spotify(
    lake: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Without a login it ends where it would call Spotify, with everything loaded for nothing new
    monkeypatch.setenv("XDG_CONFIG_HOME", lake)

    assert imported("run", "--lake", lake) == {"pyarrow", "requests"}


def test_the_console_script_runs_from_any_folder(lake: str) -> None:
    script = Path(sys.executable).with_name("playlist-lake")
    done = subprocess.run(
        [script, "query", "SELECT song_id FROM songs ORDER BY 1", "--format", "csv"],
        cwd=Path(lake).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "song_id\na\nb\n", "")
