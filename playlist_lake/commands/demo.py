"""`playlist-lake demo`: simulated days of three lists, their tables and their report."""

from typing import Annotated

import typer

from playlist_lake.console import counted, steps
from playlist_lake.parameters import NoBuildOption

# Apart from everybody's own lake, and from PLAYLIST_LAKE: simulated data is never mixed with real
_DEMO_LAKE = "demo-lake"


def demo(
    lake: Annotated[str, typer.Option("--lake", help="The demo's own folder.")] = _DEMO_LAKE,
    no_build: NoBuildOption = False,
) -> None:
    """Raises NoDemoLake, DemoFailed, JobError, Partial."""
    from playlist_lake.building.build import STEP_COUNT, build, plan_changed_dates
    from playlist_lake.command_results import print_results, raise_if_partial
    from playlist_lake.commands.report import report
    from playlist_lake.demo import DATES, write_demo
    from playlist_lake.lakes import new_or_existing_lake

    folder = new_or_existing_lake(lake)
    built = None
    with steps(1 + len(DATES) + STEP_COUNT) as progress:
        progress.begin(f"simulate {counted(len(DATES), 'day')}")
        write_demo(folder, DATES, lambda on: progress.advance(f"simulated {on}"))
        if not no_build:
            built = build(folder, progress.begin, plan=plan_changed_dates(folder, DATES))
    print_results(lake, built)
    raise_if_partial(built)
    if built:
        report(lake)
