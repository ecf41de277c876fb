"""Outcomes objects of lakes in tests, one extraction a call."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from lake.outcomes import Outcome, OutcomeRecord, put_outcomes
from lake.storage import open_storage


def put_attempts(lake: Path, on: date, outcomes: dict[str, Outcome], hour: int = 6) -> None:
    """Put the outcomes of an extraction of a date; the reason names the list, as Spotify's do."""
    start = datetime(on.year, on.month, on.day, hour, tzinfo=UTC)
    records = [
        OutcomeRecord(
            f"{start:%Y%m%dT%H%M%SZ}-abcdef",
            on,
            playlist_id,
            outcome,
            f"{outcome} is the answer for {playlist_id}",
            None,
            2,
            None,
            start + timedelta(seconds=number),
        )
        for number, (playlist_id, outcome) in enumerate(outcomes.items())
    ]
    put_outcomes(open_storage(lake), records)
