"""Errors of Athena and AWS, each translated into one message that says what to do."""

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

from playlist_lake.answers.errors import RejectedQuery
from playlist_lake.errors import CommandError

# Part of Athena's reason if a query scanned more than its workgroup allows
SCAN_LIMIT_REASON = "Bytes scanned limit was exceeded"
_DENIED_CODES = ("AccessDenied", "AccessDeniedException", "403")
_CREDENTIALS_CODES = (
    "Expired",
    "UnrecognizedClient",
    "InvalidClientTokenId",
    "InvalidSignature",
)
# Parts of a failed query's reason if a permission is missing in Glue, S3 or Lake Formation
_DENIED_REASONS = (
    "not authorized to perform",
    "Access Denied",
    "Insufficient",
    "PERMISSION_DENIED",
)


class NoCredentials(CommandError):
    """There are no AWS credentials, or AWS does not accept them."""


class NoRegion(CommandError):
    """No AWS region is set."""


class NoWorkgroup(CommandError):
    """Athena has no such workgroup."""


class NoDatabase(CommandError):
    """The catalog has no such database."""


class AccessRefused(CommandError):
    """IAM does not allow something that the query needs."""


class ScanLimitReached(CommandError):
    """A query was stopped because it scanned more than its workgroup allows."""


class QueryStopped(CommandError):
    """The query was cancelled while it ran."""


class UnreadableResult(CommandError):
    """A result contains a value that DuckDB cannot hold."""


class AthenaUnavailable(CommandError):
    """AWS cannot be reached, or its answer is not usable."""


@contextmanager
def raise_as_athena_error(workgroup: str) -> Iterator[None]:
    """Raise what boto3, PyAthena and DuckDB raise as one of the errors above."""
    try:
        yield
    except pyathena.Error as error:
        cause = error.__cause__
        if not isinstance(cause, ClientError | BotoCoreError):
            raise AthenaUnavailable(
                f"Athena's answer is not usable: {error}; run the query again"
            ) from error
        raise _aws_error(cause, workgroup) from error
    except (ClientError, BotoCoreError) as error:
        raise _aws_error(error, workgroup) from error
    except duckdb.Error as error:
        raise UnreadableResult(
            f"Athena's result cannot be read: {error}; cast that column to varchar in the query"
        ) from error


def _aws_error(error: ClientError | BotoCoreError, workgroup: str) -> CommandError:
    if isinstance(error, NoCredentialsError):
        return NoCredentials(
            "no AWS credentials were found; set them in the environment, or set AWS_PROFILE to a "
            "profile in ~/.aws (docs/deploy.md, step 3)"
        )
    if isinstance(error, NoRegionError):
        return NoRegion("no AWS region is set; set AWS_DEFAULT_REGION to the stack's region")
    if isinstance(error, BotoCoreError):
        return AthenaUnavailable(
            f"the request to AWS failed: {error}; check credentials, region and network"
        )
    code, text = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    if code.startswith(_CREDENTIALS_CODES):
        return NoCredentials(
            f"AWS does not accept the credentials ({code}); log in again, or set AWS_PROFILE to "
            "another profile"
        )
    if code in _DENIED_CODES:
        return _access_refused(f"{error.operation_name}: {text or code}")
    if code == "InvalidRequestException" and "WorkGroup" in text:
        return NoWorkgroup(_missing("workgroup", workgroup))
    if code == "InvalidRequestException":
        # Athena's code for a query that it cannot parse
        return RejectedQuery(f"Athena cannot answer the query: {text}")
    return AthenaUnavailable(
        f"AWS answered {code} to {error.operation_name}: {text or 'no details'}; run it again"
    )


def known_failure(state: str, reason: str, database: str) -> CommandError | None:
    """The error for a query that failed for a known reason other than the query itself."""
    if "SCHEMA_NOT_FOUND" in reason and f"'{database}'" in reason:
        return NoDatabase(_missing("database", database))
    if any(part in reason for part in _DENIED_REASONS):
        return _access_refused(reason)
    if state == "CANCELLED":
        return QueryStopped(
            f"the query was cancelled in Athena while it ran ({reason or 'no reason given'}); "
            "run it again"
        )
    return None


def _access_refused(reason: str) -> AccessRefused:
    if "Lake Formation" in reason:
        return AccessRefused(
            f"AWS denied the request: {reason.rstrip('.')}; the account uses Lake Formation, see "
            "docs/deploy.md, step 1"
        )
    return AccessRefused(
        f"AWS denied the request: {reason.rstrip('.')}; use the deployer's credentials "
        "(docs/deploy.md, step 3), or have that permission added to yours"
    )


def _missing(what: str, name: str) -> str:
    return (
        f"Athena has no {what} {name} in this account and region; set AWS_DEFAULT_REGION to the "
        f"stack's region, or pass --{what} with the value that `terraform -chdir=infra output "
        f"-raw {what}` prints"
    )
