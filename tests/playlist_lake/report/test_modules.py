"""The page's modules, joined into one script."""

import re
from collections import Counter
from pathlib import Path

from playlist_lake import report
from playlist_lake.report.modules import joined_modules

SCRIPTS = Path(report.__file__).parent / "scripts"
_DECLARED = re.compile(
    r"^(?:export )?(?:async )?(?:function|const|let|class) (?:\{ (.*?) \}|(\w+))", re.MULTILINE
)


def declared_names(script: str) -> list[str]:
    """The names that a script declares at its top level."""
    found = _DECLARED.findall(script)
    return [name for several, one in found for name in (several.split(", ") if several else [one])]


def test_the_script_has_every_module_and_neither_imports_nor_exports() -> None:
    script = joined_modules()
    assert not re.search(r"^(import|export)\b", script, re.MULTILINE)
    for path in SCRIPTS.glob("*.js"):
        first_line = path.read_text(encoding="utf-8").split("\n", 1)[0]
        assert first_line.startswith("// ")
        assert script.count(first_line) == 1, path.name


def test_no_two_modules_declare_one_name() -> None:
    names = Counter(declared_names(joined_modules()))
    assert {"contents", "songs", "artists", "lists", "element"} <= names.keys()
    assert [name for name, count in names.items() if count > 1] == []


def test_a_module_stands_after_those_that_it_imports() -> None:
    script = joined_modules()
    for path in SCRIPTS.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        for needed in re.findall(r'^import .* from "\./(.*)";$', text, re.MULTILINE):
            other = (SCRIPTS / needed).read_text(encoding="utf-8")
            assert script.index(other.split("\n", 1)[0]) < script.index(text.split("\n", 1)[0])
