"""What `export --format csv` writes, the import reads back."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist_lake.exporting.formats import as_csv
from playlist_lake.exporting.snapshot import Item, ListSnapshot
from tests.support.saved_responses import LIST, raw, run

# A file with a NUL is not text. A backslash at the end of a name would look like that before a
# comma in a name. An apostrophe may be that of a spreadsheet before a formula, which is taken away
NAMES = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1
).filter(lambda name: not name.endswith("\\") and not name.startswith("'"))
IDS = st.from_regex(r"[0-9A-Za-z]{22}", fullmatch=True)
OPTIONAL_IDS = st.one_of(st.just(""), IDS)
ARTISTS = st.lists(st.tuples(OPTIONAL_IDS, NAMES), max_size=3)


@st.composite
def items(draw: st.DrawFn) -> list[Any]:
    """An item at each position, or None."""
    found: list[Any] = []
    for position in range(1, draw(st.integers(1, 4)) + 1):
        if draw(st.booleans()):
            found.append(None)
            continue
        artists, of_album = draw(ARTISTS), draw(ARTISTS)
        found.append(
            Item(
                position=position,
                uri=f"spotify:track:{draw(IDS)}",
                name=draw(NAMES),
                artist_names=[name for _, name in artists],
                artist_ids=[one for one, _ in artists],
                album_id=draw(IDS),
                album_name=draw(NAMES),
                album_artist_names=[name for _, name in of_album],
                album_artist_ids=[one for one, _ in of_album],
                release_date="2020-05",
                image_url="https://i.example/1",
                duration_ms=draw(st.integers(0, 2**40)),
                is_explicit=draw(st.booleans()),
                disc_number=1,
                track_number=draw(st.integers(1, 99)),
                popularity=draw(st.integers(0, 100)),
                isrc="QZAAA2600001",
                added_at="2026-09-01T10:00:00Z",
            )
        )
    return found


@pytest.mark.parametrize("for_excel", [False, True])
@given(items=items())
def test_an_exported_list_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, items: list[Any], *, for_excel: bool
) -> None:
    holes = [position for position, item in enumerate(items, 1) if item is None]
    snapshot = ListSnapshot("Mine", [item for item in items if item], {"not read": holes})
    folder = tmp_path_factory.mktemp("export")
    path = folder / "list.csv"
    path.write_text(as_csv(snapshot, for_excel=for_excel), encoding="utf-8", newline="")

    assert run(folder / "lake", path, playlist_id=LIST).failures == []

    rows = raw(folder / "lake")[1]["page"]["items"]
    assert [_read(row) for row in rows] == [item and _written(item) for item in items]


def _written(item: Item) -> tuple[Any, ...]:
    return (
        item.uri,
        item.name,
        [*zip(item.artist_ids, item.artist_names, strict=True)],
        (item.album_id, item.album_name),
        [*zip(item.album_artist_ids, item.album_artist_names, strict=True)],
        (item.duration_ms, item.is_explicit, item.track_number, item.popularity),
        item.added_at,
    )


def _read(row: dict[str, Any]) -> tuple[Any, ...] | None:
    track = row["track"]
    if track is None:
        return None
    album = track["album"]
    return (
        track["uri"],
        track["name"],
        [(one.get("id", ""), one["name"]) for one in track.get("artists", ())],
        (album["id"], album["name"]),
        [(one.get("id", ""), one["name"]) for one in album.get("artists", ())],
        tuple(track[key] for key in ("duration_ms", "explicit", "track_number", "popularity")),
        row["added_at"],
    )
