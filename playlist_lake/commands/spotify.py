"""The commands that have to do with Spotify: login, follow, run, extract and schedule."""

import os
from collections.abc import Sequence
from typing import Annotated

import typer

from extract_lambda.credentials import (
    ENVIRONMENT,
    CredentialStore,
    FileStore,
    credentials_path,
    find_store,
)
from extract_lambda.lake_files import open_lake_files
from extract_lambda.playlists_file import read_playlists
from extract_lambda.raw_zone import RawZone, open_raw_zone
from extract_lambda.secret import SecretStore
from extract_lambda.settings import settings_from
from extract_lambda.spotify_api import SpotifyApi
from extract_lambda.throttle import Throttle
from jobs.dates import raw_dates
from lake.storage import open_storage
from playlist_lake import outcome
from playlist_lake.building.build import STEP_COUNT, build
from playlist_lake.console import Steps, counted, out, remark, shown, steps
from playlist_lake.lakes import lake_folder, new_or_existing_lake
from playlist_lake.outcome import Partial
from playlist_lake.parameters import Lake, NoBuild
from playlist_lake.schedule import Scheduler, console_script, default_scheduler, entry
from playlist_lake.spotify import extracting, following, status
from playlist_lake.spotify.client import open_api, utc_now, warnings_printed
from playlist_lake.spotify.extracting import Extraction, Prepared
from playlist_lake.spotify.following import CheckedList
from playlist_lake.spotify.login import LOGIN_LIFETIME, ask_for_app, known_app, log_in

LakeOrPrefix = Annotated[str, typer.Option("--lake", help="The lake's folder or s3:// prefix.")]
Refresh = Annotated[bool, typer.Option("--refresh", help="Replace what is there of today.")]


def login(
    secret: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Keep it in this secret of AWS Secrets Manager."),
    ] = None,
    port: Annotated[
        int, typer.Option(min=1, max=65_535, help="Port that the browser comes back to.")
    ] = 8888,
    paste: Annotated[
        bool, typer.Option("--paste", help="The browser is on another machine.")
    ] = False,
    new_app: Annotated[
        bool, typer.Option("--new-app", help="Ask for client ID and secret again.")
    ] = False,
) -> None:
    """Let playlist-lake read your lists at Spotify, for six months."""
    settings = settings_from(os.environ)
    path = credentials_path()
    stores: list[CredentialStore] = [FileStore(path)]
    if secret:
        stores.insert(0, SecretStore(secret))
    app = None if new_app else known_app(stores)
    app = app or ask_for_app(port)
    credentials = log_in(app, settings, port=port, paste=paste, clock=utc_now)
    stores[0].save(credentials)
    place = f"the secret {secret}" if secret else str(path)
    ends_on = (utc_now() + LOGIN_LIFETIME).date()
    sentence = f"The login is kept in {place}. Run playlist-lake login again before {ends_on}."
    out.print(shown(sentence), soft_wrap=True)
    if not secret and all(os.environ.get(name) for name in ENVIRONMENT.values()):
        remark(
            "warning: the environment has other credentials, which go before that file; unset "
            f"{ENVIRONMENT['refresh_token']}",
            "yellow",
        )
    if not secret:
        out.print("Next: playlist-lake follow LINK", style="bold")


def follow(
    links: Annotated[
        list[str] | None,
        typer.Argument(metavar="LINK...", help="Links, URIs or ids; none checks what is followed."),
    ] = None,
    lake: LakeOrPrefix = "lake",
) -> None:
    """Follow lists that Spotify lets you read, or check those that you follow."""
    ids = following.linked_ids(links or ())
    files = open_lake_files(_raw_zone(lake).root)
    store = find_store()
    credentials = store.load()
    api = open_api(settings_from(os.environ), store, files, utc_now)
    if ids:
        checked = _checked(api, ids)
        added = following.add(files, checked)
        following.print_checked(
            checked, lambda one: "followed" if one in added else "already followed"
        )
        if any(one.problem for one in checked):
            raise Partial("a part of the lists cannot be followed; see above")
        return
    status.print_login(credentials, utc_now())
    status.print_quota(Throttle(files, utc_now).until())
    playlists = read_playlists(files)
    for sentence in playlists.duplicates:
        remark(f"warning: {sentence}", "yellow")
    for line in playlists.invalid:
        remark(f"not readable: {line.sentence}", "red")
    checked = _checked(api, playlists.ids)
    following.print_checked(checked, lambda _: "readable")
    if playlists.invalid or not all(one.is_answered for one in checked):
        raise Partial("a part of the lists could not be checked; see above")


def run(lake: Lake = "lake", refresh: Refresh = False, no_build: NoBuild = False) -> None:
    """Take today's snapshots of the lists you follow, and build the tables."""
    folder = new_or_existing_lake(lake)
    zone = open_raw_zone(folder)
    prepared = extracting.prepare(zone, utc_now)
    ids = prepared.playlists.ids
    extracting.remark_missed(
        extracting.missed_dates(zone, ids, raw_dates(open_storage(str(folder))), utc_now().date())
    )
    built = None
    with steps(1 + len(ids) + STEP_COUNT) as progress:
        extraction = _extracted(prepared, zone, refresh, progress)
        if not no_build:
            built = build(folder, progress.begin)
    outcome.show(lake, built, extraction)
    outcome.refuse_partial(built, extraction)


def extract(lake: LakeOrPrefix = "lake", refresh: Refresh = False) -> None:
    """Take today's snapshots of the lists you follow, for another run to build."""
    zone = _raw_zone(lake)
    prepared = extracting.prepare(zone, utc_now)
    with steps(1 + len(prepared.playlists.ids)) as progress:
        extraction = _extracted(prepared, zone, refresh, progress)
    outcome.show(lake, None, extraction)
    outcome.refuse_partial(None, extraction)


def schedule(
    lake: Lake = "lake",
    format_: Annotated[
        Scheduler | None, typer.Option("--format", help="Without it, what this machine has.")
    ] = None,
) -> None:
    """Print an entry for cron, launchd or systemd that runs `run` every day."""
    text = entry(format_ or default_scheduler(), console_script(), lake_folder(lake))
    typer.echo(text, nl=False)
    # There, none of the variables that this shell may have
    path = credentials_path({"HOME": os.environ.get("HOME", "")})
    if not path.exists():
        remark(
            f"warning: that run will look for a login in {path} and find none; run "
            "playlist-lake login first, with XDG_CONFIG_HOME unset",
            "yellow",
        )


def _raw_zone(lake: str) -> RawZone:
    return open_raw_zone(lake if lake.startswith("s3://") else new_or_existing_lake(lake))


def _extracted(prepared: Prepared, zone: RawZone, refresh: bool, progress: Steps) -> Extraction:
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


def _checked(api: SpotifyApi, ids: Sequence[str]) -> list[CheckedList]:
    with warnings_printed(), steps(len(ids)) as progress:
        checked = []
        for one in ids:
            progress.advance(f"ask for {one}")
            checked.append(following.check(api, one))
    return checked
