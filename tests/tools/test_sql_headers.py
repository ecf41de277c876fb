"""Comments of SQL files are read in their parts, and refused where a part is missing."""

from pathlib import Path

import pytest

from tools.sql_headers import BadHeader, Header, HeaderColumn, read_header

WHOLE = """\
-- What is heavy, and what
-- is light?
--
-- Grain: one row per stone. A pebble
-- is none.
--
-- Columns:
--   stone      its name
--   weight_kg  as weighed; NULL | 0 where
--              nobody did
--
-- Weighed
-- twice.
--
-- Reads all: stones.
SELECT stone, weight_kg
-- Columns: none of these
FROM stones
"""


def _file(folder: Path, text: str) -> Path:
    path = folder / "stones.sql"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_header_is_read_in_its_parts(tmp_path: Path) -> None:
    assert read_header(_file(tmp_path, WHOLE)) == Header(
        "What is heavy, and what is light?",
        "one row per stone. A pebble is none.",
        (
            HeaderColumn("stone", "its name"),
            HeaderColumn("weight_kg", "as weighed; NULL | 0 where nobody did"),
        ),
        ("Weighed twice.", "Reads all: stones."),
    )


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("is light?", "is light.", "stones.sql does not begin with a question"),
        ("-- What is heavy, and what\n-- is light?\n--\n", "", "stones.sql does not begin with"),
        ("-- What is heavy", "\n-- What is heavy", "stones.sql does not begin with a question"),
        ("Grain: ", "", "stones.sql does not state its grain"),
        ("one row per stone", "a stone", "stones.sql does not state its grain"),
        (
            "-- Columns:\n--   stone",
            "-- Names:\n--   stone",
            "stones.sql does not list its columns",
        ),
        ("Columns:\n--   stone ", "Columns:\n--\n--   stone ", "stones.sql does not list its col"),
    ],
)
def test_a_header_without_one_of_its_parts_is_refused(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    assert old in WHOLE
    with pytest.raises(BadHeader, match=sentence):
        read_header(_file(tmp_path, WHOLE.replace(old, new)))


def test_a_file_without_a_comment_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadHeader):
        read_header(_file(tmp_path, "SELECT 1"))
