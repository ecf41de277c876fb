"""Credentials: where they are found and saved, and that no output shows them."""

import json
import logging
import re
import signal
import stat
import subprocess
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from extract_lambda.credentials import (
    Credentials,
    CredentialStore,
    CredentialsUnavailable,
    EnvironmentStore,
    FileStore,
    InvalidCredentials,
    MissingCredentials,
    credentials_path,
    find_store,
)
from extract_lambda.secret import SecretStore

MORNING = datetime(2026, 10, 1, 6, tzinfo=UTC)
SECRETS = {"client_id": "the-id", "client_secret": "the-secret", "refresh_token": "the-token"}
KNOWN = Credentials(**SECRETS, authorized_at=MORNING)
VARIABLES = {
    "SPOTIFY_CLIENT_ID": "the-id",
    "SPOTIFY_CLIENT_SECRET": "the-secret",
    "SPOTIFY_REFRESH_TOKEN": "the-token",
}


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_neither_repr_nor_str_shows_a_secret() -> None:
    for shown in (repr(KNOWN), str(KNOWN), repr([KNOWN]), repr(FileStore(Path("x")))):
        assert not re.search("the-(id|secret|token)", shown)


def test_the_age_counts_from_the_consent() -> None:
    assert KNOWN.age_days(MORNING + timedelta(days=150, hours=12)) == 150.5
    assert Credentials(**SECRETS, authorized_at=None).age_days(MORNING) is None


