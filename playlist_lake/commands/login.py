"""`playlist-lake login`: get the user's consent and store it for later runs."""

import os
from typing import Annotated

import typer

from playlist_lake.console import out, program, remark, shown
from playlist_lake.errors import Misuse


def login(
    secret: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Store the login in this secret of AWS Secrets Manager."),
    ] = None,
    port: Annotated[
        int, typer.Option(min=1, max=65_535, help="Port that the browser returns to.")
    ] = 8888,
    paste: Annotated[
        bool, typer.Option("--paste", help="The browser is on another machine.")
    ] = False,
    new_app: Annotated[
        bool, typer.Option("--new-app", help="Ask for client ID and secret again.")
    ] = False,
) -> None:
    """Raises CommandError, ExtractError. Stores nothing unless Spotify gives a token."""
    from extract_lambda.credentials import (
        ENVIRONMENT,
        CredentialStore,
        FileStore,
        credentials_path,
    )
    from extract_lambda.secret import SecretStore
    from extract_lambda.settings import settings_from
    from playlist_lake.spotify.client import utc_now
    from playlist_lake.spotify.login import LOGIN_LIFETIME, ask_for_app, known_app, log_in

    if secret is not None and not secret.strip():
        raise Misuse("--secret is given without a name; name one, or leave it out")
    settings = settings_from(os.environ)
    path = credentials_path()
    stores: list[CredentialStore] = [FileStore(path)]
    if secret:
        stores.insert(0, SecretStore(secret))
    app = None if new_app else known_app(stores)
    app = app or ask_for_app(port)
    credentials = log_in(app, settings, port=port, paste=paste, clock=utc_now)
    stores[0].save(credentials)
    where = f"the secret {secret}" if secret else str(path)
    ends_on = (utc_now() + LOGIN_LIFETIME).date()
    sentence = f"The login is stored in {where}. Run playlist-lake login again before {ends_on}."
    out.print(shown(sentence), soft_wrap=True)
    if secret:
        return
    if all(os.environ.get(name) for name in ENVIRONMENT.values()):
        remark(
            "warning: the environment has other credentials, which are used instead of that file; "
            f"unset {ENVIRONMENT['refresh_token']}",
            "yellow",
        )
    out.print(f"Next: {program()} follow LINK", style="bold")
