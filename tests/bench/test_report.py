"""The tables of the published page."""

from bench.report import sections
from bench.results import Results


def measured() -> Results:
    results = Results()
    results.page_bytes["day"] = 12_000_000
    spark = {"start_seconds": 4.0, "CPU_seconds": 30.0, "peak_MB": 812.4}
    results.add("day", "ours", seconds=20.0, work_seconds=16.0, **spark)
    results.add("day", "step flatten_playlists read", seconds=3.25)
    results.add("day", "tutorial", seconds=25.0, work_seconds=21.0, **spark)
    results.add("day", "duckdb", seconds=0.5, work_seconds=0.5, CPU_seconds=0.6, peak_MB=90.0)
    results.add(
        "90 dates", "the stays", seconds=8.0, CPU_seconds=9.0, MB_read=7.25, files_read=450, calls=9
    )
    results.add("90 dates", "step build_stays audit", seconds=0.5)
    results.add("50 items", "extract", seconds=1.2, calls=4, peak_MB=100.0)
    results.add("100 lists", "s3 GET object", requests=150)
    results.add("1,000 lists", "s3 GET object", requests=1_050)
    results.add("1,000 lists", "s3 PUT object", requests=9)
    results.add("year", "query trending", seconds=0.25)
    results.add("year", "report", seconds=2.5, file_MB=2.6)
    results.add("year", "report click a song", milliseconds=87)
    results.add("waiting", "--help", seconds=0.5, CPU_seconds=0.456)
    results.add("waiting", "report", seconds=1.5, CPU_seconds=1.25)
    return results


def test_the_tables_have_every_figure_and_its_ratio_to_ours() -> None:
    builds, steps, days, extraction, requests, queries, waiting, page = sections(measured())
    assert builds.rows == [
        ("day", "playlist-lake build", "1", "20.0", "4.0", "16.0", "30.0", "812", "1.00"),
        ("day", "tutorial's Glue job", "1", "25.0", "4.0", "21.0", "30.0", "812", "1.25"),
        ("day", "DuckDB", "1", "0.5", "", "0.5", "0.6", "90", "0.03"),
    ]
    assert steps.rows == [("day", "flatten_playlists read", "3.2")]
    assert days.rows == [
        ("90 dates", "the stays", "8.0", "9.0", "7.2", "450", "9"),
        ("90 dates", "build_stays audit", "0.5", "", "", "", ""),
    ]
    assert extraction.rows == [("50 items", "4", "1.2", "100")]
    assert requests.rows == [
        ("s3 GET object", "150", "1,050", "1.000", "10,050"),
        ("s3 PUT object", "0", "9", "0.010", "99"),
    ]
    assert queries.rows == [("year", "trending", "0.25")]
    assert waiting.rows == [("--help", "0.46", "0.50"), ("report", "1.25", "1.50")]
    assert page.rows == [
        ("year", "write the file", "2.5 s"),
        ("year", "size of the file", "2.6 MB"),
        ("year", "click a song", "87.0 ms"),
    ]
