"""The query make_up: what the recordings of a list have in common."""

from datetime import date
from pathlib import Path

import pytest

from tests.support.tiny_lakes import Row
from tests.support.tiny_lists import answered, day, snapshots, together

MAKE_UP = "tier bucket_number bucket appearances share recordings"


def song(number: int, name: str, **facts: object) -> Row:
    """A song on a date; facts that are not given are NULL."""
    return {
        "snapshot_date": day(number),
        "song_id": name,
        "isrc": None,
        "album_id": None,
        "is_explicit": None,
        "duration_ms": None,
        **facts,
    }


def album(number: int, name: str, type_: str, released: date | None) -> Row:
    """An album on a date."""
    return {
        "snapshot_date": day(number),
        "album_id": name,
        "album_type": type_,
        "release_date": released,
    }


@pytest.fixture(scope="module")
def make_up(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[object, ...]]]:
    """Rows by aspect. Of C, at 11, only `explicit` is known; the second snapshot doesn't count."""
    tables = together(
        snapshots("chart", {40: "A . B . . . . . . . C loc ep", 41: "A2"}, incomplete=(41,)),
        songs=[
            song(
                40, "A", isrc="QZABC2600009", is_explicit=True, duration_ms=119_999, album_id="new"
            ),
            song(40, "B", is_explicit=False, duration_ms=120_000, album_id="old"),
            song(40, "C", is_explicit=True),
            song(41, "A2", isrc="QZABC2600009", is_explicit=False),
        ],
        albums=[
            album(40, "new", "single", date(2026, 1, 10)),
            album(40, "old", "mixtape", date(1999, 12, 31)),
        ],
    )
    lake = tmp_path_factory.mktemp("make_up")
    found: dict[str, list[tuple[object, ...]]] = {}
    for aspect, *row in answered(lake, tables, "make_up", f"aspect {MAKE_UP}"):
        found.setdefault(aspect, []).append(tuple(row))
    return found


THIRD, TWO_THIRDS = pytest.approx(1 / 3), pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("aspect", "rows"),
    [
        (
            "item type",
            [
                ("all", 1, "song", 3, 0.6, 3),
                ("all", 2, "episode", 1, 0.2, 1),
                ("all", 3, "local", 1, 0.2, 1),
            ],
        ),
        (
            "explicit",
            [
                ("1-10", 1, "explicit", 1, 0.5, 1),
                ("1-10", 2, "not explicit", 1, 0.5, 1),
                ("11-50", 1, "explicit", 1, 1.0, 1),
                ("all", 1, "explicit", 2, TWO_THIRDS, 2),
                ("all", 2, "not explicit", 1, THIRD, 1),
            ],
        ),
        (
            "duration",
            [
                ("all", 1, "under 2 min", 1, THIRD, 1),
                ("all", 2, "2 to 3 min", 1, THIRD, 1),
                ("all", None, "unknown", 1, THIRD, 1),
            ],
        ),
        # Day 40 is the 9th of February
        (
            "release age",
            [
                ("all", 1, "up to 30 days", 1, THIRD, 1),
                ("all", 4, "over 5 years", 1, THIRD, 1),
                ("all", None, "unknown", 1, THIRD, 1),
            ],
        ),
        (
            "decade",
            [
                ("all", 1990, "1990s", 1, THIRD, 1),
                ("all", 2020, "2020s", 1, THIRD, 1),
                ("all", None, "unknown", 1, THIRD, 1),
            ],
        ),
        (
            "album type",
            [
                ("all", 2, "single", 1, THIRD, 1),
                ("all", None, "unknown", 2, TWO_THIRDS, 2),
            ],
        ),
        (
            "versions",
            [
                ("all", 1, "one version", 3, 1.0, 3),
            ],
        ),
    ],
)
def test_make_up_counts_recordings_by_bucket(
    make_up: dict[str, list[tuple[object, ...]]], aspect: str, rows: list[tuple[object, ...]]
) -> None:
    assert make_up[aspect] == rows


def test_a_recording_counts_once_however_many_dates_have_it(tmp_path: Path) -> None:
    tables = together(
        snapshots("chart", {1: "A B", 2: "A2 A2", 3: "A"}),
        songs=[
            song(number, name, isrc="QZABC2600009" if name != "B" else None)
            for number, name in ((1, "A"), (1, "B"), (2, "A2"), (3, "A"))
        ],
    )
    rows = answered(tmp_path, tables, "make_up", f"aspect {MAKE_UP}")
    assert [row for row in rows if row[0] in ("item type", "versions")] == [
        ("item type", "all", 1, "song", 4, 1.0, 2),
        ("versions", "all", 1, "one version", 1, 0.25, 1),
        ("versions", "all", 2, "several versions", 3, 0.75, 1),
    ]


