"""Runs a job script that kills itself at a point: `failing_script.py POINT SCRIPT ARGUMENTS…`.

The points are those of tests/jobs/victim.py, which also names the functions they stand around.
"""

import runpy
import sys

from jobs.glue_catalog import GlueCatalog
from jobs.sink import DynamicFrameSink
from lake.s3 import S3Storage
from tests.jobs.victim import METHODS, Failpoint

if __name__ == "__main__":
    point = sys.argv[1]
    del sys.argv[:2]
    # What they are imported into must be there before the points are put around it
    import jobs.flatten
    import jobs.stays  # noqa: F401

    Failpoint(point).install(
        [
            *METHODS,
            (S3Storage, "write"),
            (GlueCatalog, "point"),
            (GlueCatalog, "_point_partitions"),
            (DynamicFrameSink, "write"),
        ]
    )
    runpy.run_path(sys.argv[0], run_name="__main__")
