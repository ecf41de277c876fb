"""Payload drift: key columns that lost their values since the date before, and new unknown keys.

Spotify renamed keys in 2026. A renamed key makes no row wrong, but its column is NULL from then on,
and nothing else would say so.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from jobs.list_counts import ListCounts, total

# Shares of rows that have a value
_USUAL_SHARE, _LOST_SHARE = 0.9, 0.1
# A handful of rows may change by chance. But every list has a name
_MIN_ROWS = 10
_MIN_ROWS_OF = {"playlists.name": 1}
_MAX_NAMED = 10
_HELP = "see payload-drift in docs/runbook.md"


class DatePair(NamedTuple):
    """A date and the date before it, with the counts of their lists by playlist id."""

    before: date
    on: date
    lists_before: Mapping[str, ListCounts]
    lists: Mapping[str, ListCounts]

    def common_lists(self) -> Iterator[tuple[str, ListCounts, ListCounts]]:
        """The lists of both dates, each with its counts before and now."""
        for playlist_id in sorted(self.lists.keys() & self.lists_before.keys()):
            yield playlist_id, self.lists_before[playlist_id], self.lists[playlist_id]


class Share(NamedTuple):
    """How many rows have a value in a column."""

    values: int
    rows: int

    @property
    def fraction(self) -> float:
        """1.0 if all rows have one."""
        return self.values / self.rows

    def __str__(self) -> str:
        return f"{100 * self.fraction:.0f} % of {self.rows:,} rows"


class Drift(NamedTuple):
    """A key column that lost its values."""

    column: str
    text: str


def drifts(pair: DatePair) -> list[Drift]:
    """The key columns of which over 90 % of the rows had a value, and now under 10 % have one.

    Like is compared with like: only lists that both dates have from the same source count, source
    by source, and only columns of 10 rows or more on both dates.
    """
    found = []
    for source, (before, now) in _totals(pair).items():
        for column, share in _shares(now).items():
            earlier = _shares(before)[column]
            enough = min(share.rows, earlier.rows) >= _MIN_ROWS_OF.get(column, _MIN_ROWS)
            if enough and earlier.fraction > _USUAL_SHARE and share.fraction < _LOST_SHARE:
                text = (
                    f"{column} has a value in {share} of {pair.on}, and had one in {earlier} of "
                    f"{pair.before} (source {source}); a key may have a new name, {_HELP}"
                )
                found.append(Drift(column, text))
    return found


def new_keys(pair: DatePair) -> list[str]:
    """One warning if lists that both dates have from the same source have new unknown keys."""
    found = Counter[str]()
    for before, now in _totals(pair).values():
        known = before.dropped_keys.keys()
        found.update({key: n for key, n in now.dropped_keys.items() if key not in known})
    if not found:
        return []
    most = sorted(found.items(), key=lambda one: (-one[1], one[0]))
    named = [f"{key} ({number:,})" for key, number in most[:_MAX_NAMED]]
    more = [f"{len(most) - _MAX_NAMED} more"] if len(most) > _MAX_NAMED else []
    return [
        f"{pair.on} has keys that {pair.before} did not have and that this version does not store: "
        f"{', '.join(named + more)}; {_HELP}"
    ]


def _totals(pair: DatePair) -> dict[str, tuple[ListCounts, ListCounts]]:
    """The counts before and now, by source, over the lists that both dates have from it."""
    found: dict[str, list[tuple[ListCounts, ListCounts]]] = defaultdict(list)
    for _, before, now in pair.common_lists():
        if before.source == now.source:
            found[now.source].append((before, now))
    return {
        source: (total(before for before, _ in lists), total(now for _, now in lists))
        for source, lists in found.items()
    }


def _shares(counts: ListCounts) -> dict[str, Share]:
    return {
        column: Share(rows - counts.missing.get(column, 0), rows)
        for column, rows in counts.rows().items()
    }
