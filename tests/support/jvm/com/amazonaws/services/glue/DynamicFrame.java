package com.amazonaws.services.glue;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A frame as Glue wraps it: here nothing but the rows. */
public class DynamicFrame {
    final Dataset<Row> rows;

    private DynamicFrame(Dataset<Row> rows) {
        this.rows = rows;
    }

    public static DynamicFrame apply(Dataset<Row> rows, GlueContext context) {
        return new DynamicFrame(rows);
    }
}
