"""Errors of Athena and AWS: each is one message that says what to do."""

import os
from pathlib import Path

import pytest

from tests.cloud.athena import Answer, Athena, Column, Denial, Engine, Execution, Refusal
from tests.playlist_lake.answers.conftest import IN_ATHENA
from tests.playlist_lake.conftest import Command


def refuse(reason: str, state: str = "FAILED", scanned_bytes: int = 0) -> Engine:
    def run(_: Execution) -> Answer:
        raise Refusal(reason, state, scanned_bytes)

    return run


def test_a_value_that_duckdb_cannot_hold_is_an_error(
    athena_server: Athena, command: Command
) -> None:
    athena_server.engine = lambda _: Answer((Column("far", "date"),), (("+9999999-01-01",),))

    status, _, err = command("query", "SELECT …", *IN_ATHENA)

    assert status == 1
    assert err[0].startswith("error: Athena's result cannot be read: ")
    assert err[-1].endswith("; cast that column to varchar in the query")


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (
            refuse("Bytes scanned limit was exceeded", "CANCELLED", 12_000_000),
            "Athena stopped the query at the scan limit of the workgroup playlist-lake; filter on "
            "snapshot_date to read less, or raise athena_scan_limit_mb in infra/. "
            "Athena scanned 12,000,000 bytes and bills 12 MB: $0.000060.",
        ),
        (
            refuse("", "CANCELLED"),
            "the query was cancelled in Athena while it ran (no reason given); run it again",
        ),
        (
            refuse("User: arn:aws:iam::1:user/x is not authorized to perform: glue:GetTable on y."),
            "AWS denied the request: User: arn:aws:iam::1:user/x is not authorized to perform: "
            "glue:GetTable on y; use the deployer's credentials (docs/deploy.md, step 3), or have "
            "that permission added to yours",
        ),
        (
            refuse("SCHEMA_NOT_FOUND: line 1:15: Schema 'playlist_lake' does not exist"),
            "Athena has no database playlist_lake in this account and region; set "
            "AWS_DEFAULT_REGION to the stack's region, or pass --database with the value that "
            "`terraform -chdir=infra output -raw database` prints",
        ),
    ],
)
def test_a_failed_query_gives_the_reason_and_keeps_the_old_file(
    athena_server: Athena,
    command: Command,
    tmp_path: Path,
    answer: Engine,
    message: str,
) -> None:
    athena_server.engine = answer
    file = tmp_path / "x.csv"
    file.write_text("before")

    status, out, err = command("query", "SELECT x", *IN_ATHENA, "-o", file)

    assert (status, out, err[0]) == (1, [], f"error: {message}")
    assert file.read_text() == "before"


def test_an_error_of_the_query_is_misuse(athena_server: Athena, command: Command) -> None:
    reason = "COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot be resolved"
    athena_server.engine = refuse(reason)

    status, out, err = command("query", "SELECT x", *IN_ATHENA)

    assert (status, out, err[0]) == (2, [], f"error: Athena cannot answer the query: {reason}")


@pytest.mark.parametrize(
    ("denial", "message"),
    [
        (
            Denial("ExpiredTokenException", "The security token included is expired"),
            "AWS does not accept the credentials (ExpiredTokenException); log in again",
        ),
        (
            Denial("AccessDeniedException", "You are not authorized to perform: athena:Start…"),
            "AWS denied the request: StartQueryExecution: You are not authorized to perform: ath",
        ),
        (
            Denial("AccessDeniedException", "Insufficient Lake Formation permission(s) on songs"),
            "AWS denied the request: StartQueryExecution: Insufficient Lake Formation permission(s)"
            " on songs; the account uses Lake Formation, see docs/deploy.md, step 1",
        ),
        (
            Denial("InternalServerException", "try later"),
            "AWS answered InternalServerException to StartQueryExecution: try later; run it again",
        ),
    ],
)
def test_a_denied_request_is_one_message(
    athena_server: Athena, command: Command, denial: Denial, message: str
) -> None:
    athena_server.denial = denial

    for arguments in (["query", "SELECT 1", *IN_ATHENA], ["views"]):
        status, out, err = command(*arguments)
        assert (status, out, len(err)) == (1, [], 1)
        assert err[0].startswith(f"error: {message}")


@pytest.mark.usefixtures("aws_without_athena")
def test_a_missing_workgroup_is_named(command: Command) -> None:
    status, _, err = command("query", "SELECT 1", *IN_ATHENA)

    assert (status, len(err)) == (1, 1)
    assert err[0].startswith("error: Athena has no workgroup playlist-lake in this account and r")
    assert err[0].endswith(
        "pass --workgroup with the value that `terraform -chdir=infra output -raw workgroup` prints"
    )


@pytest.mark.usefixtures("athena_server")
def test_missing_credentials_and_region_are_one_message_each(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert command("views")[2] == [
        "error: no AWS credentials were found; set them in the environment, or set AWS_PROFILE to "
        "a profile in ~/.aws (docs/deploy.md, step 3)"
    ]

    monkeypatch.delenv("AWS_DEFAULT_REGION")
    assert command("views")[2] == [
        "error: no AWS region is set; set AWS_DEFAULT_REGION to the stack's region"
    ]


@pytest.mark.usefixtures("athena_server")
def test_a_wrong_profile_or_endpoint_is_named(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_ATHENA", "http://127.0.0.1:1")
    (said,) = command("views")[2]
    assert said.startswith(
        "error: the request to AWS failed: Could not connect to the endpoint URL"
    )

    monkeypatch.setenv("AWS_ENDPOINT_URL_ATHENA", "bogus")
    (said,) = command("views")[2]
    assert said.startswith("error: AWS has no endpoint 'bogus'; write an address that begins with")
    monkeypatch.delenv("AWS_ENDPOINT_URL_ATHENA")

    monkeypatch.setenv("AWS_PROFILE", "nobody")
    (said,) = command("views")[2]
    assert said.startswith(
        "error: the request to AWS failed: The config profile (nobody) could not"
    )


def test_a_query_that_athena_cannot_parse_is_misuse(
    athena_server: Athena, command: Command
) -> None:
    athena_server.denial = Denial("InvalidRequestException", "line 1:8: mismatched input")

    status, _, err = command("query", "SELECT 1 FROM", *IN_ATHENA)

    sentence = "Athena cannot answer the query: line 1:8: mismatched input"
    assert (status, err) == (2, [f"error: {sentence}"])
