"""The table items; the tests of the stays compare it for whole histories."""

from pathlib import Path
from unittest.mock import patch

from pyspark.sql import SparkSession

from jobs import history, items
from jobs.options import JobOptions
from jobs.stays import build_stays
from tests.support.readers import by_repr, published
from tests.support.tiny_lakes import Row, write_lake
from tests.support.tiny_lists import day, entry, uri

NAMELESS: Row = {"name": None, "artist_names": None}


def test_each_column_has_its_last_known_value(spark: SparkSession, tmp_path: Path) -> None:
    """A was emptied. B has two titles on one date, and a nameless artist. C became a chapter."""
    entries = [
        *[_on(1, "A"), _on(2, "A", name="New title"), _on(3, "A", **NAMELESS)],
        *[_on(1, "B", name="Zither"), _on(2, "B"), _on(2, "B", "y", name="Accordion")],
        _on(3, "B", name=None, artist_names=["Band", None, "Guest"]),
        *[_on(1, "C"), _on(2, "C", item_type="other", song_id=None)],
        _on(1, "D", linked_from_uri=uri("E"), name="", artist_names=[]),
    ]
    expected = [
        (uri("A"), "song", "New title", "Artist A, Guest", "A", day(3)),
        (uri("B"), "song", "Song B", "Band, Guest", "B", day(3)),
        (uri("C"), "other", "Song C", "Artist C, Guest", None, day(2)),
        (uri("E"), "song", "", None, "D", day(1)),
    ]

    # What was read is merged after every date
    with patch.object(items, "_ROWS_TO_MERGE", 1):
        build_stays(spark, JobOptions(str(write_lake(tmp_path, playlist_entries=entries))))

    assert by_repr(published(tmp_path, "items")) == expected


def test_names_are_found_in_any_part_of_the_dates(spark: SparkSession, tmp_path: Path) -> None:
    """A part has two dates. A loses its names in the second one, and B never has artists."""
    entries = [
        *[_on(1, "A", name="Oldest"), _on(2, "A", name="Old")],
        *[_on(3, "A", artist_names=None), _on(4, "A", **NAMELESS)],
        *[_on(5, "A", **NAMELESS), _on(6, "C")],
        *[_on(2, "B", name="Jingle", artist_names=None), _on(5, "B", **NAMELESS)],
    ]
    lake = write_lake(tmp_path, playlist_entries=entries)
    sizes = [path.stat().st_size for path in lake.rglob("playlist_entries/**/*.parquet")]

    with patch.object(history, "_BYTES_PER_PART", 2 * max(sizes)):
        build_stays(spark, JobOptions(str(lake)))

    assert by_repr(published(lake, "items")) == [
        (uri("A"), "song", "Song A", "Artist A, Guest", "A", day(5)),
        (uri("B"), "song", "Jingle", None, "B", day(5)),
        (uri("C"), "song", "Song C", "Artist C, Guest", "C", day(6)),
    ]


def _on(number: int, item: str, playlist_id: str = "x", **said: object) -> Row:
    at = {"snapshot_date": day(number), "playlist_id": playlist_id, "position": 1}
    return {**at, **entry(item), **said}
