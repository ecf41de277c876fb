"""Lists of any length for any date, from simulated worlds; each market has a world of its own.

The lists of a market share its songs, like the charts of one country. They change from day to day
with the popularity of its recordings.
"""

import functools
from dataclasses import replace

from simulator.world.lists import Row, added_at
from simulator.world.payloads import Generation
from simulator.world.releases import World, friday_of, week_of
from simulator.world.songs import SWINGS, Episode, LocalFile, Recording, Song

# With the back catalogue that is about 1,490 recordings, more than the longest list needs
_WEEKS = 45
MAX_ITEMS = 1400
# Indices in every hundred rows: an episode, a local file, and on every third day a null row
_EPISODE_AT, _LOCAL_AT, _NULL_AT = 12, 60, 83
_LOCAL_FILES = (
    LocalFile("", "", "voice memo 12 - ducks?", 41),
    LocalFile("The Seasick Ferrymen", "Boathouse 12/07", "Encore", 402),
    LocalFile("سلمى الغدير", "", "تسجيل البيت", 233),
)


def generation_of(number: int) -> Generation:
    """The payload generation of a list: every second list has the one before February 2026."""
    return "2026" if number % 2 else "legacy"


class Market:
    """A world with its own songs, albums and artists, and lists of them."""

    def __init__(self, seed: int) -> None:
        self._world = World(seed)
        self._other_name = functools.cache(_with_other_name)

    def rows(self, number: int, day: int, size: int) -> list[Row]:
        """The rows of list `number` on a day, at most MAX_ITEMS of them.

        Half of the lists have another name for one song in twenty, so two lists of a date disagree.
        """
        ranking = self._ranking(number, day)
        return [self._row(number, day, index, ranking[index]) for index in range(size)]

    def _ranking(self, number: int, day: int) -> list[Recording]:
        swing = number % SWINGS

        def score(recording: Recording) -> tuple[float, str]:
            popularity = recording.popularity
            return -popularity.score(day) * (1.5 + popularity.swings[swing]), recording.song.song_id

        return sorted((*self._world.recent(day, _WEEKS), *self._world.back_catalogue), key=score)

    def _row(self, number: int, day: int, index: int, recording: Recording) -> Row:
        hundreds, index_in_hundred = divmod(index, 100)
        since = added_at(min(day, max(recording.popularity.released, day - 60)))
        content: Song | Episode | LocalFile | None
        if index_in_hundred == _EPISODE_AT:
            content = self._world.episode(hundreds % 3, week_of(day) - hundreds // 3)
        elif index_in_hundred == _LOCAL_AT:
            content = _LOCAL_FILES[hundreds % len(_LOCAL_FILES)]
        elif index_in_hundred == _NULL_AT and (day + number) % 3 == 0:
            content = None
        else:
            song = recording.song_on(day)
            is_renamed = number % 4 > 1 and song.duration_ms % 20 == 0
            popularity = min(100, int(12 + recording.popularity.score(day)))
            return Row(self._other_name(song) if is_renamed else song, since, "", popularity, True)
        return Row(content, added_at(friday_of(week_of(day))), "")


def _with_other_name(song: Song) -> Song:
    return replace(song, name=f"{song.name} - Remastered")
