"""`playlist-lake genres`: ask MusicBrainz and ListenBrainz for the genres of artists."""

from typing import Annotated

import typer

from playlist_lake.console import out, waiting
from playlist_lake.errors import Misuse, Partial
from playlist_lake.parameters import DEFAULT_LAKE, LakeOrPrefixOption


def genres(
    lake: LakeOrPrefixOption = DEFAULT_LAKE,
    every: Annotated[
        bool,
        typer.Option(
            "--all", help="Ask for every artist in the tables, not only those on the lists now."
        ),
    ] = False,
    contact: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Your e-mail or web address, which MusicBrainz requires; kept in the lake.",
        ),
    ] = None,
) -> None:
    """Raises Misuse, NoContact, PlaylistsUnreadable, NoLake, Partial."""
    from extract_lambda.genres.settings import NoContact, read_contact, write_contact
    from playlist_lake.genres import all_artists, ask, followed_artists, print_genre_report
    from playlist_lake.lakes import lake_storage
    from playlist_lake.spotify.client import utc_now, warnings_printed

    storage = lake_storage(lake)
    if contact is not None:
        try:
            write_contact(storage, contact)
        except NoContact as error:
            raise Misuse(str(error)) from error
    # Fails here before any snapshot is read
    read_contact(storage)
    with warnings_printed(), waiting() as on_call:
        artists = all_artists(lake) if every else followed_artists(storage, utc_now())
        report = ask(artists, storage, utc_now, on_call)
    print_genre_report(report)
    if report.answers:
        out.print("playlist-lake build makes tables of the answers.")
    if report.problems:
        raise Partial("some artists were not asked for; see above")
