"""Compare the raw zone with the files that an import accepted, by a reading of its own.

A file holds parts: pages, or whole lists. A part belongs at the offset that it states. Where it
states none, its rows must follow each other somewhere in the list, whatever rule put them there.
"""

import csv
import io
import json
import math
import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from playlist_lake.importing.files import ImportFile
from playlist_lake.importing.import_report import ImportReport
from tests.support.oracle import Snapshot, content, reject_reason

_LONGEST_NUMBER = 1000
# What a converter adds to an artist or album that has an id
_KINDS = {"artist", "album", "track", "episode"}
# In spotify:user:NAME:playlist:ID and https://open.spotify.com/user/NAME
_USER = re.compile('users?[:/][^:/?"]*[:/]?')


class Part(NamedTuple):
    """Rows in a file; `list_id` and `offset` are None if it does not state them."""

    list_id: str | None
    offset: float | None
    rows: list[Any]


def import_faults(
    paths: Iterable[Path], reports: Iterable[ImportReport], snapshots: Iterable[Snapshot]
) -> Iterator[str]:
    """A sentence for each file without an outcome, and for rows that were lost, moved or made."""
    used: dict[tuple[date, str], set[Path]] = {}
    unused: set[Path] = set()
    for report in reports:
        for written in report.written:
            key = (written.snapshot_date, written.playlist_id)
            used.setdefault(key, set()).update(map(_path, written.files))
        unused |= {_path(failure.file) for failure in report.failures}
        unused |= {_path(superseded.file) for superseded in report.superseded}
        unused |= {_path(file) for present in report.already_present for file in present.files}
        for superseded in report.superseded:
            if superseded.file == superseded.by:
                yield f"{superseded.file.label}: superseded by itself"
    # A list that is refused is named with one of its files
    known = {_list_and_date(path) for path in unused.union(*used.values())}
    for path in paths:
        if _list_and_date(path) not in known:
            yield f"{path}: neither imported nor refused"
    by_key = {(one.on, one.playlist_id): one for one in snapshots}
    for on, list_id in used.keys() ^ by_key.keys():
        yield f"list {list_id} of {on}: only the report or only the raw zone has it"
    yield from _row_faults(used, unused, by_key)


def _path(file: ImportFile) -> Path:
    return Path(file.label)


def _row_faults(
    used: dict[tuple[date, str], set[Path]],
    unused: set[Path],
    snapshots: dict[tuple[date, str], Snapshot],
) -> Iterator[str]:
    """A sentence for the rows of a list that no file has, and those of a file that no list has."""
    placed: dict[Path, set[int]] = {path: set() for paths in used.values() for path in paths}
    for (on, list_id), paths in used.items():
        rows = snapshots[on, list_id].rows if (on, list_id) in snapshots else {}
        left = set(rows)
        for path in paths:
            for number, part in enumerate(_parts(path)):
                for offset in _offsets(part, list_id, rows):
                    placed[path].add(number)
                    left -= set(range(offset + 1, offset + 1 + len(part.rows)))
        if left:
            where = f"list {list_id} of {on}, position {min(left)} and {len(left) - 1} more"
            yield f"{where}: not what {sorted(map(str, paths))} hold"
    for path in placed.keys() - unused:
        for number, part in enumerate(_parts(path)):
            if part.rows and number not in placed[path]:
                yield f"{path}, part {number + 1}: {len(part.rows)} rows are not in the raw zone"


def _list_and_date(path: Path) -> tuple[str, str]:
    """The list and the date that a file was made for, from its name."""
    is_chart = path.suffix == ".csv" and "-daily-" in path.name
    return path.stem.partition("-daily-" if is_chart else "-")[0], path.stem[-10:]


def _parts(path: Path) -> list[Part]:
    """The pages and lists in a file."""
    text = path.read_bytes().decode("utf-8-sig")
    if path.suffix == ".csv" and "-exportify-" in path.name:
        lines = csv.DictReader(io.StringIO(text, newline=""))
        return [Part(None, None, [_exportify_row(line) for line in lines])]
    if path.suffix == ".csv":
        return _chart_parts(path, text)
    document = json.loads(text, parse_int=_number_or_text, parse_float=_number_or_text)
    if isinstance(document, dict) and isinstance(document.get("playlists"), list):
        document = document["playlists"]
    if not isinstance(document, list):
        return [_part(document)]
    holders = [
        part for part in document if isinstance(part, dict) and part.keys() & {"items", "tracks"}
    ]
    return [_part(part) for part in holders] if holders else [Part(None, None, document)]


def _part(document: dict[str, Any]) -> Part:
    """A page or list; of `items` and `tracks`, the larger one counts."""
    own_id = document.get("id")
    list_id = own_id if isinstance(own_id, str) and own_id.strip("0") else None
    found = [Part(list_id, None, [])]
    for key in ("items", "tracks"):
        held = document.get(key)
        page = held if isinstance(held, dict) else document
        rows = held.get("items") if isinstance(held, dict) else held
        offset = page.get("offset")
        if isinstance(offset, bool) or not isinstance(offset, int | float):
            offset = None
        if isinstance(rows, list):
            found.append(Part(list_id, offset, rows))
    return max(found, key=lambda part: len(part.rows))


