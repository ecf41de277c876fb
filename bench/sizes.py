"""The sizes of the raw zones for the benchmarks, by name."""

from typing import NamedTuple


class Size(NamedTuple):
    """A raw zone with `lists` lists of `items` items on each date; it is built `rounds` times."""

    name: str
    dates: int
    lists: int
    items: int
    rounds: int = 1

    @property
    def item_count(self) -> int:
        """The number of items of all lists and dates."""
        return self.dates * self.lists * self.items


# The pages of a list of 1,000 items have 2.9 MB unpacked, the mean of two payload generations
_LISTS_OF_A_LARGE_DATE = 306

SIZES = {
    size.name: size
    for size in (
        Size("quick", dates=3, lists=20, items=100, rounds=2),
        Size("day", dates=1, lists=20, items=200, rounds=3),
        Size("year", dates=365, lists=5, items=100),
        Size("0.9 GB", dates=1, lists=_LISTS_OF_A_LARGE_DATE, items=1000),
        Size("2.7 GB", dates=3, lists=_LISTS_OF_A_LARGE_DATE, items=1000),
        Size("5.4 GB", dates=6, lists=_LISTS_OF_A_LARGE_DATE, items=1000),
    )
}
