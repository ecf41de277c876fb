"""Glue or spark-submit script: the entries of all kept snapshot dates become stays."""

import sys

from jobs.script import run_job
from jobs.stays import build_stays

if __name__ == "__main__":
    run_job(build_stays, sys.argv)
