"""The commands, options, targets and modules that the pages name exist."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

import playlist_lake
from lake.outcomes import OUTCOMES
from playlist_lake.cli import app
from tests.docs.test_links import ROOT, pages
from tests.support.tiny_lakes import write_lake
from tests.support.tiny_lists import week

COMMANDS_PAGE = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
MAKE_TARGETS = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
# Options that the program itself takes, of every command
GLOBAL_OPTIONS = {"--debug", "--help", "--version"}


@pytest.fixture(scope="module")
def commands() -> dict[str, set[str]]:
    """The options of every command, by its name."""
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    return {
        name: {option for parameter in command.params for option in parameter.opts}
        for name, command in group.commands.items()
    }


def test_the_page_lists_every_command(commands: dict[str, set[str]]) -> None:
    listed = re.findall(r"^\| \[`(\w+)`\]", COMMANDS_PAGE, re.MULTILINE)
    assert sorted(listed) == sorted(commands)


def test_every_option_on_the_page_exists(commands: dict[str, set[str]]) -> None:
    known = set().union(*commands.values()) | GLOBAL_OPTIONS
    assert set(re.findall(r"--[a-z][a-z-]+", COMMANDS_PAGE)) <= known


def test_the_page_lists_every_outcome_of_a_list() -> None:
    outcomes = COMMANDS_PAGE.partition("## Outcomes of lists")[2]
    assert re.findall(r"^\| `(\w+)`", outcomes, re.MULTILINE) == list(OUTCOMES)


def test_the_python_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", COMMANDS_PAGE, re.DOTALL)
    write_lake(tmp_path / "demo-lake", **week())
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"playlist_lake": playlist_lake}
    exec(code, names)  # noqa: S102
    chart = names["chart"]
    assert isinstance(chart, list)
    assert {len(row) for row in chart} == {len(_columns(tmp_path / "demo-lake"))}
    assert chart


@pytest.mark.parametrize("name", pages())
def test_what_a_page_tells_to_run_exists(name: str, commands: dict[str, set[str]]) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    told = re.findall(r"(?:\n|`|&& )make ((?:[a-z0-9-]+ ?)+)", text)
    assert {target for targets in told for target in targets.split()} <= MAKE_TARGETS
    said = re.findall(r"(?:\n|`|\.venv/bin/)playlist-lake ([a-z]+)", text)
    assert set(said) <= commands.keys()
    modules = re.findall(r"python -m ((?:tests|tools|jobs|bench)[\w.]*)", text)
    assert [module for module in modules if not find_spec(module)] == []


def _columns(lake: Path) -> list[str]:
    return playlist_lake.connect(lake).view("chart").columns
