"""The SQL files in sql/, views and named queries, in DuckDB's dialect.

They are written in Athena's. Translating them takes longer than most queries, so the translations
are kept in a file of the environment in which sqlglot is installed.
"""

import json
import sys
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from lake.atomic import AtomicFile

# Next to this package, both in the repository and where it is installed
SQL = Path(__file__).parents[2] / "sql"
VIEWS = SQL / "views"
QUERIES = SQL / "queries"
_TRANSLATOR = Path(__file__).with_name("translation.py")
KEPT = Path(sys.prefix) / "duckdb-sql.json"


class Translations(NamedTuple):
    """Views and named queries by name; a view comes after the views that it reads."""

    made_from: str
    views: dict[str, str]
    queries: dict[str, str]
    changes_between_chosen: str


def views() -> dict[str, str]:
    """The query of every view by name; a view comes after the views that it reads."""
    return _translations(_digest_of_sources()).views


def query_names() -> list[str]:
    """The names of the named queries, which are their file names without `.sql`."""
    return sorted(path.stem for path in QUERIES.glob("*.sql"))


def named_query(name: str) -> str:
    """A named query."""
    return _translations(_digest_of_sources()).queries[name]


def changes_between_chosen() -> str:
    """The query of the view `changes` for chosen dates.

    It reads them from the relation `chosen` with the columns playlist_id, snapshot_date and
    previous_date: dates on which the list has a snapshot.
    """
    return _translations(_digest_of_sources()).changes_between_chosen


@cache
def _translations(made_from: str) -> Translations:
    """The translations of the files with this digest: the kept ones if they are made from them."""
    with suppress(OSError, ValueError, TypeError):
        kept = Translations(**json.loads(KEPT.read_bytes()))
        if kept.made_from == made_from:
            return kept
    from playlist_lake.answers import translation

    translations = Translations(
        made_from,
        translation.translated_views(),
        {name: translation.translated_query(name) for name in query_names()},
        translation.translated_changes_between_chosen(),
    )
    # Without rights to write there, every command translates
    with suppress(OSError), AtomicFile(KEPT) as draft:
        draft.file.write(json.dumps(translations._asdict()).encode())
        draft.put()
    return translations


def _digest_of_sources() -> str:
    digest = sha256(version("sqlglot").encode())
    for path in (_TRANSLATOR, *sorted(VIEWS.glob("*.sql")), *sorted(QUERIES.glob("*.sql"))):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
