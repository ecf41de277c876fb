"""The changes as a feed, read by a feed library."""

from pathlib import Path

import feedparser
import pytest

from tests.playlist_lake.conftest import Command
from tests.playlist_lake.diffing.conftest import CHART, changing
from tests.support.tiny_lakes import write_lake


@pytest.fixture
def feed(lake: Path, diff: Command) -> feedparser.FeedParserDict:
    status, _, err = diff("-o", lake.parent / "x.atom", "--lake", lake)
    assert (status, err) == (0, [])
    return feedparser.parse(lake.parent / "x.atom")


def test_the_feed_has_what_the_standard_requires(feed: feedparser.FeedParserDict) -> None:
    assert (feed.bozo, feed.version, feed.encoding) == (False, "atom10", "utf-8")
    assert (feed.feed.title, feed.feed.subtitle) == ("Changes of all lists", "Data from Spotify.")
    assert feed.feed.author == "playlist-lake"
    assert feed.feed.updated == "2026-01-04T00:00:00Z"
    ids = [feed.feed.id, *(entry.id for entry in feed.entries)]
    assert len(set(ids)) == len(ids)
    assert all(one.startswith("urn:uuid:") for one in ids)
    assert all(entry.updated and entry.title and entry.content for entry in feed.entries)


def test_an_entry_is_a_list_on_a_date(feed: feedparser.FeedParserDict) -> None:
    name = "Chart of to\N{REPLACEMENT CHARACTER}day"
    assert [(entry.title, entry.updated) for entry in feed.entries] == [
        (
            f"{name}, 2026-01-04: new name, new description, 1 entered, 1 left, 1 renamed",
            "2026-01-04T00:00:00Z",
        ),
        (f"{name}, 2026-01-02: 1 entered, 1 left", "2026-01-02T00:00:00Z"),
        ("Gone, 2026-01-02: 1 entered", "2026-01-02T00:00:00Z"),
    ]
    newest = feed.entries[0]
    assert newest.link == f"https://open.spotify.com/playlist/{CHART}"
    (content,) = newest.content
    assert content.type == "text/html"
    assert content.value == (
        f"<p>Since 2026-01-02:</p><p>New name</p><ul><li>Chart → {name}</li></ul>"
        "<p>New description</p><ul><li>none any more</li></ul>"
        "<p>1 entered</p><ul><li>Song D – Artist D, Guest (at 2)</li></ul>"  # noqa: RUF001
        "<p>1 left</p><ul><li>Song C – Artist C, Guest (was 2)</li></ul>"  # noqa: RUF001
        "<p>1 renamed</p><ul><li>Song A → Song A &lt;Live&gt; &amp; more</li></ul>"
    )


def test_a_date_that_only_the_stays_have_is_its_own_time(tmp_path: Path, diff: Command) -> None:
    tables = changing()
    tables["playlists"] = [
        row for row in tables["playlists"] if str(row["snapshot_date"]) != "2026-01-02"
    ]
    lake = write_lake(tmp_path / "lake", **tables)
    assert diff("-o", tmp_path / "x.atom", "--lake", lake)[:2] == (0, [])
    entries = feedparser.parse(tmp_path / "x.atom").entries
    assert [entry.updated[:10] for entry in entries] == ["2026-01-04", "2026-01-02", "2026-01-02"]


def test_ids_stay_the_same_when_dates_are_added(tmp_path: Path, diff: Command) -> None:
    tables = changing()
    before = {
        name: [row for row in rows if str(row.get("snapshot_date")) != "2026-01-04"]
        for name, rows in tables.items()
    }
    feeds = []
    for number, rows in enumerate((before, tables)):
        lake = write_lake(tmp_path / str(number), **rows)
        _, out, _ = diff("--format", "atom", "--lake", lake)
        feeds.append(feedparser.parse("\n".join(out)))
    earlier, later = ([entry.id for entry in one.entries] for one in feeds)
    assert later[1:] == earlier
    assert feeds[0].feed.id == feeds[1].feed.id


def test_a_feed_of_one_list_has_its_own_id_and_may_be_empty(lake: Path, diff: Command) -> None:
    _, out, _ = diff("calm", "--format", "atom", "--lake", lake)
    feed = feedparser.parse("\n".join(out))
    assert (feed.bozo, feed.feed.title, feed.entries) == (False, "Changes of Calm", [])
    assert feed.feed.updated == "2026-01-04T00:00:00Z"
