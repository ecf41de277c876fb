"""The ids of runs: of the jobs, and of the extractions."""

import secrets
from datetime import datetime


def new_run_id(now: datetime) -> str:
    """A run id for a run that was not given one; unique, and sorted by time."""
    return f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
