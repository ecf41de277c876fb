"""Importing git histories: which versions become snapshots, and what the report says."""

import gzip
import json
import random
import tracemalloc
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from extract_lambda.raw_zone import RawZone
from lake.storage import open_storage
from playlist_lake.errors import Misuse
from playlist_lake.importing.import_report import ImportedList, ImportReport
from playlist_lake.importing.importer import import_files
from playlist_lake.importing.list_ids import ListIds
from playlist_lake.importing.sources import FilesInGit
from tests.support.git_repositories import MadeRepository
from tests.support.saved_responses import LIST, TODAY, page, pages, playlist, run

OTHER = "3cEYpjA9oz9GiPac4AsH4n"


@pytest.fixture
def made(tmp_path: Path) -> MadeRepository:
    return MadeRepository(tmp_path / "lists.git")


def test_a_history_gives_the_raw_objects_of_its_files_imported_one_by_one(
    made: MadeRepository, tmp_path: Path
) -> None:
    """Thirty commits change one of two lists or both, often two on a date, in three time zones."""
    drawn = random.Random(30)  # noqa: S311
    last: dict[tuple[date, str], str] = {}
    for number in range(30):
        on = date(2026, 1, 1 + number * 2 // 3)
        names = drawn.choice([["a.json"], ["b.json"], ["a.json", "b.json"]])
        files = {name: _document(name, drawn.sample(range(90), 40)) for name in names}
        hour = (10 + number % 3) if number % 3 else 23
        zone = {10: "+09:00", 11: "+00:00", 12: "-05:00", 23: "+00:00"}[hour]
        made.commit(f"{on}T{hour}:{number:02}:00{zone}", files)
        last |= {(on, name): files[name] for name in names}
    one_by_one = tmp_path / "one by one"
    for (on, name), document in last.items():
        (tmp_path / name).write_text(document)
        run(one_by_one, tmp_path / name, snapshot_date=on)

    report = _import(tmp_path / "lake", made)

    assert {(one.snapshot_date, one.playlist_id) for one in report.written} == {
        (on, json.loads(document)["id"]) for (on, _), document in last.items()
    }
    assert _objects(tmp_path / "lake") == _objects(one_by_one)


def test_a_second_import_adds_only_what_is_new(made: MadeRepository, tmp_path: Path) -> None:
    made.commit("2026-11-20T08:00:00+00:00", {"a.json": _document("a.json", [1])})
    made.commit("2026-11-21T08:00:00+00:00", {"a.json": _document("a.json", [2])})
    _import(tmp_path / "lake", made)
    before = _objects(tmp_path / "lake")
    made.commit("2026-11-22T08:00:00+00:00", {"a.json": _document("a.json", [3])})

    report = _import(tmp_path / "lake", made)

    assert _dates(report.written) == ["2026-11-22"]
    assert _dates(report.already_present) == ["2026-11-20", "2026-11-21"]
    assert before.items() < _objects(tmp_path / "lake").items()


def test_the_last_version_of_a_date_counts_that_can_be_imported(
    made: MadeRepository, tmp_path: Path
) -> None:
    made.commit("2026-11-22T06:00:00+00:00", {"a.json": _document("a.json", [1])})
    made.commit("2026-11-22T07:00:00+00:00", {"a.json": _document("a.json", [2])})
    torn = made.commit("2026-11-22T08:00:00+00:00", {"a.json": '{"items": ['})

    report = _import(tmp_path / "lake", made)

    assert pages(tmp_path / "lake") == [(0, ["2"])]
    ((label, message),) = report.passed_over
    assert label == f"{torn[:10]}:a.json"
    assert message.startswith(f"{label} is not JSON (line 1, column 12")
    assert report.remarks == [
        "1 version passed over, because another one of the same file and date is newer"
    ]
    assert report.failures == []


def test_a_list_keeps_its_id_when_its_file_is_renamed(made: MadeRepository, tmp_path: Path) -> None:
    made.commit("2026-11-21T08:00:00+00:00", {"old.json": _document("a.json", [*range(50)])})
    moved = {"old.json": None, "new.json": _document("a.json", [*range(51)])}
    made.commit("2026-11-22T08:00:00+00:00", moved)
    made.commit("2026-11-22T09:00:00+00:00", {"b.json": _document("b.json", [1])})

    report = _import(tmp_path / "lake", made, "new.json")

    assert {(str(one.snapshot_date), one.playlist_id) for one in report.written} == {
        ("2026-11-21", LIST),
        ("2026-11-22", LIST),
    }


@pytest.mark.parametrize("refresh", [False, True])
def test_the_newest_commit_of_a_date_wins_also_under_another_name(
    made: MadeRepository, tmp_path: Path, refresh: bool
) -> None:
    made.commit("2026-11-22T08:00:00+00:00", {"z.json": _document("a.json", [1])})
    moved = {"z.json": None, "a.json": _document("a.json", [2])}
    made.commit("2026-11-22T09:00:00+00:00", moved)
    report = _import(tmp_path / "lake", made, refresh=refresh)
    assert pages(tmp_path / "lake") == [(0, ["2"])]
    assert (len(report.written), report.already_present) == (1, [])


def test_refresh_replaces_the_lists_of_all_commits_of_a_date(
    made: MadeRepository, tmp_path: Path
) -> None:
    made.commit("2026-11-22T08:00:00+00:00", {"a.json": _document("a.json", [1])})
    _import(tmp_path / "lake", made)
    made.commit("2026-11-22T09:00:00+00:00", {"a.json": _document("a.json", [2])})
    made.commit("2026-11-22T10:00:00+00:00", {"b.json": _document("b.json", [1])})
    _import(tmp_path / "lake", made)
    assert pages(tmp_path / "lake") == [(0, ["1"])]
    _import(tmp_path / "lake", made, refresh=True)
    assert pages(tmp_path / "lake") == [(0, ["2"])]


def test_a_date_in_a_name_counts_before_that_of_the_commit(
    made: MadeRepository, tmp_path: Path
) -> None:
    header = "rank,uri,artist_names,track_name\n"
    row = "1,spotify:track:0VjIjW4GlUZAMYd2vXMi3b,A,{}\n"
    name = "regional-global-daily-{}.csv"
    made.commit(
        "2026-11-22T08:00:00+00:00",
        {
            name.format("2019-05-01"): header + row.format("First"),
            name.format("2019-05-02"): header + row.format("Second"),
            "backup-2019-13-45.json": _document("a.json", [1]),
            "since-2019-01-01-and-2020-01-01.json": _document("b.json", [1]),
        },
    )
    made.commit(
        "2026-11-23T08:00:00+00:00", {name.format("2019-05-01"): header + row.format("Corrected")}
    )

    report = _import(tmp_path / "lake", made)

    assert {(str(one.snapshot_date), one.playlist_id) for one in report.written} == {
        ("2019-05-01", "regional-global-daily"),
        ("2019-05-02", "regional-global-daily"),
        ("2026-11-22", LIST),
        ("2026-11-22", OTHER),
    }
    first = _objects(tmp_path / "lake")["2019-05-01/regional-global-daily"]
    assert b"Corrected" in first


def test_files_that_are_not_lists_are_ignored_unless_they_were_asked_for(
    made: MadeRepository, tmp_path: Path
) -> None:
    one = made.commit(
        "2026-11-22T08:00:00+00:00", {"a.json": _document("a.json", [1]), "package.json": "{}"}
    )
    two = made.commit("2026-11-23T08:00:00+00:00", {"package.json": "[]"})

    report = _import(tmp_path / "lake", made)
    ignored = [failure.file.label for failure in report.ignored]
    assert ignored == [f"{one[:10]}:package.json", f"{two[:10]}:package.json"]
    assert (report.passed_over, report.failures) == ([], [])

    report = _import(tmp_path / "lake", made, "a.json", "package.json")
    assert [failure.file.label for failure in report.failures] == [f"{two[:10]}:package.json"]
    assert report.ignored == []


def test_what_git_does_not_have_is_passed_over(made: MadeRepository, tmp_path: Path) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n"
    one = made.commit("2026-11-22T08:00:00+00:00", {"a.json": pointer})
    two = made.commit("2026-11-23T08:00:00+00:00", {"a.json": "lost"})
    lost = made.git("rev-parse", "main:a.json").strip()
    (made.folder / "objects" / lost[:2] / lost[2:]).unlink()
    made.commit("2026-11-24T08:00:00+00:00", {"a.json": _document("a.json", [1])})

    report = _import(tmp_path / "lake", made)

    assert _dates(report.written) == ["2026-11-24"]
    assert [message for _, message in report.passed_over] == [
        f"{one[:10]}:a.json is stored with Git LFS, outside of the history; import its file",
        f"{two[:10]}:a.json is missing in the repository; run `git fsck` in it, or clone it again",
    ]


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        (["none.json"], "none.json is not in the history of {}; pass paths as `git ls-files`"),
        ([], "no commit of {} has a JSON or CSV file; name the files"),
        (["notes.txt", "../lists.git"], "../lists.git is not in the history of {}"),
    ],
)
def test_a_repository_without_the_files_is_refused(
    made: MadeRepository, paths: list[str], message: str
) -> None:
    made.commit("2026-11-22T08:00:00+00:00", {"notes.txt": "x"})
    with pytest.raises(Misuse) as error:
        FilesInGit(made.folder, list(map(Path, paths)), ListIds(), TODAY.date())
    assert str(error.value).startswith(message.format(made.folder))


