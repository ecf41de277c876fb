"""What the simulated world is made of: artists, albums, songs, and the life of a recording.

A day is a proleptic Gregorian ordinal (`date.toordinal()`). Artists, albums, songs and recordings
exist once in a world, so two of them are equal when they are the same object.
"""

from dataclasses import dataclass

MOODS = 17
"""How many moods a recording's audience goes through before they begin again."""


@dataclass(frozen=True, slots=True, eq=False)
class Artist:
    """Whoever sings; `fame` is 0 to 1, `language` a key of the names."""

    artist_id: str
    name: str
    language: str
    fame: float


@dataclass(frozen=True, slots=True, eq=False)
class Album:
    """An album as Spotify dates it: `0000`, a year, a month or a day."""

    album_id: str
    name: str
    album_type: str
    artists: tuple[Artist, ...]
    release_date: str
    release_date_precision: str
    total_tracks: int


@dataclass(frozen=True, slots=True, eq=False)
class Song:
    """What Spotify calls a track: one recording on one album."""

    song_id: str
    name: str
    artists: tuple[Artist, ...]
    album: Album
    track_number: int
    duration_ms: int
    is_explicit: bool
    isrc: str
    market_count: int


@dataclass(frozen=True, slots=True)
class Life:
    """How much a recording is played: it rises, fades, and its audience has moods."""

    released: int
    peak: float
    rise_days: float
    fade_days: float
    sway: float
    moods: tuple[float, ...]  # each -1 to 1

    def score(self, day: int) -> float:
        """About 0 to 100. Plain arithmetic, no libm: the same on every machine to the last bit."""
        age = day - self.released
        if age < 0:
            return 0.0
        if age < self.rise_days:
            level = self.peak * (0.3 + 0.7 * age / self.rise_days)
        else:
            faded = (age - self.rise_days) / self.fade_days
            level = self.peak / (1 + faded * faded)
        span, into = divmod(day, 6)
        mood, next_mood = self.moods[span % MOODS], self.moods[(span + 1) % MOODS]
        wave = mood + (next_mood - mood) * into / 6
        return level * (1 + self.sway * wave + 0.03 * self.moods[day * 5 % MOODS])


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """One recording and the songs it is sold as."""

    life: Life
    song: Song
    album_song: Song | None = None  # the same ISRC, once more, on the album that came later
    album_day: int = 0
    clean_song: Song | None = None

    def song_on(self, day: int) -> Song:
        """The song that is played on a day: the album's, once the album is out."""
        return self.album_song if self.album_song and day >= self.album_day else self.song


@dataclass(frozen=True, slots=True)
class Show:
    show_id: str
    name: str
    description: str
    language: str
    publisher: str


@dataclass(frozen=True, slots=True)
class Episode:
    episode_id: str
    show: Show
    number: int
    release_date: str
    duration_ms: int


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file on somebody's disk; what its tags don't say is empty."""

    artist: str
    album: str
    title: str
    duration_s: int
