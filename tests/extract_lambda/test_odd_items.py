"""Odd items of real lists: each is stored at its position as received, without `added_by`."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.spotify import library
from tests.extract_lambda.extractor import Changed, Extractor, set_key
from tests.support.json_values import JSON_VALUES

ITEMS = "/v1/playlists/*/items"


def song(**changed: Any) -> dict[str, Any]:
    return {"id": "s", "name": "a song", "type": "track", "uri": "spotify:track:s"} | changed


def row(content: Any = None, **changed: Any) -> dict[str, Any]:
    found = {"added_at": "2026-10-01T00:00:00Z", "is_local": False, "item": content or song()}
    return found | changed


LOCAL: dict[str, Any] = {
    "id": None,
    "href": None,
    "uri": "spotify:local:An+Artist:An+Album::215",
    "album": {"id": None, "album_type": None, "release_date": None, "artists": []},
    "artists": [{"id": None, "name": ""}, {"name": "no id"}],
    "external_ids": {},
    "disc_number": 0,
}
EPISODE = {
    "type": "episode",
    "episode": True,
    "track": False,
    "show": {},
    "uri": "spotify:episode:e",
}

# Cases seen in real lists; those of whole responses are in the fault tests
ODD = {
    "1 no song": {"added_at": None, "is_local": False, "item": None},
    "1 no song in either key": {"item": None, "track": None},
    "2 a local file": row(LOCAL, is_local=True),
    "3 an artist without id or name": row(song(artists=[{"id": None}, {"name": ""}])),
    "4 an episode": row(EPISODE),
    "5 an episode in the shape of a track": row(song(album={"album_type": "compilation"})),
    "6 a release date of zeros": row(song(album={"release_date": "0000"})),
    "7 a year, and a month": row(song(album={"release_date": "1981-12"})),
    "8 never added": row(added_at=None),
    "8 added at the epoch": row(added_at="1970-01-01T00:00:00Z"),
    "10 no thumbnail": row(video_thumbnail=None),
    "10 an empty thumbnail": row(video_thumbnail={"url": None}),
    "12 not available": row(song(is_playable=False, available_markets=[], name="")),
    "13 relinked": row(song(linked_from={"uri": "spotify:track:before"})),
    "14 a null for a row": None,
    "14 a text for a row": "row",
    "14 a list for a row": [],
    "18 images without size": row(song(album={"images": [{"height": None, "url": "x"}]})),
    "18 no images": row(song(album={"images": None})),
    "19 names": row(song(name="🎣 שלום e\u0301 <a href=x>&amp;&#x27;</a> \x00\x7f\u2028\ud83d")),
    "20 empty maps": row(song(external_urls={}, external_ids={})),
    "track and item": row(track=song()),
    "a truth for a track": row(song(track=True), track=True),
    "a number past 64 bits": row(song(duration_ms=10**30)),
    "an unknown key": row(song(what_comes_next=[{"x": 1.5e300}])),
}


@pytest.mark.parametrize("item", ODD.values(), ids=ODD.keys())
def test_an_odd_item_is_stored_as_received(extractor: Extractor, item: Any) -> None:
    chart = extractor.spotify.playlist_ids[0]

    def put(page: dict[str, Any]) -> None:
        page["items"][7] = item

    extractor.spotify.fault(Changed(put), path=ITEMS)

    outcome = extractor.run_one(chart)

    assert (outcome.outcome, outcome.items, outcome.calls) == ("extracted", 50, 3)
    assert extractor.items(chart)[7] == item


@pytest.mark.parametrize(
    "added_by",
    [None, {"id": "", "uri": "spotify:user:"}, {"id": "somebody", "uri": "spotify:user:somebody"}],
)
def test_added_by_is_not_stored(extractor: Extractor, added_by: Any) -> None:
    def put(page: dict[str, Any]) -> None:
        page["items"][0] = row(added_by=added_by)

    extractor.spotify.fault(Changed(put), path=ITEMS)
    chart = extractor.spotify.playlist_ids[0]

    assert extractor.run_one(chart).outcome == "extracted"
    assert extractor.items(chart)[0] == row()


def test_a_song_that_is_in_a_list_twice_is_stored_twice(extractor: Extractor) -> None:
    def repeat(page: dict[str, Any]) -> None:
        page["items"] = [row()] * 50

    extractor.spotify.fault(Changed(repeat), path=ITEMS)
    chart = extractor.spotify.playlist_ids[0]

    assert extractor.run_one(chart).outcome == "extracted"
    assert extractor.items(chart) == [row()] * 50


def test_the_simulated_oddities_are_stored_in_every_generation(extractor: Extractor) -> None:
    for generation in ("legacy", "transitional", "2026"):
        extractor.spotify.generation = generation
        report = extractor.run(library.ODDITIES_ID, refresh=True)
        assert [(one.outcome, one.items) for one in report.outcomes] == [("extracted", 8)]
        assert extractor.items(library.ODDITIES_ID)[-1] is None


def test_a_list_without_images_and_with_markup_is_stored_as_received(extractor: Extractor) -> None:
    head = {"images": None, "description": 'a &amp; <a href="x">b</a>', "followers": None}
    extractor.spotify.fault(Changed(lambda body: body.update(head)), path="/v1/playlists/*")
    chart = extractor.spotify.playlist_ids[0]

    extractor.run(chart)

    kept = extractor.records(chart)[0]["playlist"]
    assert {key: kept[key] for key in head} == head


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(JSON_VALUES, max_size=5))
def test_any_item_is_stored_or_fails_its_list(extractor: Extractor, values: list[Any]) -> None:
    chart = extractor.spotify.playlist_ids[0]
    items = [{"item": {"any": value}} for value in values]
    body = {"items": items, "total": len(items), "next": None}
    extractor.spotify.clear_faults()
    extractor.spotify.fault(Changed(lambda page: page.update(body)), path=ITEMS, times=None)
    extractor.spotify.fault(set_key("items", None), path="/v1/playlists/*", times=None)

    outcome = extractor.run(chart, refresh=True).outcomes[0]

    assert outcome.outcome == "extracted"
    assert extractor.items(chart) == items


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_nan_and_infinity_fail_the_list(extractor: Extractor, number: str) -> None:
    def put(page: dict[str, Any]) -> None:
        page["items"][0] = row(song(popularity=float(number)))

    extractor.spotify.fault(Changed(put), path=ITEMS, times=None)

    outcome = extractor.run_one(extractor.spotify.playlist_ids[0])

    assert (outcome.outcome, outcome.cause) == ("failed", "body_refused")
    assert extractor.files == []