def test_a_playlist_id_is_for_one_file_and_its_older_names(
    made: MadeRepository, tmp_path: Path
) -> None:
    songs = [{"uri": f"spotify:track:{letter * 22}", "name": letter} for letter in "abcdefgh"]
    made.commit("2026-11-21T08:00:00+00:00", {"lists/old.json": json.dumps(songs)})
    moved = {"lists/old.json": None, "lists/new.json": json.dumps(songs[:-1])}
    made.commit("2026-11-22T08:00:00+00:00", moved)
    made.commit("2026-11-23T08:00:00+00:00", {"lists/another.json": json.dumps(songs[:2])})
    report = _import(tmp_path / "lake", made, "lists/new.json", playlist_id=LIST)
    assert _dates(report.written) == ["2026-11-21", "2026-11-22"]
    for paths in ([], ["lists"], ["lists/new.json", "lists/another.json"]):
        with pytest.raises(Misuse, match="--playlist-id is the id of one list; pass the one file"):
            _import(tmp_path / "lake", made, *paths, playlist_id=LIST)


def test_memory_does_not_grow_with_the_number_of_versions(
    made: MadeRepository, tmp_path: Path
) -> None:
    """The content of all versions has 12 MB."""
    for number in range(30):
        on = date(2026, 10, 1 + number)
        filler = f"{number:02}" * 50_000
        document = {"id": LIST, "name": filler, "items": page([{"item": {"id": filler}}] * 3)}
        made.commit(f"{on}T08:00:00+00:00", {"a.json": json.dumps(document)})
    tracemalloc.start()
    try:
        report = _import(tmp_path / "lake", made)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(report.written) == 30
    assert peak < 6_000_000


def _document(name: str, songs: list[int]) -> str:
    """A list for a file: two files have two lists."""
    document = playlist([str(song) for song in songs])
    return json.dumps({**document, "id": {"a.json": LIST, "b.json": OTHER}[name]})


def _import(
    lake: Path,
    made: MadeRepository,
    *paths: str,
    playlist_id: str | None = None,
    refresh: bool = False,
) -> ImportReport:
    source = FilesInGit(made.folder, list(map(Path, paths)), ListIds(playlist_id), TODAY.date())
    run_import = partial(
        import_files,
        zone=RawZone(open_storage(lake)),
        snapshot_date=None,
        playlist_id=playlist_id,
        refresh=refresh,
        clock=lambda: TODAY,
    )
    return source.import_with(run_import, lambda *_: None)


def _objects(lake: Path) -> dict[str, bytes]:
    """The records of each raw object, by date and list."""
    return {
        f"{path.parent.name.removeprefix('snapshot_date=')}/{path.name.split('.')[0]}": (
            gzip.decompress(path.read_bytes())
        )
        for path in lake.glob("raw/*/*.jsonl.gz")
    }


def _dates(lists: list[ImportedList]) -> list[str]:
    return [str(one.snapshot_date) for one in lists]
