"""`status` reads raw/ and outcomes/, `health` reads the tables: both say the same of each list."""

import random
from datetime import date, timedelta
from pathlib import Path

from jobs.outcomes import build_outcomes
from jobs.outcomes_plan import plan_changed_outcomes
from lake.outcomes import OUTCOMES, Outcome
from lake.storage import open_storage
from playlist_lake import connect
from playlist_lake.answers.sql_files import named_query
from playlist_lake.lakes import locked_lake
from playlist_lake.status.lists import ListStatus, read_status
from tests.support.outcome_objects import put_attempts
from tests.support.raw_objects import put_object, record
from tests.support.tiny_lakes import write_lake
from tests.support.tiny_lists import day, snapshots, together

DAYS = range(1, 8)
IDS = [f"{number:022}" for number in range(200)]

Facts = tuple[date | None, str | None, date | None, str | None]


def test_both_have_the_same_facts_of_two_hundred_lists(tmp_path: Path) -> None:
    drawn = random.Random(18)  # noqa: S311
    read = {one: [number for number in DAYS if drawn.random() < 0.3] for one in IDS}
    tables = together(
        *(snapshots(one, dict.fromkeys(days, "A"), one) for one, days in read.items())
    )
    write_lake(tmp_path, **tables)
    for playlist_id, numbers in read.items():
        for number in numbers:
            end = record("end", playlist_id, day(number), item_count=1, total=1, page_count=0)
            put_object(tmp_path, playlist_id, [end], day(number))
    likely: list[Outcome] = ["forbidden"] * 8
    for number in DAYS:
        for hour in (6, 18):
            tried = {one: drawn.choice([*OUTCOMES, *likely]) for one in IDS if drawn.random() < 0.4}
            put_attempts(tmp_path, day(number), tried, hour)
    (tmp_path / "config").mkdir()
    (tmp_path / "config/playlists.txt").write_text("\n".join(IDS))
    with locked_lake(tmp_path) as lake:
        build_outcomes(lake, plan_changed_outcomes(lake.storage, lake.catalog, [*map(day, DAYS)]))

    status = read_status(open_storage(tmp_path), day(7) + timedelta(days=1))

    facts = "playlist_id, last_snapshot, last_outcome, outcome_since, last_reason"
    with connect(tmp_path) as con:
        health = con.sql(named_query("health")).select(*facts.split(", ")).fetchall()
    of_health: dict[str, Facts] = {playlist_id: tuple(row) for playlist_id, *row in health}
    of_status = {one.playlist_id: _facts(one) for one in status.lists}
    # A list that was neither read nor tried is in no table
    untouched = {one: facts for one, facts in of_status.items() if one not in of_health}
    assert set(untouched.values()) <= {(None, None, None, None)}
    assert of_status == of_health | untouched
    stale = [one.staleness for one in status.lists if one.staleness]
    assert len(stale) > 100
    assert len({text[:10] for text in stale}) == 2


def _facts(one: ListStatus) -> Facts:
    read_on = one.snapshot.snapshot_date if one.snapshot else None
    if one.attempt is None:
        return read_on, None, None, None
    since = None if one.attempt.is_read else one.attempt.since
    return read_on, one.attempt.record.outcome, since, one.attempt.record.reason
