"""What one more day costs a lake with few or many dates: one date comes in, one goes out.

A lake is built once with the most dates. Then its retention is shortened from size to size, and
each size gets its days. The jobs run as on AWS: flatten_playlists with retention, then build_stays.
"""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from bench.measuring import run
from bench.raw_zones import RawZone, zone
from bench.results import Results
from bench.sizes import Size
from lake.raw_format import raw_date_folder

NAME = "one more day"
DATES = (365, 90, 2)
"""The numbers of dates, from the most on."""

_ROUNDS = 2
# One drops the dates, the next one deletes their files
_DAYS_TO_SHRINK = 2
_LISTS, _ITEMS = 20, 200
_PROGRAM = Path(sys.executable).with_name("playlist-lake")


def measure_days(
    data: Path,
    results: Results,
    dates: Sequence[int] = DATES,
    rounds: int = _ROUNDS,
    lists: int = _LISTS,
) -> Iterator[str]:
    """Add the figures of each measured day to the results; yields a line for each.

    The first days of a size only bring the lake to that size, and are not measured. Raises
    ProgramFailed.
    """
    size = Size(NAME, dates[0] + len(dates) * (_DAYS_TO_SHRINK + rounds), lists, _ITEMS)
    raw = zone(data, size)
    days = iter(sorted(path.name for path in raw.raw.iterdir()))
    with tempfile.TemporaryDirectory(dir=data) as folder:
        lake = Path(folder, "lake")
        for _ in range(dates[0]):
            _add(raw, lake, next(days))
        run([_PROGRAM, "build", "--lake", lake], Path(folder, "log"), os.environ)
        for kept in dates:
            for number in range(_DAYS_TO_SHRINK + rounds):
                on = _add(raw, lake, next(days))
                figures = _one_day(lake, on, kept)
                if number >= _DAYS_TO_SHRINK:
                    for subject, measured in figures.items():
                        results.add(f"{kept} dates", subject, **measured)
                    yield f"{kept} dates: {figures['the rest']['CPU_seconds']:.1f} s of processor"


def _add(raw: RawZone, lake: Path, day: str) -> date:
    """Put the raw objects of a day into the lake, as hard links, so the lake can delete its own."""
    on = date.fromisoformat(day.partition("=")[2])
    shutil.copytree(raw.raw / day, lake / raw_date_folder(on), copy_function=os.link)
    return on


def _one_day(lake: Path, on: date, kept: int) -> dict[str, dict[str, float]]:
    """The figures of the jobs of a day, and of `playlist-lake status` after them, by subject."""
    log = lake.with_name("log")
    run([sys.executable, "-m", "bench.jobs_of_a_day", lake, str(on), str(kept)], log, os.environ)
    figures: dict[str, dict[str, float]] = json.loads(_last_line(log))
    usage = run([_PROGRAM, "status", "--lake", lake], log, os.environ)
    return figures | {"status": {"seconds": usage.seconds, "CPU_seconds": usage.cpu_seconds}}


def _last_line(log: Path) -> str:
    """The last line with JSON; Java may print more when it ends."""
    return [line for line in log.read_text().splitlines() if line.startswith("{")][-1]
