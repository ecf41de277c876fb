"""Requests to AWS of the build of one date, by kind and by the number of its lists.

Both jobs run on a simulated S3 and Glue catalog, with S3A as Spark's file system.
"""

import os
import tempfile
from pathlib import Path
from unittest.mock import patch

from bench.measuring import ProgramFailed
from bench.raw_zones import LAST_DATE, zone
from bench.sizes import Size
from tests.support.cloud import Cloud, cloud, put_folder
from tests.support.job_scripts import Script, submit

DATES_OF_LISTS = (
    Size("100 lists", dates=1, lists=100, items=100),
    Size("1,000 lists", dates=1, lists=1_000, items=100),
)

RAW_OBJECTS = "raw objects"
OTHER_REQUESTS = "other requests"
_RAW = f"some/prefix/raw/snapshot_date={LAST_DATE}/"


def requests_by_kind(size: Size, data: Path) -> dict[str, int]:
    """The requests of both jobs, those for raw objects apart; raises ProgramFailed."""
    raw = zone(data, size)
    with (
        tempfile.TemporaryDirectory(dir=data) as folder,
        cloud(Path(folder)) as running,
        patch.dict(os.environ, running.environment),
    ):
        put_folder(running, raw.folder)
        before = running.request_count()
        _build(running)
        of_raw = running.requests(before, below=_RAW)
        others = running.requests(before) - of_raw
    return {
        **{f"{kind}, raw": count for kind, count in sorted(of_raw.items())},
        **dict(sorted(others.items())),
        RAW_OBJECTS: of_raw.total(),
        OTHER_REQUESTS: others.total(),
    }


def _build(running: Cloud) -> None:
    arguments_of: dict[Script, tuple[str, ...]] = {
        "flatten_playlists": ("--snapshot_dates", str(LAST_DATE)),
        "build_stays": (),
    }
    for script, arguments in arguments_of.items():
        ended = submit(running, script, *arguments, run_id=f"bench_{script}")
        if ended.status:
            raise ProgramFailed(ended.said)
