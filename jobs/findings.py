"""Warnings about what looks odd: in a list, or compared with the date before. All is published."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from jobs import dates, drops
from jobs.drift import DatePair, drifts, new_keys
from jobs.list_counts import ListCounts
from jobs.raw_objects import ObjectSummary
from lake.storage import Storage

CountsByDate = Mapping[date, Mapping[str, ListCounts]]
"""The counts of lists by date and playlist id."""


class Findings(NamedTuple):
    """What differs from the date before: warnings, and what the metrics count."""

    warnings: list[str]
    shrunk_lists: int
    drifted_columns: list[str]


def mistyped_values(accepted: Iterable[ObjectSummary]) -> list[str]:
    """One warning per list that has values of another type than Spotify documents."""
    return [
        f"{summary.key}: {_holders(summary)} values of another type than Spotify documents "
        f"({', '.join(sorted(summary.mistyped))}); these values are NULL, or the item is a reject"
        for summary in accepted
        if summary.mistyped
    ]


def counts_by_date(
    accepted: Iterable[ObjectSummary], published: Collection[date]
) -> dict[date, dict[str, ListCounts]]:
    """The counts of the lists of the dates that are published."""
    counts: dict[date, dict[str, ListCounts]] = {on: {} for on in published}
    for summary in accepted:
        if summary.snapshot_date in counts:
            counts[summary.snapshot_date][summary.playlist_id] = summary.counts
    return counts


def compare_dates(storage: Storage, counts: CountsByDate) -> Findings:
    """Compare each date with the date before: lists that shrank, and payloads that changed."""
    shrunk, drifted, keys = [], [], []
    for pair in _pairs(storage, counts):
        shrunk += _shrunk_lists(pair)
        drifted += drifts(pair)
        keys += new_keys(pair)
    columns = sorted({drift.column for drift in drifted})
    return Findings([*shrunk, *(drift.text for drift in drifted), *keys], len(shrunk), columns)


def _holders(summary: ObjectSummary) -> str:
    number = summary.mistyped_items
    if not number:
        return "the playlist object holds"
    return f"{number} item holds" if number == 1 else f"{number} items hold"


def _pairs(storage: Storage, counts: CountsByDate) -> Iterator[DatePair]:
    """Each date with the newest date before it, of this build or an earlier one."""
    known = sorted({*counts, *dates.built_dates(storage)})
    for before, on in pairwise(known):
        if on in counts:
            earlier = counts.get(before) or dates.read_inputs(storage, before).lists
            yield DatePair(before, on, earlier, counts[on])


def _shrunk_lists(pair: DatePair) -> list[str]:
    """One warning per list whose snapshot is a drop after that of the date before."""
    return [
        f"list {playlist_id} fell from {before.items} to {now.items} items on {pair.on}"
        for playlist_id, before, now in pair.common_lists()
        if before.is_complete and now.is_complete and drops.is_drop(before.items, now.items)
    ]