def test_the_environment_comes_first_then_the_file(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    path = tmp_path / "playlist-lake" / "credentials.toml"
    with pytest.raises(MissingCredentials) as caught:
        find_store(environ)
    assert str(caught.value) == (
        f"there are no credentials in the environment or in {path}; run playlist-lake login"
    )

    FileStore(path).save(KNOWN)
    assert find_store(environ).load() == KNOWN

    environ |= VARIABLES | {"SPOTIFY_CLIENT_ID": "another"}
    assert find_store(environ).load() == Credentials(
        "another", "the-secret", "the-token", authorized_at=None
    )


def test_all_three_variables_are_needed(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "SPOTIFY_CLIENT_ID": "the-id", "SPOTIFY_REFRESH_TOKEN": ""}

    with pytest.raises(
        MissingCredentials,
        match="the environment lacks SPOTIFY_CLIENT_SECRET and SPOTIFY_REFRESH_TOKEN; set all",
    ):
        find_store(environ)

    FileStore(credentials_path(environ)).save(KNOWN)
    assert find_store(environ).load() == KNOWN


@pytest.mark.parametrize(
    ("environ", "platform", "folder"),
    [
        ({"HOME": "/home/me"}, "linux", "/home/me/.config"),
        ({"HOME": "/home/me", "XDG_CONFIG_HOME": ""}, "linux", "/home/me/.config"),
        ({"HOME": "/home/me", "XDG_CONFIG_HOME": "relative"}, "linux", "/home/me/.config"),
        ({"HOME": "/home/me", "XDG_CONFIG_HOME": "/etc/me"}, "linux", "/etc/me"),
        ({"HOME": "/Users/me"}, "darwin", "/Users/me/Library/Application Support"),
        ({"HOME": "/Users/me", "XDG_CONFIG_HOME": "/x"}, "darwin", "/x"),
    ],
)
def test_the_file_is_in_the_users_configuration_folder(
    environ: dict[str, str], platform: str, folder: str
) -> None:
    path = credentials_path(environ, platform)

    assert path == Path(folder) / "playlist-lake" / "credentials.toml"


def test_only_the_user_may_read_the_file_which_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "credentials.toml"
    store = FileStore(path)

    store.save(KNOWN)
    store.save(Credentials('id"\\', "secret", "token#", authorized_at=None))

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert names_in(path.parent) == ["credentials.toml"]
    assert store.load() == Credentials('id"\\', "secret", "token#", authorized_at=None)


@pytest.mark.parametrize("key", SECRETS)
@pytest.mark.parametrize("value", ["", " ", "two words", "line\n", "t\u00f6ken", "x" * 5000, None])
def test_credentials_that_no_store_could_load_cannot_be_saved(key: str, value: Any) -> None:
    with pytest.raises(InvalidCredentials) as caught:
        Credentials(**(SECRETS | {key: value}), authorized_at=None)

    assert str(caught.value) == (
        f"{key} is missing, or has characters that it cannot have; run playlist-lake login"
    )


def test_a_link_to_the_file_stays_a_link(tmp_path: Path) -> None:
    dotfiles, link = tmp_path / "dotfiles", tmp_path / "config" / "credentials.toml"
    link.parent.mkdir()
    link.symlink_to(dotfiles / "mine.toml")

    FileStore(link).save(KNOWN)
    FileStore(link).save(KNOWN)

    assert link.readlink() == dotfiles / "mine.toml"
    assert FileStore(link).load() == KNOWN
    assert stat.S_IMODE((dotfiles / "mine.toml").stat().st_mode) == 0o600
    assert (names_in(link.parent), names_in(dotfiles)) == (["credentials.toml"], ["mine.toml"])


KILLED_SAVE = """
import os, signal, sys
from pathlib import Path
from extract_lambda.credentials import Credentials, FileStore

os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
FileStore(Path(sys.argv[1])).save(Credentials("the-id", "the-secret", "new-token", None))
"""


@pytest.mark.parametrize("is_linked", [False, True])
def test_what_a_killed_save_left_is_removed_by_the_next_load(
    tmp_path: Path, is_linked: bool
) -> None:
    path, file = tmp_path / "credentials.toml", tmp_path / "credentials.toml"
    if is_linked:
        file = tmp_path / "dotfiles" / "mine.toml"
        path.symlink_to(file)
    FileStore(path).save(KNOWN)
    killed = subprocess.run([sys.executable, "-c", KILLED_SAVE, str(path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert "new-token" in (file.parent / f".{file.name}.tmp").read_text()

    assert FileStore(path).load() == KNOWN

    assert [one.name for one in file.parent.iterdir() if one.is_file()] == [file.name]


def test_the_file_can_be_written_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "credentials.toml"
    path.write_text(
        "client_id = 'the-id'\nclient_secret = 'the-secret'\nrefresh_token = 'the-token'\n"
        "authorized_at = 2026-10-01T08:00:00+02:00  # when I said yes\n"
    )
    path.chmod(0o600)

    assert FileStore(path).load() == KNOWN


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602, 0o666])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "credentials.toml"
    FileStore(path).save(KNOWN)
    path.chmod(mode)

    with pytest.raises(InvalidCredentials, match=rf"\(mode 0{mode:o}\); run chmod 600 on it"):
        FileStore(path).load()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("the-secret", "is not TOML"),
        ("client_id = 'the-id'\nclient_secret = 'the-secret'", "refresh_token in .* is missing"),
        ("client_id = 1\nclient_secret = 'the-secret'", "client_id in .* is missing"),
        (
            "client_id = 'the-id'\nclient_secret = 'the-secr\u00e9t'\nrefresh_token = 'the-token'",
            "client_secret in .* has characters that it cannot have; correct it, or run",
        ),
        ("client_id = 'the-id'\nclient_secret = 'the secret'", "client_secret in"),
        (
            "client_id='x'\nclient_secret='the-secret'\nrefresh_token='y'\nauthorized_at='soon'",
            "authorized_at in .* is not a time such as 2026-11-23T06:00:00Z; correct it",
        ),
        ("client_secret = 'the-secret'\nx = " + "[" * 10_000, "is not TOML"),
        ("client_secret = 'the-secret'\nx = " + "9" * 5000, "is not TOML"),
        (
            "client_id='x'\nclient_secret='the-secret'\nrefresh_token='y'\n"
            "authorized_at=0001-01-01T00:00:00+14:00",
            "authorized_at in .* is not a time",
        ),
        (
            "client_id='x'\nclient_secret='the-secret'\nrefresh_token='y'\nauthorized_at=1",
            "authorized_at in .* is not a time",
        ),
    ],
)
def test_a_file_with_other_content_is_refused_without_quoting_it(
    tmp_path: Path, text: str, sentence: str
) -> None:
    path = tmp_path / "credentials.toml"
    path.write_text(text)
    path.chmod(0o600)

    with pytest.raises(InvalidCredentials, match=sentence) as caught:
        FileStore(path).load()

    assert "the-sec" not in "".join(traceback.format_exception(caught.value))
    assert str(path) in str(caught.value)


