"""The report's page: everything in one file, which loads nothing."""

from functools import cache
from pathlib import Path

import altair as alt
import duckdb
import vl_convert
from jinja2 import Environment, FileSystemLoader

from playlist_lake.lakes import EmptyLake
from playlist_lake.output import whole_file
from playlist_lake.report.charts import specifications
from playlist_lake.report.contents import contents

_HERE = Path(__file__).parent


def write_report(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write the report of a lake, an HTML file; a failure leaves what was there.

    Raises EmptyLake, OutputUnavailable.
    """
    shown = contents(con)
    if not shown["lists"]:
        raise EmptyLake(
            "the lake holds no snapshot any more; bring some in with playlist-lake import"
        )
    environment = Environment(loader=FileSystemLoader(_HERE), autoescape=True)
    # Names are as short as they are, in any script
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    page = environment.get_template("page.html").render(
        style=_part("page.css"),
        renderer=_renderer(),
        script=_part("page.js"),
        charts=specifications(),
        contents=shown,
    )
    with whole_file(path) as file:
        file.write(page.encode())


def _part(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


@cache
def _renderer() -> str:
    """Vega, Vega-Lite and vega-embed as one script, of the version that Altair writes for."""
    snippet = "window.vegaEmbed = vegaEmbed;"
    version = ".".join(alt.SCHEMA_VERSION.split(".")[:2])
    # Within a page the script would end where a text in it says so
    return vl_convert.javascript_bundle(snippet, vl_version=version).replace(
        "</script", r"<\/script"
    )
