"""The import of folders: which files are read, which are ignored, and which date each has."""

import gzip
import os
from datetime import date
from pathlib import Path

import pytest

from extract_lambda.raw_zone import RawZone
from lake.storage import open_storage
from playlist_lake.importing.folders import files_at
from playlist_lake.importing.import_report import ImportReport
from playlist_lake.importing.importer import import_files
from tests.support.saved_responses import LIST, TODAY, playlist, rows, save

SONG = "1" * 22


def imported(folder: Path, *paths: Path, on: date | None = None) -> ImportReport:
    zone = RawZone(open_storage(folder / "the lake"))
    return import_files(
        files_at(paths), zone, snapshot_date=on, playlist_id=None, clock=lambda: TODAY
    )


def dates(report: ImportReport) -> list[tuple[str, str]]:
    return [(str(one.snapshot_date), one.files[0].name) for one in report.written]


def test_lists_are_found_by_what_the_files_are(tmp_path: Path) -> None:
    root = tmp_path / "backup 2026-10-01"
    (root / "deep/er").mkdir(parents=True)
    save(root / "deep/er/list.json", playlist(rows("a")))
    (root / "deep/songs.txt").write_text(f"Track URI,Track Name\nspotify:track:{SONG},Rain\n")
    (root / "notes.md").write_text("# Notes\n")
    save(root / "Userdata.json", {"username": "x"})
    save(root / "StreamingHistory0.json", [{"endTime": "2026-01-01 00:00", "trackName": "Rain"}])
    (root / "cover.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(100))
    (root / "log.jsonl").write_text('{"a": 1}\n{"a": 2}\n')
    (root / "old.json.gz").write_bytes(gzip.compress(b"{}"))

    report = imported(tmp_path, root)

    assert dates(report) == [("2026-10-01", "list.json"), ("2026-10-01", "songs.txt")]
    assert report.failures == []
    said = {one.file.name: one.message.removeprefix(f"{one.file.label} ") for one in report.ignored}
    assert said == {
        "notes.md": "is not of a known format",
        "Userdata.json": "is neither a playlist nor a page of items",
        "StreamingHistory0.json": "is neither a playlist nor a page of items",
        "cover.jpg": "is not text",
        "log.jsonl": "holds more than one JSON document (line 2, column 1); save each in a file of "
        "its own, or all in one JSON array",
        "old.json.gz": "is compressed with gzip; unpack it, and import the file in it",
    }


def test_a_damaged_list_in_a_folder_is_a_failure(tmp_path: Path) -> None:
    root = tmp_path / "2026-10-01"
    root.mkdir()
    (root / "cut.json").write_text('{"id": "x", "tracks": [')
    save(root / "part.json", [playlist(rows("a")), {"no": "list"}])
    (root / "torn.csv").write_text("Track URI,Track Name\nspotify:track:1\n")

    report = imported(tmp_path, root)

    assert sorted(one.file.name for one in report.failures) == ["cut.json", "part.json", "torn.csv"]
    assert (len(report.written), report.ignored) == (1, [])


@pytest.mark.parametrize(
    ("path", "on"),
    [
        ("2026-10-01/2026-10-02/list.json", "2026-10-02"),
        ("2026-10-01/2026-10-02/list-2026-10-03.json", "2026-10-03"),
        ("2026-10-01/others/list.json", "2026-10-01"),
    ],
)
def test_the_date_is_that_of_the_file_else_that_of_the_nearest_folder(
    tmp_path: Path, path: str, on: str
) -> None:
    file = tmp_path / "root-2020-01-01" / path
    file.parent.mkdir(parents=True)
    save(file, playlist(rows("a")))

    assert dates(imported(tmp_path, tmp_path / "root-2020-01-01")) == [(on, file.name)]
    given = imported(tmp_path / "other", tmp_path / "root-2020-01-01", on=date(2026, 9, 1))
    assert dates(given) == [("2026-09-01", file.name)]


def test_a_folder_outside_of_the_named_one_gives_no_date(tmp_path: Path) -> None:
    folder = tmp_path / "2026-10-01/backup"
    folder.mkdir(parents=True)
    save(folder / "list.json", playlist(rows("a")))

    for path in (folder, folder / "list.json"):
        ((_, said),) = imported(tmp_path, path).failures
        assert said.endswith("list.json has no date (YYYY-MM-DD) in its name; pass --snapshot-date")


def test_a_folder_of_the_future_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "2026-12-02"
    folder.mkdir()
    save(folder / "list.json", playlist(rows("a")))

    ((_, said),) = imported(tmp_path, folder).failures

    assert "has the date 2026-12-02 in the name of its folder 2026-12-02, which is after" in said


def test_hidden_files_are_left_out_and_links_to_files_are_followed(tmp_path: Path) -> None:
    folder = tmp_path / "2026-10-01"
    (folder / ".git").mkdir(parents=True)
    (folder / "__MACOSX").mkdir()
    outside = save(tmp_path / "outside.json", playlist(rows("a")))
    for name in (".git/a.json", "__MACOSX/b.json", ".c.json"):
        save(folder / name, playlist(rows("b")))
    (folder / "link.json").symlink_to(outside)
    (folder / "round").symlink_to(folder)
    os.mkfifo(folder / "pipe")

    report = imported(tmp_path, folder)

    assert (dates(report), report.failures) == ([("2026-10-01", "link.json")], [])


def test_a_file_that_is_named_and_found_is_read_once(tmp_path: Path) -> None:
    folder = tmp_path / "2026-10-01"
    folder.mkdir()
    path = save(folder / f"{LIST}.json", playlist(rows("a")))

    assert len(files_at([folder, path, folder])) == 1
