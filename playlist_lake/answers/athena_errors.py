"""What Athena and AWS answer instead of a result, as one sentence each."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pyathena
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    NoRegionError,
)

from playlist_lake.answers.query import QueryFailed
from playlist_lake.errors import CommandError

# Athena says it of a query that read more than its workgroup allows
SCAN_LIMIT_REASON = "Bytes scanned limit was exceeded"
_REFUSED = ("AccessDenied", "AccessDeniedException", "403")
_UNUSABLE_KEYS = ("Expired", "UnrecognizedClient", "InvalidClientTokenId", "InvalidSignature")
# What a query's failure says of a right that is missing, in Glue, S3 or Lake Formation
_REFUSED_WITHIN = (
    "not authorized to perform",
    "Access Denied",
    "Insufficient",
    "PERMISSION_DENIED",
)


class NoCredentials(CommandError):
    """AWS is not told who asks, or does not believe it."""


class NoRegion(CommandError):
    """Nobody says in which region the stack is."""


class NoWorkgroup(CommandError):
    """Athena has no such workgroup."""


class NoDatabase(CommandError):
    """The catalog has no such database."""


class AccessRefused(CommandError):
    """IAM does not allow what a query needs."""


class ScanLimitReached(CommandError):
    """A query read more than its workgroup allows, and was stopped."""


class QueryStopped(CommandError):
    """Somebody stopped the query while it ran."""


class UnreadableResult(CommandError):
    """A result holds what DuckDB has no value for."""


class AthenaUnavailable(CommandError):
    """AWS gives no answer, or one that nobody expects."""


@contextmanager
def explained(workgroup: str) -> Iterator[None]:
    """Turn what boto3, PyAthena and DuckDB raise into one of the errors above."""
    try:
        yield
    except pyathena.Error as error:
        cause = error.__cause__
        if not isinstance(cause, ClientError | BotoCoreError):
            raise AthenaUnavailable(
                f"Athena's answer cannot be used: {error}; run the query again"
            ) from error
        raise _named(cause, workgroup) from error
    except (ClientError, BotoCoreError) as error:
        raise _named(error, workgroup) from error
    except duckdb.Error as error:
        raise UnreadableResult(
            f"Athena's result cannot be read: {error}; cast that column to varchar in the query"
        ) from error


def _named(error: ClientError | BotoCoreError, workgroup: str) -> CommandError:
    if isinstance(error, NoCredentialsError):
        return NoCredentials(
            "AWS credentials were not found; give them in the environment, or name a profile of "
            "~/.aws in AWS_PROFILE (docs/deploy.md, step 3)"
        )
    if isinstance(error, NoRegionError):
        return NoRegion("no AWS region is set; name the stack's in AWS_DEFAULT_REGION")
    if isinstance(error, BotoCoreError):
        return AthenaUnavailable(
            f"AWS cannot be asked: {error}; check credentials, region and network"
        )
    code, said = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    if code.startswith(_UNUSABLE_KEYS):
        return NoCredentials(
            f"AWS does not accept the credentials ({code}); log in again, or name another profile "
            "in AWS_PROFILE"
        )
    if code in _REFUSED:
        return refused(f"{error.operation_name}: {said or code}")
    if code == "InvalidRequestException" and "WorkGroup" in said:
        return NoWorkgroup(_missing("workgroup", workgroup))
    if code == "InvalidRequestException":
        # So it answers to what it cannot parse
        return QueryFailed(f"Athena cannot answer the query: {said}")
    return AthenaUnavailable(
        f"AWS answers {code} to {error.operation_name}: {said or 'nothing more'}; run it again"
    )


def refused(said: str) -> AccessRefused:
    """The error for a right that is missing."""
    return AccessRefused(
        f"AWS does not allow it: {said.rstrip('.')}; ask as the deployer (docs/deploy.md, step 3), "
        "or have that right added to yours"
    )


def failure(state: str, reason: str, database: str) -> CommandError | None:
    """The error for a query that did not succeed; none if the query itself is at fault."""
    if "SCHEMA_NOT_FOUND" in reason and f"'{database}'" in reason:
        return NoDatabase(_missing("database", database))
    if any(said in reason for said in _REFUSED_WITHIN):
        return refused(reason)
    if state == "CANCELLED":
        return QueryStopped(
            f"the query was stopped in Athena while it ran ({reason or 'no reason given'}); "
            "run it again"
        )
    return None


def _missing(what: str, name: str) -> str:
    return (
        f"Athena has no {what} {name} in this account and region; name the stack's region in "
        f"AWS_DEFAULT_REGION, or give with --{what} what `terraform -chdir=infra output -raw "
        f"{what}` says"
    )
