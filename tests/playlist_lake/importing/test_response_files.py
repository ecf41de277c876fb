"""Reading saved responses: every known shape is read, any other file is one error message."""

import gzip
import itertools
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist_lake.importing.files import file_on_disk
from tests.support.json_values import JSON_VALUES
from tests.support.saved_responses import (
    DAY,
    ITEMS,
    LINK,
    LIST,
    page,
    pages,
    playlist,
    raw,
    rows,
    run,
    save,
)


@pytest.mark.parametrize(
    ("document", "kept"),
    [
        (playlist(ITEMS), {"id": LIST, "name": "Mine"}),
        ({"id": LIST, "tracks": page(ITEMS)}, {"id": LIST}),
        ({"id": LIST, "items": page(ITEMS), "tracks": page(ITEMS)}, {"id": LIST}),
        ({"id": LIST, "items": {"total": 2}, "tracks": page(ITEMS)}, {"id": LIST}),
        ({"id": LIST, "items": [], "tracks": page(ITEMS)}, {"id": LIST}),
        ({"id": LIST, "tracks": ITEMS}, {"id": LIST}),
        ({"id": LIST, "items": ITEMS}, {"id": LIST}),
        ({"uri": f"spotify:playlist:{LIST}", "tracks": ITEMS}, {"uri": f"spotify:playlist:{LIST}"}),
        ({"name": "Mine", "tracks": page(ITEMS)}, {"name": "Mine"}),
        ([playlist(ITEMS)], {"id": LIST, "name": "Mine"}),
        ({"playlists": [{"id": LIST, "tracks": ITEMS}]}, {"id": LIST}),
        (page(ITEMS), None),
        ([page(ITEMS[:1], total=2), page(ITEMS[1:], 1)], None),
    ],
    ids=itertools.count(),
)
def test_every_known_shape_gives_the_same_items(tmp_path: Path, document: Any, kept: Any) -> None:
    report = run(tmp_path / "lake", save(tmp_path / "list.json", document))

    assert report.failures == []
    *records, end = raw(tmp_path / "lake")
    assert [i for _, items in pages(tmp_path / "lake") for i in items] == ["a", "b"]
    assert (end["item_count"], end["total"]) == (2, 2)
    assert records[0].get("playlist") == kept


@pytest.mark.parametrize("document", [{"tracks": ITEMS}, {"items": ITEMS}, ITEMS])
def test_items_without_a_list_id_need_the_option(tmp_path: Path, document: Any) -> None:
    path = save(tmp_path / "list.json", document)

    assert "pass --playlist-id" in run(tmp_path / "lake", path).failures[0].message
    run(tmp_path / "lake", path, playlist_id="my-list")

    assert [record["record"] for record in raw(tmp_path / "lake", "my-list")] == [
        "items_page",
        "end",
    ]
    assert pages(tmp_path / "lake", "my-list") == [(0, ["a", "b"])]


@pytest.mark.parametrize(
    "link",
    [
        f"https://api.spotify.com/v1/playlists/{LIST}",
        f"https://api.spotify.com/v1/users/somebody/playlists/{LIST}/tracks?offset=0",
        f"spotify:playlist:{LIST}",
        f"spotify:user:somebody:playlist:{LIST}",
    ],
)
def test_the_list_id_is_read_from_links(tmp_path: Path, link: str) -> None:
    run(tmp_path / "lake", save(tmp_path / "list.json", {"href": link, "items": ITEMS}))

    assert pages(tmp_path / "lake") == [(0, ["a", "b"])]


def test_the_files_list_id_and_the_options_date_win(
    tmp_path: Path,
) -> None:
    path = save(tmp_path / "2020-01-01.json", playlist(ITEMS))

    report = run(tmp_path / "lake", path, playlist_id="other")

    assert report.written == [(DAY, LIST, (file_on_disk(path),))]