def make_up_of(
    folder: Path, tables: dict[str, list[Row]], *aspects: str
) -> list[tuple[object, ...]]:
    """The rows of some aspects, for all positions: aspect, bucket, appearances, recordings."""
    rows = answered(folder, tables, "make_up", "aspect tier bucket appearances recordings")
    return [(row[0], *row[2:]) for row in rows if row[0] in aspects and row[1] == "all"]


def test_two_songs_of_one_isrc_that_stand_together_are_two_recordings(tmp_path: Path) -> None:
    tables = together(
        # On the 2nd only one of them is there: they are two on that date as well
        snapshots("chart", {1: "A B", 2: "A"}),
        songs=[
            song(1, "A", isrc="QZABC2600009", is_explicit=False, duration_ms=150_000),
            song(1, "B", isrc="QZABC2600009", is_explicit=True, duration_ms=310_000),
            song(2, "A", isrc="QZABC2600009", is_explicit=False, duration_ms=150_000),
        ],
    )
    assert make_up_of(tmp_path, tables, "duration", "explicit", "versions") == [
        ("duration", "2 to 3 min", 2, 1),
        ("duration", "5 min or more", 1, 1),
        ("explicit", "explicit", 1, 1),
        ("explicit", "not explicit", 2, 1),
        ("versions", "one version", 3, 2),
    ]


@pytest.mark.parametrize("placeholder", ["00000", "000000000000", "QZABC26"])
def test_a_placeholder_for_an_isrc_makes_no_recording(tmp_path: Path, placeholder: str) -> None:
    tables = together(
        snapshots("chart", {1: "A", 2: "B"}),
        songs=[song(1, "A", isrc=placeholder), song(2, "B", isrc=placeholder)],
    )
    assert make_up_of(tmp_path, tables, "versions") == [("versions", "one version", 2, 2)]


def test_a_song_without_its_isrc_on_a_date_is_the_same_recording(tmp_path: Path) -> None:
    tables = together(
        # A2 is A, issued again
        snapshots("chart", {1: "A B", 2: "A B", 3: "A2 B"}),
        songs=[
            song(1, "A", isrc="QZ-ABC-26-00001"),
            song(2, "A"),
            song(3, "A2", isrc="qzabc2600001"),
            song(1, "B", isrc="QZ-ABC-26-00002"),
            song(2, "B", isrc="QZABC2600002"),
            song(3, "B"),
        ],
    )
    assert make_up_of(tmp_path, tables, "item type", "versions") == [
        ("item type", "song", 6, 2),
        ("versions", "one version", 3, 1),
        ("versions", "several versions", 3, 1),
    ]


def test_the_isrc_may_be_known_from_another_list(tmp_path: Path) -> None:
    tables = together(
        snapshots("chart", {1: "A", 2: "A2"}),
        snapshots("other", {2: "A"}, "Other"),
        songs=[song(1, "A"), song(2, "A", isrc="QZABC2600001"), song(2, "A2", isrc="QZABC2600001")],
    )
    assert make_up_of(tmp_path, tables, "versions")[0] == ("versions", "several versions", 2, 1)


def test_a_duration_of_zero_is_unknown(tmp_path: Path) -> None:
    tables = together(
        snapshots("chart", {1: "A B"}),
        songs=[song(1, "A", duration_ms=0), song(1, "B", duration_ms=1)],
    )
    assert make_up_of(tmp_path, tables, "duration") == [
        ("duration", "under 2 min", 1, 1),
        ("duration", "unknown", 1, 1),
    ]


def test_album_types_count_in_any_letter_case(tmp_path: Path) -> None:
    types = {"A": "SINGLE", "B": "single", "C": "EP", "D": "Album", "E": "compilation"}
    tables = together(
        snapshots("chart", {1: " ".join(types)}),
        songs=[song(1, name, album_id=name) for name in types],
        albums=[album(1, name, type_, None) for name, type_ in types.items()],
    )
    assert make_up_of(tmp_path, tables, "album type") == [
        ("album type", "album", 1, 1),
        ("album type", "single", 2, 2),
        ("album type", "compilation", 1, 1),
        ("album type", "ep", 1, 1),
    ]


def test_an_item_of_another_type_is_not_a_song(tmp_path: Path) -> None:
    tables = snapshots("chart", {1: "A B"})
    tables["playlist_entries"][1] |= {"item_type": "other", "song_id": None}
    assert make_up_of(tmp_path, tables, "item type", "duration", "versions") == [
        ("duration", "unknown", 1, 1),
        ("item type", "song", 1, 1),
        ("item type", "other", 1, 1),
        ("versions", "one version", 1, 1),
    ]


def test_a_list_of_local_files_has_only_item_types(tmp_path: Path) -> None:
    tables = snapshots("voice", {1: "loc1"}, "Voice")
    assert answered(tmp_path, tables, "make_up", f"aspect {MAKE_UP}") == [
        ("item type", "all", 3, "local", 1, 1.0, 1)
    ]
