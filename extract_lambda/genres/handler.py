"""The second Lambda: asks for the genres of the artists in the newest snapshots of the lists.

Environment variables: LAKE, CONTACT (an e-mail or web address). MUSICBRAINZ_URL and
LISTENBRAINZ_URL are optional: they name other servers.
"""

import os
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from extract_lambda.errors import ExtractError
from extract_lambda.genres.api import GenreApi
from extract_lambda.genres.candidates import newest_artists
from extract_lambda.genres.fetching import GenreReport, fetch_genres
from extract_lambda.genres.settings import GenreSettings, check_contact
from extract_lambda.outcomes import cause_of
from extract_lambda.playlists_file import read_playlists
from extract_lambda.raw_zone import RawZone
from extract_lambda.retries import RetryBudget
from extract_lambda.runtime import Runtime, setting
from lake.errors import LakeError
from lake.storage import open_storage

# Named like the package, so that the loggers of its modules write through it
_logger = Logger(service="extract_lambda")


class GenresIncomplete(ExtractError):
    """A service refused calls, did not answer, or its answers were not understood."""


@_logger.inject_lambda_context
def handler(_event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Lambda's entry point; see `run`. The event only says that the lake has news."""
    return run(os.environ, Runtime.of(context))


def run(environ: Mapping[str, str], runtime: Runtime) -> dict[str, Any]:
    """Ask about artists without a fresh answer; returns artists by state, and how many wait.

    A run that is almost out of time ends early, which is not an error: the next one asks for the
    rest. Raises GenresIncomplete if an answer is missing for another reason, and another
    ExtractError or LakeError if the run cannot start or cannot store an answer.
    """
    try:
        report = _fetch(environ, runtime)
    except (ExtractError, LakeError) as error:
        _logger.error(str(error), cause=cause_of(type(error)))
        raise
    for sentence in report.problems:
        _logger.error(sentence)
    if report.problems:
        raise GenresIncomplete(
            f"{report.waiting} of {report.artists} artists are left for the next run; read the "
            "reasons in the log"
        )
    return {"artists": dict(report.states), "waiting": report.waiting}


def _fetch(environ: Mapping[str, str], runtime: Runtime) -> GenreReport:
    began = runtime.clock()
    storage = open_storage(setting(environ, "LAKE"))
    api = GenreApi(
        GenreSettings.from_environ(environ),
        check_contact(setting(environ, "CONTACT")),
        clock=runtime.clock,
        sleep=runtime.sleep,
        random=runtime.random,
        budget=RetryBudget(time_left=runtime.time_left),
    )
    artists = newest_artists(RawZone(storage), read_playlists(storage).ids, began.date())
    report = fetch_genres(artists, storage, api, clock=runtime.clock)
    _logger.info(
        "artists asked for",
        artists=dict(report.states),
        calls=dict(report.calls),
        answers=report.answers,
        waiting=report.waiting,
        seconds=(runtime.clock() - began).total_seconds(),
    )
    return report
