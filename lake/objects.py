"""The objects of a lake's storage: stored, staged, and those that may be deleted."""

import re
from types import TracebackType
from typing import NamedTuple, Protocol, Self

from lake.errors import LakeError

# The folder of a run, of a date in it, or of a date in raw/ or outcomes/; the inputs of a date
_DELETABLE = re.compile(
    r"tables/\w+/[\w-]+/(snapshot_date=[\d-]+/)?"
    r"|(raw|outcomes)/snapshot_date=[\d-]+/"
    r"|state/inputs/(outcomes/)?[\d-]+\.json"
)


class DeleteRefused(LakeError):
    """The key is not one that garbage collection or retention may delete."""


class StoredObject(NamedTuple):
    """A file of the lake: its key, a version that changes with every write, its size in bytes."""

    key: str
    version: str
    size: int


class StagedObject(Protocol):
    """An object that is being written where no reader looks; nothing is kept without `put`."""

    def write(self, content: bytes) -> None:
        """Append to the object; raises StorageError."""

    def put(self, *, replace: bool) -> None:
        """Store the object under its key in one step.

        Raises ConditionNotMet if the key exists and `replace` is false, BeingWritten if another
        run writes it too, StorageError.
        """

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...


def refuse_undeletable(prefix: str) -> None:
    """Raise DeleteRefused unless the prefix is one of those in `_DELETABLE`."""
    if not _DELETABLE.fullmatch(prefix):
        raise DeleteRefused(
            f"{prefix} is not the folder of a run or a date, so it is not deleted; "
            "delete it by hand"
        )
