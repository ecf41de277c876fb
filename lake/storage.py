"""The lake's storage: one tree of files in a folder or under an s3:// prefix, accessed by key."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from lake.address import S3Address, parse_address
from lake.errors import LakeError
from lake.folder import FolderStorage
from lake.objects import StagedObject, StoredObject


class Storage(Protocol):
    """The files of one lake; keys are relative to it and use `/`. Methods raise StorageError."""

    root: str

    def list_objects(self, prefix: str) -> list[StoredObject]:
        """All objects below a prefix that ends with `/`, by key; [] if there are none."""

    def list_folders(self, prefix: str) -> list[str]:
        """The names of the folders directly below a prefix that ends with `/`."""

    def exists(self, key: str) -> bool:
        """Whether there is an object with that key."""

    def read(self, key: str, max_bytes: int | None = None) -> bytes | None:
        """An object's content, or its first `max_bytes`; None if the key does not exist."""

    def open(self, key: str) -> IO[bytes]:
        """An object's content as a stream; raises ObjectMissing if the key does not exist."""

    def write(self, key: str, content: bytes) -> None:
        """Put an object whole: readers see the old content or the new one."""

    def stage(self, key: str) -> StagedObject:
        """Write an object piece by piece: `with storage.stage(key) as staged:`.

        The key must contain a `/`. Raises BeingWritten if another run has staged it (folder only).
        """

    def delete(self, prefix: str) -> None:
        """Delete one object, or all objects below a prefix that ends with `/`, if they exist.

        Raises DeleteRefused for anything that garbage collection and retention don't delete.
        """


class StateDamaged(LakeError):
    """A file in state/ is not what this project wrote there."""


def open_storage(lake: str | Path) -> Storage:
    """The storage of the lake at an address; raises InvalidAddress, StorageError.

    The first write creates the folder.
    """
    address = parse_address(lake)
    if isinstance(address, S3Address):
        # boto3 is slow to import, and a folder does not need it
        from lake.s3 import S3Storage

        return S3Storage(address.bucket, address.prefix)
    return FolderStorage(address.path)


@contextmanager
def state_file(storage: Storage, key: str, remedy: str) -> Iterator[None]:
    """Raise StateDamaged if the block cannot parse a state file; `remedy` says what to do."""
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StateDamaged(f"{storage.root}/{key} is damaged ({error}); {remedy}") from error
