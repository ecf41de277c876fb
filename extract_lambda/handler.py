"""The Lambda: takes the snapshots of one date, and sends an event if the lake has news.

Environment variables: LAKE, SPOTIFY_SECRET, EVENT_BUS. SPOTIFY_API_URL and SPOTIFY_TOKEN_URL are
optional: they name another server, such as the simulated Spotify.
"""

import json
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from extract_lambda.errors import ExtractError
from extract_lambda.extraction import check_snapshot_date, extract_playlists
from extract_lambda.lambda_event import Request, read_event
from extract_lambda.outcomes import FAILURES, ExtractionReport, ListOutcome, cause_of
from extract_lambda.playlists_file import Playlists, read_playlists
from extract_lambda.raw_zone import RawZone
from extract_lambda.retries import RetryBudget
from extract_lambda.runtime import Runtime, setting
from extract_lambda.secret import SecretStore
from extract_lambda.settings import settings_from
from extract_lambda.spotify_api import SpotifyApi
from extract_lambda.throttle import Throttle
from lake.errors import LakeError
from lake.outcomes import READ
from lake.storage import Storage, open_storage

EVENT_SOURCE = "playlist-lake"
EVENT_TYPE = "PlaylistSnapshotsReady"
_MAX_NAMES = 20

# Named like this package, so that the loggers of its modules write through it
_logger = Logger(service="extract_lambda")
_metrics = Metrics(namespace="PlaylistLake", service="extract_lambda")


class NotAnnounced(ExtractError):
    """The lake has news, but EventBridge did not accept the event about it."""


class ExtractionIncomplete(ExtractError):
    """Lists failed or are pending, or the outcomes or a new refresh token could not be saved."""


@_logger.inject_lambda_context
@_metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Lambda's entry point; see `run`."""
    return run(event, os.environ, Runtime.of(context))


def run(event: Any, environ: Mapping[str, str], runtime: Runtime) -> dict[str, Any]:
    """Extract the lists that an event asks for; returns the date and the lists by outcome.

    If a snapshot was written, or a list has another outcome than before on this date, one event
    PlaylistSnapshotsReady is sent before any error is raised.
    Raises ExtractionIncomplete if a list failed or is pending, NotAnnounced if the event was not
    accepted, and another ExtractError or LakeError if the run cannot start. A forbidden, missing or
    throttled list is not an error.
    """
    failed = 1
    try:
        result = _run(event, environ, runtime)
        failed = 0
        return result
    except ExtractionIncomplete:
        # The causes are in the log already
        raise
    except (ExtractError, LakeError) as error:
        _logger.error(str(error), cause=cause_of(type(error)))
        raise
    finally:
        _metrics.add_metric(name="run_failed", unit=MetricUnit.Count, value=failed)


def _run(event: Any, environ: Mapping[str, str], runtime: Runtime) -> dict[str, Any]:
    began = runtime.clock()
    request = read_event(event, began)
    check_snapshot_date(request.snapshot_date, began)
    storage = open_storage(setting(environ, "LAKE"))
    zone = RawZone(storage)
    store = SecretStore(setting(environ, "SPOTIFY_SECRET"))
    bus = setting(environ, "EVENT_BUS")
    _measure_token(store.load().age_days(began))
    playlists = _playlists(request, storage)
    api = SpotifyApi(
        settings_from(environ),
        store,
        Throttle(storage, runtime.clock),
        sleep=runtime.sleep,
        random=runtime.random,
        budget=RetryBudget(time_left=runtime.time_left),
    )
    report = extract_playlists(
        playlists.ids,
        zone,
        api,
        snapshot_date=request.snapshot_date,
        clock=runtime.clock,
        refresh=request.refresh,
        time_left=runtime.time_left,
        invalid=playlists.invalid,
        on_end=lambda report: _tell(report, bus, storage.root, began, runtime.clock()),
    )
    if report.is_failure:
        raise _incomplete(report)
    return {"snapshot_date": str(report.snapshot_date), "lists": report.counts}


