# The two Glue jobs. They share one role, because each can complete a killed run of the other.

locals {
  job_logs = "/aws-glue/jobs/${var.name}"

  jobs = {
    flatten_playlists = {
      description = "Turns the raw objects and outcomes of new or changed snapshot dates into tables"
      arguments = {
        "--snapshot_dates" = "auto"
        "--retention_days" = tostring(var.retention_days)
      }
    }
    build_stays = {
      description = "Builds the stays from all kept snapshot dates, and the tables of genres from all answers"
      arguments   = {}
    }
  }
}

resource "aws_cloudwatch_log_group" "jobs" {
  #checkov:skip=CKV_AWS_158:CloudWatch's own key; no log line holds a secret or personal data
  #checkov:skip=CKV_AWS_338:log_retention_days decides; 30 days by default
  # Glue writes the output of the scripts to `output` and Spark's own log to `error`
  for_each = toset(["output", "error"])

  name              = "${local.job_logs}/${each.key}"
  retention_in_days = var.log_retention_days
}

resource "aws_glue_job" "this" {
  #checkov:skip=CKV_AWS_195:no security configuration; the bucket encrypts what the job writes
  for_each = local.jobs

  name              = "${var.name}-${replace(each.key, "_", "-")}"
  description       = each.value.description
  role_arn          = aws_iam_role.jobs.arn
  glue_version      = "5.1"
  execution_class   = var.flex ? "FLEX" : "STANDARD"
  worker_type       = "G.1X"
  number_of_workers = 2
  # Minutes. Must be shorter than the lifetime of the lake's lock, see jobs/lock.py
  timeout = 60
  # The next run completes a killed one, and a failed one would only fail again
  max_retries = 0

  command {
    script_location = "${local.lake}/${aws_s3_object.code["${each.key}.py"].key}"
    python_version  = "3"
  }

  default_arguments = merge(each.value.arguments, {
    "--lake"                   = local.lake
    "--database"               = aws_glue_catalog_database.lake.name
    "--extra-py-files"         = "${local.lake}/${aws_s3_object.code["jobs.zip"].key}"
    "--job-language"           = "python"
    "--job-bookmark-option"    = "job-bookmark-disable"
    "--custom-logGroup-prefix" = local.job_logs
    # Left out instead of "false", because the key alone turns them on:
    # docs.aws.amazon.com/glue/latest/dg/aws-glue-programming-etl-glue-arguments.html
  }, var.glue_metrics ? { "--enable-metrics" = "true" } : {})

  execution_property {
    max_concurrent_runs = 1
  }

  depends_on = [aws_iam_role_policy.jobs, aws_cloudwatch_log_group.jobs]
}

data "aws_iam_policy_document" "jobs_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["glue.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

resource "aws_iam_role" "jobs" {
  name                 = "${var.name}-jobs"
  path                 = "/${var.name}/"
  assume_role_policy   = data.aws_iam_policy_document.jobs_trust.json
  permissions_boundary = var.permissions_boundary_arn
}

data "aws_iam_policy_document" "jobs" {
  # Glue reads the code before the script starts
  statement {
    sid       = "ReadCode"
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.lake.arn}/code/*"]
  }

  statement {
    sid = "ReadAndExpireSnapshots"
    # Delete: retention
    actions   = ["s3:GetObject", "s3:DeleteObject"]
    resources = ["${aws_s3_bucket.lake.arn}/raw/*", "${aws_s3_bucket.lake.arn}/outcomes/*"]
  }

  statement {
    sid       = "ReadGenres"
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.lake.arn}/genres/*"]
  }

  statement {
    sid = "WriteTables"
    # Multipart: files larger than one part, and the committers of S3A, which Glue 5.1 uses for s3://:
    # docs.aws.amazon.com/glue/latest/dg/migrating-version-51.html
    actions = [
      "s3:GetObject", "s3:PutObject", "s3:DeleteObject",
      "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts",
    ]
    # Besides the files, S3A looks up the folder itself
    resources = ["${aws_s3_bucket.lake.arn}/tables", "${aws_s3_bucket.lake.arn}/tables/*"]
  }

  statement {
    sid     = "ReadAndWriteState"
    actions = ["s3:GetObject", "s3:PutObject"]
    resources = [
      "${aws_s3_bucket.lake.arn}/state/lock",
      "${aws_s3_bucket.lake.arn}/state/pending.json",
      "${aws_s3_bucket.lake.arn}/state/runs/*.json",
      "${aws_s3_bucket.lake.arn}/state/inputs/*.json",
    ]
  }

  statement {
    sid       = "DeleteExpiredInputs"
    actions   = ["s3:DeleteObject"]
    resources = ["${aws_s3_bucket.lake.arn}/state/inputs/*.json"]
  }

  statement {
    sid = "List"
    # Location: AWS's own policy for jobs has this right, and Glue's code that writes is not public.
    # Uploads: S3A's committers look for unfinished ones when they abort.
    actions = ["s3:ListBucket", "s3:GetBucketLocation", "s3:ListBucketMultipartUploads"]
    # IfExists: for a missing key S3 answers 404 only to those who may list the bucket, without a
    # prefix, and 403 to others. So the role can list all keys, but not read the objects.
    resources = [aws_s3_bucket.lake.arn]

    condition {
      test     = "StringLikeIfExists"
      variable = "s3:prefix"
      values   = ["raw/*", "outcomes/*", "genres/*", "tables", "tables/*", "state/inputs/*"]
    }
  }

  statement {
    sid       = "ReadCatalog"
    actions   = ["glue:GetTable"]
    resources = concat(local.catalog_arns, ["${local.table_arn}/*"])
  }

  statement {
    sid = "PublishPartitions"
    actions = [
      "glue:GetPartitions", "glue:BatchGetPartition",
      "glue:BatchCreatePartition", "glue:BatchUpdatePartition", "glue:BatchDeletePartition",
    ]
    resources = concat(local.catalog_arns, [
      for name, table in local.tables : "${local.table_arn}/${name}" if length(table.partition_keys) > 0
    ])
  }

  statement {
    sid       = "PublishUndatedTables"
    actions   = ["glue:UpdateTable"]
    resources = concat(local.catalog_arns, [for name in local.undated_tables : "${local.table_arn}/${name}"])
  }

  # Glue itself makes these calls with the job's role
  statement {
    sid       = "WriteLog"
    actions   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
    resources = [for group in aws_cloudwatch_log_group.jobs : "${group.arn}:*"]
  }

  statement {
    sid     = "SendMetrics"
    actions = ["cloudwatch:PutMetricData"]
    # A metric has no ARN, so the right is limited by namespace: ours, and Glue's if it sends metrics
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "cloudwatch:namespace"
      values   = concat([local.namespace], var.glue_metrics ? ["Glue"] : [])
    }
  }

  dynamic "statement" {
    for_each = var.kms_key_arn[*]

    content {
      sid       = "UseKey"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [statement.value]
    }
  }
}

resource "aws_iam_role_policy" "jobs" {
  name   = "jobs"
  role   = aws_iam_role.jobs.id
  policy = data.aws_iam_policy_document.jobs.json
}
