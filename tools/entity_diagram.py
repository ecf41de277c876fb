"""The entity-relationship diagram of the data dictionary, as Mermaid text."""

from collections.abc import Iterator, Sequence

from jobs.tables import (
    ARTIST_GENRES,
    ARTIST_MATCHES,
    ITEMS,
    OUTCOMES,
    PARTITION_COLUMN,
    PLAYLIST_STAYS,
    Column,
    Table,
)

# Its key is that of `playlists`, but a date may have one of the two without the other
_UNRELATED = (OUTCOMES,)


def entity_diagram(tables: Sequence[Table]) -> str:
    """The keys of tables and the references between them.

    `songs |o--o{ playlist_entries : "song_id"` means: an entry has at most one song (NULL is
    allowed), and a song has any number of entries. If both tables have a snapshot date, this holds
    within one date.
    """
    lines = ["erDiagram"]
    for table in tables:
        for column, other in references(table, tables):
            lines.append(
                f"    {other.name} {_cardinality(table, column, other)}--o{{ {table.name} "
                f': "{column.name}"'
            )
    for table in tables:
        lines.append(f"    {table.name} {{")
        lines += [f"        {attribute}" for attribute in _attributes(table, tables)]
        lines.append("    }")
    return "\n".join(lines)


def references(table: Table, tables: Sequence[Table]) -> Iterator[tuple[Column, Table]]:
    """The columns of a table that are the complete key of another table, with that table."""
    for column in table.columns:
        for other in tables:
            if other.key == (column.name,) and _may_refer(table, other):
                yield column, other


def _may_refer(table: Table, other: Table) -> bool:
    if other is ARTIST_MATCHES:
        # MusicBrainz may not have been asked for an artist yet
        return table is ARTIST_GENRES
    if other is ITEMS:
        # An entry may be relinked
        return table is PLAYLIST_STAYS
    return other is not table and table not in _UNRELATED and other not in _UNRELATED


def _cardinality(table: Table, column: Column, other: Table) -> str:
    """How many rows of the other table a row of this one refers to."""
    if other.is_partitioned and not table.is_partitioned:
        # One per date
        return "}|"
    return "|o" if column.nullable else "||"


def _attributes(table: Table, tables: Sequence[Table]) -> Iterator[str]:
    """Type, name and role of the columns that identify a row or refer to another table."""
    if table.is_partitioned:
        yield f"date {PARTITION_COLUMN} PK"
    referring = [column for column, _ in references(table, tables)]
    for column in table.columns:
        roles = ["PK"] * (column.name in table.key) + ["FK"] * (column in referring)
        if roles:
            yield f"{column.type} {column.name} {', '.join(roles)}"
