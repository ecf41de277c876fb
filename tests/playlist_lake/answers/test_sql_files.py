"""The translations of sql/ into DuckDB's dialect, which are kept in a file."""

from pathlib import Path

import pytest

from playlist_lake.answers import sql_files, translation


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where translations are kept; the only query is `one`, the only view `changes`."""
    monkeypatch.setattr(sql_files, "VIEWS", tmp_path)
    monkeypatch.setattr(sql_files, "QUERIES", tmp_path / "queries")
    monkeypatch.setattr(sql_files, "KEPT", tmp_path / "kept.json")
    (tmp_path / "changes.sql").write_text("WITH pairs AS (SELECT 1) SELECT * FROM pairs")
    (tmp_path / "queries").mkdir()
    write("SELECT CARDINALITY(ARRAY[1, 2]) AS one")
    return sql_files.KEPT


def write(text: str) -> None:
    (sql_files.QUERIES / "one.sql").write_text(text)


def translated_by_another_process() -> str:
    sql_files._translations.cache_clear()
    return sql_files.named_query("one")


def test_a_file_is_translated_again_only_after_a_change(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = translated_by_another_process()
    with monkeypatch.context() as patch:
        patch.delattr(translation, "translated_query")
        assert translated_by_another_process() == first == "SELECT ARRAY_LENGTH([1, 2]) AS one"
    assert kept.exists()

    write("SELECT 2 AS one")

    assert translated_by_another_process() == "SELECT 2 AS one"


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"made_from": "x"}', "null"])
def test_a_damaged_file_of_translations_is_replaced(kept: Path, content: str) -> None:
    kept.write_text(content)

    first = translated_by_another_process()

    assert first == "SELECT ARRAY_LENGTH([1, 2]) AS one"
    assert first in kept.read_text()


def test_translations_need_no_file(kept: Path) -> None:
    kept.mkdir()

    assert translated_by_another_process() == "SELECT ARRAY_LENGTH([1, 2]) AS one"
