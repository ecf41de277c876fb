"""The raw zones of the benchmarks are what the extractor writes, with realistic items."""

import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from bench.raw_zones import write_zone
from bench.sizes import Size
from extract_lambda.snapshot_draft import SnapshotDraft

# Lists of both generations, one with other names for some songs, and every kind of row
TINY = Size("tiny", dates=3, lists=4, items=120)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    write_zone(folder, TINY)
    return folder


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def objects(folder: Path) -> list[Path]:
    return sorted(folder.glob("raw/*/*.jsonl.gz"))


def items(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every item with the name of its date's folder."""
    for path in objects(folder):
        for record in lines(path):
            for item in record.get("page", {}).get("items", ()):
                yield path.parent.name, item


def test_an_object_has_the_bytes_that_the_extractor_writes(tiny: Path) -> None:
    assert len(objects(tiny)) == TINY.dates * TINY.lists
    for path in objects(tiny):
        written: list[bytes] = []
        records = lines(path)
        on, playlist_id = date.fromisoformat(path.parent.name[-10:]), path.name.partition(".")[0]
        draft = SnapshotDraft(written.append, on, playlist_id, records[0]["source"])
        for record in records:
            fetched_at = datetime.fromisoformat(record["fetched_at"])
            match record["record"]:
                case "playlist":
                    draft.playlist(record["playlist"], fetched_at)
                case "items_page":
                    draft.page(record["offset"], record["page"], fetched_at)
                case "end":
                    draft.end(record["total"], record["spotify_snapshot_id"], fetched_at)
        draft.finish()
        assert gzip.decompress(path.read_bytes()) == gzip.decompress(b"".join(written))


def test_a_size_gives_the_same_bytes_again(tiny: Path, tmp_path: Path) -> None:
    write_zone(tmp_path, TINY)
    again = [path.read_bytes() for path in objects(tmp_path)]
    assert again == [path.read_bytes() for path in objects(tiny)]


def test_songs_of_both_generations_are_as_large_as_real_ones(tiny: Path) -> None:
    sizes: dict[str, list[int]] = defaultdict(list)
    for _, item in items(tiny):
        if (item.get("item") or item.get("track") or {}).get("type") == "track":
            sizes["2026" if "item" in item else "legacy"].append(len(json.dumps(item)))
    assert 3500 < sum(sizes["legacy"]) / len(sizes["legacy"]) < 5000
    assert 1000 < sum(sizes["2026"]) / len(sizes["2026"]) < 2500


def test_the_rows_have_every_kind_and_lists_that_disagree_about_a_name(tiny: Path) -> None:
    kinds: Counter[str] = Counter()
    names: dict[tuple[str, str], set[str]] = defaultdict(set)
    for folder, item in items(tiny):
        content = item.get("item") or item.get("track")
        kinds["local" if item["is_local"] else content["type"] if content else "null"] += 1
        if content and content["id"]:
            names[folder, content["id"]].add(content["name"])
    assert set(kinds) == {"track", "episode", "local", "null"}
    assert kinds.total() == TINY.item_count
    assert kinds["track"] > 0.9 * TINY.item_count
    assert any(len(found) > 1 for found in names.values())
