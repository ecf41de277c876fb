"""Creating, moving, dropping and reading partitions, in the file catalog and in Glue."""

import json
from datetime import date
from pathlib import Path

import pytest

from jobs.catalog import Catalog, CatalogError, SchemaMismatch, Switch
from jobs.errors import JobError
from jobs.file_catalog import CATALOG_KEY, FileCatalog
from jobs.glue_catalog import GlueCatalog
from lake.errors import LakeError
from lake.folder import FolderStorage
from tests.support.glue_tables import DATABASE, LAKE, create_glue_tables
from tests.support.runs import day

D1, D2 = day(1), day(2)


@pytest.fixture(params=["file", "glue"])
def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> Catalog:
    """A catalog of each kind without partitions."""
    if request.param == "file":
        return FileCatalog(FolderStorage(tmp_path))
    request.getfixturevalue("aws")
    create_glue_tables(LAKE)
    return GlueCatalog(DATABASE, LAKE)


def folder(table: str, run_id: str, on: date) -> str:
    return f"tables/{table}/{run_id}/snapshot_date={on}"


def to(table: str, on: date, run_id: str, old: str | None = None) -> Switch:
    return Switch(table, on, old, folder(table, run_id, on))


def test_an_empty_catalog_has_no_partitions(catalog: Catalog) -> None:
    assert catalog.locations("songs") == {}
    assert catalog.locations("songs", [D1, D2]) == {}


def test_partitions_are_created_moved_and_dropped(catalog: Catalog) -> None:
    catalog.point([to("artists", D1, "r1"), to("artists", D2, "r1"), to("songs", D1, "r1")])
    catalog.point([to("artists", D1, "r2", folder("artists", "r1", D1)), to("songs", D2, "r2")])
    catalog.point([Switch("artists", D2, folder("artists", "r1", D2), None)])

    assert catalog.locations("artists") == {D1: folder("artists", "r2", D1)}
    assert catalog.locations("songs") == {
        D1: folder("songs", "r1", D1),
        D2: folder("songs", "r2", D2),
    }


def test_only_the_dates_asked_for_are_returned(catalog: Catalog) -> None:
    catalog.point([to("songs", D1, "r1"), to("songs", D2, "r1")])

    assert catalog.locations("songs", [D2, day(3)]) == {D2: folder("songs", "r1", D2)}
    assert catalog.locations("songs", []) == {}


def test_switches_may_be_repeated(catalog: Catalog) -> None:
    switches = [to("songs", D1, "r1"), Switch("songs", D2, folder("songs", "r0", D2), None)]
    catalog.point(switches)
    catalog.point(switches)

    assert catalog.locations("songs") == {D1: folder("songs", "r1", D1)}


def test_an_unpartitioned_table_moves_to_its_one_location(catalog: Catalog) -> None:
    catalog.point([Switch("playlist_stays", None, None, "tables/playlist_stays/r1")])
    catalog.point(
        [Switch("playlist_stays", None, "tables/playlist_stays/r1", "tables/playlist_stays/r2")]
    )

    expected = {None: "tables/playlist_stays/r2"}
    assert catalog.locations("playlist_stays") == expected
    # A run over all dates asks without a date
    assert catalog.locations("playlist_stays", []) == expected


def test_a_change_keeps_what_another_run_published_since_the_catalog_was_read(
    tmp_path: Path,
) -> None:
    """A run that lost its lock does not know the other one's changes."""
    first, second = (FileCatalog(FolderStorage(tmp_path)) for _ in range(2))
    assert first.locations("songs") == {}
    second.point([to("songs", D1, "r2")])
    first.point([to("songs", D2, "r1")])

    expected = {D1: folder("songs", "r2", D1), D2: folder("songs", "r1", D2)}
    assert first.locations("songs") == expected
    assert FileCatalog(FolderStorage(tmp_path)).locations("songs") == expected


def test_the_catalog_file_holds_locations_relative_to_the_lake(tmp_path: Path) -> None:
    catalog = FileCatalog(FolderStorage(tmp_path))
    catalog.point(
        [
            to("songs", D1, "r1"),
            Switch("playlist_stays", None, None, "tables/playlist_stays/r2"),
        ]
    )

    assert json.loads((tmp_path / CATALOG_KEY).read_bytes()) == {
        "format_version": 1,
        "tables": {
            "songs": {"2026-11-01": "tables/songs/r1/snapshot_date=2026-11-01"},
            "playlist_stays": {"": "tables/playlist_stays/r2"},
        },
    }


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"format_version": 1, "tab', "is damaged"),
        (b"[]", "is damaged"),
        (b'{"format_version": 1}', "is damaged"),
        (b'{"format_version": 1, "tables": {"songs": 5}}', "is damaged"),
        (b'{"format_version": 1, "tables": {"songs": {"someday": "x"}}}', "is damaged"),
        (b"\xff", "is damaged"),
        (b'{"format_version": 2, "tables": {}}', "has format_version 2, this version reads 1"),
    ],
)
def test_a_damaged_or_foreign_catalog_file_is_refused_and_kept(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / CATALOG_KEY).write_bytes(content)
    catalog = FileCatalog(FolderStorage(tmp_path))

    with pytest.raises((JobError, LakeError), match=f"^{tmp_path}/state/catalog.json {reason}"):
        catalog.locations("songs")
    with pytest.raises((JobError, LakeError), match=reason):
        catalog.point([to("songs", D1, "r1")])
    assert (tmp_path / CATALOG_KEY).read_bytes() == content


def test_every_error_of_the_catalog_is_a_job_error() -> None:
    assert issubclass(CatalogError, JobError)
    assert issubclass(SchemaMismatch, CatalogError)