def test_a_path_that_is_not_a_readable_file_is_an_error_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "bytes").write_bytes(b"\xff")

    with pytest.raises(MissingCredentials, match=r"there is no .*none; run playlist-lake login"):
        FileStore(tmp_path / "none").load()
    with pytest.raises(CredentialsUnavailable, match=r"cannot be read \(Is a directory\)"):
        FileStore(tmp_path / "folder").load()
    with pytest.raises(CredentialsUnavailable, match="cannot be read"):
        FileStore(tmp_path / "bytes").load()
    with pytest.raises(CredentialsUnavailable, match=r"cannot be written \((Not a d|File ex)"):
        FileStore(tmp_path / "bytes" / "credentials.toml").save(KNOWN)
    assert names_in(tmp_path) == ["bytes", "folder"]


def test_the_environment_keeps_a_new_token_and_warns_that_it_is_for_this_process(
    caplog: pytest.LogCaptureFixture,
) -> None:
    environ = dict(VARIABLES)
    store = EnvironmentStore(environ)

    store.save(Credentials("the-id", "the-secret", "the-new-token", authorized_at=None))

    assert environ == VARIABLES | {"SPOTIFY_REFRESH_TOKEN": "the-new-token"}
    assert store.load().refresh_token == "the-new-token"  # noqa: S105
    assert "run playlist-lake login, and unset SPOTIFY_REFRESH_TOKEN" in caplog.text
    assert "the-new-token" not in caplog.text


def test_an_invalid_variable_is_named_without_its_value() -> None:
    store = EnvironmentStore(VARIABLES | {"SPOTIFY_CLIENT_SECRET": "the\nsecret"})

    with pytest.raises(InvalidCredentials) as caught:
        store.load()

    assert str(caught.value).startswith("SPOTIFY_CLIENT_SECRET in the environment is missing, or")


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        yield boto3.client("secretsmanager")


def test_a_secret_is_read_and_written_and_never_logged(
    secrets: Any, caplog: pytest.LogCaptureFixture
) -> None:
    secrets.create_secret(Name="spotify", SecretString="{}")
    store = SecretStore("spotify")
    caplog.set_level(logging.DEBUG)
    for name in [*logging.root.manager.loggerDict]:
        caplog.set_level(logging.DEBUG, name)

    store.save(KNOWN)
    assert store.load() == KNOWN

    assert not re.search("the-(secret|token)", caplog.text)
    # Debug logs of botocore are off only during the calls
    assert logging.root.manager.disable == logging.NOTSET
    caplog.clear()
    answer = secrets.get_secret_value(SecretId="spotify")
    assert "the-secret" in caplog.text
    assert json.loads(answer["SecretString"]) == SECRETS | {
        "authorized_at": "2026-10-01T06:00:00+00:00"
    }


@pytest.mark.parametrize(
    ("content", "error", "sentence"),
    [
        (None, MissingCredentials, "the secret spotify does not exist or has no value; create it"),
        ("the-secret", InvalidCredentials, "is not JSON; run playlist-lake login --secret spotify"),
        ('["the-secret"]', InvalidCredentials, "the secret spotify has no credentials"),
        ('{"client_id": "x"}', InvalidCredentials, "client_secret in the secret spotify is missi"),
        (b"\x00", InvalidCredentials, "is not JSON"),
        ("[" * 60_000, InvalidCredentials, "is not JSON"),
    ],
)
def test_a_secret_without_credentials_is_one_sentence_without_its_value(
    secrets: Any, content: str | bytes | None, error: type[Exception], sentence: str
) -> None:
    if isinstance(content, str):
        secrets.create_secret(Name="spotify", SecretString=content)
    elif content:
        secrets.create_secret(Name="spotify", SecretBinary=content)

    with pytest.raises(error, match=re.escape(sentence)) as caught:
        SecretStore("spotify").load()

    assert "the-secret" not in "".join(traceback.format_exception(caught.value))


def test_an_unreachable_secret_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    with pytest.raises(CredentialsUnavailable, match="must specify a region"):
        SecretStore("spotify")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with pytest.raises(CredentialsUnavailable, match="Unable to locate credentials; check AWS"):
        SecretStore("spotify").load()


def test_times_of_any_zone_become_utc(secrets: Any) -> None:
    zone = timezone(timedelta(hours=2))
    text = json.dumps(
        SECRETS | {"authorized_at": datetime(2026, 10, 1, 8, tzinfo=zone).isoformat()}
    )
    secrets.create_secret(Name="spotify", SecretString=text)
    store: CredentialStore = SecretStore("spotify")

    assert store.load().authorized_at == MORNING
