"""How the three simulated lists move: a chart, a curated list and a shared mixtape.

The rows of a day are those at its first second, UTC. They follow from the seed and that day
alone; only the mixtape looks back, to the additions of the days before, and each of these
follows from its own day again.
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
    """One position of a list on one day; content None is a row that Spotify gives as null."""

    content: Song | Episode | LocalFile | None
    added_at: str
    added_by: str
    popularity: int = 0
    is_playable: bool | None = None  # None: Spotify doesn't say, as without a market
    linked_from: Song | None = None


@dataclass(frozen=True, slots=True)
class _Addition:
    """What somebody put on the mixtape, and what becomes of it."""

    content: Song | Episode | LocalFile
    recording: Recording | None = None  # the song's
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
    """A day's second as Spotify writes it."""
    minute, s = divmod(second, 60)
    hour, m = divmod(minute, 60)
    return f"{date.fromordinal(day).isoformat()}T{hour:02}:{m:02}:{s:02}Z"


def _popularity(recording: Recording, day: int) -> int:
    return min(100, int(12 + recording.life.score(day)))


class Chart:
    """The fifty most played, new every day; old ones flare up for one day, others come back."""

    size = 50

    def __init__(self, world: World) -> None:
        self._world = world

    def rows(self, day: int) -> Iterator[Row]:
        flare = self._flare(day)
        played = [
            (flare.get(recording.song.song_id, 0.0) + recording.life.score(day), recording)
            for recording in (*self._world.recent(day, weeks=45), *self._world.catalogue)
        ]
        played.sort(key=lambda scored: (-scored[0], scored[1].song.song_id))
        for _, recording in played[: self.size]:
            # Spotify's charts are made by nobody at no time: an empty user and the year 1970.
            yield Row(
                recording.song_on(day), "1970-01-01T00:00:00Z", "", _popularity(recording, day)
            )

    def _flare(self, day: int) -> dict[str, float]:
        """Every third day or so everybody plays one old song, and the day after nobody does."""
        rng = self._world.rng("flare", day)
        if rng.random() > 0.35:
            return {}
        luck = rng.random()
        return {pick(rng, self._world.forgotten).song.song_id: 24 + 50 * luck * luck * luck}


class FreshPicks:
    """A curator's list of the last two months, remade on Fridays, touched up in between."""

    _songs = 97  # beside two episodes and a local file

    def __init__(self, world: World) -> None:
        self._world = world
        self._ranking = functools.cache(self._ranking_of_week)
        self._members = functools.cache(self._members_of_day)

    def rows(self, day: int) -> Iterator[Row]:
        week, weekday = week_of(day), (day - 5) % 7
        rows = [
            Row(song.song, added_at(self._on_since(song, day)), CURATOR, _popularity(song, day))
            for song in self._members(day)
        ]
        if weekday in (2, 3):  # on Sundays and Mondays a song is away, and then it is back
            missing = week * 7 % self._songs
            rows[missing] = Row(None, rows[missing].added_at, "")
        friday = added_at(friday_of(week))
        for position, show in ((12, 0), (60, 1)):
            rows.insert(position, Row(self._world.episode(show, week), friday, CURATOR))
        turn = week // 3
        since = added_at(friday_of(turn * 3))
        rows.insert(77, Row(_LOCAL_FILES[turn % len(_LOCAL_FILES)], since, CURATOR))
        yield from rows

    def _ranking_of_week(self, week: int) -> list[Recording]:
        friday = friday_of(week)

        def interest(recording: Recording) -> tuple[float, str]:
            life = recording.life
            taste = 30 * life.moods[0] + 6 * life.moods[week % len(life.moods)]
            age_weeks = week - week_of(life.released)
            return life.score(friday) + taste - 6 * age_weeks, recording.song.song_id

        return sorted(self._world.recent(friday, weeks=8), key=interest, reverse=True)

    def _members_of_day(self, day: int) -> dict[Recording, None]:
        """The week's best; on Monday, Wednesday and Thursday one runner-up replaces the last."""
        ranking = self._ranking(week_of(day))
        changes = (0, 0, 0, 1, 1, 2, 3)[(day - 5) % 7]
        runners_up = ranking[self._songs : self._songs + changes]
        return dict.fromkeys([*ranking[: self._songs - changes], *runners_up])

    def _on_since(self, recording: Recording, day: int) -> int:
        while recording in self._members(day - 1):
            day -= 1
        return day


class Mixtape:
    """Four friends' list: the newest addition stands on top, the oldest makes room below."""

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
        """When, by whom and what; the day's last one first."""
        rng = self._world.rng("mixtape", day)
        additions = [*self._ordinary(day), *self._visitors(day), *self._curiosities(day)]
        seconds = sorted((int(rng.random() * 86_400) for _ in additions), reverse=True)
        return [
            (added_at(day, second), pick(rng, FRIENDS), addition)
            for second, addition in zip(seconds, additions, strict=True)
        ]

    def _ordinary(self, day: int) -> list[_Addition]:
        """None to four songs, two thirds of them recent, rather liked ones than others."""
        rng = self._world.rng("ordinary", day)
        recent = self._world.recent(day - 7, weeks=6)
        chosen: list[Recording] = []
        for _ in range(pick(rng, (0, 1, 1, 1, 2, 2, 3, 4))):
            if rng.random() < 0.35:
                chosen.append(pick_other(rng, self._world.catalogue[1:], chosen))
            else:
                two = [pick_other(rng, recent, chosen) for _ in range(2)]
                chosen.append(max(two, key=lambda recording: recording.life.peak))
        return [_Addition(recording.song, recording) for recording in chosen]

    # What happens to lists now and then goes by the calendar, so that no month does without.

    def _visitors(self, day: int) -> Iterator[_Addition]:
        """Songs that don't stay: for one day, or taken off after four and put back after seven."""
        if day % 7 == 2:
            visitor = self._recent_pick("visitor", day)
            yield _Addition(visitor.song, visitor, removed_on=day + 2)
        if day % 9 == 1:
            contested = self._recent_pick("contested", day)
            yield _Addition(contested.song, contested, removed_on=day + 5)
        if day % 9 == 8:
            contested = self._recent_pick("contested", day - 7)
            yield _Addition(contested.song, contested)

    def _curiosities(self, day: int) -> Iterator[_Addition]:
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
        if day % 29 in (9, 21):  # somebody doesn't see that it is on already
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
    playing = recording.song_on(day)
    if addition.is_relinked and playing is not song:
        return Row(playing, added, friend, popularity, is_playable=True, linked_from=song)
    return Row(song, added, friend, popularity, is_playable=True)
