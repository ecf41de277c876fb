"""The report in Chromium: the size of its file, its first paint, and what a click takes."""

import shutil
import time
from pathlib import Path
from typing import NamedTuple

from playlist_lake import connect
from playlist_lake.report import write_report
from tests.playlist_lake.report.browser import Browser, browser

_WIDTH = 1280
_ROUNDS = 3
_FIRST_PAINT = "return performance.getEntriesByName('first-contentful-paint')[0].startTime"
# From a click on a link to the next frame, with everything that the page does before it
_CLICK = """
    const start = performance.now();
    return new Promise((resolve) => {
        addEventListener("hashchange", () => requestAnimationFrame(
            () => setTimeout(() => resolve(performance.now() - start))), { once: true });
        location.hash = arguments[0];
    });
"""
# The first two lists, all dates and some of them, a song, an artist, a search, and the way back
_ADDRESSES = """
    const { lists: [one, other], songs, artists } =
        JSON.parse(document.getElementById("contents").textContent);
    const all = `?from=${one.dates[0]}&to=${one.dates.at(-1)}`;
    return [`#/list/${one.id}`, `#/list/${other.id}`, `#/list/${one.id}${all}`,
        `#/list/${one.id}?to=${one.dates[one.dates.length >> 1]}`, `#/compare/${one.id}${all}`,
        `#/song/${encodeURIComponent(songs.uri[0])}`,
        `#/artist/${encodeURIComponent(artists.id[0] ?? artists.name[0])}`,
        "#/search/a", "#/lists"];
"""


class Page(NamedTuple):
    """`write_seconds` without the start of Python; paint and clicks in milliseconds."""

    write_seconds: float
    file_bytes: int
    first_paint_ms: float
    click_ms: dict[str, float]


def measure_page(lake: Path, file: Path) -> Page | None:
    """Write the report of a lake to a file, and use it; None without Chromium.

    Paint and clicks are the median of three rounds. `click_ms` is by the kind of page.
    """
    if not shutil.which("chromedriver"):
        return None
    start = time.monotonic()
    with connect(lake) as con:
        write_report(con, file)
    seconds = time.monotonic() - start
    with browser() as running:
        running.set_screen(_WIDTH, "light")
        rounds = [_use(running, file) for _ in range(_ROUNDS)]
    paints, clicks = zip(*rounds, strict=True)
    middle = _ROUNDS // 2
    by_kind: dict[str, float] = {}
    for address in clicks[0]:
        kind = address.split("/")[1]
        taken = sorted(one[address] for one in clicks)[middle]
        by_kind[kind] = max(taken, by_kind.get(kind, 0))
    return Page(seconds, file.stat().st_size, sorted(paints)[middle], by_kind)


def _use(page: Browser, file: Path) -> tuple[float, dict[str, float]]:
    """Milliseconds of the first paint, and of a click by its address."""
    page.open(file)
    paint = float(page.run(_FIRST_PAINT))
    return paint, {one: float(page.run(_CLICK, one)) for one in page.run(_ADDRESSES)}
