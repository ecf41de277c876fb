"""Glue or spark-submit script: all kept snapshot dates become stays, all answers become genres."""

import sys

from jobs.script import run_job
from jobs.stays import build_stays

if __name__ == "__main__":
    run_job(build_stays, sys.argv)
