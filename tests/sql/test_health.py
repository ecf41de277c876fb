"""The query health: whether every list is still read, and what is missing."""

from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from tests.support.tiny_lakes import Row
from tests.support.tiny_lists import answered, day, snapshots, together, week

GAPS = (
    "playlist_id first_snapshot last_snapshot last_complete_snapshot days_behind snapshots"
    " incomplete_snapshots missing_days longest_gap_days"
)
READ = "playlist_id last_snapshot last_outcome last_reason outcome_since last_attempt"
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


def attempts(playlist_id: str, outcomes: dict[int, str]) -> list[Row]:
    """The outcomes of a list by day, each attempted at six."""
    return [
        {
            "snapshot_date": day(number),
            "playlist_id": playlist_id,
            "outcome": outcome,
            "reason": f"{outcome} on {number}",
            "attempted_at": at_six(number),
        }
        for number, outcome in outcomes.items()
    ]


def at_six(number: int) -> datetime:
    """Six o'clock of a day, UTC, as the queries give it."""
    return datetime.combine(day(number), time(6))


@pytest.mark.parametrize(
    ("read", "outcomes", "since"),
    [
        ((1, 2), {1: "extracted", 2: "extracted", 3: "forbidden", 5: "forbidden"}, 3),
        # Another outcome before
        ((1, 2), {2: "extracted", 3: "throttled", 4: "forbidden", 5: "forbidden"}, 4),
        ((1, 2), {3: "forbidden", 4: "throttled", 5: "forbidden"}, 5),
        # The 4th was imported
        ((1, 4), {2: "forbidden", 3: "forbidden", 4: "forbidden", 5: "forbidden"}, 5),
        # Read first, refused later on the same day
        ((1, 2), {1: "extracted", 2: "forbidden"}, 2),
        ((1, 2), {1: "forbidden", 2: "incomplete"}, None),
        ((1, 2), {1: "forbidden", 2: "already_present"}, None),
    ],
)
def test_the_last_outcome_counts_since_the_last_snapshot(
    tmp_path: Path, read: tuple[int, ...], outcomes: dict[int, str], since: int | None
) -> None:
    last = max(outcomes)
    tables = together(
        snapshots("chart", dict.fromkeys(read, "A")), outcomes=attempts("chart", outcomes)
    )
    assert answered(tmp_path, tables, "health", READ) == [
        (
            "chart",
            day(read[-1]),
            outcomes[last],
            f"{outcomes[last]} on {last}",
            since and day(since),
            at_six(last),
        )
    ]


def test_a_list_that_was_never_read_has_a_row(tmp_path: Path) -> None:
    tables = together(
        snapshots("chart", {3: "A"}),
        outcomes=[
            *attempts("chart", {3: "extracted"}),
            *attempts("never", {1: "not_found", 2: "forbidden", 3: "forbidden"}),
        ],
    )
    assert answered(tmp_path, tables, "health", f"playlist_name {READ} snapshots missing_days") == [
        ("Chart", "chart", day(3), "extracted", "extracted on 3", None, at_six(3), 1, 0),
        (None, "never", None, "forbidden", "forbidden on 3", day(2), at_six(3), 0, None),
    ]


def test_a_lake_of_outcomes_only_has_rows(tmp_path: Path) -> None:
    tables = {"outcomes": attempts("never", {1: "forbidden"})}
    assert answered(tmp_path, tables, "health", READ) == [
        ("never", None, "forbidden", "forbidden on 1", day(1), at_six(1))
    ]


def test_a_list_that_is_no_longer_followed_keeps_its_last_outcome(tmp_path: Path) -> None:
    tables = together(
        snapshots("a", {1: "A", 2: "A", 3: "A"}, "A"),
        snapshots("b", {1: "A"}, "B"),
        outcomes=[
            *attempts("a", dict.fromkeys((1, 2, 3), "extracted")),
            *attempts("b", {1: "extracted", 2: "not_found"}),
        ],
    )
    assert answered(tmp_path, tables, "health", READ) == [
        ("a", day(3), "extracted", "extracted on 3", None, at_six(3)),
        ("b", day(1), "not_found", "not_found on 2", day(2), at_six(2)),
    ]


def test_imported_lists_have_no_outcome(tmp_path: Path) -> None:
    assert answered(tmp_path, snapshots("chart", {1: "A"}), "health", READ) == [
        ("chart", day(1), None, None, None, None)
    ]


def test_drops_and_incomplete_snapshots_are_counted(tmp_path: Path) -> None:
    tables = snapshots("chart", dict.fromkeys(range(1, 7), "A"), incomplete=(3, 6), drops=(2, 4, 5))
    columns = "last_complete_snapshot incomplete_snapshots drops"
    assert answered(tmp_path, tables, "health", columns) == [(day(5), 2, 3)]
