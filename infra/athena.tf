locals {
  athena_results = "athena-results/"

  # By name; the comment at the top is the question, up to an empty line of it
  queries = {
    for file in fileset("${path.module}/../sql/queries", "*.sql") :
    trimsuffix(file, ".sql") => file("${path.module}/../sql/queries/${file}")
  }
}

resource "aws_athena_workgroup" "lake" {
  name        = var.name
  description = "Queries over the lake, each stopped at ${var.athena_scan_limit_mb} MB"
  # What is lost is the history of queries
  force_destroy = true

  configuration {
    # Else whoever asks could choose another place, encryption or limit
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = true
    bytes_scanned_cutoff_per_query     = var.athena_scan_limit_mb * 1000 * 1000

    engine_version {
      selected_engine_version = "Athena engine version 3"
    }

    result_configuration {
      output_location       = "${local.lake}/${local.athena_results}"
      expected_bucket_owner = local.account

      encryption_configuration {
        encryption_option = var.kms_key_arn == null ? "SSE_S3" : "SSE_KMS"
        kms_key_arn       = var.kms_key_arn
      }
    }
  }

  depends_on = [aws_s3_bucket.lake]
}

# What the query editor lists under saved queries
resource "aws_athena_named_query" "queries" {
  for_each = local.queries

  name        = each.key
  description = substr(replace(regex("(?s)^-- (.*?)\n--\n", each.value)[0], "\n-- ", " "), 0, 1024)
  database    = aws_glue_catalog_database.lake.name
  workgroup   = aws_athena_workgroup.lake.name
  query       = each.value
}
