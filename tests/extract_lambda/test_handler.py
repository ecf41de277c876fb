"""The Lambda: what it writes, sends, measures and logs."""

import gzip
import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from extract_lambda.credentials import CredentialsUnavailable
from extract_lambda.handler import ExtractionIncomplete, handler
from extract_lambda.secret import SecretStore
from simulator.spotify import faults, library
from tests.extract_lambda.cloud import LAKE, SECRET, Cloud, Context
from tests.extract_lambda.extractor import NOON, OUTCOMES_KEY

ITEMS = "/v1/playlists/*/items"


def test_a_run_writes_all_lists_and_one_event(cloud: Cloud) -> None:
    result = cloud.run()

    assert result["snapshot_date"] == "2026-10-03"
    assert result["lists"]["extracted"] == 3
    keys = sorted(
        f"raw/snapshot_date=2026-10-03/{one}.jsonl.gz" for one in cloud.spotify.playlist_ids
    )
    objects = cloud.objects()
    (outcomes,) = (key for key in objects if OUTCOMES_KEY.fullmatch(key))
    assert sorted(objects) == ["config/playlists.txt", outcomes, *keys]
    ends = [json.loads(gzip.decompress(objects[key]).splitlines()[-1]) for key in keys]
    assert sorted(end["item_count"] for end in ends) == [50, 100, 400]
    (event,) = cloud.events()
    assert (event["source"], event["detail-type"]) == ("playlist-lake", "PlaylistSnapshotsReady")
    assert event["detail"] == {"lake": LAKE, "snapshot_date": "2026-10-03", "lists": 3}
    assert cloud.metrics() == {
        "extracted": 3,
        "incomplete": 0,
        "already_present": 0,
        "not_found": 0,
        "forbidden": 0,
        "throttled": 0,
        "failed": 0,
        "pending": 0,
        "items": 550,
        "seconds": 0,
        "newly_unavailable": 0,
        "token_age_days": 30,
        "run_failed": 0,
    }
    assert cloud.log("WARNING", "ERROR") == []
    (line,) = cloud.log("INFO")
    assert (line["lists"]["extracted"], line["items"], line["calls"]) == (3, 550, 17)


def test_a_run_that_writes_nothing_sends_no_event(cloud: Cloud) -> None:
    cloud.run()
    cloud.events()

    result = cloud.run()

    assert result["lists"]["already_present"] == 3
    assert cloud.events() == []
    assert cloud.metrics()["already_present"] == 3


def test_an_event_may_set_lists_time_and_refresh(cloud: Cloud) -> None:
    cloud.run()
    cloud.events()
    cloud.now = NOON + timedelta(hours=17)
    chart = cloud.spotify.playlist_ids[0]
    link = f"https://open.spotify.com/playlist/{chart}"

    result = cloud.run(
        {"snapshot_date": "2026-10-03T06:00:00Z", "playlist_ids": [link], "refresh": True}
    )

    assert result["lists"]["extracted"] == 1
    (event,) = cloud.events()
    assert event["detail"]["snapshot_date"] == "2026-10-03"
    key = f"raw/snapshot_date=2026-10-03/{chart}.jsonl.gz"
    first = json.loads(gzip.decompress(cloud.objects()[key]).splitlines()[0])
    assert first["fetched_at"] == "2026-10-04T05:00:00.000Z"


def test_the_event_is_sent_before_the_error_of_a_failed_list(cloud: Cloud) -> None:
    chart, fresh, mixtape = cloud.spotify.playlist_ids
    cloud.spotify.fault(faults.ServerError(), path=f"/v1/playlists/{fresh}/items", times=None)

    with pytest.raises(ExtractionIncomplete) as caught:
        cloud.run()

    assert str(caught.value) == (
        f"lists of 2026-10-03: 1 failed, 0 pending ({fresh}); read the reasons in the log, then "
        "invoke again for the same date"
    )
    (event,) = cloud.events()
    assert event["detail"]["lists"] == 2
    assert cloud.metrics()["failed"] == 1
    assert cloud.metrics()["run_failed"] == 1
    (line,) = cloud.log("ERROR")
    assert line["message"] == (
        f"Spotify answers GET /v1/playlists/{fresh}/items with 503; run again later"
    )
    assert (line["cause"], line["playlist_ids"]) == ("server_fault", [fresh])
    assert cloud.waits == [1.0, 2.0, 4.0]
    assert {key.split("/")[-1] for key in cloud.objects() if key.startswith("raw/")} == {
        f"{chart}.jsonl.gz",
        f"{mixtape}.jsonl.gz",
    }


def test_each_list_that_spotify_does_not_serve_is_logged_and_not_an_error(cloud: Cloud) -> None:
    cloud.follow(library.EDITORIAL_ID, library.SOMEBODY_ELSES_ID, cloud.spotify.playlist_ids[0])

    result = cloud.run()

    assert (result["lists"]["not_found"], result["lists"]["forbidden"]) == (1, 1)
    assert [line["outcome"] for line in cloud.log("WARNING")] == ["not_found", "forbidden"]
    assert cloud.log("ERROR") == []


