"""Real captures become the raw objects that this file computes from their JSON independently."""

import gzip
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.support.saved_responses import raw, run

pytestmark = pytest.mark.slow

# User names in links of old captures, and what remains of the link.
NAMES_IN_LINKS = {
    "spotify:user:wizzler:": "spotify:",
    "/user/wizzler/": "/",
    "/users/wizzler/": "/",
    "spotify:user:marcel%23spotify:": "spotify:",
    "/users/118430647/": "/",
}


def anonymous(body: Any) -> Any:
    """A real body without personal data, computed in another way than the product does."""
    text = json.dumps(body)
    for name, left in NAMES_IN_LINKS.items():
        text = text.replace(name, left)

    def without_people(found: dict[str, Any]) -> dict[str, Any]:
        found.pop("added_by", None)
        if "owner" in found:
            found["owner"] = {"id": "spotify"} if found["owner"]["id"] == "spotify" else {}
        return found

    return json.loads(text, object_hook=without_people)


def expected(
    playlist_id: str, on: str, playlist: dict[str, Any] | None, *bodies: tuple[int, Any]
) -> list[Any]:
    """The records of a raw object, computed from the captures in it."""

    def record(kind: str, **content: Any) -> dict[str, Any]:
        return {
            "format_version": 1,
            "record": kind,
            "playlist_id": playlist_id,
            "snapshot_date": on,
            "fetched_at": f"{on}T00:00:00.000Z",
            "source": "import",
            **content,
        }

    lines = []
    if playlist is not None:
        kept = {key: value for key, value in playlist.items() if key != "tracks"}
        lines.append(record("playlist", playlist=anonymous(kept)))
    for offset, body in bodies:
        lines.append(record("items_page", offset=offset, page=anonymous(body)))
    end = {
        "item_count": sum(len(body["items"]) for _, body in bodies),
        "total": bodies[0][1]["total"],
        "page_count": len(bodies),
        "spotify_snapshot_id": playlist["snapshot_id"] if playlist else None,
    }
    return [*lines, record("end", **end)]


def test_real_captures_with_a_date_become_raw_objects(real: Path, tmp_path: Path) -> None:
    files = sorted([*real.glob("top50_global/*.json"), *real.glob("playlist_history/*.json")])

    report = run(tmp_path, *files, snapshot_date=None)

    assert (len(report.written), report.failures, report.superseded) == (19, [], [])
    assert report.dates == {date.fromisoformat(path.stem) for path in files}
    for path in files:
        capture = json.loads(path.read_text())
        body = capture[0] if isinstance(capture, list) else capture
        assert raw(tmp_path, body["id"], date.fromisoformat(path.stem)) == expected(
            body["id"], path.stem, body, (0, body["tracks"])
        )


def test_real_edge_cases_become_raw_objects(real: Path, tmp_path: Path) -> None:
    folder = real / "edge_cases"
    body = {path.stem: json.loads(path.read_text()) for path in folder.glob("*.json")}
    first, second = body["local_files_page1_of_3"], body["local_files_page2_of_3"]
    zeros, market = body["release_date_0000"], body["unplayable_relinked_market_es"]
    last = body["albums_without_release_date_2014_last_page"]

    report = run(tmp_path, *sorted(folder.glob("*.json")), playlist_id="starred")

    assert report.failures == []
    objects: dict[str, tuple[Any, ...]] = {
        "4dn0iEoAxn69ea0Tyov8V5": (first, (0, first["tracks"]), (100, second)),
        "5LkNhFidYyyjRWwnkcMbQs": (zeros, (0, zeros["tracks"])),
        "00wHcTN0zQiun4xri9pmvX": (market, (0, market["tracks"])),
        "1MmajbspTdQCnCSVveSlG3": (None, (0, body["duplicate_tracks"])),
        "6ahTRKeqBqzQhZIhtIIE57": (None, (0, body["release_date_month"])),
        # Two states of one list: the last file by name counts
        "23Ay9WfURne0LvtlCvYTkj": (None, (0, body["episodes_and_tracks"])),
        "starred": (None, (100, last)),
    }
    assert {entry.playlist_id for entry in report.written} == objects.keys()
    assert [(file.name, by.name) for file, by in report.superseded] == [
        ("episodes.json", "episodes_and_tracks.json")
    ]
    for playlist_id, (of_list, *bodies) in objects.items():
        assert raw(tmp_path, playlist_id) == expected(playlist_id, "2026-11-22", of_list, *bodies)
    assert raw(tmp_path, "4dn0iEoAxn69ea0Tyov8V5")[-1]["item_count"] == 200
    assert raw(tmp_path, "4dn0iEoAxn69ea0Tyov8V5")[-1]["total"] == 244


def people(value: Any) -> Iterator[str]:
    """Every id and name in added_by and owner of a response."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("added_by", "owner") and isinstance(inner, dict):
                yield from (str(inner.get(name) or "") for name in ("id", "display_name"))
            yield from people(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from people(inner)


def test_no_person_of_a_real_capture_is_in_the_raw_object(real: Path, tmp_path: Path) -> None:
    person_count = 0
    for path in sorted(real.glob("*/*.json")):
        lake = tmp_path / path.parent.name / path.name
        persons = set(people(json.loads(path.read_text()))) - {"", "spotify", "Spotify"}
        person_count += len(persons)

        run(lake, path, playlist_id="starred")

        (written,) = lake.rglob("*.jsonl.gz")
        text = gzip.decompress(written.read_bytes()).decode()
        found = {person for person in persons if person in text or quote(person, "") in text}
        assert (path.name, found) == (path.name, set())
    assert person_count > 10
