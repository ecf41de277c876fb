package com.amazonaws.services.glue;

import com.amazonaws.services.glue.util.JsonOptions;
import org.apache.spark.SparkContext;

/** The context that hands out sinks; of Glue's connection types only parquet is known here. */
public class GlueContext {
    public GlueContext(SparkContext context) {}

    public DataSink getSink(String connectionType, JsonOptions options, String transformationContext) {
        if (!connectionType.equals("parquet")) {
            throw new IllegalArgumentException("no stand-in for a sink of type " + connectionType);
        }
        return new DataSink(options);
    }
}
