"""The raw zone's writer: exact bytes, all or nothing, in a folder and on S3."""

import gzip
import json
import re
import tracemalloc
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from extract_lambda.errors import ExtractError
from extract_lambda.raw_zone import AlreadyPresent, RawZone
from extract_lambda.snapshot_draft import BodyRefused, DraftMisused
from lake.storage import Storage, open_storage
from tests.support.glue_tables import LAKE
from tests.support.lossy_aws import LossyAws

DAY = date(2026, 11, 22)
LIST = "37i9dQZEVXbMDoHDwVN2tF"
KEY = f"raw/snapshot_date=2026-11-22/{LIST}.jsonl.gz"
NOON = datetime(2026, 11, 22, 12, 0, 0, 123999, tzinfo=UTC)
HEAD = (
    '"playlist_id":"37i9dQZEVXbMDoHDwVN2tF","snapshot_date":"2026-11-22",'
    '"fetched_at":"2026-11-22T12:00:00.123Z","source":"api.spotify.com"'
)


def objects(storage: Storage) -> dict[str, bytes]:
    """All objects of a lake, by key."""
    return {stored.key: storage.read(stored.key) or b"" for stored in storage.list_objects("")}


def records(content: bytes) -> list[Any]:
    text = gzip.decompress(content).decode()
    assert text.endswith("\n")
    return [json.loads(line) for line in text[:-1].split("\n")]


def write(zone: RawZone, pages: list[Any], *, replace: bool = False) -> None:
    with zone.draft(DAY, LIST, source="api.spotify.com", replace=replace) as draft:
        for offset, items in enumerate(pages):
            draft.page(offset, {"items": items}, NOON)
        draft.end(len(pages), None, NOON)


def test_an_object_has_exactly_these_bytes(storage: Storage) -> None:
    zone = RawZone(storage)
    with zone.draft(DAY, LIST, source="api.spotify.com") as draft:
        draft.playlist({"name": "Été ☀", "tracks": {"items": [1]}, "items": {}, "id": LIST}, NOON)
        draft.page(0, {"items": [{"track": {"name": "a/b"}}, None], "total": 3}, NOON)
        draft.page(2, {"items": ["x"], "total": 3}, NOON)
        draft.end(3, "MTIz", NOON)

    stored = objects(storage)

    assert list(stored) == [KEY]
    # RFC 1952: deflate, no flags (so no name), time 0
    assert stored[KEY][:8] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00"
    assert gzip.decompress(stored[KEY]).decode() == (
        '{"format_version":1,"record":"playlist",' + HEAD + ","
        '"playlist":{"name":"Été ☀","id":"37i9dQZEVXbMDoHDwVN2tF"}}\n'
        '{"format_version":1,"record":"items_page",' + HEAD + ","
        '"offset":0,"page":{"items":[{"track":{"name":"a/b"}},null],"total":3}}\n'
        '{"format_version":1,"record":"items_page",' + HEAD + ","
        '"offset":2,"page":{"items":["x"],"total":3}}\n'
        '{"format_version":1,"record":"end",' + HEAD + ","
        '"item_count":3,"total":3,"page_count":2,"spotify_snapshot_id":"MTIz"}\n'
    )


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    lakes = [open_storage(tmp_path / name) for name in ("a", "b")]
    for lake in lakes:
        write(RawZone(lake), [["x"], [None]])

    assert objects(lakes[0]) == objects(lakes[1])


def test_a_list_exists_after_its_draft_and_not_before(storage: Storage) -> None:
    zone = RawZone(storage)
    assert not zone.has(DAY, LIST)

    with zone.draft(DAY, LIST, source="import") as draft:
        draft.page(0, {"items": []}, NOON)
        draft.end(0, None, NOON)
        assert not zone.has(DAY, LIST)

    assert zone.has(DAY, LIST)
    assert not zone.has(date(2026, 11, 23), LIST)
    assert not zone.has(DAY, LIST[:-1])


def test_an_existing_list_is_replaced_only_if_asked(storage: Storage) -> None:
    zone = RawZone(storage)
    write(zone, [["old"]])
    old = objects(storage)

    with pytest.raises(AlreadyPresent, match=re.escape(f"{KEY} exists already")):
        write(zone, [["new"]])
    assert objects(storage) == old

    write(zone, [["new"]], replace=True)
    assert records(objects(storage)[KEY])[0]["page"] == {"items": ["new"]}


def test_a_list_whose_put_got_no_answer_is_not_already_present(lossy_aws: LossyAws) -> None:
    zone = RawZone(open_storage(LAKE))
    lossy_aws.lose("s3 PUT object")

    write(zone, [["new"]])

    assert records(objects(zone.storage)[KEY])[0]["page"] == {"items": ["new"]}
    with pytest.raises(AlreadyPresent):
        write(zone, [["new"]])


def test_an_exception_in_the_middle_leaves_nothing(storage: Storage) -> None:
    def interrupted() -> None:
        with RawZone(storage).draft(DAY, LIST, source="import") as draft:
            draft.page(0, {"items": ["x"]}, NOON)
            draft.end(1, None, NOON)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        interrupted()

    assert objects(storage) == {}


def test_an_exception_while_replacing_leaves_the_old_object(storage: Storage) -> None:
    zone = RawZone(storage)
    write(zone, [["old"]])
    old = objects(storage)

    def interrupted() -> None:
        with zone.draft(DAY, LIST, source="import", replace=True) as draft:
            draft.page(0, {"items": ["new"]}, NOON)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    assert objects(storage) == old


def test_a_draft_without_an_end_record_is_an_error_and_leaves_nothing(storage: Storage) -> None:
    with (
        pytest.raises(DraftMisused, match=f"playlist {LIST} of 2026-11-22 has no end record"),
        RawZone(storage).draft(DAY, LIST, source="import") as draft,
    ):
        draft.page(0, {"items": ["x"]}, NOON)

    assert objects(storage) == {}


def test_a_list_that_another_run_stored_meanwhile_is_kept(storage: Storage) -> None:
    zone = RawZone(storage)

    def overtaken() -> None:
        with zone.draft(DAY, LIST, source="import") as draft:
            storage.write(KEY, b"first")
            draft.end(0, None, NOON)

    with pytest.raises(AlreadyPresent):
        overtaken()

    assert objects(storage) == {KEY: b"first"}


def test_memory_does_not_grow_with_the_list(tmp_path: Path) -> None:
    markets = [f"{first}{second}" for first in "ABCDEFGHIJKLM" for second in "ABCDEFGHIJKLMN"]

    def page(offset: int) -> dict[str, Any]:
        song = {"name": "a song", "available_markets": list(markets)}
        return {"items": [{"item": {**song, "id": f"{offset + i:022}"}} for i in range(50)]}

    storage = open_storage(tmp_path)
    tracemalloc.start()
    try:
        with RawZone(storage).draft(DAY, LIST, source="api.spotify.com") as draft:
            for offset in range(0, 10_000, 50):
                draft.page(offset, page(offset), NOON)
            draft.end(10_000, None, NOON)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert records(objects(storage)[KEY])[-1]["item_count"] == 10_000
    assert peak_bytes < 3_000_000


def test_every_error_of_the_writer_is_an_extract_error() -> None:
    assert issubclass(AlreadyPresent, ExtractError)
    assert issubclass(BodyRefused, ExtractError)
    assert issubclass(DraftMisused, ExtractError)
