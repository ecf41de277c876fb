"""Six days on which the simulated Spotify is wrong on purpose, run through the command line.

`python -m tests.playlist_lake.wrong_days` prints what the commands say. The lists themselves never
change; each day's date is that of a `run`.

    1  nothing is wrong
    2  the chart is empty; a song of the picks is re-issued, and another one is relinked; the third
       list comes without its last item
    3  the chart is back; the key `external_ids` has another name
    4  the chart has 20 of its 50 songs; the third list is forbidden from now on
    5  the chart has the same 20 songs; the picks are not found at the first call
    6  the chart is back
"""

import contextlib
import io
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from extract_lambda.credentials import ENVIRONMENT, Credentials, FileStore, credentials_path
from playlist_lake.cli import run
from playlist_lake.spotify import client
from simulator.spotify import SimulatedSpotify, faults
from simulator.spotify.library import SOMEBODY_ELSES_ID
from simulator.spotify.state import RecordedRequest
from tests.support.simulated_client import SUNDAY, catalogue

CHART, PICKS, _ = catalogue().playlist_ids
OTHERS = SOMEBODY_ELSES_ID
DAYS = 6
DROPPED_TO = 20
# The third list has 20 songs
LEFT_OUT = 19
# Where the songs stand in the picks
REISSUED, RELINKED = 4, 8


class Said(NamedTuple):
    """What a command printed, and its exit status."""

    command: str
    status: int
    out: list[str]
    err: list[str]

    def __str__(self) -> str:
        lines = [f"$ playlist-lake {self.command}", *self.out, *self.err]
        return "\n".join([*lines, f"(exit status {self.status})", ""])


class Day(NamedTuple):
    """What `run` and `status` said on a day, and the answers of Spotify to each path below /v1."""

    run: Said
    status: Said
    answers: dict[str, list[int | None]]


def play(folder: Path) -> list[Day]:
    """Run all days on a lake in the folder."""
    lake = folder / "lake"
    (lake / "config").mkdir(parents=True)
    (lake / "config/playlists.txt").write_text(f"{CHART}\n{PICKS}\n{OTHERS}\n", encoding="utf-8")
    noon = [datetime(SUNDAY.year, SUNDAY.month, SUNDAY.day, 12, tzinfo=UTC)]
    # Generation 2026 has no linked_from
    spotify = SimulatedSpotify(
        catalogue=catalogue(), generation="transitional", today=SUNDAY, clock=lambda: noon[0]
    )
    days = []
    with spotify, pytest.MonkeyPatch.context() as patch:
        _log_in(spotify, folder, noon[0], patch)
        patch.setattr(client, "utc_now", lambda: noon[0])
        for day in range(1, DAYS + 1):
            spotify.clear_faults()
            _FAULTS.get(day, _nothing)(spotify)
            number = len(spotify.requests)
            said = _said("run", lake), _said("status", lake)
            days.append(Day(*said, _answers(spotify.requests[number:])))
            noon[0] += timedelta(days=1)
    return days


def songs_of_chart() -> list[str]:
    """The URIs of the chart, in its order."""
    page = catalogue().items_page(CHART, SUNDAY, "transitional")
    return [row["item"]["uri"] for row in page["items"]]


def song_of_picks(index: int) -> str:
    """The id of a song of the picks."""
    page = catalogue().items_page(PICKS, SUNDAY, "transitional", offset=index, limit=1)
    return str(page["items"][0]["item"]["id"])


def _nothing(_: SimulatedSpotify) -> None:
    pass


def _second_day(spotify: SimulatedSpotify) -> None:
    _shrink(spotify, 0)
    spotify.reissue(song_of_picks(REISSUED))
    spotify.relink(song_of_picks(RELINKED))
    _leave_out(spotify)


def _leave_out(spotify: SimulatedSpotify) -> None:
    path = f"/v1/playlists/{OTHERS}/items"
    spotify.fault(faults.LeftOut(LEFT_OUT), path=path, times=None)


def _third_day(spotify: SimulatedSpotify) -> None:
    for key in ("item", "track"):
        spotify.fault(
            faults.RenamedKey(f"items.{key}.external_ids", "identifiers"),
            path="/v1/playlists/*/items",
            times=None,
        )


def _fourth_day(spotify: SimulatedSpotify) -> None:
    _shrink(spotify, DROPPED_TO)
    _forbid(spotify)


def _fifth_day(spotify: SimulatedSpotify) -> None:
    _shrink(spotify, DROPPED_TO)
    _forbid(spotify)
    spotify.fault(faults.NotFound(), path=f"/v1/playlists/{PICKS}")


def _forbid(spotify: SimulatedSpotify) -> None:
    spotify.fault(faults.Forbidden(), path=f"/v1/playlists/{OTHERS}**", times=None)


def _shrink(spotify: SimulatedSpotify, to: int) -> None:
    spotify.fault(faults.Shrunk(to), path=f"/v1/playlists/{CHART}**", times=None)


_FAULTS: dict[int, Callable[[SimulatedSpotify], None]] = {
    2: _second_day,
    3: _third_day,
    4: _fourth_day,
    5: _fifth_day,
    6: _forbid,
}


def _log_in(
    spotify: SimulatedSpotify, folder: Path, now: datetime, patch: pytest.MonkeyPatch
) -> None:
    for name in (*ENVIRONMENT.values(), "XDG_CONFIG_HOME", "PLAYLIST_LAKE"):
        patch.delenv(name, raising=False)
    patch.setenv("HOME", str(folder / "home"))
    patch.setenv("SPOTIFY_API_URL", spotify.api_url)
    patch.setenv("SPOTIFY_TOKEN_URL", f"{spotify.accounts_url}/api/token")
    FileStore(credentials_path()).save(Credentials(*spotify.credentials, authorized_at=now))


def _answers(requests: Sequence[RecordedRequest]) -> dict[str, list[int | None]]:
    answers: dict[str, list[int | None]] = defaultdict(list)
    for one in requests:
        answers[one.path.removeprefix("/v1/")].append(one.status)
    return answers


def _said(command: str, lake: Path) -> Said:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = run([command, "--lake", str(lake)])
    texts = (text.getvalue().replace(str(lake), "LAKE") for text in (out, err))
    return Said(command, status, *(text.splitlines() for text in texts))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        for number, of_day in enumerate(play(Path(temporary)), start=1):
            sys.stdout.write(f"Day {number}\n\n{of_day.run}\n{of_day.status}\n")
