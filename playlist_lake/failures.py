"""The exit status and the one-sentence message of a command that fails."""

from typing import NamedTuple

import typer

from extract_lambda.errors import ExtractError
from jobs.errors import JobError
from jobs.options import InvalidOption
from lake.address import InvalidAddress
from lake.errors import LakeError, NotAFolder
from playlist_lake.errors import CommandError, ListsUnavailable, Misuse

FAILED = 1
MISUSED = 2
# Nothing failed, but a followed list is forbidden or not found
UNAVAILABLE = 3
# As in shells: 128 + SIGINT
INTERRUPTED = 130


class Failure(NamedTuple):
    """How a command fails: its exit status, and its message, which may be printed already ("")."""

    status: int
    sentence: str


def failure_of(error: Exception) -> Failure:
    """The exit status and the sentence for an error that ended a command."""
    match error:
        case typer.TyperException():
            return Failure(error.exit_code, _sentence_of_misuse(error))
        case typer.Abort():
            return Failure(FAILED, "not confirmed, so nothing was done")
        case ListsUnavailable():
            return Failure(UNAVAILABLE, "")
        case Misuse() | InvalidOption() | InvalidAddress() | NotAFolder():
            return Failure(MISUSED, str(error))
        case CommandError() | JobError() | ExtractError() | LakeError():
            return Failure(FAILED, str(error))
        case OSError():
            path = error.filename or "a file"
            why = error.strerror or error
            return Failure(FAILED, f"{path}: {why}; free space or rights there, then run again")
        case ValueError() if str(error).startswith("Invalid endpoint: "):
            # From botocore, if AWS_ENDPOINT_URL or a profile in ~/.aws does not have a URL
            url = str(error).partition(": ")[2]
            return Failure(
                FAILED,
                f"AWS has no endpoint {url!r}; write an address that begins with https:// into "
                "AWS_ENDPOINT_URL, or leave it out",
            )
        case _:
            return Failure(FAILED, _sentence_of_duckdb(error) or _sentence_of_fault(error))


def _sentence_of_misuse(error: typer.TyperException) -> str:
    sentence = error.format_message().rstrip(".").replace(": Value error, ", ": ")
    context = getattr(error, "ctx", None)
    # The message is empty if Typer has printed the help
    return f"{sentence}; see {context.command_path} --help" if sentence and context else sentence


def _sentence_of_duckdb(error: Exception) -> str | None:
    """The sentence for an error of DuckDB's; None for another."""
    # Imported here because the other failures don't need DuckDB
    import duckdb

    from playlist_lake.answers.repairs import damaged_file_message

    if not isinstance(error, duckdb.Error):
        return None
    return damaged_file_message(error) or f"the tables cannot be read: {error}; --debug shows where"


def _sentence_of_fault(error: Exception) -> str:
    what = f"{type(error).__name__}: {error}".rstrip(": ")
    return f"{what}; this is a bug in playlist-lake, --debug shows where"
