"""The raw zones that are measured are what the extractor would have written."""

import gzip
import hashlib
import json
from collections import Counter, defaultdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from bench.raw_zones import write_zone, zone
from bench.sizes import Size
from extract_lambda.snapshot_draft import SnapshotDraft

# Lists of both generations, one of which knows songs by other names; every odd kind of row
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


def digests(folder: Path) -> list[tuple[str, str]]:
    return [(path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in objects(folder)]


def test_every_date_has_every_list(tiny: Path) -> None:
    found = Counter(path.parent.name for path in objects(tiny))
    assert found == {f"snapshot_date=2026-10-{day}": TINY.lists for day in (29, 30, 31)}


def test_an_object_has_the_bytes_that_the_extractor_writes(tiny: Path) -> None:
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


def test_the_same_seed_gives_the_same_bytes_and_another_gives_others(
    tiny: Path, tmp_path: Path
) -> None:
    write_zone(tmp_path / "again", TINY)
    write_zone(tmp_path / "other", TINY, seed=7)
    assert digests(tmp_path / "again") == digests(tiny)
    assert not set(digests(tmp_path / "other")) & set(digests(tiny))


def test_items_are_of_both_generations_and_as_large_as_real_ones(tiny: Path) -> None:
    sizes: dict[str, list[int]] = defaultdict(list)
    for path in objects(tiny):
        for record in lines(path):
            for item in record.get("page", {}).get("items", ()):
                if (item.get("item") or item.get("track") or {}).get("type") == "track":
                    sizes["2026" if "item" in item else "legacy"].append(len(json.dumps(item)))
    assert 3500 < sum(sizes["legacy"]) / len(sizes["legacy"]) < 5000
    assert 1000 < sum(sizes["2026"]) / len(sizes["2026"]) < 2500


def test_there_are_null_local_and_episode_rows(tiny: Path) -> None:
    kinds: Counter[str] = Counter()
    for path in objects(tiny):
        for record in lines(path):
            for item in record.get("page", {}).get("items", ()):
                content = item.get("item") or item.get("track")
                kind = content["type"] if content else "null"
                kinds["local" if item["is_local"] else kind] += 1
    assert set(kinds) == {"track", "episode", "local", "null"}
    assert kinds.total() == TINY.item_count
    assert kinds["track"] > 0.9 * TINY.item_count


def test_lists_of_a_date_disagree_about_songs(tiny: Path) -> None:
    names: dict[tuple[str, str], set[str]] = defaultdict(set)
    for path in objects(tiny):
        for record in lines(path):
            for item in record.get("page", {}).get("items", ()):
                content = item.get("item") or item.get("track") or {}
                if content.get("id"):
                    names[path.parent.name, content["id"]].add(content["name"])
    assert any(len(known) > 1 for known in names.values())


def test_a_zone_is_written_once_until_its_size_changes(tmp_path: Path) -> None:
    small = Size("small", dates=1, lists=1, items=3)
    first = zone(tmp_path, small)
    marker = first.raw / "marker"
    marker.touch()
    assert zone(tmp_path, small) == first
    assert marker.exists()
    zone(tmp_path, small._replace(items=4))
    assert not marker.exists()
