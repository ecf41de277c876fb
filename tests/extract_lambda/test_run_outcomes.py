"""The outcomes that an extraction stores, also if it ends early, and the order of its lists."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from flask import Response

from extract_lambda.credentials import CredentialsUnavailable
from extract_lambda.extraction import TooLate
from extract_lambda.outcomes import ExtractionReport, ListOutcome
from extract_lambda.spotify_api import SpotifyApi
from lake.errors import NotAFolder
from simulator.spotify import faults, library
from simulator.spotify.faults import Exchange, Fault
from tests.extract_lambda.extractor import DAY, Alias, Answer, Extractor


def test_each_followed_list_has_a_line_with_its_outcome(extractor: Extractor) -> None:
    fresh = extractor.spotify.playlist_ids[1]

    report = extractor.run("nonsense", fresh, library.EDITORIAL_ID)

    ((first, second),) = extractor.outcomes()
    assert (first.playlist_id, first.outcome, first.items, first.calls, first.cause) == (
        fresh, "extracted", 100, 4, None,
    )  # fmt: skip
    assert first.reason == f"playlist {fresh} was read completely: 100 items"
    assert first.run_id.startswith("20261003T120000Z-")
    assert first.attempted_at == extractor.now
    assert (second.playlist_id, second.outcome, second.items, second.calls, second.cause) == (
        library.EDITORIAL_ID, "not_found", None, 1, "not_found",
    )  # fmt: skip
    assert report.unavailable == (library.EDITORIAL_ID,)
    assert [one.outcome for one in report.outcomes] == ["failed", "extracted", "not_found"]


def test_each_run_stores_an_object_of_its_own(extractor: Extractor) -> None:
    chart = extractor.spotify.playlist_ids[0]

    for _ in range(2):
        extractor.run(chart)
        extractor.now += timedelta(hours=3)

    runs = extractor.outcomes()
    assert [[one.outcome for one in run] for run in runs] == [["extracted"], ["already_present"]]


def test_a_date_that_is_over_and_texts_without_an_id_store_nothing(extractor: Extractor) -> None:
    with pytest.raises(TooLate):
        extractor.run(extractor.spotify.playlist_ids[0], snapshot_date=DAY - timedelta(days=2))
    extractor.run("nonsense")

    assert extractor.outcomes() == []


def test_a_revoked_login_is_an_outcome_of_each_list(extractor: Extractor) -> None:
    extractor.spotify.accounts.revoke()

    extractor.run(*extractor.spotify.playlist_ids)

    (run,) = extractor.outcomes()
    assert [(one.outcome, one.cause) for one in run] == [("failed", "login_needed")] * 3


@pytest.mark.parametrize(
    ("error", "outcomes"),
    [
        (KeyboardInterrupt, ["extracted", "pending", "already_present", "pending"]),
        # The list that was being read has a bug in it
        (ZeroDivisionError, ["extracted", "failed", "already_present", "pending"]),
    ],
)
def test_a_run_that_ends_early_stores_an_outcome_for_each_list(
    extractor: Extractor,
    monkeypatch: pytest.MonkeyPatch,
    error: type[BaseException],
    outcomes: list[str],
) -> None:
    chart, fresh, mixtape = extractor.spotify.playlist_ids
    extractor.run(fresh)
    extractor.now += timedelta(hours=3)
    ordinary = SpotifyApi.playlist

    def ending(api: SpotifyApi, playlist_id: str) -> Any:
        if playlist_id == mixtape:
            api.calls += 1
            raise error
        return ordinary(api, playlist_id)

    monkeypatch.setattr(SpotifyApi, "playlist", ending)
    reports: list[ExtractionReport] = []

    with pytest.raises(error):
        extractor.run(chart, mixtape, fresh, library.EMPTY_ID, on_end=reports.append)

    run = extractor.outcomes()[-1]
    order = [chart, mixtape, fresh, library.EMPTY_ID]
    assert {one.playlist_id: one.outcome for one in run} == dict(zip(order, outcomes, strict=True))
    assert [one.outcome for one in reports[0].outcomes] == outcomes
    assert error.__name__ in next(one.reason for one in run if one.playlist_id == mixtape)
    assert {one.reason for one in run if one.playlist_id == library.EMPTY_ID} == {
        f"this run ended early ({error.__name__}) and did not read the list; run again"
    }
    assert run[0].calls == 3


def test_an_error_after_a_list_was_read_blames_no_list(extractor: Extractor) -> None:
    chart, fresh, mixtape = extractor.spotify.playlist_ids

    def broken_pipe(outcome: ListOutcome) -> None:
        if outcome.playlist_id == fresh:
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        extractor.run(chart, fresh, mixtape, on_outcome=broken_pipe)

    (run,) = extractor.outcomes()
    assert [(one.playlist_id, one.outcome) for one in run] == [
        (chart, "extracted"),
        (fresh, "extracted"),
        (mixtape, "pending"),
    ]


def test_outcomes_that_cannot_be_stored_lose_no_snapshot(extractor: Extractor) -> None:
    extractor.lake.mkdir()
    (extractor.lake / "outcomes").write_text("not a folder")

    report = extractor.run(extractor.spotify.playlist_ids[1])

    assert report.counts["extracted"] == 1
    assert isinstance(report.unsaved_outcomes, NotAFolder)
    assert report.is_failure
    assert report.has_news


def test_no_name_of_a_person_gets_into_the_outcomes(extractor: Extractor) -> None:
    somebody, chart = "PublicListOfSomebody00", extractor.spotify.playlist_ids[0]
    message = "jane@example.org, spotify:user:jane.doe: and https://x/users/jane-doe/playlists"
    extractor.spotify.fault(
        Answer(json.dumps({"error": {"message": message}}), 403), path=f"/v1/playlists/{somebody}"
    )
    extractor.run(chart)
    extractor.now += timedelta(hours=3)

    report = extractor.run(somebody, chart)

    reasons = {one.playlist_id: one.reason for one in extractor.outcomes()[-1]}
    assert '("*** spotify:user:***: and https://x/users/***/playlists")' in reasons[somebody]
    assert reasons[chart].startswith(f"raw/snapshot_date={DAY}/{chart}.jsonl.gz exists already; ")
    # The person who runs the command sees the whole sentence
    assert str(extractor.lake) in report.outcomes[1].sentence


@pytest.mark.parametrize(
    ("home", "expected"),
    [
        ("/home/jane", "~/.config/credentials.toml cannot be written"),
        # As in some containers
        ("/", "/home/jane/.config/credentials.toml cannot be written"),
    ],
)
def test_the_home_folder_is_not_in_the_outcomes(
    extractor: Extractor, monkeypatch: pytest.MonkeyPatch, home: str, expected: str
) -> None:
    def failing(*_: Any) -> Any:
        raise CredentialsUnavailable("/home/jane/.config/credentials.toml cannot be written")

    monkeypatch.setenv("HOME", home)
    monkeypatch.setattr(SpotifyApi, "playlist", failing)

    extractor.run(extractor.spotify.playlist_ids[0])

    ((record,),) = extractor.outcomes()
    assert record.reason == expected


@dataclass(frozen=True)
class Quota(Fault):
    """Serves a list of one page under any id, three calls each, until the calls are used up."""

    calls: list[int] = field(default_factory=list)

    def answer(self, exchange: Exchange) -> Response:
        if not self.calls:
            return faults.QuotaExceeded().answer(exchange)
        self.calls.pop()
        return Alias(exchange.library.catalogue_ids[0]).answer(exchange)


@pytest.mark.parametrize("calls_a_day", [9, 10])
def test_a_quota_for_half_of_the_lists_starves_none(extractor: Extractor, calls_a_day: int) -> None:
    names = [f"OneOfSixFollowedLists{number}" for number in range(6)]
    read_on: dict[str, list[int]] = {name: [] for name in names}

    for day in range(6):
        extractor.spotify.clear_faults()
        extractor.spotify.fault(Quota([1] * calls_a_day), path="/v1/**", times=None)
        for _ in range(2):
            # The second run of a day is within the pause after the first
            report = extractor.run(*names, snapshot_date=extractor.now.date())
            for one in report.outcomes:
                if one.outcome == "extracted":
                    read_on[one.playlist_id].append(day)
            extractor.now += timedelta(hours=1)
        extractor.now += timedelta(hours=22)

    assert read_on == {name: [0, 2, 4] for name in names[:3]} | {
        name: [1, 3, 5] for name in names[3:]
    }
