"""The jobs' arguments: full names only, checked before the job does anything."""

import argparse
import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from functools import partial
from typing import Literal, NoReturn

from jobs.errors import JobError
from lake.address import InvalidAddress, S3Address, parse_address

MAX_DATES = 3660


class InvalidOption(JobError):
    """An argument of a job has an unknown name or an impossible value."""


SnapshotDates = Literal["auto", "outdated"] | tuple[date, ...]
"""Dates to build: named ones, those that changed, or also those that older rules built."""


@dataclass(frozen=True)
class JobOptions:
    """What a job is asked to do; without a `database` the catalog is a file of the lake."""

    lake: str
    snapshot_dates: SnapshotDates = "auto"
    database: str | None = None
    run_id: str | None = None
    retention_days: int | None = None
    allow_partial: bool = False
    confirm_retention: bool = False


OPTION_NAMES = tuple(field.name for field in fields(JobOptions))


def parse_options(arguments: Sequence[str]) -> JobOptions:
    """Options from `--name value` pairs. Arguments that Glue adds are ignored, except JOB_RUN_ID.

    Raises InvalidOption, also for an unknown name that is close to one of ours.
    """
    parser = _Parser(add_help=False, allow_abbrev=False, argument_default=argparse.SUPPRESS)
    parser.add_argument("--lake", required=True, type=_lake)
    parser.add_argument("--snapshot_dates", type=snapshot_dates)
    parser.add_argument("--database", type=_database)
    parser.add_argument("--run_id", type=_run_id)
    parser.add_argument("--retention_days", type=_retention_days)
    parser.add_argument("--allow_partial", type=partial(_boolean, "allow_partial"))
    parser.add_argument("--confirm_retention", type=partial(_boolean, "confirm_retention"))
    parser.add_argument("--JOB_RUN_ID", type=_run_id)
    known, others = parser.parse_known_args(list(arguments))
    for other in others:
        _refuse_near_miss(other)
    values = vars(known)
    job_run_id = values.pop("JOB_RUN_ID", None)
    options = JobOptions(**{"run_id": job_run_id} | values)
    if options.database and not isinstance(parse_address(options.lake), S3Address):
        raise InvalidOption(
            f"lake: {options.lake!r} is not on S3, but the tables of a Glue database are; "
            "write s3://bucket/prefix"
        )
    return options


def snapshot_dates(text: str) -> SnapshotDates:
    """`auto`, `outdated`, or the dates of a date or of a range D..D, which includes both ends."""
    if text == "auto":
        return "auto"
    if text == "outdated":
        return "outdated"
    first, dots, last = text.partition("..")
    start, end = _date(first), _date(last if dots else first)
    if not 0 <= (end - start).days < MAX_DATES:
        raise InvalidOption(
            f"snapshot_dates {text}: the range ends before it starts, or has more than {MAX_DATES} "
            "dates; write the first date, two dots and the last date"
        )
    return tuple(start + timedelta(days=days) for days in range((end - start).days + 1))


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise InvalidOption(f"{message}; the arguments are {', '.join(_FLAGS)}")


_FLAGS = tuple(f"--{name}" for name in OPTION_NAMES)


def _refuse_near_miss(argument: str) -> None:
    name = argument.partition("=")[0]
    if name.startswith("--"):
        nearest = difflib.get_close_matches(
            name.replace("-", "_"), [flag.replace("-", "_") for flag in _FLAGS], 1, 0.8
        )
        if nearest:
            raise InvalidOption(f"{name} is not an argument; write --{nearest[0].strip('_')}")


def _date(text: str) -> date:
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise InvalidOption(
        f"snapshot_dates: {text!r} is not a date; write auto, outdated, YYYY-MM-DD or D..D"
    )


def _lake(text: str) -> str:
    try:
        parse_address(text)
    except InvalidAddress as error:
        raise InvalidOption(f"lake: {error}") from error
    return text


def _database(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9_]{1,255}", text):
        raise InvalidOption(
            f"database: {text!r} is not the name of a Glue database; use a-z, 0-9 and _"
        )
    return text


def _run_id(text: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z_-]{1,128}", text):
        raise InvalidOption(f"run_id: {text!r} cannot name a folder; use letters, digits, - and _")
    return text


def _retention_days(text: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,4}", text):
        raise InvalidOption(f"retention_days: {text!r} is not a number of days; write 1 to 99999")
    return int(text)


def _boolean(name: str, text: str) -> bool:
    if text not in ("true", "false"):
        raise InvalidOption(f"{name}: {text!r} is not a boolean; write true or false")
    return text == "true"
