"""The simulated catalogue: the same bytes for a seed, on any date, page by page."""

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from simulator.world.catalogue import (
    Generation,
    PageOutOfRangeError,
    SimulatedCatalogue,
    UnknownPlaylistError,
)

Item = dict[str, Any]
START = date(2026, 10, 25)
SIZES = (50, 100, 400)


def items_of(catalogue: SimulatedCatalogue, playlist_id: str, on: date) -> list[Item]:
    items: list[Item] = []
    while True:
        page = catalogue.items_page(playlist_id, on, "legacy", offset=len(items))
        items += page["items"]
        if page["next"] is None:
            return items


DIGEST = """
import hashlib, json
from datetime import date
from simulator.world.catalogue import SimulatedCatalogue
catalogue = SimulatedCatalogue({seed})
bodies = [catalogue.playlist(p, date(2026, 11, 23), "legacy") for p in catalogue.playlist_ids]
print(hashlib.sha256(json.dumps(bodies).encode()).hexdigest())
"""


def digest(seed: int) -> str:
    catalogue = SimulatedCatalogue(seed)
    # Other dates first: what was asked before must not matter.
    catalogue.playlist(catalogue.playlist_ids[2], date(2027, 1, 1), "legacy")
    bodies = [catalogue.playlist(p, date(2026, 11, 23), "legacy") for p in catalogue.playlist_ids]
    return hashlib.sha256(json.dumps(bodies).encode()).hexdigest()


def test_a_seed_gives_the_same_bytes_in_another_process() -> None:
    command = [sys.executable, "-c", DIGEST.format(seed=7)]
    other_process = subprocess.run(
        command, check=True, capture_output=True, text=True, env={"PYTHONHASHSEED": "1"}
    )
    assert digest(7) == other_process.stdout.strip()


def test_another_seed_gives_another_world() -> None:
    one, other = SimulatedCatalogue(1), SimulatedCatalogue(2)
    assert not set(one.playlist_ids) & set(other.playlist_ids)
    chart, other_chart = (
        {item["track"]["id"] for item in items_of(c, c.playlist_ids[0], START)}
        for c in (one, other)
    )
    assert not chart & other_chart


def test_a_body_is_the_callers_own() -> None:
    catalogue = SimulatedCatalogue()
    chart = catalogue.playlist_ids[0]
    spoilt = catalogue.playlist(chart, START, "transitional")
    spoilt["tracks"]["items"][0]["item"].clear()
    fresh = catalogue.playlist(chart, START, "transitional")
    assert fresh["items"]["items"][0]["item"] == fresh["items"]["items"][0]["track"] != {}


@pytest.mark.parametrize("on", [date(1970, 1, 1), date(2008, 2, 29), START, date(2099, 12, 31)])
def test_the_lists_hold_50_100_and_400_items_on_any_date(on: date) -> None:
    catalogue = SimulatedCatalogue()
    lengths = tuple(len(items_of(catalogue, id_, on)) for id_ in catalogue.playlist_ids)
    totals = tuple(
        catalogue.playlist(id_, on, "2026")["items"]["total"] for id_ in catalogue.playlist_ids
    )
    assert lengths == totals == SIZES


def test_a_list_has_another_snapshot_id_every_day() -> None:
    catalogue = SimulatedCatalogue()
    ids = [
        catalogue.playlist(id_, START + timedelta(days=n), "2026")["snapshot_id"]
        for id_ in catalogue.playlist_ids
        for n in range(7)
    ]
    assert len(set(ids)) == 21


def test_one_description_has_html_and_entities() -> None:
    catalogue = SimulatedCatalogue()
    texts = [
        catalogue.playlist(id_, START, "2026")["description"] for id_ in catalogue.playlist_ids
    ]
    assert [bool(re.search(r"<a href=.*&amp;|&amp;.*<a href=", text)) for text in texts] == [
        False,
        True,
        False,
    ]


def pages(generation: Generation, limit: int) -> Iterator[dict[str, Any]]:
    catalogue = SimulatedCatalogue()
    for offset in range(0, 100, limit):
        id_ = catalogue.playlist_ids[1]
        yield catalogue.items_page(
            id_, START, generation, offset=offset, limit=limit, base_url="http://127.0.0.1:1/v1"
        )


def test_next_and_previous_lead_through_all_pages() -> None:
    playlist_id = SimulatedCatalogue().playlist_ids[1]
    first, second, third = pages("2026", 40)
    url = f"http://127.0.0.1:1/v1/playlists/{playlist_id}/items?offset={{}}&limit=40"
    url += "&additional_types=track%2Cepisode"
    assert (first["previous"], first["next"]) == (None, url.format(40))
    assert (second["previous"], second["next"]) == (url.format(0), url.format(80))
    assert (third["previous"], third["next"]) == (url.format(40), None)
    assert [len(page["items"]) for page in (first, second, third)] == [40, 40, 20]


def test_the_first_page_is_embedded_in_the_playlist() -> None:
    catalogue = SimulatedCatalogue()
    playlist_id = catalogue.playlist_ids[2]
    embedded = catalogue.playlist(playlist_id, START, "2026")["items"]
    assert embedded == catalogue.items_page(playlist_id, START, "2026", offset=0, limit=50)
    legacy = catalogue.playlist(playlist_id, START, "legacy")["tracks"]
    assert legacy == catalogue.items_page(playlist_id, START, "legacy", offset=0, limit=100)


def test_a_page_past_the_end_is_empty() -> None:
    catalogue = SimulatedCatalogue()
    page = catalogue.items_page(catalogue.playlist_ids[0], START, "2026", offset=50)
    assert (page["items"], page["next"], page["total"]) == ([], None, 50)


@pytest.mark.parametrize(
    ("generation", "offset", "limit"),
    [("2026", 0, 51), ("transitional", 0, 51), ("legacy", 0, 101), ("2026", 0, 0), ("2026", -1, 5)],
)
def test_a_page_that_spotify_would_refuse_is_refused(
    generation: Generation, offset: int, limit: int
) -> None:
    catalogue = SimulatedCatalogue()
    with pytest.raises(PageOutOfRangeError, match=f"offset {offset} and limit {limit};"):
        catalogue.items_page(
            catalogue.playlist_ids[0], START, generation, offset=offset, limit=limit
        )


def test_an_unknown_playlist_is_named_beside_those_there_are() -> None:
    catalogue = SimulatedCatalogue()
    for ask in (catalogue.playlist, catalogue.items_page):
        with pytest.raises(UnknownPlaylistError) as error:
            ask("nosuchlist", START, "2026")
        assert str(error.value) == (
            "the simulated Spotify has no playlist nosuchlist; ask for "
            + ", ".join(catalogue.playlist_ids)
        )
        assert isinstance(error.value, KeyError)
