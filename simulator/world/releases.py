"""The world behind the simulated Spotify: about 230 artists and their releases of every Friday.

Weeks are numbered, and begin on Friday. A week's releases depend only on the seed and the week, so
any date can be computed directly.
"""

import functools
import random
from dataclasses import replace
from datetime import date

from simulator.world.names import (
    LANGUAGES,
    OTHER_ARTISTS,
    base62_id,
    invented_artist,
    pick,
    pick_other,
    song_title,
)
from simulator.world.songs import (
    SWINGS,
    Album,
    Artist,
    Episode,
    Popularity,
    Recording,
    Show,
    Song,
)

_ENGLISH_ARTISTS = 150
_BACK_CATALOGUE_SIZE = 320
_EVERGREENS = 14
_SINGLES_A_WEEK = 16
_ALBUM_CUTS = 8
_LEAD_SINGLES_WEEKS_AHEAD = (4, 7)
_SHOWS = (
    ("Fog Report", "Twenty minutes of weather, none of it yours.", "en-GB", "Harbour Radio"),
    ("Die Ruderstunde", "Gespräche zwischen zwei Ufern.", "de", "Schilf & Söhne"),
    ("水辺のラジオ", "夜のボート小屋から。", "ja", "湖畔放送"),
)


def week_of(day: int) -> int:
    return (day - 5) // 7


def friday_of(week: int) -> int:
    return week * 7 + 5