def _exportify_row(line: dict[str, str]) -> dict[str, Any]:
    """The cells of a row; one without a URI and a name stands for a null item."""
    is_null = {line["Track URI"].strip(), line["Track Name"]} <= {"", "null", "undefined"}
    return {"added_at": line["Added At"], "track": None} if is_null else {**line}


def _chart_parts(path: Path, text: str) -> list[Part]:
    """The first song of each rank."""
    name = path.name.partition("-daily-")[0] + "-daily"
    songs: dict[int, Any] = {}
    for line in csv.DictReader(text.splitlines()):
        cells = {key: value.strip() or None for key, value in line.items()}
        rank = re.fullmatch(r"([0-9]{1,9})([.]0+)?", cells["rank"] or "")
        streams = re.fullmatch(r"([0-9]{1,15})([.]0+)?", cells["streams"] or "")
        song = {
            "uri": cells["uri"],
            "name": cells["track_name"],
            "artists": [{"name": cells["artist_names"]}],
        }
        if (
            rank
            and int(rank[1])
            and re.fullmatch("spotify:track:[0-9A-Za-z]{22}", str(song["uri"]))
        ):
            absent = dict.fromkeys(("peak_rank", "days_on_chart", "weeks_on_chart"))
            row = {"track": song, "streams": int(streams[1]) if streams else None, **absent}
            songs.setdefault(int(rank[1]), row)
    return [Part(name, rank - 1, [row]) for rank, row in songs.items()]


def _offsets(part: Part, list_id: str, rows: dict[int, Any]) -> list[int]:
    """The offsets at which a list has the rows of a part."""
    if not part.rows or part.list_id not in (None, list_id):
        return []
    candidates = [position - 1 for position in rows]
    if part.offset is not None:
        candidates = [int(part.offset)]
    return [
        offset
        for offset in candidates
        if all(
            position in rows and _is_kept(row, rows[position])
            for position, row in enumerate(part.rows, offset + 1)
        )
    ]


def _is_kept(saved: Any, raw: Any) -> bool:
    """Whether a raw item is a saved row without personal data and unknown keys, or converted."""
    if not isinstance(saved, dict) or not isinstance(raw, dict):
        return _is_reduced(_public(saved), _public(raw))
    if reject_reason(saved) == reject_reason(raw) and _is_reduced(_public(saved), _public(raw)):
        # What is understood is kept whole
        whole = [key for key in ("item", "track") if isinstance(saved.get(key), dict)]
        whole += ["added_at"] if isinstance(saved.get("added_at"), str) else []
        if all(_public(saved[key]) == _public(raw.get(key)) for key in whole):
            return True
    made = content(raw)
    if reject_reason(saved) is None or not isinstance(made, dict):
        return False
    given, texts = _texts(_public(saved)), _texts(_public({**made, "type": None, "id": None}))
    identities = _texts(_public([made.get("uri"), made.get("id")]))
    is_whole = all(_is_within(text, given) for text in texts - _KINDS)
    is_nothing = not (identities or saved.get("Track URI", "x").strip())
    return is_whole and (is_nothing or any(_is_within(text, given) for text in identities))


def _is_within(text: str, given: set[str]) -> bool:
    """Whether a text was given, or a part of it: an id in a link, a name among others in a cell."""
    if text in given:
        return True
    part = text.rpartition(":")[2] if text.startswith("spotify:") else text
    return any(part in one or part in one.replace("\\,", ",") for one in given)


def _is_reduced(saved: Any, raw: Any) -> bool:
    """Whether a value is what was saved, but for dropped keys and emptied objects and arrays."""
    if isinstance(saved, dict) and isinstance(raw, dict):
        return all(key in saved and _is_reduced(saved[key], raw[key]) for key in raw)
    if isinstance(saved, list) and isinstance(raw, list) and len(saved) == len(raw):
        return all(map(_is_reduced, saved, raw))
    return bool(saved == raw) or (isinstance(saved, dict | list) and not raw)


def _texts(value: Any) -> set[str]:
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return {text for element in inner for text in _texts(element)}
    return {value} if isinstance(value, str) and value else set()


def _public(value: Any) -> Any:
    """A value without what may be personal data."""
    if isinstance(value, dict):
        personal = ("added_by", "owner")
        return {key: _public(inner) for key, inner in value.items() if key not in personal}
    if isinstance(value, list):
        return [_public(element) for element in value]
    return _USER.sub("", value) if isinstance(value, str) else value


def _number_or_text(text: str) -> int | float | str:
    """A number; its text if it is too large to be written again."""
    if len(text) > _LONGEST_NUMBER:
        return text
    number = float(text) if re.search("[.eE]", text) else int(text)
    return text if math.isinf(number) else number
