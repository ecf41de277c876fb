"""Histories and their stays, worked out by hand, by rule."""

from types import MappingProxyType
from typing import NamedTuple

from tests.support.drawn_histories import Days


class Case(NamedTuple):
    """A list by day, and what must come of it, in the notation of tests/support/drawn_histories."""

    days: Days
    stays: str
    # Another list, which shares the songs
    other: Days = MappingProxyType({})
    # Days, times seen and positions of the stays
    counts: str = ""
    # The rows of list_snapshots
    snapshots: str = ""
