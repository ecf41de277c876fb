"""The diagram of the data dictionary: keys and references of tables, as Mermaid reads them."""

from jobs.tables import Column, Table
from tools.entity_diagram import entity_diagram

ID = Column("stone_id", "string", "its id", nullable=False)
HEAPS = Table("heaps", "one row per heap", ("heap_id",), (Column("heap_id", "string", "its id"),))
STONES = Table("stones", "one row per stone", ("stone_id",), (ID, Column("heap_id", "string", "")))
WEIGHTS = Table(
    "weights",
    "one row per weighing",
    ("stone_id", "number"),
    (ID, Column("number", "int", "1 is the first"), Column("weight_kg", "int", "")),
    is_partitioned=False,
)


def test_keys_and_references_of_tables_are_drawn() -> None:
    assert entity_diagram((HEAPS, STONES, WEIGHTS)) == (
        "erDiagram\n"
        '    heaps |o--o{ stones : "heap_id"\n'
        '    stones }|--o{ weights : "stone_id"\n'
        "    heaps {\n"
        "        date snapshot_date PK\n"
        "        string heap_id PK\n"
        "    }\n"
        "    stones {\n"
        "        date snapshot_date PK\n"
        "        string stone_id PK\n"
        "        string heap_id FK\n"
        "    }\n"
        "    weights {\n"
        "        string stone_id PK, FK\n"
        "        int number PK\n"
        "    }"
    )


def test_a_required_reference_leads_to_exactly_one_row() -> None:
    entries = Table("entries", "one row per entry", ("position",), (ID,))
    assert '    stones ||--o{ entries : "stone_id"\n' in entity_diagram((STONES, entries))
