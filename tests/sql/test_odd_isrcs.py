"""The stays and make_up take the same texts for ISRCs."""

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from playlist_lake import connect
from playlist_lake.answers.sql_files import named_query
from tests.support.built_stays import built_rows
from tests.support.drawn_histories import snapshots_of
from tests.support.oracle import expected_tables
from tests.support.walked_stay import STAY_COLUMNS

IS_ISRC = {
    "USRC17607839": True,
    "us-rc1-76-07839": True,
    "-USRC17607839-": True,
    "0URC17607839": True,
    "00RC17607839": False,
    "0-0RC17607839": False,
    "-00RC17607839": False,
    "US-RC1-76-078": False,
    "USRC176078399": False,
    "USRC1760783": False,
    "------------": False,
    "unknown": False,
}
"""Texts of the field `isrc`, and whether songs that have the same one are the same recording."""


@pytest.mark.slow
def test_stays_and_make_up_take_the_same_texts_for_isrcs(
    spark: SparkSession, tmp_path: Path
) -> None:
    tables = expected_tables(
        snapshot
        for number, text in enumerate(IS_ISRC)
        for snapshot in snapshots_of({1: f"A={text}", 2: f"B={text}"}, text, number)
    )
    stays, _ = built_rows(spark, tmp_path, tables)
    is_continued = STAY_COLUMNS.split().index("continued_by_uri")
    linked = {row[0] for row in stays if row[is_continued]}
    with connect(tmp_path) as con:
        question = "SELECT playlist_id FROM make_up WHERE bucket = 'several versions'"
        of_one_recording = con.execute(f"WITH make_up AS ({named_query('make_up')}) {question}")
        together = {playlist_id for (playlist_id,) in of_one_recording.fetchall()}

    expected = {text for text, is_isrc in IS_ISRC.items() if is_isrc}
    assert linked == expected
    assert together == expected
