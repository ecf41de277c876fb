"""Every relative link of the Markdown pages leads to a file, and to a heading in it."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
_TARGET = re.compile(r'\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"')
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


def pages() -> list[str]:
    """The committed Markdown files, relative to the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    # A copy of the sources, such as Glue's image has, may come without git
    found = listed.stdout.splitlines() if listed.returncode == 0 else []
    return sorted(found) or [
        str(path.relative_to(ROOT)) for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"))
    ]


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives to the headings of a page; it numbers those that repeat."""
    headings = _HEADING.findall(_without_code(page))
    names = [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]
    return {
        f"{name}-{number}" if (number := names[:index].count(name)) else name
        for index, name in enumerate(names)
    }


@pytest.mark.parametrize("name", pages())
def test_every_relative_link_leads_to_a_file_or_heading(name: str) -> None:
    page = ROOT / name
    dead = [target for target in _targets(page) if not _exists(page, target)]
    assert dead == []


def test_the_anchors_are_those_of_github(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    text = "# What's in a `lake`, twice?\n```\n# no heading\n```\n## run_id - 1\n# a\n# A\n"
    page.write_text(text)
    assert anchors(page) == {"whats-in-a-lake-twice", "run_id---1", "a", "a-1"}


def _targets(page: Path) -> list[str]:
    found = [first or second for first, second in _TARGET.findall(_without_code(page))]
    return [target for target in found if not re.match(r"[a-z]+:", target)]


def _exists(page: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    file = (page.parent / path).resolve() if path else page
    return file.exists() and (not anchor or anchor in anchors(file))


def _without_code(page: Path) -> str:
    return _FENCE.sub("", page.read_text(encoding="utf-8"))
