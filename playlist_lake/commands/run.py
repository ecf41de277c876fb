"""`playlist-lake run`: take today's snapshots and build the tables."""

from playlist_lake.console import steps
from playlist_lake.parameters import DEFAULT_LAKE, LakeOption, NoBuildOption, RefreshOption


def run(
    lake: LakeOption = DEFAULT_LAKE,
    refresh: RefreshOption = False,
    no_build: NoBuildOption = False,
) -> None:
    """Raises NoCredentials, ExtractError, JobError, Partial, ListsUnavailable."""
    from extract_lambda.raw_zone import RawZone
    from jobs.dates import raw_dates
    from lake.storage import open_storage
    from playlist_lake.building.build import STEP_COUNT, build
    from playlist_lake.command_results import print_report, print_results, raise_if_partial
    from playlist_lake.commands.extract import take_snapshots
    from playlist_lake.lakes import locked_lake, new_or_existing_lake
    from playlist_lake.spotify import extracting
    from playlist_lake.spotify.client import utc_now

    folder = new_or_existing_lake(lake)
    storage = open_storage(folder)
    zone = RawZone(storage)
    prepared = extracting.prepare(storage, utc_now)
    ids = prepared.playlists.ids
    extracting.remark_missed(
        extracting.missed_dates(zone, ids, raw_dates(storage), utc_now().date())
    )
    built = extraction = None
    try:
        with steps(1 + len(ids) + STEP_COUNT) as progress:
            extraction = take_snapshots(prepared, zone, refresh, progress)
            if not no_build:
                # An extraction needs no lock: it puts each snapshot in one step
                with locked_lake(folder) as opened:
                    built = build(opened, progress.begin)
    except BaseException:
        if extraction:
            print_report(extraction)
        raise
    print_results(lake, built, extraction)
    raise_if_partial(built, extraction)
