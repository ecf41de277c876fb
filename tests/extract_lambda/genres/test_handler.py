"""The second Lambda: what it asks for, logs and raises."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from extract_lambda.genres.handler import GenresIncomplete, handler, run
from extract_lambda.genres.index import INDEX_KEY
from extract_lambda.genres.settings import NoContact
from extract_lambda.playlists_file import NothingFollowed
from extract_lambda.raw_zone import RawZone
from extract_lambda.runtime import MissingSetting, Runtime
from lake.errors import LakeError
from simulator import metadata_faults as faults
from tests.extract_lambda.cloud import Context, print_log
from tests.extract_lambda.genres.conftest import NOON, Genres, artist, mbid

LIST, OTHER = "A" * 22, "B" * 22


class Lambda:
    """Runs of the function over a lake that follows one of two lists."""

    def __init__(self, genres: Genres, capfd: pytest.CaptureFixture[str]) -> None:
        self.genres = genres
        self.time_left_s = 900.0
        self.environ = {
            "LAKE": str(genres.lake),
            "CONTACT": "you@example.org",
            "MUSICBRAINZ_URL": genres.musicbrainz.url,
            "LISTENBRAINZ_URL": genres.listenbrainz.url,
        }
        self._capfd = capfd
        genres.storage.write("config/playlists.txt", f"{LIST}\n".encode())

    def put(self, playlist_id: str, *artists: int) -> None:
        """Put today's snapshot of a list."""
        items = [{"item": {"artists": [{"id": artist(number)}]}} for number in artists]
        with RawZone(self.genres.storage).draft(NOON.date(), playlist_id, source="import") as draft:
            draft.page(0, {"items": items, "total": len(items)}, NOON)
            draft.end(len(items), None, NOON)

    def run(self) -> dict[str, Any]:
        runtime = Runtime(
            clock=self.genres.clock,
            sleep=self.sleep,
            random=lambda: 0.5,
            time_left=lambda: self.time_left_s,
        )
        return run(self.environ, runtime)

    def sleep(self, seconds: float) -> None:
        self.genres.sleep(seconds)
        self.time_left_s -= seconds

    def log(self) -> list[Any]:
        """The lines of the log so far."""
        return [json.loads(line) for line in self._capfd.readouterr().out.splitlines()]


@pytest.fixture
def function(
    genres: Genres, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Lambda:
    print_log(monkeypatch)
    return Lambda(genres, capfd)


def test_a_run_asks_for_the_artists_on_the_followed_lists(function: Lambda) -> None:
    function.genres.know(1, 2, 3)
    function.put(LIST, 1, 2, 9)
    function.put(OTHER, 3)

    result = function.run()

    assert result == {"artists": {"with genres": 2, "unknown": 1}, "waiting": 0}
    assert function.genres.matches() == {
        artist(1): (mbid(1),), artist(2): (mbid(2),), artist(9): (),
    }  # fmt: skip
    assert function.genres.genres().keys() == {mbid(1), mbid(2)}
    assert "( you@example.org )" in function.genres.musicbrainz.requests[0].user_agent
    (line,) = function.log()
    assert (line["level"], line["message"]) == ("INFO", "artists asked for")
    assert (line["calls"], line["answers"]) == ({"musicbrainz": 1, "listenbrainz": 1}, 2)


def test_the_next_run_asks_for_new_artists_only(function: Lambda) -> None:
    function.genres.know(1, 2)
    function.put(LIST, 1)
    function.run()
    function.genres.now = datetime(2026, 11, 30, 1, tzinfo=UTC)

    assert function.run() == {"artists": {"with genres": 1}, "waiting": 0}
    function.genres.storage.write("config/playlists.txt", f"{LIST}\n{OTHER}\n".encode())
    function.put(OTHER, 1, 2)
    function.run()

    assert function.genres.asked() == [[artist(1)], [artist(2)]]


def test_a_run_ends_before_lambda_kills_it_and_the_next_one_continues(function: Lambda) -> None:
    function.genres.know(*range(300))
    function.put(LIST, *range(1, 300))
    # Enough for two waits between calls
    function.time_left_s = 32.5

    first = function.run()
    function.time_left_s = 900.0
    second = function.run()

    # 3 of 6 calls to MusicBrainz, and one to ListenBrainz
    assert first == {"artists": {"with genres": 100, "unasked": 199}, "waiting": 199}
    assert second == {"artists": {"with genres": 299}, "waiting": 0}
    asked = [one for call in function.genres.asked() for one in call]
    assert sorted(asked) == [artist(number) for number in range(1, 300)]
    assert [line["level"] for line in function.log()] == ["INFO", "INFO"]


def test_a_service_that_refuses_calls_fails_the_run_and_keeps_what_it_answered(
    function: Lambda,
) -> None:
    function.genres.know(*range(300))
    function.put(LIST, *range(1, 300))
    function.genres.musicbrainz.fault(faults.refused(503), times=None, after=2)

    with pytest.raises(GenresIncomplete, match=r"^199 of 299 artists are left"):
        function.run()

    assert len(function.genres.matches()) == 100
    assert function.genres.storage.exists(INDEX_KEY)
    info, problem = function.log()
    assert (info["level"], info["waiting"]) == ("INFO", 199)
    assert problem["level"] == "ERROR"
    assert problem["message"].endswith("for the second time in this run; run again another day")


@pytest.mark.parametrize(
    ("change", "error", "cause"),
    [
        ({"LAKE": ""}, MissingSetting, "missing_setting"),
        ({"CONTACT": ""}, MissingSetting, "missing_setting"),
        ({"CONTACT": "me"}, NoContact, "no_contact"),
        ({"LAKE": "/nowhere"}, NothingFollowed, "nothing_followed"),
    ],
)
def test_a_run_that_cannot_start_is_one_log_line_with_its_cause(
    function: Lambda, change: dict[str, str], error: type[Exception], cause: str
) -> None:
    function.environ |= change

    with pytest.raises(error) as caught:
        function.run()

    (line,) = function.log()
    assert (line["level"], line["message"], line["cause"]) == ("ERROR", str(caught.value), cause)
    assert function.genres.musicbrainz.requests == []


def test_an_answer_that_cannot_be_stored_ends_the_run(
    function: Lambda, monkeypatch: pytest.MonkeyPatch
) -> None:
    function.genres.know(1)
    function.put(LIST, 1)

    def full(*_: Any) -> None:
        raise LakeError("the disk is full")

    monkeypatch.setattr(type(function.genres.storage), "write", full)

    with pytest.raises(LakeError, match="the disk is full"):
        function.run()

    assert [line["cause"] for line in function.log()] == ["lake_error"]


@pytest.mark.parametrize("event", [{}, {"detail": {"snapshot_date": "2026-11-29"}}])
def test_the_entry_point_ignores_the_event(
    function: Lambda, monkeypatch: pytest.MonkeyPatch, event: dict[str, Any]
) -> None:
    function.genres.know(1)
    function.put(LIST, 1)
    for name, value in function.environ.items():
        monkeypatch.setenv(name, value)

    result = handler(event, Context())

    assert result["waiting"] == 0
    (line,) = function.log()
    assert line["function_request_id"] == Context._aws_request_id