class World:
    """Artists, a back catalogue of old recordings, and the releases of every week."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        rng = self.rng("artists")
        names = dict.fromkeys(OTHER_ARTISTS, "en")
        for language, spoken in LANGUAGES.items():
            names |= dict.fromkeys(spoken.artists, language)
        artist_count = len(names) + _ENGLISH_ARTISTS
        while len(names) < artist_count:
            names.setdefault(invented_artist(rng), "en")
        self.artists = tuple(
            Artist(base62_id(rng), name, language, rng.random() ** 2)
            for name, language in names.items()
        )
        self._various = Artist(base62_id(rng), "Various Artists", "en", 0.0)
        self.back_catalogue = tuple(
            self._old_recording(rng, i) for i in range(_BACK_CATALOGUE_SIZE)
        )
        self.undated = self.back_catalogue[0]
        self.forgotten = self.back_catalogue[_EVERGREENS + 1 :]
        self._shows = tuple(Show(base62_id(rng), *words) for words in _SHOWS)
        self.releases = functools.cache(self._releases)
        self._album = functools.cache(self._album_of_week)

    def rng(self, *key: object) -> random.Random:
        """A random generator for a key: the same seed and key give the same numbers."""
        text = "/".join(map(str, (self._seed, *key)))
        return random.Random(text)  # noqa: S311, not for secrets

    def recent(self, day: int, weeks: int) -> list[Recording]:
        """The releases of the last weeks, including the current one."""
        last = week_of(day)
        return [
            recording
            for week in range(last - weeks + 1, last + 1)
            for recording in self.releases(week)
        ]

    def episode(self, show: int, week: int) -> Episode:
        """The episode of a week; `show` is 0, 1 or 2."""
        rng = self.rng("episode", show, week)
        return Episode(
            episode_id=base62_id(rng),
            show=self._shows[show],
            number=week % 1000 + 1,
            release_date=date.fromordinal(friday_of(week)).isoformat(),
            duration_ms=int(_between(rng, 1_200_000, 4_800_000)),
        )

    def _releases(self, week: int) -> tuple[Recording, ...]:
        """An album, lead singles of later albums, and other singles."""
        rng = self.rng("releases", week)
        day = friday_of(week)
        isrc_base = week % 1500 * 64
        released = []
        album = self._album(week)
        for i in range(_ALBUM_CUTS):
            song = self._song(rng, album, day, isrc_base + i, track_number=i + 3)
            luck = rng.random() * (1 - i / _ALBUM_CUTS)
            peak = 95 * album.artists[0].fame * luck
            popularity = _popularity(rng, day, peak, 0, _between(rng, 4, 16))
            released.append(Recording(popularity, song))
        leads = [self._album(week + ahead) for ahead in _LEAD_SINGLES_WEEKS_AHEAD]
        singers = [lead.artists[0] for lead in leads]
        singers += [pick(rng, self.artists) for _ in range(_SINGLES_A_WEEK)]
        for i, singer in enumerate(singers):
            # The first single is still on the chart when its album is released.
            single = self._single(rng, singer, day, isrc_base + _ALBUM_CUTS + i, is_sure_hit=i == 0)
            if i < len(leads):
                album_day = friday_of(week + _LEAD_SINGLES_WEEKS_AHEAD[i])
                single = _also_on_album(rng, single, leads[i], album_day, track_number=i + 1)
            released.append(single)
        return tuple(released)

    def _album_of_week(self, week: int) -> Album:
        rng = self.rng("album", week)
        singer = pick(rng, self.artists)
        return Album(
            album_id=base62_id(rng),
            name=song_title(rng, singer.language),
            album_type="album",
            artists=(singer,),
            release_date=date.fromordinal(friday_of(week)).isoformat(),
            release_date_precision="day",
            total_tracks=_ALBUM_CUTS + len(_LEAD_SINGLES_WEEKS_AHEAD),
        )

    def _single(
        self, rng: random.Random, singer: Artist, day: int, isrc_number: int, *, is_sure_hit: bool
    ) -> Recording:
        released = date.fromordinal(day).isoformat()
        album = Album(base62_id(rng), "", "single", (singer,), released, "day", 1)
        song = self._song(rng, album, day, isrc_number, track_number=1)
        album = replace(album, name=song.name, artists=song.artists)
        song = replace(song, album=album)
        luck, roll = rng.random(), rng.random()
        if is_sure_hit:
            luck, roll = 0.75 + 0.25 * luck, 1.0
        peak = 100 * (0.3 * singer.fame + 0.7 * luck * luck * luck)
        if roll < 0.45:
            popularity = _popularity(rng, day, peak, 0, _between(rng, 7, 25))
        elif roll < 0.75:
            rise_days = _between(rng, 25, 70)
            popularity = _popularity(rng, day, peak, rise_days, _between(rng, 25, 60))
        else:
            popularity = _popularity(rng, day, peak, 5, _between(rng, 45, 100))
        if song.is_explicit and rng.random() < 0.6:
            clean_album = replace(album, album_id=base62_id(rng))
            clean = replace(song, song_id=base62_id(rng), album=clean_album, is_explicit=False)
            clean = replace(clean, isrc=_isrc(day, isrc_number + 32))
            return Recording(popularity, song, clean_song=clean)
        return Recording(popularity, song)

    def _old_recording(self, rng: random.Random, number: int) -> Recording:
        """A recording of the back catalogue: 0 has no release date, the next few are evergreens."""
        day = date(1962, 1, 1).toordinal() + int(rng.random() * 365 * 45)
        released, precision = date.fromordinal(day).isoformat(), "day"
        roll = rng.random()
        if number == 0:
            released, precision = "0000", "year"
        elif roll < 0.3:
            released, precision = (released[:4], "year") if roll < 0.22 else (released[:7], "month")
        singer = pick(rng, self.artists)
        is_compilation = rng.random() < 0.08
        album = Album(
            album_id=base62_id(rng),
            name=song_title(rng, singer.language),
            album_type="compilation" if is_compilation else "album",
            artists=(self._various if is_compilation else singer,),
            release_date=released,
            release_date_precision=precision,
            total_tracks=8 + int(rng.random() * 14),
        )
        track_number = 1 + int(rng.random() * album.total_tracks)
        song = self._song(rng, album, day, 96_000 + number, track_number, singer)
        peak = _between(rng, 22, 40) if 0 < number <= _EVERGREENS else _between(rng, 1, 15)
        return Recording(_popularity(rng, 0, peak, 0, 1e9, swing_size=0.2), song)

    def _song(
        self,
        rng: random.Random,
        album: Album,
        day: int,
        isrc_number: int,
        track_number: int,
        singer: Artist | None = None,
    ) -> Song:
        artists = [singer or album.artists[0]]
        guests = pick(rng, (0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 3))
        for _ in range(guests):
            artists.append(pick_other(rng, self.artists, artists))
        name = song_title(rng, artists[0].language)
        if guests == 1 and rng.random() < 0.4:
            name += f" (feat. {artists[1].name})"
        return Song(
            song_id=base62_id(rng),
            name=name,
            artists=tuple(artists),
            album=album,
            track_number=track_number,
            duration_ms=int(_between(rng, 95_000, 290_000)),
            is_explicit=rng.random() < 0.3,
            isrc=_isrc(day, isrc_number),
            market_count=pick(rng, (185, 185, 185, 185, 185, 184, 183, 180, 165, 4)),
        )


def _also_on_album(
    rng: random.Random, single: Recording, album: Album, album_day: int, track_number: int
) -> Recording:
    song = replace(single.song, song_id=base62_id(rng), album=album, track_number=track_number)
    return replace(single, album_song=song, album_day=album_day)


def _popularity(
    rng: random.Random,
    released: int,
    peak: float,
    rise_days: float,
    fade_days: float,
    swing_size: float = 0.08,
) -> Popularity:
    swings = tuple(2 * rng.random() - 1 for _ in range(SWINGS))
    return Popularity(released, peak, rise_days, fade_days, swing_size, swings)


def _between(rng: random.Random, low: float, high: float) -> float:
    return low + (high - low) * rng.random()


def _isrc(day: int, number: int) -> str:
    """An ISRC that no real recording has: the country code XL is never assigned."""
    return f"XLAKE{date.fromordinal(day).year % 100:02}{number:05}"
