"""What an import did with each file."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from playlist_lake.importing.files import ImportFile


class ImportedList(NamedTuple):
    """A list on one date, and the files that it was read from."""

    snapshot_date: date
    playlist_id: str
    files: tuple[ImportFile, ...]


class Superseded(NamedTuple):
    """A file that was not used because a later capture of the same list and date was."""

    file: ImportFile
    by: ImportFile


class Failure(NamedTuple):
    """A file that was not imported, or a part of it; the message names file and reason."""

    file: ImportFile
    message: str


class Contents(NamedTuple):
    """What is in a list on one date."""

    name: str | None
    source: str
    item_count: int
    total: int


class PassedOver(NamedTuple):
    """A version in a git history that was not imported; the message names version and reason."""

    label: str
    message: str


@dataclass(frozen=True)
class ImportReport:
    """What an import wrote, found already present, superseded, passed over and failed to import.

    `remarks` are sentences about lists that were imported with something missing.
    """

    written: list[ImportedList] = field(default_factory=list)
    already_present: list[ImportedList] = field(default_factory=list)
    superseded: list[Superseded] = field(default_factory=list)
    passed_over: list[PassedOver] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    ignored: list[Failure] = field(default_factory=list)
    """Files in folders that are not of a known format."""
    contents: dict[tuple[date, str], Contents] = field(default_factory=dict)
    """What is in the lists that were written, by date and list id."""
    unnamed: set[str] = field(default_factory=set)
    """The names of the lists whose files have no id of them."""
    names: dict[str, str] = field(default_factory=dict)
    """The names of the lists whose ids were made of them, by id."""
    twice: dict[str, set[date]] = field(default_factory=lambda: defaultdict(set))
    """The dates on which the lake has a list that was written under the id of its name, too."""
    remarks: list[str] = field(default_factory=list)
    dropped_keys: Counter[str] = field(default_factory=Counter)
    """The unknown keys that were dropped, because they may hold personal data."""

    @property
    def dates(self) -> set[date]:
        """The dates for which the raw zone now has a snapshot of these files."""
        return {one.snapshot_date for one in (*self.written, *self.already_present)}
