"""Which artists a run asks for: those in the newest snapshots of lists."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from extract_lambda.genres.candidates import newest_artists
from extract_lambda.raw_zone import RawZone
from lake.raw_format import raw_key
from lake.storage import open_storage
from tests.extract_lambda.genres.conftest import artist

TODAY = date(2026, 11, 29)
YESTERDAY = date(2026, 11, 28)
LIST, OTHER, NEW = ("A" * 22, "B" * 22, "C" * 22)


def _song(*artists: Any, album: Any = None) -> dict[str, Any]:
    return {"item": {"artists": list(artists), "album": {"artists": album or []}}}


def _named(number: int) -> dict[str, str]:
    return {"id": artist(number)}


def _put(zone: RawZone, playlist_id: str, on: date, *items: Any) -> None:
    at = datetime(on.year, on.month, on.day, 6, tzinfo=UTC)
    with zone.draft(on, playlist_id, source="import") as draft:
        draft.page(0, {"items": list(items), "total": len(items)}, at)
        draft.end(len(items), None, at)


@pytest.fixture
def zone(tmp_path: Path) -> RawZone:
    return RawZone(open_storage(tmp_path))


def test_song_and_album_artists_of_the_newest_snapshots_each_once(zone: RawZone) -> None:
    _put(zone, LIST, YESTERDAY, _song(_named(9)))
    _put(zone, LIST, TODAY, _song(_named(1), _named(2), album=[_named(3)]), _song(_named(2)))
    _put(zone, OTHER, YESTERDAY, _song(_named(4), _named(1)))
    _put(zone, NEW, YESTERDAY, _song(_named(8)))

    found = newest_artists(zone, [LIST, OTHER, "D" * 22], TODAY)

    assert found == [artist(1), artist(2), artist(3), artist(4)]


def test_odd_items_have_no_artists(zone: RawZone) -> None:
    placeholders = [{"id": "0" * 22}, {"id": None, "uri": "spotify:local:a"}, {"id": 5}, None]
    _put(
        zone,
        LIST,
        TODAY,
        {"item": None},
        {"item": "text"},
        {"item": {"artists": "x", "album": []}},
        {"track": {"artists": [{"uri": f"spotify:artist:{artist(1)}"}]}},
        _song(*placeholders, album=[_named(2)]),
    )

    assert newest_artists(zone, [LIST], TODAY) == [artist(1), artist(2)]


def test_of_a_damaged_snapshot_the_first_part_is_read(
    zone: RawZone, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    _put(zone, LIST, TODAY, _song(_named(1)))
    _put(zone, OTHER, TODAY, _song(_named(2)))
    path = tmp_path / raw_key(TODAY, LIST)
    path.write_bytes(path.read_bytes()[:-8])

    assert newest_artists(zone, [LIST, OTHER], TODAY) == [artist(1), artist(2)]
    assert f"the artists of playlist {LIST} could not be read to the end" in caplog.text
