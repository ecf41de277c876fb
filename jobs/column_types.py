"""The types of columns: one row per type, with its name in every engine."""

from collections.abc import Mapping
from typing import NamedTuple

import pyarrow as pa
from pyspark.sql import types as T


class ColumnType(NamedTuple):
    """A type as the Glue catalog, Spark, Arrow and DuckDB know it.

    `duckdb` is the type in the Parquet files; views in DuckDB show a timestamp without its zone.
    """

    glue: str
    spark: T.DataType
    arrow: pa.DataType
    duckdb: str


COLUMN_TYPES = {
    one.glue: one
    for one in (
        ColumnType("string", T.StringType(), pa.string(), "VARCHAR"),
        ColumnType("int", T.IntegerType(), pa.int32(), "INTEGER"),
        ColumnType("bigint", T.LongType(), pa.int64(), "BIGINT"),
        ColumnType("double", T.DoubleType(), pa.float64(), "DOUBLE"),
        ColumnType("boolean", T.BooleanType(), pa.bool_(), "BOOLEAN"),
        ColumnType("date", T.DateType(), pa.date32(), "DATE"),
        ColumnType(
            "timestamp",
            T.TimestampType(),
            pa.timestamp("us", tz="UTC"),
            "TIMESTAMP WITH TIME ZONE",
        ),
        ColumnType(
            "array<string>",
            T.ArrayType(T.StringType()),
            pa.list_(pa.string()),
            "VARCHAR[]",
        ),
        ColumnType(
            "map<string,bigint>",
            T.MapType(T.StringType(), T.LongType()),
            pa.map_(pa.string(), pa.int64()),
            "MAP(VARCHAR, BIGINT)",
        ),
        ColumnType(
            "array<struct<object:string,reason:string>>",
            T.ArrayType(T.StructType().add("object", "string").add("reason", "string")),
            pa.list_(pa.struct([("object", pa.string()), ("reason", pa.string())])),
            "STRUCT(object VARCHAR, reason VARCHAR)[]",
        ),
        ColumnType(
            "array<struct<id:string,name:string>>",
            T.ArrayType(T.StructType().add("id", "string").add("name", "string")),
            pa.list_(pa.struct([("id", pa.string()), ("name", pa.string())])),
            "STRUCT(id VARCHAR, name VARCHAR)[]",
        ),
    )
}


def spark_columns(types: Mapping[str, str]) -> T.StructType:
    """Spark's schema of columns, given the type of each by name."""
    return T.StructType(
        [T.StructField(name, COLUMN_TYPES[type_].spark) for name, type_ in types.items()]
    )


def arrow_columns(types: Mapping[str, str]) -> pa.Schema:
    """Arrow's schema of columns, given the type of each by name."""
    return pa.schema([(name, COLUMN_TYPES[type_].arrow) for name, type_ in types.items()])
