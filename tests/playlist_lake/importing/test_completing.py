"""A second import of a list: what is completed, what is kept, what is refused."""

import gzip
import json
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract_lambda.raw_zone import RawZone
from lake.storage import open_storage
from playlist_lake.importing.files import file_on_disk
from tests.support.saved_responses import (
    DAY,
    LINK,
    LIST,
    page,
    pages,
    playlist,
    raw,
    rows,
    run,
    save,
)

OBJECT = f"raw/snapshot_date={DAY}/{LIST}.jsonl.gz"
INCOMPLETE = f"incomplete: {LIST} of {DAY} has "
REMEDY = "to replace it, import all its pages in one call with --refresh"


def saved(folder: Path, document: Any, name: str = "page.json") -> Path:
    folder.mkdir(exist_ok=True)
    return save(folder / name, document)


@given(order=st.permutations(range(4)), cuts=st.lists(st.integers(1, 3), max_size=3))
def test_imports_one_after_the_other_give_what_one_import_gives(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], cuts: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("import")
    person = {"added_by": {"id": "somebody"}, "addedByName": "Some Body"}
    documents = [
        playlist([0, 1], total=7, snapshot_id="MTIz"),
        page([2, None, 4], 2, 7),
        page([{"item": {"id": 5}, **person}], 5, 7),
        page([6], 6, 7) | {"next": None},
    ]
    files = [saved(folder, document, f"{n}.json") for n, document in enumerate(documents)]
    calls = [order[start:end] for start, end in pairwise([0, *sorted(cuts), 4])]

    for call in filter(None, calls):
        assert run(folder / "lake", *(files[n] for n in call)).failures == []
    run(folder / "whole", *files)

    assert (folder / "lake" / OBJECT).read_bytes() == (folder / "whole" / OBJECT).read_bytes()
    assert "Some Body" not in json.dumps(raw(folder / "lake"))
    assert raw(folder / "lake")[-1]["dropped_keys"] == [{"key": "items[].addedByName", "count": 1}]


def test_an_incomplete_snapshot_is_named_until_it_is_complete(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    first, last = (saved(tmp_path, page([n], n, 2), f"{n}.json") for n in range(2))

    assert run(lake, first).remarks == [f"{INCOMPLETE}1 of 2 items"]
    again = run(lake, first)
    assert (again.already_present, again.written) == ([(DAY, LIST, (file_on_disk(first),))], [])
    assert again.remarks == [f"{INCOMPLETE}1 of 2 items"]
    completed = run(lake, last)
    assert (completed.written, completed.remarks) == ([(DAY, LIST, (file_on_disk(last),))], [])
    complete = run(lake, saved(tmp_path, page(["other"], 0, 2)))
    assert (len(complete.already_present), complete.remarks, complete.failures) == (1, [], [])
    assert pages(lake) == [(0, [0]), (1, [1])]


def test_a_page_after_the_end_of_a_complete_snapshot_is_refused(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    # Neither says a total, so the first looks like a whole list
    first, second = (
        saved(tmp_path, {"href": f"{LINK}?offset={n}", "items": rows(n)}, f"{n}.json")
        for n in range(2)
    )

    assert run(lake, first).failures == []
    (failure,) = run(lake, second).failures

    assert failure.message == (
        f"{second} goes up to item 2; {LIST} of {DAY} is there with 1 of 1 items; {REMEDY}"
    )
    assert run(lake, first, second, refresh=True).failures == []
    assert pages(lake) == [(0, [0]), (1, [1])]


@pytest.mark.parametrize(
    ("second", "message"),
    [
        (page(["other"], 0, 3), "has a different item at position 1 than the snapshot in the lake"),
        (page([2], 2, 4), "claims 4 items, but the snapshot in the lake claims 3"),
        (playlist([0], total=3, snapshot_id="new"), "has another `snapshot_id` than the snapshot"),
    ],
)
def test_a_page_that_contradicts_an_incomplete_snapshot_is_refused(
    tmp_path: Path, second: Any, message: str
) -> None:
    lake = tmp_path / "lake"
    run(lake, saved(tmp_path, playlist([0, 1], total=3, snapshot_id="old")))
    before = (lake / OBJECT).read_bytes()
    path = saved(tmp_path, second)

    ((refused, said),) = run(lake, path).failures

    assert refused == file_on_disk(path)
    assert said.startswith(f"{path} {message}")
    assert said.endswith(f"{LIST} of {DAY} is there with 2 of 3 items; {REMEDY}")
    assert (lake / OBJECT).read_bytes() == before
    # What the sentence advises
    whole = [saved(tmp_path, page([n], n, 3), f"{n}.json") for n in range(3)]
    assert run(lake, *whole, refresh=True).failures == []
    assert pages(lake) == [(0, [0]), (1, [1]), (2, [2])]


def test_the_last_page_is_placed_after_pages_in_the_lake(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    link = f"https://api.spotify.com/v1/playlists/{LIST}/items?offset=2&limit=2"
    run(lake, saved(tmp_path, {"items": rows(0, 1), "next": link, "total": 3}))

    last = saved(tmp_path, {"items": rows(2), "next": None, "total": 3})
    report = run(lake, last, playlist_id=LIST)

    assert report.failures == []
    assert pages(lake) == [(0, [0, 1]), (2, [2])]


def test_a_snapshot_with_keys_that_are_unknown_today_is_completed(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    document = page([{"item": {"id": 0}, "addedBy": "Ann"}], 0, 2)
    addition = page([{"item": {"id": 1}, "addedBy": "Bo"}], 1, 2)
    run(lake, saved(tmp_path, document))
    first, end = raw(lake)
    first["page"] = document
    lines = b"".join(json.dumps(record).encode() + b"\n" for record in (first, end))
    (lake / OBJECT).write_bytes(gzip.compress(lines))

    report = run(lake, saved(tmp_path, document), saved(tmp_path, addition, "1.json"))

    assert report.failures == []
    assert pages(lake) == [(0, [0]), (1, [1])]
    # The first page was counted when it was stored
    assert report.dropped_keys == {"items[].addedBy": 1}
    assert raw(lake)[-1]["dropped_keys"] == [{"key": "items[].addedBy", "count": 2}]


@pytest.mark.parametrize("second", [page([1], 1, 2), {"id": LIST, "name": "x", "tracks": rows(1)}])
def test_an_extraction_is_not_completed(tmp_path: Path, second: Any) -> None:
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    zone = RawZone(open_storage(tmp_path / "lake"))
    with zone.draft(DAY, LIST, source="api.spotify.com") as draft:
        draft.page(0, {"items": rows(0)}, noon)
        draft.end(2, None, noon)

    ((_, said),) = run(tmp_path / "lake", saved(tmp_path, second)).failures

    assert "does not complete a snapshot from api.spotify.com" in said
    assert f"is there with 1 of 2 items; {REMEDY}" in said


@pytest.mark.parametrize("kept", [0, 20, -9], ids=["empty", "cut", "no checksum"])
def test_a_damaged_snapshot_is_not_said_to_be_there(tmp_path: Path, kept: int) -> None:
    lake = tmp_path / "lake"
    path = saved(tmp_path, page([0, 1]))
    run(lake, path)
    (lake / OBJECT).write_bytes((lake / OBJECT).read_bytes()[:kept])

    ((_, said),) = run(lake, path).failures

    assert f"the lake's snapshot of {LIST} on {DAY} is damaged" in said
    assert run(lake, path, refresh=True).failures == []
    assert pages(lake) == [(0, [0, 1])]
