"""The entries for cron, launchd and systemd, parsed by the rules of each."""

import plistlib
import re
import shlex
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from playlist_lake import schedule
from playlist_lake.schedule import (
    NoMail,
    NoScript,
    PathRefused,
    Scheduler,
    console_script,
    default_scheduler,
    entry,
)
from simulator.spotify import SimulatedSpotify
from tests.playlist_lake.conftest import Command

SCRIPT = Path("/opt/my tools/bin/playlist-lake")
# Every character with a special meaning to one of them or to a shell
LAKE = Path("/home/me/50% \"of\" 'my' $HOME\\lake")
SIX_UTC_IN_INDIA = datetime(2026, 11, 23, 11, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))


def followed(lake: Path) -> None:
    (lake / "config").mkdir(parents=True)
    (lake / "config/playlists.txt").write_text("37i9dQZEVXbMDoHDwVN2tF\n")


def test_cron_runs_at_six_utc_with_any_path() -> None:
    text = entry(Scheduler.CRON, SCRIPT, LAKE, SIX_UTC_IN_INDIA)
    *comments, line = text.splitlines()
    assert all(comment.startswith("# ") for comment in comments)
    assert "11:30 here is 06:00 UTC; a snapshot counts for its date in UTC." in text
    minute, hour, day, month, weekday, command = line.split(maxsplit=5)
    assert (minute, hour, day, month, weekday) == ("30", "11", "*", "*", "*")
    # crontab(5): a % that is not escaped ends the command
    assert not re.search(r"(?<!\\)%", command)
    words = shlex.split(command.replace("\\%", "%"))
    assert words[:4] == [str(SCRIPT), "run", "--lake", str(LAKE)]
    assert words[4:] == [">>", f"{LAKE}/run.log", "2>&1"]


def test_cron_mails_what_a_run_prints_and_keeps_it_in_the_log() -> None:
    text = entry(Scheduler.CRON, SCRIPT, LAKE, SIX_UTC_IN_INDIA, mail="me+lake@example.org")
    *_, mail_to, content_type, line = text.splitlines()
    assert mail_to == "MAILTO=me+lake@example.org"
    assert content_type == 'CONTENT_TYPE="text/plain; charset=utf-8"'
    words = shlex.split(line.split(maxsplit=5)[5].replace("\\%", "%"))
    assert words[4:] == ["2>&1", "|", "tee", "-a", f"{LAKE}/run.log"]


@pytest.mark.parametrize(
    ("scheduler", "mail", "sentence"),
    [
        (Scheduler.SYSTEMD, "me@example.org", "systemd sends no mail; add --format cron"),
        (Scheduler.LAUNCHD, "me@example.org", "launchd sends no mail; add --format cron"),
        (Scheduler.CRON, "me@example.org\nrm -r *", "is not an address of cron"),
        (Scheduler.CRON, "", "is not an address of cron"),
    ],
)
def test_mail_is_refused_where_it_cannot_be_sent(
    scheduler: Scheduler, mail: str, sentence: str
) -> None:
    with pytest.raises(NoMail, match=sentence):
        entry(scheduler, SCRIPT, LAKE, SIX_UTC_IN_INDIA, mail=mail)


def test_launchd_runs_at_six_utc_with_any_path() -> None:
    text = entry(Scheduler.LAUNCHD, SCRIPT, Path("/Users/me/<a> & b"), SIX_UTC_IN_INDIA)
    assert "launchctl bootstrap gui/$(id -u)" in text
    plist = plistlib.loads(text.encode())
    assert plist["ProgramArguments"] == [str(SCRIPT), "run", "--lake", "/Users/me/<a> & b"]
    assert plist["StartCalendarInterval"] == {"Hour": 11, "Minute": 30}
    assert plist["StandardErrorPath"] == "/Users/me/<a> & b/run.log"


def test_systemd_runs_at_six_utc_with_any_path() -> None:
    lines = entry(Scheduler.SYSTEMD, SCRIPT, LAKE).splitlines()
    assert (
        'ExecStart="/opt/my tools/bin/playlist-lake" "run" "--lake" '
        '"/home/me/50%% \\"of\\" \'my\' $$HOME\\\\lake"'
    ) in lines
    assert "OnCalendar=*-*-* 06:00:00 UTC" in lines
    assert "Persistent=true" in lines
    # systemd.service(5): the daily run does not fail for a list that Spotify does not serve
    assert "SuccessExitStatus=3" in lines


