"""The following page, and what the answers of one reading say against each other."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract_lambda.pages import (
    ContradictoryPage,
    MisleadingPage,
    Page,
    Reading,
    items_of,
    next_page,
)

API = "https://api.example/v1"
LIST = "OneListOfTheTests00000"
ITEMS = items_of(LIST)


def row(number: int) -> dict[str, Any]:
    return {"added_at": "2026-10-01T00:00:00Z", "item": {"uri": f"spotify:track:{number}"}}


def link(offset: int) -> str:
    return f"{API}/playlists/{LIST}/items?offset={offset}&limit=50&additional_types=track%2Cepisode"


def page(offset: int, size: int, total: int, following: int | None = None, **more: Any) -> Page:
    """A page whose items are those of their positions."""
    rows = [row(number) for number in range(offset, offset + size)]
    body = {"items": rows, "total": total, "next": None if following is None else link(following)}
    return Page(offset, body | more)


def playlist(total: Any, size: int = 0) -> dict[str, Any]:
    return {"items": {"total": total, "items": [None] * size}}


def read(head: dict[str, Any], *pages: Page) -> Reading:
    reading = Reading(head)
    for one in pages:
        reading.add(one)
    reading.finish()
    return reading


@pytest.mark.parametrize(
    ("before", "following"),
    [
        (page(0, 50, 120, 50, limit=50), 50),
        # Spotify left one item out
        (page(0, 49, 120, 50, limit=50), 50),
        (page(0, 1, 120, 50, limit=50), 50),
        # Smaller pages than the limit
        (page(0, 40, 120, 40, limit=50), 40),
        (page(40, 20, 120, 60, limit=20), 60),
        # More items than the limit
        (page(0, 100, 120, 50, limit=50), 100),
        (page(0, 100, 120, 50), 100),
        (page(0, 99, 120, 100, limit=100), 100),
        (page(0, 60, 120, 20, limit=20), 60),
        # The end of the list
        (page(0, 100, 100, 50, limit=50), None),
        (page(50, 50, 100, 100, limit=50), None),
        (page(50, 49, 100, 100, limit=50), None),
        (page(0, 50, 100), None),
    ],
)
def test_the_following_page_begins_where_this_one_ends(before: Page, following: int | None) -> None:
    expected = None if following is None else (following, link(following))
    assert next_page(before, ITEMS, API) == expected


@pytest.mark.parametrize(
    ("before", "sentence"),
    [
        (page(50, 0, 60, 50), "the page at offset 50 has a `next`, but no items"),
        (
            page(50, 10, 70, 50),
            "the page at offset 50 has 10 items of at most 50, and its `next` is the page at "
            "offset 50",
        ),
        (page(50, 50, 120, 0), "is the page at offset 0"),
        (page(0, 50, 120, 30), "is the page at offset 30"),
        (page(0, 50, 120, 60), "is the page at offset 60"),
        (page(0, 20, 120, 50, limit=20), "is the page at offset 50"),
        (page(0, 50, 60, 10**9), "is the page at offset 1000000000"),
    ],
)
def test_a_next_that_goes_back_or_skips_items_is_a_contradiction(
    before: Page, sentence: str
) -> None:
    with pytest.raises(ContradictoryPage) as caught:
        next_page(before, ITEMS, API)

    assert str(caught.value).endswith(sentence)


@given(data=st.data(), total=st.integers(1, 300))
def test_pages_advance_and_are_never_more_than_the_items(data: st.DataObject, total: int) -> None:
    offsets = [0]
    while True:
        one = page(
            offsets[-1],
            data.draw(st.integers(0, 120)),
            total,
            data.draw(st.none() | st.integers(0, 400)),
            limit=data.draw(st.integers(-1, 120)),
        )
        try:
            following = next_page(one, ITEMS, API)
        except (ContradictoryPage, MisleadingPage):
            break
        if following is None:
            break
        offsets.append(following[0])
    assert offsets == sorted(set(offsets))
    assert offsets[-1] < total


@pytest.mark.parametrize(
    ("head", "pages", "sentence"),
    [
        (
            playlist(50),
            [page(0, 0, 0)],
            "the playlist object says 50 items, and the page at offset 0 says 0",
        ),
        (
            {"tracks": {"total": 100}},
            [page(0, 50, 50)],
            "the playlist object says 100 items, and the page at offset 0 says 50",
        ),
        (
            playlist(0),
            [page(0, 20, 20)],
            "the playlist object says 0 items, and the page at offset 0 says 20",
        ),
        (
            {},
            [page(0, 50, 100), page(50, 49, 99)],
            "the page at offset 0 says 100 items, and the page at offset 50 says 99",
        ),
        ({}, [page(0, 0, 50)], "the page at offset 0 says 50 items, and none came"),
        (
            playlist(None, size=20),
            [page(0, 0, 0)],
            "the playlist object has 20 items, and the page at offset 0 says 0",
        ),
        (
            playlist(50),
            [page(0, 60, 50)],
            "the page at offset 0 says 50 items, and goes up to item 60",
        ),
        (
            playlist(100),
            [page(0, 50, 100), Page(50, page(0, 50, 100).body)],
            "the page at offset 50 has the same items as the page at offset 0",
        ),
    ],
)
def test_answers_that_contradict_each_other_are_not_believed(
    head: dict[str, Any], pages: list[Page], sentence: str
) -> None:
    with pytest.raises(ContradictoryPage) as caught:
        read(head, *pages)

    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    "head",
    [
        playlist(60, size=50),
        playlist(None),
        playlist("60"),
        {"items": None, "tracks": {"total": 60}},
        {"items": {"total": 60}, "tracks": {"total": 0}},
        # An account that neither owns the list nor collaborates on it gets no items
        {},
    ],
)
def test_a_playlist_object_without_a_total_contradicts_nothing(head: dict[str, Any]) -> None:
    reading = read(head, page(0, 50, 60), page(50, 10, 60))

    assert (reading.items, reading.total, reading.is_complete) == (60, 60, True)


@pytest.mark.parametrize("period", [1, 2, 25])
def test_a_list_may_repeat_its_songs(period: int) -> None:
    rows = [row(number % period) for number in range(100)]
    pages = [
        Page(offset, {"items": rows[offset : offset + 50], "total": 100}) for offset in (0, 50)
    ]

    assert read({}, *pages).is_complete


def test_two_readings_are_equal_if_the_same_items_came_at_the_same_positions() -> None:
    one = read({}, page(0, 49, 100), page(50, 50, 100))
    again = read(playlist(100), page(0, 49, 100), page(50, 50, 100))
    others = Page(0, {"items": [row(number) for number in range(1, 50)], "total": 100})

    assert not one.is_complete
    assert one.digest == again.digest
    assert read({}, others, page(50, 50, 100)).digest != one.digest
    # The same items, with the gap in another page, or with another total
    moved = Page(50, {"items": [row(number) for number in [49, *range(50, 99)]], "total": 100})
    whole = page(0, 50, 100)
    assert read({}, whole, page(50, 49, 100)).digest != read({}, page(0, 49, 100), moved).digest
    assert read({}, page(0, 49, 50)).digest != read({}, page(0, 49, 51)).digest
