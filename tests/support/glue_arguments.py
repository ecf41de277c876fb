"""What Glue 5.1 hands to a script beside the job's own arguments.

Put together from AWS's list of job parameters and the names that `awsglue` reserves; not recorded.
"""

GLUE_ARGUMENTS = [
    "--custom-logGroup-prefix", "/aws-glue/jobs/playlist-lake",
    "--enable-continuous-cloudwatch-log", "true",
    "--enable-glue-datacatalog", "true",
    "--enable-job-insights", "true",
    "--enable-metrics", "",
    "--enable-observability-metrics", "true",
    "--enable-spark-ui", "true",
    "--spark-event-logs-path", "s3://lake-bucket/spark-logs/",
    "--extra-py-files", "s3://lake-bucket/code/jobs.zip",
    "--datalake-formats", "iceberg",
    "--conf", "spark.sql.ansi.enabled=false",
    "--job-bookmark-option", "job-bookmark-disable",
    "--job-language", "python",
    "--scriptLocation", "s3://lake-bucket/code/script.py",
    "--TempDir", "s3://lake-bucket/tmp/",
    "--JOB_ID", "j_0e5d6f0c7a1b42d98f3c5a7e9b1d3f5a",
    "--SECURITY_CONFIGURATION", "none",
    "--WORKFLOW_NAME", "playlist-lake",
    "--WORKFLOW_RUN_ID", "wr_6d4cf3b0a7e94f0f8e1a5c2b9d7e3f10",
]  # fmt: skip
