"""The rows of the three simulated lists on any day: a chart, a curated list, a shared mixtape.

A day's rows are those at 00:00 UTC. They depend only on the seed and the day. The mixtape collects
the additions of earlier days, and each day's additions depend only on the seed and that day.
"""

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from simulator.world.names import pick, pick_other
from simulator.world.releases import World, friday_of, week_of
from simulator.world.songs import Episode, LocalFile, Recording, Song

CURATOR = "mirelha.quay"
FRIENDS = (CURATOR, "31tugboatandthermos2x5w", "ottolines", "nebelhorn#77")


@dataclass(frozen=True, slots=True)
class Row:
    """One position of a list on one day; `content` is None where Spotify sends null."""

    content: Song | Episode | LocalFile | None
    added_at: str
    added_by: str
    popularity: int = 0
    is_playable: bool | None = None  # None: the key is absent, as in responses without a market
    linked_from: Song | None = None


@dataclass(frozen=True, slots=True)
class _Addition:
    """An addition to the mixtape, and what happens to it later."""

    content: Song | Episode | LocalFile
    recording: Recording | None = None  # None for an episode or local file
    removed_on: int | None = None
    taken_down_on: int | None = None
    unplayable_from: int | None = None
    is_relinked: bool = False
    is_second_copy: bool = False


_LOCAL_FILES = (
    LocalFile("Fenwick Pondsworth", "Kitchen Demos", "Teaspoon (4-track demo)", 187),
    LocalFile("", "", "voice memo 12 - ducks?", 41),
    LocalFile("The Seasick Ferrymen", "", "Encore, Boathouse 12/07", 402),
    LocalFile("سلمى الغدير", "", "تسجيل البيت", 233),
    LocalFile("Ottoline Tarnmoor", "Wedding: side A", "First Dance 💃", 264),
    LocalFile("", "rips/2009", "Track 03", 318),
)


def added_at(day: int, second: int = 0) -> str:
    """A second of a day in Spotify's format."""
    minute, s = divmod(second, 60)
    hour, m = divmod(minute, 60)
    return f"{date.fromordinal(day).isoformat()}T{hour:02}:{m:02}:{s:02}Z"


def _popularity(recording: Recording, day: int) -> int:
    return min(100, int(12 + recording.popularity.score(day)))


class Chart:
    """The 50 most played songs of the day."""

    size = 50

    def __init__(self, world: World) -> None:
        self._world = world

    def rows(self, day: int) -> Iterator[Row]:
        bonus = self._one_day_bonus(day)
        scored = [
            (bonus.get(recording.song.song_id, 0.0) + recording.popularity.score(day), recording)
            for recording in (*self._world.recent(day, weeks=45), *self._world.back_catalogue)
        ]
        scored.sort(key=lambda one: (-one[0], one[1].song.song_id))
        for _, recording in scored[: self.size]:
            # Rows of Spotify's charts have an empty user and the year 1970.
            yield Row(
                recording.song_on(day), "1970-01-01T00:00:00Z", "", _popularity(recording, day)
            )

    def _one_day_bonus(self, day: int) -> dict[str, float]:
        """On about every third day, one old song gets a bonus for that day."""
        rng = self._world.rng("flare", day)
        if rng.random() > 0.35:
            return {}
        luck = rng.random()
        return {pick(rng, self._world.forgotten).song.song_id: 24 + 50 * luck * luck * luck}


class FreshPicks:
    """A curator's picks of the last two months, renewed on Fridays, with small changes between."""

    _song_count = 97  # plus two episodes and a local file

    def __init__(self, world: World) -> None:
        self._world = world
        self._ranking = functools.cache(self._ranking_of_week)
        self._members = functools.cache(self._members_of_day)

    def rows(self, day: int) -> Iterator[Row]:
        week, weekday = week_of(day), (day - 5) % 7
        rows = [
            Row(one.song, added_at(self._member_since(one, day)), CURATOR, _popularity(one, day))
            for one in self._members(day)
        ]
        if weekday in (2, 3):  # on Sundays and Mondays one row is null
            missing = week * 7 % self._song_count
            rows[missing] = Row(None, rows[missing].added_at, "")
        friday = added_at(friday_of(week))
        for position, show in ((12, 0), (60, 1)):
            rows.insert(position, Row(self._world.episode(show, week), friday, CURATOR))
        period = week // 3  # the local file changes every three weeks
        since = added_at(friday_of(period * 3))
        rows.insert(77, Row(_LOCAL_FILES[period % len(_LOCAL_FILES)], since, CURATOR))
        yield from rows

    def _ranking_of_week(self, week: int) -> list[Recording]:
        friday = friday_of(week)

        def interest(recording: Recording) -> tuple[float, str]:
            popularity = recording.popularity
            swings = popularity.swings
            taste = 30 * swings[0] + 6 * swings[week % len(swings)]
            age_weeks = week - week_of(popularity.released)
            return popularity.score(friday) + taste - 6 * age_weeks, recording.song.song_id

        return sorted(self._world.recent(friday, weeks=8), key=interest, reverse=True)

    def _members_of_day(self, day: int) -> dict[Recording, None]:
        """The week's top songs; the last are replaced on Monday, Wednesday and Thursday."""
        ranking = self._ranking(week_of(day))
        changes = (0, 0, 0, 1, 1, 2, 3)[(day - 5) % 7]
        runners_up = ranking[self._song_count : self._song_count + changes]
        return dict.fromkeys([*ranking[: self._song_count - changes], *runners_up])

    def _member_since(self, recording: Recording, day: int) -> int:
        while recording in self._members(day - 1):
            day -= 1
        return day


