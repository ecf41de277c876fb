"""The report's page: data, charts, scripts and styles in one HTML file that loads nothing."""

from functools import cache
from pathlib import Path

import altair as alt
import duckdb
import vl_convert
from jinja2 import Environment, FileSystemLoader

from playlist_lake.answers.table_files import EmptyLake
from playlist_lake.output import whole_file
from playlist_lake.report.charts import specifications
from playlist_lake.report.contents import contents
from playlist_lake.summary.genres import ATTRIBUTION

_FOLDER = Path(__file__).parent
# Each uses functions of those before it
_SCRIPTS = ("drawing.js", "sections.js", "stays.js", "page.js")


def write_report(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write the report of a lake to an HTML file; after an error the file has its old content.

    Raises EmptyLake, OutputUnavailable.
    """
    data = contents(con)
    if not data["lists"]:
        raise EmptyLake(
            "the lake has no snapshots with stays; build them with playlist-lake build, or bring "
            "snapshots in with playlist-lake import"
        )
    environment = Environment(loader=FileSystemLoader(_FOLDER), autoescape=True)
    # Keep names in other scripts as they are instead of escaping them: it takes less space
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    page = environment.get_template("page.html").render(
        style=_part("page.css"),
        renderer=_renderer(),
        script="\n".join(_part(name) for name in _SCRIPTS),
        charts=specifications(),
        contents=data,
        genres_attribution=ATTRIBUTION,
    )
    with whole_file(path) as file:
        file.write(page.encode())


def _part(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


@cache
def _renderer() -> str:
    """Vega, Vega-Lite and vega-embed as one script, in the version that Altair targets."""
    snippet = "window.vegaEmbed = vegaEmbed;"
    version = ".".join(alt.SCHEMA_VERSION.split(".")[:2])
    # A string with this tag in it would end the script element
    return vl_convert.javascript_bundle(snippet, vl_version=version).replace(
        "</script", r"<\/script"
    )
