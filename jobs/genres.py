"""Building the tables of genres, in a run of its own, from the answers in genres/.

The rows are few, so they are written without Spark. Then new answers alone start no JVM.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from jobs import publish, run
from jobs.arrow_audit import fault_sentences, table_faults
from jobs.arrow_files import read_arrow_file, write_arrow_file
from jobs.errors import JobError
from jobs.genre_rows import read_answers
from jobs.genres_inputs import are_built_from, genres_files
from jobs.lock import LockLost
from jobs.locked_lake import LockedLake
from jobs.run import BuildResult, DateResult, RunRecord, Steps
from jobs.run_folders import run_folder
from jobs.tables import ARTIST_GENRES, ARTIST_MATCHES, GENRE_TABLES, Table, arrow_schema
from jobs.undated import digest
from lake.errors import LakeError
from lake.genres import GENRES_FOLDER, is_genres_key

# Sums of shares, which are fractions
_TOLERANCE = 1e-9


class GenresInvalid(JobError):
    """No answer can be read, or the written genres are inconsistent."""


def build_genres(lake: LockedLake) -> RunRecord | None:
    """Publish both tables if the answers changed; None if they are up to date.

    Other tables don't depend on genres. So after an error this returns a record that has failed
    and has a warning, and the tables stay as they are. Raises LockLost.
    """
    try:
        files = genres_files(lake.storage)
        if are_built_from(files, lake.storage, lake.catalog):
            return None
        return publish.perform(
            lake, "build_genres", lambda steps: _build(lake, files, steps), run.no_progress
        )
    except LockLost:
        raise
    except (JobError, LakeError) as error:
        warning = f"the tables of genres were not built: {error}; the other tables are complete"
        return RunRecord(lake.run_id, "build_genres", lake.clock(), "failed", warnings=[warning])


def audit_genres(matches: pa.Table | None, genres: pa.Table | None) -> list[str]:
    """What is wrong with the written rows."""
    violations = [
        *table_faults(ARTIST_MATCHES, matches),
        *table_faults(ARTIST_GENRES, genres),
    ]
    if violations or matches is None or genres is None:
        return violations
    found = set()
    contradictions = 0
    for row in matches.to_pylist():
        is_found = row["outcome"] == "found"
        contradictions += is_found != (row["mbid"] is not None)
        found |= {row["artist_id"]} if is_found else set()
    shares: dict[str, float] = defaultdict(float)
    for row in genres.to_pylist():
        shares[row["artist_id"]] += row["share"]
    faults = {
        "artist_matches": {"rows have an mbid and another outcome, or none": contradictions},
        "artist_genres": {
            "artists have no match": len(shares.keys() - found),
            "artists have shares that do not add up to 1": sum(
                abs(total - 1) > _TOLERANCE for total in shares.values()
            ),
        },
    }
    return fault_sentences(faults)


def _build(lake: LockedLake, files: Mapping[str, str], steps: Steps) -> BuildResult:
    """Write and audit both tables."""
    objects = [key for key in files if is_genres_key(key)]
    with steps.begin("read"):
        answers, unreadable = read_answers(lake.storage, objects)
        if objects and len(unreadable) == len(objects):
            raise GenresInvalid(f"no object in {GENRES_FOLDER} can be read: {unreadable[0]}")
    with steps.begin("write"):
        _write(lake, ARTIST_MATCHES, answers.matches())
        _write(lake, ARTIST_GENRES, answers.artist_genres())
    with steps.begin("audit"):
        counts = _audited(lake)
    return BuildResult(
        [table.name for table in GENRE_TABLES],
        {None: DateResult("succeeded", counts)},
        warnings=[
            *(f"{sentence}; its answers are left out" for sentence in unreadable),
            *(
                f"{key} is not a genres object and is ignored"
                for key in files
                if key not in objects
            ),
        ],
        inputs_digest=digest(files),
    )


def _write(lake: LockedLake, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    columns = [list(column) for column in zip(*rows, strict=True)] or [[]] * len(table.columns)
    content = pa.table(dict(zip(table.column_names, columns, strict=True)), arrow_schema(table))
    write_arrow_file(lake.storage, _folder(lake, table), content)


def _audited(lake: LockedLake) -> dict[str, int]:
    """The number of rows of each table; raises GenresInvalid."""
    written = {
        table.name: read_arrow_file(lake.storage, _folder(lake, table)) for table in GENRE_TABLES
    }
    if violations := audit_genres(written[ARTIST_MATCHES.name], written[ARTIST_GENRES.name]):
        raise GenresInvalid(
            f"{'; '.join(violations)}; nothing was published; this is a bug in playlist-lake"
        )
    return {name: rows.num_rows for name, rows in written.items() if rows is not None}


def _folder(lake: LockedLake, table: Table) -> str:
    return run_folder(table.name, lake.run_id)
