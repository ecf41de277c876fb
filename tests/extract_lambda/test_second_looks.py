"""Answers that surprise after the last snapshot: asked once more after a pause, then believed."""

from datetime import timedelta

import pytest

from simulator.spotify import faults, library
from simulator.spotify.faults import Fault
from tests.extract_lambda.extractor import DAY, Extractor

HEAD, ITEMS = "/v1/playlists/*", "/v1/playlists/*/items"
# The playlist object and its one page
A_READING = 2


@pytest.fixture
def chart(extractor: Extractor) -> str:
    """A list of 50 items that was read on the day before."""
    chart = extractor.spotify.playlist_ids[0]
    read_on_the_day_before(extractor, chart)
    return chart


def read_on_the_day_before(extractor: Extractor, *playlists: str) -> None:
    extractor.now -= timedelta(days=1)
    extractor.run(*playlists, snapshot_date=DAY - timedelta(days=1))
    extractor.now += timedelta(days=1)


def shrink(extractor: Extractor, to: int, times: int | None = None) -> None:
    extractor.spotify.fault(faults.Shrunk(to), path="/v1/playlists/**", times=times)


# By hand: ceil(items / 50) + 2
def test_lists_that_do_not_surprise_cost_no_more_calls_than_on_their_first_day(
    extractor: Extractor,
) -> None:
    lists = [*extractor.spotify.playlist_ids, library.EMPTY_ID]
    read_on_the_day_before(extractor, *lists)
    extractor.waits.clear()

    report = extractor.run(*lists)

    found = {one.playlist_id: (one.items, one.calls) for one in report.outcomes}
    assert [found[one] for one in lists] == [(50, 3), (100, 4), (400, 10), (0, 2)]
    assert extractor.waits == []


@pytest.mark.parametrize(
    ("to", "calls", "waits"), [(25, 3, []), (24, 2 + 3, [3.0]), (0, 2 + 2, [3.0])]
)
def test_a_list_below_half_of_its_last_snapshot_is_read_twice(
    extractor: Extractor, chart: str, to: int, calls: int, waits: list[float]
) -> None:
    shrink(extractor, to)

    outcome = extractor.run_one(chart)

    assert (outcome.outcome, outcome.items, outcome.calls) == ("extracted", to, calls)
    assert extractor.waits == waits
    assert len(extractor.items(chart)) == to


def test_a_new_list_that_is_empty_is_read_twice(extractor: Extractor) -> None:
    outcome = extractor.run_one(library.EMPTY_ID)

    assert (outcome.outcome, outcome.items, outcome.calls) == ("extracted", 0, 2 + 2)
    assert outcome.sentence == f"playlist {library.EMPTY_ID} was read and is empty"
    assert extractor.waits == [3.0]


@pytest.mark.parametrize("second", [20, 50])
def test_the_second_reading_is_kept_also_if_it_differs(
    extractor: Extractor, chart: str, second: int
) -> None:
    shrink(extractor, to=0, times=A_READING)
    shrink(extractor, to=second)

    outcome = extractor.run_one(chart)

    assert (outcome.outcome, outcome.items, outcome.calls) == ("extracted", second, 2 + 3)
    assert extractor.waits == [3.0]


def test_a_contradiction_in_the_second_reading_costs_a_third_one(
    extractor: Extractor, chart: str
) -> None:
    shrink(extractor, to=0, times=A_READING)
    extractor.spotify.fault(faults.WrongTotal(), path=ITEMS)
    shrink(extractor, to=10)

    outcome = extractor.run_one(chart)

    assert (outcome.outcome, outcome.items, outcome.calls) == ("extracted", 10, 2 + 2 + 3)
    assert extractor.waits == [3.0]


def test_a_surprise_in_the_last_possible_reading_is_not_kept(
    extractor: Extractor, chart: str
) -> None:
    extractor.spotify.fault(faults.WrongTotal(), path=ITEMS, times=3)
    shrink(extractor, to=0)

    outcome = extractor.run_one(chart)

    assert (outcome.outcome, outcome.cause, outcome.calls) == ("failed", "answers_disagree", 4 * 2)
    assert outcome.sentence == (
        f"Spotify's answers about playlist {chart} do not agree after 4 readings: 0 items came, "
        "less than half of the 50 in its last snapshot; nothing was stored, run again later"
    )
    assert extractor.files == [f"raw/snapshot_date=2026-10-02/{chart}.jsonl.gz"]


@pytest.mark.parametrize(
    ("fault", "path", "calls", "why"),
    [
        (faults.Shrunk(to=24), "**", 2, "24 items came, less than half of the 50 in its last sn"),
        (faults.NotFound(), "", 1, "Spotify no longer serves it"),
    ],
)
def test_a_surprise_is_pending_if_the_run_has_no_time_for_the_pause(
    extractor: Extractor, chart: str, fault: Fault, path: str, calls: int, why: str
) -> None:
    extractor.spotify.fault(fault, path=f"/v1/playlists/{chart}{path}", times=None)

    # A pause of 3 s and a call of 30 s
    (outcome,) = extractor.run(chart, time_left=lambda: 32.9).outcomes

    assert (outcome.outcome, outcome.cause, outcome.calls) == ("pending", "out_of_time", calls)
    assert outcome.sentence.startswith(f"playlist {chart} was not stored, because {why}")
    assert outcome.sentence.endswith("and this run has no time to ask again; run again")
    assert extractor.waits == []
    assert extractor.files == [f"raw/snapshot_date=2026-10-02/{chart}.jsonl.gz"]


REFUSALS = pytest.mark.parametrize(
    ("fault", "path", "outcome", "calls"),
    [(faults.NotFound(), HEAD, "not_found", 1), (faults.Forbidden(), ITEMS, "forbidden", 2)],
)


@REFUSALS
def test_a_refusal_of_a_list_that_was_read_is_asked_again_and_the_second_stands(
    extractor: Extractor, chart: str, fault: Fault, path: str, outcome: str, calls: int
) -> None:
    extractor.spotify.fault(fault, path=path, times=1)
    found = extractor.run_one(chart)
    assert (found.outcome, found.items, found.calls) == ("extracted", 50, calls + 3)
    assert extractor.waits == [3.0]

    extractor.spotify.fault(fault, path=path, times=2)
    (found,) = extractor.run(chart, refresh=True).outcomes
    assert (found.outcome, found.cause, found.calls) == (outcome, outcome, 2 * calls)
    assert extractor.waits == [3.0, 3.0]


@REFUSALS
def test_a_list_that_was_not_read_before_is_asked_once(
    extractor: Extractor, fault: Fault, path: str, outcome: str, calls: int
) -> None:
    extractor.spotify.fault(fault, path=path)

    found = extractor.run_one(extractor.spotify.playlist_ids[0])

    assert (found.outcome, found.calls) == (outcome, calls)
    assert extractor.waits == []
