"""Where pages stand in their list: what they say, what their links imply, what is refused."""

from pathlib import Path
from typing import Any

import pytest

from playlist_lake.importing.files import UnusableFile, file_on_disk
from playlist_lake.importing.positions import stated_offset
from tests.support.saved_responses import DAY, LINK, LIST, pages, playlist, raw, rows, run, save


def link(offset: int, limit: int | None = 5) -> str:
    return f"{LINK}?offset={offset}" + (f"&limit={limit}" if limit else "")


def body(size: int, **keys: Any) -> dict[str, Any]:
    return {"items": rows(*range(size)), **keys}


@pytest.mark.parametrize(
    ("page", "offset"),
    [
        (body(5, offset=10), 10),
        (body(5, offset=10.0), 10),
        (body(5, href=link(10)), 10),
        (body(5, next=link(15)), 10),
        (body(5, next=link(15, limit=None)), 10),
        # Three of five items are shown, and the next page begins after the limit
        (body(3, next=link(15)), 10),
        (body(2, previous=link(5)), 10),
        (body(5, previous=link(5, limit=None), next=link(15, limit=None)), 10),
        (body(2, previous=link(5, limit=None), limit=5), 10),
        (body(7, total=7), 0),
        (body(7, total=7.0), 0),
        # All pages' items were added to the first page, whose links stayed
        (body(12, offset=0, limit=5, next=link(5), total=12), 0),
        # Spotify cuts the offset of `previous` at 0
        (body(2, offset=3, previous=link(0)), 3),
        (body(5), None),
        (body(5, next=None), None),
        (body(5, total=12), None),
        (body(2, previous=link(5, limit=None)), None),
        (body(5, href=LINK, next="", offset=None), None),
        (body(5, href=link(-5)), None),
        (body(5, href=7, next=["x"]), None),
    ],
)
def test_the_offset_follows_from_what_a_page_says(page: Any, offset: int | None) -> None:
    assert stated_offset(page) == offset


@pytest.mark.parametrize(
    ("page", "message"),
    [
        (body(5, offset=0, href=link(5)), "`offset` says .* offset 0, but its `href` says 5"),
        (body(5, offset=0, next=link(10)), "offset 0, but its `next` says 5"),
        (body(5, offset=0, previous=link(5)), "offset 0, but its `previous` says 10"),
        (body(5, href=link(10), next=link(10)), "`href` says .* 10, but its `next` says 5"),
        (body(5, next=link(3)), "5 items whose `next` asks for offset 3"),
        (body(5, offset=1.5), "has the offset '1.5', which is not a position"),
    ],
)
def test_a_page_that_contradicts_itself_is_refused(page: Any, message: str) -> None:
    with pytest.raises(UnusableFile, match=message):
        stated_offset(page)


FILTERED: list[dict[str, Any]] = [
    {"items": rows(0, 1, 2, 3, 4), "next": link(5)},
    {"items": rows(5, 6, 7, 8, 9), "next": link(10)},
    {"items": rows(10, 11), "next": None},
]
WHOLE = [(0, [0, 1, 2, 3, 4]), (5, [5, 6, 7, 8, 9]), (10, [10, 11])]


def test_an_array_of_pages_with_items_and_next_is_a_whole_list(tmp_path: Path) -> None:
    report = run(tmp_path / "lake", save(tmp_path / "list.json", FILTERED))

    assert (report.failures, report.superseded) == ([], [])
    assert pages(tmp_path / "lake") == WHOLE
    assert (raw(tmp_path / "lake")[-1]["item_count"], raw(tmp_path / "lake")[-1]["total"]) == (
        12,
        12,
    )


def test_files_of_pages_with_items_and_next_are_a_whole_list_in_any_order(tmp_path: Path) -> None:
    files = [save(tmp_path / f"{n}.json", page) for n, page in enumerate(reversed(FILTERED))]

    report = run(tmp_path / "lake", *files, playlist_id=LIST)

    assert (report.failures, report.superseded) == ([], [])
    assert pages(tmp_path / "lake") == WHOLE


