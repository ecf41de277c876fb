"""What `make glue-run` needs besides the jobs: simulated days on S3, and a look at the tables.

`python -m tests.glue.simulated_bucket fill` makes bucket, database and tables of the AWS that
AWS_ENDPOINT_URL names, and puts three days of three lists there; `show` lists tables and rows.
"""

import os
import sys
import tempfile
from pathlib import Path

from playlist_lake.demo import DATES, write_demo
from tests.support.cloud import Cloud, put_folder
from tests.support.glue_tables import BUCKET, DATABASE, LAKE, create_glue_tables
from tests.support.readers import tables_on_glue


def fill(running: Cloud) -> None:
    """Put the raw objects there, and the tables as Terraform declares them."""
    running.client("s3").create_bucket(Bucket=BUCKET)
    create_glue_tables(LAKE, DATABASE, running.client("glue"))
    with tempfile.TemporaryDirectory() as folder:
        write_demo(Path(folder), DATES[-3:], lambda on: _say(f"{LAKE}/raw/snapshot_date={on}/"))
        put_folder(running, Path(folder))


def show(running: Cloud) -> None:
    """Say how many rows readers of the Glue catalog find."""
    for table, dates in sorted(tables_on_glue(running).items()):
        for on, rows in dates.items():
            _say(f"{table:<17}{on or 'all dates'!s:<11}{len(rows):>5} rows")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    steps = {"fill": fill, "show": show}
    steps[sys.argv[1]](Cloud(os.environ["AWS_ENDPOINT_URL"], Path(os.devnull)))