@pytest.mark.parametrize(
    ("name", "on"),
    [
        ("2024-02-29.json", date(2024, 2, 29)),
        ("my list 2024-02-29T08-15-00.json", date(2024, 2, 29)),
        ("2024-02-29 to 2024-02-29.json", date(2024, 2, 29)),
        ("2024-02-30_2024-02-28.json", date(2024, 2, 28)),
        ("2023-02-29.json", None),
        ("12024-02-29.json", None),
        ("2024-02-28_2024-02-29.json", None),
    ],
)
def test_the_date_in_the_name_is_used_if_it_is_the_only_one(
    tmp_path: Path, name: str, on: date | None
) -> None:
    path = save(tmp_path / name, playlist(ITEMS))

    report = run(tmp_path / "lake", path, snapshot_date=None)

    assert report.dates == ({on} if on else set())
    assert ["pass --snapshot-date" in message for _, message in report.failures] == [True] * (
        not on
    )


@pytest.mark.parametrize(("name", "is_used"), [("2026-12-01", True), ("2026-12-02", False)])
def test_a_date_after_today_is_refused(tmp_path: Path, name: str, is_used: bool) -> None:
    path = save(tmp_path / f"{name}.json", playlist(ITEMS))

    report = run(tmp_path / "lake", path, snapshot_date=None)

    assert (len(report.written), len(report.failures)) == ((1, 0) if is_used else (0, 1))
    assert is_used or report.failures[0].message == (
        f"{path} has the date 2026-12-02 in its name, which is after today (2026-12-01 in UTC); "
        "correct the name, or pass --snapshot-date"
    )


def unnamed(*names: str) -> list[Any]:
    return [{"name": name, "tracks": rows(name)} for name in names]


def test_one_id_is_never_that_of_lists_that_do_not_say_which_they_are(tmp_path: Path) -> None:
    named = {"id": LIST, "tracks": ITEMS}
    two = save(tmp_path / "a.json", {"playlists": unnamed("One", "Two")})
    both = save(tmp_path / "b.json", [*unnamed("One", "Two"), named])

    report = run(tmp_path / "lake", two, both, playlist_id="my-list")

    advice = (
        "holds 2 lists that don't say which they are; save each in a file of its own, and import "
        "each with its own --playlist-id, or give each its id with --map NAME=ID"
    )
    assert report.failures == [
        (file_on_disk(two), f"{two} {advice}"),
        (file_on_disk(both), f"{both} (parts 1, 'One'; 2, 'Two') {advice}"),
    ]
    assert [one.playlist_id for one in report.written] == [LIST]


@pytest.mark.parametrize(
    "documents",
    [
        unnamed("One", "Two"),
        [{"tracks": rows("One")}, {"tracks": rows("Two")}],
        [{"items": rows("One"), "total": 1}, {"items": rows("Two"), "total": 1}],
    ],
)
def test_lists_of_several_files_never_become_one_by_the_option(
    tmp_path: Path, documents: list[Any]
) -> None:
    lake = tmp_path / "lake"
    paths = [save(tmp_path / f"{number}.json", one) for number, one in enumerate(documents)]

    report = run(lake, *paths, playlist_id="my-list")

    assert [failure.file for failure in report.failures] == [*map(file_on_disk, paths)]
    assert "is one of 2 files with lists that differ and would all get the id my-list; " in (
        report.failures[0].message
    )
    assert report.written == []
    # What the sentence advises
    for number, path in enumerate(paths):
        assert run(lake, path, playlist_id=f"list{number}").failures == []
    assert (pages(lake, "list0"), pages(lake, "list1")) == ([(0, ["One"])], [(0, ["Two"])])


@pytest.mark.parametrize("placeholder", ["", "null", "None", "undefined", "0" * 22])
def test_a_placeholder_is_not_the_id_of_a_list(tmp_path: Path, placeholder: str) -> None:
    of_list = {"id": placeholder, "uri": f"spotify:playlist:{placeholder}", "tracks": rows("One")}
    path = save(tmp_path / "a.json", of_list)
    linked = save(tmp_path / "b.json", of_list | {"href": LINK})

    report = run(tmp_path / "lake", path, linked)

    ((_, message),) = report.failures
    assert message.startswith(f"{path} does not say which list it is from")
    assert pages(tmp_path / "lake") == [(0, ["One"])]


def test_a_list_without_an_id_never_takes_that_of_another_in_its_file(tmp_path: Path) -> None:
    path = save(tmp_path / "a.json", [*unnamed("Liked"), {"id": LIST, "tracks": ITEMS}])

    report = run(tmp_path / "lake", path, playlist_id=LIST)

    assert f"(part 1, 'Liked') does not say which list it is, and the file has a list {LIST}" in (
        report.failures[0].message
    )
    assert pages(tmp_path / "lake") == [(0, ["a", "b"])]


