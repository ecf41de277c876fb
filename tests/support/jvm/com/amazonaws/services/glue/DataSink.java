package com.amazonaws.services.glue;

import com.amazonaws.services.glue.util.JsonOptions;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Row;

/** The sink for parquet: it appends with Spark's writer, and leaves no trace of an empty frame. */
public class DataSink {
    private final JsonOptions options;

    DataSink(JsonOptions options) {
        this.options = options;
    }

    public DynamicFrame pyWriteDynamicFrame(DynamicFrame frame, String callSite, String info) {
        Dataset<Row> rows = frame.rows;
        if (!rows.isEmpty()) {
            Map<String, String> writerOptions = new HashMap<>(options.texts());
            String path = writerOptions.remove("path");
            writerOptions.remove("callSite");
            DataFrameWriter<Row> writer = rows.write().mode("append").options(writerOptions);
            if (options.list("partitionKeys").length > 0) {
                writer = writer.partitionBy(options.list("partitionKeys"));
            }
            writer.parquet(path);
        }
        return DynamicFrame.apply(rows.limit(0), null);
    }
}
