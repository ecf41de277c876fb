"""Importing saved responses: which are merged, which count, what the report says."""

import copy
import random
import tracemalloc
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lake.errors import NotAFolder
from playlist_lake.importing.files import ImportFile, file_on_disk
from tests.support.saved_responses import (
    DAY,
    ITEMS,
    LIST,
    page,
    pages,
    playlist,
    raw,
    rows,
    run,
    save,
)


def test_a_playlist_with_only_its_first_page_is_incomplete(tmp_path: Path) -> None:
    document = playlist(ITEMS, total=244, snapshot_id="MTIz")

    run(tmp_path / "lake", save(tmp_path / "list.json", document))

    end = raw(tmp_path / "lake")[-1]
    assert (end["item_count"], end["total"], end["spotify_snapshot_id"]) == (2, 244, "MTIz")


def test_an_empty_list_becomes_one_empty_page(tmp_path: Path) -> None:
    run(tmp_path / "lake", save(tmp_path / "list.json", playlist([])))

    assert pages(tmp_path / "lake") == [(0, [])]
    assert raw(tmp_path / "lake")[-1]["total"] == 0


def test_overlapping_pages_keep_every_item_once(tmp_path: Path) -> None:
    files = [
        save(tmp_path / "c.json", page([0, 1, 2], 0, 9)),
        save(tmp_path / "b.json", page([2, 3, 4], 2, 9)),
        save(tmp_path / "a.json", page([3], 3, 9)),
        save(tmp_path / "d.json", page([7, 8], 7, 9)),
        save(tmp_path / "e.json", playlist([0, 1], total=9)),
    ]

    report = run(tmp_path / "lake", *files)

    assert report.written[0].files == tuple(map(file_on_disk, sorted(files)))
    assert (report.superseded, report.failures) == ([], [])
    assert pages(tmp_path / "lake") == [(0, [0, 1, 2]), (3, [3, 4]), (7, [7, 8])]
    end = raw(tmp_path / "lake")[-1]
    assert (end["item_count"], end["total"], end["page_count"]) == (7, 9, 3)


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (page(["other", 2], 1, 3), "has a different item at position 2 than"),
        (page([2], 2, 4), "claims 4 items, but "),
    ],
)
def test_a_list_with_a_contradicting_page_is_not_imported(
    tmp_path: Path, other: Any, message: str
) -> None:
    first = save(tmp_path / "a.json", page([0, 1], 0, 3))
    second = save(tmp_path / "b.json", other)
    third = save(tmp_path / "c.json", {**playlist(ITEMS), "id": "another"})

    report = run(tmp_path / "lake", first, second, third)

    ((file, said),) = report.failures
    assert file == file_on_disk(second)
    assert said.startswith(f"{second} {message}")
    assert str(first) in said
    assert [one.playlist_id for one in report.written] == ["another"]


def test_the_last_playlist_object_by_file_name_counts(tmp_path: Path) -> None:
    old = save(tmp_path / "b.json", playlist(["old"]))
    new = save(tmp_path / "c.json", playlist(["new"], followers=2))
    oldest = save(tmp_path / "a.json", playlist(["new"], followers=1))

    report = run(tmp_path / "lake", new, oldest, old)

    assert pages(tmp_path / "lake") == [(0, ["new"])]
    assert raw(tmp_path / "lake")[0]["playlist"]["followers"] == 2
    assert [(one.file.label, one.by.label) for one in report.superseded] == [
        (str(oldest), str(new)),
        (str(old), str(new)),
    ]
    assert report.written == [(DAY, LIST, (file_on_disk(new),))]


def test_pages_belong_to_the_capture_before_them(tmp_path: Path) -> None:
    files = [
        save(tmp_path / "morning_0.json", page([0, 1], 0, 3)),
        save(tmp_path / "morning_2.json", page([2], 2, 3)),
        save(tmp_path / "noon_0.json", page([9, 1], 0, 4)),
        save(tmp_path / "noon_2.json", page([2, 3], 2, 4)),
    ]

    report = run(tmp_path / "lake", *files)

    assert pages(tmp_path / "lake") == [(0, [9, 1]), (2, [2, 3])]
    first, second, last, _ = map(file_on_disk, files)
    assert report.superseded == [(first, last), (second, last)]


