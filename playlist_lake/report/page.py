"""The report's page: data, scripts and styles in one HTML file that loads nothing."""

from pathlib import Path

import duckdb
from jinja2 import Environment, FileSystemLoader

from playlist_lake.answers.table_files import EmptyLake
from playlist_lake.output import whole_file
from playlist_lake.report.contents import contents
from playlist_lake.report.modules import joined_modules
from playlist_lake.summary.genres import ATTRIBUTION

_FOLDER = Path(__file__).parent


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
        style=(_FOLDER / "page.css").read_text(encoding="utf-8"),
        script=joined_modules(),
        contents=data,
        genres_attribution=ATTRIBUTION,
    )
    with whole_file(path) as file:
        file.write(page.encode())
