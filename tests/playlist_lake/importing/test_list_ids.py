"""The ids of lists that have a name and no id: made of the name, or given with --map."""

import json
from pathlib import Path
from typing import Any

import pytest

from playlist_lake.errors import Misuse
from playlist_lake.importing.files import file_on_disk
from playlist_lake.importing.list_ids import id_of_name, parse_maps
from tests.support.saved_responses import LIST, pages, raw, rows, run, save

# Of `sha256sum`
CHILL, CAFE = "account-106eb3ebbb80e49e", "account-73473dcc12b76308"
COMPOSED, DECOMPOSED = "Caf\u00e9", "Cafe\u0301"


def lists(*names: str) -> dict[str, Any]:
    return {"playlists": [{"name": name, "tracks": rows(name)} for name in names]}


def test_the_id_of_a_name_is_stable() -> None:
    assert (id_of_name("Chill"), id_of_name(" Chill ")) == (CHILL, CHILL)
    assert (id_of_name(COMPOSED), id_of_name(DECOMPOSED)) == (CAFE, CAFE)


def test_each_list_without_an_id_gets_one_of_its_name(tmp_path: Path) -> None:
    report = run(tmp_path / "lake", save(tmp_path / "a.json", lists("Chill", COMPOSED)))

    assert (report.failures, report.names) == ([], {CHILL: "Chill", CAFE: COMPOSED})
    assert pages(tmp_path / "lake", CHILL) == [(0, ["Chill"])]
    assert pages(tmp_path / "lake", CAFE) == [(0, [COMPOSED])]


def test_a_list_takes_the_id_that_its_name_is_mapped_to(tmp_path: Path) -> None:
    maps = parse_maps([f"{DECOMPOSED}=https://open.spotify.com/playlist/{LIST}?si=1"])

    report = run(
        tmp_path / "lake", save(tmp_path / "a.json", lists("Chill", COMPOSED)), ids_by_name=maps
    )

    assert report.names == {CHILL: "Chill"}
    assert pages(tmp_path / "lake", LIST) == [(0, [COMPOSED])]


def test_lists_of_one_name_in_one_file_are_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "a.json", lists("Chill", "Other", "Chill"))

    report = run(tmp_path / "lake", path)

    assert report.failures == [
        (
            file_on_disk(path),
            f"{path} (parts 1, 'Chill'; 3, 'Chill') holds 2 lists with the name 'Chill' and no id; "
            "give them different names in the file, or save each in a file of its own, and import "
            "each with its own --playlist-id",
        )
    ]
    assert list(report.names.values()) == ["Other"]
    # What the sentence advises
    assert run(tmp_path / "one", save(path, lists("Chill", "Other", "Chill 2"))).failures == []
    alone = save(path, lists("Chill"))
    assert run(tmp_path / "other", alone, playlist_id=LIST).failures == []


def test_lists_that_map_gives_one_id_are_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "a.json", lists("Chill", "Other", "Rain"))

    report = run(tmp_path / "lake", path, ids_by_name=parse_maps([f"Chill={LIST}", f"Rain={LIST}"]))

    assert [failure.message for failure in report.failures] == [
        f"{path} (parts 1, 'Chill'; 3, 'Rain') holds 2 lists that would all get the id {LIST}; "
        "give each an id of its own with --map NAME=ID"
    ]
    assert list(report.names.values()) == ["Other"]


def test_lists_of_one_name_in_two_files_are_refused_unless_they_are_equal(tmp_path: Path) -> None:
    one, copy = (save(tmp_path / name, lists("Chill")) for name in ("a.json", "b.json"))
    other = save(tmp_path / "c.json", {"name": "Chill", "tracks": rows("other")})

    assert run(tmp_path / "equal", one, copy).failures == []
    failures = run(tmp_path / "lake", one, other).failures

    assert [failure.file.name for failure in failures] == ["a.json", "c.json"]
    assert f"lists that differ and would all get the id {CHILL}; " in failures[0].message


def test_a_map_of_a_name_that_no_list_has_is_misuse(tmp_path: Path) -> None:
    path = save(tmp_path / "a.json", [*lists("Chill")["playlists"], {"id": LIST, "tracks": []}])

    with pytest.raises(Misuse) as caught:
        run(tmp_path / "lake", path, ids_by_name=parse_maps([f"Chil={LIST}"]))

    assert str(caught.value) == (
        "--map names 'Chil', but no file has a list with that name and no id; lists without an "
        "id: 'Chill'"
    )
    assert not (tmp_path / "lake").exists()

    # A file that cannot be read may have the name
    report = run(tmp_path / "lake", path, tmp_path / "no.json", ids_by_name={"Chil": LIST})
    assert report.remarks == [str(caught.value)]


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["Chill"], "is not NAME=ID"),
        (["=x"], "is not NAME=ID"),
        (["Chill="], "is not NAME=ID"),
        (["Chill=_x"], "'_x' is not a playlist id"),
        (["Chill=https://open.spotify.com/album/1"], "leads to an album"),
        (["Chill=one", "Chill =two"], "gives 'Chill' two ids, one and two"),
    ],
)
def test_a_map_that_is_not_a_name_and_an_id_is_misuse(texts: list[str], message: str) -> None:
    with pytest.raises(Misuse, match=message):
        parse_maps(texts)


def test_a_mapped_name_may_have_an_equals_sign_and_the_id_be_liked_songs() -> None:
    maps = parse_maps(["a=b=liked-songs", f"Mine=spotify:playlist:{LIST}"])

    assert maps == {"a=b": "liked-songs", "Mine": LIST}


@pytest.mark.parametrize(
    ("document", "list_id"),
    [
        (lists("Liked Songs"), "liked-songs"),
        (
            {"playlists": [{"name": "Liked Songs", "lastModifiedDate": "2026-09-30", "items": []}]},
            id_of_name("Liked Songs"),
        ),
        ({"playlists": [{"id": LIST, "name": "Liked Songs", "tracks": rows(1)}]}, LIST),
    ],
    ids=["spotify-backup", "a user's playlist", "with an id"],
)
def test_liked_songs_have_their_own_id(
    tmp_path: Path, document: dict[str, Any], list_id: str
) -> None:
    path = save(tmp_path / "a.json", json.loads(json.dumps(document)))

    assert [one.playlist_id for one in run(tmp_path / "lake", path).written] == [list_id]
    assert raw(tmp_path / "lake", list_id)[0]["playlist"]["name"] == "Liked Songs"
