"""What a person can do with the report, and what must never be seen while they do it."""

from typing import Any

from tests.playlist_lake.report.browser import Browser

# What every tooltip of a section says at its end
ENDS = {
    "positions": r"\d{4}-\d\d-\d\d: position \d+",
    "movement": r"\d{4}-\d\d-\d\d: \d+ (entered|left)",
    "stays": (
        r"[-\d]{10} to [-\d]{10}: (at least )?[\d,]+ days?, seen \d+ times?\n"
        r"(missing since [-\d]{10}\n)?best position (\d+|below 100)"
    ),
    "artists": r"\d+\.\d %: \d+ songs?, \d+ with others",
    "make-up": r"\d+\.\d %: \d+ recordings?",
    "overlap": r"\d+\.\d %: \d+ of \d+ items?",
}


def faults(page: Browser) -> list[str]:
    """What is wrong on the page: broken texts and labels, and elements wider than the page."""
    return list(page.run(_FAULTS))


def sort_tables(page: Browser) -> None:
    """Click every heading of every table twice."""
    page.run(
        "document.querySelectorAll('th button').forEach((one) => { one.click(); one.click() })"
    )


def tooltip(page: Browser) -> str:
    """The text of the tooltip; empty if there is none to be seen."""
    return str(page.run(_TOOLTIP))


def point_at_marks(page: Browser, section: str) -> dict[str, list[str]]:
    """Point at some marks of each kind in each chart of a section; the tooltips by kind."""
    tooltips: dict[str, list[str]] = {}
    for chart in range(len(page.texts(f"#{section} svg"))):
        marks: list[Any] = page.run(_MARKS, section, chart)
        for kind, x, y in marks:
            page.point_at(x, y)
            tooltips.setdefault(kind, []).append(tooltip(page))
    return tooltips


_FAULTS = r"""
    const broken = /undefined|NaN|null|Invalid Date|\[object|\ufffd/, found = [];
    const isWide = (element) => element.getBoundingClientRect().right > innerWidth + 1
        && getComputedStyle(element).visibility === "visible"
        && !element.closest(".table *, svg *");
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT);
    for (let element = walker.nextNode(); element; element = walker.nextNode()) {
        if (["SCRIPT", "STYLE"].includes(element.tagName)) continue;
        const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
        const texts = [...own.map((node) => node.data), element.ariaLabel, element.title];
        found.push(...texts.filter((text) => typeof text === "string" && broken.test(text)));
        if (isWide(element)) found.push(`${element.outerHTML.slice(0, 80)} is wider than the page`);
    }
    if (document.documentElement.scrollWidth > innerWidth) found.push("the page scrolls sideways");
    return found;
"""

_TOOLTIP = """
    const shown = document.querySelector("#vg-tooltip-element.visible");
    return shown ? shown.innerText : "";
"""

# The first, the middle and the last mark of each kind: its kind, and its centre on the screen
_MARKS = """
    const [section, chart] = arguments, found = [];
    const svg = document.querySelectorAll(`#${section} svg`)[chart];
    svg.scrollIntoView({ block: "center" });
    for (const kind of ["line", "symbol", "path", "rect", "text"]) {
        const marks = [...svg.querySelectorAll(`.mark-${kind}.role-mark > *`)]
            .map((mark) => mark.getBoundingClientRect()).filter((box) => box.width && box.height);
        for (const box of new Set([marks[0], marks[marks.length >> 1], marks.at(-1)])) {
            if (box) found.push([kind, box.x + box.width / 2, box.y + box.height / 2]);
        }
    }
    return found;
"""
