"""One sentence for what the file system or S3 answers when the raw zone cannot be used."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from extract_lambda.errors import ExtractError

_RIGHTS = "choose a lake that you may write to, or change the rights there"
_SPACE = "free some space there and run again"
_REMEDIES: dict[int | str | None, str] = {
    errno.ENOSPC: _SPACE,
    errno.EDQUOT: _SPACE,
    errno.EROFS: _RIGHTS,
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.ENOTDIR: "choose a lake that is a folder",
    errno.EEXIST: "choose a lake that is a folder",
    "NoSuchBucket": "create the bucket, or correct the name of the lake",
    "AccessDenied": "give the caller s3:ListBucket on the bucket, s3:GetObject on config/* and "
    "state/*, s3:PutObject on raw/* and state/*",
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
    "ConditionalRequestConflict": "another run is writing it too; run again",
}


class RawZoneUnavailable(ExtractError):
    """The raw zone cannot be read or written: space, rights, bucket or network."""


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Turn what the file system or S3 raises into RawZoneUnavailable, naming the place."""
    try:
        yield
    except (OSError, BotoCoreError, ClientError) as error:
        raise RawZoneUnavailable(f"{place} cannot be used: {_why(error)}") from error


def _why(error: OSError | BotoCoreError | ClientError) -> str:
    if isinstance(error, ClientError):
        code = error.response["Error"]["Code"]
        return f"S3 answers {code}; {_REMEDIES.get(code, 'check bucket, region and network')}"
    if isinstance(error, OSError):
        return f"{error.strerror or error}; {_REMEDIES.get(error.errno, 'check the disk')}"
    return f"{str(error).rstrip('.')}; check AWS credentials, region and network"
