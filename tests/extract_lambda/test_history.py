"""What the lake knows of each list before an extraction."""

import gzip
import logging
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from extract_lambda.history import MAX_DATES, ListHistory
from extract_lambda.raw_zone import RawZone
from lake.outcomes import Outcome, OutcomeRecord, put_outcomes
from lake.storage import open_storage

TODAY = date(2026, 11, 22)
LISTS = ["a", "b", "c"]


class Lake:
    """A lake in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.zone = RawZone(open_storage(folder))

    def run(self, days_ago: int, *outcomes: tuple[str, Outcome, int], hour: int = 0) -> None:
        """Put the outcomes object of a run: list, outcome and calls."""
        on = TODAY - timedelta(days=days_ago)
        at = datetime(on.year, on.month, on.day, hour, tzinfo=UTC)
        records = [
            OutcomeRecord(f"r{hour:02}", on, one, outcome, "why", None, calls, None, at)
            for one, outcome, calls in outcomes
        ]
        put_outcomes(self.zone.storage, records)

    def snapshot(self, days_ago: int, playlist_id: str, items: int = 1) -> None:
        now = datetime(2026, 11, 22, tzinfo=UTC)
        on = TODAY - timedelta(days=days_ago)
        with self.zone.draft(on, playlist_id, source="import") as draft:
            draft.page(0, {"items": [{"item": {"name": "x" * 9}}] * items}, now)
            draft.end(items, None, now)

    def history(self, playlist_ids: Sequence[str] = LISTS) -> ListHistory:
        return ListHistory(self.zone, playlist_ids, TODAY)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (["extracted"], True),
        (["incomplete"], True),
        (["extracted", "forbidden"], False),
        (["forbidden", "extracted"], True),
        # Nothing of this says whether Spotify serves the list
        (["extracted", "throttled", "failed", "pending", "already_present"], True),
        (["not_found", "throttled"], False),
        ([], False),
    ],
)
def test_a_list_was_read_if_spotify_served_it_when_it_last_answered(
    lake: Lake, before: list[Outcome], expected: bool
) -> None:
    for days_ago, outcome in enumerate(reversed(before)):
        lake.run(days_ago, ("a", outcome, 1))

    assert lake.history().was_read("a") is expected


@pytest.mark.parametrize(("days_ago", "expected"), [(0, False), (1, True), (2, False)])
def test_without_outcomes_a_snapshot_of_the_day_before_counts(
    lake: Lake, days_ago: int, expected: bool
) -> None:
    lake.snapshot(days_ago, "a")

    assert lake.history().was_read("a") is expected


def test_the_last_snapshot_is_found_with_its_item_count(lake: Lake) -> None:
    lake.snapshot(0, "a", items=9)
    lake.snapshot(1, "b", items=3)
    lake.snapshot(2, "b", items=4)
    # More than what is read at once
    lake.snapshot(5, "a", items=60_000)

    history = lake.history()

    dates = [history.newest_snapshot(one) for one in LISTS]
    assert dates == [TODAY - timedelta(days=5), TODAY - timedelta(days=1), None]
    assert [history.last_item_count(one) for one in LISTS] == [60_000, 3, None]


@pytest.mark.parametrize(
    "content",
    [b"", b"no gzip", gzip.compress(b"{}\n"), gzip.compress(b"x\n" * 99)[:-9]],
    # Workers must agree on the names; a compressed text has the second of its compression
    ids=["empty", "not-compressed", "without-end", "cut"],
)
def test_a_damaged_snapshot_has_no_item_count(lake: Lake, content: bytes) -> None:
    lake.snapshot(1, "a")
    (path,) = lake.folder.glob("raw/*/a.jsonl.gz")
    path.write_bytes(content)

    assert lake.history().last_item_count("a") is None


def test_the_list_tried_longest_ago_comes_first_and_a_new_one_before_it(lake: Lake) -> None:
    lake.run(3, ("b", "forbidden", 1), ("c", "extracted", 3))
    lake.run(2, ("c", "failed", 4))
    lake.run(1, ("b", "throttled", 0), ("c", "throttled", 0))

    assert lake.history().least_recently_tried() == ["a", "b", "c"]
    assert lake.history(["c", "b", "d", "a"]).least_recently_tried() == ["d", "a", "b", "c"]


def test_a_list_that_was_cut_off_comes_first_unless_it_had_a_run_to_itself(lake: Lake) -> None:
    lake.run(3, ("a", "extracted", 3), ("b", "extracted", 3), ("c", "extracted", 3))
    lake.run(2, ("a", "extracted", 3), ("b", "throttled", 2), ("c", "throttled", 0))
    assert lake.history().least_recently_tried() == ["b", "c", "a"]

    lake.run(1, ("b", "throttled", 9), ("c", "throttled", 0), ("a", "throttled", 0))
    assert lake.history().least_recently_tried() == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("before", "outcome", "expected"),
    [
        ([], "already_present", True),
        (["extracted"], "extracted", False),
        (["extracted"], "already_present", False),
        (["extracted"], "forbidden", True),
        (["failed", "extracted"], "extracted", False),
        (["throttled", "already_present"], "throttled", False),
        (["already_present"], "throttled", True),
    ],
)
def test_an_outcome_is_news_if_the_date_had_another_one(
    lake: Lake, before: list[Outcome], outcome: Outcome, expected: bool
) -> None:
    lake.run(1, ("a", "pending", 0))
    for hour, one in enumerate(before):
        lake.run(0, ("a", one, 1), hour=hour)
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    record = OutcomeRecord("r12", TODAY, "a", outcome, "why", None, 1, None, now)

    assert lake.history().is_news(record) is expected


def test_only_the_newest_dates_are_looked_at(lake: Lake) -> None:
    lake.run(MAX_DATES, ("a", "extracted", 3))
    lake.snapshot(MAX_DATES + 1, "a")
    for days_ago in range(MAX_DATES):
        lake.run(days_ago, ("b", "extracted", 3))
        lake.snapshot(days_ago + 1, "b")

    history = lake.history()

    assert (history.was_read("a"), history.was_read("b")) == (False, True)
    assert history.newest_snapshot("a") is None


def test_an_outcomes_object_that_cannot_be_read_is_logged_and_ignored(
    lake: Lake, caplog: pytest.LogCaptureFixture
) -> None:
    lake.run(1, ("a", "extracted", 3))
    lake.run(1, ("a", "forbidden", 3), hour=3)
    (lake.folder / "outcomes/snapshot_date=2026-11-21/r03.jsonl").write_bytes(b"no JSON")

    with caplog.at_level(logging.WARNING):
        assert lake.history().was_read("a")

    (line,) = caplog.messages
    assert line.startswith("outcomes/snapshot_date=2026-11-21/r03.jsonl cannot be read (")
