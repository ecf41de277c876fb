"""Pages that name their list keep their position, and a full page need not be the last one.

The list has 12 items and pages of 5: they begin at 0, 5 and 10.
"""

import itertools
from pathlib import Path
from typing import Any

import pytest

from playlist_lake.importing.files import file_on_disk
from tests.support.saved_responses import LINK, LIST, pages, raw, rows, run, save

NAMES = {"id": LIST, "name": "Mine"}
FIVE = rows(5, 6, 7, 8, 9)
BOTH = {"next": f"{LINK}?offset=10&limit=5", "previous": f"{LINK}?offset=0&limit=5"}
SECOND = {"offset": 5, "limit": 5, "total": 12, **BOTH}
NO_OFFSET = "has a page that does not say where in its list it begins"
FULL = (
    "is a full page that says neither a total nor whether a page follows; save it with `total` "
    "or `next`"
)


@pytest.mark.parametrize(
    "document",
    [
        {**NAMES, "items": FIVE, **SECOND},
        {**NAMES, "tracks": FIVE, **SECOND},
        {**NAMES, "tracks": FIVE, "total": 12, "next": BOTH["next"]},
        {**NAMES, "items": FIVE, "href": f"{LINK}?offset=5&limit=5", "total": 12},
        {**NAMES, "items": FIVE, "offset": 5, "tracks": {"total": 12}},
        {**NAMES, "tracks": {"items": FIVE}, "offset": 5, "total": 12},
    ],
    ids=itertools.count(),
)
def test_a_page_that_names_its_list_keeps_its_position(tmp_path: Path, document: Any) -> None:
    report = run(tmp_path, save(tmp_path / "page.json", document))

    assert report.failures == []
    assert pages(tmp_path) == [(5, [5, 6, 7, 8, 9])]
    head, *_, end = raw(tmp_path)
    assert head["playlist"] == NAMES
    assert (end["item_count"], end["total"]) == (5, 12)


@pytest.mark.parametrize(
    "document",
    [
        {**NAMES, "items": FIVE, "tracks": {"total": 12}},
        {**NAMES, "items": FIVE, "next": None},
        {"playlist": NAMES, "items": FIVE, "total": 12, "type": "playlist"},
    ],
)
def test_a_page_that_names_its_list_is_refused_without_an_offset(
    tmp_path: Path, document: Any
) -> None:
    path = save(tmp_path / "page.json", document)

    ((_, message),) = run(tmp_path, path, playlist_id=LIST).failures

    assert message.startswith(f"{path} {NO_OFFSET}")


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_pages_that_each_name_their_list_are_merged(tmp_path: Path, order: Any) -> None:
    parts = {0: rows(0, 1, 2, 3, 4), 5: FIVE, 10: rows(10, 11)}
    paths = [
        save(tmp_path / f"{name}.json", {**NAMES, "items": items, "offset": offset, "total": 12})
        for name, (offset, items) in zip(order, parts.items(), strict=True)
    ]

    report = run(tmp_path, *paths)

    assert (report.failures, report.superseded) == ([], [])
    assert [item for _, items in pages(tmp_path) for item in items] == list(range(12))


def test_a_page_does_not_replace_the_playlist_object(tmp_path: Path) -> None:
    whole = {**NAMES, "snapshot_id": "s", "items": {"items": rows(0, 1, 2, 3, 4), "total": 12}}
    first = save(tmp_path / "1.json", whole)
    second = save(tmp_path / "2.json", {**NAMES, "items": FIVE, **SECOND})

    assert run(tmp_path, first, second).failures == []

    assert raw(tmp_path)[0]["playlist"] == {**NAMES, "snapshot_id": "s"}
    assert pages(tmp_path) == [(0, [0, 1, 2, 3, 4]), (5, [5, 6, 7, 8, 9])]


def test_pages_with_different_names_never_become_one_list(tmp_path: Path) -> None:
    one = {"name": "One", "items": rows(0, 1, 2, 3, 4), "offset": 0, "total": 12}
    two = {"name": "Two", "items": FIVE, "offset": 5, "total": 12}
    paths = [save(tmp_path / f"{part['name']}.json", part) for part in (one, two)]

    report = run(tmp_path, *paths, playlist_id=LIST)

    assert [failure.file for failure in report.failures] == [*map(file_on_disk, paths)]
    assert report.written == []


@pytest.mark.parametrize(
    "document",
    [
        {**NAMES, "items": FIVE, "offset": 0, "limit": 5},
        {**NAMES, "tracks": {"items": FIVE, "limit": 5, "total": None}},
        {"items": FIVE, "href": f"{LINK}?offset=0&limit=5"},
        {"items": FIVE, "previous": BOTH["previous"]},
    ],
)
def test_a_full_page_without_total_and_next_is_refused(tmp_path: Path, document: Any) -> None:
    path = save(tmp_path / "page.json", document)

    report = run(tmp_path, path, playlist_id=LIST)

    assert report.failures == [(file_on_disk(path), f"{path} {FULL}")]


@pytest.mark.parametrize(
    ("parts", "total"),
    [
        ([{"items": FIVE, "offset": 0, "limit": 5, "next": None}], 5),
        ([{"items": FIVE, "offset": 0, "limit": 6}], 5),
        ([{"items": FIVE, "offset": 0}], 5),
        ([{"items": FIVE, "offset": 0, "limit": 5}, {"items": rows("a"), "limit": 5}], 6),
        ([{"items": FIVE, "offset": 0, "limit": 5}, {"items": [], "offset": 5, "total": 7}], 7),
    ],
)
def test_a_full_page_is_imported_if_the_end_is_known(
    tmp_path: Path, parts: Any, total: int
) -> None:
    report = run(tmp_path, save(tmp_path / "pages.json", parts), playlist_id=LIST)

    assert report.failures == []
    assert raw(tmp_path)[-1]["total"] == total
