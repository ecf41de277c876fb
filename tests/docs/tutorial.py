"""The tutorial executed as Jupyter does it, by the Python that runs here.

Run as a module it puts what the cells show now into docs/tutorial.ipynb.
"""

import os
import sys
import tempfile
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode

NOTEBOOK = Path(__file__).parents[2] / "docs/tutorial.ipynb"
CELL_TIMEOUT_S = 600


class ThisPython(AsyncKernelManager):
    """Starts the running interpreter instead of a kernel that this machine has registered."""

    @property
    def kernel_spec(self) -> KernelSpec:
        command = [sys.executable, "-m", "ipykernel_launcher", "--log-level=ERROR"]
        return KernelSpec(
            argv=[*command, "-f", "{connection_file}"], display_name="Python 3", language="python"
        )


def committed() -> NotebookNode:
    """The notebook with what its cells showed when they were last executed."""
    notebook: NotebookNode = nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]
    return notebook


def executed(folder: Path) -> NotebookNode:
    """The notebook with what its cells show now; raises CellExecutionError."""
    notebook = committed()
    metadata = dict(notebook.metadata)
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT_S,
        kernel_manager_class=ThisPython,
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
        coalesce_streams=True,
    )
    # The width of a terminal somewhere is not that of the page
    client.execute(env={name: value for name, value in os.environ.items() if name != "COLUMNS"})
    # The kernel adds its own version
    notebook.metadata = metadata
    return notebook


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        nbformat.write(executed(Path(name)), NOTEBOOK)  # type: ignore[no-untyped-call]
