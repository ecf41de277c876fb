"""Lists with every kind of odd item and value, and what each becomes."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tests.support.raw_objects import put_object, record, records, song

LONG = "long " * 2000
HUGE = b"1" + b"0" * 999
NESTED = b"[" * 800 + b"]" * 800

# An item, and the reason of its reject, or None where it becomes an entry
SHAPES: tuple[tuple[Any, str | None], ...] = (
    (None, "null_item"),
    ({}, "unknown_shape"),
    ({"added_at": "2026-01-03T04:05:06Z", "is_local": False}, "unknown_shape"),
    ({"trackName": "x", "trackUri": "spotify:track:" + "S" * 22}, "unknown_shape"),
    ({"track": {"trackName": "x"}}, "unknown_shape"),
    ({"track": None}, "null_item"),
    ({"item": None, "track": None, "is_local": False}, "null_item"),
    ({"track": None, "is_local": "yes"}, "null_item"),
    ("text", "not_an_object"),
    ("", "not_an_object"),
    ("null", "not_an_object"),
    ("2024-01-01", "not_an_object"),
    ('"quoted" \n', "not_an_object"),
    (5, "not_an_object"),
    (-1.5, "not_an_object"),
    (True, "not_an_object"),
    (False, "not_an_object"),
    ([], "not_an_object"),
    ([song(2)], "not_an_object"),
    ({"track": "text"}, "not_an_object"),
    ({"track": ""}, "not_an_object"),
    ({"item": 5, "track": None}, "not_an_object"),
    ({"track": True}, "not_an_object"),
    ({"track": []}, "not_an_object"),
    ({"track": {}}, "unknown_shape"),
    ({"track": {"name": "line \u2028 \x85 end \ud83c"}}, "no_uri"),
    ({"track": {"name": "nameless", "id": "short", "uri": "https://example.org"}}, "no_uri"),
    ({"track": {"uri": 5, "id": None}}, "no_uri"),
    ({"item": {}, "track": song(3)["item"]}, None),
    ({"item": {}, "track": None}, "unknown_shape"),
    ({"item": None, "chapter": {"id": "S" * 22}}, "unknown_shape"),
    ({"track": None, "episodes": [{"id": "S" * 22}], "added_at": None}, "unknown_shape"),
    ({"item": None, "added_by": {}, "video_thumbnail": {"url": None}}, "null_item"),
    ({"item": "text", "track": song(4)["item"]}, None),
    ({"track": {"uri": "spotify:track:", "id": None}}, "no_uri"),
    ({"track": {"uri": "spotify:track:null", "id": "null"}}, "no_uri"),
    ({"track": {"uri": "spotify:track:" + "0" * 22, "id": "0" * 22}}, "no_uri"),
    ({"track": {"uri": "spotify:track:" + "S" * 21}}, "no_uri"),
    ({"track": {"uri": "spotify:local:::", "id": None}, "is_local": True}, "no_uri"),
    ({"track": {"uri": "spotify:local::::207", "id": None}, "is_local": True}, "no_uri"),
    ({"track": {"uri": "spotify:local:null:null:null:0"}, "is_local": True}, "no_uri"),
    ({"track": {"uri": "spotify:local:undefined"}, "is_local": True}, "no_uri"),
    ({"track": {"uri": "spotify:user:x:playlist:" + "S" * 22}}, "no_uri"),
    ({"item": {"id": "S" * 22}}, None),
    ({"item": {"uri": "spotify:local:::nobody:7"}, "is_local": "yes"}, None),
    (song(5, track=True, episode=False), None),
)

# A field of an item's song and an odd value for it; its table and column, and the value there
VALUES: tuple[tuple[str, Any, str, Any], ...] = (
    ("duration_ms", "200000", "songs.duration_ms", None),
    ("duration_ms", {"ms": 1}, "songs.duration_ms", None),
    ("duration_ms", [1], "songs.duration_ms", None),
    ("duration_ms", True, "songs.duration_ms", None),
    ("duration_ms", 200000.5, "songs.duration_ms", None),
    ("duration_ms", 2**63, "songs.duration_ms", None),
    ("duration_ms", -(2**200), "songs.duration_ms", None),
    ("duration_ms", 2**63 - 1, "songs.duration_ms", 2**63 - 1),
    ("duration_ms", -5, "songs.duration_ms", -5),
    ("disc_number", 2**31, "songs.disc_number", None),
    ("track_number", "3", "songs.track_number", None),
    ("popularity", -1, "songs.popularity", -1),
    ("explicit", "true", "songs.is_explicit", None),
    ("explicit", 1, "songs.is_explicit", None),
    ("is_playable", "no", "playlist_entries.is_playable", None),
    ("name", None, "songs.name", None),
    ("name", "", "songs.name", None),
    ("name", " ", "songs.name", " "),
    ("name", LONG, "songs.name", LONG),
    ("name", "nul \0 and \x1f", "songs.name", "nul \0 and \x1f"),
    ("name", "line\r\n\u2028\ufeff\u0085end", "songs.name", "line\r\n\u2028\ufeff\u0085end"),
    ("name", "שיר 🎶 e\u0301", "songs.name", "שיר 🎶 e\u0301"),
    ("name", "half \ud83c pair", "songs.name", "half ? pair"),
    ("name", "\udf76", "playlist_entries.name", "?"),
    ("duration_ms", 200000.0, "songs.duration_ms", 200000),
    ("track_number", 3.0, "songs.track_number", 3),
    ("popularity", 57.0, "songs.popularity", 57),
    ("popularity", 57.5, "songs.popularity", None),
    ("disc_number", -0.0, "songs.disc_number", 0),
    ("name", 5, "songs.name", None),
    ("name", ["A", "B"], "songs.name", None),
    ("name", {"en": "x"}, "songs.name", None),
    ("external_ids", [], "songs.isrc", None),
    ("external_ids", {"isrc": ["QZAAA2600001"]}, "songs.isrc", None),
    ("external_ids", {"isrc": ""}, "songs.isrc", None),
    ("linked_from", "spotify:track:x", "playlist_entries.linked_from_uri", None),
    ("linked_from", {}, "playlist_entries.linked_from_uri", None),
    ("linked_from", {"uri": "spotify:track:"}, "playlist_entries.linked_from_uri", None),
    (
        "linked_from",
        {"id": "L" * 22, "type": "track"},
        "playlist_entries.linked_from_uri",
        "spotify:track:" + "L" * 22,
    ),
    ("artists", None, "playlist_entries.artist_names", None),
    ("artists", 5, "playlist_entries.artist_names", None),
    ("artists", {"name": "x"}, "playlist_entries.artist_names", None),
    ("artists", [], "playlist_entries.artist_names", None),
    ("artists", [{"name": ""}, {"name": None}, {}], "playlist_entries.artist_names", None),
    ("artists", [None, {"name": "x"}], "playlist_entries.artist_names", ["x"]),
    ("album", "text", "songs.album_id", None),
    ("album", [], "songs.album_id", None),
    ("album", {"id": "short"}, "songs.album_id", None),
    ("album", {"id": "0" * 22}, "songs.album_id", None),
    ("album", {"uri": "spotify:album:" + "b" * 22}, "songs.album_id", "b" * 22),
)

# A release date and its precision, and the day and precision that they become
RELEASE_DATES = (
    ("2011", "year", date(2011, 1, 1), "year"),
    ("2011-02", "month", date(2011, 2, 1), "month"),
    ("2011-02-28", "day", date(2011, 2, 28), "day"),
    ("2012-02-29", "day", date(2012, 2, 29), "day"),
    ("1582-10-10", "day", date(1582, 10, 10), "day"),
    ("1500-02-28", "day", date(1500, 2, 28), "day"),
    ("0001", "year", date(1, 1, 1), "year"),
    ("9999", "year", date(9999, 1, 1), "year"),
    ("9999-12-31", "day", date(9999, 12, 31), "day"),
    ("0000", "year", None, "year"),
    ("0000-00-00", "day", None, "day"),
    ("0000-01-01", "day", None, "day"),
    ("2011-02-30", "day", None, "day"),
    ("1900-02-29", "day", None, "day"),
    ("2011-13", "month", None, "month"),
    ("2011-00", "month", None, "month"),
    ("2011", "day", date(2011, 1, 1), "year"),
    ("2011-02-28", "year", date(2011, 1, 1), "year"),
    ("2011-02-28", None, date(2011, 2, 28), "day"),
    ("2011-02", None, date(2011, 2, 1), "month"),
    ("2011", None, date(2011, 1, 1), "year"),
    ("2011-02-28", "decade", date(2011, 2, 28), "day"),
    ("0000", None, None, None),
    ("2011-02-28T00:00:00Z", "day", None, "day"),
    ("2011\n", "year", None, "year"),
    ("12011", "year", None, "year"),
    ("+2011", "year", None, "year"),
    ("٢٠١١", "year", None, "year"),
    ("-2011", "year", None, "year"),
    ("", "year", None, "year"),
    (None, "day", None, "day"),
)

ADDED_AT = (
    ("2024-02-29T23:59:59Z", datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC)),
    ("2024-01-01T00:00:00.123987Z", datetime(2024, 1, 1, 0, 0, 0, 123000, tzinfo=UTC)),
    ("2006-01-01T00:00:00Z", datetime(2006, 1, 1, tzinfo=UTC)),
    ("2005-12-31T23:59:59.999Z", None),
    ("1899-12-31T00:00:00Z", None),
    ("1500-03-01T00:00:00Z", None),
    ("9999-12-31T23:59:59Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ("2019-03-04 05:06:07+00:00", datetime(2019, 3, 4, 5, 6, 7, tzinfo=UTC)),
    ("2019-03-04T05:06:07.000+00:00", datetime(2019, 3, 4, 5, 6, 7, tzinfo=UTC)),
    ("2019-03-04T07:06:07+02:00", datetime(2019, 3, 4, 5, 6, 7, tzinfo=UTC)),
    ("20190304T050607Z", datetime(2019, 3, 4, 5, 6, 7, tzinfo=UTC)),
    ("2019-03-04 05:06:07", datetime(2019, 3, 4, 5, 6, 7, tzinfo=UTC)),
    ("2019-03-04t05:06:07z", datetime(2019, 3, 4, 5, 6, 7, tzinfo=UTC)),
    ("0001-01-01T00:00:00+14:00", None),
    ("0001-01-01T00:00:00Z", None),
    ("1969-12-31T19:00:00-05:00", None),
    ("1970-01-01T00:00:00Z", None),
    ("1970-01-01T00:00:00.000Z", None),
    ("0000-01-01T00:00:00Z", None),
    ("2023-02-29T00:00:00Z", None),
    ("2024-13-01T00:00:00Z", None),
    ("2024-01-01T24:00:00Z", None),
    ("2024-01-01T00:00:00Z\n", None),
    ("2024-01-01", None),
    ("yesterday", None),
    ("", None),
    (1704067200, None),
    ({"at": "2024-01-01T00:00:00Z"}, None),
    (True, None),
)


def _with_value(number: int, field: str, value: Any) -> dict[str, Any]:
    return song(number, **{field: value})


def _released(number: int, raw: str | None, precision: str | None) -> dict[str, Any]:
    item = song(number)
    item["item"]["album"] |= {"release_date": raw, "release_date_precision": precision}
    return item


LISTS: dict[str, list[Any]] = {
    "shapes": [*(item for item, _ in SHAPES), song(9)],
    "values": [_with_value(100 + n, *odd[:2]) for n, odd in enumerate(VALUES)],
    "release-dates": [_released(200 + n, *odd[:2]) for n, odd in enumerate(RELEASE_DATES)],
    "added-at": [song(300 + n) | {"added_at": odd[0]} for n, odd in enumerate(ADDED_AT)],
    # A page with a lone surrogate, and a page with a lone surrogate and a null row
    "surrogate": [song(400, name="half \ud83c pair")],
    "surrogate-and-null": [song(401, name="half \ud83c pair"), None, song(402)],
}
"""Each is one page at offset 0."""


def put_odd_lists(lake: Path) -> None:
    """Put every list of LISTS into a lake, and some with JSON that Python would not write."""
    for playlist_id, items in LISTS.items():
        put_object(lake, playlist_id, records(playlist_id, [(0, items)]))
    odd_artists = song(520, artists=[{"id": "b" * 22, "name": "first"}, 5])
    put_object(lake, "artists", records("artists", [(0, [odd_artists])]))
    twice = b'{"track":{"id":"%s","name":"first","name":"last"}}' % (b"x" * 22)
    nulled = b'{"track":{"id":"%s"},"track":null}' % (b"y" * 22)
    _put_texts(lake, "equal-keys", [twice, nulled])
    huge = json.dumps(song(500, duration_ms="HUGE")).encode().replace(b'"HUGE"', HUGE)
    _put_texts(lake, "huge-number", [huge, *(json.dumps(song(n)).encode() for n in (501, 502))])
    nested = json.dumps(song(510, extra="NESTED")).encode().replace(b'"NESTED"', NESTED)
    _put_texts(lake, "nested", [nested, json.dumps(song(511)).encode()])
    for playlist_id, pages, total in (
        ("empty", [(0, [])], 0),
        ("no-page", [], 0),
        ("empty-page-of-many", [(0, [])], 7),
        ("empty-page-past-the-end", [(0, [song(530)]), (50, [])], 1),
        ("empty-page-before-a-full-one", [(0, []), (0, [song(535)])], 1),
        ("end-is-missing", [(0, [song(531), song(532)])], 3),
        ("more-than-total", [(0, [song(533), song(534)])], 1),
    ):
        *lines, end = records(playlist_id, pages)
        put_object(lake, playlist_id, [*lines, end | {"total": total}])
    _put_chart(lake)
    odd = {"name": "kept", "public": "yes", "followers": 5, "description": "", "images": {}}
    for playlist_id, body in (
        ("odd-playlist", odd | {"collaborative": True, "snapshot_id": "before"}),
        ("playlist-no-object", "text"),
    ):
        first = record("playlist", playlist_id, playlist=body)
        page, end = records(playlist_id, [(0, [song(540)])])
        put_object(lake, playlist_id, [first, page, end | {"spotify_snapshot_id": "after"}])


def _put_chart(lake: Path) -> None:
    """A chart file that knows less about song 540 than another list, and is later."""
    uris = ("spotify:track:S" + "0" * 18 + "540", "spotify:track:" + "c" * 22, "https://x", None)
    rows: list[Any] = [
        {"uri": uri, "artist_names": "Ann, Bo", "track_name": f"row {rank}", "streams": 10 * rank}
        for rank, uri in enumerate(uris, start=1)
    ]
    # The raw zone has these numbers as text; a weekly chart has weeks instead of days
    rows[0] |= {"peak_rank": "3", "previous_rank": "5", "days_on_chart": "1201"}
    rows[1] |= {"peak_rank": "2.0", "weeks_on_chart": 7, "days_on_chart": "-"}
    late = {"fetched_at": "2026-11-22T23:00:00.000Z", "source": "chart_csv"}
    page = record("chart_rows", "chart", offset=0, rows=[*rows, None])
    *_, end = records("chart", [(0, [*rows, None])])
    put_object(lake, "chart", [page | late, end | late])


def _put_texts(lake: Path, playlist_id: str, items: list[bytes]) -> None:
    """Put items as JSON texts that Python's json would not write."""
    page, end = records(playlist_id, [(0, ["ITEM"] * len(items))])
    line = json.dumps(page).encode()
    for item in items:
        line = line.replace(b'"ITEM"', item, 1)
    put_object(lake, playlist_id, [line, end])
