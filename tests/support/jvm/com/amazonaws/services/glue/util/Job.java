package com.amazonaws.services.glue.util;

import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** A job's state; what becomes of it is told on the error stream, where a test can see it. */
public class Job {
    private static boolean isInitialized = false;

    public static void init(String name, SparkSession session, Map<String, Object> arguments) {
        isInitialized = true;
        System.err.println("Job.init " + name + " " + arguments.get("JOB_RUN_ID"));
    }

    public static boolean isInitialized() {
        return isInitialized;
    }

    public static void commit() {
        if (!isInitialized) {
            throw new IllegalStateException("commit before init");
        }
        System.err.println("Job.commit");
    }
}