def test_a_file_with_two_states_of_a_list_is_refused(tmp_path: Path) -> None:
    states = [playlist(["old"]), playlist(["new"])]
    path = save(tmp_path / "a.json", states)

    report = run(tmp_path / "lake", path)

    assert (report.written, report.superseded) == ([], [])
    assert report.failures == [
        (
            file_on_disk(path),
            f"{path} has a different item at position 1 than another page of the file; "
            "save each state of the list in a file of its own",
        )
    ]


def test_a_list_that_a_file_has_twice_is_imported_once(tmp_path: Path) -> None:
    report = run(tmp_path / "lake", save(tmp_path / "a.json", [playlist(ITEMS), playlist(ITEMS)]))

    assert (report.superseded, report.failures) == ([], [])
    assert pages(tmp_path / "lake") == [(0, ["a", "b"])]


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ([{"ts": n} for n in range(9)], "is neither a playlist nor a page"),
        ([{"tracks": [{"title": "Rain"}] * n, "id": f"list{n}"} for n in range(1, 10)], "has rows"),
    ],
)
def test_a_reason_of_many_parts_is_one_sentence(
    tmp_path: Path, parts: list[Any], reason: str
) -> None:
    path = save(tmp_path / "a.json", [*parts, playlist(ITEMS)])

    report = run(tmp_path / "lake", path)

    ((_, message),) = report.failures
    assert message.startswith(f"{path} (parts 1; 2; 3 and 6 more) {reason}")
    assert len(report.written) == 1


LONG_INTEGER = "1" * 5000
BAD_FILES = {
    "empty": (b"", "is empty"),
    "blank": (b" \n\t", "is empty"),
    "no json": (b'{"items": [1,}', r"is not JSON \(line 1, column 14: "),
    "html": (b"<html>", "is not JSON"),
    "cut": (b'{"items": [1, 2', "is not JSON"),
    "latin-1": ('{"name": "é"}'.encode("latin-1"), "is not UTF-8 text"),
    "utf-16 without a mark": ('{"items": []}'.encode("utf-16-le"), "is not text; import playlist"),
    "cut utf-16": ('{"items": []}'.encode("utf-16")[:-1], "is not UTF-8 text"),
    "nan": (b'{"items": [NaN]}', "contains NaN, which is not JSON"),
    "infinity": (b'{"items": [-Infinity]}', "contains -Infinity"),
    "deep": (b'{"items": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "is nested too deeply"),
    "text": (b'"playlist"', "is neither a playlist nor a page"),
    "null": (b"null", "is neither a playlist nor a page"),
    "number": (LONG_INTEGER.encode(), "is neither a playlist nor a page"),
    "no list": (b"[]", "contains neither a playlist nor a page"),
    "numbers": (b"[1, 2]", "contains neither a playlist nor a page"),
    "error": (b'{"error": {"status": 404}}', "is neither a playlist nor a page"),
    "no items": (
        b'{"id": "x", "tracks": {"href": "", "total": 3}}',
        "has no items in `items` or `tracks`",
    ),
    "items text": (b'{"href": "", "items": "x"}', "has no items in `items` or `tracks`"),
    "items null": (b'{"id": "x", "items": {"items": null}}', "has no items in `items` or `tracks`"),
    "album": (b'{"type": "album", "tracks": {"items": []}}', "is of type 'album', not a playlist"),
    "offset": (b'{"items": [], "offset": "100"}', "has the offset '100', which is not a position"),
    "negative": (b'{"items": [], "offset": -1}', "has the offset '-1'"),
    "huge": (b'{"items": [], "offset": 1e300}', "has the offset"),
    "true": (b'{"items": [], "offset": true}', "has the offset 'True'"),
    "twice": (b'{"items": [], "items": [1]}', "has the key 'items' twice in one object"),
    "lines": (b'{"items": []}\n{"items": []}', "holds more than one JSON document .line 2"),
    "gzip": (gzip.compress(b"{}"), "is compressed with gzip; unpack it"),
    "zip": (b"PK\x03\x04...", "is a ZIP archive; unpack it"),
    "streams": (
        json.dumps([{"ts": "2026-09-01T00:00:00Z", "ms_played": n} for n in range(300)]).encode(),
        "is neither a playlist nor a page of items; import playlist objects or pages of items",
    ),
    "bad id": (b'{"id": "../x", "items": []}', r": '../x' is not a playlist id"),
}


@pytest.mark.parametrize(("content", "message"), BAD_FILES.values(), ids=BAD_FILES.keys())
def test_a_bad_file_is_one_message_and_the_others_are_imported(
    tmp_path: Path, content: bytes, message: str
) -> None:
    bad = tmp_path / "bad.json"
    bad.write_bytes(content)
    good = save(tmp_path / "good.json", playlist(ITEMS))

    report = run(tmp_path / "lake", bad, good)

    ((file, said),) = report.failures
    assert file == file_on_disk(bad)
    assert re.match(rf"{re.escape(str(bad))}:? ?{message}", said)
    assert "\n" not in said
    assert report.written == [(DAY, LIST, (file_on_disk(good),))]


@pytest.mark.parametrize("on", [DAY, None])
def test_a_folder_and_a_missing_file_are_one_message_each(tmp_path: Path, on: Any) -> None:
    report = run(tmp_path / "lake", tmp_path, tmp_path / "missing.json", snapshot_date=on)

    assert {message for _, message in report.failures} == {
        f"{tmp_path} is a folder; name the files in it",
        f"{tmp_path / 'missing.json'} does not exist; check the name",
    }


@pytest.mark.parametrize("depth", [300, 600, 800, 950, 1100])
def test_a_deeply_nested_file_is_imported_or_refused(tmp_path: Path, depth: int) -> None:
    text = json.dumps(page(["deep"])).replace('"deep"', "[" * depth + "]" * depth)
    path = tmp_path / "list.json"
    path.write_text(text)
    twin = tmp_path / "twin.json"
    twin.write_text(text)

    report = run(tmp_path / "lake", path, twin)

    messages = [message for _, message in report.failures]
    assert report.written or messages
    assert all("nested too deep" in message for message in messages)


def test_a_byte_order_mark_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(playlist(ITEMS)).encode())

    assert run(tmp_path / "lake", path).failures == []


