"""Random histories of lists that do, and are misread in, everything that stays must stand."""

import random
from dataclasses import dataclass, field

from tests.support.drawn_histories import Days

_ARTISTS = ("X", "X", "X+Y", "Y+Z", "Z")
_ISRCS = ("I1", "I2", "I3", "I4", None, None)
_REJECTS = ("-", "-", "-", "-no_uri", "-unknown_shape", "-not_an_object")


@dataclass
class _Song:
    name: str
    isrc: str | None
    artists: str
    # The first day on which Spotify says the ISRC
    known_from: int


@dataclass
class _List:
    is_newest_first: bool
    # Names of songs, and rejects that stay where they are
    rows: list[str] = field(default_factory=list)
    days: dict[int, str] = field(default_factory=dict)


def random_history(seed: int) -> list[Days]:
    """The snapshots of one or two lists that share songs, as drawn_histories draws them."""
    return _World(random.Random(seed)).lists()  # noqa: S311, no secret


class _World:
    """The songs of a history, and the lists that it reads."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.songs: dict[str, _Song] = {}
        self.day = 1

    def lists(self) -> list[Days]:
        rng = self.rng
        lists = [_List(rng.random() < 0.4) for _ in range(rng.choice((1, 1, 2)))]
        for one in lists:
            size = rng.choice((rng.randint(0, 9), rng.randint(10, 24)))
            one.rows = [self.some_song() for _ in range(size)]
        for _ in range(rng.randint(3, 10)):
            for one in lists:
                if rng.random() < 0.85:
                    one.days[self.day] = self.read(one)
                self.change(one)
            self.day += rng.choice((1, 1, 1, 1, 2, 7))
        return [one.days for one in lists]

    def some_song(self) -> str:
        """A new song, or one that some list has or had."""
        rng = self.rng
        if self.songs and rng.random() < 0.3:
            return rng.choice(list(self.songs)[rng.choice((0, -4)) :])
        return self.new_song(rng.choice(_ISRCS))

    def new_song(self, isrc: str | None, artists: str | None = None) -> str:
        rng, name = self.rng, f"s{len(self.songs) + 1}"
        known_from = self.day + rng.choice((0, 0, 0, 1, 2, 3))
        artists = artists or rng.choice(_ARTISTS)
        self.songs[name] = _Song(name, isrc, artists, known_from)
        return name

    def change(self, one: _List) -> None:
        """Let a list become that of another day."""
        rng = self.rng
        for _ in range(rng.choice((0, 1, 1, 2, 4, 8))):
            place = rng.randint(0, len(one.rows))
            kind = rng.choice(("add", "leave", "move", "reissue", "reissue", "hide", "isrc"))
            if kind == "add":
                one.rows.insert(0 if one.is_newest_first else place, self.some_song())
            elif place == len(one.rows):
                continue
            elif kind == "leave":
                del one.rows[place]
            elif kind == "move":
                row = one.rows.pop(place)
                one.rows.insert(rng.randint(0, len(one.rows)), row)
            elif kind == "hide" and rng.random() < 0.3:
                one.rows[place] = rng.choice(_REJECTS)
            elif one.rows[place] in self.songs:
                self.change_song(one, place, kind)

    def change_song(self, one: _List, place: int, kind: str) -> None:
        song = self.songs[one.rows[place]]
        if kind == "reissue":
            new = [
                self.new_song(song.isrc, song.artists) for _ in range(self.rng.choice((1, 1, 2)))
            ]
            one.rows[place : place + 1] = new
        elif kind == "isrc":
            song.isrc = self.rng.choice(_ISRCS)
            song.artists = self.rng.choice(_ARTISTS)

    def read(self, one: _List) -> str:
        """A list as it is answered: mostly right."""
        rng = self.rng
        words = [self.word(row) for row in one.rows]
        if rng.random() < 0.15:
            kept = rng.choice((0, len(words) // 2, rng.randint(0, len(words))))
            start = rng.randint(0, len(words) - kept)
            words = words[start : start + kept]
        if rng.random() < 0.3:
            share = rng.choice((0.05, 0.3))
            words = [rng.choice(_REJECTS) if rng.random() < share else row for row in words]
        if rng.random() < 0.15:
            words = [row if rng.random() < 0.7 else "." for row in words]
        return " ".join(words)

    def word(self, row: str) -> str:
        """A row as text, with the song's ISRC if it is known, in one of its spellings."""
        rng, song = self.rng, self.songs.get(row)
        if song is None:
            return row
        name = row
        if rng.random() < 0.05:
            played = rng.choice((f"r{row}", *self.songs))
            name = f"{played}<{row}"
        if song.isrc is None or self.day < song.known_from or rng.random() < 0.1:
            isrc = rng.choice(("", "", "=000000000000", "=unknown"))
        else:
            number = int(song.isrc[1:])
            spelled = f"=qz-aaa-00-{number:05}", f"={song.isrc}", f"={song.isrc}", f"={song.isrc}"
            isrc = rng.choice(spelled)
        return f"{name}{isrc}/{song.artists}"
