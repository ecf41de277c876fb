"""How the simulated lists move over thirty days, and which odd items they hold."""

import json
import re
import statistics
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from itertools import chain, pairwise
from typing import Any

import pytest

from simulator.world.catalogue import SimulatedCatalogue

Item = dict[str, Any]
Month = list[list[Item]]
START = date(2026, 10, 25)


def items_of(catalogue: SimulatedCatalogue, playlist_id: str, on: date) -> list[Item]:
    pages = [
        catalogue.items_page(playlist_id, on, "legacy", offset=offset, limit=100)["items"]
        for offset in range(0, 400, 100)
    ]
    return list(chain.from_iterable(pages))


def month_of(seed: int, start: date) -> list[Month]:
    """Thirty days of each of the three lists."""
    catalogue = SimulatedCatalogue(seed)
    days = [start + timedelta(days=n) for n in range(30)]
    return [[items_of(catalogue, id_, day) for day in days] for id_ in catalogue.playlist_ids]


@pytest.fixture(scope="module")
def month() -> list[Month]:
    return month_of(2026, START)


def uris(items: list[Item]) -> list[str | None]:
    return [item["track"] and item["track"]["uri"] for item in items]


def days_seen(days: Month) -> dict[str, list[int]]:
    """For every item of a list, the days on which it stood there, in order."""
    seen: dict[str, list[int]] = {}
    for n, items in enumerate(days):
        for uri in dict.fromkeys(uris(items)):
            if uri is not None:
                seen.setdefault(uri, []).append(n)
    return seen


def test_every_id_is_22_base62_characters(month: list[Month]) -> None:
    ids = set(SimulatedCatalogue().playlist_ids)
    for item in chain.from_iterable(chain.from_iterable(month)):
        track = item["track"]
        if track and not item["is_local"]:
            owners = [*track.get("artists", []), track.get("album") or track["show"]]
            ids |= {track["id"], *(owner["id"] for owner in owners)}
    assert len(ids) > 800
    assert not [id_ for id_ in ids if not re.fullmatch("[0-9A-Za-z]{22}", id_)]


def test_an_id_always_means_the_same_song(month: list[Month]) -> None:
    said: dict[str, set[str]] = {}
    for item in chain.from_iterable(chain.from_iterable(month)):
        if item["track"] and item["track"]["type"] == "track" and not item["is_local"]:
            song = {k: v for k, v in item["track"].items() if k in ("name", "external_ids")}
            said.setdefault(item["track"]["id"], set()).add(json.dumps(song, sort_keys=True))
    assert [id_ for id_, songs in said.items() if len(songs) > 1] == []


def test_most_of_the_chart_stays_from_one_day_to_the_next(month: list[Month]) -> None:
    kept = [len(set(uris(a)) & set(uris(b))) / 50 for a, b in pairwise(month[0])]
    assert 0.85 <= statistics.median(kept) <= 0.99
    assert min(kept) >= 0.7


def test_the_longer_lists_change_a_little_every_week(month: list[Month]) -> None:
    for days in month[1:]:
        size = len(days[0])
        for week in range(0, 21, 7):
            left = set(uris(days[week])) - set(uris(days[week + 7]))
            assert 0 < len(left) <= 0.4 * size


def test_songs_enter_leave_come_back_and_shine_for_a_day(month: list[Month]) -> None:
    for days in month:
        seen = days_seen(days)
        entered = [uri for uri, on in seen.items() if on[0] > 0]
        left = [uri for uri, on in seen.items() if on[-1] < 29]
        came_back = [uri for uri, on in seen.items() if on[-1] - on[0] + 1 > len(on)]
        one_day = [uri for uri, on in seen.items() if len(on) == 1 and 0 < on[0] < 29]
        assert min(len(entered), len(left)) >= 20
        assert came_back
        assert one_day


def test_some_songs_climb_slowly(month: list[Month]) -> None:
    """Ten days or more on the chart, twelve places up or more, never more than eight a day."""
    positions = [{uri: n for n, uri in enumerate(uris(items), start=1)} for items in month[0]]
    climbers = []
    for uri, on in days_seen(month[0]).items():
        ranks = [positions[n][uri] for n in on]
        unbroken = len(on) == on[-1] - on[0] + 1
        steps = [a - b for a, b in pairwise(ranks)]
        if unbroken and len(on) >= 10 and ranks[0] - ranks[-1] >= 12 and max(steps) <= 8:
            climbers.append(uri)
    assert len(climbers) >= 2


def test_the_lists_overlap(month: list[Month]) -> None:
    chart, fresh, mixtape = ({u for u in uris(days[0]) if u} for days in month)
    assert len(chart & fresh) >= 5
    assert len(chart & mixtape) >= 5
    assert len(fresh & mixtape) >= 5