def test_pages_that_only_an_array_orders_are_taken_in_its_order(tmp_path: Path) -> None:
    document = [{"items": page["items"]} for page in FILTERED]

    run(tmp_path / "lake", save(tmp_path / "list.json", document), playlist_id=LIST)

    assert pages(tmp_path / "lake") == WHOLE


def test_separate_pages_follow_the_page_in_the_playlist_object(tmp_path: Path) -> None:
    document = [playlist([0, 1, 2, 3, 4], total=12), *FILTERED[1:]]

    report = run(tmp_path / "lake", save(tmp_path / "list.json", document))

    assert report.failures == []
    assert pages(tmp_path / "lake") == WHOLE


def bare(*ids: Any) -> dict[str, Any]:
    return {"items": rows(*ids)}


@pytest.mark.parametrize(
    ("documents", "refused"),
    [
        ([bare(0, 1), bare(2)], [0, 1]),
        ([FILTERED[2]], [0]),
        ([bare(0) | {"total": 3}], [0]),
        # The third page is missing, so nothing says where the fourth begins
        ([FILTERED[0], FILTERED[2] | {"items": rows(20)}, FILTERED[2]], [1, 2]),
        # The array begins in the middle of its list
        ([[bare(2) | {"total": 3}]], [0]),
        # The part before it cannot be used, so the order says nothing
        ([[bare(0), bare(1) | {"offset": "1"}, bare(2)]], [0]),
    ],
)
def test_pages_without_a_position_are_refused_by_name(
    tmp_path: Path, documents: Any, refused: list[int]
) -> None:
    files = [save(tmp_path / f"{n}.json", document) for n, document in enumerate(documents)]

    report = run(tmp_path / "lake", *files, playlist_id=LIST)

    named = [failure.file for failure in report.failures if "where in its list" in failure.message]
    assert named == [file_on_disk(files[index]) for index in refused]
    assert report.written == []


def test_one_page_in_several_files_is_one_page(tmp_path: Path) -> None:
    files = [save(tmp_path / f"{n}.json", bare(0, 1)) for n in range(2)]

    report = run(tmp_path / "lake", *files, playlist_id=LIST)

    assert (report.failures, pages(tmp_path / "lake")) == ([], [(0, [0, 1])])


def test_a_list_of_unknown_length_is_refused(tmp_path: Path) -> None:
    report = run(tmp_path / "lake", save(tmp_path / "0.json", FILTERED[0]))

    ((_, message),) = report.failures
    assert "is of a list with more than 5 items, but nothing says how many" in message

    files = [save(tmp_path / f"{n}.json", page) for n, page in enumerate(FILTERED)]
    run(tmp_path / "lake", *files, playlist_id=LIST)
    assert pages(tmp_path / "lake") == WHOLE


@pytest.mark.parametrize(
    ("page", "message"),
    [
        (
            bare(0, 1) | {"offset": 50, "total": 12},
            "it claims 12 items, but it has one at position 52",
        ),
        (bare(0, 1) | {"offset": 10**9}, "has items beyond position 1,000,000,000"),
        (bare(0, 1) | {"offset": 2 * 10**9}, "which is not a position in a list"),
    ],
)
def test_a_page_beyond_its_total_or_beyond_every_list_is_refused(
    tmp_path: Path, page: Any, message: str
) -> None:
    path = save(tmp_path / "list.json", page)

    ((_, said),) = run(tmp_path / "lake", path, playlist_id=LIST).failures

    assert message in said


def test_a_total_of_0_beside_items_is_not_a_total(tmp_path: Path) -> None:
    files = [
        save(tmp_path / "0.json", bare(0, 1) | {"href": link(0), "total": 3}),
        save(tmp_path / "2.json", bare(2) | {"href": link(2), "total": 0}),
    ]

    report = run(tmp_path / "lake", *files)

    assert report.written == [(DAY, LIST, tuple(map(file_on_disk, files)))]
    assert raw(tmp_path / "lake")[-1]["total"] == 3