def _playlists(request: Request, storage: Storage) -> Playlists:
    if request.playlist_ids is not None:
        return Playlists(request.playlist_ids, (), ())
    playlists = read_playlists(storage)
    for sentence in playlists.duplicates:
        _logger.warning(sentence)
    return playlists


def _measure_token(age_days: float | None) -> None:
    if age_days is not None:
        _metrics.add_metric(name="token_age_days", unit=MetricUnit.Count, value=age_days)


def _tell(report: ExtractionReport, bus: str, lake: str, began: datetime, now: datetime) -> None:
    """Add metrics, write the log, and send the event if the lake has news."""
    seconds = (now - began).total_seconds()
    items = sum(one.items or 0 for one in report.outcomes)
    for outcome, count in report.counts.items():
        _metrics.add_metric(name=outcome, unit=MetricUnit.Count, value=count)
    newly = report.newly_unavailable
    _metrics.add_metric(name="newly_unavailable", unit=MetricUnit.Count, value=len(newly))
    _metrics.add_metric(name="items", unit=MetricUnit.Count, value=items)
    _metrics.add_metric(name="seconds", unit=MetricUnit.Seconds, value=seconds)
    calls = sum(one.calls for one in report.outcomes)
    _logger.info("lists read", lists=report.counts, items=items, calls=calls, seconds=seconds)
    _log_reasons(report.outcomes)
    if newly:
        _logger.warning(
            "these lists were read until now, and are forbidden or not found", playlist_ids=newly
        )
    if report.has_news:
        _announce(bus, lake, report)


def _log_reasons(outcomes: Iterable[ListOutcome]) -> None:
    """Log a line for each reason why lists are missing or incomplete."""
    by_sentence: dict[str, list[ListOutcome]] = {}
    for one in outcomes:
        if one.outcome not in ("extracted", "already_present"):
            by_sentence.setdefault(one.sentence, []).append(one)
    for sentence, group in by_sentence.items():
        write = _logger.error if group[0].outcome in FAILURES else _logger.warning
        write(
            sentence,
            outcome=group[0].outcome,
            cause=group[0].cause,
            playlist_ids=[one.playlist_id for one in group],
        )


def _announce(bus: str, lake: str, report: ExtractionReport) -> None:
    written = sum(one.outcome in READ for one in report.outcomes)
    detail = {"lake": lake, "snapshot_date": str(report.snapshot_date), "lists": written}
    entry = {
        "Source": EVENT_SOURCE,
        "DetailType": EVENT_TYPE,
        "Detail": json.dumps(detail),
        "EventBusName": bus,
    }
    try:
        client: Any = boto3.client("events", config=Config(retries={"mode": "standard"}))
        answer = client.put_events(Entries=[entry])
    except (BotoCoreError, ClientError) as error:
        raise _not_announced(bus, report, str(error)) from error
    if answer["FailedEntryCount"]:
        raise _not_announced(bus, report, str(answer["Entries"][0].get("ErrorCode")))


def _not_announced(bus: str, report: ExtractionReport, why: str) -> NotAnnounced:
    return NotAnnounced(
        f"the lake has new snapshots or outcomes of {report.snapshot_date}, but the event bus "
        f"{bus} did not accept the event that starts the build ({why.rstrip('.')}); start the "
        "build yourself"
    )


def _incomplete(report: ExtractionReport) -> ExtractionIncomplete:
    if report.unsaved_token:
        return ExtractionIncomplete(
            f"the lists of {report.snapshot_date} were read, but {report.unsaved_token}"
        )
    if report.unsaved_outcomes:
        return ExtractionIncomplete(
            f"the outcomes of {report.snapshot_date} could not be stored: {report.unsaved_outcomes}"
        )
    names = [one.playlist_id for one in report.outcomes if one.outcome in FAILURES]
    more = f" and {len(names) - _MAX_NAMES} more" if len(names) > _MAX_NAMES else ""
    return ExtractionIncomplete(
        f"lists of {report.snapshot_date}: {report.counts['failed']} failed, "
        f"{report.counts['pending']} pending ({', '.join(names[:_MAX_NAMES])}{more}); "
        "read the reasons in the log, then invoke again for the same date"
    )
