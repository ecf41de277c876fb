"""The command `import` with backups and folders: what it prints, and what --dry-run leaves."""

from pathlib import Path

import pytest

from tests.playlist_lake.conftest import Command
from tests.support.saved_responses import LIST, page, rows, save

SONG = "1" * 22
# Of `printf chill | sha256sum`
CHILL = "account-9fe5e0a43712f057"
IMPORTED = "0 already there, 0 files superseded,"


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A folder with a list that has an id, one that has none, and a file that is not a list."""
    folder = tmp_path / "2026-01-09"
    folder.mkdir()
    save(folder / "page.json", page(rows("a", "b")))
    (folder / "chill.csv").write_text(f"Track URI,Track Name\nspotify:track:{SONG},Rain\n")
    (folder / "notes.txt").write_text("hello")
    return folder


def test_a_folder_is_imported_and_lists_without_an_id_are_named(
    tmp_path: Path, backup: Path, command: Command
) -> None:
    status, out, err = command("import", backup, "--lake", tmp_path / "lake", "--no-build")

    assert status == 0
    assert out == [f"Imported 2 snapshots, {IMPORTED} 1 file ignored, 0 failures"]
    assert err == [
        "import 3 files",
        f"ignored: {backup}/notes.txt is not of a known format",
        "lists without an id got one made of their name; --map NAME=ID gives another one:",
        f"  {CHILL}  chill",
    ]
    objects = sorted((tmp_path / "lake/raw/snapshot_date=2026-01-09").iterdir())
    assert [path.name for path in objects] == [f"{LIST}.jsonl.gz", f"{CHILL}.jsonl.gz"]


def test_a_dry_run_prints_what_would_be_written_and_writes_nothing(
    tmp_path: Path, backup: Path, command: Command
) -> None:
    lake = tmp_path / "lake"
    status, out, err = command("import", backup, "--lake", lake, "--dry-run")

    assert (status, err[0]) == (0, f"ignored: {backup}/notes.txt is not of a known format")
    assert out == [
        f"write  2026-01-09  {LIST}           2 items  import     {backup}/page.json",
        f"write  2026-01-09  {CHILL}  chill  1 item   exportify  {backup}/chill.csv",
        f"Nothing written; would import 2 snapshots, {IMPORTED} 1 file ignored, 0 failures",
    ]
    assert not lake.exists()


def test_a_dry_run_says_what_would_not_be_written_and_why(
    tmp_path: Path, backup: Path, command: Command
) -> None:
    lake = tmp_path / "lake"
    command("import", backup, "--lake", lake, "--no-build")
    before = sorted(lake.rglob("*"))
    save(backup / "cut.json", {"tracks": rows("a")})

    status, out, err = command("import", backup, "--lake", lake, "--dry-run")

    assert status == 1
    assert [line.split() for line in out[:-1]] == [
        ["keep", "2026-01-09", LIST, "already", "there", f"{backup}/page.json"],
        ["keep", "2026-01-09", CHILL, "already", "there", f"{backup}/chill.csv"],
    ]
    assert f"not imported: {backup}/cut.json does not say which list it is from" in err[-2]
    assert sorted(lake.rglob("*")) == before


def test_a_name_is_printed_on_one_line(tmp_path: Path, backup: Path, command: Command) -> None:
    save(backup / "page.json", {"name": "Rain\nand " + "more " * 99, "tracks": rows("a")})

    _, out, err = command("import", backup, "--lake", tmp_path / "lake", "--dry-run")

    (line,) = [line for line in out if "Rain and more more" in line]
    assert len(line) < 120 + len(str(backup))
    assert (len(out), len(err)) == (3, 4)
    assert err[2].split("  ")[2].startswith("Rain and more more")


def test_a_dry_run_with_refresh_writes_nothing_either(
    tmp_path: Path, backup: Path, command: Command
) -> None:
    lake = tmp_path / "lake"
    command("import", backup, "--lake", lake, "--no-build")
    stored = {path: path.read_bytes() for path in lake.rglob("*.gz")}
    save(backup / "page.json", page(rows("c")))

    _, out, _ = command("import", backup, "--lake", lake, "--dry-run", "--refresh")

    assert out[0].startswith("write")
    assert {path: path.read_bytes() for path in lake.rglob("*.gz")} == stored


def test_a_list_without_an_id_is_attached_to_another_one(
    tmp_path: Path, backup: Path, command: Command
) -> None:
    lake = tmp_path / "lake"
    link = f"https://open.spotify.com/playlist/{SONG}?si=x"
    status, _, err = command(
        "import", backup, "--lake", lake, "--no-build", "--map", f"chill={link}"
    )

    assert (status, len(err)) == (0, 2)
    assert (lake / f"raw/snapshot_date=2026-01-09/{SONG}.jsonl.gz").exists()

    command("import", backup, "--lake", tmp_path / "twice", "--no-build")
    _, _, err = command(
        *("import", backup, "--lake", tmp_path / "twice", "--no-build", "--map", f"chill={link}")
    )
    assert err[2].startswith(
        f"the lake has this list as {CHILL}, too, on 1 date (2026-01-09); to keep it once, delete "
        f"raw/snapshot_date=DATE/{CHILL}.jsonl.gz of these dates, then run "
    )
    assert err[2].endswith(" build --snapshot-dates 2026-01-09")

    mistyped = command("import", backup, "--lake", tmp_path / "no", "--map", "chil=x")
    assert mistyped[0] == 2
    assert mistyped[2][-1].startswith("error: --map names 'chil', but no file has a list with that")


def test_a_folder_without_lists_is_an_error(tmp_path: Path, backup: Path, command: Command) -> None:
    for path in (backup / "page.json", backup / "chill.csv"):
        path.unlink()

    status, _, err = command("import", backup, "--lake", tmp_path / "lake")

    assert (status, err[-1]) == (1, "error: no file has a list; see above")
    (backup / "notes.txt").unlink()
    assert command("import", backup, "--lake", tmp_path / "lake")[::2] == (
        2,
        [f"error: {backup} has no files to import"],
    )
