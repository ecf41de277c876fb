"""The views and named queries in sql/."""

from pathlib import Path

import pytest

from playlist_lake.answers import sql_files, translation


def test_a_view_comes_after_the_views_that_it_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql_files, "VIEWS", tmp_path)
    for name, read in {"a": "m", "m": "z", "n": "songs", "z": "songs"}.items():
        # A name that is defined in a WITH is not a view
        text = f"WITH a AS (SELECT * FROM {read}), n AS (SELECT 1 AS one) SELECT * FROM a, n"  # noqa: S608
        (tmp_path / f"{name}.sql").write_text(text)

    names = list(translation.parsed_views())

    assert sorted(names) == ["a", "m", "n", "z"]
    assert names.index("z") < names.index("m") < names.index("a")
