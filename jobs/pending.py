"""state/pending.json: the unfinished work of a lake, which the next run completes."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime

from lake.storage import Storage, state_file

PENDING_KEY = "state/pending.json"
_REMEDY = "delete it and build again; files of killed runs may then stay in tables/"


@dataclass
class Pending:
    """Unfinished work.

    `publication` is the run whose publication has begun and has not ended. `dropping` has the
    expired dates whose drop has begun and has not ended. `started` has the runs that have published
    nothing, with their start. `superseded` has folders that the catalog no longer has, with the
    time at which they were replaced or dropped. Dates and times are ISO 8601 texts; folders are
    relative to the lake.
    """

    publication: str | None = None
    dropping: list[str] = field(default_factory=list)
    started: dict[str, str] = field(default_factory=dict)
    superseded: dict[str, str] = field(default_factory=dict)

    def supersede(self, folders: Iterable[str], now: datetime) -> None:
        """Note folders for removal; the removal is due 24 hours from now."""
        self.superseded |= dict.fromkeys(folders, now.isoformat())


def read_pending(storage: Storage) -> Pending:
    """The unfinished work of a lake."""
    content = storage.read(PENDING_KEY)
    with state_file(storage, PENDING_KEY, _REMEDY):
        return Pending(**json.loads(content)) if content else Pending()


def write_pending(storage: Storage, pending: Pending) -> None:
    """Replace the unfinished work of a lake."""
    storage.write(PENDING_KEY, json.dumps(asdict(pending), indent=1).encode())
