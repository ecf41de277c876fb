"""`playlist-lake extract`: take today's snapshots without building the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlist_lake.console import Steps, counted, steps
from playlist_lake.parameters import DEFAULT_LAKE, LakeOrPrefixOption, RefreshOption

if TYPE_CHECKING:
    from extract_lambda.raw_zone import RawZone
    from playlist_lake.spotify.extracting import Extraction, Prepared


def extract(lake: LakeOrPrefixOption = DEFAULT_LAKE, refresh: RefreshOption = False) -> None:
    """Raises NoCredentials, ExtractError, Partial, ListsUnavailable."""
    from extract_lambda.raw_zone import RawZone
    from playlist_lake.command_results import print_results, raise_if_partial
    from playlist_lake.lakes import lake_storage
    from playlist_lake.spotify import extracting
    from playlist_lake.spotify.client import utc_now

    storage = lake_storage(lake)
    prepared = extracting.prepare(storage, utc_now)
    with steps(1 + len(prepared.playlists.ids)) as progress:
        extraction = take_snapshots(prepared, RawZone(storage), refresh, progress)
    print_results(lake, None, extraction)
    raise_if_partial(None, extraction)


def take_snapshots(prepared: Prepared, zone: RawZone, refresh: bool, progress: Steps) -> Extraction:
    """Extract the followed lists; print those that were not extracted to stderr."""
    from playlist_lake.spotify import extracting
    from playlist_lake.spotify.client import utc_now, warnings_printed

    progress.begin(f"extract {counted(len(prepared.playlists.ids), 'list')}")
    with warnings_printed():
        extraction = extracting.extract(
            prepared,
            zone,
            clock=utc_now,
            refresh=refresh,
            on_outcome=lambda one: progress.advance(f"{one.outcome} {one.playlist_id}"),
        )
    extracting.remark_extraction(extraction)
    return extraction
