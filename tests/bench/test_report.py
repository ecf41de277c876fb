"""The page that is written from the figures."""

from pathlib import Path

from bench.report import sections, write_page
from bench.results import Results


def measured() -> Results:
    results = Results()
    results.page_bytes["day"] = 12_000_000
    spark = {"start_seconds": 4.0, "CPU_seconds": 30.0, "peak_MB": 812.4}
    results.add("day", "ours", seconds=20.0, work_seconds=16.0, **spark)
    results.add("day", "step flatten_playlists read", seconds=3.25)
    results.add("day", "tutorial", seconds=25.0, work_seconds=21.0, **spark)
    results.add("day", "duckdb", seconds=0.5, work_seconds=0.5, CPU_seconds=0.6, peak_MB=90.0)
    results.add("50 items", "extract", seconds=1.2, calls=4, peak_MB=100.0)
    results.add("year", "query trending", seconds=0.25)
    return results


def test_the_tables_hold_every_figure_beside_ours() -> None:
    builds, steps, extraction, queries = sections(measured())
    assert builds.rows == [
        ("day", "playlist-lake build", "1", "20.0", "4.0", "16.0", "30.0", "812", "1.00"),
        ("day", "tutorial's Glue job", "1", "25.0", "4.0", "21.0", "30.0", "812", "1.25"),
        ("day", "DuckDB", "1", "0.5", "", "0.5", "0.6", "90", "0.03"),
    ]
    assert steps.rows == [("day", "flatten_playlists read", "3.2")]
    assert extraction.rows == [("50 items", "4", "1.2", "100")]
    assert queries.rows == [("year", "trending", "0.25")]


def test_the_page_says_on_what_and_shows_the_plot(tmp_path: Path) -> None:
    write_page(measured(), tmp_path)
    page = (tmp_path / "results.md").read_text()
    assert "cores" in page
    assert "Spark 3.5.6" in page
    assert "](results.svg)" in page
    assert "| tutorial's Glue job | 3 tables, CSV; no entries |" in page
    assert (tmp_path / "results.svg").read_text().startswith("<svg")