def test_a_playlist_object_is_merged_with_pages_that_it_agrees_with(tmp_path: Path) -> None:
    files = [
        save(tmp_path / "page_0.json", page([0, 1], 0, 3)),
        save(tmp_path / "page_2.json", page([2], 2, 3)),
        save(tmp_path / "playlist.json", playlist([0], total=3)),
    ]

    report = run(tmp_path / "lake", *files)

    assert report.superseded == []
    assert [record["record"] for record in raw(tmp_path / "lake")] == [
        "playlist",
        "items_page",
        "items_page",
        "end",
    ]


def test_each_list_of_a_backup_becomes_a_raw_object(tmp_path: Path) -> None:
    lists = [{"id": f"list{n}", "name": f"{n}", "tracks": rows(n)} for n in range(3)]
    nameless = {"uri": None, "tracks": rows("x")}
    backup = save(tmp_path / "playlists 2026-11-22.json", {"playlists": [*lists, nameless]})

    report = run(tmp_path / "lake", backup, snapshot_date=None)

    assert [one.playlist_id for one in report.written] == ["list0", "list1", "list2"]
    assert pages(tmp_path / "lake", "list1") == [(0, [1])]
    assert report.failures == [
        (
            file_on_disk(backup),
            f"{backup} (part 4) does not say which list it is from; pass --playlist-id",
        )
    ]


def test_a_list_that_is_already_present_is_kept_unless_refreshed(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    path = save(tmp_path / "list.json", playlist(["old"]))
    run(lake, path)
    save(path, playlist(["new"]))

    again = run(lake, path)
    assert again.already_present == [(DAY, LIST, (file_on_disk(path),))]
    assert (again.written, again.dates) == ([], {DAY})
    assert pages(lake) == [(0, ["old"])]

    refreshed = run(lake, path, refresh=True)
    assert refreshed.written == [(DAY, LIST, (file_on_disk(path),))]
    assert pages(lake) == [(0, ["new"])]


def test_an_unavailable_raw_zone_ends_the_import(tmp_path: Path) -> None:
    (tmp_path / "lake").write_text("no folder")

    with pytest.raises(NotAFolder, match="use a lake that is a folder"):
        run(tmp_path / "lake", save(tmp_path / "list.json", playlist(ITEMS)))


def test_progress_is_called_once_for_every_file(tmp_path: Path) -> None:
    backup = {"playlists": [{"id": f"list{n}", "tracks": rows(n)} for n in range(3)]}
    files = [
        save(tmp_path / "a.json", backup),
        save(tmp_path / "b.json", playlist(ITEMS)),
        save(tmp_path / "c.json", "bad"),
    ]
    done: list[ImportFile] = []

    run(tmp_path / "lake", *files, files[0], progress=done.append)

    assert sorted(file.label for file in done) == [*map(str, files)]


@given(
    cuts=st.lists(st.tuples(st.integers(0, 20), st.integers(0, 9)), min_size=1, max_size=6),
    order=st.randoms(use_true_random=False),
)
def test_pages_give_the_same_object_in_any_order(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[tuple[int, int]], order: random.Random
) -> None:
    documents: list[Any] = [
        page(list(range(start, start + count)), start, 30) for start, count in cuts
    ]
    documents.append(playlist([0], total=30))
    shuffled = copy.deepcopy(documents)
    order.shuffle(shuffled)
    contents = []
    for version in (documents, shuffled):
        folder = tmp_path_factory.mktemp("import")
        files = [save(folder / f"{n}.json", document) for n, document in enumerate(version)]
        order.shuffle(files)
        assert run(folder / "lake", *files).failures == []
        contents.append((folder / f"lake/raw/snapshot_date={DAY}/{LIST}.jsonl.gz").read_bytes())
        positions = [
            (offset + index, item)
            for offset, items in pages(folder / "lake")
            for index, item in enumerate(items)
        ]
        expected = {0} | {n for start, count in cuts for n in range(start, start + count)}
        assert positions == [(n, n) for n in sorted(expected)]

    assert contents[0] == contents[1]


def test_memory_does_not_grow_with_the_number_of_files(tmp_path: Path) -> None:
    def peak_bytes(files: int) -> int:
        folder = tmp_path / f"{files}"
        folder.mkdir()
        for number in range(files):
            items = [{"item": {"id": f"{number} {n}", "markets": ["AD"] * 20}} for n in range(500)]
            save(folder / f"{date(2026, 1, 1 + number)}.json", playlist(items))
        tracemalloc.start()
        try:
            run(folder / "lake", *folder.glob("*.json"), snapshot_date=None)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak_bytes(12) < 1.5 * peak_bytes(2)
