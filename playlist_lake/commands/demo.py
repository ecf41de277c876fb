"""`playlist-lake demo`: simulated days of three lists, their genres, tables and report."""

from typing import Annotated

import typer

from playlist_lake.commands.report import print_nothing_new, report
from playlist_lake.console import counted, steps
from playlist_lake.parameters import NoBuildOption

# Neither my-lake nor PLAYLIST_LAKE, so that simulated and real data stay apart
_DEMO_LAKE = "demo-lake"


def demo(
    lake: Annotated[str, typer.Option("--lake", help="The demo's own folder.")] = _DEMO_LAKE,
    no_build: NoBuildOption = False,
) -> None:
    """Raises NoDemoLake, DemoFailed, JobError, Partial."""
    from playlist_lake.building.up_to_date import is_up_to_date
    from playlist_lake.demo import DATES, is_written, write_demo, write_demo_genres
    from playlist_lake.lakes import locked_lake, new_or_existing_lake

    folder = new_or_existing_lake(lake)
    if not no_build and is_written(folder, DATES) and is_up_to_date(folder, DATES):
        print_nothing_new("Nothing to build: the tables are up to date.", lake)
        return
    from playlist_lake.building.build import STEP_COUNT, build
    from playlist_lake.command_results import print_results, raise_if_partial

    built = None
    with locked_lake(folder) as opened, steps(1 + len(DATES) + 1 + STEP_COUNT) as progress:
        progress.begin(f"simulate {counted(len(DATES), 'day')}")
        write_demo(folder, DATES, lambda on: progress.advance(f"simulated {on}"))
        progress.advance("simulated genres")
        write_demo_genres(folder, DATES[-1])
        if not no_build:
            built = build(opened, progress.begin, candidates=DATES)
    print_results(lake, built)
    raise_if_partial(built)
    if built:
        report(lake)