def test_a_throttled_run_is_not_an_error_and_the_next_one_makes_no_call(cloud: Cloud) -> None:
    cloud.spotify.fault(faults.QuotaExceeded(), path=ITEMS)

    assert cloud.run()["lists"]["throttled"] == 3

    assert json.loads(cloud.objects()["state/throttled_until.json"]) == {
        "throttled_until": "2026-10-04T10:11:32Z",
        "reason": "quota",
    }
    (line,) = cloud.log("WARNING")
    assert line["playlist_ids"] == list(cloud.spotify.playlist_ids)
    cloud.events()
    before = len(cloud.spotify.requests)
    assert cloud.run()["lists"]["throttled"] == 3
    assert len(cloud.spotify.requests) == before
    assert cloud.events() == []


def test_a_run_near_its_time_limit_leaves_the_rest_pending(cloud: Cloud) -> None:
    cloud.time_left_s = 29

    with pytest.raises(ExtractionIncomplete, match=": 0 failed, 3 pending"):
        cloud.run()

    assert cloud.spotify.requests == []
    assert cloud.metrics()["pending"] == 3


def test_a_revoked_token_is_logged_once_with_its_cause(cloud: Cloud) -> None:
    cloud.spotify.accounts.revoke()

    with pytest.raises(ExtractionIncomplete, match="lists of 2026-10-03: 3 failed"):
        cloud.run()

    (line,) = cloud.log("ERROR")
    assert line["cause"] == "login_needed"
    assert "run playlist-lake login" in line["message"]
    assert cloud.metrics()["token_age_days"] == 30
    assert [asked.path for asked in cloud.spotify.requests] == ["/api/token"]


def test_a_rotated_token_is_saved_in_the_secret(cloud: Cloud) -> None:
    cloud.spotify.accounts.rotates_refresh_tokens = True

    cloud.run()

    secrets: Any = boto3.client("secretsmanager")
    kept = json.loads(secrets.get_secret_value(SecretId=SECRET)["SecretString"])
    assert kept["refresh_token"] != cloud.spotify.credentials.refresh_token
    assert kept["authorized_at"] == "2026-09-03T12:00:00+00:00"
    cloud.run({"refresh": True})
    assert cloud.metrics()["extracted"] == 3


def test_an_unusable_token_does_not_replace_the_one_in_the_secret(cloud: Cloud) -> None:
    secrets: Any = boto3.client("secretsmanager")
    before = secrets.get_secret_value(SecretId=SECRET)
    cloud.spotify.fault(faults.UnusableToken(), path="/api/token")

    assert cloud.run()["lists"]["extracted"] == 3

    after = secrets.get_secret_value(SecretId=SECRET)
    assert (after["SecretString"], after["VersionId"]) == (
        before["SecretString"],
        before["VersionId"],
    )
    (line,) = cloud.log("WARNING")
    assert line["message"].endswith("the old one is kept")


def test_a_rotated_token_that_cannot_be_saved_is_an_error_after_the_event(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.spotify.accounts.rotates_refresh_tokens = True

    def refuse(*_: Any) -> None:
        raise CredentialsUnavailable("the secret spotify cannot be used: AWS answers AccessDenied")

    monkeypatch.setattr(SecretStore, "save", refuse)

    with pytest.raises(ExtractionIncomplete, match="were read, but the secret spotify cannot"):
        cloud.run()

    assert len(cloud.events()) == 1
    assert [line["level"] for line in cloud.log("ERROR")] == ["ERROR"]


def test_the_entry_point_runs_with_the_functions_own_clock_and_environment(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in cloud.environ.items():
        monkeypatch.setenv(name, value)
    began = datetime.now(UTC).date()

    result = handler({"playlist_ids": [cloud.spotify.playlist_ids[0]]}, Context())

    assert result["lists"]["extracted"] == 1
    assert result["snapshot_date"] in (str(began), str(datetime.now(UTC).date()))
    (line,) = cloud.log("INFO")
    assert line["function_request_id"] == Context._aws_request_id
    assert line["service"] == "extract_lambda"


def test_no_secret_is_logged_at_any_level(
    cloud: Cloud, watched_log: list[logging.LogRecord]
) -> None:
    cloud.spotify.accounts.rotates_refresh_tokens = True
    cloud.spotify.fault(faults.TokenExpired(), path=ITEMS)

    cloud.run()
    cloud.spotify.accounts.revoke()
    with pytest.raises(ExtractionIncomplete):
        cloud.run({"refresh": True})

    assert {record.name.split(".")[0] for record in watched_log} >= {"botocore", "urllib3"}
