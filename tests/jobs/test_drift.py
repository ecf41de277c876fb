"""Payload drift: which changes of a payload are told, and which are ordinary."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.dates import write_inputs
from jobs.findings import Findings, compare_dates, counts_by_date
from jobs.flatten import flatten_playlists
from jobs.options import JobOptions
from jobs.raw_objects import ObjectSummary, read_items
from lake.folder import FolderStorage
from simulator.spotify.faults.renamed_keys import renamed
from simulator.world.catalogue import SimulatedCatalogue
from tests.support.raw_objects import LIST, record, records, to_gzip
from tests.support.runs import FakeClock, day

BEFORE, ON = day(1), day(2)
API = "api.spotify.com"
CATALOGUE = SimulatedCatalogue()
# 40 songs
ROWS: list[Any] = [
    row
    for row in CATALOGUE.items_page(CATALOGUE.playlist_ids[1], ON, "2026")["items"]
    if row["item"]["id"] and row["item"]["type"] == "track"
][:40]

Change = Callable[[Any], Any]


@pytest.fixture
def lake(tmp_path: Any) -> FolderStorage:
    return FolderStorage(tmp_path)


def put(
    lake: FolderStorage,
    on: date,
    items: Sequence[Any] = ROWS,
    playlist: Any = None,
    *,
    playlist_id: str = LIST,
    source: str = API,
    dropped: dict[str, int] | None = None,
) -> ObjectSummary:
    """A raw object of these items, read by the job; `dropped` are the keys its end record names."""
    lines = [
        record(
            "playlist", playlist_id, on, playlist={"name": "Mine"} if playlist is None else playlist
        ),
        *records(playlist_id, [(0, list(items))], on),
    ]
    lines[-1]["dropped_keys"] = [{"key": key, "count": n} for key, n in (dropped or {}).items()]
    summary = ObjectSummary(on, playlist_id)
    lake.write(summary.key, to_gzip([line | {"source": source} for line in lines]))
    assert [one.position for one in read_items(lake, summary)] == list(range(1, len(items) + 1))
    return summary


def compared(lake: FolderStorage, *summaries: ObjectSummary) -> Findings:
    """What one build of these objects finds."""
    return compare_dates(lake, counts_by_date(summaries, {one.snapshot_date for one in summaries}))


def changed(rows: Sequence[Any], key: str, name: str = "renamed") -> list[Any]:
    """The rows with another name for the key at a path."""
    return [renamed(row, key.split("."), name) for row in rows]


@pytest.mark.parametrize(
    ("key", "column"),
    [
        ("item", "playlist_entries.item_uri"),
        ("added_at", "playlist_entries.added_at"),
        ("item.name", "songs.name"),
        ("item.album", "songs.album_id"),
        ("item.external_ids", "songs.isrc"),
        ("item.external_ids.isrc", "songs.isrc"),
        ("item.duration_ms", "songs.duration_ms"),
        ("item.artists", "song_artists.artist_id"),
        ("item.artists.name", "artists.name"),
        ("item.album.name", "albums.name"),
        ("item.album.release_date", "albums.release_date"),
    ],
)
def test_a_renamed_key_is_told_by_the_column_that_it_empties(
    lake: FolderStorage, key: str, column: str
) -> None:
    found = compared(lake, put(lake, BEFORE), put(lake, ON, changed(ROWS, key)))

    assert found.drifted_columns == [column]


def test_the_rename_of_february_2026_is_told_by_an_entry_column(lake: FolderStorage) -> None:
    """`track` became `item`; a version that knows neither `content` nor its song reads no row."""
    found = compared(lake, put(lake, BEFORE), put(lake, ON, changed(ROWS, "item", "content")))

    assert found.warnings == [
        "playlist_entries.item_uri has a value in 0 % of 40 rows of 2026-11-02, and had one in "
        "100 % of 40 rows of 2026-11-01 (source api.spotify.com); a key may have a new name, see "
        "payload-drift in docs/runbook.md"
    ]
    # The same content under the name that this version knows is no change
    legacy = changed(ROWS, "item", "track")
    assert compared(lake, put(lake, BEFORE, legacy), put(lake, ON)).warnings == []


def test_the_name_of_a_list_is_told_for_one_list(lake: FolderStorage) -> None:
    found = compared(lake, put(lake, BEFORE), put(lake, ON, playlist={"title": "Mine"}))

    assert found.drifted_columns == ["playlists.name"]


def test_another_type_for_songs_is_told(lake: FolderStorage) -> None:
    rows = [{**row, "item": {**row["item"], "type": "recording"}} for row in ROWS]

    assert compared(lake, put(lake, BEFORE), put(lake, ON, rows)).drifted_columns == [
        "playlist_entries.song_id"
    ]


def without_isrc(share: float) -> list[Any]:
    """The rows, of which a share has an ISRC."""
    number = round(len(ROWS) * share)
    return [*ROWS[:number], *changed(ROWS[number:], "item.external_ids")]


@pytest.mark.parametrize(
    ("before", "now", "is_told"),
    [
        (1.0, 0.0, True), (0.925, 0.075, True), (0.9, 0.0, False), (1.0, 0.1, False),
        (0.5, 0.04, False), (0.0, 1.0, False), (0.0, 0.0, False),
    ],
)  # fmt: skip
def test_only_a_fall_from_over_90_to_under_10_percent_is_told(
    lake: FolderStorage, before: float, now: float, is_told: bool
) -> None:
    found = compared(
        lake, put(lake, BEFORE, without_isrc(before)), put(lake, ON, without_isrc(now))
    )

    assert found.drifted_columns == (["songs.isrc"] if is_told else [])


def test_lists_of_one_source_are_compared_together(lake: FolderStorage) -> None:
    lists = [put(lake, on, ROWS[:6], playlist_id=name) for on in (BEFORE, ON) for name in "ab"]
    few = changed(ROWS[:6], "item.external_ids")
    one = put(lake, ON, few, playlist_id="b")
    both = [put(lake, ON, few, playlist_id=name) for name in "ab"]

    assert compared(lake, *lists[:3], one).drifted_columns == []
    assert compared(lake, *lists[:2], *both).drifted_columns == ["songs.isrc"]
    assert "0 % of 12 rows" in compared(lake, *lists[:2], *both).warnings[0]


@pytest.mark.parametrize(
    "before",
    [{"source": "account_data"}, {"playlist_id": "other"}, {"items": ROWS[:9]}],
    ids=["source", "list", "few rows"],
)
def test_only_like_is_compared_with_like(lake: FolderStorage, before: dict[str, Any]) -> None:
    now = put(lake, ON, changed(ROWS, "item.external_ids"))

    assert compared(lake, put(lake, BEFORE, **before), now).drifted_columns == []


def test_the_newest_date_before_is_compared_whether_built_now_or_earlier(
    lake: FolderStorage,
) -> None:
    rows = changed(ROWS, "item.external_ids")
    first = put(lake, BEFORE)
    write_inputs(lake, BEFORE, {}, "r0", 1, {LIST: first.counts})

    assert compared(lake, put(lake, ON, rows)).drifted_columns == ["songs.isrc"]
    later = compared(lake, put(lake, ON), put(lake, day(3), rows)).warnings[0]
    assert "of 2026-11-03, and had one in 100 % of 40 rows of 2026-11-02 (" in later
    assert compared(lake, put(lake, ON, rows), put(lake, day(3), rows)).warnings == [
        compared(lake, put(lake, ON, rows)).warnings[0]
    ]


def test_a_date_without_counts_is_not_compared(lake: FolderStorage) -> None:
    """A first date, and one after a date that an earlier version built."""
    now = put(lake, ON, changed(ROWS, "item.external_ids"), dropped={"items[].x": 1})

    assert compared(lake, now).warnings == []
    lake.write("state/inputs/2026-11-01.json", b'{"run_id": "r0", "objects": {"raw/x": "1"}}')
    assert compared(lake, now).warnings == []


def test_keys_that_are_new_and_not_stored_are_listed(lake: FolderStorage) -> None:
    known = put(lake, BEFORE, dropped={"items[].x": 50})
    more = {f"page.{n:02}": 1 for n in range(11)}
    new = put(lake, ON, dropped={"items[].x": 50, "items[].y": 1500, **more})
    other_list = put(lake, ON, playlist_id="other", dropped={"items[].z": 1})

    assert compared(lake, known, new, other_list).warnings == [
        "2026-11-02 has keys that 2026-11-01 did not have and that this version does not store: "
        "items[].y (1,500), page.00 (1), page.01 (1), page.02 (1), page.03 (1), page.04 (1), "
        "page.05 (1), page.06 (1), page.07 (1), page.08 (1), 2 more; see payload-drift in "
        "docs/runbook.md"
    ]
    assert compared(lake, known, put(lake, ON, dropped={"items[].x": 1})).warnings == []


@pytest.mark.slow
def test_a_build_compares_with_an_earlier_build_and_publishes_all(
    spark: SparkSession, lake: FolderStorage
) -> None:
    options = JobOptions(lake.root)
    put(lake, BEFORE)
    first = flatten_playlists(spark, options, clock=FakeClock())
    put(lake, ON, changed(ROWS, "item.external_ids"), dropped={"items[].x": 1})
    second = flatten_playlists(spark, options, clock=FakeClock())

    assert (first.warnings, first.drifted_columns) == ([], [])
    assert (second.status, second.drifted_columns) == ("succeeded", ["songs.isrc"])
    assert [warning.split(" ")[0] for warning in second.warnings] == ["songs.isrc", "2026-11-02"]
