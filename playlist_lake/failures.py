"""What a command says, in one sentence, when it cannot do what it was asked."""

import duckdb
import typer

from extract_lambda.errors import ExtractError
from jobs.errors import JobError
from jobs.options import InvalidOption
from lake.errors import LakeError
from playlist_lake.answers.repairs import damaged_file_message
from playlist_lake.errors import CommandError, Misuse

FAILED = 1
MISUSED = 2
# As shells have it: 128 and the number of the signal
INTERRUPTED = 130


def explained(error: Exception) -> tuple[int, str]:
    """The exit status for an error, and the sentence on it; no sentence if all is said already."""
    match error:
        case typer.TyperException():
            return error.exit_code, _misused(error)
        case typer.Abort():
            return FAILED, "not confirmed, so nothing was done"
        case Misuse() | InvalidOption():
            return MISUSED, str(error)
        case CommandError() | JobError() | ExtractError() | LakeError():
            return FAILED, str(error)
        case OSError():
            place = error.filename or "a file"
            why = error.strerror or error
            return FAILED, f"{place}: {why}; free space or rights there, then run again"
        case duckdb.Error():
            sentence = f"the tables cannot be read: {error}; --debug shows where"
            return FAILED, damaged_file_message(error) or sentence
        case ValueError() if str(error).startswith("Invalid endpoint: "):
            # So botocore refuses what an AWS_ENDPOINT_URL or a profile of ~/.aws says
            url = str(error).partition(": ")[2]
            return FAILED, (
                f"AWS has no endpoint {url!r}; write an address that begins with https:// into "
                "AWS_ENDPOINT_URL, or leave it out"
            )
        case _:
            what = f"{type(error).__name__}: {error}".rstrip(": ")
            return FAILED, f"{what}; this is a fault of playlist-lake, --debug shows where"


def _misused(error: typer.TyperException) -> str:
    sentence = error.format_message().rstrip(".").replace(": Value error, ", ": ")
    context = getattr(error, "ctx", None)
    # Without a sentence it was the help that was shown
    return f"{sentence}; see {context.command_path} --help" if sentence and context else sentence
