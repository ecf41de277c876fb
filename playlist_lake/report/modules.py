"""The page's scripts as one: JavaScript modules, joined in the order in which they need each other.

The modules import each other as usual, so that editors and the TypeScript compiler can check them.
A page that loads nothing cannot import files. So they are joined here, without `import` and
`export`. That works because no two modules declare the same name, and no import renames one.
"""

import re
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

_FOLDER = Path(__file__).parent / "scripts"
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([a-z_]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function |const |class )", re.MULTILINE)


@cache
def joined_modules() -> str:
    """All modules as one script."""
    modules = {path.name: path.read_text(encoding="utf-8") for path in sorted(_FOLDER.glob("*.js"))}
    needed = {name: _IMPORT.findall(text) for name, text in modules.items()}
    order = TopologicalSorter(needed).static_order()
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", modules[name])) for name in order)
