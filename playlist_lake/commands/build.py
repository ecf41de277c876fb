"""`playlist-lake build`: the tables of snapshot dates, and the stays."""

from typing import Annotated

import typer

from playlist_lake.commands.report import refresh_report
from playlist_lake.console import counted, remark, steps
from playlist_lake.errors import CommandError, Misuse
from playlist_lake.parameters import DEFAULT_LAKE, LakeOption


class NoSnapshots(CommandError):
    """The lake has neither snapshots nor outcomes of the dates that --snapshot-dates names."""


def build(
    lake: LakeOption = DEFAULT_LAKE,
    dates: Annotated[
        str,
        typer.Option(
            "--snapshot-dates",
            metavar="auto|D|D..D",
            help="auto: every date never built, and those of the last 14 days that changed.",
        ),
    ] = "auto",
    outdated: Annotated[
        bool,
        typer.Option("--outdated", help="Also rebuild the dates that older rules built."),
    ] = False,
    allow_partial: Annotated[
        bool,
        typer.Option("--allow-partial", help="Rebuild a date without its refused objects."),
    ] = False,
) -> None:
    """Raises NoLake, InvalidOption, NoSnapshots, JobError, Partial."""
    from jobs.dates import built_dates, outdated_dates, raw_dates
    from jobs.options import snapshot_dates
    from lake.outcomes import outcomes_dates
    from lake.storage import open_storage
    from playlist_lake.answers.repairs import build_command
    from playlist_lake.building import build as building
    from playlist_lake.command_results import print_build, raise_if_partial
    from playlist_lake.lakes import existing_lake, locked_lake

    folder = existing_lake(lake)
    if outdated and dates != "auto":
        raise Misuse("--outdated chooses the dates itself; leave out --snapshot-dates")
    asked = "outdated" if outdated else snapshot_dates(dates)
    storage = open_storage(folder)
    known = {*raw_dates(storage), *outcomes_dates(storage)}
    if isinstance(asked, tuple) and not known & {*asked}:
        raise NoSnapshots(f"{folder}/raw has no snapshot of {dates}; import one first")
    with locked_lake(folder) as opened, steps(building.STEP_COUNT) as progress:
        built = building.build(
            opened, progress.begin, snapshot_dates=asked, allow_partial=allow_partial
        )
    print_build(built)
    if built.records:
        refresh_report(lake)
    if older := outdated_dates(storage, built_dates(storage)):
        remark(
            f"Older rules built {counted(len(older), 'date')}; {build_command(lake)} --outdated "
            f"rebuilds {'it' if len(older) == 1 else 'them'}, and CHANGELOG.md says what changed."
        )
    raise_if_partial(built)
