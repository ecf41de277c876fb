"""The keys of the raw zone."""

import re
from datetime import date

import pytest

from lake.raw_format import InvalidPlaylistId, is_raw_key, raw_key

DAY = date(2026, 11, 22)


@pytest.mark.parametrize("playlist_id", ["37i9dQZEVXbMDoHDwVN2tF", "liked-songs", "a_b", "x" * 200])
def test_a_key_names_date_and_list(playlist_id: str) -> None:
    key = raw_key(DAY, playlist_id)

    assert key == f"raw/snapshot_date=2026-11-22/{playlist_id}.jsonl.gz"
    assert is_raw_key(key)


@pytest.mark.parametrize(
    "playlist_id", ["", "../x", "a/b", "_hidden", ".x", "a b", "a\n", "é", "x" * 201]
)
def test_an_id_that_cannot_be_a_file_name_is_refused(playlist_id: str) -> None:
    with pytest.raises(InvalidPlaylistId, match=re.escape(repr(playlist_id[:200]))):
        raw_key(DAY, playlist_id)
    assert not is_raw_key(f"raw/snapshot_date=2026-11-22/{playlist_id}.jsonl.gz")
