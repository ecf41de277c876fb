"""The contestants that run in the project's own environment, each in its own process."""

from pathlib import Path

import pytest

from bench.contestants import CONTESTANTS, measure
from bench.keys import check, expected_keys
from bench.queries import query_seconds
from bench.raw_zones import zone
from bench.sizes import Size

TINY = Size("tiny", dates=2, lists=3, items=100)
_STEPS = {"flatten_playlists read", "flatten_playlists write", "flatten_playlists audit"}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ours", "our_job", "tutorial", "duckdb"])
def test_a_contestant_writes_the_right_keys(name: str, tmp_path: Path) -> None:
    raw = zone(tmp_path / "data", TINY)

    run, output = measure(CONTESTANTS[name], raw, tmp_path)

    check(expected_keys(raw), output)
    assert 0 <= run.start_seconds < run.usage.seconds
    assert (run.start_seconds > 0) == (name != "duckdb")
    assert set(run.steps) >= (_STEPS if CONTESTANTS[name].is_ours else set())
    if name == "ours":
        assert "trending" in query_seconds(raw.folder)
