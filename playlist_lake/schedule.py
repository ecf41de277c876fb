"""Entries for cron, launchd and systemd that take a snapshot every day; nothing is installed."""

import plistlib
import re
import shlex
import shutil
import sys
from datetime import UTC, datetime, time
from enum import StrEnum
from pathlib import Path

from playlist_lake.console import printable
from playlist_lake.errors import CommandError, Misuse
from playlist_lake.failures import UNAVAILABLE

# Far from midnight UTC, so that daylight saving time does not change the snapshot's date
DAILY_AT = time(6, 0, tzinfo=UTC)

_NAME = "playlist-lake"
# sd_booted(3): systemd runs if this folder exists
_SYSTEMD_RUNS = Path("/run/systemd/system")
_MAIL = """\
# Put these lines last: the mail of every entry below MAILTO goes to its address.
MAILTO={mail}
CONTENT_TYPE="text/plain; charset=utf-8"
"""
_LABEL = "io.github.playlist-lake"


class Scheduler(StrEnum):
    """A program that starts a command every day."""

    CRON = "cron"
    LAUNCHD = "launchd"
    SYSTEMD = "systemd"


class NoScript(CommandError):
    """The console script was not found."""


class PathRefused(Misuse):
    """A path has a character that could start another command, or hide one, in an entry."""


class NoMail(Misuse):
    """The scheduler sends no mail, or not to such an address."""


def default_scheduler(platform: str = sys.platform) -> Scheduler:
    """The scheduler of this machine."""
    if platform == "darwin":
        return Scheduler.LAUNCHD
    return Scheduler.SYSTEMD if _SYSTEMD_RUNS.is_dir() else Scheduler.CRON


def console_script() -> Path:
    """The absolute path of the running script, else of the one next to this Python or on the path.

    Raises NoScript.
    """
    started = sys.argv[0] if Path(sys.argv[0]).name == _NAME else ""
    beside = str(Path(sys.executable).with_name(_NAME))
    for candidate in (started, beside, _NAME):
        if candidate and (found := shutil.which(candidate)):
            return Path(found).absolute()
    raise NoScript(f"{_NAME} is not on the path; install it with pipx install .")


def entry(
    scheduler: Scheduler,
    script: Path,
    lake: Path,
    local: datetime | None = None,
    *,
    genres: bool = False,
    mail: str | None = None,
) -> str:
    """The entry that runs the script over a lake once a day; its comment says where to put it.

    `local` is DAILY_AT in the time zone of the machine, which cron and launchd use. The log is a
    file in the lake. cron also sends what a run prints to the address `mail`. Raises PathRefused,
    NoMail.
    """
    _refuse_characters(script, lake)
    if mail is not None:
        _refuse_mail(scheduler, mail)
    local = local or datetime.combine(datetime.now(UTC), DAILY_AT).astimezone()
    command = [str(script), "run", *(["--genres"] if genres else []), "--lake", str(lake)]
    if scheduler is Scheduler.CRON:
        return _cron(command, lake, local, mail)
    if scheduler is Scheduler.LAUNCHD:
        return _launchd(command, lake, local)
    return _systemd(command)


def _refuse_characters(*paths: Path) -> None:
    for path in map(str, paths):
        # Line feeds, and bytes that are not UTF-8
        if printable(path) != path or re.search("[\n\ud800-\udfff]", path):
            raise PathRefused(
                f"{path!r} has a character that an entry for a scheduler cannot hold; rename the "
                "folder, or name another one with --lake"
            )


def _refuse_mail(scheduler: Scheduler, mail: str) -> None:
    if scheduler is not Scheduler.CRON:
        raise NoMail(f"{scheduler} sends no mail; add --format cron, or leave --mail out")
    if not re.fullmatch(r"[\w.+@-]+", mail):
        raise NoMail(f"--mail {mail!r} is not an address of cron, such as me@example.org")


def _cron(command: list[str], lake: Path, local: datetime, mail: str | None) -> str:
    log = shlex.quote(str(lake / "run.log"))
    # cron mails what the command prints
    to_log = f"2>&1 | tee -a {log}" if mail else f">> {log} 2>&1"
    # cron ends the command at a % that is not escaped
    line = f"{shlex.join(command)} {to_log}".replace("%", "\\%")
    return f"""\
# Add these lines with `crontab -e`. {_when(local)}
# A day on which the machine is off has no snapshot.
{_MAIL.format(mail=mail) if mail else ""}{local.minute} {local.hour} * * * {line}
"""


def _launchd(command: list[str], lake: Path, local: datetime) -> str:
    log = str(lake / "run.log")
    plist = {
        "Label": _LABEL,
        "ProgramArguments": command,
        "StartCalendarInterval": {"Hour": local.hour, "Minute": local.minute},
        "StandardOutPath": log,
        "StandardErrorPath": log,
    }
    text = plistlib.dumps(plist, sort_keys=False).decode()
    head, _, rest = text.partition("<plist")
    comment = f"""\
<!-- Save as ~/Library/LaunchAgents/{_LABEL}.plist, then
     launchctl bootstrap gui/$(id -u) ~/Library/LaunchAgents/{_LABEL}.plist
     {_when(local)}
     A Mac that is asleep at that time runs it when it wakes up. -->
"""
    return f"{head}{comment}<plist{rest}"


def _systemd(command: list[str]) -> str:
    return f"""\
# ~/.config/systemd/user/{_NAME}.service
[Unit]
Description=Snapshots of Spotify playlists

[Service]
Type=oneshot
ExecStart={" ".join(map(_systemd_quoted, command))}
# {UNAVAILABLE}: every list was tried, but a followed list is forbidden or not found. Without this
# line, the service fails every day until that list is no longer followed
SuccessExitStatus={UNAVAILABLE}

# ~/.config/systemd/user/{_NAME}.timer, then: systemctl --user enable --now {_NAME}.timer
# A snapshot counts for its date in UTC. If the machine was off at that time, the run starts when it
# is on again, and counts for that day. To run it while you are logged out: loginctl enable-linger
[Unit]
Description=Daily snapshots of Spotify playlists

[Timer]
OnCalendar=*-*-* {DAILY_AT:%H:%M}:00 UTC
Persistent=true

[Install]
WantedBy=timers.target
"""


def _when(local: datetime) -> str:
    return f"{local:%H:%M} here is {DAILY_AT:%H:%M} UTC; a snapshot counts for its date in UTC."


def _systemd_quoted(word: str) -> str:
    """A word of a command line as systemd.service(5) reads it."""
    for special, escaped in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%"), ("$", "$$")):
        word = word.replace(special, escaped)
    return f'"{word}"'
