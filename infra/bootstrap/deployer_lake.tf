# The deployer's rights to operate the lake, for docs/deploy.md from step 4 on and docs/runbook.md.
# It could deploy code that does the same, so these rights give it no additional power.

data "aws_iam_policy_document" "lake" {
  statement {
    sid       = "ReadAndWriteInputs"
    actions   = ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:DeleteObject"]
    resources = [for folder in ["config", "raw", "outcomes", "genres"] : "${local.lake_bucket_arn}/${folder}/*"]
  }

  statement {
    sid       = "ReadTablesAndState"
    actions   = ["s3:GetObject"]
    resources = ["${local.lake_bucket_arn}/tables/*", "${local.lake_bucket_arn}/state/*"]
  }

  statement {
    sid     = "DeleteState"
    actions = ["s3:DeleteObject"]
    # The lock of a killed run, and the state/inputs/ of dates to build again
    resources = ["${local.lake_bucket_arn}/state/lock", "${local.lake_bucket_arn}/state/inputs/*"]
  }

  statement {
    sid = "ReadAndWriteSecret"
    # Get: a new login reuses the app of the last one
    actions   = ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"]
    resources = [local.secret_arn]
  }

  statement {
    sid       = "StartFunction"
    actions   = ["lambda:InvokeFunction"]
    resources = [local.function_arn]
  }

  statement {
    sid     = "ReadConcurrency"
    actions = ["lambda:GetAccountSettings"]
    # The settings of an account have no ARN
    resources = ["*"]
  }

  statement {
    sid       = "StartJobs"
    actions   = ["glue:StartJobRun", "glue:GetJobRun", "glue:GetJobRuns", "glue:BatchStopJobRun"]
    resources = ["arn:${local.partition}:glue:${local.here}:job/${var.name}-*"]
  }

  statement {
    sid       = "StartCrawler"
    actions   = ["glue:StartCrawler"]
    resources = ["arn:${local.partition}:glue:${local.here}:crawler/${var.name}-raw"]
  }

  statement {
    sid       = "StartWorkflow"
    actions   = ["events:PutEvents"]
    resources = ["arn:${local.partition}:events:${local.here}:event-bus/default"]

    condition {
      test     = "StringEquals"
      variable = "events:source"
      values   = ["playlist-lake"]
    }
  }

  statement {
    sid       = "ReadLogs"
    actions   = ["logs:FilterLogEvents", "logs:GetLogEvents", "logs:StartQuery"]
    resources = [for arn in local.log_group_arns : "${arn}:*"]
  }

  statement {
    sid     = "ReadLogQueryResults"
    actions = ["logs:GetQueryResults"]
    # A log query has no ARN
    resources = ["*"]
  }

  statement {
    sid       = "ReadAndDeleteDeadLetters"
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:PurgeQueue"]
    resources = [local.queue_arn]
  }

  statement {
    sid = "Query"
    actions = [
      "athena:StartQueryExecution", "athena:GetQueryExecution", "athena:GetQueryResults",
      "athena:StopQueryExecution",
      # To list the saved queries
      "athena:ListNamedQueries", "athena:BatchGetNamedQuery",
    ]
    resources = ["arn:${local.partition}:athena:${local.here}:workgroup/${var.name}"]
  }

  statement {
    sid     = "LookUpDefaultDatabase"
    actions = ["glue:GetDatabase"]
    # AWS's example policies for Athena have it. Whether CREATE VIEW needs it, only a real account can
    # show: docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html
    resources = ["arn:${local.partition}:glue:${local.here}:database/default"]
  }

  statement {
    sid       = "ReadAndWriteQueryResults"
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${local.lake_bucket_arn}/athena-results/*"]
  }

  statement {
    sid       = "FindBucketOfQueryResults"
    actions   = ["s3:GetBucketLocation"]
    resources = [local.lake_bucket_arn]
  }

  statement {
    sid = "ReadCatalogAndUndoPublication"
    actions = [
      "glue:GetDatabases", "glue:GetTables",
      "glue:GetPartition", "glue:GetPartitions", "glue:BatchGetPartition",
      # To undo a publication, see docs/glue.md
      "glue:UpdatePartition", "glue:DeletePartition",
    ]
    resources = local.catalog_arns
  }
}
