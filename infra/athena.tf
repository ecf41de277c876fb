# Athena's workgroup and its saved queries.

locals {
  athena_results = "athena-results/"

  # By name. Each begins with a comment, whose first paragraph is the question that it answers
  queries = {
    for file in fileset("${path.module}/../sql/queries", "*.sql") :
    trimsuffix(file, ".sql") => file("${path.module}/../sql/queries/${file}")
  }
}

resource "aws_athena_workgroup" "lake" {
  name        = var.name
  description = "Queries over the lake, each stopped at ${var.athena_scan_limit_mb} MB"
  # Deletes only the history of queries
  force_destroy = true

  configuration {
    # Otherwise a query could choose its own location, encryption and limit
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

# Saved queries in Athena's query editor. They read views, which `playlist-lake views` creates
resource "aws_athena_named_query" "queries" {
  for_each = local.queries

  name        = each.key
  description = substr(replace(regex("(?s)^-- (.*?)\n--\n", each.value)[0], "\n-- ", " "), 0, 1024)
  database    = aws_glue_catalog_database.lake.name
  workgroup   = aws_athena_workgroup.lake.name
  query       = each.value
}
