"""The Lambda of the tutorials: a loop over files and items that writes three CSV files.

Our raw zone needs two additions: it skips null rows, episodes and local files, and it reads songs
from `track` or `item`.
"""

import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

Body = dict[str, Any]


def songs_of(data: Body) -> Iterator[tuple[Body, Body]]:
    for row in data["items"]:
        song = row.get("item") or row.get("track")
        if song and song["type"] == "track" and song["id"]:
            yield row, song


def album(data: Body) -> list[Body]:
    album_list = []
    for _, song in songs_of(data):
        album_list.append(
            {
                "album_id": song["album"]["id"],
                "name": song["album"]["name"],
                "release_date": song["album"]["release_date"],
                "total_tracks": song["album"]["total_tracks"],
                "url": song["album"]["external_urls"]["spotify"],
            }
        )
    return album_list


def artist(data: Body) -> list[Body]:
    artist_list = []
    for _, song in songs_of(data):
        for one in song["artists"] + song["album"]["artists"]:
            artist_list.append(
                {"artist_id": one["id"], "artist_name": one["name"], "external_url": one["href"]}
            )
    return artist_list


def songs(data: Body) -> list[Body]:
    song_list = []
    for row, song in songs_of(data):
        song_list.append(
            {
                "song_id": song["id"],
                "song_name": song["name"],
                "duration_ms": song["duration_ms"],
                "url": song["external_urls"]["spotify"],
                "popularity": song.get("popularity"),
                "song_added": row["added_at"],
                "album_id": song["album"]["id"],
                "artist_id": song["artists"][0]["id"],
            }
        )
    return song_list


def main(raw: str, output: str) -> None:
    album_list, artist_list, song_list = [], [], []
    for path in sorted(Path(raw).glob("*/*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                record = json.loads(line)
                if record["record"] == "items_page":
                    album_list += album(record["page"])
                    artist_list += artist(record["page"])
                    song_list += songs(record["page"])
    album_df = pd.DataFrame.from_records(album_list).drop_duplicates(subset=["album_id"])
    artist_df = pd.DataFrame.from_records(artist_list).drop_duplicates(subset=["artist_id"])
    song_df = pd.DataFrame.from_records(song_list).drop_duplicates(subset=["song_id"])
    song_df["song_added"] = pd.to_datetime(song_df["song_added"])
    for name, df in (("songs", song_df), ("albums", album_df), ("artists", artist_df)):
        Path(output, name).mkdir(parents=True)
        df.to_csv(f"{output}/{name}/part.csv", index=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
