"""The types of columns: one row per type, with its name in every engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

if TYPE_CHECKING:
    from pyspark.sql import types as T


class ColumnType(NamedTuple):
    """A type as the Glue catalog, Arrow and DuckDB know it; Spark's follows from Arrow's.

    `duckdb` is the type in the Parquet files; views in DuckDB show a timestamp without its zone.
    """

    glue: str
    arrow: pa.DataType
    duckdb: str


COLUMN_TYPES = {
    one.glue: one
    for one in (
        ColumnType("string", pa.string(), "VARCHAR"),
        ColumnType("int", pa.int32(), "INTEGER"),
        ColumnType("bigint", pa.int64(), "BIGINT"),
        ColumnType("double", pa.float64(), "DOUBLE"),
        ColumnType("boolean", pa.bool_(), "BOOLEAN"),
        ColumnType("date", pa.date32(), "DATE"),
        ColumnType(
            "timestamp",
            pa.timestamp("us", tz="UTC"),
            "TIMESTAMP WITH TIME ZONE",
        ),
        ColumnType(
            "array<string>",
            pa.list_(pa.string()),
            "VARCHAR[]",
        ),
        ColumnType(
            "map<string,bigint>",
            pa.map_(pa.string(), pa.int64()),
            "MAP(VARCHAR, BIGINT)",
        ),
        ColumnType(
            "array<struct<object:string,reason:string>>",
            pa.list_(pa.struct([("object", pa.string()), ("reason", pa.string())])),
            "STRUCT(object VARCHAR, reason VARCHAR)[]",
        ),
        ColumnType(
            "array<struct<id:string,name:string>>",
            pa.list_(pa.struct([("id", pa.string()), ("name", pa.string())])),
            "STRUCT(id VARCHAR, name VARCHAR)[]",
        ),
    )
}


def spark_columns(types: Mapping[str, str]) -> T.StructType:
    """Spark's schema of columns, given the type of each by name; every column is nullable."""
    # Imported here because readers of the tables run without Spark
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(arrow_columns(types))


def arrow_columns(types: Mapping[str, str]) -> pa.Schema:
    """Arrow's schema of columns, given the type of each by name."""
    return pa.schema([(name, COLUMN_TYPES[type_].arrow) for name, type_ in types.items()])