@pytest.mark.parametrize("scheduler", Scheduler)
def test_every_scheduler_can_ask_for_genres(scheduler: Scheduler) -> None:
    def names_genres(genres: bool) -> bool:
        return "--genres" in entry(scheduler, SCRIPT, LAKE, SIX_UTC_IN_INDIA, genres=genres)

    assert (names_genres(True), names_genres(False)) == (True, False)


def test_the_default_is_the_scheduler_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    assert default_scheduler("darwin") is Scheduler.LAUNCHD
    monkeypatch.setattr(schedule, "_SYSTEMD_RUNS", Path("/nonexistent"))
    assert default_scheduler("linux") is Scheduler.CRON
    monkeypatch.setattr(schedule, "_SYSTEMD_RUNS", Path("/"))
    assert default_scheduler("linux") is Scheduler.SYSTEMD


def test_the_script_is_the_running_one_else_the_installed_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = Path(sys.executable).with_name("playlist-lake")
    assert console_script() == installed
    running = tmp_path / "playlist-lake"
    running.touch(mode=0o755)
    monkeypatch.setattr(sys, "argv", [str(running)])
    assert console_script() == running
    monkeypatch.setattr(sys, "argv", ["pytest"])
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nowhere/python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert console_script() == running
    running.unlink()
    with pytest.raises(NoScript):
        console_script()


def test_the_entry_is_printed_with_absolute_paths(
    logged_in: SimulatedSpotify,
    tmp_path: Path,
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    followed(tmp_path / "my-lake")
    monkeypatch.chdir(tmp_path)
    status, out, err = command("schedule", "--format", "cron")
    assert (status, err, logged_in.requests) == (0, [], [])
    assert f"{console_script()} run --lake {tmp_path}/my-lake >> " in out[-1]
    # The folder of the log exists
    assert out[-1].endswith(f">> {tmp_path}/my-lake/run.log 2>&1")


@pytest.mark.usefixtures("logged_in")
def test_no_entry_is_printed_for_a_lake_or_a_list_that_does_not_exist(
    tmp_path: Path, command: Command
) -> None:
    lake = tmp_path / "lake"
    status, out, err = command("schedule", "--lake", lake)
    assert (status, out) == (2, [])
    assert err[0].startswith(f"error: {lake} does not exist; name a lake with --lake")
    (lake / "config").mkdir(parents=True)
    for content in (None, "# none\n"):
        if content:
            (lake / "config/playlists.txt").write_text(content)
        status, out, err = command("schedule", "--lake", lake)
        assert (status, out) == (1, [])
        assert "follow LINK" in err[0]


@pytest.mark.parametrize("character", ["\n", "\r", "\t", "\x1b", "\x00", "\u202e", "\udc80"])
@pytest.mark.parametrize("scheduler", Scheduler)
def test_a_path_that_could_hide_a_command_is_refused(scheduler: Scheduler, character: str) -> None:
    name = f"/home/me/a{character}* * * * * rm -rf b"
    for script, lake in ((SCRIPT, Path(name)), (Path(name), LAKE)):
        with pytest.raises(PathRefused, match="a character that an entry for a scheduler cannot"):
            entry(scheduler, script, lake)


@pytest.mark.usefixtures("served")
def test_a_login_that_the_entry_cannot_find_gives_a_warning(
    tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPOTIFY_REFRESH_TOKEN", "in this shell alone")
    followed(tmp_path)
    status, _, err = command("schedule", "--lake", tmp_path)
    assert status == 0
    assert err[0].startswith(
        f"warning: that run will look for a login in {tmp_path}/home/.config/playlist-lake/"
    )


def test_cron_can_run_the_command_of_the_entry(tmp_path: Path) -> None:
    lake = tmp_path / "50% of it"
    lake.mkdir()
    script = tmp_path / "playlist-lake"
    script.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    script.chmod(0o755)
    command = entry(Scheduler.CRON, script, lake).splitlines()[-1].split(maxsplit=5)[5]
    subprocess.run(["/bin/sh", "-c", command.replace("\\%", "%")], check=True)
    assert (lake / "run.log").read_text() == f"run\n--lake\n{lake}\n"
