"""The lake's errors: one class per cause, and one table of what to do about each."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

Action = Literal["deleted", "listed", "read", "reached", "written"]


class LakeError(Exception):
    """The lake cannot be read or written; the message says what, where and what to do."""


class ConditionNotMet(LakeError):
    """A conditional put failed: the key exists, or its object is not the expected version."""


class PutConflict(ConditionNotMet):
    """S3 got two conditional puts for one key at the same time; the put may be retried."""


class BeingWritten(LakeError):
    """Another run is writing the same key at the moment."""


class StorageError(LakeError):
    """The disk or S3 cannot do an operation. Each known cause has a class of its own."""


class ObjectMissing(StorageError):
    """The key does not exist."""


class DiskFull(StorageError):
    """The disk or the user's quota is full."""


class ReadOnlyDisk(StorageError):
    """The disk is mounted read-only."""


class NotAFolder(StorageError):
    """The lake, or a folder of it, is a file."""


class AccessDenied(StorageError):
    """The user or the AWS role lacks a permission."""


class MissingBucket(StorageError):
    """The bucket does not exist."""


class WrongRegion(StorageError):
    """The bucket is not in the region that got the request."""


class NoAwsCredentials(StorageError):
    """boto3 finds no AWS credentials."""


class AwsCredentialsRefused(StorageError):
    """AWS does not accept the credentials, or they have expired."""


class NoConnection(StorageError):
    """S3 does not answer."""


Cause = int | str
"""An errno, an error code of S3, or the name of a botocore exception."""

_SPACE = (DiskFull, "free some space there, then run again")
_RIGHTS = (AccessDenied, "change the permissions there, or use another folder")
_FILE = (NotAFolder, "move the file there away, or use a lake that is a folder")
_MISSING = (ObjectMissing, "run again, or restore it")
_REGION = (WrongRegion, "set AWS_REGION to the region of the bucket")
_NO_CREDENTIALS = (
    NoAwsCredentials,
    "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
)
_REFUSED = (AwsCredentialsRefused, "renew the AWS credentials, then run again")
_NETWORK = (NoConnection, "check the network, then run again")

_CAUSES: dict[Cause, tuple[type[StorageError], str]] = {
    errno.ENOENT: _MISSING,
    errno.ENOSPC: _SPACE,
    errno.EDQUOT: _SPACE,
    errno.EROFS: (ReadOnlyDisk, "use a folder on another disk"),
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.ENOTDIR: _FILE,
    errno.EEXIST: _FILE,
    # https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    "NoSuchKey": _MISSING,
    "NoSuchBucket": (MissingBucket, "create the bucket, or correct the lake's address"),
    "AccessDenied": (AccessDenied, "give the caller {right}"),
    "PermanentRedirect": _REGION,
    "AuthorizationHeaderMalformed": _REGION,
    "IllegalLocationConstraintException": _REGION,
    "ExpiredToken": _REFUSED,
    "InvalidAccessKeyId": _REFUSED,
    "InvalidToken": _REFUSED,
    "SignatureDoesNotMatch": _REFUSED,
    # botocore's exceptions, which come before any answer
    "NoCredentialsError": _NO_CREDENTIALS,
    "PartialCredentialsError": _NO_CREDENTIALS,
    "ProfileNotFound": _NO_CREDENTIALS,
    "EndpointConnectionError": _NETWORK,
    "ConnectTimeoutError": _NETWORK,
    "ConnectionClosedError": _NETWORK,
    "ReadTimeoutError": _NETWORK,
}
# S3 answers AccessDenied for a missing key unless the caller may list the bucket
_RIGHT: dict[Action, str] = {
    "deleted": "s3:DeleteObject on it",
    "listed": "s3:ListBucket on the bucket",
    "read": "s3:GetObject on it and s3:ListBucket on the bucket",
    "reached": "s3:ListBucket on the bucket",
    "written": "s3:PutObject on it",
}
_UNKNOWN_DISK = "check the disk"
_UNKNOWN_S3 = "check bucket, region and network"


def storage_error(cause: Cause | None, reason: str, location: str, action: Action) -> StorageError:
    """The error for a cause. `location` is a folder, a file, a bucket or an s3:// address."""
    unknown = _UNKNOWN_S3 if isinstance(cause, str) else _UNKNOWN_DISK
    error, remedy = _CAUSES.get(cause or 0, (StorageError, unknown))
    todo = remedy.format(right=_RIGHT[action])
    return error(f"{location} could not be {action}: {reason}; {todo}")


@contextmanager
def disk_errors(location: str, action: Action) -> Iterator[None]:
    """Turn an OSError into the StorageError of its cause."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise storage_error(error.errno, reason, location, action) from error
