"""Glue or spark-submit script: raw objects of snapshot dates become songs, albums, artists, …"""

import sys

from jobs.flatten import flatten_playlists
from jobs.script import run_job

if __name__ == "__main__":
    run_job(flatten_playlists, sys.argv)
