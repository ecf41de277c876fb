"""`playlist-lake status`: the login, the quota, the tables and the followed lists at a glance."""

from playlist_lake.errors import ListsUnavailable, Partial
from playlist_lake.parameters import DEFAULT_LAKE, LakeOrPrefixOption


def status(lake: LakeOrPrefixOption = DEFAULT_LAKE) -> None:
    """Raises Misuse, ExtractError, JobError, LakeError, Partial, ListsUnavailable."""
    from extract_lambda.throttle import Throttle
    from lake.address import S3Address, parse_address
    from lake.storage import open_storage
    from playlist_lake.lakes import existing_lake
    from playlist_lake.spotify.client import utc_now
    from playlist_lake.spotify.status import print_quota, print_stored_login
    from playlist_lake.status.lists import read_status
    from playlist_lake.status.printing import print_status, print_tables
    from playlist_lake.status.tables import read_tables_status

    is_on_s3 = isinstance(parse_address(lake), S3Address)
    storage = open_storage(lake if is_on_s3 else existing_lake(lake))
    now = utc_now()
    print_stored_login(now)
    print_quota(Throttle(storage, utc_now).until())
    if not is_on_s3:
        # On S3 the Glue jobs decide when they build
        print_tables(read_tables_status(storage, now.date()), lake)
    found = read_status(storage, now.date())
    print_status(found)
    if found.has_failed:
        raise Partial("some lists were not read when they were last tried; see above")
    if found.playlists.invalid:
        raise Partial("some lines of config/playlists.txt are not lists; see above")
    if found.has_unavailable:
        raise ListsUnavailable
