"""The objects of the simulated world: artists, albums, songs, recordings, shows, local files.

A day is a proleptic Gregorian ordinal (`date.toordinal()`). A world creates each artist, album,
song and recording once, so they are compared by identity.
"""

from dataclasses import dataclass

SWINGS = 17
"""The number of swings of a recording's popularity before they repeat."""


@dataclass(frozen=True, slots=True, eq=False)
class Artist:
    """A singer or band; `fame` is 0 to 1, `language` is "en" or a key of names.LANGUAGES."""

    artist_id: str
    name: str
    language: str
    fame: float


@dataclass(frozen=True, slots=True, eq=False)
class Album:
    """An album; `release_date` is `0000`, a year, a month or a day."""

    album_id: str
    name: str
    album_type: str
    artists: tuple[Artist, ...]
    release_date: str
    release_date_precision: str
    total_tracks: int


@dataclass(frozen=True, slots=True, eq=False)
class Song:
    """A recording on an album; Spotify calls it a track."""

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
class Popularity:
    """How much a recording is played: it rises to `peak`, fades, and swings around that curve."""

    released: int
    peak: float
    rise_days: float
    fade_days: float
    swing_size: float
    swings: tuple[float, ...]  # each -1 to 1

    def score(self, day: int) -> float:
        """The popularity on a day: about 0 to 100.

        It calls no function of libm, so every machine gives the same bits.
        """
        age = day - self.released
        if age < 0:
            return 0.0
        if age < self.rise_days:
            level = self.peak * (0.3 + 0.7 * age / self.rise_days)
        else:
            faded = (age - self.rise_days) / self.fade_days
            level = self.peak / (1 + faded * faded)
        period, day_in_period = divmod(day, 6)
        swing, next_swing = self.swings[period % SWINGS], self.swings[(period + 1) % SWINGS]
        smooth_swing = swing + (next_swing - swing) * day_in_period / 6
        daily_swing = self.swings[day * 5 % SWINGS]
        return level * (1 + self.swing_size * smooth_swing + 0.03 * daily_swing)


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """One recording and its songs: the single, the same on a later album, a clean version."""

    popularity: Popularity
    song: Song
    album_song: Song | None = None  # same ISRC, other id
    album_day: int = 0
    clean_song: Song | None = None

    def song_on(self, day: int) -> Song:
        """The song that is played on a day: the album's from the album's release on."""
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
    """A file on the user's disk; a missing tag is empty."""

    artist: str
    album: str
    title: str
    duration_s: int