def test_a_song_goes_on_under_its_albums_id_and_the_same_isrc(month: list[Month]) -> None:
    """The single leaves the chart on the day on which the album's copy enters it."""
    chart = [
        {item["track"]["external_ids"]["isrc"]: item["track"] for item in items}
        for items in month[0]
    ]
    moved = [
        (before[isrc], after[isrc])
        for before, after in pairwise(chart)
        for isrc in before.keys() & after.keys()
        if before[isrc]["id"] != after[isrc]["id"]
    ]
    assert moved
    for single, on_album in moved:
        assert single["name"] == on_album["name"]
        assert (single["album"]["album_type"], on_album["album"]["album_type"]) == (
            "single",
            "album",
        )


def test_explicit_and_clean_versions_share_a_name(month: list[Month]) -> None:
    versions: dict[tuple[str, str], set[tuple[str, bool]]] = {}
    for item in month[2][0]:
        track = item["track"]
        if track and track["type"] == "track" and not item["is_local"]:
            key = (track["name"], track["artists"][0]["id"])
            versions.setdefault(key, set()).add((track["id"], track["explicit"]))
    both = [ids for ids in versions.values() if {flag for _, flag in ids} == {True, False}]
    assert both


def precision(item: Item) -> object:
    track = item["track"] or {}
    return track.get("album", {}).get("release_date_precision")


EDGE_CASES: dict[str, Callable[[Item], bool]] = {
    "null row": lambda item: item["track"] is None and not item["is_local"],
    "local file": lambda item: item["is_local"] and item["track"]["id"] is None,
    "episode": lambda item: bool(item["track"]) and item["track"]["type"] == "episode",
    "year": lambda item: precision(item) == "year",
    "month": lambda item: precision(item) == "month",
    "undated": lambda item: (
        precision(item) == "year" and item["track"]["album"]["release_date"] == "0000"
    ),
    "unplayable": lambda item: (
        bool(item["track"])
        and item["track"].get("is_playable") is False
        and item["track"]["restrictions"] == {"reason": "market"}
        and item["track"]["available_markets"] == []
    ),
    "relinked": lambda item: (
        bool(item["track"])
        and "linked_from" in item["track"]
        and item["track"]["linked_from"]["id"] != item["track"]["id"]
    ),
    "compilation": lambda item: (
        bool(item["track"])
        and item["track"].get("album", {}).get("album_type") == "compilation"
        and item["track"]["album"]["artists"][0]["name"] == "Various Artists"
    ),
    "two to four artists": lambda item: (
        bool(item["track"]) and 2 <= len(item["track"].get("artists", [])) <= 4
    ),
    "right to left": lambda item: (
        bool(item["track"]) and unicodedata.bidirectional(item["track"]["name"][0]) in ("R", "AL")
    ),
    "emoji": lambda item: (
        bool(item["track"])
        and any(
            unicodedata.category(letter) == "So"
            for artist in item["track"].get("artists", [])
            for letter in artist["name"]
        )
    ),
}


@pytest.mark.parametrize("is_another_world", [False, True])
def test_every_edge_case_occurs_within_thirty_days(
    month: list[Month], is_another_world: bool
) -> None:
    lists = month_of(3, date(2031, 2, 1)) if is_another_world else month
    items = list(chain.from_iterable(chain.from_iterable(lists)))
    assert [name for name, is_one in EDGE_CASES.items() if not any(map(is_one, items))] == []


def test_edge_cases_are_few_and_the_chart_has_none(month: list[Month]) -> None:
    odd = [EDGE_CASES[name] for name in ("null row", "local file", "episode")]
    counts = [
        max(sum(any(is_one(item) for is_one in odd) for item in items) for items in days)
        for days in month
    ]
    assert counts[0] == 0
    assert 3 <= counts[1] <= 6
    assert 10 <= counts[2] <= 60


def test_a_null_row_belongs_to_a_song_that_stood_there_before(month: list[Month]) -> None:
    taken_down = {
        uri_before
        for before, after in pairwise(month[1])
        for uri_before, item in zip(uris(before), after, strict=True)
        if item["track"] is None and uri_before is not None
    }
    assert taken_down
    assert taken_down <= set(days_seen(month[1]))


def test_a_song_stands_twice_in_the_longest_list(month: list[Month]) -> None:
    for items in month[2]:
        songs = [uri for uri in uris(items) if uri]
        assert 1 <= len(songs) - len(set(songs)) <= 12


def test_a_chart_row_was_added_by_nobody_in_1970(month: list[Month]) -> None:
    rows = {(i["added_at"], i["added_by"]["id"]) for i in chain.from_iterable(month[0])}
    assert rows == {("1970-01-01T00:00:00Z", "")}


def test_nothing_was_added_after_the_day_it_is_seen_on(month: list[Month]) -> None:
    for n in range(30):
        midnight = f"{START + timedelta(days=n)}T00:00:00Z"
        assert max(item["added_at"] for days in month for item in days[n]) <= midnight


def test_an_item_keeps_its_time_of_addition_while_it_stays(month: list[Month]) -> None:
    for before, after in pairwise(month[1]):
        added = dict(zip(uris(before), before, strict=True))
        for uri, item in zip(uris(after), after, strict=True):
            if uri is not None and uri in added:
                assert item["added_at"] == added[uri]["added_at"]
