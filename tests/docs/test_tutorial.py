"""The tutorial's cells run, show what the page says they show, and leave nothing behind."""

import re
from pathlib import Path

import pytest
from nbformat import NotebookNode

from tests.docs.tutorial import NOTEBOOK, committed, executed

REFRESH = (
    "run: python -m tests.docs.tutorial, read docs/tutorial.ipynb, and commit it if it is right"
)
MAX_BYTES = 200_000
CODE = [cell for cell in committed().cells if cell.cell_type == "code"]
IDS = [cell.id for cell in CODE]
# They only prepare what others show
SILENT = ["folder", "yours", "save"]


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds the folders that the kernel finds: for its own files, temporary files and docs."""
    return tmp_path_factory.mktemp("tutorial")


@pytest.fixture(scope="module")
def now(scratch: Path) -> dict[str, NotebookNode]:
    """The cells as they are after an execution, by their ids."""
    for name in ("kernel", "temporary", "docs"):
        (scratch / name).mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPYTHONDIR", str(scratch / "kernel"))
        patch.setenv("JUPYTER_RUNTIME_DIR", str(scratch / "kernel"))
        patch.setenv("TMPDIR", str(scratch / "temporary"))
        notebook = executed(scratch / "docs")
    return {cell.id: cell for cell in notebook.cells}


@pytest.mark.slow
@pytest.mark.parametrize("cell", CODE, ids=IDS)
def test_a_cell_shows_what_the_page_says(cell: NotebookNode, now: dict[str, NotebookNode]) -> None:
    assert _shown(now[cell.id]) == _shown(cell), REFRESH


@pytest.mark.slow
def test_no_cell_fails(now: dict[str, NotebookNode]) -> None:
    outputs = [output for cell in now.values() for output in cell.get("outputs", [])]
    assert outputs
    assert [output for output in outputs if output.output_type == "error"] == []
    assert [output for output in outputs if output.get("name") == "stderr"] == []


@pytest.mark.slow
def test_what_was_written_goes_with_the_kernel(now: dict[str, NotebookNode], scratch: Path) -> None:
    assert now
    assert [*(scratch / "docs").iterdir(), *(scratch / "temporary").iterdir()] == []


def _shown(cell: NotebookNode) -> list[tuple[str, str]]:
    """What a cell shows, by kind; of a picture only the kind, because fonts differ by machine."""
    shown = []
    for output in cell.outputs:
        if output.output_type == "stream":
            shown.append((output.name, output.text))
        else:
            data = output.get("data", {"error": output.get("ename")})
            shown += [(kind, data[kind] if kind.startswith("text/") else "") for kind in data]
    return sorted(shown)


def test_the_committed_page_was_executed_from_top_to_bottom() -> None:
    assert [cell.execution_count for cell in CODE] == list(range(1, len(CODE) + 1)), REFRESH
    assert [cell.id for cell in CODE if not cell.outputs] == SILENT
    assert {kind for cell in CODE for kind, _ in _shown(cell)} == {
        "image/png",
        "stdout",
        "text/html",
        "text/plain",
    }


@pytest.mark.parametrize("cell", CODE, ids=IDS)
def test_what_is_shown_is_short_and_the_same_everywhere(cell: NotebookNode) -> None:
    for _, text in _shown(cell):
        assert len(text.splitlines()) <= 20
        # Paths of a machine, ports, run ids, seconds, colours of a terminal
        assert not re.search(r"/(home|root|tmp|Users|var)/|:\d{4,5}/|T\d{6}Z-|Seconds|\x1b", text)


def test_the_page_is_small_enough_to_be_shown() -> None:
    assert NOTEBOOK.stat().st_size < MAX_BYTES


def test_every_link_leads_somewhere() -> None:
    texts = [cell.source for cell in committed().cells if cell.cell_type == "markdown"]
    headings = re.findall(r"^## (.*)$", "\n".join(texts), re.M)
    targets = [target for text in texts for target in re.findall(r"\]\(([^)]+)\)", text)]
    anchors = [target[1:] for target in targets if target.startswith("#")]
    assert anchors == [heading.replace(" ", "-") for heading in headings]
    for target in targets:
        if not target.startswith("#"):
            assert (NOTEBOOK.parent / target).exists(), target


@pytest.mark.parametrize(
    ("cell_id", "row"),
    [
        ("grain", "│ 16432 │ 16432 │"),
        ("returns", "│     2 │ 2026-10-20 │ 2026-10-22   │ 2026-10-23 │            3 │"),
        ("returns", "│     3 │ 2026-10-31 │ 2026-10-31   │ NULL       │            1 │"),
        ("gap", "│ 2026-10-18    │ Twenty to Nine at the Boathouse │ NULL "),
        ("unbroken", "│           14 │             12 │"),
        ("imported-stays", "│ Cold Toast      │ 2026-11-01 │ 2026-11-01   │ 2026-11-08 │"),
        ("imported-stays", "│ Low Steam       │ 2026-11-01 │ 2026-11-08   │ NULL       │"),
    ],
)
def test_the_text_around_a_cell_rests_on_this_row(cell_id: str, row: str) -> None:
    (cell,) = (cell for cell in CODE if cell.id == cell_id)
    assert row in dict(_shown(cell))["text/plain"]
