"""The records of a raw object: their content is read back unchanged, or is refused."""

import json
import re
import zlib
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract_lambda import snapshot_draft
from extract_lambda.snapshot_draft import BodyRefused, DraftMisused, SnapshotDraft
from tests.support.json_values import JSON_VALUES

LIST = "37i9dQZEVXbMDoHDwVN2tF"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Draft(SnapshotDraft):
    """A draft whose object is in memory."""

    def __init__(self) -> None:
        self.content = bytearray()
        super().__init__(self.content.extend, date(2026, 11, 22), LIST, "import")

    def records(self) -> list[Any]:
        self.finish()
        text = zlib.decompress(self.content, 31).decode()
        assert text.endswith("\n")
        return [json.loads(line) for line in text[:-1].split("\n")]


def page_record(items: list[Any]) -> Any:
    draft = Draft()
    draft.page(0, {"items": items}, NOON)
    draft.end(len(items), None, NOON)
    return draft.records()[0]


def test_a_body_that_the_jobs_would_refuse_is_not_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot_draft, "MAX_LINE_BYTES", 1024**2)

    with pytest.raises(BodyRefused, match=f"playlist {LIST} of 2026-11-22: .* more than 1 MB"):
        Draft().page(0, {"items": ["x" * 1024**2]}, NOON)


def test_the_end_record_counts_pages_and_items() -> None:
    draft = Draft()
    draft.page(0, {"items": ["a", None]}, NOON)
    draft.page(2, {"items": ["c"]}, NOON)
    draft.end(244, None, NOON)

    assert draft.records()[-1] == {
        "format_version": 1,
        "record": "end",
        "playlist_id": LIST,
        "snapshot_date": "2026-11-22",
        "fetched_at": "2026-11-22T12:00:00.000Z",
        "source": "import",
        "item_count": 3,
        "total": 244,
        "page_count": 2,
        "spotify_snapshot_id": None,
    }


def test_times_are_written_in_utc_cut_to_milliseconds() -> None:
    east = timezone(timedelta(hours=2))
    draft = Draft()
    draft.end(0, None, datetime(2026, 11, 23, 1, 30, 0, 123999, tzinfo=east))

    assert draft.records()[0]["fetched_at"] == "2026-11-22T23:30:00.123Z"


def test_bodies_are_stored_without_personal_data() -> None:
    draft = Draft()
    draft.playlist({"owner": {"id": "wizzler"}, "ownerName": "Ann"}, NOON)
    item = {"item": {"id": "a"}}
    draft.page(0, {"items": [{**item, "added_by": {"id": "wizzler"}, "addedBy": "Ann"}]}, NOON)
    draft.page(1, {"items": [{**item, "addedBy": "Ann"}]}, NOON)
    draft.end(2, None, NOON)

    playlist, *pages, end = draft.records()
    assert playlist["playlist"] == {"owner": {}}
    assert [page["page"] for page in pages] == [{"items": [item]}] * 2
    assert draft.dropped_keys == {"items[].addedBy": 2, "playlist.ownerName": 1}
    assert end["dropped_keys"] == [
        {"key": "items[].addedBy", "count": 2},
        {"key": "playlist.ownerName", "count": 1},
    ]


def test_the_end_record_names_few_dropped_keys_and_cuts_long_names() -> None:
    draft = Draft()
    draft.page(0, {"items": [{f"{n:03}" + "x" * 1000: n} for n in range(300)]}, NOON)
    draft.end(300, None, NOON)

    dropped = draft.records()[-1]["dropped_keys"]
    assert dropped[0] == {"key": "items[].000" + "x" * 97, "count": 1}
    assert len(dropped) == 100


@pytest.mark.parametrize("body", [{}, {"items": None}, {"items": "x"}, {"items": {}}, "x", None])
def test_a_page_whose_items_are_not_a_list_is_refused(body: Any) -> None:
    sentence = f"playlist {LIST} of 2026-11-22: the `items` of the page at offset 50 are not a list"

    with pytest.raises(BodyRefused, match=re.escape(sentence)):
        Draft().page(50, body, NOON)


def nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (float("nan"), "not JSON compliant"),
        (float("-inf"), "not JSON compliant"),
        (10**5000, "4300 digits"),
        (object(), "not JSON serializable"),
        (nested(100_000), "nested too deeply"),
    ],
    ids=["nan", "infinity", "long number", "no JSON", "deep"],
)
def test_a_body_that_is_not_json_is_refused(item: Any, reason: str) -> None:
    with pytest.raises(BodyRefused, match=f"playlist {LIST} of 2026-11-22: .*{reason}"):
        Draft().page(0, {"items": [{"item": {"any": item}}]}, NOON)


def test_records_in_the_wrong_order_are_refused() -> None:
    draft = Draft()
    draft.page(0, {"items": []}, NOON)
    with pytest.raises(DraftMisused, match="must come first"):
        draft.playlist({}, NOON)
    with pytest.raises(DraftMisused, match="no time zone"):
        draft.end(0, None, NOON.replace(tzinfo=None))
    draft.end(0, None, NOON)
    with pytest.raises(DraftMisused, match="nothing may follow"):
        draft.page(0, {"items": []}, NOON)

    assert [record["record"] for record in draft.records()] == ["items_page", "end"]


@pytest.mark.parametrize(
    "text",
    ["lone \ud83d high", "\udc00", "\\\ud800", "a\0b", "\u2028\x85\r\n", "☀😀", '"\\/'],
    ids=ascii,
)
def test_any_text_is_read_back_unchanged(text: str) -> None:
    items = [text, {"item": {text: [text]}}]

    assert page_record(items)["page"]["items"] == items


@given(values=st.lists(JSON_VALUES, max_size=5))
def test_any_json_within_an_item_comes_back_as_it_was(values: list[Any]) -> None:
    # Parsed JSON joins the two halves of a surrogate pair
    items = [{"item": {"any": json.loads(json.dumps(value))}} for value in values]

    assert json.dumps(page_record(items)["page"]["items"]) == json.dumps(items)