class Mixtape:
    """The list of four friends: the 400 newest additions, newest first."""

    size = 400

    def __init__(self, world: World) -> None:
        self._world = world
        self._additions = functools.cache(self._additions_of_day)

    def rows(self, day: int) -> Iterator[Row]:
        seen: set[object] = set()
        added_on = day - 1
        while len(seen) < self.size:
            for added, friend, addition in self._additions(added_on):
                if addition.removed_on is not None and addition.removed_on <= day:
                    continue
                key = (addition.content, addition.is_second_copy)
                if key not in seen and len(seen) < self.size:
                    seen.add(key)
                    yield _mixtape_row(addition, day, added, friend)
            added_on -= 1

    def _additions_of_day(self, day: int) -> list[tuple[str, str, _Addition]]:
        """Time, user and addition; the day's last addition first."""
        rng = self._world.rng("mixtape", day)
        additions = [*self._ordinary(day), *self._short_stays(day), *self._special_items(day)]
        seconds = sorted((int(rng.random() * 86_400) for _ in additions), reverse=True)
        return [
            (added_at(day, second), pick(rng, FRIENDS), addition)
            for second, addition in zip(seconds, additions, strict=True)
        ]

    def _ordinary(self, day: int) -> list[_Addition]:
        """Up to four songs; two thirds are recent, and popular ones are more likely."""
        rng = self._world.rng("ordinary", day)
        recent = self._world.recent(day - 7, weeks=6)
        chosen: list[Recording] = []
        for _ in range(pick(rng, (0, 1, 1, 1, 2, 2, 3, 4))):
            if rng.random() < 0.35:
                chosen.append(pick_other(rng, self._world.back_catalogue[1:], chosen))
            else:
                two = [pick_other(rng, recent, chosen) for _ in range(2)]
                chosen.append(max(two, key=lambda recording: recording.popularity.peak))
        return [_Addition(recording.song, recording) for recording in chosen]

    # Rare events go by the calendar, so that every month has each of them.

    def _short_stays(self, day: int) -> Iterator[_Addition]:
        """Songs that stay for one day, and songs that leave and come back."""
        if day % 7 == 2:
            visitor = self._recent_pick("visitor", day)
            yield _Addition(visitor.song, visitor, removed_on=day + 2)
        if day % 9 == 1:
            contested = self._recent_pick("contested", day)
            yield _Addition(contested.song, contested, removed_on=day + 5)
        if day % 9 == 8:
            contested = self._recent_pick("contested", day - 7)
            yield _Addition(contested.song, contested)

    def _special_items(self, day: int) -> Iterator[_Addition]:
        rng = self._world.rng("curiosities", day)
        recent = self._world.recent(day - 7, weeks=9)
        found = pick(rng, recent)
        if day % 11 == 4:
            found = pick(rng, [recording for recording in recent if recording.clean_song])
            yield from (_Addition(song, found) for song in (found.clean_song, found.song) if song)
        if day % 13 == 5:
            yield _Addition(self._world.episode(int(rng.random() * 3), week_of(day)))
        if day % 17 == 3:
            yield _Addition(_LOCAL_FILES[day // 17 % len(_LOCAL_FILES)])
        if day % 19 == 2:
            yield _Addition(found.song, found, unplayable_from=day + 5)
        if day % 23 == 6:
            found = pick(rng, [recording for recording in recent if recording.album_song])
            yield _Addition(found.song, found, is_relinked=True)
        if day % 29 in (9, 21):  # the same song twice in the list
            found = self._recent_pick("twice", day - day % 29)
            yield _Addition(found.song, found, is_second_copy=day % 29 == 21)
        if day % 37 == 11:
            yield _Addition(self._world.undated.song, self._world.undated)
        if day % 41 == 7:
            yield _Addition(found.song, found, taken_down_on=day + 10)

    def _recent_pick(self, key: str, day: int) -> Recording:
        return pick(self._world.rng(key, day), self._world.recent(day - 7, weeks=9))


def _mixtape_row(addition: _Addition, day: int, added: str, friend: str) -> Row:
    recording, song = addition.recording, addition.content
    if recording is None or not isinstance(song, Song):
        return Row(song, added, friend)
    if addition.taken_down_on is not None and day >= addition.taken_down_on:
        return Row(None, added, "")
    if addition.unplayable_from is not None and day >= addition.unplayable_from:
        return Row(song, added, friend, is_playable=False)
    popularity = _popularity(recording, day)
    current_song = recording.song_on(day)
    if addition.is_relinked and current_song is not song:
        return Row(current_song, added, friend, popularity, is_playable=True, linked_from=song)
    return Row(song, added, friend, popularity, is_playable=True)
