"""What is still to be done in a lake: state/pending.json, which outlives a killed run."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime

from lake.storage import Storage, state_file

PENDING_KEY = "state/pending.json"


@dataclass
class Pending:
    """What is left to do.

    `publication` is the run whose publication has begun and has not ended. `started` has the runs
    that have published nothing, with their start. `superseded` has folders that readers no longer
    use, with the time since when. Times are ISO 8601 texts, folders relative to the lake.
    """

    publication: str | None = None
    started: dict[str, str] = field(default_factory=dict)
    superseded: dict[str, str] = field(default_factory=dict)

    def supersede(self, folders: Iterable[str], now: datetime) -> None:
        """Note folders for removal; the removal is due 24 hours from now."""
        self.superseded |= dict.fromkeys(folders, now.isoformat())


def read_pending(storage: Storage) -> Pending:
    """What is left to do in a lake."""
    content = storage.read(PENDING_KEY)
    with state_file(storage, PENDING_KEY, "restore it; without it killed runs leave garbage"):
        return Pending(**json.loads(content)) if content else Pending()


def write_pending(storage: Storage, pending: Pending) -> None:
    """Replace what is left to do."""
    storage.write(PENDING_KEY, json.dumps(asdict(pending), indent=1).encode())
