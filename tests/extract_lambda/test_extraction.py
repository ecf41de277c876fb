"""A run over lists: the requests, the raw objects and the outcomes."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from extract_lambda.errors import ExtractError
from extract_lambda.extraction import TooEarly, TooLate, extract_playlists
from extract_lambda.outcomes import ListOutcome
from extract_lambda.playlists_file import InvalidLine
from extract_lambda.raw_zone import RawZone
from lake.storage import open_storage
from simulator.spotify import library
from simulator.world.payloads import Generation
from tests.extract_lambda.extractor import DAY, NOON, Answer, Changed, Extractor

KEY = "raw/snapshot_date=2026-10-03/{}.jsonl.gz"


def test_a_list_is_read_page_by_page_and_its_snapshot_id_again(extractor: Extractor) -> None:
    fresh = extractor.spotify.playlist_ids[1]

    assert extractor.run_one(fresh) == ListOutcome(
        fresh, "extracted", f"playlist {fresh} was read completely: 100 items", items=100, calls=4
    )

    types = "additional_types=track%2Cepisode"
    assert extractor.requests == [
        f"playlists/{fresh}?{types}",
        f"playlists/{fresh}/items?limit=50&offset=0&{types}",
        f"playlists/{fresh}/items?offset=50&limit=50&{types}",
        f"playlists/{fresh}?fields=snapshot_id&{types}",
    ]
    assert extractor.token_requests == 1
    assert extractor.waits == []
    assert extractor.files == [KEY.format(fresh)]


@pytest.mark.parametrize("generation", ["legacy", "transitional", "2026"])
def test_responses_are_written_as_received_without_personal_data(
    extractor: Extractor, generation: Generation
) -> None:
    extractor.spotify.generation = generation
    mixtape = extractor.spotify.playlist_ids[2]

    extractor.run(mixtape)

    records = extractor.records(mixtape)
    assert [record["record"] for record in records] == ["playlist", *["items_page"] * 8, "end"]
    assert {record["source"] for record in records} == {"127.0.0.1"}
    assert {record["fetched_at"] for record in records} == {"2026-10-03T12:00:00.000Z"}
    assert [record["offset"] for record in records[1:-1]] == [*range(0, 400, 50)]
    head, end = records[0]["playlist"], records[-1]
    assert head["id"] == mixtape
    assert head["owner"] == {}
    assert head.keys().isdisjoint({"tracks", "items"})
    assert (end["item_count"], end["total"], end["page_count"]) == (400, 400, 8)
    assert end["spotify_snapshot_id"] == head["snapshot_id"]
    key = "track" if generation == "legacy" else "item"
    assert all(item.keys() >= {key, "added_at"} for item in extractor.items(mixtape))
    assert not any("added_by" in item for item in extractor.items(mixtape))


def test_unknown_keys_are_dropped_and_named(extractor: Extractor) -> None:
    chart = extractor.spotify.playlist_ids[0]
    person = {"addedByName": "Ann"}
    changed = Changed(lambda body: body["items"][0].update(person))
    extractor.spotify.fault(changed, path=f"/v1/playlists/{chart}/items")

    outcome = extractor.run_one(chart)

    assert outcome.sentence.endswith(" items; dropped unknown keys: items[].addedByName (1)")
    assert not any("addedByName" in item for item in extractor.items(chart))


# By hand: ceil(items / 50) + 2; a new list that is empty is read twice
@pytest.mark.parametrize(
    ("playlist_id", "items", "calls", "sentence"),
    [
        (library.EMPTY_ID, 0, 4, "was read and is empty"),
        pytest.param(
            *(library.AT_LIMIT_ID, 10_000, 202, "was read completely: 10,000 items"),
            marks=pytest.mark.slow,
        ),
        pytest.param(
            library.OVER_LIMIT_ID,
            10_001,
            203,
            "was read completely: 10,001 items, more than Spotify's limit of 10,000",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_a_list_of_any_size_is_read_whole(
    extractor: Extractor, playlist_id: str, items: int, calls: int, sentence: str
) -> None:
    outcome = extractor.run_one(playlist_id)

    assert outcome == ListOutcome(
        playlist_id, "extracted", f"playlist {playlist_id} {sentence}", items, calls
    )
    assert len(extractor.requests) == calls
    assert len(extractor.items(playlist_id)) == items


def test_one_access_token_is_enough_for_all_lists(extractor: Extractor) -> None:
    report = extractor.run(*extractor.spotify.playlist_ids)

    assert [outcome.calls for outcome in report.outcomes] == [3, 4, 10]
    assert extractor.token_requests == 1


@pytest.mark.parametrize(
    ("playlist_id", "outcome", "calls", "sentence"),
    [
        (
            library.EDITORIAL_ID,
            "not_found",
            1,
            "it does not exist, is private, or is one of Spotify's own, which new apps cannot read "
            "since November 2024; check the link, or copy the list into one of your own and follow "
            "that",
        ),
        (library.PRIVATE_ID, "not_found", 1, "is private"),
        ("N" * 22, "not_found", 1, "it does not exist"),
        (
            library.SOMEBODY_ELSES_ID,
            "forbidden",
            2,
            "since 2026 Spotify serves a list only to an account that owns it or collaborates on "
            "it; copy it into a list of your own and follow that. If it is your own, the app's "
            "owner has no Premium, or the account is not on the app's allow-list",
        ),
    ],
)
def test_a_list_that_spotify_does_not_serve_has_a_reason_and_is_not_a_failure(
    extractor: Extractor, playlist_id: str, outcome: str, calls: int, sentence: str
) -> None:
    chart = extractor.spotify.playlist_ids[0]

    report = extractor.run(playlist_id, chart)

    refused, extracted = report.outcomes
    assert (refused.outcome, refused.items, refused.calls) == (outcome, None, calls)
    assert f"/v1/playlists/{playlist_id}" in refused.sentence
    assert sentence in refused.sentence
    assert extracted.outcome == "extracted"
    assert not report.is_failure
    assert extractor.files == [KEY.format(chart)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("hello", "'hello' is not a playlist"),
        ("37i9dQZEVXbMDoHDwVN2t", "is not a playlist"),
        ("https://open.spotify.com/album/1DFixLWuPkv3KT3TnV35m3", "leads to an album, not to a pl"),
        ("spotify:track:1DFixLWuPkv3KT3TnV35m3", "leads to a track, not to a playlist"),
    ],
)
def test_only_a_text_that_is_not_a_playlist_fails_and_it_costs_no_call(
    extractor: Extractor, text: str, sentence: str
) -> None:
    chart = extractor.spotify.playlist_ids[0]

    report = extractor.run(text, chart)

    refused, extracted = report.outcomes
    assert (refused.outcome, refused.calls, refused.cause) == ("failed", 0, "not_a_playlist")
    assert sentence in refused.sentence
    assert extracted.outcome == "extracted"
    assert report.is_failure


def test_an_invalid_line_of_the_file_counts_as_failed(extractor: Extractor) -> None:
    line = InvalidLine("hello", "config/playlists.txt, line 3: 'hello' is not a playlist")

    report = extract_playlists(
        [],
        RawZone(open_storage(extractor.lake)),
        extractor.api(),
        snapshot_date=DAY,
        clock=extractor.clock,
        invalid=[line],
    )

    assert report.outcomes == (
        ListOutcome("hello", "failed", line.sentence, cause="not_a_playlist"),
    )
    assert report.is_failure


def test_links_and_repeated_ids_are_one_list(extractor: Extractor) -> None:
    chart = extractor.spotify.playlist_ids[0]
    link = f"https://open.spotify.com/playlist/{chart}?si=0123456789abcdef"

    report = extractor.run(chart, link, f"spotify:user:some.body_1:playlist:{chart}")

    assert [(one.playlist_id, one.outcome) for one in report.outcomes] == [(chart, "extracted")]
    assert report.counts == {
        "extracted": 1,
        "incomplete": 0,
        "already_present": 0,
        "not_found": 0,
        "forbidden": 0,
        "throttled": 0,
        "failed": 0,
        "pending": 0,
    }


def test_an_existing_list_is_skipped_without_a_call(extractor: Extractor) -> None:
    chart, fresh, _ = extractor.spotify.playlist_ids
    extractor.run(chart)
    before = len(extractor.spotify.requests)

    report = extractor.run(chart)

    assert [(one.outcome, one.calls) for one in report.outcomes] == [("already_present", 0)]
    assert "exists already; use --refresh to replace it" in report.outcomes[0].sentence
    assert not report.is_failure
    assert len(extractor.spotify.requests) == before
    assert extractor.run_one(fresh).outcome == "extracted"


def test_a_refresh_replaces_the_object(extractor: Extractor) -> None:
    chart = extractor.spotify.playlist_ids[0]
    extractor.run(chart)
    extractor.now += timedelta(hours=1)

    report = extractor.run(chart, refresh=True)

    assert report.outcomes[0].outcome == "extracted"
    assert extractor.records(chart)[0]["fetched_at"] == "2026-10-03T13:00:00.000Z"


def test_a_failed_refresh_keeps_the_object(extractor: Extractor) -> None:
    chart = extractor.spotify.playlist_ids[0]
    extractor.run(chart)
    before = extractor.records(chart)
    extractor.spotify.fault(Answer(status=404), path="/v1/playlists/*/items", times=None)

    report = extractor.run(chart, refresh=True)

    assert report.outcomes[0].outcome == "not_found"
    assert extractor.records(chart) == before
    assert extractor.files == [KEY.format(chart)]


@pytest.mark.parametrize("hours", [0, 24, 29.99])
@pytest.mark.parametrize("refresh", [False, True])
def test_a_date_can_be_extracted_for_thirty_hours(
    extractor: Extractor, hours: float, *, refresh: bool
) -> None:
    chart = extractor.spotify.playlist_ids[0]
    extractor.now = datetime(2026, 10, 3, tzinfo=UTC) + timedelta(hours=hours)

    report = extractor.run(chart, refresh=refresh)

    assert report.outcomes[0].outcome == "extracted"
    assert extractor.files == [KEY.format(chart)]


@pytest.mark.parametrize("refresh", [False, True])
def test_after_thirty_hours_it_is_too_late(extractor: Extractor, *, refresh: bool) -> None:
    extractor.now = datetime(2026, 10, 4, 6, tzinfo=UTC)

    with pytest.raises(
        TooLate,
        match=re.escape(
            "the snapshot date 2026-10-03 could be extracted until 2026-10-04 06:00 UTC "
            "(too_late), because Spotify serves only the current lists; extract today's, or "
            "import that date from saved responses"
        ),
    ):
        extractor.run(extractor.spotify.playlist_ids[0], refresh=refresh)

    assert extractor.spotify.requests == []
    assert extractor.files == []


def test_a_future_date_is_refused(extractor: Extractor) -> None:
    with pytest.raises(TooEarly, match="2026-10-04 has not begun at 2026-10-03 12:00 UTC"):
        extractor.run(extractor.spotify.playlist_ids[0], snapshot_date=date(2026, 10, 4))

    assert extractor.spotify.requests == []


def test_a_run_that_is_almost_out_of_time_stops_between_lists(extractor: Extractor) -> None:
    chart, fresh, mixtape = extractor.spotify.playlist_ids
    extractor.run(mixtape)

    # Enough for the first list only
    last_call = len(extractor.requests) + 3
    report = extractor.run(
        chart,
        fresh,
        mixtape,
        time_left=lambda: 60.0 if len(extractor.requests) < last_call else 29.9,
    )

    assert [(one.outcome, one.calls) for one in report.outcomes] == [
        ("extracted", 3),
        ("pending", 0),
        ("already_present", 0),
    ]
    assert report.is_failure
    assert "this run is almost out of time; run again" in report.outcomes[1].sentence
    assert extractor.files == sorted([KEY.format(chart), KEY.format(mixtape)])


def test_a_list_too_long_for_the_time_left_is_not_written(extractor: Extractor) -> None:
    mixtape = extractor.spotify.playlist_ids[2]

    report = extractor.run(mixtape, time_left=lambda: 60.0 if len(extractor.requests) < 3 else 29.9)

    assert [(one.outcome, one.calls) for one in report.outcomes] == [("pending", 3)]
    assert extractor.files == []


def test_a_list_that_another_run_is_writing_is_pending(extractor: Extractor) -> None:
    chart = extractor.spotify.playlist_ids[0]
    with RawZone(open_storage(extractor.lake)).draft(DAY, chart, source="import") as draft:
        report = extractor.run(chart)
        draft.end(0, None, NOON)

    assert [(one.outcome, one.calls) for one in report.outcomes] == [("pending", 0)]
    assert "is being written by another run" in report.outcomes[0].sentence


def test_a_lake_that_cannot_be_written_fails_every_list_with_a_sentence(
    extractor: Extractor, tmp_path: Path
) -> None:
    (tmp_path / "lake").write_text("no folder")

    report = extractor.run(*extractor.spotify.playlist_ids)

    assert {(one.outcome, one.cause, one.calls) for one in report.outcomes} == {
        ("failed", "not_a_folder", 0)
    }
    assert "use a lake that is a folder" in report.outcomes[0].sentence


def test_on_outcome_is_called_after_each_list(extractor: Extractor) -> None:
    told: list[str] = []
    chart, fresh, _ = extractor.spotify.playlist_ids

    extract_playlists(
        [chart, fresh],
        RawZone(open_storage(extractor.lake)),
        extractor.api(),
        snapshot_date=DAY,
        clock=extractor.clock,
        on_outcome=lambda one: told.append(f"{one.playlist_id} {len(extractor.files)}"),
    )

    assert told == [f"{chart} 1", f"{fresh} 2"]


def test_too_late_and_too_early_are_extract_errors() -> None:
    assert issubclass(TooLate, ExtractError)
    assert issubclass(TooEarly, ExtractError)