def test_numbers_that_python_cannot_hold_are_kept_as_text(tmp_path: Path) -> None:
    numbers = [LONG_INTEGER, "-" + LONG_INTEGER, "1e999", "0." + LONG_INTEGER, "12" * 400, "1.5"]
    path = tmp_path / "list.json"
    text = json.dumps(page(ITEMS)).replace('"b"', f'"b", "numbers": [{",".join(numbers)}]')
    path.write_text(text)

    report = run(tmp_path / "lake", path)

    assert report.failures == []
    kept = raw(tmp_path / "lake")[0]["page"]["items"][1]["item"]["numbers"]
    texts = [LONG_INTEGER, "-" + LONG_INTEGER, "1e999", "0." + LONG_INTEGER]
    assert kept == [*texts, int("12" * 400), 1.5]


@pytest.mark.parametrize("total", ["3", -1, True, 10**30, 1.5])
def test_a_total_that_is_not_a_count_is_refused(tmp_path: Path, total: Any) -> None:
    document = {"href": LINK, "items": ITEMS, "offset": 5, "total": total}

    report = run(tmp_path / "lake", save(tmp_path / "list.json", document))

    (failure,) = report.failures
    assert f"has the total {str(total)[:40]!r}, which is not a number of items" in failure.message


@given(values=st.lists(JSON_VALUES, max_size=5))
def test_any_json_value_survives_within_an_item(
    tmp_path_factory: pytest.TempPathFactory, values: list[Any]
) -> None:
    folder = tmp_path_factory.mktemp("import")
    items = [*ITEMS, *({"item": {"uri": "x", "any": value}} for value in values)]
    text = json.dumps(page(items))
    (folder / "list.json").write_text(text)

    assert run(folder / "lake", folder / "list.json").failures == []

    kept = raw(folder / "lake")[0]["page"]["items"]
    assert json.dumps(kept) == json.dumps(json.loads(text)["items"])
