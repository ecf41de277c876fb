"""The simulated world: the same bytes for a seed, valid ids, and every kind of item in a month."""

import hashlib
import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from simulator.world.catalogue import SimulatedCatalogue

Item = dict[str, Any]
# Every third day of a month
DAYS = [date(2026, 10, 25) + timedelta(days=n) for n in range(0, 30, 3)]

DIGEST = """
import hashlib, json
from datetime import date
from simulator.world.catalogue import SimulatedCatalogue
catalogue = SimulatedCatalogue(7)
bodies = [catalogue.playlist(p, date(2026, 11, 23), "legacy") for p in catalogue.playlist_ids]
print(hashlib.sha256(json.dumps(bodies).encode()).hexdigest())
"""


def items_of(catalogue: SimulatedCatalogue, playlist_id: str, on: date) -> list[Item]:
    return [
        item
        for offset in range(0, 400, 100)
        for item in catalogue.items_page(playlist_id, on, "legacy", offset=offset, limit=100)[
            "items"
        ]
    ]


@pytest.fixture(scope="module")
def month() -> list[list[Item]]:
    """The items of all DAYS, list by list."""
    catalogue = SimulatedCatalogue()
    return [
        [item for on in DAYS for item in items_of(catalogue, playlist_id, on)]
        for playlist_id in catalogue.playlist_ids
    ]


def test_a_seed_gives_the_same_bytes_in_another_process() -> None:
    catalogue = SimulatedCatalogue(7)
    # Earlier calls must not change the bytes of later ones.
    catalogue.playlist(catalogue.playlist_ids[2], date(2027, 1, 1), "legacy")
    bodies = [catalogue.playlist(p, date(2026, 11, 23), "legacy") for p in catalogue.playlist_ids]
    other_process = subprocess.run(
        [sys.executable, "-c", DIGEST],
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONHASHSEED": "1"},
    )
    digest = hashlib.sha256(json.dumps(bodies).encode()).hexdigest()
    assert digest == other_process.stdout.strip()


def test_every_id_has_22_base62_characters(month: list[list[Item]]) -> None:
    ids = set(SimulatedCatalogue().playlist_ids)
    for item in (item for items in month for item in items):
        track = item["track"]
        if track and not item["is_local"]:
            referenced = [*track.get("artists", []), track.get("album") or track["show"]]
            ids |= {track["id"], *(one["id"] for one in referenced)}
    assert len(ids) > 500
    assert not [id_ for id_ in ids if not re.fullmatch("[0-9A-Za-z]{22}", id_)]


def test_a_recording_keeps_its_isrc_when_it_moves_to_an_album(month: list[list[Item]]) -> None:
    albums_of: dict[str, set[str]] = {}
    for item in month[0]:
        isrc = item["track"]["external_ids"]["isrc"]
        albums_of.setdefault(isrc, set()).add(item["track"]["album"]["album_type"])
    assert {"single", "album"} in albums_of.values()


def release_date(item: Item) -> tuple[object, object]:
    album = (item["track"] or {}).get("album", {})
    return album.get("release_date"), album.get("release_date_precision")


KINDS_OF_ITEM: dict[str, Callable[[Item], bool]] = {
    "null row": lambda item: item["track"] is None and not item["is_local"],
    "local file": lambda item: item["is_local"] and item["track"]["id"] is None,
    "episode": lambda item: bool(item["track"]) and item["track"]["type"] == "episode",
    "dated by year": lambda item: release_date(item)[1] == "year",
    "dated by month": lambda item: release_date(item)[1] == "month",
    "without a date": lambda item: release_date(item) == ("0000", "year"),
    "added by nobody in 1970": lambda item: (
        (item["added_at"], item["added_by"]["id"]) == ("1970-01-01T00:00:00Z", "")
    ),
    "not playable": lambda item: (
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


@pytest.mark.parametrize("kind", KINDS_OF_ITEM)
def test_a_month_has_every_kind_of_item(month: list[list[Item]], kind: str) -> None:
    assert any(KINDS_OF_ITEM[kind](item) for items in month for item in items)
