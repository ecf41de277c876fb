"""The report for people who use a keyboard or a screen reader."""

from pathlib import Path

import pytest

from tests.playlist_lake.report.browser import Browser
from tests.playlist_lake.report.conftest import list_address, report
from tests.playlist_lake.report.odd_lists import odd_lists, one_lake

pytestmark = pytest.mark.slow

AXE = Path(__file__).parents[3] / "requirements/npm/node_modules/axe-core/axe.min.js"
# Each violation with the first element that has it
_VIOLATIONS = """
    return axe.run(document).then(({ violations }) => violations.map(
        ({ id, nodes }) => `${id}: ${nodes.length} x ${nodes[0].html.slice(0, 160)}`));
"""


@pytest.fixture(scope="module")
def odd_lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a lake with all odd lists."""
    return report(tmp_path_factory.mktemp("odd"), one_lake(odd_lists().values()))


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is missing; install npm and run make check")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "address",
    [
        "#/lists",
        list_address("dense"),
        list_address("dropped"),
        list_address("odd-names"),
        "#/compare/dense?from=2026-02-01&to=2026-11-30",
        "#/song/spotify%3Atrack%3AA",
        "#/search/song",
    ],
)
def test_axe_finds_no_violation(
    chromium: Browser, odd_lake: Path, address: str, scheme: str
) -> None:
    chromium.set_screen(1200, "dark" if scheme == "dark" else "light")
    chromium.open(odd_lake, address)
    chromium.run(AXE.read_text(encoding="utf-8"))
    assert chromium.run(_VIOLATIONS) == []


def test_every_control_can_be_reached_by_keyboard(chromium: Browser, odd_lake: Path) -> None:
    chromium.open(odd_lake, list_address("dense"))
    unreachable = """
        const all = [...document.querySelectorAll("a, button, select, input, .scroll")];
        return all.filter((one) => one.tabIndex < 0 && !one.closest("[aria-hidden]"))
            .map((one) => one.outerHTML.slice(0, 80));
    """
    assert chromium.run(unreachable) == []
