"""What a person can do with the report, and what must never be seen while they do it."""

from typing import Any

from tests.playlist_lake.report.browser import Browser

# What every tooltip of a section says at its end
ENDS = {
    "positions": r"\d{4}-\d\d-\d\d: position \d+",
    "movement": r"\d{4}-\d\d-\d\d: \d+ entered, \d+ left",
    "stays": (
        r"[-\d]{10} to [-\d]{10}: (at least )?[\d,]+ days?, seen \d+ times?\n"
        r"(missing since [-\d]{10}\n)?best position (\d+|below 100)"
    ),
    "artists": r"\d+\.\d %: [\d,]+ songs?(, (\d+ )?with others)?",
    "composition": r"\d+\.\d %: [\d,]+ (items?|explicit songs?)",
    "overlap": r"\d+\.\d %: \d+ of [\d,]+ items?",
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


def point_at_marks(page: Browser, section: str) -> list[str]:
    """Point at some marks of a section; their tooltips."""
    marks: list[Any] = page.run(_MARKS, section)
    tooltips = []
    for number in range(len(marks)):
        x, y = page.run(_PLACE, section, number)
        page.point_at(x, y)
        tooltips.append(tooltip(page))
    return tooltips


_FAULTS = r"""
    const broken = /undefined|NaN|null|Infinity|Invalid Date|\[object|\ufffd/, found = [];
    const isWide = (element) => element.getBoundingClientRect().right > innerWidth + 1
        && getComputedStyle(element).visibility === "visible"
        && !element.closest(".scroll *, .sections *, svg *");
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT);
    for (let element = walker.nextNode(); element; element = walker.nextNode()) {
        if (["SCRIPT", "STYLE"].includes(element.tagName)) continue;
        const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
        const marked = ["d", "x", "y", "height", "width", "data-tip", "href"];
        const texts = [...own.map((node) => node.data), element.ariaLabel, element.title,
            ...marked.map((name) => element.getAttribute(name))];
        found.push(...texts.filter((text) => typeof text === "string" && broken.test(text)));
        if (isWide(element)) found.push(`${element.outerHTML.slice(0, 80)} is wider than the page`);
    }
    if (document.documentElement.scrollWidth > innerWidth) found.push("the page scrolls sideways");
    return found;
"""

_TOOLTIP = """
    const shown = document.querySelector("#tooltip");
    return shown.hidden ? "" : shown.innerText;
"""

# The first, the middle and the last mark that has a tooltip; of the positions, the whole plot
_FOUND = """
    const [section] = arguments;
    const all = [...document.querySelectorAll(section === "positions" ? "#positions svg.plot"
        : `#${section} [data-tip]`)];
    const marks = [...new Set([all[0], all[all.length >> 1], all.at(-1)])].filter(Boolean);
"""
_MARKS = f"{_FOUND} return marks.map(() => null);"
_PLACE = f"""
    {_FOUND}
    const mark = marks[arguments[1]];
    mark.scrollIntoView({{ block: "center", inline: "center" }});
    // Scrolling hides the tooltip, and what comes into view is laid out then
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    return frame().then(frame).then(() => {{
        const box = mark.getBoundingClientRect();
        return [box.x + box.width / 2, box.y + box.height / 2];
    }});
"""
