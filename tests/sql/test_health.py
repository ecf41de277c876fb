"""The query health: whether every list is still read, and what is missing."""

from datetime import UTC, datetime
from pathlib import Path

from tests.support.tiny_lakes import Row
from tests.support.tiny_lists import answered, day, snapshots, together, week

GAPS = (
    "playlist_id first_snapshot last_snapshot last_complete_snapshot days_behind snapshots"
    " incomplete_snapshots missing_days longest_gap_days"
)
FAULTS = (
    "playlist_id null_items not_objects items_without_uri unknown_shapes refused_objects"
    " last_refusal"
)


def test_gaps_are_calendar_days_without_a_snapshot(tmp_path: Path) -> None:
    assert answered(tmp_path, week(), "health", GAPS) == [
        ("chart", day(1), day(7), day(7), 0, 6, 1, 1, 1),
        ("other", day(2), day(7), day(7), 0, 3, 0, 3, 2),
        ("voice", day(7), day(7), day(7), 0, 1, 0, 0, 0),
        ("empty", day(6), day(7), day(7), 0, 2, 0, 0, 0),
    ]


def test_gaps_count_from_the_first_of_30_dates_to_the_last(tmp_path: Path) -> None:
    # The 30 dates are days 12 to 41, and all lists began before
    tables = together(
        snapshots("a", dict.fromkeys(range(1, 42), "X"), "A", incomplete=(41,)),
        snapshots("b", {1: "X", 9: "X", 15: "X", 38: "X"}, "B"),
        snapshots("c", {1: "X", 3: "X"}, "C"),
    )
    assert answered(tmp_path, tables, "health", GAPS) == [
        ("a", day(1), day(41), day(40), 0, 41, 1, 0, 0),
        # Days 12 to 14, 16 to 37, 39 to 41
        ("b", day(1), day(38), day(38), 3, 4, 0, 28, 22),
        ("c", day(1), day(3), day(3), 38, 2, 0, 30, 30),
    ]


def test_rejects_are_counted_by_reason_over_the_last_30_dates(tmp_path: Path) -> None:
    reasons = ["null_item", "null_item", "not_an_object", "no_uri", *["unknown_shape"] * 3]
    tables = together(
        snapshots("chart", dict.fromkeys(range(1, 32), "-")),
        rejects=[
            {"snapshot_date": day(31), "playlist_id": "chart", "position": 2 + i, "reason": reason}
            for i, reason in enumerate(reasons)
        ],
    )
    assert answered(tmp_path, tables, "health", FAULTS) == [("chart", 32, 1, 1, 3, 0, None)]


def run(number: int, hour: int, refused: dict[str, str], job: str = "flatten_playlists") -> Row:
    """A run of a date, started at an hour, and the lists whose objects it refused."""
    started = datetime(2026, 2, 1, hour, tzinfo=UTC)
    return {
        "run_id": f"run-{hour:02}",
        "job": job,
        "snapshot_date": day(number),
        "status": "partial",
        "started_at": started,
        "finished_at": started,
        "counts": [],
        "refused_objects": [
            {"object": f"raw/snapshot_date={day(number)}/{name}.jsonl.gz", "reason": reason}
            for name, reason in refused.items()
        ],
    }


def test_a_refused_object_counts_until_its_date_is_built_with_it(tmp_path: Path) -> None:
    tables = together(
        snapshots("chart", {1: "A", 2: "A", 3: "A"}),
        runs=[
            run(1, 1, {"chart": "torn on the 1st"}),
            run(2, 1, {"chart": "torn on the 2nd", "never-read": "no end"}),
            run(3, 1, {"chart": "repaired since"}),
            run(3, 2, {}),
            run(1, 3, {"chart": "of another job"}, job="build_stays"),
        ],
    )
    assert answered(tmp_path, tables, "health", FAULTS) == [
        ("chart", 0, 0, 0, 0, 2, "torn on the 2nd"),
        ("never-read", 0, 0, 0, 0, 1, "no end"),
    ]
